"""Maps of need, service deserts, forecasts, outreach."""

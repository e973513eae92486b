"""Joint needs assessment and shippable screeners: scores and bands."""

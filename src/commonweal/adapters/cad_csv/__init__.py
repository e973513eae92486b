"""CAD exports: CSV and XLSX with a mapping profile per vendor."""

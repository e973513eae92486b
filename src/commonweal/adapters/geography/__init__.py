"""Adapter: areas and places of a site, from GeoJSON and CSV."""

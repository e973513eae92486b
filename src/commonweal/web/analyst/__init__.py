"""Insight: maps of need and their tables."""

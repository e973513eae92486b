"""Cohorts, metrics, effects."""

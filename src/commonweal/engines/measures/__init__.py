"""Metrics with fixed numerators and denominators."""

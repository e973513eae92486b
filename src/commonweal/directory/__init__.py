"""Providers, services, eligibility, live capacity."""

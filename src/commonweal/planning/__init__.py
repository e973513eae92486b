"""Deployment, simulation, budgets, funding."""

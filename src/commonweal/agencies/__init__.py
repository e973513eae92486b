"""Agencies, teams, staff accounts, roles, shifts, credentials to sign in."""

"""Agreements, purposes, consents, refusals, break-glass, the disclosure register; mints permits."""

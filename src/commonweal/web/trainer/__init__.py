"""Training: requirements, sessions, certificates, scenarios."""

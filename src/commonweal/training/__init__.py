"""Courses, sessions, certificates, requirements by role, scenarios."""

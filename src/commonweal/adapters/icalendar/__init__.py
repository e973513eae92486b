"""Calendars that a program subscribes to (RFC 5545)."""

"""Versioned JSON, typed, described at /api/openapi.json."""

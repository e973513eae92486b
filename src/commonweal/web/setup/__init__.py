"""Setup: agencies, people, roles, imports."""

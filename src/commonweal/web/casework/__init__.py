"""The case manager's caseload."""

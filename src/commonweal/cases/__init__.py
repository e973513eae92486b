"""Joint assessment, plan, contacts, hub tables, diversion."""

"""Joint task force hub tables."""

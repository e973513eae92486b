"""Planning: shifts, coverage, cost."""

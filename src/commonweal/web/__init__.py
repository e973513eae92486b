"""One folder per desk: a person at work, not a table."""

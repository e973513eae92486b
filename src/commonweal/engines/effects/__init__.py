"""Did it work: comparisons with intervals and warnings."""

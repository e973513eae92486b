"""Protocol answers in, tier and fired rules out."""

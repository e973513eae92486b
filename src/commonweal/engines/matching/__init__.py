"""Which services fit a person, and why not."""

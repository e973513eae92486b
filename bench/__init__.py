"""What `make bench` runs: figures with the machine described, and ratios to a stated peer or target."""

"""Trust: the privacy officer's desk."""

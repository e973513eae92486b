"""Stories of the index of people."""

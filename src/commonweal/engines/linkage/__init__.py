"""Which source records are the same person, with what evidence; live search."""

"""My record: the person helped."""

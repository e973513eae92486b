"""The generated Harlow County and its live day."""

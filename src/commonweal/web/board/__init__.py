"""The shift supervisor's live board."""

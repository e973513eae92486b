"""Public alerts as OASIS CAP 1.2 messages: read, written, listed in a feed."""

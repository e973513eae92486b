"""Outgoing mail, carrying no more than the receiver's permit."""

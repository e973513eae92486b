"""Resident voice, meetings, commitments, transparency."""

"""Shared arithmetic that every engine may import."""

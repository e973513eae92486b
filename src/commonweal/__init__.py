"""Commonweal: public safety together with social services."""

__version__ = "0.1.0"

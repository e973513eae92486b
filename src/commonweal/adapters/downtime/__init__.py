"""Packs for work on paper: one page that needs no network and no other file."""

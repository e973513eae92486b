"""Service directories in local shapes, by saved mapping profiles."""

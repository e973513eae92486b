"""Who would welcome help (built by its own issue)."""

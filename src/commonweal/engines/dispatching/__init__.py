"""Every unit ranked with reasons, every unavailable one with its shortfall."""

"""Calls, protocol answers, tier, units, dispatch."""

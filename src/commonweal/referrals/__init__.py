"""Referrals: sent, accepted, attended, closed."""

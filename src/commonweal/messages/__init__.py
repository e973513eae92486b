"""Threads on a call, case or referral; notifications; check-ins; duress; glossary."""

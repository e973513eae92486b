"""NENA EIDO 1.0 (NENA-STA-021): an emergency incident, received and sent."""

"""HUD HMIS CSV exports of fiscal years 2024 and 2026: read and checked, converted, written."""

"""Properties of engines are about results: no deadline, so a busy machine fails nothing."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("engines", deadline=None)
settings.load_profile("engines")

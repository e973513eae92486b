"""The dissemination log of criminal history: purpose codes of the pack, and its rows."""

from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import yaml
from django.conf import settings
from django.db.models import QuerySet

from commonweal import packs
from commonweal.sharing.models import Dissemination


@lru_cache(maxsize=1)
def _pack() -> dict[str, Any]:
    own = Path(settings.COMMONWEAL_HOME) / "chri.yaml"
    read = yaml.safe_load(own.read_text(encoding="utf-8")) if own.is_file() else packs.read("chri.yaml")
    return cast("dict[str, Any]", read)


def purpose_codes(language: str = "en") -> dict[str, str]:
    """Every purpose code with its words, of the site's own list where it keeps one."""
    which = "es" if language.startswith("es") else "en"
    return {str(code): str(said[which]) for code, said in _pack()["codes"].items()}


def disseminations(code: str = "") -> QuerySet[Dissemination]:
    """Criminal history given, newest first; under one purpose code where given (28 CFR 20.33)."""
    found = Dissemination.objects.prefetch_related("onward").order_by("-created_at", "-id")
    return found.filter(purpose_code=code) if code else found

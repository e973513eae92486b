"""The detector of look-ups, fed from this room's tables: gathering, what is known around, reviews."""

from functools import lru_cache
from pathlib import Path

import yaml
from django.conf import settings

from commonweal import packs
from commonweal.engines.watching import Rules


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The thresholds in force: `watching.yaml` in the instance's home where a site keeps one, else ours.

    WatchingError (a ValueError that names the place) where the site's file cannot be used.
    """
    own = Path(settings.COMMONWEAL_HOME) / "watching.yaml"
    shipped = packs.read("watching.yaml")
    return Rules.read(yaml.safe_load(own.read_text(encoding="utf-8")) if own.is_file() else shipped)

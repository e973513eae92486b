"""The clock and the errors know no framework: an engine, a lab or a script has them without settings."""

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.utils import translation

from commonweal.kernel import clock, errors

ALONE = """
import sys
from datetime import date, datetime, UTC
from commonweal.kernel import clock, errors
moment = datetime(2026, 3, 1, 2, tzinfo=UTC)
refused = errors.Invalid("until", "x", "Give a day after %(day)s.", day=date(2026, 3, 1))
print(clock.day(moment), refused, "django" in sys.modules)
"""


def test_they_stand_without_the_framework() -> None:
    alone = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True)
    said = alone.stdout + alone.stderr
    assert said.strip() == ("2026-03-01 until: 'x' was not accepted. Give a day after 2026-03-01. False"), (
        "before the product is set up: UTC, and days as the standard writes them"
    )


def test_once_set_up_days_are_the_sites_own() -> None:
    assert clock.zone().key == settings.TIME_ZONE
    evening = datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert clock.day(evening) == evening.astimezone(clock.zone()).date()
    assert clock.begin(date(2026, 3, 1)).tzinfo == clock.zone()


@pytest.mark.parametrize(("language", "says"), [("en", "Mar 1, 2026"), ("es", "1 mar 2026")])
def test_once_set_up_an_error_speaks_the_readers_language(language: str, says: str) -> None:
    with translation.override(language):
        assert says in str(errors.Conflict("Ended on %(day)s.", day=date(2026, 3, 1)))


def test_a_list_of_choices_is_told_apart_from_its_sentence() -> None:
    with translation.override("es"):
        assert str(errors.in_words("Use one of: red, blue.")).endswith("red, blue.")
        assert "una de estas" in errors.in_words("Use one of: red, blue.")

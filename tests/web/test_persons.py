"""What stands on a person's record, as people read it."""

import pytest
from django.utils.translation import override

from commonweal.web.templatetags.persons import described, phone


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("+14425550176", "(442) 555-0176"),
        ("+525512345678", "+52 55 1234 5678"),
        ("442 555 0176", "442 555 0176"),
        ("the shelter's desk", "the shelter's desk"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_number_is_said_as_people_say_it(kept: str | None, said: str) -> None:
    """What is not E.164 stays as it was typed."""
    assert phone(kept) == said


def test_a_sex_is_said_in_the_readers_language() -> None:
    """The words beside it are the agency's own."""
    assert described("female · tall") == "Female · tall" and described(None) == ""
    with override("es"):
        assert described("female") == "Mujer" and described("male · grey coat") == "Hombre · grey coat"
    assert described("scar on the left hand") == "scar on the left hand"

"""The generated years speak the product's words: every act of theirs has a name on the referral's card."""

from commonweal.demo.filling import history
from commonweal.web.provider import words


def test_every_act_of_the_generated_years_has_its_words() -> None:
    assert set(history.ACTS.values()) <= set(words.ACTS)

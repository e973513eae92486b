"""Themes: words that many share, never what one wrote; a named theme is counted as anybody would."""

from hypothesis import given
from hypothesis import strategies as some

from commonweal.engines.measures.themes import proposed, speaks_of, words_of

WAITED = [
    "I waited two hours for the van",
    "Two hours waited and the van was late",
    "The van was late, hours",
]
LISTENED = ["She listened and explained", "He listened, explained it again", "They explained and listened"]


def test_two_kinds_of_complaint_are_told_apart() -> None:
    """No theme mixes the two, and each answer speaks most of one."""
    found = proposed(WAITED * 8 + LISTENED * 6, "en", least=11)
    kinds = [
        {"waited" if word in "waited two hours van late" else "listened" for word in t.words} for t in found
    ]
    assert all(len(kind) == 1 for kind in kinds) and {"waited"} in kinds and {"listened"} in kinds
    assert 22 <= sum(theme.answers for theme in found) <= 42
    assert [t.answers for t in found] == sorted((t.answers for t in found), reverse=True)


def test_spanish_reads_with_and_without_accents() -> None:
    said = ["Tardó la camioneta", "Tardo mucho la camioneta"] * 8 + ["Me escuchó con calma"] * 14
    words = {word for theme in proposed(said, "es", least=11) for word in theme.words}
    assert {"camioneta", "escucho", "calma"} <= words and "mucho" not in words


@given(some.integers(1, 10), some.text("abcdefgh", min_size=4, max_size=9))
def test_what_few_wrote_is_never_shown(times: int, name: str) -> None:
    """A name that ten answers hold stays out of every proposal of eleven."""
    said = WAITED * 8 + LISTENED * 6 + [f"Thank you {name}z the van"] * times
    assert all(f"{name}z" not in theme.words for theme in proposed(said, "en", least=11))


def test_few_answers_propose_nothing() -> None:
    assert proposed(WAITED + LISTENED, "en", least=11) == []
    assert proposed([], "es", least=11) == []
    assert proposed(["the and of"] * 50, "en", least=11) == []


def test_a_theme_is_counted_by_its_words() -> None:
    said = "Tardaron MUCHÍSIMO; nadie llamó."
    assert words_of(said) == {"tardaron", "muchisimo", "nadie", "llamo"}
    assert speaks_of(said, ["llamo"]) and speaks_of(said, ["tarda*"])
    assert not speaks_of(said, ["tarda"]) and not speaks_of(said, []) and not speaks_of("", ["llamo"])


def test_an_n_with_its_tilde_is_a_letter() -> None:
    """Año is no anus."""
    assert words_of("Un año") == {"año"}

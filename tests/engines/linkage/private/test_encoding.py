"""Encodings: alike where records are, the same under one key, refused where they would protect too little."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.linkage import Record, VictimServiceRecord
from commonweal.engines.linkage.private import Encoded, Encoder, Encoding, dice
from commonweal.engines.linkage.private.tokens import FIELDS, kinds_of, positions

KEY = bytes(range(3, 35))
AGREED = Encoding("Outreach", ("address", "born", "family", "given", "phone"))
JOSE = Record(
    id="1", source="a", origin="shelter", given="José", family="Martínez", born=date(1961, 4, 12),
    address="12 Harbor Street", phone="703-555-0101",
)  # fmt: skip
OTHER = Record(
    id="2", source="a", origin="shelter", given="Linda", family="Nguyen", born=date(1988, 11, 30),
    address="907 Oak Avenue", phone="703-555-7766",
)  # fmt: skip


def rows(*records: Record, encoding: Encoding = AGREED, key: bytes = KEY, source: str = "a") -> Encoded:
    found, thin = Encoder(encoding, key, source).encoded((record.id, record) for record in records)
    assert not thin
    return found


def likeness(a: Record, b: Record, encoding: Encoding = AGREED) -> float:
    """Of two parties' encodings."""
    return dice(
        rows(a, encoding=encoding, source="a").bits[0], rows(b, encoding=encoding, source="b").bits[0]
    )


def test_a_person_written_otherwise_is_liker_than_a_stranger() -> None:
    misspelt = replace(JOSE, family="Martines")
    moved = replace(JOSE, address="4 Mill Lane")
    swapped = replace(JOSE, given="Martínez", family="José")
    stranger = likeness(JOSE, OTHER)
    assert likeness(JOSE, JOSE) > likeness(JOSE, misspelt) > 0.7 > stranger
    assert min(likeness(JOSE, moved), likeness(JOSE, swapped)) > stranger + 0.03


def test_accents_and_nicknames_agree() -> None:
    assert likeness(JOSE, replace(JOSE, given="jose", family="MARTINEZ")) == likeness(JOSE, JOSE)
    strange = likeness(JOSE, replace(JOSE, given="Dieter"))
    assert likeness(JOSE, replace(JOSE, given="Pepe")) > strange


def test_one_key_gives_one_encoding_and_another_key_or_agreement_none_that_fits() -> None:
    mine = rows(JOSE)
    assert (mine.bits == rows(JOSE).bits).all(), "repeated runs average nothing away"
    for other in (
        rows(JOSE, key=bytes(range(9, 41))),
        rows(JOSE, encoding=replace(AGREED, project="Another")),
    ):
        assert dice(mine.bits[0], other.bits[0]) < 0.6


def test_a_usual_record_fills_half() -> None:
    assert 0.42 < np.unpackbits(rows(JOSE, OTHER).bits.view(np.uint8)).mean() < 0.58
    few, many = positions(AGREED.fields, 2048), positions(FIELDS, 2048)
    assert all(few[kind.name] >= many[kind.name] for kind in kinds_of(AGREED.fields))


def test_a_salt_parts_those_in_whom_it_differs() -> None:
    salted = replace(AGREED, salt="birth_year")
    later = replace(JOSE, born=date(1962, 4, 12))
    assert likeness(JOSE, later) > 0.7 > likeness(JOSE, later, salted)
    assert likeness(JOSE, replace(JOSE, phone=""), salted) > 0.7


def test_records_that_say_too_little_are_left_out_and_named() -> None:
    thin = replace(JOSE, id="3", family="", address="", phone="")
    found, left_out = Encoder(AGREED, KEY, "a").encoded((r.id, r) for r in (JOSE, thin))
    assert (found.ids, left_out) == (("1",), ("3",))
    salted = Encoder(replace(AGREED, salt="birth_year"), KEY, "a")
    assert salted.encoded([("4", replace(JOSE, born=None))])[1] == ("4",)


def test_victim_service_records_cannot_even_be_made() -> None:
    with pytest.raises(VictimServiceRecord, match="excluded from linkage by law"):
        Encoder(AGREED, KEY, "a").encoded([("1", replace(JOSE, origin="victim_service"))])


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"project": " "}, "project: empty"),
        ({"fields": ("given", "family")}, "fields: 2; encode at least 3"),
        ({"fields": ("given", "family", "shoe")}, "fields: shoe"),
        ({"bits": 100}, "bits: 100"),
        ({"flips": 0}, "flips: 0"),
        ({"salt": "name"}, "salt: 'name'"),
        ({"version": 9}, "version: 9"),
    ],
)
def test_parameters_that_protect_too_little_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(AGREED, **wrong)  # type: ignore[arg-type]


def test_keys_that_can_be_guessed_are_refused_and_never_shown() -> None:
    for key in (b"short", b"a" * 40):
        with pytest.raises(ValueError, match="random"):
            Encoder(AGREED, key, "a")
    with pytest.raises(ValueError, match="source: empty"):
        Encoder(AGREED, KEY, "")
    assert KEY.hex() not in repr(Encoder(AGREED, KEY, "a")) and repr(KEY) not in repr(
        Encoder(AGREED, KEY, "a")
    )


words = st.text("abcdefgh", min_size=3, max_size=9)


@settings(max_examples=25, deadline=None)
@given(given_name=words, family=words, address=words)
def test_an_encoding_is_most_like_itself_and_says_its_size(
    given_name: str, family: str, address: str
) -> None:
    record = replace(JOSE, given=given_name, family=family, address=address)
    found = rows(record, OTHER)
    assert found.bits.shape == (2, 16)
    mine, other = found.bits
    assert dice(mine, mine) == 1.0 >= dice(mine, other) == dice(other, mine)

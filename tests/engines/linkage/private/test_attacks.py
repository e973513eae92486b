"""Somebody holds the encodings and not the key: what the plain filter gives away, the hardened one keeps."""

from collections import Counter
from functools import cache

import numpy as np

from commonweal.engines.linkage import Record
from commonweal.engines.linkage.private import Encoder, Encoding
from engines.linkage.people import town
from engines.linkage.private.attack import leaks, plain_filter, tokens_of, unpacked

FIELDS = ("address", "born", "family", "given")
KEY = bytes(range(11, 43))


@cache
def people() -> tuple[Record, ...]:
    """A town's records with a value in each field."""
    return tuple(r for r in town(2_600, seed=5) if r.born and r.address and r.source == "police")[:500]


@cache
def hardened() -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    encoder = Encoder(Encoding("Outreach", FIELDS), KEY, "police")
    encoded, thin = encoder.encoded((record.id, record) for record in people())
    assert not thin
    return unpacked(encoded.bits)


def plain(secret: bytes) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    return np.array([plain_filter(record, FIELDS, secret) for record in people()])


def test_patterns_of_bits_betray_plain_filters_even_under_a_key_and_not_hardened_ones() -> None:
    told = leaks(plain(b"a secret that the attacker lacks"), people(), FIELDS)
    kept = leaks(hardened(), people(), FIELDS)
    assert np.median(told) > 0.95, "the attack works, so that withstanding it says something"
    assert np.median(kept) < 0.55 and max(kept) < 0.85
    assert np.mean([one > 0.9 for one in told]) > 0.7 and np.mean([one > 0.9 for one in kept]) == 0


def guessed(
    bits: np.ndarray[tuple[int, int], np.dtype[np.bool_]],
    tried: np.ndarray[tuple[int, int], np.dtype[np.bool_]],
) -> float:
    """How often the dictionary's nearest entry is the very record."""
    one, other = bits.astype(np.float32), tried.astype(np.float32)
    alike = one @ other.T / np.sqrt(np.outer(one.sum(1), other.sum(1)))
    return float(np.mean(alike.argmax(axis=1) == np.arange(len(one))))


def test_a_dictionary_of_everybody_finds_all_in_unkeyed_filters_and_nobody_without_the_key() -> None:
    assert guessed(plain(b""), plain(b"")) == 1.0
    assert guessed(plain(b"secret"), plain(b"")) < 0.02
    other = Encoder(Encoding("Outreach", FIELDS), bytes(range(50, 82)), "police")
    tried, _ = other.encoded((record.id, record) for record in people())
    assert guessed(hardened(), unpacked(tried.bits)) < 0.02
    foreign = Encoder(Encoding("Another agreement", FIELDS), KEY, "police")
    tried, _ = foreign.encoded((record.id, record) for record in people())
    assert guessed(hardened(), unpacked(tried.bits)) < 0.02


def test_frequent_people_cannot_be_counted_out_since_equal_values_differ() -> None:
    twice = [Record(id=str(n), source="police", origin="police", given="Maria", family="Garcia",
                    address="1 Main Street") for n in range(200)]  # fmt: skip
    fields = ("address", "family", "given")
    plain_rows = Counter(plain_filter(record, fields, b"k").tobytes() for record in twice)
    assert plain_rows.most_common(1)[0][1] == 200
    encoded, _ = Encoder(Encoding("Outreach", fields), KEY, "police").encoded((r.id, r) for r in twice)
    assert len({row.tobytes() for row in encoded.bits}) == 200


def test_no_bit_of_an_encoding_stands_for_a_value() -> None:
    known = [tokens_of(record, FIELDS) for record in people()]
    common = [t for t, n in Counter(t for each in known for t in each).most_common(40) if n < 300][:20]

    def strongest(bits: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> float:
        """The mean over tokens of the strongest tie of one bit to it."""
        rows = [[token in each for each in known] for token in common]
        both = np.corrcoef(np.array(rows, float), bits[:, bits.std(axis=0) > 0].T.astype(float))
        return float(np.abs(both[: len(common), len(common) :]).max(axis=1).mean())

    assert strongest(plain(b"k")) > 0.85
    assert strongest(hardened()) < 0.6

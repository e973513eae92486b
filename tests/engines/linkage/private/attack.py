"""Attacks on encodings by somebody without the key: patterns mined from bits that occur together (Christen,
Ranbaduge, Vatsalan and Schnell 2018), and a dictionary of names encoded by guesswork.

The miner here is stronger than any real one: what a pattern means is not guessed from how often it occurs,
but told by the truth. What it still does not find, nobody finds by way of patterns.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage import Record
from commonweal.engines.linkage.private.tokens import Token, kinds_of
from commonweal.engines.linkage.records import normal

Bits = NDArray[np.bool_]
PLAIN = 2048


def tokens_of(record: Record, fields: Sequence[str]) -> set[Token]:
    """What of a record is hashed."""
    return {token for kind in kinds_of(fields) for token in kind.tokens(normal(record))}


def plain_filter(record: Record, fields: Sequence[str], secret: bytes, positions: int = 15) -> Bits:
    """A record-level filter as first published: double hashing, nothing hardened (Schnell et al. 2011)."""
    found = np.zeros(PLAIN, np.bool_)
    for domain, text in tokens_of(record, fields):
        seed = secret + f"{domain}{text}".encode()
        one = int.from_bytes(hashlib.sha1(seed).digest(), "big")
        other = int.from_bytes(hashlib.md5(seed).digest(), "big")
        found[[(one + at * other) % PLAIN for at in range(positions)]] = True
    return found


def unpacked(words: NDArray[np.uint64]) -> Bits:
    """Encodings as they are shared, a column a bit."""
    return np.unpackbits(words.astype("<u8").view(np.uint8), axis=1, bitorder="little").astype(np.bool_)


def mined(bits: Bits, patterns: int) -> list[Bits]:
    """Sets of records that share a pattern of bits which occur together far more often than by chance.

    From each of the most correlated pairs of columns a pattern grows: the columns that nearly all records
    with that pair set too; the records that have nearly the whole pattern are the set.
    """
    columns = bits.astype(np.float32)
    rate = columns.mean(axis=0)
    spread = np.sqrt(rate * (1 - rate)) + 1e-6
    together = (columns.T @ columns / len(bits) - np.outer(rate, rate)) / np.outer(spread, spread)
    together[np.tril_indices(len(together))] = -1
    found, used = [], np.zeros(len(together), np.bool_)
    flat = together.ravel()
    likeliest = np.argpartition(flat, -100_000)[-100_000:]
    for pair in likeliest[np.argsort(-flat[likeliest])]:
        one, other = divmod(int(pair), len(together))
        if used[one] or used[other]:
            continue
        within = columns[bits[:, one] & bits[:, other]].mean(axis=0)
        gain = (within - rate) / spread
        likely = within >= 0.9 * min(within[one], within[other])
        pattern = likely & (gain >= 0.5 * min(gain[one], gain[other]))
        used |= pattern
        found.append(columns[:, pattern].mean(axis=1) >= 0.9)
        if len(found) == patterns:
            break
    return found


def leaks(bits: Bits, records: Sequence[Record], fields: Sequence[str], most: int = 25) -> list[float]:
    """For each of the commonest tokens how well the best mined pattern tells who has it (correlation)."""
    known = [tokens_of(record, fields) for record in records]
    counted = Counter(token for tokens in known for token in tokens)
    common = [token for token, count in counted.most_common(3 * most) if count < 0.6 * len(records)][:most]
    patterns = [found.astype(float) for found in mined(bits, 8 * most) if 0 < found.mean() < 1]
    told = []
    for token in common:
        has = np.array([token in tokens for tokens in known], float)
        told.append(max((float(np.corrcoef(has, pattern)[0, 1]) for pattern in patterns), default=0.0))
    return told

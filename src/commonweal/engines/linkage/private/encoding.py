"""A record as a hardened Bloom filter of all its fields, under a key that only the parties hold.

Record-level filters of several fields (Schnell, Bachteler & Reiher 2009, 2011), hardened by what the
literature found to hold (Christen, Ranbaduge & Schnell 2020, "Linking Sensitive Data", ch. 9):

- positions drawn one by one from HMAC-SHA-256 stretched by SHAKE-256, not by double hashing, whose few
  arithmetic progressions were counted out (Niedermeyer et al. 2014; Kroll & Steinmetzer 2015);
- halves folded onto one another by XOR after a keyed shuffle (Schnell & Borgs 2016), the simplest form of
  diffusion (Armknecht, Heng & Schnell 2023): no output bit stands for one token any more;
- noise: each bit flipped with a small chance (BLIP: Alaggan, Gambs & Kermarrec 2012), drawn from the key
  and the record's own id, so that equal values give unequal encodings and a repeated run averages nothing;
- on request every token salted with the year of birth or the sex (Niedermeyer et al. 2014), at the price
  of the pairs in which the salt differs.

What remains: similarities between encodings are what linkage needs, and whoever holds both encodings and a
like population in clear text can compare the two graphs of similarity (Vidanage et al. 2020). Encodings
are pseudonymised personal data.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage.private.comparing import Encoded
from commonweal.engines.linkage.private.tokens import FIELDS, Token, kinds_of, positions
from commonweal.engines.linkage.records import Normal, Record, normal

VERSION = 1
SHORTEST_KEY = 32  # bytes
FEWEST_FIELDS = 3  # a filter of one or two fields is a table of how often each value occurs
SALTS = ("", "birth_year", "sex")
BYTE = 256
CHUNK = 8_192


class Thin(ValueError):
    """A record with too few values to be encoded without standing out."""


@dataclass(frozen=True)
class Encoding:
    """What the parties agree on besides the key; no secret in it.

    `project` makes the encodings of one agreement comparable with no other. `fields` are those that all
    parties hold. `bits` is the length after folding; `flips` of 256 bits are noise; `salt` one of SALTS.
    """

    project: str
    fields: tuple[str, ...] = FIELDS
    bits: int = 1024
    flips: int = 8
    salt: str = ""
    version: int = VERSION

    def __post_init__(self) -> None:
        """Refuse parameters that protect too little or cannot be used."""
        if not self.project.strip():
            raise ValueError("project: empty; name the agreement, so that its encodings fit no other")
        if unknown := [name for name in self.fields if name not in FIELDS]:
            raise ValueError(f"fields: {', '.join(unknown)}; use some of {', '.join(FIELDS)}")
        if len(set(self.fields)) < FEWEST_FIELDS:
            raise ValueError(f"fields: {len(set(self.fields))}; encode at least {FEWEST_FIELDS} together")
        if self.bits not in (512, 1024, 2048):
            raise ValueError(f"bits: {self.bits}; use 512, 1024 or 2048")
        if not 1 <= self.flips <= 32:
            raise ValueError(f"flips: {self.flips}; give 1 to 32 of 256 bits")
        if self.salt not in SALTS:
            raise ValueError(f"salt: {self.salt!r}; use one of birth_year, sex, or nothing")
        if self.version != VERSION:
            raise ValueError(f"version: {self.version}; this program encodes version {VERSION}")

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the parameters: encodings with another one are not comparable."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


@dataclass
class Encoder:
    """Encodes records under a key (at least 32 random bytes) for one `source`, which the noise depends on."""

    encoding: Encoding
    key: bytes = field(repr=False)
    source: str
    _masks: dict[Token, int] = field(default_factory=dict, init=False, repr=False)
    _keys: dict[str, bytes] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse keys that can be guessed."""
        if len(self.key) < SHORTEST_KEY or len(set(self.key)) < 8:
            raise ValueError(f"key: {len(self.key)} bytes; give at least {SHORTEST_KEY} random ones")
        if not self.source:
            raise ValueError("source: empty; name the party, so that its noise is its own")
        order = np.frombuffer(self._stretched(b"fold", 16 * self.encoding.bits), dtype="<u8")
        self._order = np.argsort(order, kind="stable")
        self._kinds = kinds_of(self.encoding.fields)
        self._positions = positions(self.encoding.fields, 2 * self.encoding.bits)

    @property
    def key_check(self) -> str:
        """Tells two keys apart and says nothing else of them."""
        return self._derived("check").hex()[:16]

    def encoded(self, records: Iterable[tuple[str, Record]]) -> tuple[Encoded, tuple[str, ...]]:
        """Records with the opaque id each goes by, as packed bits; and the opaque ids left out as too thin.

        Records of victim-service origin cannot be here: none can be made (34 USC 12291(b)(2)).
        """
        ids: list[str] = []
        thin: list[str] = []
        raw: list[bytes] = []
        noise: list[bytes] = []
        parts: list[NDArray[np.uint8]] = []
        for id, record in records:
            try:
                raw.append(self.filled(normal(record)))
            except Thin:
                thin.append(id)
                continue
            ids.append(id)
            noise.append(self._noise(record.id))
            if len(raw) == CHUNK:
                parts.append(self._hardened(raw, noise))
                raw, noise = [], []
        parts.append(self._hardened(raw, noise))
        bits = np.concatenate(parts).view("<u8").astype(np.uint64)
        return Encoded(self.source, tuple(ids), bits), tuple(thin)

    def filled(self, record: Normal) -> bytes:
        """The plain filter of a record, twice as long as the encoding; it must not leave the party.

        Thin where fewer than three fields have a value, or the salt is unknown.
        """
        salt = self._salt_of(record)
        mask, known = 0, 0
        for kind in self._kinds:
            before = mask
            for domain, text in kind.tokens(record):
                mask |= self._mask((domain, f"{salt}{text}"))
            known += mask != before and kind.name in self.encoding.fields
        if known < FEWEST_FIELDS:
            raise Thin("fewer than three fields have a value")
        return mask.to_bytes(self.encoding.bits // 4, "little")

    def _salt_of(self, record: Normal) -> str:
        if not self.encoding.salt:
            return ""
        found = record.born[:4] if self.encoding.salt == "birth_year" else record.sex
        if not found:
            raise Thin("the field that salts is unknown")
        return f"{found}\x1f"

    def _mask(self, token: Token) -> int:
        """The positions that a token sets."""
        found = self._masks.get(token)
        if found is None:
            seed = hmac.digest(self._derived(token[0]), token[1].encode(), "sha256")
            drawn = np.frombuffer(hashlib.shake_256(seed).digest(2 * self._positions[token[0]]), dtype="<u2")
            found = 0
            for place in (drawn % (2 * self.encoding.bits)).tolist():
                found |= 1 << place
            self._masks[token] = found
        return found

    def _derived(self, purpose: str) -> bytes:
        """A key of its own for each domain of tokens, the fold, the noise and the check."""
        if purpose not in self._keys:
            text = f"commonweal\x1f{self.encoding.fingerprint}\x1f{purpose}".encode()
            self._keys[purpose] = hmac.digest(self.key, text, "sha256")
        return self._keys[purpose]

    def _stretched(self, purpose: bytes, size: int) -> bytes:
        return hashlib.shake_256(self._derived(purpose.decode())).digest(size)

    def _noise(self, id: str) -> bytes:
        """A byte for each bit of one record's encoding; the same whenever it is encoded under this key."""
        seed = hmac.digest(self._derived("noise"), f"{self.source}\x1f{id}".encode(), "sha256")
        return hashlib.shake_256(seed).digest(self.encoding.bits)

    def _hardened(self, raw: Sequence[bytes], noise: Sequence[bytes]) -> NDArray[np.uint8]:
        """Plain filters shuffled, folded by XOR, and flipped in places; packed, a row each."""
        size = self.encoding.bits
        plain = np.frombuffer(b"".join(raw), np.uint8).reshape(len(raw), size // 4)
        shuffled = np.unpackbits(plain, axis=1, bitorder="little")[:, self._order]
        folded = shuffled[:, :size] ^ shuffled[:, size:]
        drawn = np.frombuffer(b"".join(noise), np.uint8).reshape(len(raw), size)
        return np.packbits(folded ^ (drawn < self.encoding.flips), axis=1, bitorder="little")

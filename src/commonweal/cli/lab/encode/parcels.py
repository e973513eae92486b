"""Files of encodings between parties: a manifest, then one line a record; no identifier in either.

The first line is a JSON object (format, version, source, parameters and their SHA-256, a check of the key,
how many records, SHA-256 of the rest); each further line {"id": OPAQUE, "bits": BASE64}. What they hold is
pseudonymised personal data, never anonymous: keep and send them as such.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from commonweal.cli.tables import BadFile, row_object
from commonweal.engines.linkage.private import Encoded, Encoding

FORMAT = "commonweal-encodings"
VERSION = 1
ABOUT = (
    "Pseudonymised personal data: not anonymous. Send them encrypted, to the linkage unit alone, and delete "
    "them when the linkage is done."
)


@dataclass(frozen=True)
class Parcel:
    """One party's encodings with what they were made under."""

    encoded: Encoded
    encoding: Encoding
    key_check: str


def write(path: Path, parcel: Parcel) -> None:
    """Write a file of encodings, in the order of the opaque ids, which says nothing."""
    rows = sorted(zip(parcel.encoded.ids, parcel.encoded.bits, strict=True), key=lambda row: row[0])
    lines = [
        json.dumps({"id": id, "bits": base64.b64encode(bits.astype("<u8").tobytes()).decode()})
        for id, bits in rows
    ]
    body = "".join(f"{line}\n" for line in lines)
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "about": ABOUT,
        "source": parcel.encoded.source,
        "records": len(lines),
        "parameters": asdict(parcel.encoding),
        "parameters_sha256": parcel.encoding.fingerprint,
        "key_check": parcel.key_check,
        "body_sha256": hashlib.sha256(body.encode()).hexdigest(),
    }
    path.write_text(f"{json.dumps(manifest)}\n{body}", encoding="utf-8")


def read(path: Path) -> Parcel:
    """A file of encodings, checked; BadFile says what does not fit."""
    try:
        first, _, body = path.read_text(encoding="utf-8").partition("\n")
        manifest = row_object(path, 1, json.loads(first))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadFile(f"{path}: no file of encodings: {error}; ask the party for it again") from error
    if (manifest.get("format"), manifest.get("version")) != (FORMAT, VERSION):
        raise BadFile(f"{path}, line 1, field format: is no {FORMAT} of version {VERSION}; encode it anew")
    if manifest.get("body_sha256") != hashlib.sha256(body.encode()).hexdigest():
        raise BadFile(f"{path}, field body_sha256: the file was changed or cut; ask the party for it again")
    encoding = parameters(path, manifest)
    ids, rows = _rows(path, body, encoding.bits // 8)
    if manifest.get("records") != len(ids):
        raise BadFile(f"{path}, field records: {manifest.get('records')!r}, and there are {len(ids)}")
    try:
        bits = np.frombuffer(b"".join(rows), "<u8").astype(np.uint64).reshape(len(ids), encoding.bits // 64)
        encoded = Encoded(str(manifest.get("source", "")), tuple(ids), bits)
    except ValueError as error:
        raise BadFile(f"{path}: {error}") from error
    return Parcel(encoded, encoding, str(manifest.get("key_check", "")))


def parameters(path: Path, manifest: Mapping[str, object]) -> Encoding:
    """The parameters that a manifest names."""
    given = manifest.get("parameters")
    if not isinstance(given, Mapping) or not isinstance(given.get("fields"), list):
        raise BadFile(f"{path}, line 1, field parameters: missing or no object; encode it anew")
    try:
        found = Encoding(
            project=str(given["project"]),
            fields=tuple(map(str, given["fields"])),
            bits=int(given["bits"]),
            flips=int(given["flips"]),
            salt=str(given["salt"]),
            version=int(given["version"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadFile(f"{path}, line 1, field parameters: {error}; encode it anew") from error
    if manifest.get("parameters_sha256") != found.fingerprint:
        raise BadFile(f"{path}, field parameters_sha256: does not fit the parameters; encode it anew")
    return found


def _rows(path: Path, body: str, size: int) -> tuple[list[str], list[bytes]]:
    """Opaque ids and bits of every line."""
    ids, rows = [], []
    for line, text in enumerate(body.splitlines(), start=2):
        try:
            found = row_object(path, line, json.loads(text))
            bits = base64.b64decode(str(found.get("bits", "")), validate=True)
        except (json.JSONDecodeError, binascii.Error) as error:
            raise BadFile(f"{path}, line {line}: {error}; encode it anew") from error
        if len(bits) != size or not isinstance(found.get("id"), str):
            raise BadFile(f"{path}, line {line}, field bits: {len(bits)} bytes; {size} are due, beside an id")
        ids.append(str(found["id"]))
        rows.append(bits)
    return ids, rows


def together(paths: Sequence[Path]) -> list[Parcel]:
    """Files of several parties that may be compared: one set of parameters, one key."""
    found = [read(path) for path in paths]
    for path, parcel in zip(paths[1:], found[1:], strict=True):
        if parcel.encoding != found[0].encoding:
            raise BadFile(
                f"{path}, field parameters: differ from those of {paths[0]} "
                f"({parcel.encoding} / {found[0].encoding}); agree on project and fields and encode anew"
            )
        if parcel.key_check != found[0].key_check:
            raise BadFile(f"{path}, field key_check: another key than {paths[0]}; encode both with one key")
    return found

"""`commonweal lab encode`: people as pseudonymised encodings, to be linked where no identifier may be sent.

Each party runs it on its own machine; no instance, account or network is needed. What leaves is the file of
encodings; the key and the list of ids stay.
"""

import argparse
import secrets
import stat
import sys
from pathlib import Path

from commonweal.cli.lab.encode.parcels import Parcel, write
from commonweal.cli.people_files import BETWEEN, Schema, records
from commonweal.cli.tables import BadFile, write_csv, written
from commonweal.engines.linkage import Record
from commonweal.engines.linkage.private import Encoder, Encoding

FIELD_OF = {
    "first_name": ("given",),
    "last_name": ("family",),
    "full_name": ("given", "family"),
    "date_of_birth": ("born",),
    "sex": ("sex",),
    "street_number": ("address",),
    "street_address": ("address",),
    "place": ("address",),
    "postcode": ("postcode",),
    "phone": ("phone",),
    "email": ("email",),
    "identifier": ("identifier",),
    "birth_place": ("birth_place",),
    "other": ("middle",),
}
NAME = "encode"
HELP = """People as pseudonymised encodings, for a linkage to which no identifier may be sent.

  commonweal lab encode --new-key shared.key                 once, by one party; handed over in person
  commonweal lab encode people.csv --schema schema.json --key shared.key --project "Outreach 2026" \\
      --source shelter --out shelter.encodings.jsonl --ids shelter.ids.csv

schema.json: {"id": COLUMN, "origin": KIND OF AGENCY, "fields": {COLUMN: KIND}}, kinds as for
`commonweal lab link`. All parties give the same project and fields. Send the file of --out, keep the other
two. Encodings are pseudonymised personal data, never anonymous. Victim-service records are refused."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="people, one row each")
    parser.add_argument("--new-key", type=Path, metavar="KEYFILE", help="write a new random key and stop")
    parser.add_argument("--schema", type=Path, help="what each column holds, and the kind of agency")
    parser.add_argument("--key", type=Path, metavar="KEYFILE", help="the key that the parties share")
    parser.add_argument("--project", default="", help="the agreement; encodings of two fit nowhere together")
    parser.add_argument("--source", default="", metavar="NAME", help="this party")
    parser.add_argument(
        "--fields", default="", metavar="A,B,...", help="encode these only (default: all of the schema)"
    )
    parser.add_argument(
        "--salt", default="", choices=("", "birth_year", "sex"), help="salt each record with this field"
    )
    parser.add_argument("--out", type=Path, metavar="ENCODINGS.jsonl", help="write what may be sent here")
    parser.add_argument("--ids", type=Path, metavar="IDS.csv", help="write which opaque id is whose; keep it")


def run(args: argparse.Namespace) -> int:
    """Make a key, or encode a file; 2 with a message where that cannot be."""
    try:
        if args.new_key:
            new_key(args.new_key)
            return 0
        for name in ("file", "schema", "key", "source", "out", "ids"):
            if not getattr(args, name):
                raise BadFile(f"field {name}: missing; see commonweal lab encode --help")
        encode(args)
    except (ValueError, OSError) as error:
        print(f"commonweal lab encode: {error}", file=sys.stderr)
        return 2
    return 0


def new_key(path: Path) -> None:
    """A random key of 256 bits, readable by its owner alone; an existing file is never replaced."""
    path.touch(mode=stat.S_IRUSR | stat.S_IWUSR, exist_ok=False)
    path.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
    print(f"{path}: give it to the other parties by hand or encrypted, never to the linkage unit.")


def key_in(path: Path) -> bytes:
    """The key in a file."""
    try:
        return bytes.fromhex(path.read_text(encoding="ascii"))
    except (ValueError, OSError) as error:
        raise BadFile(
            f"{path}, field key: cannot be read; make one by commonweal lab encode --new-key"
        ) from error


def encode(args: argparse.Namespace) -> None:
    """Encode a file of people and say how many; the record of ids stays with the party."""
    schema = Schema.read(args.schema)
    if schema.origin == "lab":
        raise BadFile(f"{args.schema}, field origin: missing; name the kind of agency that holds the records")
    encoding = Encoding(project=args.project, fields=fields_of(schema, args.fields), salt=args.salt)
    people = {secrets.token_hex(16): row for row in records(args.file, schema)}
    encoder = Encoder(encoding, key_in(args.key), args.source)
    own = {opaque: row["id"].split(BETWEEN)[1] for opaque, row in people.items()}
    made = (
        (opaque, Record(**{**row, "id": own[opaque], "source": args.source}))
        for opaque, row in people.items()
    )
    encoded, thin = encoder.encoded(made)
    write(args.out, Parcel(encoded, encoding, encoder.key_check))
    args.ids.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
    left_out = set(thin)
    write_csv(args.ids, ("own_id", "opaque_id"), ([id, "" if o in left_out else o] for o, id in own.items()))
    written(
        {
            "source": args.source,
            "encoded": len(encoded.ids),
            "left_out_too_few_values": len(thin),
            "fields": encoding.fields,
            "parameters_sha256": encoding.fingerprint,
            "key_check": encoder.key_check,
        }
    )


def fields_of(schema: Schema, wanted: str) -> tuple[str, ...]:
    """The fields to encode, in one order whoever encodes."""
    there = {field for kind in schema.kinds.values() for field in FIELD_OF.get(kind, ())}
    named = {field.strip() for field in wanted.split(",") if field.strip()}
    if lacking := sorted(named - there):
        raise BadFile(
            f"field fields: {', '.join(lacking)}; the schema has columns for {', '.join(sorted(there))} only"
        )
    return tuple(sorted(named or there))

"""Compile every message catalogue (`*/locale/<language>/LC_MESSAGES/django.po`) to the form Django reads.

Uses Babel, so that no gettext is needed on the machine. Fails when a translation's placeholders differ from
those of its message, since such a page would break only in that language.
"""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parents[1] / "src" / "commonweal"


def compile_catalogue(po: Path) -> tuple[int, list[str]]:
    """Write the `.mo` beside `po`; give the number of translated messages and the faults found."""
    with po.open("rb") as stream:
        catalogue = read_po(stream, locale=po.parts[-3])
    faults = [f"{po}:{message.lineno}: {fault}" for message, errors in catalogue.check() for fault in errors]
    with po.with_suffix(".mo").open("wb") as stream:
        write_mo(stream, catalogue)
    return sum(1 for message in catalogue if message.id and message.string), faults


def main() -> int:
    """Compile all catalogues; print a count; exit 1 on any fault."""
    results = [compile_catalogue(po) for po in sorted(SOURCE.rglob("LC_MESSAGES/django.po"))]
    faults = [fault for _, found in results for fault in found]
    print(f"translations: {len(results)} catalogues, {sum(count for count, _ in results)} messages")
    print("\n".join(faults), file=sys.stderr, end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

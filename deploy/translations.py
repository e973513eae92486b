"""Compile every message catalogue (`*/locale/<language>/LC_MESSAGES/django.po`) to the form Django reads.

Uses Babel, so that no gettext is needed on the machine. Fails when a translation's placeholders differ from
those of its message, since such a page would break only in that language; and when a message stands twice or
has two translations, which two hands leave behind and Babel reads as one.
"""

import re
import sys
from collections import Counter
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parents[1] / "src" / "commonweal"


def compile_catalogue(po: Path) -> tuple[int, list[str]]:
    """Write the `.mo` beside `po`; give the number of translated messages and the faults found."""
    with po.open("rb") as stream:
        catalogue = read_po(stream, locale=po.parts[-3])
    faults = [f"{po}:{message.lineno}: {fault}" for message, errors in catalogue.check() for fault in errors]
    faults += [f"{po}: {fault}" for fault in left_behind(po.read_text("utf-8"))]
    with po.with_suffix(".mo").open("wb") as stream:
        write_mo(stream, catalogue)
    return sum(1 for message in catalogue if message.id and message.string), faults


def left_behind(text: str) -> list[str]:
    """Messages that stand twice in a catalogue, and those with two translations."""
    entries = re.findall(r"^((?:msgctxt .*\n)?msgid .*\n(?:\".*\n)*)", text, re.MULTILINE)
    twice = [f"stands twice: {entry.strip()}" for entry, count in Counter(entries).items() if count > 1]
    doubled = re.findall(r"^msgstr .*\n(?:\".*\n)*(msgstr .*)", text, re.MULTILINE)
    return twice + [f"a second translation of one message: {line}" for line in doubled]


def main() -> int:
    """Compile all catalogues; print a count; exit 1 on any fault."""
    results = [compile_catalogue(po) for po in sorted(SOURCE.rglob("LC_MESSAGES/django.po"))]
    faults = [fault for _, found in results for fault in found]
    print(f"translations: {len(results)} catalogues, {sum(count for count, _ in results)} messages")
    print("\n".join(faults), file=sys.stderr, end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

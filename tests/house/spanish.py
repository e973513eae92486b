"""Which messages lack Spanish: from templates and Python of the whole product, against all its catalogues.

`PYTHONPATH=src:tests python tests/house/spanish.py [folder]` prints what is missing, ready for a catalogue.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[2] / "src" / "commonweal"
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2),
    "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip


def messages_of(file: Path) -> Iterator[str]:
    """Every message (singular form) that a template or module offers for translation."""
    text = file.read_text("utf-8")
    if file.suffix in (".html", ".txt"):
        text = templatize(text, origin=str(file))
    elif "gettext" not in text:
        return
    for _line, found, _comments, _context in extract("python", BytesIO(text.encode()), KEYWORDS):
        yield found[0] if isinstance(found, tuple) else found


def all_messages(folder: Path = SOURCE) -> dict[str, Path]:
    """Every message below a folder, with a file that has it."""
    files = [
        file
        for kind in ("*.html", "*.txt", "*.py")
        for file in sorted(folder.rglob(kind))
        if not {"static", "locale", "migrations", "packs"} & set(file.parts)
    ]
    return {message: file for file in files for message in messages_of(file) if message}


def translated() -> dict[str, str]:
    """Every finished Spanish message of every catalogue."""
    done: dict[str, str] = {}
    for file in sorted(SOURCE.rglob("locale/es/LC_MESSAGES/django.po")):
        with file.open("rb") as stream:
            for message in read_po(stream, locale="es"):
                forms = message.id if isinstance(message.id, tuple) else (message.id,)
                texts = message.string if isinstance(message.string, tuple) else (message.string,)
                if forms[0] and all(texts) and not message.fuzzy:
                    done[forms[0]] = texts[0]
    return done


def missing(folder: Path = SOURCE) -> dict[str, Path]:
    """Messages below a folder that no catalogue translates."""
    done = translated()
    return {message: file for message, file in all_messages(folder).items() if message not in done}


def quoted(text: str) -> str:
    """Text as a catalogue writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


if __name__ == "__main__":
    where = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else SOURCE
    for message, file in missing(where).items():
        print(f'#: {file.relative_to(SOURCE)}\nmsgid {quoted(message)}\nmsgstr ""\n')

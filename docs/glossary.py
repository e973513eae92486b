"""Render GLOSSARY.md from the shipped glossary (`src/commonweal/packs/glossary.yaml`).

    python docs/glossary.py          write GLOSSARY.md

The pack is the source: the product explains its terms in place from it, and a house test holds both equal.
"""

from pathlib import Path
from typing import TypedDict

import yaml

ROOT = Path(__file__).resolve().parents[1]
PACK = ROOT / "src" / "commonweal" / "packs" / "glossary.yaml"
GROUPS = {
    "call": "The call",
    "response": "The response",
    "encounter": "The encounter",
    "trust": "Trust",
    "identity": "Identity",
    "care": "Care",
    "learning": "Learning and planning",
}
HEAD = """# Glossary: the shared words

Police and social services name the same things differently. The code, the screens and the documents use
**our word**; the words each side brings stand beside it. Rendered from `src/commonweal/packs/glossary.yaml`
by `make fix`: change that file, which also holds the Spanish explanation that the product shows in place.
"""
COLUMNS = "| our word | Spanish | police say | clinicians say | meaning |"


class Term(TypedDict):
    """One entry of the pack; all values are text, `police` and `clinical` may be empty."""

    key: str
    group: str
    term: str
    es: str
    police: str
    clinical: str
    meaning: str
    meaning_es: str


def terms() -> list[Term]:
    """The entries of the pack, in its order."""
    loaded: list[Term] = yaml.safe_load(PACK.read_text("utf-8"))
    return loaded


def render(entries: list[Term]) -> str:
    """The glossary as Markdown: one table a group, entries in the order given."""
    parts = [HEAD]
    for group, title in GROUPS.items():
        parts += [f"\n## {title}\n", COLUMNS, "|" + "---|" * 5]
        parts += [
            f"| **{one['term']}** | {one['es']} | {one['police']} | {one['clinical']} | {one['meaning']} |"
            for one in entries
            if one["group"] == group
        ]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    (ROOT / "GLOSSARY.md").write_text(render(terms()), "utf-8")

"""Letters on somebody's behalf as data: to whom, what for, in which words, which facts those words need."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from commonweal.kernel.errors import Invalid
from commonweal.kernel.site_file import in_force
from commonweal.sharing import queries as sharing

NAME = "letters.yaml"
TONGUES = ("en", "es")
PARTS = ("approval", "notice", "templates")
OF_ONE = ("to", "purpose", "title", "paragraphs")
SAID = ("true", "false")
FACTS = {
    "name": "identity",
    "born": "identity",
    "goals": "case_plan",
    "services": "case_plan",
    "worker": "case_plan",
    "referrals": "referral_status",
}
"""What a letter may be told of, and the class of data that it comes from."""
OPEN = ("agency",)  # who writes is on the letterhead
MARK = re.compile(r"%\((\w+)\)s")
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Template:
    """A letter to one kind of recipient: its purpose as the person signs it, title and paragraphs."""

    to: str
    purpose: Words
    title: Words
    paragraphs: tuple[Words, ...]

    def categories(self) -> list[str]:
        """The classes of data that the whole letter would need."""
        needed = {FACTS[fact] for words in self.paragraphs for fact in facts_in(words["en"])}
        return [c for c in dict.fromkeys(FACTS.values()) if c in needed]

    def written(self, known: Mapping[str, str], language: str) -> tuple[str, str]:
        """Title and body with these facts; a paragraph that needs another one is not in it."""
        kept = [p[language] for p in self.paragraphs if facts_in(p[language]) <= known.keys()]
        return self.title[language] % known, "\n\n".join(words % known for words in kept)


@dataclass(frozen=True, slots=True)
class Letters:
    """All templates by code, the notice under every letter, and whether a second worker reads it first."""

    templates: Mapping[str, Template]
    notice: Words
    approval: bool


def letters() -> Letters:
    """What is in force: `letters.yaml` of the instance's home where a site keeps one, else ours."""
    return in_force(NAME, read)


def facts_in(words: str) -> frozenset[str]:
    """The facts that these words need."""
    return frozenset(MARK.findall(words)) - frozenset(OPEN)


def read(body: object) -> Letters:
    """What a file's contents say; Invalid names the place that cannot be used."""
    if not isinstance(body, dict) or set(body) != set(PARTS):
        raise Invalid(NAME, "", f"Use: {', '.join(PARTS)}.")
    if not isinstance(body["approval"], bool):
        raise Invalid(f"{NAME} approval", str(body["approval"]), f"Use one of: {', '.join(SAID)}.")
    rows = body["templates"]
    if not isinstance(rows, dict) or not rows:
        raise Invalid(f"{NAME} templates", str(rows)[:60], "Give at least one.")
    made = {str(code): _template(f"{NAME} templates {code}", row) for code, row in rows.items()}
    return Letters(made, _words(f"{NAME} notice", body["notice"]), body["approval"])


def _template(place: str, row: object) -> Template:
    if not isinstance(row, dict) or set(row) != set(OF_ONE):
        raise Invalid(place, str(row)[:60], f"Use: {', '.join(OF_ONE)}.")
    if row["to"] not in sharing.OUTSIDE_KINDS:
        raise Invalid(f"{place} to", str(row["to"]), f"Use one of: {', '.join(sharing.OUTSIDE_KINDS)}.")
    if not isinstance(row["paragraphs"], list) or not row["paragraphs"]:
        raise Invalid(f"{place} paragraphs", "", "Give at least one.")
    title = _words(f"{place} title", row["title"])
    if facts := {fact for words in title.values() for fact in facts_in(words)} - {"name"}:
        raise Invalid(f"{place} title", ", ".join(sorted(facts)), "A title may hold the name alone.")
    paragraphs = tuple(
        _words(f"{place} paragraphs {n}", words) for n, words in enumerate(row["paragraphs"], 1)
    )
    return Template(str(row["to"]), _words(f"{place} purpose", row["purpose"]), title, paragraphs)


def _words(place: str, words: object) -> Words:
    if not isinstance(words, dict) or set(words) != set(TONGUES) or not all(words.values()):
        raise Invalid(place, str(words)[:60], "Write it in English and Spanish.")
    said = {tongue: str(words[tongue]).strip() for tongue in TONGUES}
    if unknown := {mark for text in said.values() for mark in _unknown(text)}:
        raise Invalid(place, ", ".join(sorted(unknown)), f"Use: {', '.join([*FACTS, *OPEN])}.")
    return said


def _unknown(text: str) -> Iterator[str]:
    """Marks that stand for no fact, and a per cent sign that would break the words."""
    yield from (mark for mark in MARK.findall(text) if mark not in FACTS and mark not in OPEN)
    if "%" in MARK.sub("", text):
        yield "%"

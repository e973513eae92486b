"""A protocol's body with one thing changed: what an editor does, apart from any screen.

Bodies are plain mappings as parsed from a file. Each function returns a new body and leaves the old one
as it was; whether the result may stand is the reader's to say (``Protocol.read``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from commonweal.engines.triage.parts import ProtocolError

Body = dict[str, Any]
SECTIONS = ("gates", "rules")


@dataclass(frozen=True, slots=True)
class Said:
    """One answer as an editor gives it: its id (empty for a new one), its words, how often it is given."""

    id: str
    en: str
    es: str


def slug(words: str, taken: Sequence[str]) -> str:
    """An id made of words that none of ``taken`` has."""
    base = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:32] or "part"
    found, n = base, 2
    while found in taken:
        found, n = f"{base}_{n}", n + 1
    return found


def headed(body: Mapping[str, Any], **values: object) -> Body:
    """Title (``{en, es}``), version and days changed; an end of None takes it away."""
    made = deepcopy(dict(body))
    if unknown := set(values) - {"title", "version", "effective_from", "effective_to", "source"}:
        raise ProtocolError(f"{', '.join(sorted(unknown))}: cannot be changed here; change title or days")
    for name, value in values.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = value
    return made


def with_question(
    body: Mapping[str, Any], question: str, text: Mapping[str, str], answers: Sequence[Said]
) -> Body:
    """A question with these words and answers, least worrying first; an empty id adds it as the last.

    Answers that stand keep their ids, their frequency and their tie with the one before.
    """
    made = deepcopy(dict(body))
    rows = made.setdefault("questions", [])
    row = _row(rows, question) if question else None
    if row is None:
        row = {"id": slug(text.get("en", ""), [one["id"] for one in rows]), "answers": []}
        rows.append(row)
    before = {one["id"]: one for one in row["answers"]}
    taken = [said.id for said in answers if said.id]
    kept = []
    for said in answers:
        name = said.id or slug(said.en, taken)
        taken.append(name)
        kept.append({**before.get(name, {}), "id": name, "text": {"en": said.en, "es": said.es}})
    row["text"], row["answers"] = dict(text), kept
    return made


def without_question(body: Mapping[str, Any], question: str) -> Body:
    """The question gone, with its points and records. ProtocolError while a rule asks for it."""
    made = deepcopy(dict(body))
    asking = [r["id"] for s in SECTIONS for r in made.get(s) or () if question in r["when"]]
    if asking:
        raise ProtocolError(f"questions.{question}: {', '.join(asking)} ask for it; change these rules first")
    made["questions"] = [one for one in made["questions"] if one["id"] != question]
    (made.get("score") or {}).get("points", {}).pop(question, None)
    for record in made.get("records") or ():
        record.get("answers", {}).pop(question, None)
    if made.get("records"):
        made["records"] = [record for record in made["records"] if record.get("answers")]
    return made


def with_rule(
    body: Mapping[str, Any],
    rule: str,
    *,
    gate: bool,
    when: Mapping[str, str | list[str]],
    tier: str,
    sentence: Mapping[str, str],
) -> Body:
    """A rule with these conditions, in its place; an empty id adds it as the last of its section."""
    made = deepcopy(dict(body))
    section = SECTIONS[0] if gate else SECTIONS[1]
    other = SECTIONS[1] if gate else SECTIONS[0]
    made[other] = [one for one in made.get(other) or () if one["id"] != rule or not rule]
    rows = made.setdefault(section, []) or []
    made[section] = rows
    row = _row(rows, rule) if rule else None
    if row is None:
        taken = [one["id"] for name in SECTIONS for one in made.get(name) or ()]
        row = {"id": rule or slug(sentence.get("en", ""), taken)}
        rows.append(row)
    row.update(when=dict(when), tier=tier, sentence=dict(sentence))
    return made


def without_rule(body: Mapping[str, Any], rule: str) -> Body:
    """The rule gone from whichever section held it."""
    made = deepcopy(dict(body))
    for section in SECTIONS:
        if section in made:
            made[section] = [one for one in made[section] or () if one["id"] != rule]
    return made


def _row(rows: Sequence[Body], name: str) -> Body | None:
    return next((one for one in rows if one["id"] == name), None)

"""Who called, how to call back, and which agency an incident belongs to."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from commonweal.adapters.eido.nodes import Components, id_of, many, part, refs, text_of, texts, words
from commonweal.adapters.eido.opening import Node
from commonweal.adapters.eido.rows import Reporter
from commonweal.adapters.eido.vocabulary import is_caller, meaning
from commonweal.adapters.files.answers import Finding, shown

SCHEME = re.compile(r"^(?:tel|sips?|sms|callto):", re.IGNORECASE)
ROLES = "personIncidentRoleRegistryText"


def owner_of(components: Components, body: Node, incident: Node) -> tuple[str, str]:
    """The owning agency's id and what it calls itself: the one that says so, else who wrote it last."""
    agencies = components.of("agencyComponent")
    owning = [one for one in agencies if part(one, "incidentOwningAgencyIndicator") is True]
    if len(owning) == 1 and id_of(owning[0]):
        return id_of(owning[0]), name_of(owning[0])
    for node in (incident, body):
        for key in refs(part(node, "updatedByAgencyReference")):
            return key, name_of(components.get(key) or {})
    if len(agencies) == 1 and id_of(agencies[0]):
        return id_of(agencies[0]), name_of(agencies[0])
    return "", ""


def name_of(agency: Node) -> str:
    """What an agency's jCard (RFC 7095) gives as its name; empty where it has none that can be read."""
    card = part(agency, "agencyJcard")
    if isinstance(card, str):
        try:
            card = json.loads(card)
        except (ValueError, RecursionError):
            return ""
    rows = card[1] if isinstance(card, list) and len(card) > 1 else []
    named: dict[str, str] = {}
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, list) and len(row) > 3 and isinstance(row[0], str):
            named.setdefault(row[0].casefold(), words(row[3]))
    return named.get("org") or named.get("fn") or ""


def reporter_of(components: Components, calls: Sequence[Node], people: Sequence[Node],
                findings: list[Finding]) -> Reporter:  # fmt: skip
    """Name, number and language of who called."""
    caller = next((one for one in people if any(map(is_caller, texts(part(one, ROLES))))), None)
    at_call = [one for call in calls for one in components.referred(call, "personReference")[0]]
    who: Node = caller or next((one for one in at_call if not texts(part(one, ROLES))), {})
    phone = _phone(components, [*calls, who])
    name, language = person_name(who), _language(who, findings)
    others = [one for one in people if one is not who]
    for one in others:
        role = ", ".join(texts(part(one, ROLES))) or "no role"
        findings.append(
            Finding("personComponent", shown(role), "a person beside who called: kept, not shown")
        )
    return Reporter(name, phone, language)


def person_name(person: Node) -> str:
    """A person's name as NIEM writes it: whole, or given, middle and surname."""
    for about in many(part(person, "ncPersonComponent")) or [person]:
        for one in many(part(about, "name")):
            if whole := text_of(one, "personFullName"):
                return whole
            parts = (text_of(one, n) for n in ("personGivenName", "personMiddleName", "personSurName"))
            if joined := " ".join(part for part in parts if part):
                return joined
    return ""


def _phone(components: Components, nodes: Sequence[Node]) -> str:
    found = [one for node in nodes for one in components.referred(node, "callBackReference")[0]]
    for one in [*found, *components.of("callbackComponent")]:
        corrected = part(one, "updatedCbn")
        newer = text_of(corrected, "updatedCbnIdentifierUri") if isinstance(corrected, dict) else ""
        for said in [newer, *texts(part(one, "callBackInformationUri")), text_of(one, "deviceContactHeader")]:
            if said:
                return number_of(said)
    return ""


def number_of(uri: str) -> str:
    """The number or address in a telephone or SIP URI."""
    inside = re.search(r"<([^>]*)>", uri)
    return SCHEME.sub("", (inside[1] if inside else uri).strip()).split(";")[0].split("@")[0][:32]


def _language(person: Node, findings: list[Finding]) -> str:
    for about in many(part(person, "ncPersonComponent")):
        for one in many(part(about, "primaryLanguage")):
            said = text_of(one, "languageCode", "languageName")
            found = said.casefold() if re.fullmatch("[A-Za-z]{2}", said) else meaning("languages", said)
            if said and not found:
                findings.append(Finding("primaryLanguage", shown(said), "is not in the table of languages"))
            return found or ""
    return ""

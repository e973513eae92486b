"""The plain reading: a few dozen lines that read the tables of the published page, and give its answer.

Written from the page and the cited law alone, without the engine's rule language, packs or order of work; it
knows nothing of `commonweal`. Slow and simple on purpose, so that a lawyer can hold it beside the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from spec.disclosure_tables import (
    CONSENT,
    COUNTED,
    FIELDS,
    FORMS,
    GIVEN,
    GRANTS,
    GROUPS,
    JUDICIAL,
    MATRIX,
    NATURAL,
    ORIGINS,
    PROCESSES,
    PURPOSES,
    REACH,
    ROLES,
    SEPARATE,
    SETS,
    SPOILT,
    WHY,
)

Strings = frozenset[str]
Line = tuple[str, Strings, list[str], str, str, str]
Answer = tuple[str, Strings, Strings]


def _lines(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.splitlines() if "|" in line]


@cache
def _opens(words: str, category: str) -> Strings:
    found: set[str] = set()
    for word in words.split():
        whole = set(FIELDS[category].split()) - SEPARATE
        found |= whole if word == "*" else set(SETS.get(word, word).split())
    return frozenset(found)


def _who(words: str) -> Strings:
    return frozenset(role for word in words.split() for role in GROUPS.get(word, word).split())


def _what(words: str) -> list[str]:
    """Categories; "any" leaves out criminal history, which nothing opens by consent or emergency."""
    return sorted(set(FIELDS) - {"criminal_history"}) if words == "any" else words.split()


MATRIX_LINES = [(_who(w), what.split(), when, why, opens) for w, what, when, why, opens in _lines(MATRIX)]
REACH_LINES = [(regime.split(), ground, _who(w), when) for regime, ground, w, when in _lines(REACH)]
GRANT_LINES = [
    (regime.split(), ground, _who(w), _what(what), when, why, opens)
    for regime, ground, w, what, when, why, opens in _lines(GRANTS)
]
COUNTED_LINES = {what: cells for what, *cells in _lines(COUNTED)}


@cache
def _parts(when: str) -> tuple[tuple[tuple[str, bool], ...], ...]:
    eithers = [either.split("/") for either in when.split("+") if either]
    return tuple(tuple((part.lstrip("!"), not part.startswith("!")) for part in either) for either in eithers)


@dataclass
class Asked:
    """A request with what its facts mean, each meaning a word that the tables use."""

    actor: str
    category: str
    purpose: str
    facts: dict[str, object]
    origin: str
    words: Strings

    @property
    def count(self) -> object:
        """The size of the cell, or None for rows."""
        return self.facts["aggregate_cell_n"]

    def holds(self, when: str) -> bool:
        """Whether a condition of the tables is met."""
        return all(any((word in self.words) is wanted for word, wanted in either) for either in _parts(when))

    def serves(self, why: str) -> bool:
        """Whether the purpose is the one that a line names; `-` excludes enforcement and evaluation."""
        if why == "-":
            return self.purpose not in {"enforcement", "evaluation"}
        return self.purpose in WHY.get(why, why).split()


LISTED = {"source_program": ORIGINS, "legal_process": PROCESSES, "jurisdiction": frozenset({"US", "UK"})}


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _hours(value: object) -> bool:
    return isinstance(value, float) and value >= 0


def _glass(value: object) -> bool:
    return isinstance(value, dict) and set(value) <= {"reason"} and isinstance(value.get("reason") or "", str)


def _known_consent(value: object) -> bool:
    if value is None:
        return True
    return isinstance(value, dict) and value.get("form") in FORMS and all(
        name == "form" or (name in CONSENT and isinstance(held, bool)) for name, held in value.items()
    )  # fmt: skip


def _known(name: str, value: object) -> bool:
    """Whether a fact has a value that the vocabulary knows."""
    if name in KINDS:
        return KINDS[name](value)
    if name in LISTED:
        return isinstance(value, str) and value in LISTED[name] or (value is None and name != "jurisdiction")
    return isinstance(value, bool)


KINDS: dict[str, Callable[[object], bool]] = {
    "aggregate_cell_n": lambda value: value is None or _whole(value),
    "hours_since_incident": lambda value: value is None or _whole(value) or _hours(value),
    "record_count": _whole,
    "consent": _known_consent,
    "break_glass": lambda value: value is None or _glass(value),
    "purpose_code": lambda value: value is None or isinstance(value, str),
}


def _consent_words(facts: dict[str, object]) -> set[str]:
    consent = facts["consent"]
    if not isinstance(consent, dict) or not _known_consent(consent):
        return set()
    if not all(consent.get(name) for name in GIVEN) or any(consent.get(name) for name in SPOILT):
        return set()
    words = {f"form_{consent['form']}"} | {name for name in ("separate", "tpo_single") if consent.get(name)}
    notes = consent.get("separate") and consent.get("includes_counseling_notes")
    return words | ({"for_notes"} if notes else set())


def _time_words(facts: dict[str, object], words: set[str]) -> set[str]:
    """What the incident's state means: the terms at the head of the page."""
    found = {short for short, long in NAMES.items() if long in words}
    hours = facts["hours_since_incident"]
    if {"assigned", "incident_active"} <= words | found:
        found.add("on_call")
    elif "assigned" in found and isinstance(hours, int | float) and 0 <= hours <= 72:
        found.add("follow_up")
    found |= {"threat"} if "imminent_threat" in words and "on_call" in found else set()
    found |= {"treating"} if found & {"care", "on_call", "follow_up"} else set()
    return found | ({"present"} if found & {"care", "on_call"} else set())


def _paper_words(facts: dict[str, object], words: set[str]) -> set[str]:
    """What papers, codes and broken glass mean."""
    paper, glass = facts["legal_process"], facts["break_glass"]
    found = {str(paper)} if paper else set()
    found |= {"judicial"} if found & JUDICIAL else set()
    found |= {"court_if_stricter"} if "state_law_stricter" not in words or paper == "court_order" else set()
    british = facts["jurisdiction"] == "UK"
    if "uk_justification_recorded" in words if british else facts["purpose_code"] == "C":
        found.add("code_c")
    urgent = bool(words & {"imminent_threat", "medical_emergency"})
    reason = str(glass.get("reason") or "") if isinstance(glass, dict) else ""
    return found | ({"glass"} if urgent and reason.strip() else set())


def _role_words(actor: str, purpose: str, words: set[str], origin: str) -> set[str]:
    """What the role and its purpose mean: `tied` is the circumstance in which a consent serves the role."""
    uniformed = actor in _who("police dispatcher")
    ties = {"victim_advocate"} & {actor} | words & {"care"} & _care_roles(actor)
    ties |= words & ({"treating", "assigned"} if actor in _who("clinical") else set())
    ties |= words & ({"assigned"} if uniformed else set())
    medical = {"actor_is_medical", "medical_emergency", "present"} <= words
    found = {
        "tied": bool(ties),
        "unused": "used_against_subject" not in words,
        "medical_2_51": medical and "consent_obtainable" not in words,
        "enforcing": purpose == "enforcement",
        "giving_care": purpose in {"treatment", "care_coordination"},
        "home": "own" in words or (uniformed and origin in {"ecc", "police"}),
    }
    return {word for word, held in found.items() if held} | {actor}


def _care_roles(actor: str) -> set[str]:
    return {"care"} if actor in {"case_manager", "shelter_worker"} else set()


def _understood(request: dict[str, object], facts: dict[str, object]) -> Asked:
    actor, category, purpose = (str(request[name]) for name in ("actor", "category", "purpose"))
    words = {name for name, value in facts.items() if value is True} | {category}
    words |= _time_words(facts, words)
    words |= _paper_words(facts, words) | _consent_words(facts)
    origin = str(facts["source_program"] or NATURAL.get(category, "police"))
    words |= {f"from_{origin}"} | _role_words(actor, purpose, words, origin)
    return Asked(actor, category, purpose, facts, origin, frozenset(words))


NAMES = {
    "own": "same_agency_as_source", "care": "care_relationship", "covered": "actor_covered_entity",
    "premises_crime": "crime_on_program_premises", "assigned": "assigned_to_incident",
}  # fmt: skip


def _regime(asked: Asked) -> str:
    """Which table speaks: by origin before by category; health keeps its own rows for mh_assessment."""
    by_origin = {
        "victim_service_provider": "victim", "lifeline_988": "988", "part2_program": "part2",
        "hmis": "hmis", "health": "health", "school": "school",
    }  # fmt: skip
    if asked.category == "sud_record" and asked.origin not in {"victim_service_provider", "lifeline_988"}:
        return "part2"
    if asked.category == "mh_assessment" and asked.origin == "health":
        return "ordinary"
    return by_origin.get(asked.origin) or ("school" if asked.category == "education_record" else "ordinary")


def _bulk_of_people(asked: Asked) -> bool:
    """Whether rows about people leave in bulk: totals and research sets exist for §6's purposes alone."""
    research = asked.purpose == "evaluation" and bool(asked.words & {"deidentified", "limited_data_set"})
    counted = asked.purpose in {"evaluation", "public_reporting"} and asked.count is not None
    return "bulk_export" in asked.words and not research and not counted


def _refused(asked: Asked, unknown: bool) -> str:
    """The first of stages 1 to 6 that denies, or an empty string."""
    has, facts = asked.words.__contains__, asked.facts
    count = facts["aggregate_cell_n"]
    urgent = asked.category in {"call_facts", "safety_alerts"} and has("on_call")
    on_duty = has("on_call") and asked.purpose in {"emergency", "treatment"}
    british = facts["jurisdiction"] == "UK" and asked.actor in _who("uk")
    sensitive = asked.category in {"mh_assessment", "sud_record", "education_record"}
    stages = {
        "gate": unknown
        or not all(has(name) for name in ("session_valid", "account_active", "device_trusted"))
        or (not has("purpose_declared") and asked.actor != "public")
        or (not has("mfa") and not urgent)
        or (not has("training_current") and asked.category == "criminal_history"),
        "gone": has("record_expunged") or has("record_sealed"),
        "conflict": has("conflict_of_interest") and not on_duty,
        "bulk": _bulk_of_people(asked),
        "counts": isinstance(count, int) and 1 <= count <= 10,
        "purpose": asked.purpose not in ROLES.get(asked.actor, "").split()
        or (asked.actor == "prosecutor" and not has("enforcing") and not has("diversion_condition")),
        "uk": british and not has("uk_justification_recorded"),
        "uk_sensitive": british
        and sensitive
        and not (has("uk_policy_document") and has("uk_strictly_necessary")),
    }
    return next((stage for stage, denies in stages.items() if denies), "")


def _counted(asked: Asked, regime: str) -> dict[str, Strings]:
    """Section 6: what totals and research rows may show; grounds `totals` and `rows`."""
    has, count = asked.words.__contains__, asked.count
    analyst, public = asked.actor == "program_analyst", asked.actor == "public"
    totals, rows, publicly = COUNTED_LINES[asked.category]
    programme = asked.category == "sud_record" or regime == "part2"
    if regime == "988" or (programme and has("used_against_subject")):
        return {}
    if public:
        ordinary = regime == "ordinary"
        return {"totals": _opens(publicly, asked.category)} if ordinary and count is not None else {}
    if asked.category == "criminal_history":
        agreed = analyst and regime == "ordinary" and has("irb_or_dua") and has("cjis_screened")
        return {"rows" if count is None else "totals": _opens(rows, asked.category)} if agreed else {}
    if count is not None:
        if not (analyst or has("own")) or (regime == "victim" and not (analyst and count)):
            return {}
        if asked.category == "location" and asked.origin in {"hmis", "victim_service_provider"}:
            totals = "shelter_stay"
        return {"totals": _opens(totals, asked.category)}
    limited = has("limited_data_set") and has("irb_or_dua") and regime != "part2"
    plain = has("deidentified") and (regime != "part2" or has("irb_or_dua"))
    allowed = analyst and (limited or plain) and regime != "victim"
    return {"rows": _opens(rows, asked.category)} if allowed else {}


@cache
def _written(regime: str, actor: str, category: str) -> list[Line]:
    """The lines of the grants that a regime, a role and a category have."""
    return [
        line[1:]
        for line in GRANT_LINES
        if regime in line[0] and actor in line[2] and category in line[3]
    ]  # fmt: skip


def _fits(asked: Asked, line: tuple[Strings, list[str], str, str, str]) -> bool:
    who, what, when, why, _ = line
    return asked.actor in who and asked.category in what and asked.serves(why) and asked.holds(when)


def _in_care(asked: Asked) -> Asked:
    return replace(asked, words=asked.words | {"care", "treating", "present"})


def _granted(asked: Asked, regime: str) -> dict[str, Strings]:
    """Stages 7 and 8: every ground with the fields that it opens."""
    count = asked.count
    if asked.purpose == "evaluation" or (asked.purpose == "public_reporting" and count is not None):
        return _counted(asked, regime)
    grounds: dict[str, Strings] = {}
    lines = list(_written(regime, asked.actor, asked.category))
    for regimes, ground, who, when in REACH_LINES:
        if regime in regimes and asked.actor in who and asked.holds(when):
            own = [line for line in MATRIX_LINES if _fits(asked, line)]
            # A consent stands in for care where the circumstances of no row hold.
            if ground == "consent" and not own:
                own = [line for line in MATRIX_LINES if _fits(_in_care(asked), line)]
            lines += [(ground, who, what, "", why, opens) for who, what, _, why, opens in own]
    for ground, who, what, when, why, opens in lines:
        if _fits(asked, (who, what, when, why, opens)):
            grounds[ground] = grounds.get(ground, frozenset()) | _opens(opens, asked.category)
    return {ground: fields & frozenset(FIELDS[asked.category].split()) for ground, fields in grounds.items()}


def _narrowed(asked: Asked, grounds: dict[str, Strings]) -> dict[str, Strings]:
    """Stages 9 and 10."""
    has = asked.words.__contains__
    urgent = asked.category in {"call_facts", "safety_alerts"} and has("on_call")
    apart = asked.actor in {"public", "subject_self", "privacy_auditor"}
    if not has("mou_active") and not (has("home") or urgent or apart):
        kept = {"threat", "medical", "glass", "paper"}
        grounds = {ground: fields for ground, fields in grounds.items() if ground in kept}
    if has("state_law_stricter") and asked.category == "mh_assessment":
        kept = {"hipaa", "threat", "glass", "totals", "rows"} | ({"paper"} if has("court_order") else set())
        staff = has("covered") and has("treating") and asked.actor in _who("clinical case_manager")
        if not staff and asked.actor != "subject_self":
            grounds = {ground: fields for ground, fields in grounds.items() if ground in kept}
    juvenile = asked.category == "criminal_history" and has("subject_minor")
    if juvenile and asked.actor not in _who("chri-minor"):
        return {}
    hidden = {"last_known_address", "home_address"} if has("address_confidentiality") else set()
    return {ground: left for ground, fields in grounds.items() if (left := fields - hidden)}


def _alerts(asked: Asked) -> bool:
    has = asked.words.__contains__
    evaluated = asked.actor == "program_analyst" or asked.purpose == "evaluation"
    claimed = has("imminent_threat") or has("medical_emergency")
    return (
        not has("device_trusted")
        or has("conflict_of_interest")
        or _bulk_of_people(asked)
        or asked.facts["break_glass"] is not None
        or asked.actor == "system_admin"
        or (claimed and not has("present"))
        or (asked.facts["legal_process"] is not None and evaluated)
    )


def _unacknowledged(asked: Asked) -> bool:
    has = asked.words.__contains__
    closed = asked.category == "sud_record" or asked.origin in {
        "part2_program", "victim_service_provider", "lifeline_988"
    }  # fmt: skip
    health = asked.category == "mh_assessment" or asked.origin in {"health", "hmis"}
    tied = any(has(word) for word in ("own", "care", "assigned", "le_locate_request"))
    stranger = not (tied or asked.actor in _who("clinical") or asked.facts["legal_process"] in PROCESSES)
    gone = has("record_sealed") or has("record_expunged")
    return gone or asked.actor == "public" or (closed and not has("own")) or (health and stranger)


def _owed(asked: Asked, regime: str, grounds: Strings) -> set[str]:
    """The duties of a grant, the alert apart."""
    has = asked.words.__contains__
    papers = bool(grounds & {"paper", "request"})
    special = asked.category in {"education_record", "criminal_history"}
    urgent = "threat" in grounds or ("glass" in grounds and has("imminent_threat"))
    consented = bool(grounds & {"consent", "hipaa"})
    quiet = asked.actor in {"subject_self", "public", "privacy_auditor"}
    told = {"part2_2_64_order", "from_school", "from_victim_service_provider", "education_record"}
    widened = bool(grounds - {"role", "totals", "rows", "premises"})
    duties = {
        "log_read": not (asked.actor == "public" and "totals" in grounds),
        "log_disclosure": (widened or not has("home")) and not quiet and "totals" not in grounds,
        "accounting": (papers or "premises" in grounds or urgent) and not special,
        "post_review": bool(grounds & {"threat", "glass", "medical"}) or has("conflict_of_interest"),
        "time_limit": bool(grounds & {"threat", "glass"}) or consented,
        "p2_notice": consented and regime == "part2",
        "p2_emergency_record": "medical" in grounds,
        "chri_dissemination_log": asked.category == "criminal_history",
        "ferpa_record": asked.category == "education_record" and asked.actor != "subject_self",
        "notify_subject": "paper" in grounds and bool(asked.words & told),
        "uk_log": asked.facts["jurisdiction"] == "UK" and asked.actor in _who("uk"),
    }
    return {duty for duty, owed in duties.items() if owed}


def answer(request: dict[str, object], defaults: dict[str, object]) -> Answer:
    """Decision, fields and duties that the page gives for a request of the published form."""
    given = request["facts"]
    assert isinstance(given, dict)
    facts = {**defaults, **given}
    strange = {name for name in given if name not in defaults or not _known(name, given[name])}
    for name in strange:
        said = name in LISTED and isinstance(given[name], str)
        facts[name] = given[name] if said else defaults.get(name)
    asked = _understood(request, facts)
    unknown = asked.actor not in ROLES or asked.category not in FIELDS or asked.purpose not in PURPOSES
    unknown = unknown or bool(strange) or facts["unknown_value"] is True
    stage, regime = _refused(asked, unknown), _regime(asked)
    grounds = {} if stage else _narrowed(asked, _granted(asked, regime))
    fields = frozenset[str]().union(*grounds.values())
    duties = {"alert_privacy"} if _alerts(asked) else set()
    if not fields:
        duties |= {"log_denial"} | ({"no_acknowledgement"} if _unacknowledged(asked) else set())
        return "deny", fields, frozenset(duties)
    everything = frozenset(FIELDS[asked.category].split()) - SEPARATE
    decision = "allow" if fields >= everything else "redact"
    return decision, fields, frozenset(duties | _owed(asked, regime, frozenset(grounds)))

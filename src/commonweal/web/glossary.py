"""The shared words, explained where they are used: read once from the pack."""

from functools import cache
from typing import NamedTuple

from django.utils.translation import get_language

from commonweal import packs

PACK = "glossary.yaml"


class Term(NamedTuple):
    """A word of ours, what it means in one sentence, and what police and clinicians call it."""

    word: str
    meaning: str
    police: str
    clinical: str


@cache
def _entries() -> dict[str, dict[str, str]]:
    """Rows of the pack by key and by English term, in lower case."""
    rows = packs.read(PACK)
    if not isinstance(rows, list):
        raise packs.PackError(f"pack {PACK!r} is not a list of terms")
    return {str(row[name]).lower(): row for row in rows for name in ("key", "term")}


# The words that each desk shows first to a newcomer, by the desk's code; keys of the pack
WORDS_OF = {
    "desk": "triage tier hard_gate co_response warm_transfer override",
    "board": "tier unit response_model check_in duress",
    "field": "encounter disposition behaviours_observed consent follow_up",
    "provider": "referral closed_loop capacity consent",
    "casework": "case plan referral follow_up closed_loop",
    "tables": "hub_table purpose agreement outcome",
    "records": "source_record link split permit",
    "evaluator": "metric interval outcome repeat_contact small_cell",
    "analyst": "need_map service_desert small_cell interval",
    "planner": "shift response_model funding_source interval",
    "trainer": "training_currency cit_officer de_escalation",
    "steward": "permit refusal break_glass disclosure journal",
    "resident": "diversion co_response commitment small_cell",
    "mine": "consent disclosure plan sealing",
    "setup": "agreement protocol unit permit",
}


def words_of(desk: str) -> list[Term]:
    """The words a newcomer to a desk meets first, in the language of the page."""
    found = (explain(word) for word in WORDS_OF.get(desk, "").split())
    return [term for term in found if term]


def explain(word: str) -> Term | None:
    """The entry of a key or English term, in the language of the page; None where the glossary lacks it."""
    row = _entries().get(word.lower())
    if row is None:
        return None
    is_spanish = (get_language() or "en").startswith("es")
    shown, meaning = ("es", "meaning_es") if is_spanish else ("term", "meaning")
    return Term(row[shown], row[meaning], row.get("police", ""), row.get("clinical", ""))

"""What the rules of early signs read of cases; the rules in force: the site's own, else those that ship."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from commonweal import packs
from commonweal.cases.models import Case, SignRules
from commonweal.encounters import queries as encounters
from commonweal.engines.needs import MEASURES, TELLS, Moment, NeedsError, Past, Rule, read_rules
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid
from commonweal.people import queries as people
from commonweal.referrals import queries as referrals
from commonweal.sharing import queries as sharing

PACK, MOST = "signs.yaml", 20  # rules of a version
LONGEST, MOST_TIMES, LETTERS = 365, 50, 160  # as the engine reads them
SILENT_KINDS = ("part2_program", "victim_service_provider", "lifeline_988")
Said = dict[tuple[UUID, str], list[tuple[Subject, Moment]]]


@lru_cache(maxsize=1)
def shipped() -> tuple[Rule, ...]:
    """The rules that ship."""
    body = cast("dict[str, Any]", packs.read(PACK))
    return read_rules(body["rules"])


def read(rows: Sequence[Mapping[str, object]]) -> tuple[Rule, ...]:
    """Rules of a draft; Invalid names the field of the first that cannot be used."""
    if not 1 <= len(rows) <= MOST:
        raise Invalid("rules", len(rows), "Give one rule at least, and twenty at most.")
    for row in rows:
        _check(row)
    try:
        return read_rules(rows)
    except NeedsError as wrong:
        remedy = "Give every rule an id of its own, and the form that ships."
        raise Invalid("rules", str(wrong), remedy) from wrong


def _check(row: Mapping[str, object]) -> None:
    sentence = row.get("sentence")
    words = sentence if isinstance(sentence, dict) else {}
    said = [str(words.get(one) or "").strip() for one in ("en", "es")]
    if not all(1 <= len(text) <= LETTERS for text in said):
        raise Invalid("sentence", said[0][:40], "Say it in English and in Spanish, in 160 letters at most.")
    _count("window", row.get("window"), LONGEST, "Give days, a whole number from 1 to 365.")
    _count("threshold", row.get("threshold"), MOST_TIMES, "Give how many make a sign, from 1 to 50.")
    for name, allowed in (("measure", MEASURES), ("tells", TELLS)):
        if row.get(name) not in allowed:
            raise Invalid(name, row.get(name), f"Use one of: {', '.join(allowed)}.")


def _count(name: str, value: object, most: int, remedy: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise Invalid(name, value, remedy)


def standing() -> SignRules | None:
    """The version in force; None where those that ship are."""
    return SignRules.objects.filter(state="approved").order_by("-number").first()


def in_force() -> tuple[int, tuple[Rule, ...]]:
    """Number and rules in force; number 0 is what ships."""
    found = standing()
    return (found.number, read_rules(found.rules)) if found else (0, shipped())


def pasts(cases: Iterable[Case]) -> dict[UUID, Past]:
    """What is known of each case, in a fixed number of statements.

    Left out: what is sealed or gone, what comes from where a presence is not acknowledged, and referrals to
    such a service.
    """
    chosen = list(cases)
    circles = people.circles({case.person_id for case in chosen})
    everyone = {one for circle in circles.values() for one in circle}
    said = _said(everyone)
    open_ = sharing.spoken(list({subject for rows in said.values() for subject, _moment in rows}))
    kept = {
        key: [moment for subject, moment in rows if subject in open_] for key, rows in said.items()
    }  # fmt: skip
    return {case.id: _past(case, circles.get(case.person_id, frozenset()), kept) for case in chosen}


def _said(persons: set[UUID]) -> Said:
    found: Said = defaultdict(list)
    for one in encounters.crises_of(persons):
        about = Subject("encounter", one.id)
        assert one.person
        found[one.person, "met"].append((about, Moment(f"encounter:{one.id}", one.started_at)))
        if one.follow_up_due:
            found[one.person, "owed"].append((about, Moment(f"encounter:{one.id}", one.follow_up_due)))
    for turn in referrals.turns_of(persons):
        about, moment = Subject("referral", turn.referral), Moment(f"referral:{turn.referral}", turn.at)
        if turn.to_kind not in SILENT_KINDS:
            found[turn.person, turn.turn].append((about, moment))
    return found


def _past(case: Case, circle: frozenset[UUID], kept: Mapping[tuple[UUID, str], list[Moment]]) -> Past:
    def part(name: str) -> list[Moment]:
        return sorted((m for one in circle for m in kept.get((one, name), ())), key=lambda m: m.at)

    due = [Moment(f"case:{case.id}", case.review_due)] if case.review_due else []
    return Past(part("met"), part("missed"), part("ended"), part("owed"), due)

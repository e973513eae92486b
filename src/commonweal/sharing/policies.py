"""Reads of the site's own policy: versions, what one changes, and the tests that it must pass."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from commonweal import packs
from commonweal.engines import disclosure
from commonweal.kernel import clock
from commonweal.kernel.errors import NotFound
from commonweal.sharing import site
from commonweal.sharing.models import SitePolicy
from commonweal.sharing.policy import in_force_id, law, rules_in_force, under


@dataclass(frozen=True, slots=True)
class Check:
    """One test of a draft. `outcome` is "passes", "narrower" (the site itself closed it) or "fails"."""

    name: str
    rule: str
    en: str
    es: str
    outcome: str
    found: str = ""


def policies() -> QuerySet[SitePolicy]:
    """Every version of the site's own policy, newest first."""
    return SitePolicy.objects.select_related("back_to")


def policy(policy_id: UUID) -> SitePolicy:
    """One version; NotFound otherwise."""
    found = policies().filter(id=policy_id).first()
    if found is None:
        raise NotFound("policy")
    return found


def standing_of(found: SitePolicy) -> str:
    """Where a version stands now: draft, approved (waits for its day), in_force, ended, withdrawn."""
    if found.state != "approved":
        return found.state
    if found.starts_at > clock.now():
        return "approved"
    return "in_force" if found.id == in_force_id() else "ended"


def exact(found: SitePolicy) -> str:
    """SHA-256 of what a version says: its rules, why, and its first day."""
    day = timezone.localdate(found.starts_at).isoformat()
    return found.digest or site.digest(site.stored(found.rules), found.why, day)


def policy_changes(found: SitePolicy, language: str) -> list[tuple[str, str]]:
    """What differs from what is in force: each setting's sentence now and then; "" where none stands."""
    now = site.sentences(rules_in_force(), language)
    then = site.sentences(site.stored(found.rules), language)
    order = [*then, *(code for code in now if code not in then)]
    return [(now.get(c, ""), then.get(c, "")) for c in order if now.get(c) != then.get(c)]


def checks(found: SitePolicy) -> list[Check]:
    """The tests beside every pack that would be in force, then one for each of the site's own rules."""
    rules = site.stored(found.rules)
    after = under(rules, found.number)
    names = dict.fromkeys((*settings.POLICY_PACKS, *rules.states))
    trials = [t for name in names for t in _beside(name)]
    return [*_pack_checks(after, trials), *_own(rules, after)]


def blocking(found: SitePolicy) -> list[Check]:
    """The tests that keep a version from being approved."""
    return [check for check in checks(found) if check.outcome == "fails"]


def _beside(name: str) -> tuple[disclosure.Trial, ...]:
    place = f"policy/trials/{name}.yaml"
    known = place in packs.names("policy/trials")
    return disclosure.read_trials(packs.read(place), name) if known else ()


def _pack_checks(after: disclosure.Policy, trials: list[disclosure.Trial]) -> Iterator[Check]:
    failed = {failure.trial.id: failure for failure in disclosure.failures(after, trials)}
    for trial in trials:
        failure = failed.get(trial.id)
        if failure is None:
            yield Check(trial.id, trial.rule, trial.en, trial.es, "passes")
            continue
        opened = disclosure.decide(trial.question, trial.facts, after).fields
        lawful = disclosure.decide(trial.question, trial.facts, law()).fields
        outcome = "narrower" if opened < lawful or (opened <= lawful and not trial.shows) else "fails"
        yield Check(trial.id, trial.rule, trial.en, trial.es, outcome, failure.found)


def _own(rules: site.Rules, after: disclosure.Policy) -> Iterator[Check]:
    """Each of the site's own rules does what its sentence says."""
    english, spanish = site.sentences(rules, "en"), site.sentences(rules, "es")
    for code, (rule, question, facts) in _questions(rules).items():
        answer = disclosure.decide(question, facts, after)
        wanted = question.wanted or frozenset()
        closed = not answer.fields & wanted if wanted else answer.decision == "deny"
        known = rule in after.rules
        outcome = "passes" if closed and known else "fails"
        yield Check(f"site: {code}", rule, english[code], spanish[code], outcome)


Asked = tuple[str, disclosure.Question, disclosure.Facts]


def _questions(rules: site.Rules) -> dict[str, Asked]:
    """For each of the site's own rules, a question that it must refuse."""
    home = settings.JURISDICTION
    tied = disclosure.Facts(home, assigned_to_incident=True, incident_active=True, care_relationship=True)
    found: dict[str, Asked] = {}
    if "small_cell" in rules.numbers:
        asked = disclosure.Question("program_analyst", "call_facts", "evaluation")
        count = rules.numbers["small_cell"] - 1
        found["small_cell"] = ("site.small_count", asked, disclosure.Facts(home, aggregate_cell_n=count))
    for entry in rules.no_purposes:
        role, purpose = entry.split(":")
        asked = disclosure.Question(role, "call_facts", purpose)
        found[f"no_purposes:{entry}"] = (f"site.purpose.{role}.{purpose}", asked, tied)
    for entry in rules.withheld:
        role, category, name = entry.split(":")
        asked = disclosure.Question(role, category, "care_coordination", wanted=frozenset({name}))
        found[f"withheld:{entry}"] = (f"site.withheld.{role}.{category}.{name}", asked, tied)
    for role in rules.no_glass:
        asked = disclosure.Question(role, "mh_assessment", "emergency", wanted=frozenset({"medications"}))
        facts = disclosure.Facts(home, break_glass="x", medical_emergency=True, actor_covered_entity=True)
        found[f"no_glass:{role}"] = ("site.glass", asked, facts)
    return found

"""The site's own policy: one person drafts, another approves, it takes force on its day.

Nothing takes force by one person alone: going back to an earlier version is a draft too.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commonweal.engines.disclosure import Policy, PolicyError
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.sharing import events, site
from commonweal.sharing.models import SitePolicy
from commonweal.sharing.policies import blocking, exact
from commonweal.sharing.policy import current, in_force, installed_states, law, under
from commonweal.sharing.replay import Replay, replayed_policies


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """What a draft says: the rules, why in a sentence, its first day."""

    rules: site.Rules
    why: str
    starts: date


@transaction.atomic
def draft_policy(*, by: Actor, said: PolicyDraft) -> SitePolicy:
    """A new draft. Invalid names the rule of law where it would widen; NotFound for who keeps no trust."""
    _keeper(by)
    rules, starts = _checked(said)
    last = SitePolicy.objects.select_for_update().order_by("-number").first()
    number = last.number + 1 if last else 1
    made = SitePolicy.objects.create(
        number=number, rules=rules.stored(), why=said.why.strip(), starts_at=starts, drafted_by=by.id
    )
    _note(by, made, "draft")
    return made


@transaction.atomic
def revise_policy(*, by: Actor, policy: UUID, said: PolicyDraft) -> SitePolicy:
    """Change a draft; whoever changes it has drafted it. Conflict once it is approved or withdrawn."""
    _keeper(by)
    found = _draft(policy)
    rules, found.starts_at = _checked(said)
    found.rules, found.why, found.drafted_by = rules.stored(), said.why.strip(), by.id
    found.save()
    _note(by, found, "draft")
    return found


@transaction.atomic
def approve_policy(*, by: Actor, policy: UUID, read: str, against: int) -> SitePolicy:
    """A second person lets it take force on its day; from then on it never changes.

    `read` is the digest and `against` the number of the version in force that the approver had before them:
    Conflict where either is another by now, where the approver drafted it, or where a test does not pass.
    NotFound for who may not approve.
    """
    if not by.may("approve_policy"):
        raise NotFound("policy")
    found = _draft(policy)
    if found.drafted_by == by.id:
        raise Conflict("Whoever drafted it cannot approve it; a second person must.")
    if read != exact(found):
        raise Conflict("The draft was changed since you opened it; read it again before you approve.")
    stands = in_force()
    if against != (stands.number if stands else 0):
        raise Conflict("Another version took force since you opened it; look at the difference again.")
    if blocking(found):
        raise Conflict("A test does not pass, so that it cannot be approved; change the draft.")
    site.checked(site.stored(found.rules), law(), installed_states())
    found.state, found.approved_by, found.approved_at = "approved", by.id, clock.now()
    found.starts_at = max(found.starts_at, clock.now())
    found.digest = read
    found.save()
    _note(by, found, "approved")
    return found


@transaction.atomic
def withdraw_policy(*, by: Actor, policy: UUID) -> SitePolicy:
    """Take back a draft, or an approved version before its day. Conflict once it is in force."""
    _keeper(by)
    found = _locked(policy)
    if found.state == "approved" and found.starts_at <= clock.now():
        raise Conflict("It is in force; draft a version that goes back to an earlier one.")
    if found.state != "withdrawn":
        found.state = "withdrawn"
        found.save(update_fields=["state"])
        _note(by, found, "withdrawn")
    return found


@transaction.atomic
def roll_back_policy(*, by: Actor, policy: UUID, why: str) -> SitePolicy:
    """A draft that says again what an approved version said, from today; a second person approves it."""
    _keeper(by)
    old = _locked(policy)
    if old.state != "approved":
        raise Conflict("Only an approved version can be gone back to.")
    today = clock.today()
    made = draft_policy(by=by, said=PolicyDraft(site.stored(old.rules), why, today))
    made.back_to = old
    made.save(update_fields=["back_to"])
    return made


@transaction.atomic
def replay_policy(*, by: Actor, policy: UUID) -> Replay:
    """What a version would have allowed or refused last month, against what is in force; leaves a line."""
    if not (by.may("keep_trust") or by.may("approve_policy")):
        raise NotFound("policy")
    found = _locked(policy)
    replay = replayed_policies(current(), under(site.stored(found.rules), found.number))
    journal.write(by=by, event=events.PolicyReplayed(policy=found.id, questions=replay.questions))
    return replay


def _keeper(by: Actor) -> None:
    if not by.may("keep_trust"):
        raise NotFound("policy")


def _locked(policy: UUID) -> SitePolicy:
    found = SitePolicy.objects.select_for_update().filter(id=policy).first()
    if found is None:
        raise NotFound("policy")
    return found


def _draft(policy: UUID) -> SitePolicy:
    found = _locked(policy)
    if found.state != "draft":
        raise Conflict("This version is no draft any more; draft a new one to change it.")
    return found


def _checked(said: PolicyDraft) -> tuple[site.Rules, datetime]:
    """The rules and the first moment of the first day; Invalid for what cannot stand."""
    if not said.why.strip():
        raise Invalid("why", "", "Say in a sentence why it is changed.")
    if len(said.why.strip()) > 400:
        raise Invalid("why", said.why[:40], "Say it in 400 letters.")
    today = clock.today()
    if said.starts < today:
        raise Invalid("starts", said.starts, "The first day is today or later.")
    rules = site.checked(said.rules, law(), installed_states())
    _compiled(rules)
    return rules, datetime.combine(said.starts, time(), tzinfo=timezone.get_default_timezone())


def _compiled(rules: site.Rules) -> Policy:
    try:
        return under(rules, 0)
    except PolicyError as fault:  # two state packs that cannot stand together
        raise Invalid("rules", settings.JURISDICTION, str(fault)) from fault


def _note(by: Actor, found: SitePolicy, state: str) -> None:
    event = events.PolicyChanged(policy=found.id, number=found.number, state=state, digest=exact(found))
    journal.write(by=by, event=event)

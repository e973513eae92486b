"""Public alerts: one person drafts, another approves, either issues; updates and cancellations follow."""

from uuid import UUID

from django.db import transaction

from commonweal.community import events
from commonweal.community.models import Alert
from commonweal.community.wording import Wording, lacking
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound

__all__ = ["approve_alert", "cancel_alert", "change_alert", "draft_alert", "drop_alert", "issue_alert"]
ENDED = {"en": "Ended: ", "es": "Terminó: "}


@transaction.atomic
def draft_alert(*, by: Actor, said: Wording, follows: UUID | None = None, origin: str = "") -> Alert:
    """Write one down; nobody outside sees it yet. With `follows` it will update the alert that stands.

    `origin` names an imported message (sender,identifier): Conflict where it was taken before.
    """
    _may(by)
    if origin and Alert.objects.filter(origin=origin).exclude(state="dropped").exists():
        raise Conflict("This message was read before: it stands in the list.")
    before = _standing(follows) if follows else None
    made = Alert.objects.create(
        **said.columns(), agency_id=by.agency, drafted_by=by.id, origin=origin,
        follows=before, kind="Update" if before else "Alert",
    )  # fmt: skip
    _tell(by, made, "drafted")
    return made


@transaction.atomic
def change_alert(*, by: Actor, alert: UUID, said: Wording) -> Alert:
    """Other words, before it is sent. They are the changer's: an approval of the old ones falls."""
    found = _own(by, alert, "draft", "approved")
    for name, value in said.columns().items():
        setattr(found, name, value)
    found.state, found.drafted_by, found.approved_by, found.approved_at = "draft", by.id, "", None
    found.save()
    _tell(by, found, "changed")
    return found


@transaction.atomic
def approve_alert(*, by: Actor, alert: UUID, names_nobody: bool) -> Alert:
    """A second person has read both languages and found nobody named in them."""
    found = _own(by, alert, "draft")
    if found.drafted_by == by.id:
        raise Conflict("You wrote this alert: another person approves it.")
    if missing := lacking(found.__dict__):
        raise Invalid(missing[0], "", "An alert says what, where and what to do, in both languages.")
    if not names_nobody:
        raise Invalid("names_nobody", "", "Read it for names and homes; tick the box if there are none.")
    found.state, found.approved_by, found.approved_at = "approved", by.id, clock.now()
    found.save()
    _tell(by, found, "approved")
    return found


@transaction.atomic
def issue_alert(*, by: Actor, alert: UUID) -> Alert:
    """Send it: it stands on the public page and in the feed until it expires; what it updates ends."""
    found = _own(by, alert, "approved")
    if found.expires <= clock.now():
        raise Invalid("expires", found.expires, "Say a time that is still to come: then it goes by itself.")
    if found.follows_id:
        _end(found.follows_id, "updated")
    found.state, found.sent_at = "issued", clock.now()
    found.save()
    _tell(by, found, "issued")
    return found


@transaction.atomic
def cancel_alert(*, by: Actor, alert: UUID, reason_en: str, reason_es: str) -> Alert:
    """Call an alert off, with the reason in both languages; gives the message that says so.

    One person may: a wrong alert must not stand until a second one is found.
    """
    _may(by)
    for name, text in (("reason_en", reason_en), ("reason_es", reason_es)):
        if not text.strip():
            raise Invalid(name, "", "Say in both languages why the alert ends.")
    before = _end(alert, "cancelled")
    said = _told_of(before, reason_en, reason_es)
    made = Alert.objects.create(
        **said.columns(), agency_id=by.agency, drafted_by=by.id, follows=before, kind="Cancel",
        state="issued", sent_at=clock.now(),
    )  # fmt: skip
    _tell(by, made, "cancelled")
    return made


@transaction.atomic
def drop_alert(*, by: Actor, alert: UUID) -> Alert:
    """Put a draft aside; it was never sent."""
    found = _own(by, alert, "draft", "approved")
    found.state = "dropped"
    found.save(update_fields=["state"])
    _tell(by, found, "dropped")
    return found


def _told_of(before: Alert, reason_en: str, reason_es: str) -> Wording:
    kept = {name: getattr(before, name) for name in Wording.__dataclass_fields__}
    kept["outline"] = tuple((lat, lon) for lat, lon in before.outline)
    words = {
        "headline_en": (ENDED["en"] + before.headline_en)[:160], "description_en": reason_en.strip(),
        "headline_es": (ENDED["es"] + before.headline_es)[:160], "description_es": reason_es.strip(),
        "instruction_en": "", "instruction_es": "", "response": "AllClear", "urgency": "Past", "onset": None,
    }  # fmt: skip
    return Wording(**{**kept, **words})


def _may(by: Actor) -> None:
    if not (by.may("publish") or by.may("supervise")):
        raise NotFound("alert")


def _own(by: Actor, alert: UUID, *states: str) -> Alert:
    _may(by)
    found = Alert.objects.select_for_update().filter(id=alert).first()
    if found is None:
        raise NotFound("alert")
    if found.state not in states:
        raise Conflict("Somebody acted first: look at the alert as it stands now.")
    return found


def _standing(alert: UUID) -> Alert:
    found = Alert.objects.select_for_update().filter(id=alert).first()
    if found is None:
        raise NotFound("alert")
    if found.state != "issued" or found.kind == "Cancel" or found.expires <= clock.now():
        raise Conflict("This alert does not stand any more.")
    return found


def _end(alert: UUID, state: str) -> Alert:
    before = _standing(alert)
    before.state, before.ended_at = state, clock.now()
    before.save(update_fields=["state", "ended_at"])
    return before


def _tell(by: Actor, alert: Alert, act: str) -> None:
    journal.write(by=by, event=events.AlertMoved(alert=alert.id, act=act, status=alert.status))

"""Check-ins after support: agreed with the person, given to a worker or an agency, tried, answered."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.cases import events
from commonweal.cases.actions.care import WAYS, end_asking, end_care
from commonweal.cases.aftercare import asking, days_of
from commonweal.cases.models import Aftercare, Case, Checkup, Contact
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.people import queries as people
from commonweal.sharing import actions as sharing

RESULTS = ("reached", "not_reached", "declined")
CHANNELS = tuple(way for way in WAYS if way != "meeting")
LONGEST = 300


@transaction.atomic
def agree_aftercare(
    *, by: Actor, case: UUID, way: str, account: UUID | None = None, days: Sequence[int] = ()
) -> Aftercare:
    """Record that the person agrees to be asked how they are, and by which `way`.

    `account` asks, or any case manager if none; on `days` after, or on those of the site if none are given.

    The days count from the end of the case, or from now while it is open. Said again, what is still to come
    is counted anew. The care tie lasts as long as check-ins are to come. NotFound outside the agency that led
    the case; Conflict where the person has died.
    """
    found = _led(by, case)
    if found.close_reason == "deceased":
        raise Conflict("This case ended because the person died: nobody is to be asked.")
    if account is not None and account not in agencies.able_to("work_cases", found.agency_id):
        raise Invalid("account", account, "Choose somebody who works cases at this agency.")
    if way not in CHANNELS:
        raise Invalid("way", way, f"Use one of: {', '.join(CHANNELS)}.")
    before = Aftercare.objects.filter(case=found, ended_at__isnull=True).first()
    said, _new = Aftercare.objects.update_or_create(
        case=found,
        defaults={
            "account": account, "way": way, "agreed_at": clock.now(), "by": by.id, "ended_at": None,
            "ended_by": "", "why": "",
        },
    )  # fmt: skip
    _plan(said, days_of(list(days)) if days else asking().days)
    _tie(by, said)
    if before and before.account and before.account != account:
        end_care(by=by, person=found.person_id, account=before.account, reason="check-ins given over")
    journal.write(by=by, event=events.AftercareChanged(case=case, part="agreed"))
    return said


def _plan(said: Aftercare, days: Sequence[int]) -> None:
    """What is still to come; a day that is past, or was made already, is not asked again."""
    said.checkups.filter(outcome="").delete()
    base = clock.day(said.case.closed_at or clock.now())
    rows = [Checkup(aftercare=said, case=said.case, days=n, due=base + timedelta(days=n)) for n in days]
    done = set(said.checkups.values_list("due", flat=True))
    left = [one for one in rows if one.due >= clock.today() and one.due not in done]
    if not left:
        raise Invalid("days", ", ".join(map(str, days)), "All of these days are past. Give a later one.")
    Checkup.objects.bulk_create(left)


def _led(by: Actor, case: UUID) -> Case:
    found = Case.objects.select_for_update().filter(id=case).first()
    if found is None or by.agency != found.agency_id or not by.may("work_cases"):
        raise NotFound("case")
    return found


def _own(by: Actor, case: UUID) -> Case:
    """A case about the person who acts."""
    found = Case.objects.select_for_update().filter(id=case).first()
    if found is None or by.person not in people.circle(found.person_id):
        raise NotFound("case")
    return found


def _tie(by: Actor, said: Aftercare) -> None:
    person = Subject("person", said.case.person_id)
    if said.account:
        sharing.tie(by=by, relation="care", subject=person, account=said.account)
    else:
        agency = said.case.agency_id
        sharing.tie(by=by, relation="care", subject=person, agency=agency, role="case_manager")


@transaction.atomic
def end_aftercare(*, by: Actor, case: UUID) -> Aftercare:
    """The person takes it back, by themselves or through the agency: nobody asks any more, the tie ends.

    NotFound for anybody else, and where nothing is agreed.
    """
    found = _led(by, case) if by.person is None else _own(by, case)
    said = Aftercare.objects.filter(case=found, ended_at__isnull=True).first()
    if said is None:
        raise NotFound("check-in")
    return _end(by, said, "withdrawn")


def _end(by: Actor, said: Aftercare, why: str) -> Aftercare:
    now = clock.now()
    said.checkups.filter(outcome="").update(outcome="dropped", at=now, by=by.id)
    said.ended_at, said.ended_by, said.why = now, by.id, why
    said.save(update_fields=["ended_at", "ended_by", "why"])
    end_asking(by=by, said=said)
    journal.write(by=by, event=events.AftercareChanged(case=said.case_id, part=why))
    return said


@transaction.atomic
def note_checkup(
    *, by: Actor, case: UUID, checkup: UUID, way: str, result: str,
    answers: Mapping[str, str] | None = None, said: str = "",
) -> Checkup:  # fmt: skip
    """What came of a try: reached with answers, not reached (it stays due), or the person declines.

    Who declines, or wants no further one, is asked no more. It stands among the contacts of the case.
    """
    found = _led(by, case)
    if way not in WAYS:
        raise Invalid("way", way, f"Use one of: {', '.join(WAYS)}.")
    if result not in RESULTS:
        raise Invalid("result", result, f"Use one of: {', '.join(RESULTS)}.")
    one = Checkup.objects.select_for_update().filter(id=checkup, case=found).first()
    if one is None:
        raise NotFound("check-in")
    if one.outcome or one.aftercare.ended_at:
        raise Conflict("This check-in was settled already; nothing was changed.")
    given = _answers(answers or {}) if result == "reached" else {}
    if len(said) > LONGEST:
        raise Invalid("said", said[:40], "Say it in 300 letters.")
    _try(by, one, way, result)
    if result == "not_reached":
        return one
    one.outcome, one.at, one.by, one.answers = result, clock.now(), by.id, given
    one.said = said.strip() if given else ""
    one.save()
    _go_on(by, one.aftercare, "declined" if result == "declined" else given.get("again", ""))
    return one


def _answers(given: Mapping[str, str]) -> dict[str, str]:
    """An answer to each question; to be asked again is never taken for granted."""
    questions = asking().questions
    if given.get("again") not in ("yes", "no"):
        raise Invalid(
            "again", given.get("again", ""), "Ask whether they may be asked again, and choose yes or no."
        )
    for code, question in questions.items():
        if given.get(code) not in question.answers:
            raise Invalid(code, given.get(code, ""), f"Use one of: {', '.join(question.answers)}.")
    return {code: given[code] for code in questions}


def _try(by: Actor, one: Checkup, way: str, result: str) -> None:
    one.tries, one.tried_at = one.tries + 1, clock.now()
    one.save(update_fields=["tries", "tried_at"])
    case = one.aftercare.case_id
    was_reached = result != "not_reached"
    made = Contact.objects.create(case_id=case, at=clock.now(), by=by.id, way=way, reached=was_reached)
    journal.write(by=by, event=events.ContactMade(case=case, contact=made.id, reached=was_reached))


def _go_on(by: Actor, said: Aftercare, word: str) -> None:
    """After an answer: no further one where the person wants none, or where none is left."""
    if word in ("declined", "no"):
        _end(by, said, "declined" if word == "declined" else "no_more")
    elif not said.checkups.filter(outcome="").exists():
        _end(by, said, "done")

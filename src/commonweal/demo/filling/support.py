"""What goes on after the crisis: cases still open with their threads, residents' voice, promises."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.cases import actions as cases
from commonweal.community import actions as community
from commonweal.demo.filling import hearing
from commonweal.demo.filling.names import Ids
from commonweal.demo.learning import Feedback, Meeting
from commonweal.demo.values import Case
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject, system
from commonweal.messages import actions as messages
from commonweal.messages import queries as told
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as gate

NOON = time(20)  # UTC: midday in the county
LATELY = timedelta(days=75)
FRESH = timedelta(days=7)  # a message as young as this still waits in the others' bells
CATEGORY, PURPOSE = "case_plan", "care_coordination"
TALKS = (
    ("Spoke today; willing to look at the room on Friday. @{name}, can you come along?",
     "Yes, Friday at ten. I will bring the form for the deposit.",
     "@{name}, thank you. They asked that we come without uniform: please confirm."),
    ("Missed the clinic this morning. Phone off since Monday.",
     "Seen at the pantry yesterday, in good spirits. I will pass by on Thursday."),
    ("The landlord agreed to wait until the end of the month.",
     "Good news. I will tell the clinic, so that the letter is not sent."),
)  # fmt: skip
ANSWERS = (("acted", "Went by; we look at the plan together on Monday"),
           ("not_needed", "Both were about the same visit, which went well"))  # fmt: skip


@transaction.atomic
def fill_cases(known: list[Case], referral_ids: dict[int, UUID], ids: Ids) -> int:
    """Cases that are open, or were opened lately, with plan, tasks and contacts at their own times."""
    floor = clock.now() - LATELY
    wanted = [c for c in known if c.person in ids.person and (c.closed_at is None or c.opened_at > floor)]
    for case in wanted:
        _case(case, referral_ids, ids)
    _signs(ids)
    return len(wanted)


def _signs(ids: Ids) -> None:
    """Ten days of early signs: each was seen at its time, and every third was answered by the manager."""
    for back in range(10, -1, -2):
        with clock.at(clock.now() - timedelta(days=back, minutes=5)):
            new = cases.watch_signs(by=system("flow"))
        for number, sign in enumerate(new):
            if back and number % 3 == 0 and sign.case.manager:
                _answered(sign.id, sign.case_id, sign.case.manager, back, number)


def _answered(sign: UUID, case: UUID, manager: UUID, back: int, number: int) -> None:
    by = agencies.actor(manager)
    answer, because = ANSWERS[number // 3 % len(ANSWERS)]
    with clock.at(clock.now() - timedelta(days=back - 1, hours=3)):
        cases.answer_sign(by=by, case=case, sign=sign, answer=answer, because=because)


def _talk(case: Case, made: UUID, ids: Ids) -> None:
    """Every third case that is open has a thread: the manager and a colleague who may read it, days apart."""
    if case.closed_at or case.key % 3:
        return
    about, now = Subject("case", made), clock.now()
    may = gate.readers(
        among=[ids.actor(m) for m in case.members], category=CATEGORY, purpose=PURPOSE, about=about
    )
    other = next((m for m in case.members if m != case.manager and ids.worker[m] in may), "")
    if not other:
        return
    words = TALKS[case.key // 3 % len(TALKS)]
    start = max(case.opened_at + timedelta(hours=3), now - timedelta(days=1 + case.key % 20))
    for number, text in enumerate(words):
        writer, reader = (case.manager, other) if number % 2 == 0 else (other, case.manager)
        at, by = min(start + timedelta(hours=7 * number), now), ids.actor(writer)
        with clock.at(at):
            permit = sharing.ask(by=by, category=CATEGORY, purpose=PURPOSE, about=about)
            if isinstance(permit, sharing.Refusal):
                return
            messages.mark_thread_read(by=by, about=about)  # whoever answers has read what came before
            said = messages.post(
                by=by, about=about, category=CATEGORY, permit=permit, asks="confirm" in text,
                text=text.format(name=_name(ids, reader)), readers=[ids.worker[reader]],
            )  # fmt: skip
            if at > now - FRESH:
                kind = told.addressed(said.id).get(ids.worker[reader], "message")
                messages.notify(
                    by=by, accounts=[ids.worker[reader]], kind=kind, about=about,
                    link=f"/cases/{made}/#thread",
                )  # fmt: skip


def _name(ids: Ids, worker: str) -> str:
    account = str(ids.worker[worker])
    return agencies.names([account])[account]


def _case(case: Case, referral_ids: dict[int, UUID], ids: Ids) -> None:
    by = ids.actor(case.manager)
    with clock.at(case.opened_at):
        made = cases.open_case(
            by=by,
            person=ids.person[case.person],
            agency=ids.agency[case.agency],
            kind=case.kind if case.kind in ("support", "diversion", "outreach") else "support",
            manager=ids.worker[case.manager],
            referral=referral_ids.get(case.referral) if case.referral is not None else None,
        )
        if made.state != "open" or made.opened_at != case.opened_at:
            return
        cases.write_plan(by=by, case=made.id, own_words=case.own_words, summary=case.summary)
        for member in case.members:
            if member != case.manager:
                cases.join_team(by=by, case=made.id, account=ids.worker[member])
        for goal in case.goals:
            cases.add_goal(by=by, case=made.id, text=goal.text, domain=goal.domain)
    _work(by, made.id, case, ids)
    _talk(case, made.id, ids)


def _work(by: Actor, made: UUID, case: Case, ids: Ids) -> None:
    with clock.at(case.opened_at + timedelta(hours=1)):
        tasks = [
            (
                task,
                cases.add_task(
                    by=by, case=made, text=task.text, owner=ids.worker.get(task.owner), due=task.due
                ),
            )
            for task in case.tasks
        ]
    for contact in case.contacts[-6:]:
        with clock.at(contact.at):
            cases.contact(by=by, case=made, way=contact.way, reached=contact.reached, note=contact.note)
    _reviewed(by, made, case)
    for rating in case.ratings:
        with clock.at(rating.at):
            cases.rate_needs(by=by, case=made, ratings=dict(rating.ratings), greatest=list(rating.greatest))
    for task, row in tasks:
        if task.done:
            with clock.at(max(datetime.combine(task.done, NOON, UTC), case.opened_at + timedelta(hours=2))):
                cases.finish_task(by=by, task=row.id)
    if case.closed_at:
        with clock.at(case.closed_at):
            reason = case.close_reason if case.close_reason in cases.CLOSE_REASONS else "other"
            cases.close_case(by=by, case=made, reason=reason)
        if case.key % 5 == 0 and reason != "deceased":
            _asked_after(by, made, case.closed_at)


def _asked_after(by: Actor, made: UUID, closed_at: datetime) -> None:
    """Every fifth person agreed to be asked how they are; of what is past all but the latest was made."""
    with clock.at(closed_at):
        said = cases.agree_aftercare(by=by, case=made, way="phone", account=UUID(by.id))
    past = [one for one in said.checkups.order_by("due") if one.due < clock.today()]
    answers = {"goals": "closer", "housing": "settled", "safety": "safe", "help": "no", "again": "yes"}
    for one in past[:-1]:
        with clock.at(datetime.combine(one.due, NOON, UTC)):
            cases.note_checkup(
                by=by, case=made, checkup=one.id, way="phone", result="reached", answers=answers
            )


def _reviewed(by: Actor, made: UUID, case: Case) -> None:
    """The plan of an open case was looked at lately, save for every ninth, which waits."""
    at = clock.now() - timedelta(days=1 + case.key * 5 % 24)
    if case.closed_at is None and case.key % 9 and at > case.opened_at:
        with clock.at(at):
            cases.write_plan(by=by, case=made, summary=case.summary)


@transaction.atomic
def fill_voices(said: list[Feedback], meetings: list[Meeting], ids: Ids) -> None:
    """Feedback with its replies; meetings with what was promised and kept."""
    liaison = ids.actor("council.community_liaison.1")
    for voice in said:
        card = hearing.card(voice, ids)
        with clock.at(voice.received_at):
            made, _receipt = community.receive_feedback(
                text=voice.text,
                scores={"respect": voice.respect, "safety": voice.safety, "helped": voice.helped},
                topic=voice.topic if voice.topic in community.TOPICS else "other",
                language=voice.language,
                card=card,
                agency=ids.agency.get(voice.agency),
                about={"age": voice.age, "area": voice.area},
            )
        if voice.reply:
            with clock.at(min(voice.received_at + timedelta(days=6), clock.now())):
                community.reply(
                    by=liaison,
                    feedback=made.id,
                    text=voice.reply,
                    said="What residents told us",
                    is_public=True,
                )
    for meeting in meetings:
        held = community.call_meeting(
            by=liaison,
            title_en=meeting.title_en,
            title_es=meeting.title_es,
            starts=meeting.starts,
            place=meeting.place,
        )
        for en, es, due, kept in meeting.commitments:
            promised = community.commit(
                by=liaison, text_en=en, text_es=es, owner="Harlow County", due=due, meeting=held.id
            )
            if kept:
                community.keep_commitment(by=liaison, commitment=promised.id, outcome="Done as promised.")

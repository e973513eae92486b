"""The one gate: decide, write the journal (and the register where a row is owed), return the value.

The line is committed before any byte leaves: call it outside a longer transaction, or let the longer
one commit before the response is sent (it does: responses are rendered after the action returns).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.engines.disclosure import Facts, Permit, Question, Refusal, decide
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.sharing import events, looks, notices, outside
from commonweal.sharing.circumstances import NONE, Circumstances
from commonweal.sharing.facts import NO_FACTS, Origin, facts_of, origins, standing
from commonweal.sharing.models import Disclosure, Dissemination, Review
from commonweal.sharing.policy import current

Answer = Permit | Refusal
NOWHERE = UUID(int=0)
REGISTERED = frozenset({"log_disclosure", "accounting"})  # what a row of the register is owed for
REVIEWED = frozenset({"alert_privacy", "post_review"})  # what a privacy officer looks at afterwards
CRIMINAL_HISTORY = "chri_dissemination_log"  # 28 CFR 20.33: whoever is given criminal history is logged
OWED = REGISTERED | REVIEWED | {CRIMINAL_HISTORY}


def ask(
    *,
    by: Actor,
    category: str,
    purpose: str,
    about: Subject,
    circumstances: Circumstances = NONE,
    to: UUID | None = None,
) -> Answer:
    """May this actor see this category of this record for this purpose? Journalled either way.

    `to`: may somebody outside be told of it by this actor's letter; see `sharing.outside`.
    """
    return ask_many(
        by=by, category=category, purpose=purpose, about=[about], circumstances=circumstances, to=to
    )[about]


def ask_many(
    *,
    by: Actor,
    category: str,
    purpose: str,
    about: Sequence[Subject],
    circumstances: Circumstances = NONE,
    redraws: bool = False,
    to: UUID | None = None,
) -> dict[Subject, Answer]:
    """One decision and one disclosure each for a page of subjects, in a fixed number of statements.

    What is written stands or falls together; a single line needs no transaction of its own for that.
    `redraws`: a screen asks by itself, again; see `sharing.looks`. `to`: somebody outside, who is asked for.
    """
    found = origins(about)
    asker = outside.standing_for(by) if to else by
    answers = decided(asker, category, purpose, found, about, circumstances, to)
    if not redraws:
        _record(by, purpose, answers, found, circumstances, to)
    elif fresh := looks.unwritten(by, answers, OWED):
        _record(by, purpose, fresh, found, circumstances)
        looks.note(by, fresh)
    notices.owe(answers.values())
    return answers


def decided(
    asker: Actor,
    category: str,
    purpose: str,
    found: Mapping[Subject, Origin],
    about: Sequence[Subject],
    said: Circumstances = NONE,
    to: UUID | None = None,
) -> dict[Subject, Answer]:
    """The decisions alone: nothing is written, so nothing may be read by them."""
    known = standing(asker, found.values(), about, said.incident)
    policy = current()
    answers: dict[Subject, Answer] = {}
    for subject in about:
        origin = found.get(subject)
        facts = (
            facts_of(asker, category, purpose, origin, known, said, to)
            if origin
            else Facts(record_expunged=True)  # none is answered as one that is gone (42 CFR 2.13(c))
        )
        answers[subject] = decide(_question(asker, category, purpose, subject.id), facts, policy)
    return answers


def _question(by: Actor, category: str, purpose: str, subject: UUID) -> Question:
    return Question(
        actor=by.policy_role, category=category, purpose=purpose, subject=str(subject),
        actor_id=by.id, agency=str(by.agency or ""),
    )  # fmt: skip


def _alone(by: Actor, source_program: str | None) -> Facts:
    """What is known of the asker where the subject is nobody in particular."""
    return Facts(
        source_program=source_program, mfa=by.mfa, session_valid=by.session_valid,
        account_active=by.account_active, device_trusted=by.device_trusted,
    )  # fmt: skip


def permitted(answers: Mapping[Subject, Answer]) -> dict[Subject, Permit]:
    """The permits among the answers, in order."""
    return {subject: answer for subject, answer in answers.items() if isinstance(answer, Permit)}


def _record(
    by: Actor,
    purpose: str,
    answers: Mapping[Subject, Answer],
    found: Mapping[Subject, Origin],
    said: Circumstances,
    to: UUID | None = None,
) -> None:
    """Journal every answer; add register rows, reviews and alerts where the obligations ask for them."""
    seen = [_event(subject, answer) for subject, answer in answers.items()]
    if not any(answer.obligations & OWED for answer in answers.values()):
        journal.write_many(by=by, purpose=purpose, events=seen)
        return
    with transaction.atomic():
        lines = journal.write_many(by=by, purpose=purpose, events=seen)
        rows, reviews, given = [], [], []
        for line, (subject, answer) in zip(lines, answers.items(), strict=True):
            if answer.obligations & REGISTERED:
                origin = found.get(subject, Origin())
                row = _register(by, subject, answer, origin, line.id, said.opening)
                row.outsider_id = to
                rows.append(row)
            if CRIMINAL_HISTORY in answer.obligations:
                origin = found.get(subject, Origin())
                given.append(_dissemination(by, subject, answer, origin, said, line.id))
            if answer.obligations & REVIEWED and said.opening is None:
                reviews.append(_review(by, purpose, subject, answer, said))
        Disclosure.objects.bulk_create(rows, batch_size=500)
        Dissemination.objects.bulk_create(given, batch_size=500)
        Review.objects.bulk_create(reviews, batch_size=500)
        alerts = [events.Alerted(review=r.id, why=r.why) for r in reviews]
        journal.write_many(by=by, purpose=purpose, events=alerts)


def _event(subject: Subject, answer: Answer) -> events.Read | events.Refused:
    make = events.Read if isinstance(answer, Permit) else events.Refused
    return make(
        of=subject.kind,
        id=subject.id,
        category=answer.question.category,
        fields=tuple(sorted(answer.fields)),
        rules=tuple(answer.rules),
    )


def _register(
    by: Actor,
    subject: Subject,
    answer: Answer,
    origin: Origin,
    line: int,
    opening: UUID | None,
) -> Disclosure:
    hours = answer.expires_hours if isinstance(answer, Permit) else None
    notice = "42 CFR 2.32" if "p2_notice" in answer.obligations else ""
    return Disclosure(
        person_id=origin.person,
        kind=subject.kind,
        subject=subject.id,
        category=answer.question.category,
        fields=sorted(answer.fields),
        purpose=answer.question.purpose,
        account=by.id,
        agency=by.agency,
        source_agency=origin.agency,
        basis=list(answer.basis),
        rules=list(answer.rules),
        notice=notice,
        line=line,
        is_accounted="accounting" in answer.obligations,
        expires_at=clock.now() + timedelta(hours=hours) if hours else None,
        opening=opening,
    )


def _dissemination(
    by: Actor, subject: Subject, answer: Answer, origin: Origin, said: Circumstances, line: int
) -> Dissemination:
    return Dissemination(
        account=by.id,
        agency=by.agency,
        source_agency=origin.agency,
        person=origin.person,
        kind=subject.kind,
        subject=subject.id,
        fields=sorted(answer.fields),
        purpose=answer.question.purpose,
        purpose_code=said.purpose_code or "",
        line=line,
        ori=agencies.agency(by.agency).ori if by.agency else "",
    )


def _review(by: Actor, purpose: str, subject: Subject, answer: Answer, said: Circumstances) -> Review:
    if said.break_glass is not None:
        why = "break_glass"
    elif said.imminent_threat or said.medical_emergency:
        why = "emergency"
    else:
        why = "alert"
    return Review(
        why=why,
        kind=subject.kind,
        subject=subject.id,
        account=by.id,
        agency=by.agency,
        category=answer.question.category,
        purpose=purpose,
        reason=said.break_glass or "",
    )


@transaction.atomic
def ask_totals(
    *, by: Actor, category: str, purpose: str, counts: Mapping[str, int], source_program: str | None = None
) -> dict[str, Answer]:
    """A decision for each counted cell (1 to 10 is always refused); one journal line for the table.

    `counts` maps the reader's key of a cell to its number. Subjects are nobody in particular.
    """
    question, policy = _question(by, category, purpose, NOWHERE), current()
    by_number = {
        n: decide(question, replace(_alone(by, source_program), aggregate_cell_n=n), policy)
        for n in set(counts.values())
    }
    answers = {key: by_number[n] for key, n in counts.items()}
    shown = [a for a in answers.values() if isinstance(a, Permit)]
    fields = tuple(sorted(shown[0].fields)) if shown else ()
    if by.policy_role != "public":
        event = events.Totals(
            category=category, fields=fields, cells=len(shown), hidden=len(answers) - len(shown)
        )
        journal.write(by=by, event=event, purpose=purpose)
    return answers


@transaction.atomic
def ask_set(
    *,
    by: Actor,
    category: str,
    purpose: str,
    source_programs: Iterable[str],
    circumstances: Circumstances,
) -> dict[str, Answer]:
    """May de-identified (or limited) rows of these origins leave? One decision an origin, all journalled.

    Subjects are nobody in particular; say `deidentified=True` (and `irb_or_dua`) in the circumstances.
    A room's `extract` takes the permits and leaves out every origin that has none.
    """
    question, policy = _question(by, category, purpose, NOWHERE), current()
    claims = {name: value for name, value in asdict(circumstances).items() if name not in NO_FACTS}
    answers: dict[str, Answer] = {
        program: decide(question, replace(_alone(by, program or None), **claims), policy)
        for program in source_programs
    }
    subject = Subject("set", NOWHERE)
    journal.write_many(by=by, purpose=purpose, events=[_event(subject, a) for a in answers.values()])
    return answers

"""Verbs of funders' forms: choose the form of a report, answer by hand, draft it from the metrics."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language

from commonweal.kernel import clock, codes, days, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound, gettext_noop
from commonweal.planning import events
from commonweal.planning.funders import FunderForm, answered, funder_forms
from commonweal.planning.models import Grant, GrantAnswer, GrantItem
from commonweal.planning.reporting import figures_of
from commonweal.planning.scenarios import may_plan

DUE = timedelta(days=30)  # after a period; the award may say otherwise
SAID = (
    gettext_noop("Choose a form from the list."),
    gettext_noop("This report has been filed; its answers stay as they were sent."),
    gettext_noop("This form has no such question. Reload the page."),
    gettext_noop("A metric answers this question. Say why you answer it otherwise."),
    gettext_noop("Choose the form of this report first."),
)


@transaction.atomic
def use_form(*, by: Actor, item: UUID, form: str) -> GrantItem:
    """The form that a report is told in; none where empty. Answers stay with their questions."""
    row = _open_report(by, item)
    if form and form not in funder_forms():
        raise Invalid("form", form, "Choose a form from the list.")
    row.form = form
    row.save()
    journal.write(by=by, event=events.GrantChanged(grant=row.grant_id, state=row.grant.state))
    return row


@transaction.atomic
def plan_reports(*, by: Actor, grant: UUID, form: str) -> list[GrantItem]:
    """A report for each whole or begun period of the form within the grant's days, due after `DUE`.

    Periods that a report of this form already tells of are left as they are.
    """
    may_plan(by)
    found = Grant.objects.select_for_update().filter(id=grant).first()
    if found is None:
        raise NotFound("grant")
    if form not in funder_forms():
        raise Invalid("form", form, "Choose a form from the list.")
    if found.state not in ("preparing", "applied", "awarded"):
        says = "This grant is %(state)s; that act no longer fits."
        raise Conflict(says, state=codes.in_sentence(found.state))
    known = set(found.items.filter(kind="report", form=form).values_list("starts", flat=True))
    made = [
        GrantItem.objects.create(
            grant=found, kind="report", text=_named(form, starts), due=ends + DUE, starts=starts, ends=ends,
            form=form,
        )
        for starts, ends in periods(found.starts, found.ends, funder_forms()[form].months)
        if starts not in known
    ]  # fmt: skip
    journal.write(by=by, event=events.GrantChanged(grant=found.id, state=found.state))
    return made


def periods(first: date, last: date, months: int) -> list[tuple[date, date]]:
    """Spans of so many calendar months from `first`, the last one ending with the grant."""
    found, starts = [], first
    while starts <= last:
        year, month = divmod(starts.year * 12 + starts.month - 1 + months, 12)
        after = date(year, month + 1, 1)
        found.append((starts, min(after - timedelta(days=1), last)))
        starts = after
    return found


def _named(form: str, starts: date) -> str:
    words = funder_forms()[form].title
    title = words.get((get_language() or "en")[:2], words["en"])
    return f"{title}, {days.said(starts)}"[:300]


@transaction.atomic
def answer_question(*, by: Actor, item: UUID, question: str, text: str, note: str = "") -> GrantAnswer | None:
    """A question answered by hand, with who and when; an empty text takes the answer away.

    Beside a metric's answer it takes a reason (`note`): both are shown.
    """
    row = _open_report(by, item)
    asked = form_of(row).question(question)
    if asked is None:
        raise Invalid("question", question, "This form has no such question. Reload the page.")
    if not text.strip():
        row.answers.filter(question=question).delete()
        return None
    if asked.metric and not note.strip():
        raise Invalid("note", "", "A metric answers this question. Say why you answer it otherwise.")
    values = {"text": text.strip()[:2000], "note": note.strip()[:300], "by": by.id, "at": clock.now()}
    made, _ = GrantAnswer.objects.update_or_create(item=row, question=question, defaults=values)
    event = events.QuestionAnswered(grant=row.grant_id, item=row.id, question=question)
    journal.write(by=by, event=event)
    return made


def form_of(item: GrantItem) -> FunderForm:
    """The form that the report is told in; Invalid where none was chosen."""
    found = funder_forms().get(item.form)
    if found is None:
        raise Invalid("form", item.form, "Choose the form of this report first.")
    return found


def draft_form(*, by: Actor, item: GrantItem) -> dict[str, Any]:
    """The form filled from the metrics over the report's days, with what people wrote. Nothing is kept."""
    may_plan(by)
    starts, ends = item.starts or item.grant.starts, item.ends or item.grant.ends
    by_hand = {
        one.question: {"text": one.text, "note": one.note, "by": one.by, "at": one.at.isoformat()}
        for one in item.answers.all()
    }
    return answered(form_of(item), figures_of(by, starts, ends), by_hand)


def _open_report(by: Actor, item: UUID) -> GrantItem:
    may_plan(by)
    rows = GrantItem.objects.select_for_update(of=("self",)).select_related("grant")
    row = rows.filter(id=item, kind="report").first()
    if row is None:
        raise NotFound("grant item")
    if row.done_at:
        raise Conflict("This report has been filed; its answers stay as they were sent.")
    return row

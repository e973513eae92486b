"""The accounting of disclosures on paper: when, to whom, what and why, of six years (45 CFR 164.528(b))."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.http import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock, codes, days
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Conflict
from commonweal.people import queries as people
from commonweal.sharing import actions, queries
from commonweal.web.looked import what, why
from commonweal.web.pages import csv_response, desk, page
from commonweal.web.session import Request

YEARS = 6  # 45 CFR 164.528(a)(1)


@desk("keep_trust")
def accounting(request: Request, request_id: UUID) -> HttpResponseBase:
    """The letter of an accounting that was granted with its list, in the person's language: to print, or a
    file (`?as=pdf` the whole, `?as=csv` the list).

    What a law-enforcement agency was given while it is suspended is left out without a word (164.528(a)(2)).
    """
    if not queries.is_granted(request.actor, request_id, "accounting"):
        raise Conflict("The list leaves once the request is granted, at least in part.")
    found = actions.open_request(by=request.actor, request=request_id)
    actions.still_authorized(found)
    first = days.years_before(found.received_on, YEARS)
    with translation.override(found.language):
        lines = list(_lines(found, first))
        if request.GET.get("as") == "csv":
            return csv_response(f"{found.number}-accounting", _header(), (line[:-1] for line in lines))
        context = {
            "found": found,
            "letter": _letter(found),
            "first": first,
            "last": clock.today(),
            "parts": [
                (is_owed, [line for line in lines if line[-1] is is_owed]) for is_owed in (True, False)
            ],
        }
        return page(request, "steward/accounting.html", context)


def _letter(found: queries.Request) -> queries.Letter | None:
    """The letter that granted it: the list goes with it."""
    return queries.letters(found.id).filter(letter__in=("granted", "granted_in_part")).last()


def _header() -> tuple[str, ...]:
    return _("When"), _("To whom"), _("From whom"), _("What was given"), _("Why"), _("On which rule")


def _lines(found: queries.Request, first: date) -> Iterator[tuple[str, str, str, str, str, str, bool]]:
    """Newest first: day, recipient, source, what, why, rule; last whether law asks for it to be listed.

    A recipient is named with the address that is known of them (45 CFR 164.528(b)(2)(ii)).
    """
    houses = {one.id: one.name for one in agencies.agencies()}
    given_to = {one.id: ", ".join(filter(None, (one.name, one.address))) for one in agencies.agencies()}
    circle = people.circle(found.person_id) if found.person_id else frozenset[UUID]()
    since = clock.begin(first)
    rows = [r for member in circle for r in queries.accounting(member).filter(created_at__gte=since)]
    told = queries.told_outside(row.outsider_id for row in rows)
    closed = queries.kept_from_agent(found, [Subject(r.kind, r.subject) for r in rows])
    for row in sorted(rows, key=lambda one: one.created_at, reverse=True):
        if row.subject in closed:
            continue
        yield (
            days.at(row.created_at),
            told.get(row.outsider_id) or (given_to.get(row.agency, "—") if row.agency else "—"),
            houses.get(row.source_agency, "—") if row.source_agency else "—",
            f"{what(row.category)}: {codes.several(row.fields)}",
            why(row.purpose),
            _carried_by(row),
            row.is_accounted,
        )


def _carried_by(row: queries.Disclosure) -> str:
    """The rule that opened it, in its own sentence, with the law that it cites; several where several did.

    Of a rule that a later policy dropped the kind of law is said as it was kept with the row.
    """
    said = [f"{sentence} ({law})" if law else sentence for sentence, law in queries.carried(row.rules)]
    return " ".join(said) or "; ".join(queries.law_of(code) for code in row.basis) or "—"

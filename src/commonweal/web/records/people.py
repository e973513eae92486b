"""The first screen: pairs to review, and a search; and one person's records with what was decided."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from commonweal.agencies import queries as agencies
from commonweal.cases import queries as cases
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid
from commonweal.people import actions
from commonweal.people import queries as people
from commonweal.sharing import queries as trust
from commonweal.web.pages import desk, page, paged
from commonweal.web.records.reading import deciders, own, own_record, parts_of, reviewer, seen, sources, told
from commonweal.web.session import Request

CARE = "care_coordination"
FINDERS = frozenset(["work_cases", "work_field", "answer_referrals"])


# A search changes nothing that a forged request could gain by, and a page without a token stays the same,
# byte for byte (see pages.not_found).
@csrf_exempt
@desk(*FINDERS, "keep_records")
def find(request: Request) -> HttpResponseBase:
    """The header's search: the steward's own screen, or whom the gate shows to this worker for care."""
    if request.actor.may("keep_records"):
        return front(request)
    return _found(request)


def _found(request: Request) -> HttpResponse:
    asked = request.POST.get("q", "").strip()
    found = _near(request.actor, asked)
    shown = seen(request.actor, [s for s, _score in found], CARE)
    from_ = sources(shown)
    rows = [(shown[s], from_.get(s, ""), _cases(request.actor, s)) for s, _score in found if s in shown]
    return page(request, "records/find.html", {"asked": asked, "found": rows})


def _near(by: Actor, asked: str) -> list[tuple[Subject, float]]:
    if not asked:
        return []
    return trust.nearest(by, people.candidates(**parts_of(asked), limit=people.MOST))


def _cases(by: Actor, record: Subject) -> list[UUID]:
    if not by.may("work_cases"):
        return []
    known = cases.of_person(people.person_of(record.id))
    return [c.id for c in known if c.agency == by.agency and c.state == "open"]


@desk("keep_records")
def front(request: Request) -> HttpResponse:
    """Search by a posted `q`, and proposals of the own agency, most probable first."""
    asked = request.POST.get("q", "").strip()
    agency = own(request.actor)
    reads = reviewer(request.actor)
    waiting = people.proposals(reads)
    pairs = paged(request, waiting, 20)
    candidates = _near(request.actor, asked)
    wanted = [s for s, _score in candidates] + [s for p in pairs for s in (p.left, p.right)]
    shown = seen(request.actor, list(dict.fromkeys(wanted)))
    from_ = sources(shown)
    among = set(people.beside(reads, [a.id for a in agencies.agencies()]))
    context = {
        "asked": asked,
        "found": [(shown[s], from_.get(s, "")) for s, _score in candidates if s in shown],
        "pairs": [(p, shown.get(p.left), shown.get(p.right)) for p in pairs],
        "page": pairs,
        "waiting": len(waiting),
        "agencies": [a for a in agencies.agencies() if a.id in among],
        "own": agency,
    }
    return page(request, "records/index.html", context)


@desk("keep_records")
def record(request: Request, record_id: UUID) -> HttpResponse:
    """One person as the agencies know them; a record of the own agency can be parted from the rest."""
    subject = own_record(request.actor, record_id)
    if request.method == "POST":
        if request.POST.get("act") != "split":
            raise Invalid("act", request.POST.get("act", ""), _("Use a button of the page."))
        actions.split(by=request.actor, record=subject.id)
        flash.success(request, _("Parted. These records will not be proposed as one person again."))
        return redirect("records:record", record_id=record_id)
    together, shown = told(request.actor, people.records_of(people.person_of(record_id)))
    from_ = sources(shown)
    decided = people.decisions(reviewer(request.actor), records=[record_id])
    context = {
        "record": record_id,
        "rows": [(s, shown.get(s), from_.get(s, "")) for s in together],
        "is_alone": len(together) == 1,
        "decisions": list(zip(decided, deciders(decided), strict=True)),
    }
    return page(request, "records/record.html", context)

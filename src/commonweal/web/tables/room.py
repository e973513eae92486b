"""The room: seats with agencies, four steps, one sentence on what may be said, and only what may be seen."""

from itertools import groupby
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from commonweal.cases import actions as cases
from commonweal.cases import queries
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, NotFound
from commonweal.kernel.shown import Shown
from commonweal.people import queries as people
from commonweal.sharing import actions as sharing
from commonweal.web import finding
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

STEPS = (
    gettext_lazy("Own agency"),
    gettext_lazy("Without names"),
    gettext_lazy("Name, to find who helps"),
    gettext_lazy("Those involved plan"),
)
SAY = {
    1: gettext_lazy("Only your agency is here. Describe what worries you; nobody else sees it yet."),
    2: gettext_lazy("Everyone at the table listens. Say what happens and what could go wrong: no name, "
                    "no birth date, no address."),
    3: gettext_lazy("Name, birth date and address may be said, only to find who already knows the person. "
                    "Whoever is not involved leaves."),
    4: gettext_lazy("Only the involved agencies are here. Say what is needed for a plan within 48 hours, "
                    "and no more."),
}  # fmt: skip
TEST = {
    "significant_interest": gettext_lazy(
        "Is something the community cares about at stake: life, health, safety?"
    ),
    "probable_harm": gettext_lazy("Is harm probable if nothing is done?"),
    "severe_harm": gettext_lazy("Would the harm be severe?"),
    "several_agencies": gettext_lazy("Does it take several agencies to lower the risk?"),
}
AGES = ("0-11", "12-17", "18-24", "25-39", "40-59", "60-79", "80+")
SEXES = (
    ("female", gettext_lazy("Woman")),
    ("male", gettext_lazy("Man")),
    ("other", gettext_lazy("Another")),
)
PARTS = {
    "present": gettext_lazy("present"),
    "lead": gettext_lazy("leads"),
    "assisting": gettext_lazy("assists"),
}


def language() -> str:
    """The page's language, "en" or "es"."""
    return "es" if (get_language() or "en").startswith("es") else "en"


@desk("sit_at_tables", "keep_tables")
def index(request: Request) -> HttpResponse:
    """The tables where this worker sits, and the discussions whose room they were in.

    Whoever only founds tables goes on to that.
    """
    by = request.actor
    if not by.may("sit_at_tables"):
        return redirect("tables:founding")
    ends = queries.conclusions(language())
    tables = []
    for table in queries.tables_of(by):
        doors: dict[bool, list[dict[str, object]]] = {True: [], False: []}
        for d in queries.doors(by, table.id)[:50]:
            step = {"door": d, "step": STEPS[d.stage - 1], "end": ends.get(d.conclusion, "")}
            doors[d.is_inside].append(step)
        seats = queries.seats(table.id)
        tables.append({"table": table, "seats": seats, "open": doors[True], "past": doors[False]})
    return page(request, "tables/index.html", {"tables": tables})


def _groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Risk factors by their category, in the page's language."""
    pairs = [(code, *words.split(": ", 1)) for code, words in queries.risk_factors(language()).items()]
    return [
        (group, [(code, item) for code, _group, item in rows])
        for group, rows in ((g, list(r)) for g, r in groupby(pairs, key=lambda p: p[1]))
    ]


@desk("sit_at_tables")
def begin(request: Request, table_id: UUID) -> HttpResponse:
    """Bring a situation: described without names; the risk factors as chips."""
    by = request.actor
    table = queries.tables_of(by).filter(id=table_id).first()
    if table is None:
        raise NotFound("table")
    if request.method == "POST":
        found = cases.open_discussion(
            by=by,
            table=table_id,
            situation=request.POST.get("situation", ""),
            age_band=request.POST.get("age_band", ""),
            sex=request.POST.get("sex", ""),
            risks=request.POST.getlist("risks"),
        )
        return redirect("tables:discussion", discussion_id=found.id)
    context = {"table": table, "groups": _groups(), "ages": [(a, a) for a in AGES], "sexes": SEXES}
    return page(request, "tables/open.html", context)


def _names(by: Actor, view: queries.DiscussionView) -> list[Shown]:
    """Name, birth date and address from filter three on, for those in the room, through the gate."""
    if view.stage < 3 or view.person is None:
        return []
    about = people.records_of(view.person)
    answers = sharing.ask_many(by=by, category="identity", purpose=finding.PURPOSE, about=about)
    return people.identities(sharing.permitted(answers))


def _first(view: queries.DiscussionView) -> list[str]:
    """What the next filter needs and the room has not said yet."""
    if view.stage == 2:
        unsaid = [] if view.is_aer else [_("All four questions about the risk are answered with yes.")]
        return [*unsaid, _("The person is named.")] if view.is_origin and not view.person else unsaid
    return [_("One agency says that it leads.")] if view.stage == 3 and not view.lead else []


@desk("sit_at_tables")
def show(request: Request, discussion_id: UUID) -> HttpResponse:
    """The discussion at its filter; those who left find what a stranger finds."""
    by = request.actor
    view = cases.read_room(by=by, discussion=discussion_id)
    risks, good = queries.risk_factors(language()), queries.protective_factors(language())
    context = {
        "view": view,
        "steps": STEPS,
        "say": SAY[view.stage],
        "seats": [(agency, PARTS[part], part, here) for agency, part, here in view.seats],
        "risks": [risks.get(code, code) for code in view.risk_factors],
        "good": [good.get(code, code) for code in view.protective_factors],
        "protective": list(good.items()),
        "test": [(code, words, code in view.aer_reasons) for code, words in TEST.items()],
        "names": _names(by, view),
        "first": _first(view),
        "my_part": PARTS[view.my_part],
        "conclusions": list(queries.conclusions(language()).items()),
    }
    return page(request, "tables/discussion.html", context)


@desk("sit_at_tables")
def name(request: Request, discussion_id: UUID) -> HttpResponse:
    """The originating agency says whom it means; the table does not learn it before filter three."""
    by = request.actor
    view = queries.room(by, discussion_id)
    if not view.is_origin:
        raise NotFound("discussion")
    if view.stage >= 3:
        raise Conflict(_("Names are known already."))
    if request.method == "POST" and not finding.is_look(request):
        person = finding.chosen(by, request.POST.dict())
        cases.name_person(by=by, discussion=discussion_id, person=person)
        flash.success(request, _("Noted. The table learns the name only at the third filter."))
        return redirect("tables:discussion", discussion_id=discussion_id)
    given = finding.asked_for(request.POST.dict())
    context = {
        "view": view,
        "given": given,
        "shown": finding.candidates(by, given),
        "asked": any(given.values()),
    }
    return page(request, "tables/name.html", context)

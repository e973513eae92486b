"""Consent as a conversation on the phone: what, to whom, for what, until when; signed or spoken."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.encounters import actions as encounters
from commonweal.kernel.codes import said
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing import queries
from commonweal.web import agreed_paper, tongues, withdrawing
from commonweal.web.field.encounter import mine
from commonweal.web.pages import desk, id_of, page
from commonweal.web.session import Request

# What a person may share, in words a twelve-year-old understands, and the category it stands for
WHAT = (
    ("identity", gettext_lazy("Who I am: my name and how to reach me")),
    ("referral_status", gettext_lazy("That I was referred, and how it goes")),
    ("case_plan", gettext_lazy("My plan and goals")),
    ("mh_assessment", gettext_lazy("How I am doing: risk and my crisis plan")),
    ("safety_alerts", gettext_lazy("What helps me and how to talk with me")),
    ("sud_record", gettext_lazy("Treatment for alcohol or drugs")),
)
UNTIL = ((30, gettext_lazy("30 days")), (180, gettext_lazy("6 months")), (365, gettext_lazy("1 year")))
KINDS = ("social_service", "hmis_shelter", "health", "hospital", "part2_program", "school")


@desk("work_field")
def agree(request: Request, encounter_id: UUID) -> HttpResponse:
    """Ask in plain words; record what was agreed. Help never depends on the answer."""
    by = request.actor
    outline = mine(by, encounter_id)
    if outline.person is None:
        raise NotFound("person")
    fault: Invalid | None = None
    if request.method == "POST":
        try:
            _record(request, encounter_id)
        except Invalid as refused:
            fault = refused  # the form comes back as it was filled in, the signature too
        else:
            flash.success(request, _("Thank you. This can be taken back at any time."))
            return redirect("field:encounter", encounter_id=encounter_id)
    agreed = withdrawing.agreed(by, outline.person)
    receivers = [a for a in agencies.agencies() if a.kind in KINDS]
    context = {
        "outline": outline,
        "what": WHAT,
        "receivers": [(str(a.id), a.name) for a in receivers],
        "until": [(str(days), words) for days, words in UNTIL],
        "agreed": agreed,
        "withdraw_url": reverse("field:withdraw", args=[encounter_id]),
        "ways": ways(),
        "acting": acting(),
        "tongues": tongue_choices(),
        "beside": [(one, said(one)) for one in ("parent", "guardian")],
        "has_copy": any(row.recorded_by == by.id for row, _to in agreed),
        "error": fault,
        "given": _given(request.POST),
        "minors": (_(queries.minors_rule()[0]), queries.minors_rule()[1]),
    }
    return page(request, "field/consent.html", context, status=400 if fault else 200)


@desk("work_field")
@require_POST
def withdraw(request: Request, encounter_id: UUID) -> HttpResponse:
    """The person takes a consent back and tells the worker who is with them."""
    outline = mine(request.actor, encounter_id)
    if outline.person is None:
        raise NotFound("person")
    withdrawing.take_back(request, outline.person)
    return redirect("field:encounter", encounter_id=encounter_id)


@desk("work_field")
def copy(request: Request, encounter_id: UUID) -> HttpResponse:
    """What this worker recorded for the person and still stands, to hand over (45 CFR 164.508(c)(4))."""
    by, outline = request.actor, mine(request.actor, encounter_id)
    if outline.person is None:
        raise NotFound("person")
    rows = [row for row, _to in withdrawing.agreed(by, outline.person) if row.recorded_by == by.id]
    here = outline.call or outline.id  # a contact without a call is an incident of its own
    context = {"outline": outline, "papers": agreed_paper.papers(by, rows, "emergency", here)}
    return page(request, "field/copy.html", context)


BESIDE = ("acting_as", "papers", "subject_name", "interpreter", "spoken")
SIGNED = ("signer", "witness", "signature", "age", "guardian", "guardian_signature", *BESIDE)
# Spoken in homes of the United States other than English: Census Bureau, American Community Survey, B16001
TONGUES = (
    "es", "zh", "yue", "tl", "vi", "ar", "fr", "ko", "ru", "pt", "ht", "hi", "de", "pl", "ur", "fa", "hmn",
    "pa", "uk", "so", "am", "sw", "km", "lo", "ne", "ja", "it", "en", "ase",
)  # fmt: skip


def acting() -> list[tuple[str, str]]:
    """Who may sign for somebody else, in words, with nobody first."""
    return [("", _("Nobody: the person signs")), *((one, said(one)) for one in queries.Consent.AUTHORITIES)]


def tongue_choices() -> list[tuple[str, str]]:
    """Languages to interpret into, by name."""
    return tongues.several((code, "") for code in TONGUES)


def ways() -> list[tuple[str, str]]:
    """How a yes is given: by hand, by keyboard or voice control with the same force, or spoken."""
    return [
        ("drawn", _("Sign on this screen")),
        ("typed", _("My name as I typed it")),
        ("verbal", _("Say yes, with a witness")),
    ]


def _given(posted: QueryDict) -> dict[str, object]:
    """What was filled in already, by field."""
    given: dict[str, object] = {name: posted.getlist(name) for name in ("what", "to")}
    given |= {name: posted.get(name, "") for name in SIGNED} | {"adopted": posted.getlist("adopted")}
    given |= {"guardian_as": posted.get("guardian_as", "parent")}
    return given | {"until": posted.get("until", "180"), "way": posted.get("way", "drawn")}


def _record(request: Request, encounter: UUID) -> None:
    """What the form says, as the act takes it."""
    posted = request.POST
    days, way, adopted = posted.get("until", "180"), posted.get("way", "drawn"), posted.getlist("adopted")
    signer, guardian = posted.get("signer", ""), posted.get("guardian", "")
    drawn, beside = posted.get("signature", ""), posted.get("guardian_signature", "")
    agreed = encounters.Agreed(
        what=posted.getlist("what"),
        to=[id_of("to", r) for r in posted.getlist("to")],
        days=int(days) if days in {str(d) for d, _words in UNTIL} else 0,
        signer=signer,
        way=way,
        signature=drawn if way != "typed" else signer if "signer" in adopted else "",
        witness=posted.get("witness", ""),
        language=get_language() or "en",
        age=int(age) if (age := posted.get("age", "")[:2]).isascii() and age.isdigit() else None,
        guardian=guardian,
        guardian_signature=beside or (guardian if "guardian" in adopted else ""),
        guardian_as=posted.get("guardian_as", "") if guardian.strip() else "",
        **{name: posted.get(name, "") for name in BESIDE},
    )
    encounters.agree(by=request.actor, encounter=encounter, agreed=agreed)

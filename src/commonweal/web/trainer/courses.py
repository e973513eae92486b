"""The coordinator's catalogue: courses, and which certificate each role must hold."""

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel.errors import Invalid
from commonweal.training import actions, queries
from commonweal.web.pages import desk, id_of, page, whole
from commonweal.web.session import Request
from commonweal.web.trainer.own import titles


@desk("train")
def catalogue(request: Request) -> HttpResponse:
    """What is taught and what is required (GET); add or change one of either (POST)."""
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act not in ACTS:
            raise Invalid("act", act, _("Use a button of the page."))
        flash.success(request, ACTS[act](request))
        return redirect("trainer:courses")
    words = titles()
    needed = [
        (r, _(agencies.ROLES[r.role].name), words.get(r.certificate, r.certificate))
        for r in queries.requirements()
        if r.role in agencies.ROLES
    ]
    courses = list(queries.courses())
    context = {
        "courses": courses,
        "requirements": needed,
        "roles": sorted((_(role.name), code) for code, role in agencies.ROLES.items() if code != "person"),
        "certificates": sorted({(words.get(c.certificate, c.certificate), c.certificate) for c in courses}),
    }
    return page(request, "trainer/courses.html", context)


def _number(request: Request, name: str, default: str, most: int) -> int:
    text = request.POST.get(name, "").strip() or default
    number = whole(text)
    if number is None or number > most:
        raise Invalid(name, text[:40], "Give a whole number up to %(most)s.", most=most)
    return number


def _keep(request: Request) -> str:
    names = ("code", "title_en", "title_es", "about")
    code, english, spanish, about = (request.POST.get(name, "").strip() for name in names)
    actions.keep_course(
        by=request.actor,
        code=code,
        title_en=english,
        certificate=request.POST.get("certificate", "").strip() or code,
        title_es=spanish,
        about=about,
        hours=_number(request, "hours", "0", 500),
        valid_months=_number(request, "valid_months", "24", 240),
    )
    return _("The course is kept.")


def _require(request: Request) -> str:
    certificate = request.POST.get("certificate", "")
    if not queries.courses().filter(certificate=certificate).exists():
        raise Invalid("certificate", certificate, _("Keep a course that earns this certificate first."))
    actions.require(
        by=request.actor,
        role=request.POST.get("role", ""),
        certificate=certificate,
        closes_dispatch=request.POST.get("closes_dispatch") == "yes",
        narrows_sight=request.POST.get("narrows_sight") == "yes",
        grace_days=_number(request, "grace_days", "0", 365),
    )
    return _("It is required from now on.")


def _release(request: Request) -> str:
    actions.release(by=request.actor, requirement=id_of("requirement", request.POST.get("requirement", "")))
    return _("It is no longer required.")


ACTS = {"keep": _keep, "require": _require, "release": _release}

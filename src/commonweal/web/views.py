"""Pages that belong to no desk: home, demo, gallery, language, health, and the error pages."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from commonweal.agencies import actions as agency_actions
from commonweal.agencies import queries as agencies
from commonweal.kernel import faults
from commonweal.kernel.actors import STRANGER
from commonweal.web import pages, samples, tour
from commonweal.web.navigation import DESKS
from commonweal.web.session import Request, account_id, by_itself, is_fragment, mark_second_factor
from commonweal.web.signin import device_for


def home(request: Request) -> HttpResponse:
    """The first screen of a worker's role; for everyone else the front page of the site."""
    if request.actor is STRANGER:
        return pages.page(request, "home.html", {"desks": DESKS.values()})
    return redirect(agencies.ROLES[request.actor.role].home)


def demo(request: HttpRequest) -> HttpResponse:
    """One click into each desk of the generated county; absent elsewhere."""
    if not settings.DEMO:
        raise Http404
    found = tour.steps()
    has_people = any(step.faces for step in found)
    return pages.page(request, "demo.html", {"steps": found, "has_people": has_people})


@require_POST
def demo_enter(request: Request, username: str) -> HttpResponse:
    """Sign a demo account in, second step included; absent unless this is a demo."""
    if not settings.DEMO:
        raise Http404
    account = agencies.account_named(username)
    if account is None:
        raise Http404
    login(request, account, backend=settings.AUTHENTICATION_BACKENDS[-1])
    mark_second_factor(request, device_for(account, "dispatch"))
    # who tries the desks goes on in the language of the demo's page, whatever the account would read
    return _in_language(redirect(agencies.ROLES[account.role].home), get_language() or settings.LANGUAGE_CODE)


def _in_language(response: HttpResponse, code: str) -> HttpResponse:
    """The answer, and this device keeps the language for a year."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, max_age=31_536_000,
        secure=settings.LANGUAGE_COOKIE_SECURE, httponly=True, samesite="Lax",
    )  # fmt: skip
    return response


# A switch of language changes nothing that a forged request could gain by, and a page without a token
# stays the same, byte for byte (see pages.not_found).
@csrf_exempt
@require_POST
def language(request: Request) -> HttpResponse:
    """Remember the language in a cookie, and on the account of whoever is signed in; go back."""
    code = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    if code not in dict(settings.LANGUAGES) or not check_for_language(code):
        return HttpResponseRedirect(back)
    account = account_id(request)
    if account:
        agency_actions.change_account(by=request.actor, account=account, language=code)
    return _in_language(HttpResponseRedirect(translate_url(back, code)), code)


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component, by name, as pages use it."""
    if request.GET.get("part") == "drawer":
        return pages.page(request, "gallery/drawer.html")
    return pages.page(request, "gallery.html", samples.everything())


def health(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is said to strangers."""
    return JsonResponse({"status": "ok"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that makes no sense."""
    return pages.page(request, "400.html", status=400)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not allowed, outside any desk."""
    return pages.forbidden(request, ())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing there, or nothing that may be acknowledged."""
    return pages.not_found(request)


def failed(request: HttpRequest) -> HttpResponse:
    """A fault of ours: plain, without the page's frame, since that may be what broke.

    A part of a page says it above what stands there; what the page asked for by itself changes nothing.
    """
    context = {"reference": faults.reference(request)}
    if not is_fragment(request):
        return pages.page(request, "500.html", context, status=500)
    response = pages.page(request, "components/fault.html", context, status=500)
    if by_itself(request):
        response["HX-Reswap"] = "none"
    else:
        response["HX-Retarget"], response["HX-Reswap"] = "#messages", "innerHTML show:top"
    return response

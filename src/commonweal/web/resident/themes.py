"""What many speak of: words proposed by the machine, themes named by a person."""

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.community import actions, queries
from commonweal.community.queries import Theme
from commonweal.kernel.errors import Invalid
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

LANGUAGES = ("en", "es")


@desk("publish")
def themes(request: Request) -> HttpResponse:
    """Themes that stand; `act=seek` proposes words, anything else names a theme. What was typed is kept."""
    context: dict[str, object] = {"rows": queries.spoken()}
    if request.method != "POST":
        return page(request, "resident/themes.html", context)
    if request.POST.get("act") == "seek":
        language = request.POST.get("language", "")
        if language not in LANGUAGES:
            raise Invalid("language", language, "Use one of: %(allowed)s.", allowed=", ".join(LANGUAGES))
        found = actions.seek_themes(by=request.actor, language=language)
        return page(request, "resident/themes.html", {**context, "found": found, "language": language})
    try:
        named(request)
    except Invalid as fault:
        typed = {name: request.POST.get(name, "") for name in ("name_en", "name_es", "words", "theme")}
        return page(request, "resident/themes.html", {**context, "typed": typed, "fault": fault}, status=400)
    flash.success(request, _("The theme is named, and counted from now on."))
    return redirect("resident:themes")


def named(request: Request) -> Theme:
    """The theme of the form, new or changed."""
    given = request.POST
    theme = given.get("theme", "")
    return actions.name_theme(
        by=request.actor, name_en=given.get("name_en", ""), name_es=given.get("name_es", ""),
        words=given.get("words", "").split(","), theme=queries.theme_of(theme).id if theme else None,
    )  # fmt: skip


@desk("publish")
@require_POST
def drop(request: Request) -> HttpResponse:
    """Take a theme off the list."""
    actions.drop_theme(by=request.actor, theme=queries.theme_of(request.POST.get("theme", "")).id)
    flash.success(request, _("The theme is no longer counted."))
    return redirect("resident:themes")

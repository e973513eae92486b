"""The answer to a fault of ours: a page for people, a problem for programs. Both name it as the log does."""

from django.http import HttpRequest, HttpResponse

from commonweal.api import problems
from commonweal.web import views


def failed(request: HttpRequest) -> HttpResponse:
    """In the form that was asked for; nothing of what broke is said."""
    return problems.failed(request) if request.path.startswith("/api/") else views.failed(request)

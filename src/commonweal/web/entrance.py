"""The pages before a session: the use banner and the invitation."""

from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from commonweal.agencies import actions, queries
from commonweal.kernel.errors import Conflict, Invalid
from commonweal.web import pages
from commonweal.web.session import BANNER, Request
from commonweal.web.signin import WEB


@never_cache
def banner(request: HttpRequest) -> HttpResponse:
    """The conditions of use; nobody sees the sign-in form before acknowledging them (CJISSECPOL AC-8)."""
    back = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    if request.method == "POST" and request.POST.get("understood") == "yes":
        request.session[BANNER] = True
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': back})}")
    was_asked = request.method == "POST"
    is_locked = request.GET.get("locked") == "1"
    return pages.page(
        request, "account/banner.html", {"next": back, "was_asked": was_asked, "is_locked": is_locked}
    )


@never_cache
def here(request: Request) -> HttpResponse:
    """Whose session this browser holds (an account id, "" for nobody's), with a token for forms drawn before.

    Asked by a page on which something is being typed (cover.js).
    """
    signed_in = str(request.user.pk) if request.user.is_authenticated and request.actor.mfa else ""
    return JsonResponse({"as": signed_in, "token": get_token(request) if signed_in else ""})


class InvitationForm(forms.Form):
    """A sign-in name and a password, twice."""

    username = forms.CharField(label=_("Sign-in name"), max_length=80, min_length=3)
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 12 characters; a sentence only you would say is good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same password again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean_again(self) -> str:
        """Both must be equal."""
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("The two passwords differ. Type the same one in both fields."))
        return again


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Turn an invitation into an account, then go on to the second factor. The token works once."""
    if request.user.is_authenticated:
        return pages.page(request, "account/invitation_over.html", {"is_signed_in": True}, status=409)
    invited = queries.invitation(token)
    if not invited.is_open:
        return pages.page(request, "account/invitation_over.html", status=409)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = actions.accept_invitation(
                by=WEB,
                token=token,
                username=form.cleaned_data["username"],
                password=form.cleaned_data["password"],
            )
        except Invalid as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.remedy)
        except Conflict:  # used in another window meanwhile
            return pages.page(request, "account/invitation_over.html", status=409)
        else:
            login(request, account, backend=settings.AUTHENTICATION_BACKENDS[-1])
            record_authentication(request, account, "password", username=account.username)
            return redirect("mfa_activate_totp")
    told = {"form": form, "invited": invited, "role": translated(queries.ROLES[invited.role].name)}
    return pages.page(request, "account/invitation.html", told, status=400 if form.errors else 200)

"""The one view that is ours: what is no XML at all is a bad request, not an error of the product."""

from typing import cast

from allauth.socialaccount.providers.saml.views import finish_acs
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from lxml.etree import LxmlError
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError

UNREADABLE = (LxmlError, OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError, ValueError)


def finish(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Read the response that the provider sent, and sign in. Entities and document types are not read."""
    try:
        return cast(HttpResponse, finish_acs(request, organization_slug=organization_slug))
    except UNREADABLE as fault:
        raise SuspiciousOperation("The sign-in response could not be read.") from fault

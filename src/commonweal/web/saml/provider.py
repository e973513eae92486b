"""The site's SAML identity provider: accounts that exist, each assertion once, no attribute kept."""

from datetime import UTC, datetime
from typing import Any

from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

LONGEST = 24 * 60 * 60  # seconds that an assertion is remembered where it names no end
SKEW = 5 * 60  # seconds by which clocks may differ


class AgencyProvider(SAMLProvider):  # type: ignore[misc]
    """As the library has it, but an assertion that was used signs nobody in again (SAML core 2.5.1.5)."""

    def sociallogin_from_response(self, request: HttpRequest, response: Any) -> Any:
        """The sign-in of a verified response. PermissionDenied where its assertion was used before."""
        used = f"saml:used:{response.get_last_assertion_id()}"
        if not cache.add(used, True, timeout=_remaining(response.get_last_assertion_not_on_or_after())):
            raise PermissionDenied
        return super().sociallogin_from_response(request, response)

    def extract_extra_data(self, data: Any) -> dict[str, list[str]]:
        """How the person was recognised, for the rule of the second step; nothing about the person."""
        return {"authn_contexts": list(data.get_last_authn_contexts() or ())}


def _remaining(until: int | None) -> int:
    """Seconds until an assertion ends, with the skew that its reading allows."""
    if until is None:
        return LONGEST
    return max(SKEW, int(until - datetime.now(UTC).timestamp()) + SKEW)


provider_classes = [AgencyProvider]

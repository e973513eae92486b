"""Who may do what: the agencies' own list of permissions, printed as a lawyer reads it."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from commonweal.agencies import queries
from commonweal.web.pages import desk, page
from commonweal.web.session import Request


@desk("administer", "keep_trust")
def listed(request: Request) -> HttpResponse:
    """Role by role: each permission in a sentence, how many hold the role, which actor it is for the gate."""
    held: dict[str, int] = {}
    for role in queries.accounts().filter(is_active=True).order_by().values_list("role", flat=True):
        held[role] = held.get(role, 0) + 1
    roles = [
        {
            "name": _(role.name), "actor": role.policy_role, "held": held.get(role.code, 0),
            "permissions": [(code, _(queries.PERMISSIONS[code])) for code in sorted(role.permissions)],
        }
        for role in queries.ROLES.values()
    ]  # fmt: skip
    by_permission = [
        (code, _(words), [_(r.name) for r in queries.ROLES.values() if code in r.permissions])
        for code, words in queries.PERMISSIONS.items()
    ]
    return page(request, "setup/permissions.html", {"roles": roles, "permissions": by_permission})

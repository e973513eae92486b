"""`commonweal admin`: a one-time invitation link for an administrator, from the machine's own keyboard."""

import argparse
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from commonweal.agencies import actions, queries
from commonweal.kernel.actors import Actor, system
from commonweal.kernel.errors import Conflict, Invalid

HELP = """a one-time link with which an administrator chooses a password and a second factor

Example: commonweal admin --email pat@harlow.gov --name "Pat Morrow" --agency "Harlow County" --home my-county
"""
BY = system("admin")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whom to invite, and for which agency (made, of kind government, where it is missing)."""
    parser.description = HELP
    parser.add_argument("--email", required=True, help="the address of the administrator")
    parser.add_argument("--name", default="Administrator", help="the name that colleagues will see")
    parser.add_argument("--agency", default="Government", help="the agency (default: Government)")
    parser.add_argument("--url", help="how a browser reaches this site (default: COMMONWEAL_URL)")
    parser.add_argument("--another", action="store_true", help="although an administrator has an account")


def run(args: argparse.Namespace) -> int:
    """Print the link. Conflict where an administrator has an account already, unless --another is given."""
    if "@" not in args.email:
        raise Invalid("--email", args.email, "Give an address such as name@agency.gov.")
    standing = queries.accounts().filter(role="administrator", is_active=True).exists()
    if standing and not args.another:
        raise Conflict(
            "An administrator has an account already and can invite others at /setup/. "
            "If none of them can sign in any more, add --another."
        )
    _, token = actions.invite(
        by=BY,
        agency=_agency(BY, args.agency),
        role="administrator",
        email=args.email,
        display_name=args.name,
    )
    site = (args.url or settings.BASE_URL).rstrip("/")
    print(f"Open within 7 days, once: {site}{reverse('account_invitation', args=[token])}")
    print("It asks for a sign-in name and a password, then for an authenticator app. Give it to nobody else.")
    return 0


def _agency(by: Actor, name: str) -> UUID:
    found = queries.agencies().filter(name__iexact=name.strip()).first()
    return found.id if found else actions.open_agency(by=by, name=name, kind="government").id

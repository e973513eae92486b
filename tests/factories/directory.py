"""Services and providers for tests, made through the room's doors."""

from datetime import time
from typing import Any
from uuid import UUID

from commonweal.directory import actions
from commonweal.kernel.actors import system

CLERK = system("test")
ALL_WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def entry(name: str = "Harbor Night Shelter", external_id: str = "s1", **parts: Any) -> actions.Entry:
    """A shelter with beds; `parts` replace any value."""
    values: dict[str, Any] = {
        "source": "test",
        "provider": actions.Organisation(name="Harbor House", external_id="p1"),
        "description": "Forty beds, no appointment needed.",
        "languages": (("en", "English"), ("es", "Spanish")),
        "hours": (
            actions.Hours(days=ALL_WEEK, opens=time(18), closes=time(8), text="Every night 6 pm to 8 am"),
        ),
        "places": (
            actions.Place(
                external_id=f"{external_id}-place", address="12 Quay St", city="Harlow", lon=-122.4, lat=37.77
            ),
        ),
        "phones": (actions.Telephone(number="+14155550100"),),
        **parts,
    }
    return actions.Entry(name=name, external_id=external_id, **values)


def service(
    name: str = "Harbor Night Shelter", agency: UUID | None = None, email: str = "", **parts: Any
) -> UUID:
    """A filed service; `agency` or `email` says who receives its referrals."""
    external_id = parts.pop("external_id", name.lower().replace(" ", "-"))
    owner = actions.Organisation(name=parts.pop("provider", f"{name} Inc"), external_id=f"p-{external_id}")
    row, _ = actions.file_service(by=CLERK, entry=entry(name, external_id, provider=owner, **parts))
    if agency or email:
        actions.keep_provider(
            by=CLERK, provider=row.provider_id, name=owner.name, agency=agency, referral_email=email
        )
    return row.id

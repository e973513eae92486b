"""Packs on the timer, into a folder that only the product's own account may read; and their destruction."""

import logging
import os
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.text import slugify

from commonweal.adapters.downtime.writer import Page, write_pack
from commonweal.agencies import queries as agencies
from commonweal.calls import actions, queries
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound

log = logging.getLogger(__name__)


def folder() -> Path:
    """Where packs lie: `downtime` in the instance's home; a site copies it to where paper is printed."""
    return Path(settings.COMMONWEAL_HOME) / "downtime"


def deliver_due(*, by: Actor) -> int:
    """Write every pack whose time has come, then destroy those past theirs. Returns how many were written."""
    written = sum(_deliver(by, plan) for plan in queries.plans_due())
    for pack in queries.packs_to_destroy():
        destroy(by, pack)
    return written


def _deliver(by: Actor, plan: queries.DowntimePlan) -> int:
    """One centre's pack; a fault is kept on its plan and told, and the next round tries again."""
    keeper = _keeper(plan)
    if keeper is None:
        actions.note_try(by=by, agency=plan.agency_id, fault="account")
        return 0
    page = write_pack(by=keeper, reason="timer", language=plan.language)
    try:
        place = _put(page)
    except OSError as fault:
        log.warning("a downtime pack could not be written: %s", type(fault).__name__)
        actions.note_try(by=by, agency=plan.agency_id, fault="disk")
        return 0
    actions.note_file(
        by=by, pack=page.pack.id, file=str(place.relative_to(folder())), digest=page.digest
    )  # fmt: skip
    actions.note_try(by=by, agency=plan.agency_id)
    for older in queries.superseded(page.pack.id):
        destroy(by, older)
    return 1


def _keeper(plan: queries.DowntimePlan) -> Actor | None:
    """The supervisor as whom the gate is asked; None where the account closed, moved or changed its role."""
    try:
        found = agencies.actor(UUID(str(plan.account)))
    except NotFound:
        return None
    stands = found.account_active and found.may("supervise") and found.agency == plan.agency_id
    return found if stands else None


def _put(page: Page) -> Path:
    """Write whole or not at all, readable by the product's own account alone."""
    home = folder() / slugify(agencies.agency(page.pack.agency_id).name)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    place, half = home / page.name, home / f".{page.name}.part"
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(page.content)
        stream.flush()
        os.fsync(stream.fileno())
    half.replace(place)
    return place


def destroy(by: Actor, pack: queries.Pack) -> None:
    """The file goes, and the journal says so; a file that is gone already is no fault."""
    place = (folder() / pack.file).resolve()
    if pack.file and place.is_relative_to(folder().resolve()):
        place.unlink(missing_ok=True)
    actions.remove_pack(by=by, pack=pack.id)

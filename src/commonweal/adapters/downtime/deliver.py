"""Packs on the timer, into a folder that only the product's own account may read; and their destruction."""

import hashlib
import logging
import os
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.text import slugify

from commonweal.adapters.downtime.sealing import sealed, strong
from commonweal.adapters.downtime.writer import Page, write_pack
from commonweal.agencies import queries as agencies
from commonweal.calls import actions, queries
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound

log = logging.getLogger(__name__)
LONGEST_FOLDER = 120  # letters, so that the file in it can be noted
NO_PLAN = "No centre has a downtime plan. A shift supervisor saves one at /desk/downtime/ first."
NO_KEEPER = "Whoever set the downtime plan no longer works there. A supervisor saves it under their name."


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
        place = _put(folder() / slugify(agencies.agency(plan.agency_id).name), page.name, page)
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


def deliver_sealed(
    *, by: Actor, out: Path, passphrase: str, agency: UUID | None = None, every: int = 0
) -> list[Path]:
    """Write a sealed pack of each centre with a plan (or of one) into a folder of the operator's.

    In place of the last one there; the gate is asked as the supervisor of the plan. `every`: minutes after
    which a newer one is due. Returns where they lie.

    Invalid for a weak passphrase and for a folder that is none; Conflict where a plan's supervisor is gone.
    """
    strong(passphrase)
    if not out.is_dir() or len(str(out.resolve())) > LONGEST_FOLDER:
        raise Invalid("out", str(out), "Name a folder that is there and can be written.")
    return [_deliver_sealed(by, plan, out.resolve(), passphrase, every) for plan in _plans(agency)]


def _plans(agency: UUID | None) -> list[queries.DowntimePlan]:
    homes = [one.id for one in agencies.agencies()] if agency is None else [agency]
    found = [plan for home in homes if (plan := queries.downtime_plan(home))]
    if not found:
        raise Conflict(NO_PLAN)
    return found


def _deliver_sealed(by: Actor, plan: queries.DowntimePlan, out: Path, passphrase: str, every: int) -> Path:
    keeper = _keeper(plan)
    if keeper is None:
        raise Conflict(NO_KEEPER)
    home = agencies.agency(plan.agency_id)
    made = write_pack(by=keeper, reason="timer", language=plan.language)
    page = sealed(made, passphrase, every=every)
    place = _put(out, f"downtime-{slugify(home.short or home.name)}.html", page)
    actions.note_file(by=by, pack=page.pack.id, file=str(place), digest=page.digest)
    for older in queries.superseded(page.pack.id):
        actions.remove_pack(by=by, pack=older.id)
    return place


def _keeper(plan: queries.DowntimePlan) -> Actor | None:
    """The supervisor as whom the gate is asked; None where the account closed, moved or changed its role."""
    try:
        found = agencies.actor(UUID(str(plan.account)))
    except NotFound:
        return None
    stands = found.account_active and found.may("supervise") and found.agency == plan.agency_id
    return found if stands else None


def _put(home: Path, name: str, page: Page) -> Path:
    """Write whole or not at all, readable by the product's own account alone."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    place, half = home / name, home / f".{name}.part"
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(page.content)
        stream.flush()
        os.fsync(stream.fileno())
    half.replace(place)
    return place


def destroy(by: Actor, pack: queries.Pack) -> None:
    """The file goes, and the journal says so; a file that is gone already is no fault.

    A sealed one lies where the operator said: it goes while it is the same file still. Copies of it are
    theirs to destroy; each says on its face by when.
    """
    place = (folder() / pack.file).resolve()
    if pack.file and (place.is_relative_to(folder().resolve()) or _is_same(place, pack.digest)):
        try:
            place.unlink(missing_ok=True)
        except OSError as fault:
            log.warning("a downtime pack could not be destroyed: %s", type(fault).__name__)
            return
    actions.remove_pack(by=by, pack=pack.id)


def _is_same(place: Path, digest: str) -> bool:
    """Whether what lies there is a pack that this product sealed and noted."""
    try:
        return hashlib.sha256(place.read_bytes()).hexdigest() == digest
    except OSError:
        return False

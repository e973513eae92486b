"""CAP messages of other systems to drafts here: each waits for a second person like any other.

A message that follows another (`references`) is honoured: an update of what stands becomes a draft that will
replace it, an update of what waits rewrites it, a cancellation ends what stands and drops what waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from commonweal.adapters.cap.reader import Message, Unread, read, wording
from commonweal.community import actions, queries
from commonweal.community.queries import Alert
from commonweal.kernel import imports
from commonweal.kernel.actors import Actor, system
from commonweal.kernel.errors import CommonwealError, Invalid
from commonweal.kernel.imports import ImportRun, Rejected, Tally

PROFILE = "cap_1_2"
# a file drafts as whoever publishes would; what it drafts another person approves before it stands
READER = replace(system("import"), permissions=frozenset(["publish"]))
CALLED_OFF = {
    "en": "The agency that sent this alert called it off.",
    "es": "La agencia que envió esta alerta la canceló.",
}


def arrive(*, by: Actor, file: Path) -> Alert:
    """Draft what a file says. Invalid names the first fault; Conflict where it was read before."""
    try:
        message, _ = read(file.read_bytes())
    except OSError as fault:
        raise Invalid("file", str(file), f"It cannot be read: {fault.strerror}.") from fault
    except Unread as fault:
        first = fault.faults[0]
        raise Invalid(first.field, first.value, f"It {first.reason}. {first.remedy}.") from fault
    return actions.draft_alert(by=by, said=wording(message), origin=_origin(message))


def arrive_all(*, files: Iterable[Path]) -> ImportRun:
    """Read the files in order, each one message; the record counts them and names every fault."""
    paths, tally = list(files), Tally()
    sources = [path.name for path in paths]
    record = imports.begin(by=READER, kind="cap", profile=PROFILE, sources=sources)
    for path in paths:
        _take(path, tally)
    return imports.finish(record, tally)


def _take(path: Path, tally: Tally) -> None:
    try:
        message, remarks = read(path.read_bytes())
    except OSError as fault:
        tally.rejects.append(Rejected(path.name, 0, "file", "", f"cannot be read: {fault.strerror}"))
        return
    except Unread as fault:
        tally.rejects += [
            Rejected(path.name, one.line or 1, one.field, one.value, f"{one.reason}. {one.remedy}")
            for one in fault.faults
        ]
        return
    tally.notices += [f"{path.name}: {text}" for text in remarks]
    try:
        _count(tally, _followed(message) if message.references else _first(message))
    except Invalid as fault:
        tally.rejects.append(Rejected(path.name, 1, fault.field, str(fault.value)[:200], fault.remedy))
    except CommonwealError as fault:
        tally.rejects.append(Rejected(path.name, 1, "alert", message.identifier[:200], str(fault)))


def _count(tally: Tally, what: str) -> None:
    setattr(tally, what, getattr(tally, what) + 1)


def _first(message: Message) -> str:
    """One that follows nothing: a draft, or unchanged where it was read before."""
    origin = _origin(message)
    if queries.alerts_from([origin]):
        return "unchanged"
    actions.draft_alert(by=READER, said=wording(message), origin=origin)
    return "accepted"


def _followed(message: Message) -> str:
    """One that follows another: the newest of those that it names and that came from there before."""
    origin = _origin(message)
    if queries.alerts_from([origin]):
        return "unchanged"
    before = queries.alerts_from([f"{one.sender},{one.identifier}" for one in message.references])
    if message.kind == "Cancel":
        return _called_off(message, before)
    said = wording(message)
    if before and before[0].state in ("draft", "approved"):
        actions.drop_alert(by=READER, alert=before[0].id)
        actions.draft_alert(by=READER, said=said, origin=origin)
        return "updated"
    follows = before[0].id if before and before[0].state == "issued" else None
    actions.draft_alert(by=READER, said=said, follows=follows, origin=origin)
    return "updated" if follows else "accepted"


def _called_off(message: Message, before: list[Alert]) -> str:
    if not before:
        named = " ".join(one.identifier for one in message.references)
        remedy = "No alert came from there under this name: nothing is to be ended."
        raise Invalid("references", named, remedy)
    found = before[0]
    if found.state in ("draft", "approved"):
        actions.drop_alert(by=READER, alert=found.id)
        return "updated"
    if found.state != "issued":
        return "unchanged"
    told = {info.language[:2].lower(): info.description or info.headline for info in message.infos}
    reasons = {tongue: (told.get(tongue) or text)[:500] for tongue, text in CALLED_OFF.items()}
    actions.cancel_alert(by=READER, alert=found.id, reason_en=reasons["en"], reason_es=reasons["es"])
    return "updated"


def _origin(message: Message) -> str:
    return f"{message.sender},{message.identifier}"

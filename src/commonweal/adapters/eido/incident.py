"""A document to its incidents: what is known of each, what is odd, and why one cannot be kept.

Refused: no tracking id, no time at all, a time of the call that is none. Everything else that is missing,
unknown or dangling is a finding, and the whole document stays with the call: nothing is lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import blake2b

from commonweal.adapters.eido import moments, parties
from commonweal.adapters.eido.nodes import Components, id_of, many, part, text_of, texts
from commonweal.adapters.eido.opening import Document, Node, Unfit
from commonweal.adapters.eido.places import Spot, spot_of
from commonweal.adapters.eido.rows import Incident, Reporter, Told
from commonweal.adapters.eido.vocabulary import meaning
from commonweal.adapters.files.answers import Finding, Reject, shown
from commonweal.adapters.files.calls import Chain, Place

VERSION, SYSTEM = "1.0", "eido"
FIX = "Ask the sender to fill it as NENA-STA-021 requires, and read the document again"
KEPT_WHOLE = (  # read by nobody here: the document that holds them stays with the call
    "mergeComponent linkComponent alarmsSensorsComponent additionalDataComponent vehicleComponent "
    "cautionComponent mediaComponent sharedCommunicationResourceComponent "
    "externalInformationSourceComponent eidoExtensionId"
).split()
TYPES = ("incidentTypeInternalText", "incidentTypeCommonRegistryText", "incidentTypeInternalCode")
ADDRESS, CITY, LABEL, NUMBER = 200, 80, 120, 64  # characters that a call holds


def incidents(found: Document, number_from: int = 1) -> Iterator[Incident | Reject]:
    """Each incident of a document; lines count incidents of the file from `number_from`."""
    components = Components(found.body)
    nodes = many(part(found.body, "incidentComponent"))
    if not nodes:
        tracking = text_of(found.body, "incidentTrackingIdentifier")
        field = "incidentComponent" if tracking else "incidentComponent.$id"
        yield Reject(found.file, number_from, field, "", "is missing: the document tells no incident", FIX)
    for line, node in enumerate(nodes, start=number_from):
        try:
            yield _Reading(found, components, node, alone=len(nodes) == 1).incident(line)
        except Unfit as error:
            field, value, reason = error.args
            yield Reject(found.file, line, field, shown(value), reason, FIX)


class _Reading:
    """One incident of a document while it is read."""

    def __init__(self, found: Document, components: Components, node: Node, *, alone: bool) -> None:
        self._found, self._components, self._node = found, components, node
        self._alone = alone
        self._findings = list(found.findings)

    def incident(self, line: int) -> Incident:
        """The row. Raises Unfit where it cannot stand."""
        tracking = text_of(self._node, "incidentTrackingIdentifier") or id_of(self._node)
        if not tracking:
            raise Unfit("incidentComponent.$id", "", "is missing: the incident could not be recognised again")
        calls = self._components.of("callComponent")
        received, updated = self._moments(calls)
        owner, owner_name = parties.owner_of(self._components, self._found.body, self._node)
        if not owner:
            self._doubt("updatedByAgencyReference", "", "no agency is named: known by its tracking id alone")
        labels = self._labels()
        spot = self._spot(calls)
        self._survey()
        body = self._body()
        times, is_over = self._times(received, updated, calls)
        told = Told(
            SYSTEM,
            tracking,
            updated,
            self._reporter(calls),
            self._nature(),
            spot.extra,
            self._notes(updated),
            body,
        )
        return Incident(
            source_system=SYSTEM, external_id=known_as(owner, tracking), number=self._number(tracking),
            source_file=self._found.file, line=line, agency="", owner=owner, owner_name=owner_name,
            nature_label=self._fit("incidentType", labels[0] if labels else "", LABEL),
            reasons=tuple(labels[1:]), priority=self._priority(),
            priority_label=text_of(self._node, "incidentPriorityInternalText")[:24],
            call_source=self._source(calls), dispositions=self._dispositions(), is_over=is_over, times=times,
            place=Place(self._fit("address", spot.address, ADDRESS), spot.city[:CITY], spot.lon, spot.lat),
            kept=(("incidentTrackingIdentifier", tracking), ("agency", owner)),
            findings=tuple(self._findings), fingerprint=fingerprint(body), told=told,
        )  # fmt: skip

    def _doubt(self, field: str, value: object, problem: str) -> None:
        self._findings.append(Finding(field, shown(value), problem))

    def _fit(self, field: str, text: str, most: int) -> str:
        if len(text) > most:
            self._doubt(field, text, f"is longer than {most} characters: cut, and whole in the document")
        return text[:most]

    def _moments(self, calls: Sequence[Node]) -> tuple[datetime, datetime]:
        """When the first call came, and when the incident was last updated."""
        starts = []
        for call in calls:
            if said := text_of(call, "callStartTimestamp", "callStartTimeStamp"):
                try:
                    starts.append(moments.moment(said))
                except (ValueError, OverflowError) as error:
                    raise Unfit("callComponent.callStartTimestamp", said, shown(error)) from error
        updates = [
            moments.read(node, self._findings, where, *moments.UPDATED)
            for node, where in ((self._node, "incidentComponent"), (self._found.body, "document"))
        ]
        updated = next((one for one in updates if one is not None), None) or max(starts, default=None)
        if updated is None:
            reason = "no time is told, of the call or of the incident"
            raise Unfit("callComponent.callStartTimestamp", "", reason)
        if not starts:
            self._doubt("callComponent.callStartTimestamp", "", "is missing: the incident's own time is used")
        return min(starts, default=updated), updated

    def _times(
        self, received: datetime, updated: datetime, calls: Sequence[Node]
    ) -> tuple[Chain, bool | None]:
        states = [
            *texts(part(self._node, "incidentStatusCommonRegistryText")),
            *texts(part(self._node, "incidentStatusInternalText")),
        ]
        meant = {meaning("statuses", state) for state in states} - {None}
        common = texts(part(self._node, "incidentStatusCommonRegistryText"))
        for state in common:
            if meaning("statuses", state) is None:
                self._doubt("incidentStatusCommonRegistryText", state, "is not in the table of statuses")
        is_over = "over" in meant if meant else None
        times = moments.chain(
            received, calls, self._components.of("emergencyResourceComponent"),
            self._components.of("dispatchComponent"), updated if is_over else None, self._findings,
        )  # fmt: skip
        return times, is_over

    def _labels(self) -> list[str]:
        labels = list(dict.fromkeys(said for name in TYPES if (said := text_of(self._node, name))))
        if not labels:
            self._doubt("incidentTypeCommonRegistryText", "", "is missing: the incident has no type")
        return labels

    def _nature(self) -> str:
        """The nature that a common incident type code stands for; empty where it stands for none of ours."""
        said = text_of(self._node, "incidentTypeCommonRegistryText")
        found = meaning("incident_types", said) if said else "none"
        if found is None:
            self._doubt("incidentTypeCommonRegistryText", said, "is not a common incident type code")
        return found if found and found != "none" else ""

    def _number(self, tracking: str) -> str:
        return (text_of(self._node, "internalIncidentId") or tracking)[-NUMBER:]

    def _priority(self) -> int | None:
        said = text_of(self._node, "incidentCommonPriorityNumber")
        if said.isascii() and said.isdigit() and int(said) <= 99:
            return int(said)
        if said:
            self._doubt("incidentCommonPriorityNumber", said, "is not a priority from 0 to 99")
        return None

    def _source(self, calls: Sequence[Node]) -> str:
        for call in calls:
            for kind in ("localCallType", "standardPrimaryCallType", "standardSecondaryCallType"):
                word = text_of(call, kind)
                if found := meaning("sources", word):
                    return found
                if word:
                    self._doubt(f"callComponent.{kind}", word, "is not in the table of call types")
        return "other"

    def _dispositions(self) -> tuple[str, ...]:
        rows = many(part(self._node, "dispositionComponent"))
        said = (text_of(one, "dispositionDescriptionText", "dispositionCommonRegistryCode") for one in rows)
        return tuple(dict.fromkeys(one for one in said if one))

    def _spot(self, calls: Sequence[Node]) -> Spot:
        """The incident's own places, one filling what the other lacks; else those of its calls."""
        nodes, missing = self._components.referred(self._node, "locationReference")
        if not nodes:
            for call in calls:
                found, lost = self._components.referred(call, "locationReference")
                nodes, missing = [*nodes, *found], [*missing, *lost]
        for key in missing:
            self._doubt("locationReference", key, "points to nothing in this document")
        if not nodes and self._alone:
            nodes = self._components.of("locationComponent")
        told = Spot()
        for node in nodes:
            told = told.over(spot_of(node, self._findings))
        if not told:
            self._doubt("locationComponent", "", "no place is told")
        return told

    def _reporter(self, calls: Sequence[Node]) -> Reporter:
        return parties.reporter_of(
            self._components, calls, self._components.of("personComponent"), self._findings
        )

    def _notes(self, updated: datetime) -> tuple[tuple[datetime, str], ...]:
        """Notes of this incident (all of the document's where it tells one incident), oldest first."""
        nodes, missing = self._components.referred(self._node, "notesReference")
        for key in missing:
            self._doubt("notesReference", key, "points to nothing in this document")
        if self._alone:
            nodes = [*nodes, *(one for one in self._components.of("notesComponent") if one not in nodes)]
        found = []
        for node in nodes:
            if said := text_of(node, "notesActionComments", "noteText"):
                at = moments.read(node, self._findings, "notesComponent", *moments.UPDATED)
                found.append((at or updated, said))
        return tuple(sorted(dict.fromkeys(found), key=lambda one: one[0]))

    def _survey(self) -> None:
        """What the document lacks by the standard, and what is in it that nothing here reads."""
        body = self._found.body
        if (said := text_of(body, "eidoVersion")) != VERSION:
            self._doubt("eidoVersion", said, f"is not {VERSION}: read as if it were")
        for name in ("issuingElementIdentification", "agencyComponent"):
            if not part(body, name):
                self._doubt(name, "", "is missing, and the standard requires it")
        for name in KEPT_WHOLE:
            if rows := part(body, name):
                number = len(rows) if isinstance(rows, list) else 1
                self._doubt(name, number, "kept with the call's document, not read here")
        if not self._alone:
            self._doubt("incidentComponent", "", "one of several in a document: its calls are told of each")

    def _body(self) -> Node:
        """The document as it came, with this incident alone."""
        if self._alone:
            return self._found.body
        return {**self._found.body, "incidentComponent": self._node}


def known_as(owner: str, tracking: str) -> str:
    """What an incident is known by here: its tracking id at its owning agency, in 37 characters."""
    return "eido-" + blake2b(f"{owner}\n{tracking}".encode(), digest_size=16).hexdigest()


def fingerprint(body: Node) -> str:
    """What changes when anything in a document does, whatever the order of its members."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()

"""A call to an EIDO 1.0 document, valid by the published schema: what was handed over, and nothing else.

Times stand as they were, in UTC. A field that was withheld has no component; what the schema requires and the
receiver's permit does not open is said in the general word that gives nothing away (an incident type `INFO`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID
from xml.sax.saxutils import escape

from commonweal.adapters.eido.checking import check_by_site
from commonweal.adapters.eido.opening import Node
from commonweal.adapters.eido.vocabulary import incident_code
from commonweal.agencies import queries as agencies
from commonweal.calls.queries import Handed

__all__ = ["agency_id", "check_by_site", "document", "instant", "write"]
LIFELINE = "lifeline_988"
VERSION, ISSUER = "1.0", "commonweal"
STATUS = {"cleared": "Closed", "cancelled": "Cancelled", "transferred": "Transferred", "waiting": "Pending"}
UNIT_STATUS = {
    "dispatched": "Dispatched", "acknowledged": "Acknowledged", "enroute": "Enroute", "staged": "Staged",
    "on_scene": "On Scene", "transport_start": "Transporting", "at_destination": "At Destination",
    "cleared": "Available",
}  # fmt: skip
CALLER = "Caller"
PIDF = (
    '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" '
    'xmlns:gml="http://www.opengis.net/gml" xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr" '
    'entity="pres:commonweal"><tuple id="{id}"><status><gp:geopriv><gp:location-info>{inside}'
    "</gp:location-info><gp:usage-rules/></gp:geopriv></status><timestamp>{at}</timestamp></tuple></presence>"
)


def document(found: Handed) -> Node:
    """The document of a call that was handed over."""
    home = agencies.agency(found.agency)
    return write(found, agency=home.name, is_lifeline=home.kind == LIFELINE)


def write(found: Handed, *, agency: str, is_lifeline: bool = False) -> Node:
    """The document. `agency` is what the centre is called; its id in the document is stable."""
    return _Writing(found, agency, is_lifeline).document()


def agency_id(agency: UUID) -> str:
    """An agency's id in documents."""
    return f"urn:uuid:{agency}"


def instant(moment: datetime) -> str:
    """A time in UTC, as exact as it is kept."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class _Writing:
    """One document while it is written."""

    def __init__(self, found: Handed, agency: str, is_lifeline: bool) -> None:
        self._found, self._agency, self._is_lifeline = found, agency, is_lifeline
        self._owner = agency_id(found.agency)
        self._key = found.call.hex

    def document(self) -> Node:
        """All components that the handed values make."""
        parts: dict[str, list[Node]] = {
            "callComponent": self._calls(),
            "callbackComponent": self._callbacks(),
            "notesComponent": [self._note(*one) for one in self._found.notes],
            "personComponent": self._people(),
            "locationComponent": self._places(),
            "emergencyResourceComponent": self._units(),
            "agentComponent": [self._agent(key, sign) for key, sign, _ in self._found.units],
        }  # fmt: skip
        members: dict[str, object] = {
            "eidoVersion": VERSION, "issuingElementIdentification": ISSUER, "agencyComponent": [self._home()],
            "incidentComponent": self._incident(parts),
            **{name: rows for name, rows in parts.items() if rows},
        }  # fmt: skip
        changed = int(self._found.changed.timestamp())
        return self._made(f"urn:emergency:uid:eidoid:{self._key}-{changed}:{ISSUER}", members)

    def _note(self, key: UUID, at: datetime, text: str) -> Node:
        return self._made(f"note:{key}", {"notesActionComments": text}, at)

    def _agent(self, key: UUID, sign: str) -> Node:
        return self._made(
            f"agent:{key}",
            {"agentRoleRegistryText": ["Responder"], "agencyReference": _to(self._owner),
             "agentWorkstationPositionIdentification": sign},
        )  # fmt: skip

    def _made(self, key: str, members: Mapping[str, object], at: datetime | None = None) -> Node:
        said = {name: value for name, value in members.items() if value not in ("", None)}
        at = at or self._found.changed
        prologue = {"$id": key, "lastUpdateTimeStamp": instant(at)}
        return {**prologue, "updatedByAgencyReference": _to(self._owner), **said}

    def _incident(self, parts: Mapping[str, list[Node]]) -> Node:
        found = self._found
        status = STATUS.get(found.state, "Active")
        members: dict[str, object] = {
            "incidentTypeCommonRegistryText": incident_code(found.nature),
            "incidentTypeInternalText": found.label,
            "incidentTypeInternalCode": found.nature,
            "incidentStatusCommonRegistryText": [status],
            "internalIncidentId": found.number,
            "incidentPriorityInternalText": found.tier,
            "incidentCommonPriorityNumber": int(found.tier[1]) if found.tier[1:].isdigit() else None,
        }
        for member, kind in REFERENCES.items():
            if parts[kind]:
                members[member] = [_to(str(one["$id"])) for one in parts[kind]]
        if found.dispositions:
            members["dispositionComponent"] = [
                self._made(f"disposition:{self._key}:{at}", {
                    "dispositionCommonRegistryCode": "Other", "dispositionDescriptionText": text,
                })
                for at, text in enumerate(found.dispositions)
            ]  # fmt: skip
        return self._made(found.tracking, members)

    def _calls(self) -> list[Node]:
        """The call itself, where its times may be told: without its start there is none by the schema."""
        received = self._found.times.get("received")
        if received is None:
            return []
        answered = self._found.times.get("answered")
        over = self._found.state in STATUS and self._found.state != "waiting"
        members: dict[str, object] = {
            "callStartTimestamp": instant(received), "direction": "incoming",
            "standardPrimaryCallType": "nonEmergency" if self._is_lifeline else "emergency",
            "callStateRegistryText": "callEnd" if over else "callAnswered" if answered else "callBegin",
            "answerDate": instant(answered) if answered else None,
            "localCallType": "988" if self._is_lifeline else None,
        }  # fmt: skip
        if self._found.caller_phone:
            members["callBackReference"] = _to(f"callback:{self._key}")
        if self._found.caller_name:
            members["personReference"] = [_to(f"person:{self._key}")]
        return [self._made(f"urn:emergency:uid:callid:{self._key}:{ISSUER}", members, received)]

    def _callbacks(self) -> list[Node]:
        if not self._found.caller_phone:
            return []
        uri = f"tel:{self._found.caller_phone}"
        return [self._made(f"callback:{self._key}", {"callBackInformationUri": [uri]})]

    def _people(self) -> list[Node]:
        if not self._found.caller_name:
            return []
        about: Node = {"name": [{"personFullName": [{"value": self._found.caller_name}]}]}
        if self._found.language:
            about["primaryLanguage"] = [{"languageName": [{"value": self._found.language}]}]
        members = {"personIncidentRoleRegistryText": [CALLER], "ncPersonComponent": about}
        return [self._made(f"person:{self._key}", members)]

    def _places(self) -> list[Node]:
        """The address and the point, each in the PIDF-LO form that is meant for it."""
        found, at = self._found, instant(self._found.changed)
        forms: list[str] = []
        if found.address or found.city:
            said = {"A3": found.city, "RD": found.address, "LOC": found.extra}
            inside = "".join(f"<ca:{k}>{escape(_plain(v))}</ca:{k}>" for k, v in said.items() if v)
            forms.append(f"<ca:civicAddress>{inside}</ca:civicAddress>")
        if found.lon is not None and found.lat is not None:
            pos = f"<gml:pos>{found.lat} {found.lon}</gml:pos>"
            forms.append(f'<gml:Point srsName="urn:ogc:def:crs:EPSG::4326">{pos}</gml:Point>')
        return [
            self._made(f"location:{self._key}:{number}", {
                "locationTypeDescriptionRegistryText": "Incident",
                "locationByValue": PIDF.format(id=f"p{number}", inside=inside, at=at),
            })
            for number, inside in enumerate(forms)
        ]  # fmt: skip

    def _units(self) -> list[Node]:
        return [self._unit(*one) for one in self._found.units]

    def _unit(self, key: UUID, sign: str, reached: str) -> Node:
        members: dict[str, object] = {
            "emergencyResourceName": sign, "emergencyResourceTypeCommonRegistryText": "Other",
            "agentReference": [_to(f"agent:{key}")], "primaryUnitStatusRegistryText": UNIT_STATUS[reached],
            "secondaryUnitStatusRegistryText": [], "resourceAttributeRegistryText": [],
        }  # fmt: skip
        return self._made(f"unit:{key}", members, self._found.times.get(reached))

    def _home(self) -> Node:
        card = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", self._agency]]]
        members: dict[str, object] = {
            "agencyJcard": json.dumps(card), "agencyType": ["988" if self._is_lifeline else "PSAP"],
            "incidentOwningAgencyIndicator": True, "agencyRoleDescriptionRegistryText": ["Call taking"],
        }  # fmt: skip
        return self._made(self._owner, members)


REFERENCES = {
    "locationReference": "locationComponent", "personReference": "personComponent",
    "notesReference": "notesComponent",
}  # fmt: skip


def _to(key: str) -> Node:
    return {"$ref": key}


def _plain(text: str) -> str:
    """Without the characters that XML 1.0 may not hold."""
    return "".join(char for char in text if char in "\t\n\r" or char >= " ")

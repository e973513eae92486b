"""Incidents as other centres tell them, written for these tests: whole, plain, and odd."""

import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

AT = "2026-11-02T23:14:05.250-08:00"
OWNER = "psap.harlow.example"
INCIDENT = "urn:emergency:uid:incidentid:7d1c0f5a9be84d0e9a55:psap.harlow.example"
CIVIC = """<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="pres:a@harlow.example"
  xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
  xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr">
 <dm:device id="x"><gp:geopriv><gp:location-info><ca:civicAddress>
   <ca:country>US</ca:country><ca:A1>CA</ca:A1><ca:A3>Harlow</ca:A3><ca:PRD>N</ca:PRD><ca:RD>Cedar</ca:RD>
   <ca:STS>Ave</ca:STS><ca:HNO>412</ca:HNO><ca:UNIT>Apt 3</ca:UNIT><ca:PC>95901</ca:PC>
 </ca:civicAddress></gp:location-info></gp:geopriv></dm:device></presence>"""
POINT = """<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"
  xmlns:gml="http://www.opengis.net/gml" xmlns:gs="http://www.opengis.net/pidflo/1.0" entity="pres:a@b">
 <tuple id="t"><status><gp:geopriv><gp:location-info>
 <gs:Circle srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>38.5012 -121.6003</gml:pos>
 <gs:radius uom="urn:ogc:def:uom:EPSG::9001">30</gs:radius></gs:Circle>
 </gp:location-info></gp:geopriv></status></tuple></presence>"""


def made(key: str, at: str = AT, **members: Any) -> dict[str, Any]:
    """A component with its prologue."""
    return {"$id": key, "lastUpdateTimeStamp": at, "updatedByAgencyReference": {"$ref": OWNER}, **members}


def to(*keys: str) -> list[dict[str, str]]:
    """References to components."""
    return [{"$ref": key} for key in keys]


def whole() -> dict[str, Any]:
    """An incident of one call with a place in both forms, a caller, a unit, notes and an end."""
    card = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Harlow 911"]]]
    person = {"name": [{"personFullName": [{"value": "Ana Torres"}]}],
              "primaryLanguage": [{"languageCode": [{"value": "spa"}]}]}  # fmt: skip
    return made(
        "urn:emergency:uid:eidoid:1", eidoVersion="1.0", issuingElementIdentification="chfe1.harlow.example",
        incidentComponent=made(
            INCIDENT, "2026-11-03T00:20:00-08:00", incidentTypeCommonRegistryText="EDP",
            incidentTypeInternalText="Person in crisis", incidentStatusCommonRegistryText=["Closed"],
            internalIncidentId="26-000412", incidentCommonPriorityNumber=2,
            locationReference=to("loc:1", "loc:2"), personReference=to("per:1"), notesReference=to("note:1"),
            dispositionComponent=[made("dis:1", dispositionCommonRegistryCode="Assisted")],
        ),
        callComponent=[made(
            "urn:emergency:uid:callid:9:harlow.example", callStartTimestamp=AT, direction="incoming",
            answerDate="2026-11-03T07:14:11Z", standardPrimaryCallType="emergency",
            callStateRegistryText="callEnd", callBackReference={"$ref": "cb:1"}, personReference=to("per:1"),
        )],
        callbackComponent=[made("cb:1", callBackInformationUri=["tel:+1-555-0142"])],
        personComponent=[made("per:1", personIncidentRoleRegistryText=["Caller"], ncPersonComponent=person)],
        locationComponent=[
            made("loc:1", locationTypeDescriptionRegistryText="Incident", locationByValue=CIVIC),
            made("loc:2", locationTypeDescriptionRegistryText="Caller", locationByValue=POINT),
        ],
        notesComponent=[made("note:1", notesActionComments="He is <b>pacing</b> and afraid.")],
        dispatchComponent=[made("dsp:1", "2026-11-03T07:16:00Z")],
        emergencyResourceComponent=[
            made("unit:1", "2026-11-03T07:25:00+00:00", agentReference=to("agent:1"),
                 emergencyResourceTypeCommonRegistryText="Mobile crisis",
                 primaryUnitStatusRegistryText="On Scene", secondaryUnitStatusRegistryText=[],
                 resourceAttributeRegistryText=[]),
        ],
        agencyComponent=[made(OWNER, agencyJcard=json.dumps(card), agencyType=["PSAP"],
                              agencyRoleDescriptionRegistryText=["Call taking"],
                              incidentOwningAgencyIndicator=True)],
        agentComponent=[made("agent:1", agentRoleRegistryText=["Call taker"],
                             agencyReference={"$ref": OWNER})],
    )  # fmt: skip


def changed(path: str, value: object, base: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The whole document with one member put (or, for None, taken out): `incidentComponent.$id`, `a.0.b`."""
    found = deepcopy(dict(base) if base else whole())
    node: Any = found
    *way, last = path.split(".")
    for step in way:
        node = node[int(step)] if isinstance(node, list) else node[step]
    if value is None:
        node.pop(last)
    else:
        node[last] = value
    return found


def later(hours: int = 1) -> dict[str, Any]:
    """The same incident, told again later with another note."""
    found = changed("incidentComponent.lastUpdateTimeStamp", f"2026-11-03T0{hours}:30:00-08:00")
    found["notesComponent"].append(made(f"note:{hours + 1}", notesActionComments=f"Update {hours}"))
    return found


def put(folder: Path, content: object, name: str = "incidents.json") -> Path:
    """A file that holds a value as JSON, or text or bytes as they are."""
    path = folder / name
    raw = content if isinstance(content, bytes) else (
        content if isinstance(content, str) else json.dumps(content)
    ).encode()  # fmt: skip
    path.write_bytes(raw)
    return path

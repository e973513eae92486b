"""What a directory reads: users, lists, errors, and what this service can do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commonweal.adapters.scim.reader import USER

API = "urn:ietf:params:scim:api:messages:2.0"
CORE = "urn:ietf:params:scim:schemas:core:2.0"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One account as it is sent."""

    id: str
    username: str
    display_name: str
    email: str
    role: str
    external_id: str
    active: bool
    created: datetime
    changed: datetime


def user(entry: Entry, base: str) -> Json:
    """A User; what is empty is absent."""
    where = f"{base}/Users/{entry.id}"
    meta = {"resourceType": "User", "created": entry.created.isoformat(), "location": where}
    meta["lastModified"] = entry.changed.isoformat()
    found: Json = {
        "schemas": [USER], "id": entry.id, "userName": entry.username,
        "active": entry.active, "roles": [{"value": entry.role}], "meta": meta,
    }  # fmt: skip
    if entry.display_name != entry.username:
        found["displayName"] = entry.display_name
    if entry.email:
        found["emails"] = [{"value": entry.email}]
    if entry.external_id:
        found["externalId"] = entry.external_id
    return found


def trimmed(found: Json, only: str, without: str) -> Json:
    """The attributes asked for, by names with commas between (RFC 7644 3.9); schemas and id always stay."""
    names = {name.strip().rpartition(":")[2].split(".")[0].lower() for name in (only or without).split(",")}
    if not only and not without:
        return found
    stays = {"schemas", "id"}
    return {n: v for n, v in found.items() if n in stays or (n.lower() in names) is bool(only)}


def listing(found: Sequence[Mapping[str, Any]], total: int, start: int = 1) -> Json:
    """A ListResponse."""
    return {
        "schemas": [f"{API}:ListResponse"], "totalResults": total, "startIndex": start,
        "itemsPerPage": len(found), "Resources": list(found),
    }  # fmt: skip


def error(status: int, words: str, kind: str = "") -> Json:
    """An Error (RFC 7644 3.12)."""
    found: Json = {"schemas": [f"{API}:Error"], "status": str(status), "detail": words}
    return found | ({"scimType": kind} if kind else {})


def abilities(base: str, most: int) -> Json:
    """The ServiceProviderConfig."""
    scheme = {
        "type": "oauthbearertoken",
        "name": "Bearer token",
        "description": "A token with the scope scim",
    }
    no = {"supported": False}
    return {
        "schemas": [f"{CORE}:ServiceProviderConfig"], "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": most}, "changePassword": no, "sort": no, "etag": no,
        "authenticationSchemes": [scheme],
        "meta": {"resourceType": "ServiceProviderConfig", "location": f"{base}/ServiceProviderConfig"},
    }  # fmt: skip


def kinds(base: str) -> list[Json]:
    """The ResourceTypes: users alone. Roles are an attribute of theirs."""
    return [{
        "schemas": [f"{CORE}:ResourceType"], "id": "User", "name": "User",
        "endpoint": "/Users", "schema": USER,
        "meta": {"resourceType": "ResourceType", "location": f"{base}/ResourceTypes/User"},
    }]  # fmt: skip


def _attribute(name: str, words: str, kind: str = "string", **more: object) -> Json:
    found: Json = {
        "name": name, "type": kind, "multiValued": False, "description": words, "required": False,
        "mutability": "readWrite", "returned": "default",
    }  # fmt: skip
    if kind == "string":
        found |= {"caseExact": False, "uniqueness": "none"}
    return found | more


def schemas(base: str, roles: Iterable[str]) -> list[Json]:
    """The Schemas: the part of the core user that is kept here."""
    value = _attribute("value", "An address")
    role = _attribute("value", "The code of a role", canonicalValues=list(roles), required=True)
    attributes = [
        _attribute("userName", "The sign-in name", required=True, uniqueness="server"),
        _attribute("displayName", "How colleagues know them"),
        _attribute("active", "False ends sessions and tokens at once", "boolean", required=True),
        _attribute("emails", "One address is kept", "complex", multiValued=True,
                   subAttributes=[value]),
        _attribute("roles", "One role", "complex", multiValued=True, required=True,
                   subAttributes=[role]),
    ]  # fmt: skip
    return [{
        "schemas": [f"{CORE}:Schema"], "id": USER, "name": "User", "description": "An account of a worker",
        "attributes": attributes, "meta": {"resourceType": "Schema", "location": f"{base}/Schemas/{USER}"},
    }]  # fmt: skip

"""What a directory sends: users, patches and filters, as plain values."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_FILTER = re.compile(
    r'\s*(userName|externalId|id|active)\s+eq\s+(?:"([^"]*)"|(true|false))\s*$', re.IGNORECASE
)
_PART = re.compile(r"(emails|roles)(?:\[[^\]]*\])?(?:\.(value))?$", re.IGNORECASE)
NAMES = {
    name.lower(): name for name in ("userName", "displayName", "externalId", "active", "emails", "roles")
}
IGNORED = {"schemas", "id", "meta", "groups"}  # read-only: sent back by clients, not taken (RFC 7643 2.2)


class Refused(Exception):
    """What was sent cannot be taken; `kind` is a scimType of RFC 7644, table 9."""

    def __init__(self, kind: str, words: str) -> None:
        self.kind, self.words = kind, words
        super().__init__(words)


def user(body: object) -> dict[str, Any]:
    """The values of a whole user (POST, PUT), by the names of `agencies.actions.Provisioned`."""
    sent = _mapping(body)
    if USER not in _list(sent.get("schemas")):
        raise Refused("invalidSyntax", f"schemas must hold {USER}.")
    values: dict[str, Any] = {}
    for name, value in sent.items():
        if name.lower() in IGNORED or name.startswith("urn:"):
            continue
        values |= _one(name, value)
    if "username" not in values:
        raise Refused("invalidValue", "userName is required.")
    return values


def patch(body: object) -> dict[str, Any]:
    """The values that a patch changes; operations in order, the last word counts (RFC 7644 3.5.2)."""
    sent = _mapping(body)
    if PATCH not in _list(sent.get("schemas")):
        raise Refused("invalidSyntax", f"schemas must hold {PATCH}.")
    values: dict[str, Any] = {}
    for operation in _list(sent.get("Operations", sent.get("operations"))):
        values |= _operation(_mapping(operation))
    return values


def _operation(one: Mapping[str, Any]) -> dict[str, Any]:
    act, path, value = str(one.get("op", "")).lower(), str(one.get("path") or ""), one.get("value")
    if act not in ("add", "replace", "remove"):
        raise Refused("invalidSyntax", f"op {act!r}: use add, replace or remove.")
    path = path.removeprefix(f"{USER}:")
    if act == "remove":
        return _removed(path)
    if not path:
        merged: dict[str, Any] = {}
        for name, part in _mapping(value).items():
            if name.lower() not in IGNORED:
                merged |= _operation({"op": act, "path": name, "value": part})
        return merged
    found = _PART.match(path)
    if found and found[2]:
        return _one(found[1], [{"value": value}])
    if found:
        return _one(found[1], value if isinstance(value, list) else [value])
    if path.lower() in IGNORED:
        raise Refused("mutability", f"{path} is read-only.")
    return _one(path, value)


def _removed(path: str) -> dict[str, Any]:
    found = _PART.match(path)
    name = NAMES.get((found[1] if found else path).lower())
    if not path:
        raise Refused("noTarget", "remove needs a path.")
    if name in ("emails", "externalId", "displayName"):
        return {{"emails": "email", "externalId": "external_id", "displayName": "display_name"}[name]: ""}
    if name is None:
        raise Refused("invalidPath", f"{path} is no attribute of a user here.")
    raise Refused("mutability", f"{name} cannot be removed.")


def _one(name: str, value: Any) -> dict[str, Any]:
    known = NAMES.get(name.lower())
    if known is None:
        raise Refused("invalidPath", f"{name} is no attribute of a user here; see /scim/v2/Schemas.")
    if known == "active":
        return {"is_active": _truth(value)}
    if known in ("emails", "roles"):
        return {"email" if known == "emails" else "role": _value(known, value)}
    if not isinstance(value, str):
        raise Refused("invalidValue", f"{known} must be a text.")
    return {
        {"userName": "username", "displayName": "display_name", "externalId": "external_id"}[known]: value
    }


def _truth(value: object) -> bool:
    """Some directories send the word instead of the value."""
    said = {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(said, bool):
        raise Refused("invalidValue", "active must be true or false.")
    return said


def _value(name: str, value: object) -> str:
    """The primary one of several, or the first."""
    entries = [one if isinstance(one, Mapping) else {"value": one} for one in _list(value)]
    if name == "roles" and len(entries) > 1:
        raise Refused("invalidValue", "An account has one role; somebody with two jobs has two accounts.")
    chosen = next((one for one in entries if one.get("primary")), entries[0] if entries else {})
    text = chosen.get("value", "")
    if not isinstance(text, str):
        raise Refused("invalidValue", f"{name} must hold texts.")
    return text


def asked(text: str) -> tuple[str, str] | None:
    """The attribute and value of a filter; None for no filter. Only `eq` on four attributes is supported."""
    if not text:
        return None
    found = _FILTER.match(text)
    if not found:
        raise Refused(
            "invalidFilter", 'Use userName, externalId, id or active with eq, as in userName eq "dana".'
        )
    return found[1].lower(), found[2] if found[2] is not None else found[3].lower()


def question(body: object) -> dict[str, str]:
    """A SearchRequest as the texts that an address would have had."""
    sent = _mapping(body)
    lists = {
        n: ",".join(str(one) for one in _list(sent.get(n))) for n in ("attributes", "excludedAttributes")
    }
    return lists | {n: str(sent[n]) for n in ("filter", "startIndex", "count") if sent.get(n) is not None}


def number(text: str | None, default: int, least: int, most: int) -> int:
    """startIndex and count: beyond their bounds they are taken as the bound (RFC 7644 3.4.2.4)."""
    if text is None:
        return default
    try:
        return min(max(int(text[:9]), least), most)
    except ValueError as wrong:
        raise Refused("invalidValue", "startIndex and count are whole numbers.") from wrong


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Refused("invalidSyntax", "Send a JSON object.")
    return value


def _list(value: object) -> Sequence[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Refused("invalidSyntax", "A list was expected.")
    return value

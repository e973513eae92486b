"""Looking into a document: members by name, texts in whatever wrapping, references to components."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from commonweal.adapters.eido.opening import Node

INNER = ("value", "text", "simpletype", "#text", "$", "_", "content", "date", "time")
IDS = ("$id", "@id", "id", "componentidentifier")


def part(node: Node, *names: str) -> object:
    """The first of these members that is there, letter case and prefix apart; None where none is."""
    for name in names:
        if name in node:
            return node[name]
    folded = {key.rpartition(":")[2].casefold(): value for key, value in node.items()}
    return next((folded[name.casefold()] for name in names if name.casefold() in folded), None)


def words(value: object, depth: int = 0) -> str:
    """The text of a value: itself, or the first one in a list or a wrapper such as `{"value": ...}`."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or value is None or depth > 6:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return next((said for one in value if (said := words(one, depth + 1))), "")
    if isinstance(value, dict):
        return next((said for name in INNER if (said := words(part(value, name), depth + 1))), "")
    return ""


def text_of(node: Node, *names: str) -> str:
    """The text of the first of these members that has one."""
    return next((said for name in names if (said := words(part(node, name)))), "")


def texts(value: object) -> list[str]:
    """Every text of a value that may be one or a list of them."""
    found = value if isinstance(value, list) else [value]
    return [said for one in found if (said := words(one))]


def many(value: object) -> list[Node]:
    """The objects in a value that may be one or a list of them."""
    found = value if isinstance(value, list) else [value]
    return [one for one in found if isinstance(one, dict)]


def id_of(node: Node) -> str:
    """A component's own id."""
    return text_of(node, *IDS)


def refs(value: object) -> list[str]:
    """The ids that a reference, or a list of them, points to."""
    found = value if isinstance(value, list) else [value]
    said = [words(part(one, "$ref", "@ref", "ref", "$id", "@id")) if isinstance(one, dict) else words(one)
            for one in found]  # fmt: skip
    return [one for one in said if one]


class Components:
    """The components of one document by their ids. A component may stand where it is referred to, too."""

    def __init__(self, body: Node) -> None:
        self._body = body
        self._by_id: dict[str, Node] = {}
        for node in _every(body):
            if key := id_of(node):
                self._by_id.setdefault(key, node)

    def of(self, name: str) -> list[Node]:
        """All components of a kind, such as `callComponent`."""
        return many(part(self._body, name))

    def get(self, key: str) -> Node | None:
        """The component of an id."""
        return self._by_id.get(key)

    def referred(self, node: Node, *names: str) -> tuple[list[Node], list[str]]:
        """The components that these members of a node point to, in order, and the ids that are nowhere."""
        found: list[Node] = []
        missing: list[str] = []
        for name in names:
            value = part(node, name)
            for one in value if isinstance(value, list) else [value]:
                self._resolve(one, found, missing)
        return found, missing

    def _resolve(self, value: object, found: list[Node], missing: list[str]) -> None:
        keys = refs(value)
        hit = next((self._by_id[key] for key in keys if key in self._by_id), None)
        if hit is not None:
            found.append(hit)
        elif isinstance(value, dict) and len(value) > 1:
            found.append(value)  # the component itself stands here
        else:
            missing.extend(keys)


def _every(body: Node) -> Iterator[Node]:
    """The components of a document and those inside them, a few levels down."""
    waiting: list[tuple[object, int]] = [(value, 0) for value in body.values()]
    while waiting:
        value, depth = waiting.pop()
        if depth > 6:
            continue
        if isinstance(value, dict):
            yield value
            waiting.extend((one, depth + 1) for one in value.values())
        elif isinstance(value, list):
            waiting.extend((one, depth + 1) for one in value)


def first(nodes: Sequence[Node]) -> Node:
    """The first, or an empty one."""
    return nodes[0] if nodes else {}

"""Agreements as values: what was signed (a digest), and what one version changes in another."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from commonweal.sharing.models import Agreement, Clause

SETS = ("fields", "roles", "purposes", "conditions")


@dataclass(frozen=True, slots=True)
class Term:
    """One clause as a value; `key` says which clause of the other version it is."""

    key: str
    kind: str
    text: str
    citation: str = ""
    category: str = ""
    fields: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """The same clause before and after."""

    old: Term
    new: Term

    def gained(self, name: str) -> list[str]:
        """What one of SETS has now and had not, sorted."""
        return sorted(getattr(self.new, name) - getattr(self.old, name))

    def lost(self, name: str) -> list[str]:
        """What one of SETS had and has no longer, sorted."""
        return sorted(getattr(self.old, name) - getattr(self.new, name))

    @property
    def sets(self) -> list[tuple[str, list[str], list[str]]]:
        """Each of SETS by name, with what it gained and lost."""
        return [(name, self.gained(name), self.lost(name)) for name in SETS]

    @property
    def is_reworded(self) -> bool:
        """Whether text, citation, kind or category differ."""
        return _worded(self.old) != _worded(self.new)


@dataclass(frozen=True, slots=True)
class Changes:
    """What one version adds, takes away and changes; falsy where nothing differs."""

    added: tuple[Term, ...] = ()
    removed: tuple[Term, ...] = ()
    changed: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def _worded(one: Term) -> tuple[str, str, str, str]:
    return one.kind, one.text, one.citation, one.category


def term(clause: Clause) -> Term:
    """A stored clause as a value; one without a key is known by its id."""
    sets = {name: frozenset(map(str, getattr(clause, name))) for name in SETS}
    key = clause.key or str(clause.id)
    return Term(key, clause.kind, clause.text, clause.citation, clause.category, **sets)


def terms(agreement: Agreement) -> tuple[Term, ...]:
    """The clauses of an agreement in their order."""
    return tuple(term(clause) for clause in agreement.clauses.all())


def diff(old: Iterable[Term], new: Iterable[Term]) -> Changes:
    """What `new` changes in `old`, clause by clause; each key stands once in a version."""
    before, after = ({t.key: t for t in version} for version in (old, new))
    return Changes(
        added=tuple(t for key, t in after.items() if key not in before),
        removed=tuple(t for key, t in before.items() if key not in after),
        changed=tuple(Change(before[k], t) for k, t in after.items() if k in before and before[k] != t),
    )


def applied(old: Iterable[Term], changes: Changes) -> Mapping[str, Term]:
    """The version that the changes make of an old one, by key."""
    gone = {t.key for t in changes.removed}
    kept = {t.key: t for t in old if t.key not in gone}
    return kept | {c.new.key: c.new for c in changes.changed} | {t.key: t for t in changes.added}


def digest(agreement: Agreement) -> str:
    """SHA-256 over the canonical form of all that a signature covers: text, term, parties and clauses."""
    clauses = [
        {"key": t.key, "kind": t.kind, "text": t.text, "citation": t.citation, "category": t.category}
        | {name: sorted(getattr(t, name)) for name in SETS}
        for t in terms(agreement)
    ]
    body = {
        "title": agreement.title, "kind": agreement.kind, "language": agreement.language,
        "text": agreement.text, "starts": agreement.starts.isoformat(), "ends": agreement.ends.isoformat(),
        "version": agreement.version, "parties": sorted(str(p.agency_id) for p in agreement.parties.all()),
        "clauses": clauses,
    }  # fmt: skip
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()

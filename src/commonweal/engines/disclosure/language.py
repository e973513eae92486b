"""The language of conditions in policy packs: names, and, or, not, in, ==, <=. Compiled once to closures.

``on_call and legal_process in judicial`` or ``hours_since_incident <= 72``. A bare name of a flag is its
truth, of a value whether it is given. A comparison with a value that is not given is false, except ``!=``
and ``not in``. The text is parsed by Python's own parser into a tree of which only these few nodes are
accepted; nothing in a pack is ever executed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
NUMBERS = (int, float)  # made once: a union of types is made anew by every question


class PolicyError(ValueError):
    """A policy pack that cannot be compiled. The message names the rule, the word and the remedy."""


@dataclass(frozen=True, slots=True)
class Words(Generic[T]):
    """What a condition may speak of: flags and values of the thing judged, lists, plain words."""

    flags: Mapping[str, Callable[[T], bool]]
    values: Mapping[str, Callable[[T], object]]
    lists: Mapping[str, frozenset[str]]
    plain: frozenset[str]


def condition(text: object, words: Words[T], where: str) -> Callable[[T], bool]:
    """Return the condition as a function of the thing judged. ``where`` names the rule in error messages.

    Accepts true and false as well as text. Raises PolicyError on a word that is not known or a form not
    allowed.
    """
    if isinstance(text, bool):
        return always if text else _never
    if not isinstance(text, str):
        raise PolicyError(f"{where}: condition {text!r} is not text; write one such as 'on_call and own'")
    try:
        tree = ast.parse(" ".join(text.split()), mode="eval")
    except (SyntaxError, ValueError) as error:
        raise PolicyError(
            f"{where}: condition {text!r} does not parse ({error}); use and, or, not"
        ) from error
    return _Compiler(words, where).node(tree.body)


def always(_: object) -> bool:
    """The condition that holds of everything."""
    return True


def _never(_: object) -> bool:
    return False


class _Compiler(Generic[T]):
    """One condition's compilation: the words it may use and where it stands, for messages."""

    def __init__(self, words: Words[T], where: str) -> None:
        self.words, self.where = words, where

    def node(self, node: ast.expr) -> Callable[[T], bool]:
        if isinstance(node, ast.BoolOp):
            parts = [self.node(part) for part in node.values]
            return _both(parts) if isinstance(node.op, ast.And) else _either(parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self.node(node.operand)
            return lambda case: not inner(case)
        if isinstance(node, ast.Name):
            return self.name(node.id)
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self.compare(node)
        raise self.fault(f"{ast.unparse(node)!r} is not allowed; use names, and, or, not, in, ==, <=")

    def name(self, name: str) -> Callable[[T], bool]:
        if name in self.words.flags:
            return self.words.flags[name]
        if name in self.words.values:
            value = self.words.values[name]
            return lambda case: value(case) is not None
        raise self.fault(
            f"{name!r} is neither a fact nor a term; define it under terms or correct the spelling"
        )

    def compare(self, node: ast.Compare) -> Callable[[T], bool]:
        if not isinstance(node.left, ast.Name) or node.left.id not in self.words.values:
            raise self.fault(f"{ast.unparse(node.left)!r} has no value to compare; put a fact on the left")
        value, operator, right = self.words.values[node.left.id], node.ops[0], node.comparators[0]
        if isinstance(operator, ast.In | ast.NotIn):
            return self.membership(value, self.members(right), isinstance(operator, ast.In))
        if isinstance(operator, ast.Eq | ast.NotEq):
            return self.membership(value, frozenset({self.word(right)}), isinstance(operator, ast.Eq))
        return self.order(value, operator, right)

    def membership(
        self, value: Callable[[T], object], members: frozenset[str], wanted: bool
    ) -> Callable[[T], bool]:
        if wanted:
            return lambda case: value(case) in members
        return lambda case: value(case) not in members

    def order(
        self, value: Callable[[T], object], operator: ast.cmpop, right: ast.expr
    ) -> Callable[[T], bool]:
        if not isinstance(right, ast.Constant) or not isinstance(right.value, int | float):
            raise self.fault(f"{ast.unparse(right)!r} is not a number")
        bound = float(right.value)
        if isinstance(operator, ast.LtE):
            return lambda case: isinstance(found := value(case), NUMBERS) and found <= bound
        if isinstance(operator, ast.GtE):
            return lambda case: isinstance(found := value(case), NUMBERS) and found >= bound
        raise self.fault("only <= and >= order numbers")

    def members(self, node: ast.expr) -> frozenset[str]:
        if isinstance(node, ast.Tuple):
            return frozenset(self.word(item) for item in node.elts)
        if isinstance(node, ast.Name) and node.id in self.words.lists:
            return self.words.lists[node.id]
        raise self.fault(f"{ast.unparse(node)!r} is not a list; define it under lists or write (one, two)")

    def word(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name) and node.id in self.words.plain:
            return node.id
        raise self.fault(f"{ast.unparse(node)!r} is not a word of the vocabulary")

    def fault(self, what: str) -> PolicyError:
        return PolicyError(f"{self.where}: {what}")


def _both(parts: list[Callable[[T], bool]]) -> Callable[[T], bool]:
    """All of the parts, three to a closure: calls nest a third as deep as they would in pairs."""
    if len(parts) == 1:
        return parts[0]
    if len(parts) == 2:
        one, two = parts
        return lambda case: one(case) and two(case)
    first, second, *rest = parts
    third = _both(rest)
    return lambda case: first(case) and second(case) and third(case)


def _either(parts: list[Callable[[T], bool]]) -> Callable[[T], bool]:
    if len(parts) == 1:
        return parts[0]
    if len(parts) == 2:
        one, two = parts
        return lambda case: one(case) or two(case)
    first, second, *rest = parts
    third = _either(rest)
    return lambda case: first(case) or second(case) or third(case)

"""Where a checker is told to look away: five lines by decision 0012, and single lines with their reason."""

import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "commonweal"
SIGN_IN = {"web/saml/provider.py": 1, "web/signin.py": 4}  # classes of an untyped library


def lines(mark: str) -> Iterator[tuple[str, str, str]]:
    """File, the line before, and the line, of each that bears a mark."""
    for path in sorted(SOURCE.rglob("*.py")):
        found = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(found):
            if re.search(mark, line):
                yield path.relative_to(SOURCE).as_posix(), found[number - 1] if number else "", line


def test_types_are_left_unchecked_where_a_decision_says_so_and_nowhere_else() -> None:
    marked = list(lines(r"#\s*type:\s*ignore"))
    assert {name: [n for n, _, _ in marked].count(name) for name, _, _ in marked} == SIGN_IN
    assert all(line.startswith("class ") and line.endswith("# type: ignore[misc]") for _, _, line in marked)


def test_a_style_rule_that_is_bent_is_named_and_its_reason_stands_there() -> None:
    for name, before, line in lines(r"#\s*noqa"):
        told = re.search(r"# noqa: [A-Z]+\d+(.*)$", line)
        assert told, f"{name}: name the rule that is bent: {line.strip()}"
        assert told[1].strip() or before.strip().startswith("#"), f"{name}: say why: {line.strip()}"

"""Where a checker is told to look away: five lines by decision 0012, and no line of style."""

import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "commonweal"
SIGN_IN = {"web/saml/provider.py": 1, "web/signin.py": 4}  # classes of an untyped library


def lines(mark: str, source: Path = SOURCE) -> Iterator[tuple[str, str, str]]:
    """File, the line before, and the line, of each that bears a mark."""
    for path in sorted(source.rglob("*.py")):
        found = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(found):
            if re.search(mark, line):
                yield path.relative_to(source).as_posix(), found[number - 1] if number else "", line


def test_types_are_left_unchecked_where_a_decision_says_so_and_nowhere_else() -> None:
    marked = list(lines(r"#\s*type:\s*ignore"))
    assert {name: [n for n, _, _ in marked].count(name) for name, _, _ in marked} == SIGN_IN
    assert all(line.startswith("class ") and line.endswith("# type: ignore[misc]") for _, _, line in marked)


def test_no_style_rule_is_bent() -> None:
    """A line that a rule does not fit is written anew: each of those that once asked for leave could be."""
    assert not [f"{name}: {line.strip()}" for name, _, line in lines(r"#\s*noqa")]


def test_the_reading_sees_a_bent_line(tmp_path: Path) -> None:
    """So that the tests above can fail."""
    (tmp_path / "one.py").write_text("x = 1  # noqa: E501\ny: int = ''  # type: ignore\n")
    assert [line for _, _, line in lines(r"#\s*noqa", tmp_path)] == ["x = 1  # noqa: E501"]
    assert len(list(lines(r"#\s*type:\s*ignore", tmp_path))) == 1

"""What a file on paper holds, as frozen values: blocks in their order, and what every sheet must bear."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style."""

    text: str
    is_bold: bool = False
    is_italic: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` 1 to 6."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words that run on; a line break is a newline."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list: its mark (a bullet or a number), how deep it stands (from 0), its words."""

    mark: str
    depth: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, each as long as `head` where there is one (shorter ones are filled up)."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def width(self) -> int:
        """How many columns it has."""
        return max([len(self.head), *map(len, self.rows)], default=0)


Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a hand drew: strokes of points, x to the right and y down, on a field `width` by `height`."""

    strokes: tuple[tuple[Point, ...], ...]
    width: float
    height: float


Block = Heading | Paragraph | Item | Table | Drawing


@dataclass(frozen=True, slots=True)
class Sheets:
    """A whole file. `language` as in HTML; `made` says when, in words; `notices` stand at every foot.

    `watermark` is empty but for generated data; `page` is how a page's number is said, with `{n}` and `{of}`.
    """

    title: str
    language: str
    blocks: tuple[Block, ...]
    made: str
    page: str
    notices: tuple[str, ...] = ()
    watermark: str = ""

    def runs(self) -> Iterator[Run]:
        """All words in the file with their style; headings and heads of tables are bold."""
        for line in (self.title, self.made, self.page, *self.notices):
            yield Run(line)
        yield Run(self.watermark, is_bold=True)
        for block in self.blocks:
            match block:
                case Heading():
                    yield Run(block.text, is_bold=True)
                case Paragraph() | Item():
                    yield from block.runs
                case Table():
                    yield from (Run(cell, is_bold=True) for cell in block.head)
                    yield from (Run(cell) for row in block.rows for cell in row)

"""Drawn with fpdf2: blocks one under the other, tables that go on with their head on the next sheet."""

from datetime import datetime
from pathlib import Path
from typing import cast

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from commonweal.adapters.pdf.contents import Block, Drawing, Heading, Item, Paragraph, Run, Sheets, Table

__all__ = ["Block", "Drawing", "Heading", "Item", "Paragraph", "Run", "Sheets", "Table", "write"]

FACE, OTHER = "Source Sans", "DejaVu"  # the second for letters that the first lacks
STYLES = {"": "regular", "B": "bold", "I": "italic", "BI": "bolditalic"}
SIZES = {1: 20.0, 2: 15.0, 3: 12.5}  # points; deeper headings are bold text
TEXT, SMALL, LINE = 10.5, 8.0, 1.35  # points, points, heights of a letter
MARGIN, FOOT = 18.0, 14.0  # millimetres
MOST_IN_A_CELL = 900  # characters: where a cell holds more, the rows are told in lines (no sheet may hold it)
FORMAT = "letter"
GREY = (169, 174, 177)
DRAWN, PEN = 55.0, 0.5  # millimetres: how wide a drawing stands, and its strokes


class _Paper(FPDF):
    """Sheets that bear title, notices, watermark and number."""

    def __init__(self, what: Sheets, fonts: Path) -> None:
        super().__init__(format=FORMAT)
        self.what = what
        self._letters(fonts)
        self.notices = "\n".join(what.notices)
        self.alias_nb_pages(_unsaid(what))
        self.set_font(FACE, size=SMALL)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        lines = sum(1 + int(1.1 * self.get_string_width(one) / self.epw) for one in what.notices)
        self.foot = FOOT + lines * SMALL * LINE / self.k
        self.set_auto_page_break(True, margin=self.foot + 4)

    def _letters(self, fonts: Path) -> None:
        """The faces that the words need, and no other: reading one takes longer than drawing a sheet."""
        said: dict[str, set[int]] = {"": set(), "B": {ord("•")}}
        for run in self.what.runs():
            said.setdefault(_style(run), set()).update(map(ord, run.text))
        for style in said:
            self.add_font(FACE, style, fonts / f"sourcesanspro-{STYLES[style]}-webfont.ttf")
        lacking = {style for style, used in said.items() if used - set(self._known(style)) - {ord("\n")}}
        for style in lacking:
            self.add_font(OTHER, style, fonts / f"DejaVuSans{'-Bold' if 'B' in style else ''}.ttf")
        if lacking:
            self.set_fallback_fonts([OTHER], exact_match=False)

    def _known(self, style: str) -> dict[int, object]:
        self.set_font(FACE, style)
        face = self.current_font
        return cast("dict[int, object]", getattr(face, "cmap", {}))

    def header(self) -> None:
        """Generated data is called so on every sheet."""
        self.set_font(FACE, "B", SMALL)
        if self.what.watermark:
            self.cell(0, SMALL * LINE / self.k, self.what.watermark, align="C", new_x="LMARGIN", new_y="NEXT")
            self.ln(2)

    def footer(self) -> None:
        """The notices, then what, when, and which page."""
        height = SMALL * LINE / self.k
        self.set_y(-self.foot)
        self.set_font(FACE, "", SMALL)
        self.set_draw_color(*GREY)
        self.line(MARGIN, self.get_y() - 1, self.w - MARGIN, self.get_y() - 1)
        width = self.w - 2 * MARGIN
        self.set_x(MARGIN)  # whatever stands further in above
        if self.notices:
            self.multi_cell(width, height, self.notices, new_x="LEFT", new_y="NEXT")
        said = self.what.page.format(n=self.page_no(), of=self.str_alias_nb_pages)
        self.cell(width, height, f"{self.what.title} · {self.what.made} · {said}")


def _unsaid(what: Sheets) -> str:
    """A mark for "how many pages" that no text of the file holds: whoever writes it keeps what they wrote."""
    mark = "{nb}"
    while any(mark in run.text for run in what.runs()):
        mark = f"{{{mark}}}"
    return mark


def write(what: Sheets, *, fonts: Path, at: datetime) -> bytes:
    """The file. `fonts` is the folder with Source Sans in four styles; `at` is the moment it bears.

    FileNotFoundError where a font is missing: `make assets` brings them.
    """
    paper = _Paper(what, fonts)
    paper.set_title(what.title)
    paper.set_lang(what.language)
    paper.set_producer("Commonweal")
    paper.set_creation_date(at)
    paper.add_page()
    for block in what.blocks:
        _draw(paper, block)
    return bytes(paper.output())


def _draw(paper: _Paper, block: Block) -> None:
    match block:
        case Heading():
            _heading(paper, block)
        case Paragraph():
            _runs(paper, block.runs, 0)
            paper.ln(1.5)
        case Item():
            _runs(paper, (Run(f"{block.mark} "), *block.runs), 4.0 + 5.0 * block.depth)
        case Table():
            _table(paper, block)
        case Drawing():
            _drawing(paper, block)


def _style(run: Run) -> str:
    return ("B" if run.is_bold else "") + ("I" if run.is_italic else "")


def _heading(paper: _Paper, block: Heading) -> None:
    size = SIZES.get(block.level, TEXT)
    height = size * LINE / paper.k
    if paper.will_page_break(3 * height):
        paper.add_page()  # no heading stands alone at the foot of a sheet
    paper.ln(2.5 if block.level > 1 else 0)
    paper.set_font(FACE, "B", size)
    paper.start_section(block.text, level=0)
    paper.multi_cell(0, height, block.text, align="L", new_x="LMARGIN", new_y="NEXT")
    paper.ln(1)


def _runs(paper: _Paper, runs: tuple[Run, ...], indent: float) -> None:
    paper.set_left_margin(MARGIN + indent)
    paper.set_x(MARGIN + indent)
    for run in runs:
        paper.set_font(FACE, _style(run), TEXT)
        _make_room(paper, run.text)
        paper.write(TEXT * LINE / paper.k, run.text)
    paper.ln(TEXT * LINE / paper.k)
    paper.set_left_margin(MARGIN)


def _make_room(paper: _Paper, text: str) -> None:
    """A new line where the first word would be cut in two: a run begun mid-line is cut at any letter."""
    word = text.split(maxsplit=1)[0] if text[:1].strip() else ""
    sides = 2 * paper.c_margin
    width, left = paper.get_string_width(word), paper.w - paper.r_margin - paper.x - sides
    if left < width <= paper.epw - sides:
        paper.ln(TEXT * LINE / paper.k)


def _drawing(paper: _Paper, block: Drawing) -> None:
    """The strokes as they were made, on one sheet."""
    scale = DRAWN / block.width
    if paper.will_page_break(block.height * scale):
        paper.add_page()
    left, top = paper.l_margin, paper.get_y()
    paper.set_draw_color(0)
    with paper.local_context(line_width=PEN):
        for stroke in block.strokes:
            paper.polyline([(left + x * scale, top + y * scale) for x, y in stroke])
    paper.set_y(top + block.height * scale + 2)


def _table(paper: _Paper, block: Table) -> None:
    rows = [row for row in block.rows if any(row)]
    if not rows:
        return
    if any(len(cell) > MOST_IN_A_CELL for row in rows for cell in row):
        return _in_lines(paper, block)
    paper.set_font(FACE, "", TEXT - 1)
    paper.set_draw_color(*GREY)
    paper.ln(1)
    with paper.table(
        col_widths=_widths(block), text_align="LEFT", v_align="TOP", padding=(0.8, 1.2),
        line_height=(TEXT - 1) * LINE / paper.k,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES, first_row_as_headings=bool(block.head),
        headings_style=FontFace(emphasis="BOLD"),
    ) as table:  # fmt: skip
        for cells in ([block.head] if block.head else []) + rows:
            row = table.row()
            for cell in (*cells, *[""] * (block.width - len(cells))):
                row.cell(cell)
    paper.ln(2)


def _in_lines(paper: _Paper, block: Table) -> None:
    """A table whose cells are whole texts, told one under the other with the name of each column."""
    for row in block.rows:
        for name, cell in zip((*block.head, *[""] * block.width), row, strict=False):
            if cell:
                _runs(paper, (Run(f"{name}: " if name else "", is_bold=True), Run(cell)), 0)
        paper.ln(2)


def _widths(block: Table) -> tuple[float, ...]:
    """Shares by the words that stand there: no column narrower than its longest word, as far as it goes."""
    if not block.head and block.width == 2:
        return (3.0, 7.0)
    cells = [
        [row[n] if n < len(row) else "" for row in (block.head, *block.rows)] for n in range(block.width)
    ]
    return tuple(max(4.0, *(_share(cell) for cell in column)) for column in cells)


def _share(cell: str) -> float:
    longest = max((len(word) for word in cell.split()), default=0)
    return float(max(min(longest, 18), min(len(cell), 48) ** 0.85))

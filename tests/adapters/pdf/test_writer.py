"""What is written stands in the file, and on every sheet what it must bear; read again by another library."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PageObject, PdfReader

from commonweal.adapters.pdf.contents import Block, Drawing, Heading, Item, Paragraph, Run, Sheets, Table
from commonweal.adapters.pdf.writer import MOST_IN_A_CELL, write

FONTS = Path(__file__).parents[3] / "src/commonweal/web/static/vendor/fonts"
AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
WORDS = st.lists(
    st.text("abcdefghijklmnñopqrstuvwxyzáéíóúü", min_size=1, max_size=9), min_size=1, max_size=12
)
SAID = WORDS.map(" ".join)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, st.integers(1, 6), SAID),
    st.builds(Paragraph, st.tuples(st.builds(Run, SAID, st.booleans(), st.booleans()))),
    st.builds(Item, st.just("•"), st.integers(0, 3), st.tuples(st.builds(Run, SAID))),
    st.builds(
        Table, st.just(("uno", "dos")), st.lists(st.tuples(SAID, SAID), min_size=1, max_size=4).map(tuple)
    ),
)


def drawn(*blocks: Block, **more: object) -> PdfReader:
    """The file, opened by another hand."""
    what = Sheets("Paper", "en", blocks, "4 May 2026", "page {n} of {of}", **more)  # type: ignore[arg-type]
    return PdfReader(BytesIO(write(what, fonts=FONTS, at=AT)))


def said(reader: PdfReader) -> str:
    """All words, in order, with nothing between them: lines break where they will."""
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


def heights(page: PageObject) -> list[tuple[float, str]]:
    """How far above the sheet's lower edge each piece of text stands, in points."""
    found: list[tuple[float, str]] = []
    page.extract_text(visitor_text=lambda text, cm, tm, *_: found.append((tm[5], text)))
    return found


@settings(max_examples=8, deadline=None)
@given(st.lists(BLOCKS, min_size=1, max_size=5))
def test_every_word_of_every_block_is_in_the_file(blocks: list[Block]) -> None:
    found = said(drawn(*blocks))
    for block in blocks:
        texts = [block.text] if isinstance(block, Heading | Paragraph) else []
        texts += [run.text for run in block.runs] if isinstance(block, Item) else []
        texts += [cell for row in block.rows for cell in row] if isinstance(block, Table) else []
        for word in " ".join(texts).split():
            assert word in found


def test_every_sheet_bears_notice_watermark_and_number() -> None:
    """A sheet that is taken out of the pile still says what it is."""
    rows = tuple((str(n), "words " * 30) for n in range(60))
    notice = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
    reader = drawn(Table(("n", "what"), rows), notices=(notice,), watermark="Generated data")
    assert len(reader.pages) >= 3
    for number, page in enumerate(reader.pages, 1):
        words = " ".join(page.extract_text().split())
        assert notice in words and "Generated data" in words and "Paper · 4 May 2026" in words
        assert f"page {number} of {len(reader.pages)}" in words
        assert "what" in words  # the head of the table comes again


def test_long_notices_never_cover_the_text() -> None:
    """The foot grows with what must stand there, and the text ends above it."""
    notice = "No one may pass this on. " * 20
    reader = drawn(*[Paragraph((Run(f"line{n} end"),)) for n in range(90)], notices=(notice, notice))
    assert all(f"line{n}end" in said(reader) for n in range(90))
    for page in reader.pages:
        found = heights(page)
        lowest = min(height for height, text in found if "line" in text)
        assert lowest > max(height for height, text in found if "No one may" in text)


def test_a_text_in_a_cell_that_no_sheet_could_hold_is_told_in_lines() -> None:
    long = "sentence " * (MOST_IN_A_CELL // 4)
    reader = drawn(Table(("Who", "What was said"), (("Ana", long), ("Luis", "little"))))
    assert said(reader).count("sentence") == MOST_IN_A_CELL // 4
    assert "Whatwassaid:little" in said(reader) and len(reader.pages) >= 1


def test_rows_of_unequal_length_empty_tables_and_empty_rows_are_drawn() -> None:
    reader = drawn(Table((), ()), Table(("a", "b", "c"), (("x",), ("", "", ""), ("y", "z"))))
    assert all(one in said(reader) for one in "abcxyz")


@pytest.mark.parametrize("name", ["Nguyễn Thị Ánh", "Łukasz Żółć", "Μαρία", "Zoë O’Neill"])
def test_names_keep_their_letters(name: str) -> None:
    """Each in the first face or the second: no name is shortened by a font."""
    assert "".join(name.split()) in said(drawn(Heading(1, name), Paragraph((Run(name, is_bold=True),))))


def test_title_language_moment_and_outline_are_in_the_file() -> None:
    what = Sheets("Carta", "es", (Heading(1, "Uno"), Heading(2, "Dos")), "hoy", "página {n} de {of}")
    reader = PdfReader(BytesIO(write(what, fonts=FONTS, at=AT)))
    assert reader.metadata is not None and reader.metadata.title == "Carta"
    assert reader.metadata.creation_date == AT
    assert reader.trailer["/Root"]["/Lang"] == "es"
    assert [one.title for one in reader.outline] == ["Uno", "Dos"]  # type: ignore[union-attr]


def test_a_missing_letter_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write(Sheets("x", "en", (), "", "{n}"), fonts=tmp_path, at=AT)


def test_a_text_that_names_the_mark_of_the_pages_keeps_its_letters() -> None:
    """Whoever writes the drawing's own mark into a record changes no copy of it."""
    sly = "Dose {nb} mg, {{nb}} times"
    reader = drawn(Paragraph((Run(sly),)), Table((), (("Note", sly),)))
    assert said(reader).count("".join(sly.split())) == 2 and "page1of1" in said(reader)


LONG = st.text("abcdefghijklmnopqrstuvwxyz", min_size=5, max_size=24)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.builds(Run, LONG.map(lambda word: f"{word} "), st.booleans()), min_size=6, max_size=40))
def test_no_word_is_cut_in_two_where_its_style_or_line_begins(runs: list[Run]) -> None:
    """A citation after a clause stands whole on the next line where this one has no room left for it."""
    pages = drawn(Paragraph(tuple(runs))).pages
    lines = [line for page in pages for line in page.extract_text().splitlines()]
    assert not [run.text for run in runs if not any(run.text.strip() in line for line in lines)]


def test_a_word_longer_than_a_sheet_is_cut_since_nothing_else_helps() -> None:
    digest = "0123456789abcdef" * 16
    assert digest in said(drawn(Paragraph((Run("Digest: ", is_bold=True), Run(digest)))))


def test_what_a_hand_drew_stands_on_one_sheet_beside_the_words() -> None:
    """A line for each stroke, in the sheet's own measure; too low on a sheet it goes on the next."""
    strokes = Drawing((((0, 0), (320, 140)), ((10, 10), (20, 10), (20, 30))), 320, 140)
    [sheet] = drawn(Heading(1, "Consent"), strokes, Paragraph((Run("below"),))).pages
    contents = sheet.get_contents()
    assert contents is not None
    pens = contents.get_data().decode("latin-1").split()
    assert pens.count("m") >= 2 and pens.count("l") >= 3
    top = {text.strip(): height for height, text in heights(sheet) if text.strip()}
    assert top["Consent"] - top["below"] > 55 / 320 * 140 * 72 / 25.4
    lines = tuple(Paragraph((Run(f"line {n}"),)) for n in range(36))
    first, second = drawn(*lines, strokes, Paragraph((Run("below"),))).pages
    assert "line 35" in first.extract_text() and "below" in second.extract_text()

"""Components: charts, cells, tags, words; what they draw and what they say."""

import re
from datetime import UTC, datetime, timedelta
from html import escape, unescape
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from commonweal.agencies.queries import UNIT_KINDS
from commonweal.kernel import clock
from commonweal.web import charts, glossary, samples
from commonweal.web.cells import cells, dots
from commonweal.web.charts import LETTER, Point, draw, steps
from commonweal.web.navigation import DESKS
from commonweal.web.pages import paged

NOON = datetime(2026, 7, 1, 19, 0, tzinfo=UTC)
numbers = st.floats(-1e9, 1e9, allow_nan=False).map(lambda n: round(n, 3))


def drawn(source: str, **context: object) -> str:
    """A piece of template, rendered."""
    return Template(source).render(Context(context))


class TestCharts:
    """Geometry that tells the truth."""

    @given(numbers, numbers)
    def test_the_scale_spans_the_numbers_in_few_round_steps(self, a: float, b: float) -> None:
        """Never shorter than the data, never a wall of lines."""
        low, high = sorted((a, b))
        scale = steps(low, high)
        assert scale[0] <= low + 1e-6 and scale[-1] >= high - 1e-6
        assert 1 <= len(scale) <= 8 and scale == sorted(scale)

    @given(st.lists(st.tuples(numbers, st.floats(0, 1e6), st.floats(0, 1e6)), min_size=1, max_size=40))
    def test_every_mark_stays_on_the_canvas_and_its_interval_encloses_it(
        self, rows: list[tuple[float, float, float]]
    ) -> None:
        """Higher values are drawn higher; bars stand on zero."""
        points = [Point(str(i), v, v - below, v + above) for i, (v, below, above) in enumerate(rows)]
        chart = draw(points)
        for mark in chart.marks:
            assert mark.y is not None and mark.low is not None and mark.high is not None
            assert (
                charts.TOP - 0.11 <= mark.high <= mark.y <= mark.low <= charts.HEIGHT - charts.BOTTOM + 0.11
            )
            assert mark.left >= charts.LEFT and mark.left + mark.width <= charts.WIDTH - charts.RIGHT + 0.2
            assert mark.height == pytest.approx(abs(mark.y - mark.base))
        order = sorted(chart.marks, key=lambda m: m.point.value or 0)
        assert all(a.y >= b.y for a, b in zip(order, order[1:], strict=False))  # type: ignore[operator]

    def test_a_hidden_value_is_a_gap_not_a_zero(self) -> None:
        """The line breaks, the bar is absent, the table says why."""
        points = [Point("a", 1), Point("b", None), Point("c", 3)]
        assert len(draw(points, from_zero=False).line) == 2
        page = drawn("{% chart rows 'Calls' %}", rows=points)
        assert page.count('class="cw-chart__bar"') == 2 and "too few to show" in page

    def test_a_chart_has_its_table_with_the_same_numbers(self) -> None:
        """Labels, values and intervals."""
        page = drawn("{% chart rows 'Minutes' unit='min' definition='/d' %}", rows=[("North", 11.5, 7, 15)])
        for part in ("<table", "North", "11.5", "7 to 15", 'href="/d"', "cw-chart__whisker"):
            assert part in page

    def test_numbers_in_a_picture_keep_their_point_in_spanish(self) -> None:
        """A comma would break the drawing."""
        with override("es"):
            page = drawn(
                "{% chart rows 'Minutos' kind='line' %}", rows=[("a", 11.5, 7, 15), ("b", 2.5, 1, 3)]
            )
        picture = page.split("<svg")[1].split("</svg>")[0]
        assert 'x1="56.0"' in picture and '"56,0"' not in picture

    def test_rows_of_any_shape_are_points(self) -> None:
        """Tuples, mappings, objects."""
        one = Point("a", 1.0, 0.5, 2.0)
        shapes = [("a", 1.0, 0.5, 2.0), one._asdict(), SimpleNamespace(**one._asdict()), one]
        assert charts.points_of(shapes) == [one] * 4

    def test_nothing_to_draw_says_so(self) -> None:
        """No empty axes."""
        assert "nothing to draw" in drawn("{% chart rows 'Calls' %}", rows=[])


class TestTags:
    """Signs that do not rest on colour."""

    @pytest.mark.parametrize(("value", "word", "digit"), [
        ("T0", "Life threat now", "0"), (2, "Co-response", "2"), ("t5", "Referral or follow-up", "5"),
        (None, "Not yet triaged", "?"), ("T9", "Not yet triaged", "?"), ("<b>", "Not yet triaged", "?"),
    ])  # fmt: skip
    def test_a_tier_is_a_shape_a_digit_and_words(self, value: object, word: str, digit: str) -> None:
        """Also where the words are for screen readers only."""
        for size in ("{% tier v %}", "{% tier v words=True %}"):
            page = drawn(size, v=value)
            assert word in page and f">{digit}</text>" in page and "<b>&lt;" not in page

    def test_six_tiers_have_six_shapes(self) -> None:
        """Told apart in black and white."""
        shapes = {
            drawn("{% tier v %}", v=t).split("<text")[0].split('aria-hidden="true">')[1] for t in range(6)
        }
        assert len(shapes) == 6

    @pytest.mark.parametrize("kind", UNIT_KINDS)
    def test_every_kind_of_unit_has_a_sign_and_a_name(self, kind: str) -> None:
        """The sign exists in the file of signs."""
        from django.contrib.staticfiles import finders

        with open(str(finders.find("img/glyphs.svg"))) as signs:
            assert f'id="{kind}"' in signs.read()
        assert kind not in drawn("{{ k|kind_name }}", k=kind) or kind == kind_name_lower(kind)

    def test_times_are_local_and_say_where(self) -> None:
        """With the zone's abbreviation, summer or winter."""
        with timezone.override("America/Los_Angeles"):
            assert drawn("{{ m|local }}", m=NOON) == "Jul 1, 2026, 12:00 PDT"
            assert drawn("{{ m|local:'time' }}", m=NOON + timedelta(days=180)) == "11:00 PST"
            assert drawn("{{ m|local }}", m=None) == ""

    @pytest.mark.parametrize(("minutes", "said"), [(0, "now"), (12, "12 min"), (180, "3 h"), (4000, "2 d")])
    def test_how_long_ago_in_one_unit(self, minutes: int, said: str) -> None:
        """The largest that reads well."""
        with clock.at(NOON):
            assert drawn("{{ m|ago }}", m=NOON - timedelta(minutes=minutes)) == said

    def test_a_timer_says_over_in_words(self) -> None:
        """Not by colour alone."""
        with clock.at(NOON):
            late = drawn("{% timer m 12 %}", m=NOON - timedelta(minutes=16))
            soon = drawn("{% timer m 12 %}", m=NOON - timedelta(minutes=4))
        assert "16 min" in late and "over 12" in late and "of 12" in soon and "over" not in soon

    def test_a_word_is_explained_in_place_in_the_page_s_language(self) -> None:
        """Ours, what police and clinicians say; a word we do not have is plain text."""
        english = drawn("{% term 'triage' %}")
        with override("es"):
            spanish = drawn("{% term 'triage' %}")
        assert "published protocol" in english and "Triaje" in spanish and "protocolo publicado" in spanish
        assert drawn("{% term 'zebra' %}").strip() == "zebra" and glossary.explain("zebra") is None

    def test_two_uses_of_a_word_open_apart(self) -> None:
        """Each has its own id."""
        page = drawn("{% term 'triage' %}{% term 'triage' %}")
        ids = {part.split('"')[0] for part in page.split('popovertarget="')[1:]}
        assert len(ids) == 2

    def test_what_was_left_out_is_said(self) -> None:
        """By name, in words; nothing where nothing was."""
        assert "clinical impression" in drawn("{% withheld w %}", w=["clinical_impression"])
        assert drawn("{% withheld w %}", w=[]).strip() == ""

    def test_a_refusal_that_must_not_acknowledge_says_what_a_missing_record_says(self) -> None:
        """Neither why nor how."""
        silent = SimpleNamespace(acknowledged=False, why="It is there.", unlock=["Ask."])
        page = drawn("{% denied r %}", r=silent)
        assert "No such record." in page and "It is there" not in page and "Ask." not in page

    def test_an_interval_without_numbers_admits_it(self) -> None:
        """Rather than showing zero."""
        assert "too few to say" in drawn("{% interval None None %}")
        assert "11" in drawn("{% interval 7 15 11 'min' %}") and "7 to 15" in drawn("{% interval 7 15 11 %}")

    def test_the_pager_keeps_the_search(self) -> None:
        """Both ways; nothing at all on a list of one page."""
        request = RequestFactory().get("/", {"page": 2, "q": "elm"})
        page = drawn("{% pager p %}", p=paged(request, list(range(99)), 10))
        assert "?q=elm&amp;page=1" in page and "?q=elm&amp;page=3" in page
        assert drawn("{% pager p %}", p=paged(RequestFactory().get("/"), [1], 10)).strip() == ""

    def test_chips_are_real_inputs(self) -> None:
        """So that they work without script and with a keyboard."""
        many = drawn("{% chips 'seen' c chosen %}", c=[("a", "A"), ("b", "B")], chosen=["b"])
        one = drawn("{% chips 'seen' c 'a' many=False %}", c=[("a", "A"), ("b", "B")])
        assert many.count('type="checkbox"') == 2 and 'value="b" checked' in many
        assert one.count('type="radio"') == 2 and 'value="a" checked' in one


def kind_name_lower(kind: str) -> str:
    """Kinds whose name contains the code itself, such as patrol."""
    return kind if kind in {"patrol", "cit", "clinician", "fire", "outreach"} else ""


class TestMaps:
    """Shapes for the map, and the keys of its shades."""

    def test_a_cell_is_a_closed_ring_with_its_facts(self) -> None:
        """Longitude first; the index itself stays out of the properties."""
        found = cells([{"cell": samples.CELLS[0], "calls": 12}])["features"][0]
        ring = found["geometry"]["coordinates"][0]
        assert ring[0] == ring[-1] and len(ring) == 7 and found["properties"] == {"calls": 12}
        assert all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in ring)

    def test_a_dot_is_where_it_was_put(self) -> None:
        """Longitude, then latitude."""
        found = dots([{"lon": -122.4, "lat": 37.8, "tier": "T2"}])["features"][0]
        assert found["geometry"]["coordinates"] == [-122.4, 37.8] and found["properties"] == {"tier": "T2"}

    def test_a_map_s_data_cannot_break_out_of_the_page(self) -> None:
        """A name with markup in it stays data."""
        layers = [
            {"name": "x", "kind": "point", "data": dots([{"lon": 0, "lat": 0, "sign": "</script><b>"}])}
        ]
        page = drawn("{% map 'm' layers 'Map' %}", layers=layers)
        assert "</script><b>" not in page and 'data-layers="m-layers"' in page


class _Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect ids and what refers to them."""
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name in ("for", "aria-labelledby", "aria-describedby", "popovertarget") and value:
                self.targets += value.split()


@pytest.mark.django_db
def test_the_gallery_shows_every_component_soundly(client: Client) -> None:
    """No id twice, no label without its field; the drawer comes as a fragment."""
    found = _Ids()
    found.feed(client.get("/gallery/").content.decode())
    assert len(found.ids) == len(set(found.ids))
    assert set(found.targets) <= set(found.ids)
    assert "<html" not in client.get("/gallery/?part=drawer").content.decode()


class Wanted(forms.Form):
    """One field that explains itself and cannot be left out."""

    town = forms.CharField(label="Town", help_text="As on a letter")


class TestFieldsSpeak:
    """Help and fault are linked to their field, and the links lead somewhere."""

    @staticmethod
    def marks(form: forms.Form) -> tuple[str, list[str]]:
        """The drawn field, and every id that its aria-describedby names."""
        html = drawn('{% include "components/field.html" with field=form.town %}', form=form)
        said = re.search(r'aria-describedby="([^"]*)"', html)
        return html, said[1].split() if said else []

    def test_a_clean_field_names_its_help(self) -> None:
        html, named = self.marks(Wanted())
        assert named == ["id_town_help"] and 'id="id_town_help"' in html
        assert "aria-invalid" not in html

    def test_a_fault_is_named_too(self) -> None:
        html, named = self.marks(Wanted({}))
        assert named == ["id_town_help", "id_town_error"]
        assert all(f'id="{mark}"' in html for mark in named)
        assert 'aria-invalid="true"' in html


@pytest.mark.parametrize(
    ("title", "desk", "shown"),
    [
        ("Case · Commonweal", "Caseload", "Case · Caseload · Commonweal"),
        ("Caseload · Commonweal", "Caseload", "Caseload · Commonweal"),
        ("Case · Commonweal", "", "Case · Commonweal"),
        ("Commonweal", "Caseload", "Commonweal"),
        ("A · Commonweal", "<b>", "A · &lt;b&gt; · Commonweal"),
    ],
)
def test_a_title_names_its_desk(title: str, desk: str, shown: str) -> None:
    """Two tabs with call 26-000001 can be told apart: one is the board's, one the desk's."""
    assert drawn("{% filter of_desk:desk %}{{ title }}{% endfilter %}", title=title, desk=desk) == shown


def test_a_chart_s_table_says_what_it_holds() -> None:
    """Even away from its figure."""
    html = drawn("{% chart rows title %}", rows=[Point("Mill", 3)], title="Calls by area")
    assert '<caption class="usa-sr-only">Calls by area</caption>' in html


class TestAboutADesk:
    """One button: what the desk is for, and its words, in the reader's language."""

    @pytest.mark.parametrize("code", DESKS)
    def test_every_desk_says_what_it_is_for_with_words_that_the_glossary_has(self, code: str) -> None:
        keys = glossary.WORDS_OF[code].split()
        assert len(glossary.words_of(code)) == len(keys) >= 3
        html = drawn("{% about path %}", path=DESKS[code].path)
        assert str(DESKS[code].sentence) in unescape(html)
        assert all(f"<dt>{escape(term.word)}</dt>" in html for term in glossary.words_of(code))

    def test_in_spanish(self) -> None:
        with override("es"):
            assert "<dt>Triaje</dt>" in drawn("{% about '/desk/' %}")

    def test_where_there_is_no_desk_there_is_no_button(self) -> None:
        assert drawn("{% about '/account/' %}").strip() == ""


def test_labels_of_a_long_line_stay_apart() -> None:
    """A year of weeks with days written in full; a dozen bars keep every name."""
    weeks = draw([Point(f"Nov {n:02d}, 2025", float(n)) for n in range(52)])
    written = [mark.x for mark in weeks.marks if mark.is_labelled]
    assert len(written) > 2
    assert min(b - a for a, b in zip(written, written[1:], strict=False)) > len("Nov 01, 2025") * LETTER
    assert all(mark.is_labelled for mark in draw([Point("Followed up", 1.0)] * 12).marks)

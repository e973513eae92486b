"""The reading aloud can fail: each fault planted in a sound page is heard, and the sound page is silent."""

import pytest
from lxml import html as reader

from house.aloud import faults, name_of

SOUND = """<!doctype html><html lang="en"><body><a href="#main">Skip</a>
<nav aria-label="Desks"><a href="/a">Desk</a></nav><nav aria-label="Pages"><a href="?page=2">Next</a></nav>
<main id="main"><h1>Follow-ups</h1><h2 id="t">Overdue</h2>
<section aria-labelledby="t">
<p role="status">2 given.</p></section>
<form><label for="q">Name</label><input id="q" name="q">
<label>Born <input name="born" type="date"></label>
<select aria-label="To"><option>Sam</option></select><input type="hidden" name="x">
<input type="submit" value="Go">
<fieldset><legend>Way</legend><label><input type="radio" name="w"> Phone</label>
<label><input type="radio" name="w"> Visit</label></fieldset>
<button>Save</button><button aria-label="Close"><svg aria-hidden="true"></svg></button>
<button><svg role="img"><title>Print</title></svg></button></form>
<img src="x" alt=""><table><caption>Units</caption>
<tr><th scope="col">Sign</th></tr><tr><td>CO1</td></tr></table>
<details><summary>More</summary><h3>Deeper</h3></details>
<dialog aria-label="Keys"><h2>Keys</h2></dialog><template><h5>none</h5><button></button></template>
</main></body></html>"""


def test_a_sound_page_is_silent() -> None:
    assert faults(SOUND) == []


def test_a_piece_of_a_page_needs_no_heading_of_its_own() -> None:
    """What a script puts into a page stands under that page's headings; the rest is asked of it too."""
    assert faults("<section><h2>Units</h2><button>Send</button></section>") == []
    assert faults("<section><button></button></section>") != []


def test_a_page_that_a_script_fills_has_its_heading_in_a_template() -> None:
    assert faults(SOUND.replace("<h1>Follow-ups</h1>", "<template><h1>Later</h1></template>")) == [
        "h0 is followed by h2: Overdue"
    ]


@pytest.mark.parametrize(
    ("was", "became", "told"),
    [
        ("<h1>Follow-ups</h1>", "", "0 main headings"),
        ("<h2 id=\"t\">Overdue</h2>", "<h3 id=\"t\">Overdue</h3>", "h1 is followed by h3"),
        ("<h2 id=\"t\">Overdue</h2>", "<h2 id=\"t\"></h2>", "a heading that says nothing"),
        ("<h2 id=\"t\">", "<h2 id=\"q\">", "two elements have the id 'q'"),
        ("<h2 id=\"t\">", "<h2>", "aria-labelledby leads nowhere: t"),
        ("<caption>Units</caption>", "", "a table without a caption"),
        (" scope=\"col\"", "", "a head without a scope: Sign"),
        ("<th scope=\"col\">Sign</th>", "<td>Sign</td>", "a table without heads"),
        ("<label for=\"q\">Name</label>", "", "a control without a name"),
        ("<label for=\"q\">", "<label for=\"p\">", "for leads nowhere: p"),
        (" aria-label=\"To\"", "", "a control without a name: <select"),
        (" value=\"Go\"", "", "a control without a name"),
        (" aria-label=\"Close\"", "", "a control without a name: <button"),
        ("<title>Print</title>", "", "a picture without words"),
        (" alt=\"\"", "", "a picture without words: <img"),
        ("<legend>Way</legend>", "", "a group without a name"),
        ("<fieldset><legend>Way</legend>", "<div>", "choices that no group holds together: w"),
        (" aria-label=\"Pages\"", "", "ways about are called ''"),
        ("aria-label=\"Pages\"", "aria-label=\"Desks\"", "2 ways about are called 'Desks'"),
        ("<main id=\"main\">", "<div id=\"main\">", "0 main parts"),
        (" lang=\"en\"", "", "no language"),
        (" aria-label=\"Keys\"", "", "a part without a name: <dialog"),
        ("<button>Save", "<button tabindex=\"3\">Save", "tab order forced"),
        ("<summary>More</summary>", "<summary></summary>", "a control without a name: <summary"),
        ("<p role=\"status\">", "<p role=\"status\" aria-live=\"assertive\">", "a voice that interrupts"),
        ("<p role=\"status\">2 given.</p>", "<p role=\"status\"><b role=\"alert\">x</b></p>", "voice within"),
        ("<form>", "<form aria-live=\"polite\">" + "<a href=\"/\">x</a>" * 13, "reads out too much"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_heard(was: str, became: str, told: str) -> None:
    assert was in SOUND
    heard = faults(SOUND.replace(was, became, 1))
    assert any(told in one for one in heard), heard


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ("<button>Take <b>the caller</b></button>", "Take the caller"),
        ("<button><span aria-hidden='true'>×</span> Close</button>", "Close"),
        ("<button title='Print'></button>", "Print"),
        ("<button aria-label='Give the chosen ones'>Give</button>", "Give the chosen ones"),
        ("<a href='/'><img alt='Commonweal' src='x'></a>", "Commonweal"),
        ("<input type='submit' value='Go'>", "Go"),
        ("<nav>words inside are no name</nav>", ""),
        ("<fieldset><legend>Way <i>out</i></legend><p>x</p></fieldset>", "Way out"),
    ],
)
def test_a_name_is_told_as_a_screen_reader_tells_it(html: str, name: str) -> None:
    node = reader.document_fromstring(f"<html><body>{html}</body></html>").xpath("//body/*")[0]
    assert name_of(node) == name

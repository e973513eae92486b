"""The ear for pages: what it calls alike, and what it does not."""

import pytest

from factories.heard import alike

FORM = '<form action="/a/"><input type="hidden" name="csrfmiddlewaretoken" value="{0}">'
HIDDEN = FORM + '<input type="hidden" name="id" value="{1}"><button>Log it</button></form>'


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ('<a href="/1/">Read</a><a href="/2/">Read</a>', {"Read"}),
        ('<a href="/1/">Read</a><p><a href="/1/"> Read\n</a></p>', set()),
        ('<a href="/1/">Read<span class="usa-sr-only">: Ana</span></a><a href="/2/">Read</a>', set()),
        ('<a href="/1/" aria-label="Read it">1</a><a href="/2/" aria-label="Read it">2</a>', {"Read it"}),
        (HIDDEN.format("x", "1") + HIDDEN.format("y", "2"), {"Log it"}),
        (HIDDEN.format("x", "1") + HIDDEN.format("y", "1"), set()),
        (FORM.format("x") + "<button>Go</button></form><button>Go</button>", {"Go"}),
        (FORM + '<button name="n" value="1">Go</button><button name="n">Go</button></form>', {"Go"}),
        ("<details><summary>More</summary></details><details><summary>More</summary></details>", {"More"}),
    ],
)  # fmt: skip
def test_names_heard_for_two_things(markup: str, wanted: set[str]) -> None:
    assert alike(f'<a href="/x/">Read</a><main>{markup}</main>') == wanted

"""Every way by which words leave is listed, with how the notice of 42 CFR 2.32 goes along.

Whoever adds a response, a file, a letter or a connection meets this list: where what a Part 2 consent opened
could leave by it, its words must lie beside what is kept, and a test must show it.
"""

import ast
from collections.abc import Iterator

from .repository import ROOT, SOURCE, trees

CARRIED = {
    "api.documents:take": (
        "web/casework/test_documents.py",
        "test_a_program_hears_of_the_notice_in_a_header",
    ),
    "api.photographs:take": (
        "api/test_photographs.py",
        "test_a_program_hears_of_the_notice_in_a_header",
    ),
    "adapters.fhir.deliver:_write": (
        "rooms/sharing/test_notices.py",
        "test_a_fhir_file_carries_it_in_words_and_in_labels",
    ),
    "api.fhir:give": (
        "rooms/sharing/test_notices.py",
        "test_a_fhir_file_carries_it_in_words_and_in_labels",
    ),
    "web.datebook:feed": (
        "web/test_datebook.py",
        "test_a_calendar_with_times_of_treatment_carries_the_notice",
    ),
    "web.field.phone:pack": (
        "web/field/test_phone.py",
        "test_what_lies_on_the_phone_lies_there_with_its_notice",
    ),
    "web.filed:download": (
        "web/casework/test_documents.py",
        "test_a_paper_of_treatment_leaves_with_its_notice",
    ),
    "web.onpaper:filed": (
        "web/test_onpaper.py",
        "test_the_notice_of_what_a_page_holds_is_on_its_sheets",
    ),
    "web.pages:_lines": (
        "rooms/sharing/test_notices.py",
        "test_a_file_ends_with_it_though_its_rows_are_read_while_it_is_sent",
    ),
    "web.pages:csv_response": (
        "rooms/sharing/test_notices.py",
        "test_a_file_ends_with_it_though_its_rows_are_read_while_it_is_sent",
    ),
}
"""In words, in what is kept: the file and the name of the test that shows it."""

HEADED = {
    "api.problems:problem": "a refusal", "api.sending:_once": "an act said again: nothing that was read",
    "web.analyst.views:as_geojson": "totals", "web.entrance:here": "who is signed in",
    "web.field.phone:lease": "keys", "web.field.phone:sync": "a refusal",
    "web.field.phone:_answer": "what became of one's own changes",
    "web.photographs:picture": "a picture of a page that says it in words",
    "web.kept:_again": "a page with its words in it, as it was sent",
    "web.live:events": "empty; the feed says kinds and numbers",
    "web.steward.requests:copy": "the person's own record: no consent is relied on",
}  # fmt: skip
"""A header is enough: nothing of a record is in it, or a page says it in words."""

DESKS = {
    "adapters.downtime.deliver:_put", "web.board.views:now", "web.board.views:units", "web.desk.acts:_to",
    "web.desk.downtime:sent", "web.desk.transfers:to_list", "adapters.eido.deliver:deliver",
    "api.transfers:read",
}  # fmt: skip
"""Of the desk and the centre: no consent of Part 2 opens anything to a dispatcher (defaults.md, 3)."""

NO_RECORD = {
    "public": {
        "adapters.cap.deliver:deliver", "adapters.directory_files.packing:write_lines",
        "adapters.directory_files.packing:write_package", "api.hsds.views:about",
        "api.hsds.views:one_service", "api.hsds.views:one_organization", "api.hsds.views:_answered",
        "api.hsds.views:_missing", "web.resident.alerts:feed", "web.resident.alerts:cap",
    },
    "accounts and sign-in": {
        "adapters.email.deliver:carry", "adapters.email.deliver:send", "adapters.sms.deliver:_append",
        "adapters.sms.deliver", "api.scim.views:_answer", "web.details:_send", "web.details:confirm",
        "web.pages:_to_sign_in", "web.session:_go",
    },
    "HMIS rows of the own agency, on no consent": {
        "adapters.hmis_csv.convert:_convert_file", "adapters.hmis_csv.decisions:Decisions.write",
        "adapters.hmis_csv.deliver:_Sheet.__init__",
    },
    "ids and facts of calls to an agency": {"adapters.webhooks.reaching"},
    "plans, figures and months without people": {
        "web.evaluator.annex:annex", "web.evaluator.annex:_table", "web.planner.scenarios:scenario_file",
        "foresight.partitions:write_month",
        "foresight.partitions:_keep",
        "cli.tables:written", "cli.tables:write_csv",
    },
    "the site's own keeping": {
        "adapters.scanner.deliver", "cli.serve", "cli.demo", "cli.demo:fill",
        "cli.directory:run", "cli.init:keep_key",
        "cli.journal:_checkpoint", "cli.snapshots:kept", "kernel.listings:Remarks.add",
        "kernel.listings:Remarks.keep", "kernel.listings:write_rejects", "kernel.listings:_unnamed",
        "kernel.listings:_private", "kernel.sealed:keep", "kernel.uploads:_keep", "sharing.sealing:note",
    },
    "no words of a record": {
        "web.field.index:duress", "web.field.shell:manifest", "web.field.shell:whereabouts",
        "web.views:health",
    },
}  # fmt: skip
"""Nothing in it is read by a permit that could rest on such a consent: what it is."""

CALLS = {
    "HttpResponse", "JsonResponse", "StreamingHttpResponse", "FileResponse", "EmailMessage",
    "EmailMultiAlternatives", "send_mail", "write_text", "write_bytes", "DictWriter", "write_table",
    "make_archive",
}  # fmt: skip
WIRES = {"urllib.request", "urllib3", "http.client", "httpx", "requests", "smtplib", "socket", "ftplib"}
LISTED = [set(CARRIED), set(HEADED), DESKS, *NO_RECORD.values()]


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _writes(call: ast.Call) -> bool:
    """Whether a file is opened here to be written."""
    said = [*call.args, *(word.value for word in call.keywords)]
    modes = [one.value for one in said if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return any(mode and mode[0] in "wax" and set(mode) <= set("wabxt+") for mode in modes)


def _leaves(call: ast.Call) -> bool:
    name = _name(call)
    is_csv = isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "csv"
    return name in CALLS or (name == "writer" and is_csv) or (name in ("open", "fdopen") and _writes(call))


def _within(node: ast.AST, where: tuple[str, ...]) -> Iterator[str]:
    """Names of the functions in which something leaves."""
    for child in ast.iter_child_nodes(node):
        is_named = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        inner = (*where, child.name) if is_named else where
        if isinstance(child, ast.Call) and _leaves(child):
            yield ".".join(inner)
        yield from _within(child, inner)


def _wires(tree: ast.Module) -> bool:
    """Whether a module can reach another machine by itself."""
    named = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    named |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and not n.level}
    return any(one == wire or one.startswith(f"{wire}.") for one in named for wire in WIRES)


def ways_out() -> set[str]:
    """Module and function of each response, file, letter and connection of the product."""
    found = set()
    for path, tree in trees():
        if "migrations" in path.parts or "lab" in path.parts or path.parts[0] == "demo":
            continue
        module = ".".join(path.with_suffix("").parts)
        found |= {f"{module}:{name}" for name in _within(tree, ())}
        found |= {module} if _wires(tree) else set()
    return found


def test_every_way_out_says_how_the_notice_goes_along() -> None:
    assert ways_out() - set().union(*LISTED) == set(), "list it here, with its notice or the reason"


def test_the_list_names_nothing_that_is_gone_and_nothing_twice() -> None:
    assert set().union(*LISTED) - ways_out() == set()
    assert sum(map(len, LISTED)) == len(set().union(*LISTED))


def test_each_notice_in_words_is_shown_by_a_test() -> None:
    for way, where in CARRIED.items():
        file, name = where
        assert f"def {name}(" in (ROOT / "tests" / file).read_text(), way


def test_a_new_way_would_be_found() -> None:
    """The list is only as good as what it is held against."""
    new = "def leave(rows):\n    with open('x', 'w') as out:\n        csv.writer(out).writerows(rows)"
    assert set(_within(ast.parse(new), ())) == {"leave"}
    assert list(_within(ast.parse("def give(rows):\n    return FileResponse(rows)"), ())) == ["give"]
    assert not list(_within(ast.parse("def read(path):\n    return open(path, 'rb').read()"), ()))
    assert _wires(ast.parse("import http.client")) and not _wires(ast.parse("from urllib.parse import quote"))
    assert (SOURCE / "web" / "redisclosure.py").is_file()

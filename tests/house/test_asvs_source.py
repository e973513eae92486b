"""ASVS 5.0, what the source itself must not hold: read as syntax trees, not as text."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from house.repository import ROOT

SOURCE = ROOT / "src" / "commonweal"
# where a statement is put together: names of tables and columns of the models, never a value
COMPOSED = {"kernel/bulk.py", "kernel/journal.py", "kernel/prepared.py"}


@cache
def trees() -> list[tuple[str, ast.Module]]:
    """Every module, by its path within the package."""
    found = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
    return [(path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text("utf-8"))) for path in found]


@cache
def called(tree: ast.AST) -> list[tuple[str, ast.Call]]:
    """Every call, by the dotted name of what is called."""
    return [(dotted(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def dotted(node: ast.AST) -> str:
    """The name of what is called: `a.b.c`; what stands before a call or an index is left out."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


@cache
def imported(tree: ast.AST) -> set[str]:
    """Every module that is imported, and every name with its module."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{one.name}" for one in node.names}
    return found


def templates() -> Iterator[tuple[str, str]]:
    """Every page."""
    for path in sorted(SOURCE.rglob("templates/**/*.html")):
        yield path.relative_to(SOURCE).as_posix(), path.read_text("utf-8")


def test_the_readers_of_this_file_find_what_they_look_for() -> None:
    """On a module that does everything wrong."""
    wrong = ast.parse("import pickle\nfrom os import system\neval('1')\ncursor.execute(f'{x}')")
    assert {"pickle", "os.system"} <= imported(wrong)
    assert {"eval", "cursor.execute"} <= {name for name, _ in called(wrong)}
    assert len(list(trees())) > 300 and len(list(templates())) > 100


def test_v1_2_1_pages_escape_what_they_show() -> None:
    """No page turns escaping off; the one place that joins finished pieces is a block's own output."""
    assert not [
        name for name, text in templates() if re.search(r"\|\s*safe\b|autoescape off|\|safeseq", text)
    ]
    marked = {name for name, tree in trees() for call, _ in called(tree) if call.endswith("mark_safe")}
    assert marked <= {"web/templatetags/commonweal.py"}


def test_v1_2_3_no_script_is_written_into_a_page() -> None:
    """Scripts are files; what they are told stands in attributes or in a json_script."""
    for name, text in templates():
        for script in re.finditer(r"<script\b([^>]*)>(.*?)</script>", text, re.S):
            is_data = 'type="application/json"' in script[1]  # read by a script of the library, never run
            assert is_data or ("src=" in script[1] and not script[2].strip()), (name, script[0][:80])
        assert not re.search(r"<[^>]*\son[a-z]+\s*=\s*[\"']", text), name
        assert not re.search(r"(?:href|action|src)=[\"']\s*javascript:", text, re.I), name


def test_v1_2_4_values_reach_the_database_as_parameters() -> None:
    """No raw queries, and no statement put together outside the three modules that do it from models."""
    for name, tree in trees():
        for call, node in called(tree):
            assert not call.endswith((".raw", ".extra", "RawSQL")), (name, call)
            if call.endswith((".execute", ".executemany")) and name not in COMPOSED and node.args:
                composed = isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
                assert not composed, (name, ast.unparse(node)[:80])


def test_v1_2_5_no_command_of_the_system_is_run() -> None:
    """Neither a shell nor any other program."""
    never = {"subprocess", "os.system", "os.popen", "pty", "commands", "os.execv", "os.spawnv"}
    for name, tree in trees():
        assert not imported(tree) & never, name
        assert not [c for c, _ in called(tree) if c in never or c.startswith(("os.exec", "os.spawn"))], name


def test_v1_3_2_no_text_is_run_as_a_program() -> None:
    """eval, exec, compile."""
    for name, tree in trees():
        assert not [c for c, _ in called(tree) if c in {"eval", "exec", "compile", "__import__"}], name


def test_v1_3_6_the_product_asks_no_other_server() -> None:
    """No client of any network protocol is imported: what a person types cannot become a request.

    Two addresses of the settings are the exception: the site's sign-in provider, asked by the sign-in
    library, and its gateway for text messages, checked at start and never put together from a message.
    """
    clients = {"urllib.request", "http.client", "requests", "httpx", "aiohttp", "ftplib", "telnetlib"}
    assert [name for name, tree in trees() if imported(tree) & clients] == ["adapters/sms/deliver.py"]
    gateway = dict(trees())["adapters/sms/deliver.py"]
    split = [ast.unparse(node) for node in ast.walk(gateway) if isinstance(node, ast.Call)]
    assert [call for call in split if call.startswith("urlsplit")] == ["urlsplit(settings.SMS_URL)"]


def test_v1_3_7_no_template_is_made_of_input() -> None:
    """Templates are files. (string.Template fills in words and runs nothing.)"""
    never = {"django.template.Template", "django.template.base.Template", "jinja2", "mako"}
    for name, tree in trees():
        assert not imported(tree) & never, name
        assert not [c for c, _ in called(tree) if c.endswith("from_string")], name


def test_v1_5_2_nothing_that_runs_is_read_back() -> None:
    """No pickles; sessions are JSON; YAML knows plain values only."""
    from django.conf import settings

    from commonweal.packs import _LOADER

    never = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "jsonpickle"}
    assert not [name for name, tree in trees() if imported(tree) & never]
    assert settings.SESSION_SERIALIZER.endswith("JSONSerializer")
    assert _LOADER.__name__ in ("CSafeLoader", "SafeLoader")
    loads = {n for n, tree in trees() for c, _ in called(tree) if c in ("yaml.load", "yaml.unsafe_load")}
    assert loads <= {"packs/__init__.py"}


def test_v11_3_2_ciphers_are_authenticated() -> None:
    """AES-GCM, or AES with a HMAC over it (Fernet); keys by HKDF, of a passphrase by PBKDF2; no own mode."""
    primitives = "cryptography.hazmat.primitives"
    allowed = {
        "cryptography.fernet.Fernet", "cryptography.exceptions.InvalidTag",
        f"{primitives}.ciphers.aead.AESGCM", f"{primitives}.kdf.hkdf.HKDF", f"{primitives}.hashes.SHA256",
        f"{primitives}.kdf.pbkdf2.PBKDF2HMAC",
    }  # fmt: skip
    used = {one for _, tree in trees() for one in imported(tree) if one.startswith("cryptography.")}
    assert used and {one for one in used if one.rsplit(".", 1)[-1][0].isupper()} <= allowed
    for name, tree in trees():
        assert not [c for c, _ in called(tree) if c in ("hashlib.md5", "hashlib.sha1", "hashlib.new")], name


def test_v11_5_1_what_must_not_be_guessed_comes_from_the_system() -> None:
    """Tokens have 128 bits at least; the generators of simulations stay where nothing is secret."""
    least = {"token_urlsafe": 16, "token_bytes": 16, "token_hex": 16}
    for name, tree in trees():
        for call, node in called(tree):
            size = least.get(call.removeprefix("secrets."))
            if size and not name.startswith(("demo/", "web/templatetags/")):  # an element's id on a page
                assert isinstance(node.args[0], ast.Constant) and int(str(node.args[0].value)) >= size, name
        if imported(tree) & {"random"}:
            assert name.startswith(("demo/", "cli/lab/", "engines/")), name


def test_v15_1_2_every_component_is_pinned_by_its_digest() -> None:
    """The locks are the inventory: name, version, SHA-256; and no registry is named in them."""
    extras = ("requirements-dev.lock", "requirements-bench.lock", "requirements-cluster.lock")
    for lock in ("requirements.lock", *extras, "requirements-node.lock"):
        text = (ROOT / lock).read_text("utf-8")
        blocks = re.findall(
            r"^([a-z0-9][\w.-]*)==([^\s;\\]+)[^\n]*((?:\n[ ]+--hash=\S+.*)*)", text, re.M | re.I
        )
        assert blocks and all("--hash=sha256:" in hashes for _, _, hashes in blocks), lock
        assert "http" not in text and "index-url" not in text, lock
    declared = (ROOT / "pyproject.toml").read_text("utf-8")
    wanted = re.findall(r'^    "([a-z0-9-]+)[\[><=]', declared, re.M | re.I)
    locked = "".join((ROOT / lock).read_text("utf-8") for lock in extras).lower()
    assert [name for name in wanted if f"{name.lower()}==" not in locked] == []


def test_v14_3_3_a_browser_keeps_nothing_of_anybody() -> None:
    """Of scripts of ours one remembers whether key shortcuts are off; the field app keeps its files (sw.js)
    and what it sealed (store.mjs; tests/web/field/test_offline.py looks into it). Nothing else is stored."""
    kept = {}
    for path in sorted(one for one in SOURCE.rglob("*.*js") if one.suffix in (".js", ".mjs")):
        if "vendor" not in path.parts:
            found = re.findall(
                r"(?:localStorage|sessionStorage|indexedDB|caches)\.[\w]+\(([^,)]*)", path.read_text("utf-8")
            )
            kept |= {one: path.name for one in found if one}
    files = dict.fromkeys(("KEEP", "SHELL", "name", "url.pathname"), "sw.js")
    assert kept == {'"keys"': "keys.js", **files}


def test_folder_of_the_package_exists() -> None:
    """The tests above read something."""
    assert Path(SOURCE).is_dir()

"""The crawl: every address, form and API route as every role, and what the bytes that leave may hold.

Each visit is taken back afterwards, so that every one meets the same site and none needs its own.
"""

import copy
import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from html import unescape
from html.parser import HTMLParser
from inspect import getsourcefile, unwrap
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

import yaml
from django.core import mail
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client, TestCase
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from pypdf import PdfReader

from commonweal.config.logs import Discreet
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.models import Answered, JournalLine
from commonweal.sharing import actions as sharing
from commonweal.sharing.facts import origins
from commonweal.sharing.models import Disclosure
from commonweal.web.feed import Line, change_for
from journeys.canaries import AS_A_WHOLE
from journeys.site import Site, what_follows

ELSEWHERE = ("live/", "static/", "api/")  # the stream and the API are crawled in their own way
OWN_DOORS = ("account/", "demo/", "language/")  # sign-in: its POSTs are tests of their own
ENOUGH = {"stranger", "call_taker"}  # pages of sign-in are alike for everybody
# who may be shown nobody's record whatever the address
NOBODYS = {"stranger", "administrator", "analyst", "training_coordinator", "plan_approver"}
SAYS = {"which": "rejects", "code": "c-ssrs"}  # parts of an address that are words
SAID, ASKED = "cqsaidonthecrawl", "Delgado"  # what the crawl types into a form, and into a search


@dataclass
class Heard(logging.Handler):
    """What was logged, at any level, by any logger but the one that prints statements on demand."""

    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(Discreet())

    __hash__ = logging.Handler.__hash__

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it as it would be written."""
        self.lines.append(self.format(record))


@dataclass
class Crawl:
    """One crawl of a site: what was met, and what went wrong, in words."""

    site: Site
    heard: Heard = field(default_factory=Heard)
    faults: set[str] = field(default_factory=set)
    met: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    shown: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    posted: set[tuple[str, str]] = field(default_factory=set)  # by whom, which route
    sent: int = 0
    is_breaking: bool = False  # whether faults are forced: a 500 is then expected

    def pages(self, role: str) -> None:
        """Every address, as a page and as a fragment, and every form that was shown."""
        closed: set[object] = set()
        for address, route, view in addresses(self.site):
            if route.startswith(OWN_DOORS) and role not in ENOUGH:
                continue
            # one decorator guards all doors of one set of permissions: a closed set is tried once a role
            if route not in closed and _guard(view) not in closed:
                for form in self.look(role, address, route, view, closed):
                    self.submit(role, form)
        self.unasked(role)

    def unasked(self, role: str) -> None:
        """Addresses that only take a POST and stand in no form: a script of a page sends there, or nobody."""
        for address, route, view in addresses(self.site):
            is_only_posted = self.met[route] == {405} and (role, route) not in self.posted
            if is_only_posted and not route.startswith(OWN_DOORS):
                for body in _bodies(view, self.site):
                    self.visit(role, "post", address, route, body)

    def reads(self, role: str) -> None:
        """Every address and every reading operation, and nothing that acts."""
        for address, route, _ in addresses(self.site):
            if not route.startswith(OWN_DOORS):
                self.visit(role, "get", address, route)
        for method, address, route, body in self.operations:
            if method == "get":
                self.visit(role, method, address, route, body)

    def failing(self, role: str) -> None:
        """Every address and every reading operation, while each answer ends in a fault that quotes it."""
        self.is_breaking = True
        try:
            self.reads(role)
        finally:
            self.is_breaking = False

    def shown_to(self, role: str) -> int:
        """How many protected values this role was shown so far."""
        return len(self.shown[role])

    def look(self, role: str, address: str, route: str, view: object, closed: set[object]) -> "list[Form]":
        """One page; where it opens, its fragment and its questions too. Gives the forms on it.

        A route that is closed to a role is closed before any id is looked at: it is tried once.
        """
        response, text = self.visit(role, "get", address, route)
        if response.status_code == 405:
            closed.add(route)
        allowed, guard = getattr(self.site.actors.get(role), "permissions", frozenset()), _guard(view)
        if guard and not allowed & set(guard):
            closed |= {route, guard}
            if response.status_code not in (302, 403, 405):
                self.faults.add(f"{role} {address}: open to somebody without {guard}")
        if response.status_code != 200 or route.startswith(OWN_DOORS):
            return []
        for link in _questions(address, text):
            if link not in closed:
                closed.add(link)
                self.visit(role, "get", link, route)
        fragment = self.visit(role, "get", address, route, HTTP_HX_REQUEST="true")[1]
        return forms_of(address, text) + forms_of(address, fragment)

    def submit(self, role: str, form: "Form") -> None:
        """Send a form as a browser would, follow where it leads, and let the worker do its round."""
        route = resolve(urlsplit(form.action).path).route
        if route.startswith(OWN_DOORS) or not form.is_new(self, role):
            return
        self.visit(role, form.method, form.action, route, form.values)

    def api(self, role: str) -> None:
        """Every operation of the API, with a body made from its own description."""
        for operation in self.operations:
            self.visit(role, *operation)

    @cached_property
    def operations(self) -> list[tuple[str, str, str, Any]]:
        """(method, address, route, body) of each operation, for each id its address may take."""
        told = Client().get("/api/openapi.json").json()
        found = []
        for path, methods in told["paths"].items():
            for verb, operation in methods.items():
                body = _body(told, operation, self.site)
                for address in _api_addresses(path, operation, self.site):
                    found.append(("json" if verb == "post" else verb, address, f"{verb} {path}", body))
        return found

    def visit(
        self, role: str, method: str, address: str, route: str, data: Any = None, **headers: str
    ) -> tuple[HttpResponseBase, str]:
        """One request, and all that leaves because of it."""
        client = self.site.clients[role]
        with undone(client):
            last, letters, said = _last_line(), len(mail.outbox), len(self.heard.lines)
            with TestCase.captureOnCommitCallbacks(execute=True):
                response = _send(client, method, address, data, headers)
                texts = [_words(response)]
                if method == "post" and response.status_code in (302, 303):
                    texts.append(_words(client.get(response["Location"])))
                if method in ("post", "json") and response.status_code < 400:
                    what_follows()
            self.met[route].add(response.status_code)
            if method == "post":
                self.posted.add((role, route))
            self.sent += 1
            where = f"{role} {method} {address.split('?')[0] if method == 'get' else address}"
            if response.status_code >= 500 and not self.is_breaking:
                self.faults.add(f"{where}: {response.status_code}")
            if self.is_breaking and response.status_code == 500:
                self._silent(where, "error page", texts)
            quiet = [f"{m.subject}\n{m.body}\n{m.to}" for m in mail.outbox[letters:]]
            self._judge(role, where, "\n".join(texts), last)
            self._silent(where, "mail", quiet)
            if method == "json":
                kept = Answered.objects.values_list("body", flat=True)
                self._silent(where, "kept answer of the API", [str(list(kept))], said=True)
            self._silent(where, "log", self.heard.lines[said:])
            self._silent(where, "header", [str(response.headers)])
            self._live(where, last)
            return response, texts[0]

    def _judge(self, role: str, where: str, text: str, last: int) -> None:
        """Every token in the bytes has its line, written before; every line's token is in the bytes."""
        aviary, present = self.site.aviary, self.site.aviary.heard_in(text)
        lines = list(JournalLine.objects.filter(id__gt=last, kind__in=READS))
        actor = self.site.actors.get(role)
        self.shown[role] |= present
        mine = [line for line in lines if actor and line.actor == actor.id]
        owed = [(line, aviary.owed_by(line)) for line in mine]
        accounted = set().union(*(tokens for _, tokens in owed)) if owed else set()
        if actor:
            self._registered(where, actor, mine)
        for token in present:
            canary = aviary.birds[token]
            if role in NOBODYS:
                self.faults.add(f"{where}: received {canary.where}")
            elif token not in accounted:
                self.faults.add(f"{where}: {canary.where} ({canary.label}) without a journal line")
        if " get " in where and not self.is_breaking:
            for line, tokens in owed:
                data = {"category": line.kind, "of": line.about} | line.data
                told = any(re.search(part, where) for part in TOLD_OTHERWISE.get(data["category"], ()))
                if tokens and not tokens & present and not told:
                    self.faults.add(f"{where}: {data['category']} of {data['of']} journalled, not sent")

    def _registered(self, where: str, actor: Actor, lines: list[JournalLine]) -> None:
        """A register row stands exactly where defaults.md owes one: outside the record's home, or widened."""
        reads = [line for line in lines if line.kind == "sharing.read" and line.data["of"] != "set"]
        rows = set(Disclosure.objects.filter(line__in=[r.id for r in reads]).values_list("line", flat=True))
        subjects = {r.id: Subject(r.data["of"], UUID(r.data["id"])) for r in reads}
        found = origins(list(dict.fromkeys(subjects.values())))
        for line in reads:
            origin = found.get(subjects[line.id])
            program = (origin and origin.source_program) or NATURAL.get(line.data["category"], "")
            own = bool(origin and origin.agency and origin.agency == actor.agency)
            home = own or (actor.policy_role in AT_HOME and program in ("ecc", "police"))
            widened = any(GROUNDS.get(rule) in WIDENED for rule in line.data["rules"])
            owed = actor.policy_role not in UNREGISTERED and (widened or not home)
            if owed != (line.id in rows):
                short = "owed" if owed else "not owed"
                self.faults.add(f"{where}: {line.data['category']} of {line.data['of']}: row {short}")

    def _live(self, where: str, last: int) -> None:
        """What the visit wrote into the journal, and what the live stream tells each role of it."""
        lines = list(JournalLine.objects.filter(id__gt=last))
        self._silent(where, "journal line", [str(line.data) for line in lines])
        told = [
            change.event().decode()
            for line in lines
            for listener in self.site.listeners
            if (change := change_for(listener, _on_the_wire(line)))
        ]
        self._silent(where, "live event", told)

    def _silent(self, where: str, way: str, texts: list[str], said: bool = False) -> None:
        """No token in these; nor what was typed, unless `said` (an act's own answer may repeat it)."""
        whole = "\n".join(texts)
        for token in self.site.aviary.heard_in(whole):
            self.faults.add(f"{where}: {self.site.aviary.birds[token].where} in a {way}")
        if way != "error page" and not said and SAID in whole or ASKED in whole:
            self.faults.add(f"{where}: what was typed, in a {way}")

    def files(self, home: Path) -> None:
        """What lies in the folders that are handed over (mail, exchange files)."""
        for path in home.rglob("*"):
            if path.is_file() and path.suffix in {".json", ".log", ".csv", ".txt", ".xml"}:
                self._silent(str(path.name), "file", [path.read_text("utf-8", "replace")])


def _api_addresses(path: str, operation: Mapping[str, Any], site: Site) -> Iterator[str]:
    names = re.findall(r"{(?:uuid:)?(\w+)}", path)
    query = "&".join(
        f"{p['name']}={WORDS.get(p['name'], '2025-03-01T00:00:00Z')}"
        for p in operation.get("parameters", ())
        if p["in"] == "query" and p.get("required")
    )
    acts = ("view", "accept", "decline", "ask", "inform", "withdraw", "close", "say", "schedule", "settle")
    for act in acts if "act" in names else ("",):
        for first in site.hold.named(names[0]) if names else [None]:
            filled = path
            for number, name in enumerate(names):
                value = act if name == "act" else first if number == 0 else site.hold.named(name)[0]
                filled = re.sub(rf"{{(?:uuid:)?{name}}}", str(value), filled)
            yield f"{filled}?{query}" if query else filled


WORDS = {"end": "2025-06-01T00:00:00Z"}


def _body(told: Mapping[str, Any], operation: Mapping[str, Any], site: Site) -> Any:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return _value(told, content["schema"], "", site) if content else None


def _value(told: Mapping[str, Any], shape: Mapping[str, Any], name: str, site: Site) -> Any:
    """A value of this shape: what is required, and every id that the site has."""
    if "$ref" in shape:
        shape = told["components"]["schemas"][shape["$ref"].split("/")[-1]]
    if "anyOf" in shape:
        shape = next(one for one in shape["anyOf"] if one.get("type") != "null")
    if shape.get("type") == "object":
        asked = {**shape.get("properties", {})}
        must = shape.get("required", ())
        return {n: _value(told, s, n, site) for n, s in asked.items() if n in must or site.hold.named(n)}
    if shape.get("type") == "array":
        return [_value(told, shape.get("items", {}), name.removesuffix("s"), site)]
    return _plain(shape, name, site)


def _plain(shape: Mapping[str, Any], name: str, site: Site) -> Any:
    ids = site.hold.named(name)
    if shape.get("format") == "uuid":
        return str(ids[0]) if ids else str(site.hold.ids["call"][0])
    soon = clock.today() + timedelta(days=2)
    said = {"date": soon.isoformat(), "date-time": f"{soon}T10:00:00Z"}.get(shape.get("format", ""))
    by_type = {"integer": 3, "number": 38.5, "boolean": True}
    given = {
        "instrument": "phq-9",
        "status": "enroute",
        "lon": -121.6,
        "tier": "T2",
        "way": "phone",
        "source": "911",
        "act": "accept",
    }
    return said or given.get(name) or by_type.get(shape.get("type", ""), SAID)


def _questions(address: str, text: str) -> list[str]:
    """The links of a page that ask something: a folder, a next page, a file of it."""
    found = (unescape(link) for link in re.findall(r'href="([^"]*\?[^"]+)"', text))
    return sorted({address + link if link.startswith("?") else link for link in found if link[0] in "?/"})


SENT = re.compile(r"""POST(?:\.get|\.getlist)?[(\[]["'](\w+)["']""")


def _bodies(view: object, site: Site) -> Iterator[dict[str, str]]:
    """What might be sent to a view that no form names: nothing, and every field that its module reads."""
    yield {}
    inner = unwrap(cast("Callable[..., object]", view))
    names = dict.fromkeys(SENT.findall(Path(getsourcefile(inner) or __file__).read_text("utf-8")))
    if names:
        yield {name: str((site.hold.named(name) or [_typed(name, "text")])[0]) for name in names}


def _guard(view: object) -> tuple[str, ...]:
    """The permissions that open a page, any of them; none where it opens to everybody."""
    return tuple(getattr(view, "permissions", ()))


def _on_the_wire(line: JournalLine) -> Line:
    return Line(line.id, line.kind, line.about, line.subject, line.agency, line.data)


# defaults.md: who is at home in police and dispatch records, whose reads are no disclosures, what widens
AT_HOME = {"dispatcher", "patrol_officer", "cit_officer"}
UNREGISTERED = {"subject_self", "public", "privacy_auditor"}
WIDENED = {"consent", "process", "locate", "threat", "break_glass", "custody", "medical"}
NATURAL = {"call_facts": "ecc", "location": "ecc", "safety_alerts": "police", "identity": "police"}
NATURAL |= {"encounter_narrative": "police", "criminal_history": "police"}
PACK = Path(sharing.__file__).parents[2] / "packs" / "policy" / "us_federal.yaml"
GROUNDS = {
    rule["id"]: rule["ground"]
    for part in yaml.safe_load(PACK.read_text("utf-8")).values()
    for rule in (part if isinstance(part, list) else ())
    if isinstance(rule, dict) and "ground" in rule
}
ONE = "[0-9a-f-]{36}"
# Where a line stands although none of the record's words do, by part of the address; everywhere else, and in
# every category that is not named here, a line without the words is a fault.
TOLD_OTHERWISE = {
    "call_facts": (
        "/verdict/",  # the tier and its rules
        "/recommendation",  # which units, by the call's place
        "/history/",  # earlier calls: moments and codes
        "/conversation/",
        "/thread/",  # the questions asked; a thread without a message
        "/refer/",  # how far a service is
        rf"/api/v1/calls/(?:{ONE})?$",  # state, tier and moments, in the list and of one; never its facts
    ),
    "encounter_narrative": (
        "/talk/",  # a thread without a message
        "/refer/",
        "/screens/",  # needs and language decide what is offered
        "/photographs/",  # points have no words
    ),
    "case_plan": (
        "/refer/",
        "/screens/",  # whose case it is, and what stands worst
        "/consents/",  # whose case it is; what was agreed is another record
        "/diversion/",  # the same before a diversion began
        "/documents/",  # whose case it is; a file has its own words
        "/photographs/",  # the same
        "/letters/",  # whose case it is; a letter has words of its own
        "/conferences/",  # the same: ratings are not in it
        "/cases/several/",  # whose case it is: what became of each is told
        "/aftercare/",  # to whom only ratings open, which this page does not hold
        rf"/api/v1/cases/{ONE}/signs$",
        r" get /cases/(?:\?|$)",  # that a plan waits for its review
        rf"/api/v1/cases/{ONE}/plan$",  # to whom only ratings open, which the plan of the API does not hold
    ),
    "identity": (
        "/refer/",  # the age decides which services are offered
        "/verdict/",  # whether it may be said that a unit knows the person
        "/photographs/",  # points have no words
    ),
    "safety_alerts": (),
    "sharing.request_read": (
        "/copy/",
        "/public/",  # its number: no copy before it is granted, no sheets before records are chosen
        "/letters/",  # a letter of another request is none of this one
    ),
    "mh_assessment": ("/screens/", "/mine/"),  # a screener whose code became a token has no words
    "referral_status": ("/referrals/", "/cases/", "/mine/"),  # moments and states
}
READS = ("sharing.read", "cases.discussion_read", "community.feedback_read", *AS_A_WHOLE)


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """Whatever happens inside is taken back: rows, the client's cookies."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


def _last_line() -> int:
    return JournalLine.objects.order_by("-id").values_list("id", flat=True).first() or 0


def _send(
    client: Client, method: str, address: str, data: Any, headers: Mapping[str, str]
) -> HttpResponseBase:
    if method == "json":
        return client.post(
            address,
            data if data is not None else {},
            content_type="application/json",
            headers={"Idempotency-Key": "canary"},
            **headers,
        )
    return getattr(client, method)(address, data or {}, **headers)


def _words(response: HttpResponseBase) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return _on_sheets(body) if body.startswith(b"%PDF-") else body.decode("utf-8", "replace")


def _on_sheets(body: bytes) -> str:
    """The words of a PDF: as its lines break, and run together, where a line broke inside one."""
    lines = [line for page in PdfReader(BytesIO(body)).pages for line in page.extract_text().splitlines()]
    return "\n".join([*lines, "".join(lines)])


def addresses(site: Site) -> list[tuple[str, str, object]]:
    """Every address of the product with ids of rows that exist, its route and its view."""
    found = {}
    for route, pattern in routes():
        if route.startswith(ELSEWHERE) or "oidc" in route or "saml" in route or "^" in route:
            continue
        names = list(pattern.pattern.converters)
        firsts = site.hold.named(names[0]) or [site.hold.ids["call"][0]] if names else [None]
        for first in firsts:
            found[_filled(route, pattern, first, site)] = (route, pattern.callback)
    return [(address, *found[address]) for address in sorted(found)]


def _filled(route: str, pattern: URLPattern, first: object, site: Site) -> str:
    path = route
    for number, (name, converter) in enumerate(pattern.pattern.converters.items()):
        others = site.hold.named(name)
        value = first if number == 0 else (others[0] if others else first)
        if "uuid" not in type(converter).__name__.lower():
            value = SAYS.get(name, 1 if "Int" in type(converter).__name__ else "t")
        for kind in ("uuid:", "str:", "slug:", "int:", ""):
            path = path.replace(f"<{kind}{name}>", str(value))
    return f"/{path}"


def routes() -> list[tuple[str, URLPattern]]:
    """Every route of the product."""
    return list(_patterns(get_resolver().url_patterns, ""))


def _patterns(found: Any, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for one in found:
        here = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _patterns(one.url_patterns, here)
        else:
            yield here, one


@dataclass(frozen=True)
class Form:
    """One way to send a form: where to, with what."""

    action: str
    method: str
    values: Mapping[str, Any]

    def is_new(self, crawl: Crawl, role: str) -> bool:
        """Whether this role did not yet send the same fields to the same address by the same button."""
        key = f"{role} {self.method} {sorted(self.values)}"
        key += str([self.values[n] for n in sorted(self.values) if n in ("act", "how", "way", "status")])
        seen: set[str] = crawl.__dict__.setdefault("_seen", set())
        fresh = f"{key} {self.action}" not in seen
        seen.add(f"{key} {self.action}")
        return fresh


def forms_of(page: str, html: str) -> list[Form]:
    """The forms of a page, filled in as somebody would: once for each named button."""
    reader = _Reader(page)
    reader.feed(html)
    return [form for raw in reader.forms for form in raw.sent()]


@dataclass
class _Raw:
    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def sent(self) -> Iterator[Form]:
        if not self.action.startswith("/"):
            return
        for name, value in self.buttons or [("", "")]:
            values: dict[str, Any] = {k: v if len(v) > 1 else v[0] for k, v in self.values.items()}
            yield Form(self.action, self.method, values | ({name: value} if name else {}))


class _Reader(HTMLParser):
    """Reads forms, and single elements that post by themselves."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.forms: list[_Raw] = []
        self._form: _Raw | None = None
        self._select = self._text = ""
        self._radios: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = "post" if "hx-post" in at else at.get("method", "get").lower()
            self._form, self._radios = _Raw(at.get("action") or at.get("hx-post") or self.page, method), set()
            if method in ("get", "post"):
                self.forms.append(self._form)
        elif "hx-post" in at:
            self.forms.append(_Raw(at["hx-post"], "post"))
            if tag == "input" and at.get("name"):
                self.forms[-1].values[at["name"]] = [_typed(at["name"], "search")]
        if self._form is not None:
            self._field(tag, at)

    def _field(self, tag: str, at: dict[str, str]) -> None:
        assert self._form is not None
        name, kind = at.get("name", ""), at.get("type", "text")
        if tag == "button" and kind == "submit" and name:
            self._form.buttons.append((name, at.get("value", "")))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and at.get("value"):
            self._form.values[self._select] = [at["value"]]
        elif tag == "textarea" and name:
            self._form.values[name] = [SAID]
        elif tag == "input" and name and kind == "radio" and name not in self._radios:
            self._radios.add(name)
            self._form.values[name] = [at.get("value", "on")]
        elif tag == "input" and name and kind == "checkbox":
            self._form.values[name].append(at.get("value", "on"))
        elif tag == "input" and name and kind != "radio":
            self._form.values[name] = [at.get("value") or _typed(name, kind)]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""


def _typed(name: str, kind: str) -> str:
    """What somebody would type into an empty field."""
    soon = clock.today() + timedelta(days=2)
    by_kind = {
        "date": soon.isoformat(), "datetime-local": f"{soon}T10:00", "number": "3", "email": "a@b.example",
        "password": "a long enough sentence",
    }  # fmt: skip
    by_name = {"given": "Rosa", "family": "Delgado", "born": "1984-03-09", "phone": "555-0142"}
    by_name |= {"q": "Rosa Delgado", "who": "Rosa Delgado", "files": ""}
    return by_kind.get(kind) or by_name.get(name, SAID)

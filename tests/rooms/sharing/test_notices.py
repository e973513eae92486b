"""What a consent opened of substance use treatment leaves with its notice, by every way out."""

import csv
import io
import json
import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.utils.translation import override

from commonweal.adapters.fhir.deliver import _referral
from commonweal.adapters.fhir.writer import bundle
from commonweal.agencies import actions as agencies
from commonweal.kernel.actors import Actor, Subject
from commonweal.people import queries as people
from commonweal.referrals import actions as referrals
from commonweal.referrals import queries as referral_queries
from commonweal.sharing import actions as sharing
from commonweal.sharing import notices
from commonweal.web.pages import csv_response, page
from factories import directory
from factories.cast import SETUP, Cast, consented, gather, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db
SAYS = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
DICE = "La norma 42 CFR parte 2 prohíbe"


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies bound by a memorandum."""
    return gather()


def known(cast: Cast, agency: str = "part2_program", *, consent: bool = True) -> tuple[UUID, Subject]:
    """A person in treatment, cared for by the case manager too, who agreed that these two may talk."""
    person, record = someone(cast, agency, given="Lena", family="Ortiz")
    about = Subject("person", person)
    sharing.tie(by=SETUP, subject=about, relation="care", account=cast.account("case_manager"))
    if consent:
        consented(cast, person, "part2", ["social_service"], ["identity", "referral_status", "sud_record"])
    return person, record


def read(by: Actor, record: Subject) -> list[str]:
    """Names, as the gate opens them."""
    found = sharing.permitted(
        sharing.ask_many(by=by, category="identity", purpose="care_coordination", about=[record])
    )
    return [str(shown.get("name")) for shown in people.identities(found)]


def as_page(request: HttpRequest, record: UUID) -> HttpResponse:
    told = read(request.actor, Subject("source_record", record))  # type: ignore[attr-defined]
    return page(request, "front.html", {"desk": {"name": told, "sentence": ""}})


def as_fragment(request: HttpRequest, record: UUID) -> HttpResponse:
    return HttpResponse(f"<p>{read(request.actor, Subject('source_record', record))}</p>")  # type: ignore[attr-defined]


def as_paper(request: HttpRequest, record: UUID) -> HttpResponse:
    told = read(request.actor, Subject("source_record", record))  # type: ignore[attr-defined]
    return HttpResponse(f"<!doctype html><html><body><main>{told}</main></body></html>")


def as_file(request: HttpRequest, record: UUID) -> HttpResponse:
    """Read while it is streamed, after the view has returned."""

    def rows() -> Iterator[list[str]]:
        yield read(request.actor, Subject("source_record", record))  # type: ignore[attr-defined]

    return csv_response("people", ("name",), rows())  # type: ignore[return-value]


urlpatterns = [
    path("screen/<uuid:record>/", as_page), path("part/<uuid:record>/", as_fragment),
    path("paper/<uuid:record>/", as_paper), path("file/<uuid:record>/", as_file),
]  # fmt: skip


def test_a_permit_that_rests_on_a_part_2_consent_owes_the_notice(cast: Cast) -> None:
    _, record = known(cast)
    with sharing.accompanied() as owed:
        assert read(cast["case_manager"], record) == ["Lena Ortiz"]
    assert owed.says == SAYS
    line = owed.in_a_line()
    assert "Opened by a consent to identity, referral status, substance use treatment record, for" in line, (
        line
    )
    assert "_" not in line and not re.search(r"\d{4}-\d\d", line), "words and days as people write them"
    with override("es"):
        assert owed.in_a_line() == line and line.isascii(), "a header and a file go to any reader"


@pytest.mark.parametrize("agency", ["part2_program", "health", "police"])
def test_nothing_is_owed_without_such_a_consent(cast: Cast, agency: str) -> None:
    """Not where the gate refuses, not for ordinary records, not outside a request."""
    _, record = known(cast, agency, consent=agency != "part2_program")
    with sharing.accompanied() as owed:
        read(cast["case_manager"], record)
    assert not owed.is_owed and owed.in_a_line() == owed.says == ""
    assert not notices.here().is_owed


def test_what_goes_to_another_is_not_said_here(cast: Cast) -> None:
    """Who sends a file, or looks at what a receiver would see, learns of no treatment by it."""
    person, _ = known(cast)
    service = directory.service("Open door", agency=cast.agency["social_service"])
    with sharing.accompanied() as to_the_sender:
        made = referrals.make(by=cast["clinician"], service=service, person=person, needs=["shelter"])
        assert referral_queries.envelope(made.id).notice.startswith(SAYS)
    assert not to_the_sender.is_owed


@pytest.fixture(name="client")
def the_client(cast: Cast) -> Iterator[Client]:
    """The case manager, in a product of four pages."""
    from commonweal.config import urls

    entered = visit(cast["case_manager"])
    urlpatterns[4:] = urls.urlpatterns
    with override_settings(ROOT_URLCONF=__name__):
        yield entered


@pytest.mark.parametrize(
    ("way", "headers"), [("screen", {}), ("part", {"HX-Request": "true"}), ("part", {}), ("paper", {})]
)
def test_every_page_says_it_once_in_the_reader_s_language(
    cast: Cast, client: Client, way: str, headers: dict[str, str]
) -> None:
    _, record = known(cast)
    answer = client.get(f"/{way}/{record.id}/", headers=headers)
    text = answer.content.decode()
    assert text.count(SAYS) == 1 and "Opened by a consent to" in text
    assert answer["Redisclosure-Notice"].startswith(SAYS)
    assert ('hx-swap-oob="true"' in text) is bool(headers), "a fragment puts it in its place on the page"
    assert text.count('id="redisclosure"') == 1
    client.cookies["django_language"] = "es"
    assert DICE in client.get(f"/{way}/{record.id}/", headers=headers).content.decode()


@pytest.mark.parametrize("way", ["screen", "part", "paper", "file"])
def test_where_none_is_owed_none_is_said(cast: Cast, client: Client, way: str) -> None:
    _, record = known(cast, "police")
    answer = client.get(f"/{way}/{record.id}/")
    whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert b"42 CFR" not in whole and "Redisclosure-Notice" not in answer.headers


def test_a_file_ends_with_it_though_its_rows_are_read_while_it_is_sent(cast: Cast, client: Client) -> None:
    _, record = known(cast)
    answer = client.get(f"/file/{record.id}/")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert rows[:2] == [["name"], ["Lena Ortiz"]] and rows[2][0].startswith(SAYS)


def test_the_api_says_it_in_a_header(cast: Cast) -> None:
    person, _ = known(cast)
    _, secret = agencies.issue_token(
        by=SETUP, account=cast.account("case_manager"), name="t", scopes=["read", "work_cases"]
    )
    told = {"Authorization": f"Bearer {secret}"}
    answer = Client().get(f"/api/v1/people/{person}/records?purpose=care_coordination", headers=told)
    assert answer.status_code == 200 and b"Ortiz" in answer.content
    assert answer["Redisclosure-Notice"].startswith(SAYS)
    other, _ = known(cast, "social_service")
    plain = Client().get(f"/api/v1/people/{other}/records?purpose=care_coordination", headers=told)
    assert b"Ortiz" in plain.content and "Redisclosure-Notice" not in plain.headers


def test_a_fhir_file_carries_it_in_words_and_in_labels(cast: Cast) -> None:
    person, _ = known(cast)
    service = directory.service("Open door", agency=cast.agency["social_service"])
    made = referrals.make(by=cast["clinician"], service=service, person=person, needs=["shelter"])
    envelope = referral_queries.envelope(made.id)
    text = json.dumps(bundle(_referral(envelope)))
    assert text.count(SAYS) == 2, "the request and the task"
    assert "42CFRPart2" in text and "NORDSCLCD" in text
    bare = referrals.make(
        by=cast["clinician"], service=service, person=someone(cast, "police")[0], needs=["shelter"]
    )
    assert SAYS not in json.dumps(bundle(_referral(referral_queries.envelope(bare.id))))

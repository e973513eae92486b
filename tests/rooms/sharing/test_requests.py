"""The life of a request: its day, its one extension, its letters; and who may not touch it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import STRANGER, Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions, queries
from commonweal.sharing.models import Letter, Request
from factories.cast import SETUP, Cast, gather, someone

START = datetime(2026, 3, 2, 18, tzinfo=UTC)
DAYS = some.dates(date(2020, 1, 1), date(2040, 1, 1))
KINDS = some.sampled_from(sorted(queries.rights.kinds()))


class TestDays:
    """The due rule, for every kind and any day."""

    @given(KINDS, DAYS, some.booleans(), some.sets(DAYS, max_size=9))
    def test_a_day_is_never_before_receipt_and_an_extension_never_shortens(
        self, code: str, came: date, working: bool, closed: set[date]
    ) -> None:
        kind = queries.rights.kind(code)
        kind = type(kind)(**{n: getattr(kind, n) for n in kind.__slots__} | {"working": working})
        first = queries.rights.due(kind, came, closed=closed)
        last = queries.rights.due(kind, came, extended=True, closed=closed)
        assert came < first <= last
        assert (first - came).days >= kind.days and (last - came).days >= kind.days + kind.extension
        if working:
            assert first.weekday() < 5 and first not in closed
        else:
            assert last - first == timedelta(days=kind.extension)

    def test_the_days_are_those_of_the_law(self) -> None:
        told = {code: (k.days, k.extension) for code, k in queries.rights.kinds().items()}
        assert told["access"] == (30, 30)  # 45 CFR 164.524(b)(2)
        assert told["amendment"] == told["accounting"] == (60, 30)  # 164.526(b)(2), 164.528(c)(1)
        assert set(told) >= {"complaint", "restriction", "part2_complaint", "public_records"}

    def test_therapy_notes_are_refused_without_review_and_endangerment_with(self) -> None:
        grounds = queries.rights.kind("access").grounds
        assert not grounds["psychotherapy_notes"].review and not grounds["proceedings"].review
        assert grounds["endangerment"].review and "164.524(a)(3)" in grounds["endangerment"].citation

    def test_every_word_is_there_in_both_languages(self) -> None:
        pairs = [k.title for k in queries.rights.kinds().values()]
        pairs += [g.words for k in queries.rights.kinds().values() for g in k.grounds.values()]
        pairs += [
            words
            for kind in queries.rights.kinds().values()
            for name in queries.rights.LETTERS
            for words in queries.rights.letter_parts(name, kind)
        ]
        assert all(english and spanish and english != spanish for english, spanish in pairs)


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and their workers."""
    return gather(partners=False)


@pytest.fixture(name="file")
def a_filer(cast: Cast) -> Callable[..., Request]:
    """An officer notes a request of a person on the first day."""
    person, _ = someone(cast)

    def file(kind: str = "access", **more: object) -> Request:
        asker = actions.Asker(name="Rosa Delgado", contact="4 Elm St", **more)  # type: ignore[arg-type]
        with clock.at(START):
            return actions.receive_request(
                by=cast["privacy_officer"], kind=kind, text="All of it, please", person=person, asker=asker
            )[0]

    return file


def begun(cast: Cast, found: Request) -> UUID:
    """The request, its asker known, in work."""
    officer = cast["privacy_officer"]
    with clock.at(START):
        actions.verify_request(by=officer, request=found.id, how="id_document")
        actions.take_request(by=officer, request=found.id)
    return found.id


@pytest.mark.django_db
class TestOneRequest:
    """From receipt to its end, with the clock moved."""

    def test_a_request_is_received_verified_worked_answered_and_closed_each_step_told(
        self, cast: Cast, file: Callable[..., Request]
    ) -> None:
        officer, found = cast["privacy_officer"], file()
        assert found.due_on == date(2026, 4, 1) and found.number == "R-2026-00001"
        begun(cast, found)
        with clock.at(START + timedelta(days=12)):
            done = actions.answer_request(by=officer, request=found.id, outcome="granted")
            assert not done.is_late and not queries.queue()
            actions.close_request(by=officer, request=found.id)
        told = JournalLine.objects.filter(kind="sharing.request_moved").order_by("id")
        assert [line.data["step"] for line in told] == [
            "received",
            "verified",
            "in_work",
            "answered",
            "closed",
        ]
        assert "Rosa" not in str([line.data for line in told])
        sent = [letter.letter for letter in queries.letters(found.id)]
        assert sent == ["acknowledged", "granted", "closed"]

    def test_the_day_moves_once_and_with_a_reason(self, cast: Cast, file: Callable[..., Request]) -> None:
        officer, request = cast["privacy_officer"], begun(cast, file())
        with clock.at(START + timedelta(days=29)):
            with pytest.raises(Invalid, match="reason"):
                actions.extend_request(by=officer, request=request, reason=" ")
            moved = actions.extend_request(
                by=officer, request=request, reason="The paper file is in storage."
            )
            assert moved.due_on == date(2026, 5, 1)
            with pytest.raises(Conflict):
                actions.extend_request(by=officer, request=request, reason="Once more")
        letter = Letter.objects.get(request=request, letter="extended")
        assert "The paper file is in storage." in letter.body and "May 1, 2026" in letter.body

    def test_after_its_day_it_is_overdue_cannot_be_extended_and_the_answer_says_so(
        self, cast: Cast, file: Callable[..., Request]
    ) -> None:
        officer, request = cast["privacy_officer"], begun(cast, file())
        with clock.at(START + timedelta(days=30)):
            assert [(d.days_left, d.is_overdue) for d in queries.queue()] == [(0, False)]
        with clock.at(START + timedelta(days=31)):
            assert [(d.days_left, d.is_overdue) for d in queries.queue()] == [(-1, True)]
            with pytest.raises(Conflict):
                actions.extend_request(by=officer, request=request, reason="Late")
            done = actions.answer_request(by=officer, request=request, outcome="granted")
        assert done.is_late and "we are sorry" in queries.letters(request)[1].body.lower()

    def test_the_queue_has_the_soonest_first(self, cast: Cast, file: Callable[..., Request]) -> None:
        late, soon = file("accounting"), file("access")
        assert [d.id for d in queries.queue()] == [soon.id, late.id]

    def test_who_asks_is_made_sure_of_before_anything_is_answered(
        self, cast: Cast, file: Callable[..., Request]
    ) -> None:
        officer, found = cast["privacy_officer"], file()
        with pytest.raises(Conflict):
            actions.answer_request(by=officer, request=found.id, outcome="granted")
        with pytest.raises(Conflict):
            actions.take_request(by=officer, request=found.id)
        with pytest.raises(Invalid):
            actions.verify_request(by=officer, request=found.id, how="a feeling")

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"outcome": "maybe"}, "outcome"),
            ({"outcome": "denied"}, "grounds"),
            ({"outcome": "denied", "grounds": ["accurate"]}, "grounds"),
            ({"outcome": "granted", "grounds": ["endangerment"]}, "outcome"),
            ({"outcome": "granted_in_part", "withheld": {"shoes": "endangerment"}}, "withheld"),
        ],
    )
    def test_an_answer_names_what_is_wrong_with_it(
        self, cast: Cast, file: Callable[..., Request], said: dict[str, object], field: str
    ) -> None:
        request = begun(cast, file())
        with pytest.raises(Invalid) as wrong:
            actions.answer_request(by=cast["privacy_officer"], request=request, **said)  # type: ignore[arg-type]
        assert wrong.value.field == field

    def test_only_what_can_be_reviewed_promises_a_review(
        self, cast: Cast, file: Callable[..., Request]
    ) -> None:
        officer = cast["privacy_officer"]
        for ground, promised in (("endangerment", True), ("proceedings", False)):
            request = begun(cast, file())
            actions.answer_request(by=officer, request=request, outcome="denied", grounds=[ground])
            body = queries.letters(request)[1].body
            assert ("looked at again" in body) is promised
            assert "hhs.gov/ocr" in body and "164.524" in body

    def test_the_letter_is_in_the_persons_language(self, cast: Cast, file: Callable[..., Request]) -> None:
        request = begun(cast, file(language="es"))
        actions.answer_request(
            by=cast["privacy_officer"], request=request, outcome="denied", grounds=["endangerment"],
            text="La doctora Ruiz lo vio el lunes.",
        )  # fmt: skip
        letter = queries.letters(request)[1]
        assert letter.language == "es" and "No aceptamos" in letter.title
        assert "La doctora Ruiz" in letter.body and "peligro" in letter.body

    def test_an_unanswered_request_closes_with_a_reason_alone(
        self, cast: Cast, file: Callable[..., Request]
    ) -> None:
        officer, found = cast["privacy_officer"], file()
        with pytest.raises(Invalid):
            actions.close_request(by=officer, request=found.id)
        actions.close_request(by=officer, request=found.id, note="Taken back by phone.")
        with pytest.raises(Conflict):
            actions.take_request(by=officer, request=found.id)


ACTS: list[Callable[[Actor, UUID], object]] = [
    lambda by, one: actions.open_request(by=by, request=one),
    lambda by, one: actions.verify_request(by=by, request=one, how="papers"),
    lambda by, one: actions.take_request(by=by, request=one),
    lambda by, one: actions.extend_request(by=by, request=one, reason="More time"),
    lambda by, one: actions.answer_request(by=by, request=one, outcome="granted"),
    lambda by, one: actions.close_request(by=by, request=one, note="Done"),
    lambda by, one: queries.redactions(by, one),
]


@pytest.mark.django_db
class TestWhoMayNot:
    """Strangers, workers of other roles, and other people."""

    @pytest.mark.parametrize("act", range(len(ACTS)))
    @pytest.mark.parametrize("role", ["case_manager", "administrator", "patrol_officer"])
    def test_no_other_role_works_a_request(
        self, cast: Cast, file: Callable[..., Request], role: str, act: int
    ) -> None:
        found = file()
        with pytest.raises(NotFound):
            ACTS[act](cast[role], found.id)
        with pytest.raises(NotFound):
            ACTS[act](STRANGER, found.id)
        assert Request.objects.get(id=found.id).state == "received"

    def test_a_person_files_their_own_and_sees_nobody_elses(self, cast: Cast) -> None:
        rosa, _ = someone(cast)
        ana, _ = someone(cast, "health", given="Ana")
        by = Actor(id="rosa", role="person", policy_role="subject_self", person=rosa)
        mine, _code = actions.receive_request(by=by, kind="access", text="Mine", person=rosa)
        assert mine.state == "verified" and mine.verified_how == "signed_in"
        assert [r.id for r in queries.own_requests(by)] == [mine.id]
        with pytest.raises(NotFound):
            actions.receive_request(by=by, kind="access", text="Hers", person=ana)
        with pytest.raises(NotFound):
            actions.open_own_request(
                by=Actor(id="ana", role="person", policy_role="subject_self", person=ana), request=mine.id
            )
        assert not journal.about(mine.id, kind="sharing.request_read")
        assert actions.open_own_request(by=by, request=mine.id) == mine
        assert [line.actor for line in journal.about(mine.id, kind="sharing.request_read")] == ["rosa"]
        with pytest.raises(NotFound):
            actions.receive_request(by=STRANGER, kind="access", text="Hers", person=ana)
        assert not queries.own_requests(STRANGER).exists()

    def test_a_day_to_come_an_unknown_kind_and_silence_are_not_accepted(self, cast: Cast) -> None:
        person, _ = someone(cast)
        officer = cast["privacy_officer"]
        for changed in ({"kind": "wish"}, {"text": " "}, {"received": date(2999, 1, 1)}, {"person": None}):
            said: dict[str, object] = {"kind": "access", "text": "All", "person": person, **changed}
            with pytest.raises(Invalid):
                actions.receive_request(by=officer, **said)  # type: ignore[arg-type]
        assert not Request.objects.exists()


@pytest.mark.django_db
class TestStatement:
    """45 CFR 164.526(d): the disagreement stands beside the record, which stays as it is."""

    def test_a_statement_follows_a_refusal_and_is_found_by_the_record(self, cast: Cast) -> None:
        rosa, record = someone(cast)
        by = Actor(id="rosa", role="person", policy_role="subject_self", person=rosa)
        found, _ = actions.receive_request(by=by, kind="amendment", text="I was not shouting", person=rosa)
        with pytest.raises(Conflict):
            actions.keep_statement(by=by, request=found.id, text="I was calm.", about=record)
        actions.answer_request(
            by=cast["privacy_officer"], request=found.id, outcome="denied", grounds=["accurate"]
        )
        assert "statement" in queries.letters(found.id)[1].body
        actions.keep_statement(by=by, request=found.id, text="I was calm.", about=record)
        assert queries.statements([record]) == {record.id: ["I was calm."]}
        assert queries.statements([Subject("source_record", uuid4())]) == {}
        with pytest.raises(NotFound):
            actions.keep_statement(by=cast["case_manager"], request=found.id, text="No", about=record)


@pytest.mark.django_db
class TestPublicRecords:
    """Anybody asks, follows by a code; withheld fields are logged by exemption and never by value."""

    def test_anybody_asks_and_follows_with_the_code(self) -> None:
        found, code = actions.receive_request(by=STRANGER, kind="public_records", text="Calls of 1 May")
        followed = queries.by_code(f" {code.lower()} ")
        assert followed is not None and followed.id == found.id
        assert queries.by_code("ABCDE-FGHJK") is None and queries.by_code("") is None
        assert actions.open_public_letters(code="ABCDE-FGHJK") == []
        assert [letter.letter for letter in actions.open_public_letters(code=code)] == ["acknowledged"]
        assert len(journal.about(found.id, kind="sharing.request_read")) == 1
        assert code not in str(Request.objects.values_list())

    def test_each_withheld_field_has_an_exemption_and_no_value(self, cast: Cast) -> None:
        officer = cast["privacy_officer"]
        found, _ = actions.receive_request(by=STRANGER, kind="public_records", text="One call")
        call = Subject("call", uuid4())
        from commonweal.sharing.actions import hold

        hold(by=SETUP, subject=call, agency=cast.agency["ecc"], call=call.id)
        permits = actions.redact(by=officer, request=found.id, records={call: "C-1"})
        log = list(queries.redactions(officer, found.id))
        opened = permits[call].fields if call in permits else frozenset()
        assert {row.field for row in log} == queries.CATEGORIES["call_facts"] - opened
        assert {"caller_name", "caller_phone"} <= {row.field for row in log}
        assert all(row.exemption in queries.rights.exemptions() and row.record == "C-1" for row in log)
        actions.redact(by=officer, request=found.id, records={call: "C-1"})
        assert queries.redactions(officer, found.id).count() == len(log)

    def test_only_a_public_records_request_is_redacted(
        self, cast: Cast, file: Callable[..., Request]
    ) -> None:
        with pytest.raises(Invalid):
            actions.redact(by=cast["privacy_officer"], request=file().id, records={})
        with pytest.raises(NotFound):
            actions.redact(by=cast["case_manager"], request=file().id, records={})

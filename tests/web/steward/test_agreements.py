"""Agreements at the desk: drafted from a template, marked, signed, versioned, replayed, printed, public."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import queries as staff
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from factories.cast import SETUP, Cast, gather, someone, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and their workers, without any agreement."""
    return gather(partners=False)


def form(cast: Cast, code: str, *parties: str, **changed: object) -> dict[str, object]:
    """The form of a template as it comes, between these agencies."""
    template = queries.templates()[code]
    filled: dict[str, object] = {
        "title": template.titled("en"), "text": template.worded("en"), "starts": clock.today().isoformat(),
        "ends": clock.today().replace(year=clock.today().year + 1, day=1).isoformat(),
        "parties": [str(cast.agency[p]) for p in parties],
    }  # fmt: skip
    for one in template.clauses:
        filled |= {f"on.{one.term.key}": "1"} if one.is_on else {}
        lists = ("fields", "roles", "purposes")
        filled |= {f"{n}.{one.term.key}": sorted(getattr(one.term, n)) for n in lists}
    return {**filled, **changed}


def drafted(client: Client, cast: Cast, code: str = "data_sharing", **changed: object) -> UUID:
    """A draft made on the page between the police and the helpers."""
    sent = form(cast, code, "police", "social_service", **changed)
    answer = client.post(reverse("steward:draft", args=[code]), sent)
    assert answer.status_code == 302, answer.content.decode()
    return UUID(answer["Location"].strip("/").split("/")[-1])


def signer(cast: Cast, kind: str) -> Actor:
    """Somebody who signs for an agency."""
    return worker(cast.agency[kind], "privacy_officer")


def says(client: Client, name: str, *args: object, spanish: bool = False) -> str:
    """The text of a page."""
    client.cookies["django_language"] = "es" if spanish else "en"
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("spanish", [False, True])
@pytest.mark.parametrize("code", sorted(queries.templates()))
def test_every_template_opens_as_a_form_in_both_languages(cast: Cast, code: str, spanish: bool) -> None:
    template, client = queries.templates()[code], visit(cast["privacy_officer"])
    language = "es" if spanish else "en"
    told = says(client, "steward:draft", code, spanish=spanish)
    assert template.titled(language) in told and template.clauses[0].said(language).text[:30] in told
    assert template.titled(language) in says(client, "steward:templates", spanish=spanish)


def test_a_draft_keeps_what_was_chosen_and_narrowed(cast: Cast) -> None:
    client = visit(cast["privacy_officer"])
    made = drafted(client, cast, **{"fields.who_helps": ["services", "shoe_size"], "on.audit": ""})
    grants = {t.key: t for t in queries.terms(queries.agreement(made))}
    assert grants["who_helps"].fields == {"services"} and "audit" in grants
    told = says(client, "steward:agreement", made)
    assert "Grants:" in told and "Case plan" in told and "45 CFR 164.506(c)(1)" in told
    sent = form(cast, "data_sharing", "police", "social_service")
    del sent["on.audit"]
    client.post(reverse("steward:edit", args=[made]), sent)
    assert "audit" not in {t.key for t in queries.terms(queries.agreement(made))}


def test_what_the_law_would_refuse_is_marked_before_signing(cast: Cast) -> None:
    client = visit(cast["privacy_officer"])
    sent = form(cast, "qsoa", "part2_program", "social_service", **{"on.enrolment_to_records": "1"})
    path = client.post(reverse("steward:draft", args=["qsoa"]), sent)["Location"]
    told = client.get(path).content.decode()
    assert "this clause would open nothing" in told and "42 CFR 2.1" in told and "Because:" in told
    client.cookies["django_language"] = "es"
    told = client.get(path).content.decode()
    assert "La ley es más estrecha" in told and "Because:" not in told


def test_a_signature_is_for_the_text_that_was_read_and_a_change_voids_it(cast: Cast) -> None:
    client, officer = visit(cast["privacy_officer"]), visit(signer(cast, "police"))
    made = drafted(client, cast)
    path, exact = reverse("steward:agreement", args=[made]), queries.digest(queries.agreement(made))
    assert officer.post(path, {"act": "sign", "digest": "0" * 64}).status_code == 409
    assert officer.post(path, {"act": "sign", "digest": exact, "public": "no"}).status_code == 302
    assert exact in says(officer, "steward:agreement", made)
    client.post(reverse("steward:edit", args=[made]), form(cast, "data_sharing", "police", "social_service",
                                                           text="Other words."))  # fmt: skip
    assert "signature no longer counts" in says(officer, "steward:agreement", made)
    assert client.post(path, {"act": "sign"}).status_code == 404  # whose agency is no party


@pytest.mark.parametrize("place", ["agreement", "edit", "changes", "printed"])
@pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "analyst", "administrator"])
def test_strangers_do_not_come_in(cast: Cast, place: str, role: str) -> None:
    made = drafted(visit(cast["privacy_officer"]), cast)
    path = reverse(f"steward:{place}", args=[made])
    assert visit(cast[role]).get(path).status_code == 403
    assert visit(cast[role]).post(path, {"act": "end"}).status_code == 403
    assert queries.agreement(made).state == "draft"


def test_changes_are_said_in_words_and_replayed_in_counts(cast: Cast) -> None:
    _, record = someone(cast)
    client = visit(cast["privacy_officer"])
    for _ in range(12):
        sharing.ask(by=cast["case_manager"], category="identity", purpose="care_coordination", about=record)
    sharing.ask(by=cast["clinician"], category="case_plan", purpose="care_coordination", about=record)
    clause = {
        "key": "name", "text": "The name.", "category": "identity", "fields": ["name"],
        "roles": ["case_manager"], "purposes": ["care_coordination"],
    }  # fmt: skip
    made = sharing.draft(by=SETUP, said=sharing.Draft(
        "Memorandum", "mou", "Together.", clock.today(), date(clock.today().year + 1, 12, 31),
        [cast.agency["police"], cast.agency["social_service"]], [clause],
    ))  # fmt: skip
    told = says(client, "steward:changes", made.id)
    assert "Against having no such agreement." in told and "Added" in told and "gained:" in told
    assert "fewer than 11" in told and str(record.id) not in told and "Rosa" not in told
    answer = client.get(reverse("steward:changes", args=[made.id]), {"as": "csv"})
    first, *rows = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert first.startswith("agency,role,category") and len(rows) == 2
    assert rows[0] == "Open Door Services,case_manager,identity,care_coordination,12,0,12,12,0,0,name,"
    assert "<11" in rows[1] and str(record.id) not in "".join(rows)


def test_a_measure_is_set_and_recorded_on_the_page(cast: Cast) -> None:
    officer = signer(cast, "police")
    client, made = visit(officer), drafted(visit(cast["privacy_officer"]), cast)
    path = reverse("steward:agreement", args=[made])
    sent = {"act": "measure", "name": "Look-ups", "target": "all", "owner": officer.id}
    assert client.post(path, {**sent, "due_on": "2030-01-02"}).status_code == 302
    measure = queries.agreement(made).measures.get(owner=officer.id)
    assert queries.agreement(made).measures.count() == 2  # the template brought one of its own
    client.post(path, {"act": "record", "measure": str(measure.id), "value": "97 %", "note": "Two left."})
    assert "97 %" in says(client, "steward:agreement", made)


def test_what_was_promised_by_whom_and_how_late_stands_at_the_desk_and_on_the_agreement(cast: Cast) -> None:
    """In both languages; a signatory of neither party reads none of it; a value takes it off the list."""
    owner, keeper, today = signer(cast, "police"), cast["privacy_officer"], clock.today()
    made = drafted(visit(keeper), cast)
    sharing.settle_agreements(by=SETUP)
    said = sharing.Target("Look-ups read", "all of them", UUID(owner.id), today - timedelta(days=3))
    late = sharing.set_measure(by=owner, agreement=made, said=said)
    coming = sharing.Target("Staff trained", "9 of 10", UUID(owner.id), today + timedelta(days=1))
    sharing.set_measure(by=owner, agreement=made, said=coming)
    assert sharing.remind_of_agreements(by=SETUP) == 1
    for place, args in (("index", ()), ("agreements", ()), ("agreement", (made,))):
        page = says(visit(keeper), f"steward:{place}", *args)
        for words in ("Look-ups read", "3 days late", "1 day left", "reminded", "a reminder goes out"):
            assert words in page, (place, words)
        assert staff.account(UUID(owner.id)).display_name in page
        assert "3 días de retraso" in says(visit(keeper), f"steward:{place}", *args, spanish=True)
    assert "Look-ups read" in says(visit(owner), "steward:agreements")
    stranger = visit(worker(cast.agency["health"], "signatory"))
    assert "Look-ups read" not in says(stranger, "steward:agreements")
    sharing.record_measure(by=owner, measure=late.id, value="all", note="Read on Monday.")
    assert "3 days late" not in says(visit(keeper), "steward:index")
    sharing.end_agreement(by=keeper, agreement=made)
    assert "Staff trained" not in says(visit(keeper), "steward:index"), "nobody owes under what has ended"


def test_a_measure_is_due_today_on_its_day(cast: Cast) -> None:
    made = drafted(visit(cast["privacy_officer"]), cast)
    said = sharing.Target("Look-ups read", "all", cast.account("privacy_officer"), clock.today())
    sharing.set_measure(by=cast["privacy_officer"], agreement=made, said=said)
    found = {m.name: m for m in queries.open_measures(cast["privacy_officer"], [made])}["Look-ups read"]
    assert found.days_over == found.days_left == 0 and not found.is_late
    assert "due today" in says(visit(cast["privacy_officer"]), "steward:index")


def test_residents_read_what_every_party_published_and_print_it(cast: Cast) -> None:
    made, anyone = drafted(visit(cast["privacy_officer"]), cast), Client()
    path = reverse("resident:agreement", args=[made])
    assert anyone.get(path).status_code == 404
    for kind in ("police", "social_service"):
        officer = visit(signer(cast, kind))
        officer.post(reverse("steward:agreement", args=[made]), {"act": "sign", "public": "yes"})
    told = anyone.get(path).content.decode()
    assert "Open Door Services" in told and queries.digest(queries.agreement(made)) in told
    assert path in anyone.get(reverse("resident:rules")).content.decode()
    officer.post(reverse("steward:agreement", args=[made]), {"act": "withhold"})
    assert anyone.get(path).status_code == 404
    version = officer.post(reverse("steward:agreement", args=[made]), {"act": "version"})
    assert version.status_code == 302 and str(made) not in version["Location"]

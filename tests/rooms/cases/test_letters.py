"""A letter for a person: it tells what they signed for, waits for their yes, and leaves a trace."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from commonweal import packs
from commonweal.cases import actions, advocacy, queries
from commonweal.cases.models import AdvocacyLetter
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as trust
from commonweal.sharing.models import Disclosure
from factories.cases import Support, support
from factories.cast import SETUP, someone, worker

pytestmark = pytest.mark.django_db
ALL = ("identity", "case_plan", "referral_status")


@pytest.fixture(name="it")
def a_case() -> Support:
    """A case with a goal, an address and a phone."""
    it = support(address="12 Quay St")
    actions.add_goal(by=it.manager, case=it.case, text="Keep my flat")
    return it


def outsider(it: Support, kind: str = "landlord", name: str = "Harbor Homes") -> UUID:
    """Whom the person named."""
    return sharing.name_outsider(
        by=it.manager, person=it.person, kind=kind, name=name, address="4 Dock Road"
    ).id


def allowed(it: Support, to: UUID, *categories: str, **changed: Any) -> UUID:
    """What they signed."""
    said = {"categories": categories or ALL, "signer": "Rosa Delgado", "signature": "Rosa Delgado", **changed}
    return actions.allow_letter(
        by=it.manager, case=it.case, outsider=to, template="keep_home", signed=actions.Signed(**said)
    )


def drafted(
    it: Support, *categories: str, template: str = "keep_home", language: str = "en"
) -> AdvocacyLetter:
    """A letter to the landlord of what they signed for."""
    to = outsider(it)
    allowed(it, to, *categories)
    return actions.draft_letter(
        by=it.manager, case=it.case, outsider=to, template=template, language=language
    )


def agreed(it: Support, *categories: str) -> AdvocacyLetter:
    """Read together; the person says yes."""
    return actions.answer_letter(by=it.manager, letter=drafted(it, *categories).id, answer="yes")


def told(letter: AdvocacyLetter) -> dict[str, list[str]]:
    """Fields told, by class of data."""
    return {row[0]: row[3] for row in letter.used}


def colleague(it: Support) -> Actor:
    """A second case manager of the agency."""
    return worker(it.cast.agency["social_service"], "case_manager")


def themselves(it: Support) -> Actor:
    """The person, signed in."""
    return Actor(id=str(UUID(int=5)), role="person", policy_role="subject_self", person=it.person)


def test_from_the_signature_to_the_register_on_one_consent(it: Support) -> None:
    letter = drafted(it)
    assert letter.title == "About the home of Rosa Delgado"
    assert "Keep my flat" in letter.body and "Open Door" in letter.body
    assert told(letter) == {"case_plan": ["contact_of_case_manager", "goals"], "identity": ["name"]}
    assert not Disclosure.objects.filter(outsider__isnull=False).exists()  # a draft discloses nothing
    actions.answer_letter(by=it.manager, letter=letter.id, answer="yes")
    sent = actions.send_letter(by=it.manager, letter=letter.id, way="post")
    [consent] = trust.consents_in_force(it.person)
    assert (sent.state, sent.consents, sent.sent_by) == ("sent", [str(consent.id)], it.manager.id)
    rows = Disclosure.objects.filter(outsider=letter.outsider_id)
    assert {row.category for row in rows} == {"identity", "case_plan"}
    assert set(rows) <= set(trust.accounting(it.person))
    assert "not pass it on" in sent.notice and "42 CFR" not in sent.notice


def test_a_class_they_did_not_sign_for_is_in_no_draft(it: Support) -> None:
    letter = drafted(it, "identity")
    assert "Rosa Delgado" in letter.body and "Keep my flat" not in letter.body
    assert it.manager.id and "person to speak with" not in letter.body
    assert told(letter) == {"identity": ["name"]}
    assert queries.not_told(letter.id) == ("case_plan",)


def test_without_a_signature_there_is_no_letter(it: Support) -> None:
    to = outsider(it)
    with pytest.raises(Invalid, match="signed nothing"):
        actions.draft_letter(by=it.manager, case=it.case, outsider=to, template="keep_home", language="en")
    allowed(it, to, "case_plan")
    with pytest.raises(Invalid, match="signed nothing"):  # not even the name
        actions.draft_letter(by=it.manager, case=it.case, outsider=to, template="keep_home", language="en")
    assert not AdvocacyLetter.objects.exists()


@pytest.mark.parametrize("slip", ["12 Quay St", "12 QUAY ST", "555-0142", "keep MY flat"])
def test_what_a_worker_knows_beyond_it_cannot_be_typed_in(it: Support, slip: str) -> None:
    letter = drafted(it, "identity")
    with pytest.raises(Invalid, match="did not sign for"):
        actions.save_letter(by=it.manager, letter=letter.id, title="T", body=f"For your file: {slip}.")
    letter.refresh_from_db()
    assert slip not in letter.body


def test_who_writes_and_their_agency_may_be_named(it: Support) -> None:
    letter = drafted(it, "identity")
    [name] = [m.name for m in queries.team(it.case)]
    body = f"Rosa Delgado has support from Open Door. Yours, {name}"
    kept = actions.save_letter(by=it.manager, letter=letter.id, title="Hello", body=body)
    assert kept.body == body and told(kept) == {"identity": ["name"]}


def test_only_what_is_left_in_the_words_is_entered(it: Support) -> None:
    letter = drafted(it)
    actions.save_letter(by=it.manager, letter=letter.id, title="Hello", body="Rosa Delgado pays on Friday.")
    actions.answer_letter(by=it.manager, letter=letter.id, answer="yes")
    actions.send_letter(by=it.manager, letter=letter.id, way="email")
    [row] = Disclosure.objects.filter(outsider=letter.outsider_id)
    assert (row.category, row.fields) == ("identity", ["dob", "name"])


def test_a_consent_taken_back_stops_it_before_it_goes(it: Support) -> None:
    letter = agreed(it)
    [consent] = trust.consents_in_force(it.person)
    sharing.revoke_consent(by=it.manager, consent=consent.id)
    with pytest.raises(Conflict, match="no longer covers"):
        actions.send_letter(by=it.manager, letter=letter.id, way="post")
    letter.refresh_from_db()
    assert letter.sent_at is None and not Disclosure.objects.filter(outsider__isnull=False).exists()


def test_a_consent_that_ended_stops_it_too(it: Support) -> None:
    letter = agreed(it)
    with clock.at(clock.now() + timedelta(days=91)), pytest.raises(Conflict, match="no longer covers"):
        actions.send_letter(by=it.manager, letter=letter.id, way="post")


def test_nothing_goes_without_their_yes_and_a_change_asks_anew(it: Support) -> None:
    letter = drafted(it)
    with pytest.raises(Conflict, match="not said yes"):
        actions.send_letter(by=it.manager, letter=letter.id, way="post")
    actions.answer_letter(by=themselves(it), letter=letter.id, answer="yes")
    letter.refresh_from_db()
    assert (letter.answer, letter.shown) == ("yes", "mine")
    actions.save_letter(by=it.manager, letter=letter.id, title=letter.title, body=letter.body)
    letter.refresh_from_db()
    assert letter.answer == "yes"  # the same words
    actions.save_letter(by=it.manager, letter=letter.id, title="Other", body=letter.body)
    with pytest.raises(Conflict, match="not said yes"):
        actions.send_letter(by=it.manager, letter=letter.id, way="post")
    actions.answer_letter(by=themselves(it), letter=letter.id, answer="no")
    with pytest.raises(Conflict, match="not said yes"):
        actions.send_letter(by=it.manager, letter=letter.id, way="post")


def test_another_person_cannot_say_yes_for_them(it: Support) -> None:
    letter = drafted(it)
    other, _ = someone(it.cast, "social_service", given="Ana", phone="555-0177")
    stranger = Actor(id=str(UUID(int=6)), role="person", policy_role="subject_self", person=other)
    with pytest.raises(NotFound):
        actions.answer_letter(by=stranger, letter=letter.id, answer="yes")


def test_where_the_site_asks_for_it_a_second_worker_reads_first(
    it: Support, settings: LazySettings, tmp_path: Path
) -> None:
    settings.COMMONWEAL_HOME = tmp_path
    body = packs.read("letters.yaml")
    assert isinstance(body, dict)
    (tmp_path / "letters.yaml").write_text(yaml.safe_dump({**body, "approval": True}))
    letter = drafted(it)
    with pytest.raises(Conflict, match="before the person does"):
        actions.answer_letter(by=it.manager, letter=letter.id, answer="yes")
    with pytest.raises(Conflict, match="second person"):
        actions.approve_letter(by=it.manager, letter=letter.id)
    second = colleague(it)
    actions.approve_letter(by=second, letter=letter.id)
    again = actions.approve_letter(by=colleague(it), letter=letter.id)
    assert again.approved_by == second.id
    actions.answer_letter(by=it.manager, letter=letter.id, answer="yes")
    changed = actions.save_letter(by=it.manager, letter=letter.id, title="Other", body=letter.body)
    assert changed.approved_at is None


def test_what_was_sent_or_dropped_stays_as_it_is(it: Support) -> None:
    sent, dropped = agreed(it), drafted(it)
    actions.send_letter(by=it.manager, letter=sent.id, way="by_hand")
    actions.drop_letter(by=it.manager, letter=dropped.id)
    for one in (sent.id, dropped.id):
        with pytest.raises(Conflict, match="already"):
            actions.save_letter(by=it.manager, letter=one, title="x", body="y")
        with pytest.raises(Conflict, match="already"):
            actions.drop_letter(by=it.manager, letter=one)
        with pytest.raises(Conflict, match="already"):
            actions.send_letter(by=it.manager, letter=one, way="post")


def test_a_letter_opens_to_its_team_and_to_the_person_and_to_nobody_else(it: Support) -> None:
    about = Subject("letter", drafted(it).id)

    def opens(by: Actor, purpose: str = "care_coordination") -> bool:
        answer = sharing.ask(by=by, purpose=purpose, category="case_plan", about=about)
        return isinstance(answer, sharing.Permit) and bool(queries.letters({about: answer}))

    assert opens(it.manager) and opens(themselves(it), "subject_access")
    for role in ("patrol_officer", "prosecutor", "shelter_worker", "analyst", "administrator"):
        assert not opens(it.cast[role]), role
    sharing.bar(by=SETUP, subject=Subject("case", it.case), sealed=True)
    assert not opens(it.manager)


def test_referrals_are_told_by_service_and_standing_alone(it: Support) -> None:
    letter = drafted(it, template="before_court")
    assert "Referrals and how they stand" not in letter.body  # there are none: no empty sentence
    assert "born Mar 9, 1984" in letter.body


def test_in_spanish_days_and_words_are_spanish(it: Support) -> None:
    letter = drafted(it, template="before_court", language="es")
    assert "9 mar 1984" in letter.body and "Recibe apoyo de Open Door" in letter.body


def test_every_step_is_journalled_without_a_word_of_it(it: Support) -> None:
    letter = agreed(it)
    actions.send_letter(by=it.manager, letter=letter.id, way="post")
    lines = JournalLine.objects.filter(kind="cases.letter_changed").order_by("id")
    assert [line.data["act"] for line in lines] == ["drafted", "agreed", "sent"]
    assert "Rosa" not in str([line.data for line in JournalLine.objects.all()])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"categories": ["mh_assessment"]}, "categories"),
        ({"categories": []}, "categories"),
        ({"days": 3650}, "days"),
        ({"way": "verbal"}, "way"),
        ({"signer": ""}, "signer"),
        ({"signature": ""}, "signature"),
    ],
)
def test_what_is_missing_from_the_signature_is_named(
    it: Support, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as fault:
        allowed(it, outsider(it), **changed)
    assert fault.value.field == field


def test_other_refusals_name_the_field(it: Support) -> None:
    letter = agreed(it)
    with pytest.raises(Invalid, match="by_hand"):
        actions.send_letter(by=it.manager, letter=letter.id, way="pigeon")
    with pytest.raises(Invalid, match="yes, no"):
        actions.answer_letter(by=it.manager, letter=letter.id, answer="maybe")
    with pytest.raises(Invalid, match="title"):
        actions.save_letter(by=it.manager, letter=letter.id, title=" ", body="x")
    with pytest.raises(Invalid, match="8,000"):
        actions.save_letter(by=it.manager, letter=letter.id, title="T", body="x" * 8001)
    with pytest.raises(NotFound):
        actions.drop_letter(by=it.manager, letter=it.case)
    other, _ = someone(it.cast, "social_service", given="Ana", phone="555-0177")
    theirs = sharing.name_outsider(by=SETUP, person=other, kind="court", name="C", address="D")
    with pytest.raises(NotFound):
        actions.draft_letter(
            by=it.manager, case=it.case, outsider=theirs.id, template="keep_home", language="en"
        )
    actions.close_case(by=it.manager, case=it.case, reason="goals_met")
    with pytest.raises(Conflict, match="closed"):
        allowed(it, letter.outsider_id)


@pytest.mark.parametrize(
    "broken",
    [
        {"sent_by": "x"},
        {"answer": "yes"},
        {"approved_by": "x"},
        {"dropped_by": "x"},
        {"sent_at": clock.now(), "sent_by": "x", "way": "post"},
    ],
)
def test_the_database_refuses_half_a_step(it: Support, broken: dict[str, object]) -> None:
    letter = drafted(it)
    with pytest.raises(IntegrityError), transaction.atomic():
        AdvocacyLetter.objects.filter(id=letter.id).update(**broken)


def test_the_templates_that_ship_are_sound_and_cover_every_recipient() -> None:
    found = advocacy.letters()
    assert {one.to for one in found.templates.values()} == set(trust.OUTSIDE_KINDS) and not found.approval
    for one in found.templates.values():
        for words in one.paragraphs:
            assert advocacy.facts_in(words["en"]) == advocacy.facts_in(words["es"])


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("approval",), "maybe", "true, false"),
        (("templates",), {}, "at least one"),
        (("templates", "keep_home", "to"), "friend", "landlord"),
        (("templates", "keep_home", "paragraphs"), [], "at least one"),
        (("templates", "keep_home", "title", "en"), "About %(goals)s", "name alone"),
        (("templates", "keep_home", "purpose", "es"), "", "English and Spanish"),
        (("templates", "keep_home", "purpose", "en"), "On %(diagnosis)s", "Use: name"),
        (("templates", "keep_home", "purpose", "en"), "100 % sure", "Use: name"),
        (("notice",), {"en": "x"}, "English and Spanish"),
    ],
)
def test_a_sites_own_file_is_read_strictly(place: tuple[str, ...], value: object, said: str) -> None:
    body: Any = packs.read("letters.yaml")
    at = body = yaml.safe_load(yaml.safe_dump(body))
    for name in place[:-1]:
        at = at[name]
    at[place[-1]] = value
    with pytest.raises(Invalid, match=said):
        advocacy.read(body)

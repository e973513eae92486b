"""Rules of early signs: read in words, tried on last month, changed by two people, refused to all others."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.cases import queries
from commonweal.cases.models import SignRules
from factories.cast import Cast, gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db
ONE: dict[str, Any] = {
    "id": ["rising-contacts"], "measure": ["rising_contacts"],
    "en": ["Met more often"], "es": ["Más encuentros"],
    "window": ["21"], "threshold": ["3"], "tells": ["team"], "on": ["yes"], "why": "Too many were told",
}  # fmt: skip
DRAFT = "setup:sign_draft"


@pytest.fixture(name="cast")
def _cast() -> Cast:
    return gather()


def send(cast: Cast, role: str = "administrator", **change: Any) -> Any:
    return visit(cast[role]).post(reverse(DRAFT), {**ONE, "act": "draft", **change})


def read(cast: Cast, name: str, *args: object, role: str = "administrator") -> str:
    return visit(cast[role]).get(reverse(name, args=args)).content.decode()


class TestStory:
    """Read, tried, drafted by one, approved by another."""

    def test_from_the_rules_that_ship_to_the_own(self, cast: Cast) -> None:
        text = read(cast, "setup:signs")
        assert "The rules that ship are in force." in text and text.count("cw-card") == 5
        tried = send(cast, act="preview").content.decode()
        assert "Over the last 30 days" in tried and "0 times" in tried and not SignRules.objects.exists()
        assert 'value="Met more often"' in tried and "Too many were told" in tried
        made = send(cast)
        [found] = SignRules.objects.all()
        assert made.url == reverse("setup:sign_rules", args=[found.id])
        own = read(cast, "setup:sign_rules", found.id)
        assert "Withdraw the draft" in own and "Approve: in force" not in own
        officer = read(cast, "setup:sign_rules", found.id, role="privacy_officer")
        assert "Approve: in force" in officer and "Withdraw" not in officer and "21 days" in officer
        address = reverse("setup:sign_decide", args=[found.id, "approve"])
        assert visit(cast["administrator"]).post(address).status_code == 409
        visit(cast["privacy_officer"]).post(address)
        number, [rule] = queries.signs_in_force()
        assert (number, rule.threshold, rule.tells) == (1, 3, "team")
        assert "Version 1 is in force." in read(cast, "setup:signs")

    def test_a_new_rule_is_named_after_its_sentence(self, cast: Cast) -> None:
        send(cast, id=[""])
        assert SignRules.objects.get().rules[0]["id"] == "met-more-often"

    def test_a_rule_without_sentences_is_taken_out(self, cast: Cast) -> None:
        two = {name: value * 2 for name, value in ONE.items() if isinstance(value, list)}
        send(cast, **{**two, "en": ["", "Met"], "es": ["", "Visto"]})
        assert [rule["sentence"]["en"] for rule in SignRules.objects.get().rules] == ["Met"]

    def test_a_draft_taken_back(self, cast: Cast) -> None:
        send(cast)
        found = SignRules.objects.get()
        visit(cast["administrator"]).post(reverse("setup:sign_decide", args=[found.id, "withdraw"]))
        assert "withdrawn" in read(cast, "setup:signs") and queries.signs_in_force()[0] == 0

    def test_in_spanish(self, cast: Cast) -> None:
        client = visit(cast["administrator"])
        client.cookies["django_language"] = "es"
        for address in (reverse("setup:signs"), reverse(DRAFT)):
            text = client.get(address).content.decode()
            assert "Señales tempranas" in text and "Early signs" not in text


class TestRefused:
    """What cannot stand stays in the form; who may not, gets no door."""

    @pytest.mark.parametrize(("name", "value"), [
        ("window", "soon"), ("window", "0"), ("threshold", ""), ("measure", "age"), ("tells", "police"),
        ("es", ""),
    ])  # fmt: skip
    def test_what_is_refused_stays_in_the_form(self, cast: Cast, name: str, value: str) -> None:
        for act in ("draft", "preview"):
            answer = send(cast, act=act, **{name: [value]})
            assert answer.status_code == 400 and 'value="Met more often"' in answer.content.decode()
        assert not SignRules.objects.exists()

    def test_no_reason_and_no_rule(self, cast: Cast) -> None:
        assert send(cast, why=" ").status_code == 400
        assert send(cast, en=[""], es=[""]).status_code == 400

    @pytest.mark.parametrize("role", ["case_manager", "patrol_officer", "supervisor", "analyst"])
    def test_other_roles_and_strangers(self, cast: Cast, client: Client, role: str) -> None:
        send(cast)
        found = SignRules.objects.get()
        addresses = [reverse("setup:signs"), reverse(DRAFT), reverse("setup:sign_rules", args=[found.id])]
        for address in addresses:
            assert visit(cast[role]).get(address).status_code == 403
            assert client.get(address).status_code == 302
        act = reverse("setup:sign_decide", args=[found.id, "approve"])
        assert visit(cast[role]).post(act).status_code == 403 and client.post(act).status_code == 302
        assert queries.signs_in_force()[0] == 0

    def test_who_approves_does_not_draft(self, cast: Cast) -> None:
        assert send(cast, "privacy_officer").status_code == 403 and not SignRules.objects.exists()

    def test_what_is_not_there(self, cast: Cast) -> None:
        send(cast)
        found, client = SignRules.objects.get(), visit(cast["administrator"])
        assert client.get(reverse("setup:sign_rules", args=[uuid4()])).status_code == 404
        assert client.post(reverse("setup:sign_decide", args=[found.id, "sign"])).status_code == 404
        assert client.get(reverse("setup:sign_decide", args=[found.id, "approve"])).status_code == 405

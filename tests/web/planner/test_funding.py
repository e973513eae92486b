"""Money at the desk: costs, what more buys, grants; and nobody else sees or moves it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from commonweal.kernel import clock
from commonweal.planning import queries
from commonweal.planning.models import Grant, GrantItem
from factories.calls import open_centre
from factories.visitor import visit

pytestmark = pytest.mark.django_db
TODAY = clock.today()


@pytest.fixture
def cast(db):
    return open_centre().cast


@pytest.fixture
def manager(cast):
    return visit(cast["program_manager"])


def fields(**other):
    given = {
        "name": "Nights", "funder": "State", "amount": "1000", "starts": f"{TODAY:%Y-%m-%d}",
        "ends": f"{TODAY + timedelta(days=90):%Y-%m-%d}", "restriction": "Nights only",
    }  # fmt: skip
    return given | other


@pytest.fixture
def grant(manager):
    manager.post(reverse("planner:grants"), fields())
    return Grant.objects.get()


class TestCosts:
    """Printable, with what stands behind the figures."""

    @pytest.mark.parametrize("days", ["", "?days=91", "?days=365"])
    def test_costs_and_their_doubts(self, manager, days) -> None:
        page = manager.get(reverse("planner:costs") + days).content.decode()
        assert "What stands behind it" in page and "Save as PDF" in page
        assert page.index("quality it stands on") < page.index("What stands behind it")

    def test_another_span_is_refused(self, manager) -> None:
        assert manager.get(reverse("planner:costs") + "?days=5").status_code == 400


class TestNext:
    """An amount is answered; what is no amount comes back as it was typed."""

    def test_without_records_it_says_so(self, manager) -> None:
        page = manager.get(reverse("planner:next")).content.decode()
        assert "Nothing can be told yet" in page and 'value="100000"' in page
        assert "Reasons to doubt it" in page

    @pytest.mark.parametrize("amount", ["lots", "-5", "0", "9999999999", "nan", "inf"])
    def test_no_amount(self, manager, amount) -> None:
        answer = manager.get(reverse("planner:next"), {"amount": amount})
        assert answer.status_code == 400 and f'value="{amount}"' in answer.content.decode()

    def test_a_floor_that_nothing_can_meet_is_refused(self, manager) -> None:
        code = queries.programmes()[0][0]
        answer = manager.get(reverse("planner:next"), {"amount": "10", "floor_of": code, "floor": "20"})
        assert answer.status_code == 400 and 'value="20"' in answer.content.decode()


class TestGrants:
    """From the form to the filed report, each act one button."""

    def test_a_grant_lives_its_life(self, cast, manager, grant) -> None:
        page = reverse("planner:grant", args=[grant.id])
        assert manager.get(page).status_code == 200
        assert manager.post(page, {"act": "add", "kind": "application", "text": "Letter"}).status_code == 302
        letter = GrantItem.objects.get()
        refused = manager.post(page, {"act": "hand_in"})
        assert refused.status_code == 400 and "Still open: Letter" in refused.content.decode()
        assert manager.post(page, {"act": "done", "item": letter.id, "note": "sent"}).status_code == 302
        assert manager.post(page, {"act": "hand_in"}).status_code == 302
        agency = str(cast.agency["health"])
        assert manager.post(page, {"act": "award", "agency": agency, "line": "Nights"}).status_code == 302
        given = {
            "act": "add", "kind": "report", "text": "Quarter", "due": f"{TODAY:%Y-%m-%d}",
            "starts": f"{TODAY:%Y-%m-%d}", "ends": f"{TODAY:%Y-%m-%d}",
        }  # fmt: skip
        assert manager.post(page, given).status_code == 302
        assert manager.post(page, {
            "act": "add", "kind": "deliverable", "text": "Few arrests", "metric": "arrest_share",
            "target": "2",
        }).status_code == 302  # fmt: skip
        assert "Ended in arrest" in manager.get(page + "?figures=1").content.decode()
        report = GrantItem.objects.get(kind="report")
        draft = reverse("planner:grant_report", args=[grant.id, report.id])
        told = manager.get(draft).content.decode()
        assert "draft" in told and "Nights" in told and "too few to tell" in told
        assert manager.post(draft).status_code == 302
        assert "filed" in manager.get(draft).content.decode()
        sent = GrantItem.objects.get(kind="report")
        assert manager.post(draft).status_code == 302, "sent twice, it is filed once"
        again = GrantItem.objects.get(kind="report")
        assert again.done_at == sent.done_at and again.filed == sent.filed
        deliverable = GrantItem.objects.get(kind="deliverable")
        other = reverse("planner:grant_report", args=[grant.id, deliverable.id])
        assert manager.get(other)["Location"] == page, "only a report is one"
        manager.post(page, {"act": "done", "item": deliverable.id})
        assert manager.post(page, {"act": "close"}).status_code == 302
        assert "Nothing: it is over." in manager.get(page).content.decode()

    def test_the_calendar_says_what_is_late(self, manager, grant) -> None:
        page = reverse("planner:grant", args=[grant.id])
        for text, days in (("Past", -3), ("Now", 0), ("Soon", 4)):
            due = TODAY + timedelta(days=days)
            manager.post(page, {"act": "add", "kind": "condition", "text": text, "due": f"{due:%Y-%m-%d}"})
        listed = manager.get(reverse("planner:grants")).content.decode()
        assert "3 days late" in listed and "in 4 days" in listed
        assert listed.index("Past") < listed.index("Soon")

    def test_what_was_typed_stays(self, manager, grant) -> None:
        again = manager.post(reverse("planner:grants"), fields())
        assert again.status_code == 400 and 'value="Nights"' in again.content.decode()
        page = reverse("planner:grant", args=[grant.id])
        for given in (
            {"act": "add", "kind": "report", "text": "No days"},
            {"act": "add", "kind": "condition", "text": ""},
            {"act": "award", "agency": "x", "line": "L"},
            {"act": "dance"}, {"act": "close"},
        ):  # fmt: skip
            answer = manager.post(page, given)
            assert answer.status_code == 400, given
            if given.get("text"):
                assert f'value="{given["text"]}"' in answer.content.decode()

    def test_the_api_lists_them(self, cast, grant) -> None:
        assert [g.name for g in queries.grants()] == ["Nights"]


class TestOthers:
    """Strangers sign in; other desks are refused; what is not there is not found."""

    def addresses(self, grant):
        item = GrantItem.objects.create(grant=grant, kind="report", text="Q", starts=TODAY, ends=TODAY)
        yield from (reverse(f"planner:{name}") for name in ("costs", "next", "grants"))
        yield reverse("planner:grant", args=[grant.id])
        yield reverse("planner:grant_report", args=[grant.id, item.id])

    def test_a_stranger(self, client, grant) -> None:
        assert all(client.get(address).status_code == 302 for address in self.addresses(grant))

    @pytest.mark.parametrize("role", ["patrol_officer", "analyst", "case_manager", "administrator"])
    def test_another_desk(self, cast, grant, role) -> None:
        other = visit(cast[role])
        for address in self.addresses(grant):
            assert other.get(address).status_code == other.post(address).status_code == 403

    def test_no_such_grant(self, manager, grant) -> None:
        assert manager.get(reverse("planner:grant", args=[uuid4()])).status_code == 404

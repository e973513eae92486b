"""An administrator clears up the directory: two entries side by side, one stays, the old address leads on."""

from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.directory import actions, queries
from commonweal.kernel.models import JournalLine
from factories import directory as make
from factories.cast import SETUP, Cast, gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db
API = "/api/v1/directory/twins"


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and their workers."""
    return gather()


def pair() -> queries.ServicePair:
    """One shelter on two lists, waiting."""
    make.service(external_id="s1", provider="Harbor House")
    make.service("Harbor night shelter", external_id="x1", provider="Harbor House, Inc")
    actions.seek_twins(by=SETUP)
    return queries.pairs().get()


def test_an_empty_shelf_says_what_will_stand_there(cast: Cast) -> None:
    admin = visit(cast["administrator"])
    for shelf in ("", "?shelf=merged", "?shelf=apart", "?shelf=senseless"):
        page = admin.get(reverse("setup:duplicates") + shelf)
        assert page.status_code == 200 and "cw-empty" in page.content.decode()


def test_compare_look_merge_undo(cast: Cast) -> None:
    """The whole way of a Monday morning, at the screen."""
    make.service(external_id="s1", provider="Harbor House")
    make.service("Harbor night shelter", external_id="x1", provider="Harbor House, Inc")
    admin = visit(cast["administrator"])
    page = admin.post(reverse("setup:duplicates"), follow=True).content.decode()
    assert "1 pair waits, 1 of them new" in page and "Harbor night shelter" in page
    found = queries.pairs().get()
    address = reverse("setup:duplicate", args=[found.id])
    text = admin.get(address).content.decode()
    assert "+14155550100" in text and "Nearly the same" not in text and "Same" in text
    answer = admin.post(address, {"act": "keep_left"})
    assert answer.status_code == 302 and answer["Location"] == reverse("setup:duplicates")
    assert queries.stands_for(found.right_id) == found.left_id
    merged = admin.get(reverse("setup:duplicates") + "?shelf=merged").content.decode()
    assert "What stays" in merged
    admin.post(address, {"act": "reopen"})
    assert queries.stands_for(found.right_id) == found.right_id and queries.pairs().count() == 1


def test_the_second_may_stay_and_two_stay_two(cast: Cast) -> None:
    found, admin = pair(), visit(cast["administrator"])
    address = reverse("setup:duplicate", args=[found.id])
    admin.post(address, {"act": "keep_right"})
    assert queries.stands_for(found.left_id) == found.right_id
    admin.post(address, {"act": "apart"})
    assert [one.id for one in queries.pairs("apart")] == [found.id]
    assert "Two services" in admin.get(address).content.decode()


def test_a_button_that_does_not_exist_is_refused(cast: Cast) -> None:
    found, admin = pair(), visit(cast["administrator"])
    address = reverse("setup:duplicate", args=[found.id])
    for act in ("", "burn", "keep_left' --"):
        assert admin.post(address, {"act": act}).status_code == 400
    assert queries.pairs().get().state == "open"
    assert admin.get(reverse("setup:duplicate", args=[uuid4()])).status_code == 404


def test_a_merging_that_would_pass_an_agency_over_says_which_stays(cast: Cast) -> None:
    found = pair()
    owner = queries.service(found.right_id).summary
    actions.keep_provider(
        by=SETUP, provider=owner.provider_id, name=owner.provider, agency=cast.agency["police"]
    )
    answer = visit(cast["administrator"]).post(
        reverse("setup:duplicate", args=[found.id]), {"act": "keep_left"}
    )
    assert answer.status_code == 409 and "Let it be the one that stays" in answer.content.decode()


@pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "privacy_officer", "shelter_worker"])
def test_nobody_else_enters(cast: Cast, role: str) -> None:
    found, client = pair(), visit(cast[role])
    for address in (reverse("setup:duplicates"), reverse("setup:duplicate", args=[found.id])):
        assert client.get(address).status_code == 403
        assert client.post(address, {"act": "apart"}).status_code == 403
    assert queries.pairs().count() == 1


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    for address in (reverse("setup:duplicates"), reverse("setup:duplicate", args=[uuid4()])):
        assert client.get(address).status_code == 302


def test_both_pages_in_spanish(cast: Cast) -> None:
    found, admin = pair(), visit(cast["administrator"])
    admin.cookies["django_language"] = "es"
    for address in (reverse("setup:duplicates"), reverse("setup:duplicate", args=[found.id])):
        text = admin.get(address, headers={"Accept-Language": "es"}).content.decode()
        assert "Inscritos dos veces" in text or "Listed twice" not in text


class TestOldAddresses:
    """Whoever kept the address of the other entry arrives."""

    def test_the_public_page_leads_on(self, client: Client) -> None:
        found = pair()
        actions.merge_services(by=SETUP, survivor=found.left_id, merged=found.right_id)
        answer = client.get(reverse("resident:service", args=[found.right_id]))
        assert answer.status_code == 302
        assert answer["Location"] == reverse("resident:service", args=[found.left_id])
        assert client.get(answer["Location"]).status_code == 200

    def test_hsds_leads_on_and_lists_it_once(self, client: Client) -> None:
        found = pair()
        actions.merge_services(by=SETUP, survivor=found.left_id, merged=found.right_id)
        listed = client.get("/hsds/services").json()["contents"]
        assert [one["id"] for one in listed] == [str(found.left_id)]
        answer = client.get(f"/hsds/services/{found.right_id}", follow=True)
        assert answer.json()["id"] == str(found.left_id)

    def test_the_api_gives_the_one_that_stands(self, client: Client) -> None:
        found = pair()
        actions.merge_services(by=SETUP, survivor=found.left_id, merged=found.right_id)
        actions.post_capacity(by=SETUP, service=found.right_id, available=4)
        base = f"/api/v1/directory/services/{found.right_id}"
        assert client.get(base).json()["id"] == str(found.left_id)
        assert client.get(f"{base}/capacity").json()[0]["available"] == 4


class TestByProgram:
    """The same at the API, with the scope of an administrator and no other."""

    def headers(self, cast: Cast, role: str, scope: str) -> dict[str, str]:
        """A bearer token's header."""
        _, secret = agencies.issue_token(by=SETUP, account=cast.account(role), name="t", scopes=[scope])
        return {"Authorization": f"Bearer {secret}"}

    def decide(self, client: Client, pair_id: UUID, body: dict[str, object], head: dict[str, str]) -> int:
        """A verdict; the status of the answer."""
        address = f"{API}/{pair_id}/decide"
        return client.post(address, body, content_type="application/json", headers=head).status_code

    def test_pairs_are_listed_and_decided(self, client: Client, cast: Cast) -> None:
        found, head = pair(), self.headers(cast, "administrator", "administer")
        [one] = client.get(API, headers=head).json()
        assert one["id"] == str(found.id) and one["state"] == "open" and one["score"] > 0.9
        assert self.decide(client, found.id, {"verdict": "merge"}, head) == 400
        assert self.decide(client, found.id, {"verdict": "burn"}, head) in (400, 422)
        body: dict[str, object] = {"verdict": "merge", "survivor": str(found.left_id)}
        assert self.decide(client, found.id, body, head) == 200
        assert client.get(f"{API}?state=merged", headers=head).json()[0]["survivor"] == str(found.left_id)
        assert self.decide(client, found.id, {"verdict": "reopen"}, head) == 200
        assert self.decide(client, found.id, {"verdict": "apart"}, head) == 200
        assert client.get(f"{API}?state=apart", headers=head).json()[0]["state"] == "apart"
        assert JournalLine.objects.filter(kind="directory.services_merged").count() == 1

    def test_others_are_refused(self, client: Client, cast: Cast) -> None:
        found = pair()
        assert client.get(API).status_code == 401
        assert self.decide(client, found.id, {"verdict": "apart"}, {}) == 401
        head = self.headers(cast, "case_manager", "send_referrals")
        assert client.get(API, headers=head).status_code == 403
        assert self.decide(client, found.id, {"verdict": "apart"}, head) == 403
        head = self.headers(cast, "administrator", "administer")
        assert self.decide(client, uuid4(), {"verdict": "apart"}, head) == 404
        assert queries.pairs().count() == 1

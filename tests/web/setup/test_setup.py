"""An administrator's first day: agencies, an invitation shown once, a closed account; and who may not."""

from uuid import UUID

import pytest
from django.urls import reverse

from commonweal.agencies import queries
from factories.cast import gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return gather()


def test_an_agency_is_opened_once(cast):
    client = visit(cast["administrator"])
    said = {"name": "Harlow Fire", "kind": "fire", "short": "HFD"}
    assert client.post(reverse("setup:agencies"), said).status_code == 302
    assert client.post(reverse("setup:agencies"), said).status_code == 400
    assert client.post(reverse("setup:agencies"), {"name": "X", "kind": "gold"}).status_code == 400
    assert "Harlow Fire" in client.get(reverse("setup:agencies")).content.decode()


def test_an_invitation_is_shown_once_and_opens_an_account(cast, client):
    by = visit(cast["administrator"])
    said = {
        "name": "Lee Park",
        "email": "lee@harlow.example",
        "agency": str(cast.agency["police"]),
        "role": "cit_officer",
    }
    page = by.post(reverse("setup:invitations"), said).content.decode()
    link = page.split("<code>http://testserver")[1].split("</code>")[0]
    again = by.get(reverse("setup:invitations")).content.decode()
    assert link not in again and "Lee Park" in again
    assert client.get(link).status_code in (200, 302)


def test_a_closed_account_is_out_at_once_and_nobody_closes_their_own(cast):
    by, officer = cast["administrator"], cast["patrol_officer"]
    working, admin = visit(officer), visit(by)
    assert working.get("/field/").status_code == 200
    assert admin.post(reverse("setup:close", args=[UUID(officer.id)])).status_code == 302
    assert working.get("/field/").status_code == 302
    assert not queries.account(UUID(officer.id)).is_active
    assert admin.post(reverse("setup:close", args=[UUID(by.id)])).status_code == 409


@pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "privacy_officer", "supervisor"])
def test_only_administrators_enter(cast, role):
    for name in ("index", "agencies", "accounts", "invitations", "imports"):
        assert visit(cast[role]).get(reverse(f"setup:{name}")).status_code == 403


def test_every_page_opens_and_says_what_will_stand_there(cast):
    client = visit(cast["administrator"])
    for name in ("index", "agencies", "accounts", "invitations", "imports"):
        assert client.get(reverse(f"setup:{name}")).status_code == 200, name


def test_somebody_signed_in_is_told_what_an_invitation_is_for(cast):
    """Whether it stands or not: nothing of it is said, and it is not used up."""
    told = {visit(cast["analyst"]).get(f"/account/invitation/{t}/").status_code for t in ("x" * 43, "y")}
    shown = visit(cast["analyst"]).get("/account/invitation/none/").content.decode()
    assert told == {409} and "You are signed in already" in shown and reverse("account_logout") in shown


def test_an_invitation_that_is_not_accepted_comes_back_as_it_was_typed(cast):
    """The address lacks its end; name, agency and role stand in the form still, and nobody is invited."""
    said = {"name": "Lee Park", "email": "lee@", "agency": str(cast.agency["police"]), "role": "cit_officer"}
    answer = visit(cast["administrator"]).post(reverse("setup:invitations"), said)
    text = answer.content.decode()
    assert answer.status_code == 400 and "Give an address" in text and 'value="Lee Park"' in text
    assert f'value="{cast.agency["police"]}" selected' in text and 'value="cit_officer" selected' in text
    assert not queries.open_invitations().exists()


def invited(cast, name="Lee Park"):
    """The link that the page shows once."""
    said = {"name": name, "email": "lee@harlow.example", "agency": str(cast.agency["police"]),
            "role": "cit_officer"}  # fmt: skip
    page = visit(cast["administrator"]).post(reverse("setup:invitations"), said).content.decode()
    return page.split("<code>http://testserver")[1].split("</code>")[0]


def test_an_invitation_is_taken_back_and_its_link_says_that_it_is_over(cast, client):
    """Sent to the wrong address: one button, and whoever has the link is told to ask for a new one."""
    link, admin = invited(cast), visit(cast["administrator"])
    [row] = queries.open_invitations()
    path = reverse("setup:invitation_withdraw", args=[row.id])
    page = admin.get(reverse("setup:invitations")).content.decode()
    assert path in page and "lee@harlow.example" in page
    said = admin.post(path, follow=True).content.decode()
    assert "The invitation of Lee Park is taken back." in said and path not in said
    password = "correct horse battery staple"
    answer = client.post(link, {"username": "lee", "password": password, "again": password})
    assert answer.status_code == 409 and "invitation is over" in answer.content.decode()
    assert queries.account_named("lee") is None


def test_a_link_that_is_over_says_so_before_anything_is_typed(cast, client):
    """Nobody chooses a name and a password twice only to hear that it was in vain."""
    link = invited(cast)
    [row] = queries.open_invitations()
    visit(cast["administrator"]).post(reverse("setup:invitation_withdraw", args=[row.id]))
    answer = client.get(link)
    assert answer.status_code == 409 and "invitation is over" in answer.content.decode()
    assert client.get("/account/invitation/made-up/").status_code == 404


def test_an_invitation_is_taken_back_by_administrators_alone_and_by_no_link(cast, client):
    invited(cast)
    [row] = queries.open_invitations()
    path = reverse("setup:invitation_withdraw", args=[row.id])
    for role in ("patrol_officer", "supervisor", "privacy_officer", "training_coordinator"):
        assert visit(cast[role]).post(path).status_code == 403
    assert client.post(path).status_code == 302 and visit(cast["administrator"]).get(path).status_code == 405
    assert queries.open_invitations().count() == 1


def test_one_that_was_used_meanwhile_is_not_taken_back(cast, client):
    """The page was drawn before Lee used the link: the press is refused with what to do instead."""
    link = invited(cast)
    [row] = queries.open_invitations()
    password = "correct horse battery staple"
    assert client.post(link, {"username": "lee", "password": password, "again": password}).status_code == 302
    answer = visit(cast["administrator"]).post(reverse("setup:invitation_withdraw", args=[row.id]))
    assert answer.status_code == 409 and "Close the account" in answer.content.decode()


def test_one_that_ran_out_says_so_in_the_list(cast):
    from datetime import timedelta

    from commonweal.kernel import clock

    invited(cast)
    with clock.at(clock.now() + timedelta(days=8)):
        page = visit(cast["administrator"]).get(reverse("setup:invitations")).content.decode()
    assert "ran out" in page


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"agency": "3f2504e0-4f89-41d3-9a0c-0305e82c3301"}, "agency"), ({"agency": "x"}, "agency"),
     ({"role": "king"}, "role"), ({"name": "  "}, "name"), ({"email": ""}, "email")],
)  # fmt: skip
def test_an_invitation_names_what_it_lacks(cast, changed, field):
    said = {"name": "Lee", "email": "lee@x.example", "agency": str(cast.agency["police"]),
            "role": "cit_officer"}  # fmt: skip
    answer = visit(cast["administrator"]).post(reverse("setup:invitations"), said | changed)
    assert answer.status_code == 400 and f'data-fault="{field}"' in answer.content.decode()
    assert not queries.open_invitations().exists()

"""Early signs on the caseload and the case: the reason first, an answer in one act, nothing to strangers."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.cases import actions as cases
from commonweal.cases import queries
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from factories.cases import Support, support
from factories.cast import SETUP, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="at")
def a_sign() -> Support:
    """Rosa's case, whose plan has waited too long."""
    at = support()
    with clock.at(clock.now() + timedelta(days=45)):
        cases.watch_signs(by=SETUP)
    return at


def answer(by: Actor, at: Support, **said: str) -> Any:
    [waits] = queries.signs([at.case])
    address = reverse("casework:act", args=[at.case, "sign"])
    return visit(by).post(address, {"sign": str(waits.id), **said})


def words(by: Actor, name: str, *args: object, **more: str) -> str:
    return visit(by).get(reverse(name, args=args), **more).content.decode()


class TestCaseload:
    """The sign stands with its reason where the day begins."""

    def test_the_reason_and_the_answer(self, at: Support) -> None:
        text = words(at.manager, "casework:index")
        assert "cs-row--early_sign" in text and "The plan has waited for its review" in text
        assert "The plan was due for review" in text and "1 person waits" in text
        told = answer(at.manager, at, answer="acted", because="We meet on Monday", **{"from": "list"})
        assert told.url == reverse("casework:index") and queries.signs([at.case]) == []
        assert "cs-signs" not in words(at.manager, "casework:index")
        case = words(at.manager, "casework:case", at.case)
        assert "1 early sign was answered" in case and "We meet on Monday" in case

    def test_in_spanish(self, at: Support) -> None:
        client = visit(at.manager)
        client.cookies["django_language"] = "es"
        text = client.get(reverse("casework:index")).content.decode()
        assert "El plan espera su revisión" in text and "Señales tempranas" in text

    def test_not_needed_wants_a_reason_and_keeps_the_sign(self, at: Support) -> None:
        refused = answer(at.manager, at, answer="not_needed", because=" ")
        assert refused.status_code == 400 and len(queries.signs([at.case])) == 1
        answer(at.manager, at, answer="not_needed", because="Seen yesterday")
        assert queries.signs([at.case]) == []

    def test_a_colleague_of_the_list_who_may_not_read_it_sees_no_sentence(self, at: Support) -> None:
        other = worker(at.cast.agency["hmis_shelter"], "case_manager")
        assert "waited for its review" not in words(other, "casework:index")

    @pytest.mark.parametrize("role", ["patrol_officer", "cit_officer", "supervisor", "administrator"])
    def test_other_roles_have_no_door(self, at: Support, role: str) -> None:
        assert answer(at.cast[role], at, answer="acted").status_code == 403
        assert len(queries.signs([at.case])) == 1

    def test_strangers_and_other_teams(self, at: Support, client: Client) -> None:
        other = worker(at.cast.agency["hmis_shelter"], "case_manager")
        assert answer(other, at, answer="acted").status_code in (403, 404)
        address = reverse("casework:act", args=[at.case, "sign"])
        assert client.post(address, {"answer": "acted"}).status_code == 302
        assert len(queries.signs([at.case])) == 1

    @pytest.mark.parametrize("sign", ["", "x", "0198f3a2-0000-7000-8000-000000000000"])
    def test_a_sign_that_is_none(self, at: Support, sign: str) -> None:
        address = reverse("casework:act", args=[at.case, "sign"])
        assert visit(at.manager).post(address, {"sign": sign, "answer": "acted"}).status_code == 404


class TestApi:
    """The same by token."""

    def call(self, by: Actor, method: str, path: str, *scopes: str, **body: Any) -> Any:
        _, secret = agencies.issue_token(by=SETUP, account=by.id, name="t", scopes=scopes)
        send = getattr(Client(headers={"authorization": f"Bearer {secret}"}), method)
        more = {"data": body, "content_type": "application/json"} if method == "post" else {}
        return send(f"/api/v1/cases/{path}", **more)

    def test_read_and_answered(self, at: Support) -> None:
        [row] = self.call(at.manager, "get", f"{at.case}/signs", "work_cases").json()
        assert row["rule"] == "review-overdue" and [m["kind"] for m in row["moments"]] == ["case"]
        done = self.call(
            at.manager, "post", f"{at.case}/sign", "work_cases", sign=row["id"], answer="acted", note="Rang"
        )
        assert done.status_code == 200 and done.json()["urgency"] != "early_sign"
        assert self.call(at.manager, "get", f"{at.case}/signs", "work_cases").json() == []

    def test_refused(self, at: Support) -> None:
        assert self.call(at.manager, "get", f"{at.case}/signs", "learn").status_code == 403
        other = worker(at.cast.agency["hmis_shelter"], "case_manager")
        assert self.call(other, "get", f"{at.case}/signs", "work_cases").status_code == 403
        assert self.call(at.manager, "post", f"{at.case}/sign", "work_cases").status_code == 404

"""A grant from the first paper to the last report."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from commonweal.kernel import clock
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.planning import actions, queries
from commonweal.planning.models import Grant, GrantItem
from factories.cast import gather

TODAY = clock.today()


@pytest.fixture
def cast(db):
    return gather(partners=False)


def asked(**other):
    given = {
        "name": "Night teams", "funder": "State", "starts": TODAY, "ends": TODAY + timedelta(days=364),
        "amount": Decimal(340_000), "restriction": "Nights", "unit_kinds": ("crisis_team",),
    }  # fmt: skip
    return actions.Asked(**given | other)


@pytest.fixture
def grant(cast):
    return actions.open_grant(by=cast["program_manager"], asked=asked())


def item(cast, grant, **other):
    given = {"kind": "application", "text": "Budget"}
    return actions.add_item(by=cast["program_manager"], grant=grant.id, item=actions.Item(**given | other))


def awarded(cast, grant):
    by = cast["program_manager"]
    actions.hand_in(by=by, grant=grant.id)
    return actions.award(by=by, grant=grant.id, agency=cast.agency["health"], line="Nights")


def test_asked_checked_awarded_reported_closed(cast, grant) -> None:
    by = cast["program_manager"]
    paper = item(cast, grant)
    with pytest.raises(Conflict, match="Still open: Budget"):
        actions.hand_in(by=by, grant=grant.id)
    actions.settle_item(by=by, item=paper.id, done=True, note="sent on Monday")
    line = awarded(cast, grant)
    found = queries.grant(grant.id)
    assert found.state == "awarded" and found.source == line.source
    assert (line.amount, line.source.restriction, line.source.unit_kinds) == (
        Decimal(340_000), "Nights", ["crisis_team"],
    )  # fmt: skip
    report = item(cast, grant, kind="report", text="Q1", starts=TODAY, ends=TODAY, due=TODAY)
    assert list(queries.owed_to_funders()) == [report]
    with pytest.raises(Conflict, match="Q1"):
        actions.close_grant(by=by, grant=grant.id)
    told = actions.draft_report(by=by, item=report)
    actions.settle_item(by=by, item=report.id, done=True, filed=told)
    assert GrantItem.objects.get(id=report.id).filed["money"][0]["line"] == "Nights"
    actions.close_grant(by=by, grant=grant.id)
    assert queries.grant(grant.id).state == "closed" and not queries.owed_to_funders()
    states = [line.data["state"] for line in JournalLine.objects.filter(kind="planning.grant").order_by("id")]
    assert states[0] == "preparing" and states[-1] == "closed"


def test_a_draft_names_the_metrics_of_its_deliverables_first(cast, grant) -> None:
    item(cast, grant, kind="deliverable", metric="arrest_share", target=2.0)
    report = item(cast, grant, kind="report", text="Q1", starts=TODAY, ends=TODAY)
    told = actions.draft_report(by=cast["program_manager"], item=report)
    assert told["figures"][0] | {"value": 0} == {
        "metric": "arrest_share", "value": 0, "low": None, "high": None, "unit": "share", "target": 2.0,
    }  # fmt: skip
    assert told["money"] == [] and len(told["figures"]) == 4
    held = actions.held_against(by=cast["program_manager"], grant=queries.grant(grant.id))
    assert list(held) == ["arrest_share"]


def test_a_tick_is_taken_back_with_what_it_kept(cast, grant) -> None:
    by, paper = cast["program_manager"], item(cast, grant)
    actions.settle_item(by=by, item=paper.id, done=True, filed={"a": 1})
    row = actions.settle_item(by=by, item=paper.id, done=False)
    assert (row.done_at, row.done_by, row.filed) == (None, "", {})


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"), ({"name": "Night teams"}, "name"), ({"funder": ""}, "funder"),
        ({"ends": TODAY - timedelta(days=1)}, "ends"), ({"amount": Decimal(0)}, "amount"),
        ({"unit_kinds": ("tank",)}, "unit_kinds"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_named(cast, grant, wrong, field) -> None:
    with pytest.raises(Invalid) as said:
        actions.open_grant(by=cast["program_manager"], asked=asked(**{"name": "Other", **wrong}))
    assert said.value.field == field and Grant.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "wish"}, "kind"), ({"text": " "}, "text"), ({"kind": "report"}, "starts"),
        ({"starts": TODAY, "ends": TODAY - timedelta(days=1)}, "ends"), ({"metric": "luck"}, "metric"),
        ({"target": 3.0}, "target"),
    ],
)  # fmt: skip
def test_what_no_funder_can_ask_is_named(cast, grant, wrong, field) -> None:
    with pytest.raises(Invalid) as said:
        item(cast, grant, **wrong)
    assert said.value.field == field and not GrantItem.objects.exists()


def test_each_act_has_its_moment(cast, grant) -> None:
    by = cast["program_manager"]
    for act in (
        lambda: actions.award(by=by, grant=grant.id, agency=cast.agency["health"], line="L"),
        lambda: actions.decline(by=by, grant=grant.id),
        lambda: actions.close_grant(by=by, grant=grant.id),
    ):
        with pytest.raises(Conflict):
            act()
    actions.hand_in(by=by, grant=grant.id)
    with pytest.raises(Conflict):
        actions.hand_in(by=by, grant=grant.id)
    paper = item(cast, grant, kind="condition", text="x")
    actions.decline(by=by, grant=grant.id)
    for act in (
        lambda: item(cast, grant),
        lambda: actions.settle_item(by=by, item=paper.id, done=True),
    ):
        with pytest.raises(Conflict):
            act()


def test_an_award_that_fails_leaves_no_money(cast, grant) -> None:
    by = cast["program_manager"]
    actions.hand_in(by=by, grant=grant.id)
    with pytest.raises(Invalid):
        actions.award(by=by, grant=grant.id, agency=cast.agency["health"], line=" ")
    assert queries.grant(grant.id).source is None and not queries.sources().exists()


@pytest.mark.parametrize("role", ["analyst", "evaluator", "administrator"])
def test_others_ask_for_nothing(cast, grant, role) -> None:
    by, paper = cast[role], item(cast, grant)
    for act in (
        lambda: actions.open_grant(by=by, asked=asked(name="B")),
        lambda: actions.add_item(by=by, grant=grant.id, item=actions.Item(kind="condition", text="x")),
        lambda: actions.settle_item(by=by, item=paper.id, done=True),
        lambda: actions.hand_in(by=by, grant=grant.id),
        lambda: actions.draft_report(by=by, item=paper),
        lambda: actions.held_against(by=by, grant=grant),
    ):
        with pytest.raises(Invalid, match="permission"):
            act()


def test_what_is_not_there_is_not_found(cast, grant) -> None:
    by = cast["program_manager"]
    for act in (
        lambda: queries.grant(uuid4()),
        lambda: queries.grant_item(grant, "x"),
        lambda: queries.grant_item(grant, str(uuid4())),
        lambda: actions.hand_in(by=by, grant=uuid4()),
        lambda: actions.settle_item(by=by, item=uuid4(), done=True),
    ):
        with pytest.raises(NotFound):
            act()


def test_the_database_refuses_what_the_actions_refuse(cast, grant) -> None:
    for row in (
        lambda: Grant.objects.filter(id=grant.id).update(state="awarded"),
        lambda: GrantItem.objects.create(grant=grant, kind="report", text="x"),
        lambda: GrantItem.objects.create(grant=grant, kind="condition", text="x", done_by="me"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row()

"""A steward sees how good linkage is, judges a drawn sample, and learns which links changed and why."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.kernel.models import JournalLine
from commonweal.people import actions, queries
from commonweal.people.models import LinkageRun, LinkDecision, PairJudgement
from commonweal.sharing import queries as trust
from factories.cast import SETUP, Cast, gather, share_index, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db
PAGE, DRAW = "records:quality", "records:draw"
SAME = {"address": "12 Quay St", "phone": "555-014-2777", "ssn_last4": "4821"}


@pytest.fixture(name="cast")
def the_cast() -> Iterator[Cast]:
    """Rosa as the police know her twice, and as a service knows her."""
    cast = gather(partners=False)
    share_index(cast, "police", "social_service")
    someone(cast, "police", **SAME)
    someone(cast, "police", **{**SAME, "given": "Rosario"})
    someone(cast, "social_service", **{**SAME, "given": "Rosalinda"})
    yield cast


def told(cast: Cast) -> queries.Reviewer:
    """What the police's steward hears of."""
    return trust.reviewer(cast["records_steward"], cast.agency["police"])


def compare(cast: Cast) -> Client:
    client = visit(cast["records_steward"])
    client.post(reverse("records:run"), {"agency": [str(a) for a in cast.agency.values()]})
    return client


def text(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_before_any_comparison_the_page_says_so_and_draws_nothing(cast: Cast) -> None:
    client = visit(cast["records_steward"])
    assert "No comparison yet" in text(client, reverse(PAGE))
    assert client.post(reverse(DRAW), {"size": "5"}).status_code == 400
    assert not PairJudgement.objects.exists()


def test_a_comparison_is_kept_with_what_it_expects_of_itself(cast: Cast) -> None:
    shown = text(compare(cast), reverse(PAGE))
    [run] = queries.runs(cast.agency["police"])
    assert run.records == 3 and 0 <= run.precision <= 1 and 0 <= run.recall <= 1
    assert f"{run.precision:.3f}" in shown and run.model in shown
    assert JournalLine.objects.filter(kind="people.compared").count() == 1


def test_a_sample_is_drawn_and_judged_to_its_end_and_links_nobody(cast: Cast) -> None:
    client = compare(cast)
    client.post(reverse(DRAW), {"size": "9"})
    reads = told(cast)
    [run] = queries.runs(reads.agency)
    sample = queries.sample(run.id, reads)
    assert sample.drawn > 1 and sample.judged == 0 and sample.precision.judged == 0
    for verdict in ("one", "two", "unclear")[: sample.drawn]:
        following = queries.sample(run.id, reads).following
        assert following
        client.post(reverse("records:judge", args=[following]), {"verdict": verdict})
    sample = queries.sample(run.id, reads)
    assert sample.judged == 2 and sample.unclear == sample.drawn - 2 and sample.following is None
    assert [name for name, _, _ in sample.groups] == ["18_to_59"]
    assert sample.precision.low <= sample.precision.value <= sample.precision.high
    assert not LinkDecision.objects.exists()
    assert JournalLine.objects.filter(kind="people.pair_judged").count() == sample.drawn
    assert "18 to 59" in text(client, reverse(PAGE))
    client.post(reverse(DRAW), {"size": "9"})
    assert queries.sample(run.id, reads).drawn == sample.drawn, "nothing is drawn twice"


def test_names_of_others_pass_the_gate_or_stay_away(cast: Cast) -> None:
    client = compare(cast)
    client.post(reverse(DRAW), {"size": "9"})
    someone(cast, "police", **{**SAME, "given": "Rosetta"})
    compare(cast)
    shown = text(client, reverse(PAGE))
    pairs = [text(client, reverse("records:judge", args=[d.id])) for d in PairJudgement.objects.all()]
    assert "Rosa Delgado" in "".join(pairs) and "Rosetta Delgado" in shown
    assert "Rosalinda" in "".join([shown, *pairs]), "the agreement that names linkage opens both sides"
    assert not any("A record that you may not read" in page for page in pairs)
    assert "Probability" not in "".join(pairs), "who judges is not told what the comparison thought"


def test_what_changed_and_why(cast: Cast) -> None:
    client = compare(cast)
    agency, reads = cast.agency["police"], told(cast)
    assert queries.changed(queries.runs(agency)[0].id, reads) == []
    _, late = someone(cast, "police", **{**SAME, "given": "Rosetta"})
    compare(cast)
    found = queries.changed(queries.runs(agency)[0].id, reads)
    assert found and all(m.joined and m.why == "record_added" for m in found)
    assert "A record was added" in text(client, reverse(PAGE))
    actions.never(by=SETUP, left=found[0].left.id, right=found[0].right.id)
    compare(cast)
    found = queries.changed(queries.runs(agency)[0].id, reads)
    assert any(not m.joined for m in found)
    actions.unindex(records=[late.id])
    found = queries.changed(queries.runs(agency)[0].id, reads)
    assert all(late not in (m.left, m.right) for m in found), "a sealed record is in no list"


def test_drift_of_the_data_is_marked(cast: Cast) -> None:
    compare(cast)
    for _ in range(3):
        someone(cast, "police", born=None, phone="", given="Linda", family="Nguyen")
    compare(cast)
    newest, oldest = queries.runs(cast.agency["police"])
    assert {name for name, was, now in newest.moved if now < was} >= {"born", "phone"}
    assert oldest.moved == []


def test_a_sealed_record_can_be_judged_no_more_and_leaves_the_sample(cast: Cast) -> None:
    client = compare(cast)
    client.post(reverse(DRAW), {"size": "9"})
    drawn = PairJudgement.objects.first()
    assert drawn
    actions.unindex(records=[drawn.left_id])
    assert client.get(reverse("records:judge", args=[drawn.id])).status_code == 404


def test_old_runs_keep_their_figures_and_lose_their_pairs(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commonweal.people.sampling.KEPT", 1)
    compare(cast)
    compare(cast)
    newest, oldest = queries.runs(cast.agency["police"])
    assert newest.is_whole and not oldest.is_whole and oldest.records == 3
    assert queries.changed(newest.id, told(cast)) == []


def test_strangers_wrong_roles_and_other_agencies_are_refused(cast: Cast) -> None:
    client = compare(cast)
    client.post(reverse(DRAW), {"size": "9"})
    drawn = PairJudgement.objects.first()
    assert drawn
    judge = reverse("records:judge", args=[drawn.id])
    for role in ("administrator", "call_taker", "privacy_officer", "analyst"):
        assert visit(cast[role]).get(reverse(PAGE)).status_code == 403
        assert visit(cast[role]).post(judge, {"verdict": "one"}).status_code == 403
        assert visit(cast[role]).post(reverse(DRAW), {"size": "5"}).status_code == 403
    assert Client().get(reverse(PAGE)).status_code == 302
    assert client.post(judge, {"verdict": "perhaps"}).status_code == 400
    assert client.post(reverse(DRAW), {"size": "5000"}).status_code == 400
    assert client.post(reverse(DRAW), {"size": "many"}).status_code == 400
    run = LinkageRun.objects.get()
    with pytest.raises(Exception, match="pair"):
        other = queries.Reviewer(cast.agency["health"])
        actions.judge_pair(by=SETUP, judgement=drawn.id, reviewer=other, verdict="one")
    run.agencies = [str(cast.agency["health"])]
    run.save()
    with pytest.raises(Exception, match="run"):
        queries.sample(run.id, told(cast))
    drawn.refresh_from_db()
    assert drawn.verdict == ""

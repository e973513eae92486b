"""No steward learns by a match that somebody is a patient: 42 CFR 2.13(c), a candidate acknowledges too."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies.models import Agency
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.people import actions, queries
from commonweal.people.models import LinkageRun, PairJudgement, Proposal, SourceRecord
from commonweal.people.reviewing import Pairs
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as trust
from factories.caller import Program
from factories.cast import SETUP, Cast, gather, share_index, someone, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db
SAME = {"address": "12 Quay St", "phone": "555-014-2777", "ssn_last4": "4821"}
SILENT = ["part2_program", "lifeline_988", "victim_service_provider"]
UNREAD = "A record that you may not read"


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Rosa, whom the police know twice."""
    cast = gather()
    share_index(cast)
    someone(cast, "police", **SAME)
    someone(cast, "police", **{**SAME, "given": "Rosario"})
    return cast


def compared(cast: Cast, by: Actor, *agencies: str) -> str:
    """A comparison that a steward starts by hand, naming whomever they like; the page that follows."""
    chosen = [str(cast.agency[a]) for a in agencies or cast.agency]
    answer = visit(by).post(reverse("records:run"), {"agency": chosen}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def drawn(by: Actor) -> list[PairJudgement]:
    visit(by).post(reverse("records:draw"), {"size": "50"})
    return list(PairJudgement.objects.filter(agency_id=by.agency))


def waiting(by: Actor) -> Pairs:
    return queries.proposals(trust.reviewer(by, by.agency))


def kinds_of(*ids: UUID) -> set[str]:
    return set(SourceRecord.objects.filter(id__in=ids).values_list("agency__kind", flat=True))


def figures() -> list[tuple[object, ...]]:
    return list(LinkageRun.objects.values_list("records", "joined", "precision", "recall", "filled"))


def screens(client: Client) -> str:
    """All that the desk lists."""
    paths = [reverse(f"records:{name}") for name in ("index", "quality", "decisions")]
    return "".join(client.get(path).content.decode() for path in paths)


@pytest.mark.parametrize("kind", SILENT)
def test_a_comparison_is_the_same_whether_or_not_a_programme_knows_the_person(cast: Cast, kind: str) -> None:
    """Chosen with the programme alone, the page that follows, its figures and its pairs would all tell."""
    by = cast["records_steward"]
    before = compared(cast, by, kind), len(waiting(by)), figures()
    Proposal.objects.all().delete()
    LinkageRun.objects.all().delete()
    someone(cast, kind, **SAME)
    after = compared(cast, by, kind), len(waiting(by)), figures()
    assert before[1:] == after[1:] and before[1] > 0
    told = [text.split("New pairs for you")[1].split("</")[0] for text in (before[0], after[0])]
    assert told[0] == told[1]


@pytest.mark.parametrize("kind", SILENT)
def test_the_programme_is_not_offered_to_another_agencys_steward(cast: Cast, kind: str) -> None:
    page = visit(cast["records_steward"]).get(reverse("records:index")).content.decode()
    assert str(cast.agency[kind]) not in page and str(cast.agency["social_service"]) in page
    mine = worker(cast.agency[kind], "records_steward")
    own = visit(mine).get(reverse("records:index"))
    assert own.status_code == 200
    assert (str(cast.agency[kind]) in own.content.decode()) is (kind != "victim_service_provider")


def test_a_labelled_sample_holds_no_record_that_the_judge_may_not_hear_of(cast: Cast) -> None:
    """Every drawn pair, whoever draws it: both sides are permitted, or refused in words that acknowledge."""
    for kind in (*SILENT, "social_service"):
        someone(cast, kind, **SAME)
        someone(cast, kind, **{**SAME, "given": "Rosie"})
    stewards = [worker(cast.agency[kind], "records_steward") for kind in ("part2_program", "social_service")]
    for by in (cast["records_steward"], *stewards):
        compared(cast, by)
        sample = drawn(by)
        assert sample
        for one in sample:
            about = [Subject("source_record", id) for id in (one.left_id, one.right_id)]
            answers = sharing.ask_many(by=by, category="identity", purpose="administration", about=about)
            for answer in answers.values():
                assert isinstance(answer, sharing.Permit) or answer.acknowledged


def test_no_drawn_pair_shows_a_patient_to_the_police(cast: Cast) -> None:
    _, patient = someone(cast, "part2_program", **SAME)
    by = cast["records_steward"]
    compared(cast, by)
    for one in drawn(by):
        page = visit(by).get(reverse("records:judge", args=[one.id])).content.decode()
        assert patient.id not in (one.left_id, one.right_id)
        assert UNREAD not in page and "Cedar" not in page and str(patient.id) not in page


@pytest.mark.parametrize("kind", ["part2_program", "lifeline_988"])
def test_the_programmes_own_comparison_is_told_to_itself_alone(cast: Cast, kind: str) -> None:
    """It compares with the police; the police hear neither of the comparison nor of its pairs."""
    _, patient = someone(cast, kind, **SAME)
    mine, theirs = worker(cast.agency[kind], "records_steward"), cast["records_steward"]
    compared(cast, mine, "police")
    assert queries.runs(cast.agency[kind]) and not queries.runs(cast.agency["police"])
    about_patient = [p for p in waiting(mine)[:50] if patient in (p.left, p.right)]
    assert about_patient
    for pair in waiting(theirs)[:50]:
        assert patient not in (pair.left, pair.right)
    for path in ("records:pair",):
        answer = visit(theirs).get(reverse(path, args=[about_patient[0].id]))
        none = visit(theirs).get(reverse(path, args=[UUID(int=1)]))
        assert answer.status_code == none.status_code == 404 and answer.content == none.content


def test_one_that_the_programme_linked_leaves_no_trace_at_the_police(cast: Cast) -> None:
    """Neither among decisions, nor on the person's page, nor over the API."""
    _, patient = someone(cast, "part2_program", **SAME)
    mine, theirs = worker(cast.agency["part2_program"], "records_steward"), cast["records_steward"]
    record = SourceRecord.objects.filter(agency=cast.agency["police"]).earliest("created_at").id
    client, program = visit(theirs), Program(theirs)
    path = reverse("records:record", args=[record])
    before = (client.get(path).content.decode().count(UNREAD), program.seen("people/decisions"))
    actions.link(by=mine, left=record, right=patient.id)
    page = client.get(path).content.decode()
    assert page.count(UNREAD) == before[0] == 0 and "Nothing was decided on this record" in page
    assert program.seen("people/decisions") == before[1] == []
    assert "Cedar" not in screens(client) and str(patient.id) not in screens(client)
    own = visit(mine).get(reverse("records:decisions")).content.decode()
    assert "Nothing" not in own.split("<main")[1][:2000] or "Linked" in own or "One person" in own


def test_what_an_earlier_version_drew_or_proposed_is_not_shown_any_more(cast: Cast) -> None:
    """Rows that stand in a database from before: like none, to read and to judge."""
    _, patient = someone(cast, "part2_program", **SAME)
    by = cast["records_steward"]
    compared(cast, by)
    record = SourceRecord.objects.filter(agency=cast.agency["police"]).earliest("created_at").id
    run = LinkageRun.objects.get()
    old = PairJudgement.objects.create(
        run=run, agency_id=by.agency, left_id=record, right_id=patient.id, probability=0.9
    )
    left, right = sorted((record, patient.id))
    waits = Proposal.objects.create(
        left_id=left, right_id=right, probability=0.9, evidence=[], model="old", state="open"
    )
    client, program = visit(by), Program(by)
    for name, id in (("records:judge", old.id), ("records:pair", waits.id)):
        path, none = reverse(name, args=[id]), reverse(name, args=[UUID(int=1)])
        assert client.get(path).content == client.get(none).content
        assert client.post(path, {"verdict": "one", "act": "link"}).status_code == 404
    old.refresh_from_db()
    assert old.verdict == "" and str(waits.id) not in screens(client)
    assert program.get(f"people/pairs/{waits.id}").status_code == 404
    assert program.post(f"people/pairs/{waits.id}/decide", verdict="same").status_code == 404
    assert str(waits.id) not in str(program.seen("people/pairs"))


def test_a_run_with_a_programme_in_it_is_none_to_others_over_every_door(cast: Cast) -> None:
    run = LinkageRun.objects.create(
        agencies=[str(cast.agency[a]) for a in ("police", "part2_program")], model="old", records=9,
        joined=3, precision=0.9, recall=0.9,
    )  # fmt: skip
    by = cast["records_steward"]
    assert queries.runs(cast.agency["police"]) == []
    assert [r.id for r in queries.runs(cast.agency["part2_program"])] == [run.id]
    assert "No comparison yet" in visit(by).get(reverse("records:quality")).content.decode()
    for read in (queries.sample, queries.changed):
        with pytest.raises(NotFound):
            read(run.id, trust.reviewer(by, by.agency))
    with pytest.raises(NotFound):
        actions.draw_sample(by=by, run=run.id, reviewer=trust.reviewer(by, by.agency), size=5, seed=1)


def test_two_programmes_keep_silence_before_each_other(cast: Cast) -> None:
    other = Agency.objects.create(name="Birch Treatment", short="BT", kind="part2_program")
    cast.agency["birch"] = other.id
    someone(cast, "part2_program", **SAME)
    someone(cast, "birch", **SAME)
    mine = worker(other.id, "records_steward")
    compared(cast, mine)
    [run] = LinkageRun.objects.all()
    assert str(other.id) in run.agencies and str(cast.agency["part2_program"]) not in run.agencies
    for pair in waiting(mine)[:50]:
        assert kinds_of(pair.left.id, pair.right.id) <= {"police", "part2_program"}
        assert kinds_of(pair.left.id, pair.right.id) != {"part2_program"}


def test_a_sealed_record_is_not_left_on_the_persons_page_as_one_that_may_not_be_read(cast: Cast) -> None:
    """The same silence as for a patient (defaults, stage 2): it is treated as not existing."""
    person, first = someone(cast, "police", given="Linda", family="Nguyen", phone="555-0190")
    _, second = someone(cast, "police", given="Linda", family="Nguyen", phone="555-0190")
    actions.link(by=SETUP, left=first.id, right=second.id)
    client, path = visit(cast["records_steward"]), reverse("records:record", args=[first.id])
    assert client.get(path).content.decode().count("<article") == 2
    sharing.bar(by=cast["privacy_officer"], subject=second, sealed=True)
    page = client.get(path).content.decode()
    assert page.count("<article") == 1 and UNREAD not in page

"""The page for a council: numbers that name nobody, each with its definition; drills noted."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from commonweal.cli.main import main
from commonweal.kernel import clock, journal
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from commonweal.sharing.posture import hidden
from factories.cast import Cast, agree, consented, gather, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db
PAGE = "steward:posture"


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and their workers, without any agreement."""
    return gather(partners=False)


def told(cast: Cast, role: str = "privacy_officer", spanish: bool = False, days: str = "") -> str:
    client = visit(cast[role])
    client.cookies["django_language"] = "es" if spanish else "en"
    answer = client.get(reverse(PAGE), {"days": days} if days else {})
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_number_leads_to_its_definition(cast: Cast) -> None:
    text = told(cast)
    links = {part.split('"')[0] for part in text.split('href="#')[1:]}
    heard = [part.split("</a>")[0].split(">", 1)[1] for part in text.split('href="#def-')[1:]]
    assert len(set(heard)) == len(heard), "links that are heard alike"
    defined = {part.split('"')[0] for part in text.split('dt id="')[1:]}
    assert {link for link in links if link.startswith("def-")} == defined and len(defined) == 16


def test_questions_and_agreements_are_counted(cast: Cast) -> None:
    agree(cast, [cast.agency["police"], cast.agency["health"]])
    _, record = someone(cast)
    before = queries.council(30)
    for role in ("case_manager", "records_steward"):
        purpose = "administration" if role == "records_steward" else "care_coordination"
        sharing.ask(by=cast[role], category="identity", purpose=purpose, about=record)
    after = queries.council(30)
    assert (after.allowed - before.allowed, after.refused - before.refused) == (1, 1)
    assert after.asked == after.allowed + after.refused
    text = told(cast)
    assert "Harlow memorandum" in text and "Harlow Police" in text
    assert "United States federal law (1.0)" in text and "United Kingdom" not in text


def disclosed(cast: Cast, times: int) -> None:
    """Disclosures to the helpers, by consent."""
    person, record = someone(cast, "health")
    consented(cast, person, "roi", ["social_service"], ["case_plan"])
    for _ in range(times):
        sharing.ask(by=cast["hospital_staff"], category="identity", purpose="treatment", about=record)
    rows = queries.Disclosure.objects
    rows.bulk_create(
        queries.Disclosure(kind="source_record", subject=record.id, category="case_plan", purpose="treatment",
                           account="x", agency=cast.agency["social_service"])
        for _ in range(times)
    )  # fmt: skip


def test_small_numbers_of_disclosures_are_hidden(cast: Cast) -> None:
    disclosed(cast, 3)
    found = queries.council(30)
    assert found.recipients["social_service"] is None and found.disclosed is None
    text = told(cast)
    assert "not shown" in text and ">3<" not in text.split("Disclosures by kind")[1].split("</table>")[0]
    disclosed(cast, 20)
    assert queries.council(30).recipients["social_service"] == 23 and ">23<" in told(cast)


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40)), st.integers(11, 20))
def test_nothing_hidden_can_be_worked_out(counts: dict[str, int], floor: int) -> None:
    shown, total = hidden(counts, floor)
    secret = [k for k, n in shown.items() if n is None]
    assert all(shown[k] is None for k, n in counts.items() if 0 < n < floor)
    assert all(shown[k] == counts[k] for k in counts if k not in secret)
    assert not (len(secret) == 1 and total is not None)
    assert total is None or total == sum(counts.values())
    assert total is None or not 0 < total < floor


def test_a_verification_and_a_drill_are_on_the_page(cast: Cast) -> None:
    assert "never" in told(cast) and "none on record" in told(cast)
    client = visit(cast["privacy_officer"])
    journal.seal_all()
    assert client.post(reverse("steward:journal")).status_code == 200
    sent = {"drill": "restore_backup", "day": clock.today().isoformat(), "passed": "no"}
    assert client.post(reverse(PAGE), sent).status_code == 302
    text = told(cast)
    assert "lines match their seals" in text and "did not go as planned" in text
    assert "Restoring a backup" in text
    found = queries.council(30)
    assert found.verified is not None and found.verified[1] and found.drill == (
        "restore_backup", clock.today(), False,
    )  # fmt: skip


def test_it_says_by_which_door_the_journal_was_verified_last(cast: Cast, tmp_path: Path) -> None:
    """The command leaves its line too, sound or not, and says whether a checkpoint was compared."""
    assert main(["journal", "verify"]) == 0 and not JournalLine.objects.filter(seal=None).exists()
    assert "by the command commonweal journal verify" in told(cast)
    kept = tmp_path / "checkpoint.json"
    assert main(["journal", "checkpoint", str(kept)]) == 0
    assert main(["journal", "verify", "--checkpoint", str(kept)]) == 0
    assert "compared with a checkpoint kept elsewhere" in told(cast)
    assert "comparada con un punto de control" in told(cast, spanish=True)
    kept.write_text('{"sequence": 1, "digest": "another"}')
    assert main(["journal", "verify", "--checkpoint", str(kept)]) == 1
    found = queries.council(30).verified
    assert found is not None and (found.is_sound, found.door, found.checkpoint) == (False, "command", 1)
    assert "it did not hold" in told(cast)


@pytest.mark.parametrize(("drill", "days"), [("picnic", 0), ("", 0), ("lost_device", 2)])
def test_a_drill_not_known_or_to_come_is_refused(cast: Cast, drill: str, days: int) -> None:
    day = clock.today() + timedelta(days=days)
    with pytest.raises(Invalid):
        sharing.record_drill(by=cast["privacy_officer"], drill=drill, day=day, is_passed=True)
    sent = {"drill": drill, "day": day.isoformat()}
    assert visit(cast["privacy_officer"]).post(reverse(PAGE), sent).status_code == 400
    assert queries.council(30).drill is None


def test_requests_are_counted_by_their_day(cast: Cast) -> None:
    asker = sharing.Asker(name="A resident", contact="a@example.org")
    officer = cast["privacy_officer"]
    sharing.receive_request(by=officer, kind="public_records", asker=asker, text="Calls by month")
    assert queries.council(30).requests == 1 and queries.council(30).overdue == 0
    with clock.at(clock.now() + timedelta(days=200)):
        assert (queries.council(30).requests, queries.council(30).overdue) == (0, 1)
        assert queries.council(365).requests == 1


def test_it_reads_in_spanish_and_over_three_spans(cast: Cast) -> None:
    text = told(cast, spanish=True)
    assert "Confianza, para el consejo" in text and "Qué significa cada número" in text
    for english in ("What each number means", "questions asked", "Journal verified", "Last drill"):
        assert english not in text
    for days in ("30", "90", "365"):
        assert f'href="?days={days}" aria-current="true"' in told(cast, days=days)
    assert 'href="?days=365" aria-current="true"' in told(cast, days="12; drop")


@pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "administrator", "signatory"])
def test_strangers_do_not_come_in(cast: Cast, role: str) -> None:
    client = visit(cast[role])
    assert client.get(reverse(PAGE)).status_code == 403
    assert client.post(reverse(PAGE), {"drill": "lost_device"}).status_code == 403
    with pytest.raises(NotFound):
        sharing.verify_journal(by=cast[role], door="command")
    with pytest.raises(NotFound):
        sharing.record_drill(by=cast[role], drill="lost_device", day=clock.today(), is_passed=True)


def test_counsel_reads_it_and_notes_nothing(cast: Cast) -> None:
    assert "Note a drill" not in told(cast, "counsel")
    sent = {"drill": "lost_device", "day": clock.today().isoformat()}
    assert visit(cast["counsel"]).post(reverse(PAGE), sent).status_code == 404

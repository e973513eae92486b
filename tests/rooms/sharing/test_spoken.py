"""Every rule speaks both languages, and a disclosure is told by the rule that carried it."""

from itertools import chain

import pytest
from django.utils import translation

from commonweal.engines.disclosure import Facts, Question, Refusal, decide
from commonweal.sharing import queries, site, spoken
from commonweal.sharing.policy import current, under

pytestmark = pytest.mark.django_db
KEPT = {"28 CFR 94.115"}  # a number of law alone
PROCESS = {
    "us.process.plan": ("A court order opens goals", "Una orden judicial abre las metas"),
    "us.process.victim": ("A court order compels", "Una orden judicial obliga"),
    "us.process.mental_health": ("Judicial process opens the assessment", "abre la evaluación"),
    "us.process.part2_2_65": ("A Part 2 order under 2.65", "Una orden de la Parte 2 según 2.65"),
    "us.locate.identity": ("A request to identify or locate", "Una solicitud para identificar"),
    "us.part2.premises": ("A programme may report a crime", "Un programa puede denunciar un delito"),
    "us.threat.location": ("In an imminent threat", "Ante un peligro inminente"),
}


@pytest.fixture(name="everywhere", scope="module")
def all_packs() -> list[str]:
    """The policy with every state pack laid over it, so that no sentence of one escapes."""
    return [*site.state_packs()]


def test_every_rule_and_every_law_it_cites_reads_in_spanish(everywhere: list[str]) -> None:
    policy = under(site.Rules(states=tuple(everywhere)), 1)
    english = list(chain.from_iterable((policy.sentence(r), *policy.citations(r)) for r in policy.rules))
    assert len(set(english)) > 180
    with translation.override("es"):
        same = {said for said in english if spoken.in_words(said) == said}
    assert same <= KEPT


def test_every_basis_has_words_in_both_languages_and_an_unknown_one_is_itself() -> None:
    for code in ("CONSENT_GEN", "HIPAA_512F1", "VAWA", "P2_251"):
        with translation.override("en"):
            english = queries.law_of(code)
        with translation.override("es"):
            assert queries.law_of(code) not in (english, code)
    assert queries.law_of("OLD_LAW") == "OLD_LAW"


@pytest.mark.parametrize(("rule", "says"), PROCESS.items())
def test_what_carried_a_disclosure_is_its_own_sentence(rule: str, says: tuple[str, str]) -> None:
    for language, begin in zip(("en", "es"), says, strict=True):
        with translation.override(language):
            ((sentence, law),) = queries.carried([rule])
        assert begin in sentence and law
        assert "ritten release" not in law and "utorización escrita" not in law, "a court is no release"


def test_no_rule_of_process_emergency_or_premises_cites_a_persons_release() -> None:
    """Whatever a pack's author lists as basis: who was compelled did not agree."""
    grants = chain.from_iterable(current().book.grants.values())
    forced = {g.rule.id for g in grants if g.ground in ("process", "locate", "threat", "custody", "premises")}
    assert len(forced) > 15
    assert not {r for r in forced if "ritten release" in current().citation(r)}


def test_a_limit_carried_nothing_and_a_dropped_rule_says_nothing() -> None:
    rules = ["us.threat.location", "us.limit.address_confidentiality", "us.gone.sealed", "site.gone.long.ago"]
    assert [s for s, _ in queries.carried(rules)] == [current().sentence("us.threat.location")]
    assert queries.carried(["us.gone.sealed", "nothing"]) == []
    assert queries.citation("nothing") == ("nothing", "")


def test_two_rules_of_one_sentence_are_said_once() -> None:
    twice = ["us.part2.referral.police", "us.part2.referral.care", "us.part2.referral.police"]
    assert len(queries.carried(twice)) == 1


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_refusal_says_why_and_what_would_open_it_in_the_readers_words(language: str) -> None:
    asked = Question("case_manager", "mh_assessment", "care_coordination")
    with translation.override(language):
        facts = Facts.read({"care_relationship": True, "same_agency_as_source": True})
        answer = decide(asked, facts, current())
        assert isinstance(answer, Refusal)
        said = (queries.why(answer), *queries.unlock(answer))
    assert len(said) > 1
    assert (said == (answer.why, *answer.unlock)) is (language == "en" or not answer.acknowledged)


def test_what_is_not_acknowledged_is_one_sentence_and_no_way_in() -> None:
    asked = Question("patrol_officer", "sud_record", "enforcement")
    answer = decide(asked, Facts.read({}), current())
    assert isinstance(answer, Refusal) and not answer.acknowledged
    with translation.override("es"):
        assert queries.why(answer) == "No existe ese registro." and queries.unlock(answer) == ()


def test_a_permit_says_each_rule_once_and_has_nothing_to_unlock() -> None:
    asked = Question("case_manager", "case_plan", "care_coordination")
    answer = decide(asked, Facts.read({"care_relationship": True}), current())
    with translation.override("es"):
        assert queries.why(answer).startswith("El gestor de casos ve el plan de su propio cliente")
    assert queries.unlock(answer) == ()

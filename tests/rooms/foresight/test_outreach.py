"""Voluntary outreach: what is refused at the register, who ever sees a list, who leaves it, who decides."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from commonweal import flow
from commonweal.agencies.roles import ROLES
from commonweal.encounters import actions as encounters
from commonweal.engines import outreach
from commonweal.engines.numerics import Interval
from commonweal.engines.outreach.features import Proxy
from commonweal.engines.outreach.judging import Compared
from commonweal.foresight import actions, queries
from commonweal.foresight.models import Objection, OptOut, OutreachDecision, OutreachModel, Standing
from commonweal.foresight.offering import RULES, _read, history
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.kernel.shown import Shown
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Agreement, Consent, Holding, Tie
from factories.cast import ROLE_AT, SETUP, Cast, agree, gather, someone, worker

pytestmark = pytest.mark.django_db
CATEGORIES = ["mh_assessment", "encounter_narrative", "referral_status", "identity"]
FITTED = outreach.Fitted(
    ("crises_90", "waits"), (), (0.0, 0.0), (1.0, 1.0), (1.0, 1.0), -1.0, 1.0, 0.0, bands=(0.2, 0.1)
)


def report(**facts: Any) -> outreach.Report:
    """A report that holds, unless said otherwise."""
    chances, happened = np.full(200, 0.5), np.tile([0.0, 1.0], 100)
    found = outreach.audit(chances, happened > 2, happened, {"sex": ["f", "f", "m", "m"] * 50})
    whole = outreach.Report(
        200, 20, 0.5, 0.8, Compared("most crises in 30 days", 0.5), 1.6, Interval(1.2, 2.0, 0.95), 0.01, (),
        found,
        (Proxy("waits", "language", 0.06),),
    )  # fmt: skip
    return replace(whole, **facts)


class County:
    """Agencies, a memorandum with a clause for care, and people of whom the clinic knows."""

    def __init__(self) -> None:
        self.cast: Cast = gather(partners=False)
        clause = {
            "kind": "grant", "text": "Care teams see risk levels to offer help.", "category": "mh_assessment",
            "fields": ["risk_level"], "roles": ["corespond_clinician"], "purposes": ["care_coordination"],
        }  # fmt: skip
        parties = [self.cast.agency["health"], self.cast.agency["social_service"]]
        self.agreement = agree(self.cast, parties, (clause,))

    def spec(self, **facts: Any) -> actions.Spec:
        """What is registered, unless said otherwise."""
        whole: dict[str, Any] = {
            "name": "Need within 60 days", "agency": self.cast.agency["health"], "agreement": self.agreement,
            "label": "repeat_crisis", "purpose": "care_coordination", "fitted": FITTED, "report": report(),
            "data": "two years of encounters, de-identified", "is_synthetic": False,
        }  # fmt: skip
        return actions.Spec(**{**whole, **facts})

    def register(self, **facts: Any) -> OutreachModel:
        return actions.register_model(by=self.cast["evaluator"], spec=self.spec(**facts))

    def activate(self, **facts: Any) -> OutreachModel:
        return actions.activate_model(by=self.cast["privacy_officer"], model=self.register(**facts).id)

    def person(self, *, born: date | None = date(1984, 3, 9), agrees: bool = True) -> UUID:
        person, _ = someone(self.cast, "health", born=born)
        if agrees:
            self.consent(person)
        return person

    def consent(self, person: UUID) -> UUID:
        return sharing.record_consent(
            by=SETUP, person=person, form="hipaa_auth", recipients=[self.cast.agency["health"]],
            categories=CATEGORIES, purposes=["care_coordination"], signer="Rosa", signature="M0 0L9 9",
        ).id  # fmt: skip

    def bands(self, by: Actor | None = None) -> list[Shown]:
        return queries.bands(actions.open_list(by=by or self.cast["clinician"]))

    def listed(self) -> Standing:
        """One person on the list of an active model."""
        self.person()
        actions.make_list(by=self.cast["clinician"], model=self.activate().id)
        return Standing.objects.get()


@pytest.fixture(name="county")
def a_county() -> County:
    """Agencies and an agreement."""
    return County()


class TestRegister:
    """What no model may have, refused where it is entered."""

    @pytest.mark.parametrize(
        "feature",
        ["prior_arrests", "charges_2y", "traffic stops", "race", "school_discipline", "immigration_status",
         "friends_on_list", "patrol_hours", "postcode"],
    )  # fmt: skip
    def test_features_that_no_model_may_use(self, county: County, feature: str) -> None:
        fitted = replace(FITTED, features=("crises_90", feature))
        with pytest.raises(Invalid) as said:
            county.register(fitted=fitted)
        assert said.value.field == "features" and not OutreachModel.objects.exists()

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"purpose": "enforcement"}, "purpose"), ({"purpose": ""}, "purpose"),
            ({"agreement": None}, "agreement"),
            ({"agreement": uuid4()}, "agreement"), ({"label": "jail_booking"}, "label"),
            ({"label": "arrest"}, "label"),
            ({"sources": {"waits": "criminal_history.convictions"}}, "features"), ({"name": " "}, "name"),
            ({"purpose": "treatment"}, "agreement"),
        ],
    )  # fmt: skip
    def test_without_a_purpose_an_agreement_or_a_need(
        self, county: County, facts: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(Invalid) as said:
            county.register(**facts)
        assert said.value.field == field

    def test_for_no_agency_of_law_enforcement(self, county: County) -> None:
        with pytest.raises(Invalid) as said:
            county.register(agency=county.cast.agency["police"])
        assert said.value.field == "agency"

    def test_a_waiver_of_the_oversight_body_opens_one_label_while_it_lasts(self, county: County) -> None:
        waiver = outreach.Waiver("Council", "Chair Ortiz", clock.today(), "to help before a booking")
        made = county.activate(label="jail_booking", waiver=waiver)
        made.waiver["until"] = (clock.today() - timedelta(days=1)).isoformat()
        made.save()
        with pytest.raises(Conflict):
            actions.make_list(by=county.cast["clinician"], model=made.id)
        made.refresh_from_db()
        assert (made.state, made.disabled_why) == ("disabled", "waiver_ended")

    @pytest.mark.parametrize("role", sorted(set(ROLE_AT) - {"evaluator", "program_manager"}))
    def test_only_who_evaluates_enters_one(self, county: County, role: str) -> None:
        with pytest.raises(Invalid):
            actions.register_model(by=county.cast[role], spec=county.spec())

    def test_the_card_tells_groups_and_stand_ins(self, county: County) -> None:
        card = county.register().card
        assert {group["value"] for group in card["groups"]} == {"f", "m"}
        assert card["proxies"] == [{"feature": "waits", "trait": "language", "share": 0.06}]


class TestActivation:
    """By a second person, only with a report that holds."""

    @pytest.mark.parametrize(
        ("facts", "lacking"),
        [
            ({"interval": Interval(0.9, 2.0, 0.95)}, "not better than a plain rule"),
            ({"calibration": 0.031}, "calibration"),
        ],
    )  # fmt: skip
    def test_a_report_that_does_not_hold(self, county: County, facts: dict[str, Any], lacking: str) -> None:
        with pytest.raises(Conflict, match=lacking):
            county.activate(report=report(**facts))

    def test_errors_that_fall_on_one_group(self, county: County) -> None:
        chances, happened = np.full(400, 0.5), np.tile([0.0, 1.0], 200)
        listed = np.array([True] * 200 + [False] * 200)
        uneven = outreach.audit(chances, listed, happened, {"sex": ["f"] * 200 + ["m"] * 200})
        with pytest.raises(Conflict, match="unevenly"):
            county.activate(report=report(audit=uneven))

    def test_not_by_who_entered_it_nor_by_anybody_else(self, county: County) -> None:
        made = county.register()
        for role in sorted(set(ROLE_AT) - {"privacy_officer"}):
            with pytest.raises(Invalid):
                actions.activate_model(by=county.cast[role], model=made.id)
        OutreachModel.objects.update(registered_by=county.cast["privacy_officer"].id)
        with pytest.raises(Conflict):
            actions.activate_model(by=county.cast["privacy_officer"], model=made.id)

    def test_generated_people_only_in_a_demonstration(self, county: County, settings: Any) -> None:
        with pytest.raises(Conflict, match="demonstration"):
            county.activate(is_synthetic=True)
        settings.DEMO = True
        assert county.activate(name="Second", is_synthetic=True).is_synthetic


class TestWhoSees:
    """Care, by name; law enforcement by no path."""

    @pytest.mark.parametrize("role", sorted(set(ROLES) - {"clinician", "person"}))
    def test_no_other_role_opens_or_makes_a_list(self, county: County, role: str) -> None:
        """Nor learns that there is one: a list that is not theirs is as none."""
        row, by = county.listed(), county.cast[role]
        for act in (
            lambda: actions.open_list(by=by), lambda: actions.make_list(by=by, model=row.model_id),
            lambda: actions.decide(by=by, standing=row.id, choice="offer", reason="because I say so"),
            lambda: actions.opt_out(by=by, person=row.person_id), lambda: queries.open_objections(by),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                act()
        for purpose in (
            "emergency",
            "enforcement",
            "care_coordination",
            "treatment",
            "evaluation",
            "oversight_audit",
        ):
            said = sharing.Circumstances(incident=None, imminent_threat=True, break_glass="danger to life")
            about = [Subject("outreach", row.id)]
            answers = sharing.ask_many(
                by=by, category="mh_assessment", purpose=purpose, about=about, circumstances=said
            )
            assert queries.bands(sharing.permitted(answers)) == []

    @pytest.mark.parametrize("kind", ["police", "prosecutor", "ecc"])
    def test_not_even_a_clinician_whom_law_enforcement_employs(self, county: County, kind: str) -> None:
        county.listed()
        with pytest.raises(NotFound):
            actions.open_list(by=worker(county.cast.agency[kind], "clinician"))

    def test_a_clinician_sees_bands_and_each_view_is_told(self, county: County) -> None:
        row = county.listed()
        (shown,) = county.bands()
        told = shown["risk_level"]
        assert (
            isinstance(told, dict)
            and told["band"] in ("first_band", "second_band")
            and told["person"] == row.person_id
        )
        assert not [v for v in told.values() if isinstance(v, float)]
        assert not [
            f.name for f in Standing._meta.fields if f.get_internal_type() in ("FloatField", "DecimalField")
        ]
        county.bands()
        lines = JournalLine.objects.filter(kind="foresight.list_read", actor=county.cast["clinician"].id)
        assert [line.data["shown"] for line in lines] == [1, 1]
        assert JournalLine.objects.filter(subject=str(row.id), kind="sharing.read").count() == 2

    def test_another_clinic_sees_nothing_of_it(self, county: County) -> None:
        county.listed()
        assert county.bands(worker(county.cast.agency["hospital"], "clinician")) == []


class TestWhoIsListed:
    """Adults who agreed, as long as they agree."""

    def run(self, county: County) -> set[UUID]:
        active = OutreachModel.objects.filter(state="active").first() or county.activate()
        actions.make_list(by=county.cast["clinician"], model=active.id)
        return set(Standing.objects.values_list("person", flat=True))

    def test_nobody_without_consent_no_minor_nobody_of_unknown_age(self, county: County) -> None:
        adult = county.person()
        county.person(agrees=False)
        county.person(born=clock.today() - timedelta(days=365 * 15))
        county.person(born=None)
        assert self.run(county) == {adult}

    def test_consent_taken_back_removes_the_person_and_all_rows_at_once(self, county: County) -> None:
        row = county.listed()
        actions.decide(by=county.cast["clinician"], standing=row.id, choice="not_now", reason="is on holiday")
        self.run(county)
        sharing.revoke_consent(by=SETUP, consent=row.consent)
        assert county.bands() == []
        assert not Standing.objects.exists() and not OutreachDecision.objects.exists()
        assert not Holding.objects.filter(kind="outreach").exists()
        assert self.run(county) == set()

    def test_the_relay_takes_them_out_though_nobody_looks(self, county: County) -> None:
        row = county.listed()
        sharing.revoke_consent(by=SETUP, consent=row.consent)
        flow.leave_the_lists(flow.shared.ConsentRevoked(person=row.person_id, consent=row.consent))
        assert not Standing.objects.exists()

    def test_a_consent_that_runs_out(self, county: County) -> None:
        row = county.listed()
        Consent.objects.filter(id=row.consent).update(expires_at=clock.now() - timedelta(seconds=1))
        assert county.bands() == [] and not Standing.objects.exists()

    def test_the_list_itself_runs_out(self, county: County) -> None:
        row = county.listed()
        assert row.expires_at <= clock.now() + timedelta(days=RULES.valid_days)
        Standing.objects.update(expires_at=clock.now() - timedelta(seconds=1))
        assert county.bands() == [] and not Holding.objects.filter(kind="outreach").exists()

    def test_opting_out_removes_and_keeps_out(self, county: County) -> None:
        row = county.listed()
        me = Actor(id="me", role="person", policy_role="subject_self", person=row.person_id)
        actions.opt_out(by=me, person=row.person_id)
        assert not Standing.objects.exists() and not Holding.objects.filter(kind="outreach").exists()
        assert self.run(county) == set() and queries.has_opted_out(row.person_id)
        with pytest.raises(NotFound):
            actions.opt_in(by=county.cast["clinician"], person=row.person_id)
        actions.opt_in(by=me, person=row.person_id)
        assert self.run(county) == {row.person_id} and OptOut.objects.count() == 1

    def test_never_more_than_the_capacity(self, county: County) -> None:
        for _ in range(3):
            county.person()
        made = actions.make_list(
            by=county.cast["clinician"], model=county.activate().id, rules=outreach.Rules(capacity=2)
        )
        assert (made.listed, made.left_out) == (2, {"beyond_capacity": 1}) and Standing.objects.count() == 2


class TestWhatIsLookedAt:
    """Only what the clinician's own permits open, while the list is made."""

    def test_a_meeting_counts_for_the_clinic_and_leaves_no_open_door(self, county: County) -> None:
        person, by = county.person(), county.cast["clinician"]
        encounters.open_encounter(by=by, person=person)
        (seen,) = _read(by, [person], "care_coordination")
        assert [kind for _day, kind in seen.happenings] == ["crisis"]
        other = worker(county.cast.agency["hospital"], "clinician")
        assert history(other, person, "care_coordination").happenings == []
        assert not Tie.objects.filter(kind="person", subject=person, until__isnull=True).exists()

    def test_a_sealed_meeting_counts_no_more(self, county: County) -> None:
        person, by = county.person(), county.cast["clinician"]
        met = encounters.open_encounter(by=by, person=person)
        sharing.bar(by=SETUP, subject=Subject("encounter", met.id), sealed=True)
        assert _read(by, [person], "care_coordination")[0].happenings == []


class TestDeciding:
    """A named clinician, with a reason, within caps."""

    def offer(self, county: County, row: Standing, **facts: str) -> OutreachDecision:
        given = {"choice": "offer", "reason": "Missed two referrals, wants a call."} | facts
        return actions.decide(by=county.cast["clinician"], standing=row.id, **given)

    def test_with_a_reason(self, county: County) -> None:
        row = county.listed()
        for reason in ("", "   ", "ok"):
            with pytest.raises(Invalid) as said:
                self.offer(county, row, reason=reason)
            assert said.value.field == "reason"
        made = self.offer(county, row)
        assert made.by == county.cast["clinician"].id and not Standing.objects.exists()

    def test_rest_after_a_visit_and_a_cap(self, county: County) -> None:
        """Between the list and the decision somebody else may have gone: the cap is asked again."""
        row = county.listed()
        kept = {"person_id": row.person_id, "agency_id": row.agency_id, "by": "x", "reason": "was there"}
        one = OutreachDecision.objects.create(choice="offer", **kept)
        with pytest.raises(Conflict, match="days of rest"):
            self.offer(county, row)
        for days in (20, 40, 60):
            OutreachDecision.objects.create(
                choice="offer", created_at=clock.now() - timedelta(days=days), **kept
            )
        one.delete()
        with pytest.raises(Conflict, match="enough visits"):
            self.offer(county, row)
        actions.make_list(by=county.cast["clinician"], model=row.model_id)
        assert not Standing.objects.exists()

    def test_a_no_is_kept(self, county: County) -> None:
        row = county.listed()
        self.offer(county, row, choice="declined", reason="Said kindly that she is well.")
        made = actions.make_list(by=county.cast["clinician"], model=row.model_id)
        assert made.left_out == {"said_no": 1}


class TestStopping:
    """A model switches itself off."""

    def test_when_its_agreement_ends(self, county: County) -> None:
        row = county.listed()
        Agreement.objects.update(ends=clock.today() - timedelta(days=1))
        with pytest.raises(Conflict, match="agreement ended"):
            actions.make_list(by=county.cast["clinician"], model=row.model_id)
        assert OutreachModel.objects.get().state == "disabled" and not Standing.objects.exists()

    def test_when_its_people_have_changed(self, county: County, monkeypatch: pytest.MonkeyPatch) -> None:
        row = county.listed()
        far = {"crises_90": ((0.0, 1.0), (0.1, 0.1, 0.8)), "waits": ((0.0,), (0.9, 0.1))}
        OutreachModel.objects.update(fitted=replace(FITTED, edges=far).written())
        monkeypatch.setattr("commonweal.engines.outreach.watching.FEWEST", 1)
        with pytest.raises(Conflict, match="crises in 90 days"):
            actions.make_list(by=county.cast["clinician"], model=row.model_id)
        assert county.bands() == [] and "crises_90" in OutreachModel.objects.get().disabled_why

    def test_by_who_keeps_trust_and_nobody_else(self, county: County) -> None:
        row = county.listed()
        for role in ("clinician", "evaluator", "patrol_officer"):
            with pytest.raises(Invalid):
                actions.disable_model(by=county.cast[role], model=row.model_id, why="x")
        actions.disable_model(by=county.cast["privacy_officer"], model=row.model_id, why="council asked")
        assert not Standing.objects.exists()
        with pytest.raises(Conflict):
            actions.make_list(by=county.cast["clinician"], model=row.model_id)


class TestOwnRight:
    """The person sees it, contests it, and is answered."""

    def test_to_see_and_to_contest(self, county: County) -> None:
        row = county.listed()
        me = Actor(id="me", role="person", policy_role="subject_self", person=row.person_id)
        about = queries.standings_of(row.person_id)
        seen = sharing.ask_many(by=me, category="mh_assessment", purpose="subject_access", about=about)
        (shown,) = queries.bands(sharing.permitted(seen))
        assert isinstance(shown["risk_level"], dict) and shown["risk_level"]["reasons"] is not None
        made = actions.contest(by=me, person=row.person_id, text="That call was not about me.")
        assert not Standing.objects.exists()
        made_list = actions.make_list(by=county.cast["clinician"], model=row.model_id)
        assert made_list.left_out == {"opted_out": 1}
        actions.answer_objection(
            by=county.cast["clinician"], objection=made.id, answer="You are right; corrected."
        )
        assert queries.own_objections(me)[0].answer.startswith("You are right")
        assert queries.own_objections(county.cast["clinician"]) == [] and Objection.objects.count() == 1

    def test_nobody_contests_for_another(self, county: County) -> None:
        row = county.listed()
        other = Actor(id="o", role="person", policy_role="subject_self", person=county.person())
        with pytest.raises(NotFound):
            actions.contest(by=other, person=row.person_id, text="I would like to know about her")
        with pytest.raises(NotFound):
            actions.opt_out(by=other, person=row.person_id)

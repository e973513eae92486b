"""One evening, in the browser: from a neighbour's 911 call to the person who reads who looked, and why.

Each person has their own screen: the call taker a keyboard, the clinician a phone, the shelter's night worker
a phone in Spanish, the case manager a desk, Rosa a phone in Spanish. Nothing is done behind their backs.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from commonweal import flow
from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as agency_queries
from commonweal.calls import queries as calls
from commonweal.directory import actions as directory
from commonweal.encounters import queries as encounters
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.places import actions as places
from commonweal.referrals import queries as referrals
from factories.calls import HERE, TROUBLED, Centre, open_centre
from factories.cast import SETUP
from factories.directory import service

expect.set_options(timeout=20_000)
SMALL: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
WIDE: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}


def is_whole(page: Page) -> None:
    """Nothing sticks out sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


class Evening:
    """The people of the story, each at their own screen."""

    def __init__(self, open_page: Callable[..., Page], enter: Callable[..., Page]) -> None:
        self.centre: Centre = open_centre()
        self.cast = self.centre.cast
        self._open, self._enter = open_page, enter
        spot = places.NewPlace("Riverside Library", "common_place", *HERE, "12 River St")
        places.note_places(by=SETUP, places=[spot])
        shelter = self.cast.agency["hmis_shelter"]
        self.beds = service("Lantern night beds", agency=shelter, topics=("shelter",))
        directory.post_capacity(by=SETUP, service=self.beds, available=3)
        self.cast["case_manager"]
        self.clinician = next(a for a in self.centre.crews["CO1"] if a.role == "clinician")
        self.call: UUID
        self.encounter: UUID
        self.referral: UUID

    def screen(self, actor: Actor, language: str = "en", **size: Any) -> Page:
        """A signed-in browser of this person's own."""
        page = self._open(locale=f"{language}-US", **(size or WIDE))
        self._enter(page, agency_queries.account(UUID(actor.id)), "phone" if size == SMALL else "office")
        if language == "es":
            page.goto("/training/" if actor.role != "person" else "/mine/")
            page.evaluate(
                """() => { const form = document.querySelector('form[action="/language/"]');
                form.requestSubmit ? form.requestSubmit(form.querySelector('button')) : form.submit(); }"""
            )
            expect(page.locator("html")).to_have_attribute("lang", "es")
        return page

    def what_follows_follows(self) -> None:
        """What the worker does in the background, done now."""
        journal.seal_all()
        while flow.drain():
            pass

    # -- the phone rings ------------------------------------------------------------------------
    def a_neighbour_calls_911(self) -> None:
        """n, the place, one digit an answer, Enter: the pair is sent, with the keyboard alone."""
        desk = self.screen(self.centre.desk)
        desk.goto("/desk/")
        desk.keyboard.press("n")
        desk.wait_for_url("**/desk/*-*/")
        desk.keyboard.press("p")
        desk.keyboard.type("riverside lib")
        expect(desk.get_by_role("button", name="Riverside Library")).to_be_visible()
        desk.keyboard.press("Enter")
        expect(desk.locator(".desk-spot")).to_contain_text("Riverside Library")
        self._answer(desk)
        expect(desk.locator(".desk-tier")).to_contain_text("Co-response")
        desk.keyboard.press("Enter")
        desk.wait_for_url("**/desk/")
        expect(desk.locator("#messages")).to_contain_text("CO1")
        [waiting] = calls.open_calls()
        self.call = waiting.id

    def _answer(self, desk: Page) -> None:
        for _ in range(12):
            question = desk.locator("#question").inner_text()
            if question == "Nothing more needs asking":
                return
            asked = desk.locator(".desk-question input[name=question]").input_value()
            reply = desk.locator(f".desk-reply[value={TROUBLED[asked]}]")
            desk.keyboard.press(str(reply.get_attribute("data-key")))
            expect(desk.locator("#question")).not_to_have_text(question)

    # -- at the door ------------------------------------------------------------------------------
    def the_pair_arrives(self) -> None:
        """One tap a step; a slip of the thumb is taken back."""
        self.phone = phone = self.screen(self.clinician, **SMALL)
        phone.goto("/field/")
        expect(phone.locator(".fd-where")).to_contain_text("Riverside Library")
        for step in ("Got it", "On scene"):
            phone.get_by_role("button", name=step, exact=True).last.tap()
        phone.get_by_role("button", name="take the last tap back").tap()
        expect(phone.locator("[aria-current=step]")).to_have_text("Got it")
        for step in ("On the way", "On scene"):
            phone.get_by_role("button", name=step, exact=True).last.tap()
        expect(phone.locator("[aria-current=step]")).to_have_text("On scene")
        is_whole(phone)

    def they_listen_and_note(self) -> None:
        """Chips, saved as they are touched; leaving and coming back loses nothing."""
        phone = self.phone
        phone.get_by_role("button", name="Record the encounter").tap()
        phone.wait_for_url("**/field/encounter/**")
        [outline] = encounters.of_call(self.call)
        self.encounter = outline.id
        self._chip("Does the person agree to talk?", "Yes")
        for question, answer in (
            ("What kind of contact?", "Crisis response"), ("In what language?", "Spanish"),
            ("What does the person need?", "A place to stay"), ("What did you see?", "Sad or withdrawn"),
            ("What could hurt someone?", "Thoughts of self-harm"), ("What helped?", "Listening and time"),
            ("Was force used?", "None"), ("Was anyone hurt?", "No one"), ("Was anyone held?", "No one"),
            ("Where did the person go?", "Shelter"), ("How did it end?", "Connected to a service"),
        ):  # fmt: skip
            self._chip(question, answer)
        expect(phone.locator("#progress")).to_contain_text("11 of 11 answered")
        phone.reload()
        expect(phone.locator("#progress")).to_contain_text("11 of 11 answered")
        is_whole(phone)

    def _chip(self, question: str, answer: str) -> None:
        card = self.phone.get_by_role("group", name=question)
        with self.phone.expect_response("**/save/"):
            card.locator(".cw-chip", has_text=answer).first.tap()

    def she_says_who_she_is(self) -> None:
        """Rosa is known to nobody yet."""
        phone = self.phone
        phone.get_by_role("link", name="Who is it?").tap()
        phone.get_by_label("First name").fill("Rosa")
        phone.get_by_label("Last name").fill("Delgado")
        phone.get_by_label("Date of birth").fill("1984-03-09")
        phone.get_by_role("button", name="Look").tap()
        phone.get_by_role("button", name="None of these: add as new").tap()
        expect(phone.get_by_text("Rosa Delgado")).to_be_visible()

    def she_is_asked_about_suicide(self) -> None:
        """The built-in screener; the fifth question appears when one of the four is not a plain no."""
        phone = self.phone
        phone.get_by_role("link", name="Screeners").tap()
        phone.get_by_role("link", name="ASQ").tap()
        items = phone.locator(".cw-screen__item")
        expect(items.nth(4)).to_be_hidden()
        for number, answer in enumerate(("Yes", "No", "No", "No")):
            items.nth(number).locator(".cw-chip", has_text=answer).first.tap()
        items.nth(4).locator(".cw-chip", has_text="No").first.tap()
        phone.get_by_role("button", name="Keep and score").tap()
        expect(phone.get_by_role("main")).to_contain_text("Positive, not acute")
        expect(phone.get_by_role("main")).to_contain_text("Stay with the person")
        is_whole(phone)
        phone.get_by_role("link", name="Encounter").tap()

    def she_signs_on_the_screen(self) -> None:
        """What, to whom, until when; her finger on the canvas."""
        phone = self.phone
        phone.get_by_role("link", name="Ask for consent").tap()
        for words in ("That I was referred", "My plan and goals"):
            phone.locator(".cw-chip", has_text=words).tap()
        for agency in ("Lantern Shelter", "Open Door Services"):
            phone.locator(".cw-chip", has_text=agency).tap()
        phone.get_by_label("Your name").fill("Rosa Delgado")
        canvas = phone.locator("canvas[data-sign=signature]")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box
        phone.mouse.move(box["x"] + 30, box["y"] + 60)
        phone.mouse.down()
        phone.mouse.move(box["x"] + 120, box["y"] + 30)
        phone.mouse.up()
        assert phone.locator("#signature").input_value().startswith("M")
        is_whole(phone)
        phone.get_by_role("button", name="I agree").tap()
        expect(phone.locator("#messages")).to_contain_text("This can be taken back at any time")

    def a_shelter_with_room_is_asked(self) -> None:
        """The house that fits leads and says why; sent in one more tap."""
        phone = self.phone
        phone.get_by_role("link", name="Refer to a service").tap()
        offer = phone.locator(".cw-offer", has_text="Lantern night beds")
        expect(offer).to_contain_text("3 free")
        expect(offer).to_contain_text("Shelter tonight")
        is_whole(phone)
        offer.get_by_role("button", name="Send").tap()
        expect(phone.locator("#messages")).to_contain_text("the code")
        [subject] = referrals.of_encounter(self.encounter)
        self.referral = subject.id
        phone.get_by_role("button", name="Done").tap()
        expect(phone.get_by_role("heading", name="Recorded. Thank you.")).to_be_visible()
        self.what_follows_follows()

    # -- the night --------------------------------------------------------------------------------
    def the_night_worker_accepts_in_spanish(self) -> None:
        """On a phone: the card, a slip taken back, accepted, a word to the clinician."""
        night = self.screen(self.cast["shelter_worker"], "es", **SMALL)
        night.goto("/referrals/")
        night.locator(".pv-item a").first.tap()
        expect(night.locator("#card-title")).to_be_visible()
        expect(night.get_by_role("main")).to_contain_text("3 libres")
        is_whole(night)
        night.get_by_role("button", name="Aceptar").tap()
        night.get_by_role("button", name="Deshacer la respuesta").tap()
        night.get_by_role("button", name="Aceptar").tap()
        expect(night.locator(".pv-card__for")).to_contain_text("Aceptada")
        night.get_by_role("textbox", name="Mensaje").fill("La cama 12 está lista.")
        night.get_by_role("button", name="Enviar el mensaje").tap()
        expect(night.locator("#thread")).to_contain_text("La cama 12 está lista.")
        is_whole(night)
        self.what_follows_follows()

    # -- the weeks after --------------------------------------------------------------------------
    def a_case_carries_on(self) -> None:
        """Opened, in her own words, a contact, and closed with an outcome."""
        desk = self.screen(self.cast["case_manager"])
        desk.goto("/cases/open/")
        desk.get_by_label("First name").fill("Rosa")
        desk.get_by_label("Last name").fill("Delgado")
        desk.get_by_label("Date of birth").fill("1984-03-09")
        desk.get_by_role("main").get_by_role("button", name="Look").click()
        expect(desk.get_by_role("heading", name="Perhaps one of these")).to_be_visible()
        known = desk.get_by_role("button", name="Open a case for this person")
        new = desk.get_by_role("button", name="open a case for somebody new")
        (known.first if known.count() else new).click()
        desk.wait_for_url("**/cases/*-*/")
        desk.get_by_text("Write the plan").click()
        desk.get_by_label("In the person's own words").fill("A door that locks.")
        desk.get_by_role("button", name="Save the plan").click()
        expect(desk.locator(".cs-words")).to_contain_text("A door that locks.")
        desk.get_by_text("Visit", exact=True).click()
        desk.get_by_text("Yes, reached", exact=True).click()
        desk.get_by_label("What was said or agreed").fill("She slept.")
        desk.get_by_role("button", name="Note it").click()
        expect(desk.locator("#messages")).to_contain_text("The contact is noted.")

    def the_clinician_follows_up(self) -> None:
        """A call within 72 hours, noted on the phone."""
        phone = self.phone
        phone.goto(f"/field/encounter/{self.encounter}/follow-up/")
        phone.locator(".cw-chip", has_text="Reached").first.tap()
        phone.get_by_label("What came of it").fill("Better.")
        phone.get_by_role("button", name="Save").tap()
        expect(phone.locator("#messages")).to_contain_text("The follow-up is noted.")
        assert encounters.follow_ups(self.encounter)[0][2] is True

    def she_reads_who_looked_in_spanish(self) -> None:
        """Her own phone, her own language: what was agreed, what she answered, who looked and why."""
        person = encounters.outline(self.encounter).person
        account = agencies.open_account(
            by=SETUP, username="rosa", display_name="Rosa", role="person", person=person
        )
        hers = self.screen(agency_queries.actor(account.id), "es", **SMALL)
        hers.goto("/mine/")
        expect(hers.get_by_role("main")).to_contain_text("Lantern night beds")
        is_whole(hers)
        hers.goto("/mine/looked/")
        expect(hers.get_by_role("main")).to_contain_text("Lantern Shelter")
        expect(hers.get_by_role("main")).to_contain_text(
            "Vio adónde se le derivó y cómo fue, para organizar su ayuda."
        )
        is_whole(hers)


@pytest.fixture
def evening(server: str, open_page: Callable[..., Page], enter: Callable[..., Page]) -> Evening:
    """Everybody at work, in the served product's database."""
    return Evening(open_page, enter)


def test_one_evening_from_the_call_to_who_looked(evening: Evening) -> None:
    """The whole chain by hand."""
    evening.a_neighbour_calls_911()
    evening.the_pair_arrives()
    evening.they_listen_and_note()
    evening.she_says_who_she_is()
    evening.she_is_asked_about_suicide()
    evening.she_signs_on_the_screen()
    evening.a_shelter_with_room_is_asked()
    shelter = evening.cast.agency["hmis_shelter"]
    since = clock.now().replace(hour=0, minute=0)
    before = referrals.closure(to_agency=shelter, since=since).answered
    evening.the_night_worker_accepts_in_spanish()
    assert referrals.closure(to_agency=shelter, since=since).answered == before + 1, "the metric moves"
    evening.the_clinician_follows_up()
    evening.a_case_carries_on()
    evening.she_reads_who_looked_in_spanish()

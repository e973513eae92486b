"""An evening with the field app: sent, arrived, recorded, agreed, referred, closed; and who may not."""

from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from commonweal.calls import actions as calls
from commonweal.encounters import queries as encounters
from commonweal.people import actions as people
from commonweal.people import queries as people_queries
from commonweal.referrals import queries as referrals
from commonweal.sharing import queries as sharing
from factories.calls import TROUBLED, open_centre
from factories.cast import SETUP, consented, someone
from factories.directory import service
from factories.visitor import visit

pytestmark = pytest.mark.django_db

ANSWERS = {
    "contact_type": "crisis", "presenting_needs": ["mental_health", "housing"], "behaviours": ["anxious"],
    "risks": ["none_seen"], "techniques": ["listening", "choices"], "force": "none", "injured": ["none"],
    "hold": "none", "transport": "shelter", "disposition": "connected",
}  # fmt: skip


@pytest.fixture
def centre():
    return open_centre()


@pytest.fixture
def sent(centre):
    """A call on which the co-response pair CO1 is."""
    call = centre.call(TROUBLED)
    calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
    return call


def crew(centre, role):
    return next(a for a in centre.crews["CO1"] if a.role == role)


def open_record(client, call):
    client.post(reverse("field:open"), {"call": str(call)})
    [outline] = encounters.of_call(call)
    return outline


def test_the_card_before_arrival_says_where_and_what_helps(centre, sent):
    person, _ = someone(centre.cast, "police")
    people.keep_plan(
        by=SETUP, person=person, agency=centre.cast.agency["police"], helps="Speak softly", harms="Sirens"
    )
    calls.identify(by=centre.desk, call=sent, person=person)
    text = visit(crew(centre, "clinician")).get(reverse("field:index")).content.decode()
    assert "412 Cedar Ave" in text and "Speak softly" in text and "Sirens" in text and "Rosa Delgado" in text


def test_a_worker_without_a_call_finds_calm(centre):
    text = visit(centre.crews["P1"][0]).get(reverse("field:index")).content.decode()
    assert "No call in hand" in text and "Cedar" not in text


def test_the_next_act_lies_under_the_thumb(centre, sent):
    """Each status in its turn, then the record; a crew on a call is not shown what is owed elsewhere."""
    client, thumbs = visit(crew(centre, "clinician")), []
    for status in ("acknowledged", "enroute", "on_scene", ""):
        page = client.get(reverse("field:index"))
        thumbs.append(page.content.decode().split('class="cw-thumb"')[1].split("</form>")[0])
        assert page.context["due"] == [] and page.context["older"] == 0
        if status:
            assert f'value="{status}"' in thumbs[-1] and "Record the encounter" in page.content.decode()
            client.post(reverse("field:status"), {"status": status})
    assert "Record the encounter" in thumbs[-1] and "status" not in thumbs[-1].split("action=")[0]


def test_to_be_clear_is_not_to_erase(centre, sent):
    """In Spanish the unit's word is not that of the signature's eraser."""
    client = visit(crew(centre, "clinician"))
    client.cookies["django_language"] = "es"
    page = client.get(reverse("field:index")).content.decode()
    assert "Quedamos libres" in page and "Borrar" not in page


def test_whom_the_call_is_about_is_confirmed_with_one_tap(centre, sent):
    """Nobody asks again what the caller said; what nobody has named offers no emergency opening."""
    client = visit(crew(centre, "clinician"))
    outline = open_record(client, sent)
    here = reverse("field:encounter", args=[outline.id])
    before = client.get(here).content.decode()
    assert "Not yet named" in before and "The call is about" not in before
    assert "Open in an emergency" not in before
    person, record = someone(centre.cast, "police")
    calls.identify(by=centre.desk, call=sent, person=person)
    said = client.get(here).content.decode()
    assert "The call is about" in said and "Rosa Delgado" in said and "Somebody else" in said
    client.post(reverse("field:person", args=[outline.id]), {"record": str(record.id)})
    assert encounters.outline(outline.id).person == person
    after = client.get(here).content.decode()
    assert "The call is about" not in after
    cards = after.count('hx-target="#progress"')
    assert after.count('class="cw-card cw-prints"') == cards > 0, "what was answered is printed"


def test_one_tap_moves_the_unit_and_arriving_starts_the_safety_timer(centre, sent):
    from commonweal.messages import queries as messages

    client = visit(crew(centre, "cit_officer"))
    for status in ("acknowledged", "enroute", "on_scene"):
        assert client.post(reverse("field:status"), {"status": status}).status_code == 302
    assert [str(t.unit) for t in messages.running()] == [str(centre.units["CO1"])]
    client.post(reverse("field:status"), {"status": "available"})
    assert not messages.running().exists()


def test_the_whole_encounter_on_a_phone(centre, sent):
    clinician, officer = crew(centre, "clinician"), crew(centre, "cit_officer")
    client = visit(clinician, "phone")
    outline = open_record(client, sent)
    save = reverse("field:save", args=[outline.id])
    for name, value in ANSWERS.items():
        assert client.post(save, {"card": name, name: value}).status_code == 302, name
    client.post(save, {"consent_to_talk": "yes"})
    client.post(save, {"clinical_impression": "Acute stress after eviction."})
    visit(officer).post(save, {"narrative": "Arrived 21:40. No offence."})

    cards = client.get(reverse("field:encounter", args=[outline.id])).content.decode()
    assert "Acute stress after eviction." in cards
    police = visit(officer).get(reverse("field:encounter", args=[outline.id])).content.decode()
    assert "Arrived 21:40" in police and "Acute stress" not in police

    client.post(
        reverse("field:person", args=[outline.id]),
        {"given": "Rosa", "family": "Delgado", "born": "1984-03-09"},
    )
    person = encounters.outline(outline.id).person
    assert person

    shelter = centre.cast.agency["hmis_shelter"]
    agreed = {"what": ["referral_status"], "to": [str(shelter)], "until": "180", "signer": "Rosa Delgado",
              "way": "drawn", "signature": "M1 1L9 9"}  # fmt: skip
    assert client.post(reverse("field:consent", args=[outline.id]), agreed).status_code == 302
    assert {c.form for c in sharing.consents_in_force(person)} == {"roi", "hipaa_auth"}

    beds = service("Lantern night beds", agency=shelter)
    looked = client.post(reverse("field:refer", args=[outline.id]), {"need": "", "look": "yes"})
    page = looked.content.decode()
    assert "Lantern night beds" in page
    client.post(reverse("field:refer", args=[outline.id]), {"service": str(beds), "need": "shelter"})
    assert len(referrals.of_encounter(outline.id)) == 1

    done = client.post(reverse("field:close", args=[outline.id]), follow=True)
    assert done.redirect_chain[0][0] == reverse("field:closed", args=[outline.id])
    again = client.get(
        reverse("field:closed", args=[outline.id])
    )  # a page asked for again closes nothing twice
    assert again.context["code"] == done.context["code"] != ""
    assert "Recorded. Thank you." in done.content.decode()
    assert encounters.outline(outline.id).state == "closed"


def test_nothing_required_is_forgotten(centre, sent):
    client = visit(crew(centre, "clinician"))
    outline = open_record(client, sent)
    refused = client.post(reverse("field:close", args=[outline.id]))
    assert refused.status_code == 400 and "kind of contact" in refused.content.decode()


def test_opening_twice_doubles_nothing(centre, sent):
    client = visit(crew(centre, "clinician"))
    assert open_record(client, sent).id == open_record(client, sent).id


def test_a_spoken_yes_needs_a_witness_and_a_drawn_one_a_signature(centre, sent):
    client = visit(crew(centre, "clinician"))
    outline = open_record(client, sent)
    asked = {
        "what": ["case_plan"],
        "to": [str(centre.cast.agency["hmis_shelter"])],
        "until": "30",
        "signer": "R",
    }
    for way in ("drawn", "verbal"):
        refused = client.post(reverse("field:consent", args=[outline.id]), {**asked, "way": way})
        assert refused.status_code == 400
    spoken = {**asked, "way": "verbal", "witness": "Officer Lee"}
    with_treatment = {**spoken, "what": ["case_plan", "sud_record"]}
    refused = client.post(reverse("field:consent", args=[outline.id]), with_treatment)
    assert refused.status_code == 400 and "Treatment records need a signature" in refused.content.decode()
    assert client.post(reverse("field:consent", args=[outline.id]), spoken).status_code == 302
    assert [c.form for c in sharing.consents_in_force(outline.person)] == ["roi"], "no unsigned authorization"


def test_a_consent_that_was_not_accepted_comes_back_as_it_was_filled_in(centre, sent):
    """Nobody signs twice because a witness was forgotten; what a program posts is not read out."""
    client = visit(crew(centre, "clinician"))
    outline = open_record(client, sent)
    client.post(reverse("field:person", args=[outline.id]), {"given": "Ana", "family": "Ruiz"})
    shelter = str(centre.cast.agency["hmis_shelter"])
    asked = {"what": "case_plan", "to": shelter, "until": "30", "signer": "Ana Ruiz", "signature": "M1 2L3 4"}
    refused = client.post(reverse("field:consent", args=[outline.id]), {**asked, "way": "verbal"})
    page = refused.content.decode()
    assert refused.status_code == 400 and "needs a witness" in page
    assert 'value="Ana Ruiz"' in page and 'value="M1 2L3 4"' in page
    for kept in ("case_plan", shelter, "30", "verbal"):
        assert f'value="{kept}" checked' in page, kept


def test_a_name_typed_counts_only_once_it_is_adopted(centre, sent):
    """Nothing is taken for a signature that the person did not make one; what was filled in stays."""
    client = visit(crew(centre, "clinician"))
    outline = open_record(client, sent)
    client.post(reverse("field:person", args=[outline.id]), {"given": "Ana", "family": "Ruiz"})
    path = reverse("field:consent", args=[outline.id])
    shelter = str(centre.cast.agency["hmis_shelter"])
    asked = {"what": "sud_record", "to": shelter, "until": "30", "signer": "Ana Ruiz", "way": "typed"}
    for lacking in ({}, {"signature": "M1 2L3 4"}, {"adopted": "guardian", "guardian": "Ana Ruiz"}):
        refused = client.post(path, {**asked, **lacking})
        assert refused.status_code == 400 and "confirmed as the signature" in refused.content.decode()
    assert client.post(path, {**asked, "adopted": "signer"}).status_code == 302
    [given] = sharing.consents_in_force(encounters.outline(outline.id).person)
    assert (given.form, given.method, given.signature) == ("part2", "typed", "Ana Ruiz")


def test_whom_a_contact_without_a_call_named_is_shown_until_it_ends(centre):
    """To those who made it, and of what their own agency wrote down; nobody else's record opens."""
    clinician = crew(centre, "clinician")
    client = visit(clinician)
    begun = client.post(reverse("field:open"), {"description": "At the library"})
    outline = encounters.outline(UUID(begun.url.rstrip("/").split("/")[-1]))
    here = reverse("field:encounter", args=[outline.id])
    client.post(reverse("field:person", args=[outline.id]), {"given": "Ana", "family": "Ruiz"})
    assert "Ana Ruiz" in client.get(here).content.decode()
    known = encounters.outline(outline.id).person
    people.file_record(
        by=SETUP, agency=centre.cast.agency["hmis_shelter"], external_id="h-1",
        values={"given": "Anita", "family": "Ruiz Soto"}, person=known,
    )  # fmt: skip
    page = client.get(here).content.decode()
    assert "Ana Ruiz" in page and "Ruiz Soto" not in page


def test_a_record_that_lacks_an_answer_comes_back_with_its_cards(centre, sent):
    client = visit(crew(centre, "clinician"))
    outline = open_record(client, sent)
    page = client.post(reverse("field:close", args=[outline.id]))
    text = page.content.decode()
    assert page.status_code == 400 and 'data-fault="contact_type"' in text and 'name="disposition"' in text


def test_treatment_records_get_a_consent_of_their_own(centre, sent):
    client = visit(crew(centre, "clinician"))
    outline = open_record(client, sent)
    client.post(
        reverse("field:consent", args=[outline.id]),
        {"what": ["case_plan", "sud_record"], "to": [str(centre.cast.agency["part2_program"])], "until": "30",
         "signer": "R", "way": "drawn", "signature": "M0 0L1 1"},
    )  # fmt: skip
    forms = {c.form: c.categories for c in sharing.consents_in_force(outline.person)}
    assert forms == {"roi": ["case_plan"], "hipaa_auth": ["case_plan"], "part2": ["sud_record"]}


def test_who_is_it_shows_only_whom_the_call_lets_one_see(centre, sent):
    _, record = someone(centre.cast, "police")
    client = visit(crew(centre, "cit_officer"))
    outline = open_record(client, sent)
    found = client.post(
        reverse("field:person", args=[outline.id]), {"look": "yes", "given": "Roza", "family": "Delgato"}
    )
    assert "Rosa Delgado" in found.content.decode()
    client.post(reverse("field:person", args=[outline.id]), {"record": str(record.id)})
    assert encounters.outline(outline.id).person == people_queries.person_of(record.id)


def test_a_silent_alarm_changes_nothing_on_the_screen(centre, sent):
    from commonweal.messages import queries as messages

    client = visit(crew(centre, "clinician"))
    before = client.get(reverse("field:index")).content
    assert client.post(reverse("field:duress")).status_code == 204
    after = client.get(reverse("field:index")).content
    assert messages.open_duress().count() == 1
    assert before.count(b"<") == after.count(b"<")


@pytest.mark.parametrize(
    "role", ["call_taker", "case_manager", "analyst", "administrator", "privacy_officer"]
)
def test_other_desks_do_not_open_the_field(centre, sent, role):
    assert visit(centre.cast[role]).get(reverse("field:index")).status_code == 403


def test_a_worker_of_another_team_finds_no_such_encounter(centre, sent):
    outline = open_record(visit(crew(centre, "clinician")), sent)
    other = visit(centre.crews["T1"][0])
    for name in ("encounter", "person", "consent", "refer"):
        real = other.get(reverse(f"field:{name}", args=[outline.id]))
        none = other.get(reverse(f"field:{name}", args=[uuid4()]))
        assert real.status_code == none.status_code == 404, name
        assert real.content.replace(str(outline.id).encode(), b"") == none.content.replace(
            none.wsgi_request.path.split("/")[3].encode(), b""
        )


def test_a_stranger_is_sent_to_sign_in(client, centre, sent):
    assert client.get(reverse("field:index")).status_code == 302
    assert client.post(reverse("field:open"), {"call": str(UUID(int=1))}).status_code == 302


def test_whoever_agrees_gets_a_copy_with_every_element_and_nobody_else_does(centre, sent):
    """42 CFR 2.31(a), 45 CFR 164.508(c)(4): also who interpreted, and by what authority another signed."""
    client = visit(crew(centre, "clinician"))
    outline = open_record(client, sent)
    url = reverse("field:consent_copy", args=[outline.id])
    assert "Nothing to hand over" in client.get(url).content.decode()
    asked = {
        "what": "sud_record", "to": str(centre.cast.agency["social_service"]), "until": "180", "way": "drawn",
        "signer": "Ife Okafor", "signature": "M0 0L9 9", "acting_as": "health_care_proxy",
        "papers": "Proxy of May 2024", "subject_name": "Lee Okafor", "interpreter": "No. 4471",
        "spoken": "vi",
    }  # fmt: skip
    path = reverse("field:consent", args=[outline.id])
    half = client.post(path, {**asked, "papers": ""})
    assert half.status_code == 400 and 'value="No. 4471"' in half.content.decode(), "what was typed stays"
    assert client.post(path, asked).status_code == 302
    text = client.get(url).content.decode()
    for element in (
        "Lee Okafor", "Ife Okafor", "Health-care proxy · Proxy of May 2024", "42 CFR 2.31",
        "Who may share it", "Open Door Services", "Substance use treatment", "What for", "Until",
        "Vietnamese by No. 4471", "take this back at any time", "do not depend on it", "42 CFR part 2",
    ):  # fmt: skip
        assert element in text, element
    assert client.get(url, {"as": "pdf"}).content.startswith(b"%PDF")
    for role in ("case_manager", "analyst", "administrator"):
        assert visit(centre.cast[role]).get(url).status_code in (403, 404), role
    assert visit(centre.crews["P1"][0]).get(url).status_code == 404, "another team"


def test_a_person_on_the_scene_takes_a_consent_back(centre, sent):
    actor = crew(centre, "clinician")
    client = visit(actor)
    outline = open_record(client, sent)
    person, _ = someone(centre.cast, "health")
    client.post(reverse("field:person", args=[outline.id]), {"person": str(person)})
    person = encounters.outline(outline.id).person
    consent = consented(centre.cast, person, "roi", ["social_service"], ["case_plan"])
    hidden = consented(centre.cast, person, "part2", ["social_service"], ["sud_record"])
    text = client.get(reverse("field:consent", args=[outline.id])).content.decode()
    assert str(consent) in text and str(hidden) not in text
    page = reverse("field:withdraw", args=[outline.id])
    sent_ = {"consent": str(consent), "said": "spoken"}
    assert visit(centre.crews["P1"][0]).post(page, sent_).status_code == 404
    assert client.get(page).status_code == 405
    assert client.post(page, {**sent_, "said": ""}).status_code == 400
    assert client.post(page, {**sent_, "consent": str(hidden)}).status_code == 404
    assert sharing.consents_in_force(person).count() == 2
    assert client.post(page, sent_).status_code == 302
    assert [c.id for c in sharing.consents_in_force(person)] == [hidden]

"""A text longer than its column is refused by the field's name, on either database, and nothing is kept."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import CharField
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as some

from commonweal.cases import actions as cases
from commonweal.community import actions as community
from commonweal.community.models import Meeting
from commonweal.directory import actions as directory
from commonweal.directory.models import Provider
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.kernel.lengths import limits, refuse_too_long
from commonweal.kernel.models import Base, JournalLine
from commonweal.people import actions as people
from commonweal.people.models import SourceRecord
from factories.calls import open_centre
from factories.cases import support
from factories.cast import SETUP, Cast, gather
from factories.visitor import visit

LONG = "x" * 9_000
MODELS = [model for model in apps.get_models() if issubclass(model, Base)]


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies of every kind."""
    return gather()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_text_column_has_its_limit_and_holds_to_it(model: type[Base]) -> None:
    """One character more is refused, by name; as many as it holds pass."""
    columns = {f.attname for f in model._meta.concrete_fields if isinstance(f, CharField) and f.max_length}
    assert {name for name, _ in limits(model)} == columns
    for name, most in limits(model):
        row = model()
        row.__dict__[name] = "x" * most
        refuse_too_long(model, row)
        row.__dict__[name] = "x" * (most + 1)
        with pytest.raises(Invalid) as said:
            refuse_too_long(model, row)
        assert said.value.field == name and str(most) in said.value.remedy


@given(some.text(min_size=0, max_size=400))
def test_letters_count_not_bytes(text: str) -> None:
    """A name of 160 letters with accents is a name of 160 letters."""
    row, most = Provider(name=text), dict(limits(Provider))["name"]
    if len(text) <= most:
        refuse_too_long(Provider, row)
    else:
        with pytest.raises(Invalid):
            refuse_too_long(Provider, row)


def test_it_is_said_in_spanish_too() -> None:
    with translation.override("es"), pytest.raises(Invalid) as said:
        refuse_too_long(Provider, Provider(name=LONG))
    assert "caracteres" in said.value.remedy


class TestActs:
    """Nothing of the act is left: no row, no line."""

    def test_a_provider(self, cast: Cast) -> None:
        with pytest.raises(Invalid) as said:
            directory.keep_provider(by=SETUP, name=LONG)
        assert said.value.field == "name" and not Provider.objects.exists()

    def test_a_meeting(self, cast: Cast) -> None:
        with pytest.raises(Invalid) as said:
            community.call_meeting(
                by=SETUP, title_en="Open", title_es="", starts=clock.now() + timedelta(days=1), place=LONG
            )
        assert said.value.field == "place" and not Meeting.objects.exists()

    def test_a_record_of_a_person(self, cast: Cast) -> None:
        lines = JournalLine.objects.count()
        with pytest.raises(Invalid) as said:
            people.file_record(
                by=SETUP, agency=cast.agency["police"], external_id="1", values={"given": LONG, "family": "D"}
            )
        assert said.value.field == "given"
        assert not SourceRecord.objects.exists() and JournalLine.objects.count() == lines

    def test_a_goal(self, cast: Cast) -> None:
        at = support(cast)
        with pytest.raises(Invalid) as said:
            cases.add_goal(by=at.manager, case=at.case, text="Walk", domain=LONG)
        assert said.value.field == "domain"


def test_the_page_answers_with_the_field_and_not_with_a_fault(db: None) -> None:
    """On the desk, in the community, at a case: what PostgreSQL would have answered with a fault."""
    centre = open_centre(staffed=False)
    call = centre.call()
    desk = visit(centre.desk, "dispatch").post(reverse("desk:caller", args=[call]), {"language": LONG})
    asked = {"name": LONG, "contact": "4 Elm St", "text": "All reports of May"}
    public = visit(centre.cast["analyst"]).post(reverse("resident:records"), asked)
    at = support(centre.cast)
    goal = visit(at.manager).post(
        reverse("casework:act", args=[at.case, "goal"]), {"text": "Walk", "domain": LONG}
    )
    assert [answer.status_code for answer in (desk, public, goal)] == [400, 400, 400]
    for answer in (desk, public, goal):
        assert "characters" in answer.content.decode()

"""No code and no machine's date reaches a reader: the pack of codes knows every word of the screens."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from commonweal import packs
from commonweal.agencies import queries as agencies
from commonweal.directory.models.places import STATUSES
from commonweal.engines.linkage.levels import FIELDS
from commonweal.kernel import codes, days
from commonweal.referrals import states
from commonweal.sharing import queries as sharing
from commonweal.sharing.models import Agreement, Consent
from commonweal.web.signin import DEVICES
from commonweal.web.stages import NAMES

POLICY = packs.read("policy/us_federal.yaml")
assert isinstance(POLICY, dict)
VOCABULARY = POLICY["vocabulary"]
SPOKEN = {
    "categories": set(sharing.CATEGORIES),
    "fields": {field for fields in sharing.CATEGORIES.values() for field in fields},
    "roles before the gate": set(VOCABULARY["actors"]),
    "purposes": set(VOCABULARY["purposes"]),
    "owed": set(POLICY["obligations"]),
    "kinds of agency": set(agencies.AGENCY_KINDS),
    "kinds of unit": set(agencies.UNIT_KINDS),
    "consent": set(Consent.FORMS),
    "agreements": {*Agreement.KINDS, "draft", "in_force", "ended"},
    "referrals": {*states.STATES, states.SENDER, states.RECEIVER, states.PRODUCT},
    "services": set(STATUSES),
    "compared fields": {field.name for field in FIELDS},
    "levels of agreement": {level.name for field in FIELDS for level in field.levels},
    "devices": set(DEVICES),
    "moments and states": set(NAMES),
}


def shown(source: str, **values: object) -> str:
    """A piece of a page."""
    return Template(source).render(Context(values)).strip()


@pytest.mark.parametrize("family", SPOKEN)
def test_every_code_of_a_family_has_its_words(family: str) -> None:
    """A new role, field or state comes with its English and its Spanish."""
    assert SPOKEN[family] - set(codes.known()) == set()


def test_a_code_is_written_once() -> None:
    """Two families that share a code would overwrite each other unseen."""
    families = packs.read(codes.PACK)
    assert isinstance(families, dict)
    every = [code for family in families.values() for code in family]
    assert sorted(every) == sorted(set(every))
    assert all(en.strip() and es.strip() and "_" not in en + es for en, es in codes.known().values())


def test_codes_speak_the_readers_language() -> None:
    """By filter, in a list, and where a permit left something out; an unknown code keeps its own words."""
    with translation.override("es"):
        assert shown("{{ code|words }}", code="not_resolved") == "Necesidad sin resolver"
        assert shown("{{ names|several }}", names=["dob", "hmis"]) == (
            "fecha de nacimiento, servicios para personas sin hogar (HMIS)"
        )
        assert "domicilio, nombre" in shown("{% withheld names %}", names={"name", "home_address"})
    with translation.override("en"):
        assert shown("{{ code|words }}", code="cit_officer") == "CIT officer"
        assert "CIT officer, name" in shown("{% withheld names %}", names={"name", "cit_officer"})
        assert codes.said("a_new_thing") == "A new thing"


def test_days_are_written_as_the_language_writes_them() -> None:
    """In the page's zone: the day may be another than in the store."""
    night = datetime(2026, 11, 23, 5, 5, tzinfo=UTC)
    with timezone.override("America/Los_Angeles"):
        with translation.override("es"):
            assert days.said(night) == "22 nov 2026" and days.said(date(2026, 1, 3)) == "3 ene 2026"
            assert shown("{{ at|local }}", at=night) == "22 nov 2026, 21:05 PST"
            assert shown("{{ at|told }}", at=night) == "22 de noviembre de 2026, 21:05 PST"
            assert days.weekday(night).lower().startswith("dom 22 nov 2026")
        with translation.override("en"):
            assert shown("{{ at|local }}", at=night) == "Nov 22, 2026, 21:05 PST"
            assert shown("{{ at|local:'time' }}", at=night) == "21:05 PST"
            assert shown("{{ day|day }}", day=date(2026, 1, 3)) == "Jan 3, 2026"
    with translation.override("es"):
        posted = ["2026-11-22T10:00", "2026-11-22", "case_plan", "Rosa"]
        assert [shown("{{ v|word }}", v=v) for v in posted] == [
            "22 nov 2026, 10:00", "22 nov 2026", "Plan del caso", "Rosa",
        ]  # fmt: skip
        assert shown("{{ v|word }}", v=date(2026, 11, 22)) == "22 nov 2026"
    assert shown("{{ none|day }}{{ none|local }}{{ none|told }}", none=None) == ""

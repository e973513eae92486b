"""What the gallery shows: made-up values for every component."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from commonweal.kernel import clock
from commonweal.web.cells import cells, dots
from commonweal.web.charts import Point
from commonweal.web.pages import Page

HOURS = (7, 5, 4, 3, 3, 4, 6, 9, 11, 12, 13, 14, 15, 15, 16, 18, 20, 22, 24, 25, 23, 19, 14, 10)
SHADES = [[0, "#dcebf0"], [5, "#9cc7d6"], [15, "#4a90a8"], [30, "#0b4a60"]]
CELLS = ("87283082affffff", "872830829ffffff", "87283082effffff", "872830828ffffff", "87283095affffff")


def everything() -> dict[str, Any]:
    """The context of the gallery."""
    now = clock.now()
    return {
        "tiers": ["T0", "T1", "T2", "T3", "T4", "T5", None],
        "kinds": "patrol cit co_response crisis_team clinician ems fire outreach tele".split(),
        "moments": [now - timedelta(minutes=m) for m in (4, 9, 16)],
        "withheld_fields": ["clinical_impression", "substance_use"],
        "refusal": SimpleNamespace(
            acknowledged=True,
            why="Clinical notes are kept for care; an officer may not read them for enforcement.",
            unlock=[
                "A consent that names your agency and this purpose.",
                "An emergency that a medic declares.",
            ],
        ),
        "error": SimpleNamespace(field="call_back", value="5551", remedy="Give ten digits, area code first."),
        "page": Page(range(25), 2, True, "q=harlow"),
        "steps": ["Apart", "Names kept back", "Names for those who act", "Plan"],
        "entries": [
            {
                "at": now - timedelta(hours=30),
                "title": "Call",
                "text": "Worried sister; nobody hurt.",
                "who": "911",
            },
            {"at": now - timedelta(hours=29), "title": "Encounter", "text": "Stayed at home with a plan."},
            {
                "at": now - timedelta(hours=3),
                "title": "Referral accepted",
                "who": "North Shelter",
                "href": "#",
            },
        ],
        "choices": [("calm", "Calm"), ("pacing", "Pacing"), ("crying", "Crying"), ("silent", "Not speaking")],
        "chosen": ["pacing"],
        "bars": [
            Point("North", 11, 7, 15),
            Point("East", 18, 13, 24),
            Point("South", None),
            Point("West", 9, 6, 12),
        ],
        "hours": [Point(f"{h:02}", v, v * 0.7, v * 1.35) for h, v in enumerate(HOURS)],
        "layers": [
            {
                "name": "Calls",
                "kind": "cell",
                "property": "calls",
                "stops": SHADES,
                "data": cells(
                    {"cell": c, "calls": n} for c, n in zip(CELLS, (3, 12, 20, 34, 7), strict=True)
                ),
            },
            {
                "name": "Units",
                "kind": "point",
                "property": "tier",
                "label": "sign",
                "data": dots(
                    [
                        {"lon": -122.42, "lat": 37.77, "tier": "T2", "sign": "CR 1"},
                        {"lon": -122.40, "lat": 37.79, "tier": "T3", "sign": "CT 2"},
                    ]
                ),
            },
        ],
    }

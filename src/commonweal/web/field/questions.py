"""The questions of the encounter form, the same on the page and on the phone: field, words, who writes."""

from django.utils.translation import gettext_lazy

# (field, question, may choose several)
CHIPS = (
    ("contact_type", gettext_lazy("What kind of contact?"), False),
    ("language", gettext_lazy("In what language?"), False),
    ("presenting_needs", gettext_lazy("What does the person need?"), True),
    ("behaviours", gettext_lazy("What did you see?"), True),
    ("risks", gettext_lazy("What could hurt someone?"), True),
    ("techniques", gettext_lazy("What helped?"), True),
    ("force", gettext_lazy("Was force used?"), False),
    ("injured", gettext_lazy("Was anyone hurt?"), True),
    ("hold", gettext_lazy("Was anyone held?"), False),
    ("transport", gettext_lazy("Where did the person go?"), False),
    ("disposition", gettext_lazy("How did it end?"), False),
)
NAMES = tuple(name for name, _question, _many in CHIPS)
MANY = frozenset(name for name, _question, many in CHIPS if many)
YES_NO = ("consent_to_talk", "consent_to_photograph", "arrest_criteria", "arrest_made")
TEXTS = (
    (
        "narrative",
        gettext_lazy("Police part"),
        gettext_lazy("Read by police, for the report. No health details."),
    ),
    ("clinical_impression", gettext_lazy("Clinical part"), gettext_lazy("Read by treating clinicians only.")),
    (
        "shared_note",
        gettext_lazy("Shared part"),
        gettext_lazy("Read by the whole care team and by the person."),
    ),
)
WRITERS = {
    "narrative": frozenset({"patrol_officer", "cit_officer", "corespond_clinician", "crisis_team"}),
    "clinical_impression": frozenset({"corespond_clinician", "crisis_team", "hospital"}),
}

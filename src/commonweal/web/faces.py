"""How it went, in five answers: the same scale for residents and workers, and what is asked of residents."""

from django.utils.translation import gettext_lazy

from commonweal.kernel.errors import Invalid

FACES = (
    ("1", gettext_lazy("Not at all")),
    ("2", gettext_lazy("A little")),
    ("3", gettext_lazy("Somewhat")),
    ("4", gettext_lazy("Mostly")),
    ("5", gettext_lazy("Fully")),
)
OF_RESIDENTS = {
    "respect": gettext_lazy("Were you treated with respect?"),
    "safety": gettext_lazy("Did you feel safe?"),
    "helped": gettext_lazy("Did it help?"),
}


def score(name: str, text: str) -> int | None:
    """One of the five answers as a form posts it, or none; Invalid for anything else."""
    if not text:
        return None
    if text not in dict(FACES):
        raise Invalid(name, text, "Choose one of the five answers, or leave it out.")
    return int(text)

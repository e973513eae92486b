"""What follows a look-up that is reviewed: the officers hear, the worker is asked, their agency is told."""

from commonweal.agencies import queries as agencies
from commonweal.flow.telling import tell
from commonweal.kernel.actors import Subject
from commonweal.sharing import events as shared
from commonweal.sharing import queries as trust_queries


def alert_officers(event: shared.Alerted) -> None:
    """The glass was broken, or look-ups want an explanation: privacy officers hear at once."""
    urgent = event.why in ("break_glass", "emergency")
    kind = f"review_{event.why}" if urgent else "review_opened"
    about, link = Subject("review", event.review), f"/trust/reviews/{event.review}/"
    tell(accounts=agencies.holding("privacy_officer"), kind=kind, about=about, link=link, urgent=urgent)


def ask_the_worker(event: shared.ExplanationAsked) -> None:
    """Whoever is asked to explain a look-up."""
    about, link = Subject("review", event.review), f"/account/asked/{event.review}/"
    tell(accounts=[event.account], kind="explanation_asked", about=about, link=link, again=True)


def tell_the_agency(event: shared.ReviewClosed) -> None:
    """A review ended so that the worker's agency has to act: its administrators hear, not of whom."""
    about, link = Subject("review", event.review), f"/account/asked/{event.review}/"
    told = trust_queries.told_of(trust_queries.review(event.review))
    tell(accounts=told, kind="review_told", about=about, link=link)


def tell_of_the_answer(event: shared.ExplanationGiven) -> None:
    """An explanation came: privacy officers hear."""
    about, link = Subject("review", event.review), f"/trust/reviews/{event.review}/"
    tell(accounts=agencies.holding("privacy_officer"), kind="message", about=about, link=link, again=True)

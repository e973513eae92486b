"""What an order to expunge destroys beyond the rows: the bytes of files."""

from commonweal.cases import actions as cases
from commonweal.encounters import actions as encounters
from commonweal.flow.telling import FLOWING
from commonweal.sharing import events as shared


def destroy_what_was_expunged(event: shared.Sealed) -> None:
    """The bytes of a file go with the order; what was sealed alone stays, closed."""
    if event.of == "document":
        cases.destroy_expunged(by=FLOWING, document=event.id)
    elif event.of == "photograph":
        encounters.destroy_photograph(by=FLOWING, photograph=event.id)

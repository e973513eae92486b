"""What follows when a document of a case changes."""

from commonweal.cases import events as opened
from commonweal.cases import queries as case_queries
from commonweal.flow.telling import tell
from commonweal.kernel.actors import Subject


def tell_who_handed_it_in(event: opened.DocumentChanged) -> None:
    """The check against malware refused a file: whoever handed it in asks for a clean copy."""
    if event.act == "refused" and (account := case_queries.handed_in_by(event.document)):
        about, link = Subject("case", event.case), f"/cases/{event.case}/documents/"
        tell(accounts=[account], kind="document_refused", about=about, link=link, again=True)

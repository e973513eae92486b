"""Mail in two languages that names nobody: that something waits, for which service, until when, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Letter", "answer_letter"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A plain-text mail, ready to send."""

    to: str
    subject: str
    text: str


ANSWER = """\
A referral to {service} waits for your answer.

Open this page to accept, put on your waiting list, decline or ask:
{link}

The link works once, until {until}. It shows no one's name: the person will bring the code {code}.
If this reached you by mistake, open it and choose "This is not for me".

----------

Hay una derivación a {service} que espera su respuesta.

Abra esta página para aceptar, poner en lista de espera, rechazar o preguntar:
{link}

El enlace sirve una sola vez, hasta {until}. No muestra ningún nombre: la persona traerá el código {code}.
Si le llegó por error, ábralo y elija "Esto no es para mí".
"""


def answer_letter(*, to: str, service: str, link: str, until: datetime, code: str) -> Letter:
    """The mail that carries an answer link. `until` is aware, shown as it is given."""
    when = f"{until:%Y-%m-%d %H:%M} {until.tzname()}"
    subject = f"A referral waits for your answer / Una derivación espera su respuesta ({code})"
    text = ANSWER.format(service=_line(service), link=link, until=when, code=code)
    return Letter(_line(to), subject, text)


def _line(text: str) -> str:
    """One line: what a sender typed can never become a header or a second link."""
    return " ".join(text.split())

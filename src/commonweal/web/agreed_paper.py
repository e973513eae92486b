"""A consent on paper, with every element that law asks for: what the person takes home.

42 CFR 2.31(a) names nine elements, 45 CFR 164.508(c) its own, and (c)(4) that the person gets a copy.
"""

from collections.abc import Sequence
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from commonweal.web import tongues

LAW = {
    "part2": "42 CFR 2.31",
    "hipaa_auth": "45 CFR 164.508",
    "vawa": "34 USC 12291(b)(2)",
    "ferpa": "34 CFR 99.30",
}
HOW: dict[str, Promise] = {
    "drawn": _("signed by hand on a screen"),
    "typed": _("by the own name, typed (15 USC 7001)"),
    "verbal": _("spoken, before a witness"),
    "paper": _("signed on paper"),
}


def papers(
    by: Actor, rows: Sequence[queries.Consent], purpose: str, incident: UUID | None = None
) -> list[dict[str, object]]:
    """Each consent by its elements; names and signatures as far as the gate opens them to this reader."""
    said = sharing.Circumstances(incident=incident)
    about = [Subject("consent", row.id) for row in rows]
    answers = (
        sharing.ask_many(by=by, category="identity", purpose=purpose, about=about, circumstances=said)
        if about
        else {}
    )
    shown, now = queries.names_on(sharing.permitted(answers)), clock.now()
    named = {str(one.id): one.name for one in agencies.agencies()}
    outside = queries.outside_names(rows)
    return [
        {
            "row": row,
            "law": LAW.get(row.form, ""),
            "names": shown.get(row.id),
            "to": [*(named.get(one, "") for one in row.recipients), *filter(None, [outside.get(row.id)])],
            "discloser": row.discloser.name if row.discloser else "",
            "how": HOW[row.method],
            "spoken": tongues.said(row.spoken) if row.spoken else "",
            "tongue": tongues.said(row.language),
            "is_over": row.expires_at is not None and row.expires_at <= now,
        }
        for row in rows
    ]

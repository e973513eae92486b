"""Early signs of cases as this worker may see them: asked through the gate, answered by one act."""

from collections.abc import Sequence
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.cases import queries as cases
from commonweal.kernel.actors import Actor, Subject
from commonweal.sharing import actions as sharing
from commonweal.web.casework.words import ANSWERS, MOMENTS, in_words, is_spanish

PURPOSE = "care_coordination"


def signs_of(by: Actor, chosen: Sequence[UUID]) -> dict[UUID, list[dict[str, object]]]:
    """Signs that wait on these cases, by case, each with the moments that the gate opens to this worker."""
    found = cases.signs(chosen)
    permits: dict[Subject, sharing.Permit] = {}
    for category, about in cases.sign_subjects(found).items():
        answers = sharing.ask_many(by=by, category=category, purpose=PURPOSE, about=about)
        permits |= sharing.permitted(answers)
    shown = cases.reasons(found, permits, "es" if is_spanish() else "en")
    return {case: [_row(one) for one in some] for case, some in shown.items()}


def answered_on(case: UUID, permit: sharing.Permit) -> list[dict[str, object]]:
    """How earlier signs of a case were answered, in words."""
    rows = cases.past_signs(case, permit=permit)
    names = agencies.names([str(row["by"]) for row in rows])
    return [
        {**row, "who": names.get(str(row["by"]), ""), "answer": in_words(ANSWERS, row["answer"])}
        for row in rows
    ]


def _row(one: cases.Reason) -> dict[str, object]:
    moments = [(in_words(MOMENTS, kind), at) for kind, at in one.moments]
    said, since = one.sentence, one.seen_at
    return {"id": one.id, "sentence": said, "since": since, "moments": moments, "kept": one.kept}

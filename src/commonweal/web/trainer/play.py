"""A scenario on the same protocol as the desk: hear it, answer, choose a tier, read why."""

from django.http import HttpResponse

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.kernel.errors import Invalid
from commonweal.training import actions, queries
from commonweal.web.pages import desk, page
from commonweal.web.session import Request
from commonweal.web.templatetags.commonweal import TIERS
from commonweal.web.trainer.own import language


def _protocol(scenario: queries.Scenario) -> queries.Protocol:
    """What a centre works by, where the scenario fits it; else the protocol it was written for."""
    for centre in agencies.agencies("ecc"):
        version = calls.adopted_by(centre.id)
        if version and scenario.fits(found := calls.protocol_value(version.id)):
            return found
    return calls.find_protocol(scenario.protocol)


@desk("learn")
def play(request: Request, code: str) -> HttpResponse:
    """The story with the protocol's questions (GET); the score and why (POST)."""
    scenario, spoken = queries.scenario(code), language()
    protocol = _protocol(scenario)
    questions = [
        {
            "id": q.id,
            "text": q.text.said_in(spoken),
            "answers": [(a.id, a.text.said_in(spoken)) for a in q.answers],
            "chosen": request.POST.get(f"q-{q.id}", ""),
        }
        for q in protocol.questions
        if q.id in scenario.truth
    ]
    context = {
        "code": code,
        "title": scenario.title[spoken],
        "story": scenario.story[spoken],
        "questions": questions,
        "tiers": list(TIERS.items()),
        "protocol": protocol.title.said_in(spoken),
    }
    if request.method != "POST":
        return page(request, "trainer/play.html", context)
    tier = request.POST.get("tier", "")
    if tier not in TIERS:
        wrong = Invalid("tier", tier, "Choose one tier from T0 to T5.")
        return page(request, "trainer/play.html", {**context, "error": wrong}, status=400)
    answers = {q: request.POST.get(f"q-{q}", "") for q in scenario.truth}
    run = actions.play(
        by=request.actor,
        scenario=code,
        protocol=protocol,
        truth=scenario.truth,
        answers=answers,
        chosen_tier=tier,
    )
    words = {q.id: {a.id: a.text.said_in(spoken) for a in q.answers} for q in protocol.questions}
    heard = [
        {
            "text": q["text"],
            "yours": words[str(q["id"])].get(answers[str(q["id"])], "–"),
            "truth": words[str(q["id"])][scenario.truth[str(q["id"])]],
            "is_right": answers[str(q["id"])] == scenario.truth[str(q["id"])],
        }
        for q in questions
    ]
    why = queries.verdict(protocol, scenario.truth, spoken)
    return page(request, "trainer/result.html", {**context, "run": run, "heard": heard, "why": why})

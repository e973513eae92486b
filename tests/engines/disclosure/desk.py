"""Short ways to ask the engine, for tests that tell a story."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import cast

from hypothesis import strategies as st

from commonweal import packs
from commonweal.engines.disclosure import Facts, Permit, Policy, Question, Refusal, decide
from spec import disclosure_requests

FEDERAL = "policy/us_federal.yaml"
UK = "policy/uk.yaml"
CALIFORNIA = "policy/us_california.yaml"
POLICY = Policy.compile([packs.read(FEDERAL), packs.read(UK)])
STRICTER = Policy.compile([packs.read(FEDERAL), packs.read(UK), packs.read(CALIFORNIA)])
ON_CALL: dict[str, object] = {"assigned_to_incident": True, "incident_active": True}
TREATING: dict[str, object] = {"care_relationship": True, "actor_covered_entity": True}
CLEARED: dict[str, object] = {"cjis_screened": True, "purpose_code": "C"}
GIVEN = {name: True for name in disclosure_requests.CONSENT_GOOD}

Request = dict[str, object]


def ask(actor: str, category: str, purpose: str, **facts: object) -> Permit | Refusal:
    """The answer to one question in the published form of facts."""
    return decide(Question(actor, category, purpose), Facts.read(facts), POLICY)


def consent(form: str, **changes: object) -> dict[str, object]:
    """A valid consent of a form, in the published shape, with changes."""
    return {"form": form, **GIVEN, **changes}


def facts_of(request: Request, **changes: object) -> dict[str, object]:
    """A request's facts in the published form, changed."""
    return {**cast(Mapping[str, object], request["facts"]), **changes}


def answer(request: Request, policy: Policy = POLICY, **changes: object) -> Permit | Refusal:
    """The answer to a request of the published form with changes to its facts, or to who, what and why."""
    asked = [str(changes.pop(name, request[name])) for name in ("actor", "category", "purpose")]
    return decide(Question(*asked), Facts.read(facts_of(request, **changes)), policy)


def _from_seed(seed: int) -> Request:
    return disclosure_requests.request(Random(seed))


OPENED = [request for request in map(_from_seed, range(12_000)) if isinstance(answer(request), Permit)]
"""Requests to which something opens, so that a property is not proved on refusals alone."""

opened = st.sampled_from(OPENED)
requests = st.one_of(opened, st.integers(0, 2**32).map(_from_seed))
"""Requests of the published form, half of them such that something opens."""

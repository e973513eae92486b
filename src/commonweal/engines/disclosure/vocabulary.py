"""The words a policy knows: roles, categories and their fields, purposes, sources, papers, forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from commonweal.engines.disclosure.facts import Facts
from commonweal.engines.disclosure.question import Question
from commonweal.engines.disclosure.shapes import known, table, words

VALUED = ("source_program", "legal_process")
"""The facts whose values are enumerated by the vocabulary."""

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The published words. ``separate`` fields are never part of "all"; ``never`` may not be opened.

    ``wholes`` are the fields of each category that "all" means: those that are not separate.
    """

    actors: frozenset[str]
    categories: Mapping[str, frozenset[str]]
    wholes: Mapping[str, frozenset[str]]
    separate: frozenset[str]
    never: frozenset[str]
    purposes: frozenset[str]
    origins: frozenset[str]
    processes: frozenset[str]
    forms: frozenset[str]
    jurisdictions: frozenset[str]
    owners: Mapping[str, str]

    @property
    def plain(self) -> frozenset[str]:
        """Every word that a condition may compare a value with; C is the criminal-justice purpose code."""
        named = self.actors | frozenset(self.categories) | self.purposes | self.origins
        return named | self.processes | self.forms | self.jurisdictions | {"C"}

    def whole(self, category: str) -> frozenset[str]:
        """The fields that "all" means for a category: each that is not kept separate; none if unknown."""
        return self.wholes.get(category, NOTHING)

    def lacks(self, question: Question, facts: Facts) -> bool:
        """Whether the question or its facts use a word or a number that this policy does not know."""
        return facts.unknown_value or self._lacks_words(question) or self._lacks_values(facts)

    def _lacks_words(self, question: Question) -> bool:
        fields = self.categories.get(question.category)
        if fields is None or question.actor not in self.actors or question.purpose not in self.purposes:
            return True
        return question.wanted is not None and not question.wanted <= fields

    def _lacks_values(self, facts: Facts) -> bool:
        return (
            facts.jurisdiction not in self.jurisdictions
            or (facts.source_program is not None and facts.source_program not in self.origins)
            or (facts.legal_process is not None and facts.legal_process not in self.processes)
            or any(consent.form not in self.forms for consent in facts.consents)
            or (facts.aggregate_cell_n is not None and facts.aggregate_cell_n < 0)
            or (facts.hours_since_incident is not None and not facts.hours_since_incident >= 0)
            or facts.record_count < 0
        )


def read_vocabulary(base: Mapping[str, object], jurisdictions: frozenset[str]) -> Vocabulary:
    """Return the vocabulary of a base pack. Raises PolicyError where a part is missing or contradicts."""
    where = f"{base.get('pack')}.vocabulary"
    part = table(base.get("vocabulary"), where)
    values = table(part.get("values"), f"{where}.values")
    listed = table(part.get("categories"), f"{where}.categories")
    categories = {name: frozenset(words(fields, f"{where}.{name}")) for name, fields in listed.items()}
    every = frozenset().union(*categories.values())
    origins = frozenset(words(values.get("source_program"), f"{where}.source_program"))
    owners = {name: str(owner) for name, owner in table(base.get("owners"), "owners").items()}
    separate = known(words(part.get("separate"), where), every, f"{where}.separate")
    known(owners, categories, "owners")
    known(owners.values(), origins, "owners")
    return Vocabulary(
        actors=frozenset(words(part.get("actors"), f"{where}.actors")),
        categories=categories,
        wholes={name: fields - separate for name, fields in categories.items()},
        separate=separate,
        never=known(words(part.get("never"), where), every, f"{where}.never"),
        purposes=frozenset(words(part.get("purposes"), f"{where}.purposes")),
        origins=origins,
        processes=frozenset(words(values.get("legal_process"), f"{where}.legal_process")),
        forms=frozenset(words(part.get("forms"), f"{where}.forms")),
        jurisdictions=jurisdictions,
        owners=owners,
    )

"""What is wrong with a body or a parameter, in the reader's language: one sentence a kind of fault.

The kinds are those of the library that reads requests (pydantic); one that is not listed is said in general.
"""

from collections.abc import Mapping

from commonweal.kernel.errors import filled, gettext_noop

GENERAL = gettext_noop("This is not of the expected form")
SAYS: Mapping[str, str] = {
    "missing": gettext_noop("This is missing"),
    "string_type": gettext_noop("Send text"),
    "string_too_short": gettext_noop("Send at least %(min_length)s characters"),
    "string_too_long": gettext_noop("Send at most %(max_length)s characters"),
    "string_pattern_mismatch": gettext_noop("Send text of the form %(pattern)s"),
    "int_type": gettext_noop("Send a whole number"),
    "int_parsing": gettext_noop("Send a whole number"),
    "int_parsing_size": gettext_noop("Send a smaller number"),
    "int_from_float": gettext_noop("Send a whole number"),
    "float_type": gettext_noop("Send a number"),
    "float_parsing": gettext_noop("Send a number"),
    "finite_number": gettext_noop("Send a number that has an end"),
    "bool_type": gettext_noop("Send true or false"),
    "bool_parsing": gettext_noop("Send true or false"),
    "uuid_type": gettext_noop("Send an id, a UUID"),
    "uuid_parsing": gettext_noop("Send an id, a UUID"),
    "literal_error": gettext_noop("Use one of: %(expected)s"),
    "enum": gettext_noop("Use one of: %(expected)s"),
    "date_type": gettext_noop("Write the day as YYYY-MM-DD"),
    "date_parsing": gettext_noop("Write the day as YYYY-MM-DD"),
    "date_from_datetime_parsing": gettext_noop("Write the day as YYYY-MM-DD"),
    "date_from_datetime_inexact": gettext_noop("Write the day as YYYY-MM-DD"),
    "datetime_type": gettext_noop("Write the time as in 2026-03-02T18:00:00-08:00"),
    "datetime_parsing": gettext_noop("Write the time as in 2026-03-02T18:00:00-08:00"),
    "datetime_from_date_parsing": gettext_noop("Write the time as in 2026-03-02T18:00:00-08:00"),
    "timezone_aware": gettext_noop("Write the time with its zone, as in 2026-03-02T18:00:00-08:00"),
    "greater_than": gettext_noop("Send more than %(gt)s"),
    "greater_than_equal": gettext_noop("Send %(ge)s or more"),
    "less_than": gettext_noop("Send less than %(lt)s"),
    "less_than_equal": gettext_noop("Send %(le)s or less"),
    "too_short": gettext_noop("Send at least %(min_length)s of them"),
    "too_long": gettext_noop("Send at most %(max_length)s of them"),
    "list_type": gettext_noop("Send a list"),
    "dict_type": gettext_noop("Send an object with names and values"),
    "model_attributes_type": gettext_noop("Send an object with names and values"),
    "model_type": gettext_noop("Send an object with names and values"),
    "extra_forbidden": gettext_noop("No such field here: leave it out"),
    "json_invalid": gettext_noop("Send JSON"),
}


def said(fault: Mapping[str, object]) -> str:
    """The sentence of one fault, without its full stop.

    A check of our own says its sentence itself; what it says is found in the catalogues as any other.
    """
    found = fault.get("ctx")
    facts = dict(found) if isinstance(found, Mapping) else {}
    kind = str(fault.get("type", ""))
    if kind == "value_error" and "error" in facts:
        return filled(str(facts["error"]), {})
    if "expected" in facts:
        facts["expected"] = str(facts["expected"]).replace(" or ", ", ")
    return filled(SAYS.get(kind, GENERAL), facts)

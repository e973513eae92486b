"""Named facts that an act takes: which they may be, and of what kind, is a typed dictionary."""

from collections.abc import Mapping
from typing import get_type_hints

from django.utils.translation import gettext as _

from commonweal.kernel.errors import Invalid


def checked(given: Mapping[str, object], shape: type) -> None:
    """Invalid for a name that the typed dictionary `shape` has not, or a value of another kind.

    For callers that the type checker has not seen: whatever is not on the list is never written.
    """
    known = get_type_hints(shape)
    if unknown := sorted(set(given) - set(known)):
        raise Invalid("facts", ", ".join(unknown), f"Use: {', '.join(known)}.")
    for name, value in given.items():
        if not isinstance(value, known[name]):
            kinds = getattr(known[name], "__args__", (known[name],))
            words = " or ".join(kind.__name__.replace("NoneType", "nothing") for kind in kinds)
            raise Invalid(name, value, _("Give a value of the kind %(kind)s.") % {"kind": words})

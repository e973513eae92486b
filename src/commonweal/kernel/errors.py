"""Kinds of error that a person can act on: what was refused, what is missing, what to do next."""


class CommonwealError(Exception):
    """Base of every error that the product explains; `exit_code` is what the command line returns."""

    exit_code = 1


class Invalid(CommonwealError):
    """Bad input: names the field, the value and the remedy."""

    exit_code = 2

    def __init__(self, field: str, value: object, remedy: str) -> None:
        self.field, self.value, self.remedy = field, value, remedy
        super().__init__(f"{field}: {str(value)[:80]!r} was not accepted. {remedy}")


class NotFound(CommonwealError):
    """No such record, or one that must not be acknowledged: the two look the same on purpose."""

    exit_code = 3

    def __init__(self, kind: str = "record") -> None:
        super().__init__(f"No such {kind}.")


class Conflict(CommonwealError):
    """The act no longer fits the state: someone else acted first. Says what stands now."""

    exit_code = 4


class Unwritable(CommonwealError):
    """The journal cannot be written: whatever would have to be recorded stops, reads included (AU-5)."""

    exit_code = 5

    def __init__(self) -> None:
        super().__init__(
            "The journal cannot be written, so nothing personal is shown or changed. "
            "Tell the administrator at once: the disk may be full, or the database refuses."
        )

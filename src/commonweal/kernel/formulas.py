"""What a spreadsheet would run: cells that begin like a formula, guarded when a file leaves and bared again.

A sign before such a cell keeps it text (OWASP, "CSV Injection"). Which files are guarded, and which columns
of a published format may be, is decision 0018.
"""

GUARD = "'"
# what a spreadsheet takes for the beginning of a formula, wide forms of it included (they are folded there)
RUN = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def runs(text: str) -> bool:
    """Whether a spreadsheet might run it; what is guarded already counts, so that each guard comes off."""
    return text.lstrip(GUARD).startswith(RUN)


def guarded(cell: object) -> str:
    """A cell as text that no spreadsheet runs; numbers stay numbers, and nothing is the empty cell."""
    text = "" if cell is None else str(cell)
    return f"{GUARD}{text}" if not isinstance(cell, int | float) and runs(text) else text


def bared(text: str) -> str:
    """The cell as it was before `guarded`."""
    return text[1:] if text.startswith(GUARD) and runs(text) else text

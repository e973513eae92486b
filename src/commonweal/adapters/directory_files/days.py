"""Days as people write them, to ISO 8601."""

from __future__ import annotations

from datetime import datetime

from commonweal.adapters.files.answers import Finding

WRITTEN = ("%Y-%m-%d", "%Y/%m/%d", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y")
MONTH_FIRST = ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y")
DAY_FIRST = ("%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y")


def read_day(text: str, region: str, findings: list[Finding]) -> str:
    """Return a day as ``YYYY-MM-DD``, empty with a finding where the text is none; a clock time is left off.

    `region` says which number comes first: the month in the United States, elsewhere the day.
    """
    if not text:
        return ""
    for form in (*WRITTEN, *(MONTH_FIRST if region == "US" else DAY_FIRST)):
        for words in (text, text.partition("T")[0], text.partition(" ")[0]):
            try:
                return datetime.strptime(words.strip(), form).date().isoformat()
            except ValueError:
                continue
    findings.append(Finding("assured", text, "is not a day as YYYY-MM-DD or as people write one: not used"))
    return ""

"""The data annex of a frozen cohort: tables with a data dictionary, hidden cells left hidden, under hashes.

The dictionary follows the Data Package and Table Schema specifications (specs.frictionlessdata.io).
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from commonweal.evaluation import actions, queries
from commonweal.evaluation.queries import Cohort
from commonweal.kernel.actors import Actor
from commonweal.kernel.formulas import guarded
from commonweal.sharing.queries import floor
from commonweal.web.evaluator.wording import in_language
from commonweal.web.pages import desk
from commonweal.web.session import Request

Field = tuple[str, str, str]
Row = Sequence[object]
MADE = (1980, 1, 1, 0, 0, 0)  # one moment in every archive: the same figures give the same bytes


def _fields() -> Mapping[str, Sequence[Field]]:
    """Name, type and meaning of each column, by table."""
    return {
        "figures": (
            ("metric", "string", _("The definition's id; its words are in the table of definitions")),
            ("version", "integer", _("The definition's version")),
            ("unit", "string", _("share (0 to 1), minutes, hours or days")),
            ("value", "number", _("Empty where hidden, or where there was nothing to count")),
            ("low", "number", _("Lower end of the interval (95 in 100)")),
            ("high", "number", _("Upper end of the interval (95 in 100)")),
            ("numerator", "integer", _("Empty where hidden, or where the metric has none")),
            ("denominator", "integer", _("Empty where hidden")),
            ("hidden", "boolean", _("Whether the cell is hidden, being too small or revealing one that is")),
            ("left_out", "string", _("Rows left out, by reason; hidden where too few")),
        ),
        "definitions": (
            ("metric", "string", _("The definition's id")),
            ("version", "integer", _("The definition's version")),
            ("title", "string", _("Its name")),
            ("sentence", "string", _("What it says")),
            ("numerator", "string", _("What is counted")),
            ("denominator", "string", _("Against what")),
            ("exclusions", "string", _("What is left out")),
            ("window_days", "number", _("How long an outcome is waited for")),
            ("citation", "string", _("Where the definition comes from")),
            ("dispute", "string", _("What is disputed about it")),
        ),
        "quality": (
            ("agency", "string", _("Whose records")),
            ("source", "string", _("The source system; empty for records made here")),
            ("kind", "string", "missing, order, unreadable, late, drift, import"),
            ("field", "string", _("The field of the record")),
            ("problem", "string", _("What is wrong with it")),
            ("state", "string", "open, taken, corrected, explained, gone"),
            ("reason", "string", _("Why it stays, where somebody explained it")),
            ("records", "integer", _("How many; empty where too few to show")),
            ("of", "integer", _("Of how many")),
        ),
    }


def _figures(found: Cohort) -> Iterable[Row]:
    for told in found.figures:
        metric = queries.metrics().get(told["metric"])
        cells = ["value", "numerator", "denominator"]
        value, numerator, denominator = (None if told["suppressed"] else told[name] for name in cells)
        ends = [None, None] if told["suppressed"] else _ends(told["interval"])
        yield [
            told["metric"], told["version"], metric.unit if metric else "", value, *ends, numerator,
            denominator, str(told["suppressed"]).lower(), _left_out(told["excluded"]),
        ]  # fmt: skip


def _ends(interval: Sequence[float] | None) -> list[float | None]:
    """Low and high of an interval as it was frozen: low, high, level. Two empty cells where there is none."""
    return [*interval[:2]] if interval else [None, None]


def _left_out(excluded: Mapping[str, int | None]) -> str:
    hidden = _("hidden")
    return "; ".join(f"{why}: {hidden if n is None else n}" for why, n in sorted(excluded.items()))


def _definitions() -> Iterable[Row]:
    for metric in queries.metrics().values():
        words = (metric.title, metric.sentence, metric.numerator, metric.denominator, metric.exclusions)
        yield [
            metric.id, metric.version, *(in_language(one) for one in words), metric.window_days,
            in_language(metric.citation), in_language(metric.dispute),
        ]  # fmt: skip


def _quality(by: Actor) -> Iterable[Row]:
    items = list(queries.faults(by, actions.open_sets(by=by)))
    known = actions.numbers(by=by, items=items)
    for item in items:
        number = known[item.id]
        yield [
            item.agency.name, item.source, item.kind, item.field, item.problem, item.state, item.reason,
            number, None if number is None else item.of,
        ]  # fmt: skip


def package(by: Actor, found: Cohort) -> dict[str, bytes]:
    """Every file of the annex by name; the dictionary holds the hash of each table and of the cohort."""
    fields = _fields()
    rows = {"figures": _figures(found), "definitions": _definitions(), "quality": _quality(by)}
    files = {f"{name}.csv": _table([f[0] for f in fields[name]], listed) for name, listed in rows.items()}
    return files | {"datapackage.json": _dictionary(found, fields, files)}


def _table(header: Sequence[str], rows: Iterable[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([["" if cell is None else guarded(cell) for cell in row] for row in rows])
    return out.getvalue().encode()


def _dictionary(
    found: Cohort, fields: Mapping[str, Sequence[Field]], files: Mapping[str, bytes]
) -> bytes:  # fmt: skip
    told: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": f"cohort-{found.id}",
        "title": found.name,
        "created": found.as_of.isoformat(),
        "cohort": {
            "fingerprint": f"sha256:{found.fingerprint}", "start": found.start.isoformat(),
            "end": found.end.isoformat(), "rows": found.sizes, "left_out": found.left_out,
        },
        "suppression": _(
            "Counts from 1 to %(most)s are hidden, and so is whatever would reveal them."
        ) % {"most": floor() - 1},
        "resources": [_resource(name, listed, files[f"{name}.csv"]) for name, listed in fields.items()],
    }  # fmt: skip
    return json.dumps(told, indent=2, ensure_ascii=False).encode()


def _resource(name: str, fields: Sequence[Field], content: bytes) -> dict[str, Any]:
    named = [{"name": one, "type": kind, "description": str(says)} for one, kind, says in fields]
    return {
        "name": name, "path": f"{name}.csv", "profile": "tabular-data-resource", "format": "csv",
        "encoding": "utf-8", "bytes": len(content), "hash": f"sha256:{sha256(content).hexdigest()}",
        "schema": {"fields": named, "missingValues": [""]},
    }  # fmt: skip


@desk("evaluate")
def annex(request: Request, cohort_id: UUID) -> HttpResponse:
    """The annex as one file."""
    found, out = queries.cohort(cohort_id), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in package(request.actor, found).items():
            archive.writestr(zipfile.ZipInfo(name, MADE), content, zipfile.ZIP_DEFLATED)
    headers = {"Content-Disposition": f'attachment; filename="annex-{found.fingerprint[:12]}.zip"'}
    return HttpResponse(out.getvalue(), content_type="application/zip", headers=headers)

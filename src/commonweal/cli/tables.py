"""Files at the command line: rows and documents in, results out, bad input named by file, line and field."""

import csv
import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

ENDINGS = (".csv", ".json", ".jsonl", ".parquet")


class BadFile(ValueError):
    """A file that cannot be used; the message names file, line, field and remedy."""


@dataclass(frozen=True)
class Row:
    """One row and where it stands; values as text, "" where the file has none."""

    values: Mapping[str, str]
    file: str
    line: int

    def text(self, field: str) -> str:
        """The value of a column, stripped; BadFile when the file has no such column."""
        if field not in self.values:
            found = ", ".join(self.values)
            raise BadFile(f"{self.file}, line {self.line}, field {field}: no such column; there are: {found}")
        return self.values[field].strip()

    def number(self, field: str) -> float:
        """The value of a column as a number."""
        text = self.text(field)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.bad(field, "is no number; write digits with a point")
        return value

    def day(self, field: str) -> date:
        """The value of a column as a date."""
        try:
            return date.fromisoformat(self.text(field)[:10])
        except ValueError:
            raise self.bad(field, "is no date; write YYYY-MM-DD") from None

    def bad(self, field: str, remedy: str) -> BadFile:
        """A refusal of one value, to be raised."""
        return BadFile(f"{self.file}, line {self.line}, field {field}: {self.values[field]!r} {remedy}")


def rows(path: Path) -> Iterator[Row]:
    """The rows of a CSV, JSON (a list), JSON lines or Parquet file, by its ending."""
    readers = {".csv": csv_rows, ".json": json_rows, ".jsonl": json_line_rows, ".parquet": parquet_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise BadFile(f"{path}: unknown ending {path.suffix!r}; use one of {', '.join(ENDINGS)}")
    try:
        for line, values in reader(path):
            yield Row({str(k): as_text(v) for k, v in values.items()}, str(path), line)
    except (OSError, UnicodeDecodeError, csv.Error, json.JSONDecodeError) as error:
        raise BadFile(
            f"{path}: cannot be read: {error}; check that it is there and saved as UTF-8"
        ) from error


def as_text(value: object) -> str:
    """A cell as text; "" for nothing."""
    return "" if value is None else str(value)


def csv_rows(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Rows of a CSV file, with the line each ends on."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True, restkey="(more)")
        for values in reader:
            if "(more)" in values:
                raise BadFile(
                    f"{path}, line {reader.line_num}: more values than columns; quote commas in text"
                )
            yield reader.line_num, values


def json_rows(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Objects of a JSON list; the "line" is the place in the list."""
    found = json.loads(path.read_text(encoding="utf-8-sig"))
    if not isinstance(found, list):
        raise BadFile(f"{path}: holds no list; write [{{...}}, ...]")
    yield from enumerate((row_object(path, n, row) for n, row in enumerate(found, start=1)), start=1)


def json_line_rows(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Objects of a JSON lines file; blank lines are passed over."""
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                try:
                    yield number, row_object(path, number, json.loads(line))
                except json.JSONDecodeError as error:
                    raise BadFile(
                        f"{path}, line {number}: is no JSON: {error.msg}; one object a line"
                    ) from error


def parquet_rows(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Rows of a Parquet file; the "line" is the row's number."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except pa.ArrowInvalid as error:
        raise BadFile(f"{path}: is no Parquet file: {error}; write it again") from error
    number = 0
    for batch in file.iter_batches():
        for values in batch.to_pylist():
            number += 1
            yield number, values


def row_object(path: Path, line: int, value: object) -> Mapping[str, object]:
    """A JSON object, or BadFile."""
    if not isinstance(value, dict):
        raise BadFile(f"{path}, line {line}: is no object; write {{column: value, ...}}")
    return value


def document(path: Path) -> Mapping[str, object]:
    """The JSON object in a file ("-" reads standard input)."""
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadFile(f"{path}, line {error.lineno}: is no JSON: {error.msg}; correct it there") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(
            f"{path}: cannot be read: {error}; check that it is there and saved as UTF-8"
        ) from error
    return row_object(path, 1, found)


def number(found: Mapping[str, object], file: Path, field: str, default: float | None = None) -> float:
    """A number from a document; `default` where it is missing, else BadFile."""
    value = found.get(field, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadFile(f"{file}, field {field}: {value!r} is no number; give one")
    return float(value)


def numbers(found: Mapping[str, object], file: Path, field: str) -> list[float]:
    """A list of numbers from a document."""
    value = found.get(field)
    good = isinstance(value, list) and all(
        isinstance(x, int | float) and not isinstance(x, bool) and math.isfinite(x) for x in value
    )
    if not good:
        raise BadFile(f"{file}, field {field}: give a list of numbers")
    return [float(x) for x in cast(Sequence[float], value)]


def table(found: Mapping[str, object], file: Path, field: str) -> list[list[float]]:
    """A list of lists of numbers from a document."""
    value = found.get(field)
    if not isinstance(value, list):
        raise BadFile(f"{file}, field {field}: give a list of lists of numbers")
    return [numbers({field: row}, file, field) for row in value]


def written(result: object, out: Path | None = None) -> None:
    """The result as JSON, to a file or to standard output; what is no finite number becomes null."""
    text = json.dumps(plain(result), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")


def plain(value: object) -> object:
    """A value as JSON can say it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value


def write_csv(path: Path, columns: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    """A CSV file with a header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(lines)


def whole_numbers(found: Mapping[str, object], file: Path, field: str) -> list[int]:
    """A list of whole numbers from a document; empty where it is missing."""
    value = found.get(field)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(x, int) and not isinstance(x, bool) for x in value):
        raise BadFile(f"{file}, field {field}: give a list of whole numbers")
    return [int(x) for x in value]

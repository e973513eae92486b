"""How fast calls are read: 100,000 generated rows of a real export's shape, timed as rows a second.

    PYTHONPATH=src python bench/import_rows.py [--rows N] [--seed S] [--keep FILE]

The rows have the fifty columns of the `alexandria` profile, its null words, its shares of missing times and
its mix of natures. The peer is the csv module alone, splitting the same file into cells and nothing more.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from commonweal.adapters.cad_csv.reader import CallRow, Notice, Reject, load_profile, read

COLUMNS = (
    "Master_Incident_Number,Response_Date,WeekNo,DOW,Day,Hour,Shift,Day_Night,ShiftPart,Agency,Problem,"
    "Priority_Number,Call_Reception,Call_Taker,Dispatcher,Incident_Start_Time,TimeCallViewed,"
    "Incident_Queue_Time,Time_To_Queue,Elapsed_PS_Queue,Time_To_Queue_Diff,Incident_Dispatch_Time,"
    "Time_To_Dispatch,Elapsed_Queue_Disp,Time_To_Disp_Diff,Incident_Phone_Stop,Phone_Time,Elapsed_PS_CTD,"
    "Phone_Time_Diff,TimeFirstUnitDispatchAcknowledged,Processing_Time,Elapsed_Processing,Diff_Proc_Time,"
    "Incident_Enroute_Time,Rollout_Time,Elapsed_Rollout,Diff_Rollout_Time,Incident_Arrival_Time,"
    "Transit_Time,Elapsed_Transit,Diff_Transit_Time,TimeFirstCallCleared,Incident_First_Close_Time,"
    "Call_Reopened,First_Reopen_Time,Final_Closed_Time,Total_Call_Time,Elapsed_Call_Time,"
    "Diff_Total_Call_Time,Disposition"
)
HEADER = COLUMNS.split(",")
AGENCIES = {"POLICE": 63, "EMS": 25, "FIRE": 12}
PRIORITIES = {"1": 22, "2": 40, "3": 19, "4": 17, "8": 2}
SOURCES = {"Phone": 42, "E-911": 33, "OFFICER": 8, "C2C": 7, "Radio": 5, "NOT CAPTURED": 3, "Text": 2}
ENDS = {
    "NR-No Report": 43,
    "UNDEFINED": 34,
    "RE-Report": 10,
    "CI-Citation": 4,
    "CN-Cancellation,NR-No Report": 1,
}


def rows(count: int, random: Random) -> Iterator[list[str]]:
    """Yield `count` rows in the order of HEADER, some nine calls an hour from the first of January on."""
    natures = [f"NATURE {number:03d} {'IN PROG' if number % 3 else 'DELAY'}" for number in range(288)]
    weights = [1 / (number + 4) for number in range(288)]
    when = datetime(2025, 1, 1)
    for number in range(count):
        when += timedelta(seconds=random.expovariate(1 / 400))
        chosen = [random.choices(list(table), list(table.values()))[0] for table in (AGENCIES, PRIORITIES)]
        nature = random.choices(natures, weights)[0]
        yield row(number, when, [chosen[0], nature, chosen[1]], random)


def row(number: int, when: datetime, coded: list[str], random: Random) -> list[str]:
    """One row: the chain of times first, then the durations that the export states beside them."""
    spans = [random.lognormvariate(mean, 1) for mean in (4.2, 4.5, 2.5, 1.5, 5.6, 7.0)]
    moments = [when]
    for span in spans:
        moments.append(moments[-1] + timedelta(seconds=span))
    start, queue, dispatch, acknowledged, enroute, arrival, close = moments
    pairs = [(start, queue), (queue, dispatch), (start, dispatch), (dispatch, enroute), (enroute, arrival)]
    stated = [str(int((later - earlier).total_seconds())) for earlier, later in pairs]
    cells = {
        "Master_Incident_Number": f"25-{number:06d}", "Agency": coded[0], "Problem": coded[1],
        "Priority_Number": coded[2],
        "Call_Reception": random.choices(list(SOURCES), list(SOURCES.values()))[0],
        "Disposition": random.choices(list(ENDS), list(ENDS.values()))[0],
        "Response_Date": clock(start), "Incident_Start_Time": clock(start),
        "Incident_Queue_Time": clock(queue),
        "Incident_Dispatch_Time": clock(dispatch), "TimeFirstUnitDispatchAcknowledged": clock(acknowledged),
        "Incident_Enroute_Time": clock(enroute),
        "Incident_Arrival_Time": clock(arrival) if random.random() > 0.13 else "NULL",
        "Incident_First_Close_Time": clock(close), "Final_Closed_Time": clock(close), "Call_Reopened": "0",
        "Time_To_Queue": stated[0], "Time_To_Dispatch": stated[1], "Processing_Time": stated[2],
        "Rollout_Time": stated[3], "Transit_Time": stated[4], "Shift": "B",
    }  # fmt: skip
    if cells["Incident_Arrival_Time"] == "NULL":
        cells["Transit_Time"] = "NULL"
    return [cells.get(name, "0") for name in HEADER]


def clock(moment: datetime) -> str:
    """Return a time as the export writes it: milliseconds, no zone."""
    return moment.isoformat(" ", "milliseconds")


def write(path: Path, count: int, seed: int) -> None:
    """Write the generated export."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows(count, Random(seed)))


def measure(path: Path) -> None:
    """Read the file by the reader and by the bare csv module; print rows a second and their ratio."""
    begun = time.perf_counter()
    kinds = Counter(type(item) for item in read([path], load_profile("alexandria")))
    taken = time.perf_counter() - begun
    begun = time.perf_counter()
    with path.open(newline="", encoding="utf-8") as stream:
        count = sum(1 for _ in csv.reader(stream)) - 1
    bare = time.perf_counter() - begun
    print(f"calls {kinds[CallRow]:,}, rejects {kinds[Reject]:,}, notices {kinds[Notice]:,}")
    print(f"reader: {count / taken:,.0f} rows/s ({taken:.2f} s)")
    print(f"csv module alone: {count / bare:,.0f} rows/s; the reader takes {taken / bare:.1f} times as long")


def main() -> None:
    """Generate, or keep, the file; then measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="write the export here and leave it")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = asked.keep or Path(folder) / "calls.csv"
        write(path, asked.rows, asked.seed)
        print(f"{asked.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB")
        measure(path)


if __name__ == "__main__":
    main()

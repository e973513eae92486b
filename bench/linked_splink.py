"""The peer of bench/linked.py: Splink set up by hand for a kind of data, as its documentation advises.

python bench/linked_splink.py historical|synthetic people.csv clusters.csv

Retuned in good faith: wide blocking, term frequencies, three passes of expectation maximisation on keys that
are rare enough not to explode, pairs from 0.95 on, connected components.
"""

import csv
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

PAIRS_FROM = 0.95
Rules = list[tuple[str, ...]]
HISTORICAL: Rules = [
    ("substr(first_name,1,3)", "substr(surname,1,4)"),
    ("surname", "dob"),
    ("first_name", "dob"),
    ("postcode_fake", "first_name"),
    ("postcode_fake", "surname"),
    ("dob", "birth_place"),
    ("substr(postcode_fake,1,3)", "dob"),
    ("substr(postcode_fake,1,3)", "first_name"),
    ("substr(postcode_fake,1,3)", "surname"),
    ("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
]
SYNTHETIC: Rules = [
    ("born", "substr(given,1,2)"),
    ("born", "substr(family,1,3)"),
    ("family", "given", "substr(born,1,3)"),
    ("phone",),
    ("street", "number", "substr(given,1,1)"),
    ("postcode", "family"),
    ("postcode", "given", "substr(born,1,4)"),
]


def comparisons(kind: str) -> list[object]:
    """What is compared, and how."""
    if kind == "historical":
        return [
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ]
    return [
        cl.JaroWinklerAtThresholds("given").configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("family").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("born", input_is_string=True),
        cl.LevenshteinAtThresholds("phone", 1),
        cl.JaroWinklerAtThresholds("street"),
        cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
    ]


def trained(kind: str, table: pa.Table) -> Linker:
    """A linker that has learned."""
    rules = HISTORICAL if kind == "historical" else SYNTHETIC
    first = ("first_name", "surname", "dob") if kind == "historical" else ("given", "family", "born")
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=comparisons(kind),
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
    )
    linker = Linker(DuckDBAPI().register(table), settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match([block_on(*first)], recall=0.4)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in ((first[0], first[1]), (first[2],), (first[1], "substr(" + first[2] + ",1,4)")):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    return linker


def main(kind: str, people: str, clusters: str) -> None:
    """Link a file and write its clusters."""
    table = pyarrow.csv.read_csv(
        people,
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(pyarrow.csv.open_csv(people).schema.names, pa.string()),
            strings_can_be_null=True,
        ),
    )
    linker = trained(kind, table)
    pairs = linker.inference.predict(threshold_match_probability=PAIRS_FROM)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, PAIRS_FROM)
    rows = found.as_duckdbpyrelation().select("cluster_id", "id").fetchall()
    with Path(clusters).open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("source", "id", "cluster"))
        writer.writerows(("people", id, cluster) for cluster, id in rows)


if __name__ == "__main__":
    main(*sys.argv[1:])

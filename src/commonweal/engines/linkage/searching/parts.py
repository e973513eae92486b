"""An index as named arrays, and back: whoever starts next maps them into memory instead of building."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from commonweal.engines.linkage.searching.columns import CODES, Columns, Layout
from commonweal.engines.linkage.searching.index import Index
from commonweal.engines.linkage.searching.later import Later
from commonweal.engines.linkage.searching.postings import Postings
from commonweal.engines.linkage.searching.vocabulary import Vocabulary

Parts = dict[str, NDArray[np.generic]]


def parts_of(index: Index) -> Parts:
    """Every array of an index; records added since it was built must be built in before (ValueError)."""
    if index.later.ids:
        raise ValueError(f"later: {len(index.later.ids)} records were added since; build anew, then keep")
    people = index.people
    return {
        "table": people.table,
        "layout": np.array(people.layout),
        "codes": np.array([CODES.index(code) for code in people.codes], dtype=np.int64),
        "code_bits": people.code_bits,
        "starts": index.postings.starts,
        "records": index.postings.records,
        "hidden": index.hidden,
        "name_counts": people.names.counts,
        "word_counts": people.words.counts,
        **text_parts("ids", index.ids),
        **text_parts("names", people.names.words),
        **text_parts("words", people.words.words),
    }


def index_of(parts: Mapping[str, NDArray[np.generic]]) -> Index:
    """The index whose parts these are; KeyError where one is missing."""
    found = {name: np.asarray(part) for name, part in parts.items()}
    layout = Layout(*found["layout"].tolist())
    names, words = (
        Vocabulary(texts_of(found, f"{kind}s").to_pylist(), found[f"{kind}_counts"].astype(np.int64))
        for kind in ("name", "word")
    )
    codes = tuple(CODES[place] for place in found["codes"].tolist())
    people = Columns(
        whole(found["table"]), layout, names, words, codes, found["code_bits"].astype(np.float32)
    )
    postings = Postings(found["starts"].view(np.uint32), whole(found["records"]))
    return Index(
        texts_of(found, "ids"), people, postings, found["hidden"].astype(np.bool_), Later.none(layout)
    )


def whole(part: NDArray[np.generic]) -> NDArray[np.int32]:
    """The same array, known to hold whole numbers."""
    return part.view(np.int32)


def text_parts(name: str, texts: Sequence[str] | pa.Array) -> Parts:
    """Texts as their bytes and where each ends."""
    again = pa.array(texts, pa.string()).cast(pa.large_string())
    _, offsets, data = again.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[again.offset : again.offset + len(again) + 1]
    return {f"{name}_ends": ends, f"{name}_text": np.frombuffer(data or b"", dtype=np.uint8)}


def texts_of(parts: Mapping[str, NDArray[np.generic]], name: str) -> pa.Array:
    """Texts again, without copying."""
    ends, text = parts[f"{name}_ends"], parts[f"{name}_text"]
    return pa.LargeStringArray.from_buffers(len(ends) - 1, pa.py_buffer(ends), pa.py_buffer(text))

"""OR-Library's uncapacitated p-median files: a graph whose every node is a place and a site."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import shortest_path

from commonweal.cli.tables import BadFile


def graph(path: Path) -> tuple[npt.NDArray[np.float64], int]:
    """(shortest ways between all nodes, p) of a pmed file; BadFile names the place of a fault.

    The first line has nodes, edges and p; each other line two nodes and a length. Of an edge that stands
    twice, the last line counts, as in the library's own solutions (J. E. Beasley, Journal of the Operational
    Research Society 41 (1990) 1069-1072).
    """
    try:
        text = path.read_text(encoding="utf-8-sig").split()
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(
            f"{path}: cannot be read: {error}; check that it is there and saved as UTF-8"
        ) from error
    found = [_whole(path, number, word) for number, word in enumerate(text)]
    if len(found) < 3:
        raise BadFile(f"{path}, line 1: give the number of nodes, the number of edges and p")
    nodes, edges, p = found[:3]
    if len(found) != 3 + 3 * edges:
        raise BadFile(f"{path}, line 1, field edges: {edges} are announced, {(len(found) - 3) / 3:g} follow")
    ways = np.full((nodes, nodes), np.inf)
    for line, (a, b, length) in enumerate(np.array(found[3:]).reshape(-1, 3).tolist(), start=2):
        if not (1 <= a <= nodes and 1 <= b <= nodes and length >= 0):
            raise BadFile(f"{path}, line {line}: {a} {b} {length}: nodes are 1 to {nodes}, lengths from 0 up")
        ways[a - 1, b - 1] = ways[b - 1, a - 1] = length
    return np.asarray(shortest_path(ways, directed=False), dtype=np.float64), p


def _whole(path: Path, number: int, word: str) -> int:
    try:
        return int(word)
    except ValueError:
        raise BadFile(f"{path}, number {number + 1}: {word!r} is no whole number; correct it") from None

"""Whether a crowd can be what its files say: every number within its bounds, every row number a row that is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from model.tables.crowd import STORED, Crowd
from model.tables.faults import Faults
from model.tables.table_files import SHARE_SLACK
from model.tables.tables import Line, Link, Need

Array = NDArray[Any]
Columns = dict[str, Array]

ROW: dict[str, type[BaseModel]] = {"lines": Line, "needs": Need, "links": Link}
LARGEST_NUMBER = 10**18 - 1  # by which a line may be called: 18 digits


def content_faults(crowd: Crowd, firms: Sequence[Line]) -> list[str]:
    """Everything that cannot be in what the columns of a crowd say, around these named lines; a sentence each.

    Each column is read once; where one is out of its bounds, what leads from row to row is not followed.
    """
    told = layer_faults(crowd)
    lines, needs, links = (columns_of(crowd, table, told) for table in STORED)
    sizes = {
        "good": len(crowd.goods), "country": len(crowd.countries), "f": crowd.counts["lines"],
        "n": crowd.counts["needs"], "s": len(crowd.named) + crowd.counts["lines"],
    }  # fmt: skip
    for table, columns in zip(STORED, (lines, needs, links), strict=True):
        for name, column in columns.items():
            told += bound_faults(crowd, table, name, column, sizes)
    if told:
        return told
    return [
        *twice_faults(crowd, "lines", "number", lines["number"]),
        *order_faults(crowd, "needs", "f", needs["f"], "line"),
        *order_faults(crowd, "links", "n", links["n"], "need"),
        *twice_faults(crowd, "needs", "good", needs["f"].astype(np.int64) * sizes["good"] + needs["good"]),
        *share_faults(crowd, links),
        *good_faults(crowd, lines, needs, links, firms),
    ]


def columns_of(crowd: Crowd, table: str, told: list[str]) -> Columns:
    """The columns of a table, as they stand in its file; of those that cannot be read it is told why."""
    columns: Columns = {}
    for name in STORED[table]:
        try:
            columns[name] = crowd.column(table, name)
        except Faults as faults:
            told += faults.sentences
        except (OSError, ValueError) as error:
            told.append(f"{place(crowd, table, name)}: it cannot be read ({error})")
    return columns


def place(crowd: Crowd, table: str, name: str) -> str:
    """Where a column is, for whoever must mend it."""
    return f"{crowd.folder.name}/{table}.parquet: column {name}"


def layer_faults(crowd: Crowd) -> list[str]:
    """Say where the layers are not one after the other, up to the last line."""
    ends = [0, *(layer.last for layer in crowd.layers)]
    firsts = [layer.first for layer in crowd.layers]
    if ends[-1] == crowd.counts["lines"] and firsts == ends[:-1] and ends == sorted(ends):
        return []
    return [f"{crowd.folder.name}/linestop.json: layers: they are not one after the other up to the last line"]


def bound_faults(crowd: Crowd, table: str, name: str, column: Array, sizes: dict[str, int]) -> list[str]:
    """Say where a column is out of its bounds: the first row that is, and how many there are."""
    low, high, above = bounds(table, name, sizes)
    if not len(column) or (column.min() >= low and column.max() <= high and (column.min() > low or not above)):
        return []
    with np.errstate(invalid="ignore"):
        fits = (column > low if above else column >= low) & (column <= high)
    rows = np.flatnonzero(~fits)
    span = f"{'above' if above else 'from'} {low:g}" + (f" to {high:g}" if np.isfinite(high) else " on, and finite")
    more = f" (and {len(rows) - 1:,} more)" if len(rows) > 1 else ""
    return [f"{place(crowd, table, name)}: found {column[rows[0]]} in row {rows[0] + 1:,}{more}; {span} is possible"]


def bounds(table: str, name: str, sizes: dict[str, int]) -> tuple[float, float, bool]:
    """The least and the most that may stand in a column, and whether it must be above the least.

    Row numbers are bounded by what they count, all others like the same numbers of named lines.
    """
    if name in sizes:
        return 0, sizes[name] - 1, False
    if name == "number":
        return 0, LARGEST_NUMBER, False
    limits = ROW[table].model_fields[name].metadata
    above = [each.gt for each in limits if getattr(each, "gt", None) is not None]
    least = [each.ge for each in limits if getattr(each, "ge", None) is not None]
    most = [each.le for each in limits if getattr(each, "le", None) is not None]
    return max(above + least, default=0.0), min(most, default=np.finfo(np.float64).max), bool(above)


def order_faults(crowd: Crowd, table: str, name: str, column: Array, what: str) -> list[str]:
    """Say where rows do not stand together by what they belong to."""
    down = np.flatnonzero(column[1:] < column[:-1])
    if not len(down):
        return []
    row = int(down[0]) + 1
    return [f"{place(crowd, table, name)}: found {column[row]} after {column[row - 1]} in row {row + 1:,}; rows stand "
            f"in the order of the {what} that they belong to"]  # fmt: skip


def twice_faults(crowd: Crowd, table: str, name: str, keys: Array) -> list[str]:
    """Say where two rows of a column are the same line, or the same need of a line."""
    if np.all(keys[1:] > keys[:-1]):
        return []
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(np.diff(keys[order]) == 0)
    if not len(same):
        return []
    one, other = sorted((int(order[same[0]]), int(order[same[0] + 1])))
    more = f" (and {len(same) - 1:,} more)" if len(same) > 1 else ""
    return [f"{place(crowd, table, name)}: rows {one + 1:,} and {other + 1:,} say the same twice{more}"]


def share_faults(crowd: Crowd, links: Columns) -> list[str]:
    """Say which needs have shares that do not add to 1, such as those without any link."""
    total = np.bincount(links["n"], links["share"], crowd.counts["needs"])
    wrong = np.flatnonzero(np.abs(total - 1.0) > SHARE_SLACK)
    if not len(wrong):
        return []
    more = f" (and those of {len(wrong) - 1:,} more)" if len(wrong) > 1 else ""
    return [f"{place(crowd, 'links', 'share')}: shares of need {wrong[0]} add to {total[wrong[0]]:g}{more}; 1 is right"]


def good_faults(crowd: Crowd, lines: Columns, needs: Columns, links: Columns, firms: Sequence[Line]) -> list[str]:
    """Say which links bring another good than the need is for."""
    if tuple(line.line for line in firms) != crowd.named:
        return []  # the world was made around other named lines, which is told by whoever puts them in order
    rank = {good: row for row, good in enumerate(crowd.goods)}
    named = np.array([rank.get(line.good, -1) for line in firms], lines["good"].dtype)
    made = np.concatenate((named, lines["good"]))[links["s"]]
    wrong = np.flatnonzero(made != needs["good"][links["n"]])
    if not len(wrong):
        return []
    more = f" (and {len(wrong) - 1:,} more)" if len(wrong) > 1 else ""
    row = int(wrong[0])
    return [f"{place(crowd, 'links', 's')}: found supplier {links['s'][row]} in row {row + 1:,}{more}, which makes "
            f"another good than need {links['n'][row]} is for"]  # fmt: skip

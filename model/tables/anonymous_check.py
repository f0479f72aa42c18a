"""Whether anonymous firms can be what their files say: numbers within bounds, row numbers of rows that are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from model.tables.anonymous_firms import STORED, AnonymousFirms
from model.tables.faults import Faults
from model.tables.rows import Line, Link, Need
from model.tables.table_files import SHARE_SLACK

Array = NDArray[Any]
Columns = dict[str, Array]

ROW: dict[str, type[BaseModel]] = {"lines": Line, "needs": Need, "links": Link}
LARGEST_FLOAT = float(np.finfo(np.float64).max)
LARGEST_NUMBER = 10**18 - 1  # by which a line may be called: 18 digits


def content_faults(anonymous: AnonymousFirms, firms: Sequence[Line]) -> list[str]:
    """Everything that cannot be in what their columns say, around these named lines; a sentence each.

    Each column is read once; where one is out of its bounds, what leads from row to row is not followed.
    """
    faults = layer_faults(anonymous)
    lines, needs, links = (columns_of(anonymous, table, faults) for table in STORED)
    sizes = {
        "good": len(anonymous.goods), "country": len(anonymous.countries), "f": anonymous.counts["lines"],
        "n": anonymous.counts["needs"], "s": len(anonymous.named) + anonymous.counts["lines"],
    }  # fmt: skip
    for table, columns in zip(STORED, (lines, needs, links), strict=True):
        for name, column in columns.items():
            faults += bound_faults(anonymous, table, name, column, sizes)
    if faults:
        return faults
    return [
        *twice_faults(anonymous, "lines", "number", lines["number"]),
        *order_faults(anonymous, "needs", "f", needs["f"], "line"),
        *order_faults(anonymous, "links", "n", links["n"], "need"),
        *twice_faults(anonymous, "needs", "good", needs["f"].astype(np.int64) * sizes["good"] + needs["good"]),
        *sum_faults(anonymous, links),
        *good_faults(anonymous, lines, needs, links, firms),
    ]


def columns_of(anonymous: AnonymousFirms, table: str, faults: list[str]) -> Columns:
    """The columns of a table, as they stand in its file; faults say which cannot be read."""
    columns: Columns = {}
    for name in STORED[table]:
        try:
            columns[name] = anonymous.column(table, name)
        except Faults as error:
            faults += error.sentences
        except (OSError, ValueError) as error:
            faults.append(f"{place_of(anonymous, table, name)}: it cannot be read ({error})")
    return columns


def place_of(anonymous: AnonymousFirms, table: str, name: str) -> str:
    """Where a column is, for whoever must mend it."""
    return f"{anonymous.folder.name}/{table}.parquet: column {name}"


def more(rows: Array) -> str:
    """How many more rows than the first are wrong, in brackets."""
    return f" (and {len(rows) - 1:,} more)" if len(rows) > 1 else ""


def layer_faults(anonymous: AnonymousFirms) -> list[str]:
    """Say where the layers are not one after the other, up to the last line."""
    ends = [0, *(layer.last for layer in anonymous.layers)]
    firsts = [layer.first for layer in anonymous.layers]
    if ends[-1] == anonymous.counts["lines"] and firsts == ends[:-1] and ends == sorted(ends):
        return []
    return [f"{anonymous.folder.name}/linestop.json: layers: they are not one after the other up to the last line"]


def bound_faults(anonymous: AnonymousFirms, table: str, name: str, column: Array, sizes: dict[str, int]) -> list[str]:
    """Say where a column is out of its bounds: the first row that is, and how many there are."""
    low, high, above = bounds(table, name, sizes)
    if not len(column) or (column.min() >= low and column.max() <= high and (column.min() > low or not above)):
        return []
    with np.errstate(invalid="ignore"):
        fits = (column > low if above else column >= low) & (column <= high)
    rows = np.flatnonzero(~fits)
    span = f"{'>' if above else '>='} {low:g}" + (f" and <= {high:g}" if high < LARGEST_FLOAT else " and finite")
    got = f"{column[rows[0]]} in row {rows[0] + 1:,}{more(rows)}"
    return [f"{place_of(anonymous, table, name)}: must be {span}, got {got}"]


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
    return max(above + least, default=0.0), min(most, default=LARGEST_FLOAT), bool(above)


def order_faults(anonymous: AnonymousFirms, table: str, name: str, column: Array, what: str) -> list[str]:
    """The faults of rows that are not sorted by the row they belong to."""
    down = np.flatnonzero(column[1:] < column[:-1])
    if not len(down):
        return []
    row = int(down[0]) + 1
    found = f"{column[row]} after {column[row - 1]} in row {row + 1:,}"
    return [f"{place_of(anonymous, table, name)}: found {found}; sort rows by the {what} that they belong to"]


def twice_faults(anonymous: AnonymousFirms, table: str, name: str, keys: Array) -> list[str]:
    """Say where two rows of a column are the same line, or the same need of a line."""
    if np.all(keys[1:] > keys[:-1]):
        return []
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(np.diff(keys[order]) == 0)
    if not len(same):
        return []
    one, other = sorted((int(order[same[0]]), int(order[same[0] + 1])))
    return [f"{place_of(anonymous, table, name)}: rows {one + 1:,} and {other + 1:,} say the same twice{more(same)}"]


def sum_faults(anonymous: AnonymousFirms, links: Columns) -> list[str]:
    """Say which needs have shares that do not add to 1, such as those without any link."""
    total = np.bincount(links["n"], links["share"], anonymous.counts["needs"])
    wrong = np.flatnonzero(np.abs(total - 1.0) > SHARE_SLACK)
    if not len(wrong):
        return []
    got = f"{total[wrong[0]]:g} of need {wrong[0]}{more(wrong)}"
    return [f"{place_of(anonymous, 'links', 'share')}: shares of a need must add to 1, got {got}"]


def good_faults(
    anonymous: AnonymousFirms, lines: Columns, needs: Columns, links: Columns, firms: Sequence[Line]
) -> list[str]:
    """Say which links bring another good than the need is for."""
    if tuple(line.line for line in firms) != anonymous.named:
        return []  # made around other named lines: model/register.py raises Faults for that
    rank = {good: row for row, good in enumerate(anonymous.goods)}
    named = np.array([rank.get(line.good, -1) for line in firms], lines["good"].dtype)
    made = np.concatenate((named, lines["good"]))[links["s"]]
    wrong = np.flatnonzero(made != needs["good"][links["n"]])
    if not len(wrong):
        return []
    row = int(wrong[0])
    found = f"supplier {links['s'][row]} in row {row + 1:,}{more(wrong)}"
    meant = f"makes another good than need {links['n'][row]} is for"
    return [f"{place_of(anonymous, 'links', 's')}: found {found}, which {meant}"]

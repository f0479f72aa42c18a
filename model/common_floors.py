"""Common floors: which lines of a maker use the very same part, so that one may give it to another."""

from __future__ import annotations

import numpy as np

from model.register import Register
from model.state import Rows


def common_floors(reg: Register) -> tuple[Rows, Rows]:
    """The needs that may lie on one floor, floor by floor: where each floor begins, and the end, P+1; the needs, Q.

    Lines share a part if they belong to one company in one country and buy it under one contract: of the same
    suppliers in the same shares. A line that buys a part of others, or otherwise, uses another part of that name, as
    one that has a sensor of its own. A floor has at least two needs; anonymous firms have one line each.
    """
    tables = reg.tables
    firms = {line.line: line for line in tables.firms}
    contracts: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for link in tables.links:
        if link.share > 0.0:
            contracts.setdefault((link.line, link.good), []).append((link.supplier, link.share))
    floors: dict[tuple[object, ...], list[int]] = {}
    for row, need in enumerate(tables.needs):
        line, contract = firms[need.line], contracts.get((need.line, need.good), [])
        floors.setdefault((line.firm, line.country, need.good, *sorted(contract)), []).append(row)
    common = [rows for rows in floors.values() if len(rows) > 1]
    first = np.cumsum([0, *map(len, common)])
    return first.astype(np.uint32), np.array([row for rows in common for row in rows], np.uint32)

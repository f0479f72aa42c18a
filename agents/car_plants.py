"""Car plants: the lines that one maker has in one country, and the parts that they have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from model.state import Network
from model.tables.rows import Line


@dataclass(frozen=True, slots=True)
class CarPlants:
    """What a maker's lines in one country use, line by line and part by part; a part is called by its place.

    rows: of the lines; needs, links: of each part, the needs that it fills and the ways by which it comes; uses: of
    each line, the part, the need and the units in one of its output; to_start: of each line, the part and, for an
    output of one a day, the units that must lie there before it is opened; shortest_cover: days of the input of which
    least is kept.
    """

    rows: tuple[int, ...]
    needs: list[list[int]]
    links: list[list[int]]
    uses: list[list[tuple[int, int, float]]]
    to_start: list[list[tuple[int, float]]]
    shortest_cover: float


def lines_of_makers(firms: Sequence[Line]) -> dict[tuple[str, str, str], tuple[int, ...]]:
    """The rows of the lines of each company in each country, role by role."""
    found: dict[tuple[str, str, str], tuple[int, ...]] = {}
    for row, line in enumerate(firms):
        maker = line.firm, line.country, line.role
        found[maker] = (*found.get(maker, ()), row)
    return found


def parts_in_common(net: Network) -> dict[int, int]:
    """Need -> the first need on its common floor, for needs that have one."""
    first, shared = net.first_shared.tolist(), net.shared.tolist()
    floors = (shared[begin:end] for begin, end in pairwise(first))
    return {need: floor[0] for floor in floors for need in floor}


def plants_of(rows: tuple[int, ...], net: Network) -> CarPlants:
    """The plants of a maker, from the columns that never change."""
    part_of, places = parts_in_common(net), dict[int, int]()
    found = CarPlants(rows, [], [], [], [], min((shortest_cover(net, row) for row in rows), default=0.0))
    for row in rows:
        uses, to_start = [], []
        for need in range(int(net.first_need[row]), int(net.first_need[row + 1])):
            amount = float(net.per_unit[need] * net.dependence[need])
            part = places.setdefault(part_of.get(need, need), len(places))
            if part == len(found.needs):
                found.needs.append([])
                found.links.append([])
            found.needs[part].append(need)
            found.links[part].extend(range(int(net.first_link[need]), int(net.first_link[need + 1])))
            days = min(float(net.restart_days[row]), 0.5 * float(net.normal_cover[need]))
            uses.append((part, need, amount))
            to_start.append((part, days * amount))
        found.uses.append(uses)
        found.to_start.append(to_start)
    return found


def shortest_cover(net: Network, row: int) -> float:
    """The days of the input of which a line keeps least; endless for a line without needs."""
    covers = net.normal_cover[net.first_need[row] : net.first_need[row + 1]]
    return float(min(covers, default=inf))

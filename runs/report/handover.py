"""The way of a stop on the screen of a terminal: a row a tier."""

from __future__ import annotations

from collections.abc import Sequence

from runs.measures.handover import Lane, lanes
from runs.measures.quantities import after_shock
from runs.simulation.record import Record

LANE_HEADS = ("first stop", "deliveries", "output", "added")
LANE_ROOMS = (12, 12, 10, 11)


def handover_table(record: Record) -> list[str]:
    """A row a tier at home: its first stop, and by how many days its stock put the loss off; [] where nothing was lost.

    Of the lines that lost a week's output the median; days are counted from the shock.
    """
    found = lanes(record)
    if not any(len(lane.hit) or lane.first_stop for lane in found):
        return []
    zero = after_shock(record)
    titles = [f"{lane.title} ({len(lane.hit)} of {len(lane.rows)} line{'s' * (len(lane.rows) != 1)})" for lane in found]
    room = max(map(len, [*titles, "lines that lost a week's output"]))
    return [
        "How the stop was handed on: days by which a week's worth was missing",
        table_row("lines that lost a week's output", LANE_HEADS, room),
        *(table_row(title, lane_cells(lane, zero), room) for title, lane in zip(titles, found, strict=True)),
    ]


def lane_cells(lane: Lane, zero: int) -> list[str]:
    """The days of a lane, counted from the shock; dashes where there is none."""
    stop = None if lane.first_stop is None else lane.first_stop[1]
    days = ["-" if day is None else f"day {day - zero}" for day in (stop, lane.short, lane.lost)]
    return [*days, "-" if lane.added is None else f"{lane.added} days"]


def table_row(title: str, cells: Sequence[str], room: int) -> str:
    """A row: its title in a column of some letters, and its cells."""
    columns = (f"{cell:>{width}}" for cell, width in zip(cells, LANE_ROOMS, strict=True))
    return f"{title:<{room}}{''.join(columns)}"

"""What a run does not say by itself: the fan over what nobody knew, and the band over worlds that fit."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from runs.measures.spread import (
    FAN_COLUMNS,
    SHOWN,
    Fan,
    Fate,
    band_of,
    cost_text,
    day_text,
    vehicles_text,
)


@dataclass(frozen=True)
class Uncertainty:
    """The fans of a scenario, and what became of home in the worlds of the ensemble; empty where there are none."""

    fans: tuple[Fan, ...] = ()
    worlds: tuple[Fate, ...] = ()

    def plain(self) -> list[dict[str, Any]]:
        """The fans as JSON: a row for each value of each range."""
        return [
            {"range": fan.range.name, "value": value, "unit": fan.range.unit, **fate.plain()}
            for fan in self.fans
            for value, fate in zip(fan.range.values, fan.fates, strict=True)
        ]


def worlds_sentence(worlds: Sequence[Fate]) -> str:
    """The outcome over worlds that fit, each with its own luck, in a sentence; empty without any."""
    if not worlds:
        return ""
    stop, vehicles, cost = (band_of(worlds, outcome) for outcome in SHOWN)
    return (
        f"In {len(worlds)} worlds that fit what was seen in 2025 about as well, each with luck of its own: "
        f"first stop of a vehicle line {day_text(stop.middle)} (90 %: {day_text(stop.low)} to "
        f"{day_text(stop.high)}), {vehicles_text(vehicles.middle)} million vehicles not built "
        f"({vehicles_text(vehicles.low)} to {vehicles_text(vehicles.high)}), value added lost {cost_text(cost.middle)} "
        f"% of a year's GDP ({cost_text(cost.low)} to {cost_text(cost.high)})."
    )


def fan_text(fan: Fan, width: int) -> str:
    """A fan for a terminal: a line a value, and what would tell."""
    rows = [FAN_COLUMNS, *fan.rows()]
    rooms = [max(len(row[place]) for row in rows) for place in range(len(FAN_COLUMNS))]
    lines = [f"What hangs on the {fan.range.name}:"]
    for row in rows:
        lines.append("  " + "  ".join(f"{cell:<{room}}" for cell, room in zip(row, rooms, strict=True)).rstrip())
    return "\n".join([*lines, textwrap.fill(f"What would tell: {fan.range.told_by}", width)])


def fan_tables(fans: Sequence[Fan]) -> list[dict[str, Any]]:
    """The fans as tables of the page."""
    return [
        {"title": fan.range.name, "head": FAN_COLUMNS, "rows": fan.rows(), "told_by": fan.range.told_by,
         "source": fan.range.source}
        for fan in fans
    ]  # fmt: skip

"""How far the outcome of a story may be from that of one run: over what nobody knew in it, and over worlds that fit."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from model.metrics import first_day, stopped
from model.scenario.ranges import Range
from runs.measures.outcomes import outcomes
from runs.measures.quantities import after_shock, column, focus, vehicle_lines
from runs.simulation.record import Record

BAND = (0.05, 0.95)


@dataclass(frozen=True)
class Fate:
    """What became of home: first day on which a vehicle line stops (or nan), vehicles not built, loss in % of GDP."""

    first_stop: float
    vehicles: float
    cost: float

    def plain(self) -> dict[str, float | None]:
        """The fate as JSON, None where no line stops."""
        stop = self.first_stop if math.isfinite(self.first_stop) else None
        return {"first_stop_day": stop, "vehicles_not_built": self.vehicles, "gdp_share_lost_pct": self.cost}


@dataclass(frozen=True)
class Band:
    """A band of 90 % of an outcome and its middle; infinite for never."""

    low: float
    middle: float
    high: float


def fate_of(record: Record) -> Fate:
    """What became of home in a run."""
    home, result, zero = focus(record).home, outcomes(record), after_shock(record)
    rows = np.flatnonzero(vehicle_lines(record) & (column(record, "country") == home))
    days = first_day(stopped(record.lines["output"][:, rows], record.lines["usual"][:, rows]), zero)
    first = float(days[days >= 0].min()) - zero if (days >= 0).any() else math.nan
    vehicles, cost = (result.get(f"{key}_{home}") for key in ("vehicles_not_built", "gdp_share_lost_pct"))
    return Fate(first, float(vehicles or 0.0), float(cost or 0.0))


@dataclass(frozen=True)
class Fan:
    """What a scenario comes to for each value of a range, in their order: a fate, or in many worlds many."""

    range: Range
    fates: tuple[Fate, ...]
    worlds: tuple[tuple[Fate, ...], ...] = ()

    def rows(self) -> list[tuple[str, ...]]:
        """The fan as the cells of FAN_COLUMNS; where there are worlds, with their bands."""
        rows = []
        for place, (value, fate) in enumerate(zip(self.range.values, self.fates, strict=True)):
            many = [fates[place] for fates in self.worlds]
            cells = [f"{value:g} {self.range.unit}"]
            for outcome, words in SHOWN.items():
                middle = words(getattr(fate, outcome))
                band = band_of(many, outcome) if many else None
                ends = [] if band is None else [words(band.low), words(band.high)]
                cells.append(middle if set(ends) <= {middle} else f"{middle} ({ends[0]} to {ends[1]})")
            rows.append(tuple(cells))
        return rows


def band_of(fates: Iterable[Fate], outcome: str) -> Band:
    """The band of an outcome over many runs; a run in which nothing stops counts as the latest."""
    values = np.array([getattr(fate, outcome) for fate in fates])
    known = np.where(np.isnan(values), np.inf, values)
    return Band(*np.quantile(known, (BAND[0], 0.5, BAND[1]), method="nearest").tolist())


def day_text(day: float) -> str:
    """A day of a first stop, or that there is none."""
    return f"day {day:.0f}" if math.isfinite(day) else "never"


def vehicles_text(vehicles: float) -> str:
    """A number of vehicles, in millions."""
    return f"{vehicles / 1e6:.2f}"


def cost_text(cost: float) -> str:
    """A loss in percent of a year's GDP.

    >>> cost_text(-0.001), cost_text(-0.02)
    ('0.00', '-0.02')
    """
    return f"{round(cost, 2) + 0.0:.2f}"


FAN_COLUMNS = ("if it is", "first stop of a vehicle line", "vehicles not built, million", "value added lost, % of GDP")
SHOWN: dict[str, Callable[[float], str]] = {"first_stop": day_text, "vehicles": vehicles_text, "cost": cost_text}

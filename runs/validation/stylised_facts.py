"""Stylised facts: observed numbers, and the same measured on a record."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from model.tables.table_files import DATA
from runs.measures import lines, trade
from runs.simulation.record import Record

FACTS = DATA / "facts.csv"
FORETOLD_FILE = "foretold.csv"  # what a search that ended in August 2025 said of later facts
READ: dict[str, tuple[str, ...]] = {  # the columns of a record that measures of facts read; a search keeps no more
    "lines": ("usual", "output", "binding"),
    "needs": ("stock", "used"),
    "links": ("shipped",),
    "licences": ("filed", "granted", "denied", "filed_amount", "granted_amount"),
    "prices": ("contract", "spot_log"),
}


@dataclass(frozen=True)
class StylisedFact:
    """One observed number, with the range in which a model's number counts as right."""

    fact: str
    episode: str
    what: str
    unit: str
    target: float | None
    low: float | None
    high: float | None
    tuned_on: str
    ids: str
    measure: str
    argument: str

    def holds(self, value: float) -> bool | None:
        """Whether a value is within the tolerance; None where nothing was observed within our horizon."""
        if self.low is None or self.high is None:
            return None
        return bool(math.isfinite(value) and self.low - 1e-9 <= value <= self.high + 1e-9)


def stylised_facts(path: Path = FACTS) -> list[StylisedFact]:
    """Read the facts, in the order of the file."""
    with path.open(encoding="utf-8", newline="") as file:
        return [parse_fact(row) for row in csv.DictReader(file)]


def read_foretold(folder: Path = DATA) -> dict[tuple[str, str], float]:
    """What a search that saw nothing of it said of the rest of the year: measure and argument of a fact -> value."""
    place = folder / FORETOLD_FILE
    if not place.exists():
        return {}
    with place.open(encoding="utf-8", newline="") as file:
        return {(row["measure"], row["argument"]): float(row["value"]) for row in csv.DictReader(file)}


def parse_fact(row: Mapping[str, str]) -> StylisedFact:
    """A row of the table as a fact; an empty cell means that nothing was observed."""
    words = {name: row[name] for name in row if name not in NUMBER_COLUMNS}
    target, low, high = (float(row[name]) if row[name] else None for name in NUMBER_COLUMNS)
    return StylisedFact(target=target, low=low, high=high, **words)


NUMBER_COLUMNS = ("target", "low", "high")


def measure_fact(fact: StylisedFact, record: Record) -> float:
    """The value of a fact in a record; nan where it has none, such as the day of a stop that does not happen."""
    return float(MEASURES[fact.measure](record, fact.argument))


MEASURES: dict[str, Callable[[Record, str], float]] = {
    measure.__name__: measure
    for measure in (
        trade.magnets_to,
        trade.magnets_of_2025,
        trade.oxide_of_2025,
        trade.oxide_days_at_zero,
        trade.oxide_destinations,
        trade.oxide_delivered,
        trade.rare_earths_change,
        trade.oxide_to_japan,
        trade.magnets_in_quarter,
        trade.share_from_china,
        trade.oxide_per_magnet,
        lines.first_car_stop,
        lines.first_stop_is,
        lines.first_stop_for,
        lines.makers_stopped,
        lines.stops_for,
        lines.length_of_first_stop,
        lines.loss_in_europe_over_japan,
        lines.worst_month_of_cars,
        lines.shortages_rise,
        lines.distributors_dry,
        lines.approved,
        lines.pending,
        lines.days_to_licence,
        lines.contract_multiple,
        lines.spot_multiple,
    )
}

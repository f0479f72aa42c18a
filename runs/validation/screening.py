"""A first screening: which assumptions move the result most (Morris 1991, elementary effects, by SALib)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runs.validation.cost_of_a_stop import Stop, Tick, cost_of, measure_stops, played, vehicles_not_built

Array = NDArray[Any]

TRAJECTORIES = 4
LEVELS = 4
LENGTH = 182  # days of the stop: between the threshold and the year


@dataclass(frozen=True)
class Assumption:
    """A number, or numbers that are moved together, with the ends of its range as sources.csv has them.

    A setting that ends in `*` is a multiple.
    """

    name: str
    setting: str
    low: float
    high: float

    def at(self, value: float) -> str:
        """The setting with a value."""
        return f"{self.setting}={value:.6g}"


ASSUMPTIONS = (
    Assumption(
        "material at magnet makers, days",
        "needs.cover_days[role=magnet_maker,country=JP,good=dytb|alloy]",
        45,
        75,
    ),
    Assumption("magnets at parts makers, multiple", "needs.cover_days[role=parts_maker,country=JP]*", 0.5, 2),
    Assumption("parts at car makers, multiple", "needs.cover_days[role=automaker,country=JP]*", 0.5, 2),
    Assumption("inputs at other industries, multiple", "needs.cover_days[role=industry,country=JP]*", 0.5, 2),
    Assumption("share of alloy under control", "goods.controlled[good=alloy]", 0.2, 0.6),
    Assumption(
        "lowest use of Dy and Tb after redesign",
        "needs.thrift_least[role=magnet_maker,country=JP,good=dytb]",
        0.4,
        0.9,
    ),
    Assumption("days that redesign takes, multiple", "needs.thrift_days[role=magnet_maker,country=JP]*", 0.5, 2),
    Assumption("worry from which second sources open", "minds.value[parameter=second_source_at]", 0.2, 1),
    Assumption("share given to newcomers", "minds.value[parameter=newcomer_share]", 0.05, 0.5),
    Assumption("how strongly orders follow deliveries", "minds.value[parameter=fill_sensitivity]", 0, 3),
    Assumption("fear of the news", "minds.value[parameter=fear_of_news]", 0, 1),
    Assumption("extra cover when worried", "minds.value[role=*,parameter=caution]", 0, 1.5),
    Assumption("days over which gaps are ordered", "minds.value[parameter=smoothing_days]", 7, 30),
    Assumption("cover at which magnet makers slow down", "minds.value[role=magnet_maker,parameter=alarm_days]", 0, 60),
    Assumption("least speed of a line", "minds.value[role=*,parameter=least_run]", 0.2, 1),
    Assumption("least share for which a car line starts", "minds.value[role=automaker,parameter=least_start]", 0, 0.7),
    Assumption("part of goods at sea that buyers count", "minds.value[parameter=supply_line_weight]", 0.3, 1),
    Assumption("spare capacity of Lynas heavy, multiple", "firms.capacity_per_year[line=LYH]*", 0.9, 2),
)


@dataclass(frozen=True)
class Screening:
    """What a screening found: mean absolute effect and spread, for vehicles (thousands) and cost (%)."""

    names: list[str]
    vehicles: Array
    vehicles_spread: Array
    cost: Array
    cost_spread: Array
    runs: int

    def table(self) -> list[tuple[str, float, float]]:
        """Assumptions by the strength of their effect on vehicles: name, vehicles in thousands, cost."""
        order = np.argsort(-self.vehicles)
        return [(self.names[i], float(self.vehicles[i]), float(self.cost[i])) for i in order]


def runs_of(trajectories: int = TRAJECTORIES) -> int:
    """How many runs a screening takes."""
    return trajectories * (len(ASSUMPTIONS) + 1)


def screen(
    seed: int = 1, trajectories: int = TRAJECTORIES, width: int | None = None, tick: Tick = lambda: None
) -> Screening:
    """Screen the assumptions by their effect on a stop of half a year."""
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as design

    names = [assumption.name for assumption in ASSUMPTIONS]
    problem = {"num_vars": len(names), "names": names, "bounds": [[a.low, a.high] for a in ASSUMPTIONS]}
    points = design.sample(problem, trajectories, num_levels=LEVELS, seed=seed)
    stops = [stop_at(point) for point in points]
    found = np.array(measure_stops(both, stops, width, tick))
    effects = [analysis.analyze(problem, points, found[:, i], num_levels=LEVELS, seed=seed) for i in (0, 1)]
    mean, spread = ([np.asarray(effect[key], float) for effect in effects] for key in ("mu_star", "sigma"))
    return Screening(names, mean[0], spread[0], mean[1], spread[1], len(stops))


def stop_at(point: Array) -> Stop:
    """Half a year without deliveries, with each assumption at its coordinate."""
    settings = tuple(a.at(float(value)) for a, value in zip(ASSUMPTIONS, point, strict=True))
    return Stop(LENGTH, settings=settings)


def both(stop: Stop) -> tuple[float, float]:
    """Vehicles not built, in thousands, and cost in percent of GDP."""
    record = played(stop)
    return vehicles_not_built(record) / 1000.0, cost_of(record)

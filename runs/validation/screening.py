"""Screening: which assumptions move the result most (elementary effects of Morris 1991, by SALib)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runs.measures.history import ALLOY, NEWCOMER, OXIDE, OXIDE_WORDS
from runs.validation.cost_of_a_stop import (
    HOME_COUNTRY,
    Array,
    Callback,
    FullStop,
    cost_in_gdp,
    measure_stops,
    play_stop,
    vehicles_not_built,
)

TRAJECTORIES = 4
GRID_LEVELS = 4
STOP_DAYS = 182  # days of the stop: between the threshold and the year


@dataclass(frozen=True)
class Assumption:
    """A number, or numbers that vary together, with the ends of its range as in sources.csv.

    With a setting that ends in `*` it is a multiple.
    """

    name: str
    setting: str
    low: float
    high: float

    def set_to(self, value: float) -> str:
        """The setting with a value."""
        return f"{self.setting}={value:.6g}"


AT_HOME = f"country={HOME_COUNTRY}"
ASSUMPTIONS = (
    Assumption(
        "material at magnet makers, days",
        f"needs.cover_days[role=magnet_maker,{AT_HOME},good={OXIDE}|{ALLOY}]",
        45,
        75,
    ),
    Assumption("magnets at parts makers, multiple", f"needs.cover_days[role=parts_maker,{AT_HOME}]*", 0.5, 2),
    Assumption("parts at car makers, multiple", f"needs.cover_days[role=automaker,{AT_HOME}]*", 0.5, 2),
    Assumption("inputs at other industries, multiple", f"needs.cover_days[role=industry,{AT_HOME}]*", 0.5, 2),
    Assumption("share of alloy under control", f"goods.controlled[good={ALLOY}]", 0.2, 0.6),
    Assumption(
        f"lowest use of {OXIDE_WORDS} after redesign",
        f"needs.thrift_least[role=magnet_maker,{AT_HOME},good={OXIDE}]",
        0.4,
        0.9,
    ),
    Assumption("days that redesign takes, multiple", f"needs.thrift_days[role=magnet_maker,{AT_HOME}]*", 0.5, 2),
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
    Assumption(
        f"spare capacity of {NEWCOMER['words']}, multiple", f"firms.capacity_per_year[line={NEWCOMER['line']}]*", 0.9, 2
    ),
)


@dataclass(frozen=True)
class Screening:
    """The result of a screening: mean absolute effect and spread, of vehicles (thousands) and cost (% of GDP)."""

    names: list[str]
    vehicles: Array
    vehicles_spread: Array
    cost: Array
    cost_spread: Array
    runs: int

    def table(self) -> list[tuple[str, float, float]]:
        """Assumptions by their effect on vehicles, largest first: name, vehicles in thousands, cost in % of GDP."""
        order = np.argsort(-self.vehicles)
        return [(self.names[i], float(self.vehicles[i]), float(self.cost[i])) for i in order]


def count_screening_runs(trajectories: int = TRAJECTORIES) -> int:
    """How many runs a screening takes."""
    return trajectories * (len(ASSUMPTIONS) + 1)


def screen(
    seed: int = 1, trajectories: int = TRAJECTORIES, width: int | None = None, tick: Callback = lambda: None
) -> Screening:
    """Screen the assumptions by their effect on a stop of half a year.

    width: processes; tick: called after each run.
    """
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as design

    names = [assumption.name for assumption in ASSUMPTIONS]
    problem = {"num_vars": len(names), "names": names, "bounds": [[a.low, a.high] for a in ASSUMPTIONS]}
    points = design.sample(problem, trajectories, num_levels=GRID_LEVELS, seed=seed)
    stops = [stop_at(point) for point in points]
    found = np.array(measure_stops(measure_stop, stops, width, tick))
    effects = [analysis.analyze(problem, points, found[:, i], num_levels=GRID_LEVELS, seed=seed) for i in (0, 1)]
    mean, spread = ([np.asarray(effect[key], float) for effect in effects] for key in ("mu_star", "sigma"))
    return Screening(names, mean[0], spread[0], mean[1], spread[1], len(stops))


def stop_at(point: Array) -> FullStop:
    """A stop of half a year, with each assumption at its coordinate of a point."""
    settings = tuple(a.set_to(float(value)) for a, value in zip(ASSUMPTIONS, point, strict=True))
    return FullStop(STOP_DAYS, settings=settings)


def measure_stop(stop: FullStop) -> tuple[float, float]:
    """Simulate a stop: vehicles not built, in thousands, and cost in percent of GDP."""
    record = play_stop(stop)
    return vehicles_not_built(record) / 1000.0, cost_in_gdp(record)

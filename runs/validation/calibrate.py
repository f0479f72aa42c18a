"""Calibration: a search for the free numbers with which the model reproduces April 2025."""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, OptimizeResult, differential_evolution
from scipy.stats import qmc

from model.scenario.scenario import read_world
from model.tables.calibrated import FILE, WHOLE_DAYS, Tuned, read_tuned
from model.tables.faults import Faults
from model.tables.table_files import DATA, TablesDraft, draft_tables
from runs.files.durable import refuse_place_of_file, write_whole
from runs.processes.compiled_day import simulation_executor
from runs.simulation.record import Record
from runs.simulation.stage import SCENARIOS, play, stage
from runs.validation.cost_of_a_stop import cost_measure, costs_of_stops
from runs.validation.stylised_facts import StylisedFact, measure_fact, stylised_facts

EPISODE = "april-2025"
DAYS = 425
CALIBRATION_SEEDS = (1,)
MOST_MISS = 3.0  # tolerances; a larger miss counts as this, so that one fact does not outweigh the rest
START_SHARE = 0.1  # of the range between bounds: how far from the start the first generation lies
MEMBERS = 64  # a power of two, for Sobol
GENERATIONS = 36
STRATEGY: dict[str, Any] = {
    "strategy": "currenttobest1bin", "mutation": (0.3, 0.8), "recombination": 0.5, "tol": 0.0, "polish": False,
    "updating": "deferred",
}  # fmt: skip

Numbers = NDArray[np.float64]


@dataclass
class Progress:
    """The progress of a calibration: runs, the best distance so far, and that of each generation."""

    runs: int = 0
    best: float = math.inf
    history: list[float] = field(default_factory=list)


def free_numbers(tuned: Mapping[str, Tuned]) -> list[Tuned]:
    """The numbers that the search may change; those set by hand stay."""
    return [each for each in tuned.values() if each.way == "sampled"]


@lru_cache(maxsize=1)
def base_case() -> TablesDraft:
    """The tables of the base case, read once for many worlds."""
    return draft_tables(DATA)


@lru_cache(maxsize=1)
def tuned_numbers() -> dict[str, Tuned]:
    """The table of tuned numbers, read once."""
    return read_tuned(DATA)


def settings_for(values: Mapping[str, float]) -> tuple[str, ...]:
    """Tuned numbers as settings of the command line; whole days are rounded, as a scenario rounds them."""
    whole = {key for key in values if tuned_numbers()[key].unit == WHOLE_DAYS}
    return tuple(f"tuned.{key}={round(value) if key in whole else value!r}" for key, value in values.items())


def values_of_cells(values: Mapping[str, float]) -> dict[str, float]:
    """Those of some tuned numbers that replace a cell of the tables; no other is read outside the episode."""
    return {key: value for key, value in values.items() if tuned_numbers()[key].cell is not None}


def play_episode(values: Mapping[str, float], seed: int, days: int = DAYS) -> Record:
    """Simulate the episode with these tuned numbers."""
    settings = [*settings_for(values), f"days={days}"]
    chain = stage(EPISODE, seed, world=read_world(EPISODE, SCENARIOS, DATA, settings, base_case()))
    record = play(chain)
    chain.release()
    return record


def facts_to_fit() -> list[StylisedFact]:
    """The facts on which numbers may be tuned: those of the episode, and the estimated cost of a stop."""
    return [fact for fact in stylised_facts() if fact.tuned_on == "yes"]


def miss(fact: StylisedFact, value: float) -> float:
    """By how many tolerances a value misses a fact: 0 at the target, 1 at the edge, MOST_MISS at most."""
    if fact.low is None or fact.high is None:
        return 0.0
    if not math.isfinite(value):
        return MOST_MISS
    if fact.target is None or not fact.low <= fact.target <= fact.high or fact.low == fact.high:
        return 0.0 if fact.holds(value) else min(MOST_MISS, 1.0 + abs(value - fact.low))
    return min(MOST_MISS, abs(value - fact.target) / ((fact.high - fact.low) / 2))


def distance(values: Mapping[str, float], seeds: Iterable[int] = CALIBRATION_SEEDS) -> float:
    """The mean squared miss of all facts over some seeds."""
    misses = [miss(fact, value) for seed in seeds for fact, value in measure_facts(values, seed)]
    return float(np.mean(np.square(misses)))


def measure_facts(values: Mapping[str, float], seed: int) -> list[tuple[StylisedFact, float]]:
    """The model's value of each fact to fit, with these tuned numbers."""
    record = play_episode(values, seed)
    costs = costs_of_stops(seed, settings_for(values_of_cells(values)), base_case())
    return [
        (fact, measure_fact(fact, record) if fact.episode == EPISODE else cost_measure(fact, costs))
        for fact in facts_to_fit()
    ]


class Objective:
    """The objective of the search: a point of the unit cube becomes tuned numbers, and these a distance."""

    def __init__(self, free: Sequence[Tuned]) -> None:
        self.keys = [each.key for each in free]
        self.low = np.array([each.low for each in free])
        self.high = np.array([each.high for each in free])

    def values(self, point: Numbers) -> dict[str, float]:
        """The numbers at a point of the cube, to four digits."""
        numbers = self.low + np.clip(point, 0.0, 1.0) * (self.high - self.low)
        return {key: float(f"{number:.4g}") for key, number in zip(self.keys, numbers, strict=True)}

    def point(self, values: Mapping[str, float]) -> Numbers:
        """The point of the cube of these numbers."""
        numbers = np.array([values[key] for key in self.keys])
        return np.asarray((numbers - self.low) / (self.high - self.low))

    def __call__(self, point: Numbers) -> float:
        """The distance at a point."""
        return distance(self.values(point))


def first_generation(objective: Objective, start: Numbers, seed: int, members: int) -> Numbers:
    """A Sobol sample around the start, and the start itself."""
    cloud = qmc.Sobol(len(objective.keys), seed=seed).random(members)
    points = np.clip(start + START_SHARE * (2.0 * cloud - 1.0), 0.0, 1.0)
    points[0] = start
    return np.asarray(points)


def calibrate(
    seed: int = 1,
    minutes: float = 28.0,
    width: int = 2,
    members: int = MEMBERS,
    generations: int = GENERATIONS,
    progress: Progress | None = None,
) -> tuple[dict[str, float], Progress]:
    """Search by differential evolution (Storn and Price 1997, scipy) from a Sobol sample; return the best numbers.

    width: processes. The same seed, members and generations give the same numbers with any number of processes,
    unless the minutes run out first.
    """
    tuned = read_tuned(DATA)
    objective = Objective(free_numbers(tuned))
    start = objective.point({key: each.start for key, each in tuned.items()})
    sides = len(objective.keys)
    progress = progress or Progress()
    with ExitStack() as stack:
        found = differential_evolution(
            objective, Bounds(np.zeros(sides), np.ones(sides)), init=first_generation(objective, start, seed, members),
            maxiter=generations, seed=seed, workers=count_calls(worker_map(stack, width), progress),
            callback=end_of_generation(progress, time.monotonic() + 60.0 * minutes), **STRATEGY,
        )  # fmt: skip
    progress.best = float(found.fun)
    return objective.values(found.x), progress


def end_of_generation(progress: Progress, deadline: float) -> Callable[[OptimizeResult], None]:
    """A callback of the search: keep the best distance of each generation, and end at the deadline."""

    def callback(intermediate_result: OptimizeResult) -> None:
        progress.best = float(intermediate_result.fun)
        progress.history.append(progress.best)
        if time.monotonic() > deadline:
            raise StopIteration

    return callback


def worker_map(stack: ExitStack, count: int) -> Callable[..., Any]:
    """A `map` over processes, or the plain one for a single process."""
    return map if count <= 1 else stack.enter_context(simulation_executor(distance, count)).map


def count_calls(map_over: Callable[..., Any], progress: Progress) -> Callable[..., list[float]]:
    """A `map` that counts its calls in progress."""

    def run(function: Callable[[Any], float], points: Iterable[Any]) -> list[float]:
        values = []
        for value in map_over(function, points):
            progress.runs += 1
            values.append(value)
        return values

    return run


def write_tuned(values: Mapping[str, float], path: Path = DATA / FILE) -> None:
    """Write tuned numbers into their table; bounds, facts and meanings stay.

    A table that does not exist is made from the model's own. Raise Faults as `read_target_table` does.
    """
    rows = read_target_table(path)
    for row in rows:
        if row["key"] in values:
            row["value"] = f"{values[row['key']]:.4g}"
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, text.getvalue())


def read_target_table(path: Path) -> list[dict[str, str]]:
    """Read the table that tuned numbers are written into; raise Faults, before any search, where it cannot be used."""
    refuse_place_of_file(path)
    rows = read_rows(path if path.exists() else DATA / FILE)
    keys, own = {row.get("key") for row in rows}, read_rows(DATA / FILE)
    lacking = [key for key in own[0] if not rows or key not in rows[0]]
    if lacking:
        raise Faults([f"{path}: it is no table of tuned numbers (it lacks {', '.join(lacking)}); name a new file"])
    missing = sorted({row["key"] for row in own} - keys)
    if missing:
        raise Faults([f"{path}: it lacks rows for {', '.join(missing)}; name a new file"])
    return rows


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read the rows of a table of tuned numbers; raise Faults where this fails."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [row for row in csv.DictReader(file, strict=True) if None not in row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Faults([f"{path}: it cannot be read as a table ({error}); name a new file"]) from None

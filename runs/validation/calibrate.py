"""Calibration: the free numbers are searched for with which April 2025 comes out as it was."""

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
from model.tables.calibrated import FILE, Tuned, read_tuned
from model.tables.faults import Faults
from model.tables.table_files import DATA, TablesDraft, draft_tables
from runs.files.durable import refuse_place_of_file, write_whole
from runs.processes.executors import processes
from runs.simulation.record import Record
from runs.simulation.stage import SCENARIOS, play, stage
from runs.validation.cost_of_a_stop import cost_measure, costs_of_stops
from runs.validation.stylised_facts import StylisedFact, measured, stylised_facts

EPISODE = "april-2025"
DAYS = 425
SEEDS = (1,)
WORST = 3.0  # a miss by more tolerances than that counts no more: one lost fact must not rule the rest
NEAR = 0.1  # of the range between bounds: how far around the start the first generation lies
MEMBERS = 64  # a power of two, for Sobol
GENERATIONS = 36

Numbers = NDArray[np.float64]


@dataclass
class Progress:
    """How far a calibration has come, and how good its best numbers are."""

    runs: int = 0
    best: float = math.inf
    history: list[float] = field(default_factory=list)


def free_numbers(tuned: Mapping[str, Tuned]) -> list[Tuned]:
    """The numbers that the search may change; those set by hand stay."""
    return [each for each in tuned.values() if each.way == "sampled"]


@lru_cache(maxsize=1)
def base_case() -> TablesDraft:
    """The tables, read once for many worlds."""
    return draft_tables(DATA)


def settings_for(values: Mapping[str, float]) -> tuple[str, ...]:
    """These numbers in the place of those of the table, as settings on the command line."""
    return tuple(f"tuned.{key}={value!r}" for key, value in values.items())


def played(values: Mapping[str, float], seed: int, days: int = DAYS) -> Record:
    """The episode with these numbers."""
    settings = [*settings_for(values), f"days={days}"]
    chain = stage(EPISODE, seed, world=read_world(EPISODE, SCENARIOS, DATA, settings, base_case()))
    record = play(chain)
    chain.release()
    return record


def facts_to_fit() -> list[StylisedFact]:
    """The facts on which numbers may be tuned: those of the episode, and what a stop is said to cost."""
    return [fact for fact in stylised_facts() if fact.tuned_on == "yes"]


def miss(fact: StylisedFact, value: float) -> float:
    """By how many tolerances a value is off: 0 at the target, 1 at the edge, WORST at most."""
    if fact.low is None or fact.high is None:
        return 0.0
    if not math.isfinite(value):
        return WORST
    if fact.target is None or not fact.low <= fact.target <= fact.high or fact.low == fact.high:
        return 0.0 if fact.holds(value) else min(WORST, 1.0 + abs(value - fact.low))
    return min(WORST, abs(value - fact.target) / ((fact.high - fact.low) / 2))


def distance(values: Mapping[str, float], seeds: Iterable[int] = SEEDS) -> float:
    """How far the episode and the cost of a stop are from what was observed: the mean squared miss."""
    misses = [miss(fact, value) for seed in seeds for fact, value in found(values, seed)]
    return float(np.mean(np.square(misses)))


def found(values: Mapping[str, float], seed: int) -> list[tuple[StylisedFact, float]]:
    """What the model says, with these numbers, about each fact to be fitted."""
    record = played(values, seed)
    costs = costs_of_stops(seed, settings_for(values), base_case())
    return [
        (fact, measured(fact, record) if fact.episode == EPISODE else cost_measure(fact, costs))
        for fact in facts_to_fit()
    ]


class Aim:
    """What the optimiser calls: a point of the unit cube becomes numbers, and these a distance."""

    def __init__(self, free: Sequence[Tuned]) -> None:
        self.keys = [each.key for each in free]
        self.low = np.array([each.low for each in free])
        self.high = np.array([each.high for each in free])

    def values(self, point: Numbers) -> dict[str, float]:
        """The numbers at a point of the cube, to four digits."""
        numbers = self.low + np.clip(point, 0.0, 1.0) * (self.high - self.low)
        return {key: float(f"{number:.4g}") for key, number in zip(self.keys, numbers, strict=True)}

    def point(self, values: Mapping[str, float]) -> Numbers:
        """The point of the cube where these numbers lie."""
        numbers = np.array([values[key] for key in self.keys])
        return np.asarray((numbers - self.low) / (self.high - self.low))

    def __call__(self, point: Numbers) -> float:
        """The distance at a point."""
        return distance(self.values(point))


def first_generation(aim: Aim, start: Numbers, seed: int, members: int) -> Numbers:
    """A Sobol sample around the start, and the start itself."""
    cloud = qmc.Sobol(len(aim.keys), seed=seed).random(members)
    points = np.clip(start + NEAR * (2.0 * cloud - 1.0), 0.0, 1.0)
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
    """Search by differential evolution (Storn and Price 1997, scipy) from a Sobol sample; return the best.

    The same seed, members and generations give the same numbers with any number of processes, unless
    the minutes run out first.
    """
    tuned = read_tuned(DATA)
    aim = Aim(free_numbers(tuned))
    start = aim.point({key: each.start for key, each in tuned.items()})
    told = progress or Progress()
    deadline = time.monotonic() + 60.0 * minutes

    def generation_over(intermediate_result: OptimizeResult) -> None:
        told.best = float(intermediate_result.fun)
        told.history.append(told.best)
        if time.monotonic() > deadline:
            raise StopIteration

    with ExitStack() as stack:
        found = differential_evolution(
            aim,
            bounds=Bounds(np.zeros(len(aim.keys)), np.ones(len(aim.keys))),
            init=first_generation(aim, start, seed, members),
            strategy="currenttobest1bin",
            mutation=(0.3, 0.8),
            recombination=0.5,
            maxiter=generations,
            tol=0.0,
            polish=False,
            seed=seed,
            updating="deferred",
            workers=counted(workers(stack, width), told),
            callback=generation_over,
        )
    told.best = float(found.fun)
    return aim.values(found.x), told


def workers(stack: ExitStack, count: int) -> Callable[..., Any]:
    """A `map` over processes, or the plain one for a single process."""
    return map if count <= 1 else stack.enter_context(processes(count)).executor.map


def counted(over: Callable[..., Any], progress: Progress) -> Callable[..., list[float]]:
    """The same `map`, counting what is done."""

    def run(function: Callable[[Any], float], points: Iterable[Any]) -> list[float]:
        out = []
        for value in over(function, points):
            progress.runs += 1
            out.append(value)
        return out

    return run


def write_tuned(values: Mapping[str, float], path: Path = DATA / FILE) -> None:
    """Write tuned numbers into their table, once and whole; bounds, facts and meanings stay.

    A table that is not there yet is made after the model's own. Raise Faults as `refuse_table` does.
    """
    rows = refuse_table(path)
    for row in rows:
        if row["key"] in values:
            row["value"] = f"{values[row['key']]:.4g}"
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, text.getvalue())


def refuse_table(path: Path) -> list[dict[str, str]]:
    """The rows into which tuned numbers go; raise Faults, before any search, where they cannot be written there."""
    refuse_place_of_file(path)
    rows = rows_of(path if path.exists() else DATA / FILE)
    keys, own = {row.get("key") for row in rows}, rows_of(DATA / FILE)
    lacking = [key for key in own[0] if not rows or key not in rows[0]]
    if lacking:
        raise Faults([f"{path}: it is no table of tuned numbers (it lacks {', '.join(lacking)}); name a new file"])
    missing = sorted({row["key"] for row in own} - keys)
    if missing:
        raise Faults([f"{path}: it lacks rows for {', '.join(missing)}; name a new file"])
    return rows


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a table of tuned numbers; raise Faults where it cannot be read."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [row for row in csv.DictReader(file, strict=True) if None not in row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Faults([f"{path}: it cannot be read as a table ({error}); name a new file"]) from None

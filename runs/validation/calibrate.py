"""Calibration: the best world, an ensemble of worlds that fit about as well, and the one in their middle.

What is free, and why, is the table free_numbers.csv. A first search simulates until LAST_DAY and is handed only facts
that lie before it: what its best world says of the rest of the year (held out) is written down as what was foretold.
The second goes on from there with all facts of 2025. Neither is handed what is kept aside. The best world says how far
a world may miss a fact and still fit; the base case is the world in the middle of those that fit (typical_world.py).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, OptimizeResult, differential_evolution

from model.scenario.scenario import Files, read_files, read_world
from model.tables.calibrated import read_tuned
from model.tables.ensemble import world_settings
from model.tables.faults import Faults
from model.tables.free_numbers import read_free_numbers
from model.tables.table_files import DATA
from runs.batch.execution import code_hash
from runs.processes.compiled_day import simulation_executor
from runs.simulation.identity import scenario_hash
from runs.simulation.record import Record
from runs.simulation.stage import SCENARIOS, play, stage
from runs.validation.ensemble_search import Cube, Effort, Ensemble, draw_ensemble, spread_points
from runs.validation.measured_worlds import Facts, MeasuredWorlds, Problem
from runs.validation.misses import allowed_misses, misses_of
from runs.validation.stylised_facts import READ, StylisedFact, measure_fact, stylised_facts
from runs.validation.typical_world import typical_world

EPISODE = "april-2025"
LAST_DAY = date(2025, 8, 31)  # that the first search sees
LAST_FACT = date(2025, 12, 31)  # the day of the last fact of the episode
TOLD_EVERY = 10  # generations of the search for the best world
SEED = 1  # of the luck inside the world while numbers are searched
STRATEGY: dict[str, Any] = {
    "strategy": "currenttobest1bin", "mutation": (0.3, 0.8), "recombination": 0.5, "tol": 0.0, "polish": False,
    "updating": "deferred", "vectorized": True,
}  # fmt: skip

Numbers = NDArray[np.float64]


@dataclass
class Progress:
    """The progress of a calibration: runs, what is being done, and the best mean squared miss so far.

    say: told each stage in words.
    """

    runs: int = 0
    doing: str = "the best world"
    best: float = float("inf")
    generations: int = 0
    say: Callable[[str], Any] = lambda _: None

    def words(self) -> str:
        """What is being done, for a progress bar."""
        return f"searching {self.doing} (mean squared miss {self.best:.3f})"

    def note(self, words: str) -> None:
        """Note what is being done."""
        self.doing = words
        self.say(f"{self.words()}, {self.runs} runs so far")

    def improve(self, best: float) -> None:
        """Note the best mean squared miss after a generation."""
        self.best, self.generations = best, self.generations + 1
        if self.generations % TOLD_EVERY == 0:
            self.note(self.doing)

    def count(self) -> None:
        """Count a run."""
        self.runs += 1


@dataclass(frozen=True)
class Calibration:
    """What a calibration found: the best world, its misses by fact, the ensemble, and the base case in its middle.

    foretold: what the best world of the first search says of each fact that was held out of it; typical_misses: those
    of the base case.
    """

    best: dict[str, float]
    typical: dict[str, float]
    misses: list[tuple[StylisedFact, float]]
    typical_misses: list[tuple[StylisedFact, float]]
    foretold: list[tuple[StylisedFact, float]]
    ensemble: Ensemble
    runs: int


def mean_squared(misses: Sequence[tuple[StylisedFact, float]]) -> float:
    """The mean squared miss of a world over facts, in tolerances."""
    return float(np.mean(np.square([each for _, each in misses])))


def missed(misses: Sequence[tuple[StylisedFact, float]]) -> list[StylisedFact]:
    """The facts that a world misses by more than a tolerance."""
    return [fact for fact, miss in misses if miss > 1.0]


@lru_cache(maxsize=1)
def episode_files() -> Files:
    """The files of the episode and of the base case, read once for many worlds."""
    return read_files(EPISODE, SCENARIOS, DATA)


@lru_cache(maxsize=2)
def days_until(last: date) -> int:
    """The days of the episode until one, that day included."""
    story, _ = read_world(EPISODE, SCENARIOS, DATA, files=episode_files())
    return story.day_of(last) + 1


def play_episode(values: Mapping[str, float], last: date = LAST_DAY, seed: int = SEED) -> Record:
    """Simulate the episode with these tuned numbers, until a last day, and record what facts are measured on."""
    settings = [*world_settings(values), f"days={days_until(last)}"]
    chain = stage(EPISODE, seed, world=read_world(EPISODE, SCENARIOS, DATA, settings, files=episode_files()))
    record = play(chain, kept=READ)
    chain.release()
    return record


def measure_first(values: Mapping[str, float], facts: Facts) -> list[float]:
    """Simulate a world until the last day that the first search sees, and measure facts on it, in their order."""
    record = play_episode(values)
    return [measure_fact(fact, record) for fact in facts]


def measure_world(values: Mapping[str, float], facts: Facts) -> list[float]:
    """Simulate a world until the last fact of the episode, and measure facts on it, in their order."""
    record = play_episode(values, LAST_FACT)
    return [measure_fact(fact, record) for fact in facts]


def base_case_problem() -> Problem:
    """The search of the base case: the tables of free and tuned numbers, and the facts of the episode."""
    tuned = read_tuned(DATA)
    facts = tuple(fact for fact in stylised_facts() if fact.episode == EPISODE)
    return Problem(tuple(read_free_numbers(DATA, tuned)), tuned, facts, measure_world, measure_first)


def identity_of_runs(problem: Problem) -> str:
    """A digest of all that decides what a simulation of a world measures: code, scenario, tables, numbers, facts.

    Free numbers stand at what is assumed, so that a search that has written a base case still knows its runs.
    """
    world = read_world(EPISODE, SCENARIOS, DATA, world_settings(problem.world({})), files=episode_files())
    return problem.fingerprint(
        hashlib.sha256(f"{code_hash()}{scenario_hash(world)}{problem.measure.__name__}".encode()).hexdigest()
    )


class Objective:
    """The objective of the search for the best world: the mean squared miss over the facts, of many points at once.

    A point of the unit cube becomes searched numbers; uncertain ones stand at what is assumed, and tied ones as theirs.
    """

    def __init__(self, measured: MeasuredWorlds) -> None:
        self.measured, self.problem = measured, measured.problem
        searched = [number for number in self.problem.numbers if number.role in self.problem.roles]
        self.keys = [number.key for number in searched]
        self.low, self.high = np.array([number.ends for number in searched]).reshape(-1, 2).T

    def world(self, point: Numbers) -> dict[str, float]:
        """The world at a point of the cube."""
        drawn = self.low + np.clip(point, 0.0, 1.0) * (self.high - self.low)
        return self.problem.world(dict(zip(self.keys, drawn.tolist(), strict=True)))

    def point(self, world: Mapping[str, float]) -> Numbers:
        """The point of a world."""
        return np.asarray((np.array([world[key] for key in self.keys]) - self.low) / (self.high - self.low))

    def __call__(self, points: Numbers) -> Numbers:
        """The mean squared misses at some points, numbers x points as scipy hands them."""
        found = self.measured.measure([self.world(point) for point in np.atleast_2d(points.T)])
        return np.asarray(np.mean(np.square(misses_of(self.problem.searched_facts, found)), axis=1))


def first_generation(
    objective: Objective, seed: int, members: int, known: Mapping[str, float] | None = None
) -> Numbers:
    """A Sobol sample over all that searched numbers could be, what is assumed of them, and a world that is known."""
    points = spread_points(len(objective.keys), members, seed)
    points[0] = objective.point(objective.problem.world({}))
    if known is not None:
        points[1] = objective.point(known)
    return points


def find_best_world(
    measured: MeasuredWorlds,
    seed: int,
    effort: Effort,
    progress: Progress,
    known: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Search for the world with the least mean squared miss by differential evolution (Storn and Price 1997, scipy).

    known: a world that an earlier search found.
    """
    objective: Any = Objective(measured)
    sides = len(objective.keys)

    def callback(intermediate_result: OptimizeResult) -> None:
        progress.improve(float(intermediate_result.fun))

    cloud = first_generation(objective, seed, effort.members, known)
    found: Any = differential_evolution(
        objective, Bounds(np.zeros(sides), np.ones(sides)), init=cloud,
        maxiter=effort.generations, seed=seed, callback=callback, **STRATEGY,
    )  # fmt: skip
    progress.best = float(found.fun)
    best: dict[str, float] = objective.world(found.x)
    return best


def calibrate(
    problem: Problem,
    seed: int = 1,
    effort: Effort | None = None,
    minutes: float = 30.0,
    width: int = 2,
    log: Path | None = None,
    identity: str = "",
    progress: Progress | None = None,
) -> Calibration:
    """Search for the best world, first without what is held out, then draw worlds that fit about as well and take the
    one in their middle.

    width: processes; log: a file in which each simulated world is kept (of the first search in another beside it), so
    that a search that was ended goes on from there; identity: of what decides a measurement (`identity_of_runs`). The
    same seed and effort find the same worlds with any number of processes. Raise OutOfTime where the minutes run out,
    and Faults where nothing is searched or no fact is tuned on.
    """
    refuse_empty(problem)
    effort, progress, begun = effort or Effort(), progress or Progress(), time.monotonic()

    def in_time() -> bool:
        return time.monotonic() < begun + 60.0 * minutes

    with ExitStack() as stack:
        workers = worker_map(stack, problem, width)
        measured = MeasuredWorlds(problem, workers, log, identity, progress.count, in_time=in_time)
        known = None
        if problem.held_out:
            beside = None if log is None else log.with_name(f"{log.stem}-first{log.suffix}")
            first = MeasuredWorlds(problem.first, workers, beside, identity, progress.count, in_time=in_time)
            progress.note("the best world until August")
            known = find_best_world(first, seed, effort, progress)
        progress.note("the best world")
        best = find_best_world(measured, seed, effort, progress, known)
        misses = misses_of(problem.searched_facts, measured.measure([best]))[0]
        ensemble = draw_ensemble(Cube(measured, allowed_misses(misses)), seed, effort, progress.note)
        typical = typical_world(problem, ensemble.worlds, measured.measure(ensemble.worlds))
        found = measured.measure([best, typical, known or best])
    facts = problem.searched_facts
    of_best, of_typical = (list(zip(facts, row.tolist(), strict=True)) for row in misses_of(facts, found[:2]))
    said = dict(zip(facts, found[2].tolist(), strict=True))
    foretold = [(fact, said[fact]) for fact in problem.held_out]
    runs = measured.simulated + (first.simulated if known else 0)
    return Calibration(best, typical, of_best, of_typical, foretold, ensemble, runs)


def refuse_empty(problem: Problem) -> None:
    """Raise Faults where there is nothing to search, or nothing to search by."""
    if not problem.first.keys("searched"):
        raise Faults(["free_numbers.csv: no number is searched; give one the role searched"])
    if not problem.first.searched_facts:
        raise Faults([f"facts.csv: no fact of {EPISODE} is tuned on; write yes in the column tuned_on of one"])


def worker_map(stack: ExitStack, problem: Problem, count: int) -> Callable[..., Any]:
    """A `map` over processes, or the plain one for a single process."""
    return map if count <= 1 else stack.enter_context(simulation_executor(problem.measure, count)).map

"""Approximate Bayesian computation: worlds that fit the facts about as well as the best one, drawn over all that fits.

A population of worlds is drawn over all that the free numbers could be; step by step what still counts as near is
tightened to the nearer two fifths, and the population moves within it, until it fits (sequential Monte Carlo with an
adaptive tolerance: Del Moral, Doucet and Jasra 2012). The moves are those of differential evolution (ter Braak 2006) as
emcee has them (Foreman-Mackey et al. 2013), and changes of a few numbers at a time. A simulation takes hundredths of a
second, so no emulator stands between the search and the model.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import qmc

from runs.validation.cost_of_a_stop import Array
from runs.validation.measured_worlds import MeasuredWorlds
from runs.validation.misses import excess, misses_of

KEPT = 0.4  # share of the population that is near enough after each tightening
FIRST_DRAWS = 4  # worlds drawn at first for each of the population
LEAST_GAIN = 0.005  # of the tolerance in a tightening; less counts as none
PATIENCE = 6  # tightenings without gain before the search ends where it is
MOVED = 2.0  # numbers of a world that change at a time, on average, in a move of its own
NEAR = 0.1  # standard deviation of half of these changes, as a share of the range; the other half is drawn anew
JITTER = 0.3  # standard deviation of the length of a move, as a share of it


@dataclass(frozen=True)
class Effort:
    """How long a search is: of the best world (members, generations) and of the ensemble around it."""

    members: int = 64  # worlds in a generation of the search for the best; a power of two, for Sobol
    generations: int = 100
    population: int = 128  # worlds that move; at least twice the numbers, for their moves span the space
    steps: int = 6  # moves of each after a tightening
    tightenings: int = 80  # at most
    exploring: int = 24  # moves of each at the end
    worlds: int = 40  # of the ensemble that is kept

    def most_runs(self) -> int:
        """How many simulations a search takes at most."""
        best = self.members * (self.generations + 1)
        return best + self.population * (FIRST_DRAWS + self.steps * self.tightenings + self.exploring)


@dataclass(frozen=True)
class Ensemble:
    """Worlds that fit: their numbers by key, and how far from fitting the furthest is (0: all fit).

    acceptance: of the moves in the last stage.
    """

    worlds: list[dict[str, float]]
    furthest: float
    acceptance: float


class Cube:
    """The unit cube of all numbers that are drawn, and how far its points are from fitting."""

    def __init__(self, measured: MeasuredWorlds, allowed: Array) -> None:
        problem = measured.problem
        self.measured, self.allowed = measured, allowed
        self.keys = problem.keys(*problem.roles, "uncertain")
        ends = {number.key: number.ends for number in problem.numbers if number.role != "tied"}
        self.low = np.array([ends[key][0] for key in self.keys])
        self.high = np.array([ends[key][1] for key in self.keys])

    def world(self, point: Array) -> dict[str, float]:
        """All numbers of the world at a point."""
        drawn = self.low + fold(point) * (self.high - self.low)
        return self.measured.problem.world(dict(zip(self.keys, drawn.tolist(), strict=True)))

    def distances(self, points: Array) -> Array:
        """How far from fitting the worlds at some points are."""
        found = self.measured.measure([self.world(point) for point in points])
        return excess(misses_of(self.measured.problem.searched_facts, found), self.allowed)

    def near(self, points: Array, tolerance: float) -> Array:
        """The logarithm of the chance of each point: 0 within the tolerance, else minus infinity."""
        return np.where(self.distances(points) <= tolerance, 0.0, -np.inf)


def spread_points(sides: int, count: int, seed: int) -> Array:
    """Points spread evenly over a unit cube: the first `count` of a Sobol sample, which has a power of two of them."""
    return np.asarray(qmc.Sobol(sides, seed=seed).random_base2(math.ceil(math.log2(count)))[:count])


def fold(points: Array) -> Array:
    """Points beside the unit cube, mirrored at its faces until they are in it, so that no move is lost at a face."""
    return np.asarray(1.0 - np.abs(1.0 - np.mod(points, 2.0)))


def draw_ensemble(cube: Cube, seed: int, effort: Effort, say: Callable[[str], Any] = lambda _: None) -> Ensemble:
    """Draw worlds that fit; say: told how far the search is."""
    count = max(effort.population, 2 * len(cube.keys) + 2)
    points, share = spread_points(len(cube.keys), FIRST_DRAWS * count, seed), 1.0
    luck = np.random.default_rng(seed)
    state: Any = np.random.RandomState(seed).get_state()
    distances, tolerance, still = cube.distances(points), np.inf, 0
    for _ in range(effort.tightenings):
        before, tolerance = tolerance, tightened(distances, tolerance)
        still = 0 if tolerance <= before * (1.0 - LEAST_GAIN) else still + 1
        points = resample(points[distances <= tolerance], count, luck)
        say(f"an ensemble, {tolerance:.3f} tolerances from fitting, {share:.0%} of moves taken,")
        if tolerance <= 0.0 or still > PATIENCE:
            break
        chain, state, share = move(cube, points, tolerance, effort.steps, state)
        points = chain[-1]
        distances = cube.distances(points)
    say("an ensemble, exploring what fits,")
    kept, shares = [], []
    for _ in range(effort.exploring // effort.steps):
        chain, state, share = move(cube, points, tolerance, effort.steps, state)
        points = chain[-1]
        kept.append(points)
        shares.append(share)
    pool = np.unique(np.concatenate(kept), axis=0)
    chosen = luck.choice(len(pool), min(effort.worlds, len(pool)), replace=False)
    return Ensemble([cube.world(pool[place]) for place in chosen], float(tolerance), float(np.mean(shares)))


def tightened(distances: Array, before: float) -> float:
    """The next tolerance: the distance that KEPT of the worlds are within, or the next below an unchanged one."""
    wanted = float(np.quantile(distances, KEPT, method="lower"))
    below = distances[distances < before]
    return float(below.max()) if wanted >= before and len(below) else wanted


def resample(points: Array, count: int, luck: np.random.Generator) -> Array:
    """Draw `count` of some points: each as often as the others, as far as that goes."""
    order = luck.permutation(len(points))
    return points[np.resize(order, count)]


def move_some(points: Array, luck: Any) -> tuple[Array, Array]:
    """Change some numbers of each world, whatever the others are: a little, or drawn anew over all that they could be.

    Without such moves a population stays in the few directions in which its survivors differ, and numbers that no fact
    tells would look told. luck: a random state; returns the points, and zeros, for a move is as likely as its reverse.
    """
    chosen = luck.rand(*points.shape) < MOVED / points.shape[1]
    chosen[np.arange(len(points)), luck.randint(points.shape[1], size=len(points))] = True
    near, anew = points + NEAR * luck.randn(*points.shape), luck.rand(*points.shape)
    changed = np.where(luck.rand(len(points), 1) < 0.5, near, anew)
    return np.where(chosen, changed, points), np.zeros(len(points))


def move(cube: Cube, points: Array, tolerance: float, steps: int, state: Any) -> tuple[Array, Any, float]:
    """Move a population; returns steps x points x numbers, the state of luck, the share of moves taken."""
    from emcee import EnsembleSampler, State
    from emcee.moves import DEMove, MHMove

    moves = [(DEMove(sigma=JITTER), 0.4), (MHMove(move_some), 0.6)]
    sampler = EnsembleSampler(
        *points.shape, lambda where: cube.near(where, tolerance), moves=moves, vectorize=True,
    )  # fmt: skip
    sampler.run_mcmc(State(points, random_state=state), steps, skip_initial_state_check=True)
    return fold(sampler.get_chain()), sampler.random_state, float(np.mean(sampler.acceptance_fraction))

"""The base case: of the worlds that fit the facts of 2025 the one in their middle.

A best fit is a corner of what fits: with more free numbers than the facts can tell apart, the least miss is reached
where several numbers stand at an end of what they could be, and hardly any world that fits lies near it. History
matching therefore keeps all that is not ruled out (Craig et al. 1997; Vernon, Goldstein and Bower 2010), and in
information theory what is likeliest is not typical of what is likely (the typical set: Cover and Thomas 2006). A base
case stands for the others; so it is their medoid (Kaufman and Rousseeuw 1990): the member of the ensemble with the
least mean distance to all others. The distance has two parts of equal weight, in what worlds assume and in what they
say: the mean squared difference of the free numbers, each as a share of all that it could be, and that of the facts
tuned on, each as a share of its tolerance from low to high. Its square is their sum.

The rule was made on 28 November 2026, when the bands of the ensemble, those of January 2026 and September 2010
included, were known. It uses nothing of them: it is handed the numbers of the worlds and the facts tuned on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from runs.validation.cost_of_a_stop import Array
from runs.validation.measured_worlds import Problem
from runs.validation.stylised_facts import StylisedFact

MOST_APART = 1.0  # tolerances; a larger difference counts as this, and so does a fact that only one world has


def typical_world(problem: Problem, worlds: Sequence[Mapping[str, float]], values: Array) -> dict[str, float]:
    """The world in the middle of some worlds; values: of the searched facts, worlds x facts."""
    apart = distances_between(problem, worlds, values)
    return dict(worlds[int(np.argmin(apart.mean(axis=1)))])


def distances_between(problem: Problem, worlds: Sequence[Mapping[str, float]], values: Array) -> Array:
    """How far each of some worlds lies from each other, worlds x worlds; 0 for worlds that assume and say the same."""
    free = [number for number in problem.numbers if number.role != "tied"]
    reach = np.array([number.ends[1] - number.ends[0] for number in free])
    assumed = np.array([[world[number.key] for number in free] for world in worlds]) / reach
    numbers = np.mean(np.square(assumed[:, None] - assumed[None]), axis=-1)
    facts = np.mean(np.square(facts_apart(problem.searched_facts, np.asarray(values, float))), axis=-1)
    return np.asarray(np.sqrt(numbers + facts))


def facts_apart(facts: Sequence[StylisedFact], values: Array) -> Array:
    """By how many tolerances worlds differ in each fact, worlds x worlds x facts, MOST_APART at most.

    A fact whose tolerance is a single value is a yes or a no: the same or not.
    """
    width = np.array([np.inf if fact.low is None or fact.high is None else fact.high - fact.low for fact in facts])
    one, other = values[:, None], values[None]
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = np.abs(one - other) / width
    return np.where(same, 0.0, np.where(apart < MOST_APART, apart, MOST_APART))

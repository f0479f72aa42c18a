"""By how much a world misses a fact, and how much of that counts against it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from runs.validation.cost_of_a_stop import Array
from runs.validation.stylised_facts import StylisedFact

MOST_MISS = 3.0  # tolerances; a larger miss counts as this, so that one fact does not outweigh the rest
SLACK = 0.5  # tolerances: by so much more than the best world another may miss what that one misses


def miss(fact: StylisedFact, value: float) -> float:
    """By how many tolerances a value misses a fact: 0 at the target, 1 at the edge on its side, MOST_MISS at most."""
    if fact.low is None or fact.high is None:
        return 0.0
    if not math.isfinite(value):
        return MOST_MISS
    if fact.target is None or not fact.low <= fact.target <= fact.high or fact.low == fact.high:
        return 0.0 if fact.holds(value) else min(MOST_MISS, 1.0 + abs(value - fact.low))
    reach = fact.high - fact.target if value > fact.target else fact.target - fact.low
    far = abs(value - fact.target)
    if far == 0.0:
        return 0.0
    return min(MOST_MISS, far / reach) if reach > 0.0 else MOST_MISS


def misses_of(facts: Sequence[StylisedFact], values: Array) -> Array:
    """The misses of many worlds, worlds x facts in tolerances; values: worlds x facts."""
    return np.array([[miss(fact, value) for fact, value in zip(facts, row, strict=True)] for row in values.tolist()])


def allowed_misses(best: Array) -> Array:
    """By how much a world may miss each fact and still fit: a tolerance where the best world is within it.

    A fact which that world misses is one that the structure of the model misses (Vernon, Goldstein and Bower 2010 call
    it discrepancy): no world is blamed for it, up to SLACK more than the best; one that is missed altogether counts no
    longer. best: misses of the best world, one a fact.
    """
    return np.where(best <= 1.0, 1.0, np.where(best < MOST_MISS, best + SLACK, math.inf))


def excess(misses: Array, allowed: Array) -> Array:
    """How far worlds are from fitting: root mean square over facts of what is missed beyond the allowed; 0 fits."""
    over = np.maximum(0.0, misses - allowed)
    return np.asarray(np.sqrt(np.mean(np.square(over), axis=-1)))

"""Samplers choose which futures are looked at: points of the unit cube, a side an uncertainty, each a quantile."""

from __future__ import annotations

import warnings
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.tables.faults import Faults
from runs.batch.experiment import Experiment
from runs.extras import require_extra

Points = NDArray[np.float64]
MOST_POINTS = 10_000_000
MORRIS_LEVELS = 4
FOR_SENSITIVITY = ("saltelli", "morris")  # the samplers of the extra 'analysis'


def points(experiment: Experiment) -> Points:
    """The futures of an experiment, points x uncertainties; one empty point where nothing is unknown.

    The same experiment gives the same points anywhere. Raise Faults if the sampler cannot do what is asked.
    """
    sides = len(experiment.uncertainties)
    if sides == 0:
        return np.zeros((1, 0))
    points_count(experiment)
    found = SAMPLERS[experiment.sampler](experiment, sides)
    return np.ascontiguousarray(np.clip(found, 0.0, 1.0))


def points_count(experiment: Experiment) -> int:
    """How many futures an experiment has, without looking at them; raise Faults as `points` does for what is amiss."""
    sides, samples = len(experiment.uncertainties), experiment.samples
    if sides == 0:
        return 1
    require_sampler(experiment)
    counts: dict[str, int] = {
        "grid": experiment.levels**sides, "saltelli": samples * (2 * sides + 2), "morris": samples * (sides + 1)
    }  # fmt: skip
    count = counts.get(experiment.sampler, samples)
    if experiment.sampler in ("sobol", "saltelli"):
        power_of_two(experiment)
    if experiment.sampler == "morris" and samples < 2:
        raise refusal(experiment, "the sampler 'morris' needs at least 2 samples, each a path")
    return count


def require_sampler(experiment: Experiment) -> None:
    """Check that the packages of a sampler are installed; raise Faults that name the extra which is missing."""
    if experiment.sampler in FOR_SENSITIVITY:
        require_extra("analysis", f"{experiment.name}.toml: the sampler '{experiment.sampler}'")


def grid(experiment: Experiment, sides: int) -> Points:
    """Every combination of some levels of each uncertainty, both ends included."""
    if experiment.levels**sides > MOST_POINTS:
        raise refusal(experiment, f"{experiment.levels} levels of {sides} uncertainties are more than {MOST_POINTS:,} "
                      "points; take fewer levels, or the sampler 'latin'")  # fmt: skip
    return np.array(list(product(np.linspace(0.0, 1.0, experiment.levels), repeat=sides)))


def latin(experiment: Experiment, sides: int) -> Points:
    """Each range cut into as many slices as there are points, each slice met once (McKay, Beckman, Conover 1979)."""
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(sides, rng=experiment.sampling_seed).random(experiment.samples))


def sobol(experiment: Experiment, sides: int) -> Points:
    """A scrambled Sobol sequence: a power of two of points that fill the cube evenly (Sobol 1967)."""
    from scipy.stats import qmc

    if sides > qmc.Sobol.MAXDIM:
        raise refusal(experiment, f"a Sobol sequence has at most {qmc.Sobol.MAXDIM} sides; name fewer uncertainties")
    return np.asarray(qmc.Sobol(sides, rng=experiment.sampling_seed).random(experiment.samples))


def saltelli(experiment: Experiment, sides: int) -> Points:
    """The design behind Sobol indices: samples x (2 x uncertainties + 2) points (Saltelli 2010)."""
    from SALib.sample import sobol as design

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = design.sample(problem(experiment), experiment.samples, seed=experiment.sampling_seed)
    return np.asarray(found)


def morris(experiment: Experiment, sides: int) -> Points:
    """Paths through the cube that change one uncertainty at a time: samples x (uncertainties + 1) (Morris 1991)."""
    from SALib.sample import morris as design

    found = design.sample(
        problem(experiment), experiment.samples, num_levels=MORRIS_LEVELS, seed=experiment.sampling_seed
    )
    return np.asarray(found)


def problem(experiment: Experiment) -> dict[str, Any]:
    """The uncertainties as SALib wants to be told of them: all as quantiles."""
    names = [each.name for each in experiment.uncertainties]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def power_of_two(experiment: Experiment) -> None:
    """Refuse a number of samples with which a Sobol sequence loses its balance."""
    count = experiment.samples
    if count & (count - 1):
        near = 1 << (count.bit_length() - 1)
        raise refusal(experiment, f"found samples {count}, but the sampler '{experiment.sampler}' takes a power of "
                      f"two; write {near} or {2 * near}")  # fmt: skip


def refusal(experiment: Experiment, words: str) -> Faults:
    """Say which experiment asks a sampler for what it cannot do."""
    return Faults([f"{experiment.name}.toml: {words}"])


SAMPLERS = {"grid": grid, "latin": latin, "sobol": sobol, "saltelli": saltelli, "morris": morris}

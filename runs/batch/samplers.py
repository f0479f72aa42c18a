"""Samplers: the futures of a design as points of the unit cube, a side an uncertainty, each coordinate a quantile."""

from __future__ import annotations

import warnings
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.tables.faults import Faults
from runs.batch.bounds import MOST_POINTS
from runs.batch.design import Design
from runs.extras import require_extra

Points = NDArray[np.float64]
MORRIS_LEVELS = 4
FOR_SENSITIVITY = ("saltelli", "morris")  # the samplers of the extra 'analysis'


def points(design: Design) -> Points:
    """The futures of a design, points x uncertainties; one empty point where nothing is uncertain.

    The same design gives the same points anywhere. Raise Faults if the sampler cannot do what is asked.
    """
    sides = len(design.uncertainties)
    if sides == 0:
        return np.zeros((1, 0))
    count_points(design)
    found = SAMPLERS[design.sampler](design, sides)
    return np.ascontiguousarray(np.clip(found, 0.0, 1.0))


def count_points(design: Design) -> int:
    """How many futures a design has, without sampling them; raise Faults as `points` does."""
    sides, samples = len(design.uncertainties), design.samples
    if sides == 0:
        return 1
    require_sampler(design)
    if design.sampler in ("sobol", "saltelli"):
        check_power_of_two(design)
    if design.sampler == "morris" and samples < 2:
        raise sampler_fault(design, f"samples of the sampler 'morris' must be >= 2, got {samples}; write more paths")
    return count_futures(design.sampler, sides, samples, design.levels)


def count_futures(sampler: str, sides: int, samples: int, levels: int) -> int:
    """How many futures a sampler makes of so many uncertainties.

    >>> count_futures("saltelli", 10, 64, 3), count_futures("latin", 10, 64, 3)
    (768, 64)
    """
    counts: dict[str, int] = {"grid": levels**sides, "saltelli": samples * (sides + 2), "morris": samples * (sides + 1)}
    return counts.get(sampler, samples)


def require_sampler(design: Design) -> None:
    """Check that the packages of a sampler are installed; raise Faults that name the extra which is missing."""
    if design.sampler in FOR_SENSITIVITY:
        require_extra("analysis", f"{design.name}.toml: the sampler '{design.sampler}'")


def grid(design: Design, sides: int) -> Points:
    """Every combination of some levels of each uncertainty, both ends included."""
    if design.levels**sides > MOST_POINTS:
        words = f"points must be <= {MOST_POINTS:,}, got {design.levels} levels of {sides} uncertainties"
        raise sampler_fault(design, f"{words}; take fewer levels, or the sampler 'latin'")
    return np.array(list(product(np.linspace(0.0, 1.0, design.levels), repeat=sides)))


def latin(design: Design, sides: int) -> Points:
    """Each range cut into as many slices as there are points, each slice met once (McKay, Beckman, Conover 1979)."""
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(sides, rng=design.sampling_seed).random(design.samples))


def sobol(design: Design, sides: int) -> Points:
    """A scrambled Sobol sequence: a power of two of points that fill the cube evenly (Sobol 1967)."""
    from scipy.stats import qmc

    if sides > qmc.Sobol.MAXDIM:
        words = f"uncertainties of a Sobol sequence must be <= {qmc.Sobol.MAXDIM}, got {sides}"
        raise sampler_fault(design, f"{words}; name fewer")
    return np.asarray(qmc.Sobol(sides, rng=design.sampling_seed).random(design.samples))


def saltelli(design: Design, sides: int) -> Points:
    """The design behind Sobol indices: samples x (uncertainties + 2) points (Saltelli 2010).

    It holds no points for indices of pairs, which would double it; total indices tell of joint effects, too.
    """
    from SALib.sample import sobol as salib

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = salib.sample(problem(design), design.samples, calc_second_order=False, seed=design.sampling_seed)
    return np.asarray(found)


def morris(design: Design, sides: int) -> Points:
    """Paths through the cube that change one uncertainty at a time: samples x (uncertainties + 1) (Morris 1991)."""
    from SALib.sample import morris as salib

    found = salib.sample(problem(design), design.samples, num_levels=MORRIS_LEVELS, seed=design.sampling_seed)
    return np.asarray(found)


def problem(design: Design) -> dict[str, Any]:
    """The uncertainties as the problem of SALib: all as quantiles."""
    names = [each.name for each in design.uncertainties]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def check_power_of_two(design: Design) -> None:
    """Raise Faults for a number of samples with which a Sobol sequence is not balanced."""
    count = design.samples
    if count & (count - 1):
        near = 1 << (count.bit_length() - 1)
        words = f"samples of the sampler '{design.sampler}' must be a power of two, got {count}"
        raise sampler_fault(design, f"{words}; write {near} or {2 * near}")


def sampler_fault(design: Design, sentence: str) -> Faults:
    """The fault of a design that asks its sampler for what it cannot do."""
    return Faults([f"{design.name}.toml: {sentence}"])


SAMPLERS = {"grid": grid, "latin": latin, "sobol": sobol, "saltelli": saltelli, "morris": morris}

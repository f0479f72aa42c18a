"""Means of runs with their standard errors: runs that share a future or a seed are not independent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t as student

CONFIDENCE = 0.95  # of such intervals hold the true mean
PLURALS = {"future": "futures", "group of futures": "groups of futures", "world": "worlds"}
ROUNDING_ERROR = 1e-12  # of the largest value: what rounding leaves of equal numbers


@dataclass(frozen=True)
class Estimate:
    """A mean, its standard error, half of its 95 % interval, and its evidence in words; nan where none is known."""

    mean: float
    error: float
    margin: float
    rests_on: str


def estimate(
    values: pd.Series, units: pd.Series, seeds: pd.Series, unit: str = "future", confidence: float = CONFIDENCE
) -> Estimate:
    """The mean of values of runs, with the error that follows from the number of futures and seeds.

    units: the future, or group of futures, of each run; unit: which of the two; confidence: of the interval. First a
    mean is taken for each unit and seed. The variance of their mean is that between units, with that between seeds
    where a unit was run with several (random effects of a two-way layout); the interval is Student's, with the degrees
    of freedom of Satterthwaite 1946. A single future with a single seed gives no error.
    """
    known = values.notna().to_numpy()
    cells = pd.DataFrame({"unit": units.to_numpy()[known], "seed": seeds.to_numpy()[known],
                          "value": values.to_numpy(float)[known]})  # fmt: skip
    if cells.empty:
        return Estimate(np.nan, np.nan, np.nan, "nothing")
    table = cells.groupby(["unit", "seed"])["value"].mean().unstack("seed")
    rows, columns = table.mean(axis=1).to_numpy(), table.mean(axis=0).to_numpy()
    mean = float(rows.mean())
    seeds_differ = bool(np.ptp(columns) > ROUNDING_ERROR * np.abs(columns).max(initial=0.0))
    rests_on = evidence_text(len(rows), len(columns) if seeds_differ or len(rows) == 1 else 1, unit)
    if len(rows) == 1 and len(columns) == 1:
        return Estimate(mean, np.nan, np.nan, rests_on)
    variance, freedom = two_way_variance(table.to_numpy(), rows, columns)
    error = float(np.sqrt(variance))
    return Estimate(mean, error, float(student.ppf(0.5 + confidence / 2.0, freedom)) * error, rests_on)


def two_way_variance(table: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> tuple[float, float]:
    """The variance of the mean of a table of futures x seeds, and its degrees of freedom."""
    between = [(mean_variance(rows), len(rows) - 1), (mean_variance(columns), len(columns) - 1)]
    if min(table.shape) == 1:
        return max(between, key=lambda part: part[1])
    residual = table - rows[:, None] - columns[None, :] + rows.mean()
    free = (len(rows) - 1) * (len(columns) - 1)
    shared = float(np.nansum(residual**2)) / free / table.size
    variance = max(between[0][0] + between[1][0] - shared, between[0][0], between[1][0])
    parts = [(part, degrees) for part, degrees in (*between, (shared, free)) if part > ROUNDING_ERROR * variance]
    if not parts:
        return variance, float(len(rows) - 1)
    satterthwaite = variance**2 / sum(part**2 / degrees for part, degrees in parts)
    return variance, float(np.clip(satterthwaite, min(len(rows), len(columns)) - 1, len(rows) + len(columns) - 2))


def mean_variance(means: np.ndarray) -> float:
    """The variance of the mean of independent means; zero for what differs by rounding alone."""
    if len(means) == 1 or np.ptp(means) <= ROUNDING_ERROR * np.abs(means).max():
        return 0.0
    return float(np.var(means, ddof=1)) / len(means)


def evidence_text(units: int, seeds: int, unit: str) -> str:
    """How many units and seeds a mean is taken over, in words.

    >>> evidence_text(6, 1, "future"), evidence_text(1, 5, "future"), evidence_text(9, 2, "group of futures")
    ('6 futures x 1 seed', '1 future x 5 seeds', '9 groups of futures x 2 seeds')
    """
    return f"{units:,} {unit if units == 1 else PLURALS[unit]} x {seeds:,} seed{'s' * (seeds != 1)}"

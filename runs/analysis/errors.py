"""How sure a mean is: runs that share a future or a luck are one piece of evidence, not several."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t as student

SURE = 0.95  # of such intervals hold the true mean
MANY = {"future": "futures", "group of futures": "groups of futures"}
DUST = 1e-12  # of the largest value: what rounding leaves of equal numbers


@dataclass(frozen=True)
class Estimate:
    """A mean, its standard error, half of its 95 % interval, and what it rests on; not a number where none is known."""

    mean: float
    error: float
    margin: float
    rests_on: str

    @property
    def clear(self) -> bool:
        """Whether the interval does not hold nought."""
        return bool(abs(self.mean) > self.margin)


def estimate(values: pd.Series, units: pd.Series, seeds: pd.Series, unit: str = "future") -> Estimate:
    """The mean of values of runs, with the error that as many futures and kinds of luck allow.

    One mean is taken for each future and each seed, whatever else was varied in them. The variance of the whole is that
    between futures, with that between seeds where each future was met by several (random effects of a two-way layout);
    the interval is Student's, with the degrees of freedom of Satterthwaite 1946. From one future and one seed no error
    can be known.
    """
    known = values.notna().to_numpy()
    cells = pd.DataFrame({"unit": units.to_numpy()[known], "seed": seeds.to_numpy()[known],
                          "value": values.to_numpy(float)[known]})  # fmt: skip
    if cells.empty:
        return Estimate(np.nan, np.nan, np.nan, "nothing")
    table = cells.groupby(["unit", "seed"])["value"].mean().unstack("seed")
    rows, columns = table.mean(axis=1).to_numpy(), table.mean(axis=0).to_numpy()
    mean = float(rows.mean())
    rests_on = told(len(rows), len(columns), unit, bool(np.ptp(columns) > DUST * np.abs(columns).max(initial=0.0)))
    if len(rows) == 1 and len(columns) == 1:
        return Estimate(mean, np.nan, np.nan, rests_on)
    variance, freedom = spread(table.to_numpy(), rows, columns)
    error = float(np.sqrt(variance))
    return Estimate(mean, error, float(student.ppf(0.5 + SURE / 2.0, freedom)) * error, rests_on)


def spread(table: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> tuple[float, float]:
    """The variance of the mean of a table of futures x seeds, and its degrees of freedom."""
    between = [(of(rows), len(rows) - 1), (of(columns), len(columns) - 1)]
    if min(table.shape) == 1:
        return max(between, key=lambda each: each[1])
    rest = table - rows[:, None] - columns[None, :] + rows.mean()
    free = (len(rows) - 1) * (len(columns) - 1)
    shared = float(np.nansum(rest**2)) / free / table.size
    variance = max(between[0][0] + between[1][0] - shared, between[0][0], between[1][0])
    parts = [(each, degrees) for each, degrees in (*between, (shared, free)) if each > DUST * variance]
    if not parts:
        return variance, float(len(rows) - 1)
    satterthwaite = variance**2 / sum(each**2 / degrees for each, degrees in parts)
    return variance, float(np.clip(satterthwaite, min(len(rows), len(columns)) - 1, len(rows) + len(columns) - 2))


def of(means: np.ndarray) -> float:
    """The variance of the mean of independent means; nought for what differs by rounding alone."""
    if len(means) == 1 or np.ptp(means) <= DUST * np.abs(means).max():
        return 0.0
    return float(np.var(means, ddof=1)) / len(means)


def told(units: int, seeds: int, unit: str, luck: bool) -> str:
    """What a mean rests on, in words.

    >>> told(6, 1, "future", False), told(1, 5, "future", True), told(6, 3, "future", True), told(1, 1, "future", False)
    ('6 futures', '5 seeds', '6 futures x 3 seeds', '1 future and 1 seed')
    """
    if units == 1:
        return f"{seeds} seeds" if seeds > 1 else f"1 {unit} and 1 seed"
    return f"{units} {MANY[unit]}" + (f" x {seeds} seeds" if seeds > 1 and luck else "")

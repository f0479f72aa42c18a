"""Scenario discovery: which choices and uncertainties make stops come early, as one box in sentences.

The box is found by PRIM, the patient rule induction method of Friedman and Fisher 1999, as Bryant and Lempert 2010 use
it: from all runs, a thin slice at one end of one column is peeled off again and again, always the one whose loss leaves
most early stops among the rest. It is reported only where stops are clearly likelier in it than overall, and where
shuffled inputs hardly ever give one as good.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binomtest

from runs.analysis.findings import CHANCE, EARLY_DAYS, FEWEST, FEWEST_FUTURES, Findings

PEELED, LEAST_SHARE = 0.05, 0.05  # of the runs left, in one peel; of all runs, in a box
LIKELIER = 1.25  # density over base rate from which a box is reported
SHUFFLES = 99
MOST_SHUFFLED_ROWS = 400_000  # runs x shuffles
LEAST_EARLY_SHARE = 0.1  # of runs, and as much of late ones

RunMask = NDArray[np.bool_]


@dataclass(frozen=True)
class Box:
    """Runs that have something in common: how many, how many of them and of all stop early, and what it is."""

    runs: int
    early: int
    all_runs: int
    all_early: int
    words: tuple[str, ...]

    @property
    def density(self) -> float:
        """The share of its runs that stop early."""
        return self.early / self.runs

    @property
    def coverage(self) -> float:
        """The share of all early stops that lie in it."""
        return self.early / self.all_early

    @property
    def lift(self) -> float:
        """How many times as likely early stops are in it as overall."""
        return self.density / (self.all_early / self.all_runs)


def early_day(found: Findings) -> int:
    """The day by which a stop counts as early: 120, or the median first stop where few runs are on one side of 120."""
    stops = found.frame[found.stop]
    early = (stops <= EARLY_DAYS).mean()
    if LEAST_EARLY_SHARE <= early <= 1.0 - LEAST_EARLY_SHARE or stops.isna().all():
        return EARLY_DAYS
    return int(stops.median())


def early_stops(found: Findings) -> RunMask:
    """Which runs stop early."""
    return np.asarray(found.frame[found.stop] <= early_day(found), bool)


def box_inputs(found: Findings) -> pd.DataFrame:
    """The columns in which a box may lie: the levers, and the uncertainties where there are enough futures."""
    columns = found.effective_levers + (
        found.uncertainties if found.frame["future"].nunique() >= FEWEST_FUTURES else []
    )
    return found.frame[[name for name in columns if found.frame[name].nunique() > 1]]


@lru_cache(maxsize=16)
def find_box(found: Findings) -> Box | None:
    """The box in which stops come early; None where nothing was varied or no group of runs differs clearly."""
    early, inputs = early_stops(found), box_inputs(found)
    if inputs.empty or early.all() or not early.any() or len(early) < FEWEST:
        return None
    peeled = best_box(inputs, early)
    held = needed_sides(inputs, peeled, early)
    if not held:
        return None
    inside = np.logical_and.reduce(list(held.values()))
    ends_by_column = {name: {end for column, end in held if column == name} for name, _ in held}
    words = tuple(condition_text(name, inputs[name][inside], ends, inputs[name])
                  for name, ends in ends_by_column.items())  # fmt: skip
    box = Box(int(inside.sum()), int(early[inside].sum()), len(early), int(early.sum()), words)
    if box.runs < FEWEST or box.lift < LIKELIER:
        return None
    return None if chance_of_box(found, inputs, early, box_quality(peeled, early)) > CHANCE else box


def discovery_table(found: Findings) -> pd.DataFrame:
    """The box of early stops as a table of one row; empty where there is none."""
    box = find_box(found)
    if box is None:
        return pd.DataFrame()
    row = {"what they have in common": " and ".join(box.words), "runs": box.runs,
           "stop early (%, density)": 100.0 * box.density,
           "of all runs (%, base rate)": 100.0 * box.all_early / box.all_runs,
           "times as likely (lift)": box.lift, "of all early stops (%, coverage)": 100.0 * box.coverage}  # fmt: skip
    return pd.DataFrame([row])


def box_quality(inside: RunMask, early: RunMask) -> float:
    """The harmonic mean of the density and the coverage of a box."""
    return float(2.0 * early[inside].sum() / (inside.sum() + early.sum()))


def best_box(inputs: pd.DataFrame, early: RunMask) -> RunMask:
    """The runs inside the best of the boxes that peeling goes through."""
    columns = [column.to_numpy() for _, column in inputs.items()]
    inside = np.ones(len(early), bool)
    best, least = inside, max(FEWEST, int(LEAST_SHARE * len(early)))
    while True:
        kept = [rest for rest in peels(columns, inside) if rest.sum() >= least]
        if not kept:
            return best
        inside = max(kept, key=lambda rest: gain(rest, inside, early))
        if box_quality(inside, early) > box_quality(best, early):
            best = inside


def gain(rest: RunMask, inside: RunMask, early: RunMask) -> float:
    """By how much a peel raises the share of early stops, for each run that it costs."""
    return float((early[rest].mean() - early[inside].mean()) / (inside.sum() - rest.sum()))


def peels(columns: list[Any], inside: RunMask) -> Iterator[RunMask]:
    """The runs that each possible peel leaves: without one end of a range of numbers, or without one text."""
    for column in columns:
        values = column[inside]
        if not np.issubdtype(values.dtype, np.number):
            yield from (inside & (column != word) for word in np.unique(values.astype(str)))
            continue
        place = int(np.ceil(PEELED * (len(values) - 1)))
        order = np.partition(values, (0, place, len(values) - 1 - place, len(values) - 1))
        least, low, high, most = order[[0, place, -1 - place, -1]]
        for rest in (inside & (column > low if low == least else column >= low),
                     inside & (column < high if high == most else column <= high)):  # fmt: skip
            if rest.sum() < inside.sum():
                yield rest


def chance_of_box(found: Findings, inputs: pd.DataFrame, early: RunMask, reached: float) -> float:
    """The share of shuffled inputs that give a box as good: futures among themselves, policies within each."""
    random = np.random.default_rng(1)
    count, as_good = max(19, min(SHUFFLES, MOST_SHUFFLED_ROWS // len(early))), 0
    for _ in range(count):
        as_good += box_quality(best_box(shuffle_inputs(found, inputs, random), early), early) >= reached
        if (1 + as_good) / (1 + count) > CHANCE:  # it can only become more
            break
    return (1 + as_good) / (1 + count)


def shuffle_inputs(found: Findings, inputs: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """The inputs without any connection to the outcomes, the runs of a future still together."""
    mixed = inputs.copy()
    uncertainties = [name for name in inputs if name in found.uncertainties]
    if uncertainties:
        futures, first = np.unique(found.frame["future"], return_index=True)
        other = random.permutation(first)
        mixed[uncertainties] = inputs[uncertainties].to_numpy()[other[np.searchsorted(futures, found.frame["future"])]]
    block = found.frame.groupby(["future", "seed"]).ngroup().to_numpy()
    order, other = np.argsort(block, kind="stable"), np.lexsort((random.random(len(block)), block))
    for name in set(inputs) - set(uncertainties):
        cells = inputs[name].to_numpy().copy()
        cells[order] = inputs[name].to_numpy()[other]
        mixed[name] = cells
    return mixed


def needed_sides(inputs: pd.DataFrame, inside: RunMask, early: RunMask) -> dict[tuple[str, str], RunMask]:
    """The sides that a box needs, by column and end, each with the runs on its inner side.

    A side is left out where what it adds to the density could be chance (the quasi-p-value of Bryant and Lempert).
    """
    found = {
        (str(name), end): rows for name, column in inputs.items() for end, rows in box_sides(column, inside).items()
    }
    while found:
        held = np.logical_and.reduce(list(found.values()))
        odds = {}
        for side in found:
            wider = np.logical_and.reduce([rows for other, rows in found.items() if other != side] or [held | True])
            share = float(early[wider].mean())
            odds[side] = binomtest(int(early[held].sum()), int(held.sum()), share, alternative="greater").pvalue
        worst = max(odds, key=lambda side: odds[side])
        if odds[worst] <= CHANCE:
            break
        del found[worst]
    return found


def box_sides(column: pd.Series, inside: RunMask) -> dict[str, RunMask]:
    """The sides of a box in a column that exclude some run, by end, each with the runs on its inner side."""
    values = column[inside]
    if pd.api.types.is_numeric_dtype(column):
        found = {"low": np.asarray(column >= values.min()), "high": np.asarray(column <= values.max())}
    else:
        found = {"words": np.asarray(column.isin(values), bool)}
    return {end: rows for end, rows in found.items() if not rows.all()}


def condition_text(name: str, values: pd.Series, box_sides: Collection[str], column: pd.Series) -> str:
    """The condition of a box on a column, in words; values: the column inside the box; ends: the sides that it has.

    >>> column = pd.Series([30.0, 45.0, 60.0])
    >>> condition_text("cover", column[:2], ["high"], column)
    'cover at most 45'
    >>> condition_text("cover", column[1:2], ["low", "high"], column)
    'cover from 45 to 45'
    >>> column = pd.Series(["off", "on", "half"])
    >>> condition_text("people", column[:1], ["words"], column), condition_text("people", column[:2], ["words"], column)
    ("people 'off'", "people not 'half'")
    """
    if "words" in box_sides:
        kept = sorted(set(values.astype(str)))
        gone = sorted(set(column.astype(str)) - set(kept))
        few, no = (kept, "") if len(kept) <= len(gone) else (gone, "not ")
        return f"{name} {no}{' or '.join(map(repr, few))}"
    low, high = float(values.min()), float(values.max())
    if len(box_sides) > 1:
        return f"{name} from {low:.3g} to {high:.3g}"
    return f"{name} at least {low:.3g}" if "low" in box_sides else f"{name} at most {high:.3g}"

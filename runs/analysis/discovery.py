"""Scenario discovery: which choices and which unknowns make stops come early, as one box in sentences.

The box is found by PRIM, the patient rule induction method of Friedman and Fisher 1999, as Bryant and Lempert 2010 use
it: from all runs, a thin slice at one end of one column is peeled off again and again, always the one whose loss leaves
most early stops among the rest. It is told only where stops are clearly likelier in it than overall, and where shuffled
inputs hardly ever give one as good.
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

from runs.analysis.findings import CHANCE, EARLY_DAYS, FEWEST, FEWEST_FUTURES, STOP, Findings

PEELED, LEAST_SHARE = 0.05, 0.05  # of the runs left, in one peel; of all runs, in a box
LIKELIER = 1.25  # density over base rate from which a box is told
SHUFFLES = 99
MOST_SHUFFLED_ROWS = 400_000  # runs x shuffles
FEW = 0.1

Rows = NDArray[np.bool_]


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
    """The day by which a stop counts as early: 120, or the median first stop where that hardly parts the runs."""
    stops = found.frame[STOP]
    early = (stops <= EARLY_DAYS).mean()
    return EARLY_DAYS if FEW <= early <= 1.0 - FEW or stops.isna().all() else int(stops.median())


def early_stops(found: Findings) -> Rows:
    """Which runs stop early."""
    return np.asarray(found.frame[STOP] <= early_day(found), bool)


def inputs_of(found: Findings) -> pd.DataFrame:
    """The columns in which a box may lie: what was chosen, and what was unknown where there are futures enough."""
    columns = found.moving + (found.unknowns if found.frame["future"].nunique() >= FEWEST_FUTURES else [])
    return found.frame[[name for name in columns if found.frame[name].nunique() > 1]]


@lru_cache(maxsize=16)
def discovery(found: Findings) -> Box | None:
    """The box in which stops come early, or none: where nothing was varied or no group of runs stands out."""
    early, inputs = early_stops(found), inputs_of(found)
    if inputs.empty or early.all() or not early.any() or len(early) < FEWEST:
        return None
    peeled = best_box(inputs, early)
    held = sides(inputs, peeled, early)
    if not held:
        return None
    inside = np.logical_and.reduce(list(held.values()))
    words = tuple(condition(name, inputs[name][inside], {end for column, end in held if column == name}, inputs[name])
                  for name in dict.fromkeys(name for name, _ in held))  # fmt: skip
    box = Box(int(inside.sum()), int(early[inside].sum()), len(early), int(early.sum()), words)
    if box.runs < FEWEST or box.lift < LIKELIER:
        return None
    return None if chance_of(found, inputs, early, merit(peeled, early)) > CHANCE else box


def merit(inside: Rows, early: Rows) -> float:
    """How good a box is: the harmonic mean of its density and its coverage."""
    return float(2.0 * early[inside].sum() / (inside.sum() + early.sum()))


def best_box(inputs: pd.DataFrame, early: Rows) -> Rows:
    """The runs inside the best box on the way of the peeling."""
    columns = [column.to_numpy() for _, column in inputs.items()]
    inside = np.ones(len(early), bool)
    best, least = inside, max(FEWEST, int(LEAST_SHARE * len(early)))
    while True:
        kept = [rest for rest in peels(columns, inside) if rest.sum() >= least]
        if not kept:
            return best
        inside = max(kept, key=lambda rest: gain(rest, inside, early))
        if merit(inside, early) > merit(best, early):
            best = inside


def gain(rest: Rows, inside: Rows, early: Rows) -> float:
    """By how much a peel raises the share of early stops, for each run that it costs."""
    return float((early[rest].mean() - early[inside].mean()) / (inside.sum() - rest.sum()))


def peels(columns: list[Any], inside: Rows) -> Iterator[Rows]:
    """What is left after each peel that can be made: without an end of a range of numbers, or without a word."""
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


def chance_of(found: Findings, inputs: pd.DataFrame, early: Rows, reached: float) -> float:
    """How often a box as good is found where inputs are shuffled: futures among themselves, policies within each."""
    random = np.random.default_rng(1)
    count, as_good = max(19, min(SHUFFLES, MOST_SHUFFLED_ROWS // len(early))), 0
    for _ in range(count):
        as_good += merit(best_box(shuffled(found, inputs, random), early), early) >= reached
        if (1 + as_good) / (1 + count) > CHANCE:  # it can only become more
            break
    return (1 + as_good) / (1 + count)


def shuffled(found: Findings, inputs: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """The inputs without any connection to what came of them, but with the runs of a future still together."""
    mixed = inputs.copy()
    unknowns = [name for name in inputs if name in found.unknowns]
    if unknowns:
        futures, first = np.unique(found.frame["future"], return_index=True)
        other = random.permutation(first)
        mixed[unknowns] = inputs[unknowns].to_numpy()[other[np.searchsorted(futures, found.frame["future"])]]
    block = found.frame.groupby(["future", "seed"]).ngroup().to_numpy()
    order, other = np.argsort(block, kind="stable"), np.lexsort((random.random(len(block)), block))
    for name in set(inputs) - set(unknowns):
        cells = inputs[name].to_numpy().copy()
        cells[order] = inputs[name].to_numpy()[other]
        mixed[name] = cells
    return mixed


def sides(inputs: pd.DataFrame, inside: Rows, early: Rows) -> dict[tuple[str, str], Rows]:
    """The sides of a box by column and end, each with the runs on its inner side.

    A side is left out where what it adds to the density could be chance (the quasi-p-value of Bryant and Lempert).
    """
    found = {(str(name), end): rows for name, column in inputs.items() for end, rows in ends(column, inside).items()}
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


def ends(column: pd.Series, inside: Rows) -> dict[str, Rows]:
    """Which runs lie inside each side that a box has in a column, if it does not take all of them."""
    values = column[inside]
    if pd.api.types.is_numeric_dtype(column):
        found = {"low": np.asarray(column >= values.min()), "high": np.asarray(column <= values.max())}
    else:
        found = {"words": np.asarray(column.isin(values), bool)}
    return {end: rows for end, rows in found.items() if not rows.all()}


def condition(name: str, values: pd.Series, ends: Collection[str], column: pd.Series) -> str:
    """What holds of a column inside a box that has these ends in it, in words; `values`: the column inside the box.

    >>> column = pd.Series([30.0, 45.0, 60.0])
    >>> condition("cover", column[:2], ["high"], column), condition("cover", column[1:2], ["low", "high"], column)
    ('cover at most 45', 'cover from 45 to 45')
    >>> column = pd.Series(["off", "on", "half"])
    >>> condition("people", column[:1], ["words"], column), condition("people", column[:2], ["words"], column)
    ("people 'off'", "people not 'half'")
    """
    if "words" in ends:
        kept = sorted(set(values.astype(str)))
        gone = sorted(set(column.astype(str)) - set(kept))
        few, no = (kept, "") if len(kept) <= len(gone) else (gone, "not ")
        return f"{name} {no}{' or '.join(map(repr, few))}"
    low, high = float(values.min()), float(values.max())
    if len(ends) > 1:
        return f"{name} from {low:.3g} to {high:.3g}"
    return f"{name} at least {low:.3g}" if "low" in ends else f"{name} at most {high:.3g}"

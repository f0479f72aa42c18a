"""Scenario discovery: which choices and uncertainties make stops come early, as one box in sentences.

The box is found by PRIM (see `prim.py`), as Bryant and Lempert 2010 use it. It is reported only where stops are clearly
likelier in it than overall, and where shuffled inputs hardly ever give one as good. Of the ensemble of worlds, which
have no order, the numbers of each world are inputs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from runs.analysis.findings import CHANCE, EARLY_DAYS, FEWEST, FEWEST_FUTURES, Findings
from runs.analysis.prim import LOW, WORDS, Box, RunMask, choose_box, paste, peeling_trajectory
from runs.analysis.restrictions import Clusters, design_effect, needed_sides, share_interval

LEAST_SHARE = 0.05  # of all runs, in a box
LIKELIER = 1.25  # density over base rate from which a box is reported
SHUFFLES = 99
MOST_SHUFFLED_ROWS = 400_000  # runs x shuffles
LEAST_EARLY_SHARE = 0.1  # of runs, and as much of late ones


@dataclass(frozen=True, eq=False)
class FoundBox:
    """A box that stands out: its conditions in words with their quasi-p-values, and the way that led to it.

    density: the 95 % interval of the share of early stops in it, runs of one future counted as less than one each;
    trajectory: the boxes from all runs on; chosen: the one of them that became the box.
    """

    box: Box
    words: tuple[str, ...]
    odds: tuple[float, ...]
    density: tuple[float, float]
    trajectory: tuple[Box, ...]
    chosen: Box


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
    """The columns in which a box may lie: the levers, and the uncertainties where there are enough futures.

    A column that draws worlds of the ensemble is replaced by the numbers in which these differ.
    """
    names = found.effective_levers + (found.ordered_uncertainties if found.draws >= FEWEST_FUTURES else [])
    inputs = found.frame[names]
    if found.world_column and found.draws >= FEWEST_FUTURES:
        inputs = pd.concat([inputs, found.numbers_of_worlds], axis=1)
    return inputs[[name for name in inputs if inputs[name].nunique() > 1]]


@lru_cache(maxsize=16)
def find_box(found: Findings) -> FoundBox | None:
    """The box in which stops come early; None where nothing was varied or no group of runs differs clearly."""
    early, inputs = early_stops(found), box_inputs(found)
    if inputs.empty or early.all() or not early.any() or len(early) < FEWEST:
        return None
    trajectory = peeling_trajectory(inputs, early, least_runs(early))
    chosen, clusters = choose_box(trajectory), clusters_of(found)
    box, odds = needed_sides(inputs, paste(inputs, chosen), clusters, CHANCE)
    if not odds or box.runs < FEWEST or box.lift < LIKELIER:
        return None
    if chance_of_box(found, inputs, early, chosen.quality) > CHANCE:
        return None
    every = Box({}, np.ones(len(early), bool), early)
    density = share_interval(box.density, box.runs / design_effect(every, box, clusters))
    conditions = {name: {end for column, end in box.sides if column == name} for name in box.columns}
    words = tuple(condition_text(name, inputs[name][box.inside], ends, inputs[name])
                  for name, ends in conditions.items())  # fmt: skip
    worst = tuple(max(chance for (column, _), chance in odds.items() if column == name) for name in conditions)
    return FoundBox(box, words, worst, density, tuple(trajectory), chosen)


def least_runs(hits: RunMask) -> int:
    """How many runs a box must hold."""
    return max(FEWEST, int(LEAST_SHARE * len(hits)))


def clusters_of(found: Findings) -> Clusters:
    """What runs share: what was drawn of their future, and their luck."""
    seeds = np.ones(len(found.frame)) if found.seeds_without_effect else found.frame["seed"].to_numpy()
    return [each for each in (found.units_of(found.frame["future"]), seeds) if len(np.unique(each)) > 1]


def discovery_table(found: Findings) -> pd.DataFrame:
    """The box of early stops as a table, a row a condition; empty where there is none."""
    best = find_box(found)
    if best is None:
        return pd.DataFrame()
    box, (low, high) = best.box, best.density
    whole = {"runs": box.runs, "stop early (%, density)": 100.0 * box.density,
             "95 % interval": f"{100.0 * low:.0f} to {100.0 * high:.0f}",
             "of all runs (%, base rate)": 100.0 * box.base_rate, "times as likely (lift)": box.lift,
             "of all early stops (%, coverage)": 100.0 * box.coverage}  # fmt: skip
    rows = zip(best.words, best.odds, strict=True)
    return pd.DataFrame([{"condition": words, "quasi-p-value": odds, **whole} for words, odds in rows])


def chance_of_box(found: Findings, inputs: pd.DataFrame, early: RunMask, reached: float) -> float:
    """The share of shuffled inputs that give a box as good: futures among themselves, policies within each."""
    random = np.random.default_rng(1)
    count, as_good = max(19, min(SHUFFLES, MOST_SHUFFLED_ROWS // len(early))), 0
    for _ in range(count):
        shuffled = peeling_trajectory(shuffle_inputs(found, inputs, random), early, least_runs(early))
        as_good += choose_box(shuffled).quality >= reached
        if (1 + as_good) / (1 + count) > CHANCE:  # it can only become more
            break
    return (1 + as_good) / (1 + count)


def shuffle_inputs(found: Findings, inputs: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """The inputs without any connection to the outcomes, the runs of a future or of a world still together."""
    mixed = inputs.copy()
    drawn = [str(name) for name in inputs if name not in found.levers]
    futures = [name for name in drawn if name in found.uncertainties]
    for names, units in (
        (futures, found.frame["future"].to_numpy() // found.group_size),
        ([name for name in drawn if name not in futures], found.units_of(found.frame["future"])),
    ):
        if names:
            mixed[names] = inputs[names].to_numpy()[other_units(units, found.frame["future"].to_numpy(), random)]
    block = found.frame.groupby(["future", "seed"]).ngroup().to_numpy()
    order, other = np.argsort(block, kind="stable"), np.lexsort((random.random(len(block)), block))
    for name in set(inputs) - set(drawn):
        cells = inputs[name].to_numpy().copy()
        cells[order] = inputs[name].to_numpy()[other]
        mixed[name] = cells
    return mixed


def other_units(units: np.ndarray, futures: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """For each run the number of a run of another unit, drawn anew; runs of one future have the same.

    Futures of a unit go to those of the other one in their order, again from its first where it has fewer.
    """
    _, first = np.unique(futures, return_index=True)
    kinds = np.unique(units)
    members = {unit: first[units[first] == unit] for unit in kinds}
    other = dict(zip(kinds, random.permutation(kinds), strict=True))
    target = {futures[row]: members[other[unit]][place % len(members[other[unit]])]
              for unit in kinds for place, row in enumerate(members[unit])}  # fmt: skip
    return np.array([target[future] for future in futures])


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
    if WORDS in box_sides:
        kept = sorted(set(values.astype(str)))
        gone = sorted(set(column.astype(str)) - set(kept))
        few, no = (kept, "") if len(kept) <= len(gone) else (gone, "not ")
        return f"{name} {no}{' or '.join(map(repr, few))}"
    low, high = float(values.min()), float(values.max())
    if len(box_sides) > 1:
        return f"{name} from {low:.3g} to {high:.3g}"
    return f"{name} at least {low:.3g}" if LOW in box_sides else f"{name} at most {high:.3g}"

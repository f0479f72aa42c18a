"""Scenario discovery: which choices and which unknowns make stops come early, as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from runs.analyse import EARLY_DAYS, FEWEST, STOP, Findings

DEEPEST, LEAF_SHARE = 3, 0.05
EVEN, FEW = 0.5, 0.1

Bounds = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Box:
    """Runs that have something in common: how many they are, how many of them stop early, and what it is."""

    runs: int
    early: int
    words: tuple[str, ...]

    @property
    def purity(self) -> float:
        """The share of its runs that stop early."""
        return self.early / self.runs


def early_day(found: Findings) -> int:
    """The day by which a stop counts as early: 120, or the median first stop where that hardly parts the runs."""
    stops = found.frame[STOP]
    early = (stops <= EARLY_DAYS).mean()
    return EARLY_DAYS if FEW <= early <= 1.0 - FEW or stops.isna().all() else int(stops.median())


def early_stops(found: Findings) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which runs stop early."""
    return np.asarray(found.frame[STOP] <= early_day(found), bool)


def discovery(found: Findings) -> list[Box]:
    """When stops come early: the leaves of a shallow tree (scikit-learn) in which they are likelier than not.

    None where nothing was varied, or where all runs, or none, stop early. The leaf with most early stops is first.
    """
    from sklearn.tree import DecisionTreeClassifier

    early = early_stops(found)
    columns = [*found.levers, *found.unknowns]
    if not columns or early.all() or not early.any() or len(early) < FEWEST:
        return []
    inputs = pd.get_dummies(found.frame[columns], prefix_sep=" = ").astype(float)
    least = max(2, int(LEAF_SHARE * len(early)))
    tree = DecisionTreeClassifier(max_depth=DEEPEST, min_samples_leaf=least, random_state=1).fit(inputs, early)
    return boxes(tree.tree_, list(inputs.columns))


def boxes(tree: Any, names: list[str]) -> list[Box]:
    """The leaves of a tree with more early stops than others, those that hold most of them first."""
    found: list[Box] = []

    def walk(node: int, bounds: Bounds) -> None:
        if tree.children_left[node] < 0:
            runs = int(tree.n_node_samples[node])
            share = float(tree.value[node][0][1] / tree.value[node][0].sum())
            if share > EVEN and bounds:
                found.append(Box(runs, round(runs * share), tuple(condition(*each) for each in bounds.items())))
            return
        name, bound = names[tree.feature[node]], float(tree.threshold[node])
        low, high = bounds.get(name, (-np.inf, np.inf))
        walk(tree.children_left[node], {**bounds, name: (low, min(high, bound))})
        walk(tree.children_right[node], {**bounds, name: (max(low, bound), high)})

    walk(0, {})
    return sorted(found, key=lambda box: -box.early)


def condition(name: str, span: tuple[float, float]) -> str:
    """What is true of a column within a box, in words.

    >>> condition("cover (days)", (-np.inf, 45.0)), condition("fear", (0.25, 0.75))
    ('cover (days) at most 45', 'fear from 0.25 to 0.75')
    >>> condition("state stock = opens early", (-np.inf, 0.5))
    "state stock not 'opens early'"
    """
    low, high = span
    if " = " in name:
        column, _, choice = name.partition(" = ")
        return f"{column} '{choice}'" if np.isinf(high) else f"{column} not '{choice}'"
    if np.isinf(low):
        return f"{name} at most {high:.3g}"
    return f"{name} above {low:.3g}" if np.isinf(high) else f"{name} from {low:.3g} to {high:.3g}"

"""Which sides a PRIM box needs: quasi-p-values, with runs that share a future or a seed counted as less than one each.

The quasi-p-value of a side is the chance of so many hits in the box if the side did nothing, so that hits were as
likely as in the box without it (Bryant and Lempert 2010). Runs of one future share what was drawn of it; so numbers of
runs are divided by the design effect, as Rao and Scott 1992 do, before a binomial law is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betainc
from scipy.stats import norm

from runs.analysis.prim import Box, Side, with_sides

Clusters = Sequence[NDArray[Any]]  # the future of each run, and its seed, where there is more than one of them


def needed_sides(inputs: pd.DataFrame, box: Box, clusters: Clusters, chance: float) -> tuple[Box, dict[Side, float]]:
    """The box with those of its sides that could not be chance, and the quasi-p-value of each.

    The side that is likeliest chance is left out first, until none is likelier than `chance`.
    """
    while box.sides:
        odds = {side: quasi_p(without_side(inputs, box, side), box, clusters) for side in box.sides}
        worst = max(odds, key=lambda side: odds[side])
        if odds[worst] <= chance:
            return box, odds
        box = without_side(inputs, box, worst)
    return box, {}


def without_side(inputs: pd.DataFrame, box: Box, side: Side) -> Box:
    """The box without one of its sides."""
    return with_sides(inputs, {each: bound for each, bound in box.sides.items() if each != side}, box.hits)


def quasi_p(wider: Box, box: Box, clusters: Clusters) -> float:
    """The chance of so many hits in a box or more, if hits were as likely in it as in a wider one."""
    effect = design_effect(wider, box, clusters)
    return chance_of_hits(box.hits_inside / effect, box.runs / effect, wider.density)


def chance_of_hits(hits: float, runs: float, rate: float) -> float:
    """The chance of so many hits or more in so many independent runs; effective numbers need not be whole.

    >>> round(chance_of_hits(2, 2, 0.5), 6), round(chance_of_hits(1, 2, 0.5), 6), chance_of_hits(0, 2, 0.5)
    (0.25, 0.75, 1.0)
    """
    return float(betainc(hits, runs - hits + 1.0, rate)) if hits > 0.0 else 1.0


def design_effect(wider: Box, box: Box, clusters: Clusters) -> float:
    """How many runs of a box count as one, for runs in one cluster are alike; alike as those of a wider box are.

    One and, for each kind of cluster, the mean number of others in a run's cluster times their correlation (Kish).
    """
    effect = 1.0
    for clusters_of_kind in clusters:
        sizes = np.unique(clusters_of_kind[box.inside], return_counts=True)[1]
        others = float((sizes**2).sum() / sizes.sum()) - 1.0
        effect += others * correlation_in_clusters(wider.hits[wider.inside], clusters_of_kind[wider.inside])
    return effect


def correlation_in_clusters(hits: NDArray[np.bool_], clusters: NDArray[Any]) -> float:
    """How alike runs of one cluster are: the intraclass correlation by analysis of variance, zero where negative.

    >>> one = np.array([True, True, False, False])
    >>> correlation_in_clusters(one, np.array([1, 1, 2, 2])), correlation_in_clusters(one, np.array([1, 2, 1, 2]))
    (1.0, 0.0)
    """
    _, place, sizes = np.unique(clusters, return_inverse=True, return_counts=True)
    runs, kinds = len(hits), len(sizes)
    if kinds in (1, runs):
        return 0.0
    shares = np.bincount(place, hits) / sizes
    between = float((sizes * (shares - hits.mean()) ** 2).sum()) / (kinds - 1)
    inside = float((sizes * shares * (1.0 - shares)).sum()) / (runs - kinds)
    size = (runs - float((sizes**2).sum()) / runs) / (kinds - 1)
    whole = between + (size - 1.0) * inside
    return max(0.0, (between - inside) / whole) if whole > 0.0 else 0.0


def share_interval(share: float, runs: float, confidence: float = 0.95) -> tuple[float, float]:
    """The interval of a share of so many independent runs, by Wilson 1927; it is right for shares of 0 and 1, too.

    >>> low, high = share_interval(1.0, 10)
    >>> round(low, 4), round(high, 4)
    (0.7225, 1.0)
    """
    z = float(norm.ppf(0.5 + confidence / 2.0))
    middle = (share + z**2 / (2.0 * runs)) / (1.0 + z**2 / runs)
    half = z * float(np.sqrt(share * (1.0 - share) / runs + z**2 / (4.0 * runs**2))) / (1.0 + z**2 / runs)
    return max(0.0, middle - half), min(1.0, middle + half)

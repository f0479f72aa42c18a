"""What anonymous firms buy from named lines: the way by which a stop of named lines reaches the wide economy."""

from __future__ import annotations

import numpy as np

from model.tables.tables import Tables
from runs.simulation.focus import INDUSTRY_TIER, focus_of
from runs.worlds.flows import Array
from runs.worlds.synthetic_numbers import DEALERS, value


class Purchases:
    """What dealers and integrators buy of named lines: who what from whom, in units a year.

    Every named line of the home country that sells to the final market sells the same share of it to its clients
    among the dealers, to large ones more. `f`, `good`: of each need; `n`, `s`, `units`: of each link.
    """

    def __init__(self, layer: Array, size: Array, tables: Tables, luck: np.random.Generator) -> None:
        price = {good.good: good.price_jpy_mn for good in tables.goods}
        rank = {good.good: i for i, good in enumerate(tables.goods)}
        home = focus_of(tables).home
        sells = [line.tier == INDUSTRY_TIER and line.country == home for line in tables.firms]
        self.demand = np.array([line.demand_per_year for line in tables.firms]) * sells
        self.makes = np.array([rank[line.good] for line in tables.firms])
        self.price = np.array([price[good.good] for good in tables.goods])
        worth = np.bincount(self.makes, self.demand * self.price[self.makes], len(self.price))
        self.f = np.flatnonzero(layer == DEALERS)
        self.good = luck.choice(len(worth), len(self.f), p=worth / worth.sum())
        self.n, self.s = self._sellers(luck)
        weight = size[self.f][self.n]
        clients = np.bincount(self.s, weight, len(self.demand))[self.s]
        self.units = value("named_share") * self.demand[self.s] * weight / clients

    def _sellers(self, luck: np.random.Generator) -> tuple[Array, Array]:
        """Draw one or more makers of each dealer's good, those with large markets more often."""
        order = np.argsort(self.makes, kind="stable")
        weight = np.cumsum(self.demand[order])
        n = np.repeat(np.arange(len(self.f)), 1 + luck.poisson(value("makers_a_dealer") - 1.0, len(self.f)))
        low, high = (
            np.concatenate(([0.0], weight))[np.searchsorted(self.makes[order], self.good[n], side=side)]
            for side in ("left", "right")
        )
        place = np.searchsorted(weight, low + luck.random(len(n)) * (high - low), side="right")
        pairs = np.unique(n * len(order) + order[np.minimum(place, len(order) - 1)])
        return pairs // len(order), pairs % len(order)

    def worth(self, count: int) -> Array:
        """What each firm pays to named lines, in million JPY a year."""
        amounts = self.units * self.price[self.good[self.n]]
        return np.bincount(self.f[self.n], amounts, count)

"""The economic systemic risk index (ESRI) of each firm of a list of who supplies whom, as published.

Diem, Borsos, Reisch, Kertesz and Thurner (2022), Quantifying firm-level economic systemic risk from nation-wide supply
networks, Scientific Reports 12:7719. A firm that fails makes nothing for ever. Its customers make less for want of
inputs (downstream), its suppliers for want of customers (upstream); each of the two spreads by itself, and a firm makes
what the worse of them leaves. Nobody holds stock, waits or learns.

With W[j, i] what i buys of j, s[j] what j sells, p[j] its product, psi[i] 0 for the firm that fails and else 1:

    sigma[j] = min(1, s[j] / sum over l of the same product of s[l] h[l])             how hard j is to replace
    lack[i, k] = sum over j with p[j] = k of sigma[j] (1 - h[j]) W[j, i] / (what i buys of k)       k essential to i
    less[i] = sum over non-essential j of sigma[j] (1 - h[j]) W[j, i] / (all that i buys)
    downstream: h[i] = min(psi[i], 1 - max over k of lack[i, k], 1 - less[i])      generalised Leontief production
    upstream: h[i] = min(psi[i], sum over j of W[i, j] h[j] / s[i])                1 for a firm that sells to nobody
    ESRI of a firm = sum over j of s[j] / S (1 - min(downstream h[j], upstream h[j]))
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.metrics import CURTAILED_BELOW
from model.network import DAYS_PER_YEAR, laid, output_at_rest
from model.register import Register, register
from model.state import DUST
from model.tables.tables import Tables

TOLERANCE = 1e-6  # largest change of a round at which it ends; 1e-2 in the paper
MOST_ROUNDS = 1_000
AT_ONCE = 32  # failures looked at together, which bounds the memory
Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class SupplyList:
    """Who supplies whom: a row a link, and the product of each firm.

    product: n, whole numbers; supplier, buyer: rows of firms, L; amount: in money, L; essential: whether the buyer can
    make nothing without this product, L; what one buyer buys of one product is all essential or all not.
    """

    product: Array
    supplier: Array
    buyer: Array
    amount: Array
    essential: Array

    @property
    def firms(self) -> int:
        """How many firms there are."""
        return len(self.product)

    @cached_property
    def sales(self) -> Array:
        """What each firm sells, n."""
        return np.bincount(self.supplier, self.amount, self.firms)

    @cached_property
    def customers(self) -> Any:
        """The share of a firm's sales that each customer takes, n x n."""
        return self._matrix(self.supplier, self.buyer, self.amount / self.sales[self.supplier], self.firms)

    @cached_property
    def inputs(self) -> tuple[Any, Array, Array]:
        """Essential inputs: the share of each supplier in what a buyer buys of a product, a row a pair of the two,
        pairs x n; the buyers that have such a pair, and the first pair of each.
        """
        here = np.flatnonzero(self.essential)
        pair = self.buyer[here].astype(np.int64) * (int(self.product.max(initial=0)) + 1)
        _, rows = np.unique(pair + self.product[self.supplier[here]], return_inverse=True)
        pairs = int(rows.max(initial=-1)) + 1
        bought = np.bincount(rows, self.amount[here], pairs)
        shares = self._matrix(rows, self.supplier[here], self.amount[here] / bought[rows], pairs)
        buyer_of = np.zeros(pairs, np.int64)
        buyer_of[rows] = self.buyer[here]
        buyers, first = np.unique(buyer_of, return_index=True)
        return shares, buyers, first

    @cached_property
    def extras(self) -> Any:
        """Non-essential inputs: the share of each supplier in all that a buyer buys, n x n, buyers as rows."""
        here = np.flatnonzero(~self.essential)
        bought = np.bincount(self.buyer, self.amount, self.firms)
        share = self.amount[here] / bought[self.buyer[here]]
        return self._matrix(self.buyer[here], self.supplier[here], share, self.firms)

    @cached_property
    def makers(self) -> Any:
        """Which firm makes which product, products x n."""
        count = int(self.product.max(initial=-1)) + 1
        return self._matrix(self.product, np.arange(self.firms), np.ones(self.firms), count)

    def _matrix(self, rows: Array, columns: Array, values: Array, height: int) -> Any:
        return csr_matrix((values, (rows, columns)), shape=(height, self.firms))


def systemic_risk(network: SupplyList, failing: Array) -> Array:
    """The ESRI of some firms, 0 to 1; failing: their rows."""
    sales, found = network.sales, np.zeros(len(failing))
    if not sales.sum() > 0.0:
        return found
    for first in range(0, len(failing), AT_ONCE):
        some = failing[first : first + AT_ONCE]
        psi = np.ones((network.firms, len(some)))
        psi[some, np.arange(len(some))] = 0.0
        left = np.minimum(spread_downstream(network, psi), spread_upstream(network, psi))
        found[first : first + AT_ONCE] = sales @ (1.0 - left) / sales.sum()
    return np.where(found < DUST, 0.0, found)


def spread_downstream(network: SupplyList, psi: Array) -> Array:
    """What lack of inputs leaves of each firm's output, n x failures, 0 to 1."""
    shares, buyers, first_pair = network.inputs
    left = psi
    for _ in range(MOST_ROUNDS):
        missing = replaceability(network, left) * (1.0 - left)
        new = np.minimum(psi, 1.0 - network.extras @ missing)
        if len(buyers):
            lack = np.maximum.reduceat(shares @ missing, first_pair, axis=0)
            new[buyers] = np.minimum(new[buyers], 1.0 - lack)
        left, before = np.maximum(new, 0.0), left
        if np.abs(left - before).max() < TOLERANCE:
            break
    return left


def replaceability(network: SupplyList, left: Array) -> Array:
    """How hard each firm is to replace: its share in what the makers of its product still sell, at most 1."""
    sales = network.sales[:, None]
    there = (network.makers @ (sales * left))[network.product]
    sigma = np.ones(left.shape)
    np.divide(sales, there, out=sigma, where=there > 0.0)
    return np.minimum(sigma, 1.0)


def spread_upstream(network: SupplyList, psi: Array) -> Array:
    """What lack of customers leaves of each firm's output, n x failures, 0 to 1."""
    sells = (network.sales > 0.0)[:, None]
    left = psi
    for _ in range(MOST_ROUNDS):
        left, before = np.minimum(psi, np.where(sells, network.customers @ left, 1.0)), left
        if np.abs(left - before).max() < TOLERANCE:
            break
    return left


def supply_list(reg: Register) -> SupplyList:
    """The list of a world at rest, in million JPY a day at base prices; the last firm is the final market.

    The market buys what final demand takes, has a product of its own and sells nothing. An input is essential where a
    line makes under half of its output without it, which is what a line is called curtailed by.
    """
    read, output, lines = laid(reg), output_at_rest(reg), reg.size("lines")
    price = np.array([good.price_jpy_mn for good in reg.tables.goods])
    dependence = reg.column("needs", "dependence")
    use = output[read.line_of] * reg.column("needs", "per_unit") * dependence * price[read.need_good]
    flow, good = use[read.need_of] * read.share, reg.place("lines", "good").astype(np.int64)
    bought = reg.column("lines", "demand_per_year") / DAYS_PER_YEAR * price[good]
    links, sold = np.flatnonzero(flow > 0.0), np.flatnonzero(bought > 0.0)
    essential = 1.0 - dependence[read.need_of[links]] < CURTAILED_BELOW
    return SupplyList(
        product=np.append(good, len(price)),
        supplier=np.concatenate((read.supplier[links].astype(np.int64), sold)),
        buyer=np.concatenate((read.line_of[read.need_of[links]].astype(np.int64), np.full(len(sold), lines))),
        amount=np.concatenate((flow[links], bought[sold])),
        essential=np.concatenate((essential, np.zeros(len(sold), bool))),
    )


def esri_of_world(tables: Tables) -> pd.DataFrame:
    """The ESRI of each named line of a world, the largest first; other firms of the world fail with them."""
    reg = register(tables)
    found = systemic_risk(supply_list(reg), np.arange(len(reg.tables.firms)))
    lines = reg.tables.firms
    table = pd.DataFrame({"line": [each.line for each in lines], "name": [each.name for each in lines], "esri": found})
    table = table.sort_values("esri", ascending=False, kind="stable").reset_index(drop=True)
    table.insert(0, "rank", range(1, len(table) + 1))
    return table

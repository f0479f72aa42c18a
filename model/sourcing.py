"""Second sources: dormant links, the clocks of their qualification, and how an order is split."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from model.state import Floats, Rows, Singles, World

PROMPT = 1.0 - 1e-9  # fill rate from which nothing is missing but by rounding
PROBE = 0.05  # assumption: a supplier that failed still gets a twentieth of its share, as a probe


@njit(cache=True)
def sources_qualify(w: World) -> None:
    """The clock of each second source that somebody pays for runs down by a day; last night's promises are known."""
    clock, qualify, days = w.state.clock, w.policy.qualify, w.network.qualification_days
    support, promised = w.state.support, w.policy.support
    for c in range(len(support)):
        support[c] = promised[c]
    for link in w.network.dormant:
        if clock[link] > 0.0:
            clock[link] = max(0.0, clock[link] - 1.0)
        elif clock[link] < 0.0 and qualify[link] > 0.0:
            clock[link] = days[link]


@njit(cache=True)
def people_look_around(w: World) -> None:
    """Before people decide, each buyer notes how well its suppliers have served it, and what runs out first."""
    net, st, fl = w.network, w.state, w.flows
    first_link, contract_share, fill, served = net.first_link, net.contract_share, fl.fill, fl.served
    shipped_mean, ordered_mean, line_of, stock, plan = st.shipped_mean, st.ordered_mean, net.line_of, st.stock, st.plan
    worst, shortest = fl.worst_served, fl.shortest_cover
    worst[:] = 1.0
    shortest[:] = np.inf
    for n in range(len(served)):
        of_all = 0.0
        for link in range(first_link[n], first_link[n + 1]):
            fill[link] = fill_rate(shipped_mean[link], ordered_mean[link])
            of_all += contract_share[link] * fill[link]
        served[n] = min(1.0, of_all)
        worst[line_of[n]] = min(worst[line_of[n]], served[n])
        if plan[n] > 0.0:
            shortest[line_of[n]] = min(shortest[line_of[n]], stock[n] / plan[n])


class Suppliers(NamedTuple):
    """Who could supply each need: the columns by which a clerk splits an order."""

    first_link: Rows
    line_of: Rows
    fill_sensitivity: Singles
    split: Floats
    clock: Singles
    ordered_mean: Singles
    shipped_mean: Singles
    appeal: Floats


@njit(cache=True)
def suppliers_appeal(s: Suppliers, n: int) -> float:
    """How large a part of an order the buyer means to give each supplier of need n; returns the sum of the parts.

    They are noted in the column of orders, where the clerk then puts the order itself. A supplier that is not
    qualified yet gets none.
    """
    total = 0.0
    for link in range(s.first_link[n], s.first_link[n + 1]):
        part = s.split[link] if s.clock[link] == 0.0 else 0.0
        if part > 0.0 and s.shipped_mean[link] < PROMPT * s.ordered_mean[link]:
            rate = max(s.shipped_mean[link] / s.ordered_mean[link], PROBE)
            part *= rate ** s.fill_sensitivity[s.line_of[n]]
        s.appeal[link] = part
        total += part
    return total


@njit(cache=True)
def fill_rate(shipped: float, ordered: float) -> float:
    """Shipped over ordered in the last weeks; 1 where nothing was ordered."""
    return 1.0 if ordered <= 0.0 else min(1.0, shipped / ordered)

"""Second sources: dormant links, the clocks of their qualification, and how an order is split."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from model.physics.compiling import compiled
from model.state import Floats, World

PROMPT = 1.0 - 1e-9  # fill rate from which nothing is missing but by rounding
STACK = 1024  # needs that are worked on together: their columns fit into a processor's own cache
PROBE = 0.05  # assumption: a supplier that failed still gets a twentieth of its share, as a probe


@compiled
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


@compiled
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


class Stack(NamedTuple):
    """Needs that clerks work on together, and what they note of each.

    The needs are first .. last - 1, unsigned, so that compiled code need not ask whether a row counts from the end.
    total: the parts of its orders that suppliers are to get, all together; wait: the same, each times its days from
    order to landing; order: what is ordered today, in units for a part of 1.
    """

    first: np.uint32
    last: np.uint32
    total: Floats
    wait: Floats
    order: Floats


@compiled
def suppliers_appeal(w: World, stack: Stack, review_of: Floats) -> None:
    """How large a part of an order buyers mean to give each supplier of the needs of a stack.

    The parts are noted in the column of orders, where clerks then put the orders themselves; the stack gets their sums,
    and how long they wait on the way: the days of the lead and those of review that clerks plan for, review_of, K. A
    supplier that is not qualified yet gets no part; anonymous buyers mean what was agreed.
    """
    net, st, appeal, split, lead = w.network, w.state, w.flows.ordered, w.policy.split, w.conditions.lead
    first_link, need_of, line_of, licence_of = net.first_link, net.need_of, net.line_of, net.licence_of
    contract_share, fill_sensitivity = net.contract_share, net.fill_sensitivity
    clock, ordered_mean, shipped_mean = st.clock, st.ordered_mean, st.shipped_mean
    named, licensed = np.uint32(len(split)), np.uint32(len(licence_of))
    total, wait = stack.total, stack.wait
    total[:], wait[:] = 0.0, 0.0
    for link in range(first_link[stack.first], first_link[stack.last]):
        n = need_of[link]
        part = contract_share[link]
        if link < named:
            part = split[link] if clock[link] == 0.0 else 0.0
        if part > 0.0 and shipped_mean[link] < PROMPT * ordered_mean[link]:
            rate = max(shipped_mean[link] / ordered_mean[link], PROBE)
            part *= rate ** fill_sensitivity[line_of[n]]
        appeal[link] = part
        total[n - stack.first] += part
        wait[n - stack.first] += part * lead[link]
        if link < licensed and licence_of[link] >= 0 and part > 0.0:
            wait[n - stack.first] += part * review_of[licence_of[link]]


@compiled
def fill_rate(shipped: float, ordered: float) -> float:
    """Shipped over ordered in the last weeks; 1 where nothing was ordered."""
    return 1.0 if ordered <= 0.0 else min(1.0, shipped / ordered)

"""Sourcing: how well suppliers have served of late, what part of an order each gets, and second sources."""

from __future__ import annotations

import numpy as np

from model.physics.compiling import compiled
from model.physics.dust import no_dust
from model.state import World

PROMPT = 1.0 - 1e-9  # fill rate from which nothing is missing but by rounding
MEAN_DAYS = 14.0  # days of memory in a fill rate
TODAY = 1.0 / MEAN_DAYS  # weight of today in a mean over them
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


@compiled
def share_kept(shipped: float, ordered: float, sensitivity: float) -> float:
    """What a supplier that has not served in full keeps of its part of an order; means of the last weeks.

    sensitivity: how strongly orders follow the fill rate.
    """
    return max(shipped / ordered, PROBE) ** sensitivity


@compiled
def mean_of_weeks(mean: float, today: float) -> float:
    """A mean over the last weeks, with today in it."""
    return no_dust(mean + TODAY * (today - mean))


@compiled
def fill_rate(shipped: float, ordered: float) -> float:
    """Shipped over ordered in the last weeks; 1 where nothing was ordered."""
    return 1.0 if ordered <= 0.0 else min(1.0, shipped / ordered)


@compiled
def flow_at_rest(w: World, link: int) -> float:
    """What flows on a link in a day of the world at rest."""
    net = w.network
    n = net.need_of[link]
    return float(net.baseline[net.line_of[n]] * net.per_unit[n] * net.dependence[n] * net.contract_share[link])

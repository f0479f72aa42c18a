"""Clerks reorder: each need is brought back to its order-up-to level, and orders find their way."""

from __future__ import annotations

from numba import njit

from model.licensing import file_application, licensed_share, refused_share
from model.shipping import MEAN_DAYS
from model.sourcing import appeal
from model.state import World

STATUTORY_DAYS = 63  # 45 working days, D14: no clerk plans for a longer review


@njit(cache=True)
def clerks_reorder(w: World, day: int) -> None:
    """Each clerk orders what the plan uses and a part of what the position lacks (Sterman 1989, eq. 4-8).

    order = max(0, plan + (cover plan - stock + weight x ((lead + review) plan - on_order)) / smoothing_days)
    The order is split over qualified suppliers by split x fill_rate^sensitivity; spot buys come on top.
    """
    net, pol, st = w.network, w.policy, w.state
    for n in range(len(net.line_of)):
        line = net.line_of[n]
        first, last = net.first_link[n], net.first_link[n + 1]
        total, pipeline = 0.0, 0.0
        for link in range(first, last):
            part = appeal(w, link)
            total += part
            pipeline += part * pipeline_days(w, link)
        if total <= 0.0:
            continue
        lacks = pol.cover[n] * st.plan[n] - st.stock[n]
        lacks += net.supply_line_weight[line] * (pipeline / total * st.plan[n] - st.on_order[n])
        order = max(0.0, st.plan[n] + lacks / net.smoothing_days[line]) + pol.spot[n]
        for link in range(first, last):
            part = appeal(w, link) / total
            place_order(w, link, order * part, st.plan[n] * part, day)


@njit(cache=True)
def pipeline_days(w: World, link: int) -> float:
    """Days from an order to its landing: the lead time, and the review for the licensed part."""
    k = w.network.licence_of[link]
    if k < 0:
        return float(w.conditions.lead[link])
    review = min(w.conditions.review_days[k], STATUTORY_DAYS)
    return w.conditions.lead[link] + licensed_share(w, k) * review


@njit(cache=True)
def place_order(w: World, link: int, amount: float, planned: float, day: int) -> None:
    """An order goes to the supplier's backlog, to the licence office, or comes back refused.

    What needs no paper is another grade of the good: of it the line orders no more than it plans to draw.
    """
    net, con, pol, st, fl = w.network, w.conditions, w.policy, w.state, w.flows
    taken = amount * pol.willing[link] * con.accepted[link]
    k = net.licence_of[link]
    if k >= 0:
        taken *= 1.0 - refused_share(w, k)
        papers = taken * licensed_share(w, k)
        if papers > 0.0:
            papers += max(0.0, taken - papers - planned * (1.0 - licensed_share(w, k)))
            file_application(w, k, papers, day)
        st.backlog[link] += taken - papers
    else:
        st.backlog[link] += taken
    st.on_order[net.need_of[link]] += taken
    fl.ordered[link] = amount
    fl.refused[link] += amount - taken
    st.ordered_mean[link] += (amount - st.ordered_mean[link]) / MEAN_DAYS


@njit(cache=True)
def late_orders_lapse(w: World) -> None:
    """Orders that have waited longer than the buyer's patience are cancelled at a daily rate."""
    net, pol, st = w.network, w.policy, w.state
    for link in range(len(net.need_of)):
        n = net.need_of[link]
        patience = net.patience_days[net.line_of[n]]
        normal = patience * max(pol.split[link], net.contract_share[link]) * st.plan[n]
        late = st.backlog[link] - normal
        if late > 0.0:
            lapsed = late / patience
            st.backlog[link] -= lapsed
            st.on_order[n] -= lapsed

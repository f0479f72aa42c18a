"""Clerks reorder: each need is brought back to its order-up-to level, and orders find their way."""

from __future__ import annotations

from numba import njit

from model.licensing import file_application, licensed_share, refused_share
from model.shipping import MEAN_DAYS
from model.state import World

STATUTORY_DAYS = 63  # 45 working days, D14: no clerk plans for a longer review


@njit(cache=True)
def clerks_reorder(w: World, day: int) -> None:
    """Each clerk orders what the plan uses and a part of what the position lacks (Sterman 1989, eq. 4-8).

    order = max(0, plan + (cover plan - stock + weight x ((lead + review) plan - on_order)) / smoothing_days)
    The order is split over qualified suppliers by split x fill_rate^sensitivity (suppliers_appeal); spot buys come
    on top.
    """
    net, st, appeal = w.network, w.state, w.flows.ordered
    line_of, first_link, licence_of, lead = net.line_of, net.first_link, net.licence_of, w.conditions.lead
    plan, stock, on_order, cover, spot = st.plan, st.stock, st.on_order, w.policy.cover, w.policy.spot
    weight, smoothing_days = net.supply_line_weight, net.smoothing_days
    ordered_mean, backlog, refused = st.ordered_mean, st.backlog, w.flows.refused
    willing, accepted = w.policy.willing, w.conditions.accepted
    for n in range(len(line_of)):
        line = line_of[n]
        total, pipeline = 0.0, 0.0
        for link in range(first_link[n], first_link[n + 1]):
            total += appeal[link]
            pipeline += appeal[link] * (lead[link] if licence_of[link] < 0 else pipeline_days(w, link))
        if total <= 0.0:
            continue
        lacks = cover[n] * plan[n] - stock[n]
        lacks += weight[line] * (pipeline / total * plan[n] - on_order[n])
        order = max(0.0, plan[n] + lacks / smoothing_days[line]) + spot[n]
        for link in range(first_link[n], first_link[n + 1]):
            part = appeal[link] / total
            amount = order * part
            appeal[link] = amount  # the column of orders: the appeal has done its work
            ordered_mean[link] += (amount - ordered_mean[link]) / MEAN_DAYS
            if licence_of[link] >= 0:
                place_order(w, link, amount, plan[n] * part, day)
                continue
            taken = amount * willing[link] * accepted[link]
            backlog[link] += taken
            on_order[n] += taken
            refused[link] += amount - taken


@njit(cache=True)
def pipeline_days(w: World, link: int) -> float:
    """Days from an order to its landing: the lead time, and the review for the licensed part."""
    k = w.network.licence_of[link]
    review = min(w.conditions.review_days[k], STATUTORY_DAYS)
    return w.conditions.lead[link] + licensed_share(w, k) * review


@njit(cache=True)
def place_order(w: World, link: int, amount: float, planned: float, day: int) -> None:
    """An order on a licensed link goes to the supplier's backlog, to the licence office, or comes back refused.

    What needs no paper is another grade of the good: of it the line orders no more than it plans to draw.
    """
    net, con, pol, st, fl = w.network, w.conditions, w.policy, w.state, w.flows
    taken = amount * pol.willing[link] * con.accepted[link]
    k = net.licence_of[link]
    taken *= 1.0 - refused_share(w, k)
    papers = taken * licensed_share(w, k)
    if papers > 0.0:
        papers += max(0.0, taken - papers - planned * (1.0 - licensed_share(w, k)))
        file_application(w, k, papers, day)
    st.backlog[link] += taken - papers
    st.on_order[net.need_of[link]] += taken
    fl.refused[link] += amount - taken


@njit(cache=True)
def late_orders_lapse(w: World) -> None:
    """Orders that have waited longer than the buyer's patience are cancelled at a daily rate."""
    net, st = w.network, w.state
    need_of, line_of, patience_days, contract_share = net.need_of, net.line_of, net.patience_days, net.contract_share
    split, plan, backlog, on_order = w.policy.split, st.plan, st.backlog, st.on_order
    for link in range(len(need_of)):
        n = need_of[link]
        patience = patience_days[line_of[n]]
        late = backlog[link] - patience * max(split[link], contract_share[link]) * plan[n]
        if late > 0.0:
            lapsed = late / patience
            backlog[link] -= lapsed
            on_order[n] -= lapsed

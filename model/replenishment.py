"""Clerks reorder: each need is brought back to its order-up-to level, and orders find their way."""

from __future__ import annotations

from numba import njit

from model.licensing import file_application, papers_needed, refused_at_once
from model.shipping import TODAY
from model.state import Floats, World

STATUTORY_DAYS = 63  # 45 working days, D14: no clerk plans for a longer review


@njit(cache=True)
def clerks_reorder(w: World, day: int) -> None:
    """Each clerk orders what the plan uses and a part of what the position lacks (Sterman 1989, eq. 4-8).

    order = max(0, plan + (cover plan - stock + weight x ((lead + review) plan - on_order)) / smoothing_days)
    The order is split over qualified suppliers by split x fill_rate^sensitivity (suppliers_appeal); spot buys come
    on top. What an order on a licensed link needs in papers goes to the licence office, the rest to the supplier.
    """
    net, st, appeal, refused = w.network, w.state, w.flows.ordered, w.flows.refused
    line_of, first_link, licence_of, lead = net.line_of, net.first_link, net.licence_of, w.conditions.lead
    plan, stock, on_order, cover, spot = st.plan, st.stock, st.on_order, w.policy.cover, w.policy.spot
    weight, smoothing_days = net.supply_line_weight, net.smoothing_days
    ordered_mean, backlog = st.ordered_mean, st.backlog
    willing, accepted = w.policy.willing, w.conditions.accepted
    refused_of = refused_at_once(w)
    papers_of = papers_needed(w, refused_of)
    for n in range(len(line_of)):
        total, pipeline = 0.0, 0.0
        for link in range(first_link[n], first_link[n + 1]):
            total += appeal[link]
            pipeline += appeal[link] * lead[link]
            if licence_of[link] >= 0:
                pipeline += appeal[link] * review_planned(w, licence_of[link], papers_of)
        if total <= 0.0:
            continue
        lacks = cover[n] * plan[n] - stock[n] + weight[line_of[n]] * (pipeline / total * plan[n] - on_order[n])
        order = max(0.0, plan[n] + lacks / smoothing_days[line_of[n]]) + spot[n]
        scale = 1.0 / total
        for link in range(first_link[n], first_link[n + 1]):
            part = appeal[link] * scale
            amount = order * part
            appeal[link] = amount  # the column of orders: the appeal has done its work
            ordered_mean[link] += TODAY * (amount - ordered_mean[link])
            taken = amount * willing[link] * accepted[link]
            papers = 0.0
            if licence_of[link] >= 0:
                taken *= 1.0 - refused_of[licence_of[link]]
                papers = file_application(w, licence_of[link], taken, plan[n] * part, papers_of, day)
            backlog[link] += taken - papers
            on_order[n] += taken
            refused[link] += amount - taken


@njit(cache=True)
def review_planned(w: World, k: int, papers_of: Floats) -> float:
    """Days that a clerk plans for the review of an average unit: the review days of the part that needs papers."""
    return papers_of[k] * min(w.conditions.review_days[k], STATUTORY_DAYS)


@njit(cache=True)
def late_orders_lapse(w: World) -> None:
    """Orders that have waited longer than the buyer's patience are cancelled at a daily rate."""
    net, st = w.network, w.state
    first_link, line_of, patience_days = net.first_link, net.line_of, net.patience_days
    contract_share, split = net.contract_share, w.policy.split
    plan, backlog, on_order = st.plan, st.backlog, st.on_order
    for n in range(len(line_of)):
        patience = patience_days[line_of[n]]
        for link in range(first_link[n], first_link[n + 1]):
            late = backlog[link] - patience * plan[n] * max(split[link], contract_share[link])
            if late > 0.0:
                backlog[link] -= late / patience
                on_order[n] -= late / patience

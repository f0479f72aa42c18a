"""Clerks reorder: each need is brought back to its order-up-to level, and orders find their way."""

from __future__ import annotations

from numba import njit

from model.licensing import file_application, papers_needed, refused_at_once
from model.shipping import TODAY, no_dust
from model.sourcing import Suppliers, suppliers_appeal
from model.state import Floats, World

STATUTORY_DAYS = 63  # 45 working days, D14: no clerk plans for a longer review


@njit(cache=True)
def clerks_reorder(w: World, day: int) -> None:
    """Each clerk orders what the plan uses and a part of what the position lacks (Sterman 1989, eq. 4-8).

    order = max(0, plan + (cover plan - stock + weight x ((lead + review) plan - on_order)) / smoothing_days)
    The order is split over qualified suppliers by split x fill_rate^sensitivity (suppliers_appeal); spot buys come
    on top. What an order on a licensed link needs in papers goes to the licence office, the rest to the supplier.
    """
    net, st, refused = w.network, w.state, w.flows.refused
    line_of, first_link, licence_of = net.line_of, net.first_link, net.licence_of
    plan, stock, on_order, cover, spot = st.plan, st.stock, st.on_order, w.policy.cover, w.policy.spot
    weight, smoothing_days, lead = net.supply_line_weight, net.smoothing_days, w.conditions.lead
    ordered, ordered_mean, backlog = w.flows.ordered, st.ordered_mean, st.backlog
    willing, accepted = w.policy.willing, w.conditions.accepted
    refused_of = refused_at_once(w)
    papers_of = papers_needed(w, refused_of)
    suppliers = book_of_suppliers(w)
    for n in range(len(line_of)):
        total, pipeline = suppliers_appeal(suppliers, n), 0.0
        if total <= 0.0:
            continue
        for link in range(first_link[n], first_link[n + 1]):
            pipeline += ordered[link] * lead[link]
            if licence_of[link] >= 0 and ordered[link] > 0.0:
                pipeline += ordered[link] * review_planned(w, licence_of[link], papers_of)
        scale = 1.0 / total
        lacks = cover[n] * plan[n] - stock[n] + weight[line_of[n]] * (pipeline * scale * plan[n] - on_order[n])
        order = max(0.0, plan[n] + lacks / smoothing_days[line_of[n]]) + spot[n]
        for link in range(first_link[n], first_link[n + 1]):
            part = ordered[link] * scale
            if part == 0.0 and ordered_mean[link] == 0.0:  # nobody has ordered here for long
                continue
            amount = order * part
            ordered[link] = amount
            ordered_mean[link] = no_dust(ordered_mean[link] + TODAY * (amount - ordered_mean[link]))
            taken = amount * willing[link] * accepted[link]
            papers = 0.0
            if licence_of[link] >= 0:
                taken *= 1.0 - refused_of[licence_of[link]]
                if papers_of[licence_of[link]] > 0.0:
                    papers = file_application(w, licence_of[link], taken, plan[n] * part, papers_of, day)
            backlog[link] += taken - papers
            on_order[n] += taken
            if taken < amount:
                refused[link] += amount - taken


@njit(cache=True)
def book_of_suppliers(w: World) -> Suppliers:
    """What clerks look up of suppliers; a state stock takes no orders, whatever anybody wishes."""
    net, st, split = w.network, w.state, w.policy.split
    for link in net.gifts:
        split[link] = 0.0
    return Suppliers(
        net.first_link, net.line_of, net.fill_sensitivity, split, st.clock, st.ordered_mean, st.shipped_mean,
        w.flows.ordered,
    )  # fmt: skip


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
            if backlog[link] <= patience * plan[n] * contract_share[link]:
                continue
            late = backlog[link] - patience * plan[n] * max(split[link], contract_share[link])
            if late > 0.0:
                backlog[link] = no_dust(backlog[link] - late / patience)
                on_order[n] -= late / patience

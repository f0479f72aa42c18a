"""Clerks reorder: each need is brought back to its order-up-to level, and orders find their way."""

from __future__ import annotations

import numpy as np

from model.physics.compiling import compiled
from model.physics.licensing import file_application, papers_needed, refused_at_once
from model.physics.shipping import TODAY, no_dust
from model.physics.sourcing import STACK, Stack, suppliers_appeal
from model.state import Floats, World

STATUTORY_DAYS = 63  # 45 working days, D14: no clerk plans for a longer review


@compiled
def clerks_reorder(w: World, day: int) -> None:
    """Each clerk orders what the plan uses and a part of what the position lacks (Sterman 1989, eq. 4-8).

    order = max(0, plan + (cover plan - stock + weight x ((lead + review) plan - on_order)) / smoothing_days)
    The order is split over qualified suppliers by split x fill_rate^sensitivity (suppliers_appeal); spot buys come
    on top. What an order on a licensed link needs in papers goes to the licence office, the rest to the supplier.
    """
    state_stocks_take_no_orders(w)
    refused_of = refused_at_once(w)
    papers_of = papers_needed(w, refused_of)
    review_of = reviews_planned(w, papers_of)
    needs = len(w.network.line_of)
    height = min(STACK, needs)
    total, wait, order = np.empty(height), np.empty(height), np.empty(height)
    for first in range(0, needs, STACK):
        stack = Stack(np.uint32(first), np.uint32(min(first + STACK, needs)), total, wait, order)
        suppliers_appeal(w, stack, review_of)
        late_orders_lapse(w, stack)
        orders_are_reckoned(w, stack)
        orders_are_placed(w, stack, day, refused_of, papers_of)


@compiled
def state_stocks_take_no_orders(w: World) -> None:
    """A state stock gives, whatever anybody wishes to order there."""
    split = w.policy.split
    for link in w.network.gifts:
        split[link] = 0.0


@compiled
def reviews_planned(w: World, papers_of: Floats) -> Floats:
    """Days that clerks plan for the review of an average unit, K: those of the part that needs papers."""
    review_days = w.conditions.review_days
    planned = np.zeros(len(papers_of))
    for k in range(len(papers_of)):
        planned[k] = papers_of[k] * min(review_days[k], STATUTORY_DAYS)
    return planned


@compiled
def orders_are_reckoned(w: World, stack: Stack) -> None:
    """How much is ordered today for each need of a stack."""
    net, st, cover, spot = w.network, w.state, w.policy.cover, w.policy.spot
    line_of, normal_cover, weight, smoothing_days = (
        net.line_of, net.normal_cover, net.supply_line_weight, net.smoothing_days
    )  # fmt: skip
    plan, stock, on_order, named = st.plan, st.stock, st.on_order, np.uint32(len(cover))
    total, wait, order = stack.total, stack.wait, stack.order
    for n in range(stack.first, stack.last):
        i, f = n - stack.first, line_of[n]
        if total[i] <= 0.0:
            continue
        scale = 1.0 / total[i]
        days = cover[n] if n < named else normal_cover[n]
        pipeline = wait[i] * scale * plan[n]
        lacks = days * plan[n] - stock[n] + weight[f] * (pipeline - on_order[n])
        wanted = max(0.0, plan[n] + lacks / smoothing_days[f])
        if n < named:
            wanted += spot[n]
        order[i] = wanted * scale


@compiled
def orders_are_placed(w: World, stack: Stack, day: int, refused_of: Floats, papers_of: Floats) -> None:
    """Suppliers get their parts of the orders of a stack, or the licence office the papers for them."""
    net, st, refused, plan, on_order = w.network, w.state, w.flows.refused, w.state.plan, w.state.on_order
    first_link, need_of, licence_of = net.first_link, net.need_of, net.licence_of
    ordered, ordered_mean, backlog = w.flows.ordered, st.ordered_mean, st.backlog
    willing, accepted = w.policy.willing, w.conditions.accepted
    named, licensed, total, order = np.uint32(len(willing)), np.uint32(len(licence_of)), stack.total, stack.order
    for link in range(first_link[stack.first], first_link[stack.last]):
        n = need_of[link]
        i = n - stack.first
        if total[i] <= 0.0 or (ordered[link] == 0.0 and ordered_mean[link] == 0.0):
            continue  # nobody can supply this, or nobody has ordered here for long
        part = ordered[link]
        amount = order[i] * part
        ordered[link] = amount
        ordered_mean[link] = no_dust(ordered_mean[link] + TODAY * (amount - ordered_mean[link]))
        taken = amount * willing[link] if link < named else amount
        taken *= accepted[link]
        papers = 0.0
        if link < licensed and licence_of[link] >= 0:
            k = licence_of[link]
            taken *= 1.0 - refused_of[k]
            if papers_of[k] > 0.0:
                papers = file_application(w, k, taken, plan[n] * part / total[i], papers_of, day)
        backlog[link] += taken - papers
        on_order[n] += taken
        if taken < amount and link < named:
            refused[link] += amount - taken


@compiled
def late_orders_lapse(w: World, stack: Stack) -> None:
    """Orders that have waited longer than the buyer's patience are cancelled at a daily rate.

    Today's orders are yet to be placed, so that what still waits is a day old at least: with a patience of one day
    nothing outlives the evening after it was ordered.
    """
    net, st, split = w.network, w.state, w.policy.split
    first_link, need_of, line_of, patience_days = net.first_link, net.need_of, net.line_of, net.patience_days
    contract_share, plan, backlog, on_order = net.contract_share, st.plan, st.backlog, st.on_order
    for link in range(first_link[stack.first], first_link[stack.last]):
        n = need_of[link]
        patience = patience_days[line_of[n]]
        days = max(0.0, patience - 1.0)
        if backlog[link] <= days * plan[n] * contract_share[link]:
            continue
        share = max(split[link], contract_share[link]) if link < len(split) else contract_share[link]
        late = backlog[link] - days * plan[n] * share
        if late > 0.0:
            backlog[link] = no_dust(backlog[link] - late / patience)
            on_order[n] -= late / patience

"""Clerks reorder: each need is brought back to its order-up-to level, and orders find their way."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from model.physics.compiling import compiled
from model.physics.dust import no_dust
from model.physics.papers import Papers, file_application, papers_of_orders
from model.physics.sourcing import PROMPT, flow_at_rest, mean_of_weeks, share_kept
from model.state import Floats, World

BATCH = 1024  # needs that are worked on together: their columns fit into a processor's own cache


class Batch(NamedTuple):
    """Needs that clerks work on together, and what they note of each.

    The needs are first .. last - 1, unsigned, so that compiled code need not ask whether a row counts from the end.
    parts: the part of its need's order that each supplier gets, from the first link of the first need on; total: these
    parts, all together; wait: the same, each times its days from order to landing; overdue: what is on order and is
    not expected any more, in units; order: what is ordered today, in units for a part of 1.
    """

    first: np.uint32
    last: np.uint32
    parts: Floats
    total: Floats
    wait: Floats
    overdue: Floats
    order: Floats


@compiled
def clerks_reorder(w: World, day: int) -> None:
    """Each clerk orders what the plan uses and a part of what the position lacks (Sterman 1989, eq. 4-8).

    order = max(0, plan + (cover plan - stock + weight x ((lead + review) plan - on_order)) / smoothing_days)
    Of what is on order, papers that are overdue at an office without a clock do not count. The order is split over
    qualified suppliers by split x fill_rate^sensitivity; spot buys come on top. What an order on a licensed link needs
    in papers goes to the licence office, the rest to the supplier. Where a world has other rules (world_rules.py), an
    order replaces what was used, aims at the stock at rest, or is never made smaller by an excess of stock.
    """
    state_stocks_take_no_orders(w)
    papers = papers_of_orders(w, day)
    needs = len(w.network.line_of)
    height = min(BATCH, needs)
    parts, total, wait, order = np.empty(most_links(w)), np.empty(height), np.empty(height), np.empty(height)
    overdue = np.empty(height)
    for first in range(0, needs, BATCH):
        batch = Batch(np.uint32(first), np.uint32(min(first + BATCH, needs)), parts, total, wait, overdue, order)
        suppliers_are_chosen(w, batch, papers)
        late_orders_lapse(w, batch)
        orders_are_sized(w, batch)
        orders_are_placed(w, batch, papers, day)


@compiled
def most_links(w: World) -> int:
    """The links of the batch that has most."""
    first_link, most = w.network.first_link, 0
    needs = len(first_link) - 1
    for first in range(0, needs, BATCH):
        links = int(np.int64(first_link[min(first + BATCH, needs)]) - np.int64(first_link[first]))
        if links > most:
            most = links
    return most


@compiled
def state_stocks_take_no_orders(w: World) -> None:
    """A state stock gives, whatever anybody wishes to order there."""
    split = w.policy.split
    for link in w.network.gifts:
        split[link] = 0.0


@compiled
def suppliers_are_chosen(w: World, batch: Batch, papers: Papers) -> None:
    """What part of its order each need of a batch gives each supplier, and how long these parts are on their way.

    On the way are the days of the lead and those of review that clerks plan for. A supplier that is not
    qualified yet gets no part; anonymous buyers give what was agreed.
    """
    net, st, split, lead = w.network, w.state, w.policy.split, w.conditions.lead
    first_link, need_of, line_of, licence_of = net.first_link, net.need_of, net.line_of, net.licence_of
    contract_share, fill_sensitivity = net.contract_share, net.fill_sensitivity
    clock, ordered_mean, shipped_mean = st.clock, st.ordered_mean, st.shipped_mean
    supplier, capacity_times, overtime = net.supplier, w.conditions.capacity_times, st.overtime
    follows_capacity = net.follows_capacity[0] == 1
    named, licensed = np.uint32(len(split)), np.uint32(len(licence_of))
    parts, total, wait, overdue, start = batch.parts, batch.total, batch.wait, batch.overdue, first_link[batch.first]
    total[:], wait[:], overdue[:] = 0.0, 0.0, 0.0
    for link in range(start, first_link[batch.last]):
        n = need_of[link]
        part = contract_share[link]
        if link < named:
            part = split[link] if clock[link] == 0.0 else 0.0
        if part > 0.0 and shipped_mean[link] < PROMPT * ordered_mean[link]:
            part *= share_kept(shipped_mean[link], ordered_mean[link], fill_sensitivity[line_of[n]])
        if follows_capacity:
            part *= capacity_times[supplier[link]] * (1.0 + overtime[supplier[link]])
        parts[link - start] = part
        total[n - batch.first] += part
        wait[n - batch.first] += part * lead[link]
        if link < licensed and licence_of[link] >= 0:
            wait[n - batch.first] += part * papers.review[licence_of[link]]
            overdue[n - batch.first] += papers.overdue[licence_of[link]]


@compiled
def late_orders_lapse(w: World, batch: Batch) -> None:
    """Orders that have waited longer than the buyer's patience are cancelled at a daily rate.

    Today's orders are yet to be placed, so that what still waits is a day old at least: with a patience of one day
    nothing outlives the evening after it was ordered.
    """
    net, st, split = w.network, w.state, w.policy.split
    first_link, need_of, line_of, patience_days = net.first_link, net.need_of, net.line_of, net.patience_days
    contract_share, plan, backlog, on_order = net.contract_share, st.plan, st.backlog, st.on_order
    all_lapse = net.orders_lapse[0] == 1
    for link in range(first_link[batch.first], first_link[batch.last]):
        n = need_of[link]
        patience = 1.0 if all_lapse else patience_days[line_of[n]]
        days = max(0.0, patience - 1.0)
        if backlog[link] <= days * plan[n] * contract_share[link]:
            continue
        share = max(split[link], contract_share[link]) if link < len(split) else contract_share[link]
        late = backlog[link] - days * plan[n] * share
        if late > 0.0:
            backlog[link] = no_dust(backlog[link] - late / patience)
            on_order[n] -= late / patience


@compiled
def orders_are_sized(w: World, batch: Batch) -> None:
    """How much is ordered today for each need of a batch."""
    net, st, cover, spot = w.network, w.state, w.policy.cover, w.policy.spot
    line_of, normal_cover, weight = net.line_of, net.normal_cover, net.supply_line_weight
    smoothing_days, plan, stock, on_order = net.smoothing_days, st.plan, st.stock, st.on_order
    named, total, wait, order = np.uint32(len(cover)), batch.total, batch.wait, batch.order
    overdue, used = batch.overdue, w.flows.used
    baseline, per_unit, dependence = net.baseline, net.per_unit, net.dependence
    replaces_used, normal_target = net.replaces_used[0] == 1, net.normal_target[0] == 1
    excess_counts = net.excess_counts[0] == 1
    for n in range(batch.first, batch.last):
        i, f = n - batch.first, line_of[n]
        if total[i] <= 0.0:
            continue
        scale = 1.0 / total[i]
        days = cover[n] if n < named else normal_cover[n]
        aim = baseline[f] * per_unit[n] * dependence[n] if normal_target else plan[n]
        pipeline = wait[i] * scale * aim
        expected = on_order[n] - max(0.0, min(overdue[i], on_order[n]))
        lacks = days * aim - stock[n] + weight[f] * (pipeline - expected)
        if not excess_counts:
            lacks = max(0.0, lacks)
        wanted = max(0.0, (used[n] if replaces_used else plan[n]) + lacks / smoothing_days[f])
        if n < named:
            wanted += spot[n]
        order[i] = wanted * scale


@compiled
def orders_are_placed(w: World, batch: Batch, papers: Papers, day: int) -> None:
    """Suppliers get their parts of the orders of a batch, or the licence office the papers for them.

    Where a supplier will or may accept only a share of orders, it is a share of what the line has used of late as well:
    whoever orders a multiple out of worry gets no more of a cut supply (D24 says so of the office).
    """
    net, st, refused, plan, on_order = w.network, w.state, w.flows.refused, w.state.plan, w.state.on_order
    first_link, need_of, licence_of, use = net.first_link, net.need_of, net.licence_of, st.use
    contract_share = net.contract_share
    ordered, ordered_mean, backlog = w.flows.ordered, st.ordered_mean, st.backlog
    willing, declined, accepted, quota = w.policy.willing, w.policy.declined, w.conditions.accepted, w.conditions.quota
    start = first_link[batch.first]
    named, licensed = np.uint32(len(willing)), np.uint32(len(licence_of))
    parts, total, order = batch.parts, batch.total, batch.order
    for link in range(start, first_link[batch.last]):
        n, part = need_of[link], parts[link - start]
        i = n - batch.first
        if total[i] <= 0.0 or (part == 0.0 and ordered_mean[link] == 0.0):
            ordered[link] = 0.0
            continue  # nobody can supply this, or nobody has ordered here for long
        amount = order[i] * part
        ordered[link] = amount
        ordered_mean[link] = mean_of_weeks(ordered_mean[link], amount)
        taken, share = amount, accepted[link]
        if link < named:
            taken *= 1.0 - declined[link]
            share *= willing[link]
        if share < 1.0:
            agreed = max(contract_share[link], part / total[i])
            taken = share * min(taken, agreed * use[n])
        if quota[link] < np.inf:
            taken = min(taken, quota[link] * flow_at_rest(w, link))
        waiting = 0.0
        if link < licensed and licence_of[link] >= 0:
            k = licence_of[link]
            taken *= 1.0 - papers.refused[k]
            if papers.needed[k] > 0.0:
                usual = max(plan[n], use[n]) * part / total[i]
                waiting = file_application(w, k, taken, usual, papers.needed[k], day)
        backlog[link] += taken - waiting
        on_order[n] += taken
        if taken < amount and link < named:
            refused[link] += amount - taken

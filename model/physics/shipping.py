"""Cargo lands and floors ship: goods move from makers to buyers, rationed where the maker is short."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.physics.compiling import compiled
from model.physics.sourcing import flow_at_rest, mean_of_weeks
from model.state import Floats, Rows, Singles, World

FULLY, SHORT, GIVING = range(3)  # how a maker serves its customers today
ROUNDING = 1e-12  # as a share: who lacks less is served
BID_POWER = 2.0  # assumption: a premium of 10 % weighs like 21 % more favour


class Customers(NamedTuple):
    """Who waits for a maker's goods, and how much each counts when there is not enough for all."""

    first_out: Rows
    out: Rows
    need_of: Rows
    backlog: Floats
    favour: Singles
    bid: Singles


@compiled
def cargo_lands(w: World, day: int) -> None:
    """What was due to land today is on the buyers' floors."""
    st, landed, first_slot = w.state, w.flows.landed, w.network.first_slot
    arriving, stock, on_order = st.arriving, st.stock, st.on_order
    for n in range(len(landed)):
        slot = slot_of(day, first_slot[n], first_slot[n + 1])
        amount = arriving[slot]
        arriving[slot] = 0.0
        stock[n] += amount
        on_order[n] -= amount
        landed[n] = amount


@compiled
def orders_are_counted(w: World) -> None:
    """Each line counts, before its day, what its customers have ordered and not been sent."""
    supplier, backlog, owed = w.network.supplier, w.state.backlog, w.flows.owed
    owed[:] = 0.0
    for link in range(len(backlog)):
        owed[supplier[link]] += backlog[link]


@compiled
def slot_of(day: int, first: int, last: int) -> int:
    """Where cargo of a day lies in the ring of slots first .. last - 1, whose length is a power of two."""
    return int(first) + (day & (int(last) - int(first) - 1))


@compiled
def floors_ship(w: World, day: int) -> None:
    """Each maker ships its backlog, all of it if the floor covers it, else shared by favour.

    A maker that also sells to the final market keeps back the market's share of a short floor, unless the market comes
    last. In worlds that say so everybody gets an equal share of the flow at rest instead, up to what was ordered.
    """
    net, st = w.network, w.state
    customers = Customers(net.first_out, net.out, net.need_of, st.backlog, w.policy.favour, w.policy.bid)
    service, level = service_of_makers(w, customers)
    need_of, first_slot, supplier = net.need_of, net.first_slot, net.supplier
    lead, shipped, sent, finished, backlog = w.conditions.lead, w.flows.shipped, w.flows.sent, st.finished, st.backlog
    arriving, shipped_mean, licence_of, licensed = st.arriving, st.shipped_mean, net.licence_of, len(net.licence_of)
    clearing, clearing_lands, days = st.clearing, st.clearing_lands, st.clearing.shape[0]
    evenly = net.shared_evenly[0] == 1
    for link in range(len(supplier)):
        f = supplier[link]
        amount = backlog[link]
        if service[f] == GIVING:
            amount = shipped[link]
        elif amount == 0.0 and shipped_mean[link] == 0.0:  # nobody has ordered here for long
            if link < len(shipped):
                shipped[link] = 0.0
            continue
        elif service[f] == SHORT:
            part = level[f] * flow_at_rest(w, link) if evenly else level[f] * amount * weight(customers, link)
            amount = min(amount, finished[f], part)
            finished[f] -= amount
            sent[f] += amount
        n = need_of[link]
        arriving[slot_of(day + lead[link], first_slot[n], first_slot[n + 1])] += amount
        if link < licensed and licence_of[link] >= 0:
            clearing[day % days, licence_of[link]] = amount
            clearing_lands[day % days, licence_of[link]] = day + lead[link]
        backlog[link] = max(0.0, backlog[link] - amount)
        shipped_mean[link] = mean_of_weeks(shipped_mean[link], amount)
        if link < len(shipped):
            shipped[link] = amount


@compiled
def service_of_makers(w: World, customers: Customers) -> tuple[NDArray[np.uint8], Floats]:
    """How each maker serves its customers today, F: fully, short or giving; and the level of a short floor, F.

    What is given, or sent in full, leaves the floor at once.
    """
    net, st, owed, sent = w.network, w.state, w.flows.owed, w.flows.sent
    state_stock, demand, demand_times = net.state_stock, net.demand, w.conditions.demand_times
    market_backlog, finished = st.market_backlog, st.finished
    market_last, evenly = net.market_last[0] == 1, net.shared_evenly[0] == 1
    service, level = np.zeros(len(demand), np.uint8), np.zeros(len(demand))
    for f in range(len(demand)):
        if state_stock[f] == 1:
            service[f] = GIVING
            release_stock(w, f)
            sent[f] = w.flows.released[f]
            continue
        market = 0.0 if market_last else market_backlog[f] + demand[f] * demand_times[f]
        if finished[f] < owed[f] + market:
            service[f] = SHORT
            if evenly:
                level[f] = level_at_rest(w, f, market)
            else:
                floor = finished[f] * (owed[f] / (owed[f] + market))
                level[f] = water_level(customers, f, owed[f], floor)
            sent[f] = 0.0
        else:
            finished[f] -= owed[f]
            sent[f] = owed[f]
    return service, level


@compiled
def weight(c: Customers, link: int) -> float:
    """How much a customer counts with a short supplier: favour, raised by the premium it bids."""
    n = c.need_of[link]
    return c.favour[link] * (1.0 + c.bid[n]) ** BID_POWER if n < len(c.bid) else float(c.favour[link])


@compiled
def water_level(c: Customers, f: int, owed: float, floor: float) -> float:
    """The common level at which min(backlog, level x weight x backlog), summed, empties the floor.

    Water-filling: nobody gets more than was ordered and nothing is left while somebody waits. Each turn
    serves in full those whom the level covers and shares the rest among the others; it ends after at most
    as many turns as there are customers.
    """
    level = 0.0
    if floor <= 0.0 or owed <= 0.0:
        return level
    for _ in range(c.first_out[f], c.first_out[f + 1]):
        served, waiting = 0.0, 0.0
        for i in range(c.first_out[f], c.first_out[f + 1]):
            link = c.out[i]
            counts = weight(c, link)
            if level * counts >= 1.0:
                served += c.backlog[link]
            else:
                waiting += counts * c.backlog[link]
        if waiting <= 0.0:
            break
        higher = (floor - served) / waiting
        if higher <= level * (1.0 + 1e-12):
            break
        level = higher
    return level


@compiled
def level_at_rest(w: World, f: int, market: float) -> float:
    """The share of flows at rest at which min(backlog, share x flow), the market's included, empties a short floor.

    market: what the final market asks of the maker, 0 where it comes last. Each turn ends at the customer whose order
    is the smallest share of its flow among those that the level does not cover yet.
    """
    net, backlog = w.network, w.state.backlog
    level, left = 0.0, w.state.finished[f]
    for _ in range(net.first_out[f], net.first_out[f + 1] + 1):
        flows, next_level = 0.0, np.inf
        covered = level * (1.0 + ROUNDING)
        if market > covered * net.demand[f]:
            flows += net.demand[f]
            next_level = market / net.demand[f]
        for i in range(net.first_out[f], net.first_out[f + 1]):
            flow = flow_at_rest(w, net.out[i])
            if flow > 0.0 and backlog[net.out[i]] > covered * flow:
                flows += flow
                next_level = min(next_level, backlog[net.out[i]] / flow)
        if flows <= 0.0:
            break
        if (next_level - level) * flows >= left:
            level += left / flows
            break
        left -= (next_level - level) * flows
        level = next_level
    return level


@compiled
def release_stock(w: World, f: int) -> None:
    """A state stock gives out what was decided, to those who are short, in proportion to what they miss."""
    net, con, pol, st, fl = w.network, w.conditions, w.policy, w.state, w.flows
    amount = min(st.finished[f], pol.release[f] + con.release_order[f])
    missing = 0.0
    if amount > 0.0:
        for i in range(net.first_out[f], net.first_out[f + 1]):
            missing += shortfall(w, net.out[i])
    fl.released[f] = min(amount, missing)
    for i in range(net.first_out[f], net.first_out[f + 1]):
        link = net.out[i]
        fl.shipped[link] = fl.released[f] * shortfall(w, link) / missing if missing > 0.0 else 0.0
        st.on_order[net.need_of[link]] += fl.shipped[link]
    st.finished[f] = max(0.0, st.finished[f] - fl.released[f])


@compiled
def shortfall(w: World, link: int) -> float:
    """What a buyer misses to its normal cover, in units, where the state stock may serve it."""
    net, con, pol, st = w.network, w.conditions, w.policy, w.state
    if st.clock[link] != 0.0:
        return 0.0
    n = net.need_of[link]
    missing = st.plan[n] * net.normal_cover[n] - st.stock[n]
    return max(0.0, missing) * pol.willing[link] * con.accepted[link]

"""Cargo lands and floors ship: goods move from makers to buyers, rationed where the maker is short."""

from __future__ import annotations

from numba import njit

from model.state import World

MEAN_DAYS = 14.0  # days of memory in a fill rate
BID_POWER = 2.0  # assumption: a premium of 10 % weighs like 21 % more favour


@njit(cache=True)
def cargo_lands(w: World, day: int) -> None:
    """What was due to land today is on the buyers' floors."""
    net, st, fl = w.network, w.state, w.flows
    slot = day % st.arriving.shape[0]
    for n in range(len(net.line_of)):
        landed = st.arriving[slot, n]
        st.arriving[slot, n] = 0.0
        st.stock[n] += landed
        st.on_order[n] -= landed
        fl.landed[n] = landed


@njit(cache=True)
def floors_ship(w: World, day: int) -> None:
    """Each maker ships its backlog, all of it if the floor covers it, else shared by favour.

    A maker that also sells to the final market keeps back the market's share of a short floor.
    """
    net, con, st, fl = w.network, w.conditions, w.state, w.flows
    for f in range(len(net.good_of)):
        if net.state_stock[f] == 1:
            release_stock(w, f, day)
            continue
        first, last = net.first_out[f], net.first_out[f + 1]
        due = 0.0
        for i in range(first, last):
            due += st.backlog[net.out[i]]
        market = st.market_backlog[f] + net.demand[f] * con.demand_times[f]
        floor = st.finished[f]
        if floor >= due + market:
            level = 0.0
        else:
            floor *= due / (due + market)
            level = water_level(w, first, last, due, floor)
        for i in range(first, last):
            link = net.out[i]
            amount = st.backlog[link]
            if level > 0.0:
                amount = min(amount, level * amount * weight(w, link))
            elif floor < due:
                amount = 0.0
            send(w, link, min(amount, st.finished[f]), day)
            st.finished[f] -= fl.shipped[link]


@njit(cache=True)
def weight(w: World, link: int) -> float:
    """How much a customer counts with a short supplier: favour, raised by the premium it bids."""
    premium = w.policy.bid[w.network.need_of[link]]
    return w.policy.favour[link] * (1.0 + premium) ** BID_POWER


@njit(cache=True)
def water_level(w: World, first: int, last: int, due: float, floor: float) -> float:
    """The common level at which min(backlog, level x weight x backlog), summed, empties the floor.

    Water-filling: nobody gets more than was ordered and nothing is left while somebody waits. Each turn
    serves in full those whom the level covers and shares the rest among the others; it ends after at most
    as many turns as there are customers.
    """
    net, st = w.network, w.state
    level = 0.0
    if floor <= 0.0 or due <= 0.0:
        return level
    for _ in range(last - first):
        served, waiting = 0.0, 0.0
        for i in range(first, last):
            link = net.out[i]
            heft = weight(w, link)
            if level * heft >= 1.0:
                served += st.backlog[link]
            else:
                waiting += heft * st.backlog[link]
        if waiting <= 0.0:
            break
        higher = (floor - served) / waiting
        if higher <= level * (1.0 + 1e-12):
            break
        level = higher
    return level


@njit(cache=True)
def send(w: World, link: int, amount: float, day: int) -> None:
    """Put goods on a ship (or a lorry): they leave the backlog and land after the lead time."""
    net, con, st, fl = w.network, w.conditions, w.state, w.flows
    slot = (day + con.lead[link]) % st.arriving.shape[0]
    st.arriving[slot, net.need_of[link]] += amount
    st.backlog[link] = max(0.0, st.backlog[link] - amount)
    fl.shipped[link] = amount
    st.shipped_mean[link] += (amount - st.shipped_mean[link]) / MEAN_DAYS


@njit(cache=True)
def release_stock(w: World, f: int, day: int) -> None:
    """A state stock gives out what was decided, to those who are short, in proportion to what they miss."""
    net, con, pol, st, fl = w.network, w.conditions, w.policy, w.state, w.flows
    amount = min(st.finished[f], pol.release[f] + con.release_order[f])
    missing = 0.0
    for i in range(net.first_out[f], net.first_out[f + 1]):
        missing += shortfall(w, net.out[i])
    fl.released[f] = min(amount, missing)
    for i in range(net.first_out[f], net.first_out[f + 1]):
        link = net.out[i]
        part = 0.0
        if missing > 0.0:
            part = fl.released[f] * shortfall(w, link) / missing
        st.on_order[net.need_of[link]] += part
        send(w, link, part, day)
    st.finished[f] = max(0.0, st.finished[f] - fl.released[f])


@njit(cache=True)
def shortfall(w: World, link: int) -> float:
    """What a buyer misses to its normal cover, in units, where the state stock may serve it."""
    net, con, pol, st = w.network, w.conditions, w.policy, w.state
    if st.clock[link] != 0.0:
        return 0.0
    n = net.need_of[link]
    missing = st.plan[n] * net.normal_cover[n] - st.stock[n]
    return max(0.0, missing) * pol.willing[link] * con.accepted[link]

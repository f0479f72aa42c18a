"""The market buys and prices move: final demand, contract and spot prices, and each line's accounts."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from model.state import DUST, World

CONTRACT_DAYS = 180.0  # days in which contracts follow the Chinese spot price; E5: half-yearly contracts
SPOT_DAYS = 5.0  # days in which spot prices follow cover; assumption (low 3, high 15), E17: threefold within 30 days
DAYS_PER_YEAR = 365.0
COVER_FLOOR = (
    0.4  # least cover of a zone that prices see, as a share of normal; assumption (0.3 to 0.6), E18: x30 to x45
)


@njit(cache=True)
def market_buys(w: World) -> None:
    """Final buyers take what is there; of the rest a part waits and a part is lost to other makers."""
    net, con, st, fl = w.network, w.conditions, w.state, w.flows
    for f in range(len(net.good_of)):
        due = st.market_backlog[f] + net.demand[f] * con.demand_times[f]
        sold = min(due, st.finished[f])
        st.finished[f] -= sold
        unmet_today = min(due - sold, net.demand[f] * con.demand_times[f])
        lost = unmet_today * (1.0 - net.back_order_share[f])
        lost += max(0.0, due - sold - unmet_today) / net.patience_days[f]
        st.market_backlog[f] = max(0.0, due - sold - lost)
        fl.sold[f] = sold
        fl.lost[f] = lost


@njit(cache=True)
def prices_move(w: World) -> None:
    """Spot prices follow the cover of their zone; contract prices follow the spot price inside China, slowly.

    log spot relaxes to eta x log(normal cover / present cover) in SPOT_DAYS.
    """
    net, st = w.network, w.state
    normal = np.zeros((len(net.base_price), 2))
    present = np.zeros((len(net.base_price), 2))
    for n in range(len(net.line_of)):
        zone = net.zone_of[net.country_of[net.line_of[n]]]
        normal[net.need_good[n], zone] += st.plan[n] * net.normal_cover[n]
        present[net.need_good[n], zone] += st.stock[n]
    for g in range(len(net.base_price)):
        for zone in range(2):
            aim = 0.0
            if normal[g, zone] > 0.0:
                aim = -net.spot_eta[g] * math.log(max(COVER_FLOOR, present[g, zone] / normal[g, zone]))
            st.spot_log[g, zone] += (aim - st.spot_log[g, zone]) / SPOT_DAYS
        aim_price = net.base_price[g] * math.exp(st.spot_log[g, 0])
        st.contract[g] += (aim_price - st.contract[g]) / CONTRACT_DAYS


@njit(cache=True)
def books_are_kept(w: World) -> None:
    """Each line's profit of the day, in million JPY: sales less materials, stocks held, standing and projects."""
    net, fl, profit = w.network, w.flows, w.flows.profit
    good_of, supplier, need_of = net.good_of, net.supplier, net.need_of
    contract, bid, shipped = w.state.contract, w.policy.bid, fl.shipped
    for f in range(len(good_of)):
        profit[f] = fl.sold[f] * contract[good_of[f]]
    for link in range(len(need_of)):
        profit[supplier[link]] += shipped[link] * contract[good_of[supplier[link]]] * (1.0 + bid[need_of[link]])
    materials_are_paid(w)
    for f in range(len(good_of)):
        profit[f] -= (fl.want[f] - fl.output[f]) * net.standing_share[f] * net.value_added[f]


@njit(cache=True)
def materials_are_paid(w: World) -> None:
    """What inputs cost today: what landed, the spot premium, what lies on the floor, and the projects for them."""
    net, pol, st, profit = w.network, w.policy, w.state, w.flows.profit
    line_of, need_good, zone_of, country_of = net.line_of, net.need_good, net.zone_of, net.country_of
    landed, stock, bid, spot, holding_rate = w.flows.landed, st.stock, pol.bid, pol.spot, net.holding_rate
    contract, spot_log = st.contract, st.spot_log
    first_link, clock, aim, least, thrift = net.first_link, st.clock, pol.thrift, net.thrift_least, st.thrift
    for n in range(len(line_of)):
        f = line_of[n]
        price = contract[need_good[n]]
        cost = landed[n] * price * (1.0 + bid[n])
        if spot[n] > 0.0:
            dearer = math.exp(spot_log[need_good[n], zone_of[country_of[f]]]) - 1.0
            cost += spot[n] * price * max(0.0, dearer)
        cost += stock[n] * price * holding_rate[f]
        busy = max(aim[n], least[n]) < thrift[n]
        for link in range(first_link[n], first_link[n + 1]):
            busy = busy or clock[link] > 0.0
        if busy:
            cost += cost_of_projects(w, f, n) * price
        profit[f] -= cost


@njit(cache=True)
def cost_of_projects(w: World, f: int, n: int) -> float:
    """Today's part of qualifying second sources and of redesign, in units of the input, less what the state pays.

    Each costs a share of a year's planned draw, spread over the days that it takes.
    """
    net, pol, st = w.network, w.policy, w.state
    year = st.plan[n] * DAYS_PER_YEAR * (1.0 - st.support[net.country_of[f]])
    cost = 0.0
    for link in range(net.first_link[n], net.first_link[n + 1]):
        if st.clock[link] > 0.0:
            cost += net.qualification_cost[f] * year / net.qualification_days[link]
    if max(pol.thrift[n], net.thrift_least[n]) < st.thrift[n]:
        cost += net.thrift_cost[f] * year / net.thrift_days[n]
    return cost


@njit(cache=True)
def dust_is_swept(w: World) -> None:
    """Amounts below DUST are flushed to zero; their sum is kept for the audit."""
    st, fl = w.state, w.flows
    for n in range(len(st.stock)):
        if abs(st.stock[n]) < DUST:
            fl.flushed[0] += abs(st.stock[n])
            st.stock[n] = 0.0
        if abs(st.on_order[n]) < DUST:
            st.on_order[n] = 0.0
        if st.plan[n] < DUST:
            st.plan[n] = 0.0
    for f in range(len(st.finished)):
        if abs(st.finished[f]) < DUST:
            fl.flushed[0] += abs(st.finished[f])
            st.finished[f] = 0.0
    for link in range(len(st.backlog)):
        if st.backlog[link] < DUST:
            st.backlog[link] = 0.0
        if st.shipped_mean[link] < DUST:
            st.shipped_mean[link] = 0.0
        if st.ordered_mean[link] < DUST:
            st.ordered_mean[link] = 0.0

"""The market buys and prices move: final demand, contract and spot prices, and each line's accounts."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from model.state import DUST, World

CONTRACT_DAYS = 180.0  # days in which contracts follow the Chinese spot price; E5: half-yearly contracts
SPOT_DAYS = 5.0  # days in which the spot price follows cover; assumption (low 3, high 15), E17: threefold within 30 days
DAYS_PER_YEAR = 365.0
COVER_FLOOR = 0.02  # a zone's cover counts as at least this share of normal


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
    net, pol, st, fl = w.network, w.policy, w.state, w.flows
    for f in range(len(net.good_of)):
        price = st.contract[net.good_of[f]]
        profit = fl.sold[f] * price
        for i in range(net.first_out[f], net.first_out[f + 1]):
            link = net.out[i]
            profit += fl.shipped[link] * price * (1.0 + pol.bid[net.need_of[link]])
        for n in range(net.first_need[f], net.first_need[f + 1]):
            profit -= cost_of_need(w, f, n)
        profit -= (fl.want[f] - fl.output[f]) * net.standing_share[f] * net.value_added[f]
        fl.profit[f] = profit


@njit(cache=True)
def cost_of_need(w: World, f: int, n: int) -> float:
    """What an input costs today: what landed, the spot premium, what lies on the floor, and the projects for it."""
    net, pol, st, fl = w.network, w.policy, w.state, w.flows
    price = st.contract[net.need_good[n]]
    zone = net.zone_of[net.country_of[f]]
    cost = fl.landed[n] * price * (1.0 + pol.bid[n])
    cost += pol.spot[n] * price * max(0.0, math.exp(st.spot_log[net.need_good[n], zone]) - 1.0)
    return cost + st.stock[n] * price * net.holding_rate[f] + cost_of_projects(w, f, n) * price


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

"""The market buys and prices move: final demand, contract and spot prices, and each line's accounts."""

from __future__ import annotations

import math

import numpy as np

from model.physics.compiling import compiled
from model.state import Floats, World

CONTRACT_DAYS = 180.0  # days in which contracts follow the Chinese spot price; E5: half-yearly contracts
SPOT_DAYS = 5.0  # days in which spot prices follow cover; assumption (low 3, high 15), E17: threefold within 30 days
DAYS_PER_YEAR = 365.0
COVER_FLOOR = (
    0.4  # least cover of a zone that prices see, as a share of normal; assumption (0.3 to 0.6), E18: x30 to x45
)


@compiled
def market_buys(w: World) -> None:
    """Final buyers take what is there; of the rest a part waits and a part is lost to other makers."""
    net, st, sold, lost = w.network, w.state, w.flows.sold, w.flows.lost
    demand, demand_times, finished, backlog = net.demand, w.conditions.demand_times, st.finished, st.market_backlog
    back_order_share, patience_days = net.back_order_share, net.patience_days
    for f in range(len(demand)):
        today = demand[f] * demand_times[f]
        due = backlog[f] + today
        sold[f] = min(due, finished[f])
        lost[f] = 0.0
        finished[f] -= sold[f]
        if sold[f] < due:
            unmet_today = min(due - sold[f], today)
            lost[f] = unmet_today * (1.0 - back_order_share[f])
            lost[f] += max(0.0, due - sold[f] - unmet_today) / patience_days[f]
        backlog[f] = max(0.0, due - sold[f] - lost[f])


@compiled
def prices_move(w: World) -> None:
    """Spot prices follow the cover of their zone; contract prices follow the spot price inside China, slowly.

    log spot relaxes to eta x log(normal cover / present cover) in SPOT_DAYS.
    """
    net, st = w.network, w.state
    spot_eta, base_price, spot_log, contract = net.spot_eta, net.base_price, st.spot_log, st.contract
    normal, present = stocks_of_zones(w)
    for g in range(len(base_price)):
        for zone in range(2):
            aim = 0.0
            if normal[g, zone] > 0.0:
                aim = -spot_eta[g] * math.log(max(COVER_FLOOR, present[g, zone] / normal[g, zone]))
            spot_log[g, zone] += (aim - spot_log[g, zone]) / SPOT_DAYS
        aim_price = base_price[g] * math.exp(spot_log[g, 0])
        contract[g] += (aim_price - contract[g]) / CONTRACT_DAYS


@compiled
def stocks_of_zones(w: World) -> tuple[Floats, Floats]:
    """What the buyers of each price zone keep of each good in quiet times, and what they have today, G x Z."""
    net, plan, stock = w.network, w.state.plan, w.state.stock
    need_good, normal_cover, line_of = net.need_good, net.normal_cover, net.line_of
    zone_of, country_of = net.zone_of, net.country_of
    normal = np.zeros((len(net.base_price), 2))
    present = np.zeros((len(net.base_price), 2))
    for n in range(len(need_good)):
        zone = zone_of[country_of[line_of[n]]]
        normal[need_good[n], zone] += plan[n] * normal_cover[n]
        present[need_good[n], zone] += stock[n]
    return normal, present


@compiled
def books_are_kept(w: World) -> None:
    """Each line's profit of the day, in million JPY: sales less materials, stocks held, idle lines, projects, fines."""
    net, fl, profit, contract, fine = w.network, w.flows, w.flows.profit, w.state.contract, w.policy.fine
    good_of, standing_share, value_added = net.good_of, net.standing_share, net.value_added
    sold, sent, want, output = fl.sold, fl.sent, fl.want, fl.output
    for f in range(len(good_of)):
        idle = (want[f] - output[f]) * standing_share[f] * value_added[f]
        profit[f] = (sold[f] + sent[f]) * contract[good_of[f]] - idle - fine[f]
        fine[f] = 0.0
    premiums_are_paid(w)
    stocks_are_paid(w)
    projects_are_paid(w)


@compiled
def premiums_are_paid(w: World) -> None:
    """Makers get, and buyers pay, the premium over the contract price that a buyer bids for what is shipped today."""
    net, shipped, profit = w.network, w.flows.shipped, w.flows.profit
    first_link, need_good, supplier = net.first_link, net.need_good, net.supplier
    contract, bid, line_of = w.state.contract, w.policy.bid, net.line_of
    for n in range(len(bid)):
        if bid[n] != 0.0:
            premium = contract[need_good[n]] * bid[n]
            for link in range(first_link[n], first_link[n + 1]):
                profit[supplier[link]] += shipped[link] * premium
                profit[line_of[n]] -= shipped[link] * premium


@compiled
def stocks_are_paid(w: World) -> None:
    """What inputs cost a line today: what landed, the premium on the spot, and what lies on the floor."""
    net, pol, st, profit = w.network, w.policy, w.state, w.flows.profit
    line_of, need_good, zone_of, country_of = net.line_of, net.need_good, net.zone_of, net.country_of
    landed, stock, spot, holding_rate = w.flows.landed, st.stock, pol.spot, net.holding_rate
    contract, spot_log = st.contract, st.spot_log
    for n in range(len(line_of)):
        f = line_of[n]
        cost = landed[n] + stock[n] * holding_rate[f]
        if n < len(spot) and spot[n] > 0.0:
            dearer = math.exp(spot_log[need_good[n], zone_of[country_of[f]]]) - 1.0
            cost += spot[n] * max(0.0, dearer)
        profit[f] -= cost * contract[need_good[n]]


@compiled
def projects_are_paid(w: World) -> None:
    """Today's part of qualifying second sources and of redesign, less what the state pays.

    Each costs a share of a year's planned draw of the input, spread over the days that it takes.
    """
    net, st, aim, line_of = w.network, w.state, w.policy.thrift, w.network.line_of
    clock, need_of, days, qualification_cost = st.clock, net.need_of, net.qualification_days, net.qualification_cost
    thrift, least, thrift_days, thrift_cost = st.thrift, net.thrift_least, net.thrift_days, net.thrift_cost
    for link in net.dormant:
        if clock[link] > 0.0:
            pay_for_project(w, need_of[link], qualification_cost[line_of[need_of[link]]] / days[link])
    for n in range(len(thrift)):
        if max(aim[n], least[n]) < thrift[n]:
            pay_for_project(w, n, thrift_cost[line_of[n]] / thrift_days[n])


@compiled
def pay_for_project(w: World, n: int, share: float) -> None:
    """A line pays a share of a year's planned draw of an input, and the state its part of that."""
    net, st = w.network, w.state
    f = net.line_of[n]
    year = st.plan[n] * DAYS_PER_YEAR * st.contract[net.need_good[n]]
    w.flows.profit[f] -= share * year * (1.0 - st.support[net.country_of[f]])

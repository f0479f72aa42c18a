"""The market buys and prices move: final demand, contract and spot prices, and each line's accounts."""

from __future__ import annotations

import math

import numpy as np

from model.physics.compiling import compiled
from model.physics.sourcing import fill_rate
from model.state import Floats, World

CONTRACT_DAYS = 180.0  # days in which contracts follow the spot price; E5: half-yearly contracts
SPOT_DAYS = 5.0  # days in which spot prices follow scarcity; assumption (low 3, high 15), E17: threefold within 30 days
DAYS_PER_YEAR = 365.0
SIGHT_DAYS = 30.0  # days ahead that a spot market looks; assumption (low 14, high 60), E17: threefold within 30 days
SPOT_SHARE = (
    0.05  # share of the flow that is sold outside contracts; E19: about 4 % and under 1 % (low 0.02, high 0.15)
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
    """Spot prices follow what buyers of their zone lack; contracts slowly follow the spot price where a good is from.

    log spot relaxes to eta x (log(1 + lacking / SPOT_SHARE) - log(1 + spare)) in SPOT_DAYS; both are shares
    of what the zone needs. A good without a spot market has an eta of zero and stays at its contract price.
    """
    net, st = w.network, w.state
    spot_eta, base_price, spot_log, contract = net.spot_eta, net.base_price, st.spot_log, st.contract
    needed, lacking, spare = supply_of_zones(w)
    for g in range(len(base_price)):
        for zone in range(spot_log.shape[1]):
            aim = 0.0
            if needed[g, zone] > 0.0:
                lack, more = lacking[g, zone] / needed[g, zone], spare[g, zone] / needed[g, zone]
                aim = spot_eta[g] * (math.log(1.0 + lack / SPOT_SHARE) - math.log(1.0 + more))
            spot_log[g, zone] += (aim - spot_log[g, zone]) / SPOT_DAYS
        aim_price = base_price[g] * math.exp(spot_log[g, net.contract_zone[g]])
        contract[g] += (aim_price - contract[g]) / CONTRACT_DAYS


@compiled
def supply_of_zones(w: World) -> tuple[Floats, Floats, Floats]:
    """What the buyers of each price zone need of each good, what they lack and what they can spare, G x Z, in units.

    A buyer needs its normal stock and what it usually uses in SIGHT_DAYS. It lacks what its stock misses to the normal
    cover of what it plans to draw, and of the use of SIGHT_DAYS the share of its orders that suppliers have not filled
    of late; whoever has more stock than that has it to spare. Stock alone would not do: a line that slows down to save
    its stock looks well provided. Nor would the flow alone: who orders less, since it sells less, lacks nothing. What
    one buyer has to spare is not sold to another who lacks, for papers name the end user (G10).
    Sources: stocks set the price of a storable good (Williams and Wright 1991, Storage and Commodity Markets); orders
    that are not filled do where goods are made to order (Sterman 2000, Business Dynamics, chapter 20).
    """
    net, st, usual = w.network, w.state, w.conditions.usual
    need_good, line_of, normal_cover, first_link = net.need_good, net.line_of, net.normal_cover, net.first_link
    zone_of, country_of, spot_eta = net.zone_of, net.country_of, net.spot_eta
    dependence, per_unit, plan, stock = net.dependence, net.per_unit, st.plan, st.stock
    ordered_mean, shipped_mean, goods = st.ordered_mean, st.shipped_mean, len(spot_eta)
    shape = goods, st.spot_log.shape[1]
    needed, lacking, spare = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for n in range(len(need_good)):
        g, f = need_good[n], line_of[n]
        if spot_eta[g] == 0.0:
            continue
        ordered, shipped = 0.0, 0.0
        for link in range(first_link[n], first_link[n + 1]):
            ordered += ordered_mean[link]
            shipped += shipped_mean[link]
        use, zone = usual[f] * dependence[n] * per_unit[n], zone_of[country_of[f]]
        gap = plan[n] * normal_cover[n] - stock[n] + SIGHT_DAYS * use * (1.0 - fill_rate(shipped, ordered))
        needed[g, zone] += use * (normal_cover[n] + SIGHT_DAYS)
        lacking[g, zone] += max(0.0, gap)
        spare[g, zone] += max(0.0, -gap)
    return needed, lacking, spare


@compiled
def books_are_kept(w: World) -> None:
    """Each line's profit of the day, in millions: sales less materials, stocks held, idle lines, projects, fines."""
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
    """Makers get, and buyers pay, what is paid over the contract price for what is shipped today."""
    net, shipped, profit = w.network, w.flows.shipped, w.flows.profit
    first_link, need_good, supplier = net.first_link, net.need_good, net.supplier
    contract, bid, spot, line_of = w.state.contract, w.policy.bid, w.policy.spot, net.line_of
    for n in range(len(bid)):
        over = float(bid[n])
        if spot[n] > 0.0:
            over += spot_premium(w, n)
        if over != 0.0:
            premium = contract[need_good[n]] * over
            for link in range(first_link[n], first_link[n + 1]):
                profit[supplier[link]] += shipped[link] * premium
                profit[line_of[n]] -= shipped[link] * premium


@compiled
def spot_premium(w: World, n: int) -> float:
    """What a need pays over the contract price for being bought in part on the spot market, as a share of that price.

    Of what is shipped, the part is on the spot that is on the spot of what the need orders.
    """
    net, spot, ordered = w.network, w.policy.spot, w.flows.ordered
    total = 0.0
    for link in range(net.first_link[n], net.first_link[n + 1]):
        total += ordered[link]
    dearer = math.exp(w.state.spot_log[net.need_good[n], net.zone_of[net.country_of[net.line_of[n]]]]) - 1.0
    return max(0.0, dearer) * min(1.0, spot[n] / total) if total > 0.0 else 0.0


@compiled
def stocks_are_paid(w: World) -> None:
    """What inputs cost a line today: what landed, and what lies on the floor."""
    net, st, profit, landed = w.network, w.state, w.flows.profit, w.flows.landed
    line_of, need_good, holding_rate = net.line_of, net.need_good, net.holding_rate
    stock, contract = st.stock, st.contract
    for n in range(len(line_of)):
        f = line_of[n]
        profit[f] -= (landed[n] + stock[n] * holding_rate[f]) * contract[need_good[n]]


@compiled
def projects_are_paid(w: World) -> None:
    """Today's part of qualifying second sources and of redesign, less what the state pays.

    Each costs a share of a year's planned draw of the input, spread over the days that it takes.
    """
    net, redesigned, line_of = w.network, w.flows.redesigned, w.network.line_of
    clock, need_of = w.state.clock, net.need_of
    days, qualification_cost = net.qualification_days, net.qualification_cost
    for link in net.dormant:
        if clock[link] > 0.0:
            pay_for_project(w, need_of[link], qualification_cost[line_of[need_of[link]]] / days[link])
    for n in range(len(redesigned)):
        if redesigned[n] > 0.0:
            pay_for_project(w, n, net.thrift_cost[line_of[n]] * redesigned[n])


@compiled
def pay_for_project(w: World, n: int, share: float) -> None:
    """A line pays a share of a year's planned draw of an input, and the state its part of that."""
    net, st = w.network, w.state
    f = net.line_of[n]
    year = st.plan[n] * DAYS_PER_YEAR * st.contract[net.need_good[n]]
    w.flows.profit[f] -= share * year * (1.0 - st.support[net.country_of[f]])

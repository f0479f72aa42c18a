"""The world at rest, at the end of day -1: nothing is imposed, stocks are at their cover, pipelines are full."""

from __future__ import annotations

import numpy as np

from model.network import DAYS_PER_YEAR, by_role
from model.register import Register
from model.state import (
    BAN,
    FILING_DAYS,
    KEPT_APART,
    Conditions,
    Floats,
    Flows,
    Network,
    Policy,
    Singles,
    State,
    World,
    blank,
)

LONGEST_CHAIN = 16  # lines from a raw material to a final good; along a loop no value is followed for longer
LINKS_LOADED_AT_ONCE = 1 << 16
RATIONING = ("home_favour", "contract_favour", "yield_favour")  # parameters of minds.csv that makers go by when short


def quiet_conditions(reg: Register, net: Network, sizes: dict[str, int]) -> Conditions:
    """Nothing is imposed: no control, normal capacity and demand, no limit on the authority's work."""
    con = Conditions(**blank(Conditions, sizes))
    con.usual[:] = np.where(net.state_stock == 1, 0.0, net.baseline)
    for column in (con.capacity_times, con.demand_times, con.accepted, con.grant_share, con.stance):
        column[:] = 1.0
    con.lead[:] = reg.column("links", "lead_days", np.int32)
    con.ceiling[:] = con.most_use[:] = con.quota[:] = np.inf
    con.review_capacity[:] = np.inf
    return con


def standing_policy(net: Network, reg: Register, sizes: dict[str, int]) -> Policy:
    """What everybody wishes in quiet times: normal cover, contract shares, full speed, the usual favourites."""
    pol = Policy(**blank(Policy, sizes))
    for column in (pol.run, pol.thrift, pol.willing, pol.stance, pol.tempo):
        column[:] = 1.0
    pol.favour[:] = usual_favour(net, reg)
    pol.ceiling[:] = np.inf
    pol.allotted[:] = KEPT_APART
    pol.cover[:] = net.normal_cover[: len(pol.cover)]
    pol.split[:] = net.contract_share[: len(pol.split)]
    return pol


def usual_favour(net: Network, reg: Register) -> Singles:
    """How much each customer counts with its maker when there is not enough for all, L.

    Pro rata where all count alike; home first or contract first where customers at home, or those with a share agreed
    in quiet times, count for more; yield first where those count for more with whom most is made of a unit.
    """
    rules = by_role(reg, RATIONING)
    at_home = net.country_of[net.supplier] == net.country_of[net.line_of[net.need_of]]
    home = np.where(at_home, rules["home_favour"][net.supplier], np.float32(1.0))
    contract = np.where(net.contract_share > 0.0, rules["contract_favour"][net.supplier], np.float32(1.0))
    if not rules["yield_favour"].any():
        return np.asarray(home * contract, np.float32)
    return np.asarray(home * contract * relative_yield(net) ** rules["yield_favour"][net.supplier], np.float32)


def relative_yield(net: Network) -> Floats:
    """What is made of a unit sent on each link, over what is made by that customer of its supplier that makes least, L.

    Customers of whom no final good is known to come count as those that make least.
    """
    made = value_of_a_unit(net)
    least = np.full(len(net.good_of), np.inf)
    some = made > 0.0
    np.minimum.at(least, net.supplier[some], made[some])
    return np.where(some, np.divide(made, least[net.supplier], out=np.ones_like(made), where=some), 1.0)


def value_of_a_unit(net: Network) -> Floats:
    """Value added in final goods that hangs on a unit of a good sent on each link, L, millions/unit.

    Of a line hangs what the final market buys of it, and of its customers' what its share of their needs bears:
    carried = demand x value_added + sum over customers of share x carried; on a unit of an input hangs what its line
    carries, over what the line uses of it a day. A car hangs on the magnets of each of its motors.
    """
    line = net.line_of[net.need_of]
    final = net.demand * net.value_added
    carried = final.copy()
    for _ in range(LONGEST_CHAIN):
        before = carried
        carried = final + np.bincount(net.supplier, net.contract_share * carried[line], len(final))
        if np.array_equal(before, carried):
            break
    use = (net.baseline[net.line_of] * net.per_unit * net.dependence)[net.need_of]
    return np.divide(carried[line], use, out=np.zeros(len(use)), where=use > 0.0)


def rest(net: Network, con: Conditions, reg: Register, sizes: dict[str, int]) -> State:
    """The world at rest under the rules in force: stocks at their cover, pipelines and licence queues full.

    An order of day j under a review of r days is ruled on in the morning of j + 1 + r, ships that day and lands
    after the lead time; without a review it ships on j + 1. So before the first morning r + 1 days of
    applications wait, and `lead` days of goods are on their way.
    """
    st = State(**blank(State, sizes))
    st.finished[:] = net.finished_target
    held = net.state_stock == 1
    per_year = reg.column("lines", "finished_days") * reg.column("lines", "capacity_per_year")
    st.finished[held] = per_year[held] / DAYS_PER_YEAR
    st.plan[:] = net.baseline[net.line_of] * net.per_unit * net.dependence
    st.use[:] = st.plan
    st.stock[:] = net.normal_cover * st.plan
    st.thrift[:] = 1.0
    st.clock[net.dormant] = -1.0
    st.contract[:] = net.base_price
    fill_pipelines(net, con, st)
    return st


def fill_pipelines(net: Network, con: Conditions, st: State) -> None:
    """Links that have flowed for ever: goods at sea, a day of backlog or a queue of applications."""
    flow = net.contract_share * st.plan[net.need_of]
    reviewed = np.zeros(len(flow))
    days = np.zeros(len(flow))
    k = np.flatnonzero((flow[net.link_of] > 0.0) & (con.rule > 0) & (con.rule < BAN) & (con.named > 0.0))
    reviewed[net.link_of[k]] = flow[net.link_of[k]] * con.named[k]
    days[net.link_of[k]] = con.review_days[k]
    for row in k:
        until, link = int(con.review_days[row]) + 1, net.link_of[row]
        st.review[:until, row] = reviewed[link]
        st.review_files[:until, row] = net.houses[net.line_of[net.need_of[link]]] / FILING_DAYS
        st.waiting[row] = reviewed[link] * until
        st.waiting_files[row] = st.review_files[0, row] * until
    for first in range(0, len(flow), LINKS_LOADED_AT_ONCE):
        links = first + np.flatnonzero(flow[first : first + LINKS_LOADED_AT_ONCE] > 0.0)
        lead = con.lead[links]
        day = np.arange(lead.sum()) - np.repeat(np.cumsum(lead) - lead, lead)  # 0 .. lead - 1 of each link
        np.add.at(st.arriving, np.repeat(net.first_slot[net.need_of[links]], lead) + day, np.repeat(flow[links], lead))
    ring = len(st.clearing)
    for before in range(-ring, 0):
        st.clearing[before % ring] = flow[net.link_of]
        st.clearing_lands[before % ring] = before + con.lead[net.link_of]
    st.ordered_mean[:] = st.shipped_mean[:] = flow
    st.backlog[:] = flow - reviewed
    st.on_order[:] = np.bincount(net.need_of, reviewed * days + flow * (con.lead + 1.0), len(st.on_order))


def world_at_rest(reg: Register, net: Network, con: Conditions, sizes: dict[str, int]) -> World:
    """Everything in place at the end of day -1."""
    flows = Flows(**blank(Flows, sizes))
    if net.most_overtime[0] > 0.0:
        flows.output[:] = net.baseline  # overtime asks what was made the day before
    return World(net, con, standing_policy(net, reg, sizes), rest(net, con, reg, sizes), flows)

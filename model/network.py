"""From firms, goods and links to a network at rest; refuses what cannot be in balance.

Lines, needs and links that the tables name come first, those of a crowd behind them in the columns that they have.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, identity
from scipy.sparse.linalg import spsolve

from model.faults import Faults
from model.register import STATE_STOCK, Register
from model.state import (
    BAN,
    FILING_DAYS,
    LONGEST_REVIEW,
    Conditions,
    Floats,
    Flows,
    Network,
    Policy,
    Rows,
    Singles,
    State,
    World,
    blank,
    declared,
)

DAYS_PER_YEAR = 365.0
MOST_SOLVED_AT_ONCE = 5_000  # lines
MOST_ROUNDS = 10_000
LINKS_LOADED_AT_ONCE = 1 << 16
HABIT_ONLY = "none"  # the role of whoever has no mind
SPANS = ("adjust_days", "smoothing_days", "patience_days")
HABITS = (
    "adjust_days", "smoothing_days", "supply_line_weight", "fill_sensitivity", "patience_days",
    "back_order_share", "holding_rate_per_year", "standing_share", "least_start", "restart_days",
    "qualification_cost", "thrift_cost",
)  # fmt: skip  # the parameters of minds.csv that clerks follow whether or not a mind is at home
RATIONING = ("home_favour", "contract_favour")  # what makers go by when short, likewise


def baseline(reg: Register) -> Floats:
    """Output of each line at rest, F, unit/day: what final demand pulls through the network.

    Solves y = d + A y with A[supplier, line] = share x per_unit x dependence; loops are allowed.
    Raise Faults, with every offender, where a line's y is above its capacity or a need has no qualified supplier.
    """
    count = reg.size("lines")
    need_of = reg.rank("links", "n", reg.named("needs"))
    weight = (reg.column("needs", "per_unit") * reg.column("needs", "dependence"))[need_of]
    weight *= reg.column("links", "share")
    first_need = starts(reg.rank("needs", "f", reg.named("lines")), count)
    first_link = starts(need_of, reg.size("needs"))[first_need]  # links of each client stand together
    pull = weight, reg.rank("links", "s"), first_link
    demand = reg.column("lines", "demand_per_year") / DAYS_PER_YEAR
    if count <= MOST_SOLVED_AT_ONCE:
        y = solved_once(*(part.tobytes() for part in (*pull, demand))).copy()
    else:
        y = solved(csc_matrix(pull, shape=(count, count)), demand)
    y[np.abs(y) < 1e-15] = 0.0
    faults = unbalanced(reg, y) + hasty(reg)
    if faults:
        raise Faults(faults)
    return np.asarray(y, dtype=np.float64)


def hasty(reg: Register) -> list[str]:
    """Say which habits have a span of no days at all, in which nothing could be brought into balance."""
    return [
        f"minds.csv, {role}:{parameter}, value: found {value:g}; a span of days must be above 0, write at least 1"
        for (role, parameter), value in reg.traits.items()
        if parameter in SPANS and value <= 0.0
    ]


@lru_cache(maxsize=64)
def solved_once(weight: bytes, supplier: bytes, first_link: bytes, demand: bytes) -> Floats:
    """The y with y = demand + A y of a small world, found once for all runs of a batch that have these numbers.

    The bytes are those of the matrix, its columns one after the other, and of final demand.
    """
    wanted = np.frombuffer(demand)
    columns = np.frombuffer(weight), np.frombuffer(supplier, np.uint32), np.frombuffer(first_link, np.uint32)
    return solved(csc_matrix(columns, shape=(len(wanted), len(wanted))), wanted)


def solved(matrix: csc_matrix, demand: Floats) -> Floats:
    """The y with y = demand + matrix y: at once where the world is small, else round by round of suppliers."""
    count = len(demand)
    if count <= MOST_SOLVED_AT_ONCE:
        return np.asarray(np.atleast_1d(spsolve((identity(count) - matrix).tocsc(), demand)), np.float64)
    y = demand.copy()
    for _ in range(MOST_ROUNDS):
        before, y = y, demand + matrix @ y
        if np.max(np.abs(y - before)) <= 1e-14 * np.max(np.abs(y)):
            return np.asarray(y, np.float64)
    raise Faults(["links.csv: the network at rest does not settle; look for a loop that uses more than it makes"])


def unbalanced(reg: Register, y: Floats) -> list[str]:
    """Say what keeps a world from being at rest: each line above capacity, each need that nobody serves."""
    faults = []
    capacity = reg.column("lines", "capacity_per_year")
    stock = is_state_stock(reg)
    year = y * DAYS_PER_YEAR
    for f in np.flatnonzero((year < -1e-9) | (~stock & (year > capacity * (1 + 1e-12)))):
        line, make, most = reg.code(int(f)), year[f], capacity[f]
        if make < -1e-9:
            faults.append(f"firms.csv, {line}: the network at rest asks for {make:.4g} a year; check shares and loops")
        else:
            faults.append(
                f"firms.csv, {line}, capacity_per_year: demand pulls {make:.6g} a year through this line, above its "
                f"capacity of {most:.6g}; raise the capacity or move shares to other suppliers"
            )
    served = np.zeros(reg.size("needs"), bool)
    served[reg.rank("links", "n", reg.named("needs"))[reg.column("links", "share") > 0.0]] = True
    owner = reg.rank("needs", "f", reg.named("lines"))
    good = reg.place("needs", "good")
    for n in np.flatnonzero(~served):
        line, what = reg.code(int(owner[n])), reg.tables.goods[good[n]].good
        faults.append(f"links.csv, {line} needs {what}: no qualified supplier has a share; add a link")
    return faults


def is_state_stock(reg: Register) -> NDArray[np.bool_]:
    """Which lines are state stocks, F."""
    held = np.zeros(reg.size("lines"), bool)
    held[: reg.named("lines")] = [line.role == STATE_STOCK for line in reg.tables.firms]
    return held


def starts(counts: Rows, size: int) -> Rows:
    """First positions of groups 0 .. size-1 in a sorted list of group numbers, and the end."""
    return np.searchsorted(counts, np.arange(size + 1)).astype(np.uint32)


def network_of(reg: Register, licensed: Rows, extra_days: int = 0) -> Network:
    """The columns that never change; worlds without a crowd that share a register share them.

    licensed: links, in rising order, that some regime may name; extra_days: by how much goods may come to travel
    longer than normal. Raise Faults where the world cannot be at rest.
    """
    if reg.crowd is not None:
        return build_network(reg, licensed, extra_days)
    key = "network", licensed.tobytes(), extra_days
    found: Network = reg.tables.findings.once(key, lambda: build_network(reg, licensed, extra_days))
    return found


def build_network(reg: Register, licensed: Rows, extra_days: int) -> Network:
    """Lay the columns that never change, as network_of hands them out."""
    y = baseline(reg)
    country_of = reg.place("lines", "country")
    state = is_state_stock(reg)
    habit = by_role(reg, HABITS)
    need_of = reg.rank("links", "n", reg.named("needs"))
    supplier = reg.rank("links", "s")
    line_of = reg.rank("needs", "f", reg.named("lines"))
    need_good = reg.place("needs", "good")
    licence_of = np.full(max(reg.named("links"), int(licensed.max(initial=0)) + 1), -1, np.int32)
    licence_of[licensed] = np.arange(len(licensed), dtype=np.int32)
    order = np.argsort(supplier, kind="stable").astype(np.uint32)
    goods = reg.tables.goods
    return in_kind(
        good_of=reg.place("lines", "good"),
        country_of=country_of,
        capacity=np.where(state, 0.0, reg.column("lines", "capacity_per_year") / DAYS_PER_YEAR),
        demand=reg.column("lines", "demand_per_year") / DAYS_PER_YEAR,
        baseline=y,
        finished_target=np.where(state, 0.0, reg.column("lines", "finished_days") * y),
        adjust_days=habit["adjust_days"],
        smoothing_days=habit["smoothing_days"],
        supply_line_weight=habit["supply_line_weight"],
        fill_sensitivity=habit["fill_sensitivity"],
        patience_days=habit["patience_days"],
        back_order_share=habit["back_order_share"],
        value_added=reg.column("lines", "value_added_jpy_mn"),
        holding_rate=habit["holding_rate_per_year"] / DAYS_PER_YEAR,
        standing_share=habit["standing_share"],
        qualification_cost=habit["qualification_cost"],
        thrift_cost=habit["thrift_cost"],
        least_start=habit["least_start"],
        restart_days=habit["restart_days"],
        houses=reg.column("lines", "houses"),
        military=reg.column("lines", "military_share", np.float32),
        state_stock=state.astype(np.int32),
        first_need=starts(line_of, len(state)),
        first_out=starts(supplier[order], len(state)),
        line_of=line_of,
        need_good=need_good,
        per_unit=reg.column("needs", "per_unit"),
        dependence=reg.column("needs", "dependence"),
        normal_cover=reg.column("needs", "cover_days"),
        thrift_least=reg.named_column("needs", "thrift_least"),
        thrift_days=reg.named_column("needs", "thrift_days"),
        first_link=starts(need_of, len(line_of)),
        first_slot=first_slots(need_of, reg.column("links", "lead_days", np.int64) + extra_days, len(line_of)),
        need_of=need_of,
        supplier=supplier,
        out=order,
        contract_share=reg.column("links", "share"),
        qualification_days=reg.named_column("links", "qualification_days"),
        dormant=dormant(reg),
        gifts=np.flatnonzero(state[supplier[: reg.named("links")]]).astype(np.uint32),
        licence_of=licence_of,
        link_of=licensed.astype(np.uint32),
        controlled=np.array([good.controlled for good in goods])[need_good[need_of[licensed]]],
        destination=country_of[line_of[need_of[licensed]]],
        base_price=np.array([good.price_jpy_mn for good in goods]),
        spot_eta=np.array([good.spot_eta for good in goods]),
        zone_of=np.array([country.zone != "china" for country in reg.tables.countries], np.uint32),
    )


def dormant(reg: Register) -> Rows:
    """The links that begin as second sources; a crowd has none."""
    links = reg.tables.links
    return np.array([k for k, link in enumerate(links) if link.qualification_days > 0 and link.share == 0], np.uint32)


def by_role(reg: Register, parameters: Sequence[str]) -> dict[str, Singles]:
    """What minds.csv says of every line by its role, F each; the crowd is like everybody."""
    named = [line.role for line in reg.tables.firms]
    found = {}
    for parameter in parameters:
        of_role = {role: reg.trait(role, parameter) for role in {HABIT_ONLY, *named}}
        found[parameter] = np.full(reg.size("lines"), of_role[HABIT_ONLY], np.float32)
        found[parameter][: len(named)] = [of_role[role] for role in named]
    return found


def in_kind(**laid: NDArray[Any]) -> Network:
    """A network of these columns, each in the kind that its declaration says; nobody can write to it any more."""
    net = Network(**{name: np.asarray(laid[name], kind, order="C") for name, kind in declared(Network)[1].items()})
    for column in net:
        column.setflags(write=False)
    return net


def first_slots(need_of: Rows, lead: Rows, count: int) -> Rows:
    """First slots of the rings of needs 0 .. count-1, and the end: each ring holds its longest lead and a day.

    Its length is a power of two, so that the slot of a day is found without a division.
    """
    longest = np.ones(count, np.int64)
    np.maximum.at(longest, need_of, lead)
    lengths = 2 ** np.ceil(np.log2(longest + 1)).astype(np.int64)
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.uint32)


def sizes_of(net: Network, reg: Register) -> dict[str, int]:
    """How long each letter is."""
    return {
        "F": len(net.good_of), "N": len(net.line_of), "L": len(net.need_of), "D": len(net.dormant),
        "S": len(net.gifts), "K": len(net.link_of), "G": len(net.base_price), "C": len(net.zone_of), "Z": 2,
        "E": reg.named("lines"), "B": len(net.thrift_least), "M": len(net.qualification_days), "H": len(net.licence_of),
        "A": int(net.first_slot[-1]), "R": LONGEST_REVIEW + 2, "1": 1,
    }  # fmt: skip


def quiet_conditions(reg: Register, sizes: dict[str, int]) -> Conditions:
    """Nothing is imposed: no control, normal capacity and demand, no limit on the authority's work."""
    con = Conditions(**blank(Conditions, sizes))
    for column in (con.capacity_times, con.demand_times, con.accepted, con.grant_share, con.stance):
        column[:] = 1.0
    con.lead[:] = reg.column("links", "lead_days", np.int32)
    con.ceiling[:] = np.inf
    con.review_capacity[:] = np.inf
    return con


def standing_policy(net: Network, reg: Register, sizes: dict[str, int]) -> Policy:
    """What everybody wishes in quiet times: normal cover, contract shares, full speed, the usual favourites."""
    pol = Policy(**blank(Policy, sizes))
    for column in (pol.run, pol.thrift, pol.willing, pol.stance, pol.tempo):
        column[:] = 1.0
    pol.favour[:] = usual_favour(net, reg)
    pol.ceiling[:] = np.inf
    pol.cover[:] = net.normal_cover[: len(pol.cover)]
    pol.split[:] = net.contract_share[: len(pol.split)]
    return pol


def usual_favour(net: Network, reg: Register) -> Singles:
    """How much each customer counts with its maker when there is not enough for all, L.

    Pro rata where all count alike; home first or contract first where customers at home, or those with a share agreed
    in quiet times, count for more.
    """
    rules = by_role(reg, RATIONING)
    at_home = net.country_of[net.supplier] == net.country_of[net.line_of[net.need_of]]
    home = np.where(at_home, rules["home_favour"][net.supplier], np.float32(1.0))
    contract = np.where(net.contract_share > 0.0, rules["contract_favour"][net.supplier], np.float32(1.0))
    return np.asarray(home * contract, np.float32)


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
    k = np.flatnonzero((flow[net.link_of] > 0.0) & (con.rule > 0) & (con.rule < BAN))
    reviewed[net.link_of[k]] = flow[net.link_of[k]] * con.named[k]
    days[net.link_of[k]] = con.review_days[k]
    for row in k:
        until, link = int(con.review_days[row]) + 1, net.link_of[row]
        st.review[:until, row] = reviewed[link]
        st.review_files[:until, row] = net.houses[net.line_of[net.need_of[link]]] / FILING_DAYS
        st.waiting[row] = reviewed[link] * until
    for first in range(0, len(flow), LINKS_LOADED_AT_ONCE):
        links = first + np.flatnonzero(flow[first : first + LINKS_LOADED_AT_ONCE] > 0.0)
        lead = con.lead[links]
        day = np.arange(lead.sum()) - np.repeat(np.cumsum(lead) - lead, lead)  # 0 .. lead - 1 of each link
        np.add.at(st.arriving, np.repeat(net.first_slot[net.need_of[links]], lead) + day, np.repeat(flow[links], lead))
    st.ordered_mean[:] = st.shipped_mean[:] = flow
    st.backlog[:] = flow - reviewed
    st.on_order[:] = np.bincount(net.need_of, reviewed * days + flow * (con.lead + 1.0), len(st.on_order))


def world_at_rest(reg: Register, net: Network, con: Conditions, sizes: dict[str, int]) -> World:
    """Everything in place on the eve of the first day."""
    flows = Flows(**blank(Flows, sizes))
    return World(net, con, standing_policy(net, reg, sizes), rest(net, con, reg, sizes), flows)

"""From firms, goods and links to the network, which never changes; refuses what cannot be in balance at rest.

Lines, needs and links that the tables name come first; those of anonymous firms follow, in the columns they have.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, identity
from scipy.sparse.linalg import spsolve

from model.common_floors import common_floors
from model.register import STATE_STOCK, Register
from model.state import DUE, LONGEST_REVIEW, MADE, WANTED, Floats, Network, Rows, Singles, declared
from model.tables.faults import Faults
from model.tables.focus_file import exporters_in, zones_of
from model.tables.world_rules import WorldRules

DAYS_PER_YEAR = 365.0
MOST_SOLVED_AT_ONCE = 5_000  # lines
MOST_ROUNDS = 10_000
FOLLOWED = {"wanted": WANTED, "made": MADE, "due": DUE}
HABIT_ONLY = "none"  # the role of whoever has no mind
SPANS = ("adjust_days", "smoothing_days", "patience_days")
HABITS = (
    "adjust_days", "smoothing_days", "supply_line_weight", "fill_sensitivity", "patience_days",
    "back_order_share", "holding_rate_per_year", "standing_share", "least_start", "restart_days",
    "qualification_cost", "thrift_cost",
)  # fmt: skip  # the parameters of minds.csv that clerks follow whether or not a mind is at home


class Laid(NamedTuple):
    """Columns of a network that several parts of it ask for, read once: who needs, who supplies, and which share."""

    need_of: Rows
    supplier: Rows
    line_of: Rows
    need_good: Rows
    share: Floats


def laid(reg: Register) -> Laid:
    """Read the columns that say who deals with whom."""
    return Laid(
        need_of=reg.rank("links", "n", reg.named("needs")),
        supplier=reg.rank("links", "s"),
        line_of=reg.rank("needs", "f", reg.named("lines")),
        need_good=reg.place("needs", "good"),
        share=reg.column("links", "share"),
    )


def baseline(reg: Register, read: Laid | None = None) -> Floats:
    """Output of each line at rest, F, unit/day: what final demand pulls through the network.

    Solves y = d + A y with A[supplier, line] = share x per_unit x dependence; loops are allowed.
    `read`: the columns, by whoever has read them. Raise Faults, with every offender, where a line's y is above its
    capacity or a need has no qualified supplier.
    """
    read = read or laid(reg)
    y = output_at_rest(reg, read=read)
    faults = unbalanced(reg, read, y) + hasty(reg)
    if faults:
        raise Faults(faults)
    return y


def output_at_rest(reg: Register, demand_times: Floats | float = 1.0, read: Laid | None = None) -> Floats:
    """What final demand, as a multiple of normal, pulls through each line of the network, F, unit/day."""
    read, count = read or laid(reg), reg.size("lines")
    weight = (reg.column("needs", "per_unit") * reg.column("needs", "dependence"))[read.need_of]
    weight *= read.share
    first_need = starts(read.line_of, count)
    first_link = starts(read.need_of, reg.size("needs"))[first_need]  # links of each client stand together
    pull = weight, read.supplier, first_link
    demand = reg.column("lines", "demand_per_year") / DAYS_PER_YEAR * demand_times
    if count <= MOST_SOLVED_AT_ONCE:
        y = solved_once(*(part.tobytes() for part in (*pull, demand))).copy()
    else:
        y = solved(csc_matrix(pull, shape=(count, count)), demand)
    return np.asarray(y, dtype=np.float64)


def hasty(reg: Register) -> list[str]:
    """The faults of habits in minds.csv whose span of days is not above 0, for rates are one over a span."""
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
    """The y with y = demand + matrix y: at once where the world is small, else round by round of suppliers.

    Lines that no demand reaches get exactly 0, where a solver leaves tiny amounts, also negative ones.
    """
    count = len(demand)
    if count <= MOST_SOLVED_AT_ONCE:
        y = np.atleast_1d(spsolve((identity(count) - matrix).tocsc(), demand))
        return np.asarray(np.where(asked_for(matrix, demand), y, 0.0), np.float64)
    y = demand.copy()
    for _ in range(MOST_ROUNDS):
        before, y = y, demand + matrix @ y
        if np.max(np.abs(y - before)) <= 1e-14 * np.max(np.abs(y)):
            return np.asarray(y, np.float64)
    raise Faults(["links.csv: the network at rest does not settle; look for a loop that uses more than it makes"])


def asked_for(matrix: csc_matrix, demand: Floats) -> NDArray[np.bool_]:
    """Which lines final demand reaches, directly or through their customers, F."""
    asked = demand > 0.0
    while True:
        more = asked | (matrix @ asked.astype(np.float64) > 0.0)
        if np.array_equal(more, asked):
            return asked
        asked = more


def unbalanced(reg: Register, read: Laid, y: Floats) -> list[str]:
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
    served[read.need_of[read.share > 0.0]] = True
    for n in np.flatnonzero(~served):
        line, what = reg.code(int(read.line_of[n])), reg.tables.goods[read.need_good[n]].good
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
    """The columns that never change; worlds that share a register share them, unless anonymous firms make them large.

    licensed: links, in rising order, that some regime may name; extra_days: by how much goods may come to travel
    longer than normal. Raise Faults where the world cannot be at rest.
    """
    if reg.anonymous is not None:
        return build_network(reg, licensed, extra_days)
    key = "network", licensed.tobytes(), extra_days
    found: Network = reg.tables.cache.get_or_compute(key, lambda: build_network(reg, licensed, extra_days))
    return found


def build_network(reg: Register, licensed: Rows, extra_days: int) -> Network:
    """Lay the columns that never change, as network_of hands them out."""
    need_of, supplier, line_of, need_good, share = read = laid(reg)
    y = baseline(reg, read)
    country_of = reg.place("lines", "country")
    state = is_state_stock(reg)
    habit = by_role(reg, HABITS)
    licence_of = np.full(max(reg.named("links"), int(licensed.max(initial=0)) + 1), -1, np.int32)
    licence_of[licensed] = np.arange(len(licensed), dtype=np.int32)
    first_shared, shared = common_floors(reg)
    order = np.argsort(supplier, kind="stable").astype(np.uint32)
    clearance = np.array([country.clearance_days for country in reg.tables.countries])
    zones = zones_of(reg.tables.countries)
    zone_of = np.array([zones.index(country.zone) for country in reg.tables.countries], np.uint32)
    office_country = offices(reg, country_of[supplier[licensed]])
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
        first_shared=first_shared,
        shared=shared,
        thrift_least=reg.named_column("needs", "thrift_least"),
        thrift_days=reg.named_column("needs", "thrift_days"),
        first_link=starts(need_of, len(line_of)),
        first_slot=first_slots(need_of, reg.column("links", "lead_days", np.int64) + extra_days, len(line_of)),
        need_of=need_of,
        supplier=supplier,
        out=order,
        contract_share=share,
        qualification_days=reg.named_column("links", "qualification_days"),
        dormant=dormant(reg),
        gifts=np.flatnonzero(state[supplier[: reg.named("links")]]).astype(np.uint32),
        licence_of=licence_of,
        link_of=licensed.astype(np.uint32),
        controlled=np.array([good.controlled for good in goods])[need_good[need_of[licensed]]],
        destination=country_of[line_of[need_of[licensed]]],
        office_of=np.searchsorted(office_country, country_of[supplier[licensed]]),
        office_country=office_country,
        clearance=clearance[country_of[supplier[licensed]]],
        base_price=np.array([good.price_jpy_mn for good in goods]),
        spot_eta=np.array([good.spot_eta for good in goods]),
        contract_zone=contract_zones(reg, zone_of[country_of], y),
        zone_of=zone_of,
        **rules_of(reg.tables.rules),
    )


def offices(reg: Register, origins: Rows) -> Rows:
    """The countries with a licensing authority, in the order of the table: exporters, and origins of licensed links."""
    codes = [country.country for country in reg.tables.countries]
    ruling = [codes.index(code) for code in exporters_in(reg.tables)]
    return np.asarray(np.union1d(ruling, origins), np.uint32)


def contract_zones(reg: Register, zone_of_line: Rows, made: Floats) -> Rows:
    """The zone whose spot price the contracts of each good follow, G: that of exporters in which most is made at rest.

    It is the first zone for a good that no exporter makes.
    """
    total = np.zeros((len(reg.tables.goods), len(zones_of(reg.tables.countries))))
    np.add.at(total, (reg.place("lines", "good"), zone_of_line), made)
    return np.asarray(total[:, :-1].argmax(axis=1), np.uint32)


def rules_of(rules: WorldRules) -> dict[str, NDArray[Any]]:
    """The rules of a world as columns of one number each."""
    numbers = {
        "plan_days": rules.plan_days,
        "plan_follows": FOLLOWED[rules.plan_follows],
        "replaces_used": rules.orders_replace == "used",
        "normal_target": rules.stocks_aim_at == "normal",
        "excess_counts": rules.excess_reduces_orders,
        "orders_lapse": rules.orders_live == "a day",
        "slows_below": rules.slows_below,
        "market_last": rules.market == "last",
        "shared_evenly": rules.short_floors == "evenly",
        "most_overtime": rules.most_overtime,
        "overtime_days": rules.overtime_days,
        "follows_capacity": rules.orders_split_by == "capacity",
    }
    return {name: np.array([number]) for name, number in numbers.items()}


def dormant(reg: Register) -> Rows:
    """The links that begin as second sources; anonymous firms have none."""
    links = reg.tables.links
    return np.array([k for k, link in enumerate(links) if link.qualification_days > 0 and link.share == 0], np.uint32)


def by_role(reg: Register, parameters: Sequence[str]) -> dict[str, Singles]:
    """What minds.csv says of every line by its role, F each; anonymous firms are like everybody."""
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
        "S": len(net.gifts), "K": len(net.link_of), "O": len(net.office_country), "G": len(net.base_price),
        "C": len(net.zone_of), "Z": len(zones_of(reg.tables.countries)),
        "E": reg.named("lines"), "B": len(net.thrift_least), "M": len(net.qualification_days), "H": len(net.licence_of),
        "P": len(net.first_shared) - 1, "Q": len(net.shared), "A": int(net.first_slot[-1]), "R": LONGEST_REVIEW + 2,
        "J": int(max(net.clearance, default=0)) + 1, "1": 1,
    }  # fmt: skip

"""The same quiet world three times: ours, one Mesa object a firm, and plain numpy on arrays of links.

Run `python -m tests.bench.peers 100 1000 10000`: it prints what a simulated year takes each, the least of three rounds
in turn, and judges nothing. A peer that takes long passes fewer days, which the table then says, and a year's time is
reckoned from them. The world has no licences, minds or prices that matter: production from stocks, pro rata shipping,
order-up-to orders, one shock to capacity. A test demands that the three agree to 1e-9.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from model.chain import SupplyChain
from model.network import DAYS_PER_YEAR
from model.register import register
from model.scenario.events import CapacityShock
from model.state import World
from model.tables.rows import Good, Line, Link, Need
from model.tables.tables import Tables
from tests.support.worlds import COUNTRIES, START, minds

Array = NDArray[np.float64]
TIERS, GOODS_A_TIER, NEEDS, SUPPLIERS = 5, 4, (2, 3), 2  # 4 to 5 links a firm
YEAR_DAYS = 365
STRIKE_DAY, RELIEF_DAY, STRUCK_EVERY = 10, 40, 2
PLAN_DAYS = 14.0
PATIENT_DAYS = 1e9  # nobody cancels
ROUNDS = 3
ENOUGH_SECONDS = 10.0  # a peer that is not through a year by then is scaled up
TITLES = ("firms", "links", "Linestop, CPU s a year", "numpy", "Mesa", "numpy / Linestop", "Mesa / Linestop")


def tables_of(firms: int, seed: int) -> Tables:
    """A made-up economy: five tiers, each of which buys from the one above."""
    random = np.random.default_rng(seed)
    tier = np.arange(firms) % TIERS
    makes = tier * GOODS_A_TIER + (np.arange(firms) // TIERS) % GOODS_A_TIER
    makers = {good: np.flatnonzero(makes == good) for good in range(TIERS * GOODS_A_TIER)}
    demand = np.where(tier == TIERS - 1, 1.0, 0.1)
    pulled, needs, links = demand.copy(), [], []
    for f in sorted(range(firms), key=lambda f: -tier[f]):
        if tier[f] == 0:
            continue
        above = (
            GOODS_A_TIER * (tier[f] - 1) + random.permutation(GOODS_A_TIER)[: random.integers(*NEEDS, endpoint=True)]
        )
        for good in above:
            per_unit = round(float(random.uniform(0.1, 0.5)), 6)
            cells = {"line": f"F{f}", "good": f"G{good}", "per_unit": per_unit, "dependence": 1.0,
                     "cover_days": float(random.integers(5, 40)), "cover_days_jan2026": 30.0, "thrift_least": 1.0,
                     "thrift_days": 0.0}  # fmt: skip
            needs.append(Need.model_construct(**cells))
            chosen = random.choice(makers[good], min(SUPPLIERS, len(makers[good])), replace=False)
            for supplier in chosen:
                pulled[supplier] += pulled[f] * per_unit / len(chosen)
                links.append(Link.model_construct(
                    supplier=f"F{supplier}", line=f"F{f}", good=f"G{good}", share=1.0 / len(chosen),
                    lead_days=int(random.integers(1, 20)), qualification_days=0))  # fmt: skip
    return Tables(
        countries=COUNTRIES,
        goods=tuple(Good.model_construct(good=f"G{g}", name=f"G{g}", unit="t", controlled=0.0, looks_alike=0.0,
                                         price_jpy_mn=1.0, spot_eta=1.0) for g in makers),
        firms=tuple(Line.model_construct(
            line=f"F{f}", firm=f"F{f}", name=f"F{f}", country="JP", tier=int(tier[f]), role="none",
            good=f"G{makes[f]}", demand_per_year=demand[f] * DAYS_PER_YEAR,
            capacity_per_year=1.3 * pulled[f] * DAYS_PER_YEAR, finished_days=3.0, houses=1, military_share=0.0,
            value_added_jpy_mn=1.0, industry="cars") for f in range(firms)),
        needs=tuple(needs), links=tuple(links),
        minds=minds(patience_days=PATIENT_DAYS, fill_sensitivity=0.0),
    )  # fmt: skip


def ours(firms: int, seed: int = 1) -> SupplyChain:
    """Our chain, at the end of day -1; half of the makers of raw goods are stopped for a month."""
    tables = tables_of(firms, seed)
    struck = tuple(line.line for f, line in enumerate(tables.firms) if line.tier == 0 and f % STRUCK_EVERY == 0)
    shocks = [CapacityShock(kind="capacity", date=START + timedelta(days=day), lines=struck, times=times, note="n",
                            source="made up") for day, times in ((STRIKE_DAY, 0.0), (RELIEF_DAY, 1.0))]  # fmt: skip
    return SupplyChain(register(tables), shocks, START, seed)


@dataclass
class Columns:
    """What a peer starts from, as plain arrays of its own."""

    line_of: NDArray[np.int64]
    need_of: NDArray[np.int64]
    supplier: NDArray[np.int64]
    lead: NDArray[np.int64]
    share: Array
    per_unit: Array
    cover: Array
    capacity: Array
    demand: Array
    target: Array
    struck: NDArray[np.int64]
    habits: dict[str, float]
    finished: Array
    market_backlog: Array
    stock: Array
    plan: Array
    on_order: Array
    backlog: Array
    arriving: Array  # days to come x needs, day 0 first

    def times(self, day: int) -> float:
        """Capacity of those who are struck, as a multiple of normal."""
        return 0.0 if STRIKE_DAY <= day < RELIEF_DAY else 1.0


def columns_of(chain: SupplyChain) -> Columns:
    """Copy what our chain starts from."""
    world: World = chain.world
    net, st = world.network, world.state
    whole: Callable[[Any], NDArray[np.int64]] = lambda column: column.astype(np.int64)  # noqa: E731
    lead, need_of = whole(world.conditions.lead), whole(net.need_of)
    flow = net.contract_share * st.plan[need_of]
    arriving = np.zeros((int(lead.max()) + 1, len(st.stock)))
    for day in range(len(arriving)):
        np.add.at(arriving[day], need_of[lead > day], flow[lead > day])
    struck = [chain.register.row(line) for line in chain.shocks[0].lines]  # type: ignore[attr-defined]
    habits = {name: float(getattr(net, name)[0]) for name in
              ("adjust_days", "smoothing_days", "supply_line_weight", "back_order_share")}  # fmt: skip
    floats: Callable[[Any], Array] = lambda column: column.astype(np.float64)  # noqa: E731
    return Columns(
        whole(net.line_of), need_of, whole(net.supplier), lead,
        *(floats(column) for column in (net.contract_share, net.per_unit, world.policy.cover, net.capacity, net.demand,
                                        net.finished_target)),
        np.array(struck, np.int64), habits,
        *(floats(column) for column in (st.finished, st.market_backlog, st.stock, st.plan, st.on_order, st.backlog)),
        arriving,
    )  # fmt: skip


class Arrays:
    """Plain numpy on arrays of links."""

    def __init__(self, c: Columns) -> None:
        self.c, self.day = c, 0
        self.output = np.zeros(len(c.capacity))
        self.pipeline = np.bincount(c.need_of, c.share * c.lead, len(c.stock))

    def step(self) -> None:
        """Pass a day: cargo lands, lines produce, floors ship, clerks reorder, the market buys."""
        c, h = self.c, self.c.habits
        slot = self.day % len(c.arriving)
        landed = c.arriving[slot].copy()
        c.arriving[slot] = 0.0
        c.stock += landed
        c.on_order -= landed
        owed = np.bincount(c.supplier, c.backlog, len(c.finished))
        market = c.market_backlog + c.demand
        limit = c.capacity.copy()
        limit[c.struck] *= c.times(self.day)
        want = np.minimum(limit, np.maximum(0.0, owed + market + (c.target - c.finished) / h["adjust_days"]))
        self.output = want.copy()
        np.minimum.at(self.output, c.line_of, c.stock / c.per_unit)
        c.stock -= np.minimum(c.stock, self.output[c.line_of] * c.per_unit)
        c.plan += (want[c.line_of] * c.per_unit - c.plan) / PLAN_DAYS
        c.finished += self.output
        self.ship(owed, market)
        lacks = c.cover * c.plan - c.stock + h["supply_line_weight"] * (self.pipeline * c.plan - c.on_order)
        order = np.maximum(0.0, c.plan + lacks / h["smoothing_days"])
        c.backlog += order[c.need_of] * c.share
        c.on_order += order
        sold = np.minimum(market, c.finished)
        c.finished -= sold
        unmet_today = np.minimum(market - sold, c.demand)
        lost = unmet_today * (1.0 - h["back_order_share"]) + (market - sold - unmet_today) / PATIENT_DAYS
        c.market_backlog = np.maximum(0.0, market - sold - lost)
        self.day += 1

    def ship(self, owed: Array, market: Array) -> None:
        """Ship what is owed, or from a short floor the same part of it to everybody, the market's share kept back."""
        c = self.c
        due = owed + market
        part = np.where(c.finished < due, np.divide(c.finished, due, out=np.ones_like(due), where=due > 0.0), 1.0)
        amount = c.backlog * part[c.supplier]
        c.finished -= np.bincount(c.supplier, amount, len(c.finished))
        c.finished[:] = np.maximum(c.finished, 0.0)
        np.add.at(c.arriving, ((self.day + c.lead) % len(c.arriving), c.need_of), amount)
        c.backlog -= amount


class Maker(mesa.Agent):
    """One firm as one Mesa object."""

    def __init__(self, model: Objects, c: Columns, row: int) -> None:
        super().__init__(model)
        self.capacity, self.demand, self.target = float(c.capacity[row]), float(c.demand[row]), float(c.target[row])
        self.finished, self.waiting, self.output, self.want = float(c.finished[row]), 0.0, 0.0, 0.0
        self.struck = row in model.struck
        self.needs: list[Want] = []
        self.customers: list[Deal] = []

    def land(self) -> None:
        """What was due today is on the floor."""
        slot = self.model.day % self.model.ring
        for need in self.needs:
            landed, need.arriving[slot] = need.arriving[slot], 0.0
            need.stock += landed
            need.on_order -= landed

    def produce(self) -> None:
        """Make what is wanted as far as stocks allow."""
        habits = self.model.habits
        self.owed = sum(deal.backlog for deal in self.customers)
        self.market = self.waiting + self.demand
        limit = self.capacity * (self.model.times if self.struck else 1.0)
        gap = (self.target - self.finished) / habits["adjust_days"]
        self.want = min(limit, max(0.0, self.owed + self.market + gap))
        self.output = min([self.want, *(need.stock / need.per_unit for need in self.needs)])
        for need in self.needs:
            need.stock -= min(need.stock, self.output * need.per_unit)
            need.plan += (self.want * need.per_unit - need.plan) / PLAN_DAYS
        self.finished += self.output

    def ship(self) -> None:
        """Ship what is owed, or the same part of it to everybody."""
        due = self.owed + self.market
        part = self.finished / due if self.finished < due else 1.0
        for deal in self.customers:
            amount = deal.backlog * part
            self.finished = max(0.0, self.finished - amount)
            deal.need.arriving[(self.model.day + deal.lead) % self.model.ring] += amount
            deal.backlog -= amount

    def reorder(self) -> None:
        """Bring each need back to its order-up-to level."""
        habits = self.model.habits
        for need in self.needs:
            lacks = need.cover * need.plan - need.stock
            lacks += habits["supply_line_weight"] * (need.pipeline * need.plan - need.on_order)
            order = max(0.0, need.plan + lacks / habits["smoothing_days"])
            for deal in need.deals:
                deal.backlog += order * deal.share
            need.on_order += order

    def sell(self) -> None:
        """Sell to the market; of what it misses a part waits."""
        sold = min(self.market, self.finished)
        self.finished -= sold
        unmet_today = min(self.market - sold, self.demand)
        lost = unmet_today * (1.0 - self.model.habits["back_order_share"])
        lost += (self.market - sold - unmet_today) / PATIENT_DAYS
        self.waiting = max(0.0, self.market - sold - lost)


class Want:
    """A need of a firm, with what is on the way to it."""

    def __init__(self, c: Columns, n: int, ring: int) -> None:
        self.per_unit, self.cover = float(c.per_unit[n]), float(c.cover[n])
        self.stock, self.plan, self.on_order = float(c.stock[n]), float(c.plan[n]), float(c.on_order[n])
        self.arriving = [float(c.arriving[day, n]) for day in range(ring)]
        self.deals: list[Deal] = []
        self.pipeline = 0.0


class Deal:
    """A link: what a supplier owes for a need."""

    def __init__(self, c: Columns, link: int, need: Want) -> None:
        self.need, self.lead, self.share = need, int(c.lead[link]), float(c.share[link])
        self.backlog = float(c.backlog[link])


class Objects(mesa.Model):
    """One Mesa object a firm."""

    def __init__(self, c: Columns) -> None:
        super().__init__(rng=1)
        self.c, self.day, self.ring, self.habits, self.times = c, 0, len(c.arriving), c.habits, 1.0
        self.struck = set(c.struck.tolist())
        self.makers = [Maker(self, c, row) for row in range(len(c.capacity))]
        needs = [Want(c, n, self.ring) for n in range(len(c.stock))]
        for n, need in enumerate(needs):
            self.makers[c.line_of[n]].needs.append(need)
        for link, n in enumerate(c.need_of):
            deal = Deal(c, link, needs[n])
            needs[n].deals.append(deal)
            needs[n].pipeline += deal.share * deal.lead
            self.makers[c.supplier[link]].customers.append(deal)

    def step(self) -> None:
        """Pass a day, phase by phase."""
        self.times = self.c.times(self.day)
        for phase in ("land", "produce", "ship", "reorder", "sell"):
            self.agents.do(phase)
        self.day += 1

    @property
    def output(self) -> Array:
        """Output of today, F."""
        return np.array([maker.output for maker in self.makers])


def cpu_of_a_year(peer: Arrays | Objects) -> tuple[float, int]:
    """CPU seconds of a simulated year, and the days they were measured on: less than a year where it takes too long."""
    begun, days = time.process_time(), 0
    while days < YEAR_DAYS and time.process_time() - begun < ENOUGH_SECONDS:
        peer.step()
        days += 1
    return (time.process_time() - begun) * YEAR_DAYS / days, days


def cpu_of_our_year(chain: SupplyChain) -> tuple[float, int]:
    """CPU seconds of a simulated year of ours, and its days."""
    begun = time.process_time()
    chain.pass_quiet_days(YEAR_DAYS)
    return time.process_time() - begun, YEAR_DAYS


def measured(firms: int) -> list[str]:
    """The row of a table about a world of so many firms."""
    chain = ours(firms)
    links, start = len(chain.world.network.supplier), columns_of(chain)
    rounds = [
        (cpu_of_our_year(ours(firms)), cpu_of_a_year(Arrays(deepcopy(start))), cpu_of_a_year(Objects(start)))
        for _ in range(ROUNDS)
    ]
    best = [min(each) for each in zip(*rounds, strict=True)]
    times = [f"{seconds:.3g}" + ("" if days == YEAR_DAYS else f" ({days} days)") for seconds, days in best]
    return [f"{firms:,}", f"{links:,}", *times, *(f"{seconds / best[0][0]:.1f}" for seconds, _ in best[1:])]


def processor() -> str:
    """What this machine calls its processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "a processor")


def main(sizes: list[int]) -> None:
    """Print CPU seconds of a simulated year of the three, and their ratios to ours, as a table for a page."""
    ours(100).pass_quiet_days(2)  # compile
    print(f"| {' | '.join(TITLES)} |\n{'|---' * len(TITLES)}|")
    for firms in sizes:
        print(f"| {' | '.join(measured(firms))} |", flush=True)
    found = ", ".join(f"{name} {version(name.lower())}" for name in ("Mesa", "numba", "numpy"))
    print(f"\n{os.cpu_count()} cores of {processor()}, Python {platform.python_version()}, {found}")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [100, 1_000, 10_000])

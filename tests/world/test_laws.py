"""Laws of every world: nothing is lost, and names and order do not matter.

The examples are the same in every run but those of the nightly lane (see conftest.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.chain import SupplyChain
from model.network import DAYS_PER_YEAR, baseline
from model.register import register
from model.scenario.event import Event
from model.scenario.events import (
    AuthorityShock,
    CapacityShock,
    DemandShock,
    LeadShock,
    QualifyShock,
    QuotaShock,
    ReleaseShock,
    WillingShock,
)
from model.scenario.regime_shock import RegimeShock
from model.tables.rows import Line, Link, Need
from model.tables.tables import Tables
from runs.simulation.stage import Stage, stage
from tests.support.worlds import COUNTRIES, START, goods, line, link, minds, need, world_of

Array = NDArray[Any]
laws = settings(suppress_health_check=[HealthCheck.too_slow])
DAYS = 80
KEPT = ("want", "output", "shipped", "used", "sold")


# small random worlds: 3 to 12 lines in three or four tiers, perhaps a state stock of the first good


def number(least: float, most: float) -> st.SearchStrategy[float]:
    """An amount with two decimals, so that a failing world can be read."""
    return st.integers(round(least * 100), round(most * 100)).map(lambda hundredths: hundredths / 100)


@st.composite
def small_worlds(draw: st.DrawFn) -> Tables:
    """A world at rest that need not be pretty."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=3, max_size=4))
    tiers = [[f"T{tier}{letter}" for letter in "ABC"[:size]] for tier, size in enumerate(sizes)]
    firms, needs, links = [], [], []
    for tier, lines in enumerate(tiers):
        for code in lines:
            wanted = draw(number(1, 20)) if tier == len(tiers) - 1 else draw(st.sampled_from([0.0, 0.0, 2.5]))
            firms.append(draw(firm(code, f"g{tier}", wanted)))
            for below in {tier - 1, draw(st.integers(0, max(0, tier - 1)))} if tier else ():
                needs.append(draw(a_need(code, f"g{below}")))
                links += draw(ways(code, f"g{below}", tiers[below]))
    if draw(st.booleans()):
        firms.append(line("RES", "g0", "JP", role="state_stock", finished_days=30.0, capacity_per_year=3650.0))
        links += [link("RES", client, "g0", 2, 0.0) for client in sorted({n.line for n in needs if n.good == "g0"})]
    habits = {
        "patience_days": draw(number(5, 60)), "supply_line_weight": draw(number(0.2, 1)),
        "least_start": draw(number(0, 0.5)), "restart_days": draw(number(0, 5)),
    }  # fmt: skip
    tables = Tables(
        COUNTRIES, goods(*(f"g{tier}" for tier in range(len(tiers)))),
        tuple(firms), tuple(needs), tuple(links), minds(back_order_share=draw(number(0, 1)), **habits),
    )  # fmt: skip
    return snug(tables, draw(number(1, 1.5)))


@st.composite
def firm(draw: st.DrawFn, code: str, good: str, wanted: float) -> Line:
    return line(
        code, good, draw(st.sampled_from(["CN", "JP", "KR"])), wanted, capacity_per_year=1e9,
        firm=code if code.endswith("C") else code[:-1],  # up to two lines of a tier belong to one company
        finished_days=draw(number(0, 10)), houses=draw(st.integers(1, 20)),
        military_share=draw(number(0, 0.3)),
    )  # fmt: skip


@st.composite
def a_need(draw: st.DrawFn, code: str, good: str) -> Need:
    return need(
        code, good, draw(number(2, 40)), draw(number(0.1, 2)),
        dependence=draw(st.sampled_from([1.0, 1.0, 0.6])),
        thrift_least=draw(number(0.5, 1)), thrift_days=draw(number(0, 60)),
    )  # fmt: skip


@st.composite
def ways(draw: st.DrawFn, code: str, good: str, suppliers: Sequence[str]) -> list[Link]:
    """Shares over one supplier or more; the others are dormant second sources."""
    weights = [draw(st.integers(0, 5)) for _ in suppliers]
    weights[0] += sum(weights) == 0
    return [
        link(supplier, code, good, draw(st.integers(1, 15)), weight / sum(weights), 0 if weight else 7)
        for supplier, weight in zip(suppliers, weights, strict=True)
    ]


def snug(tables: Tables, room: float) -> Tables:
    """The same world with capacities that leave only some room above what demand pulls."""
    pull = baseline(register(tables)) * DAYS_PER_YEAR
    sized = (
        row if row.role == "state_stock" else row.model_copy(update={"capacity_per_year": max(1.0, room * y * 1.0001)})
        for row, y in zip(tables.firms, pull, strict=True)
    )
    return replace(tables, firms=tuple(sized))


def event(kind: type[Event], day: int, **cells: Any) -> Any:
    """A shock on a day of the run."""
    name = kind.model_fields["kind"].annotation.__args__[0]
    return kind(kind=name, date=START + timedelta(days=day), note="a shock", source="made up", **cells)


@st.composite
def shocks(draw: st.DrawFn) -> list[Event]:
    """A handful of troubles of every kind."""
    day = st.integers(0, 50)
    routes = {"origin": ("CN",), "destination": ("*",), "goods": ("g0", "g1")}
    rule = draw(st.sampled_from(["free", "general", "individual", "watch", "ban"]))
    review = draw(st.integers(0, 30)) if rule in ("general", "individual") else None
    granted = draw(number(0, 1))
    told: list[Event] = [
        event(RegimeShock, draw(day), rule="individual", review_days=10, grant_share=granted, **routes),
        event(RegimeShock, draw(day), rule=rule, review_days=review,
              refuse_share=1 - granted, grant_share=granted, over_compliance=0.5,
              **{**routes, "goods": ("g0",)}),
        event(RegimeShock, draw(day), rule="ban", end_use="military", **routes),
        event(AuthorityShock, draw(day), review_capacity=draw(number(0.1, 30)),
              stance={"JP": draw(number(0, 3))}),
        event(CapacityShock, draw(day), goods=("g0",), times=draw(number(0, 1.5))),
        event(DemandShock, draw(day), countries=("JP",), times=draw(number(0, 2))),
        event(LeadShock, draw(day), **{**routes, "goods": ("*",)}, extra_days=draw(st.integers(0, 20))),
        event(WillingShock, draw(day), **routes, share=draw(number(0, 1))),
        event(QuotaShock, draw(day), until=draw(st.integers(1, 20)), **routes, share=draw(number(0, 1))),
        event(ReleaseShock, draw(day), firms=("RES",), tonnes_per_day=draw(number(0, 5))),
        event(QualifyShock, draw(day), origin=("CN", "JP", "KR"), share=draw(number(0, 1))),
    ]  # fmt: skip
    return draw(st.lists(st.sampled_from(told), max_size=6, unique_by=id))


LIMITS: dict[str, tuple[float, float]] = {
    "run": (0, 1), "release": (0, 5), "cover": (0, 120), "thrift": (0, 1), "spot": (0, 4), "bid": (0, 2),
    "split": (0, 1), "allotted": (-1, 5), "turn": (0, 3), "closed": (-1, 1), "favour": (0.05, 5), "willing": (0, 1),
    "stance": (0, 3), "ceiling": (0, 3),
    "tempo": (0, 2), "support": (0, 1), "fine": (0, 9),
}  # fmt: skip
SWITCHES = ("qualify", "revoked")


def wish_at_random(chain: SupplyChain, luck: np.random.Generator) -> None:
    """Somebody wishes something foolish but possible."""
    name = str(luck.choice([*LIMITS, *SWITCHES]))
    column = getattr(chain.wishes(), name)
    row = luck.integers(len(column)) if len(column) else slice(0)
    column[row] = luck.integers(2) if name in SWITCHES else luck.uniform(*LIMITS[name])


def history(chain: SupplyChain, days: int = DAYS, each_day: Callable[[], None] = lambda: None) -> dict[str, Array]:
    """What flows from day to day, a row a day."""
    notes: dict[str, list[Array]] = {name: [] for name in KEPT}
    for _ in range(days):
        each_day()
        SupplyChain.step(chain)
        for name in KEPT:
            notes[name].append(getattr(chain.world.flows, name).copy())
    return {name: np.array(rows) for name, rows in notes.items()}


# nothing is lost


@pytest.mark.slow
@laws
@given(small_worlds(), shocks(), st.integers(0, 2**32 - 1))
def test_nothing_is_lost_or_negative_whatever_people_wish_and_states_decree(
    tables: Tables, troubles: list[Event], seed: int
) -> None:
    chain, luck = world_of(tables, troubles, seed, audited=True), np.random.default_rng(seed)
    history(chain, each_day=lambda: wish_at_random(chain, luck))
    flows = chain.world.flows._replace(shortest_cover=np.zeros(0, np.float32))  # endless for a line without needs
    for room in (chain.world.state, flows):
        assert all(np.isfinite(column).all() for column in room)


@pytest.mark.slow
@laws
@given(small_worlds())
def test_without_a_shock_nothing_changes_in_any_world(tables: Tables) -> None:
    chain = world_of(tables)
    past = history(chain)
    np.testing.assert_allclose(past["output"], np.tile(chain.world.network.baseline, (DAYS, 1)), rtol=1e-9, atol=1e-12)


@pytest.mark.slow
@laws
@given(small_worlds(), shocks())
def test_days_passed_in_compiled_code_are_the_same_days(tables: Tables, troubles: list[Event]) -> None:
    slow, fast = world_of(tables, troubles), world_of(tables, troubles, audited=False)
    history(slow, 150)
    fast.pass_quiet_days(150)
    for ours, theirs in zip(slow.world.state, fast.world.state, strict=True):
        np.testing.assert_array_equal(ours, theirs)


# names, order and units do not matter


@pytest.mark.slow
@laws
@given(small_worlds(), shocks(), st.randoms(use_true_random=False))
def test_permuting_and_renaming_lines_permutes_the_history(tables: Tables, troubles: list[Event], luck: Any) -> None:
    sure = [no_luck(trouble) for trouble in troubles if not isinstance(trouble, AuthorityShock)]
    order = list(range(len(tables.firms)))
    luck.shuffle(order)
    there = history(world_of(renamed(tables, order), [calling(shock) for shock in sure]))
    here = history(world_of(tables, sure))
    for name in ("want", "output", "sold"):
        np.testing.assert_allclose(there[name], here[name][:, order], rtol=1e-6, atol=1e-6)


def no_luck(trouble: Event) -> Event:
    """The same regime with certain grants: luck is drawn by row, it does not travel with a permuted line."""
    if isinstance(trouble, RegimeShock):
        return trouble.model_copy(update={"grant_share": 1.0, "refuse_share": 0.0})
    return trouble


def renamed(tables: Tables, order: Sequence[int]) -> Tables:
    """The same world, its lines listed in another order and called otherwise."""
    firms = [tables.firms[place] for place in order]
    return replace(
        tables,
        firms=tuple(row.model_copy(update={"line": f"X{row.line}", "firm": f"X{row.firm}"}) for row in firms),
        needs=tuple(row.model_copy(update={"line": f"X{row.line}"}) for row in tables.needs),
        links=tuple(
            row.model_copy(update={"line": f"X{row.line}", "supplier": f"X{row.supplier}"}) for row in tables.links
        ),
    )


def calling(trouble: Event) -> Event:
    """The same event, naming lines as `renamed` does."""
    if isinstance(trouble, ReleaseShock):
        return trouble.model_copy(update={"firms": tuple(f"X{name}" for name in trouble.firms)})
    return trouble


@pytest.mark.slow
@laws
@given(small_worlds(), shocks())
def test_twice_of_every_tonne_is_twice_of_every_tonne(tables: Tables, troubles: list[Event]) -> None:
    doubled = tuple(
        row.model_copy(
            update={
                "demand_per_year": 2 * row.demand_per_year,
                "capacity_per_year": 2 * row.capacity_per_year,
            }
        )
        for row in tables.firms
    )
    releases = [
        shock.model_copy(update={"tonnes_per_day": 2 * shock.tonnes_per_day})
        if isinstance(shock, ReleaseShock)
        else shock
        for shock in troubles
    ]
    once, twice = (
        history(world_of(tables, troubles)),
        history(world_of(replace(tables, firms=doubled), releases)),
    )
    for name in KEPT:
        np.testing.assert_allclose(twice[name], 2 * once[name], rtol=1e-9, atol=1e-9)


# the real base case, with its people


def test_no_shock_no_change_for_three_years_in_the_base_case_with_minds() -> None:
    chain = stage("calm", audited=True)
    for day in range(3 * 365):
        SupplyChain.step(chain)
        flows, net = chain.world.flows, chain.world.network
        np.testing.assert_allclose(flows.output, net.baseline, rtol=1e-9, atol=1e-12, err_msg=f"day {day}")


@pytest.mark.parametrize("name", ["april-2025", "korea-sanctioned"])
def test_the_order_in_which_minds_are_seated_does_not_matter(name: str) -> None:
    usual = history(stage(name), 300)
    for seed in (1, 2):
        other = history(seated_otherwise(stage(name), seed), 300)
        for column in KEPT:
            np.testing.assert_array_equal(other[column], usual[column], err_msg=column)


def seated_otherwise(chain: Stage, seed: int) -> Stage:
    """The same people, asked in another order."""
    people = list(chain.people.values())
    for person in people:
        chain.unseat(person)
    for place in np.random.default_rng(seed).permutation(len(people)):
        chain.seat(people[place])
    return chain

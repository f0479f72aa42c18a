"""Shipping: a short floor is shared as a search would share it; stocks of the state; patience."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.chain import SupplyChain
from model.physics.compiled import compiled_handle
from model.physics.shipping import BID_POWER, floors_ship, orders_are_counted
from model.scenario.events import CapacityShock, ReleaseShock
from model.tables.rows import Line
from model.tables.tables import Tables
from tests.support.worlds import COUNTRIES, START, goods, line, link, minds, need, world_of

Array = NDArray[Any]
NAMES = "ABCDEFGH"


def one_maker(buyers: int, *more: Line, own_market: float = 0.0, **habits: float) -> Tables:
    """A maker of parts and its customers, a unit a day each."""
    clients = NAMES[:buyers]
    return Tables(
        countries=COUNTRIES,
        goods=goods("part", "car"),
        firms=(
            line("MAKER", "part", demand=own_market),
            *(line(code, "car", demand=1.0) for code in clients),
            *more,
        ),
        needs=tuple(need(code, "part", 20.0) for code in clients),
        links=tuple(
            link(seller, code, "part", 3, float(seller == "MAKER"))
            for code in clients
            for seller in ("MAKER", *(row.line for row in more))
        ),
        minds=minds(**habits),
    )


def shared(backlog: Array, favour: Array, bid: Array, floor: float) -> Array:
    """What the maker ships from a floor, by customer."""
    chain = world_of(one_maker(len(backlog)))
    world = chain._world
    world.state.backlog[:], world.state.finished[0] = backlog, floor
    world.policy.favour[:], world.policy.bid[:] = favour, bid
    orders_are_counted(compiled_handle(world))
    floors_ship(compiled_handle(world), 0)
    return world.flows.shipped.copy()


def by_search(backlog: Array, weights: Array, floor: float) -> Array:
    """The same by halving: the level at which min(backlog, level x weight x backlog) empties the floor."""
    if floor >= backlog.sum():
        return backlog
    low, high = 0.0, 1.0 / weights.min()
    for _ in range(200):
        level = 0.5 * (low + high)
        if np.minimum(backlog, level * weights * backlog).sum() > floor:
            high = level
        else:
            low = level
    return np.minimum(backlog, low * weights * backlog)


amount, weight = st.floats(0.0, 100.0), st.floats(0.05, 20.0)
customers = st.lists(st.tuples(amount, weight, st.floats(0.0, 1.0)), min_size=1, max_size=8)


@pytest.mark.slow
@settings(max_examples=5 * settings().max_examples)
@given(customers, st.floats(0.0, 1.3))
def test_a_short_floor_is_shared_by_water_filling(drawn: list[tuple[float, float, float]], fullness: float) -> None:
    backlog, favour, bid = (np.array(column) for column in zip(*drawn, strict=True))
    floor = fullness * float(backlog.sum())
    shipped = shared(backlog, favour, bid, floor)
    np.testing.assert_allclose(
        shipped, by_search(backlog, favour * (1 + bid) ** BID_POWER, floor), rtol=1e-6, atol=1e-9
    )
    assert np.all(shipped <= backlog)  # nobody gets more than was ordered
    assert shipped.sum() == pytest.approx(min(floor, backlog.sum()))  # nothing is left while somebody waits


def test_pro_rata_is_what_happens_without_favourites() -> None:
    backlog = np.array([10.0, 30.0, 60.0])
    np.testing.assert_allclose(shared(backlog, np.ones(3), np.zeros(3), 50.0), 0.5 * backlog)


def test_a_favourite_gets_twice_the_share_until_it_has_all() -> None:
    backlog, favour = np.array([10.0, 10.0]), np.array([2.0, 1.0])
    np.testing.assert_allclose(shared(backlog, favour, np.zeros(2), 6.0), [4.0, 2.0])
    np.testing.assert_allclose(shared(backlog, favour, np.zeros(2), 16.0), [10.0, 6.0])


def test_a_premium_counts_as_its_square() -> None:
    shipped = shared(np.array([10.0, 10.0]), np.ones(2), np.array([0.1, 0.0]), 5.0)
    assert shipped[0] / shipped[1] == pytest.approx(1.21)


def test_the_final_market_keeps_its_part_of_a_short_floor() -> None:
    chain = world_of(one_maker(1, own_market=3.0))
    world = chain._world
    world.state.backlog[:], world.state.finished[0] = 1.0, 2.0
    orders_are_counted(compiled_handle(world))
    floors_ship(compiled_handle(world), 0)
    assert world.flows.shipped[0] == pytest.approx(2.0 * 1.0 / (1.0 + 3.0))


def fire(day: int) -> CapacityShock:
    return CapacityShock(
        kind="capacity",
        date=START + timedelta(days=day),
        note="a fire",
        source="made up",
        lines=("MAKER",),
        times=0,
    )


def tap(day: int, tonnes: float) -> ReleaseShock:
    return ReleaseShock(
        kind="release",
        date=START + timedelta(days=day),
        note="the tap opens",
        source="made up",
        firms=("STATE",),
        tonnes_per_day=tonnes,
    )


STOCK = line("STATE", "part", role="state_stock", finished_days=100.0, capacity_per_year=365.0)


def steps(chain: SupplyChain, days: int) -> SupplyChain:
    for _ in range(days):
        chain.step()
    return chain


def test_a_state_stock_gives_out_what_was_decided_to_those_who_miss_most() -> None:
    chain = steps(world_of(one_maker(2, STOCK), [fire(2), tap(12, 0.5)], audited=False), 12)
    chain._world.state.stock[0] += 1.0  # the first buyer found a box
    chain.step()
    gone = chain.world.flows.shipped[chain.register.links.query("supplier == 'STATE'").index]
    assert gone.sum() == pytest.approx(0.5) == chain.world.flows.released[chain.register.row("STATE")]
    missing = 20.0 - chain.world.state.stock  # cover of 20 days at a unit a day
    assert gone[0] / gone[1] == pytest.approx(missing[0] / missing[1])


def test_a_state_stock_takes_no_orders_gives_to_nobody_who_has_enough_and_never_more_than_it_has() -> None:
    chain = steps(world_of(one_maker(2, STOCK), [tap(1, 5.0)]), 10)
    held = chain.register.row("STATE")
    assert chain.world.state.finished[held] == 100.0  # at rest nobody misses anything
    chain = steps(world_of(one_maker(2, STOCK), [fire(2), tap(3, 1e6)]), 200)
    assert chain.world.state.finished[held] == 0.0
    assert chain.world.flows.ordered[chain.register.links.query("supplier == 'STATE'").index].sum() == 0.0


@pytest.mark.parametrize("patience", [10.0, 30.0])
def test_orders_older_than_the_patience_of_the_buyer_lapse(patience: float) -> None:
    # accepted 1 a day, cancelled (backlog - patience) / patience a day: at rest that is twice the patience
    chain = steps(world_of(one_maker(1, patience_days=patience, smoothing_days=1e9), [fire(0)]), 40 * int(patience))
    plan = chain.world.state.plan[0]
    assert chain.world.state.backlog[0] + plan == pytest.approx(2 * patience * plan)

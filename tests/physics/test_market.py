"""The final market and prices by hand: who waits, what is lost, and what scarcity does to prices."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import log
from typing import Any

import numpy as np
import pytest

from model.chain import SupplyChain
from model.physics.compiled import compiled_handle
from model.physics.market import CONTRACT_DAYS, COVER_FLOOR, SPOT_DAYS, prices_move
from model.scenario.events import CapacityShock, DemandShock
from model.tables.tables import Tables
from tests.support.worlds import COUNTRIES, START, goods, line, link, minds, need, with_habits, world_of

PATIENCE = 20.0
ETA, PRICE = 0.8, 5.0


def shop(**habits: float) -> Tables:
    """Two makers of cars, ten a day each, who need nothing; customers of one are patient in another way."""
    tables = Tables(
        countries=COUNTRIES, goods=goods("car"), needs=(), links=(), minds=minds(),
        firms=(line("VAN", "car", demand=10.0, role="none"), line("CAR", "car", demand=10.0, role="automaker")),
    )  # fmt: skip
    return with_habits(tables, "automaker", **habits)


def struck(kind: type[Any], day: int, times: float) -> Any:
    """A day on which the car maker can make, or sell, so many times as much as usual."""
    name = {CapacityShock: "capacity", DemandShock: "demand"}[kind]
    when = START + timedelta(days=day)
    return kind(kind=name, date=when, note="n", source="made up", lines=("CAR",), times=times)


def flows(chain: SupplyChain, days: int) -> list[tuple[float, float, float]]:
    """What the car maker sold and lost on each day, and who waits in the evening."""
    told = []
    for _ in range(days):
        chain.step()
        world = chain.world
        told.append((float(world.flows.sold[1]), float(world.flows.lost[1]), float(world.state.market_backlog[1])))
    return told


@pytest.mark.parametrize("waits", [0.0, 0.6, 1.0])
def test_of_the_cars_that_are_not_there_a_part_waits_and_loses_patience(waits: float) -> None:
    shocks = [struck(CapacityShock, 1, 0.0), struck(DemandShock, 3, 0.5)]
    told = flows(world_of(shop(back_order_share=waits, patience_days=PATIENCE), shocks), 6)
    expected, queue = [(10.0, 0.0, 0.0)], 0.0
    for demand in (10.0, 10.0, 5.0, 5.0, 5.0):
        gone = demand * (1.0 - waits) + queue / PATIENCE
        queue += demand - gone
        expected.append((0.0, gone, queue))
    np.testing.assert_allclose(told, expected, rtol=1e-6, atol=1e-9)


def test_who_waited_is_served_when_cars_are_made_again() -> None:
    shocks = [struck(CapacityShock, 1, 0.0), struck(CapacityShock, 2, 1.0)]
    told = flows(world_of(shop(back_order_share=0.6, patience_days=PATIENCE), shocks), 4)
    assert told[2] == pytest.approx((10.0 + 6.0, 0.0, 0.0)) and told[3] == pytest.approx((10.0, 0.0, 0.0))


def test_a_market_that_buys_more_gets_more() -> None:
    told = flows(world_of(shop(), [struck(DemandShock, 2, 1.5)]), 4)
    assert [sold for sold, _, _ in told] == pytest.approx([10.0, 10.0, 15.0, 15.0])


# prices


def two_zones() -> SupplyChain:
    """A good that is used inside China and outside, a tonne a day and 20 days of it in store at each place."""
    users = {"HOME": "CN", "MAG": "JP", "KOR": "KR"}
    tables = Tables(
        countries=COUNTRIES,
        goods=goods("oxide", "magnet"),
        firms=(line("SEP", "oxide", "CN"), *(line(who, "magnet", home, demand=1.0) for who, home in users.items())),
        needs=tuple(need(who, "oxide", 20.0) for who in users),
        links=tuple(link("SEP", who, "oxide", 3) for who in users),
        minds=minds(),
    )
    dear = (each.model_copy(update={"spot_eta": ETA, "price_jpy_mn": PRICE}) for each in tables.goods)
    return world_of(replace(tables, goods=tuple(dear)), audited=False)


def moved(chain: SupplyChain, days: int = 1) -> tuple[float, float]:
    """The logarithms of the spot price of the oxide, inside and outside, after some moves."""
    for _ in range(days):
        prices_move(compiled_handle(chain._world))
    inside, outside = chain.world.state.spot_log[0]
    return float(inside), float(outside)


@pytest.mark.parametrize(("left", "seen"), [(1.0, 1.0), (0.5, 0.5), (2.0, 2.0), (0.1, COVER_FLOOR), (0.0, COVER_FLOOR)])
def test_the_spot_price_of_a_zone_follows_its_own_cover_down_to_a_floor(left: float, seen: float) -> None:
    chain = two_zones()
    chain._world.state.stock[1:] = 20.0 * left  # of those outside
    aim = -ETA * log(seen)
    assert moved(chain) == pytest.approx((0.0, aim / SPOT_DAYS), abs=1e-12)
    assert moved(chain)[1] == pytest.approx(aim * (1 - (1 - 1 / SPOT_DAYS) ** 2), abs=1e-12)


def test_a_zone_is_as_short_as_its_buyers_together() -> None:
    chain = two_zones()
    chain._world.state.stock[:] = [30.0, 10.0, 20.0]  # three quarters of what is usual outside
    inside, outside = moved(chain)
    assert inside == pytest.approx(-ETA * log(1.5) / SPOT_DAYS) and outside == pytest.approx(
        -ETA * log(0.75) / SPOT_DAYS
    )


def test_contracts_follow_the_spot_price_inside_slowly() -> None:
    chain = two_zones()
    chain._world.state.spot_log[0] = np.log([3.0, 7.0])
    moved(chain)
    spot = PRICE * 3.0 ** (1 - 1 / SPOT_DAYS)
    assert chain.world.state.contract[0] == pytest.approx(PRICE + (spot - PRICE) / CONTRACT_DAYS)
    assert chain.world.state.contract[1] == pytest.approx(PRICE)  # of magnets, of which nobody is short

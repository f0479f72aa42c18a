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
from model.physics.market import CONTRACT_DAYS, SIGHT_DAYS, SPOT_DAYS, SPOT_SHARE, prices_move
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


def two_zones(eta: float = ETA) -> SupplyChain:
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
    dear = (each.model_copy(update={"spot_eta": eta, "price_jpy_mn": PRICE}) for each in tables.goods)
    return world_of(replace(tables, goods=tuple(dear)), audited=False)


def moved(chain: SupplyChain, days: int = 1) -> tuple[float, float]:
    """The logarithms of the spot price of the oxide, inside and outside, after some moves."""
    for _ in range(days):
        prices_move(compiled_handle(chain._world))
    inside, outside = chain.world.state.spot_log[0]
    return float(inside), float(outside)


NEEDED = 20.0 + SIGHT_DAYS  # t that each of them needs: what it keeps, and what it uses while a market looks ahead


def aim(lack: float, spare: float = 0.0) -> float:
    """Where the logarithm of a spot price goes when buyers lack, or can spare, a share of what they need."""
    return ETA * (log(1 + lack / SPOT_SHARE) - log(1 + spare))


@pytest.mark.parametrize("left", [1.0, 0.5, 0.1, 0.0])
def test_a_spot_price_rises_with_the_stock_that_buyers_of_its_zone_lack(left: float) -> None:
    chain = two_zones()
    chain._world.state.stock[1:] = 20.0 * left  # of those outside
    there = aim(20.0 * (1 - left) / NEEDED)
    assert moved(chain) == pytest.approx((0.0, there / SPOT_DAYS), abs=1e-5)
    assert moved(chain)[1] == pytest.approx(there * (1 - (1 - 1 / SPOT_DAYS) ** 2), abs=1e-5)


@pytest.mark.parametrize("filled", [1.0, 0.5, 0.0])
def test_a_spot_price_rises_with_the_orders_that_are_not_filled_while_stocks_are_full(filled: float) -> None:
    chain = two_zones()
    chain._world.state.shipped_mean[1:] *= filled
    assert moved(chain) == pytest.approx((0.0, aim(SIGHT_DAYS * (1 - filled) / NEEDED) / SPOT_DAYS), abs=1e-5)


def test_who_slows_down_to_save_its_stock_still_lacks_what_is_not_shipped() -> None:
    chain = two_zones()
    state = chain._world.state
    for column in (state.plan, state.stock, state.ordered_mean):
        column[1:] *= 0.25  # a quarter of the use, the stock and the orders
    assert moved(chain)[1] == pytest.approx(0.0, abs=1e-5)  # whose orders are filled lacks nothing
    state.spot_log[:], state.shipped_mean[1:] = 0.0, 0.125
    assert moved(chain)[1] == pytest.approx(aim(SIGHT_DAYS * 0.5 / NEEDED) / SPOT_DAYS, abs=1e-5)


def test_what_one_buyer_can_spare_does_not_help_another_who_lacks() -> None:
    chain = two_zones()
    chain._world.state.stock[:] = [30.0, 10.0, 30.0]
    inside, outside = moved(chain)
    assert inside == pytest.approx(aim(0.0, 10.0 / NEEDED) / SPOT_DAYS, abs=1e-5)
    assert outside == pytest.approx(aim(5.0 / NEEDED, 5.0 / NEEDED) / SPOT_DAYS, abs=1e-5)  # shares of both together


def test_a_good_without_a_spot_market_stays_at_its_contract_price() -> None:
    chain = two_zones(eta=0.0)
    chain._world.state.stock[:] = chain._world.state.shipped_mean[:] = 0.0
    assert moved(chain, 50) == (0.0, 0.0) and chain.world.state.contract[0] == pytest.approx(PRICE)


def test_contracts_follow_the_spot_price_inside_slowly() -> None:
    chain = two_zones()
    chain._world.state.spot_log[0] = np.log([3.0, 7.0])
    moved(chain)
    spot = PRICE * 3.0 ** (1 - 1 / SPOT_DAYS)
    assert chain.world.state.contract[0] == pytest.approx(PRICE + (spot - PRICE) / CONTRACT_DAYS)
    assert chain.world.state.contract[1] == pytest.approx(PRICE)  # of magnets, of which nobody is short

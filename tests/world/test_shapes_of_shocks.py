"""What ends, ends gradually; ports are slow or shut; sites of a firm are struck by parts: sums on an envelope."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from model.chain import SupplyChain
from model.scenario.event import Event
from model.scenario.events import (
    CapacityShock,
    DemandShock,
    LeadShock,
    QuotaShock,
    WillingShock,
)
from model.scenario.ports import PortShock
from model.scenario.reach import reach_faults
from tests.support.worlds import chain_of_three, line, world_of
from tests.world.test_shocks import on, seen, shock

CARS = {"lines": ("CAR",)}
WAY = {"origin": ("CN",), "destination": ("JP",), "goods": ("*",)}
FOUR_DAYS = {"until": on(4), "recovery": "linear", "recovery_days": 4}


def port(day: int, until: int | None = None, **cells: Any) -> Event:
    return shock(PortShock, day, until, ways=({"origin": ("CN",)},), **cells)


@pytest.mark.parametrize(
    ("curve", "back"),
    [
        ({}, [1.0, 1.0, 1.0, 1.0]),
        ({"recovery": "step"}, [1.0, 1.0, 1.0, 1.0]),
        ({"recovery": "linear", "recovery_days": 1}, [1.0, 1.0, 1.0, 1.0]),
        ({"recovery": "linear", "recovery_days": 4}, [0.25, 0.5, 0.75, 1.0]),
        ({"recovery": "s-shaped", "recovery_days": 4}, [0.15625, 0.5, 0.84375, 1.0]),  # 3 x^2 - 2 x^3 of the quarters
    ],
)
@pytest.mark.parametrize(("kind", "column"), [(CapacityShock, "capacity_times"), (DemandShock, "demand_times")])
def test_a_number_comes_back_along_its_curve(
    kind: type[Event], column: str, curve: dict[str, Any], back: list[float]
) -> None:
    chain = world_of(chain_of_three(), [shock(kind, 2, until=on(4), lines=("CAR",), times=0.2, **curve)])
    expected = [1, 1, 0.2, 0.2, *(round(0.2 + 0.8 * share, 9) for share in back), 1]
    assert seen(chain, 9, column, row=2) == expected


def test_what_wears_off_multiplies_with_what_holds() -> None:
    """0.2 comes back by a fifth of 4 x 0.2 a day from day 4 on; a half of day 3 to 5 lies over it."""
    chain = world_of(
        chain_of_three(),
        [
            shock(CapacityShock, 2, lines=("CAR",), times=0.2, **FOUR_DAYS),
            shock(CapacityShock, 3, until=3, countries=("JP",), times=0.5),
        ],
    )
    assert seen(chain, 9, "capacity_times", row=2) == [1, 1, 0.2, 0.1, 0.2, 0.3, 0.8, 1, 1]


def test_two_that_wear_off_at_once_multiply_and_the_order_is_nothing() -> None:
    """0.2 comes back by 0.2 a day from day 4 on, 0.5 by 0.125 a day from day 5 on; of ways, days that are left add."""
    one = shock(CapacityShock, 2, lines=("CAR",), times=0.2, **FOUR_DAYS)
    two = shock(CapacityShock, 2, countries=("JP",), times=0.5, until=on(5), recovery="linear", recovery_days=4)
    by_hand = [1, 1, 0.1, 0.1, 0.4 * 0.5, 0.6 * 0.625, 0.8 * 0.75, 0.875, 1, 1]
    for both in ([one, two], [two, one]):
        assert seen(world_of(chain_of_three(), both), 10, "capacity_times", row=2) == pytest.approx(by_hand)
    longer = [shock(LeadShock, 2, extra_days=days, **WAY, **FOUR_DAYS) for days in (10, 20)]
    assert seen(world_of(chain_of_three(), longer), 9, "lead") == [10, 10, 40, 40, 33, 25, 18, 10, 10]
    shares = [shock(kind, 2, share=0.5, **WAY, **FOUR_DAYS) for kind in (WillingShock, QuotaShock) for _ in range(2)]
    chain = world_of(chain_of_three(), shares)
    for _ in range(6):
        chain.step()
    con = chain.world.conditions
    assert (con.accepted[0], con.quota[0]) == (0.75 * 0.75, 0.75)  # of quotas the lowest holds


def test_a_later_word_restores_what_wears_off() -> None:
    long = {"until": on(4), "recovery": "linear", "recovery_days": 10}
    chain = world_of(
        chain_of_three(),
        [
            shock(CapacityShock, 2, lines=("CAR",), times=0.0, **long),
            shock(CapacityShock, 6, lines=("CAR",), times=1.0),
        ],
    )
    assert seen(chain, 16, "capacity_times", row=2) == [1, 1, 0, 0, 0.1, 0.2, *[1] * 10]


def test_what_is_usual_comes_back_with_demand() -> None:
    chain = world_of(chain_of_three(), [shock(DemandShock, 2, lines=("CAR",), times=0.6, **FOUR_DAYS)])
    base = chain.world.network.baseline.copy()
    days = []
    for _ in range(8):
        chain.step()
        days.append((chain.world.conditions.usual / base).round(9).tolist())
    assert days == [[share] * 3 for share in (1, 1, 0.6, 0.6, 0.7, 0.8, 0.9, 1)]


def test_longer_ways_grow_shorter_by_whole_days() -> None:
    """Ten days more: 7.5, 5 and 2.5 of them are left, halves up."""
    chain = world_of(chain_of_three(), [shock(LeadShock, 2, extra_days=10, **WAY, **FOUR_DAYS)])
    assert seen(chain, 9, "lead") == [10, 10, 20, 20, 18, 15, 13, 10, 10]


def test_accepted_orders_and_quotas_come_back() -> None:
    half = [shock(kind, 2, share=0.5, **WAY, **FOUR_DAYS) for kind in (WillingShock, QuotaShock)]
    chain = world_of(chain_of_three(), half)
    con, days = chain.world.conditions, []
    for _ in range(8):
        chain.step()
        days.append((float(con.accepted[0]), float(con.quota[0])))
    back = [(share, share) for share in (0.5, 0.5, 0.625, 0.75, 0.875)]
    assert days == [(1.0, np.inf)] * 2 + back + [(1.0, np.inf)]


def flows(chain: SupplyChain, days: int) -> tuple[list[float], list[float]]:
    """What left the separator, and what landed at the magnet maker, day by day."""
    left, landed = [], []
    for _ in range(days):
        chain.step()
        left.append(float(chain.world.flows.shipped[0]))
        landed.append(float(chain.world.flows.landed[0]))
    return left, landed


def test_goods_wait_at_a_closed_port_and_land_together() -> None:
    """Closed on days 5 to 8, ten days from there: what leaves on days 5 to 9 lands on day 19, nothing on 15 to 18."""
    left, landed = flows(world_of(chain_of_three(), [port(5, 4, closed=True)]), 24)
    assert landed[15:19] == [0.0] * 4
    assert landed[19] == pytest.approx(sum(left[5:10])) and landed[14] == pytest.approx(left[4])
    assert landed[20:24] == pytest.approx(left[10:14])


def test_of_closures_the_last_to_open_counts_and_delays_add() -> None:
    chain = world_of(
        chain_of_three(),
        [
            port(2, 3, closed=True),  # days 2 to 4
            port(3, 4, closed=True),  # days 3 to 6
            port(4, 5, extra_days=2),  # days 4 to 8
            shock(LeadShock, 8, until=1, extra_days=3, **WAY),
        ],
    )
    assert [lead - 10 for lead in seen(chain, 10, "lead")] == [0, 0, 3, 4, 3 + 2, 2 + 2, 1 + 2, 2, 2 + 3, 0]


def test_a_delay_at_a_port_wears_off_or_is_restored() -> None:
    slow = port(2, 2, extra_days=4, recovery="linear", recovery_days=4)
    chain = world_of(chain_of_three(), [slow, port(8, extra_days=6), port(10, extra_days=0)])
    assert [lead - 10 for lead in seen(chain, 12, "lead")] == [0, 0, 4, 4, 3, 2, 1, 0, 6, 6, 0, 0]


def test_a_port_is_a_set_of_ways_and_no_tonne_is_lost() -> None:
    """The audit holds every day; of two ways both are shut, of the others none."""
    ways = ({"suppliers": ("SEP",)}, {"entities": ("CAR",), "goods": ("magnet",)})
    chain = world_of(chain_of_three(cover=30.0), [shock(PortShock, 5, until=60, ways=ways, closed=True)])
    chain.step()
    for _ in range(5):
        chain.step()
    assert chain.world.conditions.lead.tolist() == [10 + 60, 5 + 60]
    for _ in range(200):
        chain.step()
    assert chain.world.conditions.lead.tolist() == [10, 5] and chain.world.flows.output[2] == pytest.approx(100.0)


def test_a_port_that_nobody_foresaw_needs_room_at_sea() -> None:
    chain = world_of(chain_of_three(), [port(2, 10, closed=True)])
    chain.step()
    chain.announce(port(20, 10, closed=True))
    with pytest.raises(ValueError, match="10 days longer in this scenario, not 11"):
        chain.announce(port(40, 11, closed=True))


def test_sites_of_a_firm_are_struck_together_and_by_parts() -> None:
    """All of VAN stands where the quake was, a quarter of CAR: a stop takes all of one and a quarter of the other."""
    tables = chain_of_three()
    cars = tables.firms[2]
    tables = tables.with_numbers("firms", (*tables.firms[:2], cars.model_copy(update={"firm": "AUT"})))
    more = line("VAN", "car", firm="AUT", tier=5)
    tables = replace(tables, firms=(*tables.firms, more))
    quake = shock(CapacityShock, 2, firms=("AUT",), times=0.0, parts={"CAR": 0.25}, **FOUR_DAYS)
    chain = world_of(tables, [quake])
    days = []
    for _ in range(8):
        chain.step()
        days.append(chain.world.conditions.capacity_times[[2, 3]].tolist())
    assert days == [
        [1, 1], [1, 1], [0.75, 0], [0.75, 0], [0.8125, 0.25], [0.875, 0.5], [0.9375, 0.75], [1, 1],
    ]  # fmt: skip
    strays = shock(CapacityShock, 2, lines=("VAN",), times=0.0, parts={"CAR": 0.25})
    assert reach_faults(strays, tables, "x.toml", "shock 1") == [
        "x.toml: shock 1, parts: found CAR, which it does not strike; name it above"
    ]


def test_a_way_that_leads_nowhere_is_told() -> None:
    ways = ({"origin": ("CN",)}, {"origin": ("KR",)})
    stray = shock(PortShock, 2, until=3, ways=ways, extra_days=1)
    assert reach_faults(stray, chain_of_three(), "x.toml", "shock 1") == [
        "x.toml: shock 1, ways 2: found no link that leads along here; widen it"
    ]


LINES = {"lines": ("CAR",), "times": 0.5}


@pytest.mark.parametrize(
    ("kind", "cells", "words"),
    [
        (CapacityShock, {**LINES, "recovery": "linear", "recovery_days": 9}, "without an end nothing comes back"),
        (CapacityShock, {**LINES, "until": 5, "recovery": "linear"}, "'linear' takes days; write how many"),
        (CapacityShock, {**LINES, "until": 5, "recovery_days": 5}, "found 5, but a step takes no days"),
        (CapacityShock, {**LINES, "until": 5, "recovery": "line", "recovery_days": 5}, "'step', 'linear' or"),
        (CapacityShock, {**LINES, "until": 5, "recovery": "linear", "recovery_days": 0}, "greater than or equal to 1"),
        (CapacityShock, {**LINES, "parts": {"CAR": 1.5}}, "less than or equal to 1"),
        (PortShock, {"ways": ()}, "found an empty list; name at least one"),
        (PortShock, {"ways": ({},)}, "found both or neither of extra_days and closed = true"),
        (PortShock, {"ways": ({},), "closed": True, "extra_days": 3, "until": 3}, "found both or neither"),
        (PortShock, {"ways": ({},), "closed": True}, "found no end; a port is closed for at most 365 days"),
        (PortShock, {"ways": ({},), "closed": True, "until": 400}, "found 400 days; a port is closed for at most 365"),
        (PortShock, {"ways": ({},), "closed": True, "until": 4, "recovery": "linear", "recovery_days": 4},
         "a closed port opens on a day"),
    ],
)  # fmt: skip
def test_shapes_that_do_not_fit_are_told(kind: type[Event], cells: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        shock(kind, 2, **cells)


def test_a_copy_that_wears_off_goes_on_as_its_trunk() -> None:
    chain = world_of(chain_of_three(), [shock(CapacityShock, 2, lines=("CAR",), times=0.0, **FOUR_DAYS)])
    for _ in range(5):
        chain.step()
    branch = chain.copy()
    assert seen(branch, 3, "capacity_times", row=2) == seen(chain, 3, "capacity_times", row=2) == [0.5, 0.75, 1.0]

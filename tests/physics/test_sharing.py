"""Makers share parts, by hand and as a law: one floor for a part, and nothing lost on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from model.chain import SupplyChain
from model.physics.compiled import compiled_handle
from model.physics.production import lines_produce
from model.physics.sharing import makers_share_parts
from model.physics.shipping import orders_are_counted
from model.state import KEPT_APART, Floats
from model.tables.tables import Tables
from tests.support.worlds import COUNTRIES, goods, line, link, minds, need, world_of
from tests.world.test_laws import LIMITS, laws, small_worlds

PART = {"PET": 0.001, "HYB": 0.002, "LUX": 0.002}  # t of magnets in a car of each line
AMOUNTS = st.lists(st.floats(0, 1e6), min_size=len(PART), max_size=len(PART))
CLAIMS = st.lists(
    st.one_of(st.just(KEPT_APART), st.just(0.0), st.floats(0.001, 100)), min_size=len(PART), max_size=len(PART)
)


def one_maker(lead: int = 5) -> Tables:
    """A magnet maker, and a car maker with three lines that buy the same magnet under one contract."""
    return Tables(
        countries=COUNTRIES, goods=goods("magnet", "car"),
        firms=(line("MAG", "magnet"), *(line(code, "car", demand=100.0, firm="CAR", capacity_per_year=115 * 365.0)
                                        for code in PART)),
        needs=tuple(need(code, "magnet", 10.0, each) for code, each in PART.items()),
        links=tuple(link("MAG", code, "magnet", lead) for code in PART),
        minds=minds(least_start=0.2),
    )  # fmt: skip


def shared(tables: Tables) -> list[list[str]]:
    """The lines that may share, floor by floor."""
    net = world_of(tables).world.network
    line_of = [tables.firms[net.line_of[n]].line for n in net.shared]
    return [line_of[first:last] for first, last in zip(net.first_shared[:-1], net.first_shared[1:], strict=True)]


def dealt(stock: list[float], allotted: list[float], turn: Sequence[float] = (0, 0, 0)) -> Floats:
    """What lies with each line after its maker has dealt the part out."""
    world = world_of(one_maker())._world
    world.state.stock[:], world.policy.allotted[:], world.policy.turn[:] = stock, allotted, turn
    makers_share_parts(compiled_handle(world))
    return world.state.stock.copy()


def made(chain: SupplyChain) -> list[float]:
    """What each car line makes today."""
    world = compiled_handle(chain._world)
    chain._world.state.finished[:] = 0.0
    orders_are_counted(world)
    makers_share_parts(world)
    lines_produce(world)
    return [float(each) for each in chain.world.flows.output[1:]]


def test_lines_share_a_part_that_their_maker_buys_under_one_contract() -> None:
    tables = one_maker()
    assert shared(tables) == [["PET", "HYB", "LUX"]]
    own, abroad = (
        replace(tables, firms=(*tables.firms[:3], tables.firms[3].model_copy(update=change)))
        for change in ({"firm": "RIVAL"}, {"country": "KR"})
    )  # fmt: skip
    assert shared(own) == shared(abroad) == [["PET", "HYB"]]
    two = link("MAG", "LUX", "magnet", 5, 0.7), link("NEW", "LUX", "magnet", 5, 0.3)
    other = replace(tables, firms=(*tables.firms, line("NEW", "magnet")), links=(*tables.links[:2], *two))
    assert shared(other) == [["PET", "HYB"]]  # a part of its own


@pytest.mark.parametrize(
    ("there", "dealt_out"),
    [(2.0, [0.0, 0.0, 2.0]), (4.0, [1.0, 0.0, 3.0]), (5.0, [2.0, 0.0, 3.0]), (6.0, [2.0, 1.0, 3.0])],
)
def test_each_line_gets_its_draw_of_a_day_in_turn(there: float, dealt_out: list[float]) -> None:
    assert dealt([there, 0.0, 0.0], [2.0, 1.0, 3.0], turn=(1, 2, 0)) == pytest.approx(dealt_out)


def test_what_is_left_after_a_day_is_dealt_out_in_proportion_to_the_draws() -> None:
    assert dealt([12.0, 0.0, 0.0], [2.0, 1.0, 3.0], turn=(1, 2, 0)) == pytest.approx([4.0, 2.0, 6.0])
    assert dealt([6.0, 3.0, 0.0], [1.0, 2.0, 0.0]) == pytest.approx([3.0, 6.0, 0.0])
    assert dealt([6.0, 3.0, 9.0], [1.0, 2.0, KEPT_APART]) == pytest.approx([3.0, 6.0, 9.0])
    assert dealt([6.0, 3.0, 9.0], [0.0, 0.0, 0.0]) == pytest.approx([6.0, 3.0, 9.0])  # nobody draws


@laws
@given(AMOUNTS, CLAIMS, st.permutations(range(len(PART))))
def test_dealing_out_neither_makes_nor_loses_a_part(
    stock: list[float], allotted: list[float], turn: list[float]
) -> None:
    after = dealt(stock, allotted, turn)
    assert after.min() >= 0.0
    assert after.sum() == pytest.approx(sum(stock), rel=1e-12)
    for before, there, claim in zip(stock, after, allotted, strict=True):
        if claim == KEPT_APART:
            assert there == before  # to the bit


@laws
@given(AMOUNTS)
def test_where_nobody_shares_every_stock_stays_to_the_bit(stock: list[float]) -> None:
    np.testing.assert_array_equal(dealt(stock, [KEPT_APART] * len(stock)), stock)


def test_the_laws_of_every_world_are_tried_on_worlds_with_a_common_floor() -> None:
    some = settings(max_examples=300, phases=[Phase.generate], database=None, derandomize=True)
    find(small_worlds(), lambda tables: len(shared(tables)) > 0, settings=some)  # raises where no example has one
    assert LIMITS["allotted"][0] == KEPT_APART and LIMITS["allotted"][1] > 0.0


def test_by_hand_two_lines_and_one_part_that_is_enough_for_one() -> None:
    chain = world_of(one_maker())
    chain._world.state.stock[:] = 0.05, 0.05, 0.0  # enough for 50 petrol cars, 25 hybrids
    assert made(chain) == pytest.approx([50.0, 25.0, 0.0])
    chain = world_of(one_maker())
    chain._world.state.stock[:] = 0.05, 0.05, 0.0
    chain._world.policy.allotted[:], chain._world.policy.closed[2:] = (0.1, 0.0, 0.0), 1.0
    assert made(chain) == pytest.approx([100.0, 0.0, 0.0])  # all for the line that makes twice as many of it


def test_a_closed_line_makes_nothing_wants_as_much_as_before_and_says_what_it_waits_for() -> None:
    chain = world_of(one_maker())
    chain._world.policy.closed[1] = 1.0
    for days in (1, 2, 3):
        assert made(chain) == pytest.approx([0.0, 100.0, 100.0])
        assert chain.world.state.closed_days[1] == days and chain.world.state.stopped[1] == 1.0
        assert chain.world.flows.want[1] == pytest.approx(100.0)
        assert chain.world.flows.binding[1] == 0  # its only need
        assert chain.world.state.plan[0] == pytest.approx(0.1)  # it goes on ordering
    chain._world.policy.closed[1] = 0.0
    assert made(chain)[0] == pytest.approx(100.0) and chain.world.state.closed_days[1] == 0.0

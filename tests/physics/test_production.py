"""What a line makes today, by hand: what it wants, what its stocks allow, and when it is stopped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.chain import SupplyChain
from model.physics.compiled import compiled_handle
from model.physics.production import USE_DAYS, lines_produce
from model.physics.shipping import orders_are_counted
from model.tables.tables import Tables
from model.tables.world_rules import WorldRules
from tests.support.worlds import chain_of_three, world_of

MAG = 1  # the row of the magnet maker, and of the car maker's need
WANT = 0.1  # t of magnets a day, for 100 cars
EACH = 0.02  # t of oxide in a tonne of magnets


def maker(cover: float = 60.0, dependence: float = 1.0, finished_days: float = 0.0, **habits: float) -> SupplyChain:
    """The chain of three, whose magnet maker can do without its oxide in part, or has finished goods."""
    tables: Tables = chain_of_three(cover, **habits)
    needs = tuple(row.model_copy(update={"dependence": dependence}) if row.line == "MAG" else row
                  for row in tables.needs)  # fmt: skip
    firms = tuple(row.model_copy(update={"finished_days": finished_days, "capacity_per_year": 365.0})
                  if row.line == "MAG" else row for row in tables.firms)  # fmt: skip
    return world_of(replace(tables, needs=needs, firms=firms), audited=False)


def made(chain: SupplyChain, oxide: float | None = None, finished: float = 0.0) -> float:
    """What the magnet maker makes today of so much oxide, or of what it has, with finished goods on its floor."""
    world = chain._world
    world.state.finished[MAG] = finished
    if oxide is not None:
        world.state.stock[0] = oxide
    orders_are_counted(compiled_handle(world))
    lines_produce(compiled_handle(world))
    return float(world.flows.output[MAG])


def test_a_line_wants_what_is_owed_and_a_part_of_what_its_floor_lacks() -> None:
    chain = maker(finished_days=10.0, adjust_days=4.0)
    assert made(chain, finished=10 * WANT) == pytest.approx(WANT)  # the floor is full
    assert made(chain, finished=6 * WANT) == pytest.approx(WANT + 4 * WANT / 4.0)
    assert made(chain, finished=12 * WANT) == pytest.approx(WANT - 2 * WANT / 4.0)  # more than it means to keep


def test_a_line_makes_no_more_than_its_run_of_what_is_left_of_its_capacity() -> None:
    chain = maker()
    chain._world.state.backlog[1] = 30.0  # t of magnets that are owed; a tonne a day can be made
    assert made(chain) == pytest.approx(1.0)
    chain._world.policy.run[MAG], chain._world.conditions.capacity_times[MAG] = 0.5, 0.6
    assert made(chain) == pytest.approx(0.5 * 0.6)


@pytest.mark.parametrize("dependence", [1.0, 0.6])
@pytest.mark.parametrize("thrift", [1.0, 0.5])
def test_a_short_stock_allows_what_can_be_done_without_it_and_what_it_is_enough_for(
    dependence: float, thrift: float
) -> None:
    chain = maker(dependence=dependence)
    chain._world.state.thrift[0] = thrift
    oxide = 0.3 * WANT * EACH * thrift  # enough for three tenths of what is wanted
    assert made(chain, oxide) == pytest.approx((1 - dependence) * WANT + 0.3 * WANT)
    assert chain.world.flows.binding[MAG] == 0
    used = min(oxide, chain.world.flows.output[MAG] * dependence * EACH * thrift)
    assert chain.world.flows.used[0] == pytest.approx(used)
    assert chain.world.state.stock[0] == pytest.approx(oxide - used, abs=1e-12)


@pytest.mark.parametrize("thrift", [1.0, 0.5])
def test_a_line_with_enough_uses_what_it_needs_and_no_need_binds(thrift: float) -> None:
    chain = maker(dependence=0.6)
    chain._world.state.thrift[0] = thrift
    draw = 0.6 * WANT * EACH
    assert made(chain, 1.0) == pytest.approx(WANT) and chain.world.flows.binding[MAG] == -1
    assert chain.world.flows.used[0] == pytest.approx(draw * thrift)


def test_the_plan_follows_what_is_wanted_and_recent_use_what_is_used() -> None:
    chain = maker()
    draw = WANT * EACH
    made(chain, 0.25 * draw)
    assert chain.world.state.plan[0] == pytest.approx(draw)  # nothing less is wanted
    assert chain.world.state.use[0] == pytest.approx(draw * (1 - 0.75 / USE_DAYS), rel=1e-6)
    chain._world.state.backlog[1] = 3 * WANT
    made(chain, 9.0)
    assert chain.world.state.plan[0] == pytest.approx(draw * (1 + 2 / WorldRules().plan_days))


# lines that are stopped


def test_a_line_is_not_started_for_less_than_its_least() -> None:
    for enough, share in ((0.35, 0.35), (0.25, 0.0)):
        chain = maker(least_start=0.3)
        assert made(chain, enough * WANT * EACH) == pytest.approx(share * WANT)
        assert chain.world.state.stopped[MAG] == (share == 0.0)


def test_the_least_is_a_share_of_usual_output_even_where_much_more_is_owed() -> None:
    chain = maker(least_start=0.3)
    chain._world.state.backlog[1] = 5 * WANT
    assert made(chain, 0.35 * WANT * EACH) == pytest.approx(0.35 * WANT)  # 7 % of what is wanted


@pytest.mark.parametrize(
    ("cover", "dependence", "days"),
    [
        (60.0, 1.0, 4.0),
        (6.0, 1.0, 3.0),
        (60.0, 0.5, 4.0),
    ],  # four days of input, or half the usual stock if that is less
)
def test_a_standing_line_starts_again_with_days_of_input_on_the_floor(
    cover: float, dependence: float, days: float
) -> None:
    chain, draw = maker(cover, dependence, restart_days=4.0, least_start=0.6), dependence * WANT * EACH
    assert made(chain, 0.0) == 0.0
    for oxide in (0.2, 0.9 * days, 0.99 * days):
        assert made(chain, oxide * draw) == 0.0 and chain.world.flows.binding[MAG] == 0
    assert made(chain, 1.01 * days * draw) == pytest.approx(WANT)
    assert made(chain, 0.8 * draw) == pytest.approx((1 - dependence) * WANT + 0.8 * dependence * WANT)  # it runs on


def test_half_a_line_that_needs_no_input_does_not_stand() -> None:
    chain = maker(dependence=0.5, least_start=0.3, restart_days=4.0)
    assert made(chain, 0.0) == pytest.approx(0.5 * WANT) and chain.world.state.stopped[MAG] == 0.0

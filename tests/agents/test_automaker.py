"""An automaker shares a scarce part among its lines: by hand, and over half a year of scarcity."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.automaker import Automaker
from model.chain import DECISION_DAYS, SupplyChain
from model.physics.sourcing import people_look_around
from model.scenario.events import CapacityShock
from model.state import KEPT_APART
from model.tables.tables import Tables
from tests.support.people import wish
from tests.support.worlds import COUNTRIES, START, goods, line, link, minds, need, with_habits, with_people, world_of

CLOSED_DAYS = 14
SHIFT = 0.5
EACH = {"PET": 0.001, "HYB": 0.002}  # t of magnets in a car: a petrol car earns most with a tonne
USUAL = 100.0  # cars a day of each line


def one_maker(least_start: float = 0.5, hybrid_earns: float = 1.0) -> Tables:
    """A magnet maker, and a car maker with a line of petrol cars and one of hybrids, which buy the same magnet."""
    earns = {"PET": 1.0, "HYB": hybrid_earns}
    tables = Tables(
        countries=COUNTRIES, goods=goods("magnet", "car"),
        firms=(line("MAG", "magnet", capacity_per_year=0.3 * 365),
               *(line(code, "car", demand=USUAL, firm="CAR", capacity_per_year=115 * 365.0,
                       value_added_jpy_mn=earns[code]) for code in EACH)),
        needs=tuple(need(code, "magnet", 12.0, each) for code, each in EACH.items()),
        links=tuple(link("MAG", code, "magnet", 2) for code in EACH),
        minds=minds(least_start=least_start, restart_days=5.0, back_order_share=0.5),
    )  # fmt: skip
    people = with_people(tables, PET="automaker", HYB="automaker")
    return with_habits(people, least_run=SHIFT, closed_for_days=CLOSED_DAYS, alarm_days=4.0)


def seated(tables: Tables, *shocks: Any) -> tuple[SupplyChain, dict[str, Automaker]]:
    """The world with both lines' minds in their seats."""
    chain = world_of(tables, shocks)
    people = {code: Automaker(chain, code) for code in EACH}
    for person in people.values():
        chain.seat(person)
    return chain, people


def meeting(arrives: float, stock_days: float = 0.0, **state: dict[str, float]) -> dict[str, Automaker]:
    """Both lines decide: a share of usual use arrives a day, each has days of stock; state: column -> line -> value."""
    chain, people = seated(one_maker())
    world = chain._world
    world.state.shipped_mean[:] = arrives * world.state.ordered_mean
    world.state.stock[:] = stock_days * world.state.plan
    for column, values in state.items():
        for code, value in values.items():
            getattr(world.state, column)[people[code].row] = value
    people_look_around(chain._handle)
    for person in people.values():
        person.decide()
    return people


def runs(people: dict[str, Automaker]) -> dict[str, float]:
    """The share of its usual output that each line may make; 0 where it is closed."""
    return {
        code: 0.0 if wish(person, "closed") > 0.0 else min(1.0, 1.15 * wish(person, "run"))
        for code, person in people.items()
    }


def test_all_lines_of_a_maker_meet_on_one_day() -> None:
    _, people = seated(one_maker())
    assert people["PET"].weekday == people["HYB"].weekday


def test_a_maker_with_enough_for_the_weeks_to_come_shares_nothing() -> None:
    for people in (meeting(1.0, 12.0), meeting(0.9, 8.0)):
        assert runs(people) == {"PET": 1.0, "HYB": 1.0}
        assert [wish(each, "allotted", "magnet") for each in people.values()] == [KEPT_APART, KEPT_APART]


def test_lines_that_can_run_a_shift_each_lay_the_part_together_and_none_is_closed() -> None:
    people = meeting(0.75, 0.75)
    assert runs(people) == pytest.approx({"PET": 0.75, "HYB": 0.75}, rel=0.02)  # so that parts last
    for code, each in EACH.items():  # what a shift takes is dealt out in turn, and a little more
        assert wish(people[code], "allotted", "magnet") == pytest.approx(SHIFT * USUAL * each, rel=0.02)
    assert wish(people["PET"], "turn", "magnet") < wish(people["HYB"], "turn", "magnet")


def test_the_line_that_earns_least_with_the_part_is_closed_and_leaves_its_parts_to_the_other() -> None:
    people = meeting(0.4, 0.4)  # 0.12 t, where a shift of both takes 0.15
    assert runs(people) == {"PET": 1.0, "HYB": 0.0}
    assert wish(people["HYB"], "allotted", "magnet") == 0.0
    assert wish(people["HYB"], "run") == 1.0  # it orders on


def test_a_line_for_which_customers_have_waited_counts_for_more() -> None:
    assert runs(meeting(0.4, 0.4, market_backlog={"HYB": 13 * USUAL})) == {"PET": 1.0, "HYB": 0.0}
    # 2 x 14 days of waiting make a hybrid worth three times as much: 1.5 petrol cars for the magnets in it
    many = runs(meeting(0.4, 0.4, market_backlog={"HYB": 28 * USUAL}))
    assert many == pytest.approx({"PET": 0.0, "HYB": 0.4 * 0.3 / 0.2}, rel=0.02)


@pytest.mark.parametrize(
    ("days", "stock_days", "opened"),
    [(CLOSED_DAYS - 7, 10.0, False), (CLOSED_DAYS, 10.0, True), (CLOSED_DAYS, 0.5, False)],
)
def test_a_closed_line_is_opened_after_some_weeks_and_with_a_stock(days: int, stock_days: float, opened: bool) -> None:
    people = meeting(0.6, stock_days, closed_days={"HYB": float(days)}, stopped={"HYB": 1.0})
    assert (runs(people)["HYB"] > 0.0) == opened


def test_while_a_better_line_waits_for_a_stock_the_other_runs_one_shift() -> None:
    waits = {"closed_days": {"PET": 14.0}, "stopped": {"PET": 1.0}}
    assert runs(meeting(0.7, 0.7, **waits)) == pytest.approx({"PET": 0.0, "HYB": SHIFT}, rel=0.02)


def test_a_line_does_not_save_for_a_better_one_that_waits_for_a_part_of_its_own() -> None:
    """The petrol line is closed for want of sensors, which a hybrid has none of: there is nothing to save for it."""
    maker = one_maker()
    tables = replace(
        maker, goods=goods("magnet", "sensor", "car"),
        firms=(*maker.firms, line("SEN", "sensor", capacity_per_year=0.3 * 365)),
        needs=(maker.needs[0], need("PET", "sensor", 12.0, 0.001), maker.needs[1]),
        links=(maker.links[0], link("SEN", "PET", "sensor", 2), maker.links[1]),
    )  # fmt: skip
    chain, people = seated(tables)
    state, row = chain._world.state, people["PET"].row
    state.stopped[row], state.closed_days[row] = 1.0, CLOSED_DAYS
    sensors = people["PET"]._partners.needs["sensor"]
    state.stock[sensors] = 0.0
    people_look_around(chain._handle)
    for person in people.values():
        person.decide()
    assert runs(people) == {"PET": 0.0, "HYB": 1.0}
    state.stock[:] = 0.1 * state.plan  # magnets lack as well: now it saves them
    chain.day += DECISION_DAYS
    people_look_around(chain._handle)
    for person in people.values():
        person.decide()
    assert runs(people) == pytest.approx({"PET": 0.0, "HYB": SHIFT}, rel=0.02)


@pytest.mark.parametrize(
    ("arrives", "stock_days", "runs_on"),
    [
        (0.4, 2.0, {"HYB"}),  # 0.12 t, where a shift of hybrids takes 0.1 and one of both 0.15
        (0.2, 2.0, {"PET"}),  # 0.06 t, where a shift of petrol cars takes 0.05
        (0.4, 0.4, set()),  # there is no stock yet to start with
        (0.1, 2.0, set()),  # suppliers send too little for either
    ],
)
def test_where_all_are_stopped_the_best_for_which_parts_come_goes_on(
    arrives: float, stock_days: float, runs_on: set[str]
) -> None:
    """Both stopped when parts thinned out; customers wait for hybrids, which are best."""
    both = {"PET": 1.0, "HYB": 1.0}
    people = meeting(arrives, stock_days, stopped=both, market_backlog={"HYB": 28 * USUAL})
    assert {code for code, share in runs(people).items() if share > 0.0} == runs_on


def test_a_line_that_needs_nothing_runs_on_while_the_others_of_its_maker_are_short() -> None:
    tables = one_maker()
    bare = replace(tables, needs=tables.needs[:1], links=tables.links[:1])  # the hybrid is built of nothing
    chain, people = seated(bare)
    chain._world.state.shipped_mean[:] = 0.0
    chain._world.state.stock[:] = 0.0
    people_look_around(chain._handle)
    for person in people.values():
        person.decide()
    assert runs(people) == {"PET": 0.0, "HYB": 1.0}


def test_when_scarcity_ends_every_line_is_opened_and_keeps_its_stock_apart() -> None:
    people = meeting(0.4, 0.4)
    chain = people["PET"].chain
    chain.day += DECISION_DAYS
    world = chain._world
    world.state.shipped_mean[:] = world.state.ordered_mean
    world.state.stock[:] = 12.0 * np.array([0.1, 0.2])
    people_look_around(chain._handle)
    for person in people.values():
        person.decide()
        assert (wish(person, "closed"), wish(person, "run"), wish(person, "allotted", "magnet")) == (0, 1, KEPT_APART)


class Stranger(Automaker):
    """A mind of a class of its own, which closes a line only for a very long time."""

    def __init__(self, chain: SupplyChain, line: str) -> None:
        super().__init__(chain, line)
        self.closed_for_days = 200.0


def test_the_lines_of_a_maker_get_one_plan_a_meeting_and_a_mind_of_another_class_its_own() -> None:
    people = meeting(0.4, 0.4)
    petrol, hybrid = people.values()
    plan = petrol.plan_of_maker()
    assert plan is not None
    assert hybrid.plan_of_maker() is plan
    petrol.chain.day += DECISION_DAYS
    assert hybrid.plan_of_maker() is not plan
    assert petrol.plan_of_maker() is hybrid.plan_of_maker() == plan

    stranger = Stranger(petrol.chain, "HYB")
    state, row = petrol.chain._world.state, hybrid.row
    state.stock[:], state.shipped_mean[:] = 10.0 * state.plan, 0.6 * state.ordered_mean
    state.stopped[row], state.closed_days[row] = 1.0, CLOSED_DAYS
    petrol.chain.day += DECISION_DAYS
    plans = [person.plan_of_maker() for person in (stranger, petrol, hybrid, stranger)]
    assert [hybrid._place in plan.run for plan in plans if plan is not None] == [False, True, True, False]


# elsewhere


def test_a_worried_maker_has_another_source_tested_and_gives_it_a_part_when_it_is_ready() -> None:
    tables = one_maker()
    tables = replace(tables, firms=(*tables.firms, line("NEW", "magnet", "KR")),
                     links=(*tables.links, link("NEW", "PET", "magnet", 4, 0.0, 30)))  # fmt: skip
    chain, people = seated(tables)
    world, petrol = chain._world, people["PET"]
    second = chain.register.trading_partners.customers["NEW"]["PET"]
    for fill, clock, begun, share in ((1.0, -1.0, 0, 0.0), (0.25, -1.0, 1, 0.0), (0.25, 0.0, 1, 0.25)):
        world.state.shipped_mean[:] = fill * world.state.ordered_mean
        world.state.clock[second] = clock
        people_look_around(chain._handle)
        petrol.decide()
        assert wish(petrol, "qualify", "magnet", "NEW") == begun
        assert wish(petrol, "split", "magnet", "NEW") == pytest.approx(share)
        assert wish(petrol, "split", "magnet", "MAG") == pytest.approx(1.0 - share)


# half a year in which some of the magnets come


def half_a_year(tables: Tables, comes: float = 0.4) -> NDArray[np.bool_]:
    """On which days which line is stopped, when a share of the magnets comes from day 10 on."""
    shock = CapacityShock(kind="capacity", date=START + timedelta(days=10), goods=("magnet",), times=comes,
                          note="a fire", source="made up")  # fmt: skip
    chain, people = seated(tables, shock)
    rows = [person.row for person in people.values()]
    days = []
    for _ in range(190):
        chain.step()
        days.append(chain.world.flows.output[rows] < 0.05 * USUAL)
    return np.array(days)


def spells(stopped: NDArray[np.bool_]) -> list[int]:
    """How many days each stop of a line lasted, those that go on at the end left out."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], stopped)).astype(int)))
    return [int(end - begin) for begin, end in zip(edges[::2], edges[1::2], strict=False)]


@pytest.mark.slow
@pytest.mark.parametrize(("least_start", "comes"), [(0.2, 0.4), (0.5, 0.4), (0.7, 0.5)])  # enough for either line
def test_lines_of_a_maker_stop_one_after_another_for_weeks_and_not_in_step(least_start: float, comes: float) -> None:
    stopped = half_a_year(one_maker(least_start, hybrid_earns=1.9), comes)
    assert stopped.any(axis=0).all()  # each has its turn
    assert not (stopped[:, 0] & stopped[:, 1]).any()  # and one of them runs
    for each in stopped.T:
        assert min(spells(each)) >= CLOSED_DAYS and len(spells(each)) <= 180 / CLOSED_DAYS / 2


def test_where_parts_of_one_line_come_a_maker_does_not_close_both_for_weeks() -> None:
    both = half_a_year(one_maker(hybrid_earns=1.9), comes=0.3).all(axis=1)
    assert max(spells(both)) <= DECISION_DAYS + 1  # until they next meet


def test_the_line_that_earns_most_with_the_part_may_run_all_the_time() -> None:
    petrol, hybrids = half_a_year(one_maker()).T
    assert not petrol.any() and min(spells(hybrids)) >= CLOSED_DAYS

"""Licensing by hand: small queues whose rulings can be counted on fingers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.audit import at_sea
from model.chain import SupplyChain
from model.physics.licensing import RECHECK_DAYS, in_order, worth_most_first
from model.physics.papers import STATUTORY_DAYS, papers_overdue
from model.scenario.event import Event
from model.scenario.events import AuthorityShock, CapacityShock
from model.state import FILING_DAYS
from model.tables.tables import Tables
from tests.support.worlds import COUNTRIES, HABITS, START, ban, goods, line, link, minds, need, world_of

USE = 2.0  # tonnes a day of each buyer
FILE = 1.0 / FILING_DAYS  # a house hands in one application for so many days of orders


def one_seller(*buyers: tuple[str, str, float, int], military: float = 0.0, looks_alike: float = 0.0) -> Tables:
    """A Chinese separator of dytb and of look-alike scrap, and buyers (code, country, use a day, houses)."""
    makers = [
        line(code, "magnet", country, demand=use, houses=houses, military_share=military)
        for code, country, use, houses in buyers
    ]
    return Tables(
        countries=COUNTRIES,
        goods=goods("dytb", "magnet") + goods("scrap", looks_alike=looks_alike),
        firms=(line("SEP", "dytb", "CN"), line("SCR", "scrap", "CN"), *makers),
        needs=tuple(need(code, good, 60.0) for code, *_ in buyers for good in ("dytb", "scrap")),
        links=tuple(
            link(seller, code, good, 10) for code, *_ in buyers for seller, good in (("SEP", "dytb"), ("SCR", "scrap"))
        ),
        minds=minds(),
    )


ONE = one_seller(("MAG", "JP", USE, 1))
TWO_COUNTRIES = one_seller(("MJ", "JP", USE, 10), ("MK", "KR", USE, 10))
TWO_BUYERS = one_seller(("BIG", "JP", 3 * USE, 10), ("SMALL", "JP", USE, 10))


def licence(day: int, review: int | None = 5, **more: Any) -> Event:
    """Exports of dytb need a licence from a day on, in every country."""
    cells: dict[str, Any] = {"rule": "individual", "review_days": review, "destination": ("*",)}
    return ban(START + timedelta(days=day), **{**cells, **more})


def office(day: int, **cells: Any) -> AuthorityShock:
    """The authority works otherwise from a day on."""
    return AuthorityShock(
        kind="authority", date=START + timedelta(days=day), note="an order", source="made up", **cells
    )


def flows(chain: SupplyChain, name: str, days: int) -> np.ndarray[Any, Any]:
    """A column of flows, a row a day."""
    rows = []
    for _ in range(days):
        chain.step()
        rows.append(getattr(chain.world.flows, name).copy())
    return np.array(rows)


def row(chain: SupplyChain, buyer: str, good: str = "dytb") -> int:
    """The link on which a buyer gets a good."""
    links = chain.register.links
    return int(links.index[(links["line"] == buyer) & (links["good"] == good)][0])


def paper(chain: SupplyChain, buyer: str, good: str = "dytb") -> int:
    """The licence row of a buyer's link."""
    return int(chain.world.network.licence_of[row(chain, buyer, good)])


# the clock


@pytest.mark.parametrize("review", [0, 1, 5, 63])
def test_an_application_of_day_j_is_ruled_on_in_the_morning_of_j_and_a_review_and_one(review: int) -> None:
    granted = flows(world_of(ONE, [licence(3, review)]), "granted", 80)
    assert np.flatnonzero(granted)[0] == 3 + 1 + review
    np.testing.assert_allclose(granted[3 + 1 + review :], FILE)


def test_what_is_granted_is_what_was_applied_for_a_review_ago() -> None:
    filed, granted = (flows(world_of(ONE, [licence(3)]), name, 40)[:, 0] for name in ("filed_amount", "granted_amount"))
    np.testing.assert_array_equal(granted[6:], filed[: 40 - 6])


def test_a_watch_listed_paper_is_not_ruled_on_within_a_year() -> None:
    chain = world_of(ONE, [licence(3, None, rule="watch")])
    assert flows(chain, "granted", 366).sum() == 0.0
    assert chain.world.state.waiting[0] > 0.0


def test_papers_that_lie_longer_than_the_statute_are_not_counted_as_goods_on_order() -> None:
    chain = world_of(ONE, [licence(3, None, rule="watch")])
    filed = flows(chain, "filed_amount", 120)[:, 0]
    assert papers_overdue(chain.world, 120)[0] == pytest.approx(filed[: 120 - STATUTORY_DAYS - 1].sum())  # tomorrow
    state, today = chain.world.state, chain.world.flows.ordered[0]
    lying = filed[: 119 - STATUTORY_DAYS - 1].sum()  # this morning
    counted = state.on_order[0] - today - lying  # what the clerk saw, before the order of the day
    lacks = 60.0 * USE - state.stock[0] + (10 + STATUTORY_DAYS) * USE - counted
    assert today == pytest.approx(USE + lacks / HABITS["smoothing_days"])


def test_papers_of_the_statutory_days_are_expected_across_the_end_of_the_ring_too() -> None:
    chain = world_of(ONE, [licence(3, None, rule="watch")])
    filed = flows(chain, "filed_amount", 400)[:, 0]  # the ring has 368 slots
    assert papers_overdue(chain.world, 400)[0] == pytest.approx(
        chain.world.state.waiting[0] - filed[-STATUTORY_DAYS - 1 :].sum()
    )


def test_under_a_clock_every_paper_counts_however_long_the_queue() -> None:
    chain = world_of(ONE, [licence(3, STATUTORY_DAYS), office(3, review_capacity=1e-9)])
    flows(chain, "filed", 120)
    assert chain.world.state.waiting[0] > 0.0
    assert papers_overdue(chain.world, 120)[0] == 0.0


def test_papers_sent_back_come_again_after_two_weeks() -> None:
    shocks = [licence(3, 5, grant_share=0.0, refuse_share=0.0), licence(10, 5, grant_share=1.0)]
    granted = flows(world_of(ONE, shocks), "granted", 30)[:, 0]
    # the paper of day 3 is sent back on day 9; that of day 4 meets a kinder office on day 10
    assert list(np.flatnonzero(granted)) == list(range(10, 30))
    assert granted[9 + RECHECK_DAYS] == pytest.approx(2 * FILE)
    np.testing.assert_allclose(np.delete(granted[10:], 9 + RECHECK_DAYS - 10), FILE)


def test_refused_papers_die_and_the_buyer_learns() -> None:
    chain = world_of(ONE, [licence(3, 5, grant_share=0.0, refuse_share=1.0)])
    filed = flows(chain, "filed_amount", 9)[3, 0]
    before = chain.world.state.on_order[0]
    chain.step()
    new, landed = chain.world.flows.filed_amount[0], chain.world.flows.landed[0]
    assert chain.world.flows.denied[0] == pytest.approx(FILE)
    assert chain.world.flows.refused[row(chain, "MAG")] == pytest.approx(filed)
    assert chain.world.state.on_order[0] == pytest.approx(before - filed - landed + new)


# bans, truces and other changes of rule


def test_a_ban_voids_what_waits_and_what_was_accepted() -> None:
    stop = CapacityShock(
        kind="capacity",
        date=START + timedelta(days=2),
        note="a fire",
        source="made up",
        lines=("SEP",),
        times=0,
    )
    chain = world_of(ONE, [stop, licence(4), licence(20, None, rule="ban")])
    flows(chain, "granted", 20)
    waiting, backlog = chain.world.state.waiting[0], chain.world.state.backlog[row(chain, "MAG")]
    afloat = at_sea(chain.world)[0]
    assert waiting > 5 * USE and backlog > 5 * USE
    ordered = flows(chain, "ordered", 1)[0, row(chain, "MAG")]
    refused = chain.world.flows.refused[row(chain, "MAG")]
    assert refused == pytest.approx(waiting + backlog + ordered)
    assert chain.world.state.on_order[0] == pytest.approx(afloat - chain.world.flows.landed[0])


def test_a_truce_lets_go_of_what_waits() -> None:
    chain = world_of(ONE, [licence(3, 63), licence(20, None, rule="free")])
    flows(chain, "granted", 20)
    waiting = chain.world.state.waiting[0]
    assert waiting > 10 * USE
    shipped = flows(chain, "shipped", 1)[0, row(chain, "MAG")]
    assert shipped == pytest.approx(waiting) and chain.world.state.waiting[0] == 0.0
    assert flows(chain, "filed", 5).sum() == 0.0


def test_a_general_licence_begins_the_review_anew() -> None:
    chain = world_of(ONE, [licence(3, 63), licence(20, 15, rule="general")])
    waiting = flows(chain, "filed_amount", 20).sum()
    granted = flows(chain, "granted_amount", 20)[:, 0]
    assert np.flatnonzero(granted)[0] == 15  # day 35
    assert granted[15] == pytest.approx(waiting)


def test_a_rule_that_is_only_repeated_keeps_every_place_in_the_queue() -> None:
    once, again = (
        flows(world_of(ONE, [licence(3, 30), *more]), "granted_amount", 60) for more in ([], [licence(20, 30)])
    )
    np.testing.assert_array_equal(once, again)


def test_a_ban_that_is_only_repeated_voids_nothing_more() -> None:
    shy = {"looks_alike": 1.0}
    repeated = [licence(day, None, rule="ban", over_compliance=0.5) for day in (20, 25)]
    once, again = (
        flows(world_of(one_seller(("MAG", "JP", USE, 1), **shy), shocks), "shipped", 40)
        for shocks in (repeated[:1], repeated)
    )
    np.testing.assert_array_equal(once, again)


def test_what_is_on_order_is_in_the_backlog_at_sea_or_at_the_office() -> None:
    shocks = [licence(3, 9, grant_share=0.6, refuse_share=0.2), licence(30, None, rule="ban"), licence(45, 4)]
    chain = world_of(TWO_COUNTRIES, [*shocks, office(10, review_capacity=7 * FILE)])
    for _ in range(90):
        chain.step()
        net, state = chain.world.network, chain.world.state
        found = np.bincount(net.need_of, state.backlog, len(net.line_of)) + at_sea(chain.world)
        found += np.bincount(net.need_of[net.link_of], state.waiting, len(net.line_of))
        np.testing.assert_allclose(state.on_order, found, atol=1e-9)
        np.testing.assert_allclose(state.waiting, state.review.sum(axis=0) + state.ripe, atol=1e-9)


# the office: time, favour, ceilings


def test_the_office_rules_on_no_more_than_it_can_and_shares_its_time_by_stance() -> None:
    chain = world_of(TWO_COUNTRIES, [licence(3), office(0, review_capacity=10 * FILE, stance={"JP": 3.0})])
    granted = flows(chain, "granted", 60)
    japan, korea = paper(chain, "MJ"), paper(chain, "MK")
    assert granted[9, japan] == pytest.approx(7.5 * FILE) and granted[9, korea] == pytest.approx(2.5 * FILE)
    assert granted.sum(axis=1)[9:] == pytest.approx(10 * FILE)


def test_time_that_a_favourite_does_not_need_goes_to_the_others() -> None:
    world = one_seller(("MJ", "JP", USE, 2), ("MK", "KR", USE, 20))
    chain = world_of(world, [licence(3), office(0, review_capacity=10 * FILE, stance={"JP": 50.0})])
    granted = flows(chain, "granted", 10)[9]
    assert granted[paper(chain, "MJ")] == pytest.approx(2 * FILE)
    assert granted[paper(chain, "MK")] == pytest.approx(8 * FILE)


def test_unlimited_hours_at_no_tempo_are_no_hours() -> None:
    chain = world_of(ONE, [licence(3)])
    chain.wishes().tempo[0] = 0.0
    assert flows(chain, "granted", 20).sum() == 0.0


def test_the_largest_files_are_ruled_on_first() -> None:
    chain = world_of(TWO_BUYERS, [licence(3), office(0, review_capacity=10 * FILE)])
    granted = flows(chain, "granted", 12)
    np.testing.assert_allclose(granted[9:, paper(chain, "BIG")], 10 * FILE)
    assert np.all(granted[:, paper(chain, "SMALL")] == 0.0)


def test_files_worth_the_same_but_for_rounding_are_taken_as_they_stand() -> None:
    chain = world_of(one_seller(("FIRST", "JP", USE, 10), ("SECOND", "JP", USE, 10)), [licence(3)])
    state = chain._world.state
    state.ripe_files[:] = 1.0
    for hair, order in ((1e-14, [0, 1]), (-1e-14, [0, 1]), (1e-3, [1, 0])):
        state.ripe[:] = 7.0, 7.0 * (1.0 + hair)
        assert worth_most_first(chain._handle).tolist() == order
    state.ripe_files[0] = 0.0
    assert worth_most_first(chain._handle).tolist() == [1]


@pytest.mark.parametrize("who", ["mandate", "mind"])
def test_nobody_is_granted_more_than_recent_use(who: str) -> None:
    chain = world_of(ONE, [licence(3), office(0, recent_use=True)] if who == "mandate" else [licence(3)])
    if who == "mind":
        chain.wishes().ceiling[0, 1] = 1.0
    chain.wishes().cover[0] = 200.0  # somebody hoards
    filed = flows(chain, "filed_amount", 9)[3, 0]
    use = chain.world.state.use[0]
    chain.step()
    assert filed > 3 * USE
    assert chain.world.flows.granted_amount[0] == pytest.approx(use)
    assert chain.world.flows.refused[row(chain, "MAG")] == pytest.approx(filed - use)


# whom a rule means


def test_the_military_share_is_refused_at_once_and_the_rest_flows() -> None:
    chain = world_of(
        one_seller(("MAG", "JP", USE, 1), military=0.2), [licence(3, None, rule="ban", end_use="military")]
    )
    flows(chain, "filed", 4)
    ordered, refused = (getattr(chain.world.flows, name)[row(chain, "MAG")] for name in ("ordered", "refused"))
    assert refused == pytest.approx(0.2 * ordered) and ordered > 0.0
    assert chain.world.flows.filed[0] == 0.0


def test_under_review_only_the_civil_share_is_applied_for() -> None:
    shocks = [licence(3), licence(3, None, rule="ban", end_use="military")]
    chain = world_of(one_seller(("MAG", "JP", USE, 1), military=0.2), shocks)
    flows(chain, "filed", 4)
    assert chain.world.flows.filed_amount[0] == pytest.approx(0.8 * chain.world.flows.ordered[row(chain, "MAG")])


def test_customs_hold_back_a_part_of_what_only_looks_alike() -> None:
    # what needs no paper is bought as planned; only the rest, and what panic adds, becomes an application
    chain = world_of(one_seller(("MAG", "JP", USE, 1), looks_alike=1.0), [licence(3, over_compliance=0.5)])
    flows(chain, "filed", 4)
    alike = paper(chain, "MAG", "scrap")
    ordered = chain.world.flows.ordered[row(chain, "MAG", "scrap")]
    assert chain.world.flows.filed_amount[alike] == pytest.approx(ordered - 0.5 * USE)
    assert chain.world.conditions.mistaken[alike] == 1


def test_what_looks_like_nothing_controlled_is_left_alone() -> None:
    chain = world_of(ONE, [licence(3, over_compliance=1.0)])
    assert chain.world.network.licence_of[row(chain, "MAG", "scrap")] == -1


def test_where_customs_hold_back_nothing_no_paper_waits_from_before_the_first_day() -> None:
    chain = world_of(one_seller(("MAG", "JP", USE, 1), looks_alike=1.0), [licence(0, over_compliance=0.0)])
    queue, alike, named = chain.world.state.review_files, paper(chain, "MAG", "scrap"), paper(chain, "MAG", "dytb")
    assert queue[:, named].sum() > 0.0 and queue[:, alike].sum() == 0.0
    granted = flows(chain, "granted", 12)
    np.testing.assert_allclose(granted.sum(axis=1), FILE)  # as many a day as are filed


def test_a_revoked_buyer_gets_nothing_until_it_is_pardoned() -> None:
    chain = world_of(ONE, [licence(3)])
    flows(chain, "filed", 5)
    chain.wishes().revoked[0, chain.register.row("MAG")] = 1.0
    assert flows(chain, "filed", 5).sum() == 0.0
    chain.wishes().revoked[0, chain.register.row("MAG")] = 0.0
    np.testing.assert_allclose(flows(chain, "filed", 5)[:, 0], FILE)


@settings(max_examples=3 * settings().max_examples)
@given(st.lists(st.sampled_from([-3.0, -1.5, 0.0, 2.0]) | st.floats(-1e6, 1e6), max_size=200))
def test_files_are_put_in_order_as_a_stable_sort_does(worth: list[float]) -> None:
    singles = np.array(worth, np.float32)
    np.testing.assert_array_equal(in_order(singles), np.argsort(singles, kind="stable"))

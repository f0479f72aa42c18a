"""Shocks begin and end, and several at once do not forget each other: sums on an envelope."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from model.chain import SupplyChain
from model.scenario.event import Event
from model.scenario.events import (
    AuthorityShock,
    CapacityShock,
    DemandShock,
    LeadShock,
    NewsShock,
    QualifyShock,
    QuotaShock,
    ReleaseShock,
    WillingShock,
)
from model.scenario.regime_shock import RegimeShock
from model.state import BAN, FREE, INDIVIDUAL
from tests.support.worlds import START, ban, chain_of_three, world_of

TOLD = {"note": "something", "source": "made up"}


def on(day: int) -> date:
    return START + timedelta(days=day)


def shock(kind: type[Event], day: int, until: int | date | None = None, **cells: Any) -> Event:
    word = kind.model_fields["kind"].annotation.__args__[0]
    return kind.model_validate({**TOLD, "kind": word, "date": on(day), "until": until, **cells})


def seen(chain: SupplyChain, days: int, column: str, row: int = 0) -> list[float]:
    """A number of the conditions on each of some days, as the day had it."""
    found = []
    for _ in range(days):
        chain.step()
        found.append(round(float(getattr(chain.world.conditions, column)[row]), 9))
    return found


@pytest.mark.parametrize(("kind", "column"), [(CapacityShock, "capacity_times"), (DemandShock, "demand_times")])
def test_capacity_and_demand_multiply_and_each_ends_by_itself(kind: type[Event], column: str) -> None:
    chain = world_of(
        chain_of_three(),
        [shock(kind, 2, until=6, lines=("CAR",), times=0.5), shock(kind, 4, until=on(8), countries=("JP",), times=0.8)],
    )
    assert seen(chain, 10, column, row=2) == [1, 1, 0.5, 0.5, 0.4, 0.4, 0.4, 0.4, 1, 1]


def test_an_end_by_days_is_that_many_days_after_the_beginning() -> None:
    chain = world_of(chain_of_three(), [shock(CapacityShock, 3, until=2, lines=("CAR",), times=0.0)])
    assert seen(chain, 7, "capacity_times", row=2) == [1, 1, 1, 0, 0, 1, 1]


@pytest.mark.parametrize(("kind", "column"), [(CapacityShock, "capacity_times"), (DemandShock, "demand_times")])
def test_one_without_an_end_restores(kind: type[Event], column: str) -> None:
    """Also where two had struck; a later one begins from normal."""
    chain = world_of(
        chain_of_three(),
        [
            shock(kind, 1, lines=("CAR",), times=0.5),
            shock(kind, 2, lines=("CAR",), times=0.5),
            shock(kind, 4, lines=("CAR",), times=1.0),
            shock(kind, 5, lines=("CAR",), times=0.9),
        ],
    )
    assert seen(chain, 7, column, row=2) == [1, 0.5, 0.25, 0.25, 1, 0.9, 0.9]


def test_days_on_the_way_add() -> None:
    way = {"origin": ("CN",), "destination": ("JP",), "goods": ("*",)}
    chain = world_of(
        chain_of_three(), [shock(LeadShock, 2, until=4, extra_days=5, **way), shock(LeadShock, 3, extra_days=7, **way),
                           shock(LeadShock, 8, extra_days=0, **way)]
    )  # fmt: skip
    assert seen(chain, 10, "lead") == [10, 10, 15, 22, 22, 22, 17, 17, 10, 10]


def test_cargo_of_two_longer_ways_at_once_lands_and_no_tonne_is_lost() -> None:
    """The audit holds every day; rings of cargo have room for the sum of both."""
    way = {"origin": ("CN",), "destination": ("JP",), "goods": ("*",)}
    chain = world_of(
        chain_of_three(cover=30.0),
        [shock(LeadShock, 5, until=40, extra_days=60, **way), shock(LeadShock, 20, until=40, extra_days=90, **way)],
    )
    for _ in range(900):
        chain.step()
    np.testing.assert_allclose(chain.world.flows.output, chain.world.network.baseline, rtol=1e-6)


def test_of_rules_the_strictest_holds_and_when_it_ends_the_other_goes_on() -> None:
    licence = {"rule": "individual", "review_days": 20}
    chain = world_of(
        chain_of_three(),
        [ban(on(2), until=6), ban(on(4), **licence), ban(on(8), until=3, **{**licence, "review_days": 30})],
    )
    days = [(int(chain.world.conditions.rule[0]), int(chain.world.conditions.review_days[0])) for _ in steps(chain, 13)]
    expected = [(FREE, 0)] * 2 + [(BAN, 0)] * 6 + [(INDIVIDUAL, 30)] * 3 + [(INDIVIDUAL, 20)] * 2
    assert days == expected


def steps(chain: SupplyChain, days: int) -> Any:
    for _ in range(days):
        chain.step()
        yield chain.day


def test_without_an_end_the_newest_rule_holds_be_it_softer() -> None:
    chain = world_of(chain_of_three(), [ban(on(1)), ban(on(3), rule="free")])
    rules = [int(chain.world.conditions.rule[0]) for _ in steps(chain, 5)]
    assert rules == [FREE, BAN, BAN, FREE, FREE]


def test_what_waited_is_void_under_a_passing_ban_and_filed_anew_after_it() -> None:
    """Ten days of a ban over a review of twenty: nothing that was filed before it is ever granted."""
    licence = {"rule": "individual", "review_days": 20}
    chain = world_of(chain_of_three(), [ban(START, **licence), ban(on(5), until=10)])
    waiting = [float(chain.world.state.waiting[0]) for _ in steps(chain, 40)]
    assert waiting[4] > 0 and waiting[5:14] == [0.0] * 9 and waiting[15] > 0
    shipped_from = 15 + 20 + 1  # filed on the evening of day 15, reviewed for twenty days
    assert float(chain.world.flows.granted_amount[0]) > 0 and chain.day > shipped_from


def test_of_several_quotas_the_smallest_holds_and_one_that_ends_leaves_the_others() -> None:
    way = {"origin": ("CN",), "destination": ("JP",), "goods": ("dytb",)}
    given = [shock(QuotaShock, 1, share=0.75, **way), shock(QuotaShock, 2, until=2, share=0.25, **way),
             shock(QuotaShock, 3, until=3, share=0.5, **way)]  # fmt: skip
    chain = world_of(chain_of_three(), given)
    days = [float(chain.world.conditions.quota[0]) for _ in steps(chain, 8)]
    assert days == [np.inf, 0.75, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75]
    assert np.isinf(chain.world.conditions.quota[1])  # of the magnets, of which none spoke


def test_news_release_willing_and_authority_go_back_to_what_stands() -> None:
    way = {"origin": ("CN",), "destination": ("JP",), "goods": ("dytb",)}
    chain = world_of(
        chain_of_three(),
        [
            shock(NewsShock, 1, countries=("JP",), level=0.3),
            shock(NewsShock, 2, until=2, countries=("JP",), level=0.9),
            shock(WillingShock, 1, share=0.75, **way),
            shock(WillingShock, 2, until=2, share=0.25, **way),
            shock(WillingShock, 3, until=2, share=0.5, **way),
            ban(on(0), rule="individual", review_days=5),
            shock(AuthorityShock, 1, review_capacity=10.0, inspect=0.1),
            shock(AuthorityShock, 2, until=2, review_capacity=2.0),
        ],
    )
    con = chain.world.conditions
    days = [
        (float(con.news[1]), float(con.accepted[0]), float(con.review_capacity[0]), float(con.inspect[0]))
        for _ in steps(chain, 6)
    ]
    assert days == [
        (0.0, 1.0, np.inf, 0.0),
        (0.3, 0.75, 10.0, 0.1),
        (0.9, 0.75 * 0.25, 2.0, 0.1),
        (0.9, 0.75 * 0.25 * 0.5, 2.0, 0.1),
        (0.3, 0.75 * 0.5, 10.0, 0.1),
        (0.3, 0.75, 10.0, 0.1),
    ]


def test_two_orders_to_release_add_while_both_hold() -> None:
    from runs.simulation.stage import Stage, read_story

    story, tables = read_story("calm")
    row = next(i for i, line in enumerate(tables.firms) if line.firm == "JOG" and line.good == "dytb")
    orders = [(5, None, 0.4), (6, 2, 0.3), (7, None, 0.1)]
    shocks = tuple(
        ReleaseShock(kind="release", date=story.start + timedelta(days=day), until=until, firms=("JOG",),
                     goods=("dytb",), tonnes_per_day=tonnes, **TOLD)
        for day, until, tonnes in orders
    )  # fmt: skip
    chain = Stage(world=(story.model_copy(update={"shocks": shocks}), tables), minds=False)
    assert seen(chain, 10, "release_order", row)[4:] == [0, 0.4, 0.7, 0.4, 0.1, 0.1]


def test_what_is_usual_follows_final_demand_up_the_chain() -> None:
    """A tenth less cars: a tenth less magnets and oxide, from the first day on; more than capacity is not usual."""
    chain = world_of(chain_of_three(), [shock(DemandShock, 3, until=4, lines=("CAR",), times=0.9)])
    base = chain.world.network.baseline.copy()
    usual = [(chain.world.conditions.usual / base).round(9).tolist() for _ in steps(chain, 9)]
    assert usual == [[1, 1, 1]] * 3 + [[0.9, 0.9, 0.9]] * 4 + [[1, 1, 1]] * 2


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"until": on(5)}, "its date, got"),
        ({"until": on(4)}, "its date, got"),
        ({"until": 0}, "must be >= 1 and <= 36500 days"),
        ({"until": -3}, "must be >= 1 and <= 36500 days"),
        ({"until": 1.5}, "until"),
        ({"until": "june"}, "until"),
        ({"until": True}, "until"),
    ],
)
def test_an_end_that_is_none_is_told(cells: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        shock(CapacityShock, 5, lines=("CAR",), times=0.5, **cells)


def test_ends_that_nothing_would_feel_are_told() -> None:
    with pytest.raises(ValidationError, match="a qualification that has begun goes on"):
        shock(QualifyShock, 5, until=9, links=(("SEP", "MAG"),))
    with pytest.raises(ValidationError, match="changes nothing"):
        ban(on(3), until=9, rule="free")


def test_what_is_announced_in_mid_run_ends_too() -> None:
    chain = world_of(chain_of_three())
    for _ in range(3):
        chain.step()
    fire = shock(CapacityShock, 4, until=2, lines=("CAR",), times=0.0)
    assert isinstance(fire, CapacityShock)
    chain.announce(fire)
    assert seen(chain, 5, "capacity_times", row=2) == [1, 0, 0, 1, 1]


def test_two_longer_ways_together_may_not_outgrow_the_room_at_sea() -> None:
    way = {"origin": ("CN",), "destination": ("JP",), "goods": ("*",)}
    chain = world_of(chain_of_three(), [shock(LeadShock, 2, until=5, extra_days=10, **way)])
    chain.step()
    chain.announce(shock(LeadShock, 20, until=5, extra_days=10, **way))  # one after the other: there is room
    with pytest.raises(ValueError, match="10 days longer in this scenario, not 13"):
        chain.announce(shock(LeadShock, 4, until=2, extra_days=3, **way))


def shipped(settings: tuple[str, ...], *rules: dict[str, Any]) -> float:
    """Light magnets from China to Japan on days 20 to 69 under rules of the base case that begin on days 5 and 10."""
    from runs.simulation.stage import Stage, read_story

    story, tables = read_story("calm", list(settings))
    cells = {"kind": "regime", "origin": ("CN",), "destination": ("JP",), "goods": ("magnet_light",), **TOLD}
    shocks = tuple(
        RegimeShock.model_validate({**cells, "date": story.start + timedelta(days=5 + 5 * i), **rule})
        for i, rule in enumerate(rules)
    )
    chain = Stage(world=(story.model_copy(update={"shocks": shocks}), tables), minds=False)
    lines = {line.line: line.country for line in tables.firms}
    links = chain.register.tables.links
    mine = [
        i
        for i, link in enumerate(links)
        if link.good == "magnet_light" and (lines[link.supplier], lines[link.line]) == ("CN", "JP")
    ]
    total = 0.0
    for day in range(70):
        chain.step()
        total += float(chain.world.flows.shipped[mine].sum()) if day >= 20 else 0.0
    return total


LICENCE = {"rule": "individual", "review_days": 90}
CIVIL, MILITARY = ({"rule": "ban", "end_use": use} for use in ("civil", "military"))
ALL_MILITARY = ("firms.military_share[country=JP]=1",)
HALF_MILITARY = ("firms.military_share[country=JP]=0.5",)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "rules"),
    [
        ((), ({"rule": "ban"},)),
        ((), (LICENCE, {"rule": "ban", "goods": ("dytb",), "over_compliance": 0.2, "until": 60})),
        (ALL_MILITARY, (LICENCE, {**CIVIL, "until": 60})),
        (HALF_MILITARY, (MILITARY, {**CIVIL, "until": 80})),
        (HALF_MILITARY, (MILITARY, CIVIL)),
        (HALF_MILITARY, (CIVIL, MILITARY)),
    ],
)
def test_no_rule_opens_what_another_shuts(settings: tuple[str, ...], rules: tuple[dict[str, Any], ...]) -> None:
    """A passing ban that only takes a good for another, or bans on civil and on military use, free nobody."""
    assert shipped(settings) > 100.0
    assert shipped(settings, *rules) == pytest.approx(0.0, abs=1e-9)

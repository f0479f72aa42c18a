"""What strikes, and whom: events by hand on the small stage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from model.chain import SupplyChain
from model.scenario.event import Event
from model.scenario.events import AuthorityShock, LeadShock, NewsShock, QualifyShock, QuotaShock, WillingShock
from tests.support.worlds import START, ban, small_stage, world_of

OXIDE = 0.02 * (0.08 + 0.05)  # t a day that the magnet maker uses


def on(day: int, kind: type[Event], **cells: Any) -> Any:
    """An event on a day of the run."""
    name = kind.model_fields["kind"].annotation.__args__[0]  # type: ignore[union-attr]
    return kind(kind=name, date=START + timedelta(days=day), note="n", source="s", **cells)  # type: ignore[call-arg]


def way(chain: SupplyChain, supplier: str, customer: str) -> int:
    """The link from a supplier to a customer."""
    return chain.register.trading_partners.customers[supplier][customer]


def passed(chain: SupplyChain, days: int) -> Any:
    """What flowed on the last of some days."""
    for _ in range(days):
        chain.step()
    return chain.world.flows


def test_goods_that_travel_longer_land_later_and_nothing_lands_in_between() -> None:
    chain = world_of(small_stage(), [on(2, LeadShock, origin=("CN",), destination=("JP",), goods=("dytb",),
                                        extra_days=6)])  # fmt: skip
    need = chain.register.trading_partners.needs["MAG"]["dytb"]
    landed = [float(passed(chain, 1).landed[need]) for _ in range(19)]
    # what left on day 1 lands on day 11, what left on day 2 on day 18
    np.testing.assert_allclose(landed[:12], OXIDE, rtol=1e-6)
    assert landed[12:18] == [0.0] * 6 and landed[18] == pytest.approx(OXIDE)
    assert chain.world.conditions.lead[way(chain, "SEP", "KOR")] == 5


def test_a_source_that_somebody_pays_for_gets_its_share_when_it_is_ready() -> None:
    chain = world_of(small_stage(), [on(3, QualifyShock, links=(("KOR", "MAG"),), share=0.3)])
    flows, new, old = chain.world.flows, way(chain, "KOR", "MAG"), way(chain, "SEP", "MAG")
    assert passed(chain, 32).ordered[new] == 0.0
    passed(chain, 2)  # its clock began on day 3 and has run down on day 33
    assert flows.ordered[new] / flows.ordered[old] == pytest.approx(0.3)


def test_a_source_that_is_on_its_way_is_not_sent_back() -> None:
    twice = [on(day, QualifyShock, links=(("KOR", "MAG"),)) for day in (3, 13)]
    chain = world_of(small_stage(), twice)
    passed(chain, 14)
    assert chain.world.state.clock[way(chain, "KOR", "MAG")] == 30.0 - 11.0


def test_news_are_read_where_they_are_about_and_stay_until_others_come() -> None:
    chain = world_of(small_stage(), [on(2, NewsShock, countries=("JP",), level=0.75),
                                     on(5, NewsShock, countries=("JP", "KR"), level=0.5)])  # fmt: skip
    seen = []
    for _ in range(6):
        chain.step()
        seen.append(chain.world.conditions.news.tolist())
    assert seen == [[0.0, 0.0, 0.0]] * 2 + [[0.0, 0.75, 0.0]] * 3 + [[0.0, 0.5, 0.5]]


def test_a_mandate_changes_what_it_names_and_leaves_the_rest() -> None:
    chain = world_of(small_stage(), [
        on(1, AuthorityShock, review_capacity=3.0, stance={"JP": 2.0}, recent_use=True, inspect=0.25),
        on(3, AuthorityShock, stance={"KR": 0.5}),
        on(5, AuthorityShock, review_capacity="unlimited", recent_use=False, inspect=0.0),
    ])  # fmt: skip
    con, found = chain.world.conditions, []
    for _ in range(3):
        passed(chain, 2)
        found.append(
            (float(con.review_capacity[0]), con.stance[0].tolist(), set(con.ceiling[0].tolist()), con.inspect[0])
        )
    assert found == [
        (3.0, [1.0, 2.0, 1.0], {1.0}, 0.25),
        (3.0, [1.0, 2.0, 0.5], {1.0}, 0.25),
        (np.inf, [1.0, 2.0, 0.5], {np.inf}, 0.0),
    ]


def test_a_rule_for_some_buyers_or_sellers_binds_nobody_else() -> None:
    def bound(**cells: Any) -> set[tuple[str, str]]:
        chain = world_of(small_stage(), [ban(START, destination=("*",), **cells)])
        passed(chain, 1)
        links, net = chain.register.tables.links, chain.world.network
        return {(links[int(link)].supplier, links[int(link)].line) for link in net.link_of}

    assert bound() == {("SEP", "KOR"), ("SEP", "MAG")}  # trade inside a country crosses no border
    assert bound(entities=("MAG",)) == {("SEP", "MAG")}
    assert bound(suppliers=("SEP",)) == {("SEP", "KOR"), ("SEP", "MAG")}
    assert bound(suppliers=("HOME",)) == set()


def test_what_suppliers_may_accept_changes_on_the_routes_that_are_named() -> None:
    chain = world_of(small_stage(), [on(1, WillingShock, origin=("CN",), destination=("JP",), goods=("*",), share=0.4)])
    passed(chain, 2)
    told = {(link.supplier, link.line): chain.world.conditions.accepted[row]
            for row, link in enumerate(chain.register.tables.links)}  # fmt: skip
    struck = {("SEP", "MAG"), ("HOME", "CAR")}
    assert told == {pair: pytest.approx(0.4 if pair in struck else 1.0) for pair in told}


def test_a_quota_for_some_buyers_or_sellers_binds_nobody_else() -> None:
    def bound(**cells: Any) -> set[tuple[str, str]]:
        way = {"origin": ("CN",), "destination": ("*",), "goods": ("dytb",), "share": 0.4}
        chain = world_of(small_stage(), [on(1, QuotaShock, **{**way, **cells})])
        passed(chain, 2)
        links, quota = chain.register.tables.links, chain.world.conditions.quota
        return {(links[row].supplier, links[row].line) for row in np.flatnonzero(quota < 1.0)}

    assert bound() == {("SEP", "HOME"), ("SEP", "KOR"), ("SEP", "MAG")}
    assert bound(entities=("MAG",)) == {("SEP", "MAG")}
    assert bound(destination=("CN",), suppliers=("SEP",)) == {("SEP", "HOME")}
    assert bound(suppliers=("HOME",)) == set()

"""What clerks order of whom, and what becomes of late orders, by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from model.chain import SupplyChain
from model.physics.compiled import compiled_handle
from model.physics.papers import STATUTORY_DAYS
from model.physics.replenishment import clerks_reorder
from model.physics.sourcing import PROBE
from model.scenario.event import Event
from model.scenario.events import QuotaShock, ReleaseShock, WillingShock
from model.tables.tables import Tables
from tests.support.worlds import START, ban, link, small_stage, with_habits, world_of

OXIDE = 0.02 * (0.08 + 0.05)  # t a day that the magnet maker of the small stage uses
OWN = {"smoothing_days": 10.0, "supply_line_weight": 0.25, "fill_sensitivity": 2.0, "patience_days": 8.0}


def stage(*shocks: Event, controlled: float = 1.0) -> SupplyChain:
    """The small stage, whose magnet maker has habits of its own, and may buy oxide of a second dealer at once."""
    tables: Tables = with_habits(small_stage(MAG="magnet_maker"), "magnet_maker", **OWN)
    ways = (row.model_copy(update={"qualification_days": 0}) if row.supplier == "KOR" else row for row in tables.links)
    goods = (good.model_copy(update={"controlled": controlled}) for good in tables.goods)
    return world_of(replace(tables, links=tuple(ways), goods=tuple(goods)), shocks, audited=False)


def ordered(chain: SupplyChain, day: int = 0) -> dict[str, float]:
    """What each supplier is asked for today for the magnet maker."""
    clerks_reorder(compiled_handle(chain._world), day)
    links = chain.register.trading_partners.suppliers[chain.register.trading_partners.needs["MAG"]["dytb"]]
    return {supplier: float(chain.world.flows.ordered[row]) for supplier, row in links.items()}


def position(chain: SupplyChain, stock: float, on_order: float) -> SupplyChain:
    """Give the magnet maker so many days of oxide on the floor, and so many on order."""
    need = chain.register.trading_partners.needs["MAG"]["dytb"]
    chain._world.state.stock[need], chain._world.state.on_order[need] = stock * OXIDE, on_order * OXIDE
    return chain


def way(chain: SupplyChain, supplier: str, customer: str = "MAG") -> int:
    """The link from a supplier to a customer."""
    return chain.register.trading_partners.customers[supplier][customer]


@pytest.mark.parametrize(
    ("stock", "on_order", "lacks"),
    [
        (60.0, 10.0, 0.0),
        (45.0, 10.0, 15.0),  # of 60 days of cover
        (60.0, 2.0, 0.25 * 8.0),  # of ten days on the way, a quarter of which this clerk counts
        (64.0, 14.0, -4.0 - 0.25 * 4.0),
        (99.0, 10.0, -10.0),  # far too much: nothing is ordered, and nothing sent back
    ],
)
def test_an_order_is_a_days_use_and_a_part_of_what_is_missing(stock: float, on_order: float, lacks: float) -> None:
    told = ordered(position(stage(), stock, on_order))
    assert told == pytest.approx({"SEP": OXIDE * (1 + lacks / OWN["smoothing_days"]), "KOR": 0.0})


@pytest.mark.parametrize(("review", "controlled"), [(20, 1.0), (20, 0.5), (300, 1.0), (300, 0.25)])
def test_clerks_plan_for_the_review_of_the_part_that_needs_papers(review: int, controlled: float) -> None:
    rule = ban(START, rule="individual", review_days=review)
    told = ordered(position(stage(rule, controlled=controlled), 60.0, 0.0))
    days = 10 + controlled * min(review, STATUTORY_DAYS)
    assert told["SEP"] == pytest.approx(OXIDE * (1 + 0.25 * days / OWN["smoothing_days"]))


@pytest.mark.parametrize(("rate", "seen"), [(0.5, 0.5), (0.0, PROBE)])
def test_orders_leave_a_supplier_that_fails_by_the_power_of_the_buyers_temper(rate: float, seen: float) -> None:
    chain = stage()
    chain.wishes().split[way(chain, "KOR")] = 1.0
    chain._world.state.ordered_mean[way(chain, "SEP")] = OXIDE
    chain._world.state.shipped_mean[way(chain, "SEP")] = rate * OXIDE
    told = ordered(chain)
    assert told["SEP"] / told["KOR"] == pytest.approx(seen ** OWN["fill_sensitivity"])


def test_of_what_a_supplier_may_not_accept_nothing_is_owed() -> None:
    cut = WillingShock(kind="willing", date=START + timedelta(days=1), note="n", source="s", origin=("CN",),
                       destination=("JP",), goods=("dytb",), share=0.3)  # fmt: skip
    chain = stage(cut)
    chain.wishes().willing[way(chain, "SEP")] = 0.5  # and the maker itself takes half
    chain.step()
    chain.step()
    asked, mine = chain.world.flows.ordered[way(chain, "SEP")], way(chain, "SEP")
    assert asked > OXIDE  # a tenth of a day's worth is lacking already
    assert chain.world.flows.refused[mine] == pytest.approx(asked - 0.5 * 0.3 * OXIDE)
    assert chain.world.state.backlog[mine] == pytest.approx(0.5 * 0.3 * OXIDE)


@pytest.mark.parametrize("taken", [0.5, 1.0])
def test_whoever_rations_counts_from_recent_use_and_not_from_worried_orders(taken: float) -> None:
    """Who has lost most of its stock orders five times its use; a supplier that takes all takes that, too."""
    chain = stage()
    chain.step()
    chain.wishes().willing[way(chain, "SEP")] = taken
    before = float(chain.world.state.backlog[way(chain, "SEP")])
    asked = ordered(position(chain, 20.0, 10.0))["SEP"]
    assert asked == pytest.approx(5 * OXIDE)
    owed = float(chain.world.state.backlog[way(chain, "SEP")]) - before
    assert owed == pytest.approx(5 * OXIDE if taken == 1.0 else 0.5 * OXIDE)


@pytest.mark.parametrize(("taken", "owed"), [(1.0, 0.9 * 5), (0.5, 0.5)])
def test_what_is_declined_for_want_of_a_paper_is_a_share_of_every_order(taken: float, owed: float) -> None:
    """Customs may mistake one parcel in ten, of many as of few; a supplier that rations counts from what is left."""
    chain = stage()
    chain.step()
    mine = way(chain, "SEP")
    chain.wishes().willing[mine], chain.wishes().declined[mine] = taken, 0.1
    before = float(chain.world.state.backlog[mine])
    asked = ordered(position(chain, 20.0, 10.0))["SEP"]
    assert asked == pytest.approx(5 * OXIDE)
    assert float(chain.world.state.backlog[mine]) - before == pytest.approx(owed * OXIDE)


def test_whoever_rations_takes_the_share_of_an_order_that_is_less_than_recent_use() -> None:
    chain = stage()
    chain.step()
    chain.wishes().willing[way(chain, "SEP")] = 0.5
    before = float(chain.world.state.backlog[way(chain, "SEP")])
    assert ordered(position(chain, 67.0, 10.0))["SEP"] == pytest.approx(0.3 * OXIDE)  # a week more than it wants
    assert float(chain.world.state.backlog[way(chain, "SEP")]) - before == pytest.approx(0.5 * 0.3 * OXIDE)


@pytest.mark.parametrize("stock", [60.0, 20.0])
def test_a_quota_is_a_share_of_what_flows_at_rest_however_much_is_ordered(stock: float) -> None:
    """Who has lost most of its stock orders several times its use, and gets no more for it."""
    quota = QuotaShock(kind="quota", date=START, note="n", source="s", origin=("CN",), destination=("JP",),
                       goods=("dytb",), share=0.3)  # fmt: skip
    chain = stage(quota)
    chain.step()
    mine, before = way(chain, "SEP"), float(chain.world.state.backlog[way(chain, "SEP")])
    assert before == pytest.approx(0.3 * OXIDE)
    asked = ordered(position(chain, stock, 10.0))["SEP"]
    assert asked == pytest.approx(OXIDE * (1 + (60.0 - stock) / OWN["smoothing_days"]))
    assert float(chain.world.state.backlog[mine]) - before == pytest.approx(0.3 * OXIDE)
    assert float(chain.world.flows.refused[mine]) == pytest.approx(0.7 * OXIDE + asked - 0.3 * OXIDE)


def test_who_orders_less_than_its_quota_gets_what_it_orders() -> None:
    quota = QuotaShock(kind="quota", date=START, note="n", source="s", origin=("*",), destination=("*",),
                       goods=("*",), share=0.9)  # fmt: skip
    chain = stage(quota)
    chain.step()
    before = float(chain.world.state.backlog[way(chain, "SEP")])
    asked = ordered(position(chain, 67.0, 10.0))["SEP"]  # a week more than it wants
    assert asked == pytest.approx(0.3 * OXIDE)
    assert float(chain.world.state.backlog[way(chain, "SEP")]) - before == pytest.approx(asked)


# late orders


def owing(chain: SupplyChain, supplier: str, days: float) -> float:
    """How many days of what a supplier owes are cancelled today by a buyer who orders nothing more."""
    position(chain, 999.0, days)
    chain._world.state.backlog[way(chain, supplier)] = days * OXIDE
    assert sum(ordered(chain).values()) == 0.0
    need = chain.register.trading_partners.needs["MAG"]["dytb"]
    left = float(chain.world.state.backlog[way(chain, supplier)]) / OXIDE
    assert chain.world.state.on_order[need] == pytest.approx(left * OXIDE)
    return days - left


def test_what_is_older_than_the_buyers_own_patience_lapses_day_by_day() -> None:
    # today's orders are yet to come, so that a patience of eight days covers seven days of older ones
    assert owing(stage(), "SEP", 7.0) == pytest.approx(0.0, abs=1e-12)
    assert owing(stage(), "SEP", 24.0) == pytest.approx((24.0 - 7.0) / 8.0)


def test_what_is_late_is_told_by_what_a_supplier_was_to_get() -> None:
    chain = stage()
    chain.wishes().split[way(chain, "KOR")] = 0.5  # agreed was nothing; wished is a half
    assert owing(chain, "KOR", 3.5) == pytest.approx(0.0, abs=1e-12)
    assert owing(chain, "KOR", 12.0) == pytest.approx((12.0 - 3.5) / 8.0)
    chain = stage()
    chain.wishes().split[way(chain, "SEP")] = 0.5  # a half of what was agreed, which is what its buyer goes by
    assert owing(chain, "SEP", 7.0) == pytest.approx(0.0, abs=1e-12)


# state stocks


def reserve(*shocks: Event, qualification: int = 0) -> SupplyChain:
    """The small stage on a day on which the magnet maker misses ten days of oxide and the state gives some."""
    tables = small_stage()
    ways = (link("STATE", "MAG", "dytb", 2, 0.0, qualification) if row.supplier == "STATE" else row
            for row in tables.links)  # fmt: skip
    chain = world_of(replace(tables, links=tuple(ways)), shocks, audited=False)
    position(chain, 50.0, 11.0)
    return chain


def given(chain: SupplyChain) -> float:
    """What the state's stock gives to the magnet maker on a day."""
    chain.step()
    return float(chain.world.flows.shipped[way(chain, "STATE")])


def test_a_state_stock_gives_what_was_decreed_and_what_was_wished_together() -> None:
    decree = ReleaseShock(kind="release", date=START, note="n", source="s", firms=("STATE",), tonnes_per_day=0.001)
    chain = reserve(decree)
    chain.wishes().release[chain.register.row("STATE")] = 0.002
    assert given(chain) == pytest.approx(0.003)


def test_a_state_stock_gives_no_more_than_is_missing_to_the_usual_cover() -> None:
    for hoarded in (60.0, 120.0):  # what its buyer would like to have is not what it misses
        chain = reserve()
        chain.wishes().release[:] = 9.0
        chain.wishes().cover[chain.register.trading_partners.needs["MAG"]["dytb"]] = hoarded
        assert given(chain) == pytest.approx(10 * OXIDE)  # by evening it has used a day's and got a day's


def test_a_state_stock_gives_less_to_whom_it_may_serve_in_part() -> None:
    cut = WillingShock(kind="willing", date=START, note="n", source="s", origin=("JP",), destination=("JP",),
                       goods=("dytb",), share=0.25)  # fmt: skip
    chain = reserve(cut)
    chain.wishes().release[:] = 9.0
    assert given(chain) == pytest.approx(0.25 * 10 * OXIDE)


def test_a_state_stock_whose_goods_are_not_qualified_gives_nothing() -> None:
    chain = reserve(qualification=30)
    chain.wishes().release[:] = 9.0
    assert [given(chain) for _ in range(3)] == [0.0, 0.0, 0.0]
    chain.wishes().qualify[way(chain, "STATE")] = 1.0
    gifts = [given(chain) for _ in range(31)]
    assert np.flatnonzero(gifts).tolist() == [30]

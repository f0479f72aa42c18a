"""What a rule names, and what its office does with the papers: by hand, in worlds of a few buyers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from model.audit import at_sea
from model.chain import SupplyChain
from model.scenario.event import Event
from model.scenario.events import AuthorityShock, CapacityShock, WillingShock
from model.state import FILING_DAYS
from model.tables.tables import Tables
from tests.support.worlds import COUNTRIES, START, ban, goods, line, link, minds, need, world_of

USE = 2.0  # t a day
FILE = 1.0 / FILING_DAYS
PRICES = {"dytb": 1.0, "scrap": 5.0, "magnet": 1.0}


def market(military: float = 0.0, alike: float = 0.5, controlled: float = 1.0, buyers: int = 1) -> Tables:
    """A Chinese separator, a dealer in scrap that looks a little like what it sells, and Japanese users of both."""
    codes = [f"MAG{i}" for i in range(buyers)]
    sold = goods("dytb", "magnet") + goods("scrap", looks_alike=alike)
    return Tables(
        countries=COUNTRIES,
        goods=tuple(each.model_copy(update={"controlled": controlled, "price_jpy_mn": PRICES[each.good]})
                    for each in sold),
        firms=(line("SEP", "dytb", "CN"), line("SCR", "scrap", "CN"),
               *(line(code, "magnet", demand=USE, houses=4, military_share=military) for code in codes)),
        needs=tuple(need(code, good, 60.0) for code in codes for good in ("dytb", "scrap")),
        links=tuple(link(seller, code, good, 10) for code in codes
                    for seller, good in (("SEP", "dytb"), ("SCR", "scrap"))),
        minds=minds(),
    )  # fmt: skip


def licence(day: int, review: int | None = 5, **more: Any) -> Event:
    """Exports of dytb need a licence from a day on."""
    return ban(START + timedelta(days=day), **{"rule": "individual", "review_days": review, **more})


def office(day: int, **cells: Any) -> Event:
    """The authority works otherwise from a day on."""
    return AuthorityShock(kind="authority", date=START + timedelta(days=day), note="n", source="s", **cells)


def after(days: int, shocks: Sequence[Event], **world: Any) -> SupplyChain:
    """The market after some days."""
    chain = world_of(market(**world), shocks)
    for _ in range(days):
        chain.step()
    return chain


def row(chain: SupplyChain, good: str = "dytb", buyer: str = "MAG0") -> int:
    """The link on which a buyer gets a good."""
    seller = {"dytb": "SEP", "scrap": "SCR"}[good]
    return chain.register.trading_partners.customers[seller][buyer]


def paper(chain: SupplyChain, good: str = "dytb", buyer: str = "MAG0") -> int:
    """The licence row of that link."""
    return int(chain.world.network.licence_of[row(chain, good, buyer)])


def filed(chain: SupplyChain, good: str) -> tuple[float, float]:
    """What a buyer applied for today, and what it ordered."""
    flows = chain.world.flows
    return float(flows.filed_amount[paper(chain, good)]), float(flows.ordered[row(chain, good)])


# what is named


@pytest.mark.parametrize(("alike", "shy"), [(0.5, 0.4), (0.25, 1.0), (1.0, 0.3)])
def test_of_what_looks_alike_its_share_is_held_back_times_the_zeal_of_customs(alike: float, shy: float) -> None:
    chain = after(4, [licence(3, over_compliance=shy)], alike=alike)
    named = alike * shy
    assert chain.world.conditions.named[paper(chain, "scrap")] == pytest.approx(named)
    asked, ordered = filed(chain, "scrap")
    # clerks plan for five days of review of the part that is named; what needs no paper is bought as planned
    assert ordered == pytest.approx(USE * (1 + named * 5 / 14))
    assert asked == pytest.approx(ordered - (1 - named) * USE)


@pytest.mark.parametrize(("alike", "shy"), [(0.5, 0.4), (1.0, 0.75)])
def test_a_ban_stops_that_share_of_what_looks_alike(alike: float, shy: float) -> None:
    chain = after(4, [licence(3, None, rule="ban", over_compliance=shy)], alike=alike)
    # void is that part of a day's order that was accepted, and of today's, which asks for a fourteenth of it again
    for good, named in (("scrap", alike * shy), ("dytb", 1.0)):
        assert chain.world.flows.refused[row(chain, good)] == pytest.approx(named * USE * (2 + named / 14))


def test_a_control_names_a_part_of_each_good() -> None:
    parts, tables = {"dytb": 0.25, "magnet": 1.0, "scrap": 0.6}, market()
    named = (good.model_copy(update={"controlled": parts[good.good]}) for good in tables.goods)
    chain = world_of(replace(tables, goods=tuple(named)), [licence(3, goods=("*",))])
    for _ in range(4):
        chain.step()
    for good in ("dytb", "scrap"):
        asked, ordered = filed(chain, good)
        assert ordered == pytest.approx(USE * (1 + parts[good] * 5 / 14))
        assert asked == pytest.approx(ordered - (1 - parts[good]) * USE)


@pytest.mark.parametrize("covered", [0.0, 0.3, 1.0])
def test_a_rule_says_what_it_covers_where_it_goes_by_no_list(covered: float) -> None:
    chain = after(5, [licence(3, None, rule="ban", covers={"dytb": covered})], controlled=0.25)
    flows, mine = chain.world.flows, row(chain)
    assert flows.refused[mine] == pytest.approx(covered * flows.ordered[mine]) and flows.ordered[mine] > 0.0
    listed = after(5, [licence(3, None, rule="ban")], controlled=0.25)
    assert listed.world.flows.refused[mine] == pytest.approx(0.25 * listed.world.flows.ordered[mine])


def test_what_two_rules_cover_is_each_rule_s_own_word() -> None:
    part = licence(2, None, rule="ban", covers={"dytb": 0.5})
    halt = licence(3, None, rule="ban", covers={"dytb": 1.0}, until=4)
    chain = after(5, [part, halt], controlled=0.25)
    named = chain.world.conditions.named
    assert named[paper(chain)] == 1.0
    for _ in range(4):
        chain.step()
    assert named[paper(chain)] == 0.5


@pytest.mark.parametrize(
    ("covers", "words"),
    [({"scrap": 0.5}, "found scrap, which its goods do not name"), ({"dytb": 1.5}, "less than or equal to 1"),
     (0.5, "a table such as")],
)  # fmt: skip
def test_a_rule_covers_shares_of_its_own_goods(covers: Any, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        licence(3, covers=covers)


def test_what_a_control_names_itself_it_does_not_mistake_as_well() -> None:
    chain = after(6, [licence(3, over_compliance=0.4), licence(4, goods=("scrap",)), licence(5, over_compliance=0.1)])
    scrap = paper(chain, "scrap")
    assert chain.world.conditions.named[scrap] == 1.0 and chain.world.conditions.mistaken[scrap] == 0
    later = after(5, [licence(3, over_compliance=0.4), licence(4, over_compliance=0.8)])
    assert later.world.conditions.named[paper(later, "scrap")] == pytest.approx(0.8 * 0.5)
    assert later.world.conditions.mistaken[paper(later, "scrap")] == 1


def test_a_ban_of_civil_use_leaves_the_military_share_alone() -> None:
    chain = after(5, [licence(3, None, rule="ban", end_use="civil")], military=0.3)
    flows, mine = chain.world.flows, row(chain)
    assert flows.refused[mine] == pytest.approx(0.7 * flows.ordered[mine]) and flows.ordered[mine] > 0.0


def test_a_rule_for_any_use_lifts_the_clause_about_military_use() -> None:
    clause = licence(3, None, rule="ban", end_use="military")
    before, lifted = after(6, [clause], military=0.3), after(6, [clause, licence(4, None, rule="free")], military=0.3)
    assert before.world.flows.refused[row(before)] > 0.0
    assert lifted.world.flows.refused[row(lifted)] == 0.0


def test_a_ban_voids_only_the_named_part_of_what_was_accepted() -> None:
    fire = CapacityShock(kind="capacity", date=START, note="n", source="s", lines=("SEP",), times=0.0)
    chain = after(6, [fire, licence(6, None, rule="ban")], controlled=0.25)
    owed = float(chain.world.state.backlog[row(chain)])
    assert owed > 5 * USE
    chain.step()
    flows, mine = chain.world.flows, row(chain)
    assert flows.refused[mine] == pytest.approx(0.25 * (owed + flows.ordered[mine]))
    assert chain.world.state.backlog[mine] == pytest.approx(0.75 * (owed + flows.ordered[mine]))


def test_a_wider_ban_voids_what_the_first_left() -> None:
    fire = CapacityShock(kind="capacity", date=START, note="n", source="s", lines=("SEP",), times=0.0)
    part, all_of_it = (licence(day, None, rule="ban", covers={"dytb": share}) for day, share in ((6, 0.25), (8, 1.0)))
    chain = after(8, [fire, part, all_of_it])
    owed, mine = float(chain.world.state.backlog[row(chain)]), row(chain)
    assert owed > 4 * USE
    chain.step()
    flows = chain.world.flows
    assert chain.world.state.backlog[mine] == 0.0
    assert flows.refused[mine] == pytest.approx(owed + flows.ordered[mine])


def test_a_buyer_without_licences_may_buy_what_is_free() -> None:
    chain = after(6, [licence(2), licence(4, None, rule="free")])
    chain.wishes().revoked[0, chain.register.row("MAG0")] = 1.0
    chain.step()
    assert chain.world.flows.refused[row(chain)] == 0.0


# what the office does


def test_luck_below_the_share_grants_above_the_other_refuses_and_between_sends_back() -> None:
    chain = after(9, [licence(3, grant_share=0.3, refuse_share=0.4)], alike=0.0, buyers=60)
    luck, flows = chain.luck().copy(), chain.world.flows
    chain.step()  # the first rulings
    kinds = {"granted": luck < 0.3, "denied": luck >= 1.0 - 0.4}
    assert all(10 < kind.sum() < 40 for kind in kinds.values()) and len(luck) == 60
    for name, there in kinds.items():
        np.testing.assert_allclose(getattr(flows, name), np.where(there, 4 * FILE, 0.0))
    asked = USE * (1 + 5 / 14)
    np.testing.assert_allclose(flows.granted_amount, np.where(kinds["granted"], asked, 0.0))
    todays = chain.world.flows.refused[chain.world.network.link_of]
    np.testing.assert_allclose(todays, np.where(kinds["denied"], asked, 0.0), rtol=1e-6)


def test_general_licences_are_looked_up_and_take_no_time() -> None:
    general = licence(3, 5, rule="general")
    chain = after(10, [general, office(0, review_capacity=1e-9)])
    assert chain.world.flows.granted[paper(chain)] == pytest.approx(4 * FILE)
    slow = after(10, [licence(3), office(0, review_capacity=1e-9)])
    assert slow.world.flows.granted[paper(slow)] == pytest.approx(1e-9)


def test_the_files_come_first_that_are_worth_most_in_money() -> None:
    both = licence(3, goods=("dytb", "scrap"))
    chain = after(10, [both, office(0, review_capacity=4 * FILE)])  # time for one of two; a tonne of scrap is dearer
    assert chain.world.flows.granted[paper(chain, "scrap")] == pytest.approx(4 * FILE)
    assert chain.world.flows.granted[paper(chain)] == 0.0


def test_a_mandate_weighs_destinations_with_the_authoritys_own_weight() -> None:
    tables = market(buyers=2)
    firms = (each.model_copy(update={"country": "KR"}) if each.line == "MAG1" else each for each in tables.firms)
    mandate = office(0, review_capacity=4 * FILE, stance={"JP": 2.0})
    chain = world_of(replace(tables, firms=tuple(firms)), [licence(3, destination=("*",)), mandate])
    chain.wishes().stance[0, [1, 2]] = 1.5, 3.0  # Japan, Korea
    for _ in range(10):
        chain.step()
    granted = chain.world.flows.granted
    assert granted[paper(chain)] == granted[paper(chain, buyer="MAG1")] == pytest.approx(2 * FILE)


def test_recent_use_counts_for_a_source_in_the_share_that_is_wished_of_it() -> None:
    tables = market()
    dealer = line("NEW", "dytb", "CN")
    tables = replace(tables, firms=(*tables.firms, dealer), links=(*tables.links, link("NEW", "MAG0", "dytb", 10, 0.0)))
    chain = world_of(tables, [licence(3), office(0, recent_use=True)])
    chain.wishes().split[chain.register.trading_partners.customers["NEW"]["MAG0"]] = 1.0 / 3.0  # agreed with SEP: all
    chain.wishes().cover[:] = 200.0
    for _ in range(10):
        chain.step()
    new = int(chain.world.network.licence_of[chain.register.trading_partners.customers["NEW"]["MAG0"]])
    assert chain.world.flows.granted_amount[new] == pytest.approx(USE / 3.0, rel=1e-5)
    assert chain.world.flows.granted_amount[paper(chain)] == pytest.approx(USE, rel=1e-5)


def hoarding(shocks: Sequence[Event], days: int) -> SupplyChain:
    """The market after some days in which its buyer wants 200 days of cover instead of 60."""
    chain = world_of(market(), shocks)
    chain.wishes().cover[:] = 200.0
    for _ in range(days):
        chain.step()
    return chain


def test_a_rule_grants_a_multiple_of_recent_use_on_the_flows_that_it_names_alone() -> None:
    both = licence(3, goods=("dytb", "scrap"))
    chain = hoarding([both, licence(3, recent_use=1.3)], 12)
    flows = chain.world.flows
    assert flows.granted_amount[paper(chain)] == pytest.approx(1.3 * USE, rel=1e-5)
    assert flows.granted_amount[paper(chain, "scrap")] > 2.0 * USE  # what was ordered out of worry


def test_of_a_rule_s_limit_and_the_mandate_s_the_lower_holds() -> None:
    for own, mandate in ((1.3, 1.6), (1.6, 1.3)):
        chain = hoarding([licence(3, recent_use=own), office(0, recent_use=mandate)], 12)
        assert chain.world.flows.granted_amount[paper(chain)] == pytest.approx(1.3 * USE, rel=1e-5)


def test_where_nothing_is_applied_for_no_limit_can_be_written() -> None:
    with pytest.raises(ValidationError, match="nothing is applied for; leave it out"):
        licence(3, None, rule="ban", recent_use=1.0)


@pytest.mark.parametrize("share", [0.5, 0.25])
def test_sellers_who_take_a_share_of_orders_take_it_of_recent_use_too(share: float) -> None:
    few = WillingShock(
        kind="willing", date=START, note="n", source="s", origin=("CN",), destination=("JP",), goods=("dytb",),
        share=share,
    )  # fmt: skip
    chain = hoarding([few], 3)
    flows, mine = chain.world.flows, row(chain)
    assert flows.ordered[mine] > 2.0 * USE
    assert flows.ordered[mine] - flows.refused[mine] == pytest.approx(share * USE, rel=1e-5)
    calm = after(3, [few])  # whoever orders no more than it uses gets the share of its orders
    assert calm.world.flows.ordered[mine] - calm.world.flows.refused[mine] <= share * USE * (1 + 1e-6)


# what lies at customs


@pytest.mark.parametrize("covered", [1.0, 0.4])
@pytest.mark.parametrize("days", [0, 3])
def test_what_has_not_cleared_customs_when_a_ban_strikes_does_not_sail(days: int, covered: float) -> None:
    halt, tables = licence(20, None, rule="ban", covers={"dytb": covered}), market()
    exporter = tables.countries[0].model_copy(update={"clearance_days": days})
    chain = world_of(replace(tables, countries=(exporter, *tables.countries[1:])), [halt])
    for _ in range(20):
        chain.step()
    net, state = chain.world.network, chain.world.state
    n = net.need_of[row(chain)]
    sea, made, ordered = float(at_sea(chain.world)[n]), state.finished.copy(), float(state.on_order[n])
    waits = float(state.backlog[row(chain)])
    chain.step()
    back = covered * days * USE
    landed, shipped = float(chain.world.flows.landed[n]), float(chain.world.flows.shipped[row(chain)])
    assert at_sea(chain.world)[n] == pytest.approx(sea - landed + shipped - back)
    seller = chain.register.row("SEP")
    gone = made[seller] + chain.world.flows.output[seller] - shipped
    assert state.finished[seller] == pytest.approx(gone + back)
    assert chain.world.flows.refused[row(chain)] == pytest.approx(
        back + covered * (waits + float(chain.world.flows.ordered[row(chain)]))
    )
    assert float(state.on_order[n]) < ordered


def test_a_change_of_rule_begins_the_review_of_what_waits_anew() -> None:
    chain = after(21, [licence(3, 60), licence(20, 7)])
    waiting = float(chain.world.state.waiting[paper(chain)])
    granted = []
    for _ in range(8):
        chain.step()
        granted.append(float(chain.world.flows.granted_amount[paper(chain)]))
    assert np.flatnonzero(granted)[0] == 6  # the morning of day 27, seven days on
    assert granted[6] == pytest.approx(waiting - filed_on(20)) and granted[7] == pytest.approx(filed_on(20))


def filed_on(day: int) -> float:
    """What was applied for on a day under the two rules above."""
    return filed(after(day + 1, [licence(3, 60), licence(20, 7)]), "dytb")[0]

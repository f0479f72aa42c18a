"""What each verb of a firm and of a government does to the world: a number that follows from a sum by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from inspect import isfunction
from typing import Any

import numpy as np
import pytest

from agents.firm import Firm
from agents.government import Government
from agents.licensing_authority import LicensingAuthority
from agents.player import VERBS
from model.chain import SupplyChain
from model.scenario.event import Event
from model.tables.tables import Tables
from tests.physics.test_sharing import one_maker
from tests.support.worlds import line, link, need, small_stage, with_people, world_of

MAGNETS = {"CAR": 0.8 * 0.1, "VAN": 0.05}  # t a day that the magnet maker of the small stage ships to whom
OXIDE = 0.02 * sum(MAGNETS.values())  # t a day that it uses
SMOOTHING, RAMP = 14.0, 0.6 / 100  # days in which a gap is ordered; what a day of redesign saves


def verbs_of(seat: type[Any]) -> set[str]:
    """What a seat can do: senses tell something, verbs return nothing."""
    public = {name: deed for name, deed in vars(seat).items() if isfunction(deed) and not name.startswith("_")}
    return {name for name, deed in public.items() if deed.__annotations__["return"] == "None"} - {"decide"}


def untested(seat: str, who: type[Any], names: Iterable[str]) -> list[str]:
    """The verbs of a seat that no test of a module has in its name."""
    tests = [name for name in names if name.startswith("test_") and seat in name]
    return sorted(verb for verb in verbs_of(who) - {"open_views"} if not any(f"_{verb}_" in test for test in tests))


def test_every_verb_of_a_firm_and_of_a_government_has_a_test_here() -> None:
    assert untested("firm", Firm, globals()) == untested("government", Government, globals()) == []


def test_whatever_a_player_may_wish_is_a_verb_of_some_seat() -> None:
    assert set.union(*map(verbs_of, (Firm, Government, LicensingAuthority))) >= VERBS


# how to look


def staged(tables: Tables | None = None, *shocks: Event) -> SupplyChain:
    """The small stage, or another world, whose stocks a test may change behind the auditor's back."""
    return world_of(tables or small_stage(), shocks, audited=False)


def passed(chain: SupplyChain, days: int = 1) -> Any:
    """What flowed on the last of some days."""
    for _ in range(days):
        chain.step()
    return chain.world.flows


def way(chain: SupplyChain, supplier: str, customer: str) -> int:
    """The link from a supplier to a customer."""
    return chain.register.trading_partners.customers[supplier][customer]


def needed(chain: SupplyChain, code: str, good: str = "dytb") -> int:
    """The need of a line."""
    return chain.register.trading_partners.needs[code][good]


def short_floor(chain: SupplyChain, maker: str, floor: float) -> None:
    """Leave a maker so much to ship and nothing to make more of."""
    world, row = chain._world, chain.register.row(maker)
    world.conditions.capacity_times[row] = 0.0
    world.state.finished[row] = floor


def two_dealers(qualified: bool = True) -> Tables:
    """The small stage, in which the trader in Korea may be bought from at once, or after 30 days."""
    tables = small_stage()
    ways = (
        way.model_copy(update={"qualification_days": 0 if qualified else 30}) if way.supplier == "KOR" else way
        for way in tables.links
    )
    return replace(tables, links=tuple(ways))


# a firm: what it buys


def test_firm_hold_orders_what_is_missing_to_the_cover_it_wants() -> None:
    chain = staged()
    Firm(chain, "MAG").hold("dytb", 60.0 + 28.0)
    # a day's use, and in 14 days the 28 days of it that are missing
    assert passed(chain).ordered[way(chain, "SEP", "MAG")] == pytest.approx(OXIDE * (1 + 28 / SMOOTHING))
    assert chain.world.flows.ordered[way(chain, "SEP", "KOR")] == pytest.approx(0.1)  # and nobody else


def test_firm_stock_up_multiplies_the_cover_of_every_good() -> None:
    workshop = (need("VAN", "dytb", 7.0, 0.01), need("VAN", "magnet", 20.0, 0.001))
    tables = small_stage()
    tables = replace(
        tables,
        needs=(*(row for row in tables.needs if row.line != "VAN"), *workshop),
        links=(*tables.links, link("SEP", "VAN", "dytb", 9)),
    )
    chain = staged(tables)
    Firm(chain, "VAN").stock_up(1.4)
    flows = passed(chain)
    assert flows.ordered[way(chain, "SEP", "VAN")] == pytest.approx(0.5 * (1 + 0.4 * 7 / SMOOTHING))
    assert flows.ordered[way(chain, "MAG", "VAN")] == pytest.approx(0.05 * (1 + 0.4 * 20 / SMOOTHING))
    assert flows.ordered[way(chain, "MAG", "CAR")] == pytest.approx(0.08)


def test_firm_keep_closed_stops_the_line_and_not_its_orders() -> None:
    chain = staged()
    Firm(chain, "CAR").keep_closed(True)
    flows = passed(chain, 2)
    assert flows.output[chain.register.row("CAR")] == 0.0 and flows.output[chain.register.row("VAN")] == pytest.approx(
        50
    )
    assert flows.ordered[way(chain, "MAG", "CAR")] > 0.0
    Firm(chain, "CAR").keep_closed(False)
    assert passed(chain).output[chain.register.row("CAR")] > 0.0


def test_firm_run_at_slows_the_line_and_not_its_orders_and_saves_parts() -> None:
    chain = staged()
    row, part = chain.register.row("CAR"), needed(chain, "CAR", "magnet")
    usual = passed(chain).ordered[way(chain, "MAG", "CAR")]
    Firm(chain, "CAR").run_at(0.003)  # of 10,000 a day
    flows = passed(chain)
    assert flows.output[row] == pytest.approx(30, rel=1e-4)
    assert flows.used[part] == pytest.approx(flows.output[row] / 100 * 0.1, rel=0.01)
    assert flows.ordered[way(chain, "MAG", "CAR")] <= usual and flows.want[row] == pytest.approx(100, rel=0.2)
    Firm(chain, "CAR").run_at(1.0)
    assert passed(chain).output[row] > 90


def test_firm_keep_closed_once_stopped_leaves_a_stopped_line_closed_though_parts_come() -> None:
    chain = staged()
    row, part = chain.register.row("CAR"), needed(chain, "CAR", "magnet")
    Firm(chain, "CAR").keep_closed_once_stopped()
    assert passed(chain).output[row] == pytest.approx(100)
    chain._world.state.stock[part], chain._world.state.arriving[:] = 0.0, 0.0
    assert passed(chain).output[row] == 0.0
    for amount in (0.1, 5.0):
        chain._world.state.stock[part] = amount
        assert passed(chain).output[row] == 0.0 and chain.world.state.stopped[row] == 1.0
    Firm(chain, "CAR").keep_closed(False)
    assert passed(chain).output[row] > 0.0


def test_firm_lay_together_deals_a_part_out_and_keep_apart_ends_it() -> None:
    chain = staged(with_people(one_maker()))
    firms = {code: Firm(chain, code) for code in ("PET", "HYB")}  # the third line keeps its stock
    firms["PET"].lay_together("magnet", 0.5, turn=1)
    firms["HYB"].lay_together("magnet", 2.5)
    passed(chain)
    # of 1.0 and 2.0 t and what landed, less a day's use
    together = 3.0 + 0.3
    assert firms["PET"].stock("magnet") == pytest.approx(together / 6 - 0.1)
    assert firms["HYB"].stock("magnet") == pytest.approx(together * 5 / 6 - 0.2)
    firms["PET"].keep_apart("magnet")
    before = chain.world.state.stock[:2] - chain.world.flows.used[:2]
    passed(chain)
    np.testing.assert_allclose(chain.world.state.stock[:2], before + chain.world.flows.landed[:2])


def test_firm_split_shares_the_orders_and_counts_the_days_of_each_way() -> None:
    chain = staged(two_dealers())
    Firm(chain, "MAG").split("dytb", {"SEP": 3.0, "KOR": 1.0})
    # by evening ten days' use is at sea, and the two ways are full with 3/4 of ten days and 1/4 of four
    order = OXIDE * (1 + (0.75 * 10 + 0.25 * 4 - 10) / SMOOTHING)
    flows = passed(chain)
    assert flows.ordered[way(chain, "SEP", "MAG")] == pytest.approx(0.75 * order)
    assert flows.ordered[way(chain, "KOR", "MAG")] == pytest.approx(0.25 * order)


def test_firm_spot_buy_orders_so_much_on_top() -> None:
    chain = staged()
    Firm(chain, "MAG").spot_buy("dytb", 0.007)
    assert passed(chain).ordered[way(chain, "SEP", "MAG")] == pytest.approx(OXIDE + 0.007)
    assert passed(chain, 12).landed[needed(chain, "MAG")] > OXIDE  # a day to ship it and ten at sea


def test_firm_qualify_opens_a_source_after_its_days() -> None:
    chain = staged(two_dealers(qualified=False))
    firm = Firm(chain, "MAG")
    firm.qualify("dytb", "KOR")
    firm.split("dytb", {"SEP": 1.0, "KOR": 1.0})
    second = way(chain, "KOR", "MAG")
    days = [float(passed(chain).shipped[second]) > 0.0 for _ in range(33)]
    # the clock begins with the first morning and has run down 30 mornings later; ordered then, shipped the day after
    assert days.index(True) == 31


def test_firm_look_elsewhere_begins_what_is_new_and_gives_newcomers_their_part() -> None:
    for qualified, share, clock in ((True, 0.25, 0.0), (False, 0.0, 30.0)):
        chain = staged(two_dealers(qualified))
        Firm(chain, "MAG").look_elsewhere("dytb", 0.25)
        flows, second = passed(chain), way(chain, "KOR", "MAG")
        order = flows.ordered[second] + flows.ordered[way(chain, "SEP", "MAG")]
        assert flows.ordered[second] == pytest.approx(share * order) and order > 0.0
        assert chain.world.state.clock[second] == clock


def test_firm_bid_is_served_before_others_by_the_square_of_its_premium() -> None:
    chain = staged()
    short_floor(chain, "MAG", 0.06)
    Firm(chain, "CAR").bid("magnet", 0.5)
    flows, weight = passed(chain), 1.5**2 * MAGNETS["CAR"]
    assert flows.shipped[way(chain, "MAG", "CAR")] == pytest.approx(0.06 * weight / (weight + MAGNETS["VAN"]))
    assert flows.shipped[way(chain, "MAG", "VAN")] == pytest.approx(0.06 * MAGNETS["VAN"] / (weight + MAGNETS["VAN"]))


def test_firm_outbid_when_short_bids_the_more_the_less_is_left() -> None:
    chain = staged()
    short_floor(chain, "MAG", 0.06)
    Firm(chain, "CAR").outbid_when_short(80.0, 0.4)  # 20 days of cover are left: three quarters of the most
    weight = 1.3**2 * MAGNETS["CAR"]
    shipped = passed(chain).shipped[way(chain, "MAG", "CAR")]
    assert shipped == pytest.approx(0.06 * weight / (weight + MAGNETS["VAN"]))


# a firm: what it makes, and for whom


def test_firm_run_at_makes_at_most_that_share_of_capacity() -> None:
    tables = small_stage()
    twice = {"MAG": 2 * sum(MAGNETS.values()) * 365}
    firms = (row.model_copy(update={"capacity_per_year": twice.get(row.line, 1e6)}) for row in tables.firms)
    chain = staged(replace(tables, firms=tuple(firms)))
    Firm(chain, "MAG").run_at(0.3)
    assert passed(chain).output[chain.register.row("MAG")] == pytest.approx(0.6 * sum(MAGNETS.values()))


def test_firm_thrift_saves_day_by_day_down_to_what_redesign_can_reach() -> None:
    chain = staged()
    Firm(chain, "MAG").thrift("dytb", 0.0)
    used = [float(passed(chain).used[needed(chain, "MAG")]) for _ in range(160)]
    np.testing.assert_allclose(used[:90], OXIDE * (1 - RAMP * np.arange(1, 91)), rtol=1e-5)
    np.testing.assert_allclose(used[100:], 0.4 * OXIDE, rtol=1e-5)  # the least, after 100 days
    made = chain.world.flows.output[chain.register.row("MAG")]
    assert made == pytest.approx(sum(MAGNETS.values()))  # of less oxide as many magnets


def test_firm_thrift_goes_no_further_than_it_is_asked() -> None:
    chain = staged()
    Firm(chain, "MAG").thrift("dytb", 0.7)
    assert passed(chain, 80).used[needed(chain, "MAG")] == pytest.approx(0.7 * OXIDE)


@pytest.mark.parametrize("verb", ["favour", "ration"])
def test_firm_favour_and_ration_share_a_short_floor_by_weight(verb: str) -> None:
    chain = staged()
    short_floor(chain, "MAG", 0.06)
    firm = Firm(chain, "MAG")
    if verb == "favour":
        firm.favour("CAR", 0.5)
        firm.favour("VAN", 3.0)
    else:
        firm.ration({"CAR": 0.5, "VAN": 3.0})
    flows = passed(chain)
    # by weight 0.04 and 0.15 would share 0.06 as 0.0126 and 0.0474
    assert flows.shipped[way(chain, "MAG", "CAR")] == pytest.approx(0.06 * 0.04 / 0.19)
    assert flows.shipped[way(chain, "MAG", "VAN")] == pytest.approx(0.06 * 0.15 / 0.19)


@pytest.mark.parametrize("verb", ["resell", "accept"])
def test_firm_resell_and_accept_take_a_part_of_the_orders(verb: str) -> None:
    chain = staged()
    firm = Firm(chain, "MAG")
    if verb == "resell":
        firm.resell("CAR", 0.25)
    else:
        firm.accept({"CAR": 0.25, "VAN": 1.0})
    flows, mine = passed(chain), way(chain, "MAG", "CAR")
    assert flows.ordered[mine] == pytest.approx(0.08)
    assert flows.refused[mine] == pytest.approx(0.06)
    assert chain.world.state.backlog[mine] == pytest.approx(0.02)
    assert chain.world.state.backlog[way(chain, "MAG", "VAN")] == pytest.approx(0.05)


@pytest.mark.parametrize("keeper", ["firm", "government"])
def test_firm_release_and_government_release_give_out_of_a_state_stock(keeper: str) -> None:
    chain = staged()
    mine = needed(chain, "MAG")
    chain._world.state.stock[mine] -= 10 * OXIDE  # ten days' use is missing
    if keeper == "firm":
        Firm(chain, "STATE").release(0.002)
    else:
        Government(chain, "JP").release("STATE", 0.002)
    before = chain.world.state.finished[chain.register.row("STATE")]
    flows = passed(chain)
    assert flows.shipped[way(chain, "STATE", "MAG")] == flows.released.sum() == pytest.approx(0.002)
    assert chain.world.state.finished[chain.register.row("STATE")] == pytest.approx(before - 0.002)
    chain.wishes().release[:] = 0.0
    assert passed(chain, 2).landed[mine] == pytest.approx(OXIDE + 0.002)  # two days by lorry


# a government


def served_twice() -> Tables:
    """The small stage with a second magnet maker in Japan: half as large, with the same stock and second source."""
    tables = small_stage()
    return replace(
        tables,
        firms=(*tables.firms, line("MAG2", "magnet", demand=0.065)),
        needs=(*tables.needs, need("MAG2", "dytb", 60.0, 0.02)),
        links=(*tables.links, link("SEP", "MAG2", "dytb", 10), link("KOR", "MAG2", "dytb", 4, 0.0, 20),
               link("STATE", "MAG2", "dytb", 2, 0.0)),
    )  # fmt: skip


def test_government_serve_counts_a_part_of_what_a_line_misses() -> None:
    chain = staged(served_twice())
    chain._world.state.stock[:] = 0.0
    ministry = Government(chain, "JP")
    ministry.release("STATE", 0.003)
    ministry.serve("STATE", "MAG", 0.25)
    flows = passed(chain)
    # one misses twice as much as the other, and a quarter of it counts: half as much against all
    assert flows.shipped[way(chain, "STATE", "MAG")] == pytest.approx(0.001)
    assert flows.shipped[way(chain, "STATE", "MAG2")] == pytest.approx(0.002)


def test_government_qualify_begins_for_every_line_of_the_country() -> None:
    chain = staged(served_twice())
    Government(chain, "JP").qualify("KOR")
    passed(chain)
    assert chain.world.state.clock[way(chain, "KOR", "MAG")] == 30.0
    assert chain.world.state.clock[way(chain, "KOR", "MAG2")] == 20.0
    passed(chain, 20)
    assert chain.world.state.clock[way(chain, "KOR", "MAG2")] == 0.0


def test_government_pay_takes_its_share_of_what_a_project_costs_a_line() -> None:
    def earned(share: float) -> float:
        chain = staged()
        Firm(chain, "MAG").qualify("dytb", "KOR")
        Government(chain, "JP").pay(share)
        return float(passed(chain).profit[chain.register.row("MAG")])

    # a twentieth of what is used in a year, in 30 days, at a million a tonne
    assert earned(0.4) - earned(0.0) == pytest.approx(0.4 * 0.05 * OXIDE * 365 / 30)

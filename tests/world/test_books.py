"""A line's books: what is sold, what is paid for, and what an authority takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from agents.firm import Firm
from agents.government import Government
from agents.licensing_authority import LicensingAuthority
from model.chain import SupplyChain
from model.physics.market import CONTRACT_DAYS, SPOT_DAYS
from model.tables.tables import Tables
from model.tables.world_rules import WorldRules
from tests.support.worlds import START, ban, small_stage, with_habits, world_of

FRIDAYS = [2, 9, 16]  # days from the start, a Wednesday, on which the authority decides
PASSED_ON = 0.3 * 130.0 * 0.001 * 0.02  # tonnes a day of the magnet maker's draw that come by way of the trader
FINE = 20.0 * 7 * PASSED_ON  # the multiple of tests/support/worlds.py x a week's goods at a million a tonne


def neighbour_passes_on(chance: float) -> SupplyChain:
    """The small stage, with three tenths of the magnet maker's material passed on by the trader in Korea."""
    tables = small_stage()
    shares = {("SEP", "MAG"): 0.7, ("KOR", "MAG"): 0.3}
    links = (link.model_copy(update={"share": shares.get((link.supplier, link.line), link.share)})
             for link in tables.links)  # fmt: skip
    chain = world_of(replace(tables, links=tuple(links)))
    chain._world.conditions.inspect[0] = chance
    chain.seat(LicensingAuthority(chain, "CN"))
    return chain


def profits(chain: SupplyChain, days: int) -> np.ndarray:
    """What each line earns a day, days x F."""
    notes = []
    for _ in range(days):
        chain.step()
        notes.append(chain.world.flows.profit.copy())
    return np.array(notes)


def test_whoever_is_found_passing_goods_on_pays_exactly_the_fine_once_a_finding() -> None:
    quiet, watched = neighbour_passes_on(0.0), neighbour_passes_on(1.0)
    taken = profits(quiet, 20) - profits(watched, 20)
    expected = np.zeros_like(taken)
    expected[FRIDAYS, quiet.register.row("KOR")] = FINE
    np.testing.assert_allclose(taken, expected, rtol=1e-6, atol=1e-12)  # means are in single precision
    assert not watched.world.policy.fine.any()  # paid, and not asked for twice


@pytest.mark.parametrize("amount", [-1.0, float("nan")])
def test_a_fine_is_an_amount(amount: float) -> None:
    with pytest.raises(ValueError, match="a fine must be >= 0"):
        LicensingAuthority(neighbour_passes_on(0.0), "CN").fine("KOR", amount)


def test_a_fine_names_a_line_of_this_world() -> None:
    with pytest.raises(ValueError, match="'TOY' is no line of this world"):
        LicensingAuthority(neighbour_passes_on(0.0), "CN").fine("TOY", 1.0)


# the books at rest: what each line makes a day, and of what

CARS, VANS = 100.0, 50.0  # a day
MAGNETS = {"MAG": 0.8 * 0.1 + 0.05, "HOME": 0.2 * 0.1, "CAR": 0.1, "VAN": 0.05}  # t a day, made or used
OXIDE = {"MAG": 0.02 * 0.13, "HOME": 0.02 * 0.02, "KOR": 0.1}  # t a day, used
PRICES = {"dytb": 3.0, "car": 2.0, "magnet": 50.0}  # million a unit
DYTB, MAGNET, CAR = PRICES["dytb"], PRICES["magnet"], PRICES["car"]
YEAR = 365.0 * OXIDE["MAG"] * DYTB  # what the magnet maker's oxide of a year is worth


def priced(**habits: float) -> Tables:
    """The small stage, in which goods have different prices and makers of magnets and of cars their own habits."""
    tables = small_stage(MAG="magnet_maker", CAR="automaker")
    goods = tuple(good.model_copy(update={"price_jpy_mn": PRICES[good.good]}) for good in tables.goods)
    worth = {"MAG": 7.0}
    firms = (row.model_copy(update={"value_added_jpy_mn": worth.get(row.line, 1.0)}) for row in tables.firms)
    tables = with_habits(replace(tables, goods=goods, firms=tuple(firms)), "automaker", holding_rate_per_year=0.25)
    own = {"holding_rate_per_year": 0.05, "standing_share": 0.4, "qualification_cost": 0.08, "thrift_cost": 0.2}
    return with_habits(tables, "magnet_maker", **(own | habits))


def of_lines(chain: SupplyChain, **amounts: float) -> np.ndarray:
    """Amounts by line as a column, 0 for all others."""
    return np.array([amounts.get(line, 0.0) for line in chain.register.firms["line"]])


def test_at_rest_a_line_earns_its_sales_less_its_materials_and_what_its_stock_costs() -> None:
    chain = world_of(priced())
    day = 1 / 365
    expected = of_lines(
        chain,
        SEP=sum(OXIDE.values()) * DYTB,
        HOME=MAGNETS["HOME"] * MAGNET - OXIDE["HOME"] * DYTB * (1 + 20 * 0.1 * day),
        KOR=OXIDE["KOR"] * DYTB - OXIDE["KOR"] * DYTB * (1 + 90 * 0.1 * day),
        MAG=MAGNETS["MAG"] * MAGNET - OXIDE["MAG"] * DYTB * (1 + 60 * 0.05 * day),
        CAR=CARS * CAR - MAGNETS["CAR"] * MAGNET * (1 + 20 * 0.25 * day),
        VAN=VANS * CAR - MAGNETS["VAN"] * MAGNET * (1 + 20 * 0.1 * day),
    )
    np.testing.assert_allclose(profits(chain, 5), np.tile(expected, (5, 1)), rtol=1e-6, atol=1e-9)


def test_a_line_that_stands_pays_a_part_of_the_value_that_it_does_not_add() -> None:
    chain = world_of(priced(), audited=False)
    need = chain.register.trading_partners.needs["MAG"]["dytb"]
    chain._world.state.stock[need] = chain._world.state.arriving[:] = 0.0  # an empty floor, and nothing at sea
    (earned,) = profits(chain, 1)
    assert earned[chain.register.row("MAG")] == pytest.approx(-MAGNETS["MAG"] * 0.4 * 7.0)


# premiums: who pays, who gets


def test_a_premium_is_paid_by_who_bids_and_earned_by_who_ships() -> None:
    quiet, keen = world_of(priced()), world_of(priced())
    for line, good, premium in (("MAG", "dytb", 0.2), ("CAR", "magnet", 0.3), ("VAN", "magnet", 0.1)):
        Firm(keen, line).bid(good, premium)
    expected = of_lines(
        keen,
        SEP=0.2 * OXIDE["MAG"] * DYTB,
        HOME=0.3 * 0.02 * MAGNET,
        MAG=(0.3 * 0.08 + 0.1 * 0.05) * MAGNET - 0.2 * OXIDE["MAG"] * DYTB,
        CAR=-0.3 * MAGNETS["CAR"] * MAGNET,
        VAN=-0.1 * MAGNETS["VAN"] * MAGNET,
    )
    gained = profits(keen, 4) - profits(quiet, 4)
    np.testing.assert_allclose(gained, np.tile(expected, (4, 1)), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(("inside", "outside"), [(4.0, 1.5), (1.5, 4.0), (0.5, 0.25)])
def test_who_buys_on_the_spot_pays_the_premium_of_its_own_zone_for_its_part_of_what_is_shipped(
    inside: float, outside: float
) -> None:
    def earned(*buyers: str) -> np.ndarray:
        tables = priced()
        calm = tuple(good.model_copy(update={"spot_eta": 0.0}) for good in tables.goods)  # whatever is ordered
        chain = world_of(replace(tables, goods=calm), audited=False)
        chain._world.state.spot_log[0] = np.log([inside, outside])  # of dytb, the first good
        for buyer in buyers:
            Firm(chain, buyer).spot_buy("dytb", 0.5)
        return profits(chain, 1)[0]

    # by the evening spot prices have come a part of the way back, and contracts have followed those in China
    kept = 1 - 1 / SPOT_DAYS
    contract = DYTB * (1 + (inside**kept - 1) / CONTRACT_DAYS)
    dearer = {"HOME": inside**kept - 1, "KOR": outside**kept - 1, "MAG": outside**kept - 1}
    paid = {
        who: OXIDE[who] * 0.5 / (0.5 + OXIDE[who]) * max(0.0, more) * contract  # never less than the contract
        for who, more in dearer.items()
    }
    expected = of_lines(world_of(priced()), SEP=sum(paid.values()), **{who: -each for who, each in paid.items()})
    np.testing.assert_allclose(earned(*dearer) - earned(), expected, rtol=1e-6, atol=1e-9)


def test_what_is_wished_on_the_spot_and_not_shipped_costs_nothing() -> None:
    quiet, keen = (world_of(priced(), [ban(START + timedelta(days=1))], audited=False) for _ in range(2))
    for chain in (quiet, keen):
        chain._world.state.spot_log[0] = np.log([4.0, 4.0])
    Firm(keen, "MAG").spot_buy("dytb", 0.5)
    mag, spent = keen.register.row("MAG"), profits(quiet, 4) - profits(keen, 4)
    assert spent[0, mag] > 0.0  # yesterday's order is shipped before the ban
    np.testing.assert_allclose(spent[1:, mag], 0.0, atol=1e-9)


# projects: what a line pays of them, and what the state does


@pytest.mark.parametrize("support", [0.0, 0.25, 1.0])
def test_a_second_source_costs_its_part_of_a_years_use_day_by_day_less_what_the_state_pays(support: float) -> None:
    quiet, keen = world_of(priced()), world_of(priced())
    Firm(keen, "MAG").qualify("dytb", "KOR")
    Government(keen, "JP").pay(support)
    Government(keen, "KR").pay(0.9)  # which is not for lines in Japan
    spent = profits(quiet, 40) - profits(keen, 40)
    expected = np.zeros_like(spent)
    expected[:30, keen.register.row("MAG")] = 0.08 * YEAR / 30 * (1 - support)
    np.testing.assert_allclose(spent, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("support", [0.0, 0.25, 1.0])
def test_a_redesign_costs_its_part_of_a_years_use_day_by_day_less_what_the_state_pays(support: float) -> None:
    quiet, keen = (world_of(priced(holding_rate_per_year=0.0)) for _ in range(2))
    Firm(keen, "MAG").thrift("dytb", 0.7)
    Government(keen, "JP").pay(support)
    days = 10  # as long as it takes until less is landed
    spent = (profits(quiet, days) - profits(keen, days))[:, keen.register.row("MAG")]
    expected, planned = np.zeros(days), 1.0
    for day in range(days):  # from all to 0.4 of the oxide in 100 days; the plan follows
        planned += (1 - 0.006 * (day + 1) - planned) / WorldRules().plan_days
        expected[day] = 0.2 * YEAR * planned / 100 * (1 - support)
    np.testing.assert_allclose(spent, expected, rtol=1e-5, atol=1e-9)


def test_a_redesign_is_paid_to_its_last_day_and_for_the_part_of_it_that_was_done() -> None:
    quiet, keen = (world_of(priced(holding_rate_per_year=0.0)) for _ in range(2))
    Firm(keen, "MAG").thrift("dytb", 1.0 - 2.5 * 0.006)  # two and a half days, of a hundred
    spent = (profits(quiet, 5) - profits(keen, 5))[:, keen.register.row("MAG")]
    np.testing.assert_allclose(spent / (0.2 * YEAR / 100), [1.0, 1.0, 0.5, 0.0, 0.0], rtol=5e-3, atol=1e-4)


def test_nobody_pays_for_a_redesign_that_has_come_as_far_as_it_can() -> None:
    chain = world_of(priced(holding_rate_per_year=0.0))
    Firm(chain, "MAG").thrift("dytb", 0.0)
    profits(chain, 110)  # 100 days to the least that can be reached
    need, line = chain.register.trading_partners.needs["MAG"]["dytb"], chain.register.row("MAG")
    for _ in range(3):
        (earned,) = profits(chain, 1)
        bought = float(chain.world.flows.landed[need]) * float(chain.world.state.contract[0])
        assert earned[line] == pytest.approx(MAGNETS["MAG"] * MAGNET - bought, abs=1e-6)

"""What a firm senses is its own: its goods, its suppliers and customers, its country's news and its zone's prices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from agents.firm import Firm
from agents.government import Government
from model.chain import SupplyChain
from model.physics.sourcing import people_look_around
from model.tables.tables import Tables
from tests.support.worlds import START, ban, link, need, small_stage, world_of

SHARES = {"SEP": 0.6, "KOR": 0.4}


def workshop() -> Tables:
    """The small stage, whose maker of vans buys oxide of two dealers (and could of a third), and magnets of one."""
    tables = small_stage()
    mine = (need("VAN", "dytb", 7.0, 0.01), need("VAN", "magnet", 20.0, 0.001))
    ways = (*(link(who, "VAN", "dytb", 9, share) for who, share in SHARES.items()),
            link("HOME", "VAN", "magnet", 9, 0.0, 12))  # fmt: skip
    return replace(
        tables,
        needs=(*(row for row in tables.needs if row.line != "VAN"), *mine),
        links=(*tables.links, *ways),
    )


def van() -> Firm:
    """The maker of vans, in a world in which oxide needs a licence wherever it comes from."""
    rule = ban(START, rule="individual", review_days=5, origin=("CN", "KR"), destination=("*",))
    return Firm(world_of(workshop(), [rule], audited=False), "VAN")


def serve(firm: Firm, **rates: float) -> Firm:
    """Suppliers have shipped such a part of what this firm ordered of late."""
    state = firm.chain._world.state
    for supplier, rate in rates.items():
        row = firm.chain.register.trading_partners.customers[supplier][firm.line]
        state.shipped_mean[row] = rate * state.ordered_mean[row]
    people_look_around(firm.chain._handle)
    return firm


def stocked(firm: Firm, **days: float) -> Firm:
    """So many days of each good lie on its floor."""
    state = firm.chain._world.state
    for good, cover in days.items():
        row = firm.chain.register.trading_partners.needs[firm.line][good]
        state.stock[row] = cover * state.plan[row]
    people_look_around(firm.chain._handle)
    return firm


def test_each_good_has_its_own_cover() -> None:
    firm = van()
    assert (firm.normal_cover("dytb"), firm.normal_cover("magnet")) == (7.0, 20.0)
    assert firm.cover("dytb") == pytest.approx(7.0) and firm.cover("magnet") == pytest.approx(20.0)


@pytest.mark.parametrize(("oxide", "magnets"), [(3.0, 8.0), (9.0, 2.0)])
def test_the_shortest_cover_is_that_of_the_good_that_runs_out_first(oxide: float, magnets: float) -> None:
    assert stocked(van(), dytb=oxide, magnet=magnets).shortest_cover == pytest.approx(min(oxide, magnets))


@pytest.mark.parametrize(("dealer", "maker"), [(0.5, 0.9), (1.0, 0.4)])
def test_fill_rates_are_told_by_supplier_by_good_and_the_worst(dealer: float, maker: float) -> None:
    firm = serve(van(), SEP=dealer, MAG=maker)
    assert firm.fill_rate("dytb", "SEP") == pytest.approx(dealer) and firm.fill_rate("dytb", "KOR") == 1.0
    of_all = SHARES["SEP"] * dealer + SHARES["KOR"]
    assert firm.fill_rate("dytb") == pytest.approx(of_all) and firm.fill_rate("magnet") == pytest.approx(maker)
    assert firm.worst_fill_rate == pytest.approx(min(of_all, maker))
    assert firm.worried == pytest.approx(1 - min(of_all, maker))  # nothing in the news


def test_days_until_the_goods_of_a_source_may_be_used() -> None:
    firm = van()
    assert firm.days_to_use("magnet") == {"MAG": 0.0, "HOME": -1.0}
    firm.qualify("magnet", "HOME")
    firm.chain.step()
    assert firm.days_to_use("magnet") == {"MAG": 0.0, "HOME": 12.0}
    assert firm.days_to_use("dytb") == {"SEP": 0.0, "KOR": 0.0}


def test_what_waits_for_a_licence_is_told_of_all_suppliers_of_a_good() -> None:
    firm = van()
    customers, world = firm.chain.register.trading_partners.customers, firm.chain._world
    world.state.waiting[:] = 7.0  # of others
    for supplier, amount in (("SEP", 2.0), ("KOR", 3.5)):
        world.state.waiting[world.network.licence_of[customers[supplier]["VAN"]]] = amount
    assert firm.waiting_for_licence("dytb") == pytest.approx(5.5) and firm.waiting_for_licence("magnet") == 0.0


def seats(chain: SupplyChain) -> dict[str, Firm]:
    """A firm in each country."""
    return {"CN": Firm(chain, "HOME"), "JP": Firm(chain, "MAG"), "KR": Firm(chain, "KOR")}


def test_everybody_reads_the_news_of_his_own_country_and_pays_the_prices_of_his_own_zone() -> None:
    chain = world_of(workshop())
    chain._world.conditions.news[:] = 0.1, 0.2, 0.3
    chain._world.state.support[:] = 0.4, 0.5, 0.6
    chain._world.state.spot_log[0] = np.log([3.0, 1.5])
    told = {where: (firm.news, firm.support, firm.price("dytb")) for where, firm in seats(chain).items()}
    assert told == {
        where: pytest.approx(numbers)
        for where, numbers in {"CN": (0.1, 0.4, 3.0), "JP": (0.2, 0.5, 1.5), "KR": (0.3, 0.6, 1.5)}.items()
    }
    assert [Government(chain, where).news for where in ("JP", "KR")] == pytest.approx([0.2, 0.3])


def test_a_maker_knows_where_its_customers_are() -> None:
    firm = Firm(world_of(workshop()), "SEP")
    homes = {"HOME": "CN", "KOR": "KR", "MAG": "JP", "VAN": "JP"}
    assert {customer: firm.home_of(customer) for customer in firm.customers} == homes

"""What minds make of their senses where it depends on numbers that other tests leave alike."""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import Any

import numpy as np
import pytest

from agents.government import Government
from agents.licensing_authority import LicensingAuthority, luck_of_inspections
from agents.magnet_maker import MagnetMaker
from agents.neighbour import Neighbour
from agents.parts_maker import PartsMaker
from agents.processor import Processor
from model.chain import SupplyChain
from model.physics.sourcing import people_look_around
from model.tables.tables import Tables
from tests.support.worlds import START, ban, goods, line, link, need, small_stage, world_of


def staged(**roles: str) -> SupplyChain:
    """The small stage, whose numbers a test may change behind the auditor's back."""
    return world_of(small_stage(**roles), audited=False)


def way(chain: SupplyChain, supplier: str, customer: str) -> int:
    """The link from a supplier to a customer."""
    return chain.register.trading_partners.customers[supplier][customer]


# second sources


@pytest.mark.parametrize("mind", [MagnetMaker, PartsMaker])
@pytest.mark.parametrize(("promised", "begun"), [(0.0, 0.0), (0.3, 0.0), (0.5, 1.0)])
def test_public_money_makes_up_for_a_third_of_the_worry(mind: type[Any], promised: float, begun: float) -> None:
    chain = staged()
    person = mind(chain, "MAG")  # which looks elsewhere when half worried
    chain._world.conditions.news[:], person.fear_of_news = 1.0, 0.36
    chain._world.state.support[:] = promised
    people_look_around(chain._handle)
    person.decide()
    # 0.36 x 1.3 is less than a half, 0.36 x 1.5 is more
    assert chain.world.policy.qualify[way(chain, "KOR", "MAG")] == begun


def two_materials() -> Tables:
    """The small stage, whose magnet maker needs boron as well, and has second sources of both."""
    tables = small_stage()
    return replace(
        tables,
        goods=(*tables.goods, *goods("boron")),
        firms=(*tables.firms, line("BOR", "boron", "CN"), line("NEW", "boron", "KR")),
        needs=(*tables.needs, need("MAG", "boron", 60.0, 0.3, thrift_least=0.5, thrift_days=50.0)),
        links=(*tables.links, link("BOR", "MAG", "boron", 9), link("NEW", "MAG", "boron", 9, 0.0, 20)),
    )


@pytest.mark.parametrize("mind", [MagnetMaker, PartsMaker])
def test_who_looks_elsewhere_does_so_for_every_good(mind: type[Any]) -> None:
    chain = world_of(two_materials(), audited=False)
    chain._world.conditions.news[:] = 1.0
    people_look_around(chain._handle)
    mind(chain, "MAG").decide()
    assert chain.world.policy.qualify[[way(chain, who, "MAG") for who in ("KOR", "NEW")]].tolist() == [1.0, 1.0]
    stretched = chain.world.policy.thrift[list(chain.register.trading_partners.needs["MAG"].values())]
    assert set(stretched.tolist()) == ({0.0} if mind is MagnetMaker else {1.0})


# a neighbour


def passing(price: float, chance: float = 0.0, **traits: float) -> tuple[float, float]:
    """What a Korean firm takes of the orders from Japan and from home, at a price outside China of so many times."""
    tables = small_stage()
    tables = replace(
        tables, firms=(*tables.firms, line("SEOUL", "magnet", "KR", demand=0.01)),
        needs=(*tables.needs, need("SEOUL", "dytb", 20.0, 0.02)),
        links=(*tables.links, link("KOR", "SEOUL", "dytb", 1)),
    )  # fmt: skip
    chain = world_of(tables, audited=False)
    chain._world.state.spot_log[0, 1], chain._world.conditions.inspect[0] = log(price), chance
    firm = Neighbour(chain, "KOR")
    for name, value in traits.items():
        setattr(firm, name, value)
    people_look_around(chain._handle)
    firm.decide()
    return tuple(float(chain.world.policy.willing[way(chain, "KOR", who)]) for who in ("MAG", "SEOUL"))  # type: ignore[return-value]


def test_a_neighbour_passes_on_as_far_as_gain_fine_and_stance_allow_and_serves_its_own_country() -> None:
    # the margin is a tenth; an expected fine of 20 times the goods at one in 250 is 0.08
    assert passing(1.0, 0.004) == pytest.approx((0.2, 1.0))
    assert passing(1.3, 0.004) == pytest.approx((0.8, 1.0))  # 0.08 of a gain of 0.4
    assert passing(0.8, 0.004) == pytest.approx((0.0, 1.0))  # dearer in China than where it is sold
    assert passing(1.3, 0.004, passed_on=0.5) == pytest.approx((0.5, 1.0))


def test_a_processor_declines_nothing_of_what_is_licensed_by_name() -> None:
    rule = {"rule": "individual", "review_days": 5, "over_compliance": 0.5}
    tables = small_stage(SEP="processor")  # whose oxide looks like what is named
    for named, declined in ((("dytb",), 0.0), (("magnet",), 0.2 * 0.5)):
        chain = world_of(tables, [ban(START, goods=named, **rule)], audited=False)
        Processor(chain, "SEP").decide()
        assert chain.world.policy.declined[way(chain, "SEP", "MAG")] == pytest.approx(declined)
        assert chain.world.policy.declined[way(chain, "SEP", "KOR")] == 0.0  # about which the rule says nothing


# the authority


def japan_buys_of_two() -> Tables:
    """The small stage, whose magnet maker buys three quarters of its oxide of a second separator."""
    tables = small_stage()
    ways = (row.model_copy(update={"share": 0.25}) if (row.supplier, row.line) == ("SEP", "MAG") else row
            for row in tables.links)  # fmt: skip
    return replace(
        tables,
        goods=tuple(good.model_copy(update={"price_jpy_mn": 4.0}) for good in tables.goods),
        firms=(*tables.firms, line("SEP2", "dytb", "CN")),
        links=(*ways, link("SEP2", "MAG", "dytb", 10, 0.75)),
    )


def test_applications_are_compared_with_what_a_country_uses_of_all_its_sources() -> None:
    rule = ban(START, rule="individual", review_days=0, destination=("*",))
    chain = world_of(japan_buys_of_two(), [rule], audited=False)
    authority = LicensingAuthority(chain, "CN")
    chain.step()
    assert authority.applied_over_use("JP") == pytest.approx(1.0, rel=1e-3)
    chain.step()
    chain._world.flows.filed_amount[:] *= 3.0
    assert authority.applied_over_use("JP") == pytest.approx(3.0, rel=1e-3)
    authority.hoarding_alarm = 3.5
    authority.decide()
    assert chain.world.policy.ceiling[0, 1] == np.inf
    authority.hoarding_alarm = 2.5
    authority.decide()
    assert chain.world.policy.ceiling[0, 1] == 1.0
    waiting = {"JP": 0.0, "KR": 0.0}
    for k, country in enumerate(chain.world.network.destination):
        waiting[authority.countries[int(country)]] += float(chain.world.state.waiting[k])
    assert {country: authority.waiting(country) for country in waiting} == pytest.approx(waiting)
    assert waiting["JP"] != waiting["KR"]


def test_goods_that_are_passed_on_are_worth_their_price_for_a_week() -> None:
    chain = world_of(japan_buys_of_two(), audited=False)
    chain._world.state.shipped_mean[way(chain, "KOR", "MAG")] = 0.5
    assert LicensingAuthority(chain, "CN").passed_on("KOR") == pytest.approx(7 * 0.5 * 4.0)
    assert LicensingAuthority(chain, "CN").passed_on("SEP") == 0.0


def test_inspections_find_the_unlucky_and_luck_lasts_a_week() -> None:
    chain = staged()
    authority, row = LicensingAuthority(chain, "CN"), chain.register.row("KOR")
    chain._world.state.shipped_mean[way(chain, "KOR", "MAG")] = 0.5
    chain._world.conditions.inspect[0] = 0.4
    found = []
    for week in range(20):
        luck = float(luck_of_inspections(chain.seed, 7 * week, len(authority.lines))[row])
        for day in (0, 6):
            chain.day = 7 * week + day
            assert authority.found_re_exporting() == (["KOR"] if luck < 0.4 else [])
        found.append(luck < 0.4)
    assert 2 < sum(found) < 15


# a government


def test_a_government_looks_at_all_whom_its_stock_serves_together() -> None:
    tables = small_stage()
    tables = replace(
        tables, firms=(*tables.firms, line("MAG2", "magnet", demand=0.26)),
        needs=(*tables.needs, need("MAG2", "dytb", 60.0, 0.02)),
        links=(*tables.links, link("SEP", "MAG2", "dytb", 10), link("STATE", "MAG2", "dytb", 2, 0.0),
               link("KOR", "MAG2", "dytb", 4, 0.0, 75)),
    )  # fmt: skip
    chain = world_of(tables, audited=False)
    ministry, needs, state = Government(chain, "JP"), chain.register.trading_partners.needs, chain._world.state
    for who, days in (("MAG", 10.0), ("MAG2", 40.0)):  # which uses twice as much
        state.stock[needs[who]["dytb"]] = days * state.plan[needs[who]["dytb"]]
    use = 0.02 * (0.13 + 0.26)
    assert ministry.use_of_served("STATE") == pytest.approx(use)
    assert ministry.cover_of_served("STATE") == pytest.approx((10 + 2 * 40) / 3)
    ministry.decide()  # 30 days are the trigger
    assert chain.world.policy.release[chain.register.row("STATE")] == pytest.approx(0.5 * use)
    assert ministry.second_sources() == {"KOR": ("dytb", 75.0)}  # the longest that a line takes

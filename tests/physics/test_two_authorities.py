"""Two exporters, an authority each: a queue, a mandate and punishments of one are nothing to the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from agents.licensing_authority import LicensingAuthority, links_that_pass_through, luck_of_inspections
from model.chain import SupplyChain
from model.register import register
from model.scenario.events import AuthorityShock, CapacityShock
from model.scenario.reach import authority_faults
from model.state import FILING_DAYS
from model.tables.focus_file import WorldFocus, complete_focus
from model.tables.rows import Country
from model.tables.tables import Tables
from tests.support.worlds import COUNTRIES, START, ban, goods, line, link, minds, need, world_of

USE, HOUSES = 2.0, 10
FILES_A_DAY = HOUSES / FILING_DAYS  # of a buyer
CHINA, AMERICA = 0, 1  # offices


def two_exporters() -> Tables:
    """A seller of dytb in China and one of gas in America; a trader in Korea buys both and sells both on to Japan."""
    traders = [line(code, good, "KR") for code, good in (("KD", "dytb"), ("KG", "gas"))]
    tables = Tables(
        countries=(*COUNTRIES, Country(country="US", name="America", neutral="A", zone="america", gdp_jpy_tn=4000)),
        goods=goods("dytb", "gas", "magnet"),
        firms=(line("SEP", "dytb", "CN"), line("GAS", "gas", "US"), *traders,
               line("MAG", "magnet", demand=USE, houses=HOUSES), line("MK", "magnet", "KR", demand=USE, houses=HOUSES)),
        needs=tuple(need(code, good, 60.0) for code, good in (
            ("MAG", "dytb"), ("MAG", "gas"), ("MK", "dytb"), ("MK", "gas"), ("KD", "dytb"), ("KG", "gas"))),
        links=(
            link("SEP", "MAG", "dytb", 10, 0.5), link("GAS", "MAG", "gas", 10, 0.5),
            link("KD", "MAG", "dytb", 2, 0.5), link("KG", "MAG", "gas", 2, 0.5),
            link("SEP", "MK", "dytb", 10), link("GAS", "MK", "gas", 10),
            link("SEP", "KD", "dytb", 10), link("GAS", "KG", "gas", 10),
        ),
        minds=(*minds(), *(trait("neighbour", "fine", 20.0), trait("licensing_authority", "hoarding_alarm", 99.0),
                           trait("licensing_authority", "revoked_days", 60.0))),
    )  # fmt: skip
    return replace(tables, focus=complete_focus(WorldFocus(), tables))


def trait(role: str, name: str, value: float) -> Any:
    """A number of a mind."""
    return minds()[0].model_copy(update={"role": role, "parameter": name, "value": value})


def rules(good: str, origin: str, day: int = 3) -> Any:
    """Exports of a good need a licence from a day on."""
    return ban(START + timedelta(days=day), origin=(origin,), destination=("*",), goods=(good,), rule="individual",
               review_days=5)  # fmt: skip


def office(**cells: Any) -> AuthorityShock:
    """An authority works otherwise from the first day."""
    return AuthorityShock(kind="authority", date=START, note="an order", source="made up", **cells)


def both(*shocks: Any) -> SupplyChain:
    """A world in which both exporters ask for licences."""
    return world_of(two_exporters(), [rules("dytb", "CN"), rules("gas", "US"), *shocks])


def paper(chain: SupplyChain, supplier: str, buyer: str) -> int:
    """The licence row of a link."""
    links = [(each.supplier, each.line) for each in chain.register.tables.links]
    return int(chain.world.network.licence_of[links.index((supplier, buyer))])


def granted_on_day_nine(chain: SupplyChain) -> np.ndarray:
    """How many of the applications of day 3 are granted on day 9, K."""
    for _ in range(10):
        chain.step()
    return np.asarray(chain.world.flows.granted).copy()


def test_each_exporter_has_an_office_that_rules_on_what_leaves_it() -> None:
    chain = both()
    net = chain.world.network
    assert [chain.register.tables.countries[row].country for row in net.office_country] == ["CN", "US"]
    assert net.office_of[paper(chain, "SEP", "MAG")] == CHINA and net.office_of[paper(chain, "GAS", "MAG")] == AMERICA
    assert net.office_of[paper(chain, "SEP", "KD")] == CHINA


def test_a_slow_office_holds_up_its_own_goods_alone() -> None:
    chain = both(office(authorities=("CN",), review_capacity=FILES_A_DAY, stance={"KR": 0.0}))
    granted = granted_on_day_nine(chain)
    assert granted[paper(chain, "SEP", "MAG")] == pytest.approx(FILES_A_DAY)
    assert granted[paper(chain, "SEP", "MK")] == 0.0
    assert granted[paper(chain, "GAS", "MAG")] == granted[paper(chain, "GAS", "MK")] == pytest.approx(FILES_A_DAY)


def test_an_order_that_names_no_authority_is_to_all_of_them() -> None:
    chain = both(office(review_capacity=0.5 * FILES_A_DAY, stance={"KR": 0.0}))
    granted = granted_on_day_nine(chain)
    for seller in ("SEP", "GAS"):
        assert granted[paper(chain, seller, "MAG")] == pytest.approx(0.5 * FILES_A_DAY)


def test_whoever_loses_the_licences_of_one_authority_keeps_those_of_the_other() -> None:
    chain = both()
    china = LicensingAuthority(chain, "CN")
    chain.step()
    china.revoke("MAG")
    china.cap("KR", 0.0)
    china.work(2.0)
    assert chain.world.policy.tempo.tolist() == [2.0, 1.0]
    assert chain.world.policy.ceiling[:, 2].tolist() == [0.0, np.inf]
    refused = np.zeros(len(chain.register.tables.links))
    for _ in range(9):
        chain.step()
        refused += chain.world.flows.refused
    rows = {(each.supplier, each.line): row for row, each in enumerate(chain.register.tables.links)}
    assert refused[rows["SEP", "MAG"]] > 0.0 and refused[rows["SEP", "MK"]] > 0.0
    assert refused[rows["GAS", "MAG"]] == refused[rows["GAS", "MK"]] == 0.0


def test_an_authority_looks_for_its_own_goods_with_luck_of_its_own() -> None:
    chain = both(office(inspect=1.0))
    china, america = LicensingAuthority(chain, "CN"), LicensingAuthority(chain, "US")
    for _ in range(5):
        chain.step()
    assert (china.found_re_exporting(), america.found_re_exporting()) == (["KD"], ["KG"])
    found = links_that_pass_through(register(two_exporters()))
    assert [chain.register.code(row) for row in sorted(found)] == ["KD", "KG"]
    assert not np.array_equal(luck_of_inspections(1, 5, 6, CHINA), luck_of_inspections(1, 5, 6, AMERICA))


def test_goods_pass_through_the_countries_that_a_world_names() -> None:
    tables = two_exporters()
    assert tables.focus is not None
    elsewhere = replace(tables, focus=tables.focus.model_copy(update={"third_countries": ("JP",)}))
    assert links_that_pass_through(register(elsewhere)) == {}


def test_each_exporter_has_spot_prices_of_its_own_and_contracts_follow_those_where_a_good_is_from() -> None:
    """Gas comes from America and is used there, too: with its maker shut it is dear there and abroad, not in China."""
    tables = two_exporters()
    tables = replace(
        tables,
        firms=(*tables.firms, line("USE", "magnet", "US", demand=USE)),
        needs=(*tables.needs, need("USE", "gas", 20.0)),
        links=(*tables.links, link("GAS", "USE", "gas", 10)),
    )
    stop = CapacityShock(
        kind="capacity", date=START + timedelta(days=3), note="shut", source="s", firms=("GAS",), times=0
    )
    chain = world_of(tables, [stop])
    for _ in range(60):
        chain.step()
    assert chain.world.network.zone_of.tolist() == [0, 2, 2, 1]
    assert chain.world.network.contract_zone.tolist() == [0, 1, 1]  # gas, and the magnets of its own user
    dytb, gas, _ = chain.world.state.spot_log
    assert gas[1] > gas[2] > 0.5 and gas[0] == 0.0 and not dytb.any()
    aim = np.exp(gas[1])
    assert 1.0 < chain.world.state.contract[1] < aim and chain.world.state.contract[0] == 1.0


def test_an_order_to_an_authority_that_there_is_not_is_a_fault() -> None:
    order = office(authorities=("JP",), inspect=0.1)
    place = ("s.toml", "shock 1")
    assert authority_faults([(place, order)], two_exporters()) == [
        "s.toml: shock 1, authorities: found JP, where nobody rules on exports; name CN or US, or leave it out for all"
    ]
    assert authority_faults([(place, order), (place, rules("magnet", "JP"))], two_exporters()) == []

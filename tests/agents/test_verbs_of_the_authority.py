"""What each verb of the licensing authority does to the world: a number that follows from a sum by hand."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from agents.licensing_authority import LicensingAuthority
from model.chain import SupplyChain
from model.scenario.event import Event
from model.scenario.events import AuthorityShock
from model.state import FILING_DAYS
from model.tables.tables import Tables
from tests.agents.test_verbs import SMOOTHING, passed, staged, untested, way
from tests.support.worlds import COUNTRIES, START, ban, goods, line, link, minds, need, small_stage

USE = 2.0  # t a day of each of two buyers
FILE = 1.0 / FILING_DAYS  # what a house hands in a day
HOUSES = 10


def test_every_verb_of_the_authority_has_a_test_here() -> None:
    assert untested("authority", LicensingAuthority, globals()) == []


def two_buyers() -> Tables:
    """A separator in China, and buyers in Japan and Korea who file as many papers and want as much."""
    buyers = {"MJ": "JP", "MK": "KR"}
    return Tables(
        countries=COUNTRIES,
        goods=goods("dytb", "magnet"),
        firms=(line("SEP", "dytb", "CN"),
               *(line(who, "magnet", home, demand=USE, houses=HOUSES) for who, home in buyers.items())),
        needs=tuple(need(who, "dytb", 60.0) for who in buyers),
        links=tuple(link("SEP", who, "dytb", 10) for who in buyers),
        minds=(*minds(), *small_stage().minds),
    )  # fmt: skip


def office(capacity: float | None = None, **stance: float) -> tuple[SupplyChain, LicensingAuthority]:
    """All exports need a licence, reviewed within five days, from day 3 on; the office can rule on so many a day."""
    shocks: list[Event] = [
        ban(START + timedelta(days=3), rule="individual", review_days=5, destination=("*",)),
    ]
    if capacity is not None:
        shocks.append(AuthorityShock(kind="authority", date=START, note="hours", source="made up",
                                     review_capacity=capacity, stance=stance))  # fmt: skip
    chain = staged(two_buyers(), *shocks)
    return chain, LicensingAuthority(chain, "CN")


def first_rulings(chain: SupplyChain, column: str = "granted") -> dict[str, float]:
    """What comes of the papers of day 3 on day 9: by country of the buyer."""
    flows = passed(chain, 10)
    papers = {who: int(chain.world.network.licence_of[way(chain, "SEP", who)]) for who in ("MJ", "MK")}
    return {who: float(getattr(flows, column)[k]) for who, k in papers.items()}


@pytest.mark.parametrize(("weight", "mandate", "times"), [(1.0, 1.0, 1.0), (3.0, 1.0, 3.0), (1.5, 2.0, 3.0)])
def test_authority_weigh_shares_the_hours_by_weight_times_mandate(weight: float, mandate: float, times: float) -> None:
    chain, authority = office(HOUSES * FILE, JP=mandate)
    authority.weigh("JP", weight)
    share = times / (times + 1)
    assert first_rulings(chain) == pytest.approx({"MJ": share * HOUSES * FILE, "MK": (1 - share) * HOUSES * FILE})


def test_authority_weigh_of_nothing_leaves_a_country_waiting() -> None:
    chain, authority = office(HOUSES * FILE)
    authority.weigh("JP", 0.0)
    assert first_rulings(chain) == pytest.approx({"MJ": 0.0, "MK": HOUSES * FILE})


def test_authority_cap_grants_a_country_so_many_times_its_use() -> None:
    chain, authority = office()
    authority.cap("JP", 0.75)
    asked = USE * (1 + 5 / SMOOTHING)  # on day 3: a day's use, and a part of what will wait for five days
    assert first_rulings(chain, "granted_amount") == pytest.approx({"MJ": 0.75 * USE, "MK": asked}, rel=1e-5)
    assert chain.world.flows.refused[way(chain, "SEP", "MJ")] == pytest.approx(asked - 0.75 * USE, rel=1e-5)


def test_authority_work_rules_at_so_many_times_the_hours() -> None:
    for tempo, files in ((0.5, 0.5 * HOUSES), (1.5, 1.5 * HOUSES), (5.0, 2 * HOUSES)):  # two times ten have filed
        chain, authority = office(HOUSES * FILE)
        authority.work(tempo)
        assert sum(first_rulings(chain).values()) == pytest.approx(files * FILE)


def test_authority_fine_is_taken_from_todays_profit_once() -> None:
    (chain, authority), (other, _) = office(), office()
    authority.fine("MJ", 12.5)
    taken = [passed(other).profit - passed(chain).profit for _ in range(2)]
    np.testing.assert_allclose(taken, [[0.0, 12.5, 0.0], [0.0, 0.0, 0.0]], atol=1e-9)


def test_authority_revoke_refuses_every_order_until_pardon_lets_it_apply() -> None:
    chain, authority = office()
    passed(chain, 5)
    mine, hers = way(chain, "SEP", "MJ"), way(chain, "SEP", "MK")
    authority.revoke("MJ")
    flows = passed(chain)
    assert flows.refused[mine] == pytest.approx(flows.ordered[mine]) and flows.ordered[mine] > 1.0
    assert flows.refused[hers] == 0.0
    assert flows.filed.tolist() == pytest.approx([0.0, HOUSES * FILE])
    authority.pardon("MJ")
    flows = passed(chain)
    assert flows.refused[mine] == 0.0
    assert flows.filed.tolist() == pytest.approx([HOUSES * FILE] * 2)

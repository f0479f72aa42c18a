"""Minds of firms react as their docstrings say."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from agents.automaker import Automaker
from agents.firm import Firm
from agents.industry import Industry
from agents.magnet_maker import MagnetMaker
from agents.neighbour import Neighbour
from agents.parts_maker import PartsMaker
from agents.processor import Processor
from agents.trader import Trader
from tests.support.people import chain_with, row_of, suffer, wish
from tests.support.worlds import START, ban

Wishes = dict[tuple[str, ...], float]
QUIET, BAD_NEWS, THIN, LOW = {}, {"news": 0.8}, {"fill": 0.25}, {"cover": 5.0}

REACTIONS: list[tuple[type[Firm], str, dict[str, float], Wishes]] = [
    # two months; more when the news turn or deliveries thin out; second sources; slower before it runs dry
    (
        MagnetMaker,
        "MAG",
        QUIET,
        {("cover", "dytb"): 60, ("run",): 1, ("qualify", "dytb", "KOR"): 0, ("thrift", "dytb"): 1},
    ),
    (MagnetMaker, "MAG", BAD_NEWS, {("cover", "dytb"): 60 * 1.2, ("qualify", "dytb", "KOR"): 0}),
    (MagnetMaker, "MAG", {**BAD_NEWS, "promised": 0.5}, {("qualify", "dytb", "KOR"): 1}),
    (
        MagnetMaker,
        "MAG",
        THIN,
        {("cover", "dytb"): 60 * 1.375, ("qualify", "dytb", "KOR"): 1, ("thrift", "dytb"): 0},
    ),
    (MagnetMaker, "MAG", THIN, {("split", "dytb", "SEP"): 1, ("split", "dytb", "KOR"): 0}),
    (MagnetMaker, "MAG", LOW, {("run",): 0.5}),
    (MagnetMaker, "MAG", {"cover": 8.0}, {("run",): 0.8}),
    # with an empty shelf there is nothing to stretch: whoever waits works at full speed as soon as goods come
    (MagnetMaker, "MAG", {"cover": 0.5}, {("run",): 1}),
    (PartsMaker, "CAR", {"cover": 0.0}, {("run",): 1}),
    # bids and looks elsewhere when short
    (PartsMaker, "CAR", QUIET, {("cover", "magnet"): 20, ("bid", "magnet"): 0, ("run",): 1}),
    (PartsMaker, "CAR", LOW, {("bid", "magnet"): 0.15, ("run",): 0.5}),
    (PartsMaker, "CAR", BAD_NEWS, {("cover", "magnet"): 24}),
    (Industry, "CAR", LOW, {("bid", "magnet"): 0.15, ("run",): 0.5}),
    # lean: more when worried, pays; what it does with a part that will not do is in test_automaker.py
    (Automaker, "CAR", QUIET, {("cover", "magnet"): 20, ("bid", "magnet"): 0, ("run",): 1}),
    (
        Automaker,
        "CAR",
        {**BAD_NEWS, **LOW},
        {("cover", "magnet"): 24, ("bid", "magnet"): 0.15},
    ),
    # a month, more when worried; a part of the orders when the stock shrinks
    (Trader, "KOR", LOW, {("willing", "MAG"): 0.5, ("run",): 1}),
    (Trader, "KOR", BAD_NEWS, {("cover", "dytb"): 90 * 1.2, ("run",): 1}),
    (Neighbour, "KOR", LOW, {("run",): 0.5}),
    # home first, and nothing declined where nothing is watched
    (Processor, "SEP", QUIET, {("favour", "HOME"): 2, ("favour", "MAG"): 1, ("willing", "MAG"): 1}),
]


@pytest.mark.parametrize(("mind", "code", "situation", "wishes"), REACTIONS)
def test_a_mind_reacts_as_its_docstring_says(
    mind: type[Firm], code: str, situation: dict[str, float], wishes: Wishes
) -> None:
    person = mind(chain_with(), code)
    suffer(person, **situation)
    person.decide()
    assert {about: wish(person, *about) for about in wishes} == pytest.approx(wishes)


@pytest.mark.parametrize("mind", [MagnetMaker, PartsMaker, Automaker, Trader, Neighbour, Industry])
def test_in_quiet_times_everybody_wishes_what_the_standing_policy_says(mind: type[Firm]) -> None:
    chain = chain_with()
    before = [column.copy() for column in chain.world.policy]
    mind(chain, "KOR").decide()
    for old, new in zip(before, chain.world.policy, strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("mind", [MagnetMaker, PartsMaker, Automaker, Trader, Neighbour, Industry])
def test_nobody_is_alarmed_by_what_it_keeps_in_quiet_times(mind: type[Firm]) -> None:
    chain = chain_with()
    before = [column.copy() for column in chain.world.policy]
    person = mind(chain, "KOR")
    person.alarm_days = 1000.0  # type: ignore[attr-defined]
    person.decide()
    for old, new in zip(before, chain.world.policy, strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_newcomer_gets_its_part_once_it_is_ready_and_keeps_it_when_the_crisis_is_over() -> None:
    person = MagnetMaker(chain_with(), "MAG")
    person.chain._world.state.clock[row_of(person.chain, "KOR", "MAG")] = 0.0
    for situation in (THIN, QUIET):
        suffer(person, **situation)
        person.decide()
        shares = [wish(person, "split", "dytb", supplier) for supplier in ("SEP", "KOR")]
        assert shares == pytest.approx([0.75, 0.25])


def test_a_second_source_delivers_when_its_clock_has_run_down() -> None:
    chain = chain_with(ban(START + timedelta(days=1)))
    chain.seat(MagnetMaker(chain, "MAG"))
    second = row_of(chain, "KOR", "MAG")
    begun, shipped = [], []
    for _ in range(120):
        chain.step()
        begun.append(chain.world.state.clock[second] >= 0.0)
        shipped.append(chain.world.flows.shipped[second] > 0.0)
    qualified = int(np.argmax(begun)) + 30
    assert np.argmax(begun) > 0 and qualified < np.argmax(shipped) <= qualified + 8  # decided weekly, shipped a day on


def test_a_magnet_maker_serves_first_those_whom_it_owes_most() -> None:
    person = MagnetMaker(chain_with(), "MAG")
    for customer, owed in (("CAR", 10.0), ("VAN", 5.0)):
        person.chain._world.state.backlog[row_of(person.chain, "MAG", customer)] = owed
    person.decide()
    assert wish(person, "favour", "CAR") == pytest.approx(2.0)
    assert wish(person, "favour", "VAN") == pytest.approx(1.5)


def test_a_customer_never_counts_for_less_than_a_supplier_that_failed() -> None:
    person = MagnetMaker(chain_with(), "MAG")
    person.waiting_favour = -0.99
    with pytest.raises(ValueError, match=r"a weight must be >= 0\.05, got 0\.01"):
        person.decide()


def test_a_mind_that_does_not_read_the_news_is_not_worried_by_them() -> None:
    class Deaf(MagnetMaker):
        news = 0.0

    person = Deaf(chain_with(), "MAG")
    suffer(person, news=1.0)
    assert person.worried == 0.0 and MagnetMaker(person.chain, "MAG").worried > 0.0


def test_a_processor_declines_a_part_of_what_customs_may_mistake() -> None:
    shock = ban(START, goods=("magnet",), rule="individual", review_days=5, over_compliance=0.5)
    person = Processor(chain_with(shock), "SEP")
    person.decide()
    assert wish(person, "declined", "MAG") == pytest.approx(0.2 * 0.5)
    assert wish(person, "declined", "HOME") == 0.0


@pytest.mark.parametrize(("chance", "helped"), [(0.0, 1.0), (0.0025, 0.5), (0.01, 0.0)])
def test_a_neighbour_helps_as_far_as_the_expected_fine_allows(chance: float, helped: float) -> None:
    person = Neighbour(chain_with(), "KOR")
    person.chain._world.conditions.inspect[0] = chance
    person.decide()
    assert wish(person, "willing", "MAG") == pytest.approx(helped)

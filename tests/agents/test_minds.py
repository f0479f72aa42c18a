"""Minds react as their docstrings say; nobody reaches further than his own row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from agents.automaker import Automaker
from agents.firm import Firm
from agents.government import Government
from agents.industry import Industry
from agents.korean_firm import KoreanFirm
from agents.licensing_authority import LicensingAuthority
from agents.magnet_maker import MagnetMaker
from agents.parts_maker import PartsMaker
from agents.processor import Processor
from agents.trader import Trader
from model.chain import SupplyChain
from model.physics.sourcing import people_look_around
from model.scenario.events import Event
from tests.support.worlds import START, ban, link, small_stage, world_of


def chain_with(*shocks: Event) -> SupplyChain:
    return world_of(small_stage(SEP="processor"), list(shocks), audited=False)


def row_of(chain: SupplyChain, supplier: str, client: str) -> int:
    links = chain.register.links
    return int(links.index[(links["supplier"] == supplier) & (links["line"] == client)][0])


def suffer(
    person: Any, news: float = 0.0, fill: float = 1.0, cover: float | None = None, promised: float = 0.0
) -> None:
    """Put somebody into a situation: what is read, what share arrives, days of cover, public money."""
    world = person.chain._world
    world.conditions.news[:], world.state.support[:] = news, promised
    world.state.shipped_mean[:] = fill * world.state.ordered_mean
    if cover is not None:
        mine = world.network.line_of == person.row
        world.state.stock[mine] = cover * world.state.plan[mine]
    people_look_around(person.chain._handle)


def wish(person: Firm, column: str, *about: str) -> float:
    """What somebody wishes for its line, of a good, or about a supplier or customer."""
    values = getattr(person.chain.world.policy, column)
    if not about:
        return float(values[person.row])
    if len(about) == 1 and about[0] in person.needs:
        return float(values[person._partners.needs[about[0]]])
    partners = person._partners
    return float(values[partners.customers[about[0]] if len(about) == 1 else partners.links[about[0]][about[1]]])


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
    # bids and looks elsewhere when short
    (PartsMaker, "CAR", QUIET, {("cover", "magnet"): 20, ("bid", "magnet"): 0, ("run",): 1}),
    (PartsMaker, "CAR", LOW, {("bid", "magnet"): 0.15, ("run",): 0.5}),
    (PartsMaker, "CAR", BAD_NEWS, {("cover", "magnet"): 24}),
    (Industry, "CAR", LOW, {("bid", "magnet"): 0.15, ("run",): 0.5}),
    # lean: more when worried, pays, slows down
    (Automaker, "CAR", QUIET, {("cover", "magnet"): 20, ("bid", "magnet"): 0, ("run",): 1}),
    (
        Automaker,
        "CAR",
        {**BAD_NEWS, **LOW},
        {("cover", "magnet"): 24, ("bid", "magnet"): 0.15, ("run",): 0.5},
    ),
    # a month, more when worried; a part of the orders when the stock shrinks
    (Trader, "KOR", LOW, {("willing", "MAG"): 0.5, ("run",): 1}),
    (Trader, "KOR", BAD_NEWS, {("cover", "dytb"): 90 * 1.2, ("run",): 1}),
    (KoreanFirm, "KOR", LOW, {("run",): 0.5}),
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


@pytest.mark.parametrize("mind", [MagnetMaker, PartsMaker, Automaker, Trader, KoreanFirm, Industry])
def test_in_quiet_times_everybody_wishes_what_the_standing_policy_says(mind: type[Firm]) -> None:
    chain = chain_with()
    before = [column.copy() for column in chain.world.policy]
    mind(chain, "KOR").decide()
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
    assert wish(person, "willing", "MAG") == pytest.approx(1.0 - 0.2 * 0.5)
    assert wish(person, "willing", "HOME") == 1.0


@pytest.mark.parametrize(("chance", "helped"), [(0.0, 1.0), (0.0025, 0.5), (0.01, 0.0)])
def test_a_korean_firm_helps_as_far_as_the_expected_fine_allows(chance: float, helped: float) -> None:
    person = KoreanFirm(chain_with(), "KOR")
    person.chain._world.conditions.inspect[0] = chance
    person.decide()
    assert wish(person, "willing", "MAG") == pytest.approx(helped)


def test_the_authority_caps_a_country_that_applies_for_far_more_than_it_uses() -> None:
    shock = ban(START + timedelta(days=2), destination=("*",), rule="individual", review_days=5)
    chain = chain_with(shock)
    authority = LicensingAuthority(chain)
    for _ in range(3):
        chain.step()
    assert authority.applied_over_use("JP") > 0.0  # yesterday's papers can still be looked up
    chain.wishes().cover[:] = 300.0
    chain.wishes().cover[chain.register.needs.query("line == 'KOR'").index] = 0.0
    chain.step()
    authority.decide()
    assert list(chain.world.policy.ceiling[[1, 2]]) == [1.0, np.inf]  # Japan, Korea
    chain.wishes().cover[:] = 0.0
    chain.step()
    authority.decide()
    assert chain.world.policy.ceiling[1] == np.inf


def test_the_authority_revokes_whom_it_finds_re_exporting_and_pardons_later() -> None:
    chain = chain_with(ban(START + timedelta(days=2), destination=("*",), rule="individual", review_days=5))
    authority = LicensingAuthority(chain)
    chain._world.conditions.inspect[0] = 1.0
    authority.decide()
    assert authority.revoked == {}  # nothing has passed through yet
    chain._world.state.shipped_mean[row_of(chain, "KOR", "MAG")] = 1.0
    authority.decide()
    assert list(authority.revoked) == ["KOR"] and chain.world.policy.revoked[chain.register.row("KOR")] == 1.0
    chain._world.conditions.inspect[0] = 0.0
    chain.day += 180
    authority.decide()
    assert authority.revoked == {} and chain.world.policy.revoked[chain.register.row("KOR")] == 0.0


@pytest.mark.parametrize(("cover", "share"), [(60.0, 0.0), (29.0, 0.5)])
def test_a_government_opens_the_stock_when_those_it_serves_run_low(cover: float, share: float) -> None:
    chain = chain_with()
    mine = chain.register.needs.query("line == 'MAG'").index
    chain._world.state.stock[mine] = cover * chain.world.state.plan[mine]
    Government(chain, "JP").decide()
    given = chain.world.policy.release[chain.register.row("STATE")]
    assert given == pytest.approx(share * chain.world.state.plan[mine].sum())


def test_a_government_pays_with_the_news_and_firms_hear_of_it_the_next_morning() -> None:
    chain = chain_with()
    chain._world.conditions.news[:] = 0.8
    Government(chain, "JP").decide()
    firm = Firm(chain, "MAG")
    assert firm.support == 0.0
    chain.step()
    assert firm.support == pytest.approx(0.4)


def test_a_government_says_whose_need_counts_when_the_stock_is_given_out() -> None:
    stage = small_stage()
    stage = replace(stage, links=(*stage.links, link("STATE", "HOME", "dytb", 1, 0.0)))

    def given(home: float) -> tuple[float, float]:
        chain = world_of(stage, audited=False)
        chain._world.state.stock[:] = 0.0
        ministry = Government(chain, "JP")
        ministry.release("STATE", 0.001)
        ministry.serve("STATE", "HOME", home)
        assert ministry.served("STATE") == ("HOME", "MAG")
        assert ministry.share_of("STATE", "HOME") == pytest.approx(home)
        chain.step()
        mine, other = (chain.world.flows.shipped[row_of(chain, "STATE", who)] for who in ("MAG", "HOME"))
        return float(mine), float(other)

    alike, last, never = given(1.0), given(0.2), given(0.0)
    assert alike[0] < last[0] < never[0] == pytest.approx(0.001) and never[1] == 0.0
    assert last[1] / last[0] == pytest.approx(0.2 * alike[1] / alike[0])


def test_a_government_has_a_second_source_qualified_by_all_at_home() -> None:
    chain = chain_with()
    ministry = Government(chain, "JP")
    assert ministry.second_sources() == {"KOR": ("dytb", 30.0)}
    ministry.qualify("KOR")
    chain.step()
    assert chain.world.state.clock[row_of(chain, "KOR", "MAG")] == 30.0
    assert ministry.second_sources() == {}
    assert Government(chain, "KR").second_sources() == {}


# senses and verbs


def test_senses_say_what_is_on_the_books() -> None:
    firm = Firm(chain_with(), "MAG")
    plan = (80.0 + 50.0) * 0.001 * 0.02
    assert firm.plan("dytb") == pytest.approx(plan)
    assert firm.stock("dytb") == pytest.approx(60 * plan) and firm.cover("dytb") == pytest.approx(60)
    assert firm.on_order("dytb") == pytest.approx(11 * plan)  # a day of backlog and ten at sea
    assert (firm.lead("dytb", "SEP"), firm.suppliers("dytb")) == (10, {"SEP": 1.0, "KOR": 0.0})
    assert firm.qualified("dytb", "SEP") and not firm.qualified("dytb", "KOR")
    assert firm.fill_rate("dytb") == firm.fill_rate("dytb", "SEP") == firm.worst_fill_rate == 1.0
    assert firm.owed_to("CAR") == pytest.approx(0.08)
    assert (firm.waiting_for_licence("dytb"), firm.news, firm.support, firm.worried) == (0.0, 0.0, 0.0, 0.0)
    assert firm.price("dytb") == pytest.approx(1.0)


def test_what_waits_at_the_licence_office_can_be_seen() -> None:
    chain = chain_with(ban(START + timedelta(days=1), rule="individual", review_days=20))
    firm = Firm(chain, "MAG")
    for _ in range(5):
        chain.step()
    assert firm.waiting_for_licence("dytb") > 0.0


STRANGERS: list[tuple[Callable[[Firm], Any], str]] = [
    (lambda firm: firm.hold("yttrium", 3.0), "MAG needs dytb, not 'yttrium'"),
    (lambda firm: firm.cover("magnet"), "MAG needs dytb, not 'magnet'"),
    (lambda firm: firm.bid("magnet", 0.1), "MAG needs dytb, not 'magnet'"),
    (lambda firm: firm.thrift("car", 0.5), "MAG needs dytb, not 'car'"),
    (lambda firm: firm.spot_buy("car", 0.5), "MAG needs dytb, not 'car'"),
    (lambda firm: firm.split("dytb", {"LYN": 1.0}), "MAG can buy dytb from SEP, KOR, not 'LYN'"),
    (lambda firm: firm.qualify("dytb", "STATE"), "MAG can buy dytb from SEP, KOR, not 'STATE'"),
    (lambda firm: firm.lead("dytb", "CAR"), "MAG can buy dytb from SEP, KOR, not 'CAR'"),
    (lambda firm: firm.favour("TOY", 2.0), "MAG can ship to CAR, VAN, not 'TOY'"),
    (lambda firm: firm.resell("SEP", 0.5), "MAG can ship to CAR, VAN, not 'SEP'"),
    (lambda firm: firm.owed_to("KOR"), "MAG can ship to CAR, VAN, not 'KOR'"),
    (lambda firm: firm.waiting_for_licence("car"), "MAG needs dytb, not 'car'"),
    (lambda firm: firm.hold("dytb", -1.0), "days of cover must be >= 0, got -1"),
    (lambda firm: firm.hold("dytb", float("nan")), "days of cover must be >= 0, got nan"),
    (lambda firm: firm.stock_up(-0.5), "a multiple of the normal cover must be >= 0, got -0.5"),
    (lambda firm: firm.outbid_when_short(1e9, 11.0), "a premium must be >= 0 and <= 10, got 10.99"),
    (lambda firm: firm.look_elsewhere("dytb", 1.5), "a part of the orders must be >= 0 and <= 1, got 1.5"),
    (lambda firm: firm.run_at(1.2), "a share of capacity must be >= 0 and <= 1, got 1.2"),
    (lambda firm: firm.favour("CAR", 0.0), "a weight must be >= 0.05, got 0"),
    (lambda firm: firm.ration({"CAR": 0.0}), "a weight must be >= 0.05, got 0"),
    (lambda firm: firm.accept({"CAR": 1.5}), "a share of orders must be >= 0 and <= 1, got 1.5"),
    (lambda firm: firm.resell("CAR", float("nan")), "a share of orders must be >= 0 and <= 1, got nan"),
]


@pytest.mark.parametrize(("deed", "words"), STRANGERS)
def test_a_verb_on_a_stranger_names_whom_one_deals_with(deed: Callable[[Firm], Any], words: str) -> None:
    firm = Firm(chain_with(), "MAG")
    before = [column.copy() for column in firm.chain.world.policy]
    with pytest.raises(ValueError, match=words.replace("(", r"\(").replace(".", r"\.")):
        deed(firm)
    for old, new in zip(before, firm.chain.world.policy, strict=True):
        np.testing.assert_array_equal(old, new)


OFFICE: list[tuple[Callable[[LicensingAuthority], None], str]] = [
    (lambda office: office.revoke("TOY"), "'TOY' is no line of this world; name one of SEP, HOME"),
    (lambda office: office.pardon("TOY"), "'TOY' is no line of this world"),
    (lambda office: office.weigh("US", 1.0), "'US' is no country of this world; name one of CN, JP, KR"),
    (lambda office: office.cap("JP", -1.0), "a multiple of recent use must be >= 0, got -1"),
    (
        lambda office: office.cap("JP", float("nan")),
        "a multiple of recent use must be >= 0, got nan",
    ),
    (lambda office: office.work(-1.0), "a tempo must be >= 0"),
]


@pytest.mark.parametrize(("deed", "words"), OFFICE)
def test_the_authority_is_told_as_plainly(deed: Callable[[LicensingAuthority], None], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        deed(LicensingAuthority(chain_with()))


def test_a_government_is_told_which_stocks_it_has() -> None:
    with pytest.raises(ValueError, match="JP has the stocks STATE, not 'GOLD'"):
        Government(chain_with(), "JP").release("GOLD", 1.0)


def test_a_government_is_told_whom_its_stock_serves_and_what_could_be_qualified() -> None:
    ministry = Government(chain_with(), "JP")
    with pytest.raises(ValueError, match="STATE serves MAG, not 'CAR'; name one of them"):
        ministry.serve("STATE", "CAR", 1.0)
    with pytest.raises(ValueError, match="a share of what is missing must be >= 0 and <= 1, got 2"):
        ministry.serve("STATE", "MAG", 2.0)
    with pytest.raises(ValueError, match="lines of JP could qualify KOR, not 'SEP'"):
        ministry.qualify("SEP")


def test_a_line_that_nobody_has_cannot_have_a_mind() -> None:
    with pytest.raises(KeyError, match="TOY"):
        Firm(chain_with(), "TOY")


# whoever reaches into the world


class Conjurer(Firm):
    """Would like its floor full."""

    room = "state"
    column = "stock"

    def decide(self) -> None:
        getattr(getattr(self.chain.world, self.room), self.column)[:] = 1e9


@pytest.mark.parametrize(
    ("room", "column"),
    [("state", "stock"), ("conditions", "news"), ("policy", "cover"), ("network", "capacity")],
)
def test_a_mind_that_writes_into_the_world_is_told_so_by_name(room: str, column: str) -> None:
    chain = chain_with()
    person = Conjurer(chain, "MAG")
    person.room, person.column = room, column
    chain.seat(person, daily=True)
    with pytest.raises(ValueError, match=r"^Mag \(Conjurer\) wrote into the world; a mind only wishes, with verbs"):
        chain.step()
    assert not np.any(getattr(getattr(chain.world, room), column) == 1e9)


def test_other_faults_of_a_mind_pass_through_untouched() -> None:
    class Stranger(Firm):
        def decide(self) -> None:
            self.hold("yttrium", 1.0)

    chain = chain_with()
    chain.seat(Stranger(chain, "MAG"), daily=True)
    with pytest.raises(ValueError, match="^MAG needs dytb, not 'yttrium'"):
        chain.step()

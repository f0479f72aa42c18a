"""What a firm may sense and wish, and how a wish out of bounds, or past the verbs, is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from agents.firm import Firm
from agents.government import Government
from agents.licensing_authority import LicensingAuthority
from tests.support.people import chain_with
from tests.support.worlds import START, ban


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
    (lambda firm: firm.lay_together("dytb", -1.0), "an amount a day must be >= 0, got -1.0"),
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
        deed(LicensingAuthority(chain_with(), "CN"))


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
    with pytest.raises(ValueError, match=r"^MAG needs dytb, not 'yttrium'"):
        chain.step()

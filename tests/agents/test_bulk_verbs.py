"""Verbs for many at once wish the same as those for one, bit for bit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from agents.firm import Firm
from agents.habits import premium
from agents.magnet_maker import MagnetMaker
from tests.support.worlds import small_stage, world_of

Deed = Callable[[MagnetMaker], None]


def hold_each(maker: MagnetMaker) -> None:
    for good in maker.needs:
        maker.hold(good, maker.normal_cover(good) * 1.7)


def favour_each(maker: MagnetMaker) -> None:
    for weight, customer in enumerate(maker.customers, 2):
        maker.favour(customer, float(weight))


def resell_each(maker: MagnetMaker) -> None:
    for customer in maker.customers:
        maker.resell(customer, 0.3)


def bid_each(maker: MagnetMaker) -> None:
    for good in maker.needs:
        maker.bid(good, premium(maker.cover(good), 90.0, 0.4))


def favour_who_waits(maker: MagnetMaker) -> None:
    most = max(map(maker.owed_to, maker.customers))
    for customer in maker.customers:
        maker.favour(customer, 1.0 + maker.waiting_favour * maker.owed_to(customer) / most)


ALIKE: dict[str, tuple[Deed, Deed]] = {
    "stock_up": (lambda maker: maker.stock_up(1.7), hold_each),
    "ration": (lambda maker: maker.ration({who: float(i) for i, who in enumerate(maker.customers, 2)}), favour_each),
    "accept": (lambda maker: maker.accept(dict.fromkeys(maker.customers, 0.3)), resell_each),
    "outbid_when_short": (lambda maker: maker.outbid_when_short(90.0, 0.4), bid_each),
    "serve_the_longest_waiting": (lambda maker: maker.serve_the_longest_waiting(), favour_who_waits),
}


@pytest.mark.parametrize("verb", ALIKE)
def test_a_verb_for_many_wishes_what_that_for_one_does(verb: str) -> None:
    chains = []
    for deed in ALIKE[verb]:
        chain = world_of(small_stage(), audited=False)
        before = [column.copy() for column in chain.world.policy]
        deed(MagnetMaker(chain, "MAG"))
        chains.append(chain)
        assert any(not np.array_equal(*pair) for pair in zip(before, chain.world.policy, strict=True)), "nothing wished"
    for one, other in zip(*(chain.world.policy for chain in chains), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(("many", "one"), [("stock_up", "hold"), ("ration", "favour"), ("accept", "resell")])
def test_that_they_do_not_call_one_another_is_said_in_both(many: str, one: str) -> None:
    for deed, other in ((many, one), (one, many)):
        told = " ".join((getattr(Firm, deed).__doc__ or "").split())
        assert f"`{other}`" in told and "not call" in told

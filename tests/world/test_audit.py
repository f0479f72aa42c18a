"""The auditor finds what is lost, invented, negative, nowhere, or no number at all."""

from __future__ import annotations

import re

import numpy as np
import pytest

from model.audit import Audit, BooksDoNotBalance, goods_in_the_world
from model.chain import SupplyChain
from tests.support.worlds import chain_of_three, world_of


@pytest.fixture
def chain() -> SupplyChain:
    """A small world after a few days in which all was well."""
    world = world_of(chain_of_three())
    for _ in range(5):
        world.step()
    return world


def test_an_honest_day_passes(chain: SupplyChain) -> None:
    chain.step()


@pytest.mark.parametrize(("column", "row"), [("stock", 0), ("finished", 1), ("arriving", 7)])
@pytest.mark.parametrize("tonnes", [1e-6, 5.0, -1e-6])
def test_goods_from_nowhere_or_gone_are_found(chain: SupplyChain, column: str, row: object, tonnes: float) -> None:
    getattr(chain._world.state, column)[row] += tonnes
    with pytest.raises(BooksDoNotBalance, match=r"day 5: (good \d is off by|need \d has|\w+ falls to)"):
        chain.step()


def test_a_rounding_error_is_no_theft(chain: SupplyChain) -> None:
    chain._world.state.stock[0] *= 1.0 + 1e-12
    chain.step()


@pytest.mark.parametrize("column", ["finished", "stock", "backlog", "market_backlog"])
@pytest.mark.parametrize("amount", [-1.0, np.nan])
def test_what_is_negative_or_no_number_is_named(chain: SupplyChain, column: str, amount: float) -> None:
    chain.step()
    audit = Audit(chain._world)
    getattr(chain._world.state, column)[0] = amount
    chain._world.flows.output[:], chain._world.flows.used[:], chain._world.flows.sold[:] = 0.0, 0.0, 0.0
    audit.before = goods_in_the_world(chain._world)
    with pytest.raises(BooksDoNotBalance, match=r"good \d is off by nan|" + re.escape(column)):
        audit.check(chain._world, 6)


@pytest.mark.parametrize("amount", [1.0, -1.0, np.nan])
def test_an_order_that_is_nowhere_is_found(chain: SupplyChain, amount: float) -> None:
    chain._world.state.on_order[1] += amount
    with pytest.raises(BooksDoNotBalance, match=r"need 1 has .* on order that is nowhere"):
        chain.step()

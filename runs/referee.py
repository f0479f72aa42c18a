"""The referee: sees to it that a mind of a student's own wishes for its own firm only, and moves nothing itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from agents.firm import Firm
from model.chain import SupplyChain


def refereed(mind: type[Firm]) -> type[Firm]:
    """The same mind under the eyes of a referee; its `decide` raises ValueError when it reaches too far."""

    def decide(self: Firm) -> None:
        """Decide as the mind does, with the world locked, and answer for every wish that changed."""
        wishes = self.chain.wishes()
        before = [column.copy() for column in wishes]
        with locked(self.chain):
            mind.decide(self)
        for name, old, new in zip(wishes._fields, before, wishes, strict=True):
            foreign = old != new
            foreign[own_rows(self, name)] = False
            if foreign.any():
                raise ValueError(
                    f"{self.name} ({mind.__name__}) wrote the wish '{name}' of somebody else; a mind wishes for its "
                    "own firm only, with verbs such as hold"
                )

    return type(mind.__name__, (mind,), {"decide": decide, "__module__": mind.__module__, "__doc__": mind.__doc__})


def own_rows(firm: Firm, wish: str) -> Sequence[int]:
    """The rows of a column of wishes that the verbs of a firm may write."""
    dealings = firm.chain.register.dealings
    needs = dealings.needs.get(firm.line, {})
    if wish in ("run", "release"):
        return [firm.row]
    if wish in ("cover", "thrift", "spot", "bid"):
        return list(needs.values())
    if wish in ("split", "qualify"):
        return [link for need in needs.values() for link in dealings.suppliers.get(need, {}).values()]
    if wish in ("favour", "willing"):
        return list(dealings.customers.get(firm.line, {}).values())
    return []


@contextmanager
def locked(chain: SupplyChain) -> Iterator[None]:
    """The world without its wishes cannot be written for a while, not even by way of private names."""
    world = chain.world
    rooms = (world.network, world.conditions, world.state, world.flows)
    owners = [column.base for room in rooms for column in room if isinstance(column.base, np.ndarray)]
    for owner in owners:
        owner.flags.writeable = False
    try:
        yield
    finally:
        for owner in owners:
            owner.flags.writeable = True

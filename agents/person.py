"""Whoever has a seat: a person looks at the world through windows and writes down wishes, and moves nothing."""

from __future__ import annotations

from typing import Any

import mesa

from model.chain import SupplyChain
from model.state import Scalars, World

VIEWS = ("_look", "_read", "_wish", "_news", "_support", "_worst_served", "_shortest_cover")


class Person(mesa.Agent):
    """Somebody with a seat in a supply chain.

    `_look` is a read-only view of the whole world (a firm has none: it looks number by number), `_read` gives its
    numbers one by one, `_wish` takes wishes. They belong to a running chain: a person that is kept (by pickle or copy)
    goes without them and opens new ones when the chain is taken up again.
    """

    _look: World
    _read: Scalars
    _wish: Any

    def __init__(self, chain: SupplyChain) -> None:
        super().__init__(chain)
        self.chain = chain
        self.open_views()

    def open_views(self) -> None:
        """Look at the chain as it is now: all columns, and their numbers one by one; wishes are written to columns."""
        self._look, self._read, self._wish = self.chain.world, self.chain.scalars, self.chain.wishes()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in VIEWS}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if "world" in self.chain.__dict__:  # else the chain itself is not whole yet, and opens them when it is
            self.open_views()

"""The sandbox of a mind that is a class in Python, as in a notebook: it wishes for its own firm only."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.firm import Firm


def sandbox(mind: type[Firm]) -> type[Firm]:
    """A subclass of a mind that raises ValueError when it writes into the world, or wishes for another firm.

    It is a referee, not a prison: such a class can see all that Python can. A mind from a file sees its firm only
    (`linestop exercise 0 --mind FILE`).
    """

    def decide(self: Any) -> None:
        """Decide as the mind does, with the world locked; then check which wishes changed."""
        referee = self.__dict__.get("_referee") or Referee(self)
        self._referee = referee
        before = referee.wishes()
        referee.lock(True)
        try:
            mind.decide(self)
        finally:
            referee.lock(False)
        referee.check(before, f"{self.name} ({mind.__name__})")

    methods = {"decide": decide, "__module__": mind.__module__, "__doc__": mind.__doc__}
    return type(mind.__name__, (mind,), methods)


class Referee:
    """Locks the world while one firm decides, and compares wishes before and after."""

    def __init__(self, firm: Firm) -> None:
        world = firm.chain._world  # noqa: SLF001
        columns = [column for room in (world.conditions, world.state, world.flows) for column in room]
        memory = {id(column.base): column.base for column in columns if column.base is not None}
        self._lockable = [*memory.values(), *columns]
        self._wishes = firm.chain.wishes()._asdict()
        self._own = {name: np.array(own_rows(firm, name), np.intp) for name in self._wishes}

    def lock(self, locked: bool) -> None:
        """Make the columns of the world read-only, or writeable again; columns of wishes stay writeable."""
        for numbers in self._lockable:
            numbers.setflags(write=not locked)

    def wishes(self) -> dict[str, bytes]:
        """All wishes as bytes, to compare with later."""
        return {name: column.tobytes() for name, column in self._wishes.items()}

    def check(self, before: dict[str, bytes], who: str) -> None:
        """Raise ValueError for a wish that changed and that the verbs of this firm do not write."""
        for name, column in self._wishes.items():
            if column.tobytes() != before[name]:
                foreign = np.frombuffer(before[name], column.dtype).reshape(column.shape) != column
                foreign[self._own[name]] = False
                if foreign.any():
                    raise ValueError(
                        f"{who} wrote the wish '{name}' of somebody else; a mind wishes for its own firm only, with "
                        "verbs such as hold"
                    )


def own_rows(firm: Firm, wish: str) -> list[int]:
    """The rows of a column of wishes that the verbs of a firm may write."""
    partners = firm.chain.register.trading_partners
    needs = partners.needs.get(firm.line, {})
    if wish in ("run", "closed", "release"):
        return [firm.row]
    if wish in ("cover", "thrift", "spot", "bid", "allotted", "turn"):
        return list(needs.values())
    if wish in ("split", "qualify"):
        return [link for need in needs.values() for link in partners.suppliers.get(need, {}).values()]
    if wish in ("favour", "willing"):
        return list(partners.customers.get(firm.line, {}).values())
    return []

"""The referee: sees to it that a mind of a student's own wishes for its own firm only, and moves nothing itself."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from agents.firm import Firm
from runs.classroom.mind_rules import may_not
from runs.classroom.patience import in_time

OPEN = frozenset({"__init__", "__class__"})


class Unfair(ValueError):
    """A mind reached for more than is its own; `line`: of its file, where that is known."""

    def __init__(self, words: str, line: int | None = None) -> None:
        super().__init__(words)
        self.line = line


def sandboxed(
    mind: type[Firm], file: str = "", own: frozenset[str] = frozenset(), can_stick: bool = False
) -> type[Firm]:
    """The same mind under the eyes of a referee; its `decide` raises ValueError when it reaches too far.

    file: the file of the mind, if it has one of its own: what stands in it sees of a firm only what the rules allow
    (`own`: and the private names that it gives itself), whichever way it asks. can_stick: whether it might take for
    ever in one instruction. It is a guard against mistakes and short cuts, not a prison.
    """
    caught: list[Unfair] = []

    def __init__(self: Any, *where: Any) -> None:
        with in_time(f"{mind.__name__} did not come to an end", can_stick):
            mind.__init__(self, *where)
        self._referee = Referee(self)

    def __getattribute__(self: Any, name: str) -> Any:
        """Give what is asked for, unless the mind's own file asks for what is not for minds."""
        asking = sys._getframe(1)
        if asking.f_code.co_filename == file and name not in OPEN and may_not(name, own):
            caught.append(Unfair(may_not(name, own), asking.f_lineno))
            raise caught[-1]
        return object.__getattribute__(self, name)

    def decide(self: Any) -> None:
        """Decide as the mind does, with the world locked, and answer for every wish that changed."""
        referee: Referee = self._referee
        before = referee.wishes()
        referee.lock(True)
        try:
            with in_time(f"{mind.__name__} did not come to a decision", can_stick):
                mind.decide(self)
        finally:
            referee.lock(False)
        for offence in caught:  # also one that the mind kept quiet about
            raise offence
        for name in referee.foreign_wishes(before):
            raise ValueError(
                f"{self.name} ({mind.__name__}) wrote the wish '{name}' of somebody else; a mind wishes for its "
                "own firm only, with verbs such as hold"
            )

    rules: dict[str, Any] = {"__init__": __init__, "decide": decide, "__module__": mind.__module__}
    if file:
        rules["__getattribute__"] = __getattribute__
    return type(mind.__name__, (mind,), {**rules, "__doc__": mind.__doc__})


class Referee:
    """Looks over the shoulder of one firm while it decides."""

    def __init__(self, firm: Firm) -> None:
        world = firm.chain._world
        columns = [column for room in (world.conditions, world.state, world.flows) for column in room]
        memory = {id(column.base): column.base for column in columns if column.base is not None}
        self._lockable = [*memory.values(), *columns]
        self._wishes = firm.chain.wishes()._asdict()
        self._own = {name: np.array(own_rows(firm, name), np.intp) for name in self._wishes}

    def lock(self, locked: bool) -> None:
        """Let nobody write to the world without its wishes for a while, not even by way of private names."""
        for numbers in self._lockable:
            numbers.setflags(write=not locked)

    def wishes(self) -> dict[str, bytes]:
        """All wishes as they are now, to compare with later."""
        return {name: column.tobytes() for name, column in self._wishes.items()}

    def foreign_wishes(self, before: dict[str, bytes]) -> list[str]:
        """The columns in which a wish has changed that the verbs of this firm do not write."""
        found = []
        for name, column in self._wishes.items():
            if column.tobytes() != before[name]:
                foreign = np.frombuffer(before[name], column.dtype).reshape(column.shape) != column
                foreign[self._own[name]] = False
                if foreign.any():
                    found.append(name)
        return found


def own_rows(firm: Firm, wish: str) -> list[int]:
    """The rows of a column of wishes that the verbs of a firm may write."""
    partners = firm.chain.register.trading_partners
    needs = partners.needs.get(firm.line, {})
    if wish in ("run", "release"):
        return [firm.row]
    if wish in ("cover", "thrift", "spot", "bid"):
        return list(needs.values())
    if wish in ("split", "qualify"):
        return [link for need in needs.values() for link in partners.suppliers.get(need, {}).values()]
    if wish in ("favour", "willing"):
        return list(partners.customers.get(firm.line, {}).values())
    return []

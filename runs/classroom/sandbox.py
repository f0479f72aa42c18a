"""The sandbox of a student's mind: it sees and wishes for its own firm only, and writes nothing else."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from agents.firm import Firm
from runs.classroom.mind_rules import why_refused
from runs.classroom.time_limit import time_limit

OPEN = frozenset({"__init__", "__class__"})


class SandboxViolation(ValueError):
    """A mind asked for more than its own firm; `line`: of its file, where that is known."""

    def __init__(self, words: str, line: int | None = None) -> None:
        super().__init__(words)
        self.line = line


def sandbox(mind: type[Firm], file: str = "", own: frozenset[str] = frozenset(), can_stick: bool = False) -> type[Firm]:
    """A subclass of a mind that raises ValueError when it looks at, or wishes for, more than its own firm.

    file: the file of the mind, if it has one of its own: code in it sees of a firm only what the rules allow (`own`:
    and the private names that it gives itself), whichever way it asks. can_stick: whether one instruction of it might
    take for ever. It is a guard against mistakes and short cuts, not a prison.
    """
    caught: list[SandboxViolation] = []

    def __init__(self: Any, *where: Any) -> None:
        with time_limit(f"{mind.__name__} did not come to an end", can_stick):
            mind.__init__(self, *where)
        self._sandbox = Sandbox(self)

    def decide(self: Any) -> None:
        """Decide as the mind does, with the world locked; then check which wishes changed."""
        guard: Sandbox = self._sandbox
        before = guard.wishes()
        guard.lock(True)
        try:
            with time_limit(f"{mind.__name__} did not come to a decision", can_stick):
                mind.decide(self)
        finally:
            guard.lock(False)
        guard.check(before, caught, f"{self.name} ({mind.__name__})")

    methods: dict[str, Any] = {"__init__": __init__, "decide": decide, "__module__": mind.__module__}
    if file:
        methods["__getattribute__"] = checked_access(file, own, caught)
    return type(mind.__name__, (mind,), {**methods, "__doc__": mind.__doc__})


def checked_access(file: str, own: frozenset[str], caught: list[SandboxViolation]) -> Callable[[Any, str], Any]:
    """A `__getattribute__` that gives what is asked for, unless the mind's own file asks for what minds may not see."""

    def __getattribute__(self: Any, name: str) -> Any:
        asking = sys._getframe(1)  # noqa: SLF001
        if asking.f_code.co_filename == file and name not in OPEN and why_refused(name, own):
            caught.append(SandboxViolation(why_refused(name, own), asking.f_lineno))
            raise caught[-1]
        return object.__getattribute__(self, name)

    return __getattribute__


class Sandbox:
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

    def check(self, before: dict[str, bytes], caught: list[SandboxViolation], who: str) -> None:
        """Raise ValueError for a violation, also one that the mind has caught itself, or for a wish of another firm."""
        for violation in caught:
            raise violation
        for name in self.foreign_wishes(before):
            raise ValueError(
                f"{who} wrote the wish '{name}' of somebody else; a mind wishes for its own firm only, with verbs such "
                "as hold"
            )

    def foreign_wishes(self, before: dict[str, bytes]) -> list[str]:
        """The columns in which a row changed that the verbs of this firm do not write."""
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

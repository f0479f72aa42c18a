"""Worlds that were simulated and measured, each once: kept in a file as the search goes, so that none is lost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np

from model.tables.calibrated import Tuned
from model.tables.free_numbers import FreeNumber, complete_world
from runs.files.durable import write_whole
from runs.validation.cost_of_a_stop import Array
from runs.validation.stylised_facts import StylisedFact

Facts = tuple[StylisedFact, ...]
Measure = Callable[[Mapping[str, float], Facts], list[float]]
FIRST, LATER = "yes", "held out"  # in the column tuned_on; what is kept aside is not handed to any search


@dataclass(frozen=True)
class Problem:
    """What a search is about: free numbers, facts, and a function that measures a world by facts.

    facts: any; the search takes those of the uses. roles: of the numbers that it may change. measure: a function of a
    module, which other processes call; measure_first: the same for the first search, which sees a part of the episode.
    """

    numbers: tuple[FreeNumber, ...]
    tuned: Mapping[str, Tuned]
    facts: Facts
    measure: Measure
    measure_first: Measure | None = None
    uses: tuple[str, ...] = (FIRST, LATER)
    roles: tuple[str, ...] = ("searched", "searched later")

    @property
    def first(self) -> Problem:
        """The first search, which knows nothing of what is held out of it."""
        return replace(self, measure=self.measure_first or self.measure, uses=(FIRST,), roles=("searched",))

    @property
    def searched_facts(self) -> Facts:
        """The facts that the search may know."""
        return tuple(fact for fact in self.facts if fact.tuned_on in self.uses)

    @property
    def held_out(self) -> Facts:
        """The facts that the first search does not know."""
        return tuple(fact for fact in self.facts if fact.tuned_on == LATER)

    def keys(self, *roles: str) -> list[str]:
        """The keys of the numbers with these roles."""
        return [number.key for number in self.numbers if number.role in roles]

    def world(self, drawn: Mapping[str, float]) -> dict[str, float]:
        """All numbers of a world of which some are drawn."""
        return complete_world(self.numbers, drawn, self.tuned)

    def fingerprint(self, code: str) -> str:
        """A digest of all that decides what a world measures: code and tables (as `code`), numbers and facts."""
        facts = [[fact.measure, fact.argument] for fact in self.searched_facts]
        content = json.dumps([code, [number.key for number in self.numbers], facts])
        return hashlib.sha256(content.encode()).hexdigest()


class OutOfTime(Exception):
    """The time that a search may take is over."""


@dataclass
class MeasuredWorlds:
    """The values of the searched facts by world; each is appended to a file, if there is one, when it is known.

    map_over: a `map`, over processes or not; identity: of all that decides a measurement, without which a file from
    before is not used; in_time: whether there is time for another run.
    """

    problem: Problem
    map_over: Callable[..., Iterable[Any]] = map
    place: Path | None = None
    identity: str = ""
    tick: Callable[[], Any] = lambda: None
    known: dict[tuple[float, ...], list[float]] = field(default_factory=dict)
    simulated: int = 0
    in_time: Callable[[], bool] = lambda: True

    def __post_init__(self) -> None:
        if self.place is not None:
            self.known = read_log(self.place, self.identity)
            lines = [json.dumps(self.identity), *(json.dumps([world, found]) for world, found in self.known.items())]
            write_whole(self.place, "\n".join(lines) + "\n")

    def measure(self, worlds: Sequence[Mapping[str, float]]) -> Array:
        """Measure worlds, those that are not known at once; returns worlds x facts.

        Raise OutOfTime where time runs out meanwhile; what was measured by then is kept.
        """
        names = [tuple(world.values()) for world in worlds]
        new = {name: world for name, world in zip(names, worlds, strict=True) if name not in self.known}
        facts = self.problem.searched_facts
        with nullcontext() if self.place is None else self.place.open("a", encoding="utf-8", buffering=1) as file:
            for name, found in zip(new, self.map_over(self.problem.measure, new.values(), repeat(facts)), strict=True):
                self.known[name] = found
                if file is not None:
                    file.write(json.dumps([name, found]) + "\n")
                self.simulated += 1
                self.tick()
                if not self.in_time():
                    raise OutOfTime
        return np.array([self.known[name] for name in names])


def read_log(place: Path, identity: str) -> dict[tuple[float, ...], list[float]]:
    """Read the worlds of an earlier search with the same identity; a line that was cut is left out, and all others if
    the identity is another's."""
    found: dict[tuple[float, ...], list[float]] = {}
    with suppress(OSError, UnicodeDecodeError):
        lines = place.read_text(encoding="utf-8").splitlines()
        if lines and lines[0] == json.dumps(identity):
            for line in lines[1:]:
                with suppress(ValueError):
                    world, values = json.loads(line)
                    found[tuple(world)] = values
    return found

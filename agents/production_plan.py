"""A maker's production plan: which of its lines run while a part is not enough for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf

Uses = Sequence[tuple[int, float]]  # part and amount, for each part of a line


def lines_to_run(draws: Sequence[Uses], ready: Mapping[int, float], order: Sequence[int], shift: float) -> set[int]:
    """The lines for which the parts of one shift are there, the best first.

    draws: what each line draws of its parts on a usual day; ready: what a day can go through of each part; order: the
    lines that may run, the best first; shift: the share of usual output that one shift makes.

    >>> petrol, hybrid = [(0, 6.0)], [(0, 8.0)]
    >>> [lines_to_run([petrol, hybrid], {0: motors}, order=[1, 0], shift=0.5) for motors in (7.0, 6.0, 3.0)]
    [{0, 1}, {1}, {0}]
    """
    left, run = dict(ready), set()
    for line in order:
        if all(left[part] >= shift * draw for part, draw in draws[line]):
            run.add(line)
            for part, draw in draws[line]:
                left[part] -= shift * draw
    return run


def enough(draws: Sequence[Uses], ready: Mapping[int, float]) -> dict[int, float]:
    """How far what is ready of each part goes: as a share of what all lines draw on a usual day.

    >>> enough([[(0, 6.0), (1, 2.0)], [(0, 4.0)]], {0: 8.0, 1: 1.0})
    {0: 0.8, 1: 0.5}
    """
    wanted = dict.fromkeys(ready, 0.0)
    for line in draws:
        for part, draw in line:
            wanted[part] += draw
    return {part: ready[part] / amount if amount > 0.0 else inf for part, amount in wanted.items()}


def worth(earns: float, each: float, owed_days: float, owed_weight: float) -> float:
    """What a line earns with a unit of a scarce part, the more the longer its customers wait; endless without it.

    earns: value added in a unit of output; each: the part in one; owed_days: days of usual output that are waited for;
    owed_weight: by how much a day of waiting counts for more.

    >>> worth(earns=2.0, each=0.5, owed_days=7.0, owed_weight=1 / 14)
    6.0
    """
    return earns / each * (1.0 + owed_weight * owed_days) if each > 0.0 else inf

"""A maker's production plan: which of its lines run while a part is not enough for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

Uses = Sequence[tuple[int, float]]  # part, by its place, and amount, for each part of a line


def lines_to_run(
    draws: Sequence[Uses], ready: Sequence[float], order: Sequence[int], shift: float, most: Sequence[float] = ()
) -> dict[int, float]:
    """The lines for which the parts of one shift are there, the best first, and what share of usual output each makes.

    draws: what each line draws of its parts on a usual day; ready: what a day can go through of each part; order: the
    lines that may run, the best first; shift: the share of usual output that one shift makes; most: the most that each
    line can make, for which what is left is shared in proportion; without it each makes one shift.

    >>> petrol, hybrid = [(0, 6.0)], [(0, 8.0)]
    >>> [lines_to_run([petrol, hybrid], [motors], order=[1, 0], shift=0.5) for motors in (7.0, 6.0, 3.0)]
    [{1: 0.5, 0: 0.5}, {1: 0.5}, {0: 0.5}]
    >>> [lines_to_run([petrol, hybrid], [motors], [1, 0], 0.5, most=[1.25, 1.25]) for motors in (10.5, 21.0, 5.0)]
    [{1: 0.75, 0: 0.75}, {1: 1.25, 0: 1.25}, {1: 0.625}]
    """
    left, run = list(ready), dict[int, float]()
    for line in order:
        if all(left[part] >= shift * draw for part, draw in draws[line]):
            run[line] = shift
            for part, draw in draws[line]:
                left[part] -= shift * draw
    if most:
        more = enough([draws[line] for line in run], left)
        for line in run:
            run[line] = max(shift, min([most[line], *(shift + more[part] for part, draw in draws[line] if draw > 0.0)]))
    return run


def enough(draws: Sequence[Uses], ready: Sequence[float]) -> list[float]:
    """How far what is ready of each part goes: as a share of what all lines draw on a usual day.

    >>> enough([[(0, 6.0), (1, 2.0)], [(0, 4.0)]], [8.0, 1.0])
    [0.8, 0.5]
    """
    wanted = [0.0] * len(ready)
    for line in draws:
        for part, draw in line:
            wanted[part] += draw
    return [there / amount if amount > 0.0 else inf for there, amount in zip(ready, wanted, strict=True)]


def a_day_of(stock: Sequence[float], sent: Sequence[float], days: float) -> list[float]:
    """What a day can go through of each part for so many days, on the first of which what comes lies in stock already.

    >>> a_day_of([2.0], [1.0], days=4.0)
    [1.25]
    """
    return [(lies + comes * (days - 1.0)) / days for lies, comes in zip(stock, sent, strict=True)]


def worth(earns: float, each: float, owed_days: float, owed_weight: float) -> float:
    """What a line earns with a unit of a scarce part, the more the longer its customers wait; endless without it.

    earns: value added in a unit of output; each: the part in one; owed_days: days of usual output that are waited for;
    owed_weight: by how much a day of waiting counts for more.

    >>> worth(earns=2.0, each=0.5, owed_days=7.0, owed_weight=1 / 14)
    6.0
    """
    return earns / each * (1.0 + owed_weight * owed_days) if each > 0.0 else inf

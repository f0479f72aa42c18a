"""Habits: the plain arithmetic by which people in this world judge and act, on plain numbers."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

Supplier = TypeVar("Supplier", bound=Hashable)


def worry(news: float, fill_rate: float, fear_of_news: float) -> float:
    """How worried somebody is, 0 to 1: by what is read, weighed by fear, or by what no longer arrives.

    >>> worry(news=1.0, fill_rate=1.0, fear_of_news=0.5)
    0.5
    >>> worry(news=0.0, fill_rate=0.25, fear_of_news=0.5)
    0.75
    """
    fear, lack = news * fear_of_news, 1.0 - fill_rate
    return fear if fear > lack else lack


def precaution(worried: float, caution: float) -> float:
    """How many times the normal cover somebody wants: once, and a worried person's share more.

    >>> precaution(worried=0.5, caution=1.0)
    1.5
    """
    return 1.0 + caution * worried


def stretch(cover: float, alarm: float, least: float) -> float:
    """Share of capacity to run at: all of it above the alarm, then in step with what is left, never under the least.

    >>> stretch(cover=40.0, alarm=30.0, least=0.5), stretch(24.0, 30.0, 0.5), stretch(3.0, 30.0, 0.5)
    (1.0, 0.8, 0.5)
    """
    if cover >= alarm:
        return 1.0
    return max(least, cover / alarm)


def speed(cover: float, alarm: float, least: float) -> float:
    """Share of capacity to run at so that stocks last; with less than a day on the shelf there is nothing to stretch.

    Whoever waits at an empty shelf works at full speed as soon as goods come.

    >>> speed(cover=24.0, alarm=30.0, least=0.5), speed(3.0, 30.0, 0.5), speed(0.0, 30.0, 0.5)
    (0.8, 0.5, 1.0)
    """
    return stretch(cover, alarm, least) if cover >= 1.0 else 1.0


def premium(cover: float, alarm: float, most: float) -> float:
    """Premium over the contract price to offer: nothing above the alarm, the most when nothing is left.

    >>> premium(cover=30.0, alarm=10.0, most=0.5), premium(5.0, 10.0, 0.5), premium(0.0, 10.0, 0.5)
    (0.0, 0.25, 0.5)
    """
    if cover >= alarm:
        return 0.0
    return most * (1.0 - cover / alarm)


def diversified(shares: dict[Supplier, float], newer: Sequence[Supplier], part: float) -> dict[Supplier, float]:
    """How to split orders when second sources are ready: they get a part together, and the rest is scaled.

    `shares` are the contract shares; the newer sources, which have none, may be used by now.

    >>> diversified({"old": 1.0, "new": 0.0}, ["new"], 0.25)
    {'old': 0.75, 'new': 0.25}
    >>> diversified({"old": 1.0, "new": 0.0}, [], 0.25)
    {'old': 1.0, 'new': 0.0}
    """
    if not newer:
        return shares
    split = {name: share * (1.0 - part) for name, share in shares.items()}
    return split | dict.fromkeys(newer, part / len(newer))


def worth_helping(gain: float, chance: float, fine: float) -> float:
    """Share of what is asked that a bystander re-exports: none once the expected fine eats the gain.

    gain: profit as a share of the goods' value; chance: of detection; fine: as a multiple of the goods' value.

    >>> worth_helping(gain=0.5, chance=0.0, fine=10.0), worth_helping(0.5, 0.025, 10.0), worth_helping(0.5, 0.1, 10.0)
    (1.0, 0.5, 0.0)
    """
    if gain <= 0.0:
        return 0.0
    return min(1.0, max(0.0, (gain - chance * fine) / gain))


def added_up(column: memoryview[float], rows: Iterable[int]) -> float:
    """Add up some rows of a column one after the other: `sum` rounds otherwise from Python 3.12 on.

    >>> from array import array
    >>> added_up(memoryview(array("d", [0.1, 0.2, 0.3])), [0, 2])
    0.4
    """
    total = 0.0
    for row in rows:
        total += column[row]
    return total

"""Applications for licences since the shock: where those filed and those of before ended up, and what waits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runs.measures.quantities import after_shock, controlled_goods
from runs.simulation.record import Array, Record

MOST_UNITS_NAMED = 3


@dataclass(frozen=True)
class Applications:
    """Applications, each counted once: before + filed = granted + refused + ended + waiting.

    before: filed before the shock and not yet ruled on; filed: since then; waiting: at the end; ended: those that a
    change of the rule made void or needless.
    """

    before: int
    filed: int
    granted: int
    refused: int
    ended: int
    waiting: int


def applications(record: Record, rows: Array) -> Applications:
    """What became of the applications on some licensed links, as whole numbers that add up.

    A row of the tables may stand for a share of a company's papers, so that counts are no whole numbers by themselves.
    """
    zero, papers = after_shock(record), record.licences
    filed, granted, refused = (float(papers[name][zero:, rows].sum()) for name in ("filed", "granted", "denied"))
    if zero:
        before = float(papers["waiting_files"][zero - 1, rows].sum())
    else:  # the evening before the first day is in no record
        before = float(
            (papers["waiting_files"] + papers["granted"] + papers["denied"] - papers["filed"])[0, rows].sum()
        )
    waiting = float(papers["waiting_files"][-1, rows].sum())
    ended = max(0.0, before + filed - granted - refused - waiting)
    ends = as_whole_numbers([granted, refused, ended, waiting])
    old, new = as_whole_numbers([before, filed])
    return Applications(old, new, *ends)


def as_whole_numbers(parts: list[float]) -> list[int]:
    """Parts in whole numbers that add up to their rounded sum; those with the largest fractions are rounded up.

    >>> as_whole_numbers([116.6, 2.6, 0.0, 12.4])
    [117, 3, 0, 12]
    >>> as_whole_numbers([1.4, 1.4, 1.4])
    [2, 1, 1]
    """
    whole = [int(part) for part in parts]
    missing = round(sum(parts)) - sum(whole)
    for place in sorted(range(len(parts)), key=lambda i: whole[i] - parts[i])[:missing]:
        whole[place] += 1
    return whole


def waiting_by_unit(record: Record, rows: Array) -> dict[str, Array]:
    """What waits for a licence on some licensed links day by day, by unit of the goods; units worth most come first.

    Goods of different units are never added up. Units are those of goods that are bought at rest, or that ever waited.
    """
    net, goods = record.network, record.register.tables.goods
    good_of, waiting = net.need_good[net.need_of[net.link_of]], record.licences["waiting"] * rows
    used = {int(good) for good in good_of[waiting.any(axis=0)]} | set(controlled_goods(record))
    found: dict[str, Array] = {}
    worth: dict[str, float] = {}
    for good in sorted(used):
        amount = np.asarray(waiting[:, good_of == good].sum(axis=1))
        unit = goods[good].unit
        found[unit] = found.get(unit, 0.0) + amount
        worth[unit] = worth.get(unit, 0.0) + float(amount.max(initial=0.0) * net.base_price[good])
    return {unit: found[unit] for unit in sorted(found, key=lambda unit: -worth[unit])}


def waiting_words(record: Record, rows: Array, day: int) -> str:
    """What waits for a licence on some licensed links on a day, such as "12 t and 340 kg"; the few units worth most."""
    waiting = list(waiting_by_unit(record, rows).items())[:MOST_UNITS_NAMED]
    *most, last = [f"{amount[day]:,.0f} {unit}" for unit, amount in waiting] or ["nothing"]
    return f"{', '.join(most)} and {last}" if most else last

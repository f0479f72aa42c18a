"""What we measure: pure functions of a record's columns, with the field's standard names."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

STOPPED_BELOW = 0.05  # shares of what a line usually makes
CURTAILED_BELOW = 0.50
RECOVERED_FROM = 0.95
WORTH_DAYS = 7.0  # a loss is felt when so many days' worth is missing; a day or two are lost and made up for every week
ROUNDING_DAYS = 1e-6  # by which seven days added up may fall short of a week

Array = NDArray[Any]


def fulfilment(output: Array, usual: Array) -> Array:
    """Output over what is usual, day by day and line by line, days x F; 1 where a line usually makes nothing.

    usual: what the line would make in the world at rest under the day's final demand. What a line wants to make is no
    measure: a fire cuts what it can want, and people who see a stock run out want less.
    """
    share = np.ones(output.shape)
    np.divide(output, usual, out=share, where=usual > 0.0)
    return share


def week_lost(share: Array, after: int = 0) -> Array:
    """The first day by which lines have lost a week's output since a day, less what they made more, F; -1 for never.

    share: `fulfilment`, days x F.
    """
    return day_of_worth(np.cumsum(1.0 - share[after:], axis=0), after)


def day_of_worth(missing: Array, after: int = 0) -> Array:
    """The day of the run by which a week's worth is missing, F; -1 where it never is.

    missing: days' worth that are missing by each day from `after` on, days x F.
    """
    day = first_day(missing >= WORTH_DAYS - ROUNDING_DAYS)
    return np.asarray(np.where(day >= 0, day + after, -1))


def stopped(output: Array, usual: Array) -> Array:
    """Days on which a line makes under 5 % of what is usual, days x F, true or false."""
    return fulfilment(output, usual) < STOPPED_BELOW


def curtailed(output: Array, usual: Array) -> Array:
    """Days on which a line makes under 50 % of what is usual, stops included."""
    return fulfilment(output, usual) < CURTAILED_BELOW


def first_day(flags: Array, after: int = 0) -> NDArray[np.int64]:
    """The first day from `after` on which each line is flagged, F; -1 for a line that never is."""
    later = flags[after:]
    first = np.argmax(later, axis=0) + after if len(later) else np.zeros(flags.shape[1], np.int64)
    return np.where(later.any(axis=0), first, -1).astype(np.int64)


def spells(flags: Array) -> list[tuple[int, int]]:
    """The spells of one line's flag: (first day, day after the last).

    >>> spells(np.array([False, True, True, False, True]))
    [(1, 3), (4, 5)]
    """
    edges = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    return [(int(a), int(b)) for a, b in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True)]


def days_survived(first_stop: Array, shock_day: int) -> Array:
    """Time to survive: days from the shock to each line's first stop, F; infinite where there is none (day -1)."""
    return np.where(first_stop >= 0, first_stop - shock_day, np.inf)


def time_to_recover(output: Array, usual: Array, shock_day: int) -> Array:
    """Days from each line's first stop until it makes 95 % again and stays there a week, F.

    Not a number for a line that never stopped; infinite for one that does not recover within the record.
    """
    return days_to_recover(fulfilment(output, usual), first_day(stopped(output, usual), shock_day))


def days_to_recover(share: Array, first_stop: Array) -> Array:
    """The same from what is made of what is usual, days x F, and the days of first stops."""
    good = share >= RECOVERED_FROM
    out = np.full(share.shape[1], np.nan)
    for f in np.flatnonzero(first_stop >= 0):
        since = first_stop[f]
        steady = [a for a, b in spells(good[since:, f]) if b - a >= 7 or b == len(good) - since]
        out[f] = steady[0] if steady else np.inf
    return out


def output_lost(output: Array, usual: Array, shock_day: int = 0) -> Array:
    """Output missing against what is usual from the shock to the end, F, in units; what overtime made up is back."""
    return np.asarray((usual - output)[shock_day:].sum(axis=0))


def value_added_lost(output: Array, usual: Array, value_added: Array, shock_day: int = 0) -> Array:
    """Value added missing on each day against what is usual, days x F, in millions, from the shock on."""
    lost = (usual - output) * value_added
    lost[:shock_day] = 0.0
    return np.asarray(lost)


def by_group(values: Array, labels: Array) -> dict[str, Array]:
    """Sum columns of days x F by the label of each line: label -> days."""
    return {str(label): values[:, labels == label].sum(axis=1) for label in dict.fromkeys(labels)}


def fill_rate(shipped: Array, ordered: Array) -> float:
    """Shipped over ordered, summed; 1 where nothing was ordered."""
    total = float(ordered.sum())
    return float(shipped.sum()) / total if total > 0.0 else 1.0


def bullwhip(orders_placed: Array, demand_received: Array) -> float:
    """Variance of orders placed over variance of demand received, both daily; NaN where demand did not change."""
    received = float(np.var(demand_received))
    return float(np.var(orders_placed)) / received if received > 0.0 else float("nan")


def concentration(amounts: Array) -> float:
    """How concentrated a buyer's sources are: the Herfindahl index of amounts, 1 for one source, 1/n for n alike."""
    total = float(amounts.sum())
    return float(np.sum((amounts / total) ** 2)) if total > 0.0 else float("nan")

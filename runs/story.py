"""What happened, in three sentences that anybody can read: the first stop, how it spread, what it cost."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.cascade import first_stops, moment, reasons, short_name
from model.metrics import CURTAILED_BELOW, RECOVERED_FROM, curtailed, first_day, fulfilment, stopped
from runs.outcomes import HOME, JPY_MN_PER_BN, TIERS, column
from runs.record import Record

Array = NDArray[Any]

DAYS_PER_YEAR = 365.0
LEAST_SHARE = 5e-5  # of a year's value added, below which nothing is told
ROOTS = {
    "regime": "which may no longer leave {origin}",
    "waiting": "which wait for licences",
    "refused": "for which licences were refused",
    "rationed": "of which there was not enough for all",
    "capacity": "whose maker had lost capacity",
    "empty stock": "of which stocks were used up",
    "demand": "of which no more was wanted",
    "declined": "of which fewer orders were taken",
    "longer way": "which travel longer",
    "slowed": "of which people made less",
}


def sentences(record: Record, told: dict[str, Any]) -> list[str]:
    """Three sentences on a run, from its record and its outcomes; a fourth on the nameless firms, if there are any."""
    wide = [] if record.crowd is None else [wide_economy(record, told)]
    stops = [(row, day) for row, day in first_stops(record) if column(record, "country")[row] == HOME]
    if not stops:
        return [*nothing_stopped(record), cost(told), *wide]
    return [first_stop(record, *stops[0]), spread(record, stops), cost(told), *wide]


def nothing_stopped(record: Record) -> list[str]:
    """No line in Japan stopped; whether one did elsewhere."""
    elsewhere = first_stops(record)
    if not elsewhere:
        return ["No line stopped.", slowest(record)]
    row, day = elsewhere[0]
    name = record.names()[row]
    words = f"Elsewhere {len(elsewhere)} did, first {name} on {moment(record, day)}."
    return ["No line in Japan stopped.", words, slowest(record, column(record, "country") == HOME)]


def slowest(record: Record, mine: Array | None = None) -> str:
    """How far the lines that never stopped, all or some of them, fell below what is usual, and which fell furthest."""
    after = record.shock_day or 0
    share = fulfilment(record.lines["output"], record.lines["usual"])[after:]
    where = "in Japan " if mine is not None else ""
    if mine is not None:
        share = np.where(mine, share, 1.0)
    least = share.min(axis=0, initial=1.0)
    slow = np.flatnonzero(least < CURTAILED_BELOW)
    if len(slow):
        row = int(slow[np.argmin(first_day(share < CURTAILED_BELOW)[slow])])
        day = after + int(np.argmax(share[:, row] < CURTAILED_BELOW))
        lines = f"{len(slow)} lines {where}ran" if len(slow) > 1 else f"One line {where}ran"
        first = "first " if len(slow) > 1 else ""
        return f"{lines} below half of what is usual, {first}{record.names()[row]} on {moment(record, day)}."
    if len(least) and float(least.min()) < RECOVERED_FROM:
        row = int(np.argmin(least))
        day = after + int(np.argmin(share[:, row]))
        made = f"{100.0 * float(least[row]):.0f} % of what is usual on {moment(record, day)}"
        return f"No line {where}fell below half of what is usual; {record.names()[row]} fell furthest, to {made}."
    return f"Every line {where}made what is usual, or nearly so, on every day."


def first_stop(record: Record, row: int, day: int) -> str:
    """Which line stopped first, when, for want of what, and what was at the root."""
    path = reasons(record, row, day)
    goods = dict(zip(record.register.goods["good"], record.register.goods["name"], strict=True))
    words = f"The first line in Japan to stop was {record.names()[row]}, on {moment(record, day)}"
    if not path[0].good:
        return f"{words}: {path[0].text}."
    words += f", for want of {goods[path[0].good]}"
    root = path[-1]
    if len(path) > 1 and root.good and root.good != path[0].good:
        words += f"; at the root it lacked {goods[root.good]}"
    if root.supplier is not None:
        words += f" from {short_name(record, root.supplier)}"
    return f"{words}, {ROOTS[root.kind].format(origin=country_of(record, root.supplier))}."


def country_of(record: Record, row: int | None) -> str:
    """The name of a line's country; "the country" where there is no line."""
    if row is None or row >= len(record.register.firms):
        return "the country"
    code = column(record, "country")[row]
    return next(c.name for c in record.register.tables.countries if c.country == code)


def spread(record: Record, stops: list[tuple[int, int]]) -> str:
    """Through which tiers the stop went, and how many lines had stopped in the end."""
    tiers = column(record, "tier")
    firsts: dict[int, int] = {}
    for row, day in stops:
        firsts.setdefault(int(tiers[row]), day)
    after = record.shock_day or 0
    reached = sorted((tier for tier in firsts if tier in TIERS), key=lambda tier: firsts[tier])
    steps = [f"{TIERS[tier].lower()} on day {firsts[tier] - after}" for tier in reached]
    cars = int(np.sum([column(record, "industry")[row] == "cars" for row, _ in stops]))
    ending = f"{len(stops)} lines in Japan stopped at one time or another, {cars} of them car lines"
    slow = only_slowed(record)
    if slow:
        ending += f", and {slow} more ran below half of what is usual"
    if len(steps) == 1:
        return f"It stayed with {steps[0].split(' on day')[0]}: {ending}."
    return f"It reached {', then '.join(steps)}; {ending}."


def only_slowed(record: Record) -> int:
    """How many lines in Japan ran below half of what is usual after the shock and never stopped."""
    output, usual, after = record.lines["output"], record.lines["usual"], record.shock_day or 0
    slow, still = (flags(output, usual)[after:].any(axis=0) for flags in (curtailed, stopped))
    return int(np.sum(slow & ~still & (column(record, "country") == HOME)))


def wide_economy(record: Record, told: dict[str, Any]) -> str:
    """How far it reached into the nameless part of the economy."""
    crowd = record.crowd
    assert crowd is not None
    lost, stood, lines = told["wide_value_added_lost_jpy_bn"], told["wide_lines_stopped"], told["wide_lines"]
    year = float(crowd.added_at_rest.sum()) * DAYS_PER_YEAR / JPY_MN_PER_BN
    words = f"Of the {lines:,} nameless firms around them {stood:,} stood on some day"
    if stood:
        row = int(np.argmax(crowd.ever_stood / crowd.lines))
        words += f", of {crowd.layers[row].lower()} {crowd.ever_stood[row]:,} of {crowd.lines[row]:,}"
    if abs(lost) < LEAST_SHARE * year:
        return words + "; what they made is as in a normal year."
    verb = "lost" if lost > 0.0 else "gained"
    share = 100.0 * abs(lost) / year
    return f"{words}; they {verb} value added of {abs(lost):,.0f} billion yen, {share:.2f} % of a year's."


def cost(told: dict[str, Any]) -> str:
    """What it cost Japan."""
    vehicles, value, share = (
        told[f"{key}_{HOME}"] for key in ("vehicles_not_built", "value_added_lost_jpy_bn", "gdp_share_lost_pct")
    )
    if value is None or share is None or abs(share) < 0.0005:
        return "It cost Japan nothing that can be measured."
    if value < 0.0:
        return f"Japan made {-value:,.0f} billion yen more value added than in a normal year, filling stocks."
    return (
        f"Japan built {max(0.0, vehicles):,.0f} fewer vehicles than in a normal year and lost value added of "
        f"{value:,.0f} billion yen, {share:.2f} % of a year's GDP."
    )

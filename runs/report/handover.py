"""The way of a stop on the screen of a terminal: tier by tier, second sources, the neighbour's part, and licences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runs.measures.handover import Lane, lanes
from runs.measures.quantities import JPY_MN_PER_BN, after_shock, controlled_goods, focus, unit_under_control
from runs.measures.second_sources import SecondSource, held_in, licences_for, opened_by, sold_to
from runs.simulation.record import Array, Record

MOST_NAMED = 3  # suppliers or goods that a sentence names
LANE_HEADS = ("first stop", "deliveries", "output", "added")
LANE_ROOMS = (12, 12, 10, 11)
WHOLE_FROM = 10.0  # tonnes; fewer are given to two digits
LEAST_SHARE = 0.0005  # of a need; less is nothing


def handover_table(record: Record) -> list[str]:
    """A row a tier at home: its first stop, and by how many days its stock put the loss off; [] where nothing was lost.

    Of the lines that lost a week's output the median; days are counted from the shock.
    """
    found = lanes(record)
    if not any(len(lane.hit) or lane.first_stop for lane in found):
        return []
    zero = after_shock(record)
    titles = [f"{lane.title} ({len(lane.hit)} of {len(lane.rows)} line{'s' * (len(lane.rows) != 1)})" for lane in found]
    room = max(map(len, [*titles, "lines that lost a week's output"]))
    return [
        "How the stop was handed on: days by which a week's worth was missing",
        table_row("lines that lost a week's output", LANE_HEADS, room),
        *(table_row(title, lane_cells(lane, zero), room) for title, lane in zip(titles, found, strict=True)),
    ]


def lane_cells(lane: Lane, zero: int) -> list[str]:
    """The days of a lane, counted from the shock; dashes where there is none."""
    stop = None if lane.first_stop is None else lane.first_stop[1]
    days = ["-" if day is None else f"day {day - zero}" for day in (stop, lane.short, lane.lost)]
    return [*days, "-" if lane.added is None else f"{lane.added} days"]


def table_row(title: str, cells: Sequence[str], room: int) -> str:
    """A row: its title in a column of some letters, and its cells."""
    columns = (f"{cell:>{width}}" for cell, width in zip(cells, LANE_ROOMS, strict=True))
    return f"{title:<{room}}{''.join(columns)}"


def second_source_line(record: Record) -> str:
    """How many suppliers lines at home opened, how many became ready, and which brought most."""
    about, days = focus(record), record.days - after_shock(record)
    found = opened_by(record, about.home)
    words = f"Second sources of {about.name(about.home)}: "
    if not found:
        return words + "none opened"
    ready = sum(source.ready is not None for source in found)
    brought = [source for source in found if source.share_brought(days) >= LEAST_SHARE]
    words += f"{len(found)} supplier{'s' * (len(found) != 1)} opened, {ready} ready, {len(brought)} delivered"
    named = "; ".join(source_words(record, source, days) for source in brought[:MOST_NAMED])
    return f"{words}; most of their customers' need: {named}" if named else words


def source_words(record: Record, source: SecondSource, days: int) -> str:
    """The name of a second source, and what share of its customers' normal use it brought."""
    names = record.names()
    name = names[source.supplier] if source.supplier < len(names) else record.register.code(source.supplier)
    return f"{name} {100.0 * source.share_brought(days):.0f} %"


def neighbour_line(record: Record) -> str | None:
    """What firms of the neighbouring country sold to home, held and opened; None where there is no such country."""
    about, zero = focus(record), after_shock(record)
    if not about.reported[1:]:
        return None
    there = about.reported[1]
    sold = {good: float(flow[zero:].sum()) for good, flow in sold_to(record, there, about.home).items()}
    worth = record.network.base_price
    most = sorted((good for good in sold if sold[good] > 0.0), key=lambda good: -sold[good] * float(worth[good]))
    traded = ", ".join(amount(record, good, sold[good]) for good in most[:MOST_NAMED]) or "nothing"
    words = f"{about.name(there)}: sold {about.name(about.home)} {traded}"
    held = held_in(record, there, controlled_goods(record))
    if held:
        good = max(held, key=lambda each: rise(held[each], zero))
        days, name = held[good], record.register.tables.goods[good].name
        words += f"; held {days[zero]:.0f}, then up to {days[zero:].max():.0f} days of {name}"
    opened = len(opened_by(record, there))
    return f"{words}; opened {opened or 'no'} second source{'s' * (opened != 1)}"


def rise(days: Array, zero: int) -> float:
    """By how many days a stock rose above that of the day of the shock, at most."""
    return float(days[zero:].max() - days[zero])


def amount(record: Record, good: int, units: float) -> str:
    """An amount of a good in words: in tonnes where it is weighed, else in billions of money at base prices."""
    row = record.register.tables.goods[good]
    if row.unit == "t":
        return f"{units:,.0f} t of {row.name}" if units >= WHOLE_FROM else f"{units:.2g} t of {row.name}"
    money, worth = focus(record).money, units * float(record.network.base_price[good]) / JPY_MN_PER_BN
    return f"{row.name} for {worth:,.{money.decimals}f} bn {money.code}"


def licence_line(record: Record, result: dict[str, Any]) -> str:
    """The licence funnel: applications of home and of all, and what waits for a ruling at home."""
    about, zero = focus(record), after_shock(record)
    here = licences_for(record, about.home)
    filed, granted, refused = (
        float(record.licences[name][zero:, here].sum()) for name in ("filed", "granted", "denied")
    )
    waiting = record.licences["waiting"][:, here].sum(axis=1)
    words = "Licences: {applications_filed:,.0f} applications, {applications_granted:,.0f} granted, ".format_map(result)
    words += "{applications_refused:,.0f} refused".format_map(result)
    if not filed:
        return words
    words += f"; for {about.name(about.home)} {filed:,.0f}, {granted:,.0f} and {refused:,.0f}"
    unit = unit_under_control(record)
    first, last = (f"{amount:,.0f} {unit}" for amount in (waiting[zero], waiting[-1]))
    return f"{words}, with {first} waiting on the day of the shock and {last} at the end"

"""What was done about a stop, in sentences: second sources that were opened, the neighbour's part, licences."""

from __future__ import annotations

import numpy as np

from runs.measures.applications import Applications, applications, waiting_words
from runs.measures.quantities import (
    JPY_MN_PER_BN,
    after_shock,
    controlled_goods,
    focus,
    short_money,
)
from runs.measures.second_sources import SecondSource, held_in, licences_for, opened_by, sold_to
from runs.simulation.record import Array, Record

MOST_NAMED = 3  # suppliers or goods that a sentence names
WHOLE_FROM = 10.0  # tonnes; fewer are given to two digits
LEAST_SHARE = 0.0005  # of a need; less is nothing


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
    """What firms of the neighbour sold to home, held and opened; None in a world that does not say who that is."""
    about, zero = focus(record), after_shock(record)
    there = about.neighbour
    if there is None:
        return None
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
    worth = units * float(record.network.base_price[good]) / JPY_MN_PER_BN
    return f"{row.name} for {short_money(worth, focus(record))}"


def licence_line(record: Record, now: str = "at the end") -> str:
    """The licence funnel: applications of all and of home, and what waits for a ruling at home; now: the last day."""
    about, zero = focus(record), after_shock(record)
    here = licences_for(record, about.home)
    words = f"Licences: {funnel_words(applications(record, np.ones_like(here)))}"
    ours = applications(record, here)
    if not ours.before + ours.filed:
        return words
    first, last = (waiting_words(record, here, day) for day in (zero, -1))
    words += f"; for {about.name(about.home)}: {funnel_words(ours)}"
    return f"{words}, with {first} waiting on the day of the shock and {last} {now}"


def funnel_words(of: Applications) -> str:
    """What became of applications, in words in which each is counted once."""
    words = f"{of.filed:,} applications filed and {of.before:,} from before"
    ended = f", {of.ended:,} ended by a change of the rule" if of.ended else ""
    return f"{words}, {of.granted:,} granted, {of.refused:,} refused{ended}, {of.waiting:,} still waiting"

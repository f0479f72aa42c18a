"""A run on one screen of a terminal: who stopped when and why, in plain words."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from model.cascade import first_stops, reasons
from model.dates import in_words
from runs.measures.quantities import focus, short_money
from runs.measures.responses import licence_line, neighbour_line, second_source_line
from runs.report.handover import handover_table
from runs.simulation.focus import Focus
from runs.simulation.record import Record

MOST_PER_TIER = 3  # lines shown of a tier; a screen has some forty rows
NAME_SHARE, WANTED_SHARE, MARGINS = 0.31, 0.22, 10  # columns of the table; the root has the rest
ROOT_LABELS = {
    "regime": "export stop",
    "no ruling": "no ruling",
    "waiting": "waiting for licences",
    "refused": "licences refused",
    "rationed": "not enough for all",
    "capacity": "capacity lost",
    "empty stock": "stocks used up",
    "demand": "orders fell",
    "declined": "orders declined",
    "longer way": "longer way",
    "slowed": "ran slower",
}

LOSSES = ("vehicles_not_built", "value_added_lost_jpy_bn", "gdp_share_lost_pct")


@dataclass(frozen=True)
class FirstStop:
    """A line's first stop: which, when, for want of what, and what was at the root."""

    tier: int
    line: str
    name: str
    country: str
    day: int
    date: date
    wanted: str
    root_good: str
    root: str

    def as_json(self) -> dict[str, Any]:
        """The stop as a dictionary for JSON."""
        return {**self.__dict__, "date": str(self.date)}


def list_stops(record: Record) -> list[FirstStop]:
    """The first stops of all lines after the shock, in the order of days."""
    goods = dict(zip(record.register.goods["good"], record.register.goods["name"], strict=True))
    found = []
    for row, day in first_stops(record):
        line = record.register.tables.firms[row]
        path = reasons(record, row, day)
        found.append(
            FirstStop(
                tier=line.tier,
                line=line.line,
                name=line.name,
                country=line.country,
                day=day - (record.shock_day or 0),
                date=record.start + timedelta(days=day),
                wanted=goods.get(path[0].good, ""),
                root_good=goods.get(path[-1].good, ""),
                root=ROOT_LABELS.get(path[-1].kind, path[-1].kind),
            )
        )
    return found


def screen_summary(record: Record, result: dict[str, Any], sentences: Sequence[str], width: int) -> str:
    """The whole screen: title, what happened in three sentences, how it was handed on, stops by tier, totals."""
    found = list_stops(record)
    paragraphs = [
        [title_line(record)],
        [textwrap.fill(sentence, width) for sentence in sentences],
        handover_table(record),
        stops_by_tier(found, width, focus(record).tiers) if found else [],
        [*totals(result, focus(record)), *fill_lines(record, width)],
    ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines)


def title_line(record: Record) -> str:
    """Which story, from when to when, with which luck."""
    last = record.start + timedelta(days=max(0, record.days - 1))
    title = record.scenario.title if record.scenario is not None else "A run"
    return f"{title}: {in_words(record.start)} to {in_words(last)}, seed {record.seed}"


def stops_by_tier(found: Sequence[FirstStop], width: int, titles: Mapping[int, str]) -> list[str]:
    """The table of stops, tier by tier, in the order of days within each."""
    name, wanted = int(width * NAME_SHARE), int(width * WANTED_SHARE)
    rooms = name, wanted, width - name - wanted - MARGINS
    rows = [table_row("day", ("line that stopped", "for want of", "at the root"), rooms)]
    for tier in sorted({stop.tier for stop in found}):
        here = [stop for stop in found if stop.tier == tier]
        rows.append(f"{titles.get(tier, 'Buyers abroad')} ({len(here)})")
        for stop in here[:MOST_PER_TIER]:
            root = f"{stop.root}: {stop.root_good}" if stop.root_good else stop.root
            rows.append(table_row(str(stop.day), (stop.name, stop.wanted, root), rooms))
        if len(here) > MOST_PER_TIER:
            rows.append(f"      and {len(here) - MOST_PER_TIER} more by day {here[-1].day}")
    return rows


def table_row(day: str, cells: tuple[str, str, str], rooms: tuple[int, int, int]) -> str:
    """One row of the table, its words cut to their columns."""
    columns = (f"{shorten_to(cell, room):<{room}}" for cell, room in zip(cells, rooms, strict=True))
    return f"{day:>4}  {'  '.join(columns)}".rstrip()


def totals(result: dict[str, Any], about: Focus) -> list[str]:
    """The totals: lines, vehicles, value added."""
    here = ", ".join(f"{result[f'lines_stopped_{code}']} in {about.name(code)}" for code in about.reported)
    rows = [
        f"Lines stopped: {result['lines_stopped']} ({here}); "
        f"at most {result['most_lines_stopped_at_once']} at once, {result['most_lines_below_half_at_once']} below half"
    ]
    for code in about.reported:
        vehicles, value, share = (result.get(f"{key}_{code}") for key in LOSSES)
        if value is not None:
            built = "" if vehicles is None else f"{vehicles:,.0f} vehicles not built; "
            gdp = "" if share is None else f", {abs(share):.2f} % of a year's GDP"
            lost = short_money(abs(value), about)
            word = "gained" if value < 0.0 and not lost.startswith(("0 ", "0.0 ")) else "lost"
            rows.append(f"{about.name(code)}: {built}value added {word} {lost}{gdp}")
            rows += suppliers_row(result, code, about)
    return rows


def suppliers_row(result: dict[str, Any], code: str, about: Focus) -> list[str]:
    """What a country's suppliers beyond the tables lost with it: a row where that is known and shows."""
    value = result.get(f"suppliers_value_added_lost_jpy_bn_{code}")
    both = result.get(f"gdp_share_lost_with_suppliers_pct_{code}")
    if value is None or both is None or round(both, 2) <= 0.0:
        return []
    return [
        f"  suppliers beyond the tables: up to {short_money(value, about)} lost, {both:.2f} % of a year's GDP in all"
    ]


def fill_lines(record: Record, width: int) -> list[str]:
    """Second sources, the neighbour's part and licences, each in as many lines as it takes."""
    lines = (second_source_line(record), neighbour_line(record), licence_line(record))
    return [textwrap.fill(line, width, subsequent_indent="  ") for line in lines if line is not None]


def shorten_to(words: str, room: int) -> str:
    """Words that fit into a column."""
    return words if len(words) <= room else words[: room - 1].rstrip() + "…"

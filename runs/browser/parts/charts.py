"""The charts beside the board: the cascade, cover by tier, output by industry, the licence funnel.

No Solara in here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from model.dates import in_words
from runs.browser.parts.board import band_of, bands_of
from runs.simulation.focus import Focus
from runs.simulation.line_labels import line_label
from runs.simulation.watched_run import (
    CURTAILED,
    JPY_MN_IN_A_BILLION,
    STOPPED,
    VEHICLES_IN_A_THOUSAND,
    WatchedRun,
)

MILLION = 1e6
WORDS_OF_SIZE = ((1e12, "trillion"), (1e9, "billion"), (MILLION, "million"))
WORD_FROM, DECIMAL_BELOW = 0.9995, 9.95  # of a size: 999.6 billion is a trillion, and 10 of a size have no decimal
MOST_CASCADE_ROWS = 26  # lines that the cascade picture has room for
LONG_DAYS = 14  # for which a line makes less than normal until it is told


def event_marks(run: WatchedRun) -> list[list[Any]]:
    """What was announced, as marks on the time axis: [day, note]; of several on a day the last one."""
    notes = {(shock.date - run.stage.start).days: shock.note for shock in run.stage.shocks}
    return [[day, note] for day, note in sorted(notes.items()) if 0 < day <= run.stage.day]


def clip_spans(spans: list[list[int]], first: int) -> list[list[int]]:
    """Spans as far as they lie on the axis."""
    return [[max(first, begin), end, state] for begin, end, state in spans if end >= first]


def cascade_rows(run: WatchedRun, first: int = 0, beside: WatchedRun | None = None) -> list[dict[str, Any]]:
    """The lines that made less than half, or for two weeks less than normal, by tier and by their first such day.

    beside: a second run, whose lines are there as well, each with the spans in which it made less than half (`ghost`).
    """
    firms, elsewhere = run.stage.register.tables.firms, len(bands_of(run.about)) - 1
    ghosts = {} if beside is None else {row: hard_spans(beside, row) for row in beside.spells}
    found = []
    for row in dict.fromkeys([*run.spells, *ghosts]):
        hard = hard_spans(run, row)
        either = hard or long_spans(run, row) or ghosts.get(row, [])
        if either and band_of(firms[row].country, run.about) != elsewhere:
            stop = next((span[0] for span in hard if span[2] == STOPPED), None)
            lost = sum((span[1] - span[0] + 1) * span[2] for span in either)
            found.append((lost, firms[row].tier, either[0][0], row, stop))
    found = sorted(found, reverse=True)[:MOST_CASCADE_ROWS]
    return [
        {
            "row": row,
            "name": line_label(run, row),
            "tier": tier,
            "stop": stop,
            "lost": lost,
            "spans": clip_spans(run.spells.get(row, []), first),
            "ghost": clip_spans(ghosts.get(row, []), first),
        }
        for lost, tier, _, row, stop in sorted(found, key=lambda entry: (entry[1], entry[2], entry[3]))
    ]


def hard_spans(run: WatchedRun, row: int) -> list[list[int]]:
    """The spans since the shock in which a line made less than half of what is usual."""
    return [span for span in run.spells.get(row, []) if span[2] >= CURTAILED and span[1] >= run.after]


def long_spans(run: WatchedRun, row: int) -> list[list[int]]:
    """The spans since the shock in which a line made less than normal for two weeks or more."""
    spans = ([max(begin, run.after), end, state] for begin, end, state in run.spells.get(row, []))
    return [span for span in spans if span[1] - span[0] + 1 >= LONG_DAYS]


def charts(run: WatchedRun, first: int, beside: WatchedRun | None = None) -> dict[str, Any]:
    """Everything that the charts draw, from day `first` on."""
    return {
        "home": run.about.home_name,
        "first": first,
        "day": run.stage.day,
        "days": run.days,
        "shock": run.stage.story.shock_day,
        "dates": month_starts(run, first),
        "marks": [mark for mark in event_marks(run) if mark[0] >= first],
        "rows": cascade_rows(run, first, beside),
        **compared_series(run, first),
        "beside": None if beside is None else compared_series(beside, first),
    }


def compared_series(run: WatchedRun, first: int) -> dict[str, Any]:
    """The series that are drawn of both runs, from day `first` on: cover, output, lines stopped, applications."""
    tallies = run.tallies
    return {
        "cover": cover_series(run, first),
        "industry": to_series([name for name, _ in run.industries], tallies.industry[first:], 3),
        "stopped": tallies.stopped[first:],
        "funnel": [
            {"name": name, "data": [round(value) for value in series[first:]]}
            for name, series in (
                ("Filed", tallies.filed),
                ("Granted", tallies.granted),
                ("Refused", tallies.denied),
                ("Waiting", tallies.waiting),
            )
        ],
    }


def cover_series(run: WatchedRun, first: int) -> list[dict[str, Any]]:
    """Days of stock of the scarcest line of each tier, with those of its middle line as the upper edge of a band."""
    days = run.tallies.scarcest[first:]
    return [
        {
            "name": name,
            "data": [round(day[tier][0], 1) for day in days],
            "band": [round(day[tier][1], 1) for day in days],
        }
        for tier, (name, _) in enumerate(run.covered)
    ]


def to_series(names: list[str], days: list[list[float]], digits: int) -> list[dict[str, Any]]:
    """Turn a row a day into a series a name."""
    return [{"name": name, "data": [round(day[i], digits) for day in days]} for i, name in enumerate(names)]


def month_starts(run: WatchedRun, first: int) -> list[list[Any]]:
    """The first of each month on the axis: [day, "Mar 2026"]."""
    out = []
    for day in range(first, run.days):
        when = run.stage.start + timedelta(days=day)
        if when.day == 1:
            out.append([day, f"{when:%b}" if when.month > 1 else f"{when:%b %Y}"])
    return out


def counters(run: WatchedRun) -> dict[str, Any]:
    """The numbers of the day: days since the shock, lines stopped and below half, vehicles not built, cost."""
    tallies, shock = run.tallies, run.stage.story.shock_day
    day = max(0, run.stage.day - 1)
    when = run.stage.start + timedelta(days=day)
    lost, vehicles = max(0.0, tallies.cost[-1] if tallies.cost else 0.0), vehicles_lost(run)
    return {
        "date": f"{in_words(when)}",
        "since": None if shock is None else day - shock,
        "stopped": tallies.stopped[-1] if tallies.stopped else 0,
        "below_half": int((run.state == CURTAILED).sum()),
        "vehicles": vehicles,
        "sign": run.about.money_sign,
        "cost": rounded(lost, run.about),
        "cost_words": in_people_words(lost * MILLION),
        "vehicles_words": None if vehicles is None else in_people_words(vehicles * VEHICLES_IN_A_THOUSAND),
        "ended": run.ended,
    }


def in_people_words(amount: float) -> list[str]:
    """A large number as people write it: the number and its word, empty for a number below a million.

    >>> in_people_words(2.5e12), in_people_words(98.4e9), in_people_words(1_130_000), in_people_words(62_000)
    (['2.5', 'trillion'], ['98', 'billion'], ['1.1', 'million'], ['62,000', ''])
    """
    for size, word in WORDS_OF_SIZE:
        if abs(amount) >= WORD_FROM * size:
            return [f"{amount / size:,.{1 if abs(amount) < DECIMAL_BELOW * size else 0}f}", word]
    return [f"{amount:,.0f}", ""]


def rounded(millions: float, about: Focus) -> float:
    """An amount in billions, to as many decimals as the world tells; whole ones without a point."""
    digits = about.money.decimals
    return round(millions / JPY_MN_IN_A_BILLION, digits) if digits else round(millions / JPY_MN_IN_A_BILLION)


def vehicles_lost(run: WatchedRun) -> int | None:
    """Vehicles not built so far, in thousands; None in a world that builds none."""
    if not run.about.vehicles:
        return None
    lost = run.tallies.vehicles_lost[-1] if run.tallies.vehicles_lost else 0.0
    return round(max(0.0, lost) / VEHICLES_IN_A_THOUSAND)


def stops_so_far(run: WatchedRun) -> list[tuple[int, int]]:
    """Lines that have stopped since the shock, in the order of their first stop: (row, day)."""
    found = {}
    for row, spans in run.spells.items():
        begins = [max(run.after, begin) for begin, end, state in spans if state == STOPPED and end >= run.after]
        if begins:
            found[row] = begins[0]
    return sorted(found.items(), key=lambda stop: (stop[1], stop[0]))


def headline_of(run: WatchedRun) -> str:
    """The most important thing of today, in one sentence."""
    stops = stops_so_far(run) if run.stage.day > run.after else []
    shock = run.stage.story.shock_day
    if shock is None or run.stage.day <= shock:
        return "Everything runs. Each circle is a production line, filled with the days of stock it has left."
    if not stops:
        return "The stop has begun; every line still runs, on stock."
    names = [f"{line_label(run, row)} (day {day - shock})" for row, day in stops[-3:]]
    lines = "1 line has" if len(stops) == 1 else f"{len(stops)} lines have"
    return f"{lines} stopped so far; the latest: {', '.join(reversed(names))}."

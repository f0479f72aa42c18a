"""What is done about the stop today: the licence queue, second sources, and the neighbour's part. No Solara in here."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from runs.measures.responses import licence_line, neighbour_line, second_source_line
from runs.simulation.line_labels import line_label
from runs.simulation.watched_run import WatchedRun

MOST_NAMED = 4  # lines below a sentence
QUEUE_HEAD, OPENING_HEAD = "Who waits longest, in days of normal use", "Ready next"


class Named(NamedTuple):
    """A line that a sentence is about, to be opened: its row, its name, and what it waits for."""

    row: int
    name: str
    words: str


def responses(run: WatchedRun) -> list[dict[str, Any]]:
    """What is done, in three parts with a title, a sentence and the lines it is about; [] until the shock."""
    if run.stage.story.shock_day is None or run.stage.day <= run.after:
        return []
    record = run.record()
    parts = [
        (licence_line(record, "today"), QUEUE_HEAD, longest_waits(run)),
        (second_source_line(record), OPENING_HEAD, ready_next(run)),
        (neighbour_line(record), "", []),
    ]
    found = []
    for sentence, head, lines in parts:
        if sentence is not None:
            title, _, text = sentence.partition(": ")
            found.append({"title": title, "text": f"{text[:1].upper()}{text[1:]}.", "head": head, "lines": lines})
    return found


def longest_waits(run: WatchedRun) -> list[Named]:
    """The inputs of lines at home of which most waits for a licence, in days of what they use at rest."""
    net, state = run.stage.world.network, run.stage.world.state
    need = net.need_of[net.link_of]
    waiting = np.bincount(need, state.waiting, len(net.line_of))
    use = net.baseline[net.line_of] * net.per_unit * net.dependence
    days = np.divide(waiting, use, out=np.zeros(len(waiting)), where=use > 0.0)
    rows, goods = net.line_of, run.stage.register.tables.goods
    mine = np.isin(rows, np.flatnonzero(run.at_home))
    most = [int(n) for n in np.argsort(-(days * mine), kind="stable")[:MOST_NAMED] if days[n] * mine[n] >= 1.0]
    return [Named(int(rows[n]), line_label(run, int(rows[n])), f"{goods[net.need_good[n]].name}, {count_days(days[n])}")
            for n in most]  # fmt: skip


def ready_next(run: WatchedRun) -> list[Named]:
    """The suppliers that lines at home are qualifying, those first that are ready first, each good once."""
    net, clock = run.stage.world.network, run.stage.world.state.clock
    goods = run.stage.register.tables.goods
    opening = np.flatnonzero(clock > 0.0)
    at_home = np.isin(net.line_of[net.need_of[opening]], np.flatnonzero(run.at_home))
    found: dict[tuple[int, int], int] = {}
    for link in sorted(map(int, opening[at_home]), key=lambda each: (float(clock[each]), each)):
        found.setdefault((int(net.supplier[link]), int(net.need_good[net.need_of[link]])), link)
    return [
        Named(row, line_label(run, row), f"{goods[good].name}, in {count_days(clock[link])}")
        for (row, good), link in list(found.items())[:MOST_NAMED]
    ]


def count_days(days: float) -> str:
    """A number of days in words.

    >>> count_days(1.2), count_days(1234.0)
    ('1 day', '1,234 days')
    """
    return "1 day" if round(days) == 1 else f"{days:,.0f} days"

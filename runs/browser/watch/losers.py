"""Who is behind a counter: the lines that lost most value added or vehicles, or that are short today."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from runs.browser.parts.charts import MILLION, in_people_words
from runs.simulation.line_labels import line_label
from runs.simulation.watched_run import CURTAILED, STOPPED, WatchedRun

MOST_NAMED = 8  # lines that a list has room for
COUNTERS = {
    "short": "Stopped or below half today",
    "vehicles": "Vehicles not built, by line",
    "cost": "Value added lost, by line",
}
Array = NDArray[Any]


class Entry(NamedTuple):
    """A line behind a counter: its row, its name, its part in words, and as a share of the longest bar."""

    row: int
    name: str
    words: str
    share: float


def who_is_behind(run: WatchedRun, counter: str) -> dict[str, Any]:
    """The lines behind one of the `COUNTERS`, for the page, those with the largest part first."""
    entries = short_today(run) if counter == "short" else losers(run, counter)
    more = f"and {len(entries) - MOST_NAMED} more lines" if len(entries) > MOST_NAMED else ""
    return {"of": counter, "title": COUNTERS[counter], "lines": entries[:MOST_NAMED], "more": more}


def losers(run: WatchedRun, counter: str) -> list[Entry]:
    """The lines that made less than usual since the shock, by what that comes to."""
    lost = missing_since_shock(run) * (run.value * MILLION if counter == "cost" else run.cars)
    sign = run.about.money_sign if counter == "cost" else ""
    rows = [int(row) for row in np.argsort(0.0 - lost, kind="stable") if lost[row] >= 1.0]
    return [Entry(row, line_label(run, row), sign + " ".join(in_people_words(float(lost[row]))).strip(),
                  round(float(lost[row] / lost[rows[0]]), 3)) for row in rows]  # fmt: skip


def missing_since_shock(run: WatchedRun) -> Array:
    """Output of each line missing against what is usual since the shock, F, in units; what was made up is back."""
    record = run.recorder.record()
    usual, output = (record.lines[name][run.after :] for name in ("usual", "output"))
    return np.asarray((usual - output).sum(axis=0))


def short_today(run: WatchedRun) -> list[Entry]:
    """The lines that are stopped or below half today, those first that have been for longest."""
    found = []
    for row in map(int, np.flatnonzero(run.state >= CURTAILED)):
        spans = run.spells.get(row, [])
        if spans:
            words = "stopped" if run.state[row] == STOPPED else "below half"
            found.append((run.state[row] != STOPPED, spans[-1][0], row, words))
    return [Entry(row, line_label(run, row), f"{words} since day {begin - run.after}", 0.0)
            for _, begin, row, words in sorted(found)]  # fmt: skip

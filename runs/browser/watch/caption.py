"""The caption: a stop in five steps, each with its day, what happened, and what to watch next.

The rule strikes; the first shelf is almost empty; the first line stops; the stop reaches the industry whose stop is the
story; a line of it is back, or the last day has passed. No Solara in here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.cascade import reasons
from model.metrics import RECOVERED_FROM, first_day, fulfilment
from runs.browser.parts.board import ALMOST_EMPTY
from runs.browser.parts.export_rules import list_names
from runs.simulation.line_labels import line_label
from runs.simulation.watched_run import FINE, STOPPED, WatchedRun

STEPS = 5
MOST_WATCHED = 3  # customers that a step names
STEADY_DAYS = 7  # for which a line must make what is usual before it is called back
Array = NDArray[Any]


@dataclass(frozen=True)
class Step:
    """A step of the story: its day of the run, what happened, what to watch next, and the rows of those lines."""

    day: int
    happened: str
    watch: str
    rows: tuple[int, ...] = ()


class Captions:
    """Tells the story of one run, step by step, as its days pass; a step once told does not change."""

    def __init__(self, run: WatchedRun) -> None:
        self._run = run
        self._steps: dict[int, Step] = {}
        self._looked = run.after  # the day of the run from which on nobody has looked yet
        firms, story = run.stage.register.firms, run.about.story
        sells = firms["industry"] == story if story else firms["demand_per_year"] > 0.0
        self._story = tuple(map(int, np.flatnonzero(sells.to_numpy() & run.reported)))

    def told(self) -> dict[str, Any] | None:
        """The steps so far, and which is the newest, for the page; None before the first."""
        self._follow()
        if not self._steps:
            return None
        newest = max(self._steps, key=lambda number: (self._steps[number].day, number))
        return {
            "newest": newest,
            "rows": list(self._steps[newest].rows),
            "steps": [self._words(self._steps[number]) if number in self._steps else None
                      for number in range(1, STEPS + 1)],
        }  # fmt: skip

    def _words(self, step: Step) -> list[str]:
        return [f"Day {step.day - self._run.after}: {step.happened}", step.watch]

    def _follow(self) -> None:
        """Look at the days that have passed since the last look."""
        run = self._run
        if run.stage.story.shock_day is None or run.stage.day <= self._looked:
            return
        finders: list[Callable[[], Step | None]] = [self._strike, self._shelf, self._stop, self._reach, self._back]
        for number, find in enumerate(finders, 1):
            if number not in self._steps and (step := find()) is not None:
                self._steps[number] = step
        if run.ended:
            self._steps[STEPS] = self._end()
        self._looked = run.stage.day

    def _strike(self) -> Step:
        """What was announced on the day of the shock, and the stock that stands against it."""
        run = self._run
        notes = [shock.note for shock in run.stage.story.shocks if (shock.date - run.stage.start).days == run.after]
        rows = self._rows_of(run.about.stock_role)
        days = [low for (_, role), (low, _) in zip(run.covered, run.tallies.scarcest[run.after], strict=True)
                if role == run.about.stock_role]  # fmt: skip
        watch = f"Watch the {run.about.stock_makers}, who live on stock"
        watch += f": the scarcest has {days[0]:.0f} days left." if days else "."
        return Step(run.after, f"{notes[0] if notes else 'the shock'}.", watch, rows)

    def _shelf(self) -> Step | None:
        """The first line whose scarcest input is almost gone while it was not on the day of the shock."""
        run, net = self._run, self._run.stage.world.network
        record = run.recorder.record()
        stock, plan = (record.needs[name][self._looked :] for name in ("stock", "plan"))
        line = net.line_of[: stock.shape[1]]
        level = np.full(stock.shape, np.inf)
        np.divide(stock, plan * np.maximum(net.normal_cover[: len(line)], 1e-9), out=level, where=plan > 0.0)
        if self._looked == run.after:
            self._full = (level[0] >= ALMOST_EMPTY) & run.reported[line] & (net.baseline[line] > 0.0)
        day = first_day((level < ALMOST_EMPTY) & self._full)
        if not (day >= 0).any():
            return None
        need = int(np.flatnonzero(day >= 0)[np.argmin(day[day >= 0])])
        row, when = int(line[need]), self._looked + int(day[need])
        good = run.stage.register.tables.goods[int(net.need_good[need])].name
        left = float(stock[day[need], need] / plan[day[need], need])
        happened = f"the first shelf is almost empty: {line_label(run, row)} has {left:.0f} days of {good} left."
        return Step(when, happened, *self._customers(row))

    def _stop(self) -> Step | None:
        """The first line that stops."""
        found = self._first_stop(map(int, np.flatnonzero(self._run.reported)))
        if found is None:
            return None
        day, row = found
        return Step(day, f"the first line stops: {self._stopped(row, day)}.", *self._customers(row))

    def _reach(self) -> Step | None:
        """The first line of the story's industry that stops."""
        found = self._first_stop(self._story)
        if found is None:
            return None
        day, row = found
        others = [other for other in self._story if other != row]
        short = [other for other in others if self._state_on(other, day) > FINE]
        story = self._run.about.story or "those who sell to users"
        runs = "runs" if len(short) == 1 else "run"
        watch = f"Watch the other {len(others)} lines of it: {len(short) or 'none'} {runs} below normal on this day."
        return Step(day, f"the stop reaches {story}: {self._stopped(row, day)}.", watch, tuple(short))

    def _back(self) -> Step | None:
        """The first line of the story's industry that stopped and has made what is usual for a week."""
        run = self._run
        found = [(day, row) for row in self._story if (day := self._week_again(row)) is not None]
        if not found:
            return None
        day, row = min(found)
        still = [other for other in run.spells if run.reported[other] and self._state_on(other, day) == STOPPED]
        watch = "Watch the days of stock: are the shelves filled again?"
        if still:
            watch = f"Watch who still stands: {list_names([line_label(run, other) for other in still])}."
        return Step(day, f"A week of usual output again: {line_label(run, row)}.", watch, tuple(still))

    def _week_again(self, row: int) -> int | None:
        """The last day of the first week since its stop in which a line made what is usual."""
        stop = self._first_stop([row])
        if stop is None or not self._had_quiet_week(row, stop[0]):
            return None
        record = self._run.recorder.record()
        share = fulfilment(*(record.lines[name][stop[0] :, row : row + 1] for name in ("output", "usual")))
        good = np.convolve(share[:, 0] >= RECOVERED_FROM, np.ones(STEADY_DAYS), "valid")
        weeks = np.flatnonzero(good >= STEADY_DAYS)
        return stop[0] + int(weeks[0]) + STEADY_DAYS - 1 if len(weeks) else None

    def _had_quiet_week(self, row: int, stop: int) -> bool:
        """Whether a line that stopped had a week without a spell since; a look that costs little, on every day."""
        spells = [span for span in self._run.spells[row] if span[1] >= stop]
        begins = [span[0] for span in spells[1:]] + [self._run.stage.day]
        return any(begin - span[1] > STEADY_DAYS for span, begin in zip(spells, begins, strict=True))

    def _end(self) -> Step:
        """What the whole run comes to."""
        run = self._run
        ever = {row for row in run.spells if run.reported[row] and self._first_stop([row]) is not None}
        still = [row for row in ever if run.state[row] == STOPPED]
        happened = f"the last day. In {run.about.reported_names} no line has stopped."
        if ever:
            lines = "1 line" if len(ever) == 1 else f"{len(ever)} lines"
            now = f"{len(still)} of them on this day" if still else "none of them on this day"
            happened = f"the last day. In {run.about.reported_names} {lines} stopped, {now}."
        return Step(run.days - 1, happened, "Watch who pays: press a number above to see who lost it.", tuple(still))

    def _first_stop(self, rows: Iterable[int]) -> tuple[int, int] | None:
        """Day and row of the first stop of some lines since the shock."""
        after, spells = self._run.after, self._run.spells
        found = [(max(after, begin), row) for row in rows
                 for begin, end, state in spells.get(row, []) if state == STOPPED and end >= after]  # fmt: skip
        return min(found, default=None)

    def _state_on(self, row: int, day: int) -> int:
        return next((state for begin, end, state in self._run.spells.get(row, []) if begin <= day <= end), FINE)

    def _stopped(self, row: int, day: int) -> str:
        """A line that has stopped, and what it lacks."""
        why = reasons(self._run.record(), row, day)[:1]
        goods = {good.good: good.name for good in self._run.stage.register.tables.goods}
        lacks = f" lacks {goods[why[0].good]}" if why and why[0].good in goods else ""
        return f"{line_label(self._run, row)}{lacks}"

    def _customers(self, row: int) -> tuple[str, tuple[int, ...]]:
        """Whom to watch when a line is short: the largest of its customers."""
        net, firms = self._run.stage.world.network, self._run.stage.register.tables.firms
        links = net.out[net.first_out[row] : net.first_out[row + 1]]
        needs = net.need_of[links]
        lines = net.line_of[needs]
        use = (net.baseline[lines] * (net.per_unit * net.dependence)[needs]) * net.contract_share[links]
        bought = np.bincount(lines, use, len(net.baseline))[: len(firms)]
        most = [int(each) for each in np.argsort(-bought, kind="stable")[:MOST_WATCHED] if bought[each] > 0.0]
        if not most:
            return "Watch it: it sells to users, who notice first.", (row,)
        return f"Watch whom it supplies: {list_names([line_label(self._run, each) for each in most])}.", tuple(most)

    def _rows_of(self, role: str | None) -> tuple[int, ...]:
        firms, run = self._run.stage.register.firms, self._run
        return tuple(map(int, np.flatnonzero((firms["role"] == role).to_numpy() & run.at_home)))

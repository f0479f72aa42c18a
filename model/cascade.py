"""Why a line stopped: from a stop back through binding inputs and short-shipping suppliers to the root."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

import numpy as np

from model.dates import in_words
from model.events import CapacityShock, RegimeShock
from model.metrics import CURTAILED_BELOW, RECOVERED_FROM, first_day, fulfilment, stopped
from model.reach import lines_by_code
from model.register import Register
from model.state import Network

LEAST_WINDOW_DAYS = 14  # a supplier's failure is looked for over at least two weeks before it was felt
LONGEST_PATH = 12  # links from a car back to an ore; no supply chain here is longer
WORDS = {"ban": "are banned", "watch": "wait without a clock", "individual": "wait for licences",
         "general": "wait for general licences"}  # fmt: skip


class History(Protocol):
    """What the search reads: the columns of a record."""

    @property
    def scenario(self) -> Any:
        """The scenario that was run, or None."""

    @property
    def start(self) -> date:
        """The first day."""

    @property
    def shock_day(self) -> int | None:
        """The day on which the story begins."""

    @property
    def register(self) -> Register:
        """The names behind the row numbers."""

    @property
    def network(self) -> Network:
        """What never changes."""

    @property
    def lines(self) -> dict[str, Any]:
        """Columns by line, days x F."""

    @property
    def needs(self) -> dict[str, Any]:
        """Columns by need, days x N."""

    @property
    def links(self) -> dict[str, Any]:
        """Columns by link, days x L."""

    @property
    def licences(self) -> dict[str, Any]:
        """Columns by licensed link, days x K."""


@dataclass(frozen=True)
class Reason:
    """One step of the way back: who was short, since when, of what, from whom, and why.

    row: the line; day: when it was short; good: the missing input, "" where none was; supplier: the line that shipped
    least of it, or None; kind: "input" where the supplier was short itself (the next reason says why), else a root:
    "regime" (banned or without a clock), "waiting" (at the licence office), "refused", "rationed" (the supplier had
    not enough for all), "capacity", "empty stock" (nobody shipped less: the line used more than it bought), "demand".
    """

    row: int
    day: int
    good: str
    supplier: int | None
    kind: str
    text: str


def first_stops(history: History) -> list[tuple[int, int]]:
    """Lines that stopped after the shock, in the order of their first stop: (row, day)."""
    days = first_day(stopped(history.lines["output"], history.lines["want"]), history.shock_day or 0)
    found = [(int(row), int(days[row])) for row in np.flatnonzero(days >= 0)]
    return sorted(found, key=lambda stop: (stop[1], stop[0]))


def reasons(history: History, row: int, day: int | None = None) -> list[Reason]:
    """The chain of reasons of a line's stop on a day (its first after the shock, else its first curtailed day).

    The first reason is about the line itself, the last one is a root. Empty for a line that was never short.
    """
    if day is None:
        day = worst_beginning(history, row)
    path: list[Reason] = []
    seen: set[int] = set()
    while day >= 0 and row not in seen and len(path) < LONGEST_PATH:
        seen.add(row)
        reason, next_day = look_back(history, row, day, seen)
        path.append(reason)
        if reason.kind != "input" or reason.supplier is None:
            break
        row, day = reason.supplier, next_day
    return path


def worst_beginning(history: History, row: int) -> int:
    """The first day after the shock on which a line stopped, else was curtailed; -1 if neither."""
    output, want = history.lines["output"][:, [row]], history.lines["want"][:, [row]]
    after = history.shock_day or 0
    stop = int(first_day(stopped(output, want), after)[0])
    return stop if stop >= 0 else int(first_day(fulfilment(output, want) < CURTAILED_BELOW, after)[0])


def look_back(history: History, row: int, day: int, seen: set[int]) -> tuple[Reason, int]:
    """Why a line was short on a day; and, where a supplier was short itself, the day on which to ask it."""
    need = int(history.lines["binding"][day, row])
    if need < 0:
        return Reason(row, day, "", None, "demand", "it wanted to make no more"), -1
    good = str(history.register.needs["good"].iloc[need])
    link, first, last = worst_link(history, need, day)
    if link < 0:
        return Reason(row, day, good, None, "empty stock", "its stock ran out while suppliers shipped as ever"), -1
    supplier = int(history.network.supplier[link])
    root = paper_root(history, link, first, last)
    if root is not None:
        return Reason(row, day, good, supplier, *root), -1
    if supplier >= len(history.register.firms):  # a crowd is recorded in sums
        return Reason(row, day, good, supplier, "rationed", "which shipped less than was agreed"), -1
    short_day = day_of_shortage(history, supplier, first, last)
    if short_day >= 0 and supplier not in seen:
        return Reason(row, day, good, supplier, "input", "which was short itself"), short_day
    if lost_capacity(history, supplier, last):
        return Reason(row, day, good, supplier, "capacity", "which had lost capacity"), -1
    return Reason(row, day, good, supplier, "rationed", "which had not enough for all who ordered"), -1


def worst_link(history: History, need: int, day: int) -> tuple[int, int, int]:
    """The link on which most was missing of what it shipped at rest; with the window of days; -1 where none was."""
    net = history.network
    window = max(LEAST_WINDOW_DAYS, int(net.normal_cover[need]))
    at_rest = net.baseline[net.line_of[need]] * net.per_unit[need] * net.dependence[need]
    worst, most, span = -1, 1e-9 * at_rest, (0, 0)
    for link in range(net.first_link[need], net.first_link[need + 1]):
        lead = int(history.register.links["lead_days"].iloc[link])
        last = max(1, day - lead)
        first = max(0, last - window)
        agreed = float(net.contract_share[link] * at_rest) * (last - first)
        missing = agreed - float(history.links["shipped"][first:last, link].sum())
        if missing > most:
            worst, most, span = link, missing, (first, last)
    return worst, *span


def paper_root(history: History, link: int, first: int, last: int) -> tuple[str, str] | None:
    """Whether papers kept a link's goods at home: (kind, clause), or None where they did not."""
    row = int(history.network.licence_of[link])
    shock = rule_in_force(history, link, last)
    if row < 0 or shock is None or shock.rule == "free":
        return None
    refused = float(history.links["refused"][first:last, link].sum())
    waiting = float(history.licences["waiting"][last - 1, row])
    shipped = float(history.links["shipped"][first:last, link].sum())
    if max(refused, waiting) <= 0.1 * shipped:  # papers that hold back less than a tenth do not stop a line
        return None
    note = f"since {in_words(shock.date)} ({shock.note})"
    if shock.rule in ("ban", "watch") or (shock.review_days or 0) >= 365:
        return "regime", f"whose exports there {WORDS['ban' if shock.rule == 'ban' else 'watch']} {note}"
    if waiting >= refused:
        return "waiting", f"whose shipments there {WORDS[shock.rule]} {note}"
    return "refused", f"whose shipments there were refused {note}"


def rule_in_force(history: History, link: int, day: int) -> RegimeShock | None:
    """The newest regime that names a link, or takes it for one that it names, by a day of the run."""
    tables = history.register.tables
    lines = lines_by_code(tables)
    newest = None
    for shock in history.scenario.shocks if history.scenario is not None else ():
        if isinstance(shock, RegimeShock) and shock.date <= history.start + timedelta(days=day):
            broad = shock.model_copy(update={"goods": ("*",)}) if shock.over_compliance > 0 else shock
            if shock.end_use != "military" and broad.reaches(tables.links[link], lines):
                newest = shock
    return newest


def day_of_shortage(history: History, supplier: int, first: int, last: int) -> int:
    """The first day of a window on which a supplier stopped for want of an input, else its worst; -1 if it made all."""
    output = history.lines["output"][first:last, supplier]
    share = fulfilment(output, history.lines["want"][first:last, supplier])
    held = (share < RECOVERED_FROM) & (history.lines["binding"][first:last, supplier] >= 0)
    if not held.any():
        return -1
    stops = held & (share < 0.05)
    return first + int(np.argmax(stops) if stops.any() else np.argmin(np.where(held, share, 2.0)))


def lost_capacity(history: History, supplier: int, day: int) -> bool:
    """Whether a dated event had taken capacity from a supplier by a day."""
    line = history.register.tables.firms[supplier]
    times = 1.0
    for shock in history.scenario.shocks if history.scenario is not None else ():
        begun = shock.date <= history.start + timedelta(days=day)
        if begun and isinstance(shock, CapacityShock) and shock.reaches(line):
            times = shock.times
    return times < 1.0


def explain(history: History, row: int, day: int | None = None) -> str:
    """Why a line stopped, in one sentence that walks back to the root."""
    path = reasons(history, row, day)
    name = str(history.register.firms["name"].iloc[row])
    if not path:
        return f"{name} was never short."
    words = f"{name} {state_on(history, path[0])} on {moment(history, path[0].day)}"
    goods = dict(zip(history.register.goods["good"], history.register.goods["name"], strict=True))
    for place, reason in enumerate(path):
        if place > 0:
            words += f", which {state_on(history, reason)} on {moment(history, reason.day)}"
        if reason.good:
            words += f" for want of {goods[reason.good]}"
        if reason.supplier is not None:
            words += f" from {short_name(history, reason.supplier)}"
        if reason.kind != "input":
            words += f", {reason.text}" if reason.supplier is not None else f": {reason.text}"
    return words + "."


def short_name(history: History, row: int) -> str:
    """A line's name without what stands in brackets behind it, for the good was named before; a nameless one's code."""
    if row >= len(history.register.firms):
        return f"firm {history.register.code(row)}"
    return str(history.register.firms["name"].iloc[row]).split(" (")[0]


def state_on(history: History, reason: Reason) -> str:
    """How badly a line was short on the day of a reason."""
    output, want = (float(history.lines[name][reason.day, reason.row]) for name in ("output", "want"))
    if output < 0.05 * want:
        return "stopped"
    return "was curtailed" if output < CURTAILED_BELOW * want else "was short"


def moment(history: History, day: int) -> str:
    """A day of the run as people say it: "day 52 (26 May 2025)", counted from the shock."""
    when = history.start + timedelta(days=day)
    number = day - (history.shock_day or 0)
    return f"day {number} ({in_words(when)})"

"""Why a line stopped: from a stop back through binding inputs and short-shipping suppliers to the root."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from model.causes import (
    LEAST_WINDOW_DAYS,
    capacity_note,
    declined_root,
    demand_note,
    longer_way,
    missing_on,
    paper_root,
    used_at_rest,
    way_on,
    window_of,
)
from model.dates import in_words
from model.history import History
from model.metrics import (
    CURTAILED_BELOW,
    RECOVERED_FROM,
    STOPPED_BELOW,
    first_day,
    fulfilment,
    stopped,
    week_lost,
)

LONGEST_PATH = 12  # links from a car back to an ore; no supply chain here is longer


@dataclass(frozen=True)
class Reason:
    """One step of the way back: who was short, since when, of what, from whom, and why.

    row: the line; day: when it was short; good: the missing input, "" where none was; supplier: the line that shipped
    least of it, or None; kind: "input" where the supplier was short itself (the next reason says why), else a root:
    "regime" (banned), "no ruling" (at a licence office without a clock), "waiting" (at one with a clock), "refused",
    "declined" (fewer orders are taken), "longer way", "rationed" (the supplier had not enough for all), "capacity" (of
    the supplier, or of the line itself where no good is missing), "empty stock" (nobody shipped less: the line used
    more than it bought), "demand" (its customers ordered less), "slowed" (its people ran it slower). Where no good is
    missing, papers and refusals are those of the line's own customers. held: from when until when what is at the root
    held, where it was over by the last day that is recorded.
    """

    row: int
    day: int
    good: str
    supplier: int | None
    kind: str
    text: str
    held: tuple[date, date] | None = None


@dataclass(frozen=True)
class Gap:
    """What kept a line from making what is usual on a day: the largest of four gaps, and the need that it is about.

    kind: "capacity" (it had lost capacity), "slowed" (its people ran it slower), "demand" (less was due to customers),
    "input" (a stock did not allow more); need: the row of the need, or -1.
    """

    kind: str
    need: int


def first_stops(history: History) -> list[tuple[int, int]]:
    """Lines that stopped after the shock, in the order of their first stop: (row, day)."""
    days = first_day(stopped(history.lines["output"], history.lines["usual"]), history.shock_day or 0)
    found = [(int(row), int(days[row])) for row in np.flatnonzero(days >= 0)]
    return sorted(found, key=lambda stop: (stop[1], stop[0]))


def reasons(history: History, row: int, day: int | None = None) -> list[Reason]:
    """The chain of reasons why a line was short on a day (else on the first on which it was as `worst_beginning` says).

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
    """The day after the shock on which a line stopped, else was curtailed, else had lost a week's output; else -1."""
    output, usual = history.lines["output"][:, [row]], history.lines["usual"][:, [row]]
    share, after = fulfilment(output, usual), history.shock_day or 0
    still, slow = (first_day(share < least, after) for least in (STOPPED_BELOW, CURTAILED_BELOW))
    return next((int(day[0]) for day in (still, slow, week_lost(share, after)) if day[0] >= 0), -1)


def gap_of(history: History, row: int, day: int) -> Gap:
    """What kept a line from making what is usual on a day.

    From what is usual to what was made there are four steps down: what capacity is left, how fast its people ran it,
    what was due to its customers, what its stocks allowed. The largest step is the gap. Where less was due because its
    people turned orders away, they ran it slower.
    """
    usual, want, output, run, times = (
        float(history.lines[name][day, row]) for name in ("usual", "want", "output", "run", "capacity_times")
    )
    able = min(usual, float(history.network.capacity[row]) * times)
    willing = min(able, float(history.network.capacity[row]) * times * run)
    due = min(willing, want)
    steps = {"input": due - output, "capacity": usual - able, "slowed": able - willing, "demand": willing - due}
    kind = max(steps, key=lambda name: steps[name])
    if kind == "demand" and turns_orders_away(history, row, day):
        kind = "slowed"
    binding = int(history.lines["binding"][day, row])
    if kind == "input":
        return Gap(kind, binding) if binding >= 0 else Gap("demand", -1)
    return Gap(kind, scarcest_need(history, row, day) if kind == "slowed" else -1)


def scarcest_need(history: History, row: int, day: int) -> int:
    """The need of a line whose stock lasts for the fewest days; -1 for a line without needs."""
    needs = range(history.network.first_need[row], history.network.first_need[row + 1])
    stock, plan = history.needs["stock"][day], history.needs["plan"][day]
    cover = {need: float(stock[need] / plan[need]) for need in needs if plan[need] > 0.0}
    return min(cover, key=lambda need: cover[need]) if cover else -1


def look_back(history: History, row: int, day: int, seen: set[int]) -> tuple[Reason, int]:
    """Why a line was short on a day, and the day on which its supplier fell short; -1 where the reasons end here."""
    gap = gap_of(history, row, day)
    if gap.kind == "capacity":
        text = f"it had lost capacity{capacity_note(history, row, day)}"
        return Reason(row, day, "", None, "capacity", text), -1
    if gap.kind == "demand":
        kind, text = lack_of_orders(history, row, day)
        return Reason(row, day, "", None, kind, text), -1
    if gap.need < 0:
        return Reason(row, day, "", None, "slowed", "its people ran it slower"), -1
    return look_upstream(history, row, day, gap.need, seen)


def look_upstream(history: History, row: int, day: int, need: int, seen: set[int]) -> tuple[Reason, int]:
    """Why a line had too little of an input: what happened on the way, to the papers, or at the supplier."""
    good = str(history.register.needs["good"].iloc[need])
    link, first, last = worst_link(history, need, day)
    longer = longer_way(history, need, day)
    if longer is not None and (link < 0 or longer[1] >= missing_on(history, link, first, last)):
        kind, clause, held = longer[2]
        return Reason(row, day, good, int(history.network.supplier[longer[0]]), kind, f"whose {clause}", held), -1
    if link < 0:
        return Reason(row, day, good, None, "empty stock", "its stock ran out while suppliers shipped as ever"), -1
    supplier = int(history.network.supplier[link])
    root = paper_root(history, link, first, last) or declined_root(history, link, first, last)
    if root is not None:
        return Reason(row, day, good, supplier, root.kind, f"whose {root.clause}", root.held), -1
    if supplier >= len(history.register.firms):  # anonymous firms are recorded in sums
        return Reason(row, day, good, supplier, "rationed", "which shipped less than was agreed"), -1
    short_day = day_of_shortage(history, supplier, first, last)
    if short_day >= 0 and gap_of(history, supplier, short_day).kind == "capacity":
        note = capacity_note(history, supplier, short_day)
        return Reason(row, day, good, supplier, "capacity", f"which had lost capacity{note}"), -1
    if short_day >= 0 and supplier not in seen:
        return Reason(row, day, good, supplier, "input", "which was short itself"), short_day
    note = demand_note(history, last, more=True)
    return Reason(row, day, good, supplier, "rationed", f"which had not enough for all who ordered{note}"), -1


def worst_link(history: History, need: int, day: int) -> tuple[int, int, int]:
    """The link that fell furthest below what it shipped at rest, and the days looked at; -1 where none fell."""
    net, windows = history.network, {}
    for link in range(net.first_link[need], net.first_link[need + 1]):
        lead = int(history.register.tables.links[link].lead_days)
        last = max(1, day - way_on(history, link, max(0, day - lead)))
        windows[link] = max(0, last - window_of(net, need)), last
    return most_missing(history, windows, 1e-9 * used_at_rest(net, need))


def worst_customer(history: History, row: int, day: int) -> tuple[int, int, int]:
    """The link on which a line's shipments fell furthest below those at rest, and the days looked at; -1 for none."""
    net, window = history.network, (max(0, day + 1 - LEAST_WINDOW_DAYS), day + 1)
    links = net.out[net.first_out[row] : net.first_out[row + 1]]
    return most_missing(history, dict.fromkeys(map(int, links), window), 1e-9 * float(net.baseline[row]))


def most_missing(history: History, windows: dict[int, tuple[int, int]], least: float) -> tuple[int, int, int]:
    """The link on which most was missing in its window of days, first .. last - 1; -1 where nowhere more than least."""
    worst, most = (-1, 0, 0), least
    for link, (first, last) in windows.items():
        missing = missing_on(history, link, first, last)
        if missing > most:
            worst, most = (link, first, last), missing
    return worst


def day_of_shortage(history: History, supplier: int, first: int, last: int) -> int:
    """The first day of a window on which a supplier stopped of itself, else its worst; -1 if it made what was due."""
    share = fulfilment(history.lines["output"][first:last, supplier], history.lines["usual"][first:last, supplier])
    held = np.array(
        [
            part < RECOVERED_FROM and gap_of(history, supplier, first + i).kind != "demand"
            for i, part in enumerate(share.tolist())
        ]
    )
    if not held.any():
        return -1
    stops = held & (share < STOPPED_BELOW)
    return first + int(np.argmax(stops) if stops.any() else np.argmin(np.where(held, share, 2.0)))


def turns_orders_away(history: History, row: int, day: int) -> bool:
    """Whether a line, by its own choice, refuses more of its customers' orders than these have cut."""
    link, first, last = worst_customer(history, row, day)
    if link < 0 or paper_root(history, link, first, last) or declined_root(history, link, first, last):
        return False
    return float(history.links["refused"][first:last, link].sum()) > missing_on(history, link, first, last, "ordered")


def lack_of_orders(history: History, row: int, day: int) -> tuple[str, str]:
    """Why less was due to a line's customers: (kind, words)."""
    link, first, last = worst_customer(history, row, day)
    if link < 0 and float(history.lines["usual"][day, row]) > float(history.network.baseline[row]):
        return "demand", f"its customers had not yet ordered more{demand_note(history, day, more=True)}"
    note = demand_note(history, day, more=False)
    if link < 0:
        return "demand", f"its customers ordered less{note}"
    customer = int(history.network.line_of[history.network.need_of[link]])
    root = paper_root(history, link, first, last) or declined_root(history, link, first, last)
    if root is not None:
        return root.kind, f"of its customers {short_name(history, customer)} got least: {root.clause}"
    return "demand", f"its customers ordered less, {short_name(history, customer)} most of all{note}"


def explain(history: History, row: int, day: int | None = None) -> str:
    """Why a line stopped, in one sentence that walks back to the root."""
    path = reasons(history, row, day)
    name = str(history.register.firms["name"].iloc[row])
    if not path:
        return f"{name} was never short: it lost less than a week's output, and never made less than half of a day's."
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
    """A line's name without the brackets behind it, for the good was named before; of an anonymous line its code."""
    if row >= len(history.register.firms):
        return f"firm {history.register.code(row)}"
    return str(history.register.firms["name"].iloc[row]).split(" (")[0]


def state_on(history: History, reason: Reason) -> str:
    """How badly a line was short on the day of a reason."""
    output, usual = (float(history.lines[name][reason.day, reason.row]) for name in ("output", "usual"))
    if output < STOPPED_BELOW * usual:
        return "stopped"
    return "was curtailed" if output < CURTAILED_BELOW * usual else "was short"


def moment(history: History, day: int) -> str:
    """A day of the run as people say it: "day 52 (26 May 2025)", counted from the shock."""
    when = history.start + timedelta(days=day)
    number = day - (history.shock_day or 0)
    return f"day {number} ({in_words(when)})"

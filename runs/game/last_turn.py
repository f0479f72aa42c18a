"""What happened to a seat in its last turn, and why: in numbers and in sentences."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np

from model.cascade import explain, worst_link
from model.causes import paper_root
from model.metrics import CURTAILED_BELOW, RECOVERED_FROM
from runs.game.hidden_draw import TURN_DAYS
from runs.game.match import Match
from runs.game.observations import Figures, announced, own_figures
from runs.game.rulings import describe_rulings
from runs.simulation.record import Record
from runs.simulation.watched_run import CURTAILED, STOPPED

ENOUGH_LANDED = 0.8  # of what a line plans to use; where less has landed the player reads of it


def largest_moves(before: Figures, after: Figures) -> list[dict[str, Any]]:
    """The three figures that changed most, each measured by what counts as a large change of it."""
    both = [(name, before[name][0], after[name][0], after[name][1], after[name][2]) for name in after if name in before]
    both.sort(key=lambda each: -abs(each[2] - each[1]) / each[4])
    return [{"name": name, "from": round(a, 1), "to": round(b, 1), "unit": unit} for name, a, b, unit, _ in both[:3]]


def explain_turn(match: Match) -> str:
    """What caused the last turn's changes, in a sentence or two; says that all was quiet only where it was."""
    sentences = describe_rulings(match)
    why = explain_line(match) if match.seat.is_line else explain_newest_stop(match)
    why = why or quote_latest_news(match)
    if why or not sentences:
        sentences.append(why or describe_quiet_turn(match))
    return " ".join(sentences)


def explain_line(match: Match) -> str:
    """Why the seat's own line was stopped or curtailed in the last turn, or which input runs short; else empty."""
    row, record = match.stage.register.row(match.seat.code), match.watched_run.record()
    day = begin_of_stop(match, row)
    if day < 0:
        return shortest_delivery(match, record)
    net, run = match.stage.world.network, float(match.stage.world.policy.run[row])
    if record.lines["binding"][day, row] < 0 and run < CURTAILED_BELOW:
        made = 100.0 * float(record.lines["output"][-1, row]) / max(1e-9, float(net.baseline[row]))
        return f"Your line makes {made:.0f} % of normal: by order it runs at {100 * run:.0f} % of its capacity at most."
    again = "" if match.watched_run.state[row] >= CURTAILED else " By the end of the two weeks it ran above half again."
    return explain(record, row, day) + again


def begin_of_stop(match: Match, row: int) -> int:
    """The day on which a line's newest stop began, else its newest days below half, if any of it fell into the last
    turn; -1 otherwise."""
    since, first, stop = match.stage.day - TURN_DAYS, -1, -1
    for begin, last, state in reversed(match.watched_run.spells.get(row, [])):
        if state < CURTAILED:
            continue
        if last < (since if first < 0 else first - 1):
            break
        first = begin
        stop = begin if state == STOPPED else stop
    return stop if stop >= 0 else first


def shortest_delivery(match: Match, record: Record) -> str:
    """Of which input least has landed in the last turn, and why; empty where enough of all has."""
    stage, net = match.stage, match.stage.world.network
    row, worst = stage.register.row(match.seat.code), None
    for n in range(net.first_need[row], net.first_need[row + 1]):
        plan = float(stage.world.state.plan[n])
        landed = float(record.needs["landed"][-TURN_DAYS:, n].mean())
        if plan > 0.0 and (worst is None or landed / plan < worst[1]):
            worst = (n, landed / plan)
    if worst is None or worst[1] > ENOUGH_LANDED:
        return ""
    good = stage.register.tables.goods[net.need_good[worst[0]]].name
    share = f"Only {100 * worst[1]:.0f} % of the {good} that you plan to use has landed"
    link, first, last = worst_link(record, worst[0], stage.day - 1)
    if link < 0:
        return share + "."
    supplier = stage.register.tables.firms[int(net.supplier[link])].name
    root = paper_root(record, link, first, last)
    if root:
        return f"{share}: most is missing from {supplier}, whose {root.clause}."
    ordered, shipped = (float(record.links[name][first:last, link].sum()) for name in ("ordered", "shipped"))
    if shipped >= RECOVERED_FROM * ordered:
        return f"{share}: no more was ordered; {supplier} ships what you order."
    return f"{share}: {supplier} ships less than you order."


def explain_newest_stop(match: Match) -> str:
    """The first stop of a line in a reported country within the last turn, back to its root; empty without one.

    Offices read of every stop, firms only of their own.
    """
    since, home = match.stage.day - TURN_DAYS, match.watched_run.reported
    new = {
        row: min(begin for begin, _, state in spells if state == STOPPED and begin >= since)
        for row, spells in match.watched_run.spells.items()
        if home[row] and any(state == STOPPED and begin >= since for begin, _, state in spells)
    }
    if not new:
        return ""
    day, row = min((day, row) for row, day in new.items())
    more = f" {len(new) - 1} more stopped in these two weeks." if len(new) > 1 else ""
    return explain(match.watched_run.record(), row, day) + more


def quote_latest_news(match: Match) -> str:
    """What was announced first on the newest day with news in the last turn; empty where nothing was."""
    shocks = announced(match, match.stage.today - timedelta(days=TURN_DAYS))
    newest = [shock.note for shock in shocks if shock.date == shocks[-1].date]
    return f"{newest[0]}." if newest else ""


def describe_quiet_turn(match: Match) -> str:
    """The last turn where nothing was announced: quiet, or how many lines are stopped and what changed most."""
    stopped, below = (int(np.sum(match.watched_run.state == state)) for state in (STOPPED, CURTAILED))
    since = match.stage.day - TURN_DAYS
    some = sum(
        any(last >= since and state >= CURTAILED for _, last, state in spells)
        for spells in match.watched_run.spells.values()
    )
    changed = largest_change(match)
    if not some and not changed:
        return "A quiet fortnight: nothing was announced, and nothing stopped."
    words = ["nothing stopped"]
    if stopped or below:
        words = [count_lines(stopped, "is stopped", "are stopped")] if stopped else []
        words += [count_lines(below, "runs below half", "run below half")] if below else []
    elif some:
        words = [f"{count_lines(some, 'was', 'were')} below half for a while"]
    sentence = f"Nothing was announced; {' and '.join(words)}."
    return f"{sentence} {changed}" if changed else sentence


def count_lines(lines: int, one: str, many: str) -> str:
    """A number of lines and what they do.

    >>> count_lines(1, "is stopped", "are stopped"), count_lines(9, "is stopped", "are stopped")
    ('1 line is stopped', '9 lines are stopped')
    """
    return f"1 line {one}" if lines == 1 else f"{lines} lines {many}"


def largest_change(match: Match) -> str:
    """The seat's own figure that changed most in the last turn, in a sentence; empty where none changed much."""
    before, after = own_figures(match, max(1, match.stage.day - TURN_DAYS)), own_figures(match)
    large = [name for name in after if name in before and abs(after[name][0] - before[name][0]) >= after[name][2]]
    if not large:
        return ""
    (most,) = largest_moves({name: before[name] for name in large}, after)[:1]
    first, last = (f"{number:,.0f}" if abs(number) >= 100 else f"{number:g}" for number in (most["from"], most["to"]))
    return f"What changed most for you: {most['name']}, from {first} to {last} {most['unit']}".strip() + "."

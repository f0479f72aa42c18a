"""The card of a line: its books, what the person in charge has decided, and why it is stopped."""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np

from model.cascade import Reason, explain, reasons, worst_beginning
from runs.browser.parts.export_rules import rules_on_exports
from runs.browser.parts.number_sources import sources_of_line
from runs.simulation.line_labels import line_label
from runs.simulation.record import Record
from runs.simulation.watched_run import CURTAILED, FINE, SLOWED, STOPPED, WatchedRun

RECENT_DAYS = 14  # days over which a card averages what landed
SPARK_DAYS = 120  # days of output that the small curve on the card shows
STATE_WORDS = {
    FINE: "runs",
    SLOWED: "runs below normal",
    CURTAILED: "makes less than half of what is usual",
    STOPPED: "has stopped",
}


class Cards:
    """Writes the cards of one run; keeps the reasons for a stop, which do not change once it has begun."""

    def __init__(self, run: WatchedRun) -> None:
        self.watched_run = run
        self._known_sources: dict[int, list[dict[str, Any]]] = {}
        self._reasons: dict[tuple[int, int, int], tuple[str, list[Reason]]] = {}

    def sources(self, row: int) -> list[dict[str, Any]]:
        """Where the numbers of a line come from; [] for no line."""
        if row >= 0 and row not in self._known_sources:
            self._known_sources[row] = sources_of_line(self.watched_run.stage.register.tables, row)
        return self._known_sources.get(row, [])

    def card(self, row: int) -> dict[str, Any]:
        """Everything that is known about a line today."""
        run, register = self.watched_run, self.watched_run.stage.register
        line, flows, net = register.tables.firms[row], run.stage.world.flows, run.stage.world.network
        goods = {good.good: good for good in register.tables.goods}
        why, path = self._why(row)
        past = np.concatenate([run.recorder.record().lines["output"][-SPARK_DAYS:, row], [0.0]])[:-1]
        base = max(1e-9, float(net.baseline[row]))
        return {
            "row": row,
            "name": line.name,
            "label": line_label(run, row),
            "makes": goods[line.good].name,
            "country": next(c.name for c in register.tables.countries if c.country == line.country),
            "state": int(run.state[row]),
            "words": STATE_WORDS[int(run.state[row])],
            "restart": self._restart(row),
            "rules": rules_on_exports(run.stage, row),
            "output": round(100 * float(flows.output[row]) / base),
            "spark": [round(float(v) / base, 2) for v in past],
            "inputs": [self._input(n) for n in range(net.first_need[row], net.first_need[row + 1])],
            "owed": self._owed(row),
            "mind": self._mind(row),
            "why": why,
            "path": self._path_steps(path),
        }

    def _input(self, n: int) -> dict[str, Any]:
        """An input's books: stock in days, what lands, what waits for a licence, and its price."""
        stage, net = self.watched_run.stage, self.watched_run.stage.world.network
        state, good = stage.world.state, stage.register.tables.goods[net.need_good[n]]
        plan = float(state.plan[n])
        links = range(net.first_link[n], net.first_link[n + 1])
        waiting = sum(float(state.waiting[net.licence_of[i]]) for i in links if net.licence_of[i] >= 0)
        zone = net.zone_of[net.country_of[net.line_of[n]]]
        record = self.watched_run.recorder.record()
        landed = record.needs["landed"][-RECENT_DAYS:, n]
        days = float(state.stock[n]) / plan if plan > 0.0 else None
        return {
            "good": good.name,
            "days": None if days is None else round(days, 1),
            "normal": round(float(net.normal_cover[n])),
            "ordered": round(float(state.on_order[n]) / plan) if plan > 0.0 else 0,
            "waiting": round(waiting / plan) if plan > 0.0 else 0,
            "landing": round(100 * float(landed.mean()) / plan) if plan > 0.0 and len(landed) else None,
            "price": round(100 * (exp(float(state.spot_log[net.need_good[n], zone])) - 1.0)),
        }

    def _restart(self, row: int) -> str:
        """What a stopped line waits for until it may start again; empty for one that waits for nothing."""
        world, goods = self.watched_run.stage.world, self.watched_run.stage.register.tables.goods
        net, state = world.network, world.state
        usual = min(float(world.flows.want[row]), float(net.baseline[row]))
        if state.stopped[row] <= 0.0 or usual <= 0.0:
            return ""
        for n in range(net.first_need[row], net.first_need[row + 1]):
            days = min(float(net.restart_days[row]), 0.5 * float(net.normal_cover[n]))
            thrift = float(state.thrift[n]) if n < len(state.thrift) else 1.0
            used = float(net.per_unit[n]) * thrift * float(net.dependence[n]) * usual
            if used > 0.0 and state.stock[n] < days * used:
                has = float(state.stock[n]) / used
                good = goods[net.need_good[n]].name
                needed, there = f"{round(days, 1):g}", f"{round(has, 1):g} of {good}"
                words = "1 day of every input is" if needed == "1" else f"{needed} days of every input are"
                return f"Starts again when {words} there; has {there}."
        return ""

    def _owed(self, row: int) -> float | None:
        """What customers have ordered and not been sent, in days of normal output."""
        stage, net = self.watched_run.stage, self.watched_run.stage.world.network
        if net.baseline[row] <= 0.0:
            return None
        mine = net.out[net.first_out[row] : net.first_out[row + 1]]
        return round(float(stage.world.state.backlog[mine].sum()) / float(net.baseline[row]), 1)

    def _mind(self, row: int) -> list[str]:
        """What the person in charge worries about and has decided, in short notes."""
        stage, net, pol = (
            self.watched_run.stage,
            self.watched_run.stage.world.network,
            self.watched_run.stage.world.policy,
        )
        person = stage.people.get(stage.register.tables.firms[row].line)
        if person is None:
            return ["Follows habit only."]
        notes = [describe_worry(person.worried, person.news)]
        for n in range(net.first_need[row], net.first_need[row + 1]):
            good = stage.register.tables.goods[net.need_good[n]].name
            if pol.cover[n] > 1.02 * net.normal_cover[n]:
                notes.append(f"Wants {pol.cover[n]:.0f} days of {good} instead of {net.normal_cover[n]:.0f}.")
            if pol.bid[n] > 0.005:
                notes.append(f"Offers {100 * pol.bid[n]:.0f} % over the contract price for {good}.")
            if stage.world.state.thrift[n] < 0.995:
                notes.append(f"Uses {100 * (1 - stage.world.state.thrift[n]):.0f} % less {good} a piece, by redesign.")
            notes += self._sources(n, good)
        if pol.run[row] < 0.99:
            notes.append(f"Runs at {100 * pol.run[row]:.0f} % to stretch what is left.")
        return notes

    def _sources(self, n: int, good: str) -> list[str]:
        stage, net = self.watched_run.stage, self.watched_run.stage.world.network
        names, clock = stage.register.tables.firms, stage.world.state.clock
        opening = [i for i in range(net.first_link[n], net.first_link[n + 1]) if clock[i] > 0.0]
        if not opening:
            return []
        first = min(opening, key=lambda i: clock[i])
        more = f" and {len(opening) - 1} more" if len(opening) > 1 else ""
        who = names[net.supplier[first]].name
        return [f"Qualifies {who}{more} for {good}: {clock[first]:.0f} days to go."]

    def _why(self, row: int) -> tuple[str, list[Reason]]:
        """The cascade in words and as a path, for a line that was ever curtailed after the shock."""
        run = self.watched_run
        if row not in run.spells or run.stage.day <= run.after:
            return "", []
        record: Record = run.record()
        day = worst_beginning(record, row)
        if day < 0:
            return "", []
        key = (row, day, len(run.stage.shocks))
        if key not in self._reasons:
            self._reasons[key] = explain(record, row, day), reasons(record, row, day)
        return self._reasons[key]

    def _path_steps(self, path: list[Reason]) -> list[dict[str, Any]]:
        """The path from the line back to the root: lines to light, with the words of each step."""
        run = self.watched_run
        goods = {good.good: good.name for good in run.stage.register.tables.goods}
        shock = run.stage.story.shock_day or 0
        steps = [
            {
                "row": step.row,
                "supplier": step.supplier,
                "day": step.day - shock,
                "kind": step.kind,
                "label": line_label(run, step.row),
                "good": goods.get(step.good, ""),
                "text": step.text,
            }
            for step in path
        ]
        if path and path[-1].supplier is not None and path[-1].kind != "input":
            root = path[-1].supplier
            last = {"row": root, "supplier": None, "day": None, "kind": "root", "label": line_label(run, root)}
            steps.append({**last, "good": "", "text": path[-1].text})
        return steps


def describe_worry(worried: float, news: float) -> str:
    """How worried somebody is, and whether the news or the deliveries are the cause.

    >>> describe_worry(0.5, 1.0), describe_worry(0.0, 0.0)
    ('Worried (50 of 100): the news is bad.', 'Not worried.')
    """
    if worried < 0.05:
        return "Not worried."
    cause = "the news is bad" if worried <= news else "deliveries fail"
    return f"Worried ({100 * worried:.0f} of 100): {cause}."

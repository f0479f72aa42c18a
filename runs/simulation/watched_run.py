"""A watched run: a stage that passes its days, its record, and the numbers that a page shows of each day."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.metrics import CURTAILED_BELOW, STOPPED_BELOW, fulfilment
from model.scenario.scenario import Scenario
from model.tables.faults import Faults
from model.tables.tables import Tables
from runs.simulation.focus import focus_of
from runs.simulation.record import Record, Recorder
from runs.simulation.stage import Stage, read_story

FINE, SLOWED, CURTAILED, STOPPED = range(4)
SLOWED_BELOW = 0.80  # share of usual output below which a line is shown as slowed
DAYS_BEFORE_SHOCK = 7  # the page opens a week before the story begins
VEHICLES_IN_A_THOUSAND = 1000.0
JPY_MN_IN_A_BILLION = 1000.0
MOST_COVER = 2.0  # times normal

Array = NDArray[Any]


@lru_cache(maxsize=32)
def load_world(scenario: str, settings: tuple[str, ...] = (), folder: str | None = None) -> tuple[Scenario, Tables]:
    """Read a scenario and its tables, those of the base case or of a world's folder; cached, so never change them.

    Raise Faults with all that is wrong, and for a world with anonymous firms, whose lines no page could draw.
    """
    story, tables = read_story(scenario, settings, folder)
    if tables.anonymous is not None:
        words = f"the page draws every line, and {tables.anonymous.counts['lines']:,} of this world have no name"
        raise Faults([f"--world: {words}; 'linestop run' tells of them in totals"])
    return story, tables


@dataclass
class Tallies:
    """Daily numbers for the counters and charts; each list has one entry a day.

    stopped: lines stopped. vehicles_lost: vehicles not built so far. cost: value added lost so far, in millions.
    cover: days of cover by tier, as in `covered`. industry: output as a share of normal, as in `industries`. filed,
    granted, denied: applications so far. waiting: applications that wait today. overdue: days that applications have
    waited past their review so far, added up. overtime: days of work that licensing offices did beyond their mandate so
    far. support: days of full support for projects that each country has paid for so far.
    scarcest: days of cover of the scarcest and of the middle line of each tier.
    """

    stopped: list[int]
    vehicles_lost: list[float]
    cost: list[float]
    cover: list[list[float]]
    industry: list[list[float]]
    filed: list[float]
    granted: list[float]
    denied: list[float]
    waiting: list[float]
    overdue: list[float] = field(default_factory=list)
    overtime: list[float] = field(default_factory=list)
    support: list[Array] = field(default_factory=list)
    scarcest: list[list[tuple[float, float]]] = field(default_factory=list)


class WatchedRun:
    """A stage with its recorder and its tallies; `pass_days` passes days.

    stage: one of which no day has passed; precision: in which its record is kept. `state` is the state of each line
    today, F: FINE, SLOWED, CURTAILED or STOPPED; `spells` are the states of all days so far, row
    of a line -> [first day, last day, state].
    """

    def __init__(self, stage: Stage, precision: type[np.floating[Any]] = np.float64) -> None:
        self.stage, self.days = stage, stage.story.days
        self.recorder = Recorder(stage, self.days, precision=precision)
        self.tallies = Tallies([], [], [], [], [], [], [], [], [])
        self.spells: dict[int, list[list[int]]] = {}
        firms, net = stage.register.firms, stage.world.network
        self.about = focus_of(stage.register.tables)
        self.after = max(0, stage.story.shock_day or 0)
        self.at_home = (firms["country"] == self.about.home).to_numpy()
        self.reported = firms["country"].isin(self.about.reported).to_numpy()
        self.cars = np.isin(np.arange(len(firms)), self.about.vehicles) & self.reported
        self.value = net.value_added * self.reported
        self.covered = tuple((tier.chart, tier.role) for tier in self.about.tiers_of_stock)
        self.industries = self.about.outputs
        self._covered = [self._needs_of(role) for _, role in self.covered]
        self._industries = [self._weights(industry) for _, industry in self.industries]
        self._ever = net.baseline > 0.0
        self.first_finished = stage.world.state.finished.copy()
        self.first_waiting = stage.world.state.waiting.copy()
        self.state = np.zeros(len(net.baseline), np.int8)

    def _needs_of(self, role: str) -> Array:
        firms = self.stage.register.firms
        mine = ((firms["role"] == role) & self.at_home).to_numpy()
        return np.asarray(np.flatnonzero(mine[self.stage.world.network.line_of]))

    def _weights(self, industry: str) -> Array:
        firms, net = self.stage.register.firms, self.stage.world.network
        mine = ((firms["industry"] == industry).to_numpy() & self.at_home).astype(float) * net.value_added
        total = float((mine * net.baseline).sum())
        return np.asarray(mine / total if total > 0.0 else mine)

    @property
    def ended(self) -> bool:
        """Whether the last day of the story has passed."""
        return self.stage.day >= self.days

    def pass_days(self, days: int) -> None:
        """Pass days, none beyond the end of the story."""
        for _ in range(min(days, self.days - self.stage.day)):
            self.stage.step()
            self.record_day()

    def record_day(self) -> None:
        """Record and count the day that the stage has just passed."""
        self.recorder.note_day()
        self._tally()

    def record(self) -> Record:
        """The record so far, with the shocks announced so far."""
        story = self.stage.story.model_copy(update={"shocks": self.stage.shocks})
        return self.recorder.record(story)

    def _tally(self) -> None:
        """Add today to the tallies and spells."""
        flows = self.stage.world.flows
        day, tallies = self.stage.day - 1, self.tallies
        usual = self.stage.world.conditions.usual
        self.state = line_states(flows.output, usual)
        self._note_spells(day)
        tallies.stopped.append(int(np.sum(self.state == STOPPED)))
        missing = (usual - flows.output) * (day >= self.after)
        tallies.vehicles_lost.append(sum_up(tallies.vehicles_lost, float(missing[self.cars].sum())))
        tallies.cost.append(sum_up(tallies.cost, float((missing * self.value).sum())))
        covers = [self._covers(rows) for rows in self._covered]
        tallies.cover.append([float(np.mean(days)) if days else 0.0 for days in covers])
        tallies.scarcest.append([(min(days), float(np.median(days))) if days else (0.0, 0.0) for days in covers])
        tallies.industry.append([float((weights * flows.output).sum()) for weights in self._industries])
        tallies.filed.append(sum_up(tallies.filed, float(flows.filed.sum())))
        tallies.granted.append(sum_up(tallies.granted, float(flows.granted.sum())))
        tallies.denied.append(sum_up(tallies.denied, float(flows.denied.sum())))
        tallies.waiting.append(
            float(self.stage.world.state.review_files.sum() + self.stage.world.state.ripe_files.sum())
        )
        policy = self.stage.world.policy
        tallies.overdue.append(sum_up(tallies.overdue, float(self.stage.world.state.ripe_files.sum())))
        tallies.overtime.append(sum_up(tallies.overtime, float(np.maximum(policy.tempo - 1.0, 0.0).sum())))
        tallies.support.append(policy.support + (tallies.support[-1] if tallies.support else 0.0))

    def _covers(self, rows: Array) -> list[float]:
        """Days of cover of each line of a tier: those of the input that it has least of.

        A line that hardly plans anything counts with at most twice its normal cover.
        """
        state, net = self.stage.world.state, self.stage.world.network
        rows = rows[state.plan[rows] > 0.0]
        least: dict[int, float] = {}
        days = np.minimum(state.stock[rows] / state.plan[rows], MOST_COVER * net.normal_cover[rows])
        for line, cover in zip(net.line_of[rows], days, strict=True):
            least[line] = min(least.get(line, np.inf), float(cover))
        return list(least.values())

    def _note_spells(self, day: int) -> None:
        for row in np.flatnonzero((self.state > FINE) & self._ever):
            spans = self.spells.setdefault(int(row), [])
            if spans and spans[-1][1] == day - 1 and spans[-1][2] == self.state[row]:
                spans[-1][1] = day
            else:
                spans.append([day, day, int(self.state[row])])


def line_states(output: Array, usual: Array) -> Array:
    """The state of each line on a day, F, by its output as a share of what is usual."""
    share = fulfilment(output, usual)
    out = np.where(share < SLOWED_BELOW, SLOWED, FINE)
    out = np.where(share < CURTAILED_BELOW, CURTAILED, out)
    return np.where(share < STOPPED_BELOW, STOPPED, out).astype(np.int8)


def sum_up(series: list[float], today: float) -> float:
    """The running sum with today's number."""
    return (series[-1] if series else 0.0) + today

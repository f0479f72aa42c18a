"""A visitor's session on the watch page: a run that a clock may drive, steered and compared. No Solara in here."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from model.scenario.scenario_files import scenario_names
from model.tables.faults import Faults
from runs.browser.parts.board import Board
from runs.browser.parts.card import Cards
from runs.browser.parts.charts import charts, counters, headline_of
from runs.browser.parts.clock import LEAST_PAUSE_SECONDS
from runs.browser.parts.session import CLOCK, Session, parse_row
from runs.browser.watch.exposure_layer import served_layer
from runs.simulation.levers import Choice, describe_levers, pull_today, resting_values
from runs.simulation.shipped_worlds import scenario_files
from runs.simulation.stage import DEFAULT_SCENARIO, SCENARIOS, Stage, parse_seed
from runs.simulation.watched_run import DAYS_BEFORE_SHOCK, WatchedRun, load_world

SCENARIO_SERVED, WORLD_SERVED = "LINESTOP_SCENARIO", "LINESTOP_WORLD"  # in the environment of the server
SPEEDS = (2, 7, 20, 60)  # days a second
SNAPSHOTS_A_SECOND = 10.0
CHART_SECONDS = 0.35  # the charts change less often than the board while days pass
log = logging.getLogger(__name__)


class WatchSnapshot(NamedTuple):
    """What the page draws: one JSON text for each of its parts."""

    version: int
    plan: str
    now: str
    charts: str
    card: str
    head: str
    levers: str


class WatchSession(Session):
    """One visitor's run, with Play, steps, levers, a second run beside it, and a line that was picked."""

    snapshot: WatchSnapshot

    def __init__(self, choice: Choice, message: str = "") -> None:
        super().__init__("That did not work; the run is as it was. Reset begins anew.", message)
        self._playing, self._speed, self._picked = False, SPEEDS[1], -1
        self._apply_today: bool | None = None  # whether a lever acts from today, where the visitor has said so
        self._start_number = 0
        self._charts, self._charted = "", 0.0
        self._beside: WatchedRun | None = None
        self._beside_words = ""
        self._shown_beside = False
        self._open(choice)
        self._publish()

    def _commands(self) -> Mapping[str, Callable[..., str | None]]:
        return {
            "play": self._play,
            "step": self._step,
            "reset": self._reset,
            "speed": self._set_speed,
            "pick": self._pick,
            "pull": self._pull,
            "scenario": self._set_scenario,
            "seed": self._set_seed,
            "minds": self._set_minds,
            "beside": self._set_beside,
            "show": self._show,
            "when": self._set_when,
            "clear": self._clear_levers,
        }

    def _release(self) -> None:
        self._playing = False
        self._run.stage.release()

    # the commands, under the lock

    def _open(self, choice: Choice) -> None:
        stage = choice.stage()
        self.choice, self._run = choice, WatchedRun(stage)
        self._board, self._cards = Board(stage), Cards(self._run)
        self._plan = json.dumps(self._board.plan() | self._layers(stage))
        self._pulled_today: dict[str, float] = {}
        self._rest = resting_values(stage)
        self._apply_today = None
        self._first = max(0, (stage.story.shock_day or DAYS_BEFORE_SHOCK) - DAYS_BEFORE_SHOCK)
        self._run.pass_days(self._first)

    def _layers(self, stage: Stage) -> dict[str, Any]:
        """What the board can be coloured by beside stocks: exposure, where the command has named a folder of it."""
        layer, codes = served_layer(), [line.line for line in stage.register.tables.firms]
        return {} if layer is None else {"exposure": layer.on_board(codes, self._board.about.money_sign)}

    def _reset(self) -> None:
        beside, self._playing = self._beside_words, False
        self._open(self.choice)
        if beside:
            self._set_beside(*self._beside_lever)

    def _reopen(self, choice: Choice) -> None:
        """Restart with another choice; if it cannot be read, nothing changes."""
        before = self.choice
        try:
            self.choice = choice
            self._reset()
        except Exception:
            self.choice = before
            raise

    def _play(self, on: bool) -> str | None:
        if on and self._run.ended:
            return "The story is over; Reset begins anew."
        start, self._playing = bool(on) and not self._playing, bool(on)
        if start:
            self._resume()
        return None

    def _resume(self) -> None:
        """Start the clock, unless it is paused; the callback of an earlier start ends."""
        self._start_number += 1
        if self._playing:
            CLOCK.start(partial(self._tick, self._start_number))

    def _step(self, days: int) -> str | None:
        if not 1 <= int(days) <= 366:
            raise ValueError(f"a step is 1 to 366 days, not {days}")
        self._playing = False
        self._pass(int(days))
        return "The story is over; Reset begins anew." if self._run.ended else None

    def _pass(self, days: int) -> None:
        self._run.pass_days(days)
        if self._beside is not None:
            self._beside.pass_days(self._run.stage.day - self._beside.stage.day)

    def _set_speed(self, days: int) -> None:
        if days not in SPEEDS:
            raise ValueError(f"the speed is one of {', '.join(map(str, SPEEDS))} days a second")
        self._speed = days

    def _pick(self, row: Any) -> None:
        self._picked = parse_row(row, len(self._run.state))

    @property
    def _today(self) -> bool:
        """Whether a lever acts from today: as the visitor says, else once the run has begun."""
        return self._run.stage.day > self._first if self._apply_today is None else self._apply_today

    def _set_when(self, today: bool) -> None:
        self._apply_today = bool(today)

    def _pull(self, key: str, value: float) -> str:
        levers = self.choice.known_levers
        if key not in levers:
            raise ValueError(f"there is no lever '{str(key)[:30]}'; there are {', '.join(levers)}")
        if self._today and self._run.stage.day > 0:
            message = pull_today(self._run.stage, key, float(value))
            self._pulled_today[key] = float(value)
            return message
        self._reopen(self.choice.with_lever(key, float(value)))
        return "Begun anew, with this from the start."

    def _clear_levers(self) -> None:
        self._reopen(replace(self.choice, levers=()))

    def _set_scenario(self, scenario: str) -> None:
        if scenario not in dict(scenario_titles(self.choice.world)):
            raise ValueError(f"there is no scenario '{str(scenario)[:40]}' here")
        self._reopen(Choice(scenario, self.choice.seed, self.choice.minds, world=self.choice.world))

    def _set_seed(self, seed: int) -> None:
        self._reopen(replace(self.choice, seed=parse_seed(seed)))

    def _set_minds(self, on: bool) -> None:
        self._reopen(replace(self.choice, minds=bool(on)))

    def _set_beside(self, key: str | None, value: float = 0.0) -> str | None:
        """Put a second run beside the first: the same random numbers, one lever set from the start."""
        self._beside, self._beside_words, self._shown_beside = None, "", False
        self._beside_lever = key, value
        if not key:
            return None
        stage = self.choice.with_lever(key, float(value)).stage()
        self._beside = WatchedRun(stage)
        self._beside.pass_days(self._run.stage.day)
        self._beside_words = f"The same luck with {self.choice.known_levers[str(key)].as_text(float(value))}"
        return None

    def _show(self, beside: bool) -> None:
        self._shown_beside = bool(beside) and self._beside is not None

    # the clock and the snapshot

    def _tick(self, start_number: int) -> float | None:
        """Pass days at the chosen speed until the visitor pauses, the story ends, or the page is closed."""
        if not self._changed.acquire(blocking=False):
            return LEAST_PAUSE_SECONDS  # a command is running; the other sessions do not wait for it
        try:
            if not (self._playing and self._visible) or self._closed or self._start_number != start_number:
                return None
            days = max(1, round(self._speed / SNAPSHOTS_A_SECOND))
            self._pass_now(days)
            self._playing = self._publish() and self._playing
            return days / self._speed
        finally:
            self._changed.release()

    def _pass_now(self, days: int) -> None:
        """Pass days; where one fails, pause with a message."""
        try:
            self._pass(days)
            self._playing = not self._run.ended
        except Exception:
            log.exception("a day failed")
            self._playing, self._message = False, "This day could not be simulated; Reset begins anew."

    def _take_snapshot(self) -> WatchSnapshot:
        text = partial(json.dumps, separators=(",", ":"))
        run = self._beside if self._shown_beside and self._beside is not None else self._run
        card = self._cards.card(self._picked) if self._picked >= 0 else None
        if not self._playing or time.monotonic() - self._charted > CHART_SECONDS:
            self._charts, self._charted = text(charts(self._run, self._first, self._beside)), time.monotonic()
        return WatchSnapshot(
            self._version,
            self._plan,
            text({**self._board.now(run), "picked": self._picked, "path": card["path"] if card else []}),
            self._charts,
            text(card),
            text(self._head()),
            text(self._levers()),
        )

    def _head(self) -> dict[str, Any]:
        """The head of the page: the story, counters and buttons."""
        run, story = self._run, self._run.stage.story
        return {
            **counters(run),
            "headline": headline_of(run),
            "beside": None if self._beside is None else {**counters(self._beside), "words": self._beside_words},
            "shown": self._shown_beside,
            "playing": self._playing,
            "speed": self._speed,
            "speeds": SPEEDS,
            "message": self._message,
            "title": story.title,
            "about": story.about,
        }

    def _levers(self) -> dict[str, Any]:
        """Everything that may be changed, with its present value."""
        return {
            "home": self._run.about.home_name,
            "today": self._today,
            "scenario": self.choice.scenario,
            "seed": self.choice.seed,
            "minds": self.choice.minds,
            "scenarios": scenario_titles(self.choice.world),
            "levers": describe_levers(self.choice, self._rest, self._pulled_today),
        }


@cache
def scenario_titles(world: str | None = None) -> tuple[tuple[str, str], ...]:
    """The scenarios that a visitor may choose: (name, title), with the one that the page was opened with.

    In a world of somebody's own these are the ones that it can play.
    """
    shipped, served = scenario_names(SCENARIOS), served_choice()
    own = [] if world is None else [path.stem for path in scenario_files(Path(world), [])]
    first = [served.scenario] if served.world == world and served.scenario not in (*own, *shipped) else []
    names = [name for name in dict.fromkeys((*first, *own, *shipped)) if world is None or plays(name, world)]
    return tuple((name, load_world(name, (), world)[0].title) for name in names)


def plays(scenario: str, world: str) -> bool:
    """Whether a world can play a scenario."""
    try:
        load_world(scenario, (), world)
    except Faults:
        return False
    return True


def served_choice() -> Choice:
    """What the page opens with: the scenario and the world that the command has named, if any."""
    return Choice(os.environ.get(SCENARIO_SERVED, DEFAULT_SCENARIO), world=os.environ.get(WORLD_SERVED))

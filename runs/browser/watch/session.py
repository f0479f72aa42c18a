"""A visitor's session on the watch page: a run that a clock may drive, steered and compared. No Solara in here."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from runs.browser.parts.board import Board
from runs.browser.parts.card import Cards
from runs.browser.parts.charts import charts
from runs.browser.parts.clock import LEAST_PAUSE_SECONDS
from runs.browser.parts.session import CLOCK, Session, parse_row
from runs.browser.watch.caption import Captions
from runs.browser.watch.choices import scenario_titles
from runs.browser.watch.course import Course
from runs.browser.watch.exposure_layer import exposure_on_board
from runs.browser.watch.glossary import glossary
from runs.browser.watch.head import head_of
from runs.browser.watch.losers import COUNTERS
from runs.browser.watch.responses import responses
from runs.browser.watch.runs import Runs
from runs.browser.watch.snapshot import WatchSnapshot
from runs.browser.watch.unknowns import Unknowns, play_unknowns, with_value
from runs.simulation.levers import Choice, Lever, describe_levers, resting_values
from runs.simulation.stage import parse_seed
from runs.simulation.watched_run import WatchedRun

SPEEDS = (2, 7, 20, 60)  # days a second
SNAPSHOTS_A_SECOND = 10.0
CHART_SECONDS = 0.35  # the charts change less often than the board while days pass
RESPONSE_SECONDS = 1.5  # and sentences less often than charts, and only while somebody can see them
log = logging.getLogger(__name__)


class WatchSession(Session):
    """One visitor's run, with Play, steps, levers, a second run beside it, and a line that was picked."""

    snapshot: WatchSnapshot

    def __init__(self, choice: Choice, message: str = "") -> None:
        super().__init__("That did not work; the run is as it was. Reset begins anew.", message)
        self._playing, self._start_number, self._speed, self._picked = False, 0, SPEEDS[1], -1
        self._apply_today: bool | None = None  # whether a lever acts from today, where the visitor has said so
        self._charts, self._charted = "", 0.0
        self._responses, self._responded, self._responses_seen = "[]", 0.0, False
        self._shown_beside, self._captions_on = False, True
        self._counter = ""  # whose lines are listed
        self._unknowns = Unknowns()
        self._runs = Runs(Course(choice))
        self._draw_anew()
        self._publish()

    def _commands(self) -> Mapping[str, Callable[..., str | None]]:
        return {
            "play": self._play,
            "step": self._step,
            "reset": self._reset,
            "back": partial(self._bring, self._runs.go_back, "The run before is back."),
            "forward": partial(self._bring, self._runs.go_forward, "The run after it is back."),
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
            "unknowns": self._play_unknowns,
            "suppose": self._suppose,
            "caption": self._set_captions,
            "who": self._set_counter,
            "look": self._set_responses_seen,
        }

    def _release(self) -> None:
        self._playing = False
        self._runs.release()

    # the commands, under the lock

    @property
    def choice(self) -> Choice:
        """What the run is made from."""
        return self._runs.course.choice

    @property
    def _run(self) -> WatchedRun:
        return self._runs.run

    def _draw_anew(self) -> None:
        """Lay out the board and the books of another run."""
        stage = self._run.stage
        self._board, self._cards = Board(stage), Cards(self._run)
        self._captions = Captions(self._run)
        self._plan = json.dumps(self._board.plan() | exposure_on_board(self._board))
        self._glossary = json.dumps(glossary(stage.register.tables))
        self._rest, self._shown_beside = resting_values(stage), False

    def _reset(self) -> None:
        self._runs.reset()
        self._stand_at_first()

    def _begin(self, course: Course) -> None:
        self._runs.begin(course)
        self._stand_at_first()

    def _stand_at_first(self) -> None:
        self._playing, self._apply_today = False, None
        self._draw_anew()

    def _replay(self, course: Course, words: str) -> str:
        """Play another course up to today; words: in which it differs."""
        begun = self._runs.has_begun
        self._runs.replay(course)
        if not begun:
            self._stand_at_first()
            return f"Begun anew, with {words}."
        self._draw_anew()
        return f"Played again up to today, with {words}. Back returns to the run before."

    def _bring(self, go: Callable[[], None], words: str) -> str:
        """Watch another run of the visitor's, as far as it had come."""
        go()
        self._playing = False
        self._draw_anew()
        return words

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
        self._runs.pass_days(int(days))
        return "The story is over; Reset begins anew." if self._run.ended else None

    def _set_speed(self, days: int) -> None:
        if days not in SPEEDS:
            raise ValueError(f"the speed is one of {', '.join(map(str, SPEEDS))} days a second")
        self._speed = days

    def _pick(self, row: Any) -> None:
        self._picked = parse_row(row, len(self._run.state))

    @property
    def _today(self) -> bool:
        """Whether a lever acts from today: as the visitor says, else once the run has begun."""
        return self._runs.has_begun if self._apply_today is None else self._apply_today

    def _set_when(self, today: bool) -> None:
        self._apply_today = bool(today)

    def _pull(self, key: str, value: float) -> str:
        lever = self._lever(key)
        if self._today and self._run.stage.day > 0:
            return self._runs.pull_today(key, float(value))
        course = self._runs.course.from_the_start(key, float(value))
        return self._replay(course, f"{lever.as_text(float(value))} from the start and the same luck")

    def _lever(self, key: str) -> Lever:
        levers = self.choice.known_levers
        if key not in levers:
            raise ValueError(f"there is no lever '{str(key)[:30]}'; there are {', '.join(levers)}")
        return levers[key]

    def _clear_levers(self) -> str:
        return self._replay(Course(replace(self.choice, levers=())), "all levers as in the story and the same luck")

    def _play_unknowns(self) -> None:
        """Play the course with each value of what nobody knew."""
        self._unknowns = play_unknowns(self._runs.course, self._run.stage.story.ranges)

    def _suppose(self, of: int, value: float) -> str:
        """Watch the story with a value of what nobody knew, by the place of its range, from the start."""
        ranges = self._run.stage.story.ranges
        if not 0 <= int(of) < len(ranges) or value not in ranges[int(of)].values:
            raise ValueError("this story does not say that it could have this value")
        each = ranges[int(of)]
        words = f"{each.name} at {value:g} {each.unit} from the start and the same luck"
        return self._replay(with_value(self._runs.course, each, float(value)), words)

    def _set_scenario(self, scenario: str) -> None:
        if scenario not in dict(scenario_titles(self.choice.world)):
            raise ValueError(f"there is no scenario '{str(scenario)[:40]}' here")
        self._begin(Course(Choice(scenario, self.choice.seed, self.choice.minds, world=self.choice.world)))

    def _set_seed(self, seed: int) -> str:
        choice = replace(self.choice, seed=parse_seed(seed))
        return self._replay(replace(self._runs.course, choice=choice), f"the luck of seed {choice.seed}")

    def _set_minds(self, on: bool) -> str:
        choice = replace(self.choice, minds=bool(on))
        pulls = self._runs.course.pulls if on else ()  # without people nobody takes an order
        return self._replay(Course(choice, pulls), "people who decide" if on else "people who follow habit only")

    def _set_beside(self, key: str | None, value: float = 0.0) -> None:
        """Put a second run beside the first: the same luck and the same levers, but one that is set from the start."""
        if key:
            self._lever(key)
            self._runs.compare(key, float(value))
        else:
            self._runs.close_beside()
        self._shown_beside = False

    def _show(self, beside: bool) -> None:
        self._shown_beside = bool(beside) and self._runs.beside is not None

    def _set_captions(self, on: bool) -> None:
        self._captions_on = bool(on)

    def _set_counter(self, of: str) -> None:
        """List the lines behind a counter; asked again, or for none, put the list away."""
        if of and of not in COUNTERS:
            raise ValueError(f"there is no counter '{str(of)[:30]}'; there are {', '.join(COUNTERS)}")
        self._counter = "" if of == self._counter else of

    def _set_responses_seen(self, on: bool) -> str:
        """Note whether somebody can see what is done about the stop; the message stays."""
        self._responses_seen, self._responded = bool(on), 0.0
        return self._message

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
            self._runs.pass_days(days)
            self._playing = not self._run.ended
        except Exception:
            log.exception("a day failed")
            self._playing, self._message = False, "This day could not be simulated; Reset begins anew."

    def _take_snapshot(self) -> WatchSnapshot:
        text = partial(json.dumps, separators=(",", ":"))
        run = self._runs.beside if self._shown_beside and self._runs.beside is not None else self._run
        card = self._cards.card(self._picked) if self._picked >= 0 else None
        head = self._head()
        marked = {"told": head["caption"]["rows"] if head["caption"] and run is self._run else []}
        if not self._playing or time.monotonic() - self._charted > CHART_SECONDS:
            self._charts, self._charted = text(charts(self._run, self._runs.first, self._runs.beside)), time.monotonic()
        late = time.monotonic() - self._responded > RESPONSE_SECONDS
        if not self._playing or (self._responses_seen and late):
            self._responses, self._responded = text(responses(self._run)), time.monotonic()
        return WatchSnapshot(
            self._version,
            self._plan,
            text({**self._board.now(run), **marked, "picked": self._picked, "path": card["path"] if card else []}),
            self._charts,
            self._responses,
            text(self._unknowns.told(self._runs.course, self._run.stage.story.ranges)),
            self._glossary,
            text(card),
            text(self._cards.sources(self._picked)),
            text(head),
            text(self._levers()),
        )

    def _head(self) -> dict[str, Any]:
        """The head of the page: the story, counters and buttons."""
        return {
            **head_of(self._runs, self._counter),
            "caption": self._captions.told() if self._captions_on else None,
            "captions_on": self._captions_on,
            "shown": self._shown_beside,
            "playing": self._playing,
            "speed": self._speed,
            "speeds": SPEEDS,
            "message": self._message,
        }

    def _levers(self) -> dict[str, Any]:
        """Everything that may be changed, with its present value."""
        return {
            "home": self._run.about.home_name,
            "today": self._today,
            "begun": self._runs.has_begun,
            "compared": bool(self._runs.compared),
            "scenario": self.choice.scenario,
            "seed": self.choice.seed,
            "minds": self.choice.minds,
            "scenarios": scenario_titles(self.choice.world),
            "levers": describe_levers(self.choice, self._rest, self._runs.course.pulled_today),
        }

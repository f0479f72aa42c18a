"""A match: a seat, a seed and a list of moves, which give the same history to the bit on any day."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from agents.player import Move
from model.chance import stream
from model.scenario.events import AuthorityShock, Event, NewsShock, RegimeShock
from model.scenario.scenario import Scenario
from model.tables.tables import Tables
from runs.browser.game.seats import SEATS, Seat
from runs.simulation.stage import Stage
from runs.simulation.watched_run import WatchedRun, load_world

TURN_DAYS, TURNS = 14, 12
STORY = "two-months"  # the scenario whose stocks and whose rule the game plays with
LAW = "january-2026"  # the scenario whose licences are in force when a game begins
LUCK = "game"
COMES = 0.75  # chance that the stop comes at all
EARLIEST_DAY, LATEST_DAY = 8, 36
RELIEF = 0.35  # chance that it is lifted again
RELIEF_AFTER_DAYS, RELIEF_WITHIN_DAYS = 84, 40
MORE_STOCK_DAYS = 30  # the what-if "with 30 days more stock"
OFFICE_FILES_A_DAY = 300.0  # rule of the game: hands of the office once the shock has struck; 330 a day come in
OURS = "drawn from the seed of the game"


@dataclass(frozen=True)
class Draw:
    """What the seed keeps hidden: whether the stop comes, when, how deep, and if it is lifted."""

    day: int
    depth: str
    relief: int | None


def draw(seed: int) -> Draw:
    """Draw what is hidden from the stream named game."""
    luck = stream(seed, LUCK)
    comes, depth, relief = luck.random(3)
    day, wait = luck.integers((EARLIEST_DAY, RELIEF_AFTER_DAYS), (LATEST_DAY, RELIEF_AFTER_DAYS + RELIEF_WITHIN_DAYS))
    if comes >= COMES:
        return Draw(int(day), "scare", None)
    names = ("stop", "queue", "delay")
    lifted = int(day + wait) if relief < RELIEF else None
    return Draw(int(day), names[int(np.searchsorted((0.5, 0.8), depth, side="right"))], lifted)


RULES: dict[str, dict[str, Any]] = {
    "stop": {},
    "queue": {"rule": "individual", "review_days": 120, "grant_share": 0.6, "refuse_share": 0.2},
    "delay": {"rule": "individual", "review_days": 45, "grant_share": 0.95, "refuse_share": 0.0},
}
NOTES = {
    "stop": "Licensed rare-earth goods no longer leave for {0}",
    "queue": "General licences for {0} end: every export is reviewed case by case, and offices ask for more papers",
    "delay": "General licences for {0} end: every export is reviewed case by case",
    "scare": "There is talk of a stop; for now general licences for {0} go on",
}
LEVELS = {"stop": 1.0, "queue": 0.8, "delay": 0.5, "scare": 0.5}


def law() -> tuple[RegimeShock, RegimeShock]:
    """What is in force when a game begins: case by case for everybody abroad, general licences for Japan's buyers."""
    story = load_world(LAW)[0]
    rules = [shock for shock in story.shocks if isinstance(shock, RegimeShock)]
    strict = next(rule for rule in rules if rule.date == story.start)
    eased = next(rule for rule in rules if rule.rule == "general")
    return strict, eased.model_copy(update={"date": story.start, "suppliers": ()})


def story_of(seed: int, extra_days: int = 0) -> tuple[Scenario, Tables]:
    """The world of a game: the stocks of two-months, and what the seed has drawn, dated.

    extra_days: days of stock more at the start with everybody in Japan, for the what-if.
    """
    settings = (
        ()
        if not extra_days
        else tuple(
            f"needs.cover_days[line={need.line},good={need.good}]={need.cover_days + extra_days:g}"
            for need in load_world(STORY)[1].needs
            if next(line.country for line in load_world(STORY)[1].firms if line.line == need.line) == "JP"
        )
    )
    story, tables = load_world(STORY, settings)
    hidden = draw(seed)
    struck = story.start + timedelta(days=hidden.day)
    strict, eased = law()
    struck_rules = [shock for shock in story.shocks if isinstance(shock, RegimeShock)]
    shocks: list[Event] = [strict, *(as_before(rule, eased, story.start) for rule in struck_rules)]
    shocks += [shock for shock in story.shocks if shock.date != story.shock_date]
    shocks += [drawn(shock, hidden, struck) for shock in story.shocks if shock.date == story.shock_date]
    if hidden.relief is not None:
        lifted = story.start + timedelta(days=hidden.relief)
        shocks += [as_before(rule, eased, lifted) for rule in struck_rules]
        shocks += [calmed(shock, lifted) for shock in story.shocks if isinstance(shock, NewsShock)]
    return story.model_copy(
        update={
            "name": f"game-{seed}",
            "title": "A game",
            "shocks": tuple(shocks),
            "shock_date": struck,
            "days": TURN_DAYS * TURNS,
        }
    ), tables


def drawn(shock: Event, hidden: Draw, struck: date) -> Event:
    """A shock of the scenario as the seed has drawn it."""
    update: dict[str, Any] = {"date": struck, "source": OURS}
    if isinstance(shock, RegimeShock):
        where = "Japan" if "JP" in shock.destination else "plants that finish magnets for Japan"
        note = NOTES[hidden.depth].format(where)
        if hidden.depth == "scare":
            return as_before(shock, law()[1], struck).model_copy(update={"note": note})
        update |= RULES[hidden.depth] | {"note": note}
    if isinstance(shock, AuthorityShock):
        update |= {"review_capacity": OFFICE_FILES_A_DAY}
    if isinstance(shock, NewsShock):
        update |= {"level": LEVELS[hidden.depth], "note": "It is on every front page"}
    return shock.model_copy(update=update)


def as_before(rule: RegimeShock, eased: RegimeShock, day: date) -> RegimeShock:
    """The general licences that a rule puts an end to, on a day before or after it."""
    kept = {"destination": rule.destination, "entities": rule.entities, "goods": rule.goods}
    note = "The rules are eased: general licences as before"
    return eased.model_copy(update={**kept, "date": day, "note": note, "source": OURS})


def calmed(shock: Event, day: date) -> Event:
    """The news when the rules are eased."""
    return shock.model_copy(update={"date": day, "source": OURS, "level": 0.1, "note": "The news calm down"})


class Match:
    """A game on the stage: take turns with `turn(moves)` until it is over."""

    def __init__(self, seat: Seat, seed: int, extra_days: int = 0) -> None:
        self.seat, self.seed, self.extra_days = seat, seed, extra_days
        self.stage = Stage(STORY, seed, world=story_of(seed, extra_days))
        self.watched_run = WatchedRun(self.stage)
        self.turns: list[tuple[Move, ...]] = []
        self.begun = stock_value(self.stage, seat)

    @property
    def over(self) -> bool:
        """Whether the last turn has been taken."""
        return len(self.turns) >= TURNS

    def turn(self, moves: Sequence[Move]) -> None:
        """Carry out the moves, dated within the turn, and let fourteen days pass."""
        if self.over:
            raise ValueError("the game is over; begin another one")
        today, end = self.stage.today, self.stage.today + timedelta(days=TURN_DAYS)
        for move in moves:
            if not today <= move.date < end:
                raise ValueError(f"the move of {move.date} is none of this turn, which begins on {today}")
        if moves:
            self.stage.give_orders(self.seat.code, [self._stocked(move) for move in moves])
        self.turns.append(tuple(moves))
        self.watched_run.pass_days(TURN_DAYS)

    def _stocked(self, move: Move) -> Move:
        """In the what-if with more stock, whoever asks for days of stock asks for more."""
        if move.verb != "hold" or not self.extra_days:
            return move
        return replace(move, arguments=move.arguments | {"days": move.arguments["days"] + self.extra_days})

    def hand_over(self) -> None:
        """Give the seat to its habits for the rest."""
        if self.seat.code in self.stage.players:
            self.stage.leave_seat(self.seat.code)

    def digest(self) -> str:
        """A fingerprint of the world's state and of today's flows, to the bit."""
        mark = hashlib.sha256()
        for room in (self.stage.world.state, self.stage.world.flows):
            for column in room:
                mark.update(np.ascontiguousarray(column).tobytes())
        return mark.hexdigest()


def replay(seat: str, seed: int, turns: Sequence[Sequence[Move]], extra_days: int = 0, hand_over: int = TURNS) -> Match:
    """Play a list of moves again; from turn `hand_over` on the seat's habits take over."""
    match = Match(SEATS[seat], seed, extra_days)
    for number, moves in enumerate(turns):
        if number == hand_over:
            match.hand_over()
        match.turn(moves if number < hand_over else ())
    return match


def par(seat: str, seed: int) -> Match:
    """The same seat and seed on autopilot."""
    return replay(seat, seed, [()] * TURNS)


def stock_value(stage: Stage, seat: Seat) -> float:
    """What lies on the floor of a seat's line, at today's contract prices, in million JPY."""
    if not seat.is_line:
        return 0.0
    row, net, state = stage.register.row(seat.code), stage.world.network, stage.world.state
    needs = slice(int(net.first_need[row]), int(net.first_need[row + 1]))
    inputs = float((state.stock[needs] * state.contract[net.need_good[needs]]).sum())
    return inputs + float(state.finished[row] * state.contract[net.good_of[row]])

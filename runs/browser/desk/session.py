"""A game at the desk: a match, its file, and the snapshot that is drawn. All who have the game open share it."""

from __future__ import annotations

import json
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from model.dates import in_words
from model.tables.faults import Faults
from runs.browser.desk.neighbourhood import neighbourhood
from runs.browser.parts.board import Board
from runs.browser.parts.card import Cards
from runs.browser.parts.charts import charts
from runs.browser.parts.session import BACKGROUND, Session, parse_row
from runs.game.hidden_draw import TURN_DAYS, TURNS
from runs.game.last_turn import explain_turn, largest_moves
from runs.game.match import Match, replay
from runs.game.observations import Figures, announced, customs, customs_month, own_figures, promises, public_news
from runs.game.saved_games import (
    SavedGame,
    create_game,
    find_game,
    games_folder,
    list_games,
    load_game,
    resume_game,
    save_turn,
)
from runs.game.score import describe_score
from runs.game.seat_charts import curves, forecast
from runs.game.seats import SEATS, changed_controls, describe_controls, moves_from_wishes
from runs.game.verdict import compute_verdict
from runs.simulation.stage import parse_seed

LARGEST_DRAWN_SEED = 10_000
START, TURN, VERDICT = "start", "turn", "verdict"  # the screens
MOST_KEYS = 64  # of turns that were handed in; a phone repeats the newest
log = logging.getLogger(__name__)


class GameSnapshot(NamedTuple):
    """What the page draws, as JSON: which screen, its content, and the world that is left; null before the end."""

    version: int
    shown: str
    screen: str
    world: str


class GameSession(Session):
    """One visitor's game: choose a seat, take turns, read the verdict; resumed by the name of its file."""

    snapshot: GameSnapshot
    _match: Match | None = None

    def __init__(self, name: str = "", where: Path | None = None) -> None:
        super().__init__("That did not work; the game is as it was saved. Reload to go on.")
        self._where = where or games_folder()
        self._clear()
        self._publish()
        if name:
            self.run_command("open", game=name)

    def _commands(self) -> Mapping[str, Callable[..., str | None]]:
        return {
            "begin": self._begin,
            "open": self._open,
            "next": self._next,
        }

    def _release(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._leave(None)
        self._game: SavedGame | None = None
        self._moved: list[dict[str, Any]] = []
        self._why, self._verdict = "", ""
        self._handed_in = OrderedDict[str, None]()
        self._was: dict[str, Any] = {}  # the values of the levers before the last turn

    def _leave(self, match: Match | None) -> None:
        """Go on with another match, or none, and let the one before be garbage-collected."""
        if self._match is not None:
            self._match.release()
        self._match = match

    def _begin(self, seat: str, seed: Any = "") -> None:
        if seat not in SEATS:
            raise ValueError(f"there is no seat '{str(seat)[:30]}'; choose one of {', '.join(SEATS)}")
        number = parse_seed(seed) if str(seed).strip() else 1 + secrets.randbelow(LARGEST_DRAWN_SEED)
        self._clear()
        self._game = create_game(seat, number, self._where)
        self._match = Match(SEATS[seat], number)

    def _open(self, game: str) -> str | None:
        saved = load_game(find_game(game, self._where))
        match = resume_game(saved)
        self._clear()
        self._game, self._match = saved, match
        if match.turns:
            self._note_turn(match, own_figures(match, max(1, match.stage.day - TURN_DAYS)))
        if match.over:
            self._compute_verdict(match)
            return None
        return f"Resumed at turn {len(match.turns) + 1}." if match.turns else None

    def _next(self, wishes: Any, turn: Any = None, key: str = "") -> None:
        """Play the moves and save them; a turn that cannot be saved is taken back, one handed in twice is played once.

        turn: the number of turns played when it was decided; key: the same text each time that it is handed in.
        """
        match, game = self._match, self._game
        if match is None or game is None:
            raise ValueError("no game is open; choose a seat")
        if key and key in self._handed_in:
            return
        number = len(match.turns)
        if turn is not None and turn != number:
            raise ValueError(f"turn {number} of this game has been played in another tab; here is how it stands now")
        if match.over:
            raise ValueError("the game is over; begin another one")
        if not isinstance(wishes, dict):
            raise ValueError("a turn takes levers and their values; nothing was played")
        moves, before = moves_from_wishes(match.stage, match.seat, wishes), own_figures(match)
        values = {lever["key"]: lever["value"] for lever in self._controls(match)}
        try:
            match.play_turn(moves)
            save_turn(game, number, moves, match.digest())
        except Exception:
            self._leave(reload_match(game, match, number))
            raise
        self._handed_in[key] = None
        while len(self._handed_in) > MOST_KEYS:
            self._handed_in.popitem(last=False)
        self._was = values
        self._note_turn(match, before)
        if match.over:
            self._compute_verdict(match)

    def _note_turn(self, match: Match, before: Figures) -> None:
        self._moved, self._why = largest_moves(before, own_figures(match)), explain_turn(match)

    def _compute_verdict(self, match: Match) -> None:
        """Compute the verdict in the background: it takes three replays."""
        self._verdict = "..."
        BACKGROUND.submit(self._finish_verdict, match)

    def _finish_verdict(self, match: Match) -> None:
        try:
            text = json.dumps(compute_verdict(match))
        except Exception:
            log.exception("the verdict failed")
            text = ""
        with self._changed:
            if self._match is match:
                self._verdict = text
                self._message = "" if text else "The verdict could not be worked out; the game is saved."
                self._publish()

    def _take_snapshot(self) -> GameSnapshot:
        match = self._match
        if match is None:
            return GameSnapshot(self._version, START, json.dumps(self._start_screen()), "null")
        screen = json.dumps(self._match_screen(match))
        if not match.over:
            return GameSnapshot(self._version, TURN, screen, "null")
        board = Board(match.stage)
        drawn = {**charts(match.watched_run, 0), "decisions": decisions(match)}
        world = {"plan": board.plan(), "now": board.now(match.watched_run), "charts": drawn}
        return GameSnapshot(self._version, VERDICT, screen, json.dumps(world))

    @property
    def name(self) -> str:
        """The name of the open game; empty without one."""
        return self._game.name if self._game else ""

    def card(self, row: Any) -> dict[str, Any] | None:
        """The books of a line once the game is over; None before, and for what is no line."""
        with self._changed:
            match = self._match
            if match is None or not match.over:
                return None
            row = parse_row(row, len(match.watched_run.state))
            return Cards(match.watched_run).card(row) if row >= 0 else None

    def _start_screen(self) -> dict[str, Any]:
        return {
            "message": self._message,
            "where": str(self._where),
            "turns": TURNS,
            "days": TURN_DAYS,
            "seats": [[seat.key, seat.title, seat.name, seat.goal] for seat in SEATS.values()],
            "saved": list_games(self._where),
        }

    def _match_screen(self, match: Match) -> dict[str, Any]:
        seat = match.seat
        return {
            "message": self._message,
            "file": str(self._game.path) if self._game else "",
            "game": self._game.name if self._game else "",
            "seat": [seat.key, seat.title, seat.name, seat.goal],
            "seed": match.seed,
            "turn": len(match.turns),
            "turns": TURNS,
            "days": TURN_DAYS,
            "date": f"{in_words(match.stage.today)}",
            "forecast": forecast(match),
            "moved": self._moved,
            "why": self._why,
            "news": public_news(match),
            "fresh": fresh_days(match),
            "customs": customs(match),
            "month": customs_month(match),
            "route": f"{match.about.exporters_name} to {match.about.home_name}",
            "promises": promises(match),
            "curves": curves(match),
            "figures": other_figures(match),
            "score": describe_score(match),
            "levers": [] if match.over else self._controls(match),
            "near": None if match.turns else neighbourhood(match),
            "verdict": None if self._verdict in ("", "...") else json.loads(self._verdict),
            "computing": self._verdict == "...",
        }

    def _controls(self, match: Match) -> list[dict[str, Any]]:
        """The levers, each with the value that it had before the last turn."""
        levers = describe_controls(match.stage, match.seat, changed_controls(match.stage, match.seat))
        return [{**lever, "was": self._was.get(lever["key"], lever["value"])} for lever in levers]


def reload_match(game: SavedGame, match: Match, number: int) -> Match:
    """The match as its file has it, other tabs' turns included; without a readable file, as before this turn."""
    try:
        return resume_game(load_game(game.path))
    except Faults:
        return replay(match.seat.key, match.seed, match.turns[:number])


def fresh_days(match: Match) -> int:
    """On how many of the days with news it came within the last turn."""
    return len({shock.date for shock in announced(match, match.stage.today - timedelta(days=TURN_DAYS))})


def other_figures(match: Match) -> list[list[Any]]:
    """The seat's own figures that no curve shows: [name, value, unit]."""
    drawn = {"Output", *(name for name in own_figures(match) if name.startswith("Stock of "))}
    drawn |= {curve["name"] for curve in curves(match)}
    return [[n, round(value, 1), unit] for n, (value, unit, _) in own_figures(match).items() if n not in drawn]


def decisions(match: Match) -> list[list[Any]]:
    """What the person decided, by day, for the cascade picture."""
    out = []
    for number, moves in enumerate(match.turns):
        if moves:
            words = "; ".join(
                dict.fromkeys(
                    f"{move.verb} {', '.join(map(format_argument, move.arguments.values()))}" for move in moves
                )
            )
            out.append([number * TURN_DAYS, f"Turn {number + 1}: {words[:300]}"])
    return out


def format_argument(value: Any) -> str:
    """An argument of a move as people read it."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {share:.0%}" for name, share in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)

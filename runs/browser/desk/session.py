"""A game at the desk: a match, its file, and the snapshot that is drawn. All who have the game open share it."""

from __future__ import annotations

import json
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from model.tables.faults import Faults
from runs.browser.parts.board import Board
from runs.browser.parts.card import Cards
from runs.browser.parts.charts import charts
from runs.browser.parts.session import BACKGROUND, Session, parse_row
from runs.game.desk_view import LastTurn, TurnNotes, decisions, desk_view, last_turn
from runs.game.game_plan import DRAWN, GamePlan
from runs.game.hidden_draw import TURN_DAYS
from runs.game.match import Match, begin_match, replay
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
from runs.game.seats import moves_from_wishes
from runs.game.seats_of_world import offer_seats
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

    def __init__(self, name: str = "", where: Path | None = None, plan: GamePlan = DRAWN) -> None:
        super().__init__("That did not work; the game is as it was saved. Reload to go on.")
        self._where, self._plan = where or games_folder(), plan
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
        self._verdict, self._last = "", LastTurn()
        self._handed_in = OrderedDict[str, None]()

    def _leave(self, match: Match | None) -> None:
        """Go on with another match, or none, and let the one before be garbage-collected."""
        if self._match is not None:
            self._match.release()
        self._match = match

    def _begin(self, seat: str, seed: Any = "") -> None:
        offered = offer_seats(self._plan)
        if seat not in offered.seats and seat not in dict(offered.others):
            some = ", ".join(offered.seats)
            raise ValueError(f"there is no seat '{str(seat)[:30]}'; choose one of {some}, or another line by its code")
        number = parse_seed(seed) if str(seed).strip() else 1 + secrets.randbelow(LARGEST_DRAWN_SEED)
        match = begin_match(seat, number, self._plan)
        game = create_game(match, self._where)
        self._clear()
        self._game, self._match = game, match

    def _open(self, game: str) -> str | None:
        saved = load_game(find_game(game, self._where))
        match = resume_game(saved)
        self._clear()
        self._game, self._match = saved, match
        if saved.newest_key:  # a page repeats the turn whose answer it did not get, after a restart as well
            self._handed_in[saved.newest_key] = None
        self._last = last_turn(match)
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
        moves, notes = moves_from_wishes(match.stage, match.seat, wishes), TurnNotes(match)
        try:
            match.play_turn(moves)
            save_turn(game, number, moves, match.digest(), key)
        except Exception:
            self._leave(reload_match(game, match, number))
            raise
        self._handed_in[key] = None
        while len(self._handed_in) > MOST_KEYS:
            self._handed_in.popitem(last=False)
        self._last = notes.finish()
        if match.over:
            self._compute_verdict(match)

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
        offered = offer_seats(self._plan)
        return {
            "message": self._message,
            "where": str(self._where),
            "turns": self._plan.turns,
            "days": TURN_DAYS,
            "story": "" if self._plan.is_drawn else self._plan.read()[0].title,
            "seats": [[seat.key, seat.title, seat.name, seat.goal] for seat in offered.seats.values()],
            "others": offered.others,
            "saved": list_games(self._where),
        }

    def _match_screen(self, match: Match) -> dict[str, Any]:
        return {
            **desk_view(match, self._last, match.world.plan.turns),
            "message": self._message,
            "file": str(self._game.path) if self._game else "",
            "game": self._game.name if self._game else "",
            "seed": match.seed,
            "score": describe_score(match),
            "verdict": None if self._verdict in ("", "...") else json.loads(self._verdict),
            "computing": self._verdict == "...",
        }


def reload_match(game: SavedGame, match: Match, number: int) -> Match:
    """The match as its file has it, other tabs' turns included; without a readable file, as before this turn."""
    try:
        return resume_game(load_game(game.path))
    except Faults:
        return replay(match.seat.key, match.seed, match.turns[:number], plan=match.world.plan)

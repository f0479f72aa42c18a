"""The room of one game: a match, its file, and the frame that the page draws. No web in here."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from model.dates import in_words
from model.tables.faults import Faults
from runs.browser.game.match import TURN_DAYS, TURNS, Match, replay
from runs.browser.game.observations import (
    Figures,
    customs,
    customs_month,
    moved_most,
    own_figures,
    promises,
    public_news,
    why_so,
)
from runs.browser.game.saved_games import SavedGame, find, folder, load, new_game, resume, save_turn, saved_games
from runs.browser.game.seat_charts import curves, forecast
from runs.browser.game.seats import SEATS, desk, moves_of, touched
from runs.browser.game.verdict import verdict
from runs.browser.parts.board import Board
from runs.browser.parts.card import Cards
from runs.browser.parts.charts import charts
from runs.browser.parts.session import ERRANDS, Visit, checked_seed, line_picked

LARGEST_DRAWN_SEED = 10_000
log = logging.getLogger(__name__)


class GameFrame(NamedTuple):
    """What is drawn of a game: one JSON text for each part of the page; empty where a part is not shown."""

    version: int
    table: str
    plan: str
    now: str
    charts: str
    card: str


class GameRoom(Visit):
    """One visitor's game: choose a seat, take turns, read the verdict; resumed by the name of its file."""

    frame: GameFrame

    def __init__(self, name: str = "", where: Path | None = None) -> None:
        super().__init__("That did not work; the game is as it was saved. Reload to go on.")
        self._where = where or folder()
        self._clear()
        self._publish()
        if name:
            self.act("open", game=name)

    def _acts(self) -> Mapping[str, Callable[..., str | None]]:
        return {
            "begin": self._begin,
            "open": self._open,
            "next": self._next,
            "leave": self._clear,
            "pick": self._pick,
        }

    def _let_go(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._match: Match | None = None
        self._game: SavedGame | None = None
        self._moved: list[dict[str, Any]] = []
        self._why, self._verdict, self._picked = "", "", -1

    def _begin(self, seat: str, seed: Any = "") -> None:
        if seat not in SEATS:
            raise ValueError(f"there is no seat '{str(seat)[:30]}'; choose one of {', '.join(SEATS)}")
        number = checked_seed(seed) if str(seed).strip() else 1 + secrets.randbelow(LARGEST_DRAWN_SEED)
        self._clear()
        self._game = new_game(seat, number, self._where)
        self._match = Match(SEATS[seat], number)

    def _open(self, game: str) -> str | None:
        saved = load(find(game, self._where))
        match = resume(saved)
        self._clear()
        self._game, self._match = saved, match
        if match.over:
            self._reckon(match)
            return None
        return f"Resumed at turn {len(match.turns) + 1}." if match.turns else None

    def _pick(self, row: Any) -> None:
        self._picked = -1 if self._match is None else line_picked(row, len(self._match.watched_run.state))

    def _next(self, wishes: Any) -> None:
        """Save the moves, then play them: a turn that cannot be saved is not played."""
        match, game = self._match, self._game
        if match is None or game is None:
            raise ValueError("no game is open; choose a seat")
        if match.over:
            raise ValueError("the game is over; begin another one")
        if not isinstance(wishes, dict):
            raise ValueError("a turn takes levers and how each is set; nothing was played")
        moves, before, number = (
            moves_of(match.stage, match.seat, wishes),
            own_figures(match),
            len(match.turns),
        )
        try:
            match.turn(moves)
            save_turn(game, number, moves, match.digest())
        except Exception:
            self._match = as_saved(game, match, number)
            raise
        self._tell(match, before)
        if match.over:
            self._reckon(match)

    def _tell(self, match: Match, before: Figures) -> None:
        self._moved, self._why = moved_most(before, own_figures(match)), why_so(match)

    def _reckon(self, match: Match) -> None:
        """Work out the verdict elsewhere; it takes some replays."""
        self._verdict = "..."
        ERRANDS.submit(self._judge, match)

    def _judge(self, match: Match) -> None:
        try:
            told = json.dumps(verdict(match))
        except Exception:
            log.exception("the verdict failed")
            told = ""
        with self._news:
            if self._match is match:
                self._verdict = told
                self._said = "" if told else "The verdict could not be worked out; the game is saved."
                self._publish()

    def _draw(self) -> GameFrame:
        match = self._match
        if match is None:
            return GameFrame(self._version, json.dumps(self._lobby()), "", "", "", "null")
        table = json.dumps(self._table(match))
        if not match.over:
            return GameFrame(self._version, table, "", "", "", "null")
        board = Board(match.stage)
        card = Cards(match.watched_run).card(self._picked) if self._picked >= 0 else None
        now = {**board.now(match.watched_run), "picked": self._picked, "path": card["path"] if card else []}
        drawn = {**charts(match.watched_run, 0), "decisions": decisions(match)}
        return GameFrame(
            self._version,
            table,
            json.dumps(board.plan()),
            json.dumps(now),
            json.dumps(drawn),
            json.dumps(card),
        )

    def _lobby(self) -> dict[str, Any]:
        return {
            "page": "lobby",
            "said": self._said,
            "where": str(self._where),
            "turns": TURNS,
            "days": TURN_DAYS,
            "seats": [[seat.key, seat.title, seat.name, seat.goal] for seat in SEATS.values()],
            "saved": saved_games(self._where),
        }

    def _table(self, match: Match) -> dict[str, Any]:
        seat = match.seat
        return {
            "page": "end" if match.over else "desk",
            "said": self._said,
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
            "customs": customs(match),
            "month": customs_month(match),
            "promises": promises(match),
            "curves": curves(match),
            "figures": figures(match),
            "levers": [] if match.over else desk(match.stage, seat, touched(match.stage, seat, match.turns)),
            "verdict": None if self._verdict in ("", "...") else json.loads(self._verdict),
            "reckoning": self._verdict == "...",
        }


def as_saved(game: SavedGame, match: Match, number: int) -> Match:
    """The game as its file has it, another tab's turns included; without a whole file, as it was before this turn."""
    try:
        return resume(load(game.path))
    except Faults:
        return replay(match.seat.key, match.seed, match.turns[:number])


def figures(match: Match) -> list[list[Any]]:
    """The seat's own numbers that no curve shows: [name, value, unit]."""
    drawn = {"Output", *(name for name in own_figures(match) if name.startswith("Stock of "))}
    drawn |= {curve["name"] for curve in curves(match)}
    return [[n, round(value, 1), unit] for n, (value, unit, _) in own_figures(match).items() if n not in drawn]


def decisions(match: Match) -> list[list[Any]]:
    """What the person decided, by day, for the cascade picture."""
    out = []
    for number, moves in enumerate(match.turns):
        if moves:
            words = "; ".join(
                dict.fromkeys(f"{move.verb} {', '.join(map(plain, move.arguments.values()))}" for move in moves)
            )
            out.append([number * TURN_DAYS, f"Turn {number + 1}: {words[:300]}"])
    return out


def plain(value: Any) -> str:
    """An argument of a move as people read it."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {share:.0%}" for name, share in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)

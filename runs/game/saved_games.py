"""Saved games: a game is its list of moves, in an SQLite file of its own, written on every turn.

The names of tables and keys are those of the file format; they stay as they are.
"""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from agents.player import VERBS, Move
from model.tables.faults import Faults
from runs.game.game_plan import DRAWN, GamePlan
from runs.game.hidden_draw import TURNS
from runs.game.match import Match, begin_match
from runs.game.seats import SEATS
from runs.simulation.stage import parse_seed

FORMAT_VERSION = 1
SUFFIX = ".linestop"
NAME = re.compile(r"(?!\.)[^/\\:\0]{1,200}")  # of a file in the folder itself
NO_LETTER = re.compile(r"[^\w-]+")  # in the name of a file
MOST_LETTERS = 40  # of a seat, in the name of a file
MOST_TURNS = 2_700  # of the longest scenario
MOST_LISTED = 8  # games, and as many unreadable files
SCHEMA = (
    "CREATE TABLE game (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE turn (number INTEGER PRIMARY KEY, moves TEXT NOT NULL, digest TEXT NOT NULL)",
)
NEWEST_KEY = "newest_key"  # games of before do not have it
MOST_TEXT_BYTES = 1_000_000  # of one text in a file; the moves of a turn take some hundred
MOST_KEYS = 100
STEP, MOST_STEPS = 10_000, 100  # instructions between two checks, and checks, after which reading a file is interrupted
NOT_PLAYABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
TurnRow = tuple[int, Any, Any]


@dataclass(frozen=True)
class SavedGame:
    """The content of a file: seat, seed, each turn's moves, and the world's digest after each turn.

    newest_key: by which the last turn was handed in; empty where the file does not say; title: what the seat is called;
    plan: what is played; turns_in_all: of the whole game.
    """

    path: Path
    seat: str
    seed: int
    turns: tuple[tuple[Move, ...], ...]
    digests: tuple[str, ...]
    newest_key: str = ""
    title: str = ""
    plan: GamePlan = DRAWN
    turns_in_all: int = TURNS

    @property
    def name(self) -> str:
        """The name under which the page opens it."""
        return self.path.stem

    @property
    def state(self) -> str:
        """Who plays, where, and how far it has come, in words."""
        turn = len(self.turns) + 1
        how_far = "played to the end" if turn > self.turns_in_all else f"turn {turn} of {self.turns_in_all}"
        where = "" if self.plan.is_drawn else f", {self.plan.words}"
        return f"{self.title}, {how_far}, game {self.seed}{where}"


def games_folder() -> Path:
    """The folder for games in the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("linestop", appauthor=False) / "games"


def sqlite_uri(path: Path, mode: str) -> str:
    """The URI by which SQLite opens an existing file, with any characters in its path; mode: "rw" or "ro"."""
    return f"{path.absolute().as_uri()}?mode={mode}"


def create_game(match: Match, where: Path) -> SavedGame:
    """Create the file of a game; its name is the time, the seat and the seed. Raise Faults where that is refused."""
    seat, seed, plan = match.seat.key, match.seed, match.world.plan
    stem = f"{time.strftime('%Y-%m-%d-%H%M%S')}-{re.sub(NO_LETTER, '-', seat)[:MOST_LETTERS]}-{seed}"
    try:
        where.mkdir(parents=True, exist_ok=True)
        path = reserve_path(where, stem)
        with closing(sqlite3.connect(sqlite_uri(path, "rw"), isolation_level=None, uri=True)) as file:
            facts = {"version": FORMAT_VERSION, "seat": seat, "seed": seed}
            if seat not in SEATS or not plan.is_drawn:  # what the file of the game does not say
                facts |= {"title": match.seat.title, "turns": plan.turns}
                facts |= {"scenario": plan.scenario, "world": plan.world or ""}
            file.execute("BEGIN IMMEDIATE")  # all of it or nothing
            for table in SCHEMA:
                file.execute(table)
            file.executemany("INSERT INTO game VALUES (?, ?)", [(key, str(value)) for key, value in facts.items()])
            file.execute("COMMIT")
    except (OSError, sqlite3.Error) as error:
        raise Faults([f"{where}: no game can be begun in this folder ({error}); nothing was played"]) from None
    return SavedGame(path, seat, seed, (), (), "", match.seat.title, plan, plan.turns)


def reserve_path(where: Path, stem: str) -> Path:
    """Create an empty file under a name that is free, so that nobody else takes the name; return its path."""
    number = 1
    while True:
        path = where / f"{stem}{'' if number == 1 else f'-{number}'}{SUFFIX}"
        try:
            path.touch(exist_ok=False)
            return path
        except FileExistsError:
            number += 1


def save_turn(game: SavedGame, number: int, moves: Sequence[Move], digest: str, key: str = "") -> None:
    """Write a turn, whole or not at all, with the key by which it was handed in.

    Raise Faults where another tab has written it already.
    """
    text = json.dumps([move_as_list(move) for move in moves])
    try:
        with closing(sqlite3.connect(sqlite_uri(game.path, "rw"), uri=True)) as file, file:
            file.execute("INSERT INTO turn VALUES (?, ?, ?)", (number, text, digest))
            file.execute("INSERT OR REPLACE INTO game VALUES (?, ?)", (NEWEST_KEY, key))
    except sqlite3.IntegrityError:
        raise Faults(
            [f"turn {number + 1} of this game has been played in another tab; reload to go on there"]
        ) from None
    except sqlite3.Error as error:
        raise Faults([f"{game.path}: the turn could not be saved ({error}); nothing was played"]) from None


def move_as_list(move: Move) -> list[Any]:
    """A move as a list of its date, verb and arguments; "back" comes after them where the order is given back."""
    return [move.date.isoformat(), move.verb, move.arguments, *(["back"] if move.back else [])]


def load_game(path: Path) -> SavedGame:
    """Read a game. Raise Faults for a file that is absent, foreign, damaged or of another version."""
    try:
        if path.is_dir():
            raise Faults([f"{path}: this is a folder; name the file of a game"])
        if not path.is_file():
            raise Faults([f"{path}: there is no such game"])
        facts, rows = read_contents(path)
    except (sqlite3.Error, OSError, ValueError) as error:
        raise Faults([f"{path}: this is no whole game of Linestop ({error}); it was left as it is"]) from None
    version = str(facts.get("version", "none"))
    if version != str(FORMAT_VERSION):
        raise Faults([f"{path}: the game is of version {version[:20]}, this Linestop plays version {FORMAT_VERSION}"])
    try:
        return build_game(path, facts, rows)
    except (LookupError, TypeError, ValueError, RecursionError) as error:
        raise Faults([f"{path}: the list of moves is damaged ({error}); it was left as it is"]) from None


def read_contents(path: Path) -> tuple[dict[str, Any], list[TurnRow]]:
    """Read the keys with their values, and the turns, of a file.

    SQLite recovers a file whose last writer was killed, for which it has to write; where nothing may be written the
    file is read as it is.
    """
    if path.stat().st_size == 0:
        raise ValueError("the file is empty")
    try:
        return read_contents_as(path, "rw")
    except sqlite3.OperationalError:
        return read_contents_as(path, "ro")


def read_contents_as(path: Path, mode: str) -> tuple[dict[str, Any], list[TurnRow]]:
    """The same with mode "rw" or "ro"; a foreign file that never ends is interrupted."""
    with closing(sqlite3.connect(sqlite_uri(path, mode), uri=True)) as file:
        file.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_TEXT_BYTES)
        steps = iter(range(MOST_STEPS))
        file.set_progress_handler(lambda: next(steps, None) is None, STEP)
        facts = dict(file.execute("SELECT key, value FROM game LIMIT ?", (MOST_KEYS,)).fetchall())
        order = "SELECT number, moves, digest FROM turn ORDER BY number LIMIT ?"
        return facts, file.execute(order, (MOST_TURNS + 1,)).fetchall()


def build_game(path: Path, facts: dict[str, Any], rows: list[TurnRow]) -> SavedGame:
    """Build a game from the content of a file. Raise LookupError, TypeError or ValueError where it does not fit."""
    for key in ("seat", "seed"):
        if key not in facts:
            raise ValueError(f"it does not say the {key}")
    seat, seed, in_all = str(facts["seat"]), parse_seed(facts["seed"]), int(facts.get("turns", TURNS))
    if seat not in SEATS and not facts.get("title"):
        raise ValueError(f"nobody plays '{seat[:30]}'")
    if len(rows) > min(in_all, MOST_TURNS):
        raise ValueError(f"there are more than {in_all} turns")
    if [number for number, _, _ in rows] != list(range(len(rows))):
        raise ValueError("a turn is missing")
    turns = tuple(parse_moves(text, number) for number, text, _ in rows)
    digests = tuple(str(digest) for _, _, digest in rows)
    title = SEATS[seat].title if seat in SEATS else str(facts["title"])
    plan = GamePlan(str(facts.get("scenario", "")), str(facts.get("world", "")) or None)
    return SavedGame(path, seat, seed, turns, digests, str(facts.get(NEWEST_KEY, "")), title, plan, in_all)


def parse_moves(text: Any, number: int) -> tuple[Move, ...]:
    """Read the moves of a turn. Raise ValueError for anything else."""
    listed = json.loads(text)
    if not isinstance(listed, list) or not all(isinstance(each, list) and len(each) in (3, 4) for each in listed):
        raise ValueError(f"turn {number + 1} is no list of moves")
    for _, verb, arguments, *back in listed:
        if verb not in VERBS:
            raise ValueError(f"turn {number + 1} cannot be played again: '{str(verb)[:30]}' is no verb")
        if not isinstance(arguments, dict):
            raise ValueError(f"turn {number + 1} cannot be played again: what '{verb}' takes has no names")
        if back not in ([], ["back"]):
            raise ValueError(
                f"turn {number + 1} cannot be played again: after what '{verb}' takes only 'back' may stand"
            )
    return tuple(Move(date.fromisoformat(day), verb, arguments, bool(back)) for day, verb, arguments, *back in listed)


def resume_game(game: SavedGame) -> Match:
    """Play a saved game again up to its last turn. Raise Faults where the world differs from the one played."""
    try:
        match = begin_match(game.seat, game.seed, game.plan)
    except (Faults, ValueError) as error:
        raise Faults([f"{game.path}: the world in which it was played cannot be opened: {error}"]) from None
    for number, moves in enumerate(game.turns):
        try:
            match.play_turn(moves)
        except NOT_PLAYABLE as error:
            raise Faults([f"{game.path}: turn {number + 1} cannot be played again: {error}"]) from None
        if match.digest() != game.digests[number]:
            raise Faults(
                [
                    f"{game.path}: after turn {number + 1} the world differs from the one that was played; "
                    "the model or its tables have changed since"
                ]
            )
    return match


def list_games(where: Path) -> list[tuple[str, str]]:
    """The games of a folder, newest first, then what cannot be read: (name, its state, or why it cannot be read)."""
    games, unreadable = [], []
    for path in sorted(where.glob(f"*{SUFFIX}"), reverse=True):
        try:
            game = load_game(path)
            games.append((game.name, game.state))
        except Faults as faults:
            why = faults.sentences[0].removeprefix(f"{path}: ")
            unreadable.append((path.stem, f"{path.name} cannot be read: {why}"))
    return games[:MOST_LISTED] + unreadable[:MOST_LISTED]


def find_game(name: str, where: Path) -> Path:
    """The file of a game by its name. Raise Faults for an impossible name."""
    if not NAME.fullmatch(name):
        raise Faults([f"'{name[:30]}' is no name of a game"])
    return where / f"{name}{SUFFIX}"

"""Saved games: a game is its list of moves, in an SQLite file of its own, written on every turn."""

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
from runs.browser.game.match import TURNS, Match
from runs.browser.game.seats import SEATS
from runs.browser.parts.session import checked_seed

VERSION = 1
ENDING = ".linestop"
NAME = re.compile(r"(?!\.)[^/\\:\0]{1,200}")  # of a file in the folder, and of no other
MOST_LISTED = 8  # games, and files that are none
TABLES = (
    "CREATE TABLE game (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE turn (number INTEGER PRIMARY KEY, moves TEXT NOT NULL, digest TEXT NOT NULL)",
)
MOST_BYTES = 1_000_000  # of one text in a file; the moves of a turn take some hundred
MOST_FACTS = 100
STEP, MOST_STEPS = 10_000, 100  # instructions between two looks, and looks, after which SQLite gives a file up
NOT_PLAYABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
Row = tuple[int, Any, Any]


@dataclass(frozen=True)
class SavedGame:
    """What a file holds: seat, seed, each turn's moves, and the world's digest after each turn."""

    path: Path
    seat: str
    seed: int
    turns: tuple[tuple[Move, ...], ...]
    digests: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name under which the page opens it."""
        return self.path.stem


def folder() -> Path:
    """Where games are kept: the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("linestop", appauthor=False) / "games"


def address(path: Path, mode: str) -> str:
    """A file as SQLite opens it without making one, whatever letters its path has: mode is "rw" or "ro"."""
    return f"{path.absolute().as_uri()}?mode={mode}"


def new_game(seat: str, seed: int, where: Path) -> SavedGame:
    """Begin a file for a game; its name says when it began, the seat and the seed. Raise Faults where none can be."""
    stem = f"{time.strftime('%Y-%m-%d-%H%M%S')}-{seat}-{seed}"
    try:
        where.mkdir(parents=True, exist_ok=True)
        path = free_place(where, stem)
        with closing(sqlite3.connect(address(path, "rw"), isolation_level=None, uri=True)) as file:
            facts = {"version": VERSION, "seat": seat, "seed": seed}
            file.execute("BEGIN IMMEDIATE")  # all of it or nothing
            for table in TABLES:
                file.execute(table)
            file.executemany("INSERT INTO game VALUES (?, ?)", [(key, str(value)) for key, value in facts.items()])
            file.execute("COMMIT")
    except (OSError, sqlite3.Error) as error:
        raise Faults([f"{where}: no game can be begun in this folder ({error}); nothing was played"]) from None
    return SavedGame(path, seat, seed, (), ())


def free_place(where: Path, stem: str) -> Path:
    """Take a name for a new file that nothing else has, and make the file, so that nobody else takes it."""
    number = 1
    while True:
        path = where / f"{stem}{'' if number == 1 else f'-{number}'}{ENDING}"
        try:
            path.touch(exist_ok=False)
            return path
        except FileExistsError:
            number += 1


def save_turn(game: SavedGame, number: int, moves: Sequence[Move], digest: str) -> None:
    """Write a turn, whole or not at all. Raise Faults where another tab has written it already."""
    text = json.dumps([[move.date.isoformat(), move.verb, move.arguments] for move in moves])
    try:
        with closing(sqlite3.connect(address(game.path, "rw"), uri=True)) as file, file:
            file.execute("INSERT INTO turn VALUES (?, ?, ?)", (number, text, digest))
    except sqlite3.IntegrityError:
        raise Faults(
            [f"turn {number + 1} of this game has been played in another tab; reload to go on there"]
        ) from None
    except sqlite3.Error as error:
        raise Faults([f"{game.path}: the turn could not be saved ({error}); nothing was played"]) from None


def load(path: Path) -> SavedGame:
    """Read a game. Raise Faults for a file that is absent, foreign, damaged or of another version."""
    try:
        if path.is_dir():
            raise Faults([f"{path}: this is a folder; name the file of a game"])
        if not path.is_file():
            raise Faults([f"{path}: there is no such game"])
        facts, rows = contents(path)
    except (sqlite3.Error, OSError, ValueError) as error:
        raise Faults([f"{path}: this is no whole game of Linestop ({error}); it was left as it is"]) from None
    version = str(facts.get("version", "none"))
    if version != str(VERSION):
        raise Faults([f"{path}: the game is of version {version[:20]}, this Linestop plays version {VERSION}"])
    try:
        return checked(path, facts, rows)
    except (LookupError, TypeError, ValueError, RecursionError) as error:
        raise Faults([f"{path}: the list of moves is damaged ({error}); it was left as it is"]) from None


def contents(path: Path) -> tuple[dict[str, Any], list[Row]]:
    """What stands in a file: facts and turns.

    A file whose last writer was ended in mid-write is put right by SQLite itself, which has to write for that; where
    nothing may be written it is read as it is.
    """
    if path.stat().st_size == 0:
        raise ValueError("the file is empty")
    try:
        return contents_as(path, "rw")
    except sqlite3.OperationalError:
        return contents_as(path, "ro")


def contents_as(path: Path, mode: str) -> tuple[dict[str, Any], list[Row]]:
    """The same, of a file opened for writing or for reading; a foreign file cannot keep the reader for long."""
    with closing(sqlite3.connect(address(path, mode), uri=True)) as file:
        file.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)
        steps = iter(range(MOST_STEPS))
        file.set_progress_handler(lambda: next(steps, None) is None, STEP)
        facts = dict(file.execute("SELECT key, value FROM game LIMIT ?", (MOST_FACTS,)).fetchall())
        order = "SELECT number, moves, digest FROM turn ORDER BY number LIMIT ?"
        return facts, file.execute(order, (TURNS + 1,)).fetchall()


def checked(path: Path, facts: dict[str, Any], rows: list[Row]) -> SavedGame:
    """Make a game of what a file holds; LookupError, TypeError or ValueError where it does not fit."""
    for key in ("seat", "seed"):
        if key not in facts:
            raise ValueError(f"it does not say the {key}")
    seat, seed = facts["seat"], checked_seed(facts["seed"])
    if seat not in SEATS:
        raise ValueError(f"nobody plays '{str(seat)[:30]}'")
    if len(rows) > TURNS:
        raise ValueError(f"there are more than {TURNS} turns")
    if [number for number, _, _ in rows] != list(range(len(rows))):
        raise ValueError("a turn is missing")
    turns = tuple(moves_in(text, number) for number, text, _ in rows)
    return SavedGame(path, seat, seed, turns, tuple(str(digest) for _, _, digest in rows))


def moves_in(text: Any, number: int) -> tuple[Move, ...]:
    """The moves of a turn; ValueError where something else stands there."""
    listed = json.loads(text)
    if not isinstance(listed, list) or not all(isinstance(each, list) and len(each) == 3 for each in listed):
        raise ValueError(f"turn {number + 1} is no list of moves")
    for _, verb, arguments in listed:
        if verb not in VERBS:
            raise ValueError(f"turn {number + 1} cannot be played again: '{str(verb)[:30]}' is no verb")
        if not isinstance(arguments, dict):
            raise ValueError(f"turn {number + 1} cannot be played again: what '{verb}' takes has no names")
    return tuple(Move(date.fromisoformat(day), verb, arguments) for day, verb, arguments in listed)


def resume(game: SavedGame) -> Match:
    """Play a saved game again up to where it stood. Raise Faults where another world comes out."""
    match = Match(SEATS[game.seat], game.seed)
    for number, moves in enumerate(game.turns):
        try:
            match.turn(moves)
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


def saved_games(where: Path) -> list[tuple[str, str]]:
    """The games of a folder, newest first, then what cannot be read: (name, how it stands, or why it cannot)."""
    games, strange = [], []
    for path in sorted(where.glob(f"*{ENDING}"), reverse=True):
        try:
            game = load(path)
            state = "played to the end" if len(game.turns) == TURNS else f"turn {len(game.turns) + 1} of {TURNS}"
            games.append((game.name, f"{SEATS[game.seat].title}, {state}, game {game.seed}"))
        except Faults as faults:
            why = faults.sentences[0].removeprefix(f"{path}: ")
            strange.append((path.stem, f"{path.name} cannot be read: {why}"))
    return games[:MOST_LISTED] + strange[:MOST_LISTED]


def find(name: str, where: Path) -> Path:
    """The file of a game by its name. Raise Faults for a name that is none."""
    if not NAME.fullmatch(name):
        raise Faults([f"'{name[:30]}' is no name of a game"])
    return where / f"{name}{ENDING}"

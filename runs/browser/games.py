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

from agents.player import Move
from model.faults import Faults
from runs.browser.match import TURNS, Match
from runs.browser.seats import SEATS

VERSION = 1
ENDING = ".linestop"
NAME = re.compile(r"[a-z0-9-]{1,60}")
TABLES = """
CREATE TABLE game (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE turn (number INTEGER PRIMARY KEY, moves TEXT NOT NULL, digest TEXT NOT NULL);
"""


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


def new_game(seat: str, seed: int, where: Path) -> SavedGame:
    """Begin a file for a game; its name says when it began, the seat and the seed."""
    where.mkdir(parents=True, exist_ok=True)
    stem = f"{time.strftime('%Y-%m-%d-%H%M%S')}-{seat}-{seed}"
    path, number = where / f"{stem}{ENDING}", 1
    while path.exists():
        number += 1
        path = where / f"{stem}-{number}{ENDING}"
    with closing(sqlite3.connect(path)) as file, file:
        file.executescript(TABLES)
        facts = {"version": VERSION, "seat": seat, "seed": seed}
        file.executemany("INSERT INTO game VALUES (?, ?)", [(key, str(value)) for key, value in facts.items()])
    return SavedGame(path, seat, seed, (), ())


def save_turn(game: SavedGame, number: int, moves: Sequence[Move], digest: str) -> None:
    """Write a turn, whole or not at all. Raise Faults where another tab has written it already."""
    text = json.dumps([[move.date.isoformat(), move.verb, move.arguments] for move in moves])
    try:
        with closing(sqlite3.connect(f"file:{game.path}?mode=rw", uri=True)) as file, file:
            file.execute("INSERT INTO turn VALUES (?, ?, ?)", (number, text, digest))
    except sqlite3.IntegrityError:
        raise Faults(
            [f"turn {number + 1} of this game has been played in another tab; reload to go on there"]
        ) from None
    except sqlite3.Error as error:
        raise Faults([f"{game.path}: the turn could not be saved ({error}); nothing was played"]) from None


def load(path: Path) -> SavedGame:
    """Read a game. Raise Faults for a file that is absent, foreign, damaged or of another version."""
    if not path.is_file():
        raise Faults([f"{path}: there is no such game"])
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
            facts = dict(file.execute("SELECT key, value FROM game").fetchall())
            rows = file.execute("SELECT number, moves, digest FROM turn ORDER BY number").fetchall()
    except sqlite3.Error as error:
        raise Faults([f"{path}: this is no whole game of Linestop ({error}); it was left as it is"]) from None
    version = facts.get("version", "none")
    if version != str(VERSION):
        raise Faults([f"{path}: the game is of version {version[:20]}, this Linestop plays version {VERSION}"])
    try:
        return checked(path, facts, rows)
    except (KeyError, TypeError, ValueError) as error:
        raise Faults([f"{path}: the list of moves is damaged ({error}); it was left as it is"]) from None


def checked(path: Path, facts: dict[str, str], rows: list[tuple[int, str, str]]) -> SavedGame:
    """Make a game of what a file holds; KeyError, TypeError or ValueError where it does not fit."""
    if facts["seat"] not in SEATS:
        raise ValueError(f"nobody plays '{facts['seat'][:30]}'")
    if [number for number, _, _ in rows] != list(range(len(rows))) or len(rows) > TURNS:
        raise ValueError("a turn is missing")
    turns = tuple(
        tuple(Move(date.fromisoformat(day), str(verb), dict(arguments)) for day, verb, arguments in json.loads(moves))
        for _, moves, _ in rows
    )
    return SavedGame(path, facts["seat"], int(facts["seed"]), turns, tuple(str(digest) for _, _, digest in rows))


def resume(game: SavedGame) -> Match:
    """Play a saved game again up to where it stood. Raise Faults where another world comes out."""
    match = Match(SEATS[game.seat], game.seed)
    for number, moves in enumerate(game.turns):
        try:
            match.turn(moves)
        except (ValueError, TypeError) as error:
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
    """The games of a folder, newest first: (name, how it stands); a file that cannot be read says so."""
    told = []
    for path in sorted(where.glob(f"*{ENDING}"), reverse=True):
        try:
            game = load(path)
            state = "played to the end" if len(game.turns) == TURNS else f"turn {len(game.turns) + 1} of {TURNS}"
            told.append((game.name, f"{SEATS[game.seat].title}, {state}, game {game.seed}"))
        except Faults:
            told.append((path.stem, "cannot be read"))
    return told


def find(name: str, where: Path) -> Path:
    """The file of a game by its name. Raise Faults for a name that is none."""
    if not NAME.fullmatch(name):
        raise Faults([f"'{name[:30]}' is no name of a game"])
    return where / f"{name}{ENDING}"

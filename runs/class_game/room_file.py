"""The file of a room: an SQLite database to which everything is written before it counts.

Moves go in, results and digests come out; replay, undo, debrief and recovery read the same rows. The names of tables
and columns are those of the file format; they stay as they are.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.tables.faults import Faults
from runs.class_game.class_world import PlayedTurn, Wishes
from runs.class_game.people import Member
from runs.game.saved_games import move_as_list, parse_moves, sqlite_uri

FORMAT_VERSION = 1
SUFFIX = ".linestop-class"
SCHEMA = (
    "CREATE TABLE room (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE member (number INTEGER PRIMARY KEY, nick TEXT NOT NULL, token_hash TEXT NOT NULL, "
    "pin_hash TEXT NOT NULL, at TEXT NOT NULL, gone INTEGER NOT NULL DEFAULT 0)",
    "CREATE TABLE activity (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, settings TEXT NOT NULL, "
    "phase TEXT NOT NULL)",
    "CREATE TABLE seat (activity INTEGER, world INTEGER, seat TEXT, member INTEGER, PRIMARY KEY (activity, member))",
    "CREATE TABLE wish (key TEXT PRIMARY KEY, activity INTEGER, world INTEGER, turn INTEGER, seat TEXT, "
    "member INTEGER, body TEXT NOT NULL, at TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0)",
    "CREATE TABLE turn (activity INTEGER, world INTEGER, number INTEGER, moves TEXT NOT NULL, "
    "sources TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (activity, world, number))",
    "CREATE TABLE view (activity INTEGER, world INTEGER, seat TEXT, turn INTEGER, body TEXT NOT NULL, "
    "PRIMARY KEY (activity, world, seat))",
    "CREATE TABLE answer (activity INTEGER, question TEXT, member INTEGER, value TEXT NOT NULL, at TEXT NOT NULL, "
    "PRIMARY KEY (activity, question, member))",
    "CREATE TABLE result (activity INTEGER, world INTEGER, body TEXT NOT NULL, PRIMARY KEY (activity, world))",
    "CREATE TABLE audit (at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL)",
)
Rows = list[tuple[Any, ...]]


@dataclass
class ActivityRows:
    """What the file says of one activity."""

    number: int
    kind: str
    settings: dict[str, Any]
    phase: dict[str, Any]
    seats: dict[int, tuple[int, str]] = field(default_factory=dict)  # member -> world, seat
    turns: dict[int, list[PlayedTurn]] = field(default_factory=dict)  # by world
    wishes: dict[tuple[int, int, str], Wishes] = field(default_factory=dict)  # world, turn, seat
    views: dict[tuple[int, str], str] = field(default_factory=dict)  # world, seat -> JSON
    answers: dict[tuple[str, int], Any] = field(default_factory=dict)  # question, member
    results: dict[int, dict[str, Any]] = field(default_factory=dict)  # by world


@dataclass
class RoomRows:
    """What the file says of a room: its facts, its people, its activities in their order, and the keys of what came.

    newest: the number of whoever joined last, gone or not.
    """

    facts: dict[str, str]
    members: list[Member]
    activities: list[ActivityRows]
    keys: set[str]
    newest: int = 0


class RoomFile:
    """An open room file. What is asked to be written is on disk when the method returns; else it raises Faults."""

    def __init__(self, path: Path) -> None:
        self.path, self._lock = path, threading.Lock()
        self._file = sqlite3.connect(
            sqlite_uri(path, "rw"), isolation_level=None, uri=True, check_same_thread=False, timeout=2.0
        )
        self._file.execute("PRAGMA locking_mode = EXCLUSIVE")  # two servers of one room would write over each other
        self._file.execute("PRAGMA synchronous = FULL")

    def _write_ahead(self) -> None:
        """Write changes into a log first; only a file that is known to be ours is changed so."""
        self._file.execute("PRAGMA journal_mode = WAL")

    @classmethod
    def create(cls, path: Path, facts: Mapping[str, str]) -> RoomFile:
        """Make the file of a new room. Raise Faults where one is there already or none can be made."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(exist_ok=False)
            room = cls(path)
            room._write_ahead()
            pairs = {"version": str(FORMAT_VERSION), **facts}
            room._write(
                *((table, ()) for table in SCHEMA),
                *(("INSERT INTO room VALUES (?, ?)", (key, value)) for key, value in pairs.items()),
            )
        except FileExistsError:
            raise Faults([f"{path}: there is a file already; name it to go on with it, or choose another"]) from None
        except (OSError, sqlite3.Error) as error:
            raise Faults([f"{path}: no room can be made here ({error}); choose another folder"]) from None
        return room

    @classmethod
    def open(cls, path: Path) -> tuple[RoomFile, RoomRows]:
        """Open the file of a room.

        Raise Faults for what is absent, foreign, damaged, of another version, or open already.
        """
        if not path.is_file():
            raise Faults([f"{path}: there is no such room; 'linestop class' without a file begins one"])
        try:
            room = cls(path)
            facts: dict[str, str] = dict(room._read("SELECT key, value FROM room"))
            version = str(facts.get("version", "none"))
            if version != str(FORMAT_VERSION):
                words = f"the room is of version {version[:20]}, this Linestop reads version {FORMAT_VERSION}"
                words += "; open it with the one that made it"
                raise Faults([f"{path}: {words}"])
            room._write_ahead()
            return room, room.load(facts)
        except (sqlite3.Error, OSError, ValueError, LookupError, TypeError, RecursionError) as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                raise Faults([f"{path}: the room is open already; end its server first, with Ctrl+C"]) from None
            raise Faults([f"{path}: this is no whole room of Linestop ({error}); it was left as it is"]) from None

    def close(self) -> None:
        """Close the file."""
        with self._lock, suppress(sqlite3.Error):
            self._file.close()

    def copy_to(self, path: Path) -> None:
        """A copy of the file as it stands, in one piece."""
        with self._lock, sqlite3.connect(path) as copy:
            self._file.backup(copy)
        copy.close()

    # --- writing ------------------------------------------------------------------------------------------------

    def set_fact(self, key: str, value: str) -> None:
        """Something about the room itself has changed."""
        self._write(("INSERT OR REPLACE INTO room VALUES (?, ?)", (key, value)))

    def add_member(self, member: Member, at: str) -> None:
        """Somebody has joined."""
        row = (member.number, member.nick, member.token_hash, member.pin_hash, at)
        self._write(("INSERT INTO member VALUES (?, ?, ?, ?, ?, 0)", row))

    def change_member(self, member: Member, gone: bool = False) -> None:
        """Somebody has come back on another phone, has a new PIN, or has been sent out."""
        row = (member.token_hash, member.pin_hash, int(gone), member.number)
        self._write(("UPDATE member SET token_hash = ?, pin_hash = ?, gone = ? WHERE number = ?", row))

    def begin(self, number: int, kind: str, settings: Mapping[str, Any], phase: Mapping[str, Any]) -> None:
        """An activity has begun."""
        row = (number, kind, json.dumps(settings), json.dumps(phase))
        self._write(("INSERT INTO activity VALUES (?, ?, ?, ?)", row))

    def set_phase(self, number: int, phase: Mapping[str, Any]) -> None:
        """An activity has come to another phase."""
        self._write(("UPDATE activity SET phase = ? WHERE number = ?", (json.dumps(phase), number)))

    def set_settings(self, number: int, settings: Mapping[str, Any]) -> None:
        """An activity has other settings than before: one world more."""
        self._write(("UPDATE activity SET settings = ? WHERE number = ?", (json.dumps(settings), number)))

    def set_seats(self, number: int, seats: Mapping[int, tuple[int, str]]) -> None:
        """Members have sat down."""
        order = "INSERT OR REPLACE INTO seat VALUES (?, ?, ?, ?)"
        self._write(*((order, (number, world, seat, member)) for member, (world, seat) in seats.items()))

    def leave_seat(self, number: int, member: int) -> None:
        """A member has no seat any more."""
        self._write(("DELETE FROM seat WHERE activity = ? AND member = ?", (number, member)))

    def add_wishes(
        self, key: str, number: int, world: int, turn: int, seat: str, member: int, wishes: Wishes, at: str
    ) -> None:
        """What a member has decided for a turn."""
        row = (key, number, world, turn, seat, member, json.dumps(wishes), at)
        self._write(("INSERT OR IGNORE INTO wish VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)", row))

    def undo_wishes(self, number: int, world: int, turn: int, seat: str) -> None:
        """What was decided for a seat in a turn does not count any more."""
        order = "UPDATE wish SET undone = 1 WHERE activity = ? AND world = ? AND turn = ? AND seat = ?"
        self._write((order, (number, world, turn, seat)))

    def add_turn(self, number: int, world: int, place: int, turn: PlayedTurn, views: Mapping[str, str]) -> None:
        """A turn of a world was played; views: what each seat with somebody at it sees now, as JSON."""
        moves = {code: [move_as_list(move) for move in wished] for code, wished in turn.moves.items()}
        row = (number, world, place, json.dumps(moves), json.dumps(turn.sources), turn.digest)
        self._write(
            ("INSERT INTO turn VALUES (?, ?, ?, ?, ?, ?)", row),
            *self._view_rows(number, world, place + 1, views),
        )

    def set_views(self, number: int, world: int, turn: int, views: Mapping[str, str]) -> None:
        """What seats of a world see before the first turn, or when somebody has sat down."""
        self._write(*self._view_rows(number, world, turn, views))

    def add_answer(self, number: int, question: str, member: int, value: Any, at: str) -> None:
        """What a member has answered; the newest answer counts."""
        row = (number, question, member, json.dumps(value), at)
        self._write(("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)", row))

    def add_result(self, number: int, world: int, result: Mapping[str, Any]) -> None:
        """What the debrief has found about a world."""
        self._write(("INSERT OR REPLACE INTO result VALUES (?, ?, ?)", (number, world, json.dumps(result))))

    def note(self, at: str, who: str, what: str) -> None:
        """What the teacher has done."""
        self._write(("INSERT INTO audit VALUES (?, ?, ?)", (at, who, what)))

    def _view_rows(self, number: int, world: int, turn: int, views: Mapping[str, str]) -> list[tuple[str, Any]]:
        order = "INSERT OR REPLACE INTO view VALUES (?, ?, ?, ?, ?)"
        return [(order, (number, world, seat, turn, body)) for seat, body in views.items()]

    def _write(self, *orders: tuple[str, Iterable[Any]]) -> None:
        """Carry out some orders, all or none of them."""
        if not orders:
            return
        with self._lock:
            try:
                self._file.execute("BEGIN IMMEDIATE")
                for order, values in orders:
                    self._file.execute(order, tuple(values))
                self._file.execute("COMMIT")
            except Exception as error:
                with suppress(sqlite3.Error):
                    self._file.execute("ROLLBACK")
                if not isinstance(error, sqlite3.Error):
                    raise
                raise Faults([not_saved(error, self.path)]) from None

    # --- reading ------------------------------------------------------------------------------------------------

    def rows(self, order: str) -> Rows:
        """The rows of a query, for an export."""
        return self._read(order)

    def _read(self, order: str) -> Rows:
        with self._lock:
            return self._file.execute(order).fetchall()

    def load(self, facts: dict[str, str]) -> RoomRows:
        """All that the file holds. Raise ValueError, LookupError or TypeError where it does not fit together."""
        found = {
            number: ActivityRows(number, kind, json.loads(settings), json.loads(phase))
            for number, kind, settings, phase in self._read("SELECT * FROM activity ORDER BY number")
        }
        members = [
            Member(number, nick, token, pin)
            for number, nick, token, pin, gone in self._read(
                "SELECT number, nick, token_hash, pin_hash, gone FROM member ORDER BY number"
            )
            if not gone
        ]
        for number, world, seat, member in self._read("SELECT activity, world, seat, member FROM seat"):
            found[number].seats[member] = (world, seat)
        for number, world, place, moves, sources, digest in self._read(
            "SELECT * FROM turn ORDER BY activity, world, number"
        ):
            turns = found[number].turns.setdefault(world, [])
            if place != len(turns):
                raise ValueError(f"turn {len(turns) + 1} of a world is missing")
            turns.append(read_turn(moves, sources, digest, place))
        for number, world, turn, seat, body in self._read(
            "SELECT activity, world, turn, seat, body FROM wish WHERE NOT undone ORDER BY rowid"
        ):
            found[number].wishes[world, turn, seat] = json.loads(body)
        for number, world, seat, body in self._read("SELECT activity, world, seat, body FROM view"):
            found[number].views[world, seat] = body
        for number, question, member, value in self._read("SELECT activity, question, member, value FROM answer"):
            found[number].answers[question, member] = json.loads(value)
        for number, world, body in self._read("SELECT * FROM result"):
            result = json.loads(body)
            if "hit" in result:  # an older one counts stops, and is computed again
                found[number].results[world] = result
        keys = {key for (key,) in self._read("SELECT key FROM wish")}
        ((newest,),) = self._read("SELECT COALESCE(MAX(number), 0) FROM member")
        return RoomRows(facts, members, list(found.values()), keys, newest)


def not_saved(error: sqlite3.Error, path: Path) -> str:
    """Why something could not be saved, and what to do, for whoever has sent it."""
    code = getattr(error, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_FULL:
        return (
            "it could not be saved, for the disk of the laptop is full, so it does not count; "
            "free some space there and send it again"
        )
    return (
        f"it could not be saved ({error}), so it does not count; send it again, and if that does not help, end the "
        f"server and go on with: linestop class {path.name}"
    )


def read_turn(moves: str, sources: str, digest: str, place: int) -> PlayedTurn:
    """A turn as it stands in the file."""
    wished = {code: parse_moves(json.dumps(listed), place) for code, listed in json.loads(moves).items()}
    return PlayedTurn(wished, dict(json.loads(sources)), digest)

"""A room: the people of a class, what they do together, and the file that remembers it. No web is in here.

Whatever is asked of a room is written before it counts; what cannot be done is a ValueError with a sentence, and the
room goes on as it was.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from model.tables.faults import Faults
from runs.class_game.activity import OPEN, Activity, RoomBook
from runs.class_game.class_world import ClassWorld
from runs.class_game.door import Door
from runs.class_game.game_activity import GameActivity, Task, unjudged_worlds
from runs.class_game.league import League
from runs.class_game.lesson_file import CLASS
from runs.class_game.people import Member, draw_code, draw_token, hash_token, same
from runs.class_game.questions import Question, Wall, plain_questions
from runs.class_game.room_file import ActivityRows, RoomFile, RoomRows
from runs.class_game.teacher import depth_of, describe_people, what_can_begin, whole
from runs.class_game.together import Together, depths_for
from runs.game.hidden_draw import TURNS
from runs.game.seats import SEATS

LARGEST_SEED = 1_000_000
Questions = Mapping[str, Sequence[Question]]  # by exercise


class Room:
    """A room and its people. `questions`: those that the wall can ask, by exercise."""

    def __init__(
        self,
        file: RoomFile,
        rows: RoomRows,
        questions: Questions | None = None,
        seconds: Callable[[], float] = time.monotonic,
        stamp: Callable[[], str] = lambda: datetime.now().isoformat(timespec="seconds"),
    ) -> None:
        self.file = file
        self.code, self._secret = rows.facts["code"], rows.facts["secret"]
        self.port, self.neutral = int(rows.facts["port"]), rows.facts.get("neutral") == "yes"
        self.questions = plain_questions(questions or {}) if self.neutral else dict(questions or {})
        self.language = rows.facts.get("language", "")  # of the wall; empty: that of its browser
        self.book = RoomBook(file, seconds, stamp, {each.number: each for each in rows.members}, set(rows.keys))
        self._door = Door(self.book, self.code, rows.newest)
        self.lock = threading.RLock()
        self.activity: Activity | None = None
        self.past = rows.activities[:-1]
        self._left = [
            (each.number, task)
            for each in self.past
            if each.kind != Wall.kind
            for task in unjudged_worlds(each.settings, each.turns, each.seats, each.results)
        ]
        if rows.activities:
            self.activity = self._make(rows.activities[-1])
            self.activity.resume()

    @classmethod
    def begin(
        cls, path: Path, port: int, questions: Questions | None = None, neutral: bool = False
    ) -> tuple[Room, str]:
        """A new room in a new file, and the teacher's secret, which is kept nowhere.

        neutral: its pages call countries and companies by what they do.
        """
        secret = draw_token()
        facts = {"code": draw_code(), "secret": hash_token(secret), "port": str(port)}
        facts["neutral"] = "yes" if neutral else "no"
        file = RoomFile.create(path, facts)
        return cls(file, RoomRows(facts, [], [], set()), questions), secret

    @classmethod
    def resume(cls, path: Path, questions: Questions | None = None) -> Room:
        """The room of a file, as it stood.

        Raise Faults for what is no room, and where the model has changed since, so that its worlds cannot go on.
        """
        file, rows = RoomFile.open(path)
        room = cls(file, rows, questions)
        played = [world for world in worlds_of(room.activity) if world.turns]
        try:
            _ = played[0].game if played else None
        except ValueError as error:
            room.close()
            raise Faults([f"{path}: {error}; begin another room with: linestop class"]) from None
        return room

    def renew_secret(self) -> str:
        """A new secret for the teacher; the old one lets nobody in any more."""
        secret = draw_token()
        self.file.set_fact("secret", hash_token(secret))
        self._secret = hash_token(secret)
        return secret

    # --- people --------------------------------------------------------------------------------------------------

    def is_teacher(self, secret: str) -> bool:
        """Whether a secret is the teacher's."""
        return same(hash_token(secret), self._secret)

    def member_of(self, token: str) -> Member | None:
        """Whose token this is."""
        return self._door.member_of(token)

    def join(self, code: Any, nick: Any, key: str) -> tuple[Member, str, str]:
        """Let somebody in, once for each key: the member, the token for the phone, the PIN for another phone.

        Raise ValueError for a wrong code, a nickname that is no name or is taken, and a full room.
        """
        with self.lock:
            if (known := self._door.joined_by(key)) is not None:
                return known
            member, token, pin = self._door.join(code, nick, key)
            if self.activity is not None:
                self.activity.admit(member)
            if not isinstance(self.activity, Wall):  # a question looks the same however many are in the room
                self.book.version += 1
            return member, token, pin

    def come_back(self, nick: Any, pin: Any) -> tuple[Member, str]:
        """Let a member in on another phone; the one before is signed out. Raise ValueError for a wrong PIN."""
        with self.lock:
            return self._door.come_back(nick, pin)

    # --- what a phone asks ---------------------------------------------------------------------------------------

    def world_of(self, member: Member) -> ClassWorld | None:
        """The world in which a member plays now."""
        activity = self.activity
        if isinstance(activity, GameActivity) and member.number in activity.seats:
            return activity.seat_of(member)[0]
        return None

    def hand_in(self, member: Member, wishes: Any, turn: Any, key: str) -> None:
        """Take somebody's orders for a turn. Raise ValueError for what cannot be ordered or not now."""
        with self.lock:
            if not isinstance(self.activity, GameActivity):
                raise ValueError("no game is being played now")
            if not isinstance(wishes, dict) or isinstance(turn, bool) or not isinstance(turn, int) or not key:
                raise ValueError("a turn takes its number, a key, and levers with their values; nothing was taken")
            self.activity.hand_in(member, wishes, turn, key)

    def answer(self, member: Member, question: Any, value: Any) -> None:
        """Take somebody's answer."""
        with self.lock:
            if self.activity is None or not isinstance(question, str):
                raise ValueError("nothing is asked now")
            self.activity.answer(member, question, value)

    # --- what the teacher asks -----------------------------------------------------------------------------------

    def command(self, name: Any, arguments: Mapping[str, Any]) -> str:
        """Do what the teacher asks, and say what is to be said about it. Raise ValueError where it cannot be done."""
        own = {"together": self._begin_together, "league": self._begin_league, "wall": self._begin_wall,
               "new_pin": self._new_pin, "remove": self._remove, "language": self._set_language}  # fmt: skip
        if not all(isinstance(each, str | int) for each in (name, *arguments.values())):
            raise ValueError("a command takes words and whole numbers; nothing was done")
        with self.lock:
            said = ""
            if name in own:
                said = own[name](arguments) or ""
            elif self.activity is None:
                raise ValueError("nothing has begun yet")
            else:
                self.activity.command(str(name), arguments)
            self.file.note(self.book.stamp(), "teacher", f"{name} {dict(arguments)}"[:200])
            return said

    def _begin_together(self, arguments: Mapping[str, Any]) -> None:
        lesson = CLASS.lesson_of(whole(arguments.get("minutes", 30)))
        depth = depth_of(arguments)
        self._begin(Together, {
            "seed": draw_seed(), "turns": lesson.turns, "seconds": lesson.seconds, "minutes": lesson.minutes,
            "depths": depths_for(len(self.book.members), depth),
        }, {"state": OPEN, "turn": 0})  # fmt: skip

    def _begin_league(self, arguments: Mapping[str, Any]) -> None:
        seat = arguments.get("seat", CLASS.seats[0])
        if seat not in SEATS:
            raise ValueError(f"there is no such seat; choose one of {', '.join(SEATS)}")
        turns = whole(arguments.get("turns", CLASS.lesson[0].turns))
        if not 2 <= turns <= TURNS:
            raise ValueError(f"a league has 2 to {TURNS} turns, not {str(turns)[:20]}")
        settings = {"seed": draw_seed(), "turns": turns, "seat": seat, "depth": depth_of(arguments), "depths": []}
        self._begin(League, settings, {"state": OPEN})

    def _begin_wall(self, arguments: Mapping[str, Any]) -> None:
        exercise = arguments.get("exercise", "")
        if exercise not in self.questions:
            raise ValueError(f"there is no such exercise; choose one of {', '.join(self.questions)}")
        if not self.questions[exercise]:
            raise ValueError("this exercise asks nothing that a room can answer; choose another")
        self._begin(Wall, {"exercise": exercise}, {"state": OPEN, "place": 0})

    def _begin(self, kind: type[Activity], settings: dict[str, Any], phase: dict[str, Any]) -> None:
        """Begin an activity in place of the one before, which stays in the file."""
        for world in worlds_of(self.activity):
            world.release()
        if isinstance(self.activity, GameActivity):
            self._left += [(self.activity.number, task) for task in self.activity.unjudged()]
        number = len(self.past) + (self.activity is not None)
        self.file.begin(number, kind.kind, settings, phase)
        if self.activity is not None:
            self.past.append(
                ActivityRows(self.activity.number, self.activity.kind, self.activity.settings, self.activity.phase)
            )
        self.activity = self._make(ActivityRows(number, kind.kind, settings, phase))
        self.activity.begin()
        self.book.version += 1

    def _make(self, rows: ActivityRows) -> Activity:
        """The activity that rows of the file describe."""
        if rows.kind == Wall.kind:
            return Wall(self.book, rows, self.questions.get(rows.settings["exercise"], ()))
        return {Together.kind: Together, League.kind: League}[rows.kind](self.book, rows)

    def _member(self, arguments: Mapping[str, Any]) -> Member:
        member = self.book.members.get(arguments.get("member", 0))
        if member is None:
            raise ValueError("there is no such member in the room")
        return member

    def _new_pin(self, arguments: Mapping[str, Any]) -> str:
        """Give a member a new PIN."""
        member = self._member(arguments)
        return f"The new PIN of {member.nick} is {self._door.give_pin(member)}."

    def _remove(self, arguments: Mapping[str, Any]) -> str:
        """Send somebody out: the seat goes to habit, the name is free again."""
        member = self._member(arguments)
        self._door.send_out(member)
        if isinstance(self.activity, GameActivity):
            self.activity.unseat(member.number)
        self.book.version += 1
        return f"{member.nick} has left the room."

    def _set_language(self, arguments: Mapping[str, Any]) -> None:
        """Show the wall in another language."""
        language = arguments.get("language")
        if language not in CLASS.languages:
            raise ValueError(f"the wall has no such language; choose one of {', '.join(CLASS.languages)}")
        self.file.set_fact("language", str(language))
        self.language = str(language)
        self.book.version += 1

    # --- the clock -----------------------------------------------------------------------------------------------

    def tick(self) -> bool:
        """Let the clock have its say; whether `compute` has something to do."""
        with self.lock:
            return self.activity is not None and self.activity.tick()

    def compute(self) -> None:
        """Pass the days that `tick` has asked for; what must be played again for it is, while others are answered."""
        for world in self.activity.absent() if self.activity is not None else ():
            _ = world.game
        with self.lock:
            if self.activity is not None:
                self.activity.compute()

    # --- the debrief ---------------------------------------------------------------------------------------------

    def unjudged(self, all_left: bool = False) -> list[tuple[int, Task]]:
        """The worlds of which the debrief has yet to be computed, each with the number of its game.

        Those of games that another one has followed wait while a game is being played, or not (all_left).
        """
        game = self.activity if isinstance(self.activity, GameActivity) else None
        going = game is not None and game.is_going
        now = [(game.number, task) for task in game.unjudged()] if game is not None and not going else []
        return now + ([] if going and not all_left else self._left)

    def add_result(self, number: int, world: int, result: dict[str, Any]) -> None:
        """Keep what the debrief has found about a world of a game."""
        with self.lock:
            if isinstance(self.activity, GameActivity) and self.activity.number == number:
                self.activity.add_result(world, result)
            else:
                self.file.add_result(number, world, result)
                self._left = [each for each in self._left if (each[0], each[1][0].number) != (number, world)]

    # --- what is shown -------------------------------------------------------------------------------------------

    def phone(self, member: Member) -> dict[str, Any]:
        """What somebody's phone shows, beside the desk."""
        if self.activity is None:
            return {"nick": member.nick, "kind": "lobby", "state": OPEN, "people": len(self.book.members)}
        return {"nick": member.nick, "activity": self.activity.number, **self.activity.phone(member)}

    def projector(self) -> dict[str, Any]:
        """What everybody sees on the wall."""
        people = [self.book.members[number].nick for number in sorted(self.book.members)]
        shown = {"kind": "lobby", "state": OPEN} if self.activity is None else self.activity.projector()
        return {"code": self.code, "language": self.language, "people": people, **shown}

    def teacher(self) -> dict[str, Any]:
        """What the teacher sees beside it: everybody, what can be begun, and the script."""
        newest = [*(each.settings for each in self.past), *([self.activity.settings] if self.activity else [])]
        minutes = [each["minutes"] for each in newest if "minutes" in each]
        shown = {"kind": "lobby", "state": OPEN} if self.activity is None else self.activity.teacher()
        return {
            "code": self.code,
            "language": self.language,
            "people": describe_people(self.book.members.values(), self.book.seconds()),
            "exercises": [[name, asked[0].titles] for name, asked in self.questions.items() if asked],
            "minutes": minutes[-1] if minutes else CLASS.lesson[0].minutes,
            **what_can_begin(),
            **shown,
        }

    def close(self) -> None:
        """Leave the room; its file can be opened again."""
        with self.lock:
            self.file.close()


def worlds_of(activity: Activity | None) -> list[ClassWorld]:
    """The worlds that an activity plays."""
    return list(activity.worlds.values()) if isinstance(activity, GameActivity) else []


def draw_seed() -> int:
    """A seed for the worlds of an activity, which nobody is told before the end."""
    return 1 + secrets.randbelow(LARGEST_SEED)

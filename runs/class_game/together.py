"""A game in step: worlds of up to eight seats, all on the same turn, closed by the clock or when all have sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import ceil
from typing import Any

from runs.class_game.activity import DEBRIEF, LOCKED, OPEN, OVER, REVEAL, RoomBook
from runs.class_game.class_world import HABIT, ClassWorld
from runs.class_game.game_activity import GameActivity
from runs.class_game.lesson_file import CLASS
from runs.class_game.outline import outline
from runs.class_game.people import Member
from runs.class_game.room_file import ActivityRows
from runs.game.hidden_draw import TURN_DAYS
from runs.game.seats import SEATS

MORE_SECONDS = 30


def depths_for(people: int, depth: str) -> list[str]:
    """The kinds of stop of as many worlds as people need; from two worlds on, some get only the scare.

    >>> depths_for(5, "stop"), depths_for(16, "stop"), depths_for(40, "")
    (['stop'], ['stop', 'scare'], ['', '', 'scare', '', ''])
    """
    count = max(1, ceil(people / len(CLASS.seats)))
    if count == 2:
        return [depth, "scare"]
    return ["scare" if (number + 1) % CLASS.control_every == 0 else depth for number in range(count)]


class Together(GameActivity):
    """A game in step. The clock is the server's; the first turns have none."""

    kind = "together"

    def __init__(self, book: RoomBook, rows: ActivityRows) -> None:
        super().__init__(book, rows)
        self._deadline: float | None = None
        self._newcomers = set[int]()  # members who sat down after the last turn
        if self.state == REVEAL or (self.state == OPEN and not self.untimed):
            self._wind()

    def begin(self) -> None:
        """Let everybody who is in the room sit down, by the order in which they came, as evenly as can be."""
        seats = {}
        for place, member in enumerate(sorted(self.book.members)):
            number = place % len(self.worlds)
            seats[member] = (number, CLASS.seats[place // len(self.worlds)])
        self.sit(seats)
        for number in self.worlds:
            self.show_outline(number)

    def sit(self, seats: Mapping[int, tuple[int, str]]) -> None:
        """Let members sit down; they are waited for, whatever their seat did before."""
        super().sit(seats)
        self._newcomers |= set(seats)

    def admit(self, member: Member) -> None:
        """Give a late-comer the first free seat; where there is none, one in a new world that has caught up."""
        if member.number in self.seats or self.state in (OVER, DEBRIEF):
            return
        for number in sorted(self.worlds, key=lambda number: len(self.people_of(number))):
            taken = self.people_of(number)
            free = [seat for seat in CLASS.seats if seat not in taken]
            if free:
                self.sit({member.number: (number, free[0])})
                return
        world = self.add_world(str(self.settings["depths"][0]))
        self.play_to(world, self.turn)
        self.sit({member.number: (world.plan.number, CLASS.seats[0])})

    # --- turns ---------------------------------------------------------------------------------------------------

    @property
    def turn(self) -> int:
        """The turn that is open or being computed; as many have been played."""
        return int(self.phase["turn"])

    @property
    def untimed(self) -> bool:
        """Whether this turn waits for the teacher."""
        return self.turn < CLASS.untimed_turns

    @property
    def paused(self) -> bool:
        """Whether the clock stands."""
        return bool(self.phase.get("paused"))

    def seconds_left(self) -> float | None:
        """What the clock shows; None where there is none."""
        if self.paused:
            return float(self.phase["left"]) if self.phase.get("left") is not None else None
        return None if self._deadline is None else max(0.0, self._deadline - self.book.seconds())

    def _wind(self, seconds: float | None = None) -> None:
        """Set the clock: to what is left, or to what a turn, or the time between two, takes."""
        usual = CLASS.reveal_seconds if self.state == REVEAL else float(self.settings["seconds"])
        self._deadline = self.book.seconds() + (usual if seconds is None else seconds)

    def tick(self) -> bool:
        """Lock the turn when its time is up, or when all have sent; open the next one after the pause between two."""
        up = self._deadline is not None and self.book.seconds() >= self._deadline
        if self.paused:
            return False
        if self.state == OPEN and (up or self.all_sent()):
            self.lock()
        elif self.state == REVEAL and up:
            self.open_turn()
        return self.state == LOCKED

    def lock(self) -> None:
        """Close the turn: what was handed in counts now."""
        self._deadline = None
        self.set_phase(state=LOCKED, paused=False, left=None)

    def compute(self) -> None:
        """Pass the days of the locked turn in every world that has not passed them yet, and reveal what came of it."""
        if self.state != LOCKED:  # another game has begun since the clock asked for it
            return
        for world in self.worlds.values():
            self.play_to(world, self.turn + 1)
        self._newcomers.clear()
        over = self.turn + 1 >= int(self.settings["turns"])
        self.set_phase(state=OVER if over else REVEAL, turn=self.turn + 1)
        self._deadline = None
        if not over:
            self._wind()

    def play_to(self, world: ClassWorld, turns: int) -> None:
        """Play a world until it has so many turns, and show the wall how it stands."""
        while len(world.turns) < turns:
            self.play(world)
        self.show_outline(world.plan.number)

    def open_turn(self) -> None:
        """Open the next turn."""
        self._deadline = None
        self.set_phase(state=OPEN, paused=False, left=None)
        if not self.untimed:
            self._wind()

    def check_open(self, world: ClassWorld, turn: int) -> None:
        """Orders are taken for the turn that is open."""
        if turn != self.turn or self.state != OPEN:
            raise ValueError(
                f"turn {str(turn + 1)[:20]} is closed; your orders stand as they were, here is how it goes on"
            )

    def waited_for(self, number: int) -> list[str]:
        """Seats of a world with somebody at them who has not sent; who is on habit is not waited for."""
        return [
            seat
            for seat in self.people_of(number)
            if not self.on_habit(number, seat) and (number, self.turn, seat) not in self.orders
        ]

    def on_habit(self, number: int, seat: str) -> bool:
        """Whether a seat has gone back to habit because whoever sits there was silent."""
        turns = self.worlds[number].turns
        newcomer = self.people_of(number).get(seat) in self._newcomers
        return bool(turns) and turns[-1].sources.get(seat) == HABIT and not newcomer

    def all_sent(self) -> bool:
        """Whether everybody who is waited for has sent, and somebody has."""
        sent = any(turn == self.turn for _, turn, _ in self.orders)
        return sent and not any(self.waited_for(number) for number in self.worlds)

    # --- the teacher ---------------------------------------------------------------------------------------------

    def command(self, name: str, arguments: Mapping[str, Any]) -> None:
        """What the teacher may ask of a game in step, and of any game."""
        commands = {"pause": self.pause, "more": self.give_time, "lock": self.lock_now}
        seated = {"habit": self.give_to_habit, "move": self.move, "undo": self.undo}
        if name in commands:
            commands[name]()
        elif name in seated:
            seated[name](arguments)
        elif name == "next" and self.state == REVEAL:
            self.open_turn()
        elif name == "debrief" and self.state == LOCKED:
            raise ValueError("the days of this turn are being computed; press it again in a second")
        else:
            super().command(name, arguments)

    def pause(self) -> None:
        """Stop the clock, or let it go on."""
        if self.state not in (OPEN, REVEAL):
            raise ValueError("there is no clock to be paused now")
        if self.paused:
            left = self.phase.get("left")
            self.set_phase(paused=False, left=None)
            self._deadline = None
            if left is not None:
                self._wind(float(left))
        else:
            self.set_phase(paused=True, left=self.seconds_left())

    def give_time(self) -> None:
        """Give everybody half a minute more."""
        left = self.seconds_left()
        if self.state != OPEN or left is None:
            raise ValueError("there is no clock to be put back now")
        if self.paused:
            self.set_phase(left=left + MORE_SECONDS)
        else:
            self._wind(left + MORE_SECONDS)
            self.book.version += 1

    def lock_now(self) -> None:
        """Close the turn without waiting."""
        if self.state != OPEN:
            raise ValueError("no turn is open")
        self.lock()

    def give_to_habit(self, arguments: Mapping[str, Any]) -> None:
        """Take a member out of a seat, which goes on by habit; the member may be given another."""
        number, seat = self._place(arguments)
        people = self.people_of(number)
        if seat not in people:
            raise ValueError("nobody sits there; habit decides already")
        self.unseat(people[seat])

    def undo(self, arguments: Mapping[str, Any]) -> None:
        """What a seat has handed in for this turn does not count; it may be handed in again."""
        number, known = self._place(arguments)
        if self.state != OPEN or (number, self.turn, known) not in self.orders:
            raise ValueError("that seat has handed in nothing that could be undone")
        self._withdraw(number, known)
        member = self.people_of(number).get(known)
        if member in self.book.members:
            self.book.members[member].version += 1

    def unseat(self, member: int) -> None:
        """Leave a member's seat to habit; what was sent from it for the open turn does not count."""
        if member in self.seats and self.state == OPEN:
            self._withdraw(*self.seats[member])
        super().unseat(member)

    def _withdraw(self, world: int, seat: str) -> None:
        if self.orders.pop((world, self.turn, seat), None) is not None:
            self.book.file.undo_wishes(self.number, world, self.turn, seat)

    def move(self, arguments: Mapping[str, Any]) -> None:
        """Give a member a seat that nobody has."""
        (number, known), member = self._place(arguments), arguments.get("member")
        if member not in self.book.members:
            raise ValueError("there is no such member in the room")
        if known in self.people_of(number):
            raise ValueError("somebody sits there; give that seat to habit first")
        self.unseat(int(member))
        self.sit({int(member): (number, known)})

    def _place(self, arguments: Mapping[str, Any]) -> tuple[int, str]:
        world, seat = arguments.get("world"), arguments.get("seat")
        if isinstance(world, bool) or not isinstance(world, int) or world not in self.worlds:
            raise ValueError("there is no such world")
        if not isinstance(seat, str) or seat not in SEATS:
            raise ValueError(f"there is no such seat; choose one of {', '.join(SEATS)}")
        return world, seat

    # --- what is shown -------------------------------------------------------------------------------------------

    def show_outline(self, number: int) -> None:
        """Show the wall how a world stands."""
        self.show(number, {"": outline(self.worlds[number])})

    def outlines(self) -> list[dict[str, Any]]:
        """The worlds as the wall shows them, in the order of the teacher's table."""
        return [
            {"letter": self.worlds[number].plan.letter, "people": len(self.people_of(number)),
             **json.loads(self.views.get((number, ""), "{}"))}
            for number in sorted(self.worlds)
        ]  # fmt: skip

    def _where(self) -> dict[str, Any]:
        left = self.seconds_left()
        return {
            "kind": self.kind,
            "state": self.state,
            "turn": self.turn,
            "turns": int(self.settings["turns"]),
            "left": None if left is None else round(left, 1),
            "paused": self.paused,
        }

    def phone(self, member: Member) -> dict[str, Any]:
        """Where the game stands, and what this member has sent."""
        out = self._where()
        if self.state == DEBRIEF:
            out["debrief"] = self.phone_debrief(member)
        if member.number in self.seats:
            number, seat = self.seats[member.number]
            out |= {
                "world": self.worlds[number].plan.letter,
                "sent": self.orders.get((number, self.turn, seat)),
                "habit": self.on_habit(number, seat),
            }
        return out

    def projector(self) -> dict[str, Any]:
        """The clock and a small cascade a world; in the debrief what it shows."""
        out = {**self._where(), "days": int(self.settings["turns"]) * TURN_DAYS, "worlds": self.outlines()}
        out["sent"] = sum(turn == self.turn for _, turn, _ in self.orders)
        out["seated"] = len(self.seats)
        if self.state == DEBRIEF:
            out["debrief"] = self.debrief()
        return out

    def teacher(self) -> dict[str, Any]:
        """The table of worlds and seats: who sits there, and whether they have sent or are on habit."""
        return {
            **self.projector(),
            "table": [
                {
                    "number": number,
                    "letter": world.plan.letter,
                    "depth": world.plan.depth,
                    "seats": {seat: self._seat_state(number, seat) for seat in CLASS.seats},
                }
                for number, world in sorted(self.worlds.items())
            ],
        }

    def _seat_state(self, number: int, seat: str) -> dict[str, Any]:
        member = self.people_of(number).get(seat)
        sent = (number, self.turn, seat) in self.orders
        state = (
            "habit" if member is None else "sent" if sent else "silent" if self.on_habit(number, seat) else "waiting"
        )
        nick = self.book.members[member].nick if member in self.book.members else ""
        return {"member": member, "nick": nick, "state": state}

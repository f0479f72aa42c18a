"""A league: everybody has the same seat in a world of their own, against habits, and nobody waits for anybody."""

from __future__ import annotations

import json
from collections import OrderedDict
from functools import cached_property
from typing import Any

from runs.class_game.activity import DEBRIEF, OPEN, OVER, RoomBook
from runs.class_game.class_world import ClassWorld, Wishes, WorldPlan
from runs.class_game.game_activity import GameActivity
from runs.class_game.outline import outline
from runs.class_game.people import Member
from runs.class_game.room_file import ActivityRows
from runs.game.game_file import GAME
from runs.game.hidden_draw import TURN_DAYS
from runs.game.score import loss_by_day, points, result_by_day
from runs.game.seats import SEATS

MOST_CASCADES = 12  # that the wall has room for
MOST_IN_MEMORY = 40  # worlds; one that was left out is played again, in a quarter of a second, when its player is back


class League(GameActivity):
    """A game in which each member has a world, with the same seed for all; a late-comer starts when they come."""

    kind = "league"

    def __init__(self, book: RoomBook, rows: ActivityRows) -> None:
        super().__init__(book, rows)
        self._recent = OrderedDict[int, None]()
        self._unplayed = [world for world, turn, _ in self.orders if turn == len(self.worlds[world].turns)]

    def begin(self) -> None:
        """Give everybody who is in the room a world."""
        for member in sorted(self.book.members):
            self.admit(self.book.members[member])

    def resume(self) -> None:
        """Give a world to whoever came in just before the server was ended."""
        self.begin()

    def admit(self, member: Member) -> None:
        """Give somebody a world."""
        if member.number in self.seats or self.state in (OVER, DEBRIEF):
            return
        world = self.add_world(str(self.settings["depth"]))
        self.sit({member.number: (world.plan.number, str(self.settings["seat"]))})
        self._touch(world)

    def tick(self) -> bool:
        """Whether orders were taken whose days were not passed, since the server was ended in between."""
        return bool(self._unplayed)

    def compute(self) -> None:
        """Pass these days."""
        while self._unplayed:
            self._play_and_show(self.worlds[self._unplayed[-1]], str(self.settings["seat"]))
            self._unplayed.pop()
        self.book.version += 1

    def absent(self) -> list[ClassWorld]:
        """Worlds with a turn to be passed."""
        return [self.worlds[number] for number in self._unplayed if not self.worlds[number].in_memory]

    def check_open(self, world: ClassWorld, turn: int) -> None:
        """Orders are taken for the next turn of one's own world."""
        if self.state != OPEN:
            raise ValueError("the game is over; your world stays as it is")
        if world.over:
            raise ValueError("you have played your last turn; look at the wall")
        if turn != len(world.turns):
            raise ValueError(f"turn {str(turn + 1)[:20]} has been played; here is how it goes on")

    def hand_in(self, member: Member, wishes: Wishes, turn: int, key: str) -> None:
        """Take somebody's orders and pass the days of their turn."""
        if key in self.book.keys:
            return
        world, seat = self.seat_of(member)
        self._touch(world)
        super().hand_in(member, wishes, turn, key)
        self._play_and_show(world, seat)

    def _play_and_show(self, world: ClassWorld, seat: str) -> None:
        """Play the next turn of a world and show the wall how it stands."""
        self.play(world)
        self.show(world.plan.number, {"": self._outline(world, seat)})

    def _outline(self, world: ClassWorld, seat: str) -> dict[str, Any]:
        """A world as the wall shows it, with the points over par after each turn: the seat's, and the world's."""
        match, days = world.match(seat), len(world.turns) * TURN_DAYS
        par_own, par_loss = self._par
        own = points(result_by_day(match), par_own[:days], match.seat.stake)
        rest = points(-loss_by_day(match), -par_loss[:days], GAME.stake_of_world)
        marks = slice(TURN_DAYS - 1, None, TURN_DAYS)
        return {**outline(world), "points": [round(float(p)) for p in own[marks]],
                "world_points": [round(float(p)) for p in rest[marks]]}  # fmt: skip

    @cached_property
    def _par(self) -> tuple[Any, Any]:
        """The seat's result and the world's loss by day where everybody is on habit: the same for all."""
        seed, turns = int(self.settings["seed"]), int(self.settings["turns"])
        par = ClassWorld(WorldPlan(0, seed, str(self.settings["depth"]), turns))
        while not par.over:
            par.close_turn({}, ())
        match = par.match(str(self.settings["seat"]))
        found = result_by_day(match).copy(), loss_by_day(match).copy()
        par.release()
        return found

    def _touch(self, world: ClassWorld) -> None:
        """Keep the worlds in memory that were played last."""
        self._recent[world.plan.number] = None
        self._recent.move_to_end(world.plan.number)
        while len(self._recent) > MOST_IN_MEMORY:
            self.worlds[self._recent.popitem(last=False)[0]].release()

    def turn_of(self, member: Member) -> int:
        """How many turns a member has played."""
        return len(self.worlds[self.seats[member.number][0]].turns) if member.number in self.seats else 0

    # --- what is shown -------------------------------------------------------------------------------------------

    def _where(self) -> dict[str, Any]:
        seat = SEATS[str(self.settings["seat"])]
        return {"kind": self.kind, "state": self.state, "turns": int(self.settings["turns"]), "left": None,
                "paused": False, "seat": [seat.title, seat.name, seat.goal]}  # fmt: skip

    def phone(self, member: Member) -> dict[str, Any]:
        """Where a member's own game stands."""
        out = {**self._where(), "turn": self.turn_of(member), "sent": None, "habit": False}
        if member.number in self.seats:
            world = self.seats[member.number][0]
            out["points"] = json.loads(self.views.get((world, ""), "{}")).get("points", [])
        if self.state == DEBRIEF:
            out["debrief"] = self.phone_debrief(member)
        return out

    def projector(self) -> dict[str, Any]:
        """One dot a player, without names: points over par by turn, and how the cascades grow."""
        played = [json.loads(self.views[number, ""]) for number in sorted(self.worlds) if (number, "") in self.views]
        out = {
            **self._where(),
            "days": int(self.settings["turns"]) * TURN_DAYS,
            "seated": len(self.seats),
            "dots": [[each["points"], each["world_points"]] for each in played],
            "cascades": [
                {"day": each["day"], "stopped": each["stopped"], "rows": [row["spans"] for row in each["rows"]]}
                for each in sorted(played, key=lambda each: -each["day"])[:MOST_CASCADES]
            ],
            "finished": sum(world.over for world in self.worlds.values()),
        }  # fmt: skip
        if self.state == DEBRIEF:
            out["debrief"] = self.debrief()
        return out

    def teacher(self) -> dict[str, Any]:
        """Who plays, and how far they are."""
        return {
            **self.projector(),
            "players": [
                {"member": member, "nick": self.book.members[member].nick,
                 "turn": len(self.worlds[world].turns)}
                for member, (world, _) in sorted(self.seats.items())
                if member in self.book.members
            ],
        }  # fmt: skip

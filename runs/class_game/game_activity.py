"""A game that a class plays, in step or each at their own pace: worlds, seats, orders, and the debrief after it."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from runs.class_game.activity import DEBRIEF, OVER, Activity, RoomBook, read_number, read_text
from runs.class_game.class_world import ClassWorld, PlayedTurn, Wishes, WorldPlan
from runs.class_game.lesson_file import CLASS
from runs.class_game.people import Member
from runs.class_game.room_file import ActivityRows
from runs.game.hidden_draw import TURN_DAYS
from runs.game.seats import SEATS

DEBRIEF_STEPS = ("feeling", "guess", "truth", "worlds", "orders", "paid", "what_if", "history", "ticket")
FEELINGS = ("calm", "torn", "hunted")
QUESTIONS = ("feeling", "granted", "first_stop", "ticket")  # of the debrief


Task = tuple[WorldPlan, list[Any], list[str]]  # what `debrief_world` takes: a world, its turns, and its people's seats


def unjudged_worlds(
    settings: Mapping[str, Any],
    turns: Mapping[int, Sequence[PlayedTurn]],
    seats: Mapping[int, tuple[int, str]],
    results: Collection[int],
) -> list[Task]:
    """The worlds of a game of which the debrief has yet to be computed; turns and results by world.

    Of a world without people, or without a turn, there is nothing to be computed.
    """
    people = {plan: [seat for world, seat in seats.values() if world == plan.number] for plan in plans_of(settings)}
    return [
        (plan, [turn.moves for turn in turns[plan.number]], seated)
        for plan, seated in people.items()
        if plan.number not in results and turns.get(plan.number) and seated
    ]


def without_what_if(seat: Mapping[str, Any]) -> dict[str, Any]:
    """What a debrief says of a seat, without what would have come otherwise."""
    return {key: value for key, value in seat.items() if key not in ("without", "without_first", "stock")}


def plans_of(settings: Mapping[str, Any]) -> list[WorldPlan]:
    """The worlds of a game, as its settings say."""
    turns, seed = int(settings["turns"]), int(settings["seed"])
    return [WorldPlan(number, seed, str(depth), turns) for number, depth in enumerate(settings["depths"])]


class GameActivity(Activity):
    """A game: worlds by number, who sits where, and what each seat has handed in for which turn."""

    def __init__(self, book: RoomBook, rows: ActivityRows) -> None:
        super().__init__(book, rows)
        self.seats = dict(rows.seats)  # member -> world, seat
        self.worlds = {
            plan.number: ClassWorld(plan, rows.turns.get(plan.number, ())) for plan in plans_of(self.settings)
        }
        self.orders = dict(rows.wishes)  # world, turn, seat -> wishes
        self.views = dict(rows.views)  # world, seat -> JSON
        self.results = dict(rows.results)  # world -> what the debrief has found

    # --- seats ---------------------------------------------------------------------------------------------------

    def people_of(self, world: int) -> dict[str, int]:
        """Who sits in a world: seat -> member."""
        return {seat: member for member, (number, seat) in self.seats.items() if number == world}

    def sit(self, seats: Mapping[int, tuple[int, str]]) -> None:
        """Let members sit down, and show them their desks."""
        self.book.file.set_seats(self.number, seats)
        self.seats |= seats
        for member, (world, seat) in seats.items():
            if (world, seat) not in self.views:
                self.show(world, {seat: self.worlds[world].view(seat)})
            self.book.members[member].version += 1

    def show(self, world: int, views: Mapping[str, dict[str, Any]]) -> None:
        """Show seats of a world what they see now."""
        texts = {seat: json.dumps(view, ensure_ascii=False) for seat, view in views.items()}
        self.book.file.set_views(self.number, world, len(self.worlds[world].turns), texts)
        self.views |= {(world, seat): text for seat, text in texts.items()}

    def unseat(self, member: int) -> None:
        """Leave a member's seat to habit."""
        if member in self.seats:
            self.book.file.leave_seat(self.number, member)
            world, seat = self.seats.pop(member)
            self.views.pop((world, seat), None)
            if member in self.book.members:
                self.book.members[member].version += 1

    def seat_of(self, member: Member) -> tuple[ClassWorld, str]:
        """Where a member sits. Raise ValueError for one without a seat."""
        if member.number not in self.seats:
            raise ValueError("you have no seat in this game; ask the teacher for one")
        world, seat = self.seats[member.number]
        return self.worlds[world], seat

    def add_world(self, depth: str) -> ClassWorld:
        """One more world, for those who come late."""
        depths = [*self.settings["depths"], depth]
        self.book.file.set_settings(self.number, {**self.settings, "depths": depths})
        self.settings["depths"] = depths
        plan = plans_of(self.settings)[-1]
        self.worlds[plan.number] = ClassWorld(plan)
        return self.worlds[plan.number]

    def play(self, world: ClassWorld) -> None:
        """Play the next turn of a world with what was handed in; it is on disk before anybody sees it."""
        turn = len(world.turns)
        people = self.people_of(world.plan.number)
        orders = {seat: self.orders[world.plan.number, turn, seat] for seat in SEATS
                  if (world.plan.number, turn, seat) in self.orders}  # fmt: skip
        played = world.close_turn(orders, people)
        texts = {seat: json.dumps(world.view(seat), ensure_ascii=False) for seat in people}
        try:
            self.book.file.add_turn(self.number, world.plan.number, turn, played, texts)
        except Exception:
            world.turns.pop()
            world.release()
            raise
        self.views |= {(world.plan.number, seat): text for seat, text in texts.items()}

    def absent(self) -> list[ClassWorld]:
        """Worlds that were not played again since the server began."""
        return [world for world in self.worlds.values() if not world.in_memory]

    # --- handing in ----------------------------------------------------------------------------------------------

    def hand_in(self, member: Member, wishes: Wishes, turn: int, key: str) -> None:
        """Take somebody's orders for a turn; what is handed in twice is taken once, what is changed counts as changed.

        Raise ValueError for orders that the seat cannot give, and for a turn that is not open.
        """
        if key in self.book.keys:
            return
        world, seat = self.seat_of(member)
        self.check_open(world, turn)
        world.check(seat, wishes)
        place = (world.plan.number, turn, seat)
        self.book.file.add_wishes(key, self.number, *place, member.number, wishes, self.book.stamp())
        self.book.keys.add(key)
        self.orders[place] = wishes
        member.version += 1

    @abstractmethod
    def check_open(self, world: ClassWorld, turn: int) -> None:
        """Raise ValueError where a turn of a world takes no orders."""

    # --- the debrief ---------------------------------------------------------------------------------------------

    def read_answer(self, question: str, value: Any) -> Any:
        """An answer to a question of the debrief."""
        if self.state != DEBRIEF or question not in QUESTIONS:
            raise ValueError("this is not asked now")
        if question == "feeling":
            if value not in FEELINGS:
                raise ValueError(f"choose one of {', '.join(FEELINGS)}")
            return value
        if question == "ticket":
            return read_text(value)
        return read_number(value, 0, 100 if question == "granted" else TURN_DAYS * self.settings["turns"])

    def command(self, name: str, arguments: Mapping[str, Any]) -> None:
        """What the teacher may ask of any game."""
        commands = {"debrief": self.begin_debrief, "next": self.next_step, "back": self.step_back}
        if name not in commands:
            raise ValueError(f"'{str(name)[:30]}' is nothing that can be done now")
        commands[name]()

    def begin_debrief(self) -> None:
        """End the game and begin to talk about it."""
        if self.state == DEBRIEF:
            return
        self.set_phase(state=DEBRIEF, step=0)

    def unjudged(self) -> list[Task]:
        """The worlds of which the debrief has yet to be computed, as far as they have been played."""
        turns = {number: world.turns for number, world in self.worlds.items()}
        return unjudged_worlds(self.settings, turns, self.seats, self.results)

    @property
    def is_going(self) -> bool:
        """Whether turns may still be played."""
        return self.state not in (OVER, DEBRIEF)

    def add_result(self, number: int, result: dict[str, Any]) -> None:
        """Keep what the debrief has found about a world."""
        self.book.file.add_result(self.number, number, result)
        self.results[number] = result
        self.book.version += 1

    def next_step(self) -> None:
        """Go on to the next step of the debrief, or to it when the game is over."""
        if self.state == OVER:
            self.begin_debrief()
        elif self.state == DEBRIEF:
            self.set_phase(step=min(self.phase["step"] + 1, len(DEBRIEF_STEPS) - 1))
        else:
            raise ValueError("the game goes on; close the turn, or press Debrief to end it")

    def step_back(self) -> None:
        """Go back a step of the debrief."""
        if self.state != DEBRIEF:
            raise ValueError("there is nothing to go back to")
        self.set_phase(step=max(0, self.phase["step"] - 1))

    def debrief(self) -> dict[str, Any]:
        """What the wall shows in the debrief, as far as its steps have come."""
        step = DEBRIEF_STEPS[self.phase["step"]]
        worlds = [{"letter": self.worlds[number].plan.letter, **result}
                  for number, result in sorted(self.results.items())]  # fmt: skip
        return {
            "step": step,
            "steps": list(DEBRIEF_STEPS),
            "left": len(self.unjudged()),
            "feelings": {each: self.count("feeling", each) for each in FEELINGS},
            "guesses": [self.guesses("granted"), self.guesses("first_stop")],
            "worlds": [] if step == "feeling" else worlds,
            "history": [[event.words, event.source] for event in CLASS.history],
        }

    def count(self, question: str, value: Any) -> int:
        """How many have answered a question so."""
        return sum(asked == question and given == value for (asked, _), given in self.answers.items())

    def guesses(self, question: str) -> list[float]:
        """The numbers that were guessed, without who guessed them."""
        return sorted(given for (asked, _), given in self.answers.items() if asked == question)

    def desk_text(self, member: Member) -> str:
        """What somebody's seat sees."""
        if member.number not in self.seats:
            return "null"
        return self.views.get(self.seats[member.number], "null")

    def phone_debrief(self, member: Member) -> dict[str, Any]:
        """What somebody's phone shows in the debrief: the question that is asked, and later how the seat has done."""
        step = DEBRIEF_STEPS[self.phase["step"]]
        mine = {question: value for (question, number), value in self.answers.items() if number == member.number}
        out: dict[str, Any] = {"step": step, "feelings": list(FEELINGS), "mine": mine,
                               "most_days": TURN_DAYS * self.settings["turns"]}  # fmt: skip
        if member.number in self.seats and DEBRIEF_STEPS.index("guess") < self.phase["step"]:
            world, seat = self.seats[member.number]
            if world in self.results:
                result = self.results[world]
                own = result["seats"].get(seat, {})
                told = own if self.phase["step"] >= DEBRIEF_STEPS.index("what_if") else without_what_if(own)
                out["result"] = {**told, **{key: result[key] for key in ("hidden", "truth", "hit")}}
            elif any(plan.number == world for plan, _, _ in self.unjudged()):
                out["result"] = None
        return out

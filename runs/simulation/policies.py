"""Policies: programs that sit at a seat, see what its people see, and wish what a JSON schema allows.

A policy is a function `decide(seen)`: from what is seen, by sense, to a list of wishes such as
`{"verb": "hold", "good": "dytb", "days": 90}`; a verb with `"back": True` is given back to habit. It is asked every
fortnight. A policy may be slow or at fault: then its orders stand, and the log says so. The log of its moves plays the
same history without it.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

from agents.player import Move, Player, Seat
from agents.seat import check_wish, observe
from model.tables.faults import Faults
from runs.simulation.stage import Stage

EVERY_DAYS = 14
LOG_OF_A_RUN = "the moves.json of a run with --player"
DECIDES = "decide"  # the function of a policy's file
Policy = Callable[[dict[str, Any]], Sequence[Mapping[str, Any]]]
LogEntry = dict[str, Any]  # of one turn: the date, the moves, and why there are none


class PolicyPlayer(Player):
    """A player whose moves come from a policy; `log` has an entry for each time that it was asked.

    seconds: how long the policy may think; None: for ever.
    """

    def __init__(self, seat: Seat, moves: Sequence[Move] = (), *, policy: Policy, seconds: float | None = None) -> None:
        super().__init__(seat, moves)
        self.policy, self.seconds = policy, seconds
        self.log: list[LogEntry] = []

    def decide(self) -> None:
        """Ask the policy every fortnight; carry out what stands on all other days."""
        if self.seat.chain.day % EVERY_DAYS == 0:
            moves, why = ask(self.policy, self.seat, self.seconds)
            for move in moves:
                self.add(move)
            self.log.append(log_entry(self.seat.chain.today, moves, why))
        super().decide()


def ask(policy: Policy, person: Any, seconds: float | None = None) -> tuple[list[Move], str]:
    """What a policy wishes today; no moves, and why, where it is too slow or at fault, or wishes the impossible."""
    answers: list[tuple[list[Move], str]] = []
    seen = observe(person)

    def answer() -> None:
        try:
            answers.append(([move_of(wish, person) for wish in policy(seen)], ""))
        except Exception as error:
            answers.append(([], f"{type(error).__name__}: {error}"))

    thread = Thread(target=answer, daemon=True)  # one that never answers does not keep the program alive
    thread.start()
    thread.join(seconds)
    return answers[0] if answers else ([], f"no answer within {seconds:g} s")


def move_of(wish: Any, person: Any) -> Move:
    """A wish as a move of today; raise ValueError for what cannot be wished."""
    if not isinstance(wish, Mapping) or not isinstance(wish.get("verb"), str):
        raise ValueError(f"a wish is a verb and what it takes, got {wish!r:.60}")
    arguments = {name: value for name, value in wish.items() if name not in ("verb", "back")}
    move = Move(person.chain.today, wish["verb"], arguments, back=wish.get("back") is True)
    check_wish(person, move)
    return move


def seat_programs(stage: Stage, programs: Mapping[str, str]) -> None:
    """Let programs, seat -> text, sit at their seats; raise Faults with all that is wrong."""
    stage.hire_clerks()
    unknown = [seat for seat in programs if seat not in stage.people]
    if unknown:
        known = ", ".join(stage.people) or "none, for minds are off"
        raise Faults([f"players: there is no seat '{seat}' in this world; it has {known}" for seat in unknown])
    for seat, program in programs.items():
        seat_policy(stage, seat, policy_of(program, f"the player at {seat}"))


def seat_policy(stage: Stage, seat: str, policy: Policy, seconds: float | None = None) -> PolicyPlayer:
    """Let a policy take a seat; raise ValueError for a seat that does not exist."""
    player = stage.take_seat(seat, player_of=partial(PolicyPlayer, policy=policy, seconds=seconds))
    assert isinstance(player, PolicyPlayer)
    return player


def read_policy(path: Path) -> Policy:
    """The policy that a Python file defines; raise Faults, with the line, for a file that cannot be run or has none."""
    return policy_of(read_program(path), str(path))


def read_program(path: Path) -> str:
    """The text of a Python file; raise Faults where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise Faults([f"{path}: there is no such Python file ({why}); name one that has 'def decide(seen):'"]) from None


def policy_of(program: str, name: str) -> Policy:
    """The policy that the text of a program defines; raise Faults, with name and line, where it has none."""
    scope: dict[str, Any] = {"__name__": "policy", "__file__": name}
    try:
        exec(compile(program, name, "exec", dont_inherit=True), scope)
    except Exception as error:
        line = getattr(error, "lineno", None) or traceback.extract_tb(error.__traceback__)[-1].lineno
        raise Faults([f"{name}, line {line}: {type(error).__name__}: {error}"]) from None
    if not callable(scope.get(DECIDES)):
        raise Faults([f"{name}: found no function '{DECIDES}'; write 'def decide(seen):' that returns wishes"])
    policy: Policy = scope[DECIDES]
    return policy


def log_entry(today: date, moves: Sequence[Move], why: str = "") -> LogEntry:
    """One turn of a log as JSON holds it."""
    wishes = [{"verb": move.verb, **move.arguments, **({"back": True} if move.back else {})} for move in moves]
    return {"date": today.isoformat(), "wishes": wishes, **({"why": why} if why else {})}


def write_moves(path: Path, players: Mapping[str, Player]) -> None:
    """Write the moves of all policies, seat -> turns, so that they can be played without them."""
    logs = {seat: player.log for seat, player in players.items() if isinstance(player, PolicyPlayer)}
    text = json.dumps(logs, indent=1, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")


def read_moves(path: Path) -> dict[str, Policy]:
    """The policies that play what a log holds, by seat; raise Faults for a file that is no log of moves."""
    try:
        log = json.loads(path.read_text(encoding="utf-8"))
        turns = {str(seat): [list(turn["wishes"]) for turn in turns] for seat, turns in log.items()}
    except OSError as error:
        raise Faults([f"{path}: cannot be read ({error.strerror}); name {LOG_OF_A_RUN}"]) from None
    except (ValueError, TypeError, LookupError, AttributeError):
        raise Faults([f"{path}: this is no log of moves; name {LOG_OF_A_RUN}"]) from None
    return {seat: reciting(wishes) for seat, wishes in turns.items()}


def reciting(turns: Sequence[list[dict[str, Any]]]) -> Policy:
    """A policy that wishes what was wished, turn by turn, and nothing beyond."""
    left = iter(turns)
    return lambda seen: next(left, [])

"""A run as the command line asks for it: on which days it begins and ends, what it is saved as, and its progress."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from model.tables.faults import Faults
from model.tables.world_folder import about_world
from runs.commands.arguments import (
    DEFAULT_SCENARIO,
    input_paths,
    scenario_stem,
    setting_key,
    settings_of,
)
from runs.commands.with_progress import warn_of_edited_tables
from runs.processes.progress import load_simulation_with_progress, show_progress
from runs.simulation.policies import read_moves, read_policy, seat_policy
from runs.simulation.record import Record
from runs.simulation.saved_run import (
    Course,
    Leg,
    SavedRun,
    course_of,
    new_leg,
    play_course,
    read_saved_run,
    refuse_place_of_saved_run,
)
from runs.simulation.stage import Stage

DEFAULT_SEED = 1


@dataclass(frozen=True)
class Choice:
    """What the command line says of a run: scenario, numbers, seed and world, and on which days it begins and ends.

    given: the scenario that is named on the command line, None for the default or that of the saved run. players: seats
    and the files of the programs that sit there; moves: a log of moves; seconds: how long a program may think.
    """

    given: str | None
    settings: tuple[str, ...]
    seed: int
    world: Path | None
    until: int | date | None = None
    save: Path | None = None
    begun_from: Path | None = None
    saved: SavedRun | None = None
    quiet: bool = False
    players: tuple[tuple[str, Path], ...] = ()
    moves: Path | None = None
    seconds: float | None = None

    @property
    def scenario(self) -> str:
        """The scenario, by name or file."""
        if self.given is not None:
            return self.given
        return self.saved.scenario if self.saved else DEFAULT_SCENARIO

    @property
    def name(self) -> str:
        """What the folder of the results is called."""
        stem = scenario_stem(self.scenario)
        return f"{stem}-from-day-{self.saved.days}" if self.saved else stem

    @property
    def whole(self) -> bool:
        """Whether it is the whole of a scenario, from its first day to its last."""
        return self.saved is None and self.until is None

    @property
    def course_words(self) -> tuple[str, ...]:
        """The words of the command line by which it is made again, beside scenario, seed and settings."""
        begun = ("--from", str(self.begun_from)) if self.begun_from else ()
        return (*begun, *(("--until", str(self.until)) if self.until else ()))

    @property
    def inputs(self) -> list[Path]:
        """What is read, so that no result takes its place."""
        files = (file for _, file in self.players)
        return input_paths(self.given, self.world, self.begun_from, self.moves, *files)

    @property
    def about(self) -> dict[str, Any]:
        """What the marker of the results says of the run."""
        found: dict[str, Any] = {"kind": "run", "command": "run", "scenario": self.scenario, "seed": self.seed}
        found["settings"] = list(self.settings)
        if self.world is not None:
            found["world"] = about_world(self.world)
        if self.until is not None:
            found["until"] = str(self.until)
        if self.players:
            found["players"] = {seat: str(file) for seat, file in self.players}
        if self.moves is not None:
            found["moves"] = str(self.moves)
        if self.saved is not None:
            found["from"] = {"file": str(self.begun_from), "days": self.saved.days, "state": self.saved.state}
        return found

    def course(self) -> Course:
        """The legs of the run with their worlds; raise Faults with all that is wrong in them."""
        if self.saved is None:
            return course_of([new_leg(self.scenario, self.settings, self.world)], self.world, self.until)
        legs = self.saved.legs
        settings = merged(legs[-1].settings, self.settings)
        last = legs[-1].model_copy(update={"settings": settings})
        if self.given is not None:
            last = new_leg(self.given, settings, self.world)
        return course_of([*legs, last], self.world, self.until)


def choose(args: argparse.Namespace) -> Choice:
    """What the command line asks for; raise Faults for what does not go together and for places that are taken."""
    settings = tuple(settings_of(args))
    if args.save is not None:
        refuse_place_of_saved_run(args.save)
    if (args.player or args.moves) and (args.save or args.begun_from):
        raise Faults(["--player: a run with players is neither saved nor gone on from; leave --save and --from out"])
    if args.seconds is not None and not args.player:
        raise Faults(["--seconds: it bounds how long a player may think, and there is none; give one with --player"])
    if args.begun_from is None:
        seed, players = DEFAULT_SEED if args.seed is None else args.seed, tuple(args.player)
        return Choice(args.scenario, settings, seed, args.world, args.until, args.save, quiet=args.quiet,
                      players=players, moves=args.moves, seconds=args.seconds)  # fmt: skip
    saved = read_saved_run(args.begun_from)
    if args.seed not in (None, saved.seed):
        raise Faults([f"--seed: found {args.seed}, and the saved run has the seed {saved.seed}; leave it out"])
    world = world_of(saved, args.world)
    return Choice(args.scenario, settings, saved.seed, world, args.until, args.save, args.begun_from, saved, args.quiet)


def world_of(saved: SavedRun, given: Path | None) -> Path | None:
    """The folder of the world of a saved run, where it was or where it is now; raise Faults where it is another."""
    if saved.world is None:
        if given is not None:
            raise Faults([f"--world: found {given}, and the saved run is of the base case; leave it out"])
        return None
    folder = given or Path(saved.world.folder)
    if given is not None and not folder.is_dir():
        where = saved.world.folder
        raise Faults([f"--world: found no world '{folder}', by name or folder; that of this run was in {where}"])
    if not folder.is_dir():
        raise Faults([f"--from: found no folder '{folder}', where the world of this run was; say where with --world"])
    if about_world(folder)["digest"] != saved.world.digest:
        raise Faults([f"--from: {folder} is not the world of this run, or it was edited since; say where with --world"])
    return folder


def merged(before: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    """Settings of a saved run and newer ones; of one thing the newer holds, and a multiple is taken of the older.

    >>> merged(("days=90", "shock.1.until=9"), ("days=120",))
    ('shock.1.until=9', 'days=120')
    """
    replaced = {setting_key(each) for each in now if not each.partition("=")[0].endswith("*")}
    return (*(each for each in before if setting_key(each) not in replaced), *now)


def seat_players(choice: Choice, stage: Stage) -> None:
    """Let programs, or a log of moves, sit at their seats; raise Faults with all that is wrong."""
    policies = read_moves(choice.moves) if choice.moves else {}
    policies |= {seat: read_policy(file) for seat, file in choice.players}
    unknown = [seat for seat in policies if seat not in stage.people]
    if unknown:
        known = ", ".join(stage.people)
        raise Faults([f"--player: there is no seat '{seat}' in this world; it has {known}" for seat in unknown])
    for seat, policy in policies.items():
        seat_policy(stage, seat, policy, choice.seconds)


def play_with_progress(choice: Choice, audited: bool) -> tuple[Stage, Course, Record]:
    """Simulate all legs of a run behind progress bars; after an installation the day is compiled first."""
    quiet = choice.quiet
    with show_progress("getting ready", quiet=quiet):
        course = choice.course()
    warn_of_edited_tables(choice.world, quiet)
    load_simulation_with_progress(quiet)
    with show_progress("getting ready", quiet=quiet):
        stage = Stage(course.legs[0].scenario, choice.seed, audited=audited, world=course.worlds[0])
        seat_players(choice, stage)
    last: Leg = course.legs[-1]
    with show_progress(f"{last.scenario}: days", lambda: stage.day, last.days, quiet):
        recorder = play_course(stage, course, choice.saved)
    stage.release()
    return stage, course, recorder.record(stage.story)

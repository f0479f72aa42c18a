"""A saved run: how it came to a day, as text, and a hash of the world on that day; taking it up plays it again.

A file holds no columns. Whoever goes on from it wants the days before as well, for outcomes and figures are about all
of them; playing them again costs less than a second in the base case, gives every column and every person's memory
back to the bit, and runs nothing that stands in the file: it is JSON, checked by a schema. That the world on the day is
the one that was saved is held against the hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.chain import SupplyChain
from model.scenario.scenario import LONGEST_RUN_DAYS, Files, Scenario, read_files, read_world
from model.tables.calibrated import read_tuned
from model.tables.ensemble import read_ensemble
from model.tables.faults import Faults, sentences, shown
from model.tables.rows import Name
from model.tables.table_files import DATA, draft_tables
from model.tables.tables import Tables
from model.tables.world_folder import about_world, data_folder, draft_world
from runs.files.durable import refuse_place_of_file, write_whole
from runs.files.folder import versions
from runs.simulation.branching import change_course
from runs.simulation.identity import hash_of_code, hash_of_state, scenario_hash
from runs.simulation.record import Recorder
from runs.simulation.shipped_worlds import find_scenario
from runs.simulation.stage import SCENARIOS, Stage, read_story

KIND = "saved run"
FORM = 1  # of the file
MOST_BYTES = 64 << 20
DAY_MARK = "$date"  # of a date, for which JSON has no word
AGAIN = "make it again with 'linestop run SCENARIO --until DAY --save FILE'"
Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Part(BaseModel):
    """A part of a file; nothing in it changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Leg(Part):
    """A stretch of a run under one scenario: its files, the settings, and the days that have passed at its end."""

    scenario: Name
    documents: tuple[tuple[str, dict[str, Any]], ...]
    settings: tuple[str, ...]
    days: Annotated[int, Field(ge=0, le=LONGEST_RUN_DAYS)]

    def world(self, folder: Path | None) -> tuple[Scenario, Tables]:
        """The scenario and its tables, those of the base case or of a world's folder; raise Faults."""
        data = DATA if folder is None else data_folder(folder, DATA)
        draft = draft_tables(DATA) if folder is None else draft_world(folder, DATA)
        documents = tuple((name, dict(text)) for name, text in self.documents)
        files = Files(documents, read_tuned(data), draft, tuple(read_ensemble(data)))
        return read_world(f"{self.scenario}.toml", SCENARIOS, data, self.settings, files=files)


class WorldOfRun(Part):
    """Where the world of a run was, and its digest."""

    folder: Name
    digest: Hash


class SavedRun(Part):
    """What a file says: who wrote it, of what it is, and the hash of the world on its day."""

    kind: Literal["saved run"]
    form: int
    versions: dict[str, str]
    code: Hash
    world: WorldOfRun | None
    seed: Annotated[int, Field(ge=0)]
    legs: Annotated[tuple[Leg, ...], Field(min_length=1)]
    inputs: Hash
    day: date
    state: Hash

    @property
    def scenario(self) -> str:
        """The scenario that the run followed last."""
        return self.legs[-1].scenario

    @property
    def days(self) -> int:
        """The days that have passed."""
        return self.legs[-1].days


class Course(NamedTuple):
    """The legs of a run, each with its scenario and tables, and the folder of its world, None for the base case."""

    legs: tuple[Leg, ...]
    worlds: tuple[tuple[Scenario, Tables], ...]
    folder: Path | None


def new_leg(scenario: str, settings: Sequence[str], folder: Path | None) -> Leg:
    """A leg to the end of a scenario; raise Faults with all that is wrong in it."""
    story, _ = read_story(scenario, settings, folder)
    data, draft = (DATA, None) if folder is None else (data_folder(folder, DATA), draft_world(folder, DATA))
    named = scenario if folder is None else find_scenario(scenario, folder)
    documents = read_files(named, SCENARIOS, data, draft).documents
    return Leg(scenario=story.name, documents=documents, settings=tuple(settings), days=story.days)


def course_of(legs: Sequence[Leg], folder: Path | None, until: int | date | None = None) -> Course:
    """The course of a run that passes these legs, the last of them to its end or until a day.

    until: how many days have passed by then, or the first date that is no longer simulated.
    """
    worlds = tuple(leg.world(folder) for leg in legs)
    story, passed = worlds[-1][0], legs[-2].days if len(legs) > 1 else 0
    days = story.day_of(until) if isinstance(until, date) else story.days if until is None else until
    if not max(1, passed) <= days <= story.days:
        first, last = story.start + timedelta(days=max(1, passed)), story.end
        words = f"must be from {max(1, passed)} to {story.days} days, or from {first} to {last}, got {until or days}"
        raise Faults([f"--until: {words}; --days N makes {story.name} longer"])
    return Course((*legs[:-1], legs[-1].model_copy(update={"days": days})), worlds, folder)


def play_course(stage: Stage, course: Course, saved: SavedRun | None = None) -> Recorder:
    """Pass the days of all legs on a stage that has been set up for the first, and record them.

    Where a saved run goes on, its world must be the one that was saved; raise Faults where it is another, and for a leg
    that does not fit the days before it.
    """
    known = 0 if saved is None else len(saved.legs)
    if saved is not None and inputs_hash(course.worlds[:known]) != saved.inputs:
        raise Faults([f"--from: the tables are not those of the saved run, they were edited since; {AGAIN}"])
    recorder = Recorder(stage, course.legs[-1].days)
    for number, (leg, world) in enumerate(zip(course.legs, course.worlds, strict=True), 1):
        if number > 1:
            change_course(stage, *world)
        while stage.day < leg.days:
            SupplyChain.step(stage)
            recorder.note_day()
        if saved is not None and number == known and hash_of_state(stage.world) != saved.state:
            words = f"after {leg.days} days the world is not the one that was saved"
            raise Faults([f"--from: {words} (another processor may round otherwise); {AGAIN}"])
    return recorder


def inputs_hash(worlds: Sequence[tuple[Scenario, Tables]]) -> str:
    """A hash of the scenarios and the tables of several legs."""
    return hashlib.sha256("".join(map(scenario_hash, worlds)).encode()).hexdigest()


def write_saved_run(path: Path, stage: Stage, course: Course) -> None:
    """Write a file from which a stage that has passed a course can be taken up again, whole or not at all."""
    course, world = without_idle_legs(course), None
    if course.folder is not None:
        world = WorldOfRun(folder=str(course.folder), digest=about_world(course.folder)["digest"])
    saved = SavedRun(
        kind="saved run", form=FORM, versions=versions(), code=hash_of_code(), world=world, seed=stage.seed,
        legs=course.legs, inputs=inputs_hash(course.worlds), day=stage.today, state=hash_of_state(stage.world),
    )  # fmt: skip
    text = json.dumps(saved.model_dump(), indent=1, ensure_ascii=False, default=lambda day: {DAY_MARK: day.isoformat()})
    write_whole(path, f"{text}\n")


def without_idle_legs(course: Course) -> Course:
    """A course without the legs after which nothing changes."""
    says = [(leg.scenario, leg.documents, leg.settings) for leg in course.legs]
    kept = [i for i in range(len(says)) if says[i + 1 : i + 2] != says[i : i + 1]]
    return Course(tuple(course.legs[i] for i in kept), tuple(course.worlds[i] for i in kept), course.folder)


def refuse_place_of_saved_run(path: Path) -> None:
    """Raise Faults, before any work, where a file cannot be written or would take the place of another kind of file."""
    refuse_place_of_file(path)
    if path.exists() and path.stat().st_size and parsed(path).get("kind") != KIND:
        raise Faults([f"{path}: it holds something else than a saved run, so it is left alone; choose another place"])


def read_saved_run(path: Path) -> SavedRun:
    """Read a saved run; raise Faults for a file that is absent, torn, foreign, edited or of another version."""
    if not path.is_file():
        raise Faults([f"--from: found no file '{path}'; {AGAIN}"])
    found = parsed(path)
    if found.get("kind") != KIND:
        raise Faults([f"{path}: this is no whole saved run of Linestop; {AGAIN}"])
    if found.get("form") != FORM:
        words = f"found form {shown(found.get('form'))} of saved runs, this Linestop reads {FORM}"
        raise Faults([f"{path}: {words}; {AGAIN}"])
    try:
        saved = SavedRun.model_validate(found)
    except ValidationError as error:
        raise Faults(f"{words}; {AGAIN}" for words in sentences(error, str(path), "", SavedRun)) from None
    theirs, ours = saved.versions.get("linestop"), versions()["linestop"]
    if theirs != ours or saved.code != hash_of_code():
        words = f"it was saved by Linestop {theirs} (code {saved.code[:8]}), this is {ours} (code {hash_of_code()[:8]})"
        raise Faults([f"{path}: {words}; {AGAIN}"])
    return saved


def parsed(path: Path) -> dict[str, Any]:
    """The content of a JSON file, with its dates; nothing where it holds none. Raise Faults where it cannot be read."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return {}
        found = json.loads(path.read_bytes(), object_hook=with_dates)
    except OSError as error:
        raise Faults([f"{path}: it cannot be read ({error.strerror}); choose another file"]) from None
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def with_dates(entries: dict[str, Any]) -> Any:
    """A table, or the date that it stands for."""
    if list(entries) != [DAY_MARK]:
        return entries
    return date.fromisoformat(str(entries[DAY_MARK]))

"""The runs of exercises: a point of a sweep and a seed become a row of measured numbers; equal runs are played once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from agents.licensing_authority import links_that_pass_through
from model.register import register
from model.scenario.event import Event
from model.scenario.events import Shock
from model.scenario.scenario import Scenario, read_world
from model.tables.ensemble import read_ensemble
from model.tables.faults import Faults, unknown
from model.tables.table_files import DATA
from model.tables.tables import Tables
from runs.batch.fates import settings_in_world
from runs.classroom.answers import WORLD
from runs.classroom.exercise import AxisPlace, Exercise, Sweep
from runs.classroom.inspections import Finds, inspection_finds
from runs.classroom.mind_file import blame, mind_in
from runs.classroom.time_limit import stuck_minds, watch_over_minds
from runs.measures.selected import measure
from runs.processes.compiled_day import simulation_executor
from runs.processes.executors import usable_processors
from runs.processes.starting import LostWorker
from runs.simulation import levers
from runs.simulation.stage import MINDS, SCENARIOS, Stage, play

FEWEST_TO_SHARE = 4  # runs that are worth a second process
RUNS_AT_A_TIME = 4  # handed to a process at once; runs of one point share their tables
SETTINGS_AT_HAND = 64  # whose tables are kept; a sweep in worlds comes back to as many settings as there are worlds
REHEARSAL_DAYS = 7  # in which every firm decides once
YOURS = "yours"  # the place on an axis whose mind a student may replace
Seen = Callable[[int], object]
SHOCK: TypeAdapter[Any] = TypeAdapter(Shock)


@dataclass(frozen=True)
class Experiment:
    """One run of an exercise: its place in the sweep, and all that it takes to stage it."""

    place: dict[str, float | str]
    seed: int
    scenario: str
    settings: tuple[str, ...]
    shocks: tuple[dict[str, Any], ...] = ()
    levers: dict[str, float] = field(default_factory=dict)
    minds: dict[str, str] = field(default_factory=dict)
    measures: dict[str, str] = field(default_factory=dict)
    folder: Path = Path()

    @property
    def history(self) -> tuple[Any, ...]:
        """What the history of the run depends on: two experiments that are equal in it are played once."""
        minds = sorted((role, str(self.folder / file)) for role, file in self.minds.items())
        levers = tuple(sorted(self.levers.items()))
        return self.scenario, self.settings, repr(self.shocks), levers, tuple(minds), self.seed

    @property
    def but_for_inspections(self) -> tuple[Any, ...]:
        """What the history depends on besides whom inspections find."""
        shocks = ({key: value for key, value in shock.items() if key != "inspect"} for shock in self.shocks)
        return replace(self, shocks=tuple(shocks)).history


def experiments_of(exercise: Exercise, sweep: Sweep) -> Iterator[Experiment]:
    """The runs of a sweep, point after point, each with all its seeds; raise Faults for a place that is on no axis."""
    points = {places_of(point): experiment(exercise, sweep, point) for point in sweep.points()}
    unwatched = unwatched_point(sweep, points) if sweep.unless_found else None
    twins: dict[tuple[tuple[Any, ...], Finds], Experiment] = {}
    for point in points.values():
        for seed in range(1, sweep.seeds + 1):
            run = with_seed(point, seed, sweep)
            if unwatched is not None and run.minds == unwatched.minds:
                free = with_seed(unwatched, seed, sweep)
                twins.setdefault((free.but_for_inspections, ()), free)
                twin = twins.setdefault((run.but_for_inspections, finds_of_run(run)), run)
                run = replace(run, settings=twin.settings, shocks=twin.shocks)
            yield run


def with_seed(point: Experiment, seed: int, sweep: Sweep) -> Experiment:
    """The run at a point with a seed, in a world of its own if the sweep says so; with more seeds worlds come again."""
    worlds = read_ensemble() if sweep.worlds else []
    if not worlds:
        return replace(point, seed=seed)
    settings = settings_in_world(point.scenario, worlds[place_of_world(seed, worlds)], point.settings)
    return replace(point, seed=seed, settings=settings)


def place_of_world(seed: int, worlds: Sequence[Any]) -> int:
    """Which of the worlds a seed is played in, by turns."""
    return (seed - 1) % len(worlds)


def unwatched_point(sweep: Sweep, points: Mapping[tuple[float | str, ...], Experiment]) -> Experiment:
    """The point of a sweep at which inspections find nobody; raise Faults for a place that is on no axis."""
    wanted = tuple(sweep.unless_found.values())
    if wanted not in points:
        raise Faults([f"sweep {sweep.name}: unless_found: {unknown(str(wanted), 'place', [str(p) for p in points])}"])
    return points[wanted]


def experiment(exercise: Exercise, sweep: Sweep, point: Mapping[str, AxisPlace]) -> Experiment:
    """The first run at a point of a sweep."""
    choices = tuple(point.values())
    length = () if sweep.days is None else (f"days={sweep.days}",)
    return Experiment(
        place=dict(zip(point, places_of(point), strict=True)),
        seed=1,
        scenario=sweep.scenario or exercise.scenario,
        settings=(*length, *sweep.set, *(each for choice in choices for each in choice.set)),
        shocks=(*sweep.shocks, *(each for choice in choices for each in choice.shocks)),
        levers={lever: value for choice in choices for lever, value in choice.levers.items()},
        minds={role: file for choice in choices for role, file in choice.minds.items()},
        measures=sweep.measures,
        folder=exercise.folder,
    )


def places_of(point: Mapping[str, AxisPlace]) -> tuple[float | str, ...]:
    """How tables of results call a point, an entry an axis."""
    return tuple(place_of(choice) for choice in point.values())


def finds_of_run(experiment: Experiment) -> Finds:
    """Whom inspections find in a run, and when; runs that differ in nothing else and find the same have one history."""
    story, _ = world_of(experiment)
    lines, passing = lines_that_pass_on(experiment.scenario, experiment.settings)
    return inspection_finds(story, experiment.seed, lines, passing)


@lru_cache(maxsize=SETTINGS_AT_HAND)
def lines_that_pass_on(scenario: str, settings: tuple[str, ...]) -> tuple[int, tuple[int, ...]]:
    """How many lines there are, and the rows of those that could pass goods on abroad."""
    _, tables = read_world_with(scenario, settings)
    return len(tables.firms), tuple(links_that_pass_through(register(tables)))


def place_of(choice: AxisPlace) -> float | str:
    """How tables of results call a place on an axis: by its number, else by its label."""
    return choice.label if choice.value is None else choice.value


def world_of(experiment: Experiment) -> tuple[Scenario, Tables]:
    """The scenario and the tables of a run, with the exercise's own shocks among those of the scenario."""
    about = levers.Choice(experiment.scenario).about
    settings = (*experiment.settings, *levers.table_settings(experiment.levers, about))
    story, tables = read_world_with(experiment.scenario, settings)
    story = levers.change_story(story, experiment.levers, about)
    if not experiment.shocks:
        return story, tables
    own = [date_shock(raw, story) for raw in experiment.shocks]
    shocks = sorted((*story.shocks, *own), key=lambda shock: shock.date)
    return story.model_copy(update={"shocks": tuple(shocks)}), tables


@lru_cache(maxsize=SETTINGS_AT_HAND)
def read_world_with(scenario: str, settings: tuple[str, ...]) -> tuple[Scenario, Tables]:
    """A scenario and its tables with some settings; the runs of one point share them."""
    return read_world(scenario, SCENARIOS, DATA, settings)


def date_shock(raw: Mapping[str, Any], story: Scenario) -> Event:
    """A shock of an exercise, dated by its days after the shock of the story; raise Faults if it is none."""
    rest = {key: value for key, value in raw.items() if key != "after"}
    day = (story.shock_date or story.start) + timedelta(days=int(raw.get("after", 0)))
    try:
        event: Event = SHOCK.validate_python({"source": "hypothetical", **rest, "date": day})
    except ValidationError as error:
        raise Faults([f"a shock of the exercise: {detail['msg']}" for detail in error.errors()]) from None
    return event


def stage_of(experiment: Experiment) -> Stage:
    """Put one run on the stage."""
    minds = {role: mind_in(experiment.folder / file, role) for role, file in experiment.minds.items()}
    return Stage(rng=experiment.seed, world=world_of(experiment), cast={**MINDS, **minds})


def run_experiment(experiment: Experiment) -> dict[str, float] | str:
    """Play one run and measure it.

    A mistake comes back as a sentence, for it may have to cross processes.
    """
    try:
        chain = stage_of(experiment)
        record = play(chain)
        chain.release()
        return {name: measure(record, words) for name, words in experiment.measures.items()}
    except Faults as faults:
        return "\n".join(faults.sentences)
    except Exception as error:
        if not experiment.minds:
            raise
        return blame(error, (experiment.folder / next(iter(experiment.minds.values()))))


def run_all(some: Sequence[Experiment], seen: Seen = lambda _: None) -> list[dict[str, Any]]:
    """Play runs, two at a time where there are two cores; a row a run. Raise Faults with what a run complains of.

    Runs of the same history are played once, and `seen` hears how many are answered by it.
    """
    once: dict[tuple[Any, ...], list[Experiment]] = defaultdict(list)
    for experiment in some:
        once[experiment.history].append(experiment)
    found: dict[tuple[Any, ...], dict[str, float]] = {}
    for (history, alike), result in zip(once.items(), play_all([merged(each) for each in once.values()]), strict=True):
        if isinstance(result, str):
            raise Faults(result.split("\n"))
        found[history] = result
        seen(len(alike))
    return [
        {**each.place, "seed": each.seed, **{name: found[each.history][words] for name, words in each.measures.items()}}
        for each in some
    ]


def merged(alike: Sequence[Experiment]) -> Experiment:
    """One experiment in place of several with the same history; it measures all that they measure, each by its text."""
    return replace(alike[0], measures={words: words for each in alike for words in each.measures.values()})


def play_all(some: Sequence[Experiment]) -> Iterator[dict[str, float] | str]:
    """The results of runs, in their order."""
    workers = min(usable_processors(), len(some) // FEWEST_TO_SHARE)
    files = {each.folder / file for each in some for file in each.minds.values()}
    if workers < 2 and not files:
        yield from map(run_experiment, some)
        return
    groups = [some[i : i + RUNS_AT_A_TIME] for i in range(0, len(some), RUNS_AT_A_TIME)]
    with TemporaryDirectory() as folder:
        stack = Path(folder) / "stack"
        stack.touch()
        try:
            with simulation_executor(run_group, max(1, workers)) as executor:
                if files:
                    executor.initialise(watch_over_minds, stack)
                for results in executor.map(run_group, groups):
                    yield from results
        except LostWorker as lost:
            if not files:
                raise
            advice = f"look for a loop without an end in {', '.join(sorted(file.name for file in files))}"
            raise Faults(stuck_minds(stack, files) or LostWorker(lost.why, advice).sentences) from None


def run_group(some: Sequence[Experiment]) -> list[dict[str, float] | str]:
    """Play some runs, which share their tables if they are of one point."""
    return [run_experiment(each) for each in some]


def run_exercise(exercise: Exercise, seen: Seen = lambda _: None) -> dict[str, pd.DataFrame]:
    """Play all runs of an exercise: a table a sweep, by its name."""
    (tables,) = run_exercises([exercise], seen)
    return tables


def run_exercises(some: Sequence[Exercise], seen: Seen = lambda _: None) -> list[dict[str, pd.DataFrame]]:
    """Play all runs of exercises, those of all sweeps in one go: for each exercise a table a sweep, by its name."""
    sweeps = [(number, sweep) for number, exercise in enumerate(some) for sweep in exercise.sweep]
    everything = [list(experiments_of(some[number], sweep)) for number, sweep in sweeps]
    rows = iter(run_all([each for runs in everything for each in runs], seen))
    tables: list[dict[str, pd.DataFrame]] = [{} for _ in some]
    for (number, sweep), runs in zip(sweeps, everything, strict=True):
        table = pd.DataFrame(list(islice(rows, len(runs))))
        if sweep.worlds and (worlds := read_ensemble()):
            table[WORLD] = [1 + place_of_world(int(seed), worlds) for seed in table["seed"]]
        tables[number][sweep.name] = table
    return tables


def with_mind(exercise: Exercise, file: Path) -> Exercise:
    """The exercise with a student's file in place of the mind called "yours"; raise Faults if it has none."""
    refuse_no_mind(exercise, "--mind")
    whole = exercise.model_dump()
    axes = [axis for sweep in whole["sweep"] for axis in sweep["axis"]]
    own = [choice for axis in axes for choice in axis["choices"] if choice["label"] == YOURS]
    for choice in own:
        choice["minds"] = dict.fromkeys(choice["minds"], str(file))
    return Exercise.model_validate(whole)


def refuse_no_mind(exercise: Exercise, option: str) -> None:
    """Raise Faults for an option that is about a student's mind, if the exercise takes none."""
    labels = {choice.label for sweep in exercise.sweep for axis in sweep.axis for choice in axis.choices}
    if YOURS not in labels:
        raise Faults([f"exercise {exercise.number} takes no mind; {option} belongs to exercise 0"])


def rehearsal(exercise: Exercise, file: Path) -> Experiment:
    """A first week with a student's mind, in which it decides once."""
    points = ((sweep, point) for sweep in exercise.sweep for point in sweep.points())
    sweep, point = next(
        each for each in points if any(str(file) in choice.minds.values() for choice in each[1].values())
    )
    week = sweep.model_copy(update={"days": REHEARSAL_DAYS})
    return replace(experiment(exercise, week, point), measures={})

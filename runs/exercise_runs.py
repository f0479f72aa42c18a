"""The runs of an exercise: a point of a sweep and a seed become a row of measured numbers."""

from __future__ import annotations

import importlib.util
import os
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from agents.firm import Firm
from model.events import Event, Shock
from model.faults import Faults
from model.scenario import Scenario, read_world
from model.tables import Tables
from runs.exercise import Choice, Exercise, Sweep
from runs.exercise_measures import measure
from runs.stage import DATA, MINDS, SCENARIOS, Stage, play

FEWEST_TO_SHARE = 4  # runs that are worth a second process
SHOCK: TypeAdapter[Any] = TypeAdapter(Shock)


@dataclass(frozen=True)
class Experiment:
    """One run of an exercise: where it stands in the sweep, and all that it takes to stage it."""

    place: dict[str, float | str]
    seed: int
    scenario: str
    settings: tuple[str, ...]
    shocks: tuple[dict[str, Any], ...] = ()
    minds: dict[str, str] = field(default_factory=dict)
    measures: dict[str, str] = field(default_factory=dict)
    folder: Path = Path()


def experiments(exercise: Exercise, sweep: Sweep) -> Iterator[Experiment]:
    """The runs of a sweep, point after point, each with all its seeds."""
    scenario = sweep.scenario or exercise.scenario
    length = () if sweep.days is None else (f"days={sweep.days}",)
    for point in sweep.points():
        choices = tuple(point.values())
        for seed in range(1, sweep.seeds + 1):
            yield Experiment(
                place={axis: place_of(choice) for axis, choice in point.items()},
                seed=seed,
                scenario=scenario,
                settings=(*length, *sweep.set, *(each for choice in choices for each in choice.set)),
                shocks=(*sweep.shocks, *(each for choice in choices for each in choice.shocks)),
                minds={role: file for choice in choices for role, file in choice.minds.items()},
                measures=sweep.measures,
                folder=exercise.folder,
            )


def place_of(choice: Choice) -> float | str:
    """How tables of results call a place on an axis: by its number, else by its label."""
    return choice.label if choice.value is None else choice.value


def world_of(experiment: Experiment) -> tuple[Scenario, Tables]:
    """The scenario and the tables of a run, with the exercise's own shocks among those of the scenario."""
    story, tables = settled(experiment.scenario, experiment.settings)
    if not experiment.shocks:
        return story, tables
    own = [dated(raw, story) for raw in experiment.shocks]
    shocks = sorted((*story.shocks, *own), key=lambda shock: shock.date)
    return story.model_copy(update={"shocks": tuple(shocks)}), tables


@lru_cache(maxsize=4)
def settled(scenario: str, settings: tuple[str, ...]) -> tuple[Scenario, Tables]:
    """A scenario and its tables with some settings; the runs of one point share them."""
    return read_world(scenario, SCENARIOS, DATA, settings)


def dated(raw: Mapping[str, Any], story: Scenario) -> Event:
    """A shock of an exercise, dated by its days after the shock of the story; raise Faults if it is none."""
    rest = {key: value for key, value in raw.items() if key != "after"}
    day = (story.shock_date or story.start) + timedelta(days=int(raw.get("after", 0)))
    try:
        event: Event = SHOCK.validate_python({"source": "hypothetical", **rest, "date": day})
    except ValidationError as error:
        raise Faults([f"a shock of the exercise: {detail['msg']}" for detail in error.errors()]) from None
    return event


def mind_in(file: Path) -> type[Firm]:
    """The mind that a student's file defines: its last class that is a Firm; raise Faults if there is none."""
    spec = importlib.util.spec_from_file_location(f"mind_{file.stem}", file)
    if spec is None or spec.loader is None or not file.is_file():
        raise Faults([f"{file}: there is no such Python file; give one with --mind"])
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise Faults([blame(error, file)]) from None
    classes = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Firm)]
    own = [each for each in classes if each.__module__ == module.__name__]
    if not own:
        raise Faults([f"{file.name}: found no mind; write a class such as 'class MyMind(MagnetMaker):' in it"])
    return own[-1]


def blame(error: Exception, file: Path) -> str:
    """What went wrong in a student's file, in a sentence with the line."""
    mine = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == file]
    line = mine[-1].lineno if mine else getattr(error, "lineno", None)
    words = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
    return f"{file.name}{f', line {line}' if line else ''}: {words}"


def stage_of(experiment: Experiment) -> Stage:
    """Put one run on the stage."""
    minds = {role: mind_in(experiment.folder / file) for role, file in experiment.minds.items()}
    return Stage(rng=experiment.seed, world=world_of(experiment), cast={**MINDS, **minds})


def run(experiment: Experiment) -> dict[str, float] | str:
    """Play one run and measure it; a mistake comes back as a sentence, for it may have to cross processes."""
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
        return blame(error, (experiment.folder / list(experiment.minds.values())[0]))


def run_all(some: Sequence[Experiment], seen: Callable[[], object] = lambda: None) -> list[dict[str, Any]]:
    """Play runs, two at a time where there are two cores; a row a run. Raise Faults with what a run complains of."""
    rows = []
    for experiment, found in zip(some, played(some), strict=True):
        if isinstance(found, str):
            raise Faults(found.split("\n"))
        rows.append({**experiment.place, "seed": experiment.seed, **found})
        seen()
    return rows


def played(some: Sequence[Experiment]) -> Iterator[dict[str, float] | str]:
    """The results of runs, in their order."""
    workers = min(os.cpu_count() or 1, len(some) // FEWEST_TO_SHARE)
    if workers < 2:
        yield from map(run, some)
        return
    first, *rest = some
    yield run(first)  # it compiles what is not yet compiled, before others wait for the same
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(run, rest, chunksize=2)


def run_exercise(exercise: Exercise, seen: Callable[[], object] = lambda: None) -> dict[str, pd.DataFrame]:
    """Play all runs of an exercise, those of all sweeps in one go: a table a sweep, by its name."""
    everything = [(sweep.name, each) for sweep in exercise.sweep for each in experiments(exercise, sweep)]
    rows: dict[str, list[dict[str, Any]]] = {sweep.name: [] for sweep in exercise.sweep}
    for (name, _), row in zip(everything, run_all([each for _, each in everything], seen), strict=True):
        rows[name].append(row)
    return {name: pd.DataFrame(mine) for name, mine in rows.items()}


def with_mind(exercise: Exercise, file: Path) -> Exercise:
    """The exercise with a student's file in place of each mind that came with it; raise Faults if it has none."""
    mind_in(file)
    if not any(choice.minds for sweep in exercise.sweep for axis in sweep.axis for choice in axis.choices):
        raise Faults([f"exercise {exercise.number} takes no mind; --mind belongs to exercise 0"])
    whole = exercise.model_dump()
    for sweep in whole["sweep"]:
        for axis in sweep["axis"]:
            for choice in axis["choices"]:
                choice["minds"] = dict.fromkeys(choice["minds"], str(file))
    return Exercise.model_validate(whole)

"""A batch plays an experiment: thousands of runs, each a row, none lost and none done twice."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from model.network import DAYS_PER_YEAR
from model.tables.faults import Faults
from model.tables.tables import Tables
from runs.batch.chunks import (
    Place,
    Plan,
    chosen,
    measured,
    measures,
    packed,
    parts_with,
    run_chunk,
    schema,
    simulated,
    world_under,
)  # fmt: skip
from runs.batch.experiment import Experiment, fingerprint, read_experiment, scenario_hash
from runs.batch.fitting import Stages, as_it_is, base_worlds, files_of, fitted, noted, outcome_faults, size_faults
from runs.batch.results import EXPERIMENTS, machine, opened, versions
from runs.batch.samplers import points, points_count
from runs.measures.outcomes import HOME, VEHICLES
from runs.processes.compiled_day import simulation_executor
from runs.processes.executors import WORKERLESS_TIMEOUT_SECONDS, TaskExecutor
from runs.processes.starting import LostWorker
from runs.simulation.luck import luck_matters
from runs.simulation.named_levers import OFF
from runs.simulation.record import Record

POLL_SECONDS = 5.0
MOST_RUNS = 10_000_000
MOST_TRIED_FOR_LUCK = 16  # policies
AHEAD = 3  # chunks that wait at the executor for each that is being done
CODE = ("model", "agents", "runs/simulation", "runs/measures", "runs/batch")  # what decides a row of a batch
HERE = Path(__file__).parents[2]

Chunk = tuple[int, dict[str, bytes]]
Tell = Callable[[int], None]


@dataclass(frozen=True)
class Cost:
    """What a batch will take, from a trial run of each scenario."""

    experiments: int
    seconds_each: float
    width: int

    @property
    def seconds(self) -> float:
        """Wall time, if nothing else happens on the machine."""
        return self.experiments * self.seconds_each / self.width


def planned(experiment: Experiment) -> tuple[Plan, float]:
    """The plan of an experiment, and the seconds that one of its runs takes; raise Faults with all that is wrong."""
    stages = Stages(base_worlds(experiment), files_of(experiment))
    faults: list[str] = []
    with noted(faults):
        runs = points_count(experiment) * len(stages.worlds) * len(experiment.seeds) * experiment.policies_count
        faults += size_faults(experiment, runs, MOST_RUNS)
    with noted(faults):
        experiment = fitted(experiment, stages)
    if faults:
        faults += strange_outcomes(experiment, stages)
        raise Faults(faults)
    plan = Plan(experiment, stages.worlds, points(experiment), (), experiment.policies(), files=stages.files,
                as_it_is=as_it_is(experiment, stages))  # fmt: skip
    records, seconds = zip(*(tried(plan, scenario) for scenario in range(len(plan.worlds))), strict=True)
    known = measured(plan.worlds, [measures(record) for record in records])
    if faults := outcome_faults(experiment.outcomes, known, experiment):
        raise Faults(faults)
    kept = list(experiment.outcomes) or known
    plan = replace(plan, measured=tuple(kept), parts=parts_with(kept, records), luckless=without_luck(plan, records))
    return plan, sum(seconds) / len(seconds)


def without_luck(plan: Plan, records: Sequence[Record]) -> tuple[str, ...]:
    """The scenarios in which luck plays no part, as far as a future and some policies show; none without more seeds."""
    if len(plan.experiment.seeds) == 1:
        return ()
    found = []
    for scenario, record in enumerate(records):
        places = [Place(scenario, 0, 0, policy) for policy in range(min(len(plan.policies), MOST_TRIED_FOR_LUCK))]
        if not any(luck_in(plan, place, record if place.policy == 0 else None) for place in places):
            found.append(plan.worlds[scenario][0].name)
    return tuple(found)


def luck_in(plan: Plan, place: Place, record: Record | None) -> bool:
    """Whether luck can matter in an experiment."""
    settings = plan.settings(place)
    return luck_matters(*world_under(plan, place.scenario, settings), OFF not in settings, record)


def strange_outcomes(experiment: Experiment, stages: Stages) -> list[str]:
    """Complaints of outcomes, from runs of the scenarios as they are, where the settings are at fault as well."""
    if not experiment.outcomes:
        return []
    bare = experiment.model_copy(update={"levers": (), "uncertainties": ()})
    plan = Plan(bare, stages.worlds, points(bare), (), bare.policies())
    records = [simulated(plan, Place(scenario, 0, 0, 0)) for scenario in range(len(stages.worlds))]
    known = measured(stages.worlds, [measures(record) for record in records])
    return outcome_faults(experiment.outcomes, known, experiment)


def tried(plan: Plan, scenario: int) -> tuple[Record, float]:
    """Do one run of a scenario twice, once to warm up: its record, and its seconds."""
    place = Place(scenario, 0, 0, 0)
    try:
        simulated(plan, place)
        begun = time.perf_counter()
        record = simulated(plan, place)
        measures(record)
    except (ArithmeticError, LookupError, ValueError) as error:
        what = ", ".join(plan.settings(place)) or "as it is"
        raise Faults([f"{plan.experiment.name}.toml: a trial run of {plan.worlds[scenario][0].name} ({what}) failed: "
                      f"{error}; mend what was set"]) from error  # fmt: skip
    return record, time.perf_counter() - begun


def chunks_done(plan: Plan, todo: Iterable[int], executor: TaskExecutor) -> Iterator[Chunk]:
    """Have chunks done, and hand each over when it is; raise Faults if the executor loses its workers."""
    content, queue = packed(plan), iter(todo)
    waiting: set[Future[Any]] = set()
    workerless_since: float | None = None
    while True:
        width = executor.width()
        while len(waiting) < AHEAD * max(1, width) and (chunk := next(queue, None)) is not None:
            waiting.add(executor.submit(run_chunk, content, chunk))
        if not waiting:
            return
        done, waiting = wait(waiting, POLL_SECONDS, FIRST_COMPLETED)
        workerless_since = None if width else workerless_since or time.monotonic()
        if workerless_since and time.monotonic() - workerless_since > WORKERLESS_TIMEOUT_SECONDS:
            raise Faults([f"{executor.name}: all its workers have gone; start some, then go on with --resume"])
        for future in done:
            yield finished(future, executor)


def finished(future: Future[Any], executor: TaskExecutor) -> Chunk:
    """What a chunk came to; runs tell their own errors, so that an error here is one of the executor."""
    try:
        chunk: Chunk = future.result()
        return chunk
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        why = error.why if isinstance(error, LostWorker) else str(error).split("\n")[0] or type(error).__name__
        raise Faults([f"{executor.name}: a worker was lost ({why}); what was finished is kept, go on with "
                      "--resume"]) from error  # fmt: skip


def batch(
    plan: Plan, place: Path, executor: AbstractContextManager[TaskExecutor], resume: bool = False, command: str = "",
    tell: Tell = lambda done: None,
) -> int:  # fmt: skip
    """Do what is missing of a batch and keep it in a folder; how many experiments were done now.

    `tell` hears how many experiments are finished, those of earlier days at once. Raise Faults where the folder
    is taken, the disk is full or workers are lost; what was finished by then stays and can be resumed.
    """
    about = manifest(plan, command)
    world = [Path(plan.experiment.world)] if plan.experiment.world else []
    with opened(place, about, plan.chunks, resume, partial(belongs, plan), world) as results:
        todo = results.missing()
        before = plan.total - sum(len(plan.numbers(chunk)) for chunk in todo)
        tell(before)
        if todo:
            with executor as running:
                for chunk, tables in chunks_done(plan, todo, running):
                    results.keep(chunk, tables)
                    tell(len(plan.numbers(chunk)))
        results.finish(about)
    return plan.total - before


def belongs(plan: Plan, chunk: int, table: pa.Table) -> bool:
    """Whether the rows of a chunk are those of this plan's experiments: the same futures, luck and choices."""
    if table.schema != schema(plan, EXPERIMENTS):
        return False
    wanted = [{"experiment": number, **chosen(plan, plan.place(number))} for number in plan.numbers(chunk)]
    names = list(wanted[0])
    known = pa.schema([schema(plan, EXPERIMENTS).field(name) for name in names])
    return bool(pa.Table.from_pylist(wanted, schema=known).equals(table.select(names)))


def experiments(source: str | Path | Experiment, count: int | None = None) -> pd.DataFrame:
    """Play an experiment on this machine and return a frame with a row an experiment.

    source: a TOML file, the name of an experiment that comes with Linestop, or an Experiment; count: processes.
    """
    experiment = source if isinstance(source, Experiment) else read_experiment(source)
    plan, _ = planned(experiment)
    with simulation_executor(run_chunk, count) as executor:
        found = dict(chunks_done(plan, range(plan.chunks), executor))
    parts = [pq.read_table(BytesIO(found[chunk][EXPERIMENTS])) for chunk in sorted(found)]
    return pd.DataFrame(pa.concat_tables(parts).to_pandas())


def manifest(plan: Plan, command: str) -> dict[str, Any]:
    """What a batch is: enough to do it again, and to know whether two are the same."""
    experiment = plan.experiment
    return {
        "command": command,
        "complete": False,
        "title": experiment.title,
        "fingerprint": fingerprint(experiment, plan.worlds),
        "code": code_hash(),
        "versions": versions(),
        "machine": machine(),
        "scenarios": {world[0].name: scenario_hash(world) for world in plan.worlds},
        "seeds": list(experiment.seeds),
        "experiments": plan.total,
        "chunks": plan.chunks,
        "in_chunk": plan.in_chunk,
        "levers": [lever.name for lever in experiment.levers],
        "uncertainties": [each.name for each in experiment.uncertainties],
        "outcomes": list(plan.measured),
        "as_it_is": dict(plan.as_it_is),
        "vehicles_a_day": vehicles_a_day(plan.worlds[0][1]),
        "experiment": experiment.model_dump(mode="json"),
        "files": ["linestop.json", "experiments", "firms", "days"],
    }


def vehicles_a_day(tables: Tables) -> float:
    """What Japanese car lines make in a normal day: the unit in which days of production are counted."""
    lines = [line for line in tables.firms if line.country == HOME and line.industry == VEHICLES]
    return sum(line.demand_per_year for line in lines) / DAYS_PER_YEAR


@cache
def code_hash() -> str:
    """A hash of the code that decides a history: a resumed batch must not mix two models.

    It is taken once, when a process that has loaded the code begins: what is edited later does not run in it.
    """
    digest = hashlib.sha256()
    for path in code_files(HERE):
        digest.update(path.relative_to(HERE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def code_files(house: Path) -> list[Path]:
    """The sources that decide what stands in a row of a batch, in rooms and the rooms within them."""
    return sorted(path for room in CODE for path in (house / room).rglob("*.py"))

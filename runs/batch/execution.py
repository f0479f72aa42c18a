"""Execution of a design: plan it, run its chunks, keep them in a folder; no run is lost and none is done twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from model.network import DAYS_PER_YEAR
from model.tables.faults import Faults
from model.tables.tables import Tables
from runs.batch.bounds import MOST_RUNS, TRIED_POLICIES
from runs.batch.checks import (
    BaseScenarios,
    asked_faults,
    collect_faults,
    complete_design,
    outcome_faults,
    read_base,
    size_faults,
    unchanged_choices,
)
from runs.batch.chunks import (
    Coordinates,
    Plan,
    input_columns,
    measure_outcomes,
    measures_for,
    outcomes_to_keep,
    pack,
    play_experiment,
    run_chunk,
    table_schema,
    world_under,
)
from runs.batch.design import Design, fingerprint, portable, read_design
from runs.batch.kept_inputs import INPUTS, SHIPPED, InputFolders, Origin, keep_inputs, list_inputs
from runs.batch.part_files import EXPERIMENTS
from runs.batch.results import machine, open_batch_folder
from runs.batch.samplers import count_points, points
from runs.files.folder import versions
from runs.processes.compiled_day import simulation_executor
from runs.processes.executors import WORKERLESS_TIMEOUT_SECONDS, TaskExecutor
from runs.processes.starting import LostWorker
from runs.simulation.focus import focus_of
from runs.simulation.identity import hash_of_code, scenario_hash
from runs.simulation.luck import luck_matters
from runs.simulation.named_levers import OFF
from runs.simulation.record import Record

POLL_SECONDS = 5.0
AHEAD = 3  # chunks that wait at the executor for each that is being done
CODE_FOLDERS = ("model", "agents", "runs/simulation", "runs/measures", "runs/batch")  # what decides a row of a batch

Chunk = tuple[int, dict[str, bytes]]  # its number, and its tables as the bytes of Parquet files
Tell = Callable[[int], None]


@dataclass(frozen=True)
class Cost:
    """The time that a batch takes, from a trial run of each scenario; width: runs at a time."""

    experiments: int
    seconds_each: float
    width: int

    @property
    def seconds(self) -> float:
        """Seconds on the clock, if the machine does nothing else."""
        return self.experiments * self.seconds_each / self.width


def make_plan(design: Design, folders: InputFolders = SHIPPED) -> tuple[Plan, float]:
    """The plan of a design, and the seconds that one of its runs takes; raise Faults with all that is wrong."""
    base = read_base(design, folders)
    faults: list[str] = []
    notes: list[str] = []
    with collect_faults(faults):
        runs = count_points(design) * len(base.worlds) * len(design.seeds) * design.policies_count
        faults += size_faults(design, runs, MOST_RUNS)
    with collect_faults(faults):
        design, notes = complete_design(design, base)
    if faults:
        faults += outcome_faults_as_it_is(design, base)
        raise Faults(faults)
    plan = Plan(design, base.worlds, points(design), (), design.policies(), files=base.files,
                as_it_is=unchanged_choices(design, base), notes=tuple(notes))  # fmt: skip
    records, seconds = zip(*(trial_run(plan, scenario) for scenario in range(len(plan.worlds))), strict=True)
    known = outcomes_to_keep([measure_outcomes(record) for record in records])
    if faults := outcome_faults(design.outcomes, known, design) + asked_faults(design, known):
        raise Faults(faults)
    kept, luckless = list(design.outcomes) or known, find_scenarios_without_luck(plan, records)
    plan = replace(
        plan, outcomes=tuple(kept), measures=measures_for(kept, records), scenarios_without_luck=luckless
    )  # fmt: skip
    return plan, sum(seconds) / len(seconds)


def find_scenarios_without_luck(plan: Plan, records: Sequence[Record]) -> tuple[str, ...]:
    """The scenarios in which luck plays no part, as far as a future and some policies show; none with a single seed."""
    if len(plan.design.seeds) == 1:
        return ()
    found = []
    for scenario, record in enumerate(records):
        tried = [Coordinates(scenario, 0, 0, policy) for policy in range(min(len(plan.policies), TRIED_POLICIES))]
        if not any(luck_matters_at(plan, at, record if at.policy == 0 else None) for at in tried):
            found.append(plan.worlds[scenario][0].name)
    return tuple(found)


def luck_matters_at(plan: Plan, at: Coordinates, record: Record | None) -> bool:
    """Whether luck can matter in an experiment; record: the one of this experiment, if there is one."""
    settings = plan.settings(at)
    return luck_matters(*world_under(plan, at.scenario, settings), OFF not in settings, record)


def outcome_faults_as_it_is(design: Design, base: BaseScenarios) -> list[str]:
    """The faults of the outcomes, from runs of the scenarios as they are, for a design whose settings are wrong too."""
    if not design.outcomes:
        return []
    bare = design.model_copy(update={"levers": (), "uncertainties": ()})
    plan = Plan(bare, base.worlds, points(bare), (), bare.policies())
    records = [play_experiment(plan, Coordinates(scenario, 0, 0, 0)) for scenario in range(len(base.worlds))]
    known = outcomes_to_keep([measure_outcomes(record) for record in records])
    return outcome_faults(design.outcomes, known, design)


def trial_run(plan: Plan, scenario: int) -> tuple[Record, float]:
    """Run the first experiment of a scenario twice, once to warm up; return its record and its seconds."""
    at = Coordinates(scenario, 0, 0, 0)
    try:
        play_experiment(plan, at)
        begun = time.perf_counter()
        record = play_experiment(plan, at)
        measure_outcomes(record)
    except (ArithmeticError, LookupError, ValueError) as error:
        what = ", ".join(plan.settings(at)) or "as it is"
        raise Faults([f"{plan.design.name}.toml: a trial run of {plan.worlds[scenario][0].name} ({what}) failed: "
                      f"{error}; set other numbers"]) from error  # fmt: skip
    return record, time.perf_counter() - begun


def chunks_done(plan: Plan, todo: Iterable[int], executor: TaskExecutor) -> Iterator[Chunk]:
    """Have chunks run, and yield each when it is done; raise Faults if the executor loses its workers."""
    content, queue = pack(plan), iter(todo)
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
            yield result_of(future, executor)


def result_of(future: Future[Any], executor: TaskExecutor) -> Chunk:
    """The result of a chunk; errors of runs are rows of it, so that an error here is one of the executor."""
    try:
        chunk: Chunk = future.result()
        return chunk
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        why = error.why if isinstance(error, LostWorker) else str(error).split("\n")[0] or type(error).__name__
        raise Faults([f"{executor.name}: a worker was lost ({why}); what was finished is kept, go on with "
                      "--resume"]) from error  # fmt: skip


def run_batch(
    plan: Plan, place: Path, executor: AbstractContextManager[TaskExecutor], resume: bool = False,
    origin: Origin | None = None, tell: Tell = lambda done: None,
) -> int:  # fmt: skip
    """Run the missing chunks of a batch, write them into a folder, and return how many experiments were run now.

    origin: the command and the files that are kept among its inputs, if others than those that the design names; tell:
    called with the number of experiments that are finished, first with that of an earlier, interrupted batch.
    Raise Faults where the folder is taken, the disk is full or workers are lost; what was finished by then stays and
    can be resumed.
    """
    origin = origin or Origin(files=list_inputs(plan.design))
    about = make_manifest(plan, origin.command)
    world = [Path(plan.design.world)] if plan.design.world else []
    with open_batch_folder(place, about, plan.chunks, resume, partial(has_rows_of, plan), world) as results:
        keep_inputs(place, origin)
        todo = results.missing_chunks()
        before = plan.total - sum(len(plan.numbers(chunk)) for chunk in todo)
        tell(before)
        if todo:
            with executor as running:
                for chunk, tables in chunks_done(plan, todo, running):
                    results.write_chunk(chunk, tables)
                    tell(len(plan.numbers(chunk)))
        results.finish(about)
    return plan.total - before


def has_rows_of(plan: Plan, chunk: int, table: pa.Table) -> bool:
    """Whether a table holds the experiments of a chunk of this plan: the same futures, seeds and choices."""
    if table.schema != table_schema(plan, EXPERIMENTS):
        return False
    wanted = [{"experiment": number, **input_columns(plan, plan.coordinates(number))} for number in plan.numbers(chunk)]
    names = list(wanted[0])
    known = pa.schema([table_schema(plan, EXPERIMENTS).field(name) for name in names])
    return bool(pa.Table.from_pylist(wanted, schema=known).equals(table.select(names)))


def experiments(source: str | Path | Design, count: int | None = None) -> pd.DataFrame:
    """Run a design on this machine and return a frame with a row an experiment.

    source: a TOML file, the name of a design that comes with Linestop, or a Design; count: processes.
    """
    design = source if isinstance(source, Design) else read_design(source)
    plan, _ = make_plan(design)
    with simulation_executor(run_chunk, count) as executor:
        found = dict(chunks_done(plan, range(plan.chunks), executor))
    parts = [pq.read_table(BytesIO(found[chunk][EXPERIMENTS])) for chunk in sorted(found)]
    return pd.DataFrame(pa.concat_tables(parts).to_pandas())


def make_manifest(plan: Plan, command: str) -> dict[str, Any]:
    """The manifest of a batch: enough to run it again, and to tell whether two batches are the same."""
    design, about = plan.design, focus_of(plan.worlds[0][1])
    return {
        "command": command,
        "complete": False,
        "title": design.title,
        "fingerprint": fingerprint(design, plan.worlds, plan.ensemble),
        "code": code_hash(),
        "versions": versions(),
        "machine": machine(),
        "scenarios": {world[0].name: scenario_hash(world) for world in plan.worlds},
        "seeds": list(design.seeds),
        "experiments": plan.total,
        "chunks": plan.chunks,
        "in_chunk": plan.in_chunk,
        "levers": [lever.name for lever in design.levers],
        "uncertainties": [each.name for each in design.uncertainties],
        "outcomes": list(plan.outcomes),
        "as_it_is": dict(plan.as_it_is),
        "notes": list(plan.notes),
        "ensemble": [dict(world) for world in plan.ensemble],
        "home": about.home,
        "home_name": about.home_name,
        "country_names": {code: about.name(code) for code in about.reported},
        "money": about.money.code,
        "story": about.story,
        "vehicles_a_day": vehicles_a_day(plan.worlds[0][1]),
        "experiment": portable(design).model_dump(mode="json"),
        "files": ["linestop.json", "experiments", "firms", "days", INPUTS],
    }


def vehicles_a_day(tables: Tables) -> float:
    """What car lines at home make in a normal day: the unit in which days of production are counted."""
    about = focus_of(tables)
    lines = [tables.firms[row] for row in about.vehicles if tables.firms[row].country == about.home]
    return sum(line.demand_per_year for line in lines) / DAYS_PER_YEAR


def code_hash() -> str:
    """A hash of the code that decides the results, so that a resumed batch cannot mix two models."""
    return hash_of_code(CODE_FOLDERS)

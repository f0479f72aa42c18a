"""A chunk of a batch: some experiments run one after the other, their results as rows of Parquet tables."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from model.metrics import curtailed, first_day, output_lost, stopped, value_added_lost
from model.scenario.scenario import Files
from model.tables.faults import Faults
from runs.batch.bounds import CACHED_POLICIES, MOST_CHUNKS, MOST_IN_CHUNK
from runs.batch.design import Design
from runs.batch.part_files import EXPERIMENTS
from runs.batch.results import parquet_bytes
from runs.batch.samplers import Points
from runs.measures.cost_of_resilience import cost_of_resilience
from runs.measures.first_line import first_line_to_stop, names_a_line
from runs.measures.outcomes import PARTS
from runs.measures.quantities import JPY_MN_PER_BN, column, cover_of_magnet_makers, focus, vehicle_lines
from runs.simulation.focus import focus_of
from runs.simulation.named_levers import OFF
from runs.simulation.policies import seat_programs
from runs.simulation.record import MEASURED, Record
from runs.simulation.settings import World, world_with
from runs.simulation.stage import Stage, play

FIRM_SCHEMA = pa.schema(
    {"experiment": pa.int64(), "line": pa.string(), "first_stop_day": pa.float64(), "stop_days": pa.int64(),
     "curtailed_days": pa.int64(), "output_lost": pa.float64()}
)  # fmt: skip
DAYS_OF_HOME = ("vehicles", "value_added_lost_jpy_bn", "cover_days_magnet_makers")  # columns, with home's code behind

MEASURE_BY_NAME: dict[str, Callable[[Record], dict[str, Any]]] = {
    part.__name__: part for part in (*PARTS, first_line_to_stop, cost_of_resilience)
}
MEASURE_NAMES = tuple(MEASURE_BY_NAME)


class Coordinates(NamedTuple):
    """Which scenario, future, seed and policy an experiment has, each as its place in the plan."""

    scenario: int
    future: int
    seed: int
    policy: int


@dataclass(frozen=True, eq=False)
class Plan:
    """A design with its worlds, sampled futures and policies: all that a worker needs to run its experiments.

    outcomes: the columns that are kept; measures: the names of the functions that compute these; policies: choices by
    lever, and the settings that make them; files: what the scenario files say, where settings need them; as_it_is: the
    choice of each lever that changes nothing; notes: sentences of what changes less than it seems.
    """

    design: Design
    worlds: tuple[World, ...]
    points: Points
    outcomes: tuple[str, ...] = ()
    policies: list[tuple[dict[str, Any], tuple[str, ...]]] = field(default_factory=list)
    measures: tuple[str, ...] = MEASURE_NAMES
    files: tuple[Files | None, ...] = ()
    as_it_is: Mapping[str, Any] = field(default_factory=dict)
    scenarios_without_luck: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ensemble(self) -> tuple[Mapping[str, float], ...]:
        """The worlds of the ensemble, where a setting draws one of them."""
        return next((files.ensemble for files in self.files if files is not None), ())

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """How many scenarios, futures, seeds and policies there are."""
        return len(self.worlds), len(self.points), len(self.design.seeds), len(self.policies)

    @property
    def total(self) -> int:
        """How many experiments there are."""
        return int(np.prod(self.shape))

    @property
    def in_chunk(self) -> int:
        """How many experiments a chunk holds; it follows from the design alone, so that the files do too."""
        return min(MOST_IN_CHUNK, ceil(self.total / MOST_CHUNKS))

    @property
    def chunks(self) -> int:
        """How many chunks there are."""
        return ceil(self.total / self.in_chunk)

    def numbers(self, chunk: int) -> range:
        """The numbers of the experiments of a chunk."""
        return range(chunk * self.in_chunk, min(self.total, (chunk + 1) * self.in_chunk))

    def coordinates(self, number: int) -> Coordinates:
        """The coordinates of an experiment; policies that are compared with the same seed follow each other."""
        return Coordinates(*(int(each) for each in np.unravel_index(number, self.shape)))

    def settings(self, at: Coordinates) -> tuple[str, ...]:
        """The settings of an experiment: those of its policy first, then those of its future."""
        futures = zip(self.design.uncertainties, self.points[at.future], strict=True)
        return (*self.policies[at.policy][1], *(each.setting(float(quantile)) for each, quantile in futures))


def pack(plan: Plan) -> bytes:
    """A plan as bytes, to be sent to a worker."""
    return zlib.compress(pickle.dumps(plan, protocol=5), 1)


@lru_cache(maxsize=2)
def unpack(content: bytes) -> Plan:
    """The plan of these bytes; each process unpacks it once."""
    plan: Plan = pickle.loads(zlib.decompress(content))
    return plan


def run_chunk(content: bytes, chunk: int) -> tuple[int, dict[str, bytes]]:
    """Run the experiments of a chunk; return its number, and its tables as the bytes of Parquet files."""
    plan = unpack(content)
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in plan.design.rows}
    tables.setdefault(EXPERIMENTS, [])
    for number in plan.numbers(chunk):
        row, record = experiment_row(plan, number)
        tables[EXPERIMENTS].append(row)
        if record is not None:
            for name in set(tables) - {EXPERIMENTS}:
                tables[name] += EXTRA_ROWS[name](record, number)
    return chunk, {name: parquet_bytes(rows, table_schema(plan, name)) for name, rows in tables.items()}


def experiment_row(plan: Plan, number: int) -> tuple[dict[str, Any], Record | None]:
    """Run one experiment; return its row and its record, or a row with the error and no record where it failed."""
    at = plan.coordinates(number)
    row = {"experiment": number, **input_columns(plan, at)}
    try:
        record = play_experiment(plan, at)
        outcomes = measure_outcomes(record, plan.measures)
    except (MemoryError, OSError):
        raise  # the machine failed, not the experiment
    except Faults as faults:
        return row | {"error": " / ".join(faults.sentences)}, None
    except Exception as error:
        return row | {"error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"}, None
    return row | {name: outcomes.get(name) for name in plan.outcomes}, record


def measure_outcomes(record: Record, measures: Sequence[str] = MEASURE_NAMES) -> dict[str, Any]:
    """The outcomes of a run by name, the cost of precaution in Japan among them, or those of some measures."""
    return {name: value for measure in measures for name, value in MEASURE_BY_NAME[measure](record).items()}


def measures_for(names: Sequence[str], records: Sequence[Record]) -> tuple[str, ...]:
    """The measures that give some of these outcomes for some of these records."""
    wanted = set(names)
    return tuple(name for name in MEASURE_NAMES if any(wanted & set(MEASURE_BY_NAME[name](each)) for each in records))


def input_columns(plan: Plan, at: Coordinates) -> dict[str, Any]:
    """The inputs of an experiment as columns of its row: scenario, future, seed, choices, values of uncertainties."""
    design = plan.design
    quantiles, (choices, _) = plan.points[at.future], plan.policies[at.policy]
    return {
        "scenario": plan.worlds[at.scenario][0].name,
        "future": at.future,
        "seed": design.seeds[at.seed],
        **{lever.name: lever.cell(choices[lever.name]) for lever in design.levers},
        **{each.name: each.value(float(q)) for each, q in zip(design.uncertainties, quantiles, strict=True)},
    }


def play_experiment(plan: Plan, at: Coordinates) -> Record:
    """Simulate an experiment; only the columns from which outcomes are computed are recorded."""
    settings = plan.settings(at)
    story, tables = world_under(plan, at.scenario, settings)
    seed, thinking = plan.design.seeds[at.seed], OFF not in settings
    chain = Stage(story.name, seed, minds=thinking, world=(story, tables))
    try:
        seat_programs(chain, plan.design.players)
        return play(chain, kept=MEASURED)
    finally:
        chain.release()


@lru_cache(maxsize=CACHED_POLICIES)
def world_under(plan: Plan, scenario: int, settings: tuple[str, ...]) -> World:
    """A scenario with its tables under some settings; experiments that differ by the seed alone share it."""
    files = plan.files[scenario] if plan.files else None
    return world_with(plan.worlds[scenario], files, settings)


def table_schema(plan: Plan, table: str) -> pa.Schema:
    """The columns of a table, the same for every chunk."""
    if table != EXPERIMENTS:
        return FIRM_SCHEMA if table == "firms" else day_schema(focus_of(plan.worlds[0][1]).home)
    levers = [(lever.name, pa.float64() if lever.is_numeric else pa.string()) for lever in plan.design.levers]
    return pa.schema(
        [("experiment", pa.int64()), ("scenario", pa.string()), ("future", pa.int64()), ("seed", pa.int64()), *levers,
         *((each.name, pa.float64()) for each in plan.design.uncertainties), ("error", pa.string()),
         *((name, pa.string() if names_a_line(name) else pa.float64()) for name in plan.outcomes)]
    )  # fmt: skip


def day_schema(home: str) -> pa.Schema:
    """The columns of the table of days, of which some are about the home country."""
    counts = [(name, pa.int64()) for name in ("experiment", "day", "lines_stopped")]
    return pa.schema([*counts, *((f"{name}_{home}", pa.float64()) for name in DAYS_OF_HOME)])


def outcomes_to_keep(runs: Sequence[Mapping[str, Any]]) -> list[str]:
    """The outcomes of some runs that a batch keeps, in the order of their first appearance.

    They are those that are numbers in all of these runs, and the names of the lines that stop first.
    """
    names = dict.fromkeys(name for outcomes in runs for name in outcomes if name != "seed")
    return [name for name in names if names_a_line(name) or not any(isinstance(each.get(name), str) for each in runs)]


def firm_rows(record: Record, number: int) -> list[dict[str, Any]]:
    """A row a line: its first stop in days after the shock, its stopped and curtailed days, and its lost output."""
    after = record.shock_day or 0
    output, usual = record.lines["output"], record.lines["usual"]
    stops, slow = stopped(output, usual), curtailed(output, usual)
    first, lost = first_day(stops, after), output_lost(output, usual, after)
    return [
        {"experiment": number, "line": str(line), "first_stop_day": float(first[f] - after) if first[f] >= 0 else None,
         "stop_days": int(stops[after:, f].sum()), "curtailed_days": int(slow[after:, f].sum()),
         "output_lost": float(lost[f])}
        for f, line in enumerate(record.register.firms["line"])
    ]  # fmt: skip


def day_rows(record: Record, number: int) -> list[dict[str, Any]]:
    """A row a day of home, day 0 the shock: lines stopped, vehicles, value added lost, cover of magnet makers."""
    output, net, after = record.lines["output"], record.network, record.shock_day or 0
    about = focus(record)
    home = column(record, "country") == about.home
    cars = home & vehicle_lines(record)
    lost = value_added_lost(output, record.lines["usual"], net.value_added)[:, home].sum(axis=1) / JPY_MN_PER_BN
    stops = stopped(output, record.lines["usual"])[:, home].sum(axis=1)
    cover, made = cover_of_magnet_makers(record), output[:, cars].sum(axis=1)
    at_home = {f"{name}_{about.home}": days for name, days in zip(DAYS_OF_HOME, (made, lost, cover), strict=True)}
    return [
        {"experiment": number, "day": day - after, "lines_stopped": int(stops[day])}
        | {name: float(series[day]) for name, series in at_home.items()}
        for day in range(record.days)
    ]


EXTRA_ROWS = {"firms": firm_rows, "days": day_rows}

"""A chunk of a batch: some runs done one after the other, and what each came to as rows of Parquet tables."""

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
from runs.batch.design import Design
from runs.batch.results import EXPERIMENTS, parquet
from runs.batch.samplers import Points
from runs.measures.cost_of_resilience import precautions
from runs.measures.outcomes import HOME, JPY_MN_PER_BN, PARTS, VEHICLES, column, cover_of_magnet_makers
from runs.simulation.named_levers import OFF
from runs.simulation.record import MEASURED, Record
from runs.simulation.settings import World, world_with
from runs.simulation.stage import Stage, play

MOST_CHUNKS = 400
MOST_IN_CHUNK = 500
MOST_POLICIES = 16  # of which a process keeps the worlds while luck varies
FIRM_COLUMNS = {
    "experiment": pa.int64(), "line": pa.string(), "first_stop_day": pa.float64(), "stop_days": pa.int64(),
    "curtailed_days": pa.int64(), "output_lost": pa.float64(),
}  # fmt: skip
DAY_COLUMNS = {
    "experiment": pa.int64(), "day": pa.int64(), "lines_stopped": pa.int64(), "vehicles_JP": pa.float64(),
    "value_added_lost_jpy_bn_JP": pa.float64(), "cover_days_magnet_makers_JP": pa.float64(),
}  # fmt: skip

PART: dict[str, Callable[[Record], dict[str, Any]]] = {part.__name__: part for part in (*PARTS, precautions)}
MEASURES = tuple(PART)

Rows = list[dict[str, Any]]


class Place(NamedTuple):
    """Where an experiment stands in its batch: which story, future, luck and policy."""

    scenario: int
    future: int
    seed: int
    policy: int


@dataclass(frozen=True, eq=False)
class Plan:
    """All that a worker needs to know of a batch; it travels to workers packed."""

    design: Design
    worlds: tuple[World, ...]
    points: Points
    measured: tuple[str, ...] = ()
    policies: list[tuple[dict[str, Any], tuple[str, ...]]] = field(default_factory=list)
    parts: tuple[str, ...] = MEASURES
    files: tuple[Files | None, ...] = ()
    as_it_is: Mapping[str, Any] = field(default_factory=dict)
    luckless: tuple[str, ...] = ()

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
        """How many experiments a chunk holds; it depends on the design alone, so that files do too."""
        return min(MOST_IN_CHUNK, ceil(self.total / MOST_CHUNKS))

    @property
    def chunks(self) -> int:
        """How many chunks there are."""
        return ceil(self.total / self.in_chunk)

    def numbers(self, chunk: int) -> range:
        """The experiments of a chunk."""
        return range(chunk * self.in_chunk, min(self.total, (chunk + 1) * self.in_chunk))

    def place(self, number: int) -> Place:
        """Where an experiment stands; policies that are compared with the same luck are neighbours."""
        return Place(*(int(each) for each in np.unravel_index(number, self.shape)))

    def settings(self, place: Place) -> tuple[str, ...]:
        """The settings that make an experiment what it is; what was chosen comes before what happens to be true."""
        futures = zip(self.design.uncertainties, self.points[place.future], strict=True)
        return (*self.policies[place.policy][1], *(each.setting(float(quantile)) for each, quantile in futures))


def packed(plan: Plan) -> bytes:
    """A plan as bytes for the way to a worker."""
    return zlib.compress(pickle.dumps(plan, protocol=5), 1)


@lru_cache(maxsize=2)
def unpacked(content: bytes) -> Plan:
    """The plan again; each process unpacks it once."""
    plan: Plan = pickle.loads(zlib.decompress(content))
    return plan


def run_chunk(content: bytes, chunk: int) -> tuple[int, dict[str, bytes]]:
    """Do the runs of a chunk; its number, and its tables as Parquet files' bytes."""
    plan = unpacked(content)
    tables: dict[str, Rows] = {name: [] for name in plan.design.rows}
    tables.setdefault(EXPERIMENTS, [])
    for number in plan.numbers(chunk):
        row, record = run_experiment(plan, number)
        tables[EXPERIMENTS].append(row)
        if record is not None:
            for name in set(tables) - {EXPERIMENTS}:
                tables[name] += EXTRA_ROWS[name](record, number)
    return chunk, {name: parquet(rows, schema(plan, name)) for name, rows in tables.items()}


def run_experiment(plan: Plan, number: int) -> tuple[dict[str, Any], Record | None]:
    """Do one run; its row, and its record, or none if it failed: then the row says why."""
    place = plan.place(number)
    row = {"experiment": number, **chosen(plan, place)}
    try:
        record = simulated(plan, place)
        told = measures(record, plan.parts)
    except (MemoryError, OSError):
        raise  # this is the machine's fault, not the experiment's
    except Faults as faults:
        return row | {"error": " / ".join(faults.sentences)}, None
    except Exception as error:
        return row | {"error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"}, None
    return row | {name: told.get(name) for name in plan.measured}, record


def measures(record: Record, parts: Sequence[str] = MEASURES) -> dict[str, Any]:
    """The outcomes of a run, and what precaution cost Japan in it, or some parts of these."""
    return {name: found for part in parts for name, found in PART[part](record).items()}


def parts_with(names: Sequence[str], records: Sequence[Record]) -> tuple[str, ...]:
    """Which parts of the measures tell some of these names in some of these records."""
    wanted = set(names)
    return tuple(part for part in MEASURES if any(wanted & set(PART[part](record)) for record in records))


def chosen(plan: Plan, place: Place) -> dict[str, Any]:
    """What makes an experiment what it is, as columns of its row."""
    design = plan.design
    quantiles = plan.points[place.future]
    return {
        "scenario": plan.worlds[place.scenario][0].name,
        "future": place.future,
        "seed": design.seeds[place.seed],
        **{name: text(value, plan, name) for name, value in plan.policies[place.policy][0].items()},
        **{each.name: each.value(float(q)) for each, q in zip(design.uncertainties, quantiles, strict=True)},
    }


def simulated(plan: Plan, place: Place) -> Record:
    """Put an experiment on the stage and let its days pass; only what outcomes are made of is recorded."""
    settings = plan.settings(place)
    story, tables = world_under(plan, place.scenario, settings)
    seed, thinking = plan.design.seeds[place.seed], OFF not in settings
    chain = Stage(story.name, seed, minds=thinking, world=(story, tables))
    try:
        return play(chain, kept=MEASURED)
    finally:
        chain.release()


@lru_cache(maxsize=MOST_POLICIES)
def world_under(plan: Plan, scenario: int, settings: tuple[str, ...]) -> World:
    """A world as some experiments have it that differ by luck alone."""
    files = plan.files[scenario] if plan.files else None
    return world_with(plan.worlds[scenario], files, settings)


def text(value: Any, plan: Plan, name: str) -> Any:
    """A choice as it stands in its column: a number where all choices are numbers, else words."""
    return float(value) if is_numeric(plan, name) else f"{value:g}" if isinstance(value, float) else str(value)


def is_numeric(plan: Plan, name: str) -> bool:
    """Whether all choices of a lever are numbers."""
    lever = next(lever for lever in plan.design.levers if lever.name == name)
    return bool(lever.values) and all(not isinstance(value, str) for value in lever.values)


def schema(plan: Plan, table: str) -> pa.Schema:
    """The columns of a table; the same for every chunk, whatever its runs came to."""
    if table != EXPERIMENTS:
        return pa.schema(list(EXTRA_COLUMNS[table].items()))
    levers = [
        (lever.name, pa.float64() if is_numeric(plan, lever.name) else pa.string()) for lever in plan.design.levers
    ]
    return pa.schema(
        [("experiment", pa.int64()), ("scenario", pa.string()), ("future", pa.int64()), ("seed", pa.int64()), *levers,
         *((each.name, pa.float64()) for each in plan.design.uncertainties), ("error", pa.string()),
         *((name, pa.float64()) for name in plan.measured)]
    )  # fmt: skip


def measured(worlds: Sequence[World], told: Sequence[Mapping[str, Any]]) -> list[str]:
    """The outcomes that are numbers, in the order in which runs tell them, of all scenarios together."""
    names = dict.fromkeys(name for each in told for name in each)
    return [name for name in names if not any(isinstance(each.get(name), str) for each in told) and name != "seed"]


def firm_rows(record: Record, number: int) -> Rows:
    """A row a line: when it first stopped after the shock, for how long, and what was not made."""
    after = record.shock_day or 0
    output, usual = record.lines["output"], record.lines["usual"]
    still, slow = stopped(output, usual), curtailed(output, usual)
    first, lost = first_day(still, after), output_lost(output, usual, after)
    return [
        {"experiment": number, "line": str(line), "first_stop_day": float(first[f] - after) if first[f] >= 0 else None,
         "stop_days": int(still[after:, f].sum()), "curtailed_days": int(slow[after:, f].sum()),
         "output_lost": float(lost[f])}
        for f, line in enumerate(record.register.firms["line"])
    ]  # fmt: skip


def day_rows(record: Record, number: int) -> Rows:
    """A row a day, counted from the shock: lines stopped, vehicles made, value added lost, cover of magnet makers."""
    output, net, after = record.lines["output"], record.network, record.shock_day or 0
    home = column(record, "country") == HOME
    cars = home & (column(record, "industry") == VEHICLES)
    lost = value_added_lost(output, record.lines["usual"], net.value_added)[:, home].sum(axis=1) / JPY_MN_PER_BN
    still = stopped(output, record.lines["usual"])[:, home].sum(axis=1)
    cover, made = cover_of_magnet_makers(record), output[:, cars].sum(axis=1)
    return [
        {"experiment": number, "day": day - after, "lines_stopped": int(still[day]), "vehicles_JP": float(made[day]),
         "value_added_lost_jpy_bn_JP": float(lost[day]), "cover_days_magnet_makers_JP": float(cover[day])}
        for day in range(record.days)
    ]  # fmt: skip


EXTRA_ROWS = {"firms": firm_rows, "days": day_rows}
EXTRA_COLUMNS = {"firms": FIRM_COLUMNS, "days": DAY_COLUMNS}

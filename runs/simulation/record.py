"""The recorder looks at the chain after each day; all plots, tables and pages read its record, never a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.metrics import CURTAILED_BELOW, STOPPED_BELOW
from model.register import Register
from model.state import Column, Conditions, Flows, Network, Policy, State, columns
from model.tables.focus_file import zones_of

if TYPE_CHECKING:
    from model.chain import SupplyChain

Array = NDArray[Any]

KEPT: dict[str, tuple[str, ...]] = {
    "lines": ("usual", "want", "output", "binding", "run", "capacity_times", "finished", "market_backlog", "sold",
              "lost", "profit", "released"),
    "needs": ("stock", "plan", "used", "landed", "on_order"),
    "links": ("ordered", "shipped", "refused", "backlog"),
    "licences": ("filed", "granted", "denied", "filed_amount", "granted_amount", "waiting", "waiting_files"),
    "prices": ("contract", "spot_log"),
}  # fmt: skip
MEASURED: dict[str, tuple[str, ...]] = {  # what outcomes are made of; a batch keeps no more
    "lines": ("usual", "output", "finished", "market_backlog", "sold", "lost", "released"),
    "needs": ("stock", "plan", "used"),
    "links": ("ordered", "shipped"),
    "licences": ("filed", "granted", "denied", "waiting"),
    "prices": ("contract", "spot_log"),
}
WIDE: dict[str, tuple[str, str]] = {
    "added": ("million ¤", "value added by the anonymous lines of a layer"),
    "stopped_lines": ("1", "anonymous lines of a layer that make under 5 % of what is usual"),
    "curtailed": ("1", "anonymous lines of a layer that make under 50 % of what is usual"),
}
ROOMS: dict[str, type] = {"policy": Policy, "conditions": Conditions, "state": State, "flows": Flows}
ROOM_OF = {name: room for room, kind in ROOMS.items() for name in columns(kind)}  # of like names the last room holds
DECLARED: dict[str, Column] = {name: column for kind in ROOMS.values() for name, column in columns(kind).items()}


@dataclass(frozen=True)
class AnonymousRecord:
    """What happened to the anonymous firms of a world, layer by layer (T layers) and day by day.

    layers: their names; lines: how many lines each has; added_at_rest: value added a day at rest, in millions, T;
    added: value added, days x T; stopped_lines, curtailed: lines that made under 5 % and under 50 % of what is usual,
    days x T; ever_stopped: lines of each layer that were stopped on some day; asked: what anonymous customers ordered
    from each named line, days x F.
    """

    layers: tuple[str, ...]
    lines: Array
    added_at_rest: Array
    added: Array
    stopped_lines: Array
    curtailed: Array
    ever_stopped: Array
    asked: Array


@dataclass(frozen=True)
class Record:
    """What happened, day by day.

    Each column is an array with a row a day: `lines["output"]` is days x F, `needs["stock"]` days x N,
    `links["shipped"]` days x L, `licences["waiting"]` days x K, `prices["spot_log"]` days x G x Z, `news` days x C.
    `projects` are the days until each second source is qualified, days x D, -1 where nobody has begun.
    `network` holds the columns that never change, `register` the names behind the row numbers. In a world with
    anonymous firms all of these are about the named lines, their needs and links; `anonymous` has totals of the rest.
    """

    scenario: Any
    seed: int
    start: date
    register: Register
    network: Network
    lines: dict[str, Array]
    needs: dict[str, Array]
    links: dict[str, Array]
    licences: dict[str, Array]
    prices: dict[str, Array]
    news: Array
    projects: Array
    anonymous: AnonymousRecord | None = None

    @property
    def days(self) -> int:
        """How many days were recorded."""
        return len(self.news)

    @property
    def dates(self) -> NDArray[np.datetime64]:
        """The date of each day."""
        return np.datetime64(self.start, "D") + np.arange(self.days)

    @property
    def shock_day(self) -> int | None:
        """The day on which the story begins, or None in a calm one and in a run that ends before."""
        day = None if self.scenario is None else self.scenario.shock_day
        return day if day is None or day < self.days else None

    def cover(self) -> Array:
        """Days of cover of each need on each day, days x N; endless where nothing is planned."""
        plan = self.needs["plan"]
        out = np.full(plan.shape, np.inf)
        np.divide(self.needs["stock"], plan, out=out, where=plan > 0.0)
        return out

    def names(self) -> list[str]:
        """Readable names of the lines, F."""
        return [str(name) for name in self.register.firms["name"]]


class Recorder:
    """A visitor with a notebook: `note_day()` after each step, `record()` at the end.

    It notes the columns that are to be `kept`, in the `precision` that is asked for. Of a world with anonymous firms
    it notes the rows of named lines, needs and links, and totals of the rest.
    """

    def __init__(
        self,
        chain: SupplyChain,
        days: int,
        kept: Mapping[str, Sequence[str]] = KEPT,
        precision: type[np.floating[Any]] = np.float64,
    ) -> None:
        room = named_rows(chain)
        self._kept = kept
        self._columns: dict[str, Array] = {}
        for name in (name for names in kept.values() for name in names):
            column = getattr(getattr(chain.world, ROOM_OF[name]), name)
            self._columns[name] = column[: room.get(DECLARED[name].letters)]
        self._columns["news"] = chain.world.conditions.news
        self._columns["clock"] = chain.world.state.clock[: room["L"]]
        self._today = [column.reshape(-1) for column in self._columns.values()]  # views, not copies
        self._notes = np.empty((days, sum(map(len, self._today))), precision)
        self._chain, self._day = chain, 0
        self._made: Record | None = None  # of the days so far
        self._anonymous = AnonymousRecorder(chain, days) if chain.register.anonymous is not None else None

    def note_day(self) -> None:
        """Note what the day that has just passed was like: all columns in one row."""
        np.concatenate(self._today, out=self._notes[self._day], casting="same_kind")
        if self._anonymous is not None:
            self._anonymous.note_day(self._day)
        self._day += 1
        self._made = None

    def record(self, scenario: Any = None) -> Record:
        """What was noted so far, as a record."""
        if self._made is None:
            self._made = self._make_record()
        return self._made if scenario is None else replace(self._made, scenario=scenario)

    def _make_record(self) -> Record:
        noted, end = {}, 0
        for name, column in self._columns.items():
            begin, end = end, end + column.size
            rows = self._notes[: self._day, begin:end].reshape(self._day, *column.shape)
            noted[name] = rows if column.dtype.kind == "f" else rows.astype(column.dtype, copy=False)
        network = named_part(self._chain)
        return Record(
            scenario=None, seed=self._chain.seed, start=self._chain.start, register=self._chain.register,
            network=network, news=noted["news"], projects=noted["clock"][:, network.dormant],
            anonymous=None if self._anonymous is None else self._anonymous.record(self._day),
            **{table: {name: noted[name] for name in names} for table, names in self._kept.items()},
        )  # fmt: skip


class AnonymousRecorder:
    """Notes totals of each layer of anonymous firms after each day; lines of a layer are a slice."""

    def __init__(self, chain: SupplyChain, days: int) -> None:
        net, flows, anonymous = chain.world.network, chain.world.flows, chain.register.anonymous
        assert anonymous is not None
        named, links = len(chain.register.tables.firms), len(chain.register.tables.links)
        self._layers = anonymous.layers
        self._usual, self._output, self._added_each = (
            column[named:] for column in (chain.world.conditions.usual, flows.output, net.value_added)
        )
        self._at_rest = net.baseline[named:]
        self._ever_stopped = np.zeros(len(self._usual), bool)
        self._bought = np.flatnonzero(net.supplier[links:] < named) + links
        self._seller, self._ordered, self._named = net.supplier[self._bought], flows.ordered, named
        self._added, self._stopped_lines, self._curtailed = (np.zeros((days, len(self._layers))) for _ in range(3))
        self._asked = np.zeros((days, named))

    def note_day(self, day: int) -> None:
        """Add up the day that has just passed."""
        for t, layer in enumerate(self._layers):
            here = slice(layer.first, layer.last)
            output, usual = self._output[here], self._usual[here]
            self._added[day, t] = output @ self._added_each[here]
            still = output < STOPPED_BELOW * usual
            self._stopped_lines[day, t] = np.count_nonzero(still)
            self._curtailed[day, t] = np.count_nonzero(output < CURTAILED_BELOW * usual)
            self._ever_stopped[here] |= still
        self._asked[day] = np.bincount(self._seller, self._ordered[self._bought], self._named)

    def record(self, days: int) -> AnonymousRecord:
        """What was noted on the first days."""
        slices = [slice(layer.first, layer.last) for layer in self._layers]
        return AnonymousRecord(
            layers=tuple(layer.name for layer in self._layers),
            lines=np.array([layer.last - layer.first for layer in self._layers]),
            added_at_rest=np.array([self._at_rest[here] @ self._added_each[here] for here in slices]),
            added=self._added[:days],
            stopped_lines=self._stopped_lines[:days],
            curtailed=self._curtailed[:days],
            ever_stopped=np.array([np.count_nonzero(self._ever_stopped[here]) for here in slices]),
            asked=self._asked[:days],
        )


def named_rows(chain: SupplyChain) -> dict[str, int]:
    """How many rows of each letter are about named lines; they come first."""
    tables, net = chain.register.tables, chain.world.network
    links = len(tables.links)
    return {"F": len(tables.firms), "N": len(tables.needs), "L": links,
            "H": links, "K": int(np.searchsorted(net.link_of, links))}  # fmt: skip


def named_part(chain: SupplyChain) -> Network:
    """The columns that never change, of named lines alone; of their customers those that are named."""
    net, room = chain.world.network, named_rows(chain)
    if chain.register.anonymous is None:
        return net
    ends = {letter + "+1": rows + 1 for letter, rows in room.items()} | room
    part = Network(*(getattr(net, name)[: ends.get(column.letters)] for name, column in columns(Network).items()))
    order = np.argsort(part.supplier, kind="stable").astype(np.uint32)
    first = np.searchsorted(part.supplier[order], np.arange(room["F"] + 1)).astype(np.uint32)
    return part._replace(out=order, first_out=first)


def tidy(record: Record) -> dict[str, pd.DataFrame]:
    """The record as tidy tables: a row a day and line, need, link, licensed link, good and zone."""
    firms, needs, links = record.register.firms, record.register.needs, record.register.links
    licensed = links.iloc[record.network.link_of]
    need_keys = {"line": needs["line"], "good": needs["good"]}
    link_keys = {"supplier": links["supplier"], "line": links["line"], "good": links["good"]}
    tables = {
        "lines": long(record, record.lines, {"line": firms["line"]}),
        "needs": long(record, {**record.needs, "cover": record.cover()}, need_keys),
        "links": long(record, record.links, link_keys),
        "licences": long(record, record.licences, {name: licensed[name] for name in link_keys}),
    }
    binding = tables["lines"]["binding"].to_numpy()
    goods = np.append(needs["good"].to_numpy(object), "")  # the last, row -1, is for lines that nothing held back
    tables["lines"]["binding"] = pd.Categorical(goods[binding])
    tables["prices"] = prices(record)
    return tables


def long(record: Record, values: dict[str, Array], keys: dict[str, Any]) -> pd.DataFrame:
    """Arrays of days x rows as a long table: a row for each day and row, with date and names."""
    count = len(next(iter(keys.values())))
    frame: dict[str, Any] = {"date": np.repeat(record.dates, count)}
    for name, column in keys.items():
        codes = pd.Categorical(column)
        frame[name] = pd.Categorical.from_codes(np.tile(codes.codes, record.days), dtype=codes.dtype)
    return pd.DataFrame(frame | {name: array.reshape(-1) for name, array in values.items()})


def prices(record: Record) -> pd.DataFrame:
    """Contract and spot prices, a row a day and good, in millions per unit."""
    goods = record.register.goods["good"]
    contract = record.prices["contract"]
    spot = contract[:, :, None] * np.exp(record.prices["spot_log"])
    *inside, outside = zones_of(record.register.tables.countries)
    values = {"contract": contract} | {f"spot_in_{zone}": spot[:, :, place] for place, zone in enumerate(inside)}
    return long(record, values | {f"spot_{outside}": spot[:, :, -1]}, {"good": goods})


def write_tables(record: Record, folder: Path) -> list[Path]:
    """Write the tidy tables as Parquet files into a folder that exists; each file is whole or absent."""
    tables = tidy(record)
    if record.anonymous is not None:
        tables["wide"] = wide(record, record.anonymous)
    return [write_table(table, folder / f"{name}.parquet") for name, table in tables.items()]


def write_table(table: pd.DataFrame, path: Path) -> Path:
    """Write a table, with a dictionary of its names; numbers hardly repeat and are larger and slower with one."""
    names = [name for name, kind in table.dtypes.items() if isinstance(kind, pd.CategoricalDtype)]
    table.to_parquet(path, index=False, use_dictionary=names)
    return path


def wide(record: Record, anonymous: AnonymousRecord) -> pd.DataFrame:
    """The anonymous firms of a world as a tidy table: a row a day and layer."""
    values = {name: getattr(anonymous, name) for name in WIDE}
    return long(record, values, {"layer": np.array(anonymous.layers)})

"""The recorder looks at the chain after each day; all plots, tables and pages read its record, never a model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain import SupplyChain
from model.network import Register
from model.state import Column, Flows, Network, State, columns

Array = NDArray[Any]

KEPT: dict[str, tuple[str, ...]] = {
    "lines": ("want", "output", "binding", "finished", "market_backlog", "sold", "lost", "profit", "released"),
    "needs": ("stock", "plan", "used", "landed", "on_order"),
    "links": ("ordered", "shipped", "refused", "backlog"),
    "licences": ("filed", "granted", "denied", "filed_amount", "granted_amount", "waiting"),
    "prices": ("contract", "spot_log"),
}
DECLARED: dict[str, Column] = {**columns(State), **columns(Flows)}


@dataclass(frozen=True)
class Record:
    """What happened, day by day.

    Each column is an array with a row a day: `lines["output"]` is days x F, `needs["stock"]` days x N,
    `links["shipped"]` days x L, `licences["waiting"]` days x K, `prices["spot_log"]` days x G x Z, `news` days x C.
    `network` holds the columns that never change, `register` the names behind the row numbers.
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
    qualified: Array

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
        """The day on which the story begins, or None in a calm one."""
        return None if self.scenario is None else self.scenario.shock_day

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
    """A visitor with a notebook: `look(chain)` after each step, `record()` at the end."""

    def __init__(self, chain: SupplyChain, days: int) -> None:
        self._sources: list[tuple[str, str, Array, Array]] = []
        for table, names in KEPT.items():
            for name in names:
                room: Any = chain.world.state if name in State._fields else chain.world.flows
                column = getattr(room, name)
                self._sources.append((table, name, column, np.zeros((days, *column.shape), column.dtype)))
        self._news = np.zeros((days, len(chain.world.conditions.news)))
        self._qualified = np.zeros((days, len(chain.world.state.clock)), np.int16)
        self._chain, self._day = chain, 0

    def look(self) -> None:
        """Note what the day that has just passed was like."""
        for _, _, column, notes in self._sources:
            notes[self._day] = column
        self._news[self._day] = self._chain.world.conditions.news
        self._qualified[self._day] = self._chain.world.state.clock
        self._day += 1

    def record(self, scenario: Any = None) -> Record:
        """What was noted so far, as a record."""
        kept: dict[str, dict[str, Array]] = {table: {} for table in KEPT}
        for table, name, _, notes in self._sources:
            kept[table][name] = notes[: self._day]
        return Record(
            scenario=scenario, seed=self._chain.seed, start=self._chain.start, register=self._chain.register,
            network=self._chain.world.network, news=self._news[: self._day],
            qualified=self._qualified[: self._day], **kept,
        )  # fmt: skip


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
    goods = needs["good"].to_numpy()
    tables["lines"]["binding"] = pd.Categorical(np.where(binding >= 0, goods[binding], ""))
    tables["prices"] = prices(record)
    return tables


def long(record: Record, values: dict[str, Array], keys: dict[str, Any]) -> pd.DataFrame:
    """Days x rows, laid out a row below the other, with date and names."""
    count = len(next(iter(keys.values())))
    frame: dict[str, Any] = {"date": np.repeat(record.dates, count)}
    for name, column in keys.items():
        codes = pd.Categorical(column)
        frame[name] = pd.Categorical.from_codes(np.tile(codes.codes, record.days), dtype=codes.dtype)
    return pd.DataFrame(frame | {name: array.reshape(-1) for name, array in values.items()})


def prices(record: Record) -> pd.DataFrame:
    """Contract and spot prices, a row a day and good, in million JPY per unit."""
    goods = record.register.goods["good"]
    contract = record.prices["contract"]
    spot = contract[:, :, None] * np.exp(record.prices["spot_log"])
    values = {"contract": contract, "spot_in_china": spot[:, :, 0], "spot_outside": spot[:, :, 1]}
    return long(record, values, {"good": goods})


def write_tables(record: Record, folder: Path) -> list[Path]:
    """Write the tidy tables as Parquet files into a folder that exists; each file is whole or absent."""
    written = []
    for name, table in tidy(record).items():
        path = folder / f"{name}.parquet"
        table.to_parquet(path, index=False)
        written.append(path)
    return written


def header() -> pd.DataFrame:
    """What each recorded column means: table, column, unit, meaning."""
    rows = [
        (table, name, DECLARED[name].unit, DECLARED[name].meaning) for table, names in KEPT.items() for name in names
    ]
    return pd.DataFrame(rows, columns=["table", "column", "unit", "meaning"])

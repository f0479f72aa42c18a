"""Who is in a world: the tables in the order of the columns, and the names behind the row numbers.

Lines, needs and links that the tables name come first in every column, those of a crowd behind them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import DTypeLike, NDArray

from model.crowd import Crowd, positions
from model.faults import Faults
from model.state import Rows
from model.tables import ROWS, Line, Row, Tables

ANY = "*"
STATE_STOCK = "state_stock"
FRAMES = {"lines": "firms", "needs": "needs", "links": "links"}  # the table of names behind each part of a network


@dataclass(frozen=True)
class Dealings:
    """Who deals with whom: row numbers by the names that people use.

    needs: line -> good -> need; suppliers: need -> supplier -> link, without state stocks, which give but take no
    orders; customers: line -> customer -> link.
    """

    needs: dict[str, dict[str, int]]
    suppliers: dict[int, dict[str, int]]
    customers: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Register:
    """Who is in the world: the names behind the row numbers, and the frames that they come from.

    tables: the data tables in the order of the columns; firms, needs, links: one row a line, need, link, in the order
    of the columns; goods, countries likewise. A crowd has its rows behind these, and no names here.
    traits: what each role's mind is like, (role, parameter) -> value, with role "*" for everybody.
    """

    tables: Tables
    firms: pd.DataFrame
    needs: pd.DataFrame
    links: pd.DataFrame
    goods: pd.DataFrame
    countries: pd.DataFrame
    traits: dict[tuple[str, str], float]

    @property
    def crowd(self) -> Crowd | None:
        """The firms without a name, or None in a world of named ones."""
        return self.tables.crowd

    def row(self, line: str) -> int:
        """The row of a line, by its code such as SEJ-H; KeyError if nobody has it."""
        return int(cast(int, self.firms.index.get_loc(line)))

    def code(self, row: int) -> str:
        """The code of a line, named or not."""
        named = len(self.firms)
        return str(self.firms["line"].iloc[row]) if row < named or not self.crowd else self.crowd.code(row - named)

    def size(self, part: str) -> int:
        """How many lines, needs or links there are, the crowd's included."""
        return len(getattr(self, FRAMES[part])) + (self.crowd.counts[part] if self.crowd else 0)

    def column(self, part: str, name: str, kind: DTypeLike = np.float64) -> NDArray[Any]:
        """A column of lines, needs or links: what the tables say and then what the crowd is like."""
        mine = getattr(self, FRAMES[part])[name].to_numpy(kind)
        if self.crowd is None:
            return np.asarray(mine)
        theirs = self.crowd.column(part, name)
        whole = np.empty(len(mine) + len(theirs), kind)
        whole[: len(mine)], whole[len(mine) :] = mine, theirs
        return whole

    def rank(self, part: str, name: str, shift: int = 0) -> Rows:
        """A column that counts rows of something else: named ones as they are, the crowd's begin at `shift`."""
        whole = np.asarray(self.column(part, name, np.uint32))
        whole[len(getattr(self, FRAMES[part])) :] += np.uint32(shift)
        return whole

    def place(self, part: str, name: str, known: str, listed: pd.Series[str]) -> Rows:
        """A column of goods or countries as row numbers among all `listed` ones; the crowd counts along `known`."""
        codes = [str(code) for code in listed]
        mine = positions([str(code) for code in getattr(self, FRAMES[part])[name]], codes)
        if self.crowd is None:
            return mine
        theirs = positions(getattr(self.crowd, known), codes)[self.crowd.column(part, name)]
        return np.concatenate((mine, theirs))

    def trait(self, role: str, parameter: str) -> float:
        """What a role's mind is like; KeyError names the parameter if minds.csv does not know it."""
        if (role, parameter) in self.traits:
            return self.traits[role, parameter]
        return self.traits[ANY, parameter]

    @cached_property
    def dealings(self) -> Dealings:
        """Who deals with whom among the lines of the tables."""
        found = Dealings({}, {}, {})
        for n, need in enumerate(self.tables.needs):
            found.needs.setdefault(need.line, {})[need.good] = n
        stocks = {line.line for line in self.tables.firms if line.role == STATE_STOCK}
        for row, link in enumerate(self.tables.links):
            found.customers.setdefault(link.supplier, {})[link.line] = row
            if link.supplier not in stocks:
                found.suppliers.setdefault(found.needs[link.line][link.good], {})[link.supplier] = row
        return found


def register(tables: Tables) -> Register:
    """Put the tables in the order of the columns: needs by line, links by need.

    What a crowd buys of named lines the final market buys less, so that named lines run at rest as they do without
    it. Raise Faults where the crowd was made around other lines, or buys more than the market did.
    """
    firms = tables.firms if tables.crowd is None else less_bought(tables.firms, tables.crowd)
    rank = {line.line: i for i, line in enumerate(firms)}
    good_rank = {good.good: i for i, good in enumerate(tables.goods)}
    needs = tuple(sorted(tables.needs, key=lambda need: (rank[need.line], good_rank[need.good])))
    need_rank = {(need.line, need.good): i for i, need in enumerate(needs)}
    rank |= crowd_ranks(tables, rank)
    links = tuple(sorted(tables.links, key=lambda link: (need_rank[link.line, link.good], rank[link.supplier])))
    ordered = replace(tables, firms=firms, needs=needs, links=links)
    return Register(
        tables=ordered,
        firms=frame(ordered.firms, "firms").set_index("line", drop=False),
        needs=frame(needs, "needs").assign(f=[rank[n.line] for n in needs], g=[good_rank[n.good] for n in needs]),
        links=frame(links, "links").assign(
            n=[need_rank[link.line, link.good] for link in links], s=[rank[link.supplier] for link in links]
        ),
        goods=frame(tables.goods, "goods"),
        countries=frame(tables.countries, "countries"),
        traits={(trait.role, trait.parameter): trait.value for trait in tables.minds},
    )


def less_bought(firms: Sequence[Line], crowd: Crowd) -> tuple[Line, ...]:
    """Named lines whose final demand is less by what a crowd buys of them."""
    place = crowd.folder.name
    if tuple(line.line for line in firms) != crowd.named:
        raise Faults([f"{place}: this world was made around other named lines than there are now; make it again"])
    faults = [
        f"firms.csv, {line.line}, demand_per_year: found {line.demand_per_year:g}, but the nameless firms of {place} "
        f"buy {taken:.6g} a year of it; raise the demand or make the world again"
        for line, taken in zip(firms, crowd.bought, strict=True)
        if line.demand_per_year < taken
    ]
    if faults:
        raise Faults(faults)
    return tuple(
        line.model_copy(update={"demand_per_year": line.demand_per_year - taken}) if taken else line
        for line, taken in zip(firms, crowd.bought, strict=True)
    )


def crowd_ranks(tables: Tables, rank: dict[str, int]) -> dict[str, int]:
    """The rows of those lines of a crowd that supply a named line."""
    if tables.crowd is None:
        return {}
    codes = list(dict.fromkeys(link.supplier for link in tables.links if link.supplier not in rank))
    return dict(zip(codes, (len(rank) + tables.crowd.rows(codes)).tolist(), strict=True))


def frame(rows: Sequence[Row], table: str) -> pd.DataFrame:
    """A table's rows as a frame, a column a field."""
    return pd.DataFrame([row.__dict__ for row in rows], columns=list(ROWS[table].model_fields))

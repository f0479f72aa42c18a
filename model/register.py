"""Who is in a world: the tables in the order of the columns, and the names behind the row numbers.

Lines, needs and links that the tables name come first; those of anonymous firms follow, in the columns they have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import DTypeLike, NDArray

from model.state import Rows
from model.tables.anonymous_firms import AnonymousFirms, positions
from model.tables.faults import Faults
from model.tables.line_names import tell_lines_apart
from model.tables.rows import ROWS, Line, Row
from model.tables.tables import Tables

ANY = "*"
MAY_BE_LEFT_OUT = {"yield_favour": 0.0}  # of minds.csv, with the value at which it does nothing
STATE_STOCK = "state_stock"
TABLES = {"lines": "firms", "needs": "needs", "links": "links"}  # the table of names behind each part of a network
TABLE_OF = {"good": "goods", "country": "countries"}


@dataclass(frozen=True)
class TradingPartners:
    """Who trades with whom: row numbers by the names that people use.

    needs: line -> good -> need; suppliers: need -> supplier -> link, without state stocks, which give but take no
    orders; customers: line -> customer -> link.
    """

    needs: dict[str, dict[str, int]]
    suppliers: dict[int, dict[str, int]]
    customers: dict[str, dict[str, int]]


class LinkTexts(NamedTuple):
    """What each link of the tables carries, and who stands at its ends: a text a link, empty where somebody is unnamed.

    good: its code; seller, buyer: firms; origin, destination: countries.
    """

    good: NDArray[Any]
    seller: NDArray[Any]
    origin: NDArray[Any]
    buyer: NDArray[Any]
    destination: NDArray[Any]


@dataclass(frozen=True)
class Order:
    """The order of rows in the columns, which follows from the structure of a world: the same in all worlds of a batch.

    line: row of each named line; needs, links: which rows of the tables the columns take, one after the other; ranks:
    the columns that count rows of something else, f and g of needs, n and s of links.
    """

    line: dict[str, int]
    needs: tuple[int, ...]
    links: tuple[int, ...]
    ranks: dict[str, Rows]


@dataclass(frozen=True)
class Register:
    """Who is in the world: the names behind the row numbers.

    tables: the data tables in the order of the columns; order: the order of rows. Anonymous firms have
    their rows behind these, and no names here. For people who look at names there are frames: firms, needs and links,
    one row a line, need, link, in the order of the columns; goods and countries likewise.
    """

    tables: Tables
    order: Order

    @cached_property
    def firms(self) -> pd.DataFrame:
        """The lines, by their codes."""
        return as_frame(self.tables.firms, "firms").set_index("line", drop=False)

    @cached_property
    def needs(self) -> pd.DataFrame:
        """What lines need, with the rows of line and good."""
        return as_frame(self.tables.needs, "needs").assign(f=self.order.ranks["f"], g=self.order.ranks["g"])

    @cached_property
    def links(self) -> pd.DataFrame:
        """Who may buy of whom, with the rows of need and supplier."""
        return as_frame(self.tables.links, "links").assign(n=self.order.ranks["n"], s=self.order.ranks["s"])

    @property
    def links_as_texts(self) -> LinkTexts:
        """What links carry, and who stands at their ends; worlds of one structure share it."""
        found: LinkTexts = self.tables.structure.get_or_compute("links as texts", lambda: link_texts(self.tables))
        return found

    @cached_property
    def goods(self) -> pd.DataFrame:
        """The goods."""
        return as_frame(self.tables.goods, "goods")

    @cached_property
    def countries(self) -> pd.DataFrame:
        """The countries."""
        return as_frame(self.tables.countries, "countries")

    @cached_property
    def traits(self) -> dict[tuple[str, str], float]:
        """What each role's mind is like, (role, parameter) -> value, with role "*" for everybody."""
        return {(trait.role, trait.parameter): trait.value for trait in self.tables.minds}

    @property
    def anonymous(self) -> AnonymousFirms | None:
        """The anonymous firms, or None in a world of named ones."""
        return self.tables.anonymous

    def row(self, line: str) -> int:
        """The row of a line, by its code such as SEJ-H; KeyError if nobody has it."""
        return self.order.line[line]

    def code(self, row: int) -> str:
        """The code of a line, named or not."""
        named = len(self.tables.firms)
        return self.tables.firms[row].line if row < named or not self.anonymous else self.anonymous.code(row - named)

    def named(self, part: str) -> int:
        """How many lines, needs or links the tables name."""
        return len(getattr(self.tables, TABLES[part]))

    def size(self, part: str) -> int:
        """How many lines, needs or links there are, those of anonymous firms included."""
        return self.named(part) + (self.anonymous.counts[part] if self.anonymous else 0)

    def column(self, part: str, name: str, kind: DTypeLike = np.float64) -> NDArray[Any]:
        """A column of lines, needs or links: what the tables say, then what the anonymous firms are like."""
        mine = self.named_column(part, name, kind)
        if self.anonymous is None:
            return mine
        whole = np.zeros(self.size(part), kind)
        whole[: len(mine)] = mine
        if not self.anonymous.is_zero(part, name):  # pages of zeros that nobody writes take no memory
            whole[len(mine) :] = self.anonymous.column(part, name)
        return whole

    def named_column(self, part: str, name: str, kind: DTypeLike = np.float64) -> NDArray[Any]:
        """A column of lines, needs or links as far as the tables go."""
        mine = self.order.ranks.get(name)
        if mine is None:
            return np.array([row.__dict__[name] for row in getattr(self.tables, TABLES[part])], kind)
        return mine.astype(kind)

    def rank(self, part: str, name: str, shift: int = 0) -> Rows:
        """A column of row numbers: as stored for named rows, plus `shift` for anonymous ones (stored from 0)."""
        whole = np.asarray(self.column(part, name, np.uint32))
        whole[self.named(part) :] += np.uint32(shift)
        return whole

    def place(self, part: str, name: str) -> Rows:
        """A column of goods or countries as row numbers of that table."""
        table = TABLE_OF[name]
        codes = [row.__dict__[name] for row in getattr(self.tables, table)]
        mine = positions([row.__dict__[name] for row in getattr(self.tables, TABLES[part])], codes)
        if self.anonymous is None:
            return mine
        theirs = positions(getattr(self.anonymous, table), codes)[self.anonymous.column(part, name)]
        return np.concatenate((mine, theirs))

    @cached_property
    def _minds(self) -> dict[str, dict[str, float]]:
        roles: dict[str, dict[str, float]] = {ANY: {}}
        for (role, parameter), value in self.traits.items():
            roles.setdefault(role, {})[parameter] = value
        kinds = self.tables.minds_of_roles
        return {
            role: roles[ANY] | roles.get(kinds.get(role, role), {}) | roles.get(role, {}) for role in (*kinds, *roles)
        }

    def mind(self, role: str) -> dict[str, float]:
        """What a role's mind is like, parameter -> value; where minds.csv says nothing of the role, like everybody."""
        return self._minds.get(role, self._minds[ANY])

    def trait(self, role: str, parameter: str) -> float:
        """What a role's mind is like; KeyError names the parameter if minds.csv does not know it and needs it."""
        mind = self.mind(role)
        return mind[parameter] if parameter in mind else MAY_BE_LEFT_OUT[parameter]

    def trait_of_mind(self, mind: str, parameter: str) -> float:
        """What a kind of mind is like, whatever the world calls the role of those who have it."""
        own = (role for role in self.tables.roles_with(mind) if (role, parameter) in self.traits)
        return self.trait(next(own, mind), parameter)

    @property
    def trading_partners(self) -> TradingPartners:
        """Who trades with whom among the lines of the tables."""
        structure = self.tables.structure
        found: TradingPartners = structure.get_or_compute("partners", lambda: trading_partners_in(self.tables))
        return found


def trading_partners_in(tables: Tables) -> TradingPartners:
    """Who trades with whom, from tables in the order of the columns."""
    found = TradingPartners({}, {}, {})
    for n, need in enumerate(tables.needs):
        found.needs.setdefault(need.line, {})[need.good] = n
    stocks = {line.line for line in tables.firms if line.role == STATE_STOCK}
    for row, link in enumerate(tables.links):
        found.customers.setdefault(link.supplier, {})[link.line] = row
        if link.supplier not in stocks:
            found.suppliers.setdefault(found.needs[link.line][link.good], {})[link.supplier] = row
    return found


def register(tables: Tables) -> Register:
    """Put the tables in the order of the columns: needs by line, links by need.

    Worlds of the very same tables, such as those of a batch that differ by luck, share a register. Raise Faults where
    the anonymous firms were made around other lines, or buy more than the market did.
    """
    found: Register = tables.cache.get_or_compute("register", lambda: build_register(tables))
    return found


def build_register(tables: Tables) -> Register:
    """Who is in the world, its tables sorted and lines of one name told apart.

    What anonymous firms buy of named lines the final market buys less, so that named lines rest as they do without.
    """
    ordered = sorted_tables(tell_lines_apart(tables))
    if tables.anonymous is not None:
        ordered = replace(ordered, firms=less_bought(tables.firms, tables.anonymous))
    return Register(ordered, order_of(ordered))


def sorted_tables(tables: Tables) -> Tables:
    """The same tables in the order of the columns; handed back where they are in it."""
    order = order_of(tables)
    if all(rows == tuple(range(len(rows))) for rows in (order.needs, order.links)):
        return tables
    needs, links = (tuple(getattr(tables, part)[row] for row in getattr(order, part)) for part in ("needs", "links"))
    return replace(tables, needs=needs, links=links)


def order_of(tables: Tables) -> Order:
    """The order of rows in the columns, computed once for all worlds of one structure."""
    about = tables.anonymous and tables.anonymous.digest
    found: Order = tables.structure.get_or_compute(("order", about), lambda: sort_rows(tables))
    return found


def sort_rows(tables: Tables) -> Order:
    """The order of rows in the columns, by sorting."""
    rank = {line.line: i for i, line in enumerate(tables.firms)}
    good_rank = {good.good: i for i, good in enumerate(tables.goods)}
    need_rows = sorted(
        range(len(tables.needs)), key=lambda i: (rank[tables.needs[i].line], good_rank[tables.needs[i].good])
    )
    needs = [tables.needs[i] for i in need_rows]
    need_rank = {(need.line, need.good): i for i, need in enumerate(needs)}
    makers = rank | anonymous_ranks(tables, rank)
    keys = [(need_rank[link.line, link.good], makers[link.supplier]) for link in tables.links]
    link_rows = sorted(range(len(keys)), key=keys.__getitem__)
    ranks = {
        "f": [rank[need.line] for need in needs],
        "g": [good_rank[need.good] for need in needs],
        "n": [keys[i][0] for i in link_rows],
        "s": [keys[i][1] for i in link_rows],
    }
    return Order(
        rank, tuple(need_rows), tuple(link_rows), {name: np.array(rows, np.uint32) for name, rows in ranks.items()}
    )


def less_bought(firms: Sequence[Line], anonymous: AnonymousFirms) -> tuple[Line, ...]:
    """Named lines whose final demand is less by what anonymous firms buy of them."""
    place = anonymous.folder.name
    if tuple(line.line for line in firms) != anonymous.named:
        raise Faults([f"{place}: this world was made around other named lines than there are now; make it again"])
    faults = [
        f"firms.csv, {line.line}, demand_per_year: found {line.demand_per_year:g}, but the anonymous firms of {place} "
        f"buy {taken:.6g} a year of it; raise the demand or make the world again"
        for line, taken in zip(firms, anonymous.bought, strict=True)
        if line.demand_per_year < taken
    ]
    faults += [
        f"firms.csv, {line.line}, role: found {STATE_STOCK}, but the anonymous firms of {place} buy of it, and a state "
        "stock sells nothing; give it another role or make the world again"
        for line, taken in zip(firms, anonymous.bought, strict=True)
        if taken and line.role == STATE_STOCK
    ]
    if faults:
        raise Faults(faults)
    return tuple(
        line.model_copy(update={"demand_per_year": line.demand_per_year - taken}) if taken else line
        for line, taken in zip(firms, anonymous.bought, strict=True)
    )


def link_texts(tables: Tables) -> LinkTexts:
    """What the links of some tables carry, and who stands at their ends."""
    who = {line.line: (line.firm, line.country) for line in tables.firms}
    nobody = ("", "")  # an anonymous firm
    rows = [(link.good, *who.get(link.supplier, nobody), *who.get(link.line, nobody)) for link in tables.links]
    return LinkTexts(*np.array(rows, dtype=str).reshape(-1, len(LinkTexts._fields)).T)


def anonymous_ranks(tables: Tables, rank: dict[str, int]) -> dict[str, int]:
    """The rows of those anonymous lines that supply a named line."""
    if tables.anonymous is None:
        return {}
    codes = list(dict.fromkeys(link.supplier for link in tables.links if link.supplier not in rank))
    return dict(zip(codes, (len(rank) + tables.anonymous.rows(codes)).tolist(), strict=True))


def as_frame(rows: Sequence[Row], table: str) -> pd.DataFrame:
    """A table's rows as a frame, a column a field."""
    return pd.DataFrame([row.__dict__ for row in rows], columns=list(ROWS[table].model_fields))

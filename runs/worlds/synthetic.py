"""A synthetic economy around the named firms: layers of anonymous ones whose sizes and client numbers are heavy-tailed.

Firms stand in layers; what a firm buys comes from makers of some goods of its layer's suppliers, large makers more
often. Dealers, fitters and integrators buy what Japanese firms of the base case sell to the final market, and the
other layers buy from those and from each other, so that a stop of named lines spreads. Every number is an assumption.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from model.chance import stream
from model.tables.anonymous_firms import Layer
from model.tables.faults import Faults
from model.tables.rows import Good
from model.tables.table_files import DATA, read_tables
from model.tables.tables import Tables
from runs.files.folder import results_folder
from runs.simulation.focus import focus_of
from runs.worlds.anonymous_firms import FirmColumns, write_anonymous_firms
from runs.worlds.flows import Array
from runs.worlds.money import JPY_MN_PER_TN, MILLIONS
from runs.worlds.synthetic_numbers import STRATA, assumptions, value
from runs.worlds.synthetic_purchases import Purchases

GENERATOR = 1  # rises when the same seed makes another world
FEWEST_FIRMS = 300  # so that each layer has a maker of each of its goods
ROUNDS, TRIES = 16, 6  # of the fixed point in which outputs and purchases agree


@dataclass
class Firms:
    """The firms while they are made: layer, good (counted over all layers) and size of each, in this order."""

    layer: Array
    good: Array
    size: Array

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.layer)


@dataclass(frozen=True)
class Trade:
    """Who buys what of whom among anonymous firms: `f`, `good` of each need; `n`, `s`, `share` of each link."""

    f: Array
    good: Array
    n: Array
    s: Array
    share: Array


class Balance(NamedTuple):
    """Output of each firm in million JPY a year, and what each need takes of its firm's output."""

    output: Array
    per_output: Array


def generate(firms: int, seed: int, place: Path) -> dict[str, Any]:
    """Make a synthetic world around the base case, write it into a folder, and return its manifest.

    Raise Faults for too few firms, and for a folder that is taken or cannot be written.
    """
    about: dict[str, Any] = {
        "kind": "world",
        "command": "generate",
        "generator": GENERATOR,
        "firms": firms,
        "seed": seed,
    }
    with results_folder(place, about) as folder:
        about |= write_anonymous_firms(economy(firms, seed, read_tables(DATA)), folder)
        about["assumptions"] = assumptions()
    return about


def economy(firms: int, seed: int, tables: Tables) -> FirmColumns:
    """Draw so many anonymous firms around the named lines of some tables; the same seed gives the same.

    Raise Faults for fewer firms than layers and goods need.
    """
    if firms < FEWEST_FIRMS:
        raise Faults([f"--firms: must be >= {FEWEST_FIRMS}, got {firms}; give more firms"])
    luck = stream(seed, "economy")
    made = make_firms(firms, luck)
    f, good = make_needs(made, luck)
    n, s = make_links(made, f, good, luck)
    weight = made.size[s] ** value("clients_follow_size")
    trade = Trade(f, good, n, s, weight / np.bincount(n, weight, len(f))[n])
    purchases = Purchases(made.layer, made.size, tables, luck)
    balance = balance_outputs(made, trade, purchases, gdp_jpy_mn(tables), luck)
    return assemble(made, tables, trade, balance, purchases, luck)


def gdp_jpy_mn(tables: Tables) -> float:
    """The GDP of the home country, in millions a year."""
    home = focus_of(tables).home
    return next(country.gdp_jpy_tn for country in tables.countries if country.country == home) * JPY_MN_PER_TN


def make_firms(count: int, luck: np.random.Generator) -> Firms:
    """Draw firms layer by layer, within a layer good by good, within a good from large to small."""
    ends = np.round(np.cumsum([stratum.firms for stratum in STRATA]) * count).astype(np.int64)
    layer = np.searchsorted(ends, np.arange(count), side="right")
    goods = int(value("goods_a_layer"))
    first = np.concatenate(([0], ends))[layer]
    place = np.arange(count) - first
    good = np.where(place < goods, place, luck.integers(0, goods, count)) + layer * goods  # each good has a maker
    size = luck.pareto(value("size_tail"), count) + 1.0
    order = np.lexsort((-size, good))
    return Firms(layer[order], good[order], size[order])


def make_needs(made: Firms, luck: np.random.Generator) -> tuple[Array, Array]:
    """Draw which goods each firm buys of other anonymous ones: firm and good of each need, each pair once, in order."""
    goods, count = int(value("goods_a_layer")), made.count
    each = 1 + luck.poisson(value("needs_a_firm") - 1.0, count)
    f = np.repeat(np.arange(count), each)
    weights = np.zeros((len(STRATA), len(STRATA)))
    for row, stratum in enumerate(STRATA):
        weights[row, list(stratum.buys)] = list(stratum.buys.values())
    edges = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    chance = luck.random(len(f))
    source = (chance[:, None] > edges[made.layer[f]]).sum(axis=1)
    good = np.minimum(source, len(STRATA) - 1) * goods + luck.integers(0, goods, len(f))
    pairs = np.unique(f * (len(STRATA) * goods) + good)
    return pairs // (len(STRATA) * goods), pairs % (len(STRATA) * goods)


def make_links(made: Firms, f: Array, g: Array, luck: np.random.Generator) -> tuple[Array, Array]:
    """Draw who supplies each need: need and supplier of each link, in order, nobody twice and nobody itself."""
    pull = made.size[f] ** value("suppliers_follow_size")
    missing = max(0.0, value("links_a_firm") * made.count / len(f) - 1.0)
    n = np.repeat(np.arange(len(f)), 1 + luck.poisson(missing * pull / pull.mean()))
    weight = np.cumsum(made.size ** value("clients_follow_size"))
    goods = np.arange(made.good[-1] + 2)
    edge = np.concatenate(([0.0], weight))[np.searchsorted(made.good, goods)]
    low, high = edge[g[n]], edge[g[n] + 1]
    s = np.searchsorted(weight, low + luck.random(len(n)) * (high - low), side="right")
    first, last = (np.searchsorted(made.good, g[n], side=side) for side in ("left", "right"))
    s = np.clip(s, first, last - 1)
    alone = s == f[n]
    s[alone] = np.where(s[alone] + 1 < last[alone], s[alone] + 1, first[alone])  # the next smaller maker instead
    pairs = np.unique(n * made.count + s)
    n, s = pairs // made.count, pairs % made.count
    return n, s


def balance_outputs(made: Firms, trade: Trade, purchases: Purchases, gdp: float, luck: np.random.Generator) -> Balance:
    """Outputs with which all purchases are made; gdp: of the country, in million JPY a year.

    A firm is as large as its size says, or larger where clients ask more of it or where it buys more of named lines
    than such a firm could sell. The scale of sizes is chosen so that all value added is its share of GDP.
    """
    f, n, s = trade.f, trade.n, trade.s
    spread = luck.exponential(1.0, len(f)) + 0.2
    part = spread / np.bincount(f, spread, made.count)[f]
    named, largest = purchases.worth(made.count), value("named_input_share")
    totals = np.bincount(made.layer, made.size)
    target = made.size * np.array([stratum.output for stratum in STRATA])[made.layer] / totals[made.layer]
    scale, output = 2.0 * gdp * value("gdp_share"), np.zeros(made.count)
    for _ in range(TRIES):
        for _ in range(ROUNDS):
            bought = np.maximum(0.0, value("input_share") * output - named)
            pulled = np.bincount(s, trade.share * (part * bought[f])[n], made.count)
            least = np.maximum(scale * target, named / largest)
            output = np.maximum(least, pulled / (1.0 - value("least_final_share")))
        added = float((output - np.maximum(value("input_share") * output, named)).sum())
        scale *= gdp * value("gdp_share") / added
    return Balance(output, part * np.maximum(0.0, value("input_share") - named / output)[f])


def assemble(
    made: Firms, tables: Tables, trade: Trade, balance: Balance, purchases: Purchases, luck: np.random.Generator
) -> FirmColumns:
    """The columns of the world: needs of named goods before others of the same firm, links in the order of needs."""
    order = np.argsort(np.concatenate((purchases.f, trade.f)), kind="stable")
    bought = np.bincount(purchases.s, purchases.units, len(tables.firms))
    return FirmColumns(
        lines=line_columns(made, tables, trade, balance, purchases),
        needs=need_columns(order, tables, trade, balance, purchases, luck),
        links=link_columns(order, tables, trade, purchases, luck),
        goods=(*tables.goods, *goods_of_layers()),
        layers=layers_of(made),
        prefix="X",
        countries=(focus_of(tables).home,),
        bought=dict(zip((line.line for line in tables.firms), bought.tolist(), strict=True)),
    )


def line_columns(made: Firms, tables: Tables, trade: Trade, balance: Balance, purchases: Purchases) -> dict[str, Array]:
    """The columns of firms: what others do not buy is sold to the final market."""
    (output, per_output), count = balance, made.count
    pulled = np.bincount(trade.s, trade.share * (per_output * output[trade.f])[trade.n], count)
    paid = (np.bincount(trade.f, per_output, count) * output + purchases.worth(count)) / output
    return {
        "number": np.arange(1, count + 1), "good": made.good + len(tables.goods), "country": np.zeros(count),
        "demand_per_year": np.maximum(0.0, output - pulled), "capacity_per_year": output / value("utilisation"),
        "finished_days": np.full(count, value("finished_days")), "value_added_jpy_mn": 1.0 - paid,
    }  # fmt: skip


def need_columns(
    order: Array, tables: Tables, trade: Trade, balance: Balance, purchases: Purchases, luck: np.random.Generator
) -> dict[str, Array]:
    """The columns of needs, those of named goods and all others, in an order that goes firm by firm."""
    units = np.bincount(purchases.n, purchases.units, len(purchases.f))
    alone = luck.random(len(purchases.f)) < value("named_only_share")
    of_named = np.where(alone, 1.0, value("named_dependence"))
    dependence = np.concatenate((of_named, draw_dependence(len(trade.f), luck)))
    dependence = dependence.astype(np.float32).astype(np.float64)  # as it is kept in the folder
    use = np.concatenate((units / balance.output[purchases.f], balance.per_output))
    columns = {
        "f": np.concatenate((purchases.f, trade.f)),
        "good": np.concatenate((purchases.good, trade.good + len(tables.goods))),
        "per_unit": use / dependence,
        "dependence": dependence,
        "cover_days": draw_cover_days(len(purchases.f), len(trade.f), luck),
    }
    return {name: column[order] for name, column in columns.items()}


def link_columns(
    order: Array, tables: Tables, trade: Trade, purchases: Purchases, luck: np.random.Generator
) -> dict[str, Array]:
    """The columns of links, in the order of needs."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    units = np.bincount(purchases.n, purchases.units, len(purchases.f))
    columns = {
        "n": np.concatenate((place[purchases.n], place[len(purchases.f) + trade.n])),
        "s": np.concatenate((purchases.s, trade.s + len(tables.firms))),
        "share": np.concatenate((purchases.units / units[purchases.n], trade.share)),
    }
    along = np.argsort(columns["n"], kind="stable")
    lead_days = luck.integers(1, int(value("longest_lead_days")) + 1, len(along))
    return {name: column[along] for name, column in columns.items()} | {"lead_days": lead_days}


def draw_dependence(count: int, luck: np.random.Generator) -> Array:
    """Draw how much of a firm's output cannot be made without an input: all, half or a tenth."""
    classes = np.array([1.0, 0.5, 0.1])
    edges = np.cumsum([value("critical_share"), value("important_share")])
    return np.asarray(classes[np.searchsorted(edges, luck.random(count))])


def draw_cover_days(named: int, others: int, luck: np.random.Generator) -> Array:
    """Draw the days of stock of each need: gamma distributed about the mean, those of named goods first."""
    mean = np.concatenate((np.full(named, value("named_cover_days")), np.full(others, value("cover_days"))))
    return np.asarray(np.maximum(value("least_cover_days"), luck.gamma(2.0, 0.5, len(mean)) * mean))


def goods_of_layers() -> Sequence[Good]:
    """The goods of the layers, each worth a million a unit; made or done to order, they have no spot market."""
    return [
        Good(good=f"x{place}_{number}", name=f"{stratum.name.lower()} {number + 1}", unit=MILLIONS, controlled=1.0,
             looks_alike=0.0, price_jpy_mn=1.0, spot_eta=0.0)
        for place, stratum in enumerate(STRATA) for number in range(int(value("goods_a_layer")))
    ]  # fmt: skip


def layers_of(made: Firms) -> list[Layer]:
    """Where each layer begins and ends."""
    edges = np.searchsorted(made.layer, np.arange(len(STRATA) + 1)).tolist()
    return [Layer(s.name, a, b) for s, a, b in zip(STRATA, edges[:-1], edges[1:], strict=True)]

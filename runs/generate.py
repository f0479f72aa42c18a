"""Make up an economy around the named firms: tiers of small suppliers and clients whose sizes have a heavy tail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chance import stream
from model.faults import Faults

ASSUMPTIONS: dict[str, tuple[float, float, float, str]] = {
    "tiers": (6, 3, 8, "layers of made-up firms; each buys from lower ones only, so that the network has no loops"),
    "goods_a_tier": (10, 5, 50, "sectors in each layer"),
    "size_tail": (1.1, 1.0, 1.5, "Pareto exponent of firm sizes, near Zipf's law (Axtell 2001)"),
    "needs_a_firm": (2.4, 1.5, 4.0, "inputs of a firm, on average, above the lowest layer"),
    "links_a_firm": (4.8, 4.0, 5.0, "suppliers of a firm, on average; 4 to 5 in Japanese firm data (Inoue and Todo 2019)"),
    "cover_days": (15.0, 9.0, 30.0, "days of stock, exponential about this mean (Inoue and Todo 2019 use 15)"),
    "lead_days": (4, 1, 10, "longest days at sea or on the road, whole days from 1"),
    "utilisation": (0.85, 0.7, 0.95, "output at rest over capacity"),
    "named_share": (0.3, 0.1, 0.5, "share of the named firms' final demand that made-up firms buy instead"),
    "input_share": (0.5, 0.3, 0.7, "inputs of a firm as a share of its output"),
}  # name -> value, low, high, meaning: all of them assumptions
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
FEWEST_FIRMS = 100


@dataclass(frozen=True)
class Economy:
    """Made-up firms as columns: lines, needs and links, numbered from 0 among themselves.

    A link's supplier below `named` is a named line; others are made-up ones, counted on from there.
    """

    lines: pd.DataFrame
    needs: pd.DataFrame
    links: pd.DataFrame
    named: int


def value(name: str) -> float:
    """What an assumption says."""
    return ASSUMPTIONS[name][0]


def economy(firms: int, seed: int, named_demand: Floats) -> Economy:
    """Make up so many firms around named lines with this final demand a year; the same seed makes the same."""
    if firms < FEWEST_FIRMS:
        raise Faults([f"found {firms} firms; a made-up economy has at least {FEWEST_FIRMS}"])
    luck = stream(seed, "economy")
    tier = np.sort(luck.integers(0, int(value("tiers")), firms))
    good = tier * int(value("goods_a_tier")) + luck.integers(0, int(value("goods_a_tier")), firms)
    size = luck.pareto(value("size_tail"), firms) + 1.0
    needs = needs_of(tier, luck)
    links = links_of(needs, good, size, luck)
    lines = pd.DataFrame({"tier": tier.astype(np.int8), "good": good.astype(np.int32), "size": size})
    named = buy_from_named(lines, needs, links, named_demand, luck)
    balance(lines, needs, links, len(named_demand))
    return Economy(lines, *put_together(needs, links, named, len(named_demand)), len(named_demand))


def needs_of(tier: Ints, luck: np.random.Generator) -> pd.DataFrame:
    """Which goods each firm above the lowest layer buys: some sectors of the layer below, each once."""
    count = np.where(tier > 0, 1 + luck.poisson(value("needs_a_firm") - 1.0, len(tier)), 0)
    sectors = int(value("goods_a_tier"))
    count = np.minimum(count, sectors)
    client = np.repeat(np.arange(len(tier)), count)
    place = np.arange(len(client)) - np.repeat(np.cumsum(count) - count, count)
    first = luck.integers(0, sectors, len(tier))
    good = (tier[client] - 1) * sectors + (first[client] + place) % sectors
    return pd.DataFrame({"f": client.astype(np.int32), "g": good.astype(np.int32)}).sort_values(
        ["f", "g"], ignore_index=True
    )


def links_of(needs: pd.DataFrame, good: Ints, size: Floats, luck: np.random.Generator) -> pd.DataFrame:
    """Who supplies each need: some makers of the good, large ones more often, so that few have very many clients."""
    lower = np.count_nonzero(good >= int(value("goods_a_tier")))
    mean = value("links_a_firm") * len(good) / max(1, lower) / value("needs_a_firm")
    count = 1 + luck.poisson(max(0.0, mean - 1.0), len(needs))
    need = np.repeat(np.arange(len(needs), dtype=np.int32), count)
    order = np.argsort(good, kind="stable")
    weight = np.cumsum(size[order])
    first = np.searchsorted(good[order], needs["g"].to_numpy()[need])
    last = np.searchsorted(good[order], needs["g"].to_numpy()[need], side="right")
    low = np.where(first > 0, weight[first - 1], 0.0)
    found = np.searchsorted(weight, low + luck.random(len(need)) * (weight[last - 1] - low), side="right")
    supplier = order[np.clip(found, first, last - 1)]
    links = pd.DataFrame({"n": need, "s": supplier.astype(np.int32)}).drop_duplicates()
    links = links.sort_values(["n", "s"], ignore_index=True)
    heft = size[links["s"].to_numpy()]
    links["share"] = heft / np.bincount(links["n"], heft)[links["n"].to_numpy()]
    links["lead_days"] = luck.integers(1, int(value("lead_days")) + 1, len(links)).astype(np.int32)
    return links


def buy_from_named(
    lines: pd.DataFrame, needs: pd.DataFrame, links: pd.DataFrame, named_demand: Floats, luck: np.random.Generator
) -> pd.DataFrame:
    """The lowest layer buys from named firms: each firm from one of them, drawn by what that sells to the market."""
    clients = np.flatnonzero(lines["tier"] == 0)
    chance = named_demand / named_demand.sum()
    supplier = luck.choice(len(named_demand), len(clients), p=chance)
    heft = lines["size"].to_numpy()[clients]
    pulled = value("named_share") * named_demand[supplier] * heft / np.bincount(supplier, heft)[supplier]
    return pd.DataFrame({"f": clients.astype(np.int32), "s": supplier.astype(np.int32), "pulled": pulled})


def balance(lines: pd.DataFrame, needs: pd.DataFrame, links: pd.DataFrame, named: int) -> None:
    """Choose inputs per unit and final demand so that every firm makes its size in a year."""
    size = lines["size"].to_numpy().copy()
    client = needs["f"].to_numpy()
    per_firm = np.bincount(client, minlength=len(lines))[client]
    need_of, supplier = links["n"].to_numpy(), links["s"].to_numpy()
    wished = value("input_share") * size[client] / per_firm
    pulled = np.bincount(supplier, links["share"].to_numpy() * wished[need_of], minlength=len(lines))
    scale = np.maximum(1.0, pulled / (0.9 * size))  # a supplier that is asked for more than it can make is larger
    size = size * scale
    needs["per_unit"] = wished / size[client]
    lines["size"], lines["demand"] = size, size - pulled


def put_together(
    needs: pd.DataFrame, links: pd.DataFrame, bought: pd.DataFrame, named: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Needs and links in the order of clients: those of named goods come first, for the lowest layer does."""
    first = pd.DataFrame({"f": bought["f"], "g": np.int32(-1), "per_unit": bought["pulled"]})
    both = pd.concat([first, needs], ignore_index=True)
    lead = np.ones(len(bought), np.int32)
    supplied = pd.DataFrame({"n": np.arange(len(bought), dtype=np.int32), "s": bought["s"], "share": 1.0, "lead_days": lead})
    rest = links.assign(n=links["n"] + np.int32(len(bought)), s=links["s"] + np.int32(named))
    return both, pd.concat([supplied, rest], ignore_index=True)


def assumptions() -> dict[str, Any]:
    """The assumptions as a table that stands beside the made-up world."""
    return {
        name: {"value": number, "low": low, "high": high, "meaning": words}
        for name, (number, low, high, words) in ASSUMPTIONS.items()
    }

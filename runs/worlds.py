"""Worlds in folders: an economy around the named firms as Parquet tables, and a chain made of both."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from model.faults import Faults
from model.network import Register, register
from model.tables import Tables
from runs.generate import Economy, assumptions, value

ABOUT = "world.json"
ROOMS = ("lines", "needs", "links")


def write_world(economy: Economy, folder: Path, seed: int) -> None:
    """Write a made-up economy and its assumptions into a folder that exists."""
    for name in ROOMS:
        getattr(economy, name).to_parquet(folder / f"{name}.parquet", index=False)
    about = {"firms": len(economy.lines), "links": len(economy.links), "named": economy.named, "seed": seed,
             "assumptions": assumptions()}  # fmt: skip
    (folder / ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def read_world_folder(folder: Path) -> Economy:
    """Read a made-up economy; raise Faults where a folder holds none."""
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        lines, needs, links = (pd.read_parquet(folder / f"{name}.parquet") for name in ROOMS)
    except (OSError, ValueError) as error:
        raise Faults([f"{folder}: it holds no world ({error}); 'linestop generate' makes one"]) from None
    return Economy(lines, needs, links, int(about["named"]))


def joined(tables: Tables, economy: Economy) -> Register:
    """A register of the named firms and the made-up ones behind them.

    Named lines, needs and links keep their rows. What made-up firms buy of a named line, the final market buys less,
    so that all named lines run at rest as they do without them. Raise Faults if the named firms are others.
    """
    small = register(tables)
    if economy.named != len(small.firms):
        words = f"the world was made around {economy.named} named lines, but there are {len(small.firms)}"
        raise Faults([f"{words}; make it again"])
    lines, needs, links = economy.lines, economy.needs, economy.links
    good_count = len(small.goods)
    named_good = small.firms["good"].map({good: g for g, good in enumerate(small.goods["good"])}).to_numpy()
    bought = (needs["g"] < 0).to_numpy()
    supplier = links["s"].to_numpy()
    good = needs["g"].to_numpy() + good_count
    good[bought] = named_good[supplier[: bought.sum()]]
    per_unit = needs["per_unit"].to_numpy().copy()
    size = lines["size"].to_numpy()
    pulled = np.bincount(supplier[: bought.sum()], per_unit[bought], minlength=economy.named)
    per_unit[bought] /= size[needs["f"].to_numpy()[bought]]
    firms = small.firms.assign(demand_per_year=small.firms["demand_per_year"] - pulled[: economy.named])
    luck = np.random.default_rng(len(lines))
    more_firms = pd.DataFrame({
        "line": pd.Series(np.char.add("X", np.arange(len(lines)).astype(str))),
        "country": "JP", "role": "none", "good": (lines["good"] + good_count).map(lambda g: f"made-up {g}"),
        "tier": 6, "industry": "made up", "demand_per_year": lines["demand"], "houses": 1, "finished_days": 3.0,
        "capacity_per_year": size / value("utilisation"), "military_share": 0.0, "value_added_jpy_mn": 1.0,
    })  # fmt: skip
    more_needs = pd.DataFrame({
        "f": needs["f"] + economy.named, "g": good, "per_unit": per_unit, "dependence": 1.0,
        "cover_days": luck.exponential(value("cover_days"), len(needs)) + 1.0, "thrift_least": 1.0, "thrift_days": 0.0,
    })  # fmt: skip
    more_links = links.assign(n=links["n"] + len(small.needs), qualification_days=0)
    goods = pd.DataFrame({"good": [f"made-up {g + good_count}" for g in range(int(lines["good"].max()) + 1)],
                          "price_jpy_mn": 1.0, "controlled": 0.0, "spot_eta": 1.0, "looks_alike": 0.0})  # fmt: skip
    return replace(
        small,
        firms=pd.concat([firms, more_firms.set_index("line", drop=False)]),
        needs=pd.concat([small.needs, more_needs], ignore_index=True),
        links=pd.concat([small.links, more_links], ignore_index=True),
        goods=pd.concat([small.goods, goods], ignore_index=True),
    )

"""Firm-level networks in the four-file text format of the production network simulator of Inoue and Todo.

`A.txt` supplier, client, amount a day; `C.txt` firm, final demand a day; `P.txt` firm, output a day; `F.txt` firm,
product group, a word that nobody reads. Firms are called by whole numbers; columns stand apart by blanks or tabs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.faults import Faults
from model.network import DAYS_PER_YEAR
from runs.flows import Flows

Array = NDArray[Any]
FILES: dict[str, dict[str, type]] = {
    "A.txt": {"supplier": np.int64, "client": np.int64, "amount": np.float64},
    "C.txt": {"firm": np.int64, "amount": np.float64},
    "P.txt": {"firm": np.int64, "amount": np.float64},
    "F.txt": {"firm": np.int64, "group": np.int64},
}
SHOWN = 3  # dropped numbers of firms that a note names


def read_flows(folder: Path, country: str, times: float = 1.0) -> Flows:
    """Read a network; firms are those of P.txt that have a product group.

    country: where all of them are; times: million JPY in a unit of the files. Firms, final demands and links of
    anybody else are dropped, and a note says whose. Raise Faults with all files that are missing or torn.
    """
    tables = read_files(folder)
    output, group = tables["P.txt"], tables["F.txt"]
    firms = np.intersect1d(output["firm"], group["firm"])
    notes: list[str] = []
    placed = {name: known(tables[name], firms, name, ("firm",), notes) for name in ("P.txt", "F.txt", "C.txt")}
    links = known(tables["A.txt"], firms, "A.txt", ("supplier", "client"), notes)
    final, made, of_group = (np.zeros(len(firms), kind) for kind in (np.float64, np.float64, np.int64))
    for column, name, what in ((final, "C.txt", "amount"), (made, "P.txt", "amount"), (of_group, "F.txt", "group")):
        column[np.searchsorted(firms, placed[name]["firm"])] = placed[name][what]
    groups, place = np.unique(of_group, return_inverse=True)
    a_year = DAYS_PER_YEAR * times
    return Flows(
        number=firms, prefix="", names=(), group=place, groups=[str(code) for code in groups],
        country=np.zeros(len(firms), np.int64), countries=[country], final=final * a_year, output=made * a_year,
        seller=np.searchsorted(firms, links["supplier"]), buyer=np.searchsorted(firms, links["client"]),
        amount=links["amount"].to_numpy() * a_year, notes=tuple(notes),
    )  # fmt: skip


def read_files(folder: Path) -> dict[str, pd.DataFrame]:
    """The four files; raise Faults, one sentence a file that cannot be used."""
    faults: list[str] = []
    tables: dict[str, pd.DataFrame] = {}
    for name, columns in FILES.items():
        try:
            tables[name] = read_columns(folder / name, columns)
        except OSError as error:
            faults.append(f"{folder / name}: it cannot be read ({error.strerror}); put the four files into one folder")
        except ValueError as error:
            words = " ".join(str(error).split())
            faults.append(f"{folder / name}: {words}; its columns are {', '.join(columns)}, all of them numbers")
    for name in set(tables) - {"A.txt"}:
        twice = tables[name]["firm"][tables[name]["firm"].duplicated()]
        if len(twice):
            faults.append(f"{folder / name}: found firm {twice.iloc[0]} in two lines; keep one")
    if faults:
        raise Faults(faults)
    return tables


def read_columns(path: Path, columns: dict[str, type]) -> pd.DataFrame:
    """The first columns of a file; raise ValueError for what is no number and OSError where there is no file."""
    found = pd.read_csv(
        path, sep=r"\s+", header=None, usecols=list(range(len(columns))), names=list(columns), dtype=columns
    )
    if not len(found):
        raise ValueError("found no line")
    numbers = np.isfinite(found.to_numpy(float)).all(axis=1)
    if not numbers.all():
        raise ValueError(f"found what is no number in line {int(np.argmin(numbers)) + 1}")
    return found


def known(table: pd.DataFrame, firms: Array, name: str, columns: tuple[str, ...], notes: list[str]) -> pd.DataFrame:
    """The rows that are about known firms only; of others a note tells."""
    here = np.ones(len(table), bool)
    strangers: set[int] = set()
    for column in columns:
        good = np.isin(table[column], firms)
        strangers.update(table.loc[~good, column].unique().tolist())
        here &= good
    if strangers:
        some = sorted(strangers)
        words = ", ".join(map(str, some[:SHOWN])) + (", ..." if len(some) > SHOWN else "")
        notes.append(
            f"{int(np.sum(~here)):,} lines of {name} dropped: they name {len(some):,} firms ({words}) without output "
            "in P.txt or product group in F.txt"
        )
    return table[here]

"""Firm-level networks in the four-file text format of the production network simulator of Inoue and Todo.

`A.txt` supplier, client, amount a day; `C.txt` firm, final demand a day; `P.txt` firm, output a day; `F.txt` firm,
product group, a word that nobody reads. The published sample calls them toyATableLine.txt, toyCVector.txt,
toyPiniVector.txt and toyFirmAffiliation.txt; both kinds of names are read, and delta files such as toyDelta01.txt, each
as a scenario. Columns are separated by blanks, tabs,
commas or semicolons. Firms are called by whole numbers, or by any text.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from model.network import DAYS_PER_YEAR
from model.tables.faults import Faults
from runs.worlds.delimited_files import read_columns
from runs.worlds.delta_files import read_losses
from runs.worlds.flows import Array, NetworkFlows, free_prefix
from runs.worlds.money import choose_currency, note_on_times

NUMBER, TEXT = "number", "text"  # kinds of columns
FILES: dict[str, dict[str, str]] = {
    "A.txt": {"supplier": TEXT, "client": TEXT, "amount": NUMBER},
    "C.txt": {"firm": TEXT, "amount": NUMBER},
    "P.txt": {"firm": TEXT, "amount": NUMBER},
    "F.txt": {"firm": TEXT, "group": TEXT},
}
PUBLISHED = {"A.txt": "ATableLine", "C.txt": "CVector", "P.txt": "PiniVector", "F.txt": "FirmAffiliation"}
SAMPLE = {name: f"toy{word}.txt" for name, word in PUBLISHED.items()}
ENDINGS = ("", ".txt", ".csv", ".tsv", ".dat")
DELTA = "*Delta*"
FIRM_KEYS = frozenset({"supplier", "client", "firm"})
MOST_NAMED_IN_NOTE = 3  # dropped firms that a note names


@dataclass(frozen=True)
class NetworkFiles:
    """The four files of a network as they were read.

    tables: by our name of each; names: what each is called in its folder; firms: those that have output and a product
    group; called: what the number of a firm means, where firms are called by text.
    """

    tables: dict[str, pd.DataFrame]
    names: dict[str, str]
    firms: Array
    called: list[str]


def read_flows(folder: Path, country: str, times: float | None = None, currency: str | None = None) -> NetworkFlows:
    """Read a network; its firms are those of P.txt that have a product group.

    country: where all of them are; times and currency: how many millions of which currency a unit of the files is.
    Firms, final demands and links of others are dropped, with a note. Raise Faults with all files that are missing or
    unreadable.
    """
    counted_in = choose_currency((), currency)
    notes = [note_on_times(times, counted_in, currency, ())]
    net = read_network(folder, notes)
    firms = net.firms
    placed = {name: keep_known(net.tables[name], net, name, ("firm",), notes) for name in ("P.txt", "F.txt", "C.txt")}
    links = keep_known(net.tables["A.txt"], net, "A.txt", ("supplier", "client"), notes)
    final, made = np.zeros(len(firms)), np.zeros(len(firms))
    for column, name in ((final, "C.txt"), (made, "P.txt")):
        column[np.searchsorted(firms, placed[name]["firm"])] = placed[name]["amount"]
    of_group = placed["F.txt"].set_index("firm")["group"].reindex(firms).to_numpy()
    place, groups = pd.factorize(of_group, sort=True)
    a_year = DAYS_PER_YEAR * (times or 1.0)
    number, prefix, words = firm_numbers(net, notes)
    losses = losses_of(folder, net, notes)
    return NetworkFlows(
        number=number, prefix=prefix, names=words, group=place.astype(np.int64), groups=[str(code) for code in groups],
        country=np.zeros(len(firms), np.int64), countries=[country], final=final * a_year, output=made * a_year,
        seller=np.searchsorted(firms, links["supplier"]), buyer=np.searchsorted(firms, links["client"]),
        amount=links["amount"].to_numpy() * a_year, notes=tuple(notes), losses=losses,
        currency=counted_in,
    )  # fmt: skip


def losses_of(folder: Path, net: NetworkFiles, notes: list[str]) -> dict[str, Array]:
    """What firms lose by each delta file of the folder. Raise Faults with all that is wrong in any of them."""
    rows = {net.called[firm] if net.called else str(firm): row for row, firm in enumerate(net.firms.tolist())}
    found: dict[str, Array] = {}
    faults: list[str] = []
    for path in sorted(folder.glob(DELTA)):
        if path.suffix not in ENDINGS or not path.is_file():
            continue
        try:
            found[path.stem] = read_losses(path, rows, notes)
        except Faults as wrong:
            faults += wrong.sentences
            continue
        hit = int(np.sum(found[path.stem][:, 0] > 0.0))
        notes.append(f"{path.name}: {hit:,} firms lose output, in the scenario {path.stem}.toml of the world")
    if faults:
        raise Faults(faults)
    return found


def firm_numbers(net: NetworkFiles, notes: list[str]) -> tuple[Array, str, list[str]]:
    """Numbers of firms, the prefix before them, and names where firms are called by text: number, prefix, names."""
    if not net.called:
        return net.firms, "", []
    words = [net.called[firm] for firm in net.firms.tolist()]
    prefix = free_prefix(words)
    notes.append(
        f"firms are called by text; where only the largest are named, the others are {prefix}1, {prefix}2, ... in the "
        "order of that text"
    )
    return np.arange(1, len(words) + 1), prefix, words


def read_network(folder: Path, notes: list[str]) -> NetworkFiles:
    """Read the four files; raise Faults with all that is wrong in any of them."""
    faults: list[str] = []
    paths = {name: find_file(folder, name, faults) for name in FILES}
    tables: dict[str, pd.DataFrame] = {}
    for name, path in paths.items():
        if path is not None:
            try:
                tables[name] = read_columns(path, FILES[name], notes)
            except Faults as wrong:
                faults += wrong.sentences
    for name in ("C.txt", "P.txt", "F.txt"):
        if name in tables:
            faults += firms_twice(tables[name], str(paths[name]))
    if faults:
        raise Faults(faults)
    called = number_firms(tables)
    return NetworkFiles(
        tables, {name: path.name for name, path in paths.items() if path is not None},
        np.intersect1d(tables["P.txt"]["firm"], tables["F.txt"]["firm"]), called,
    )  # fmt: skip


def find_file(folder: Path, name: str, faults: list[str]) -> Path | None:
    """Find a file under our name or the published one; None, with a fault, where there is not exactly one."""
    stem = name.removesuffix(".txt")
    ours = [path for ending in ENDINGS if (path := folder / f"{stem}{ending}").is_file()]
    theirs = [path for path in sorted(folder.glob(f"*{PUBLISHED[name]}*")) if path.suffix in ENDINGS and path.is_file()]
    both = ours + theirs
    if len(both) == 1:
        return both[0]
    if both:
        some = " and ".join(path.name for path in both[:2])
        faults.append(f"{folder / name}: found {some} for it; keep one")
    else:
        faults.append(
            f"{folder / name}: it cannot be read (no such file); put the four files into one folder and call this one "
            f"{name}, or {SAMPLE[name]} as in the published sample"
        )
    return None


def firms_twice(table: pd.DataFrame, path: str) -> list[str]:
    """Faults of firms that are in two lines."""
    twice = table["firm"][table["firm"].duplicated()].drop_duplicates()
    if not len(twice):
        return []
    more = f" (and {len(twice) - 1:,} more firms)" if len(twice) > 1 else ""
    return [f"{path}: column firm: found firm {twice.iloc[0]} in two lines{more}; keep one"]


def number_firms(tables: dict[str, pd.DataFrame]) -> list[str]:
    """Replace firms called by text by whole numbers, in place; return the name of each number, or an empty list."""
    columns = [(table, name) for table in tables.values() for name in table.columns if name in FIRM_KEYS]
    if all(table[name].dtype.kind == "i" for table, name in columns):
        return []
    words = [str(firm) for table, name in columns for firm in table[name].tolist()]
    rows, called = pd.factorize(np.array(words, dtype=object), sort=True)
    ends = np.cumsum([len(table) for table, _ in columns])
    for (table, name), part in zip(columns, np.split(rows.astype(np.int64), ends[:-1]), strict=True):
        table[name] = part
    return [str(firm) for firm in called]


def keep_known(
    table: pd.DataFrame, net: NetworkFiles, name: str, columns: tuple[str, ...], notes: list[str]
) -> pd.DataFrame:
    """Keep the rows about known firms; a note says which were dropped."""
    here = np.ones(len(table), bool)
    strangers: set[int] = set()
    for column in columns:
        good = np.isin(table[column].to_numpy(), net.firms)
        strangers.update(table.loc[~good, column].unique().tolist())
        here &= good
    if strangers:
        some = [net.called[firm] if net.called else str(firm) for firm in sorted(strangers)[: MOST_NAMED_IN_NOTE + 1]]
        words = ", ".join(some[:MOST_NAMED_IN_NOTE]) + (", ..." if len(some) > MOST_NAMED_IN_NOTE else "")
        notes.append(
            f"{int(np.sum(~here)):,} lines of {net.names[name]} dropped: they name {len(strangers):,} firms ({words}) "
            f"without output in {net.names['P.txt']} or product group in {net.names['F.txt']}"
        )
    return table[here]

"""Input-output tables of many regions as pymrio saves them: Z and Y as text or Parquet, beside file_parameters.json.

A line is a sector of a region, a good is a sector. pymrio itself is not needed.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from model.faults import Faults
from runs.flows import Flows

PARAMETERS = "file_parameters.json"
LEVELS = 2  # region and sector before each row, region and sector (or category) above each column


def read_flows(folder: Path, times: float = 1.0) -> Flows:
    """Read a table a year; times: million JPY in a unit of the table. Raise Faults for what is no such table."""
    flows, final = (read_frame(folder, name) for name in ("Z", "Y"))
    faults = [
        f"{folder}: the {words} of {name} are not the rows of Z; save the whole system with pymrio again"
        for name, words, index in (("Z", "columns", flows.columns), ("Y", "rows", final.index))
        if [tuple(key) for key in index] != [tuple(key) for key in flows.index]
    ]
    if faults:
        raise Faults(faults)
    regions, sectors = (list(dict.fromkeys(map(str, flows.index.get_level_values(level)))) for level in range(LEVELS))
    amounts = flows.to_numpy(float)
    seller, buyer = np.nonzero(amounts)
    rows = [(str(region), str(sector)) for region, sector in flows.index]
    return Flows(
        number=np.arange(1, len(rows) + 1), prefix="S", names=[f"{region}: {sector}" for region, sector in rows],
        group=np.array([sectors.index(sector) for _, sector in rows]), groups=sectors,
        country=np.array([regions.index(region) for region, _ in rows]), countries=regions,
        final=final.to_numpy(float).sum(axis=1) * times, output=None,
        seller=seller, buyer=buyer, amount=amounts[seller, buyer] * times,
    )  # fmt: skip


def read_frame(folder: Path, name: str) -> pd.DataFrame:
    """One table of a saved system, with two levels of names on each side."""
    path = folder / file_of(folder, name)
    try:
        if path.suffix == ".parquet":
            frame = pd.read_parquet(path)
        else:
            frame = pd.read_csv(path, sep="\t", index_col=list(range(LEVELS)), header=list(range(LEVELS)))
        levels = frame.index.nlevels, frame.columns.nlevels
        numbers = np.isfinite(frame.to_numpy(float)).all()
    except OSError as error:
        raise Faults([f"{path}: it cannot be read ({error.strerror or error})"]) from None
    except ValueError as error:
        raise Faults([f"{path}: it is no table of pymrio ({' '.join(str(error).split())})"]) from None
    if levels != (LEVELS, LEVELS) or not numbers:
        words = "some cells are no numbers" if levels == (LEVELS, LEVELS) else "region and sector were expected"
        raise Faults([f"{path}: it is no table of pymrio ({words})"])
    return frame


def file_of(folder: Path, name: str) -> str:
    """The file in which a table is, as file_parameters.json says."""
    try:
        parameters = json.loads((folder / PARAMETERS).read_text(encoding="utf-8"))
        return str(parameters["files"][name]["name"])
    except OSError as error:
        words = f"it cannot be read ({error.strerror})"
    except (ValueError, KeyError, TypeError):
        words = f"it does not say in which file {name} is"
    raise Faults([f"{folder / PARAMETERS}: {words}; give a folder that pymrio's save or save_all has written"])

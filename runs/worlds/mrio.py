"""Input-output tables of many regions as pymrio saves them: Z and Y as text or Parquet, beside file_parameters.json.

A line is a sector of a region, a good is a sector. pymrio itself is not needed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.tables.faults import Faults
from runs.worlds.country_codes import country_code, country_codes
from runs.worlds.delimited_files import excerpt
from runs.worlds.flows import Array, NetworkFlows
from runs.worlds.mrio_units import Said, factors_of_units, read_units

PARAMETERS = "file_parameters.json"
MOST_MILLIONS = 1e12  # of the currency
SAVE_AGAIN = "give a folder that pymrio's save or save_all has written"
NAME_LEVELS = 2  # region and sector before each row, region and sector (or category) above each column


def read_flows(folder: Path, times: float | None = None, currency: str | None = None) -> NetworkFlows:
    """Read a table of a year; times and currency: how many millions of which currency a unit of the table is, if its
    unit file is not to say so.

    Raise Faults for what is no such table, and for an unknown unit.
    """
    flows, final = read_frames(folder)
    faults = [
        f"{folder}: the {words} of {name} are not the rows of Z; save the whole system with pymrio again"
        for name, words, index in (("Z", "columns", flows.columns), ("Y", "rows", final.index))
        if [tuple(map(str, key)) for key in index] != [tuple(map(str, key)) for key in flows.index]
    ]
    faults += name_faults(folder, flows)
    notes: list[str] = []
    million, counted_in = in_millions(folder, flows, (times, currency), notes, faults)
    faults += amount_faults(folder, million, Z=flows, Y=final)
    if faults:
        raise Faults(faults)
    regions, sectors = (
        list(dict.fromkeys(map(str, flows.index.get_level_values(level)))) for level in range(NAME_LEVELS)
    )
    amounts = flows.to_numpy(float)
    seller, buyer = np.nonzero(amounts)
    rows = [(str(region), str(sector)) for region, sector in flows.index]
    return NetworkFlows(
        number=np.arange(1, len(rows) + 1), prefix="S", names=[f"{region}: {sector}" for region, sector in rows],
        group=np.array([sectors.index(sector) for _, sector in rows]), groups=sectors,
        country=np.array([regions.index(region) for region, _ in rows]), countries=codes_of_regions(regions, notes),
        final=final.to_numpy(float).sum(axis=1) * million, output=None,
        seller=seller, buyer=buyer, amount=amounts[seller, buyer] * million[seller], notes=tuple(notes),
        currency=counted_in,
    )  # fmt: skip


def codes_of_regions(regions: list[str], notes: list[str]) -> list[str]:
    """What countries the regions of a table are; as they are called where two would be one."""
    alike = len({country_code(region) for region in regions}) < len(regions)
    return regions if alike else country_codes(regions, notes)


def read_frames(folder: Path) -> list[pd.DataFrame]:
    """Read Z and Y; raise Faults with what is wrong in either."""
    frames: list[pd.DataFrame] = []
    faults: list[str] = []
    for name in ("Z", "Y"):
        try:
            frames.append(read_frame(folder, name))
        except Faults as found:
            faults += found.sentences
    if faults:
        raise Faults(faults)
    return frames


def name_faults(folder: Path, flows: pd.DataFrame) -> list[str]:
    """Faults of rows that have no name, or the name of another row."""
    names = pd.Index([f"{region}: {sector}" for region, sector in flows.index])
    twice = names[names.duplicated()]
    faults = (
        [f"{folder}: row '{twice[0]}' of Z is there twice; name each sector of a region once"] if len(twice) else []
    )
    unnamed = sum(pd.isna(part) or not str(part).strip() for key in flows.index for part in key)
    return faults + ([f"{folder}: {unnamed} rows of Z have no region or no sector; name them"] if unnamed else [])


def amount_faults(folder: Path, million: Array, **frames: pd.DataFrame) -> list[str]:
    """Faults of tables with amounts that are too large; million: millions in a unit of each row."""
    faults = []
    for name, frame in frames.items():
        if frame.size and len(frame) == len(million):
            worth = np.abs(frame.to_numpy(float)).max(axis=1) * million
            row = int(worth.argmax())
            if worth[row] > MOST_MILLIONS:
                most = float(np.abs(frame.to_numpy(float)[row]).max())
                bound = f"at most {MOST_MILLIONS / float(million[row]):g} is possible"
                faults.append(
                    f"{folder}: found an amount of {most:g} in {name}, row '{called(frame.index[row])}'; {bound}"
                )
    return faults


def in_millions(
    folder: Path, flows: pd.DataFrame, said: Said, notes: list[str], faults: list[str]
) -> tuple[Array, str]:
    """Millions of a currency in a unit of each row, and the currency, with notes; an unknown unit is a fault.

    said: how many millions a unit is and of which currency, as the user says.
    """
    try:
        parameters = read_parameters(folder)
        named = parameters["files"].get("unit") is not None
        path = file_of(folder, "unit", parameters) if named else None
    except (KeyError, TypeError, AttributeError):
        path = None
    except Faults as found:
        if said[0] is None:
            faults += found.sentences
        path = None
    units = None if path is None else read_units(path, [called(key) for key in flows.index], said[0] is None, faults)
    return factors_of_units(folder, units, len(flows), said, notes, faults)


def called(key: Any) -> str:
    """What a row is called: its region and its sector."""
    return ": ".join(map(str, key))


def read_frame(folder: Path, name: str) -> pd.DataFrame:
    """Read one table of a saved system, with two levels of names on each side; raise Faults where it is none."""
    path = file_of(folder, name)
    try:
        frame = pd.read_parquet(path) if path.suffix == ".parquet" else read_text(path)
        levels = frame.index.nlevels, frame.columns.nlevels
        numbers = np.isfinite(frame.to_numpy(float)).all()
    except OSError as error:
        raise Faults([f"{path}: it cannot be read ({error.strerror or error})"]) from None
    except ValueError as error:
        raise Faults([f"{path}: it is no table of pymrio ({' '.join(str(error).split())})"]) from None
    if levels != (NAME_LEVELS, NAME_LEVELS) or not numbers:
        words = (
            "some cells are no numbers" if levels == (NAME_LEVELS, NAME_LEVELS) else "region and sector were expected"
        )
        raise Faults([f"{path}: it is no table of pymrio ({words})"])
    return frame


def read_text(path: Path) -> pd.DataFrame:
    """Read a table that was saved as text; names stay text: NA is a region and no gap, 01 is not 1."""
    levels = list(range(NAME_LEVELS))
    frame = pd.read_csv(path, sep="\t", index_col=levels, header=levels, keep_default_na=False)
    names = pd.read_csv(path, sep="\t", header=None, usecols=levels, dtype=str, keep_default_na=False)
    if frame.index.nlevels == NAME_LEVELS and len(frame):
        frame.index = pd.MultiIndex.from_frame(names[-len(frame) :])
    return frame


def file_of(folder: Path, name: str, parameters: dict[str, Any] | None = None) -> Path:
    """The file in which a table is, as file_parameters.json says. Raise Faults where it is none in this folder."""
    place = folder / PARAMETERS
    try:
        found = str((parameters or read_parameters(folder))["files"][name]["name"])
    except (KeyError, TypeError):
        raise Faults([f"{place}: it does not say in which file {name} is; {SAVE_AGAIN}"]) from None
    if not found or Path(found).is_absolute() or not is_inside(folder / found, folder):
        words = f"{name}: found '{excerpt(found)}', which is no file in this folder"
        raise Faults([f"{place}: {words}; write the name of a file that is beside it"])
    return folder / found


def is_inside(path: Path, folder: Path) -> bool:
    """Whether a path leads to somewhere below a folder; a link that leads out of it does not."""
    try:
        return path.resolve().is_relative_to(folder.resolve()) and path.resolve() != folder.resolve()
    except (OSError, ValueError, RuntimeError):  # a loop of links, or a name that no system takes
        return False


def read_parameters(folder: Path) -> dict[str, Any]:
    """What file_parameters.json says. Raise Faults where it cannot be read."""
    try:
        found = json.loads((folder / PARAMETERS).read_text(encoding="utf-8"))
    except OSError as error:
        words = f"it cannot be read ({error.strerror})"
    except (ValueError, RecursionError):
        words = "it is no JSON"
    else:
        if isinstance(found, dict):
            return found
        words = "it does not say in which files the tables are"
    raise Faults([f"{folder / PARAMETERS}: {words}; {SAVE_AGAIN}"])

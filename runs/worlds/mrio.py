"""Input-output tables of many regions as pymrio saves them: Z and Y as text or Parquet, beside file_parameters.json.

A line is a sector of a region, a good is a sector. pymrio itself is not needed.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from model.tables.faults import Faults
from runs.worlds.flows import NetworkFlows
from runs.worlds.money import describe_conversion, million_jpy

PARAMETERS = "file_parameters.json"
MOST_JPY_MN = 1e12  # million JPY
NAME_LEVELS = 2  # region and sector before each row, region and sector (or category) above each column


def read_flows(folder: Path, times: float | None = None) -> NetworkFlows:
    """Read a table of a year; times: million JPY in a unit of the table, if its unit file is not to say so.

    Raise Faults for what is no such table, and for an unknown unit.
    """
    flows, final = read_frames(folder)
    faults = [
        f"{folder}: the {words} of {name} are not the rows of Z; save the whole system with pymrio again"
        for name, words, index in (("Z", "columns", flows.columns), ("Y", "rows", final.index))
        if [tuple(map(str, key)) for key in index] != [tuple(map(str, key)) for key in flows.index]
    ]
    faults += name_faults(folder, flows)
    times, note = in_million_jpy(folder, times, faults)
    faults += amount_faults(folder, times, Z=flows, Y=final)
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
        country=np.array([regions.index(region) for region, _ in rows]), countries=regions,
        final=final.to_numpy(float).sum(axis=1) * times, output=None,
        seller=seller, buyer=buyer, amount=amounts[seller, buyer] * times, notes=(note,),
    )  # fmt: skip


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


def amount_faults(folder: Path, times: float, **frames: pd.DataFrame) -> list[str]:
    """Faults of tables with amounts that are too large."""
    return [
        f"{folder}: found an amount of {most:g} in {name}; at most {MOST_JPY_MN / times:g} is possible"
        for name, frame in frames.items()
        if frame.size and (most := float(np.abs(frame.to_numpy(float)).max())) * times > MOST_JPY_MN
    ]


def read_frame(folder: Path, name: str) -> pd.DataFrame:
    """Read one table of a saved system, with two levels of names on each side; raise Faults where it is none."""
    path = folder / file_of(folder, name)
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


def in_million_jpy(folder: Path, times: float | None, faults: list[str]) -> tuple[float, str]:
    """Million JPY in a unit of a table, and a note on it; an unknown unit is a fault."""
    units = units_of(folder, faults)
    quoted = " and ".join(f"'{unit}'" for unit in units[:2]) + (", ..." if len(units) > 2 else "")
    if times is not None:
        return times, f"amounts were taken times {times:g} for million JPY, as --times says" + (
            f"; the unit file says {quoted}" if units else ""
        )
    if not units:
        return 1.0, "no unit file: amounts were taken for million JPY"
    known = {million_jpy(unit) for unit in units}
    number = next(iter(known))
    if len(known) > 1 or number is None:
        faults.append(f"{folder}: amounts are in {quoted}; say with --times how many million JPY a unit is")
        return 1.0, ""
    return number, f"amounts are in {quoted}: {describe_conversion(units[0], number)}"


def units_of(folder: Path, faults: list[str]) -> list[str]:
    """The units that the unit file of a table names, or none without such a file."""
    try:
        named = json.loads((folder / PARAMETERS).read_text(encoding="utf-8"))["files"].get("unit", {}).get("name")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []
    if named is None:
        return []
    path = folder / str(named)
    try:
        frame = (
            pd.read_parquet(path)
            if path.suffix == ".parquet"
            else pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)
        )
    except (OSError, ValueError) as error:
        faults.append(f"{path}: the unit cannot be read ({' '.join(str(error).split())}); say it with --times")
        return []
    if not len(frame.columns) or not len(frame):
        return []
    return [str(unit).strip() for unit in dict.fromkeys(frame.iloc[:, -1].dropna()) if str(unit).strip()]


def file_of(folder: Path, name: str) -> str:
    """The file in which a table is, as file_parameters.json says."""
    try:
        parameters = json.loads((folder / PARAMETERS).read_text(encoding="utf-8"))
        return str(parameters["files"][name]["name"])
    except OSError as error:
        words = f"it cannot be read ({error.strerror})"
    except (ValueError, KeyError, TypeError, RecursionError):
        words = f"it does not say in which file {name} is"
    raise Faults([f"{folder / PARAMETERS}: {words}; give a folder that pymrio's save or save_all has written"])

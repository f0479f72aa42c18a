"""The files of scenarios: which a folder holds, and which a scenario is read from."""

from __future__ import annotations

from os.path import isfile
from pathlib import Path
from typing import Any

from model.tables.documents import read_document
from model.tables.faults import Faults, unknown


def scenario_names(folder: Path) -> tuple[str, ...]:
    """The scenarios that a folder holds."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def scenario_paths(path_or_name: str | Path, folder: Path) -> list[Path]:
    """The files that a scenario is read from: its own, then those of its bases; as many as are found."""
    found: list[Path] = []
    wanted, beside = path_or_name, folder
    while (path := find_file(wanted, folder, beside)) is not None and path not in found:
        found.append(path)
        wanted, beside = str(read_document(path).get("base", "")), path.parent
    return found


def documents_of(
    path_or_name: str | Path, folder: Path, faults: list[str]
) -> tuple[list[tuple[str, dict[str, Any]]], bool]:
    """The documents of a scenario and of its bases, from the scenario down to the last base, and whether all are there.

    faults: gets what is wrong with them.
    """
    found: list[tuple[str, dict[str, Any]]] = []
    seen: list[str] = []
    asker, wanted, beside, whole = "scenario", str(path_or_name), folder, True
    while wanted:
        path = find_file(wanted, folder, beside)
        if path is None:
            faults.append(f"{asker}: {unknown(wanted, 'scenario', scenario_names(folder))}")
            return found, False
        seen.append(path.stem)
        if path.stem in seen[:-1]:
            faults.append(f"{asker}: found a loop of bases, {' -> '.join(seen)}; cut it")
            break
        try:
            document = read_document(path)
        except Faults as wrong:
            document, whole = {}, False
            faults += wrong.sentences
        found.append((path.name, document))
        base = document.get("base", "")
        wanted, asker, beside = base if isinstance(base, str) else "", f"{path.name}: base", path.parent
    return found, whole


def find_file(path_or_name: str | Path, folder: Path, beside: Path) -> Path | None:
    """The file of a scenario: by name in the folder or beside its heir, else by path."""
    places = [folder / f"{path_or_name}.toml", beside / f"{path_or_name}.toml"]
    if Path(path_or_name).suffix == ".toml":
        places += [beside / path_or_name, Path(path_or_name)]
    return next((path for path in places if isfile(path)), None)

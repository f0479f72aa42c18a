"""The tables that a calibration writes: tuned numbers of the base case, the ensemble, and what was foretold."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path

from model.tables.calibrated import FILE
from model.tables.ensemble import FILE as ENSEMBLE_FILE
from model.tables.ensemble import ensemble_text
from model.tables.faults import Faults
from model.tables.table_files import DATA
from runs.files.durable import refuse_place_of_file, write_whole
from runs.validation.calibrate import Calibration
from runs.validation.measured_worlds import Problem
from runs.validation.stylised_facts import FORETOLD_FILE, StylisedFact

WAYS = {
    "searched": "sampled",
    "searched later": "sampled",
    "uncertain": "drawn",
    "tied": "tied",
}  # by role, how a value came about


def write_calibration(found: Calibration, problem: Problem, path: Path = DATA / FILE) -> None:
    """Write the base case into the table of tuned numbers, and the ensemble and what was foretold beside it."""
    write_base_case(found.typical, problem, path)
    write_whole(path.with_name(ENSEMBLE_FILE), ensemble_text(found.ensemble.worlds))
    write_whole(path.with_name(FORETOLD_FILE), foretold_text(found.foretold))


def write_base_case(world: Mapping[str, float], problem: Problem, path: Path = DATA / FILE) -> None:
    """Write a world into the table of tuned numbers as the base case."""
    write_tuned(world, path, {number.key: WAYS[number.role] for number in problem.numbers})


def foretold_text(foretold: Sequence[tuple[StylisedFact, float]]) -> str:
    """What a search that ended in August said of later facts, as a table: measure, argument, value."""
    rows = [f"{fact.measure},{fact.argument},{value:.4g}" for fact, value in foretold]
    return "\n".join(["measure,argument,value", *rows]) + "\n"


def write_tuned(values: Mapping[str, float], path: Path = DATA / FILE, ways: Mapping[str, str] | None = None) -> None:
    """Write tuned numbers into their table, and how each was found; bounds, facts and meanings stay.

    A table that does not exist is made from the model's own. Raise Faults as `read_target_table` does.
    """
    rows = read_target_table(path)
    for row in rows:
        if row["key"] in values:
            row["value"] = f"{values[row['key']]:.4g}"
            row["way"] = (ways or {}).get(row["key"], row["way"])
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, text.getvalue())


def read_target_table(path: Path) -> list[dict[str, str]]:
    """Read the table that tuned numbers are written into; raise Faults, before any search, where it cannot be used."""
    refuse_place_of_file(path)
    rows = read_rows(path if path.exists() else DATA / FILE)
    keys, own = {row.get("key") for row in rows}, read_rows(DATA / FILE)
    lacking = [key for key in own[0] if not rows or key not in rows[0]]
    if lacking:
        raise Faults([f"{path}: it is no table of tuned numbers (it lacks {', '.join(lacking)}); name a new file"])
    missing = sorted({row["key"] for row in own} - keys)
    if missing:
        raise Faults([f"{path}: it lacks rows for {', '.join(missing)}; name a new file"])
    return rows


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read the rows of a table of tuned numbers; raise Faults where this fails."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [row for row in csv.DictReader(file, strict=True) if None not in row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Faults([f"{path}: it cannot be read as a table ({error}); name a new file"]) from None

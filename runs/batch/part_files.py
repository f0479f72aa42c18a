"""Part files of a batch, a Parquet file a chunk and table: each is checked against the manifest of the batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from runs.measures.first_line import names_a_line

EXPERIMENTS = "experiments"  # the table that is written last: a chunk is finished once its part of it is there
LEAST_COLUMNS = 2
LEAST_BYTES = 12  # of a Parquet file: a mark at both ends and the length of its footer


def part_name(chunk: int) -> str:
    """The file name of a part."""
    return f"part-{chunk:05d}.parquet"


def part_path(place: Path, table: str, chunk: int) -> Path:
    """The path of a part in the folder of a batch."""
    return place / table / part_name(chunk)


def read_part(path: Path) -> pa.Table:
    """Read the table of a part; raise ValueError with the reason where it is missing or cannot be read."""
    if path.is_dir():
        raise ValueError("it is a folder, which is no part; move it elsewhere")
    try:
        return pq.read_table(path, partitioning=None)
    except FileNotFoundError:
        raise ValueError("it is missing") from None
    except OSError as error:
        raise ValueError(f"it cannot be read ({str(error).splitlines()[0]})") from None
    except (pa.ArrowException, ValueError):
        raise ValueError("it is empty or cut" if path.stat().st_size < LEAST_BYTES else "it is unreadable") from None


def experiments_of_chunk(manifest: Mapping[str, Any], chunk: int) -> range:
    """The numbers of the experiments that a chunk holds."""
    total = int(manifest["experiments"])
    each = int(manifest.get("in_chunk") or ceil(total / max(1, int(manifest["chunks"]))))
    return range(chunk * each, min(total, (chunk + 1) * each))


def experiment_columns(manifest: Mapping[str, Any]) -> list[str]:
    """The columns of the table of experiments."""
    named = [*manifest["levers"], *manifest["uncertainties"]]
    return ["experiment", "scenario", "future", "seed", *named, "error", *manifest["outcomes"]]


def table_names(manifest: Mapping[str, Any]) -> list[str]:
    """The names of the tables of a batch, that of the experiments first."""
    rows = manifest.get("experiment", {}).get("rows", [])
    return [EXPERIMENTS, *(name for name in rows if name != EXPERIMENTS)]


def part_fault(place: Path, manifest: Mapping[str, Any], table: str, chunk: int) -> str:
    """What is wrong with a part of a batch; empty if it is as the manifest says."""
    try:
        found = read_part(part_path(place, table, chunk))
        if table == EXPERIMENTS:
            return experiments_fault(found, manifest, experiments_of_chunk(manifest, chunk))
        if part_fault(place, manifest, EXPERIMENTS, chunk):
            return ""  # the part of the experiments is reported instead, and the whole chunk is run again
        return rows_fault(found, read_part(part_path(place, EXPERIMENTS, chunk)))
    except ValueError as error:
        return str(error)


def experiments_fault(found: pa.Table, manifest: Mapping[str, Any], numbers: range) -> str:
    """What is wrong with a part of the table of experiments; empty if nothing is."""
    if found.column_names != experiment_columns(manifest):
        return f"it has other columns than this batch ({shorten_list(found.column_names)})"
    names = filter(names_a_line, manifest["outcomes"])
    texts = first_text_column(found, ["scenario", "error", *manifest["levers"], *names])
    if texts:
        return f"its column {texts} does not hold numbers"
    if found.column("experiment").to_pylist() != list(numbers):
        return f"it holds {found.num_rows} rows that are not those of experiments {numbers.start} to {numbers.stop - 1}"
    known, seeds = set(manifest["scenarios"]), set(manifest["seeds"])
    if not set(found.column("scenario").to_pylist()) <= known or not set(found.column("seed").to_pylist()) <= seeds:
        return "it is of another design"
    return ""


def first_text_column(found: pa.Table, allowed: list[str]) -> str:
    """The first column of a part, beside those that are allowed to, that does not hold numbers; empty for none."""
    kinds = {name: found.schema.field(name).type for name in found.column_names if name not in allowed}
    numeric = (pa.types.is_integer, pa.types.is_floating, pa.types.is_null)
    return next((name for name, kind in kinds.items() if not any(fits(kind) for fits in numeric)), "")


def rows_fault(found: pa.Table, experiments: pa.Table) -> str:
    """What is wrong with a part of a table with several rows an experiment; empty if nothing is."""
    if found.column_names[:1] != ["experiment"] or found.num_columns < LEAST_COLUMNS:
        return f"it has other columns than this batch ({shorten_list(found.column_names)})"
    failed = experiments.column("error").to_pylist()
    runs = zip(experiments.column("experiment").to_pylist(), failed, strict=True)
    done = [number for number, error in runs if error is None]
    numbers, counts = np.unique(found.column("experiment").to_numpy(), return_counts=True)
    if numbers.tolist() != done:
        return "its rows are not those of its experiments"
    keys = found.column(found.column_names[1]).to_pylist()
    rows = zip(found.column("experiment").to_pylist(), keys, strict=True)
    if len(set(rows)) != found.num_rows:
        return "it holds rows twice"
    scenarios = dict(zip(experiments.column("experiment").to_pylist(), experiments.column("scenario").to_pylist(),
                       strict=True))  # fmt: skip
    per_scenario: dict[str, set[int]] = {}
    for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
        per_scenario.setdefault(scenarios[number], set()).add(count)
    return "it lacks rows of some experiments" if any(len(counts) > 1 for counts in per_scenario.values()) else ""


def shorten_list(names: list[str]) -> str:
    """The first names of a list, as text."""
    return ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")


def is_changed(place: Path, manifest: Mapping[str, Any], table: str, chunk: int) -> bool:
    """Whether a part of a finished batch differs from what the batch wrote, readable or not."""
    digest = manifest.get("parts", {}).get(f"{table}/{part_name(chunk)}")
    return digest is not None and digest != part_digest(part_path(place, table, chunk))


def stray_files(place: Path, manifest: Mapping[str, Any]) -> Iterator[Path]:
    """Parquet files among the parts of a batch that are none of its parts."""
    for table in table_names(manifest):
        known = {part_name(chunk) for chunk in range(int(manifest["chunks"]))}
        yield from (path for path in sorted((place / table).glob("*.parquet")) if path.name not in known)


def part_digest(path: Path) -> str:
    """The SHA-256 of a part."""
    return sha256(path.read_bytes()).hexdigest()


def part_digests(place: Path, manifest: Mapping[str, Any]) -> dict[str, str]:
    """The SHA-256 of every part of a batch, by its path in the folder of the batch."""
    names = [f"{table}/{part_name(chunk)}" for table in table_names(manifest) for chunk in range(manifest["chunks"])]
    return {name: part_digest(place / name) for name in names}

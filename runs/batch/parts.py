"""The parts of a batch: what stands in each file is held against what the batch says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

PART = "part-{:05d}.parquet"
EXPERIMENTS = "experiments"  # the table that is written last: a chunk counts once its part of it is there


def read_part(path: Path) -> pa.Table:
    """The table of a part; raise ValueError with the reason where it is not there or cannot be read."""
    if path.is_dir():
        raise ValueError("it is a folder, which is no part; move it elsewhere")
    try:
        return pq.read_table(path, partitioning=None)
    except FileNotFoundError:
        raise ValueError("it is missing") from None
    except OSError as error:
        raise ValueError(f"it cannot be read ({str(error).splitlines()[0]})") from None
    except (pa.ArrowException, ValueError):
        raise ValueError("it is empty or cut" if path.stat().st_size < LEAST_BYTES else "it is torn") from None


LEAST_COLUMNS = 2
LEAST_BYTES = 12  # of a Parquet file: its marks at both ends and the length of what it says of itself


def numbers_of(manifest: Mapping[str, Any], chunk: int) -> range:
    """The experiments that a chunk holds."""
    total = int(manifest["experiments"])
    each = int(manifest.get("in_chunk") or ceil(total / max(1, int(manifest["chunks"]))))
    return range(chunk * each, min(total, (chunk + 1) * each))


def columns_of(manifest: Mapping[str, Any]) -> list[str]:
    """The columns that the table of experiments has."""
    named = [*manifest["levers"], *manifest["uncertainties"]]
    return ["experiment", "scenario", "future", "seed", *named, "error", *manifest["outcomes"]]


def tables_of(manifest: Mapping[str, Any]) -> list[str]:
    """The tables that a batch keeps, that of the experiments first."""
    rows = manifest.get("experiment", {}).get("rows", [])
    return [EXPERIMENTS, *(name for name in rows if name != EXPERIMENTS)]


def fault_of(place: Path, manifest: Mapping[str, Any], table: str, chunk: int) -> str:
    """What is wrong with a part of a batch; nothing if it is as the manifest says."""
    name = PART.format(chunk)
    try:
        found = read_part(place / table / name)
        if table == EXPERIMENTS:
            return fault_of_experiments(found, manifest, numbers_of(manifest, chunk))
        if fault_of(place, manifest, EXPERIMENTS, chunk):
            return ""  # this is told of the experiments themselves, and the whole chunk is made again
        return fault_of_rows(found, read_part(place / EXPERIMENTS / name))
    except ValueError as error:
        return str(error)


def fault_of_experiments(found: pa.Table, manifest: Mapping[str, Any], numbers: range) -> str:
    """What is wrong with a part of the table of experiments."""
    if found.column_names != columns_of(manifest):
        return f"it has other columns than this batch ({few(found.column_names)})"
    worded = words_in(found, ["scenario", "error", *manifest["levers"]])
    if worded:
        return f"its column {worded} does not hold numbers"
    if found.column("experiment").to_pylist() != list(numbers):
        return f"it holds {found.num_rows} rows that are not those of experiments {numbers.start} to {numbers.stop - 1}"
    known, seeds = set(manifest["scenarios"]), set(manifest["seeds"])
    if not set(found.column("scenario").to_pylist()) <= known or not set(found.column("seed").to_pylist()) <= seeds:
        return "it is of another design"
    return ""


def words_in(found: pa.Table, texts: list[str]) -> str:
    """The first column of a part, beside those for words, that holds other things than numbers; empty for none."""
    kinds = {name: found.schema.field(name).type for name in found.column_names if name not in texts}
    plain = (pa.types.is_integer, pa.types.is_floating, pa.types.is_null)
    return next((name for name, kind in kinds.items() if not any(fits(kind) for fits in plain)), "")


def fault_of_rows(found: pa.Table, experiments: pa.Table) -> str:
    """What is wrong with a part of a table with several rows an experiment."""
    if found.column_names[:1] != ["experiment"] or found.num_columns < LEAST_COLUMNS:
        return f"it has other columns than this batch ({few(found.column_names)})"
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
    stories = dict(zip(experiments.column("experiment").to_pylist(), experiments.column("scenario").to_pylist(),
                       strict=True))  # fmt: skip
    per_story: dict[str, set[int]] = {}
    for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
        per_story.setdefault(stories[number], set()).add(count)
    return "it lacks rows of some experiments" if any(len(counts) > 1 for counts in per_story.values()) else ""


def few(names: list[str]) -> str:
    """Some column names, shortly."""
    return ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")


def is_changed(place: Path, manifest: Mapping[str, Any], table: str, chunk: int) -> bool:
    """Whether a part of a finished batch is another than the batch wrote, be it sound or not."""
    name = PART.format(chunk)
    digest = manifest.get("parts", {}).get(f"{table}/{name}")
    return digest is not None and digest != digest_of(place / table / name)


def strays(place: Path, manifest: Mapping[str, Any]) -> Iterator[Path]:
    """Files that stand among the parts of a batch and are none of them."""
    for table in tables_of(manifest):
        known = {PART.format(chunk) for chunk in range(int(manifest["chunks"]))}
        yield from (path for path in sorted((place / table).glob("*.parquet")) if path.name not in known)


def digest_of(path: Path) -> str:
    """The SHA-256 of a part."""
    return sha256(path.read_bytes()).hexdigest()


def digests(place: Path, manifest: Mapping[str, Any]) -> dict[str, str]:
    """The SHA-256 of every part of a batch, by table and name."""
    names = [f"{table}/{PART.format(chunk)}" for table in tables_of(manifest) for chunk in range(manifest["chunks"])]
    return {name: digest_of(place / name) for name in names}

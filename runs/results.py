"""The results of a batch on disk: a Parquet file a chunk, whole or absent, and a manifest of what they are."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from model.faults import Faults
from runs.folder import MARKER, make_parents, reason, versions

PART = "part-{:05d}.parquet"
EXPERIMENTS = "experiments"  # the table that is written last: a chunk counts once its part of it is there
DECIDING = ("fingerprint", "code", "versions")  # what must agree before a batch may be taken up again
LOCK = ".lock"


class Results:
    """A folder of results, opened for writing by one batch at a time.

    `keep` writes the tables of a chunk; `missing` says which chunks are still to do. A file is written beside its
    place and renamed into it, so that a reader or a resumed batch never meets half of one.
    """

    def __init__(self, place: Path, chunks: int) -> None:
        self.place, self.chunks = place, chunks

    def missing(self) -> list[int]:
        """The chunks that are not there yet."""
        return [chunk for chunk in range(self.chunks) if not (self.place / EXPERIMENTS / PART.format(chunk)).is_file()]

    def keep(self, chunk: int, tables: Mapping[str, bytes]) -> None:
        """Write what a chunk came to; raise Faults, with what there is left untouched, if that cannot be done."""
        for table in sorted(tables, key=lambda name: name == EXPERIMENTS):
            write_whole(self.place / table / PART.format(chunk), tables[table])

    def sign(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest."""
        text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
        write_whole(self.place / MARKER, text.encode())

    def sweep(self) -> None:
        """Remove what a killed batch left half-written."""
        for stray in self.place.glob("**/.*.tmp"):
            stray.unlink(missing_ok=True)


@contextmanager
def opened(place: Path, manifest: Mapping[str, Any], chunks: int, resume: bool) -> Iterator[Results]:
    """Open a folder for the results of a batch, new or to be resumed, and hold it against a second batch.

    Raise Faults, before anything is written, where the place is taken by something else or cannot be written.
    """
    results = Results(place, chunks)
    before = manifest_of(place)
    refuse(place, before, manifest, resume)
    try:
        make_parents(place, [])
        with locked(place):
            results.sweep()
            if before is None:
                results.sign(manifest)
            yield results
    except OSError as error:
        raise Faults([f"{place}: it cannot be written ({reason(error)}); choose another folder with --out"]) from error


def refuse(place: Path, before: Mapping[str, Any] | None, now: Mapping[str, Any], resume: bool) -> None:
    """Raise Faults where results may not go."""
    if place.exists() and not place.is_dir():
        raise Faults([f"{place}: it is a file, so it is left alone; choose another folder with --out"])
    if before is None:
        if place.is_dir() and any(entry.name != LOCK for entry in place.iterdir()):
            raise Faults([f"{place}: it holds what no batch has made, so it is left alone; choose another with --out"])
        return
    if "fingerprint" not in before:
        raise Faults([f"{place}: it holds the results of one run, not of a batch; choose another folder with --out"])
    for key, words in zip(DECIDING, ("of another experiment", "made with another state of the model",
                                     "made with other versions"), strict=True):  # fmt: skip
        if before.get(key) != now[key]:
            raise Faults([f"{place}: it holds results {words} ({difference(before.get(key), now[key])}); nothing was "
                          "touched; choose another folder with --out"])  # fmt: skip
    if not resume:
        raise Faults([f"{place}: it holds results of this very experiment; add --resume to finish them, or choose "
                      "another folder with --out"])  # fmt: skip


def difference(before: Any, now: Any) -> str:
    """What differs between two entries of a manifest, shortly."""
    if isinstance(before, dict) and isinstance(now, dict):
        changed = [f"{key} {before.get(key)}, now {now.get(key)}" for key in now if before.get(key) != now.get(key)]
        return "; ".join(changed) or "another list"
    return f"hash {str(before)[:8]}, now {str(now)[:8]}"


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """Hold a folder while a batch writes into it; the lock ends with the process, however that ends."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with (place / LOCK).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Faults([f"{place}: another batch is writing into it; wait for its end"]) from None
        try:
            yield
        finally:  # closing is not enough: processes forked meanwhile hold the file open until they end
            fcntl.flock(handle, fcntl.LOCK_UN)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all; raise Faults that say what stays."""
    beside = path.parent / f".{path.name}.{os.getpid()}.tmp"
    try:
        path.parent.mkdir(exist_ok=True)
        with beside.open("wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        beside.rename(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise Faults([f"{path}: it cannot be written ({reason(error)}); what was finished before is kept: make room, "
                      "then go on with --resume"]) from error  # fmt: skip


def manifest_of(place: Path) -> dict[str, Any] | None:
    """What a folder says its results are of; None without a readable manifest."""
    try:
        found = json.loads((place / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def machine() -> dict[str, Any]:
    """Where results were made."""
    return {"system": platform.platform(), "processor": platform.machine(), "processors": os.cpu_count()}


def parquet(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> bytes:
    """Rows as the bytes of a Parquet file, the same bytes for the same rows."""
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def read_results(place: Path, table: str = EXPERIMENTS) -> pd.DataFrame:
    """The results of a batch as a frame, finished or not; raise Faults where there are none."""
    parts = sorted((place / table).glob("part-*.parquet"))
    if not parts:
        manifest = manifest_of(place)
        words = "no results of a batch" if manifest is None else f"no table '{table}'; add it to rows in the experiment"
        raise Faults([f"{place}: found {words}"])
    return pd.DataFrame(pa.concat_tables([pq.read_table(part) for part in parts]).to_pandas())


__all__ = ["Results", "machine", "manifest_of", "opened", "parquet", "read_results", "versions"]

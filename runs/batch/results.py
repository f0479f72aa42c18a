"""The folder of a batch: a Parquet file a chunk and table, whole or absent, and a manifest that describes them."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from model.tables.faults import Faults
from runs.batch.part_files import (
    EXPERIMENTS,
    is_changed,
    part_digests,
    part_fault,
    part_name,
    part_path,
    read_part,
    stray_files,
    table_names,
)
from runs.files.durable import make_parents, reason, write_whole
from runs.files.folder import LEAVINGS, MARKER, lock_of, refuse_place
from runs.files.locks import hold_lock

MANIFEST_KEYS = {"experiment": dict, "chunks": int, "experiments": int, "levers": list, "uncertainties": list,
                 "outcomes": list, "scenarios": dict, "seeds": list}  # fmt: skip  # key -> type
DECIDING_KEYS = {
    "fingerprint": "of another design", "code": "made with another state of the model",
    "versions": "made with other versions",
}  # fmt: skip  # must be equal before a batch is resumed
LOCK = ".lock"
FULL_DISK_HINT = "what was finished before is kept: make room, then go on with --resume"
REMAKE_HINT = "'linestop batch' with --resume makes it again"

RowCheck = Callable[[int, pa.Table], bool]


class BatchFolder:
    """The folder of a batch, opened for writing by one process at a time.

    `write_chunk` writes the tables of a chunk; `missing_chunks` gives the chunks that are still to be run. A file is
    written under another name and renamed, so that a reader or a resumed batch never finds half of one.
    """

    def __init__(self, place: Path, chunks: int, manifest: Mapping[str, Any], has_rows_of: RowCheck) -> None:
        self.place, self.chunks, self.manifest, self.has_rows_of = place, chunks, dict(manifest), has_rows_of

    def missing_chunks(self) -> list[int]:
        """The chunks of which a part is missing, cannot be read, or does not hold what it should."""
        return [chunk for chunk in range(self.chunks) if not self.is_whole(chunk)]

    def is_whole(self, chunk: int) -> bool:
        """Whether all parts of a chunk are there, with the rows of its experiments."""
        if any(
            part_fault(self.place, self.manifest, table, chunk) or is_changed(self.place, self.manifest, table, chunk)
            for table in table_names(self.manifest)
        ):
            return False
        return self.has_rows_of(chunk, read_part(part_path(self.place, EXPERIMENTS, chunk)))

    def write_chunk(self, chunk: int, tables: Mapping[str, bytes]) -> None:
        """Write the tables of a chunk; raise Faults, and leave earlier files as they are, where this fails."""
        for table in sorted(tables, key=lambda name: name == EXPERIMENTS):
            (self.place / table).mkdir(exist_ok=True)
            write_whole(part_path(self.place, table, chunk), tables[table], FULL_DISK_HINT)

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest."""
        self.manifest = dict(manifest)
        write_whole(self.place / MARKER, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", FULL_DISK_HINT)

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Check every part and write the manifest of a complete batch; raise Faults if a part is not whole."""
        missing = self.missing_chunks()
        if missing:
            names = ", ".join(part_name(chunk) for chunk in missing[:3])
            words = f"{len(missing)} of {self.chunks} parts are not whole ({names})"
            raise Faults([f"{self.place}: {words}; something else writes there; go on with --resume"])
        self.write_manifest({**manifest, "complete": True, "parts": part_digests(self.place, manifest)})

    def remove_leftovers(self) -> None:
        """Remove the temporary files of a killed batch."""
        for stray in self.place.glob("**/.*.tmp"):
            stray.unlink(missing_ok=True)


@contextmanager
def open_batch_folder(
    place: Path, manifest: Mapping[str, Any], chunks: int, resume: bool,
    has_rows_of: RowCheck = lambda chunk, table: True, inputs: Sequence[Path] = (),
) -> Iterator[BatchFolder]:  # fmt: skip
    """Open a folder for the results of a batch, new or to be resumed, and lock it against a second batch.

    has_rows_of: whether a table holds the experiments of a chunk; inputs: what the batch reads. Raise Faults, before
    anything is written, where the place holds something else or cannot be written.
    """
    refuse_folder(place, read_manifest(place), manifest, resume)
    refuse_place(place, "batch", inputs)
    try:
        make_parents(place, [])
        with lock_batch_folder(place):
            before = read_manifest(place)
            refuse_folder(place, before, manifest, resume)
            folder = BatchFolder(place, chunks, before or manifest, has_rows_of)
            folder.remove_leftovers()
            if before is None:
                folder.write_manifest(manifest)
            yield folder
    except OSError as error:
        raise Faults([f"{place}: it cannot be written ({reason(error)}); choose another folder with --out"]) from error


def refuse_folder(place: Path, before: Mapping[str, Any] | None, now: Mapping[str, Any], resume: bool) -> None:
    """Raise Faults where results may not be written; before, now: the manifest in the folder and that of the batch."""
    if place.exists() and not place.is_dir():
        raise Faults([f"{place}: it is a file, so it is left alone; choose another folder with --out"])
    if before is None:
        if place.is_dir() and any(not LEAVINGS.fullmatch(each.name) for each in place.iterdir()):
            raise Faults(
                [f"{place}: it holds files that are not of a batch, so it is left alone; choose another with --out"]
            )
        return
    if "fingerprint" not in before:
        raise Faults([f"{place}: it holds the results of one run, not of a batch; choose another folder with --out"])
    for key, words in DECIDING_KEYS.items():
        if before.get(key) != now[key]:
            raise Faults([f"{place}: it holds results {words} ({difference(before.get(key), now[key])}); nothing was "
                          "touched; choose another folder with --out"])  # fmt: skip
    for stray in stray_files(place, before):
        raise Faults([f"{stray}: it is no part of this batch; move it elsewhere, then go on with --resume"])
    if not resume:
        raise Faults([f"{place}: it holds results of this very design; add --resume to finish them, or choose "
                      "another folder with --out"])  # fmt: skip


def difference(before: Any, now: Any) -> str:
    """What differs between two entries of a manifest, in a few words."""
    if isinstance(before, dict) and isinstance(now, dict):
        changed = [f"{key} {before.get(key)}, now {now.get(key)}" for key in now if before.get(key) != now.get(key)]
        return "; ".join(changed) or "another list"
    return f"hash {str(before)[:8]}, now {str(now)[:8]}"


@contextmanager
def lock_batch_folder(place: Path) -> Iterator[None]:
    """Lock a folder while a batch writes into it; the lock ends with the process, however that ends."""
    words = f"{place}: another batch is writing into it; wait for its end"
    with ExitStack() as stack:
        beside = lock_of(Path(os.path.realpath(place)))
        if os.access(beside.parent, os.W_OK):  # the lock of commands that replace whole folders
            stack.enter_context(hold_lock(beside, words))
        stack.enter_context(hold_lock(place / LOCK, words, keep=True))
        yield


def read_manifest(place: Path) -> dict[str, Any] | None:
    """Read the manifest of a folder; None without a readable one.

    Raise Faults for the manifest of a batch that lacks a key, or has one of another type.
    """
    try:
        found = json.loads((place / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    wrong = [key for key, kind in MANIFEST_KEYS.items() if not isinstance(found.get(key), kind)]
    if "fingerprint" in found and wrong:
        words = f"it is no manifest of a batch ({', '.join(wrong)}); do the batch again"
        raise Faults([f"{place / MARKER}: {words}"])
    return found


def machine() -> dict[str, Any]:
    """The system and the processors of this machine."""
    return {"system": platform.platform(), "processor": platform.machine(), "processors": os.cpu_count()}


def parquet_bytes(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> bytes:
    """Rows as the bytes of a Parquet file, the same bytes for the same rows."""
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def read_results(place: Path, table: str = EXPERIMENTS) -> pd.DataFrame:
    """Read a table of a batch, finished or not, as a frame; raise Faults where it is missing or damaged."""
    manifest = read_manifest(place)
    if manifest is None or "fingerprint" not in manifest:
        return read_without_manifest(place, table)
    if table not in table_names(manifest):
        raise Faults([f"{place}: found no table '{table}'; add it to rows in the design"])
    try:
        chunks = chunks_expected(place, manifest)
        faults = [f"{path}: it is no part of this batch; move it elsewhere" for path in stray_files(place, manifest)]
        for name in table_names(manifest):
            found = ((part_path(place, name, chunk), part_fault(place, manifest, name, chunk)) for chunk in chunks)
            faults += [f"{path}: {wrong}; {REMAKE_HINT}" for path, wrong in found if wrong]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Faults([f"{place / MARKER}: it is no manifest of a batch ({error}); do the batch again"]) from None
    if faults:
        raise Faults(faults)
    if not chunks:
        raise Faults([f"{place}: no run of this batch is finished; 'linestop batch' with --resume goes on"])
    tables = [read_part(part_path(place, table, chunk)) for chunk in chunks]
    try:  # an edited part may hold integers for floats, or a column without any value
        return pd.DataFrame(pa.concat_tables(tables, promote_options="permissive").to_pandas())
    except (pa.ArrowException, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise Faults([f"{place / table}: its parts do not fit together ({reason}); {REMAKE_HINT}"]) from None


def changed_parts(place: Path) -> list[Path]:
    """The parts of a finished batch that were changed since; they are read as they are now."""
    manifest = read_manifest(place) or {}
    if "fingerprint" not in manifest or not manifest.get("complete"):
        return []
    return [
        part_path(place, table, chunk)
        for table in table_names(manifest)
        for chunk in chunks_expected(place, manifest)
        if is_changed(place, manifest, table, chunk)
    ]


def read_without_manifest(place: Path, table: str) -> pd.DataFrame:
    """Read the parts of a table in a folder that has no manifest to check them against."""
    paths = sorted((place / table).glob("part-*.parquet"))
    if not paths:
        raise Faults([f"{place}: found no results of a batch"])
    try:
        return pd.DataFrame(pa.concat_tables([read_part(path) for path in paths]).to_pandas())
    except ValueError as error:  # Arrow raises one for columns that do not agree
        raise Faults([f"{place / table}: {str(error).splitlines()[0]}; do the batch again"]) from None


def chunks_expected(place: Path, manifest: Mapping[str, Any]) -> list[int]:
    """The chunks that should be there: all of a finished batch, else those whose table of experiments is."""
    every = range(int(manifest["chunks"]))
    if manifest.get("complete"):
        return list(every)
    return [chunk for chunk in every if (part_path(place, EXPERIMENTS, chunk)).exists()]

"""The results of a batch on disk: a Parquet file a chunk, whole or absent, and a manifest of what they are."""

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
from runs.batch.parts import EXPERIMENTS, PART, digests, fault_of, is_changed, read_part, strays, tables_of
from runs.files.durable import make_parents, reason, write_whole
from runs.files.folder import LEAVINGS, MARKER, lock_of, refuse_place, versions
from runs.files.locks import hold_lock

BATCH = {"experiment": dict, "chunks": int, "experiments": int, "levers": list, "uncertainties": list,
         "outcomes": list, "scenarios": dict, "seeds": list}  # fmt: skip  # what each batch says of itself
DECIDING = ("fingerprint", "code", "versions")  # what must agree before a batch may be taken up again
LOCK = ".lock"
RESUME = "what was finished before is kept: make room, then go on with --resume"
AGAIN = "'linestop batch' with --resume makes it again"

Belongs = Callable[[int, pa.Table], bool]


class Results:
    """A folder of results, opened for writing by one batch at a time.

    `keep` writes the tables of a chunk; `missing` says which chunks are still to do. A file is written beside its
    place and renamed into it, so that a reader or a resumed batch never meets half of one.
    """

    def __init__(self, place: Path, chunks: int, manifest: Mapping[str, Any], belongs: Belongs) -> None:
        self.place, self.chunks, self.manifest, self.belongs = place, chunks, dict(manifest), belongs

    def missing(self) -> list[int]:
        """The chunks of which a part is not there, cannot be read, or is not what it should be."""
        return [chunk for chunk in range(self.chunks) if not self.is_whole(chunk)]

    def is_whole(self, chunk: int) -> bool:
        """Whether all parts of a chunk are there, with the rows that belong in them."""
        if any(
            fault_of(self.place, self.manifest, table, chunk) or is_changed(self.place, self.manifest, table, chunk)
            for table in tables_of(self.manifest)
        ):
            return False
        return self.belongs(chunk, read_part(self.place / EXPERIMENTS / PART.format(chunk)))

    def keep(self, chunk: int, tables: Mapping[str, bytes]) -> None:
        """Write what a chunk came to; raise Faults, with what there is left untouched, if that cannot be done."""
        for table in sorted(tables, key=lambda name: name == EXPERIMENTS):
            (self.place / table).mkdir(exist_ok=True)
            write_whole(self.place / table / PART.format(chunk), tables[table], RESUME)

    def sign(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest."""
        self.manifest = dict(manifest)
        write_whole(self.place / MARKER, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", RESUME)

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Sign the batch as complete, after every part was counted; raise Faults if one is not whole."""
        lacking = self.missing()
        if lacking:
            names = ", ".join(PART.format(chunk) for chunk in lacking[:3])
            words = f"{len(lacking)} of {self.chunks} parts are not whole ({names})"
            raise Faults([f"{self.place}: {words}; something else writes there; go on with --resume"])
        self.sign({**manifest, "complete": True, "parts": digests(self.place, manifest)})

    def sweep(self) -> None:
        """Remove what a killed batch left half-written."""
        for stray in self.place.glob("**/.*.tmp"):
            stray.unlink(missing_ok=True)


@contextmanager
def opened(
    place: Path, manifest: Mapping[str, Any], chunks: int, resume: bool, belongs: Belongs = lambda chunk, table: True,
    inputs: Sequence[Path] = (),
) -> Iterator[Results]:  # fmt: skip
    """Open a folder for the results of a batch, new or to be resumed, and hold it against a second batch.

    `belongs` says whether the rows of a chunk are those of this experiment. Raise Faults, before anything is
    written, where the place is taken by something else or cannot be written.
    """
    refuse(place, manifest_of(place), manifest, resume)
    refuse_place(place, "batch", inputs)
    try:
        make_parents(place, [])
        with locked(place):
            before = manifest_of(place)
            refuse(place, before, manifest, resume)
            results = Results(place, chunks, before or manifest, belongs)
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
        if place.is_dir() and any(not LEAVINGS.fullmatch(each.name) for each in place.iterdir()):
            raise Faults([f"{place}: it holds what no batch has made, so it is left alone; choose another with --out"])
        return
    if "fingerprint" not in before:
        raise Faults([f"{place}: it holds the results of one run, not of a batch; choose another folder with --out"])
    for key, words in zip(DECIDING, ("of another experiment", "made with another state of the model",
                                     "made with other versions"), strict=True):  # fmt: skip
        if before.get(key) != now[key]:
            raise Faults([f"{place}: it holds results {words} ({difference(before.get(key), now[key])}); nothing was "
                          "touched; choose another folder with --out"])  # fmt: skip
    for stray in strays(place, before):
        raise Faults([f"{stray}: it is no part of this batch; move it elsewhere, then go on with --resume"])
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
    words = f"{place}: another batch is writing into it; wait for its end"
    with ExitStack() as stack:
        beside = lock_of(Path(os.path.realpath(place)))
        if os.access(beside.parent, os.W_OK):  # what replaces whole folders holds this one
            stack.enter_context(hold_lock(beside, words))
        stack.enter_context(hold_lock(place / LOCK, words, keep=True))
        yield


def manifest_of(place: Path) -> dict[str, Any] | None:
    """What a folder says its results are of; None without a readable manifest.

    Raise Faults for one that calls itself a batch's and lacks what a batch says of itself.
    """
    try:
        found = json.loads((place / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    wrong = [key for key, kind in BATCH.items() if not isinstance(found.get(key), kind)]
    if "fingerprint" in found and wrong:
        words = f"it is no manifest of a batch ({', '.join(wrong)}); do the batch again"
        raise Faults([f"{place / MARKER}: {words}"])
    return found


def machine() -> dict[str, Any]:
    """Where results were made."""
    return {"system": platform.platform(), "processor": platform.machine(), "processors": os.cpu_count()}


def parquet(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> bytes:
    """Rows as the bytes of a Parquet file, the same bytes for the same rows."""
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def read_results(place: Path, table: str = EXPERIMENTS) -> pd.DataFrame:
    """The results of a batch as a frame, finished or not; raise Faults where there are none or they are damaged."""
    manifest = manifest_of(place)
    if manifest is None or "fingerprint" not in manifest:
        return read_loose(place, table)
    if table not in tables_of(manifest):
        raise Faults([f"{place}: found no table '{table}'; add it to rows in the experiment"])
    try:
        chunks = chunks_there(place, manifest)
        faults = [f"{path}: it is no part of this batch; move it elsewhere" for path in strays(place, manifest)]
        for name in tables_of(manifest):
            found = ((place / name / PART.format(chunk), fault_of(place, manifest, name, chunk)) for chunk in chunks)
            faults += [f"{path}: {wrong}; {AGAIN}" for path, wrong in found if wrong]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Faults([f"{place / MARKER}: it is no manifest of a batch ({error}); do the batch again"]) from None
    if faults:
        raise Faults(faults)
    if not chunks:
        raise Faults([f"{place}: no run of this batch is finished; 'linestop batch' with --resume goes on"])
    tables = [read_part(place / table / PART.format(chunk)) for chunk in chunks]
    try:  # a part that somebody has written again may hold whole numbers as numbers, or nothing as nothing
        return pd.DataFrame(pa.concat_tables(tables, promote_options="permissive").to_pandas())
    except (pa.ArrowException, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise Faults([f"{place / table}: its parts do not fit together ({reason}); {AGAIN}"]) from None


def changed_parts(place: Path) -> list[Path]:
    """The parts of a finished batch that somebody has changed since; their content is read as it stands."""
    manifest = manifest_of(place) or {}
    if "fingerprint" not in manifest or not manifest.get("complete"):
        return []
    return [
        place / table / PART.format(chunk)
        for table in tables_of(manifest)
        for chunk in chunks_there(place, manifest)
        if is_changed(place, manifest, table, chunk)
    ]


def read_loose(place: Path, table: str) -> pd.DataFrame:
    """The parts of a table in a folder without a manifest to hold them against."""
    paths = sorted((place / table).glob("part-*.parquet"))
    if not paths:
        raise Faults([f"{place}: found no results of a batch"])
    try:
        return pd.DataFrame(pa.concat_tables([read_part(path) for path in paths]).to_pandas())
    except ValueError as error:  # Arrow's complaint of columns that do not agree is one
        raise Faults([f"{place / table}: {str(error).splitlines()[0]}; do the batch again"]) from None


def chunks_there(place: Path, manifest: Mapping[str, Any]) -> list[int]:
    """The chunks that should be there: all of a finished batch, else those whose table of experiments is."""
    every = range(int(manifest["chunks"]))
    if manifest.get("complete"):
        return list(every)
    return [chunk for chunk in every if (place / EXPERIMENTS / PART.format(chunk)).exists()]


__all__ = ["EXPERIMENTS", "PART", "Results", "machine", "manifest_of", "opened", "parquet", "read_results", "versions"]

"""Worlds in folders: a crowd as Parquet tables, its goods, and whom it was made around; read with suspicion."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pydantic import ValidationError

from model.crowd import STORED, Crowd, Layer, give_back_at_once
from model.faults import Faults, sentences
from model.table_files import Draft, draft_tables
from model.tables import Good

MANIFEST = "linestop.json"
VERSION = 1  # of the form in which worlds are kept
GOODS, BOUGHT, TABLES = "goods", "bought", "tables"
FILES = (*(f"{table}.parquet" for table in STORED), f"{GOODS}.parquet", f"{BOUGHT}.parquet")
CHUNK_BYTES = 1 << 20


def draft_world(folder: Path, base: Path) -> Draft:
    """Read the named tables of a world (its own, or those of the base case) and put its crowd beside them.

    Raise Faults where the folder holds no world, another version, or files that were cut or changed.
    """
    crowd, goods = read_crowd(folder)
    draft = draft_tables(data_folder(folder, base), crowd)
    known = {good.good for good in draft.tables.goods}
    more = tuple(good for good in goods if good.good not in known)
    behind = crowd if crowd.counts["lines"] else None
    draft.tables = replace(draft.tables, goods=draft.tables.goods + more, crowd=behind)
    draft.names["good"] = frozenset(draft.names.get("good", frozenset())) | {good.good for good in goods}
    return draft


def data_folder(folder: Path, base: Path) -> Path:
    """Where the named tables of a world are: in its own folder, or in that of the base case."""
    own = folder / TABLES
    return own if own.is_dir() else base


def read_crowd(folder: Path) -> tuple[Crowd, tuple[Good, ...]]:
    """Read what a world's manifest says, hold its files against it, and return the crowd and the goods it deals in."""
    give_back_at_once()
    manifest = manifest_of(folder)
    refuse_what_was_changed(folder, manifest)
    goods = read_goods(folder)
    bought = pq.read_table(folder / f"{BOUGHT}.parquet").to_pydict()
    crowd = Crowd(
        folder=folder.resolve(),
        digest=manifest["digest"],
        counts={part: int(manifest["counts"][part]) for part in STORED},
        prefix=manifest["prefix"],
        countries=tuple(manifest["countries"]),
        goods=tuple(good.good for good in goods),
        named=tuple(bought["line"]),
        bought=tuple(bought["bought_per_year"]),
        layers=tuple(Layer(**layer) for layer in manifest["layers"]),
    )
    return crowd, goods


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a world; raise Faults with one sentence where a folder holds none that can be used."""
    hint = "'linestop generate' or 'linestop import' makes one"
    if not folder.is_dir():
        raise Faults([f"--world: found no folder '{folder}'; {hint}"])
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Faults([f"--world: the folder '{folder}' holds no world (no {MANIFEST} in it); {hint}"]) from None
    except (OSError, ValueError) as error:
        raise Faults([f"{folder / MANIFEST}: it cannot be read ({error}); make the world again"]) from None
    if not isinstance(manifest, dict) or manifest.get("kind") != "world":
        raise Faults([f"--world: the folder '{folder}' holds results of ours, but no world; {hint}"])
    if manifest.get("version") != VERSION:
        words = f"found version {manifest.get('version')} of the form of worlds, this Linestop reads {VERSION}"
        raise Faults([f"{folder / MANIFEST}: {words}; make the world again"])
    missing = [key for key in ("digests", "digest", "counts", "prefix", "countries", "layers") if key not in manifest]
    if missing:
        raise Faults([f"{folder / MANIFEST}: it lacks {', '.join(missing)}; make the world again"])
    return manifest


def refuse_what_was_changed(folder: Path, manifest: dict[str, Any]) -> None:
    """Raise Faults for each file of a world that is not there, was cut or was changed since it was written."""
    digests: dict[str, str] = manifest["digests"]
    faults = []
    if manifest["digest"] != digest_of_all(digests):
        faults.append(f"{folder / MANIFEST}: it was changed since it was written (its digest differs)")
    for name in dict.fromkeys((*FILES, *digests)):
        try:
            if digest_of(folder / name) != digests.get(name):
                faults.append(f"{folder / name}: it was cut or changed since it was written (its digest differs)")
        except OSError as error:
            faults.append(f"{folder / name}: it cannot be read ({error.strerror})")
    if faults:
        raise Faults(f"{words}; make the world again" for words in faults)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while part := handle.read(CHUNK_BYTES):
            digest.update(part)
    return digest.hexdigest()


def digest_of_all(digests: dict[str, str]) -> str:
    """One digest for a whole world, from those of its files."""
    return hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()


def read_goods(folder: Path) -> tuple[Good, ...]:
    """The goods that a crowd makes or uses, in the order in which its columns count them."""
    rows: Sequence[dict[str, Any]] = pq.read_table(folder / f"{GOODS}.parquet").to_pylist()
    try:
        return tuple(Good(**row) for row in rows)
    except ValidationError as error:
        raise Faults(sentences(error, f"{folder.name}/{GOODS}.parquet", "", Good)) from None

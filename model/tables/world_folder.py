"""Worlds in folders: tables of one's own, or anonymous firms as Parquet tables and the lines they were made around.

Tables are text that people edit, so that what stands in them is checked and their digests are noted only; the columns
of anonymous firms, which nobody edits, are held against their digests, and what stands in them is checked as well.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from model.tables.anonymous_check import content_faults
from model.tables.anonymous_files import BOUGHT, FILES, GOODS, Manifest, read_content
from model.tables.anonymous_firms import AnonymousFirms, give_back_at_once
from model.tables.calibrated import FILE as CALIBRATED
from model.tables.faults import Faults
from model.tables.focus_file import FILE as FOCUS
from model.tables.rows import ROWS, Good
from model.tables.table_files import TablesDraft, draft_tables, read_tables
from model.tables.world_rules import FILE as RULES

MANIFEST = "linestop.json"
VERSION = 1  # of the form in which worlds are kept
TABLES = "tables"
MINDS = "minds"
PEOPLE = f"{MINDS}.csv"
BESIDE = (CALIBRATED, FOCUS, RULES)  # what may lie beside the tables of a world
CHUNK_BYTES = 1 << 20
__all__ = ["BOUGHT", "GOODS", "VERSION", "about_world", "data_folder", "digest_of", "digest_of_all", "draft_world",
           "manifest_of", "tables_changed"]  # fmt: skip


def draft_world(folder: Path, base: Path) -> TablesDraft:
    """Read the named tables of a world (its own, or those of the base case) and put its anonymous firms beside them.

    A folder of CSV tables is a world, too, and without minds.csv its people are those of the base case. Raise Faults
    where the folder holds no world, another version, files that were cut or changed, or anonymous firms whose content
    cannot be right.
    """
    if holds_tables(folder):
        return draft_tables(folder) if (folder / PEOPLE).is_file() else draft_with_people_of(base, folder)
    anonymous, goods = read_anonymous_firms(folder)
    draft = draft_tables(data_folder(folder, base), anonymous)
    faults = content_faults(anonymous, draft.tables.firms) + place_faults(anonymous, draft)
    if faults:
        raise Faults(draft.faults + [f"{words}; make the world again" for words in faults])
    known = {good.good for good in draft.tables.goods}
    more = tuple(good for good in goods if good.good not in known)
    behind = anonymous if anonymous.counts["lines"] else None
    draft.tables = replace(draft.tables, goods=draft.tables.goods + more, anonymous=behind)
    draft.names["good"] = frozenset(draft.names.get("good", frozenset())) | {good.good for good in goods}
    return draft


def draft_with_people_of(base: Path, folder: Path) -> TablesDraft:
    """Read tables that say nothing of people, with the people of the base case as they are tuned, and their sources."""
    draft, theirs = draft_tables(folder, people=base), read_tables(base)
    known = tuple(source for source in theirs.sources if source.table == MINDS)
    draft.tables = replace(draft.tables, minds=theirs.minds, sources=known + draft.tables.sources)
    return draft


def place_faults(anonymous: AnonymousFirms, draft: TablesDraft) -> list[str]:
    """Say which countries of anonymous firms the tables do not know."""
    known = draft.names.get("country", anonymous.countries)
    strangers = [country for country in anonymous.countries if country not in known]
    return [f"countries.csv: the anonymous firms are in '{country}', which is not in it" for country in strangers]


def holds_tables(folder: Path) -> bool:
    """Whether a folder is a world of somebody's own: CSV tables, without the manifest of anonymous firms."""
    plain = not (folder / MANIFEST).exists() or noted_digests(folder) is not None
    return plain and any((folder / f"{table}.csv").is_file() for table in ROWS)


def noted_digests(folder: Path) -> dict[str, str] | None:
    """The digests of tables that were noted when somebody imported them; None for any other folder."""
    try:
        noted = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return (
            {str(name): str(digest) for name, digest in noted["digests"].items()} if noted["kind"] == TABLES else None
        )
    except (OSError, ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return None


def data_folder(folder: Path, base: Path) -> Path:
    """Where the named tables of a world are: in its own folder, or in that of the base case."""
    if holds_tables(folder):
        return folder
    own = folder / TABLES
    return own if own.is_dir() else base


def about_world(folder: Path) -> dict[str, Any]:
    """What results say of the world that they were played in: its name, its digest, and which tables were edited.

    Raise Faults where the folder holds no world.
    """
    about: dict[str, Any] = {"folder": folder.resolve().name}
    if holds_tables(folder):
        texts = (*(f"{table}.csv" for table in ROWS), *BESIDE)
        names = [name for name in texts if (folder / name).is_file()]
        about["digest"] = digest_of_all({name: digest_of(folder / name) for name in names})
    else:
        about["digest"] = manifest_of(folder)["digest"]
    edited = tables_changed(folder)
    if edited:
        about["edited"] = {name: digest_of(folder / name) for name in edited if (folder / name).is_file()}
    return about


def tables_changed(folder: Path) -> list[str]:
    """Which text tables of a world were edited, added or taken away since it was made or imported."""
    if not (folder / MANIFEST).is_file():
        return []
    noted = noted_digests(folder)
    digests: dict[str, str] = manifest_of(folder)["digests"] if noted is None else noted
    kept = [name for name in digests if is_text(name) or noted is not None]
    for name in BESIDE if noted is not None else (f"{TABLES}/{name}" for name in BESIDE):
        if kept and name not in kept and (folder / name).is_file():
            kept.append(name)
    return [name for name in kept if not (folder / name).is_file() or digest_of(folder / name) != digests.get(name)]


def is_text(name: str) -> bool:
    """Whether a file of a world is a table that people may edit."""
    return name.startswith(f"{TABLES}/") and name.endswith((".csv", ".toml"))


def read_anonymous_firms(folder: Path) -> tuple[AnonymousFirms, tuple[Good, ...]]:
    """Read what a world's manifest says, hold its files against it, and return its anonymous firms and their goods."""
    give_back_at_once()
    manifest = manifest_of(folder)
    refuse_what_was_changed(folder, manifest)
    return read_content(folder, Manifest.read(manifest, folder / MANIFEST))


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a world; raise Faults with one sentence where a folder holds none that can be used."""
    hint = "'linestop generate' or 'linestop import' makes one; a folder of CSV tables of your own is one, too"
    if not folder.is_dir():
        raise Faults([f"--world: found no folder '{folder}'; {hint}"])
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Faults([f"--world: the folder '{folder}' holds no world (no {MANIFEST} in it); {hint}"]) from None
    except (OSError, ValueError, RecursionError) as error:
        raise Faults([f"{folder / MANIFEST}: it cannot be read ({error}); make the world again"]) from None
    if not isinstance(manifest, dict) or manifest.get("kind") != "world":
        raise Faults([f"--world: the folder '{folder}' holds results of ours, but no world; {hint}"])
    if manifest.get("version") != VERSION:
        words = f"found version {manifest.get('version')} of the form of worlds, this Linestop reads {VERSION}"
        raise Faults([f"{folder / MANIFEST}: {words}; make the world again"])
    missing = [key for key in Manifest.model_fields if key not in manifest]
    if missing:
        raise Faults([f"{folder / MANIFEST}: it lacks {', '.join(missing)}; make the world again"])
    Manifest.read(manifest, folder / MANIFEST)
    return manifest


def refuse_what_was_changed(folder: Path, manifest: dict[str, Any]) -> None:
    """Raise Faults for each file but tables that is not there, was cut or was changed since it was written."""
    digests: dict[str, str] = manifest["digests"]
    faults = []
    if manifest["digest"] != digest_of_all(digests):
        faults.append(f"{folder / MANIFEST}: it was changed since it was written (its digest differs)")
    for name in dict.fromkeys((*FILES, *(name for name in digests if not is_text(name)))):
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

"""A batch again, from what its folder has kept: the same plan, what differs now, and whether the files are equal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from model.tables.faults import Faults
from model.tables.world_folder import TABLES
from runs.batch.chunks import Plan
from runs.batch.design import Design, fingerprint, portable
from runs.batch.execution import code_hash, make_plan
from runs.batch.kept_inputs import INPUTS, LOCK_FILE, WORLD, InputFolders, files_kept
from runs.batch.part_files import part_digest
from runs.batch.results import read_manifest
from runs.files.lock_file import differing_versions, write_lock

OTHER_CODE = "the code of the model is of another state"
OTHER_INPUTS = "the inputs that were kept were edited, or this version reads them otherwise"


@dataclass(frozen=True)
class Again:
    """A batch to be done again: its plan, the seconds of one of its runs, and what differs from then, in words."""

    plan: Plan
    seconds_each: float
    differences: list[str]


def plan_again(place: Path) -> Again:
    """Plan a batch once more from its folder alone; raise Faults where the folder has not kept what it takes."""
    manifest = read_manifest(place)
    if manifest is None or "fingerprint" not in manifest:
        raise Faults([f"{place}: it holds no results of a batch; 'linestop batch' makes them"])
    kept = files_kept(place)
    if not kept:
        raise Faults([f"{place / INPUTS}: it is missing or empty, so that the batch cannot be done again from here; do "
                      "it with its design"])  # fmt: skip
    folder = place / INPUTS
    design = read_kept_design(manifest, place)
    world = None if design.world is None else str(folder / WORLD)
    folders = InputFolders(folder / "scenarios", folder / TABLES)
    plan, seconds = make_plan(design.model_copy(update={"world": world}), folders)
    plan = replace(plan, design=portable(plan.design.model_copy(update={"world": design.world})))
    return Again(plan, seconds, differences_since(place, manifest, plan))


def read_kept_design(manifest: dict[str, Any], place: Path) -> Design:
    """The design as the manifest has it, with every range filled in; raise Faults where it cannot be read."""
    try:
        return portable(Design.model_validate(manifest["experiment"], strict=False))
    except ValidationError as error:
        first = error.errors()[0]
        words = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise Faults([f"{place}: the design in its manifest cannot be read ({words}); run the batch again"]) from None


def differences_since(place: Path, manifest: dict[str, Any], plan: Plan) -> list[str]:
    """What may make other results than then, in words: versions, the code of the model, inputs; empty if nothing."""
    lock = place / INPUTS / LOCK_FILE
    found = differing_versions(lock.read_text(encoding="utf-8"), write_lock()) if lock.is_file() else [
        f"{lock} is missing, so that versions cannot be compared"]  # fmt: skip
    if manifest.get("code") != code_hash():
        found.append(OTHER_CODE)
    if manifest["fingerprint"] != fingerprint(plan.design, plan.worlds, plan.ensemble):
        found.append(OTHER_INPUTS)
    return found


def compare_parts(before: Path, now: Path) -> tuple[int, list[str]]:
    """How many Parquet files of two batches are equal to the bit, and the names of those that are not."""
    names = sorted(
        path.relative_to(place).as_posix()
        for place in (before, now)
        for path in place.glob("*/part-*.parquet")
    )  # fmt: skip
    both = dict.fromkeys(names)
    different = [name for name in both if digest_or_none(before / name) != digest_or_none(now / name)]
    return len(both) - len(different), different


def digest_or_none(path: Path) -> str | None:
    """The SHA-256 of a part; None where there is none."""
    return part_digest(path) if path.is_file() else None

"""A run while somebody waits for it: a bar for what takes long, and what has to be said of the world that is used."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from model.tables.world_folder import tables_changed
from runs.processes.progress import load_simulation_with_progress, show_progress
from runs.simulation.record import Record
from runs.simulation.stage import Stage, play, read_story, stage


def stage_in_sight(
    scenario: str, seed: int, settings: Sequence[str], audited: bool = False, quiet: bool = False,
    world: Path | None = None,
) -> Stage:  # fmt: skip
    """Put a scenario on the stage; the first time after an installation the day is compiled first."""
    with show_progress("getting ready", quiet=quiet):
        told = read_story(scenario, settings, world)
    tell_edited(world, quiet)
    load_simulation_with_progress(quiet)
    with show_progress("getting ready", quiet=quiet):
        return stage(seed=seed, audited=audited, world=told)


def tell_edited(world: str | Path | None, quiet: bool = False) -> None:
    """Say on stderr which tables of a world were edited since it was made: what stands there now is what is played."""
    changed = [] if world is None or quiet else tables_changed(Path(world))
    if changed:
        words = "was" if len(changed) == 1 else "were"
        print(f"linestop: {world}: {', '.join(changed)} {words} changed since this world was made; the numbers that "
              "stand there now are used", file=sys.stderr)  # fmt: skip


def play_in_sight(chain: Stage, quiet: bool = False) -> Record:
    """Let the days pass and keep the record."""
    with show_progress(f"{chain.story.name}: days", lambda: chain.day, chain.story.days, quiet):
        record = play(chain)
    chain.release()
    return record

"""A run on the command line: progress bars for what takes long, and a warning of edited tables."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from model.tables.world_folder import tables_changed
from runs.processes.progress import load_simulation_with_progress, show_progress
from runs.simulation.record import Record
from runs.simulation.stage import Stage, play, read_story, stage


def stage_with_progress(
    scenario: str, seed: int, settings: Sequence[str], audited: bool = False, quiet: bool = False,
    world: Path | None = None,
) -> Stage:  # fmt: skip
    """Set up a scenario; the first time after an installation the day is compiled before."""
    with show_progress("getting ready", quiet=quiet):
        story = read_story(scenario, settings, world)
    warn_of_edited_tables(world, quiet)
    load_simulation_with_progress(quiet)
    with show_progress("getting ready", quiet=quiet):
        return stage(seed=seed, audited=audited, world=story)


def warn_of_edited_tables(world: str | Path | None, quiet: bool = False) -> None:
    """Name on stderr the tables of a world that were edited since it was made; the run uses the edited ones."""
    changed = [] if world is None or quiet else tables_changed(Path(world))
    if changed:
        words = "was" if len(changed) == 1 else "were"
        print(f"linestop: {world}: {', '.join(changed)} {words} changed since this world was made; the changed "
              "numbers are used", file=sys.stderr)  # fmt: skip


def play_with_progress(chain: Stage, quiet: bool = False) -> Record:
    """Simulate all days; return the record."""
    with show_progress(f"{chain.story.name}: days", lambda: chain.day, chain.story.days, quiet):
        record = play(chain)
    chain.release()
    return record

"""A world as the wall shows it: its small cascade, how many lines are stopped, and how long stocks last."""

from __future__ import annotations

from typing import Any

from runs.class_game.class_world import ClassWorld
from runs.simulation.line_labels import line_label
from runs.simulation.watched_run import CURTAILED, STOPPED, WatchedRun

MOST_ROWS = 16  # lines that a small cascade has room for


def outline(world: ClassWorld) -> dict[str, Any]:
    """What everybody may see of a world: {rows, day, stopped, cover, tiers}; rows: {name, tier, spans}."""
    run = world.game.watched_run
    newest = run.tallies.scarcest[-1] if run.tallies.scarcest else []
    return {
        "day": run.stage.day,
        "rows": cascade_of(run),
        "stopped": int(((run.state == STOPPED) & run.reported).sum()),
        "cover": [[name, round(least)] for (name, _), (least, _) in zip(run.covered, newest, strict=False)],
    }


def cascade_of(run: WatchedRun, most: int = MOST_ROWS) -> list[dict[str, Any]]:
    """The lines of the reported countries that ran below half or stopped, in the order in which it reached them.

    spans: [first day, last day, state]; where there are too many those are left out that lost fewest days.
    """
    firms, found = run.stage.register.tables.firms, []
    for row, spans in run.spells.items():
        hard = [span for span in spans if span[2] >= CURTAILED]
        if hard and run.reported[row]:
            lost = sum(last - first + 1 for first, last, _ in hard)
            found.append((lost, hard[0][0], row, hard))
    kept = sorted(sorted(found, key=lambda each: (-each[0], each[2]))[:most], key=lambda each: (each[1], each[2]))
    return [{"name": line_label(run, row), "tier": firms[row].tier, "spans": spans} for _, _, row, spans in kept]

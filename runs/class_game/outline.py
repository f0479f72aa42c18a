"""A world as the wall shows it: its small cascade, how many lines are stopped, and how long stocks last."""

from __future__ import annotations

from typing import Any

from runs.class_game.class_world import ClassWorld
from runs.simulation.line_labels import line_label
from runs.simulation.watched_run import CURTAILED, STOPPED, WatchedRun

MOST_ROWS = 16  # lines that a small cascade has room for


def outline(world: ClassWorld) -> dict[str, Any]:
    """What everybody may see of a world: {rows, short, day, stopped, cover}; rows: {name, tier, spans}."""
    run = world.game.watched_run
    newest = run.tallies.scarcest[-1] if run.tallies.scarcest else []
    return {
        "day": run.stage.day,
        "rows": cascade_of(run),
        "short": len(short_lines(run)),
        "stopped": int(((run.state == STOPPED) & run.reported).sum()),
        "cover": [[name, round(least)] for (name, _), (least, _) in zip(run.covered, newest, strict=False)],
    }


def short_lines(run: WatchedRun) -> dict[int, list[list[int]]]:
    """The lines of the reported countries that ran below half or stopped: row -> [first day, last day, state] ..."""
    hard = {row: [list(span) for span in spans if span[2] >= CURTAILED] for row, spans in run.spells.items()}
    return {row: spans for row, spans in hard.items() if spans and run.reported[row]}


def cascade_of(run: WatchedRun, most: int = MOST_ROWS) -> list[dict[str, Any]]:
    """These lines in the order in which it reached them: {name, tier, spans}, with spans as in `short_lines`.

    Where there are more than `most` those are left out that lost fewest days.
    """
    short, firms = short_lines(run), run.stage.register.tables.firms
    lost = {row: sum(last - first + 1 for first, last, _ in spans) for row, spans in short.items()}
    kept = sorted(short, key=lambda row: (-lost[row], row))[:most]
    return [{"name": line_label(run, row), "tier": firms[row].tier, "spans": short[row]}
            for row in sorted(kept, key=lambda row: (short[row][0][0], row))]  # fmt: skip

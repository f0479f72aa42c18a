"""What a line is called where there is room for three words."""

from __future__ import annotations

from runs.simulation.watched_run import WatchedRun


def line_label(run: WatchedRun, row: int) -> str:
    """A line's name where there is room for three words: "Toyota hybrids"."""
    line = run.stage.register.tables.firms[row]
    if not line.short:
        return line.name
    short = line.short
    kind = run.about.said.labels.get(line.good, "")
    if line.industry == run.about.story:
        same = [o for o in run.stage.register.tables.firms if (o.firm, o.good) == (line.firm, line.good)]
        return f"{short} {kind}".strip() if len(same) == 1 or "(" in line.name else line.name
    if sum(other.firm == line.firm for other in run.stage.register.tables.firms) == 1:
        return short
    return f"{short} {kind}".strip()

"""What a line is called where there is room for three words."""

from __future__ import annotations

from runs.simulation.watched_run import WatchedRun


def line_label(run: WatchedRun, row: int) -> str:
    """A line's name where there is room for three words: "Toyota hybrids"; the whole name if another has the same."""
    firms, labels = run.stage.register.tables.firms, run.about.said.labels
    line = firms[row]
    if not line.short:
        return line.name
    short, kind = line.short, labels.get(line.good, "")
    story = line.industry == run.about.story
    if not story and sum(other.firm == line.firm for other in firms) == 1:
        return short
    twins = [other for other in firms if (other.firm, labels.get(other.good, "")) == (line.firm, kind)]
    told_apart = len(twins) == 1 or (story and kind and "(" in line.name)
    return f"{short} {kind}".strip() if told_apart else line.name

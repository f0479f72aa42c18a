"""The wide economy around the named lines: how many nameless firms stand, layer by layer, and what they do not make."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from runs.figures.series import SIDES, legend_below, panel
from runs.figures.style import DASHES, OKABE_ITO, drawn, sheet, week_mean
from runs.simulation.record import Record

MOST_LAYERS = 8  # drawn each by itself: those that lost most; the others are one line
LEAST_SHOWN_PCT = 0.5  # the scale reaches at least this far, so that next to nothing looks like it
OTHERS = "all other layers"


@drawn
def wide_economy(record: Record) -> Figure:
    """Draw, by layer of the wide economy, the share of lines that stand and the value added against normal."""
    crowd = record.anonymous
    assert crowd is not None
    groups = groups_of(record)
    lines = int(crowd.lines.sum())
    remark = f"{lines:,} firms that follow habit; means of seven days. Stands: makes under 5 % of what is usual."
    figure = sheet(4.2, "The wide economy", remark)
    figure.subplots_adjust(**SIDES, top=0.78, bottom=0.33, wspace=0.22)
    left = panel(figure, record, (1, 2, 1), "Lines that stand", "Lines standing (% of layer)")
    right = panel(figure, record, (1, 2, 2), "Value added", "Value added (% of normal)")
    for place, (name, rows) in enumerate(groups.items()):
        style: dict[str, Any] = {"color": OKABE_ITO[place % 8], "ls": DASHES[place % 4]}
        standing = 100.0 * crowd.standing[:, rows].sum(axis=1) / crowd.lines[rows].sum()
        added = 100.0 * crowd.added[:, rows].sum(axis=1) / crowd.added_at_rest[rows].sum()
        left.plot(np.arange(record.days), week_mean(standing), **style, label=name)
        right.plot(np.arange(record.days), week_mean(added), **style)
    left.set_ylim(0.0, max(LEAST_SHOWN_PCT, 1.05 * left.dataLim.y1))
    low, high = right.dataLim.y0, right.dataLim.y1
    right.set_ylim(min(100.0 - LEAST_SHOWN_PCT, low - 0.05 * (100.0 - low)), max(100.0 + LEAST_SHOWN_PCT / 5, high))
    legend_below(left)
    return figure


def groups_of(record: Record) -> dict[str, list[int]]:
    """Layers by name, those that lost most each by itself and the others together."""
    crowd = record.anonymous
    assert crowd is not None
    if len(crowd.layers) <= MOST_LAYERS:
        return {name: [row] for row, name in enumerate(crowd.layers)}
    lost = (crowd.added_at_rest - crowd.added).sum(axis=0)
    worst = sorted(np.argsort(-lost, kind="stable")[: MOST_LAYERS - 1].tolist())
    groups = {crowd.layers[row]: [row] for row in worst}
    return groups | {OTHERS: [row for row in range(len(crowd.layers)) if row not in worst]}

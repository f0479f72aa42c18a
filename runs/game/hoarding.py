"""Who paid for a seat's stock: what others who buy the same good made less than on par."""

from __future__ import annotations

import numpy as np

from runs.game.match import Match

NOTABLE_DAYS = 10.0  # of a good beyond what was held on par
NOTABLE_LOSS = 1.0  # days of output


def describe_hoarding(match: Match, par: Match) -> str:
    """A line's largest stock beyond par's, and which of those that buy the good too made most days less than on par.

    Days are those of normal use and of normal output. Empty for an office, for a line that needs nothing, and where the
    stock or the loss is small.
    """
    if not match.seat.is_line or not match.stage.people[match.seat.code].needs:
        return ""
    net, (mine, theirs) = match.stage.world.network, (each.watched_run.recorder.record() for each in (match, par))
    row = match.stage.register.row(match.seat.code)
    needs = np.arange(net.first_need[row], net.first_need[row + 1])
    use = np.maximum(1e-9, (net.baseline[net.line_of] * net.per_unit)[needs])
    held = ((mine.needs["stock"] - theirs.needs["stock"])[:, needs] / use).max(axis=0)
    good = net.need_good[needs[held.argmax()]]
    lost = (theirs.lines["output"] - mine.lines["output"]).sum(axis=0, dtype=float) / np.maximum(1e-9, net.baseline)
    buyers = np.unique(net.line_of[net.need_good == good])
    rivals = buyers[(buyers != row) & match.watched_run.reported[buyers]]
    if held.max() < NOTABLE_DAYS or not len(rivals) or lost[rivals].max() < NOTABLE_LOSS:
        return ""
    tables, worst = match.stage.register.tables, rivals[lost[rivals].argmax()]
    return (
        f"You held up to {held.max():.0f} days more of {tables.goods[good].name} than on par; another buyer of it, "
        f"{tables.firms[worst].name}, made {lost[worst]:.0f} days less than on par."
    )

"""A quiet run: what is held against an outage where nothing else happens and the world stays as it is.

In a scenario without shocks a world at rest repeats its week. A precaution, such as a month more stock, makes another
world with a quiet run of its own; where this one stays as it is too, each line makes what it makes without the
precaution, and the run need not be played to its end.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model.scenario.event import Event
from runs.exposure.losses import KEPT, play_world
from runs.simulation.record import Array, Record
from runs.simulation.settings import World
from runs.simulation.stage import Stage, play

TRIED_DAYS = 28  # in which everybody has decided four times
WEEK_DAYS = 7  # of which the last is compared with the one before
SAME = 1e-9  # of a number, and of a unit: what differs by less is rounding
ROOMS = ("state", "policy", "conditions", "flows")
DATED = "clearing_lands"  # a day of the run, and so never the same; it follows from days on the way, which are compared


def quiet_run(world: World, seed: int, events: Sequence[Event], usual: Record) -> Record:
    """The run of a world without an outage.

    usual: that of the world without a precaution, which is returned where both stay at rest.
    """
    if world[0].shocks or not is_steady(usual) or not repeats_its_week(world, seed, events, usual):
        return play_world(world, seed, events)
    return usual


def is_steady(record: Record) -> bool:
    """Whether each line of a run makes the same on every day, and the anonymous firms together do."""
    output, anonymous = record.lines["output"], record.anonymous
    return same(output, output[:1]) and (anonymous is None or same(anonymous.added, anonymous.added[:1]))


def repeats_its_week(world: World, seed: int, events: Sequence[Event], usual: Record) -> bool:
    """Whether a world is after four weeks what it was a week before, and makes what is made in the run `usual`."""
    story, tables = world
    shocks = tuple(sorted(events, key=lambda shock: shock.date))
    chain = Stage(story.name, seed, world=(story.model_copy(update={"shocks": shocks}), tables))
    try:
        play(chain, TRIED_DAYS - WEEK_DAYS, KEPT)
        before = columns_today(chain)
        week = play(chain, WEEK_DAYS, KEPT)
        after = columns_today(chain)
    finally:
        chain.release()
    alike = all(same(after[name], before[name]) for name in after)
    made = same(week.lines["output"], usual.lines["output"][:1])
    if week.anonymous is None or usual.anonymous is None:
        return alike and made
    return alike and made and same(week.anonymous.added, usual.anonymous.added[:1])


def columns_today(chain: Stage) -> dict[str, Array]:
    """All that changes in a world, copied, each column in order of size: what is at sea lies in a ring of days."""
    rooms = {name: getattr(chain.world, name) for name in ROOMS}
    return {f"{name} {column}": np.sort(getattr(room, column), axis=None).astype(float)
            for name, room in rooms.items() for column in room._fields if column != DATED}  # fmt: skip


def same(one: Array, other: Array) -> bool:
    """Whether two columns are the same but for rounding."""
    return bool(np.allclose(one, other, rtol=SAME, atol=SAME, equal_nan=True))

"""Who could stop whom: what becomes of every line when a supplier, or all that a country exports, is lost.

Nothing but stocks stands against the loss here: nobody opens a second source, shifts orders, saves or fears. Goods on
the way still arrive, stocks of inputs are drawn down, then output falls to what still comes, and customers feel it when
the floor of finished goods is empty. So it says what hangs on whom, and how soon; a run says what people make of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.metrics import CURTAILED_BELOW, STOPPED_BELOW
from model.network import is_state_stock, laid, output_at_rest, starts
from model.register import Register

HORIZON_DAYS = 730  # what has not stopped in two years is stopped by nobody
AT_ONCE = 32  # losses looked at together, which bounds the memory
NEVER = -1
Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Days = NDArray[np.int64]


@dataclass(frozen=True)
class Loss:
    """A loss and what it comes to: whom or what country it strikes, and line by line, F, when its output falls.

    code: line or country; is_country: whether all that crosses the border of a country is lost; stopped, curtailed: day
    after the loss from which a line makes under 5 %, under half of what is usual, -1 for never; left: share of usual
    output that is left in the end.
    """

    code: str
    is_country: bool
    stopped: Days
    curtailed: Days
    left: Array


@dataclass(frozen=True)
class Chain:
    """The named part of a network as columns: who needs what of whom, in days of normal use and output.

    share, lead, supplier, need_of: L; line_of, cover, dependence: N; first_link: N, first_need: F+1; floor: F; makes:
    which lines make anything at rest, F.
    """

    share: Array
    lead: Days
    supplier: Days
    need_of: Days
    line_of: Days
    cover: Array
    dependence: Array
    floor: Array
    makes: Flags


def chain_of(reg: Register) -> Chain:
    """The named lines of a world, their needs and the links that are in use; others supply as they always do."""
    read, named = laid(reg), reg.named("lines")
    links, needs = reg.named("links"), reg.named("needs")
    used = np.flatnonzero((read.share[:links] > 0.0) & (read.supplier[:links] < named))
    used = used[~is_state_stock(reg)[read.supplier[used]]]
    return Chain(
        share=read.share[used],
        lead=reg.named_column("links", "lead_days", np.int64)[used],
        supplier=read.supplier[used].astype(np.int64),
        need_of=read.need_of[used].astype(np.int64),
        line_of=read.line_of[:needs].astype(np.int64),
        cover=reg.named_column("needs", "cover_days"),
        dependence=reg.named_column("needs", "dependence"),
        floor=reg.named_column("lines", "finished_days"),
        makes=output_at_rest(reg)[:named] > 0.0,
    )


def losses_of(reg: Register, exporters: tuple[str, ...]) -> list[Loss]:
    """What the loss of each line that supplies another comes to, and of all exports of each exporting country."""
    chain, lines = chain_of(reg), reg.tables.firms
    country = np.array([line.country for line in lines])
    origin, destination = country[chain.supplier], country[chain.line_of[chain.need_of]]
    cases = [(code, True, (origin == code) & (destination != code)) for code in exporters]
    cases += [(lines[row].line, False, chain.supplier == row) for row in np.unique(chain.supplier).tolist()]
    found: list[Loss] = []
    for first in range(0, len(cases), AT_ONCE):
        some = cases[first : first + AT_ONCE]
        made = play_losses(chain, np.array([lost for _, _, lost in some]).reshape(len(some), -1))
        for (code, is_country, _), output in zip(some, made, strict=True):
            found.append(
                Loss(code, is_country, first_day(output < STOPPED_BELOW, chain),
                     first_day(output < CURTAILED_BELOW, chain), np.clip(output[-1], 0.0, 1.0))
            )  # fmt: skip
    return found


def first_day(low: Flags, chain: Chain) -> Days:
    """The first day on which lines are low, F, of days x F; -1 for those that never are, or make nothing anyway."""
    return np.where(low.any(axis=0) & chain.makes, low.argmax(axis=0), NEVER)


def play_losses(chain: Chain, lost: Flags) -> Array:
    """Output as a share of usual, losses x days x F, when nothing is shipped on the lost links, losses x L.

    A day of need n is what its line uses of it in a day at rest. Each day, with x what has arrived:
    make = min over needs of (1 - dependence) + dependence x min(1, stock + x); stock += x - make, at most its cover;
    shipped = min(1, floor + make). It is `model.physics.production` without orders, luck or people.
    """
    count, lines = len(lost), len(chain.floor)
    longest = int(chain.lead.max(initial=1))
    shipped = np.ones((longest + HORIZON_DAYS, count, lines))  # the pipelines are full
    made = np.ones((HORIZON_DAYS, count, lines))
    stock, floor = np.tile(chain.cover, (count, 1)), np.tile(chain.floor, (count, 1))
    full = chain.cover.copy()
    first_link = starts(chain.need_of.astype(np.uint32), len(chain.line_of))[:-1].astype(np.int64)
    served = np.bincount(chain.need_of, minlength=len(chain.line_of)) > 0
    elsewhere = 1.0 - np.bincount(chain.need_of, chain.share, len(chain.line_of))  # from whom the tables do not name
    needing = np.unique(chain.line_of)
    first_need = np.searchsorted(chain.line_of, needing)
    for day in range(HORIZON_DAYS):
        come = shipped[day + longest - chain.lead, :, chain.supplier].T * chain.share
        come[lost & (chain.lead <= day)] = 0.0
        arrived = np.tile(elsewhere, (count, 1))
        if served.any():
            arrived[:, served] += np.add.reduceat(come, first_link[served], axis=1)
        there = stock + arrived
        make = made[day]
        if len(needing):
            can = 1.0 - chain.dependence + chain.dependence * np.minimum(1.0, there)
            make[:, needing] = np.minimum.reduceat(can, first_need, axis=1)
        stock = np.clip(there - make[:, chain.line_of], 0.0, full)
        ships = np.minimum(1.0, floor + make)
        floor = floor + make - ships
        shipped[day + longest] = ships
    return made.transpose(1, 0, 2)

"""The day as a still picture: what whoever draws may read, while the model goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from model.chain import SupplyChain
from model.metrics import STOPPED_BELOW


@dataclass(frozen=True)
class Frame:
    """What one day looked like, line by line; nothing in it changes afterwards.

    day: the last day that passed, -1 before the first; lines: codes, F; cover: days of cover of the input that runs
    out first, endless without inputs, F; share: output over what is usual, F; stopped: lines that made under 5 %
    of it; waiting: applications at the licence office.
    """

    day: int
    date: date
    lines: tuple[str, ...]
    cover: tuple[float, ...]
    share: tuple[float, ...]
    stopped: frozenset[str]
    waiting: float


def frame(chain: SupplyChain) -> Frame:
    """Take the picture of the day that has just passed."""
    net, state, flows = chain.world.network, chain.world.state, chain.world.flows
    lines = tuple(str(line) for line in chain.register.firms["line"])
    per_need = np.full(len(net.line_of), np.inf)
    np.divide(state.stock, state.plan, out=per_need, where=state.plan > 0.0)
    cover = np.full(len(lines), np.inf)
    np.minimum.at(cover, net.line_of, per_need)
    usual, share = chain.world.conditions.usual, np.ones(len(lines))
    np.divide(flows.output, usual, out=share, where=usual > 0.0)
    return Frame(
        day=chain.day - 1,
        date=chain.start + timedelta(days=chain.day - 1),
        lines=lines,
        cover=tuple(cover.tolist()),
        share=tuple(share.tolist()),
        stopped=frozenset(line for line, part in zip(lines, share, strict=True) if part < STOPPED_BELOW),
        waiting=float(state.review_files.sum() + state.ripe_files.sum()),
    )

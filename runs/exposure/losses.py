"""What the others lose: a run in which something is out for some days, held against the same run without it.

Both runs have the same people, scenario and luck, so that whatever differs comes of the outage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.metrics import RECOVERED_FROM, days_survived, days_to_recover, first_day, stopped
from model.scenario.event import Event
from model.tables.tables import Tables
from runs.exposure.candidates import Candidate, customers_of
from runs.measures.quantities import JPY_MN_PER_BN, column, focus, gdp, json_number
from runs.simulation.record import Array, Record
from runs.simulation.settings import World
from runs.simulation.stage import Stage, play

KEPT: dict[str, tuple[str, ...]] = {
    "lines": ("usual", "output"), "needs": (), "links": (), "licences": (), "prices": (),
}  # fmt: skip
LEAST_JPY_MN = 1e-3  # a thousand yen: smaller losses are rounding


@dataclass(frozen=True)
class Losses:
    """What each line lost, row by row of the named lines, F each; days are counted from the outage.

    value: million JPY of value added; stop: day of its first stop that it would not have had, -1 for none; survive:
    days for which it made 95 % of what it would have made; recover: days from then until it does so again for a week,
    infinite where it does not within the run, NaN where it never fell; stop_days: more days of stop than without.
    anonymous: million JPY that the anonymous firms of the world lost, all together.
    """

    value: Array
    stop: Array
    survive: Array
    recover: Array
    stop_days: Array
    anonymous: float

    def of(self, rows: Array) -> float:
        """The value that some named lines and the anonymous firms lost, million JPY."""
        return float(self.value[rows].sum()) + self.anonymous


def play_world(world: World, seed: int, events: Sequence[Event] = ()) -> Record:
    """Run a scenario with more events in it, and keep what each line made."""
    story, tables = world
    shocks = tuple(sorted((*story.shocks, *events), key=lambda shock: shock.date))
    chain = Stage(story.name, seed, world=(story.model_copy(update={"shocks": shocks}), tables))
    try:
        return play(chain, kept=KEPT)
    finally:
        chain.release()


def losses(base: Record, struck: Record, first: int) -> Losses:
    """What was lost from the first day of an outage to the end of the run, against the run without it."""
    made, usual = struck.lines["output"], struck.lines["usual"]
    missing = base.lines["output"] - made
    share = np.ones(made.shape)
    np.divide(usual - missing, usual, out=share, where=usual > 0.0)
    fall = first_day(share < RECOVERED_FROM, first)
    still, always = stopped(made, usual), stopped(base.lines["output"], usual)
    stop = first_day(still & ~always, first)
    wide = 0.0
    if base.anonymous is not None and struck.anonymous is not None:
        wide = float((base.anonymous.added[first:] - struck.anonymous.added[first:]).sum())
    return Losses(
        value=missing[first:].sum(axis=0) * base.network.value_added[: made.shape[1]],
        stop=np.where(stop >= 0, stop - first, -1),
        survive=days_survived(fall, first),
        recover=days_to_recover(share, fall),
        stop_days=still[first:].sum(axis=0) - always[first:].sum(axis=0),
        anonymous=wide,
    )


def others_of(candidate: Candidate, tables: Tables) -> Array:
    """Which named lines are not struck themselves, F."""
    return np.array([not candidate.takes_out(line) for line in tables.firms], bool)


def loss_row(base: Record, lost: Losses, candidate: Candidate) -> dict[str, Any]:
    """What an outage comes to for all others: a row of the table, with units in the names of its columns."""
    tables, about = base.register.tables, focus(base)
    others, buyers, country = others_of(candidate, tables), customers_of(candidate, tables), column(base, "country")
    row: dict[str, Any] = {"kind": candidate.kind, "code": candidate.code, "name": candidate.name}
    row["loss_jpy_bn"] = billions(lost.of(others))
    row["loss_of_customers_jpy_bn"] = billions(float(lost.value[buyers].sum()))
    for code in about.governments:
        here = billions(float(lost.value[others & (country == code)].sum()))
        row[f"loss_jpy_bn_{code}"] = here
        row[f"loss_gdp_pct_{code}"] = json_number(100.0 * here / gdp(base, code))
    if base.anonymous is not None:
        row["loss_jpy_bn_anonymous"] = billions(lost.anonymous)
    stop = first_stop(lost, others)
    row["first_stop_line"] = None if stop is None else tables.firms[stop].line
    row["first_stop_name"] = None if stop is None else tables.firms[stop].name
    row["first_stop_day"] = None if stop is None else int(lost.stop[stop])
    row["lines_stopped"] = int(np.sum(lost.stop[others] >= 0))
    row["stop_days"] = int(lost.stop_days[others].sum())
    row["survive_days"] = json_number(lost.survive[buyers].min(initial=np.inf))
    row["recover_days"] = recovery(lost, buyers)
    return row


def billions(millions: float) -> float:
    """Million JPY as billion JPY; what is only rounding is zero."""
    return millions / JPY_MN_PER_BN if abs(millions) >= LEAST_JPY_MN else 0.0


def first_stop(lost: Losses, rows: Array) -> int | None:
    """The line among some rows that stops first, of several the one that loses most; None if none does."""
    found = np.flatnonzero(rows & (lost.stop >= 0))
    return int(min(found, key=lambda row: (lost.stop[row], -lost.value[row], row))) if len(found) else None


def recovery(lost: Losses, rows: Array) -> float | None:
    """Days from the first fall of some lines until the last that fell has recovered.

    None if none fell, and if one does not recover within the run.
    """
    fell = rows & np.isfinite(lost.survive)
    if not fell.any():
        return None
    return json_number((lost.survive + lost.recover)[fell].max() - lost.survive[fell].min())


def line_rows(base: Record, lost: Losses, candidate: Candidate) -> list[dict[str, Any]]:
    """A row for each other line that an outage was felt at: its loss, first stop, time to survive and to recover."""
    firms, others = base.register.tables.firms, others_of(candidate, base.register.tables)
    felt = others & ((np.abs(lost.value) >= LEAST_JPY_MN) | np.isfinite(lost.survive))
    return [
        {"kind": candidate.kind, "code": candidate.code, "line": firms[row].line,
         "loss_jpy_bn": billions(float(lost.value[row])),
         "first_stop_day": int(lost.stop[row]) if lost.stop[row] >= 0 else None,
         "stop_days": int(lost.stop_days[row]), "survive_days": json_number(lost.survive[row]),
         "recover_days": json_number(lost.recover[row])}
        for row in np.flatnonzero(felt)
    ]  # fmt: skip

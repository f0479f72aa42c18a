"""Delta files of the production network simulator: what share of its output each firm cannot make, and from which day.

A line is firm, share from 0 to 1, and where given the day (0 if not). Capacity stays lost, as it does in the simulator
without its options for recovery.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from model.tables.faults import Faults
from runs.worlds.delimited_files import excerpt, first_faults, is_float, read_file_text, undo_spreadsheet
from runs.worlds.edge_files import rows_of
from runs.worlds.flows import Array

FIRST_DAY = date(2025, 1, 1)  # of a scenario; the simulator has no dates
DAYS_AFTER, LAST_DAY = 364, 3_650  # days that are played after the last shock; the latest of a shock
MOST_SHOCKS, DIGITS_KEPT = 1_000, 3  # shocks of a scenario; beyond that shares are rounded


def read_losses(path: Path, rows: Mapping[str, int], notes: list[str]) -> Array:
    """The share that each firm loses and the day, two columns, nan for firms that lose nothing.

    rows: firm -> its row. Firms of others are left out, with a note. Raise Faults with all that is wrong, by line.
    """
    found = np.full((len(rows), 2), np.nan)
    wrong: list[str] = []
    strangers: list[str] = []
    for number, cells in rows_of(path, read_file_text(path)):
        firm, share, day = undo_spreadsheet(cells[0]), *[*cells[1:3], "", "0"][:2]
        loss, first = (float(cell) if is_float(cell) else np.nan for cell in (share, day or "0"))
        if number == 1 and np.isnan(loss) and firm not in rows:
            notes.append(f"the first line of {path.name} was taken for headings ({', '.join(map(excerpt, cells))})")
        elif not 0.0 <= loss <= 1.0:
            wrong.append(f"line {number}: found '{excerpt(share)}'; a share from 0 to 1 was expected")
        elif not (0.0 <= first <= LAST_DAY and first.is_integer()):
            wrong.append(f"line {number}: found '{excerpt(day)}'; a whole number of days up to {LAST_DAY} was expected")
        elif firm not in rows:
            strangers.append(firm)
        else:
            found[rows[firm]] = loss, first
    if wrong:
        mend = f"{path}: a delta file has firm, share and day in each line; mend it, or move it away if it is none"
        raise Faults([*first_faults(path, "", wrong), mend])
    if strangers:
        notes.append(f"{len(strangers):,} lines of {path.name} dropped: they name other firms, such as {strangers[0]}")
    return found


def scenario_of_losses(name: str, losses: Array, codes: Sequence[str]) -> str:
    """A scenario in which firms lose what a delta file says; codes: what each firm is called in the world."""
    hit = np.flatnonzero(losses[:, 0] > 0.0)
    shares, days = losses[hit, 0], losses[hit, 1].astype(int)
    if len({*zip(shares.tolist(), days.tolist(), strict=True)}) > MOST_SHOCKS:
        shares = shares.round(DIGITS_KEPT)
    groups: dict[tuple[int, float], list[str]] = {}
    for row, share, day in zip(hit.tolist(), shares.tolist(), days.tolist(), strict=True):
        groups.setdefault((day, share), []).append(codes[row])
    first, last = (int(days.min()), int(days.max())) if len(hit) else (0, 0)
    head = [
        f"title = {json.dumps(name)}",
        f'about = "{len(hit):,} firms lose output, as the delta file says; it does not come back."',
        f"start = {FIRST_DAY}",
        f"days = {last + DAYS_AFTER + 1}",
        f"shock_date = {FIRST_DAY + timedelta(days=first)}",
    ]
    shocks = [
        f'\n[[shock]]\nkind = "capacity"\ndate = {FIRST_DAY + timedelta(days=day)}\n'
        f"lines = {json.dumps(lines, ensure_ascii=False)}\ntimes = {1.0 - share!r}\n"
        f'note = "{len(lines):,} firms lose {100.0 * share:g} % of their output"\nsource = {json.dumps(name)}'
        for (day, share), lines in sorted(groups.items())
    ]
    return "\n".join([*head, *shocks, ""])

"""A layer of the board from a folder of `linestop exposure`: what all others lose when a line is out for some days.

The tables are read from their files, for the study that made them stands above the browser. No Solara in here.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from model.tables.faults import Faults
from runs.browser.parts.board import Board
from runs.files.folder import marker_of
from runs.simulation.money_units import choose_unit

EXPOSURE_SERVED = "LINESTOP_EXPOSURE"  # in the environment of the server
KIND = "exposure"  # of a folder, as its marker says
TABLE, LINES = "exposure.parquet", "lines.parquet"
COLUMNS: dict[str, tuple[str, ...]] = {
    TABLE: ("kind", "code", "rank", "loss_jpy_bn", "stop_days", "first_stop_name", "first_stop_day"),
    LINES: ("kind", "code", "line", "loss_jpy_bn", "stop_days", "first_stop_day"),
}
LEAST_SHARE = 1e-3  # of the largest loss: what is lighter than that is drawn white
MOST_LETTERS = 100  # of what a library says of a damaged file
WHOLE_FROM = 100.0  # from which on no decimals are told


@dataclass(frozen=True, eq=False)
class ExposureLayer:
    """What a study of exposure has found of lines: `lost` by the line that is out, `felt` by that line and another.

    days: for which each was out; scenario: in which; in_money: whether losses are money, else days of stop.
    """

    days: int
    scenario: str
    in_money: bool
    lost: pd.DataFrame
    felt: pd.DataFrame

    def on_board(self, codes: Sequence[str], sign: str) -> dict[str, Any]:
        """The layer for the lines of a board, in their order; sign: what stands before an amount of money.

        `lines`: of each line how dark it is drawn, 0 to 1, and its words, None for one that was not tried; `felt`: by
        the row of a line that is out, row, darkness and words of each that loses by it.
        """
        rows, amount = {code: row for row, code in enumerate(codes)}, self.amount
        most = float(self.lost[amount].max())
        found: dict[str, Mapping[Any, Any]] = {str(row["code"]): row for row in self.lost.to_dict("records")}
        lines = [[darkness(found[code][amount], most), self.words(found[code], sign)] if code in found else None
                 for code in codes]  # fmt: skip
        felt: dict[int, list[list[Any]]] = {}
        for each in self.felt[self.felt[amount] > 0.0].to_dict("records"):
            if each["code"] in rows and each["line"] in rows:
                here = [rows[each["line"]], darkness(each[amount], most), self.words_of_one(each, sign)]
                felt.setdefault(rows[each["code"]], []).append(here)
        return {"days": self.days, "scenario": self.scenario, "lines": lines, "felt": felt}

    @property
    def amount(self) -> str:
        """The column that is drawn: money, or days of stop where no line of the world has value added."""
        return "loss_jpy_bn" if self.in_money else "stop_days"

    def words(self, row: Mapping[Any, Any], sign: str) -> str:
        """What comes of a line being out, in a sentence."""
        amount = float(row[self.amount])
        words = f"others stop for {amount:,.0f} days, all lines added up"
        if self.in_money and amount:
            words = f"others {'lose' if amount > 0.0 else 'gain'} {amount_text(abs(amount), sign)}"
        elif self.in_money:
            words = "others lose nothing"
        first = row["first_stop_name"]
        stop = "none stops" if pd.isna(first) else f"first to stop: {first}, on day {row['first_stop_day']:.0f}"
        return f"Out for {self.days} days: {words} (rank {row['rank']}); {stop}"

    def words_of_one(self, row: Mapping[Any, Any], sign: str) -> str:
        """What one line loses when another is out."""
        words = (
            f"loses {amount_text(row[self.amount], sign)}" if self.in_money else f"stops for {row[self.amount]} days"
        )
        return words if pd.isna(row["first_stop_day"]) else f"{words}, stops first on day {row['first_stop_day']:.0f}"


def amount_text(amount: float, sign: str) -> str:
    """An amount of billions in words, to two digits or to whole numbers.

    >>> amount_text(447.07, "¥"), amount_text(3.14159, "$"), amount_text(0.0004, "¥")
    ('¥447 bn', '$3.1 bn', '¥400 k')
    """
    unit = choose_unit([amount])
    number = amount / unit.billions
    return f"{sign}{number:,.0f} {unit.short}" if number >= WHOLE_FROM else f"{sign}{number:.2g} {unit.short}"


def darkness(amount: float, most: float) -> float:
    """How dark a loss is drawn beside the largest, 0 to 1 on a scale of powers of ten; a gain is white.

    >>> darkness(500.0, 500.0), darkness(5.0, 500.0), darkness(0.1, 500.0), darkness(-3.0, 500.0)
    (1.0, 0.33, 0.0, 0.0)
    """
    share = amount / most if most > 0.0 else 0.0
    return round(max(0.0, 1.0 - math.log10(share) / math.log10(LEAST_SHARE)), 2) if share > 0.0 else 0.0


def read_layer(folder: Path) -> ExposureLayer:
    """Read the tables of a folder that `linestop exposure` wrote; raise Faults for another one and for damaged ones."""
    about = marker_of(folder)
    days = about.get("days")
    if about.get("kind") != KIND or not isinstance(days, int):
        raise Faults([f"--exposure {folder}: it holds no results of exposure; 'linestop exposure --out {folder}' makes "
                      "them"])  # fmt: skip
    tables = {name: read_table(folder / name) for name in COLUMNS}
    lost, felt = (table[table["kind"] == "line"].reset_index(drop=True) for table in tables.values())
    if lost.empty:
        raise Faults([f"--exposure {folder}: no line is out in it; make it with 'linestop exposure' without --only"])
    in_money = bool((lost["loss_jpy_bn"] != 0.0).any())
    return ExposureLayer(days, Path(str(about.get("scenario"))).stem, in_money, lost, felt)


def read_table(path: Path) -> pd.DataFrame:
    """A table of a study with the columns that are drawn; raise Faults where it is not whole."""
    try:
        return pd.read_parquet(path, columns=list(COLUMNS[path.name]))
    except (OSError, ValueError, KeyError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        words = f"--exposure {path}: it cannot be read ({first[:MOST_LETTERS]}); make it again with 'linestop exposure'"
        raise Faults([words]) from None


def refuse_other_world(layer: ExposureLayer, codes: Iterable[str], folder: Path) -> None:
    """Raise Faults where no line of a world is in a layer: it is about another world."""
    if not set(codes) & set(layer.lost["code"]):
        raise Faults([f"--exposure {folder}: none of its lines is in this world; make it with 'linestop exposure' and "
                      "the same --world"])  # fmt: skip


def served_layer(environment: Mapping[str, str] = os.environ) -> ExposureLayer | None:
    """The layer that the command has named, if any."""
    folder = environment.get(EXPOSURE_SERVED)
    return layer_of(folder) if folder else None


def exposure_on_board(board: Board) -> dict[str, Any]:
    """What a board can be coloured by beside stocks: exposure, where the command has named a folder of it."""
    layer, codes = served_layer(), [line.line for line in board.register.tables.firms]
    return {} if layer is None else {"exposure": layer.on_board(codes, board.about.money_sign)}


@cache
def layer_of(folder: str) -> ExposureLayer:
    """The layer of a folder, read once."""
    return read_layer(Path(folder))

"""Tables out of a spreadsheet as a world: mended, filled up where they say nothing, checked, and written whole."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

from model.network import DAYS_PER_YEAR, output_at_rest
from model.register import register
from model.tables.documents import read_document
from model.tables.faults import Faults
from model.tables.focus_file import FILE as FOCUS
from model.tables.rows import ROWS
from model.tables.table_files import DATA
from model.tables.world_folder import digest_of, draft_world, noted_digests, tables_changed
from runs.files.folder import refuse_place, results_folder
from runs.worlds.assumed_columns import fill_what_is_left_out
from runs.worlds.money import focus_on_money
from runs.worlds.spreadsheet_tables import Cells, Sheet, read_sheets
from runs.worlds.world_check import check_world

KIND = "tables"
ROOM = 1.25  # capacity over what is asked at rest, where tables do not say; assumed_columns.toml has its range
COPIED = ("*.toml", "*.md", "*.csv")  # beside the tables, as they are
LEAST_CAPACITY = 1e-9  # of a line of which nothing is asked: too small to be seen, and not nothing


def import_tables(
    folder: Path, place: Path, cover_days: float | None = None, currency: str | None = None
) -> dict[str, Any]:
    """Read the tables of a folder as spreadsheets save them and write them as a world; return what is noted of it.

    cover_days: days of stock where the tables do not say; currency: of all amounts, where focus.toml does not say it.
    Raise Faults with all that is wrong and could not be mended,
    and where the place is taken or its tables were edited since they were imported; nothing is written then.
    """
    refuse_what_was_edited(place)
    refuse_place(place, KIND, [folder])
    if not folder.is_dir():
        raise Faults([f"{folder}: there is no such folder"])
    sheets, notes = read_sheets(folder)
    if not sheets:
        raise Faults([f"{folder}: found no table such as firms.csv in it; 'linestop world new FOLDER' shows them"])
    unknown = fill_what_is_left_out(sheets, notes, cover_days)
    if "minds" not in sheets:
        notes.append("minds.csv: left out; people are those of the base case")
    about: dict[str, Any] = {"kind": KIND, "command": "import tables", "from": folder.resolve().name, "notes": notes}
    with results_folder(place, about, [folder]) as hidden:
        copy_what_is_beside(folder, hidden)
        say_currency(hidden, currency, notes)
        write_sheets(sheets, hidden)
        if unknown:
            fill_capacity(unknown, hidden)
            write_sheets(sheets, hidden)
        found = check_world(hidden)
        if found.faults:
            raise Faults(found.faults)
        about["digests"] = {path.name: digest_of(path) for path in sorted(hidden.iterdir()) if path.is_file()}
    return about | {"lines": len(sheets["firms"].filled), "links": len(sheets["links"].filled)}


def refuse_what_was_edited(place: Path) -> None:
    """Raise Faults where somebody has edited what was imported before, for it would be lost."""
    changed = tables_changed(place) if noted_digests(place) is not None else []
    if changed:
        words = f"{', '.join(changed)} was edited there since it was imported, so it is left alone"
        raise Faults([f"{place}: {words}; edit the tables that it comes from, or choose another folder with --out"])


def copy_what_is_beside(folder: Path, hidden: Path) -> None:
    """Copy scenarios, focus, pages and tables of other kinds, such as tuned numbers or facts, as they are."""
    for pattern in COPIED:
        for path in sorted(folder.glob(pattern)):
            shutil.copyfile(path, hidden / path.name)


def say_currency(hidden: Path, currency: str | None, notes: list[str]) -> None:
    """Write into focus.toml of a world in what its amounts are counted, where it does not say so, with a note.

    Raise Faults where it says so, and the user, too.
    """
    path = hidden / FOCUS
    said = path.is_file() and "money" in read_document(path)
    if said and currency:
        raise Faults([f"--currency: {FOCUS} beside the tables has a [money] of its own; leave one of them out"])
    if currency:
        before = f"{path.read_text(encoding='utf-8').rstrip()}\n\n" if path.is_file() else ""
        path.write_text(before + focus_on_money(currency), encoding="utf-8")
        notes.append(f"amounts are in million {currency}, as --currency says; [money] of {FOCUS} keeps it")
    elif not said:
        notes.append("nothing says of which currency amounts are (--currency does); they are told as units of money")


def write_sheets(sheets: dict[str, Sheet], hidden: Path) -> None:
    """Write the tables, each row in the line in which it was."""
    for table, sheet in sheets.items():
        columns = [column for column in ROWS[table].model_fields if column in sheet.columns]
        with (hidden / f"{table}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(columns)
            for row in sheet.rows:
                writer.writerow([row.get(column, "") for column in columns] if row is not None else [])


def fill_capacity(unknown: list[Cells], hidden: Path) -> None:
    """Give lines that do not say it a capacity, from what is asked of them at rest; none where that cannot be known."""
    draft = draft_world(hidden, DATA)
    if draft.faults or not all((draft.tables.firms, draft.tables.countries, draft.tables.goods)):
        return  # what is wrong is told when the world is checked
    reg = register(draft.tables)
    made = output_at_rest(reg) * DAYS_PER_YEAR
    for cells in unknown:
        cells["capacity_per_year"] = f"{max(LEAST_CAPACITY, ROOM * float(made[reg.row(cells['line'])])):.12g}"

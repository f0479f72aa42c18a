"""Columns of delimited text files, whatever separates them; what is wrong is reported by line and column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.tables.faults import Faults
from runs.worlds.flows import Array

NUMBER = "number"
BLANKS = r"\s+"
SEPARATORS = (",", ";")  # separators besides blanks and tabs
LARGEST_CODE = 10**18 - 1  # of a firm: 18 digits
LARGEST_VALUE = 1e15
LONGEST_WORD = 200  # letters
MOST_FAULTS = 3  # faults of a kind in a column that are reported by line
SHOWN_LETTERS = 40
DIGITS = re.compile(r"0|[1-9][0-9]{0,17}")
WRITTEN_OUT = re.compile(r"[0-9]+(\.0*)?([eE]\+?[0-9]{1,2})?")  # how spreadsheets write whole numbers: 1.0, 1e+05


def read_columns(path: Path, kinds: Mapping[str, str], notes: list[str]) -> pd.DataFrame:
    """The first columns of a file: numbers as floats, all else as whole numbers or, where one is none, as text.

    kinds: by name of column whether it holds a number or text. A first line of headings is skipped, with a note.
    Raise Faults with all that is wrong in the file, by line and column.
    """
    text = read_file_text(path)
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not first:
        raise Faults([f"{path}: found no line; its columns are {', '.join(kinds)}"])
    mark = next((mark for mark in SEPARATORS if mark in first), BLANKS if len(first.split("\t")) < len(kinds) else "\t")
    quick = read_all_at_once(text, kinds, mark)
    return quick if quick is not None else read_line_by_line(path, text, kinds, mark, notes)


def read_file_text(path: Path) -> str:
    """Read a text file; raise Faults where it cannot be read or is not text."""
    try:
        content = path.read_bytes()
        wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except OSError as error:
        raise Faults([f"{path}: it cannot be read ({error.strerror})"]) from None
    except UnicodeDecodeError as error:
        raise Faults([f"{path}: found bytes that are not UTF-8 at byte {error.start}; save it as UTF-8"]) from None
    if "\0" in text:
        raise Faults([f"{path}: found bytes that are no text; give the file as text"])
    return text


def read_all_at_once(text: str, kinds: Mapping[str, str], mark: str) -> pd.DataFrame | None:
    """Read a file without headings or faults in which firms have numbers, in one go; None for any other."""
    kind = {name: np.float64 if each == NUMBER else np.int64 for name, each in kinds.items()}
    names = list(kinds)
    try:
        found = pd.read_csv(
            StringIO(text), sep=mark, header=None, usecols=list(range(len(names))), names=names, dtype=kind,
            skipinitialspace=True, na_filter=False,
        )  # fmt: skip
    except (ValueError, OverflowError, IndexError):
        return None
    amounts = found[[name for name, each in kinds.items() if each == NUMBER]].to_numpy()
    numbers = found[[name for name, each in kinds.items() if each != NUMBER]].to_numpy()
    if not len(found) or numbers.min() < 0 or numbers.max() > LARGEST_CODE:
        return None
    return found if not amounts.size or np.abs(amounts).max() <= LARGEST_VALUE else None


def read_line_by_line(path: Path, text: str, kinds: Mapping[str, str], mark: str, notes: list[str]) -> pd.DataFrame:
    """Read any other file: firms called by text, headings, or faults."""
    columns: dict[str, list[str]] = {name: [] for name in kinds}
    numbers: list[int] = []
    short: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        cells = split_cells(line, mark)
        if len(cells) < len(kinds):
            short.append(number)
            continue
        numbers.append(number)
        for column, cell in zip(columns.values(), cells, strict=False):
            column.append(cell)
    faults = first_faults(path, "", [f"line {number}: found fewer columns than {', '.join(kinds)}" for number in short])
    skip_headings(columns, kinds, path, numbers, notes)
    found: dict[str, Any] = {}
    for name, kind in kinds.items():
        found[name] = (number_column if kind == NUMBER else text_column)(columns[name], numbers, path, name, faults)
    if faults:
        raise Faults(faults)
    if not numbers:
        raise Faults([f"{path}: found no line; its columns are {', '.join(kinds)}"])
    return pd.DataFrame(found)


def split_cells(line: str, mark: str) -> list[str]:
    """Split a line into cells, without blanks and quotes around them."""
    parts = line.split() if mark == BLANKS else line.split(mark)
    return [part.strip().strip('"').strip() for part in parts]


def skip_headings(
    columns: dict[str, list[str]], kinds: Mapping[str, str], path: Path, numbers: list[int], notes: list[str]
) -> None:
    """Drop a first line that has words where numbers follow, with a note."""
    amounts = [name for name, kind in kinds.items() if kind == NUMBER]
    if len(numbers) < 2 or not amounts:
        return
    if all(not is_float(columns[name][0]) and is_float(columns[name][1]) for name in amounts) and not any(
        DIGITS.fullmatch(column[0]) for column in columns.values()
    ):
        heads = ", ".join(excerpt(column[0]) for column in columns.values())
        notes.append(f"the first line of {path.name} was taken for headings ({heads})")
        del numbers[0]
        for column in columns.values():
            del column[0]


def is_float(cell: str) -> bool:
    """Whether a cell is a number."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def number_column(cells: list[str], numbers: list[int], path: Path, name: str, faults: list[str]) -> Array:
    """A column of numbers; cells that are none are added to the faults."""
    found, wrong = np.zeros(len(cells)), []
    for row, cell in enumerate(cells):
        found[row] = float(cell) if is_float(cell) else np.nan
        if not abs(found[row]) <= LARGEST_VALUE:
            words = "no number" if np.isnan(found[row]) else f"more than {LARGEST_VALUE:g}"
            wrong.append(f"line {numbers[row]}: found '{excerpt(cell)}', which is {words}")
    faults += first_faults(path, name, wrong)
    return found


def text_column(cells: list[str], numbers: list[int], path: Path, name: str, faults: list[str]) -> Array:
    """A column of whole numbers, or of text where one cell is none; empty and overlong cells are faults."""
    wrong = []
    for row, cell in enumerate(cells):
        if not cell or len(cell) > LONGEST_WORD:
            found = f"'{excerpt(cell)}' of {len(cell):,} letters" if cell else "nothing"
            wrong.append(f"line {numbers[row]}: found {found}; a number or a name of up to {LONGEST_WORD} was expected")
    faults += first_faults(path, name, wrong)
    plain = [undo_spreadsheet(cell) for cell in cells]
    if all(DIGITS.fullmatch(cell) for cell in plain):
        return np.array([int(cell) for cell in plain], np.int64)
    return np.array(plain, dtype=object)


def undo_spreadsheet(cell: str) -> str:
    """A whole number as people write it, where a spreadsheet has written 1.0 or 1e+05; anything else as it is."""
    if cell.isdigit() or not WRITTEN_OUT.fullmatch(cell):
        return cell
    number = float(cell)
    return str(int(number)) if number.is_integer() and number < 2**53 else cell


def first_faults(path: Path, name: str, wrong: list[str]) -> list[str]:
    """The first faults of a column, with file and column, and how many more there are."""
    column = f" column {name}," if name else ""
    more = len(wrong) - MOST_FAULTS
    rest = [f"{path}:{column} and {more:,} more lines like these"] if more > 0 else []
    return [f"{path}:{column} {words}" for words in wrong[:MOST_FAULTS]] + rest


def excerpt(cell: str) -> str:
    """A cell short enough for a sentence."""
    return cell if len(cell) <= SHOWN_LETTERS else f"{cell[:SHOWN_LETTERS]}..."

"""Finding lines by a line code, a company code or part of a name."""

from __future__ import annotations

from collections.abc import Sequence

from model.tables.faults import Faults, unknown
from model.tables.rows import Line

MOST_LINES = 12  # a name that fits more is refused
SHORTEST_WORD = 4


def find_lines(name: str, lines: Sequence[Line], option: str = "--firm") -> list[int]:
    """The rows of the lines with this line code, else this company code, else this in their readable names.

    option: where the name was given. Raise Faults with the nearest name if it fits none, or if it fits
    too many.
    """
    wanted = fold_case(name)
    for fits in (
        [row for row, line in enumerate(lines) if fold_case(line.line) == wanted],
        [row for row, line in enumerate(lines) if fold_case(line.firm) == wanted],
        [row for row, line in enumerate(lines) if wanted and wanted in fold_case(line.name)],
    ):
        if len(fits) > MOST_LINES:
            some = ", ".join(lines[row].name for row in fits[:3])
            raise Faults([f"{option}: found '{name}', which fits {len(fits)} lines such as {some}; write more of it"])
        if fits:
            return fits
    raise Faults([f"{option}: {unknown(name, 'firm', known_words(lines))}"])


def known_words(lines: Sequence[Line]) -> set[str]:
    """The codes, names and longer words of names by which a line can be found."""
    words = {word.strip("(),") for line in lines for word in line.name.split()}
    codes = {code for line in lines for code in (line.line, line.firm)}
    return {line.name for line in lines} | codes | {word for word in words if len(word) >= SHORTEST_WORD}


def fold_case(name: str) -> str:
    """A name without case, spaces and hyphens, for comparing.

    >>> fold_case("Shin-Etsu") == fold_case("shin etsu")
    True
    """
    return "".join(letter for letter in name.casefold() if letter.isalnum())

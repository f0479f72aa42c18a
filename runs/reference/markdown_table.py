"""Tables in Markdown, as papers, pages and the handbook have them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: int = 0) -> str:
    r"""A table; numbers: how many columns, counted from the last, hold numbers and go to the right.

    >>> print(markdown_table(["key", "t"], [["`a|b`", "1"]], numbers=1))
    | key | t |
    | --- | ---: |
    | `a\|b` | 1 |
    """
    rule = ["---"] * (len(heads) - numbers) + ["---:"] * numbers
    cells = ([" ".join(cell.replace("|", r"\|").split()) for cell in line] for line in (heads, *rows))
    head, *body = ("| " + " | ".join(line) + " |" for line in cells)
    return "\n".join([head, "| " + " | ".join(rule) + " |", *body])

"""What the columns of an edge list are, by what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from model.tables.documents import read_document

WORDS: dict[str, dict[str, list[str]]] = read_document(Path(__file__).with_suffix(".toml"))
SUPPLIER, CUSTOMER = "supplier", "customer"
ENDS = (SUPPLIER, CUSTOMER)
UNIT_IN_HEAD = re.compile(r"[\[(](.+)[\])]\s*$")  # amount (M.EUR)


@cache
def columns_by_word() -> dict[str, str]:
    """Which column a heading means: `supplier`, `supplier_country`, `amount`, ... by heading in small letters."""
    found: dict[str, str] = {}
    for side, names in WORDS["side"].items():
        for name in names:
            found[name] = side
            for what, words in WORDS["firm"].items():
                for word in words:
                    found.setdefault(f"{name}_{word}", side if what == "id" else f"{side}_{what}")
                    found.setdefault(f"{word}_of_{name}", side if what == "id" else f"{side}_{what}")
    for what, words in WORDS["firm"].items():
        if what != "id":
            found |= {word: f"{SUPPLIER}_{what}" for word in words}
    for what, words in WORDS["link"].items():
        found |= {word: what for word in words} | {f"supplier_{word}": what for word in words if what == "good"}
    return found


def column_of(head: str) -> str | None:
    """The column that a heading means, or None.

    >>> column_of("Supplier ID"), column_of("Buyer country"), column_of("Amount (M.EUR)"), column_of("remarks")
    ('supplier', 'customer_country', 'amount', None)
    """
    words = re.sub(r"[^\w]+", "_", UNIT_IN_HEAD.sub("", head).strip().casefold()).strip("_")
    known = columns_by_word()
    return known.get(words) or known.get(words.replace("_", "")) or known.get(re.sub(r"_(in|per|a)_.*", "", words))


def unit_in(head: str) -> str:
    """The unit that a heading names in brackets; empty without one."""
    found = UNIT_IN_HEAD.search(head)
    return found[1].strip() if found else ""


def find_columns(heads: Sequence[str]) -> dict[str, int]:
    """The place of each column that is known, the first where two mean the same."""
    found: dict[str, int] = {}
    for place, head in enumerate(heads):
        column = column_of(head)
        if column is not None:
            found.setdefault(column, place)
    return found


def has_ends(columns: Iterable[str]) -> bool:
    """Whether both the supplier and the customer of a link are said."""
    return set(ENDS) <= set(columns)

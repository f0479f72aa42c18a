"""Countries as files call them, by two letters, three letters or name, and the two letters of ISO 3166 for each."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_suffix(".csv")
MOST_NAMED = 3  # countries in a note


@cache
def countries_of_iso() -> dict[str, str]:
    """The English short name of each country, by its two letters."""
    return {row["iso2"]: row["name"] for row in rows_of_iso()}


@cache
def rows_of_iso() -> tuple[dict[str, str], ...]:
    """The rows of the table: iso2, iso3, name."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def codes_by_word() -> dict[str, str]:
    """Two letters, by three letters and by name in small letters."""
    named = {row["name"].casefold(): row["iso2"] for row in rows_of_iso()}
    return named | {row["iso3"]: row["iso2"] for row in rows_of_iso()}


def country_code(word: str) -> str:
    """The two letters of a country; any other word, such as the name of a region, as it is.

    >>> country_code("DEU"), country_code("germany"), country_code("DE"), country_code("WA"), country_code("reg1")
    ('DE', 'DE', 'DE', 'WA', 'reg1')
    """
    return codes_by_word().get(word) or codes_by_word().get(word.casefold(), word)


def country_codes(words: Sequence[str], notes: list[str]) -> list[str]:
    """The code of each country that a file names, with a note on what was called otherwise."""
    found = [country_code(word) for word in words]
    other = [f"{word} is {code}" for word, code in zip(words, found, strict=True) if word != code]
    if other:
        more = f" and {len(other) - MOST_NAMED:,} more" if len(other) > MOST_NAMED else ""
        notes.append(f"countries are called by the two letters of ISO 3166: {', '.join(other[:MOST_NAMED])}{more}")
    return found

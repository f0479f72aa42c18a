"""Names of lines that can be told apart, where a table gives the same name to several."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from model.tables.tables import Tables


def tell_lines_apart(tables: Tables) -> Tables:
    """The same tables with the good behind each name that several lines have, such as "Delta (motors)".

    Where lines of a name make the same good their countries stand there, else their codes.
    """
    called = distinct_names(tables)
    if not called:
        return tables
    firms = tuple(
        line.model_copy(update={"name": called[row]}) if row in called else line
        for row, line in enumerate(tables.firms)
    )
    return replace(tables, firms=firms)


def distinct_names(tables: Tables) -> dict[int, str]:
    """The rows of lines whose names stand more than once, and what tells them apart."""
    same: defaultdict[str, list[int]] = defaultdict(list)
    for row, line in enumerate(tables.firms):
        same[line.name].append(row)
    goods = {good.good: good.name for good in tables.goods}
    countries = {country.country: country.name for country in tables.countries}
    found: dict[int, str] = {}
    for rows in same.values():
        lines = [tables.firms[row] for row in rows]
        for said in (
            [goods.get(line.good, line.good) for line in lines],
            [countries.get(line.country, line.country) for line in lines],
            [line.line for line in lines],
        ):
            if len(set(said)) == len(lines) > 1:
                found |= {row: with_words(line.name, words) for row, line, words in zip(rows, lines, said, strict=True)}
                break
    return found


def with_words(name: str, words: str) -> str:
    """A name with words in brackets behind it.

    >>> with_words("Delta", "motors"), with_words("Delta (Ulm)", "motors")
    ('Delta (motors)', 'Delta (Ulm, motors)')
    """
    return f"{name[:-1]}, {words})" if name.endswith(")") and " (" in name else f"{name} ({words})"

"""Goods, firms, countries and money are named in data: no text in the code of runs/ or agents/ names them.

Docstrings and comments are for readers and may speak of Japan; what is counted is what the program says or looks up.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from model.tables.table_files import DATA, read_tables
from runs.classroom.anonymised_names import word_map

HOUSE = Path(__file__).parents[2]
RUNS, AGENTS = HOUSE / "runs", HOUSE / "agents"
TABLES = read_tables(DATA)
CODES = (
    {country.country for country in TABLES.countries} | {good.good for good in TABLES.goods}
    | {code for line in TABLES.firms for code in (line.line, line.firm)}
)  # fmt: skip
ENGLISH = {"alloy", "capacitor", "appliance", "servo", "wind", "abroad", "electronics", "machinery", "CAR", "SUB", "OT"}
INDUSTRIES = {line.industry for line in TABLES.firms} - {"state stock"}  # also what a role is called
NAMES = re.compile(r"\b(?:" + "|".join(map(re.escape, word_map(TABLES))) + r")\b")  # countries, adjectives, companies
MONEY = re.compile(r"\bJPY\b|\b[Yy]en\b|¥")  # what the base case counts in
FONT = "Noto Sans CJK JP"
TOKEN = re.compile(r"[A-Za-z][\w-]*\$?")


def texts(file: Path) -> Iterator[tuple[int, str]]:
    """The line and the content of each text in a file but its docstrings."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    alone = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.lineno, node.value


def named_in(text: str) -> set[str]:
    """What a text names: codes and names wherever they stand, codes that are English words only by themselves."""
    return (set(TOKEN.findall(text)) & (CODES - ENGLISH)) | set(NAMES.findall(text)) | ({text} & (ENGLISH | INDUSTRIES))


def naming_files() -> dict[str, list[str]]:
    """Every file of the code that names something, and what, by line."""
    found: dict[str, list[str]] = {}
    for file in sorted((*RUNS.rglob("*.py"), *AGENTS.rglob("*.py"))):
        place = file.relative_to(HOUSE).as_posix()
        lines = [
            f"{line}: {', '.join(sorted(named))}"
            for line, text in texts(file)
            if (named := named_in(text) | set(MONEY.findall(text)))
        ]
        if lines and not place.startswith("runs/exercises/"):
            found[place] = lines
    return found


def test_names_are_data() -> None:
    found = naming_files()
    assert not found, found


def test_templates_of_pages_name_nothing() -> None:
    found = {}
    for file in sorted((*RUNS.rglob("*.vue"), *RUNS.rglob("*.html"))):
        text = file.read_text(encoding="utf-8").replace(FONT, "")
        named = {word for line in text.splitlines() for word in named_in(line) | set(MONEY.findall(line))}
        if named and "exercises" not in file.parts:
            found[file.name] = named
    assert not found, found


def test_a_name_in_a_text_is_found() -> None:
    assert named_in("lines in Japan") == {"Japan"} and MONEY.findall("bn JPY, ¥ or yen") == ["JPY", "¥", "yen"]
    assert named_in("needs.cover_days[country=JP]*=2") == {"JP"}
    assert named_in("vehicles_JP") == set() == named_in("in US$, state stocks")


def test_each_company_has_one_short_name() -> None:
    short = {(line.firm, line.short) for line in TABLES.firms}
    assert all(name for _, name in short) and len(short) == len({firm for firm, _ in short})

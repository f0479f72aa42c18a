"""The words that minds from files have, as tables: the list from which views are made, with units, ranges and codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from math import inf

from agents.quantities import Quantity
from agents.vocabulary import TRUTH, Word, words_of_mind
from model.tables.table_files import DATA, read_tables
from model.tables.tables import Tables
from runs.classroom.mind_imports import ROLES
from runs.reference.markdown_table import markdown_table
from runs.simulation.stage import MINDS

ALL, GOODS = "all", "goods"
HEADS = {
    "fact": ("Fact", "What it is", "Minds"),
    "sense": ("Sense", "What it is", "Unit", "Range", "Minds"),
    "verb": ("Verb", "What it does", "Unit", "Range", "Minds"),
    "number": ("Number", "What it is", "Unit", "Minds"),
}
TITLES = {
    "fact": "Facts of the firm, which stay so (after `self.`, as all words of minds)",
    "sense": "Senses: looking changes nothing",
    "verb": "Verbs: they wish, and physics carries it out",
    "number": "Numbers by which the default mind goes; a mind may read and set its own",
    GOODS: "Codes of goods in the base case",
}
UNITS = {"1": "share or multiple", "day": "days"}


def mind_words_text() -> str:
    """The tables of the words of all minds, each with its title, in Markdown."""
    return "\n\n".join(f"### {TITLES[name]}\n\n{text}" for name, text in tables_for(list(ROLES)).items())


@cache
def mind_word_tables() -> dict[str, str]:
    """The tables that a page may quote, in Markdown, by names such as "table:mind:magnet_maker:sense"."""
    return {
        f"table:mind:{role}:{name}": text
        for role, kind in MINDS.items()
        for name, text in tables_for([kind.__name__]).items()
    }


def tables_for(kinds: Sequence[str]) -> dict[str, str]:
    """The tables of the words that minds of some kinds have: one a kind of word, and one of the goods' codes."""
    tables = read_base_case()
    words = {name: word for kind in kinds for name, word in words_of_mind(ROLES[kind]).items()}
    return {kind: table_of(kind, words.values(), tables) for kind in HEADS} | {GOODS: goods_table(kinds, tables)}


@cache
def read_base_case() -> Tables:
    """The tables of the base case."""
    return read_tables(DATA)


def table_of(kind: str, words: Iterable[Word], tables: Tables) -> str:
    """The table of the words of a kind."""
    rows = []
    for word in words:
        if word.kind == kind == "number":
            unit, meaning = number_in_minds(word.name, tables)
            rows.append((f"`{word.usage}`", meaning, unit, minds_that_have(word.name)))
        elif word.kind == kind:
            numbers = () if kind == "fact" else (unit_text(word), range_text(word))
            rows.append((f"`{word.usage}`", word.words, *numbers, minds_that_have(word.name)))
    return markdown_table(HEADS[kind], rows)


def minds_that_have(name: str) -> str:
    """The kinds of minds that have a word."""
    having = [role for role, kind in ROLES.items() if name in words_of_mind(kind)]
    return ALL if len(having) == len(ROLES) else ", ".join(having)


def unit_text(word: Word) -> str:
    """The units of the numbers of a word; of several that it takes with the names of the arguments."""
    units = [(name, quantity.unit.removesuffix(", 0 to 1")) for name, quantity in word.numbers if quantity is not TRUTH]
    if not word.numbers:
        return "a code" if word.kind == "sense" else ""
    text = "; ".join(f"{name}: {unit}" if len(units) > 1 else unit for name, unit in units)
    return f"{text}, for each {word.each}" if word.each else text


def range_text(word: Word) -> str:
    """The ranges of the numbers of a word."""
    return "; ".join(bounds_text(quantity) for _, quantity in word.numbers)


def bounds_text(quantity: Quantity) -> str:
    """The bounds of a quantity in words.

    >>> bounds_text(Quantity("share", most=1.0)), bounds_text(Quantity("days"))
    ('0 to 1', '0 or more')
    """
    if quantity is TRUTH:
        return "True or False"
    return f"{quantity.least:g} or more" if quantity.most == inf else f"{quantity.least:g} to {quantity.most:g}"


def number_in_minds(name: str, tables: Tables) -> tuple[str, str]:
    """The unit and the meaning of a number of a mind, and for whom it means something else."""
    rows = [each for each in tables.minds if each.parameter == name]
    usual = rows[0]
    others = [f"for {MINDS[row.role].__name__}: {row.meaning}" for row in rows if row.meaning != usual.meaning]
    words = "; ".join([usual.meaning, *others])
    return UNITS.get(usual.unit, usual.unit), f"{words[:1].upper()}{words[1:]}."


def goods_table(kinds: Sequence[str], tables: Tables) -> str:
    """The goods that lines with minds of some kinds use or make: code, name, unit, and whose minds do."""
    kind_of = {line.line: MINDS[line.role].__name__ for line in tables.firms if line.role in MINDS}
    makers = [(line.good, kind_of[line.line]) for line in tables.firms if line.line in kind_of]
    users = [(need.good, kind_of[need.line]) for need in tables.needs if need.line in kind_of]
    shown = {good for good, kind in (*makers, *users) if kind in kinds}
    rows = [
        (f"`{good.good}`", good.name, good.unit, minds_in(users, good.good), minds_in(makers, good.good))
        for good in tables.goods
        if good.good in shown
    ]
    return markdown_table(("Code", "Good", "Unit", "Used by", "Made by"), rows)


def minds_in(pairs: Sequence[tuple[str, str]], good: str) -> str:
    """The kinds of minds that stand beside a good, in the order of the roles."""
    return ", ".join(role for role in ROLES if (good, role) in pairs)

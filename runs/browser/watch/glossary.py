"""Words of the page and what they mean, with the goods and tiers of the world. No Solara in here."""

from __future__ import annotations

from typing import Any

from model.metrics import CURTAILED_BELOW, STOPPED_BELOW
from model.tables.tables import Tables
from runs.browser.parts.board import ALMOST_EMPTY
from runs.simulation.focus import focus_of

PERCENT = 100
WORDS = (
    ("line", "one company in one country that makes one good; a company may have several"),
    ("normal", "what a line makes in the world at rest, under the final demand of the day"),
    ("days of stock, cover", "stock on the floor over what the line means to use a day if nothing is short"),
    ("scarcest line", "of a tier the line whose scarcest input lasts for the fewest days: where a stop begins"),
    ("almost empty", f"less than {PERCENT * ALMOST_EMPTY:.0f} % of the normal stock of the input that is scarcest"),
    ("below half", f"a line makes less than {PERCENT * CURTAILED_BELOW:.0f} % of normal for want of something"),
    (
        "stopped",
        f"a line makes less than {PERCENT * STOPPED_BELOW:.0f} % of normal, until it has enough again",
    ),
    ("on order", "ordered and not yet on the floor: waiting for a licence, owed by a supplier, or on the way"),
    ("waiting for a licence", "applied for and not ruled on, in days of what the line means to use"),
    ("landing", "what arrived a day in the last two weeks, as a share of what the line means to use"),
    ("spot", "the price for a delivery at once, over that of contracts"),
    ("second source", "another supplier, from whom may be bought once its goods are qualified, which takes months"),
    ("thrift", "the same output with less of an input, by redesign"),
    ("value added lost", "what lines did not earn since the shock against normal; what overtime made up is back"),
    ("the same luck", "two runs share their random numbers, so that they differ by the lever alone"),
)


def glossary(tables: Tables) -> list[dict[str, Any]]:
    """The words in groups, each with a title and pairs of a word and its meaning."""
    about, firms, needs = focus_of(tables), tables.firms, tables.needs
    goods = [
        (good.name, good_words(sum(line.good == good.good for line in firms), sum(n.good == good.good for n in needs),
                               good.unit))
        for good in tables.goods
    ]  # fmt: skip
    tiers = [(name, f"tier {number}: {count_lines(sum(line.tier == number for line in firms))}")
             for number, name in about.tiers.items()]  # fmt: skip
    groups = (("Words", WORDS), ("Goods", goods), ("Tiers", tiers))
    return [{"title": title, "words": list(words)} for title, words in groups]


def good_words(makers: int, users: int, unit: str) -> str:
    """How many lines make and use a good, and in what it is counted.

    >>> good_words(1, 12, "t")
    'made by 1 line, used by 12 lines, in t'
    """
    return f"made by {count_lines(makers)}, used by {count_lines(users)}, in {unit}"


def count_lines(number: int) -> str:
    """A number of lines in words."""
    return "1 line" if number == 1 else f"{number or 'no'} lines"

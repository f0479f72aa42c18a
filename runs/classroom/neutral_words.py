"""Neutral words for what gives the sides away besides names: dates, the currency, and codes that are typed."""

from __future__ import annotations

import re
from collections.abc import Collection

from model.tables.focus_file import Money

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
FIRST_YEAR, EARLIEST_YEAR = 2025, 2000  # of the story; of dates that say more than when a book was printed
MONTHS_A_YEAR = 12
DAY_OF_MONTH = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)})\b(?:\s+(20\d\d)\b)?")
MONTH_OF_YEAR = re.compile(rf"\b({'|'.join(MONTHS)})\s+(20\d\d)\b")
YEAR = re.compile(r"(?<![\w.,/-])(20\d\d)(?![\w/-]|[.,]\d)")
AMOUNT = r"((?:<!--=\w+-->)?-?\d[\d,.]*\d|\d)((?:<!--/-->)?)((?:\s+(?:thousand|million|billion|trillion))?)"
CODE = r"```.*?```|`[^`]+`"  # what is typed, in Markdown
ON_SCREEN = "By hand"  # a section on a page of Linestop, which calls everybody by name
OWN_SECTION = "Extend the model"  # falls with its first code; of others, only the item does
SECTION = re.compile(r"^## (?P<title>.*?)\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
ITEM = re.compile(r"^\* .*?(?=^\* |\n\n|\Z)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"(?:^[^\n]+:\n\n)?^```.*?^```\n?", re.MULTILINE | re.DOTALL)


def neutral_dates(text: str) -> str:
    """Count months and years from the first year of the story; earlier years are only called so.

    >>> neutral_dates("In January 2026, after 4 April 2025 and 2011, but in 2027; Sterman 1989, date=2026-01-06.")
    'In month 13, after day 4 of month 4 and an earlier year, but in year 3; Sterman 1989, date=2026-01-06.'
    """
    text = DAY_OF_MONTH.sub(lambda found: f"day {found[1]} of {month_words(found[2], found[3])}", text)
    text = MONTH_OF_YEAR.sub(lambda found: month_words(found[1], found[2]), text)
    return YEAR.sub(lambda found: year_words(int(found[1])), text)


def month_words(month: str, year: str | None) -> str:
    """A month by its number in the story."""
    years = int(year) - FIRST_YEAR if year else 0
    return f"month {years * MONTHS_A_YEAR + MONTHS.index(month) + 1}" if years >= 0 else "an earlier month"


def year_words(year: int) -> str:
    """A year by its number in the story."""
    return f"year {year - FIRST_YEAR + 1}" if year >= FIRST_YEAR else "an earlier year"


def neutral_money(text: str, money: Money) -> str:
    """Call a currency units of money, wherever its code, its sign or its name stands with an amount.

    >>> neutral_money("¥1,797 billion are 1,797 billion JPY.", Money(code="JPY", name="yen", sign="¥"))
    '1,797 billion units of money are 1,797 billion units of money.'
    """
    plain = Money().name
    if money.sign.strip():
        text = re.sub(rf"{re.escape(money.sign)}\s*{AMOUNT}", rf"\1\2\3 {plain}", text)
    for word in filter(None, (money.code, money.name)):
        text = re.sub(rf"(?<![\w.\[=]){re.escape(word)}(?![\w\]=])", plain, text) if word != plain else text
    return text


def hide_codes(page: str, codes: Collection[str]) -> str:
    """Take out of a page, in Markdown, what has to be typed with codes of lines, firms, countries or stories.

    An item of a list goes, and a listing with the line before it; of how to extend the model the whole section. What is
    done by hand goes as well, for the page of `linestop watch` names the sides.
    """
    known = re.compile("|".join(rf"(?<![A-Za-z]){re.escape(code)}(?![A-Za-z])" for code in sorted(codes)))

    def tells(text: str) -> bool:
        return any(known.search(code) for code in re.findall(CODE, text, re.DOTALL))

    def without(section: re.Match[str]) -> str:
        extends = section["title"] == OWN_SECTION and tells(section["text"])
        if extends or section["title"].startswith(ON_SCREEN):
            return ""
        text = BLOCK.sub(lambda found: "" if tells(found[0]) else found[0], section["text"])
        text = ITEM.sub(lambda found: "" if tells(found[0]) else found[0], text)
        return f"## {section['title']}\n{text}" if text.strip() else ""

    return SECTION.sub(without, page)

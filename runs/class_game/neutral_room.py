"""A room that takes no sides: its texts tell the time by the months of the story, and count in no country's money."""

from __future__ import annotations

import calendar
import json
import re
from collections import Counter
from collections.abc import Callable

from model.tables.table_files import DATA, read_tables
from runs.class_game.lesson_file import CLASS
from runs.game.amounts import SIGN
from runs.simulation.focus import base_case

FIRST_YEAR, MONTHS_A_YEAR = 2025, 12  # months are counted from the first of this year, as in exercises
NEUTRAL_SIGN = "¤"  # the sign of Unicode for a currency that is not named
NUMBERS = {name: number for number, name in enumerate(calendar.month_name) if name}
DATE = re.compile(rf"(?:\b(\d{{1,2}}) )?\b({'|'.join(NUMBERS)}) (20\d\d)\b")


def neutral_room(anonymise: Callable[[str], str]) -> Callable[[str], str]:
    """What replaces in a text, also in JSON, what tells the sides: names by `anonymise`, then dates and currency.

    >>> neutral_room(str)(f"{SIGN}2.5 billion by 6 January 2026, since April 2025; 2007 of them are overdue")
    '¤2.5 billion by day 6 of month 13, since month 4; 2007 of them are overdue'
    """

    labels = neutral_labels(anonymise) | neutral_names(anonymise)
    label = re.compile("|".join(re.escape(each) for each in sorted(labels, key=len, reverse=True)))

    def reword(text: str) -> str:
        for event in CLASS.history:
            text = text.replace(event.words, event.neutral_words).replace(event.source, event.neutral_source)
        text = label.sub(lambda found: labels[found[0]], text)
        return DATE.sub(date_words, anonymise(text)).replace(SIGN, NEUTRAL_SIGN)

    return reword


def neutral_labels(anonymise: Callable[[str], str]) -> dict[str, str]:
    """What the wall calls a line where there is room for three words -> its company and what it makes, both as JSON.

    Whole, for the short name of a company within it may be any word.
    """
    kinds = base_case().labels
    named = [line for line in read_tables(DATA).firms if line.short and line.good in kinds]
    return {
        json.dumps(f"{line.short} {kinds[line.good]}"): json.dumps(
            f"{neutral_text(line.short, anonymise)} ({kinds[line.good]})"
        )
        for line in named
    }


def neutral_names(anonymise: Callable[[str], str]) -> dict[str, str]:
    """The name of a line with what stands in brackets, a place or other companies too -> company and good."""
    tables = read_tables(DATA)
    goods = {good.good: good.name for good in tables.goods}
    names, twins = dict[str, str](), Counter[str]()
    for line in tables.firms:
        company, bracket, _ = line.name.partition(" (")
        if bracket:
            name = f"{neutral_text(company, anonymise)} ({goods[line.good]}"
            twins[name] += 1
            names[line.name] = f"{name})" if twins[name] == 1 else f"{name}, line {twins[name]})"
    return names


def neutral_text(name: str, anonymise: Callable[[str], str]) -> str:
    """What a company is called in a neutral room, where its name is a whole text."""
    return str(json.loads(anonymise(json.dumps(name))))


def date_words(found: re.Match[str]) -> str:
    """A date, or a month, by its number in the story."""
    day, month, year = found.groups()
    words = f"month {(int(year) - FIRST_YEAR) * MONTHS_A_YEAR + NUMBERS[month]}"
    return f"day {day} of {words}" if day else words

"""A room of a class that takes no sides: neutral names, the months of the story, and no country's money."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from model.tables.table_files import DATA, read_tables
from runs.class_game.lesson_file import CLASS
from runs.classroom.neutral_words import MONTHS, month_words
from runs.simulation.focus import base_case

SIGN = base_case().money.sign  # of the money in which a class plays
NEUTRAL_SIGN = "¤"  # the sign of Unicode for a currency that is not named
DATE = re.compile(rf"(?:\b(\d{{1,2}}) )?\b({'|'.join(MONTHS)}) (20\d\d)\b")


def neutral_room(anonymise: Callable[[str], str]) -> Callable[[str], str]:
    """What replaces in a text, also in JSON, what tells the sides: names by `anonymise`, then dates and currency.

    >>> neutral_room(str)(f"{SIGN}2.5 billion by 6 January 2026, since April 2025; 2007 of them are overdue")
    '¤2.5 billion by day 6 of month 13, since month 4; 2007 of them are overdue'
    """
    labels = neutral_labels(anonymise)
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
            f"{json.loads(anonymise(json.dumps(line.short)))} ({kinds[line.good]})"
        )
        for line in named
    }


def date_words(found: re.Match[str]) -> str:
    """A date, or a month, by its number in the story."""
    day, month, year = found.groups()
    return f"day {day} of {month_words(month, year)}" if day else month_words(month, year)

"""Numbers that pages quote carry their names, so that each can be checked against the runs and updated.

In the Markdown a quoted number is between two comments, which no reader sees: `<!--=slope-->1.6<!--/-->`. A whole
table is quoted alike: `<!--=table:makers-->`, or `<!--=table:policies:lost-->` for one measure of two axes, or
`<!--=table:mind:magnet_maker:sense-->` for words of minds (`mind_words.py`). A claim in words is followed by the names
of the answers whose lessons carry it, `<!--!first_moved moved-->`, or by none where it only says where to look.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from model.tables.faults import Faults, unknown
from runs.classroom.answers import table_text
from runs.classroom.exercise import Exercise
from runs.classroom.language import ENGLISH, Language, translate_exercise, translate_tables

QUOTE = re.compile(r"<!--=(?P<name>[\w:]+)-->(?P<text>.*?)<!--/-->", re.DOTALL)
CLAIM = re.compile(r"<!--!(?P<names>[\w ]*)-->")  # after a claim in words: the answers whose lessons carry it


@dataclass(frozen=True)
class Stale:
    """A number that a page quotes and the runs no longer give."""

    page: str
    name: str
    quoted: str
    computed: str


def find_quotes(text: str) -> list[tuple[str, str]]:
    """What a page quotes: names and the texts between the marks.

    >>> find_quotes("It stops on day <!--=stop-->52<!--/-->.")
    [('stop', '52')]
    """
    return [(found["name"], found["text"].strip()) for found in QUOTE.finditer(text)]


def update_quotes(text: str, known: Mapping[str, str], page: str) -> str:
    """Replace the quoted numbers of a page by the current ones; raise Faults for a name that no answer has."""

    def anew(found: re.Match[str]) -> str:
        name = found["name"]
        if name not in known:
            raise Faults([f"{page}: {unknown(name, 'answer', list(known))}"])
        value = f"\n\n{known[name]}\n\n" if name.startswith("table:") else known[name]
        return f"<!--={name}-->{value}<!--/-->"

    return QUOTE.sub(anew, text)


def strip_marks(text: str) -> str:
    """Remove the marks around quoted numbers and after claims, for the rendered page."""
    return CLAIM.sub("", QUOTE.sub(lambda found: found["text"], text))


def find_stale(text: str, known: Mapping[str, str], page: str) -> list[Stale]:
    """Find the numbers and tables on a page that are no longer what the runs give."""
    update_quotes(text, known, page)
    return [
        Stale(page, name, quoted, known[name])
        for name, quoted in dict.fromkeys(find_quotes(text))
        if quoted != known[name].strip()
    ]


def tables_quoted(
    exercise: Exercise, tables: Mapping[str, pd.DataFrame], language: Language = ENGLISH
) -> dict[str, str]:
    """Every table that a page in a language may quote, as Markdown."""
    found: dict[str, str] = {}
    translated, named = translate_exercise(exercise, language), translate_tables(tables, language)
    for sweep in translated.sweep:
        table = named[sweep.name]
        found[f"table:{sweep.name}"] = table_text(sweep, table, language=language)
        for name in sweep.measures if len(sweep.axis) > 1 else ():
            found[f"table:{sweep.name}:{name}"] = table_text(sweep, table, name, language)
    return found

"""CLASS.md in four languages: the same headings, tables, lists, commands and names of files, in the same order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runs.browser.desk.catalogue import words_in
from runs.class_game import lesson_file
from runs.class_game.lesson_file import CLASS

FOLDER = lesson_file.FILE.parent
STAFF = Path(__file__).parents[2] / "runs/browser/class_pages/staff/words"
OTHERS = [language for language in CLASS.languages if language != "en"]
QUOTED = {"ja": "「(.+?)」", "ko": "‘(.+?)’", "zh": "“(.+?)”"}
BUTTONS = ("show", "to_habit", "undo", "pause", "go_on", "export")


def paper(language: str) -> str:
    return (FOLDER / ("CLASS.md" if language == "en" else f"CLASS.{language}.md")).read_text("utf-8")


def shape(text: str) -> list[tuple[str, str]]:
    """What stands line by line in every language: marks of headings, items and tables, and what is typed."""
    found = []
    for line in text.splitlines():
        if mark := re.match(r"(#+|- \*\*|-) ", line):
            found.append(("mark", mark[1]))
        if line.startswith("    "):
            found.append(("typed", line))
        if line.startswith("|"):
            found.append(("row", str(line.count("|"))))
    return found


@pytest.mark.parametrize("language", OTHERS)
def test_a_paper_has_the_headings_tables_and_commands_of_the_english_one(language: str) -> None:
    english, text = paper("en"), paper(language)
    assert shape(text) == shape(english)
    assert sorted(re.findall(r"`([^`\n]+)`", text)) == sorted(re.findall(r"`([^`\n]+)`", english))
    assert {"14", "12", "16", "18", "30", "60", "90"} <= set(re.findall(r"\d+", text))
    assert len(shape(english)) > 25


@pytest.mark.parametrize("language", OTHERS)
def test_a_paper_calls_buttons_as_the_pages_do(language: str) -> None:
    words = words_in(language, STAFF)
    quoted = re.findall(QUOTED[language], paper(language))
    assert {words[key] for key in BUTTONS} == set(quoted)


def test_papers_lead_to_each_other() -> None:
    names = {language: "CLASS.md" if language == "en" else f"CLASS.{language}.md" for language in CLASS.languages}
    for language in CLASS.languages:
        links = re.findall(r"\]\((\S+?)\)", paper(language))
        assert sorted(links) == sorted(name for other, name in names.items() if other != language)

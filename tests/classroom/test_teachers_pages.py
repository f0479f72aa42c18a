"""What a teacher marks by and answers with: rubrics are whole, sums are right, each side speaks, facts say how sure."""

from __future__ import annotations

import re

import pytest

from model.tables.faults import Faults
from model.tables.table_files import DATA
from runs.classroom.exercise import STUDENT, TEACHER, Exercise, exercise_folders, read_exercise
from runs.classroom.page import BLOCKS, as_html, draw_figures, put_in_blocks, render_page
from runs.classroom.quoted_numbers import strip_marks
from tests.classroom.test_site import seen
from tests.support.exercises import made_up

FOLDERS = exercise_folders()
ITEMS = ["R1", "R2", "R3", "E1", "E2", "E3", "L1", "L2"]
SURENESS = {
    cells[0]: cells[6]
    for line in (DATA / "EVIDENCE.md").read_text(encoding="utf-8").splitlines()
    if re.fullmatch(r"[A-G]\d+", (cells := [cell.strip() for cell in line.strip("|").split("|")])[0])
}


@pytest.fixture(params=FOLDERS, ids=[folder.name for folder in FOLDERS])
def exercise(request: pytest.FixtureRequest) -> Exercise:
    return read_exercise(request.param)


def section(page: str, title: str) -> str:
    """The text under a heading, up to the next one."""
    found = re.search(rf"^##+ {re.escape(title)}\n(.*?)(?=^##|^<!--\+|\Z)", page, re.MULTILINE | re.DOTALL)
    assert found is not None, title
    return found[1]


def rows(text: str) -> list[list[str]]:
    """The rows of a table in Markdown, without its head."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")
    ][2:]


def points(words: str) -> float:
    """Points as a page writes them.

    >>> points("8½"), points("½"), points("2")
    (8.5, 0.5, 2.0)
    """
    return float(words.rstrip("½") or 0) + 0.5 * words.endswith("½")


def test_each_item_of_the_rubric_has_a_full_and_a_half_answer(exercise: Exercise) -> None:
    table = rows(section(exercise.page(TEACHER), "The rubric, item by item"))
    assert [row[0] for row in table] == ITEMS
    assert all(len(row) == 3 and row[1] and row[2] and row[1] != row[2] for row in table)


def test_three_sample_answers_are_marked_by_the_rubric_and_their_sums_are_right(exercise: Exercise) -> None:
    text = section(exercise.page(TEACHER), "Three sample answers")
    answers = re.findall(r"^\*\*A (good|middling|poor) one\.\*\* \*(.*?)\*$", text, re.MULTILINE | re.DOTALL)
    assert [name for name, _ in answers] == ["good", "middling", "poor"]
    assert all(len(strip_marks(words).split()) >= 15 for _, words in answers)
    *marked, total = rows(text)
    assert [row[0] for row in marked] == ["Predictions", *ITEMS] and all(row[4] for row in marked)
    sums = [points(cell) for cell in total[1:4]]
    for column, given in enumerate(sums, 1):
        marks = [points(row[column]) for row in marked]
        assert max(marks[1:]) <= 1 and marks[0] <= 2 and sum(marks) == given
    assert sums[0] >= 8 > sums[1] >= 4 > sums[2]


def test_questions_to_discuss_and_things_to_try_have_model_answers(exercise: Exercise) -> None:
    student, teacher = exercise.page(STUDENT), exercise.page(TEACHER)
    for title, mark in (("Discuss", r"^\d\. "), ("Things to try", r"^\* ")):
        asked, answered = (
            len(re.findall(mark, text, re.MULTILINE))
            for text in (section(student, title), section(teacher, f"Model answers to *{title}*"))
        )
        assert asked == answered > 1, title


def test_each_side_speaks_on_every_teachers_page_and_on_no_students(exercise: Exercise) -> None:
    texts = {name: exercise.page(name) for name in (STUDENT, TEACHER)}
    assert texts[TEACHER].count("<!--+each-side-->") == 1
    drawings = draw_figures(exercise, made_up(exercise))
    teacher, student = (render_page(exercise, texts, drawings, kind) for kind in ("teacher", "student"))
    words = seen(teacher).partition("Each side's own words")[2]
    said = ("Announcement 1 of 6 January 2026", "Civilian-use [goods] will not be affected", "absolutely unacceptable",
            "We will thoroughly manage the supply")  # fmt: skip
    assert all(words.count(each) == 1 for each in said)
    assert "Each side's own words" not in student and "<!--+" not in teacher + student and "&lt;!--" not in teacher


def test_facts_say_how_sure_they_are_as_the_evidence_does(exercise: Exercise) -> None:
    sources = section(exercise.page(STUDENT), "Sources") + (BLOCKS / "each-side.md").read_text(encoding="utf-8")
    facts = re.findall(r"\b([A-G]\d{1,2})\b(?: \[(\w+)\])?", sources)
    assert facts and all(mark == SURENESS[fact] for fact, mark in facts), facts
    assert exercise.page(STUDENT).rstrip().endswith("<!--+confidence-->")
    assert {"high", "med", "low"} == set(
        re.findall(r"\[(\w+)\]", (BLOCKS / "confidence.md").read_text(encoding="utf-8"))
    )


def test_words_that_a_reader_of_nineteen_need_not_know_are_not_used(exercise: Exercise) -> None:
    for name in (STUDENT, TEACHER):
        found = re.findall(
            r"\b(?:nought|for want of|dearer?|stood|stand(?:s|ing)? still|heeds?)\b", strip_marks(exercise.page(name))
        )
        assert not found, (name, found)


def test_an_unknown_block_is_told_with_the_nearest() -> None:
    with pytest.raises(Faults, match="each-side"):
        put_in_blocks("Text\n\n<!--+each-sides-->\n")
    assert "<!--+" not in as_html("<!--+confidence-->", {}, "student")

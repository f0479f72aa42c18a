"""The pages of an exercise: Markdown, predictions, figures and current numbers as one self-contained HTML file."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader

from model.tables.faults import Faults, unknown
from runs.classroom.exercise import STUDENT, TEACHER, Exercise
from runs.classroom.figures import draw_figure, svg_text
from runs.classroom.predictions import QUESTION, Prediction, read_predictions
from runs.classroom.quoted_numbers import strip_marks
from runs.extras import require_extra

TEMPLATE, BOX = "exercise.html", "box.html"
FIGURE = "figure:"
QUOTE = re.compile(r"^(?:>.*\n)+", re.MULTILINE)  # in Markdown, of lines that follow one another


def draw_figures(exercise: Exercise, tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Draw the figures of an exercise as SVG by name: the first of sweep makers is `makers`, the next `makers-2`."""
    found = {}
    for sweep in exercise.sweep:
        for number, what in enumerate(sweep.figure, 1):
            name = sweep.name if number == 1 else f"{sweep.name}-{number}"
            found[name] = svg_text(draw_figure(sweep, tables[sweep.name], what))
    return found


def render_page(
    exercise: Exercise,
    texts: Mapping[str, str],
    drawings: Mapping[str, str],
    teacher: bool,
    known: Mapping[str, str] | None = None,
) -> str:
    """Render the student's page; with `teacher` the teacher's notes follow, and no figure is hidden.

    texts: the Markdown of the pages by file name, its numbers up to date; drawings: SVG by name; known: the answers by
    name (by default as the pages quote them).
    """
    asked = read_predictions(exercise, known, texts[STUDENT])
    return (
        templates()
        .get_template(TEMPLATE)
        .render(
            title=exercise.title,
            number=exercise.number,
            minutes=exercise.minutes,
            student=as_html(strip_marks(texts[STUDENT]), drawings, not teacher, asked),
            teacher=as_html(strip_marks(texts[TEACHER]), drawings, hidden=False) if teacher else "",
        )
    )


def templates() -> Environment:
    """The templates of the pages, which escape what is put into them."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )


def as_html(text: str, drawings: Mapping[str, str], hidden: bool, asked: Sequence[Prediction] = ()) -> str:
    """Markdown as HTML: quotes become boxes to predict in; hidden figures wait behind a button.

    asked: the predictions whose questions are marked in the quotes.
    """
    require_extra("classroom", "the page of an exercise")
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    boxes = [questions_in(quote[0], asked) for quote in QUOTE.finditer(text)]
    form = templates().get_template(BOX)
    passed = 0

    def image(_: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
        name = str(tokens[index].attrGet("src")).removeprefix(FIGURE)
        if name not in drawings:
            raise Faults([f"a page shows {unknown(name, 'figure', list(drawings))}"])
        return figure_box(tokens[index].content, drawings[name], hidden, passed)

    def box_opens(*_: Any) -> str:
        nonlocal passed
        passed += 1
        return f'<div class="predict" id="box{passed}">'

    def box_closes(*_: Any) -> str:
        return form.render(number=passed, asked=boxes[passed - 1], hidden=hidden) + "</div>"

    reader.add_render_rule("image", image)
    reader.add_render_rule("blockquote_open", box_opens)
    reader.add_render_rule("blockquote_close", box_closes)
    page = reader.render(QUESTION.sub("", text))
    return re.sub(r"<p>(<(?:details|figure).*?</(?:details|figure)>)</p>", r"\1", page, flags=re.DOTALL)


def questions_in(quote: str, asked: Sequence[Prediction]) -> list[Prediction]:
    """The predictions whose questions are marked in a quote of a page, in the order of the page."""
    by_name = {each.name: each for each in asked}
    return [by_name[found["name"]] for found in QUESTION.finditer(quote)]


def figure_box(caption: str, svg: str, hidden: bool, box: int) -> str:
    """A figure with its caption; hidden ones open with a click, and belong to the last box before them."""
    data = base64.b64encode(svg.encode()).decode()
    words = html.escape(caption)
    image = f'<img src="data:image/svg+xml;base64,{data}" alt="{words}"/>'
    drawn = f"<figure>{image}<figcaption>{words}</figcaption></figure>"
    if not hidden:
        return drawn
    summary = "<summary>My prediction is written: show the figure</summary>"
    return f'<details data-box="box{box}">{summary}{drawn}</details>'

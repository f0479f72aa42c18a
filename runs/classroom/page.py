"""The pages of an exercise: Markdown, figures and current numbers as one self-contained HTML file."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader

from model.tables.faults import Faults, unknown
from runs.classroom.exercise import STUDENT, TEACHER, Exercise
from runs.classroom.figures import draw_figure, svg_text
from runs.classroom.quoted_numbers import strip_marks
from runs.extras import require_extra

TEMPLATE = "exercise.html"
FIGURE = "figure:"


def draw_figures(exercise: Exercise, tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Draw the figures of an exercise as SVG by name: the first of sweep makers is `makers`, the next `makers-2`."""
    found = {}
    for sweep in exercise.sweep:
        for number, what in enumerate(sweep.figure, 1):
            name = sweep.name if number == 1 else f"{sweep.name}-{number}"
            found[name] = svg_text(draw_figure(sweep, tables[sweep.name], what))
    return found


def render_page(exercise: Exercise, texts: Mapping[str, str], drawings: Mapping[str, str], teacher: bool) -> str:
    """Render the student's page; with `teacher` the teacher's notes follow, and no figure is hidden.

    texts: the Markdown of the pages by file name, its numbers up to date; drawings: SVG by name.
    """
    site = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=False)
    return site.get_template(TEMPLATE).render(
        title=html.escape(exercise.title),
        number=exercise.number,
        minutes=exercise.minutes,
        student=as_html(strip_marks(texts[STUDENT]), drawings, hidden=not teacher),
        teacher=as_html(strip_marks(texts[TEACHER]), drawings, hidden=False) if teacher else "",
    )


def as_html(text: str, drawings: Mapping[str, str], hidden: bool) -> str:
    """Markdown as HTML: quotes become boxes to predict in; hidden figures wait behind a button."""
    require_extra("classroom", "the page of an exercise")
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    boxes = iter(range(1, 1_000))

    def image(_: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
        name = str(tokens[index].attrGet("src")).removeprefix(FIGURE)
        if name not in drawings:
            raise Faults([f"a page shows {unknown(name, 'figure', list(drawings))}"])
        return figure_box(tokens[index].content, drawings[name], hidden)

    def box_opens(*_: Any) -> str:
        return '<div class="predict">'

    def box_closes(*_: Any) -> str:
        return f'<textarea id="box{next(boxes)}" rows="3" aria-label="What you expect"></textarea></div>'

    reader.add_render_rule("image", image)
    reader.add_render_rule("blockquote_open", box_opens)
    reader.add_render_rule("blockquote_close", box_closes)
    return re.sub(r"<p>(<(?:details|figure).*?</(?:details|figure)>)</p>", r"\1", reader.render(text), flags=re.DOTALL)


def figure_box(caption: str, svg: str, hidden: bool) -> str:
    """A figure with its caption; hidden ones open with a click."""
    data = base64.b64encode(svg.encode()).decode()
    words = html.escape(caption)
    image = f'<img src="data:image/svg+xml;base64,{data}" alt="{words}"/>'
    drawn = f"<figure>{image}<figcaption>{words}</figcaption></figure>"
    if not hidden:
        return drawn
    return f"<details><summary>My prediction is written: show the figure</summary>{drawn}</details>"

"""The pages of an exercise: Markdown, predictions, figures and current numbers as one self-contained HTML file."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from jinja2 import Environment, FileSystemLoader

from model.tables.faults import Faults, unknown
from runs.classroom.exercise import EXERCISES, STUDENT, TEACHER, Exercise
from runs.classroom.figure_tables import figure_table
from runs.classroom.figures import draw_figure, svg_text
from runs.classroom.predictions import QUESTION, Prediction, read_predictions
from runs.classroom.quoted_numbers import QUOTE, strip_marks
from runs.extras import require_extra

TEMPLATE, BOX = "exercise.html", "box.html"
FIGURE = "figure:"
BLOCK_QUOTE = re.compile(r"^(?:>.*\n)+", re.MULTILINE)  # in Markdown, lines that follow one another
BY_HAND = re.compile(r"^## By hand.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
FOR_SCREENS = re.compile(
    r"^## (?:How to run|By hand|Things to try|Extend the model|Sources).*?(?=^## |\Z)", re.MULTILINE | re.DOTALL
)  # sections that nobody needs on paper
COVERS, COVERED = "\ue000{}\ue001", re.compile("\ue000(.*?)\ue001")  # around a number that waits for a click
BLOCK = re.compile(r"^<!--\+(?P<name>[\w-]+)-->$", re.MULTILINE)  # where a text that several pages share is put in
BLOCKS = EXERCISES / "blocks"
PARAGRAPH_OF_FIGURE = re.compile(r"<p>(<(details|figure|div).*?</\2>)</p>", re.DOTALL)

Kind = Literal["student", "teacher", "handout"]


@dataclass(frozen=True)
class Drawing:
    """A figure as SVG, and its numbers as a table in Markdown."""

    svg: str
    numbers: str


def draw_figures(exercise: Exercise, tables: Mapping[str, pd.DataFrame]) -> dict[str, Drawing]:
    """Draw the figures of an exercise by name: the first of sweep makers is `makers`, the next `makers-2`."""
    found = {}
    for sweep in exercise.sweep:
        table = tables[sweep.name]
        for number, what in enumerate(sweep.figure, 1):
            name = sweep.name if number == 1 else f"{sweep.name}-{number}"
            found[name] = Drawing(svg_text(draw_figure(sweep, table, what)), figure_table(sweep, table, what))
    return found


def render_page(
    exercise: Exercise,
    texts: Mapping[str, str],
    drawings: Mapping[str, Drawing],
    kind: Kind,
    known: Mapping[str, str] | None = None,
) -> str:
    """Render a page: the student's, on which figures wait; the teacher's, with answers and notes; or one for paper.

    texts: the Markdown of the pages by file name, its numbers up to date; drawings: figures by name; known: the answers
    by name (by default as the pages quote them).
    """
    asked = read_predictions(exercise, known, texts[STUDENT])
    student = FOR_SCREENS.sub("", texts[STUDENT]) if kind == "handout" else texts[STUDENT]
    if kind == "student":
        student = BY_HAND.sub(lambda section: cover_numbers(section[0]), student)
    template = templates().get_template(TEMPLATE)
    return template.render(
        title=exercise.title,
        number=exercise.number,
        code=exercise.code,
        minutes=exercise.minutes,
        kind=kind,
        student=as_html(strip_marks(student), drawings, kind, asked),
        teacher=as_html("#" + strip_marks(texts[TEACHER]), drawings, kind)
        if kind == "teacher"
        else "",  # one h1 a page
    )


def put_in_blocks(text: str) -> str:
    """A page in Markdown with the texts that it shares with others, as they are; raise Faults for an unknown one."""

    def block(found: re.Match[str]) -> str:
        file = BLOCKS / f"{found['name']}.md"
        if not file.is_file():
            raise Faults([f"a page has {unknown(found['name'], 'block', [each.stem for each in BLOCKS.glob('*.md')])}"])
        return file.read_text(encoding="utf-8").strip()

    return BLOCK.sub(block, text)


def templates() -> Environment:
    """The templates of the pages, which escape what is put into them."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )


def markdown_reader() -> Any:
    """A reader of Markdown with tables, which lets no HTML through."""
    require_extra("classroom", "the page of an exercise")
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def cover_numbers(text: str) -> str:
    """A text in which each number that is quoted waits for a click, so that it is read off first."""
    return QUOTE.sub(lambda found: COVERS.format(found["text"]), text)


def as_html(text: str, drawings: Mapping[str, Drawing], kind: Kind, asked: Sequence[Prediction] = ()) -> str:
    """Markdown as HTML: quotes become boxes to predict in; the student's figures wait behind a button.

    asked: the predictions whose questions are marked in the quotes.
    """
    reader, text = markdown_reader(), put_in_blocks(text)
    boxes = [questions_in(quote[0], asked) for quote in BLOCK_QUOTE.finditer(text)]
    form = templates().get_template(BOX)
    passed = 0

    def image(_: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
        name = str(tokens[index].attrGet("src")).removeprefix(FIGURE)
        if name not in drawings:
            raise Faults([f"a page shows {unknown(name, 'figure', list(drawings))}"])
        drawing = drawings[name]
        return figure_box(tokens[index].content, drawing.svg, reader.render(drawing.numbers), kind, passed)

    def box_opens(*_: Any) -> str:
        nonlocal passed
        passed += 1
        return f'<div class="predict" id="box{passed}">'

    def box_closes(*_: Any) -> str:
        return form.render(number=passed, asked=boxes[passed - 1], kind=kind) + "</div>"

    reader.add_render_rule("image", image)
    reader.add_render_rule("blockquote_open", box_opens)
    reader.add_render_rule("blockquote_close", box_closes)
    page = PARAGRAPH_OF_FIGURE.sub(r"\1", reader.render(QUESTION.sub("", text)))
    return COVERED.sub(r'<button type="button" class="covered" data-number="\1">show</button>', page)


def questions_in(quote: str, asked: Sequence[Prediction]) -> list[Prediction]:
    """The predictions whose questions are marked in a quote of a page, in the order of the page."""
    by_name = {each.name: each for each in asked}
    return [by_name[found["name"]] for found in QUESTION.finditer(quote)]


def figure_box(caption: str, svg: str, numbers: str, kind: Kind, box: int) -> str:
    """A figure with its caption and its table; the student's opens with a click, and belongs to the box before it."""
    words = html.escape(caption)
    if kind == "handout":
        return f'<div class="note">Figure: {words}</div>'
    image = f'<img src="{svg_data(svg)}" alt="{words}"/>'
    table = f'<details class="numbers"><summary>The numbers of this figure</summary>{numbers}</details>'
    drawn = f'<figure><div class="drawn">{image}</div><figcaption>{words}</figcaption>{table}</figure>'
    if kind == "teacher":
        return drawn
    summary = f'<summary>My prediction is written: show the figure <span class="which">{words}</span></summary>'
    return f'<details class="waits" data-box="box{box}">{summary}{drawn}</details>'


def svg_data(svg: str) -> str:
    """A figure as the address of an image that holds it."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"

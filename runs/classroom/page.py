"""The pages of an exercise: Markdown, predictions, figures and current numbers as one self-contained HTML file."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from jinja2 import Environment, FileSystemLoader

from model.tables.faults import Faults, unknown
from runs.classroom.exercise import EXERCISES, STUDENT, TEACHER, Exercise
from runs.classroom.figure_tables import figure_table
from runs.classroom.figures import draw_figure, letters_of_readers, svg_text
from runs.classroom.language import ENGLISH, ENGLISH_CODE, Language
from runs.classroom.predictions import QUESTION, Prediction, read_predictions
from runs.classroom.quoted_numbers import QUOTE, strip_marks
from runs.classroom.sections import BY_HAND, FOR_SCREENS, Section, join_sections, split_sections
from runs.extras import require_extra

TEMPLATES = Path(__file__).parent
TEMPLATE, BOX, SCRIPT = "exercise.html", "box.html", "exercise.js"
SAID = re.compile(r'\bsay\("([^"]*)"')  # what a script or a template says
FIGURE = "figure:"
BLOCK_QUOTE = re.compile(r"^(?:>.*\n)+", re.MULTILINE)  # in Markdown, lines that follow one another
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


def draw_figures(
    exercise: Exercise, tables: Mapping[str, pd.DataFrame], language: Language = ENGLISH
) -> dict[str, Drawing]:
    """Draw the figures of an exercise by name: the first of sweep makers is `makers`, the next `makers-2`.

    Exercise and tables are in the language already, which the figures' own words follow.
    """
    found = {}
    for sweep in exercise.sweep:
        table = tables[sweep.name]
        for number, what in enumerate(sweep.figure, 1):
            name = sweep.name if number == 1 else f"{sweep.name}-{number}"
            with letters_of_readers():
                svg = svg_text(draw_figure(sweep, table, what, language), language.code)
            found[name] = Drawing(svg, figure_table(sweep, table, what, language))
    return found


def render_page(
    exercise: Exercise,
    texts: Mapping[str, str],
    drawings: Mapping[str, Drawing],
    kind: Kind,
    known: Mapping[str, str] | None = None,
    language: Language = ENGLISH,
    notes: Language = ENGLISH,
) -> str:
    """Render a page: the student's, on which figures wait; the teacher's, with answers and notes; or one for paper.

    texts: the Markdown of the pages by file name, its numbers up to date; drawings: figures by name; known: the answers
    by name (by default as the pages quote them); language: that of the exercise, its texts and its drawings; notes:
    that of the teacher's notes.
    """
    asked = read_predictions(exercise, known, texts[STUDENT], language)
    sections = split_sections(texts[STUDENT], None if language is ENGLISH else exercise.page(STUDENT))
    if kind == "handout":
        sections = [each for each in sections if not each.is_one_of(*FOR_SCREENS)]
    elif kind == "student":
        sections = [cover_numbers(each) if each.is_one_of(BY_HAND) else each for each in sections]
    template = templates(language).get_template(TEMPLATE)
    return template.render(
        title=exercise.title,
        number=exercise.number,
        code=exercise.code,
        minutes=exercise.minutes,
        kind=kind,
        student=as_html(strip_marks(join_sections(sections)), drawings, kind, asked, language),
        words_of_script=words_of_script(language),
        teacher=as_html("#" + strip_marks(texts[TEACHER]), drawings, kind, language=notes)
        if kind == "teacher"
        else "",  # one h1 a page
        notes=notes,
    )


def put_in_blocks(text: str, language: Language = ENGLISH) -> str:
    """A page in Markdown with the texts that it shares with others, as they are; raise Faults for an unknown one."""

    def block(found: re.Match[str]) -> str:
        file = BLOCKS / language.file(f"{found['name']}.md")
        if not file.is_file():
            raise Faults([f"a page has {unknown(found['name'], 'block', [each.stem for each in BLOCKS.glob('*.md')])}"])
        return file.read_text(encoding="utf-8").strip()

    return BLOCK.sub(block, text)


def templates(language: Language = ENGLISH) -> Environment:
    """The templates of the pages, which escape what is put into them; `say` in them is that of a language."""
    found = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    found.globals |= {"say": language.say, "language": language}
    return found


def words_of_script(language: Language) -> dict[str, str]:
    """What the script of a page says, in a language; nothing in English."""
    if language.code == ENGLISH_CODE:
        return {}
    said = SAID.findall((TEMPLATES / SCRIPT).read_text(encoding="utf-8"))
    return {text: language.words[text] for text in said if text in language.words}


def markdown_reader() -> Any:
    """A reader of Markdown with tables, which lets no HTML through."""
    require_extra("classroom", "the page of an exercise")
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def cover_numbers(section: Section) -> Section:
    """A section in which each number that is quoted waits for a click, so that it is read off first."""
    return replace(section, whole=QUOTE.sub(lambda found: COVERS.format(found["text"]), section.whole))


def as_html(
    text: str,
    drawings: Mapping[str, Drawing],
    kind: Kind,
    asked: Sequence[Prediction] = (),
    language: Language = ENGLISH,
) -> str:
    """Markdown as HTML: quotes become boxes to predict in; the student's figures wait behind a button.

    asked: the predictions whose questions are marked in the quotes.
    """
    reader, text = markdown_reader(), put_in_blocks(text, language)
    boxes = [questions_in(quote[0], asked) for quote in BLOCK_QUOTE.finditer(text)]
    form = templates(language).get_template(BOX)
    passed = 0

    def image(_: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
        name = str(tokens[index].attrGet("src")).removeprefix(FIGURE)
        if name not in drawings:
            raise Faults([f"a page shows {unknown(name, 'figure', list(drawings))}"])
        drawing = drawings[name]
        return figure_box(tokens[index].content, drawing.svg, reader.render(drawing.numbers), kind, passed, language)

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
    covered = rf'<button type="button" class="covered" data-number="\1">{html.escape(language.say("show"))}</button>'
    return COVERED.sub(covered, page)


def questions_in(quote: str, asked: Sequence[Prediction]) -> list[Prediction]:
    """The predictions whose questions are marked in a quote of a page, in the order of the page."""
    by_name = {each.name: each for each in asked}
    return [by_name[found["name"]] for found in QUESTION.finditer(quote)]


def figure_box(caption: str, svg: str, numbers: str, kind: Kind, box: int, language: Language) -> str:
    """A figure with its caption and its table; the student's opens with a click, and belongs to the box before it."""
    words = html.escape(caption)
    if kind == "handout":
        return f'<div class="note">{language.say("Figure: {0}", words)}</div>'
    image = f'<img src="{svg_data(svg)}" alt="{words}"/>'
    table = (
        f'<details class="numbers"><summary>{language.say("The numbers of this figure")}</summary>{numbers}</details>'
    )
    drawn = f'<figure><div class="drawn">{image}</div><figcaption>{words}</figcaption>{table}</figure>'
    if kind == "teacher":
        return drawn
    asked = language.say("My prediction is written: show the figure")
    summary = f'<summary>{asked} <span class="which">{words}</span></summary>'
    return f'<details class="waits" data-box="box{box}">{summary}{drawn}</details>'


def svg_data(svg: str) -> str:
    """A figure as the address of an image that holds it."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"

"""Slides of an exercise for a projector: a step becomes its text, its questions, its figures, and what was computed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runs.classroom.exercise import STUDENT, Exercise
from runs.classroom.language import ENGLISH, Language
from runs.classroom.page import FIGURE, Drawing, markdown_reader, svg_data, templates
from runs.classroom.predictions import QUESTION, Prediction, read_predictions
from runs.classroom.quoted_numbers import strip_marks
from runs.classroom.sections import HOW_TO_RUN, STEP, split_sections

TEMPLATE = "slides.html"
IMAGE = re.compile(r"!\[(?P<caption>[^\]]*)\]\(" + FIGURE + r"(?P<name>[\w-]+)\)")
LISTS = ("Things to notice", "Discuss")  # sections that are shown besides the steps
LETTERS_WITH_BOX = 400  # of a text that still fits on the slide with the questions that follow it


@dataclass(frozen=True)
class Slide:
    """What is on the wall at once: HTML, or questions, or a figure, or what was computed, under a title."""

    title: str
    kind: str
    text: str = ""
    asked: tuple[Prediction, ...] = ()
    caption: str = ""
    figure: str = ""


def render_slides(
    exercise: Exercise,
    texts: Mapping[str, str],
    drawings: Mapping[str, Drawing],
    known: Mapping[str, str],
    language: Language = ENGLISH,
) -> str:
    """Render the slides of an exercise as one HTML file; arguments as for its pages."""
    asked = {each.name: each for each in read_predictions(exercise, known, texts[STUDENT], language)}
    slides: list[Slide] = []
    before_steps = True
    for section in split_sections(texts[STUDENT], None if language is ENGLISH else exercise.page(STUDENT)):
        if section.is_title:
            slides.append(Slide(section.title, "title", as_slide_text(section.text)))
        elif section.is_one_of(STEP):
            before_steps = False
            slides += slides_of_step(section.title, section.text, asked, drawings)
        elif section.is_one_of(*LISTS) or (before_steps and not section.is_one_of(HOW_TO_RUN)):
            slides.append(Slide(section.title, "text", as_slide_text(section.text)))
    return templates(language).get_template(TEMPLATE).render(
        title=exercise.title, number=exercise.number, minutes=exercise.minutes, slides=slides
    )  # fmt: skip


def slides_of_step(
    title: str, text: str, asked: Mapping[str, Prediction], drawings: Mapping[str, Drawing]
) -> list[Slide]:
    """The slides of a step: its text, each box, each figure; before the next box what was computed."""
    slides: list[Slide] = []
    words: list[str] = []
    waiting: tuple[Prediction, ...] = ()
    for block in re.split(r"\n{2,}", text.strip()):
        image = IMAGE.fullmatch(block.strip())
        if not image and not block.startswith(">"):
            words.append(block)
            continue
        if image or sum(map(len, words)) > LETTERS_WITH_BOX:
            slides += text_slides(title, words)
            words.clear()
        if image:
            data = svg_data(drawings[image["name"]].svg)
            slides.append(Slide(title, "figure", caption=image["caption"], figure=data))
            continue
        slides += computed_slides(title, waiting)
        waiting = tuple(asked[found["name"]] for found in QUESTION.finditer(block))
        box = re.sub(r"^> ?", "", QUESTION.sub("", block), flags=re.MULTILINE)
        slides.append(Slide(title, "ask", as_slide_text("\n\n".join([*words, box])), waiting))
        words.clear()
    return [*slides, *text_slides(title, words), *computed_slides(title, waiting)]


def text_slides(title: str, words: Sequence[str]) -> list[Slide]:
    """A slide with some text, if there is any."""
    return [Slide(title, "text", as_slide_text("\n\n".join(words)))] if words else []


def computed_slides(title: str, asked: tuple[Prediction, ...]) -> list[Slide]:
    """A slide with what was computed, if anything was predicted."""
    return [Slide(title, "computed", asked=asked)] if asked else []


def as_slide_text(markdown: str) -> str:
    """Markdown as HTML for a slide."""
    return str(markdown_reader().render(strip_marks(markdown)))

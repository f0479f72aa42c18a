"""Slides of an exercise for a projector: a step becomes its text, its questions, its figures, and what was computed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runs.classroom.exercise import STUDENT, Exercise
from runs.classroom.page import FIGURE, Drawing, markdown_reader, svg_data, templates
from runs.classroom.predictions import QUESTION, Prediction, read_predictions
from runs.classroom.quoted_numbers import strip_marks

TEMPLATE = "slides.html"
SECTION = re.compile(r"^(#{1,2}) (?P<title>.*?)$\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
IMAGE = re.compile(r"!\[(?P<caption>[^\]]*)\]\(" + FIGURE + r"(?P<name>[\w-]+)\)")
LISTS = ("Things to notice", "Discuss")  # sections that are shown besides the steps
HOW_TO_RUN = "How to run"
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
    exercise: Exercise, texts: Mapping[str, str], drawings: Mapping[str, Drawing], known: Mapping[str, str]
) -> str:
    """Render the slides of an exercise as one HTML file; arguments as for its pages."""
    asked = {each.name: each for each in read_predictions(exercise, known, texts[STUDENT])}
    first = texts[STUDENT].index("\n## Step ")
    slides: list[Slide] = []
    for found in SECTION.finditer(texts[STUDENT]):
        title, text = found["title"], found["text"]
        if found[1] == "#":
            slides.append(Slide(title, "title", as_slide_text(text)))
        elif title.startswith("Step "):
            slides += slides_of_step(title, text, asked, drawings)
        elif title in LISTS or (title != HOW_TO_RUN and found.start() < first):
            slides.append(Slide(title, "text", as_slide_text(text)))
    return templates().get_template(TEMPLATE).render(
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

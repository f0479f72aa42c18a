"""The predictions of exercises as questions for a class: what is asked, what was computed, and the figure of it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

from runs.class_game.questions import Question
from runs.classroom.exercise import EXERCISES, Exercise, exercise_folders, read_exercise
from runs.classroom.page import draw_figures
from runs.classroom.predictions import Prediction, read_predictions
from runs.classroom.sweep import run_exercise


def wall_questions() -> dict[str, tuple[Question, ...]]:
    """The questions of each exercise by the name of its folder, without a run."""
    return {path.name: questions_of(read_exercise(path)) for path in exercise_folders()}


def questions_of(exercise: Exercise) -> tuple[Question, ...]:
    """The questions of an exercise; those to which no answer can be right are left out."""
    return tuple(question(each) for each in read_predictions(exercise) if each.has_answer)


def question(each: Prediction) -> Question:
    """A prediction as the wall asks it."""
    place = each.options.index(each.right) if isinstance(each.right, str) else each.right
    asked = f"{each.given} {each.question}".strip()
    return Question(each.name, asked, each.kind, each.options, each.unit, float(place), each.computed, each.tolerance)


def draw_for_wall(name: str) -> Mapping[str, str]:
    """Run an exercise and draw the figure of each question, as the address of an image that holds it."""
    exercise = read_exercise(EXERCISES / name)
    drawings = draw_figures(exercise, run_exercise(exercise))
    sweeps = {answer.name: answer.sweep for answer in exercise.answer}
    found = {}
    for asked in exercise.predict:
        sweep = next((sweeps[answer] for answer in asked.answers() if sweeps.get(answer) in drawings), "")
        if sweep:
            svg = drawings[sweep].svg.encode("utf-8")
            found[asked.name] = f"data:image/svg+xml;base64,{b64encode(svg).decode('ascii')}"
    return found

"""The plan of a course: which exercise comes before which, what each needs and teaches, and how long plans take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ValidationError

from model.tables.documents import read_document
from model.tables.faults import Faults, unknown
from model.tables.rows import Name
from runs.classroom.exercise import EXERCISES, Exercise, Reword, fault_sentences
from runs.classroom.questions import STRICT

COURSE = "course.toml"


class Plan(BaseModel):
    """A row of exercises that fits a number of lessons."""

    model_config = STRICT

    name: Name
    exercises: tuple[int, ...]
    note: Name


class Course(BaseModel):
    """For whom the exercises are, and in which rows they can be taught."""

    model_config = STRICT

    title: Name
    about: tuple[Name, ...]
    plan: tuple[Plan, ...]


def read_course(exercises: Sequence[Exercise], folder: Path = EXERCISES, reword: Reword = str) -> Course:
    """Read the plan of the course; raise Faults for an exercise that is not there, or that comes before its own."""
    try:
        course = Course.model_validate(read_document(folder / COURSE, reword))
    except ValidationError as error:
        raise Faults(fault_sentences(error, COURSE)) from None
    known = {exercise.number: exercise for exercise in exercises}
    faults = [fault for plan in course.plan for fault in faults_of_plan(plan, known)]
    faults += [
        f"exercise {exercise.number}: after: {unknown(str(number), 'exercise', list(map(str, known)))}"
        for exercise in exercises
        for number in exercise.after
        if number not in known
    ]
    if faults:
        raise Faults([f"{COURSE}: {fault}" for fault in faults])
    return course


def faults_of_plan(plan: Plan, known: dict[int, Exercise]) -> list[str]:
    """What is wrong with the order of a plan."""
    faults = []
    for place, number in enumerate(plan.exercises):
        if number not in known:
            faults.append(f"{plan.name}: {unknown(str(number), 'exercise', list(map(str, known)))}")
            continue
        early = [each for each in known[number].after if each not in plan.exercises[:place]]
        faults += [f"{plan.name}: exercise {number} comes after {each}; put {each} before it" for each in early]
    return faults


def minutes_of(plan: Plan, exercises: Sequence[Exercise]) -> int:
    """How long the exercises of a plan take together."""
    return sum(exercise.minutes for exercise in exercises if exercise.number in plan.exercises)

"""Mutations: known changes of the model, played to see that the lessons which should break do break."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from runs.classroom.answers import compute_answers, lessons
from runs.classroom.exercise import Exercise, append_settings
from runs.classroom.questions import Mutation
from runs.classroom.sweep import run_exercises


@dataclass(frozen=True)
class Outcome:
    """What became of the lessons of an exercise under a mutation."""

    exercise: Exercise
    mutation: Mutation
    survived: tuple[str, ...]

    @property
    def told(self) -> str:
        """The outcome in a sentence."""
        head = f"exercise {self.exercise.number}, {self.mutation.name}"
        if not self.survived:
            return f"{head}: breaks {', '.join(self.mutation.breaks)}"
        return f"{head}: {', '.join(self.survived)} should break and still hold"


def play_mutations(some: Sequence[Exercise], seen: Callable[[int], object] = lambda _: None) -> list[Outcome]:
    """Play exercises under each of their mutations, and look which lessons survive that should not."""
    changed = [
        (exercise, mutation, append_settings(exercise, mutation.set))
        for exercise in some
        for mutation in exercise.mutation
    ]
    tables = run_exercises([each for _, _, each in changed], seen)
    return [
        Outcome(exercise, mutation, survivors(changed_one, mutation, found))
        for (exercise, mutation, changed_one), found in zip(changed, tables, strict=True)
    ]


def survivors(exercise: Exercise, mutation: Mutation, tables: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """The answers whose lessons hold although a mutation should break them."""
    held = {each.answer.name for each in lessons(exercise, compute_answers(exercise, tables)) if each.holds}
    return tuple(name for name in mutation.breaks if name in held)

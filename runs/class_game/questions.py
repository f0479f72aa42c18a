"""Questions for the wall: what an exercise asks before it shows a figure, and what was computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from runs.class_game.activity import OPEN, OVER, REVEAL, Activity, RoomBook, read_number
from runs.class_game.people import Member
from runs.class_game.room_file import ActivityRows

LARGEST = 1e9


@dataclass(frozen=True)
class Question:
    """A prediction that a class makes: a choice among options, or a number with a unit.

    answer: what was computed, an option's place or a number; words: the same in a sentence; tolerance: how far a number
    may be away; elsewhere: its texts in other languages, by code and English text; titles: what its exercise is
    called, by language.
    """

    name: str
    asked: str
    kind: Literal["choice", "number"]
    options: tuple[str, ...]
    unit: str
    answer: float
    words: str
    tolerance: float
    elsewhere: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)


def plain_questions(questions: Mapping[str, Sequence[Question]]) -> dict[str, tuple[Question, ...]]:
    """The questions in English alone, in which names can be replaced by neutral ones."""
    return {name: tuple(map(in_english, asked)) for name, asked in questions.items()}


def in_english(question: Question) -> Question:
    """The question and the title of its exercise in English alone."""
    titles = {code: title for code, title in question.titles.items() if code == "en"}
    return replace(question, elsewhere={}, titles=titles)


class Wall(Activity):
    """The questions of an exercise one after another: asked, then shown with the room's answers and the computed one.

    settings: {exercise}; phase: {state, place}; state is open while it is asked, reveal when it is shown.
    """

    kind = "wall"

    def __init__(self, book: RoomBook, rows: ActivityRows, questions: Sequence[Question]) -> None:
        super().__init__(book, rows)
        if not questions:
            raise ValueError("this exercise asks nothing that a room can answer; choose another")
        self._questions = tuple(questions)
        self.figures: Mapping[str, str] | None = None  # question -> address of its figure; None until they are drawn
        self.drawn_in = ""  # the language of the figures

    @property
    def question(self) -> Question:
        """The question that is asked or shown."""
        return self._questions[int(self.phase["place"])]

    def read_answer(self, question: str, value: Any) -> Any:
        """An answer to the question that is asked: the place of an option, or a number."""
        if self.state != OPEN or question != self.question.name:
            raise ValueError("this question is closed; the next one comes soon")
        if self.question.kind == "number":
            return read_number(value, -LARGEST, LARGEST)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < len(self.question.options):
            raise ValueError("choose one of the answers")
        return value

    def tick(self) -> bool:
        """Nothing waits for a clock."""
        return False

    def command(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Show the answer, go on to the next question, or back to the one before."""
        place, last = int(self.phase["place"]), len(self._questions) - 1
        if name == "show" or (name == "next" and self.state == OPEN):
            self.set_phase(state=REVEAL)
        elif name == "next" and place < last:
            self.set_phase(state=OPEN, place=place + 1)
        elif name == "next":
            self.set_phase(state=OVER)
        elif name == "back" and self.state == REVEAL:
            self.set_phase(state=OPEN)
        elif name == "back" and place > 0:
            self.set_phase(state=REVEAL, place=place - 1)
        else:
            raise ValueError(f"'{str(name)[:30]}' is nothing that can be done now")

    def given(self) -> list[float]:
        """What was answered to this question, without who did."""
        return sorted(value for (asked, _), value in self.answers.items() if asked == self.question.name)

    def _asked(self) -> dict[str, Any]:
        each = self.question
        return {"kind": self.kind, "state": self.state, "exercise": self.settings["exercise"],
                "place": int(self.phase["place"]), "of": len(self._questions), "name": each.name, "asked": each.asked,
                "answers": each.kind, "options": list(each.options), "unit": each.unit,
                "elsewhere": self._elsewhere()}  # fmt: skip

    def _elsewhere(self) -> dict[str, dict[str, str]]:
        """The texts of the question in other languages; what was computed only once it is shown."""
        hidden = self.question.words if self.state == OPEN else ""
        return {
            code: {english: text for english, text in texts.items() if english != hidden}
            for code, texts in self.question.elsewhere.items()
        }

    def _shown(self) -> dict[str, Any]:
        each = self.question
        figure = (self.figures or {}).get(each.name, "")
        return {"answer": each.answer, "words": each.words, "tolerance": each.tolerance, "figure": figure,
                "given": self.given()}  # fmt: skip

    def phone(self, member: Member) -> dict[str, Any]:
        """The question, what this member has answered, and once it is shown what was computed."""
        mine = self.answers.get((self.question.name, member.number))
        shown = {"words": self.question.words}
        return {**self._asked(), "mine": mine, **(shown if self.state != OPEN else {})}

    def projector(self) -> dict[str, Any]:
        """The question and how many have answered; once it is shown the room's answers, the figure and the answer."""
        out = {**self._asked(), "answered": len(self.given()), "drawing": self.figures is None}
        return {**out, **(self._shown() if self.state != OPEN else {})}

    def teacher(self) -> dict[str, Any]:
        """What the wall shows, and the answer before everybody else."""
        texts = {code: dict(texts) for code, texts in self.question.elsewhere.items()}
        return {**self.projector(), "known": self.question.words, "elsewhere": texts}

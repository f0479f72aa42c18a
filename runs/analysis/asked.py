"""What the question of a design asks beyond the loss, in a sentence or two for the head of one page."""

from __future__ import annotations

from runs.analysis.answer import Part
from runs.analysis.answers import lever_answers
from runs.analysis.compared import less_is_better, name_of_policy
from runs.analysis.decision_sentences import regret_sentence
from runs.analysis.findings import Findings

MOST_ASKED = 2


def asked_sentences(parts: list[Part]) -> list[str]:
    """The first sentence of each answer that the question asks for, in the first scenario.

    What days of car production cost, and which uncertainty matters, stand on the page anyhow.
    """
    if not parts:
        return []
    found, told = parts[0].found, list[str]()
    for each in found.design.answers:
        sentences: list[str] = []
        if each.lever is not None:
            sentences = lever_answers(found, each.lever, each.outcomes)
        elif each.kind == "policies":
            sentences = [regret_sentence(found)]
        told += [words for words in sentences if words and words not in told][:1]
    where = f"In “{parts[0].title}”: " if len(parts) > 1 else ""
    return [where + words for words in told[:MOST_ASKED]]


def median_sentence(part: Part) -> str:
    """Which policy does most by the median of its runs, where it is another one than by the mean of pairs."""
    found, best = part.found, part.best
    if best is None or not less_is_better(found, part.outcome):
        return ""
    medians = {change.choices: change.middle for change in part.changes}
    least = min(medians.values())
    if medians[best.choices] <= least:
        return ""
    other = next(choices for choices, middle in medians.items() if middle == least)
    return (f"This page tells means of pairs of runs. By the median of its runs, which the appendix also tells, "
            f"“{name_of_policy(found, other)}” does most{in_scenario(part, found)}.")  # fmt: skip


def in_scenario(part: Part, found: Findings) -> str:
    """The scenario of a part, where a batch has several."""
    return f" in “{part.title}”" if len(found.design.scenarios) > 1 else ""

"""What is in the handbook, in which order; and how what is made gets to its place in the pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from pathlib import Path

from runs.handbook.command_blocks import Parsers, command_blocks
from runs.handbook.key_blocks import key_blocks
from runs.handbook.list_blocks import list_blocks
from runs.handbook.outcome_blocks import outcome_blocks
from runs.handbook.people_blocks import people_blocks
from runs.handbook.python_blocks import python_blocks

PAGES = Path(__file__).parent / "pages"
FIRST = "index"
CHAPTERS: dict[str, tuple[str, ...]] = {
    "Begin": ("first-look", "a-lesson", "a-brief", "runs/worlds/TUTORIAL", "questions", "limits"),
    "How it works": ("day", "people", "seeds", "figures", "words"),
    "What there is": ("scenarios", "codes", "commands"),
    "Write your own": (
        "scenario-keys", "shocks", "experiment-keys", "levers", "samplers", "tables", "focus", "imports",
    ),
    "What comes out": ("outcomes", "record-columns", "batch-columns"),
    "Play and program": (
        "runs/browser/PAGES", "seats", "senses", "mind-words", "python", "runs/simulation/NOTEBOOK",
        "runs/learning/LEARNING", "runs/batch/OWN_TOOLS",
    ),
    "Teach": (
        "runs/classroom/CLASSROOM", "runs/class_game/CLASS", "runs/class_game/CLASS.ja", "runs/class_game/CLASS.ko",
        "runs/class_game/CLASS.zh",
    ),
    "Worlds and methods": (
        "runs/scenarios/SCENARIOS", "runs/batch/BATCH", "runs/worlds/WORLDS", "runs/worlds/IMPORT",
        "runs/worlds/example/README", "runs/worlds/graphite/README", "runs/worlds/chips/README",
        "runs/worlds/FOUR_MODELS", "runs/exposure/METHOD",
    ),
    "The model": ("model/ODD", "runs/validation/HISTORY", "model/data/EVIDENCE"),
    "The house": ("CONTRIBUTING", "CHANGELOG"),
}  # fmt: skip
MARK = re.compile(r"^<!-- make: (?P<name>[a-z-]+) -->$", re.MULTILINE)
Blocks = Mapping[str, Callable[[], str]]


def all_blocks(parsers: Parsers, exit_codes: Mapping[int, str]) -> dict[str, Callable[[], str]]:
    """Everything that is made from what the program itself reads: name -> what makes it, as Markdown.

    parsers: the parser of each command's arguments, by name; exit_codes: what the numbers mean that commands return.
    """
    return {
        **key_blocks(), **outcome_blocks(), **people_blocks(), **list_blocks(), **python_blocks(),
        **command_blocks(parsers, exit_codes),
    }  # fmt: skip


def filled_in(text: str, blocks: Blocks) -> str:
    """A page in which each mark stands for what is made; raise KeyError for a mark that nothing makes."""
    return MARK.sub(lambda mark: blocks[mark["name"]](), text)


def papers_in(house: Path) -> list[str]:
    """The pages that are papers of the house as they are, by their paths; those that this installation has."""
    papers = [name for names in CHAPTERS.values() for name in names if not (PAGES / f"{name}.md").is_file()]
    return [name for name in papers if (house / f"{name}.md").is_file()]


def contents(there: Container[str]) -> str:
    """The contents of the handbook for Sphinx; there: the names of the pages that are there."""
    trees = []
    for title, names in CHAPTERS.items():
        found = [name for name in names if name in there]
        if found:
            trees.append(
                "\n".join(["```{toctree}", ":hidden:", ":maxdepth: 1", f":caption: {title}", "", *found, "```"])
            )
    return "\n\n".join(trees)

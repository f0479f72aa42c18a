"""What the answer of a batch rests on, and what would change it, in sentences for one page."""

from __future__ import annotations

import csv
from pathlib import Path

from model.tables.calibrated import FILE as CALIBRATED
from model.tables.ensemble import FILE as ENSEMBLE
from model.tables.world_folder import TABLES
from runs.analysis.answer import Part, is_clear, strongest
from runs.analysis.asked import median_sentence
from runs.analysis.caveats import list_caveats
from runs.analysis.compared import name_of_policy
from runs.analysis.findings import Findings, runs_text
from runs.batch.kept_inputs import INPUTS, WORLD

MOST_CAVEATS = 4


def count_words(count: int, word: str, plural: str = "") -> str:
    """A number of things in words.

    >>> count_words(1, "seed"), count_words(1200, "policy", "policies")
    ('1 seed', '1,200 policies')
    """
    return f"{count:,} {word if count == 1 else plural or word + 's'}"


def list_grounds(found: Findings, place: Path) -> list[str]:
    """What the answer rests on: runs, world, calibration and errors, and what changes less than its design says."""
    notes = [f"Note: {note}." for note in found.about.get("notes") or ()]
    return [
        runs_sentence(found),
        world_sentence(found, place),
        calibration_sentence(place),
        error_sentence(found),
        *notes,
    ]


def runs_sentence(found: Findings) -> str:
    """How many runs of what there are, and how many failed."""
    frame = found.frame
    policies = len(frame.groupby(found.levers)) if found.levers else 1
    shape = (
        (int(frame["scenario"].nunique()), "scenario", ""), (int(frame["future"].nunique()), "future", ""),
        (int(frame["seed"].nunique()), "seed", ""), (policies, "policy", "policies"),
    )  # fmt: skip
    words = f"{runs_text(len(frame))}: {' x '.join(count_words(*each) for each in shape)}"
    if len(found.failed):
        words += f"; {len(found.failed):,} more failed and {'is' if len(found.failed) == 1 else 'are'} left out"
    return words + ("." if found.complete else f"; the batch is not finished ({found.about['experiments']:,} planned).")


def world_sentence(found: Findings, place: Path) -> str:
    """Which world was played, and how many lines its tables name."""
    named = found.design.world
    whose = "the base case of Linestop" if named is None else f"the world “{Path(named).name}”"
    own = place / INPUTS / WORLD
    folders = (own, own / TABLES, place / INPUTS / TABLES) if named else (place / INPUTS / TABLES,)
    table = next((folder / "firms.csv" for folder in folders if (folder / "firms.csv").is_file()), None)
    size = "" if table is None else f", {count_words(rows_of(table), 'production line')} in its tables"
    return f"World: {whose}{size}; home is {found.home_name}."


def calibration_sentence(place: Path) -> str:
    """On what the world was calibrated: tuned numbers and worlds of the ensemble that the batch has kept."""
    own = place / INPUTS / WORLD
    folder = next((each for each in (own, own / TABLES) if (each / "firms.csv").is_file()), place / INPUTS / TABLES)
    if not (folder / "firms.csv").is_file():
        return "Calibration: not known, for this batch has not kept its inputs."
    tuned, worlds = rows_of(folder / CALIBRATED), rows_of(folder / ENSEMBLE)
    if not tuned:
        return "Calibration: none; the tables of this world were taken as they are."
    words = f"Calibration: {count_words(tuned, 'number')} tuned on published facts ({CALIBRATED})"
    if not worlds:
        return f"{words}; one world that fits was run, so no error here holds what the facts leave open."
    return f"{words}; {count_words(worlds, 'world')} that fit about as well are kept with it ({ENSEMBLE})."


def error_sentence(found: Findings) -> str:
    """What an error is here."""
    if found.kinds_of_luck == 1 and found.frame["future"].nunique() == 1:
        return "No errors: one future and one seed."
    pairs = "; policies are compared in pairs of runs with the same future and the same luck" if found.levers else ""
    return f"± is half of a 95 % interval of the mean over {found.evidence}{pairs}."


def rows_of(table: Path) -> int:
    """The rows of a CSV table; 0 where there is none."""
    if not table.is_file():
        return 0
    with table.open(encoding="utf-8-sig", newline="") as lines:
        return sum(any(row) for row in csv.reader(lines)) - 1


def list_changes(parts: list[Part]) -> list[str]:
    """What would change the answer: another scenario, another number that nobody knows, more runs, other choices."""
    sentences = [scenario_sentence(parts), *map(median_sentence, parts), *uncertainty_sentences(parts)]
    for part in parts:
        sentences += [words for words in list_caveats(part.found) if words not in sentences][:MOST_CAVEATS]
    return [*dict.fromkeys(words for words in sentences if words)][: MOST_CAVEATS + 2]


def scenario_sentence(parts: list[Part]) -> str:
    """Whether the best policy is another one in another scenario."""
    best = {part.title: name_of_policy(part.found, part.best.choices) for part in parts
            if part.best is not None and is_clear(part, part.best)}  # fmt: skip
    if len(best) < 2:
        return ""
    if len(set(best.values())) == 1:
        return "The scenario would not: the same policy does most in each."
    return f"The scenario: of the {len(best)} in which one policy clearly does most, it is not the same in all."


def uncertainty_sentences(parts: list[Part]) -> list[str]:
    """The uncertainty that moves the answer most, in the first scenario in which one does."""
    told = [(part.title, strongest(part)) for part in parts]
    return [f"A better estimate of what moves it: {words} (“{title}”)." for title, words in told if words][:1]

"""Run an exercise for a classroom: predict, look, explain; the answers are computed, and can be checked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from runs.batch.bounds import MOST_SEEDS
from runs.commands.arguments import whole_number

if TYPE_CHECKING:
    import pandas as pd

    from runs.classroom.exercise import Exercise

EXAMPLE = "linestop exercise 1 --teacher"
NO_LONGER_TRUE = 1


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "exercise", metavar="NUMBER", nargs="?", help="number or name of an exercise (default: list them)"
    )
    parser.add_argument("--teacher", action="store_true", help="add the answers, a marking scheme and timing")
    parser.add_argument("--neutral", action="store_true", help="call countries and firms by neutral names on the page")
    parser.add_argument("--mind", type=Path, metavar="FILE", help="exercise 0: the Python file with your mind")
    parser.add_argument("--check", action="store_true", help="recompute all answers; fail if one no longer holds")
    parser.add_argument("--update", action="store_true", help="recompute all answers and write them into the pages")
    parser.add_argument(
        "--bank",
        type=Path,
        metavar="DIR",
        help="write the predictions of all exercises, or of one, as a question bank (GIFT, QTI 2.1) into a new folder",
    )
    parser.add_argument(
        "--seeds",
        type=whole_number(2, MOST_SEEDS),
        metavar="N",
        help="runs for each point where luck matters (default: as the exercise says)",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="settings",
        metavar="KEY=VALUE",
        help="change a number in all runs, after what the exercise changes itself; may be repeated",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the page (default: out/exercise-NN)")
    parser.add_argument("--quiet", action="store_true", help="print nothing but complaints")


def run(args: argparse.Namespace) -> int:
    """List the exercises, or run some and write their pages, or check or update their answers."""
    from model.tables.faults import Faults
    from runs.classroom.anonymised_names import anonymise_text
    from runs.classroom.exercise import exercise_folders, find_exercise, read_exercise
    from runs.extras import require_extra
    from runs.files.folder import refuse_place

    if args.exercise is None and not (args.check or args.update or args.bank):
        print_exercises()
        return 0
    if args.bank and (args.check or args.update or args.mind or args.seeds or args.settings):
        raise Faults(
            ["--bank takes the numbers that the pages quote; leave out --check, --update, --mind, --set, --seeds"]
        )
    if (args.check or args.update) and (args.mind or args.seeds or args.settings):
        raise Faults(
            ["--check and --update take the runs that come with an exercise; leave out --mind, --set and --seeds"]
        )
    reword = anonymise_text if args.neutral and not (args.check or args.update) else str
    if args.exercise is not None:
        some = [find_exercise(args.exercise, reword=reword)]
    else:
        some = [read_exercise(path, reword) for path in exercise_folders()]
    if args.bank:
        return write_bank(some, args)
    some = [adapt_exercise(exercise, args) for exercise in some]
    if not (args.check or args.update):
        require_extra("classroom", "the page of an exercise")
        for exercise in some:
            refuse_place(page_folder(exercise, args), "exercise", [args.mind] if args.mind else [])
    done = [
        finish_exercise(exercise, tables, args)
        for exercise, tables in zip(some, run_with_progress(some, args.quiet), strict=True)
    ]
    return max(done)


def print_exercises() -> None:
    """List the exercises."""
    from runs.classroom.exercise import exercise_folders, read_exercise

    for path in exercise_folders():
        exercise = read_exercise(path)
        print(f"{exercise.number}  {exercise.title} ({exercise.minutes} min)\n   {exercise.about}")
    print("\n'linestop exercise 1' runs one; --teacher adds the answers.")


def page_folder(exercise: Exercise, args: argparse.Namespace) -> Path:
    """The folder for the page of an exercise."""
    return Path(args.out or Path("out") / f"exercise-{exercise.code}")


def adapt_exercise(exercise: Exercise, args: argparse.Namespace) -> Exercise:
    """The exercise with the mind and the number of seeds that were asked for."""
    from runs.classroom.exercise import append_settings, set_seeds
    from runs.classroom.sweep import with_mind

    if args.mind is not None:
        exercise = with_mind(exercise, args.mind.resolve())
    if args.settings:
        exercise = append_settings(exercise, args.settings)
    return exercise if args.seeds is None else set_seeds(exercise, args.seeds)


def finish_exercise(exercise: Exercise, tables: Mapping[str, pd.DataFrame], args: argparse.Namespace) -> int:
    """Write, check or update the pages of an exercise, as the arguments say; return the exit code."""
    if args.update:
        return update_answers(exercise, tables, args.quiet)
    if args.check:
        return check_answers(exercise, tables, args.quiet)
    write_exercise(exercise, tables, args)
    return 0


def run_with_progress(some: Sequence[Exercise], quiet: bool) -> list[dict[str, pd.DataFrame]]:
    """Run the exercises behind a progress bar; return the tables of each."""
    from tqdm import tqdm

    from runs.classroom.sweep import run_exercises
    from runs.processes.progress import load_simulation_with_progress

    load_simulation_with_progress(quiet)
    words = f"exercise {some[0].number}: runs" if len(some) == 1 else "exercises: runs"
    total = sum(exercise.size() for exercise in some)
    with tqdm(total=total, desc=words, leave=False, disable=True if quiet else None) as bar:
        return run_exercises(some, bar.update)


def write_exercise(exercise: Exercise, tables: Mapping[str, pd.DataFrame], args: argparse.Namespace) -> None:
    """Write the page, the figures and the tables into a folder of their own."""
    from runs.classroom.anonymised_names import anonymise_text, hide_sources
    from runs.classroom.check import known_numbers
    from runs.classroom.exercise import STUDENT, TEACHER
    from runs.classroom.page import draw_figures, render_page
    from runs.classroom.quoted_numbers import update_quotes
    from runs.files.folder import results_folder

    place = page_folder(exercise, args)
    known = known_numbers(exercise, tables)
    texts = {name: update_quotes(exercise.page(name), known, name) for name in (STUDENT, TEACHER)}
    if args.neutral:
        texts = {name: anonymise_text(hide_sources(text)) for name, text in texts.items()}
    drawings = draw_figures(exercise, tables)
    name = "teacher.html" if args.teacher else "exercise.html"
    html = render_page(exercise, texts, drawings, "teacher" if args.teacher else "student", known)
    paper = render_page(exercise, texts, drawings, "handout", known)
    about = {"kind": "exercise", "command": "exercise", "exercise": exercise.folder.name}
    with results_folder(place, about, [args.mind] if args.mind else []) as folder:
        (folder / name).write_text(html, encoding="utf-8")
        (folder / "handout.html").write_text(paper, encoding="utf-8")
        for code, drawing in drawings.items():
            (folder / f"{code}.svg").write_text(drawing.svg, encoding="utf-8")
        for code, table in tables.items():
            table.to_csv(folder / f"{code}.csv", index=False)
    if not args.quiet:
        print(f"Open {place / name}; a sheet for paper (handout.html), figures and tables are beside it.")


def write_bank(some: Sequence[Exercise], args: argparse.Namespace) -> int:
    """Write the predictions of exercises as a question bank, in two formats; return the exit code."""
    from runs.classroom.anonymised_names import anonymise_text
    from runs.classroom.exercise import STUDENT
    from runs.classroom.gift import gift_text
    from runs.classroom.predictions import read_predictions
    from runs.classroom.qti import qti_package
    from runs.files.folder import results_folder

    reword = anonymise_text if args.neutral else str
    chapters = {
        f"{exercise.number}. {exercise.title}": read_predictions(exercise, page=reword(exercise.page(STUDENT)))
        for exercise in some
    }
    with results_folder(args.bank, {"kind": "bank", "command": "exercise"}) as folder:
        (folder / "predictions.gift.txt").write_text(gift_text(chapters), encoding="utf-8")
        (folder / "predictions.qti.zip").write_bytes(qti_package(chapters))
    if not args.quiet:
        total = sum(len(asked) for asked in chapters.values())
        print(f"{total} questions are in {args.bank}: predictions.gift.txt (Moodle) and predictions.qti.zip (QTI 2.1).")
    return 0


def check_answers(exercise: Exercise, tables: Mapping[str, pd.DataFrame], quiet: bool) -> int:
    """Print which numbers and lessons no longer hold; return 1 if any, else 0."""
    from runs.classroom.check import check_pages

    words, fine = check_pages(exercise, tables)
    if words and not (fine and quiet):
        print(words, file=sys.stdout if fine else sys.stderr)
    return 0 if fine else NO_LONGER_TRUE


def update_answers(exercise: Exercise, tables: Mapping[str, pd.DataFrame], quiet: bool) -> int:
    """Write the current numbers into the pages; print which lessons no longer hold, for their words must be changed."""
    from runs.classroom.check import update_pages

    changed = update_pages(exercise, tables)
    if not quiet:
        print(changed)
    return check_answers(exercise, tables, quiet)

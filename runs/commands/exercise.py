"""Run an exercise for a classroom: predict, look, explain; the answers are computed, and can be checked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from runs.batch.bounds import MOST_SEEDS
from runs.commands.arguments import whole_number

if TYPE_CHECKING:
    import pandas as pd

    from runs.classroom.exercise import Exercise

EXAMPLE = "linestop exercise 1 --teacher\n  linestop exercise --all --site out/class"
NO_LONGER_TRUE = 1
LANGUAGES = ("en", "ja", "ko", "zh")  # of pages; named here as well, so that --help loads nothing else


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "exercise", metavar="NUMBER", nargs="?", help="number or name of an exercise (default: list them)"
    )
    parser.add_argument("--teacher", action="store_true", help="add the answers, a marking scheme and timing")
    parser.add_argument(
        "--language",
        choices=LANGUAGES,
        help="language of the page (default: en; a --site has all of them, and a --bank one)",
    )
    parser.add_argument(
        "--neutral", action="store_true", help="call countries and firms by neutral names on the page, in English"
    )
    parser.add_argument("--mind", type=Path, metavar="FILE", help="exercise 0: the Python file with your mind")
    parser.add_argument(
        "--senses", action="store_true", help="exercise 0: print the senses and verbs of minds, with units and codes"
    )
    parser.add_argument("--check", action="store_true", help="recompute all answers; fail if one no longer holds")
    parser.add_argument("--update", action="store_true", help="recompute all answers and write them into the pages")
    parser.add_argument(
        "--mutations", action="store_true", help="play known changes of the model; fail if a lesson survives its own"
    )
    parser.add_argument("--all", action="store_true", help="all exercises in place of a NUMBER")
    parser.add_argument(
        "--site",
        type=Path,
        metavar="DIR",
        help="write a folder of ready pages: for students, for paper, slides, the teacher's, a question bank, a plan",
    )
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
    from runs.classroom.anonymised_names import anonymise_text
    from runs.classroom.exercise import exercise_folders, find_exercise, read_exercise

    refuse_arguments(args)
    if args.exercise is None and not (args.all or args.check or args.update or args.bank or args.mutations):
        print_exercises(args.language or LANGUAGES[0])
        return 0
    reword = anonymise_text if args.neutral and not (args.check or args.update) else str
    if args.exercise is not None:
        some = [find_exercise(args.exercise, reword=reword)]
    else:
        some = [read_exercise(path, reword) for path in exercise_folders()]
    if args.senses:
        return print_senses(some)
    if args.bank:
        return write_question_bank(some, args)
    if args.mutations:
        return check_mutations(some, args.quiet)
    some = [adapt_exercise(exercise, args) for exercise in some]
    refuse_places(some, args)
    runs = list(zip(some, run_with_progress(some, args.quiet), strict=True))
    done = [finish_exercise(exercise, tables, args) for exercise, tables in runs]
    if args.site:
        write_class_folder(runs, args)
    return max(done)


def refuse_arguments(args: argparse.Namespace) -> None:
    """Raise Faults for arguments that do not go together."""
    from model.tables.faults import Faults

    changed = args.mind or args.seeds or args.settings
    faults = []
    if args.all and args.exercise is not None:
        faults.append(f"found both {args.exercise} and --all; write one of them")
    if args.site and args.exercise is None and not args.all:
        faults.append("--site is for a NUMBER or --all; write 'linestop exercise --all --site DIR'")
    given = [name for name, value in vars(args).items() if value and name != "exercise"]
    if args.senses and (given != ["senses"] or args.exercise is None):
        faults.append("--senses prints a list and runs nothing; write 'linestop exercise 0 --senses'")
    if args.mutations and (args.check or args.update or args.bank or args.site or args.out or changed):
        faults.append("--mutations writes nothing and changes the runs by itself; give it a NUMBER or nothing")
    if args.site and (args.update or args.bank or args.out or args.teacher):
        faults.append("--site has all pages in its own folder; leave out --update, --bank, --out and --teacher")
    if args.site and args.check and args.neutral:
        faults.append("--check reads the pages as they are; leave out --check or --neutral")
    if args.neutral and args.language not in (None, "en"):
        faults.append("pages with neutral names are in English only; leave out --neutral or --language")
    if args.language and (args.check or args.update or args.mutations):
        faults.append("--check, --update and --mutations read all languages; leave out --language")
    if args.all and args.out:
        faults.append("--out is for one exercise; write --site DIR for all")
    if args.bank and (args.check or args.update or changed):
        faults.append("--bank takes the numbers that pages quote; leave out --check, --update, --mind, --set, --seeds")
    elif (args.check or args.update) and changed:
        faults.append("--check and --update take the runs of an exercise as they are; leave out --mind, --set, --seeds")
    if faults:
        raise Faults(faults)


def refuse_places(some: Sequence[Exercise], args: argparse.Namespace) -> None:
    """Raise Faults, before anything is run, if pages cannot be made or written."""
    from runs.extras import require_extra
    from runs.files.folder import refuse_place

    refuse_language(some, args.language)
    inputs = [args.mind] if args.mind else []
    if args.site or not (args.check or args.update):
        require_extra("classroom", "the page of an exercise")
    if args.site:
        refuse_place(args.site, "site", inputs)
    elif not (args.check or args.update):
        for exercise in some:
            refuse_place(page_folder(exercise, args), "exercise", inputs)


def refuse_language(some: Sequence[Exercise], code: str | None) -> None:
    """Raise Faults for exercises that have no page in a language."""
    from model.tables.faults import Faults
    from runs.classroom.language import languages_of

    without = [each.folder.name for each in some if code and code not in languages_of(each)]
    if without:
        raise Faults([f"{name} has no page in '{code}'; leave out --language" for name in without])


def print_exercises(code: str) -> None:
    """List the exercises in a language."""
    from runs.classroom.exercise import exercise_folders, read_exercise
    from runs.classroom.language import language_of, translate_exercise

    exercises = [read_exercise(path) for path in exercise_folders()]
    refuse_language(exercises, code)
    for each in exercises:
        exercise = translate_exercise(each, language_of(each, code))
        print(f"{exercise.number}  {exercise.title} ({exercise.minutes} min)\n   {exercise.about}")
    print("\n'linestop exercise 1' runs one; --teacher adds the answers.")


def print_senses(some: Sequence[Exercise]) -> int:
    """Print all that minds from files may sense and wish; raise Faults for an exercise that takes no mind."""
    from runs.classroom.mind_words import mind_words_text
    from runs.classroom.sweep import refuse_no_mind

    refuse_no_mind(some[0], "--senses")
    print(mind_words_text())
    return 0


def page_folder(exercise: Exercise, args: argparse.Namespace) -> Path:
    """The folder for the page of an exercise."""
    return Path(args.out or Path("out") / f"exercise-{exercise.code}")


def adapt_exercise(exercise: Exercise, args: argparse.Namespace) -> Exercise:
    """The exercise with the mind and the number of seeds that were asked for."""
    from runs.classroom.exercise import append_settings, set_seeds
    from runs.classroom.sweep import rehearsal, run_all, with_mind

    if args.mind is not None:
        file = args.mind.resolve()
        exercise = with_mind(exercise, file)
        run_all([rehearsal(exercise, file)])
    if args.settings:
        exercise = append_settings(exercise, args.settings)
    return exercise if args.seeds is None else set_seeds(exercise, args.seeds)


def finish_exercise(exercise: Exercise, tables: Mapping[str, pd.DataFrame], args: argparse.Namespace) -> int:
    """Write, check or update the pages of an exercise, as the arguments say; return the exit code."""
    if args.update:
        return update_answers(exercise, tables, args.quiet)
    if args.check:
        return check_answers(exercise, tables, args.quiet)
    if not args.site:
        write_exercise(exercise, tables, args)
    return 0


def run_with_progress(some: Sequence[Exercise], quiet: bool) -> list[dict[str, pd.DataFrame]]:
    """Run the exercises behind a progress bar; return the tables of each."""
    from runs.classroom.sweep import run_exercises

    words = f"exercise {some[0].number}: runs" if len(some) == 1 else "exercises: runs"
    with progress_bar(words, sum(exercise.size() for exercise in some), quiet) as seen:
        return run_exercises(some, seen)


@contextmanager
def progress_bar(words: str, runs: int, quiet: bool) -> Iterator[Callable[[int], object]]:
    """Show how many runs are done; lend what hears of each."""
    from tqdm import tqdm

    from runs.processes.progress import load_simulation_with_progress

    load_simulation_with_progress(quiet)
    with tqdm(total=runs, desc=words, leave=False, disable=True if quiet else None) as bar:
        yield bar.update


def write_exercise(exercise: Exercise, tables: Mapping[str, pd.DataFrame], args: argparse.Namespace) -> None:
    """Write the page, a sheet for paper, the figures and the tables into a folder of their own."""
    from runs.classroom.site import gather_material
    from runs.files.folder import results_folder

    place = page_folder(exercise, args)
    material = gather_material(exercise, tables, args.neutral, args.language or LANGUAGES[0])
    name = "teacher.html" if args.teacher else "exercise.html"
    html, paper = material.page("teacher" if args.teacher else "student"), material.page("handout")
    about = {"kind": "exercise", "command": "exercise", "exercise": exercise.folder.name}
    with results_folder(place, about, [args.mind] if args.mind else []) as folder:
        (folder / name).write_text(html, encoding="utf-8")
        (folder / "handout.html").write_text(paper, encoding="utf-8")
        for code, drawing in material.drawings.items():
            (folder / f"{code}.svg").write_text(drawing.svg, encoding="utf-8")
        for code, table in tables.items():
            table.to_csv(folder / f"{code}.csv", index=False)
    if not args.quiet:
        print(f"Open {place / name}; a sheet for paper (handout.html), figures and tables are beside it.")


def write_class_folder(runs: Sequence[tuple[Exercise, Mapping[str, pd.DataFrame]]], args: argparse.Namespace) -> None:
    """Write all pages of exercises into one folder that can be given away."""
    from runs.classroom.anonymised_names import anonymise_text
    from runs.classroom.language import languages_of
    from runs.classroom.site import gather_material, write_site
    from runs.files.folder import results_folder

    wanted = [args.language] if args.language else LANGUAGES[:1] if args.neutral else LANGUAGES
    materials = {
        code: [gather_material(each, tables, args.neutral, code) for each, tables in runs if code in languages_of(each)]
        for code in wanted
    }
    with results_folder(args.site, {"kind": "site", "command": "exercise"}, [args.mind] if args.mind else []) as folder:
        write_site(folder, materials, args.all, anonymise_text if args.neutral else str)
    if not args.quiet:
        print(f"Open {args.site / 'index.html'}; the folder can be copied to a memory stick as it is.")


def write_question_bank(some: Sequence[Exercise], args: argparse.Namespace) -> int:
    """Write the predictions of exercises as a question bank, in two formats; return the exit code."""
    from runs.classroom.anonymised_names import anonymise_text
    from runs.classroom.exercise import STUDENT
    from runs.classroom.language import language_of, translate_exercise
    from runs.classroom.predictions import read_predictions
    from runs.classroom.site import GIFT, QTI, write_bank
    from runs.files.folder import results_folder

    refuse_language(some, args.language)
    reword = anonymise_text if args.neutral else str
    asked = []
    for exercise in some:
        language = language_of(exercise, args.language or LANGUAGES[0])
        shown, page = translate_exercise(exercise, language), reword(exercise.page(language.file(STUDENT)))
        asked.append((shown, read_predictions(shown, page=page, language=language)))
    with results_folder(args.bank, {"kind": "bank", "command": "exercise"}) as folder:
        total = write_bank(folder, asked)
    if not args.quiet:
        print(f"{total} questions are in {args.bank}: {GIFT} (Moodle) and {QTI} (QTI 2.1).")
    return 0


def check_answers(exercise: Exercise, tables: Mapping[str, pd.DataFrame], quiet: bool) -> int:
    """Print which numbers and lessons no longer hold; return 1 if any, else 0."""
    from runs.classroom.check import check_pages

    words, fine = check_pages(exercise, tables)
    if words and not (fine and quiet):
        print(words, file=sys.stdout if fine else sys.stderr)
    return 0 if fine else NO_LONGER_TRUE


def check_mutations(some: Sequence[Exercise], quiet: bool) -> int:
    """Play exercises under their mutations; print what broke; return 1 if a lesson survives that should not."""
    from runs.classroom.mutations import play_mutations

    changes = sum(len(exercise.mutation) for exercise in some)
    runs = sum(exercise.size() * len(exercise.mutation) for exercise in some)
    with progress_bar(f"{changes} mutations: runs", runs, quiet) as seen:
        outcomes = play_mutations(some, seen)
    for outcome in outcomes:
        if outcome.survived or not quiet:
            print(outcome.told, file=sys.stderr if outcome.survived else sys.stdout)
    return NO_LONGER_TRUE if any(outcome.survived for outcome in outcomes) else 0


def update_answers(exercise: Exercise, tables: Mapping[str, pd.DataFrame], quiet: bool) -> int:
    """Write the current numbers into the pages; print which lessons no longer hold, for their words must be changed."""
    from runs.classroom.check import update_pages

    changed = update_pages(exercise, tables)
    if not quiet:
        print(changed)
    return check_answers(exercise, tables, quiet)

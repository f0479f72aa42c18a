"""Simulate a scenario: print who stopped when and why, and write figures, a report and tables."""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runs.commands.arguments import (
    add_branching,
    add_json,
    add_out,
    add_players,
    add_scenario,
    add_settings,
    add_world,
    page_width,
    scenario_of,
)

if TYPE_CHECKING:
    from runs.commands.course import Choice
    from runs.figures.workers import FigureWorkers
    from runs.measures.spread import Fan
    from runs.simulation.record import Record

EXAMPLE = """linestop run january-2026 --seed 7 --set 'needs.cover_days[role=magnet_maker]=30'

the state after some days can be saved and branched: what goes on from it is equal to the bit to a run in one go
  linestop run two-months --until 2026-02-01 --save february.json
  linestop run --from february.json --set 'needs.cover_days[role=magnet_maker]=30' --out out/leaner
  linestop run mine.toml --from february.json
where mine.toml is a scenario with the same past, such as one with base = "two-months" and shocks of later dates

a program can sit at any seat; moves.json among the results plays the same run again without it
  linestop run two-months --player authority=mine.py --seconds 60
  linestop run two-months --moves out/two-months/moves.json --out out/again"""
MODEL_IS_WRONG = 1
GARBAGE_THRESHOLD = 50_000  # objects made and not dropped between two collections


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_scenario(parser, optional=True)
    add_settings(parser)
    add_world(parser)
    add_branching(parser)
    add_players(parser)
    parser.set_defaults(scenario=None, seed=None)  # what is left out is as in the saved run, if there is one
    add_out(parser, "out/SCENARIO")
    parser.add_argument("--no-figures", action="store_true", help="keep the tables only, which is faster")
    parser.add_argument(
        "--film",
        action="store_true",
        help="also write film.webp: the run line by line, as a moving picture",
    )
    parser.add_argument("--quiet", action="store_true", help="print nothing but complaints")
    parser.add_argument("--audit", action="store_true", help="check the mass balance of every day")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Simulate, write the results into a folder of their own, and print what happened."""
    from runs.figures.workers import figure_workers

    if args.begun_from is None:
        args.scenario = scenario_of(args)
    with rare_garbage_collection(), figure_workers(wanted=not args.no_figures) as workers:
        return simulate(args, None if args.no_figures else workers)


@contextmanager
def rare_garbage_collection() -> Iterator[None]:
    """Raise the threshold of garbage collection during a run, which creates few reference cycles."""
    usual = gc.get_threshold()
    gc.set_threshold(GARBAGE_THRESHOLD)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def simulate(args: argparse.Namespace, workers: FigureWorkers | None) -> int:
    """Simulate while the figure workers start, then write results and figures; return the exit code."""
    from model.audit import BooksDoNotBalance
    from runs.batch.fates import fans_of
    from runs.commands.course import choose, play_with_progress
    from runs.files.folder import results_folder
    from runs.measures.outcomes import outcomes
    from runs.simulation.policies import write_moves
    from runs.simulation.saved_run import write_saved_run

    choice = choose(args)
    place = args.out or Path("out") / choice.name
    try:
        with results_folder(place, choice.about, choice.inputs) as folder:
            chain, course, record = play_with_progress(choice, args.audit)
            values = outcomes(record)
            told = (choice.scenario, chain.seed, choice.settings, choice.world)
            fans = fans_of(chain.story, *told) if choice.whole else ()
            write_run(record, values, folder, choice, workers, fans)
            if args.film:
                draw_film(record, folder / "film.webp", choice.quiet)
            if chain.players:
                write_moves(folder / "moves.json", chain.players)
    except BooksDoNotBalance as breach:
        print(f"linestop: the books do not balance: {breach}; this is an error of the model", file=sys.stderr)
        return MODEL_IS_WRONG
    if choice.save is not None:
        write_saved_run(choice.save, chain, course)
    print_run(record, values, place, args, fans)
    return 0


def write_run(
    record: Record, values: dict[str, Any], folder: Path, choice: Choice, workers: FigureWorkers | None,
    fans: tuple[Fan, ...],
) -> None:  # fmt: skip
    """Write the tables, the outcomes and, where there are figure workers, the figures and the report."""
    from model.tables.focus_file import zones_of
    from runs.report.uncertainty import Uncertainty
    from runs.simulation.focus import focus_of
    from runs.simulation.record import write_tables
    from runs.simulation.record_columns import header

    if workers is not None:
        workers.begin(record)
    write_tables(record, folder)
    tables = record.register.tables
    header(focus_of(tables).money.code, zones_of(tables.countries)).to_csv(folder / "columns.csv", index=False)
    (folder / "outcomes.json").write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    if fans:
        text = json.dumps(Uncertainty(fans).plain(), indent=1, ensure_ascii=False)
        (folder / "fan.json").write_text(f"{text}\n", encoding="utf-8")
    if workers is not None:
        write_pages(record, folder, choice, workers, fans)


def write_pages(record: Record, folder: Path, choice: Choice, workers: FigureWorkers, fans: tuple[Fan, ...]) -> None:
    """Write the figures and the report; other worlds of the ensemble are about whole runs of the base case."""
    from runs.batch.fates import MOST_WORLDS, fates_in_worlds
    from runs.figures.captions import names_of_figures
    from runs.processes.progress import show_progress
    from runs.report.page import write_report
    from runs.report.uncertainty import Uncertainty

    compared = choice.world is None and choice.whole
    worlds = fates_in_worlds(choice.scenario, choice.settings, MOST_WORLDS) if compared else []
    drawn: list[str] = []
    with show_progress("figures", lambda: len(drawn), len(names_of_figures(record)), choice.quiet):
        draw_fans(fans, folder)
        workers.draw_into(folder, drawn.append)
        write_report(
            record, folder, choice.settings, choice.world, Uncertainty(fans, tuple(worlds)), choice.course_words
        )


def draw_film(record: Record, file: Path, quiet: bool) -> None:
    """Draw the moving picture of a run."""
    from runs.figures.film import days_shown, draw_frames, write_film
    from runs.processes.progress import show_progress

    frames = list[Any]()
    with show_progress("film", lambda: len(frames), len(days_shown(record)), quiet):
        frames.extend(draw_frames(record))
    write_film(frames, file)


def draw_fans(fans: tuple[Fan, ...], folder: Path) -> None:
    """Draw what a scenario comes to for each value of what nobody knew, if it names such."""
    if fans:
        from runs.figures.fan import fan_figure
        from runs.figures.png import write_figure

        write_figure(fan_figure(fans), folder / "fan.png")


def print_run(
    record: Record, values: dict[str, Any], place: Path, args: argparse.Namespace, fans: tuple[Fan, ...]
) -> None:
    """Print a screen of text, or with --json everything."""
    from runs.report.story import story_sentences
    from runs.report.terminal import list_stops, screen_summary
    from runs.report.uncertainty import Uncertainty, fan_text

    if args.json:
        found = [stop.as_json() for stop in list_stops(record)]
        told = {"folder": str(place), "stops": found, "outcomes": values, "fan": Uncertainty(fans).plain()}
        told |= {"saved": str(args.save)} if args.save else {}
        print(json.dumps(told, indent=1, ensure_ascii=False))
    elif not args.quiet:
        print(screen_summary(record, values, story_sentences(record, values), page_width()))
        for fan in fans:
            print(f"\n{fan_text(fan, page_width())}")
        print(f"\n{files_note(place, args.no_figures)}")
        if args.save:
            print(f"Saved after {record.days} days: 'linestop run --from {args.save}' goes on from there")


def files_note(place: Path, tables_only: bool) -> str:
    """A sentence with the places of the files."""
    if tables_only:
        return f"Tables are in {place}/"
    return f"Report: {place / 'report.html'}; figures and tables are beside it in {place}/"

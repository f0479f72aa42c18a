"""Simulate a scenario: say who stopped when and why, and keep figures, a report and tables."""

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
    add_json,
    add_out,
    add_scenario,
    add_settings,
    add_world,
    inputs_of,
    page_width,
    scenario_stem,
    settings_of,
)

if TYPE_CHECKING:
    from runs.figures.workers import FigureWorkers
    from runs.simulation.record import Record

EXAMPLE = "linestop run january-2026 --seed 7 --set 'needs.cover_days[role=magnet_maker]=30'"
MODEL_IS_WRONG = 1
SELDOM_OBJECTS = 50_000  # made and not dropped between two looks


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_scenario(parser, optional=True)
    add_settings(parser)
    add_world(parser)
    add_out(parser, "out/SCENARIO")
    parser.add_argument("--no-figures", action="store_true", help="keep the tables only, which is faster")
    parser.add_argument("--quiet", action="store_true", help="print nothing but complaints")
    parser.add_argument("--audit", action="store_true", help="hold every day against mass balance")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Simulate, keep the results in a folder of their own, and tell what happened."""
    from runs.figures.workers import figure_workers

    with seldom_swept(), figure_workers(wanted=not args.no_figures) as workers:
        return simulate(args, workers)


@contextmanager
def seldom_swept() -> Iterator[None]:
    """Let Python look less often for circles of objects that nobody holds: a run drops few, and looking takes time."""
    usual = gc.get_threshold()
    gc.set_threshold(SELDOM_OBJECTS)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def simulate(args: argparse.Namespace, workers: FigureWorkers) -> int:
    """Let the days pass while figure workers start, then have them draw the figures; returns the exit code."""
    from model.audit import BooksDoNotBalance
    from model.tables.world_folder import about_world
    from runs.commands.in_sight import play_in_sight, stage_in_sight
    from runs.files.folder import results_folder
    from runs.measures.outcomes import outcomes

    place = args.out or Path("out") / scenario_stem(args.scenario)
    settings = settings_of(args)
    about: dict[str, Any] = {"kind": "run", "command": "run", "scenario": args.scenario, "seed": args.seed}
    about["settings"] = settings
    if args.world is not None:
        about["world"] = about_world(args.world)
    try:
        with results_folder(place, about, inputs_of(args.scenario, args.world)) as folder:
            chain = stage_in_sight(args.scenario, args.seed, settings, args.audit, args.quiet, args.world)
            record = play_in_sight(chain, args.quiet)
            told = outcomes(record)
            keep(record, told, folder, args, workers)
    except BooksDoNotBalance as breach:
        print(f"linestop: the books do not balance: {breach}; this is an error of the model", file=sys.stderr)
        return MODEL_IS_WRONG
    show(record, told, place, args)
    return 0


def keep(record: Record, told: dict[str, Any], folder: Path, args: argparse.Namespace, workers: FigureWorkers) -> None:
    """Write the tables, the outcomes, and unless they are not wanted the figures and the report."""
    from runs.figures.captions import names_of_figures
    from runs.processes.progress import show_progress
    from runs.simulation.record import header, write_tables

    if not args.no_figures:
        workers.begin(record)
    write_tables(record, folder)
    header().to_csv(folder / "columns.csv", index=False)
    (folder / "outcomes.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    if not args.no_figures:
        from runs.report.page import write_report

        drawn: list[str] = []
        with show_progress("figures", lambda: len(drawn), len(names_of_figures(record)), args.quiet):
            workers.draw_into(folder, drawn.append)
            write_report(record, folder, tuple(settings_of(args)), args.world)


def show(record: Record, told: dict[str, Any], place: Path, args: argparse.Namespace) -> None:
    """Print a screen for people, or everything for machines."""
    from runs.report.story import sentences
    from runs.report.terminal import stops, summary

    if args.json:
        found = [stop.plain() for stop in stops(record)]
        print(json.dumps({"folder": str(place), "stops": found, "outcomes": told}, indent=1, ensure_ascii=False))
    elif not args.quiet:
        print(summary(record, told, sentences(record, told), page_width()))
        print(f"\n{where(place, args.no_figures)}")


def where(place: Path, tables_only: bool) -> str:
    """Where the files are."""
    if tables_only:
        return f"Tables are in {place}/"
    return f"Report: {place / 'report.html'}; figures and tables are beside it in {place}/"

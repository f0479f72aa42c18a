"""Figures of exercises: no number lies on anything, digits tell what differs, each scale is that of what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from runs.classroom.anonymised_names import anonymise_text
from runs.classroom.exercise import Exercise, FigureSpec, Sweep, exercise_folders, find_exercise, read_exercise
from runs.classroom.figure_tables import figure_table
from runs.classroom.figures import draw_figure
from tests.support.drawn import boxes_of_words, words_that_clash
from tests.support.exercises import made_up

FOLDERS = exercise_folders()
NEAR, ALIKE, FAR = "near each other", "nearly alike", "far apart"


def figures_of(exercise: Exercise, kind: str) -> Iterator[tuple[str, Figure]]:
    """All figures of an exercise from invented numbers, with a name."""
    for name, table in made_up(exercise).items():
        sweep = next(each for each in exercise.sweep if each.name == name)
        for number, what in enumerate(sweep.figure, 1):
            yield f"{name} {number}", draw_figure(sweep, invent(sweep, table, kind), what)


def invent(sweep: Sweep, table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The table of a sweep with other numbers: curves that cross, rise steeply and fall below zero, or nearly one."""
    luck = np.random.default_rng(len(table))
    found = table.copy()
    for rank, name in enumerate(sweep.measures):
        wave = np.sin(np.arange(len(table)) * (1.7 + rank) + rank)
        if kind == ALIKE:
            found[name] = 60 + 0.3 * wave
        elif kind == FAR:
            found[name] = np.where(luck.random(len(table)) < 0.2, 0.0, wave * 10.0 ** (rank % 4))
        else:
            found[name] = 40 + 30 * wave
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kind", [NEAR, ALIKE, FAR])
@pytest.mark.parametrize("reword", [str, anonymise_text], ids=["real", "neutral"])
@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_no_words_lie_on_others_on_a_line_or_on_a_bar(folder, reword, kind: str) -> None:  # type: ignore[no-untyped-def]
    for name, figure in figures_of(read_exercise(folder, reword), kind):
        clashes = [*words_that_clash(figure), *numbers_on_drawings(figure)]
        assert not clashes, f"{name}, {kind}: {clashes}"


def numbers_on_drawings(figure: Figure) -> list[str]:
    """The numbers of a figure that lie on a line, a mark or a bar, by sampling what is drawn pixel by pixel."""
    boxes = boxes_of_words(figure)
    found = []
    for axes in figure.axes:
        for text in axes.texts:
            box, words = boxes[text], text.get_text()
            found += [f"{words!r} lies on a line" for line in axes.lines if crosses(box, line)]
            found += [f"{words!r} lies on a bar" for bar in bars(axes) if box.overlaps(bar.get_window_extent())]
    return found


def crosses(box: Bbox, line: Line2D) -> bool:
    """Whether a line runs through a box, looked at in steps of less than a pixel."""
    points = line.get_transform().transform(line.get_xydata())
    points = points[~np.isnan(points).any(axis=1)]
    parts = [points] if line.get_linestyle() in ("None", "") else []
    for start, end in pairwise(points):
        steps = 2 + int(np.hypot(*(end - start)) * 2)
        parts.append(start + np.linspace(0, 1, steps)[:, None] * (end - start))
    return any(((part > box.min) & (part < box.max)).all(axis=1).any() for part in parts if len(part))


def bars(axes: Axes) -> list[Rectangle]:
    """The bars of a panel that have a height."""
    every = [bar for group in axes.containers if isinstance(group, BarContainer) for bar in group]
    return [bar for bar in every if abs(bar.get_window_extent().height) > 1]


def test_the_search_for_clashes_finds_one() -> None:
    figure = Figure()
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1])
    axes.bar([3], [1])
    axes.text(0.5, 0.5, "on the line")
    axes.text(3, 0.5, "on the bar")
    axes.text(3, 0.5, "on the words")
    axes.text(2, 0.9, "free")
    found = " ".join([*words_that_clash(figure), *numbers_on_drawings(figure)])
    assert "'on the line' lies on a line" in found and "'on the bar' lies on a bar" in found
    assert "'on the bar' lies on 'on the words'" in found and "'free'" not in found


def two_bars(first: float, second: float, **more: float) -> Figure:
    """A figure with bars of two things at one place."""
    sweep = find_exercise("3").sweep[1]
    figure = FigureSpec(kind="bars", title="T", x="length", y=("makers", "cars"), label_y="Gain (billion JPY)")
    table = pd.DataFrame({"length": [60.0], "seed": [1], "makers": [first], "cars": [second], **more})
    return draw_figure(sweep, table, figure)


@pytest.mark.parametrize(
    ("first", "second", "labels"),
    [
        (12.45, 12.62, ["12.4", "12.6"]),
        (0.26, 0.09, ["0.26", "0.09"]),
        (155.0, 63.0, ["155", "63"]),
        (63.0, 0.0, ["63", "0"]),
        (1433.0, 1797.3, ["1,433", "1,797"]),
    ],
)
def test_numbers_have_the_digits_in_which_they_differ(first: float, second: float, labels: list[str]) -> None:
    (axes,) = two_bars(first, second).axes
    assert [text.get_text() for text in axes.texts] == labels


def test_a_small_number_beside_a_large_one_has_a_scale_of_its_own() -> None:
    small, large = two_bars(-3.0, 3307.0).axes
    assert small.get_ylim()[0] < -3.0 and max(map(abs, small.get_ylim())) < 10.0 < 3307.0 < large.get_ylim()[1]
    assert [text.get_text() for axes in (small, large) for text in axes.texts] == ["-3", "3,307"]
    (together,) = two_bars(300.0, 3307.0).axes
    assert together.get_ylim()[1] > 3307.0


def test_things_of_different_units_are_never_on_one_scale() -> None:
    exercise = find_exercise("0")
    sweep = next(each for each in exercise.sweep if each.name == "minds")
    days, money = draw_figure(sweep, made_up(exercise)["minds"], sweep.figure[3]).axes
    assert days.get_ylabel().endswith("(days)") and money.get_ylabel().endswith("(billion JPY)")


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_every_axis_with_numbers_says_of_what_and_in_which_unit(folder) -> None:  # type: ignore[no-untyped-def]
    units = ("day", "days", "jpy", "times")
    for name, figure in figures_of(read_exercise(folder), NEAR):
        for axes in figure.axes:
            assert axes.get_xlabel() and any(unit in axes.get_ylabel().lower() for unit in units), name


def test_bars_can_be_told_apart_in_grey() -> None:
    exercise = find_exercise("2")
    sweep = next(each for each in exercise.sweep if each.name == "nerves")
    (axes,) = draw_figure(sweep, made_up(exercise)["nerves"], sweep.figure[0]).axes
    hatches = {bar.get_hatch() for bar in axes.patches if isinstance(bar, Rectangle)}
    assert len(hatches) == len(sweep.figure[0].y)


def test_the_table_behind_a_figure_has_the_digits_of_its_labels() -> None:
    sweep = find_exercise("3").sweep[1]
    figure = FigureSpec(kind="bars", title="T", x="length", y=("makers", "cars"), label_y="Gain (billion JPY)")
    table = pd.DataFrame({"length": [60.0], "seed": [1], "makers": [12.45], "cars": [12.62]})
    assert figure_table(sweep, table, figure).splitlines()[-1] == "| 60 | 12.4 | 12.6 |"

"""The moving picture of a run: each dot has the colour of its line on that day, and the file plays."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from model.metrics import first_day, stopped
from runs import play, stage
from runs.figures.cascade import STOPPED
from runs.figures.film import (
    HEIGHT_INCHES,
    WIDTH_INCHES,
    days_shown,
    draw_frames,
    draw_heading,
    lay_out,
    name_day,
    write_film,
)
from runs.simulation.record import Record

BLACK = tuple(int(STOPPED[i : i + 2], 16) for i in (1, 3, 5))


@pytest.fixture(scope="module")
def record() -> Record:
    return play(stage("full-stop", seed=1))


@pytest.fixture(scope="module")
def frames(record: Record) -> list[Image.Image]:
    return list(draw_frames(record))


def test_on_each_picture_the_dots_of_stopped_lines_are_black_and_no_others(
    record: Record, frames: list[Image.Image]
) -> None:
    layout, still = lay_out(record), stopped(record.lines["output"], record.lines["usual"])
    assert len(frames) == len(days_shown(record))
    seen = 0
    for day, frame in zip(days_shown(record), frames, strict=True):
        width, height = frame.size
        black = {
            int(row)
            for row, (x, y) in zip(layout.rows, layout.places, strict=True)
            if frame.getpixel((round(x * width), round((1 - y) * height))) == BLACK
        }
        assert black == {int(row) for row in layout.rows if still[day, row]}, day
        seen = max(seen, len(black))
    assert seen >= 3


def test_no_dot_lies_on_another_and_who_stops_first_is_at_the_top(record: Record) -> None:
    layout = lay_out(record)
    apart = np.abs(layout.places[:, None] - layout.places[None]) * [800, 460]
    distance = np.sqrt((apart**2).sum(axis=2))[~np.eye(len(apart), dtype=bool)]
    assert distance.min() > 13.5  # the width of a dot
    first = first_day(stopped(record.lines["output"], record.lines["usual"]), record.shock_day)
    for middle, _ in layout.tiers:
        mine = [int(row) for row, x in zip(layout.rows, layout.places[:, 0], strict=True) if abs(x - middle) < 0.09]
        days = [first[row] for row in mine if first[row] >= 0]
        assert days == sorted(days) and all(first[row] < 0 for row in mine[len(days) :])


def test_the_file_plays_all_pictures_and_is_small_enough_for_a_page(frames: list[Image.Image], tmp_path) -> None:
    with Image.open(write_film(frames, tmp_path / "film.webp")) as film:
        assert (film.n_frames, film.size, film.info["loop"]) == (len(frames), frames[0].size, 0)
    assert (tmp_path / "film.webp").stat().st_size < 500_000


def test_a_run_without_a_shock_counts_its_own_days(record: Record) -> None:
    calm = play(stage("calm", seed=1), days=30)
    assert len(list(draw_frames(calm))) == 5
    assert name_day(calm, 12) == "day 12 of the run"
    assert record.shock_day is not None
    assert name_day(record, record.shock_day - 3) == "3 days before the shock"
    assert name_day(record, record.shock_day + 64) == "day 64 after the shock"


def test_the_scale_is_clear_of_a_long_title(record: Record) -> None:
    figure = Figure(figsize=(WIDTH_INCHES, HEIGHT_INCHES))
    FigureCanvasAgg(figure).draw()
    draw_heading(figure, record, lay_out(record))
    title, scale = figure.texts[0], figure.axes[0]
    title.set_text("The stop of somebody's chips, line by line")
    assert not title.get_window_extent().overlaps(scale.get_tightbbox())
    assert all(not words.get_window_extent().overlaps(scale.get_tightbbox()) for words in figure.texts)

"""Figures and the report of a run, held against its record."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from markupsafe import escape
from matplotlib.figure import Figure
from matplotlib.text import Text

from model.cascade import explain, first_stops, reasons
from runs.figures.cascade import choose_strips
from runs.figures.catalogue import FIGURES, figure_png, figures_of
from runs.figures.comparison import compare_outputs
from runs.figures.style import A4_INCHES
from runs.figures.workers import FigureWorkers
from runs.measures.handover import lanes
from runs.measures.outcomes import outcomes
from runs.measures.quantities import focus
from runs.measures.second_sources import licences_for, opened_by
from runs.report.handover import handover_table
from runs.report.page import write_report
from runs.report.story import story_sentences
from runs.report.terminal import fill_lines, screen_summary
from runs.simulation.record import Record
from runs.simulation.stage import play, stage
from tests.support.drawn import words_that_clash


@pytest.fixture(scope="module")
def calm() -> Record:
    return play(stage("calm", settings=["days=60"]))


@pytest.fixture(scope="module")
def stopped() -> Record:
    return play(stage("full-stop"))


@pytest.fixture(scope="module")
def licensed() -> Record:
    return play(stage("april-2025", seed=3))


@pytest.fixture(scope="module")
def unruled() -> Record:
    return play(stage("two-months"))


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("story", ["calm", "stopped", "licensed"])
def test_every_axis_that_shows_numbers_says_of_what(name: str, story: str, request: pytest.FixtureRequest) -> None:
    figure = FIGURES[name](request.getfixturevalue(story))
    assert isinstance(figure, Figure)
    for axes in figure.axes:
        if axes.axison and axes.get_yticks().size and axes.lines:
            assert axes.get_ylabel(), f"{name} of {story} has an axis without a label"


@pytest.mark.slow
def test_the_report_names_every_stopped_line_with_its_reason(stopped: Record, tmp_path: Path) -> None:
    workers = FigureWorkers(0)
    workers.begin(stopped)
    workers.draw_into(tmp_path)
    text = write_report(stopped, tmp_path, ("days=455",)).read_text(encoding="utf-8")
    stops = first_stops(stopped)
    assert stops
    for row, _ in stops:
        assert stopped.names()[row].replace("&", "&amp;") in text
    hit = {int(row) for lane in lanes(stopped) for row in lane.hit}
    assert hit
    for row in hit:  # each with why, stopped or not
        assert str(escape(explain(stopped, row))) in text
    assert text.count("<img") == len(FIGURES)
    assert "http" not in re.sub(r"data:image/png;base64,[^\"]*", "", text)  # nothing is fetched
    assert "--set days=455" in text


def test_the_three_sentences_say_what_the_record_says(stopped: Record, calm: Record) -> None:
    result = outcomes(stopped)
    first, spread, cost = story_sentences(stopped, result)
    assert f"day {result['first_stop_day_JP']} " in first
    assert f"; {result['lines_stopped_JP']} stopped at one time or another" in spread
    hit = {row for lane in lanes(stopped) for row in lane.hit.tolist()} | {
        row for row, _ in first_stops(stopped) if stopped.register.firms["country"].iloc[row] == "JP"
    }
    assert f"{len(hit)} lines in Japan lost a week's output or stopped" in spread and len(hit) > 40
    assert f"{result['vehicles_not_built_JP']:,.0f} fewer vehicles" in cost
    assert story_sentences(calm, outcomes(calm))[0] == "No line stopped."


@pytest.mark.parametrize("story", ["stopped", "licensed"])
def test_every_stop_is_followed_to_a_root_that_the_record_bears_out(story: str, request: pytest.FixtureRequest) -> None:
    record: Record = request.getfixturevalue(story)
    goods = record.register.needs["good"]
    for row, day in first_stops(record):
        path = reasons(record, row, day)
        assert path[-1].kind != "input", f"{explain(record, row)} does not reach a root"
        for step in path:
            output, want, usual = (record.lines[name][step.day, step.row] for name in ("output", "want", "usual"))
            assert output < usual
            need = int(record.lines["binding"][step.day, step.row])
            if step.good and output < want:  # a stock did not allow more, or people ran slower before it was empty
                assert need >= 0 and goods.iloc[need] == step.good
        for step, cause in pairwise(path):
            assert cause.row == step.supplier and cause.day <= step.day
        root = path[-1]
        if root.kind in ("regime", "no ruling", "waiting", "refused"):
            mine = record.network.supplier[record.network.link_of] == root.supplier
            waited = record.licences["waiting"][: root.day + 1, mine].max(initial=0.0)
            refused = record.links["refused"][: root.day + 1, record.network.link_of[mine]].sum()
            assert waited > 0.0 or refused > 0.0


def test_scenarios_are_compared_on_one_sheet(stopped: Record, licensed: Record) -> None:
    figure = compare_outputs({"full-stop": stopped, "april-2025": licensed})
    legends = [axes.get_legend() for axes in figure.axes]
    labels = {text.get_text() for legend in legends if legend is not None for text in legend.get_texts()}
    assert {"full-stop", "april-2025"} <= labels


def test_the_cascade_shows_every_line_that_stopped_in_the_order_of_its_stop(stopped: Record) -> None:
    strips = choose_strips(stopped)
    drawn = [strip.line for strip in strips if strip.line >= 0]
    stops = first_stops(stopped)
    assert {row for row, _ in stops} <= set(drawn)
    tier = [line.tier for line in stopped.register.tables.firms]
    days = {row: (tier[row], day) for row, day in stops}
    shown = [days[row] for row in drawn if row in days]
    assert shown == sorted(shown)
    assert len({strip.words for strip in strips}) == len(strips)  # no two rows have the same name


@pytest.mark.slow
def test_no_letter_of_a_figure_is_smaller_than_nine_points(stopped: Record) -> None:
    for name, draw in FIGURES.items():
        figure = draw(stopped)
        for text in figure.findobj(Text):
            assert not text.get_text().strip() or text.get_fontsize() >= 9, f"{name}: {text.get_text()}"
        assert figure.get_figwidth() <= A4_INCHES[0] and figure.get_figheight() <= A4_INCHES[1] * 1.05, name


def test_the_report_tells_the_numbers_of_its_outcomes(licensed: Record, tmp_path: Path) -> None:
    result = outcomes(licensed)
    text = write_report(licensed, tmp_path).read_text(encoding="utf-8")  # also without figures
    for key in ("lines_stopped_JP", "stop_days_JP", "applications_filed", "vehicles_not_built_KR"):
        assert f'<td class="n">{result[key] + 0.0:,.0f}</td>' in text, key
    for shock in licensed.scenario.shocks:
        assert str(escape(shock.note)) in text
    assert f"linestop run april-2025 --seed {licensed.seed}" in text
    assert "<img" not in text


def test_the_report_tells_how_the_stop_was_handed_on(unruled: Record, calm: Record, tmp_path: Path) -> None:
    text = write_report(unruled, tmp_path).read_text(encoding="utf-8")
    for lane in lanes(unruled):
        cells = re.search(rf'<th scope="row">{lane.title} \(\d+ of \d+\)</th>((?:<td class="n">[^<]*</td>)+)', text)
        assert cells is not None, lane.title
        assert re.findall(r">([^<]*)</td>", cells[1])[-1] == str(lane.added)
    assert "handed on</" not in write_report(calm, tmp_path).read_text(encoding="utf-8")


def test_the_report_of_a_calm_run_says_that_nothing_happened(calm: Record, tmp_path: Path) -> None:
    text = write_report(calm, tmp_path, ("days=60",)).read_text(encoding="utf-8")
    assert "No line stopped." in text and "No shock." in text
    assert "never stopped" not in text
    assert "<code>days=60</code>" in text


@pytest.mark.slow
@pytest.mark.parametrize("days", [1, 30])
def test_a_run_that_ends_before_its_shock_is_told_as_a_calm_one(days: int, tmp_path: Path) -> None:
    record = play(stage("full-stop"), days)
    assert record.shock_day is None
    assert story_sentences(record, outcomes(record))[0] == "No line stopped."
    assert len(figures_of(record)) == len([figure_png(record, name) for name in figures_of(record)])
    write_report(record, tmp_path, ())
    assert "No line stopped." in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["handover", "second_sources", "neighbour", "licence_funnel"])
@pytest.mark.parametrize("story", ["calm", "stopped", "licensed", "unruled"])
def test_no_words_of_a_figure_lie_on_others_or_beyond_its_edge(
    name: str, story: str, request: pytest.FixtureRequest
) -> None:
    clashes = words_that_clash(FIGURES[name](request.getfixturevalue(story)))
    assert not clashes, f"{name} of {story}: {clashes}"


def test_the_screen_tells_how_the_stop_was_handed_on_and_what_was_opened(unruled: Record) -> None:
    result = outcomes(unruled)
    screen = screen_summary(unruled, result, story_sentences(unruled, result), 100)
    rows = {line.split(" (")[0]: line for line in screen.splitlines() if " lines) " in line}
    about = focus(unruled)
    found = lanes(unruled)
    assert list(rows) == [lane.title for lane in found]  # magnets, parts, cars, other industries: in this order
    for lane in found:
        assert rows[lane.title].split()[-2:] == [str(lane.added), "days"]
    words = " ".join(screen.split())
    assert f"{len(opened_by(unruled, about.home))} suppliers opened" in words
    here, after = licences_for(unruled, about.home), unruled.shock_day
    filed = unruled.licences["filed"][after:, here].sum()
    assert (
        f"for {about.name(about.home)}: {filed:,.0f} applications filed" in words and ", 0 granted, 0 refused" in words
    )
    assert f"{unruled.licences['waiting'][-1, here].sum():,.0f} t at the end" in words
    assert f"{about.name(about.reported[1])}: sold" in words
    assert max(map(len, "\n".join([*handover_table(unruled), *fill_lines(unruled, 80)]).splitlines())) <= 80

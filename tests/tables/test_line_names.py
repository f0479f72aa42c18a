"""Lines of one name are told apart by what they make, and only where a name stands more than once."""

from __future__ import annotations

from dataclasses import replace

from model.cascade import explain
from model.register import register
from model.scenario.scenario import Scenario
from model.tables.line_names import tell_lines_apart
from model.tables.tables import Tables
from runs.exposure.candidates import candidates_in
from runs.measures.outcomes import outcomes
from runs.reference.parameters import list_parameters
from runs.report.page import stop_table
from runs.report.story import story_sentences
from runs.report.terminal import list_stops
from runs.simulation.line_labels import line_label
from runs.simulation.stage import Stage
from runs.simulation.watched_run import WatchedRun
from tests.support.struck import on, told
from tests.support.worlds import START, ban, chain_of_three


def one_name_for(*codes: str, name: str = "Delta", **more: str) -> Tables:
    """The chain of three, some of whose lines have one name."""
    tables = chain_of_three()
    firms = [row.model_copy(update={"name": name, **more}) if row.line in codes else row for row in tables.firms]
    return replace(tables, firms=tuple(firms))


def names(tables: Tables) -> list[str]:
    """What the lines of a world are called."""
    return [row.name for row in register(tables).tables.firms]


def test_the_good_stands_behind_a_name_that_several_lines_have_and_behind_no_other() -> None:
    assert names(one_name_for("MAG", "CAR")) == ["Sep", "Delta (magnet)", "Delta (car)"]
    assert names(one_name_for("MAG", "CAR", name="Delta (Ulm)")) == ["Sep", "Delta (Ulm, magnet)", "Delta (Ulm, car)"]
    plain = chain_of_three()
    assert tell_lines_apart(plain) is plain


def test_lines_of_one_name_and_one_good_have_their_countries_else_their_codes() -> None:
    tables = one_name_for("SEP", "MAG", good="magnet")
    assert names(tables) == ["Delta (China)", "Delta (Japan)", "Car"]
    assert names(one_name_for("SEP", "MAG", good="magnet", country="JP")) == ["Delta (SEP)", "Delta (MAG)", "Car"]


def test_whatever_is_told_of_a_run_or_of_its_numbers_tells_the_lines_apart() -> None:
    tables = one_name_for("MAG", "CAR")
    record = told(tables, [ban(on(100))], 260, begins=100)
    assert explain(record, record.register.row("CAR")).startswith("Delta (car) stopped")
    assert [stop.name for stop in list_stops(record)] == ["Sep", "Delta (magnet)", "Delta (car)"]
    assert [row["name"] for row in stop_table(record)] == ["Sep", "Delta (magnet)", "Delta (car)"]
    assert "Delta (magnet)" in " ".join(story_sentences(record, outcomes(record)))
    assert [each.name for each in candidates_in(tables) if each.kind == "line"] == [
        "Sep",
        "Delta (magnet)",
        "Delta (car)",
    ]
    assert {name for row in list_parameters(tables) for name in row.names if "Delta" in name} == {
        "Delta (magnet)", "Delta (car)",
    }  # fmt: skip


def test_a_label_of_one_company_with_several_goods_is_told_apart_too() -> None:
    tables = one_name_for("MAG", "CAR", short="Delta", firm="DELTA")
    story = Scenario(name="made-up", title="Made up", about="A made-up story.", start=START, days=3)
    run = WatchedRun(Stage(rng=1, minds=False, world=(story, tables)))
    assert [line_label(run, row) for row in range(3)] == ["Sep", "Delta (magnet)", "Delta (car)"]

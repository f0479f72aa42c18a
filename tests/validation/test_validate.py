"""Validation: facts as functions of a record, their results, and the files with these."""

import csv
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runs.simulation.record import Record
from runs.simulation.stage import play, stage
from runs.validation.cost_of_a_stop import FullStop, cost_in_gdp, end_of_stop, play_stop, vehicles_not_built
from runs.validation.fact_results import (
    BEGIN_MARKER,
    END_MARKER,
    FactResult,
    count_passes,
    judge_fact,
    replace_between_markers,
    results_markdown,
    results_text,
    write_results_tables,
)
from runs.validation.stylised_facts import MEASURES, READ, StylisedFact, measure_fact, stylised_facts


@pytest.fixture(scope="module")
def episode() -> Record:
    return play(stage("april-2025", 1))


@pytest.fixture(scope="module")
def results(episode: Record) -> list[FactResult]:
    return [judge_fact(f, [measure_fact(f, episode)]) for f in stylised_facts() if f.measure in MEASURES]


def test_every_fact_has_a_measure_and_a_range_that_holds_its_target() -> None:
    costs = {"cost_of_stop", "cost_ratio"}
    for fact in stylised_facts():
        assert fact.measure in set(MEASURES) | costs
        assert fact.tuned_on in ("yes", "held out", "no", "imposed")
        if fact.target is not None and fact.fact != "24":
            assert fact.holds(fact.target), fact


def test_a_search_records_all_that_facts_are_measured_on(episode: Record) -> None:
    kept = {table: {name: getattr(episode, table)[name] for name in names} for table, names in READ.items()}
    lean = replace(episode, **kept)
    assert set(MEASURES) <= {fact.measure for fact in stylised_facts()}
    for fact in stylised_facts():
        if fact.measure in MEASURES:
            assert repr(measure_fact(fact, lean)) == repr(measure_fact(fact, episode)), fact


def test_nothing_outside_april_2025_is_tuned_on_but_the_cost_of_a_stop() -> None:
    assert {f.episode for f in stylised_facts() if f.tuned_on == "yes"} <= {"april-2025", "full-stop"}


def test_months_before_the_control_are_normal(episode: Record) -> None:
    for country in ("*", "JP", "KR"):
        march = MEASURES["magnets_to"](episode, f"{country} 2025-03")
        assert march == pytest.approx(31 / (365 / 12), rel=0.01)


def test_exports_fall_and_come_back(episode: Record) -> None:
    may, august = (MEASURES["magnets_to"](episode, f"* {month}") for month in ("2025-05", "2025-08"))
    assert may < 0.5 < august


def test_a_fact_that_most_seeds_do_not_show_is_missed() -> None:
    fact = StylisedFact("5", "april-2025", "", "", 52, 40, 65, "yes", "", "", "")
    assert judge_fact(fact, [math.nan, math.nan, 50.0]).passes is False
    found = judge_fact(fact, [50.0, 52.0, math.nan])
    assert found.passes and found.said == 2 and found.median == 51


def test_the_median_decides() -> None:
    fact = StylisedFact("1", "april-2025", "", "", 1, 0.9, 1.1, "yes", "", "", "")
    assert judge_fact(fact, [1.0, 1.05, 3.0]).words() == "pass"
    assert judge_fact(fact, [1.0, 2.0, 3.0]).words() == "miss"


def test_what_a_scenario_imposes_counts_neither_way() -> None:
    facts = [
        StylisedFact("1", "april-2025", "", "", 1, 0.9, 1.1, use, "", "", "")
        for use in ("yes", "no", "imposed", "imposed")
    ]
    found = [judge_fact(fact, [value]) for fact, value in zip(facts, (1.0, 2.0, 1.0, 2.0), strict=True)]
    assert [result.words() for result in found] == ["pass", "miss", "imposed", "imposed"]
    assert count_passes(found).startswith("1 of 1 facts tuned on and 0 of 1 facts kept aside")


def test_the_days_that_a_scenario_writes_down_are_no_evidence() -> None:
    story = stage("april-2025", 1, minds=False).story
    general = {shock.review_days for shock in story.shocks if shock.kind == "regime" and shock.rule == "general"}
    (fact,) = (fact for fact in stylised_facts() if (fact.measure, fact.argument) == ("days_to_licence", "1"))
    assert general == {fact.target} and fact.tuned_on == "imposed"


def test_tables_tell_misses(results: list[FactResult], tmp_path: Path) -> None:
    write_results_tables(results, tmp_path)
    with (tmp_path / "facts.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(results) and {row["verdict"] for row in rows} <= {"pass", "miss", "prediction", "imposed"}
    assert results_markdown(results).count("\n|") >= len(results)
    assert count_passes(results) in results_text(results, 100)


def test_the_table_in_a_readme_is_renewed_between_its_markers(tmp_path: Path) -> None:
    place = tmp_path / "README.md"
    place.write_text(f"a\n{BEGIN_MARKER}\nold\n{END_MARKER}\nb\n", encoding="utf-8")
    assert replace_between_markers(place, "new")
    assert place.read_text(encoding="utf-8") == f"a\n{BEGIN_MARKER}\nnew\n{END_MARKER}\nb\n"
    place.write_text("no markers\n", encoding="utf-8")
    assert not replace_between_markers(place, "new") and place.read_text(encoding="utf-8") == "no markers\n"


def test_no_stop_costs_nothing_and_a_longer_one_more() -> None:
    none, month, half = (play_stop(FullStop(days, 300)) for days in (0, 30, 182))
    assert cost_in_gdp(none) == pytest.approx(0.0, abs=1e-3)
    assert cost_in_gdp(month) < cost_in_gdp(half)
    assert vehicles_not_built(none) == pytest.approx(0.0, abs=100)


def test_a_lifted_stop_frees_what_was_banned() -> None:
    story = stage("full-stop", 1, minds=False).story
    ended = end_of_stop(story, 60)
    assert {shock.date for shock in ended} == {story.shock_date + np.timedelta64(60, "D").item()}
    assert [shock.rule for shock in ended if shock.kind == "regime"] == ["free", "free"]

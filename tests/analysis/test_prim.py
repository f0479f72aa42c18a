"""PRIM against boxes that are known in closed form, binomial laws by hand, and data without any box."""

from __future__ import annotations

import itertools
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from runs.analysis.decision_figures import trajectory_figure
from runs.analysis.discovery import box_inputs, discovery_table, find_box, other_units
from runs.analysis.findings import Findings
from runs.analysis.kept_outcomes import COST, STOP
from runs.analysis.prim import HIGH, LOW, Box, choose_box, paste, peeling_trajectory, with_sides
from runs.analysis.restrictions import chance_of_hits, design_effect, needed_sides, quasi_p, share_interval
from runs.analysis.summary import summarize
from tests.analysis.test_analyse import findings, uncertainties

SIDE = np.arange(40) / 40.0  # a regular grid: hits where x <= 0.4 and y >= 0.7 are 17 x 12 of 1600 points
GRID = pd.DataFrame(itertools.product(SIDE, SIDE), columns=["x", "y"]).assign(idle=np.tile(SIDE, 40))
HITS = np.asarray((GRID["x"] <= 0.4) & (GRID["y"] >= 0.7))


def test_a_box_of_a_grid_is_found_to_the_point() -> None:
    trajectory = peeling_trajectory(GRID[["x", "y"]], HITS, 80)
    box = paste(GRID, choose_box(trajectory))
    assert box.sides == {("x", HIGH): 0.4, ("y", LOW): 0.7}
    assert (box.runs, box.hits_inside) == (17 * 12, 17 * 12)
    assert (box.density, box.coverage, box.lift) == pytest.approx((1.0, 1.0, 1600 / 204))


def test_the_trajectory_begins_with_all_runs_and_peels_a_twentieth_at_a_time() -> None:
    trajectory = peeling_trajectory(GRID[["x", "y"]], HITS, 80)
    sizes = [box.runs for box in trajectory]
    assert (sizes[0], trajectory[0].density, trajectory[0].coverage) == (1600, HITS.mean(), 1.0)
    assert all(small < large and small >= 0.9 * large - 40 for large, small in itertools.pairwise(sizes))
    coverage = [box.coverage for box in trajectory]
    assert coverage == sorted(coverage, reverse=True) and sizes[-1] >= 80 and not trajectory[0].columns
    assert {*map(len, (box.columns for box in trajectory))} == {0, 1, 2}


def test_pasting_gives_back_what_peeling_took_too_much() -> None:
    small = with_sides(GRID, {("x", HIGH): 0.2, ("y", LOW): 0.8}, HITS)
    whole = paste(GRID, small)
    assert small.density == whole.density == 1.0 and whole.coverage == 1.0 and small.coverage < 0.4


def test_words_are_peeled_one_by_one_and_pasted_back() -> None:
    words = pd.DataFrame({"country": list("abcd") * 25, "x": np.repeat(np.arange(25.0), 4)})
    hits = np.asarray(words["country"].isin(["b", "d"]))
    box = choose_box(peeling_trajectory(words, hits, 10))
    assert box.sides == {("country", "words"): frozenset("bd")} and (box.density, box.coverage) == (1.0, 1.0)
    only_b = with_sides(words, {("country", "words"): frozenset("b")}, hits)
    assert paste(words, only_b).sides == box.sides


def test_a_quasi_p_value_is_a_binomial_law() -> None:
    x = pd.DataFrame({"x": np.arange(100.0)})
    hits = np.arange(100) % 2 == 0
    hits[:8] = True
    box = with_sides(x, {("x", HIGH): 9.0}, hits)  # 9 of 10 runs, of 54 % in all
    rate = hits.mean()
    by_hand = sum(comb(10, k) * rate**k * (1 - rate) ** (10 - k) for k in (9, 10))
    assert quasi_p(with_sides(x, {}, hits), box, []) == pytest.approx(by_hand)
    assert chance_of_hits(10, 10, 0.3) == pytest.approx(0.3**10)


def test_runs_of_a_future_that_are_all_alike_count_as_one() -> None:
    """Ten runs in each of 30 futures, all alike: the law is that of the futures, not that of 300 runs."""
    futures = np.repeat(np.arange(30), 10)
    x = pd.DataFrame({"x": futures.astype(float)})
    hits = np.isin(futures, [0, 1, 2, 3, 4, 20])  # 6 of 30 futures; 5 of the first 8
    box, every = with_sides(x, {("x", HIGH): 7.0}, hits), with_sides(x, {}, hits)
    assert design_effect(every, box, [futures]) == pytest.approx(10.0)
    assert quasi_p(every, box, [futures]) == pytest.approx(chance_of_hits(5, 8, 0.2))
    assert quasi_p(every, box, []) < 1e-12  # what counting runs would say


def test_idle_sides_are_left_out_and_needed_ones_kept() -> None:
    box = with_sides(GRID, {("x", HIGH): 0.4, ("y", LOW): 0.7, ("idle", HIGH): 0.9}, HITS)
    held, odds = needed_sides(GRID, box, [], 0.05)
    assert set(held.sides) == set(odds) == {("x", HIGH), ("y", LOW)} and max(odds.values()) < 1e-10


@pytest.mark.parametrize(("share", "runs", "low", "high"), [
    (0.0, 10, 0.0, 0.277533), (0.5, 10, 0.236593, 0.763407), (0.9, 100, 0.825630, 0.944770),
])  # fmt: skip
def test_the_interval_of_a_share_is_that_of_wilson(share: float, runs: int, low: float, high: float) -> None:
    assert share_interval(share, runs) == pytest.approx((low, high), abs=1e-5)


def many_policies(hits: np.ndarray, fear: np.ndarray) -> Findings:
    """Twelve idle policies in each future; whether a future has early stops, and its fear."""
    rows = [
        {"future": future, "fear": fear[future], "office": office, STOP: 10.0 if hits[future] else 200.0,
         COST: float(future + (office == "b"))}
        for future in range(len(hits)) for office in "abcdefghijkl"
    ]  # fmt: skip
    levers = [{"name": "office", "options": dict.fromkeys("abcdefghijkl", ())}]
    return findings(pd.DataFrame(rows), levers=levers, uncertainties=uncertainties("fear"))


@pytest.mark.slow
def test_futures_by_chance_make_no_box_however_many_policies_are_run_in_them() -> None:
    random = np.random.default_rng(8)
    found = sum(find_box(many_policies(random.random(24) < 0.4, random.random(24))) is not None for _ in range(20))
    assert found <= 3  # one of twenty by chance


@pytest.mark.slow
def test_a_box_of_futures_has_the_certainty_of_futures(tmp_path: Path) -> None:
    fear = np.random.default_rng(3).permutation(np.arange(40) / 40.0)
    found = many_policies(fear >= 0.7, fear)
    best = find_box(found)
    assert best is not None and best.words == ("fear at least 0.7",) and best.box.runs == 12 * 12
    assert best.density == pytest.approx(share_interval(1.0, 12.0))  # 12 futures, not 144 runs
    assert best.odds == (pytest.approx(0.3**12),)
    (row,) = discovery_table(found).to_dict("records")
    assert (row["stop early (%, density)"], row["of all runs (%, base rate)"]) == pytest.approx((100.0, 30.0))
    assert row["of all early stops (%, coverage)"] == 100.0 and row["times as likely (lift)"] == pytest.approx(1 / 0.3)
    words = " ".join(summarize(found))
    assert "in common: fear at least 0.7 (there 100 % of 144 runs stop that early, 95 % interval 76 to 100 %" in words
    figure = trajectory_figure(found, tmp_path)
    assert figure is not None and "share of early stops" in figure.axes[0].get_xlabel()


def test_worlds_of_the_ensemble_are_told_by_their_numbers_and_shuffled_whole() -> None:
    random = np.random.default_rng(4)
    worlds = [{"review": float(world), "other": random.random()} for world in range(24)]
    drawn = random.integers(1, 25, 96).astype(float)
    frame = pd.DataFrame({"future": range(96), "world": drawn, STOP: np.where(drawn > 16, 10.0, 200.0)})
    found = findings(frame, levers=[], uncertainties=[
        {"name": "world", "set": "ensemble", "low": 1.0, "high": 24.0, "distribution": "whole"}])  # fmt: skip
    found.about["ensemble"] = worlds
    assert list(box_inputs(found)) == ["review", "other"] and found.unit == "world"
    assert found.draws == len(set(drawn)) and f"in {found.draws} worlds of the ensemble" in found.evidence
    units = found.units_of(found.frame["future"])
    other = units[other_units(units, found.frame["future"].to_numpy(), random)]
    pairs = set(zip(units, other, strict=True))
    assert len(pairs) == len({one for one, _ in pairs}) == len({two for _, two in pairs}) == found.draws
    box = find_box(found)
    assert box is not None and box.words == ("review at least 16",)
    assert "Worlds have no low and no high end" in " ".join(summarize(found))


def test_of_equal_boxes_the_first_is_chosen_and_empty_ones_are_not_made() -> None:
    hits = np.array([True] * 10)
    same = Box({}, np.ones(10, bool), hits)
    assert choose_box([same, Box({("x", LOW): 1.0}, np.ones(10, bool), hits)]) is same
    flat = pd.DataFrame({"x": np.zeros(10)})
    assert len(peeling_trajectory(flat, hits, 1)) == 1

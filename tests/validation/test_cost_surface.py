"""The cost surface: a cut is a quantity, deeper and longer ones cost more, and published estimates stand beside it."""

import csv
from itertools import pairwise

import numpy as np
import pytest

from model.tables.table_files import DATA
from runs.measures.quantities import flow_at_rest
from runs.measures.trade import traded_links
from runs.simulation.record import Record
from runs.validation.cost_of_a_stop import CURVES
from runs.validation.cost_surface import (
    DEPTHS,
    LENGTHS,
    Cut,
    Estimate,
    cost_at,
    costs_of_cut,
    play_cut,
    read_estimates,
    spans_at,
)
from runs.validation.surface_figure import surface_figure

DAYS, DEPTH = 200, 60.0


@pytest.fixture(scope="module")
def cut() -> Record:
    return play_cut(Cut(DEPTH, DAYS))


def share_leaving(record: Record, good: str, days: slice) -> float:
    """What leaves for Japan, of what leaves in the world at rest."""
    mine = traded_links(record, (good,), "JP")
    return float(record.links["shipped"][days][:, mine].sum(axis=1).mean() / flow_at_rest(record.network)[mine].sum())


@pytest.mark.parametrize(("good", "listed"), [("dytb", 1.0), ("magnet_heavy", 1.0), ("alloy", 0.4)])
def test_a_cut_is_a_quantity_however_much_is_ordered_and_ends(cut: Record, good: str, listed: float) -> None:
    zero, most = cut.shock_day or 0, 1 - listed * DEPTH / 100
    mine = traded_links(cut, (good,), "JP")
    first, lasting = slice(zero + 5, zero + 60), slice(zero + 5, zero + DAYS)
    assert share_leaving(cut, good, first) == pytest.approx(most, rel=0.01)
    assert share_leaving(cut, good, lasting) < 1.001 * most  # who runs slower asks for less of what is there
    asked = cut.links["ordered"][first][:, mine].sum(axis=1).max() / flow_at_rest(cut.network)[mine].sum()
    assert asked > 1.2  # the worried order more, and get no more
    if listed == 1.0:  # when it ends nearly all leaves again; some have found others, or need less
        assert share_leaving(cut, good, slice(zero + DAYS + 5, zero + DAYS + 60)) > 0.8 > most


@pytest.mark.parametrize("nothing", [Cut(0.0, 365), Cut(100.0, 0)])
def test_a_cut_of_nothing_or_of_no_days_costs_nothing(nothing: Cut) -> None:
    assert costs_of_cut(nothing) == pytest.approx((0.0, 0.0), abs=1e-6)


def test_with_stocks_alone_a_deeper_or_a_longer_cut_costs_more_and_suppliers_add_to_it() -> None:
    alone = CURVES["stocks alone"]
    deeper = [costs_of_cut(Cut(depth, 365, alone)) for depth in (60.0, 80.0, 100.0)]
    longer = [costs_of_cut(Cut(100.0, days, alone)) for days in (120, 240)]
    assert all(one < other for one, other in pairwise(cost[0] for cost in deeper))
    assert longer[0][0] < longer[1][0] < deeper[-1][0]
    assert all(both > 1.5 * direct > 0.0 for direct, both in deeper)


def test_second_sources_lower_the_cost_of_a_cut_of_any_depth() -> None:
    """Not that deeper costs more with them: at a louder alarm all look elsewhere at once."""
    for depth in (60.0, 80.0, 100.0):
        alone, switched = (costs_of_cut(Cut(depth, 365, CURVES[name]))[0] for name in list(CURVES)[:2])
        assert 0.0 < switched < alone


def made_up() -> dict[str, np.ndarray]:
    """Surfaces that are a sum of depth and months; the second answer costs twice as much, suppliers ten more."""
    plain = np.add.outer(np.array(DEPTHS, float), np.array(LENGTHS, float))
    return {name: np.stack([plain * times, plain * times + 10.0], axis=-1)
            for name, times in (("stocks alone", 2.0), ("with second sources", 1.0))}  # fmt: skip


def test_between_the_points_of_a_surface_costs_are_even() -> None:
    (twice, once) = made_up().values()
    assert cost_at(once[..., 0], 62.0, 10.5) == pytest.approx(72.5)
    assert cost_at(twice[..., 0], 100.0, 30.0) == pytest.approx(2 * 124.0)  # beyond the edge, at the edge
    asked = Estimate("A", "somebody", "JP", 62.0, 10.5, 1.0, 2.0, "")
    assert spans_at(made_up(), asked) == (pytest.approx((72.5, 145.0)), pytest.approx((82.5, 155.0)))


def test_published_estimates_are_facts_with_ids_on_the_surface() -> None:
    known = {line.split("|")[1].strip() for line in (DATA / "EVIDENCE.md").read_text(encoding="utf-8").splitlines()
             if line.startswith("| ")}  # fmt: skip
    with (DATA / "estimates.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert set(row["ids"].split()) <= known and row["ids"]
    for each in read_estimates():
        assert 0.0 <= each.low <= each.high
        assert DEPTHS[0] <= each.depth <= DEPTHS[-1] and LENGTHS[0] <= each.months <= LENGTHS[-1]


def test_the_figure_shows_every_cost_and_every_estimate_and_says_whose_it_is() -> None:
    figure = surface_figure(made_up(), read_estimates())
    maps = figure.axes[:2]
    for axes, surface in zip(maps, made_up().values(), strict=True):
        written = [text.get_text() for text in axes.texts]
        assert all(f"{value:.2f}" in written for value in surface[..., 0].ravel())
    letters = "".join(text.get_text() for text in maps[1].texts if text.get_text().isalpha())
    assert sorted(letters) == sorted(each.letter for each in read_estimates())
    labels = [text.get_text() for text in figure.axes[-1].texts]
    for each in read_estimates():
        assert f"{each.letter}  {each.who}, {each.country}" in labels

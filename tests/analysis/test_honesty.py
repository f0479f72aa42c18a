"""What a batch must not say: certainty that is not there, winners where nothing varies, groups like all runs."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from runs.analysis.discovery import find_box
from runs.analysis.estimates import estimate
from runs.analysis.figures import first_stops_figure, levers_figure, losses_figure, swings_figure
from runs.analysis.findings import Findings
from runs.analysis.kept_outcomes import CARS, COST, STOP, STORY_STOP, TOTAL_COST
from runs.analysis.page import write_page
from runs.analysis.policy_tables import (
    CLEAR,
    DAYS,
    FROM,
    LEAST,
    MARGIN,
    MORE,
    MOST,
    SUM,
    TOGETHER,
    interactions,
    lever_prices,
    paired_differences,
    policy_prices,
)
from runs.analysis.sensitivity import sensitivity_table, tornado_table, why_no_indices
from runs.analysis.summary import summarize
from tests.analysis.test_analyse import COVER, findings, one_lever, sampled, two_levers, uncertainties


def columns(rows: int, columns_: int) -> tuple[pd.Series, pd.Series]:
    """The future and the seed of each cell of a table, row by row."""
    cells = list(itertools.product(range(rows), range(columns_)))
    return pd.Series([row for row, _ in cells]), pd.Series([column for _, column in cells])


def test_futures_are_the_evidence_and_not_the_runs_in_them() -> None:
    futures, seeds = pd.Series([0, 0, 0, 1, 1, 1, 2, 2, 2]), pd.Series([1] * 9)
    found = estimate(pd.Series([1.0, 2, 3, 4, 5, 6, 10, 11, 12]), futures, seeds)
    # means 2, 5 and 11 of three futures: variance 21
    assert found.mean == pytest.approx(6.0) and found.error == pytest.approx(np.sqrt(21 / 3))
    assert found.margin == pytest.approx(4.302653 * np.sqrt(7)) and found.rests_on == "3 futures x 1 seed"


def test_in_one_future_seeds_are_the_evidence() -> None:
    found = estimate(pd.Series([1.0, 3.0, 1.0, 3.0]), pd.Series([0] * 4), pd.Series([1, 2, 1, 2]))
    assert (
        found.error == pytest.approx(1.0)
        and found.margin == pytest.approx(12.706205)
        and found.rests_on == "1 future x 2 seeds"
    )


def test_luck_that_all_futures_share_widens_the_error() -> None:
    random = np.random.default_rng(3)
    rows, kinds = random.normal(0.0, 1.0, 40), random.normal(0.0, 2.0, 25)
    table = rows[:, None] + kinds[None, :]
    found = estimate(pd.Series(table.ravel()), *columns(40, 25))
    # without interaction the variance of the mean is that of the rows and that of the columns
    assert found.error == pytest.approx(np.sqrt(rows.var(ddof=1) / 40 + kinds.var(ddof=1) / 25))
    assert found.rests_on == "40 futures x 25 seeds"


@pytest.mark.slow
def test_an_interval_of_95_percent_holds_the_truth_as_often() -> None:
    random = np.random.default_rng(1)
    held = 0
    for _ in range(400):
        table = random.normal(0, 1, 8)[:, None] + random.normal(0, 1, 4)[None, :] + random.normal(0, 1, (8, 4))
        found = estimate(pd.Series(table.ravel()), *columns(8, 4))
        held += abs(found.mean) <= found.margin
    assert 0.92 <= held / 400 <= 0.995


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(2, 2), (3, 2), (6, 3), (8, 5)])
@pytest.mark.parametrize("spread", [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0, 1.0)])
def test_few_futures_and_seeds_bring_no_interval_that_is_too_narrow(
    shape: tuple[int, int], spread: tuple[float, float, float]
) -> None:
    """Whether futures differ, or luck, or both and each cell: 95 % hold the truth, or more where little is known."""
    random, held, trials = np.random.default_rng(7), 0, 500
    for _ in range(trials):
        sizes = ((shape[0], 1), (1, shape[1]), shape)
        futures, luck, cells = (each * random.normal(0, 1, size) for each, size in zip(spread, sizes, strict=True))
        table = futures + luck + cells
        found = estimate(pd.Series(table.ravel()), *columns(*shape))
        held += abs(found.mean) <= found.margin
    assert held / trials >= 0.91  # four standard errors of the count below 95 %


def test_one_future_and_one_seed_are_no_evidence_of_any_error() -> None:
    found = estimate(pd.Series([1.0, 2.0]), pd.Series([0, 0]), pd.Series([1, 1]))
    assert np.isnan(found.error) and np.isnan(found.margin)


@pytest.mark.slow
def test_runs_of_one_future_bring_no_certainty_of_their_own() -> None:
    """Twelve runs in each of eight futures share what is drawn of the future: 95 % hold, where counting runs would not.

    With as much spread between futures as within them the error of 96 independent runs is too small by a factor of
    sqrt((1 + 12) / 2), about 2.5.
    """
    random = np.random.default_rng(2)
    futures, seeds = pd.Series(np.repeat(range(8), 12)), pd.Series(np.ones(96))
    held, naive, trials = 0, 0, 2000
    for _ in range(trials):
        runs = pd.Series(random.normal(0, 1, 8)[futures] + random.normal(0, 1, 96))
        found = estimate(runs, futures, seeds)
        held += abs(found.mean) <= found.margin
        naive += abs(runs.mean()) <= 1.96 * runs.std() / np.sqrt(96)
    assert 0.94 <= held / trials <= 0.96 and naive / trials < 0.7


def test_the_interval_of_eight_futures_by_hand() -> None:
    """Eight futures, two runs each: means 1 to 8, their standard deviation sqrt(6), t(7) at 97.5 % = 2.364624."""
    futures = pd.Series(np.repeat(range(8), 2))
    runs = pd.Series(np.repeat(np.arange(1.0, 9.0), 2) + np.tile([-0.5, 0.5], 8))
    found = estimate(runs, futures, pd.Series(np.ones(16)))
    assert found.mean == pytest.approx(4.5) and found.error == pytest.approx(np.sqrt(6.0 / 8.0))
    assert found.margin == pytest.approx(2.364624 * np.sqrt(6.0 / 8.0)) and found.rests_on == "8 futures x 1 seed"


def test_what_levers_do_together_is_told_as_such_and_not_as_luck() -> None:
    (row,) = interactions(two_levers()).to_dict("records")
    # cover buys 200 vehicles, the stock 300, both 350; a day makes 100
    assert (row[SUM], row[TOGETHER], row[MORE]) == pytest.approx((5.0, 3.5, -1.5))
    assert row[CLEAR] and row["± (95 %)"] == pytest.approx(0.0)
    output = " ".join(summarize(two_levers()))
    assert "buy 5 production days if each is counted alone and 3.5 production days together" in output


def test_levers_that_add_up_are_not_said_to_change_each_other() -> None:
    found, random = two_levers(), np.random.default_rng(4)
    bought = 200.0 * (found.frame[COVER] == 60.0) + 300.0 * (found.frame["state stock"] == "twice")
    frames = [found.frame.assign(future=future, **{CARS: 1000.0 - bought + random.normal(0, 5, 8)})
              for future in range(30)]  # fmt: skip
    frame = pd.concat(frames, ignore_index=True).drop_duplicates([COVER, "state stock", "future"])
    many = findings(frame.reset_index(drop=True), levers=[lever.model_dump() for lever in found.design.levers])
    assert not interactions(many)[CLEAR].any()
    assert "Whether levers change each other's effect cannot be told" in " ".join(summarize(many))


def test_one_failed_run_is_left_out_of_every_comparison_and_of_its_future_alone() -> None:
    """Two futures, and cover buys 200 in both; the run of both levers in future 1 has failed."""
    found = two_levers()
    fails = (found.frame[COVER] == 60.0) & (found.frame["state stock"] == "twice") & (found.frame["future"] == 1)
    levers = [lever.model_dump() for lever in found.design.levers]
    torn = findings(found.frame[~fails].reset_index(drop=True), levers=levers)
    torn = Findings(torn.design, torn.frame, found.frame[fails].assign(error="made up", experiment=7), True, torn.about)
    prices = lever_prices(torn).set_index("lever")
    assert prices.loc[COVER, [DAYS, LEAST, MOST]].tolist() == pytest.approx([2.0, 0.5, 2.0])
    table = policy_prices(torn)
    assert len(table) == 3 and set(table[FROM]) == {"1 future x 1 seed"}  # all policies over the future they share
    assert "1 of 8 runs failed and is left out (experiment 7)" in " ".join(summarize(torn))


def test_the_industry_in_focus_leads_and_an_empty_shelf_is_called_by_its_name() -> None:
    found = one_lever()
    names = found.frame[STOP].map(lambda day: None if np.isnan(day) else "Small distributors")
    stops = {STORY_STOP: found.frame[STOP] + 30.0, "first_line_to_stop_JP": names}
    told = findings(found.frame.assign(**stops), levers=[lever.model_dump() for lever in found.design.levers])
    first = summarize(told)[0]
    assert "in 3 of 4 runs a line in Japan that makes cars stops, the first on day 80 after the shock" in first
    assert "The first line of all to stop there is that of Small distributors in 3 of 4 runs, on day 50" in first
    told.about["story"] = None  # a world without a story is told by all its lines
    assert "in 3 of 4 runs a line in Japan stops, the first on day 50" in summarize(told)[0]


def with_idle_lever(found: Findings) -> Findings:
    """The same findings, four times over, under a lever that does nothing."""
    frame = pd.concat([found.frame.assign(letterhead=word) for word in ("blue", "red", "green", "white")])
    levers = [*(lever.model_dump() for lever in found.design.levers),
              {"name": "letterhead", "options": {word: [] for word in ("blue", "red", "green", "white")}}]  # fmt: skip
    return findings(frame.reset_index(drop=True), levers=levers)


def test_an_idle_lever_brings_no_certainty_and_no_policy_and_is_named() -> None:
    alone, beside = one_lever(), with_idle_lever(one_lever())
    (one,), (four,) = lever_prices(alone).to_dict("records"), lever_prices(beside).to_dict("records")
    assert four[MARGIN] == pytest.approx(one[MARGIN]) and four[FROM] == "4 futures x 1 seed"
    assert one[MARGIN] == pytest.approx(student.ppf(0.975, 3) * np.sqrt(1 / 12))
    output = " ".join(summarize(beside))
    assert "letterhead changes nothing that was measured (all outcomes are equal in all 24 pairs of runs)" in output
    assert "white" not in output and "over all 2 policies" in output


def test_levers_that_work_together_are_no_error() -> None:
    frame = two_levers().frame  # cover buys 200 alone and 50 beside the stock, in both futures alike
    row = lever_prices(two_levers()).set_index("lever").loc[COVER]
    assert row[DAYS] == pytest.approx(2.0) and row[MARGIN] == pytest.approx(0.0) and len(frame) == 8


def test_groups_of_a_design_for_indices_count_as_one() -> None:
    found = sampled(lambda x, y: x, ("x", "y"), 0.0, 1.0, sampler="saltelli", samples=4)
    frame = pd.concat([found.frame.assign(**{COVER: cover}) for cover in (30.0, 60.0)], ignore_index=True)
    change = (frame["future"] // 4) * (frame[COVER] == 60.0)  # the same in all four futures of a group
    both = findings(
        frame.assign(**{COST: change}), sampler="saltelli", samples=4, uncertainties=uncertainties("x", "y")
    )
    (row,) = paired_differences(both, COST).to_dict("records")
    assert row["evidence"] == "4 groups of futures x 1 seed"
    assert row["standard error, paired"] == pytest.approx(np.std([0, 1, 2, 3], ddof=1) / 2)


def test_one_seed_says_nothing_of_luck() -> None:
    frame = one_lever().frame
    words = "nothing is said of luck"
    assert words in " ".join(summarize(findings(frame)))
    noise = frame.assign(seed=2, **{COST: frame[COST] + frame["future"]})
    assert words not in " ".join(summarize(findings(pd.concat([frame, noise], ignore_index=True))))


def test_runs_without_a_number_are_told_and_left_out() -> None:
    frame = one_lever().frame
    frame.loc[[0, 5], COST] = np.nan  # of future 0 under the first cover, of future 1 under the second
    found = findings(frame)
    output = " ".join(summarize(found))
    assert (
        "The loss is not known of 2 of 8 runs, which are left out" in output and "vehicles not built is" not in output
    )
    (row,) = paired_differences(found, COST).to_dict("records")
    assert (row["pairs"], row["difference"], row["evidence"]) == (2, pytest.approx(-2.5), "2 futures x 1 seed")


def test_a_lever_that_only_costs_is_named_and_buys_nothing() -> None:
    frame = one_lever().frame.assign(**{CARS: 1000.0, COST: 10.0, STOP: 40.0})
    output = " ".join(summarize(findings(frame)))
    assert (
        f"{COVER} changes what precaution costs and nothing else that was measured (in all 4 pairs of runs)" in output
    )
    assert "No choice of any lever buys car production by more than chance would" in output
    assert "The first stop of a line in Japan and the loss and the number of vehicles not built are the same" in output


def test_the_headline_is_about_things_as_they_are() -> None:
    found = two_levers()
    loss = {"as it is": 800.0, "twice": 10.0}
    frame = found.frame.assign(**{COST: found.frame["state stock"].map(loss)})
    first, second, *_ = summarize(findings(frame, levers=[lever.model_dump() for lever in found.design.levers]))
    assert first.startswith("With cover (days) “30”: Japan loses value added of 800 billion JPY")
    assert "10 billion JPY with state stock “twice”" in second


def test_the_headline_tells_what_suppliers_beyond_the_tables_lose_apart() -> None:
    found = two_levers()
    words = {}
    for each in (None, 0.0, 300.0):
        frame = found.frame.assign(**{COST: 800.0} | ({} if each is None else {f"suppliers_{COST}": each}))
        words[each] = summarize(findings(frame, levers=[lever.model_dump() for lever in found.design.levers]))[0]
    assert "Suppliers beyond the tables lose up to 300 billion JPY with them." in words[300.0]
    assert "loses value added of 800 billion JPY" in words[300.0]
    assert "Suppliers" not in words[None] and "Suppliers" not in words[0.0]


def test_what_the_batch_found_to_be_as_it_is_stands_first() -> None:
    found = one_lever()
    found.about["as_it_is"] = {COVER: 60.0}
    assert summarize(found)[0].startswith("With everything as it is: in 2 of 4 runs a line in Japan stops")
    assert "8 billion to 37 billion" in summarize(found)[0]
    (row,) = lever_prices(found).to_dict("records")
    assert (row["instead of"], row["choice"], row[DAYS]) == ("60", "30", pytest.approx(-2.5))


def idle(stops: Any, **more: Any) -> Findings:
    """Nine policies with several seeds each; stops by a function of colour, shape and seed."""
    rows = [{"colour": colour, "shape": shape, "seed": seed, "future": 0, STOP: stops(colour, shape, seed)}
            for colour in ("blue", "red", "green") for shape in ("round", "square", "flat")
            for seed in range(1, 13)]  # fmt: skip
    levers = [{"name": name, "options": dict.fromkeys(words, ())} for name, words in (
        ("colour", ("blue", "red", "green")), ("shape", ("round", "square", "flat")))]  # fmt: skip
    return findings(pd.DataFrame(rows), levers=levers, **more)


def test_no_group_is_named_in_which_stops_are_as_likely_as_in_all() -> None:
    random = np.random.default_rng(5)
    by_luck = {seed: 5.0 if seed % 4 else 150.0 for seed in range(1, 13)}
    found = idle(lambda colour, shape, seed: by_luck[seed] + (colour == "red") * 0.1)
    output = " ".join(summarize(found))
    assert find_box(found) is None and "in 75 % of 108 runs" in output and "no group of runs stands out" in output
    named = [find_box(idle(lambda *_: float(random.choice([5.0, 150.0])))) is not None for _ in range(20)]
    assert sum(named) <= 3  # by chance alone, one of twenty


def test_a_group_is_named_with_its_lift_where_stops_are_likelier() -> None:
    found = idle(lambda colour, shape, seed: 5.0 if colour == "red" and seed < 12 else 150.0 + seed)
    box = find_box(found)
    # 33 of 108 runs stop early, 33 of the 36 red ones
    assert box is not None and box.words == ("colour 'red'",)
    assert (box.box.runs, box.box.hits_inside, box.box.coverage) == (36, 33, 1.0)
    assert box.box.lift == pytest.approx((33 / 36) / (33 / 108))
    output = " ".join(summarize(found))
    assert "over all 3 policies tried, in 31 % of 108 runs" in output and "3 times the share of all runs" in output


def test_failed_runs_are_told_and_a_torn_design_gives_no_indices() -> None:
    whole = sampled(lambda x, y: 5 * x + y, ("x", "y"), 0.0, 1.0, sampler="saltelli", samples=8)
    failed = whole.frame.iloc[[3]].assign(error="ValueError: made up", experiment=3)
    incomplete = findings(whole.frame.drop(index=3).reset_index(drop=True), sampler="saltelli", samples=8, levers=[],
                    uncertainties=uncertainties("x", "y"))  # fmt: skip
    incomplete = Findings(incomplete.design, incomplete.frame, failed, True, incomplete.about)
    assert sensitivity_table(incomplete, COST).empty
    assert "1 of the 32 runs that they take failed" in why_no_indices(incomplete, COST)
    output = " ".join(summarize(incomplete))
    assert "1 of 32 runs failed and is left out (experiment 3): ValueError: made up (1)." in output
    assert "No Sobol indices of the loss: 1 of the 32 runs that they take failed" in output


def test_no_winner_where_nothing_varies(tmp_path: Path) -> None:
    same = sampled(lambda x, y: 0 * x, ("x", "y"), 0.0, 1.0, samples=64)
    output = " ".join(summarize(same))
    assert tornado_table(same, COST).empty and swings_figure(same, tmp_path) is None and "matters most" not in output
    assert "With everything as it is, no uncertainty changes the loss" in output and "no value added" in output


def test_no_winner_among_uncertainties_by_chance_or_from_few_futures() -> None:
    random = np.random.default_rng(2)
    noise = sampled(lambda x, y: 100.0 + 50.0 * random.random(len(x)), ("x", "y"), 0.0, 1.0, samples=40)
    assert "no uncertainty moves the loss by more than chance" in " ".join(summarize(noise))
    number_text = sampled(lambda x, y: 100.0 * x, ("x", "y"), 0.0, 1.0, samples=19)
    assert "cannot be said from 19 futures" in " ".join(summarize(number_text))
    enough = sampled(lambda x, y: 100.0 * x, ("x", "y"), 0.0, 1.0, samples=20)
    assert "matters most: x" in " ".join(summarize(enough))


def test_luck_without_effect_counts_once() -> None:
    frame = one_lever().frame
    twice = findings(pd.concat([frame.assign(seed=seed) for seed in (1, 2)], ignore_index=True))
    assert "the 2 seeds have the same outcomes, so they count as one" in " ".join(summarize(twice))
    (one,), (two,) = lever_prices(one_lever()).to_dict("records"), lever_prices(twice).to_dict("records")
    assert two[MARGIN] == pytest.approx(one[MARGIN]) and two[FROM] == "4 futures x 1 seed"


def test_one_future_and_one_seed_give_no_error_and_it_is_said() -> None:
    frame = one_lever().frame
    alone = findings(frame[frame["future"] == 0].reset_index(drop=True))
    output = " ".join(summarize(alone))
    assert "±" not in output and "No error can be given" in output and "2 production days for 1.5 billion JPY" in output


@pytest.mark.parametrize("left", [[CARS], [STOP], [COST], [TOTAL_COST], [CARS, COST], [STOP, COST, CARS], []])
def test_what_was_not_kept_is_said_and_the_rest_is_told(left: list[str], tmp_path: Path) -> None:
    found = one_lever()
    frame = found.frame.drop(columns=[name for name in (CARS, STOP, COST, TOTAL_COST) if name not in left])
    some = findings(frame.assign(anything=[1.0, 2.0] * 4))
    output = summarize(some)
    missing = [name for name in (CARS, STOP, COST, TOTAL_COST) if name not in left]
    assert all(name in " ".join(output) for name in missing) and len(output) >= 2
    assert write_page(some, tmp_path).read_text()


@pytest.mark.slow
def test_holes_and_constants_end_no_page(tmp_path: Path) -> None:
    holes = one_lever().frame
    nothing = holes.assign(**dict.fromkeys((CARS, COST, STOP, TOTAL_COST), np.nan))
    some = holes.copy()
    some.loc[[0, 5], [CARS, COST]] = np.nan
    for place, frame in enumerate(
        (holes, nothing, some, holes.head(1), holes.iloc[4:], holes.assign(future=0, seed=1))
    ):
        found = findings(frame.reset_index(drop=True), failed=0)
        assert summarize(found) and write_page(found, tmp_path).is_file(), place


def test_a_scenario_in_which_all_failed_has_a_chapter_that_says_so(tmp_path: Path) -> None:
    found = one_lever()
    failed = found.frame.assign(scenario="truce", error="ValueError: no", experiment=range(8))
    both = Findings(found.design, found.frame, failed, True, found.about)
    assert [name for name, _ in both.by_scenario] == ["full-stop", "truce"]
    (output,) = summarize(both.of_scenario("truce"))
    assert output.startswith("8 of 8 runs failed and are left out") and write_page(both, tmp_path).is_file()


def test_figures_show_one_lever_with_all_others_as_they_are() -> None:
    found = two_levers()
    frame = found.frame.assign(**{COST: found.frame[CARS], STOP: found.frame[CARS] / 10})
    both = findings(frame, levers=[lever.model_dump() for lever in found.design.levers])
    figure = losses_figure(both, Path())
    assert figure is not None and "all other levers as with cover (days) “30”" in figure.axes[0].get_xlabel()
    dots = [line.get_xdata()[0] for line in figure.axes[0].lines if line.get_marker() == "o"]
    # medians of two futures, 5 above the first: as it is, cover 60, as it is, stock twice
    assert [float(each) for each in dots] == pytest.approx([1005, 805, 1005, 705])
    assert "line: all runs, over 2 futures x 1 seed" in figure.axes[0].get_xlabel()  # too few to tell a tenth of them
    assert [list(line.get_xdata()) for line in figure.axes[0].lines[:1]] == [[1000.0, 1010.0]]
    assert first_stops_figure(both, Path()) is not None and levers_figure(both, Path()) is not None
    assert len(policy_prices(both)) == 3

"""Answers of a batch against results whose answers are known: sums by hand, planted rules, functions of textbooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from runs.analysis.caveats import rough_indices_sentences
from runs.analysis.discovery import early_day, find_box
from runs.analysis.figures import day_of_stock_figure, fan_figure, first_stops_figure
from runs.analysis.findings import Findings
from runs.analysis.kept_outcomes import CAR_LOSS, CARS, COST, STOP, TOTAL_COST
from runs.analysis.page import GAIN_NOTE, PRECAUTION_NOTE, write_page
from runs.analysis.policy_tables import (
    BEST,
    DAYS,
    ERROR,
    LEAST,
    MOST,
    PRICE,
    TOTAL,
    lever_prices,
    paired_differences,
    policy_outcomes,
    policy_prices,
)
from runs.analysis.sensitivity import sensitivity_table, tornado_table
from runs.analysis.summary import amount_text, number_text, summarize
from runs.batch.chunks import day_schema
from runs.batch.design import Design, read_design
from runs.batch.results import parquet_bytes
from runs.batch.samplers import points

FUTURES = [0, 1, 2, 3]
COVER, STOCK = "cover (days)", "state stock"


def design(**more: Any) -> Design:
    """A design on paper: one lever unless told otherwise."""
    lever = {"name": COVER, "set": "needs.cover_days", "values": [30.0, 60.0]}
    cells = {"name": "made", "title": "Made up", "about": "For tests.", "levers": [lever]}
    return Design.model_validate({**cells, **more})


def uncertainties(*names: str, low: float = 0.0, high: float = 1.0) -> list[dict[str, Any]]:
    return [{"name": name, "set": f"goods.spot_eta[good={name}]", "low": low, "high": high} for name in names]


def findings(frame: pd.DataFrame, complete: bool = True, failed: int = 0, **more: Any) -> Findings:
    """Findings of a table of results made by hand; a normal day makes 100 vehicles."""
    frame = frame.assign(**{key: value for key, value in (("scenario", "full-stop"), ("seed", 1)) if key not in frame})
    about = {"vehicles_a_day": 100.0, "versions": {}, "command": "linestop batch", "fingerprint": "0" * 64,
             "experiments": len(frame) + failed + (not complete)}  # fmt: skip
    return Findings(design(**more), frame, frame.head(failed), complete, about)


def one_lever() -> Findings:
    """Four futures under two covers: cars not built, loss, first stop and cost of precaution by hand."""
    few_days = {COVER: 30.0, CARS: [1000.0, 2000.0, 3000.0, 4000.0], COST: [10.0, 20.0, 30.0, 40.0],
                STOP: [40.0, 50.0, 60.0, np.nan], TOTAL_COST: 5.0}  # fmt: skip
    many_days = {COVER: 60.0, CARS: [800.0, 1700.0, 2800.0, 3700.0], COST: [8.0, 17.0, 28.0, 37.0],
                 STOP: [130.0, 140.0, np.nan, np.nan], TOTAL_COST: 6.5}  # fmt: skip
    return findings(pd.concat([pd.DataFrame({"future": FUTURES, **cells}) for cells in (few_days, many_days)],
                              ignore_index=True))  # fmt: skip


def test_a_policy_is_told_by_its_stops_and_losses() -> None:
    first, second = policy_outcomes(one_lever()).to_dict("records")
    assert first["never stops (%)"] == 25 and first["first stop (median day)"] == 55
    assert first["stops by day 120 (%)"] == 75 and second["stops by day 120 (%)"] == 0
    assert first["loss (median, bn ¤)"] == 25 and first["vehicles not built (median)"] == 2500
    assert second["first stop (median day)"] == np.inf  # half of the runs never stop


def test_pairing_leaves_only_the_spread_of_the_difference() -> None:
    (row,) = paired_differences(one_lever(), COST).to_dict("records")
    assert row["difference"] == pytest.approx(-2.5) and row["pairs"] == 4
    assert row["standard error, paired"] == pytest.approx(np.sqrt((4 * 0.25 / 3) / 4))
    # variances of 10, 20, 30, 40 and of 8, 17, 28, 37
    assert row["standard error, unpaired"] == pytest.approx(np.sqrt((500 / 3 + 481 / 3) / 4))


def test_a_production_day_and_its_price_by_hand() -> None:
    (row,) = lever_prices(one_lever()).to_dict("records")
    # 200, 300, 200 and 300 vehicles more, 100 a day; 1.5 bn JPY more
    assert row[DAYS] == pytest.approx(2.5) and row[TOTAL] == pytest.approx(1.5) and row[PRICE] == pytest.approx(0.6)
    assert row[ERROR] == pytest.approx(np.sqrt((4 * 0.25 / 3) / 4))


def two_levers() -> Findings:
    """Cover and state stock, two choices each, in two futures; cars are 1000 less what is bought."""
    policy_row = {(30.0, "as it is"): (0, 0), (60.0, "as it is"): (200, 4), (30.0, "twice"): (300, 2),
              (60.0, "twice"): (350, 6)}  # fmt: skip
    rows = [{COVER: cover, STOCK: stock, "future": future, CARS: 1000.0 + 10 * future - cars, TOTAL_COST: 1.0 + cost}
            for (cover, stock), (cars, cost) in policy_row.items() for future in (0, 1)]  # fmt: skip
    levers = [{"name": COVER, "set": "needs.cover_days", "values": [30.0, 60.0]},
              {"name": STOCK, "options": {"as it is": [], "twice": ["firms.finished_days*=2"]}}]  # fmt: skip
    return findings(pd.DataFrame(rows), levers=levers)


def test_best_buys_are_those_that_none_beats() -> None:
    table = policy_prices(two_levers()).set_index([COVER, STOCK])
    assert table[DAYS].to_dict() == pytest.approx({(30.0, "twice"): 3, (60.0, "twice"): 3.5, (60.0, "as it is"): 2})
    assert table[BEST].to_dict() == {(30.0, "twice"): True, (60.0, "twice"): True, (60.0, "as it is"): False}
    assert table[PRICE].iloc[0] == pytest.approx(2 / 3)


def test_a_lever_is_judged_with_all_others_as_they_are_and_its_range_beside_them_is_told() -> None:
    table = lever_prices(two_levers()).set_index("lever")
    # cover: 200 alone and 50 beside the stock; stock: 300 alone and 150 beside the cover
    assert table[DAYS].to_dict() == pytest.approx({COVER: 2.0, STOCK: 3.0})
    assert table[LEAST].to_dict() == pytest.approx({COVER: 0.5, STOCK: 1.5})
    assert table[MOST].to_dict() == pytest.approx({COVER: 2.0, STOCK: 3.0})
    assert table[TOTAL].to_dict() == pytest.approx({COVER: 4, STOCK: 2})
    assert list(table.index) == [STOCK, COVER]  # the cheapest day first


def test_the_words_say_which_lever_is_cheapest_and_at_what_price() -> None:
    words = " ".join(summarize(two_levers()))
    assert "cheapest day of car production comes from state stock “twice” instead of “as it is”" in words
    assert "3 production days" in words and "for 2 billion JPY" in words
    assert "buys more than cover (days) “60” with state stock “twice”: 3.5 production days" in words
    assert (number_text(103.4), amount_text(2.0), amount_text(5432.0)) == ("103", "2 billion", "5.4 trillion")


def sampled(function: Any, names: tuple[str, ...], low: float, high: float, **more: Any) -> Findings:
    """A function of the uncertainties, at the points that the sampler of the batch takes."""
    parts = {"levers": [], "uncertainties": uncertainties(*names, low=low, high=high), **more}
    at = low + points(design(**parts)) * (high - low)
    frame = pd.DataFrame(at, columns=list(names)).assign(future=range(len(at)), **{COST: function(*at.T)})
    return findings(frame, **parts)


def ishigami(x: NDArray[Any], y: NDArray[Any], z: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x))


def test_sobol_indices_of_the_ishigami_function() -> None:
    found = sampled(ishigami, ("x", "y", "z"), -np.pi, np.pi, sampler="saltelli", samples=1024)
    table = sensitivity_table(found, COST).set_index("uncertainty")
    # Ishigami and Homma 1990 with a = 7, b = 0.1
    assert table["alone (S1)"].to_dict() == pytest.approx({"x": 0.3139, "y": 0.4424, "z": 0.0}, abs=0.05)
    assert table["with others (ST)"].to_dict() == pytest.approx({"x": 0.5576, "y": 0.4424, "z": 0.2437}, abs=0.05)


def test_morris_effects_of_a_straight_line() -> None:
    found = sampled(lambda x, y: 2.0 * x - 0.5 * y, ("x", "y"), 0.0, 1.0, sampler="morris", samples=8)
    table = sensitivity_table(found, COST).set_index("uncertainty")
    assert table["mean size of effect"].to_dict() == pytest.approx({"x": 2.0, "y": 0.5})
    assert table["mean effect"]["y"] == pytest.approx(-0.5)
    assert table["spread"].to_dict() == pytest.approx({"x": 0.0, "y": 0.0}, abs=1e-9)


def test_no_indices_from_a_batch_that_was_not_sampled_for_them_or_is_not_finished() -> None:
    assert sensitivity_table(sampled(lambda x, y: x, ("x", "y"), 0, 1, samples=16), COST).empty
    half = sampled(ishigami, ("x", "y", "z"), -1, 1, sampler="saltelli", samples=8)
    assert sensitivity_table(findings(half.frame, complete=False, sampler="saltelli", samples=8, levers=[],
                                uncertainties=uncertainties("x", "y", "z")), COST).empty  # fmt: skip


def test_a_tornado_swings_by_slope_and_range() -> None:
    found = sampled(lambda x, y: 30.0 * x - 10.0 * y, ("x", "y"), 0.0, 1.0, samples=500)
    table = tornado_table(found, COST).set_index("uncertainty")
    # the outer fifths of an even range lie 0.8 apart on average
    assert table["swing"].to_dict() == pytest.approx({"x": 24.0, "y": 8.0}, rel=0.1)
    assert list(table.index) == ["x", "y"]
    assert table["rank correlation"]["x"] > 0.9 and table["rank correlation"]["y"] < 0


def planted() -> Findings:
    """First stops come on day 50 where the cover is short and fear is great, else on day 200."""
    random = np.random.default_rng(1)
    cover, fear, idle = random.uniform(10, 90, 400), random.uniform(0, 1, 400), random.uniform(0, 1, 400)
    stop = np.where((cover < 40.0) & (fear > 0.6), 50.0, 200.0)
    frame = pd.DataFrame({"cover": cover, "fear": fear, "idle": idle, "future": range(400), STOP: stop})
    return findings(frame, levers=[], uncertainties=uncertainties("cover", "fear", "idle"))


@pytest.mark.slow
def test_a_planted_rule_is_discovered_and_said() -> None:
    found = planted()
    box = find_box(found)
    true = int(((found.frame["cover"] < 40) & (found.frame["fear"] > 0.6)).sum())
    assert box is not None and early_day(found) == 120 and (box.box.hits.sum(), len(box.box.hits)) == (true, 400)
    assert box.box.coverage > 0.9 and box.box.density > 0.9
    assert box.box.lift == pytest.approx(box.box.density / (true / 400))
    (cover, at_most), (fear, least) = (words.rsplit(" ", 1) for words in sorted(box.words))
    assert cover == "cover at most" and float(at_most) == pytest.approx(40, abs=3)
    assert fear == "fear at least" and float(least) == pytest.approx(0.6, abs=0.05)
    output = next(words for words in summarize(found) if "in common" in words)
    assert f"stops by day 120 in {100 * true / 400:.0f} % of runs" in output
    assert f"{box.box.runs} runs stop that early" in output


def test_nothing_is_discovered_where_nothing_differs() -> None:
    found = planted()
    always = findings(
        found.frame.assign(**{STOP: 10.0}), levers=[], uncertainties=uncertainties("cover", "fear", "idle")
    )
    output = " ".join(summarize(always))
    assert find_box(always) is None and "stops by day 10 in 100 % of runs (400 futures x 1 seed)." in output


def test_the_fan_is_the_percentiles_of_the_runs(tmp_path: Path) -> None:
    rows = [{"experiment": run, "day": day, "lines_stopped": run, "vehicles_JP": 10.0 * run + day,
             "value_added_lost_jpy_bn_JP": 0.0, "cover_days_magnet_makers_JP": 1.0}
            for run in range(5) for day in range(3)]  # fmt: skip
    (tmp_path / "days").mkdir()
    (tmp_path / "days" / "part-00000.parquet").write_bytes(parquet_bytes(rows, day_schema("JP")))
    found = findings(
        pd.DataFrame({"experiment": range(5), "future": range(5)}), levers=[], rows=["experiments", "days"]
    )
    figure = fan_figure(found, tmp_path)
    assert figure is not None
    above = figure.axes[0]
    median = next(line for line in above.lines if line.get_label() == "median")
    assert list(median.get_ydata()) == [20, 21, 22]
    half = next(band for band in above.collections if band.get_label() == "50 % of runs")
    assert {10.0, 30.0} <= set(half.get_paths()[0].vertices[:, 1])
    every = next(band for band in above.collections if band.get_label() == "all runs")  # five tell no nine tenths
    assert {0.0, 40.0} <= set(every.get_paths()[0].vertices[:, 1])


def test_the_curve_of_first_stops_falls_with_each_stop() -> None:
    figure = first_stops_figure(one_lever(), Path())
    assert figure is not None
    choice_label, long = figure.axes[0].lines[:2]
    assert list(choice_label.get_ydata()) == [100, 75, 50, 25, 25] and list(long.get_ydata()) == [100, 75, 50, 50]


def test_the_page_says_what_is_counted_and_what_is_missing(tmp_path: Path) -> None:
    found = one_lever()
    path = write_page(findings(found.frame.assign(**{COST: -found.frame[COST]}), complete=False, failed=2), tmp_path)
    page = path.read_text().replace("&#39;", "'")
    assert PRECAUTION_NOTE.format(home="Japan") in page and GAIN_NOTE.format(home="Japan").strip() in page
    assert "2 more failed and are left out" in page and "not finished" in page
    assert "http" not in page.replace("http-equiv", "") and page.count("<img") >= 3


@pytest.mark.slow
def test_scenarios_are_chapters(tmp_path: Path) -> None:
    frame = one_lever().frame
    both = findings(pd.concat([frame, frame.assign(scenario="truce")], ignore_index=True))
    assert [name for name, _ in both.by_scenario] == ["full-stop", "truce"]
    assert all(len(some.frame) == len(frame) for _, some in both.by_scenario)
    page = write_page(both, tmp_path).read_text()
    assert page.count('class="chapter"') == 2 and (tmp_path / "levers-truce.png").is_file()


def test_the_stops_of_cars_are_set_against_a_lever_of_numbers_over_the_futures_in_which_all_choices_ran(
    tmp_path: Path,
) -> None:
    options = {"120": ["days=400"], "30": ["days=401"], "60": []}  # text, and not in their order
    stops = {"30": [80.0, 90.0, 70.0], "60": [110.0, 121.0, 99.0], "120": [np.nan, 190.0, 160.0]}
    frame = pd.concat(
        [pd.DataFrame({"future": [0, 1, 2], COVER: cover, CAR_LOSS: days}) for cover, days in stops.items()]
    )
    torn = frame[(frame[COVER] != "60") | (frame["future"] != 2)]  # one run of the third future has failed
    found = findings(torn.reset_index(drop=True), levers=[{"name": COVER, "options": options}])
    assert found.numeric_levers == [COVER]
    np.testing.assert_array_equal(found.car_losses(COVER), [[80.0, 90.0], [110.0, 121.0], [np.inf, 190.0]])
    assert found.car_losses(COVER).index.tolist() == [30.0, 60.0, 120.0]
    assert day_of_stock_figure(found, tmp_path) is not None
    named = {f"{name} days": some for name, some in options.items()}
    frame = frame.assign(**{COVER: frame[COVER] + " days"}).reset_index(drop=True)
    words = findings(frame, levers=[{"name": COVER, "options": named}])
    assert words.numeric_levers == [] and day_of_stock_figure(words, tmp_path) is None


def test_the_shipped_design_is_big_enough_for_its_indices() -> None:
    """The g-function of Sobol: prod (|4x - 2| + a) / (1 + a) has S1 of V / prod(1 + V) - 1, V = 1 / (3 (1 + a)^2)."""
    shipped = read_design("uncertainties")
    names = tuple(f"x{number}" for number in range(len(shipped.uncertainties)))
    a = np.array([0.0, 1.0, 4.5, 9.0, *[99.0] * (len(names) - 4)])
    found = sampled(lambda *x: np.prod((np.abs(4.0 * np.array(x).T - 2.0) + a) / (1.0 + a), axis=1), names, 0.0, 1.0,
                    sampler=shipped.sampler, samples=shipped.samples)  # fmt: skip
    assert len(found.frame) == shipped.samples * (len(names) + 2)  # no points for indices of pairs
    table = sensitivity_table(found, COST).set_index("uncertainty").loc[list(names)]
    alone = 1.0 / (3.0 * (1.0 + a) ** 2)
    whole = np.prod(1.0 + alone) - 1.0
    np.testing.assert_allclose(table["alone (S1)"], alone / whole, atol=0.05)
    np.testing.assert_allclose(table["with others (ST)"], alone * (whole + 1.0) / (1.0 + alone) / whole, atol=0.05)
    assert table[["+- S1", "+- ST"]].to_numpy().max() < 0.1
    assert "are rough" not in " ".join(summarize(found))


def test_an_index_above_its_total_and_rough_ones_are_told() -> None:
    few = sampled(ishigami, ("x", "y", "z"), -np.pi, np.pi, sampler="saltelli", samples=16)
    table, output = sensitivity_table(few, COST), " ".join(summarize(few))
    widest = table[["+- S1", "+- ST"]].to_numpy().max()
    assert widest > 0.1 and f"are rough (95 % intervals of up to ± {widest:.2g})" in output
    above = table[table["alone (S1)"] > table["with others (ST)"]]
    assert bool(len(above)) == ("the index alone is above that with others" in output)
    flat = table.assign(**{"alone (S1)": [0.5, 0.2, 0.1], "with others (ST)": [0.4, 0.3, 0.05], "+- S1": 0.01,
                           "+- ST": 0.01})  # fmt: skip
    (words,) = rough_indices_sentences(flat, "the loss")
    assert f"is above that with others for {flat['uncertainty'][0]} and 1 more, by up to 0.1" in words

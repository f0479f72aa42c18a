"""Answers of small batches against their Parquet files, read without the code that answers; and batches with holes."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from runs.__main__ import main
from runs.analysis.findings import Findings, read_findings
from runs.analysis.headline import amount_text, number_text
from runs.analysis.kept_outcomes import CARS, COST, STOP, STORY_STOP, TOTAL_COST
from runs.analysis.page import list_sections, write_page
from runs.analysis.policy_tables import DAYS, MARGIN, interactions, lever_prices, policy_prices
from runs.analysis.summary import summarize
from runs.batch.design import read_design
from runs.batch.execution import make_plan, run_batch
from runs.processes.executors import ProcessExecutor
from tests.analysis.test_analyse import findings, uncertainties
from tests.support.batches import SCENARIO

DESIGN = """
title = "A short ban"
about = "For tests."
scenarios = ["short-ban.toml"]
sampler = "{sampler}"
samples = {samples}
[[lever]]
name = "cover"
[lever.options]
"a week" = ["needs.cover_days[role=magnet_maker,country=JP]=7"]
"as it is" = []
[[lever]]
name = "cars"
[lever.options]
"as it is" = []
"double cover" = ["needs.cover_days[role=automaker,country=JP]*=2"]
[[uncertainty]]
name = "parts"
set = "needs.cover_days[role=parts_maker,country=JP]*"
low = 0.3
high = 1.5
"""
INPUTS = {"experiment", "scenario", "future", "seed", "cover", "cars", "parts"}
T_OF_THREE_FREE = 3.182446  # Student's t at 97.5 %, 3 degrees of freedom


def run_small_batch(folder: Path, sampler: str, samples: int) -> Path:
    """Run the design in one process."""
    (folder / "short-ban.toml").write_text(SCENARIO.replace("days = 40", "days = 150"))
    (folder / "short.toml").write_text(DESIGN.format(sampler=sampler, samples=samples))
    plan, _ = make_plan(read_design(folder / "short.toml"))
    run_batch(plan, folder / "out", ProcessExecutor(1))
    return folder / "out"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_small_batch(tmp_path_factory.mktemp("small"), "latin", 4)


def rows_of(place: Path) -> list[dict[str, Any]]:
    """The rows of the table of experiments."""
    parts = sorted((place / "experiments").glob("*.parquet"))
    return [row for part in parts for row in pq.read_table(part).to_pylist()]


def fail_run(place: Path, number: int) -> None:
    """Make an experiment one that has failed."""
    for part in (place / "experiments").glob("*.parquet"):
        table = pq.read_table(part)
        rows = table.to_pylist()
        for row in rows:
            if row["experiment"] == number:
                row.update(dict.fromkeys(set(row) - INPUTS))
                row["error"] = "ValueError: made up"
        pq.write_table(table.from_pylist(rows, schema=table.schema), part)


@pytest.mark.slow
@pytest.mark.subprocess
def test_the_first_sentences_are_those_of_things_as_they_are_in_the_files(place: Path) -> None:
    mine = [row for row in rows_of(place) if (row["cover"], row["cars"]) == ("as it is", "as it is")]
    losses = sorted(row[COST] for row in mine)
    first = summarize(read_findings(place))[0]
    assert len(mine) == 4 and first.startswith("With everything as it is: ")
    assert f"{amount_text((losses[1] + losses[2]) / 2)} JPY" in first and "over 4 futures x 1 seed" in first
    stops = [row[STORY_STOP] for row in mine if row[STORY_STOP] is not None]
    if stops:
        assert f"a line in Japan that makes cars stops, the first on day {np.median(stops):.0f}" in first
    else:
        assert "no line in Japan that makes cars stops in any run (4 futures x 1 seed)" in first
    shelves = {row["first_line_to_stop_JP"] for row in mine}
    assert None in shelves or any(str(name) in first for name in shelves)


@pytest.mark.slow
@pytest.mark.subprocess
def test_days_bought_and_their_interval_are_those_of_the_files(place: Path) -> None:
    found = read_findings(place)
    cell = {(row["cover"], row["cars"], row["future"]): row for row in rows_of(place)}
    base = "as it is"

    def bought(cover: str, cars: str) -> np.ndarray:
        fewer = [cell[base, base, future][CARS] - cell[cover, cars, future][CARS] for future in range(4)]
        return np.array(fewer) / found.about["vehicles_a_day"]

    prices = lever_prices(found).set_index("choice")
    for choice, at in (("a week", ("a week", base)), ("double cover", (base, "double cover"))):
        days = bought(*at)
        assert np.ptp(days) > 0.0  # else the interval would be trivial
        assert prices.loc[choice, DAYS] == pytest.approx(days.mean())
        assert prices.loc[choice, MARGIN] == pytest.approx(T_OF_THREE_FREE * days.std(ddof=1) / 2.0, rel=1e-5)
    joint = bought("a week", "double cover") - bought("a week", base) - bought(base, "double cover")
    (row,) = interactions(found).to_dict("records")
    assert row["together less the sum"] == pytest.approx(joint.mean(), abs=1e-12)


@pytest.mark.slow
@pytest.mark.subprocess
def test_a_failed_run_ends_no_analysis_and_refuses_indices_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = run_small_batch(tmp_path, "saltelli", 8)
    mine = next(row for row in rows_of(place) if (row["cover"], row["cars"]) == ("as it is", "as it is"))
    fail_run(place, mine["experiment"])
    assert main(["analyse", str(place)]) == 0
    output = " ".join(capsys.readouterr().out.split())
    assert f"1 of 96 runs failed and is left out (experiment {mine['experiment']}): ValueError: made up" in output
    assert "No Sobol indices of the loss: 1 of the 24 runs that they take failed" in output
    assert (place / "analysis.html").is_file()


def made_batch(random: np.random.Generator, futures: int, seeds: int) -> Findings:
    """Two levers, one of which may be idle, with outcomes that may be constant or missing, and runs that failed."""
    levers = [{"name": "cover", "options": {"as it is": [], "more": ["days=400"], "most": ["days=401"]}},
              {"name": "stock", "options": {"as it is": [], "twice": ["days=402"]}}]  # fmt: skip
    rows = [{"cover": cover, "stock": stock, "future": future, "seed": seed, "fear": future / futures}
            for future, seed, cover, stock in itertools.product(
                range(futures), range(seeds), ("as it is", "more", "most"), ("as it is", "twice"))]  # fmt: skip
    frame = pd.DataFrame(rows)
    for name in (CARS, COST, STOP, STORY_STOP, TOTAL_COST):
        kind = random.integers(5)
        frame[name] = [5.0, np.nan, 0.0][kind] if kind < 3 else random.normal(100.0, 30.0, len(frame))
        if kind == 4:
            frame.loc[random.random(len(frame)) < 0.4, name] = np.nan
    if random.random() < 0.3:  # an idle lever
        frame[[CARS, COST, STOP]] = frame.groupby(["cover", "future", "seed"])[[CARS, COST, STOP]].transform("first")
    fails = pd.Series(random.random(len(frame)) < random.choice([0.0, 0.1, 0.7]), frame.index)
    if random.random() < 0.3:
        fails |= (frame["cover"] == "as it is") & (frame["stock"] == "as it is")
    fails.iloc[-1] = False
    found = findings(frame[~fails].reset_index(drop=True), levers=levers, uncertainties=uncertainties("fear"))
    failed = frame[fails].assign(error="ValueError: made up", experiment=range(int(fails.sum())))
    return Findings(found.design, found.frame, failed, True, {**found.about, "as_it_is": {"cover": "as it is"}})


@pytest.mark.slow
@pytest.mark.parametrize("luck", range(24))
def test_holes_constants_and_failures_end_no_answer_and_crown_nobody(luck: int, tmp_path: Path) -> None:
    random = np.random.default_rng(luck)
    found = made_batch(random, int(random.integers(1, 25)), int(random.integers(1, 4)))
    output = " ".join(summarize(found))
    assert output and "nan" not in output.split() and " inf" not in output and "with ." not in output
    for table in (lever_prices(found), policy_prices(found)):
        assert table.empty or np.isfinite(table[DAYS]).all()
    if len(found.failed):
        assert f"{len(found.failed):,} of {len(found.failed) + len(found.frame):,} runs failed" in output
    if found.has(CARS) and found.frame[CARS].nunique() < 2:
        assert "cheapest day" not in output and "No policy tried buys more" not in output
    assert list_sections(found, {})
    if luck < 6:
        assert write_page(found, tmp_path).is_file()


def test_no_band_of_nine_tenths_is_told_of_few_futures_with_many_seeds() -> None:
    """Eight futures with five seeds are forty runs, and no forty pieces of evidence."""
    random = np.random.default_rng(1)
    cells = list(itertools.product(range(30), range(5)))
    frame = pd.DataFrame(cells, columns=["future", "seed"]).assign(**{COST: random.normal(100.0, 10.0, len(cells))})
    few = frame[frame["future"] < 8].reset_index(drop=True)
    output = [" ".join(summarize(findings(some, levers=[], uncertainties=uncertainties("fear"))))
              for some in (few.assign(fear=few["future"] / 8), frame.assign(fear=frame["future"] / 30))]  # fmt: skip
    low, high = (amount_text(float(end)) for end in (few[COST].min(), few[COST].max()))
    assert f"median over 8 futures x 5 seeds: {low} to {high}" in output[0] and "nine tenths" not in output[0]
    assert "How likely anything here is cannot be told: 8 futures were drawn" in output[0]
    assert "median over 30 futures x 5 seeds; nine tenths" in output[1] and "cannot be told" not in output[1]
    assert number_text(99.6) == "100"

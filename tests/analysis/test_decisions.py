"""Regret, targets, budgets and the Pareto figure against sums by hand, with ties, holes, few futures and one policy."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from runs.analysis.answers import lever_answers
from runs.analysis.decision_figures import pareto_figure
from runs.analysis.decisions import (
    BEST_IN,
    CHANGE,
    FRONTIER,
    LOSS,
    MARGIN,
    MEAN_REGRET,
    POLICY,
    REGRET_MARGIN,
    TENTH_REGRET,
    WORST_REGRET,
    budget_steps,
    decision_table,
    keeps_to,
    losses,
    regrets,
    target_shares,
)
from runs.analysis.decisions import COST as EXTRA_COST
from runs.analysis.findings import Findings
from runs.analysis.kept_outcomes import COST, STOP, STORY_STOP, TOTAL_COST
from runs.analysis.page import write_page
from runs.analysis.restrictions import share_interval
from runs.analysis.summary import summarize
from runs.batch.questions import Target
from tests.analysis.test_analyse import findings, uncertainties

LEVER = {"name": "stock", "options": {"as it is": (), "more": ("days=3",), "most": ("days=4",)}}
BY_HAND = {"as it is": [10.0, 20.0, 30.0], "more": [5.0, 25.0, 20.0], "most": [8.0, 8.0, 40.0]}
PRICES = {"as it is": 1.0, "more": 3.0, "most": 3.0}


def three_policies(table: dict[str, list[float]], costs: dict[str, float] = PRICES, **more: Any) -> Findings:
    """The losses of policies in futures, and what they cost."""
    frames = [pd.DataFrame({"future": range(len(lost)), "stock": name, COST: lost, TOTAL_COST: costs[name]})
              for name, lost in table.items()]  # fmt: skip
    return findings(pd.concat(frames, ignore_index=True), **({"levers": [LEVER]} | more))


def row(table: pd.DataFrame, policy: str) -> dict[str, Any]:
    name = f"stock “{policy}”" if policy != "as it is" else "with everything as it is"
    (found,) = table[table[POLICY] == name].to_dict("records")
    return {str(key): value for key, value in found.items()}


def test_regret_is_against_the_best_policy_of_the_same_future() -> None:
    table = decision_table(three_policies(BY_HAND))
    # the best lose 5, 8 and 20: regrets 5 12 10, 0 17 0 and 3 0 20
    means = {name: row(table, name)[MEAN_REGRET] for name in BY_HAND}
    assert means == pytest.approx({"as it is": 9.0, "more": 17 / 3, "most": 23 / 3})
    assert [row(table, name)[WORST_REGRET] for name in BY_HAND] == [12.0, 17.0, 20.0]
    assert [row(table, name)[BEST_IN] for name in BY_HAND] == pytest.approx([0.0, 200 / 3, 100 / 3])
    margin = student.ppf(0.975, 2) * np.std([0.0, 17.0, 0.0], ddof=1) / np.sqrt(3)
    assert row(table, "more")[REGRET_MARGIN] == pytest.approx(margin)
    assert table[TENTH_REGRET].isna().all()  # nobody can tell a tenth of three futures


def test_the_best_policy_of_a_future_is_best_over_its_seeds_and_not_with_each() -> None:
    """With luck nobody can choose by seed: 10 and 0 against 4 and 4 loses 5 on average, so that the second is best."""
    lost = {"as it is": (10.0, 0.0), "more": (4.0, 4.0)}
    rows = [{"future": 0, "seed": seed, "stock": name, COST: lost[name][seed]} for name in lost for seed in (0, 1)]
    regret = regrets(losses(findings(pd.DataFrame(rows), levers=[LEVER]))).groupby("future").mean()
    assert regret.to_numpy().ravel().tolist() == [1.0, 0.0]


def test_a_percentile_of_regret_is_given_from_twenty_futures_on() -> None:
    lost = {"as it is": [float(n) for n in range(21)], "more": [0.0] * 21}
    table = decision_table(three_policies(lost, uncertainties=uncertainties("x")))
    assert row(table, "as it is")[TENTH_REGRET] == pytest.approx(18.0) and row(table, "more")[TENTH_REGRET] == 0.0
    best = " ".join(summarize(three_policies(lost)))
    assert "Least to be regretted is the policy with stock “more”: it is best in every future (21 futures" in best
    other = " ".join(summarize(three_policies(lost | {"most": [1.0] * 20 + [-1.0]})))
    assert "by 48 ± 99 million JPY on average, up to 0 million JPY in nine of ten futures and 1 billion JPY" in other


def test_loss_is_compared_in_the_same_futures_and_the_dominated_are_told() -> None:
    table = decision_table(three_policies(BY_HAND))
    assert row(table, "more")[LOSS] == pytest.approx(50 / 3) and row(table, "more")[CHANGE] == pytest.approx(10 / 3)
    spread = np.std([5.0, -5.0, 10.0], ddof=1) / np.sqrt(3)
    assert row(table, "more")[MARGIN] == pytest.approx(student.ppf(0.975, 2) * spread)
    assert {name: row(table, name)[FRONTIER] for name in BY_HAND} == {"as it is": True, "more": True, "most": False}
    assert [row(table, name)[EXTRA_COST] for name in BY_HAND] == [0.0, 2.0, 2.0]


def test_of_policies_that_are_equal_one_is_on_the_frontier_and_both_are_best() -> None:
    table = decision_table(three_policies({"as it is": [10.0, 20.0], "more": [1.0, 2.0], "most": [1.0, 2.0]}))
    assert [row(table, name)[FRONTIER] for name in BY_HAND] == [True, True, False]
    assert [row(table, name)[BEST_IN] for name in BY_HAND] == [0.0, 100.0, 100.0]
    assert [row(table, name)[WORST_REGRET] for name in BY_HAND] == [18.0, 0.0, 0.0]


def test_budgets_buy_what_is_clearly_better() -> None:
    lost = {"as it is": [50.0, 60.0, 70.0], "more": [40.0, 50.0, 60.0], "most": [10.0, 20.0, 31.0]}
    found = three_policies(lost, {"as it is": 1.0, "more": 2.0, "most": 6.0})
    assert [(cost, round(loss, 3)) for cost, _, loss in budget_steps(found)] == [
        (0.0, 60.0),
        (1.0, 50.0),
        (5.0, 20.333),
    ]
    words = " ".join(summarize(found))
    assert "for nothing more with everything as it is (60 billion JPY lost); from 1 billion JPY with stock" in words
    free = three_policies(lost, {"as it is": 1.0, "more": 0.5, "most": 0.75})  # both save money; the last loses least
    assert [(cost, name) for cost, name, _ in budget_steps(free)] == [(0.0, "stock “most”")]
    noisy = three_policies(BY_HAND)  # 20 against 17, with an error that is larger
    assert [name for _, name, _ in budget_steps(noisy)] == ["with everything as it is"]
    assert "Best by budget" not in " ".join(summarize(noisy))


def test_a_future_in_which_a_run_failed_or_is_not_known_is_left_out_for_all() -> None:
    unknown = three_policies(BY_HAND | {"most": [8.0, np.nan, 40.0]})
    whole = three_policies(BY_HAND)
    failed = findings(whole.frame[(whole.frame["stock"] != "most") | (whole.frame["future"] != 1)], levers=[LEVER])
    for found in (unknown, failed):
        table = decision_table(found)
        assert [row(table, name)[WORST_REGRET] for name in BY_HAND] == [10.0, 0.0, 20.0]
        assert row(table, "as it is")[LOSS] == 20.0 and set(table["from"]) == {"2 futures x 1 seed"}
    never = three_policies(BY_HAND | {"most": [np.nan] * 3})
    assert len(decision_table(never)) == 2 and row(decision_table(never), "more")[WORST_REGRET] == 5.0


def test_one_policy_has_no_regret_and_two_futures_cannot_tell(tmp_path: Path) -> None:
    one = three_policies({"as it is": [1.0, 2.0]})
    assert (
        decision_table(one).empty and "regret" not in " ".join(summarize(one)) and pareto_figure(one, tmp_path) is None
    )
    two = three_policies({"as it is": [10.0, 30.0], "more": [5.0, 20.0], "most": [8.0, 40.0]},
                         targets=[{"name": "a small loss", "outcome": COST, "at_most": 8.0}])  # fmt: skip
    words = " ".join(summarize(two))
    assert "Which policy is least to be regretted cannot be told from 2 futures, for it takes 20 or more" in words
    assert "How often the target “a small loss” holds cannot be told from 2 futures" in words
    assert "in 0 of 2 futures and most often with stock “more”: in 1 of 2 futures, as with 1 other" in words
    assert write_page(two, tmp_path).is_file()


def test_a_target_is_told_of_a_design_without_levers() -> None:
    frame = pd.DataFrame({"future": range(20), COST: [1.0] * 5 + [9.0] * 15})
    target = {"name": "a small loss", "outcome": COST, "at_most": 1.0}
    words = " ".join(summarize(findings(frame, levers=[], targets=[target])))
    assert "“a small loss” holds with everything as it is in 5 of 20 futures (95 % interval 11 to 47 %)." in words


@pytest.mark.parametrize(("bound", "held"), [
    ({"at_most": 100.0}, [1.0, 0.0, 0.0]), ({"at_least": 100.0}, [0.0, 1.0, 1.0]), ({"never": True}, [0.0, 0.0, 1.0]),
])  # fmt: skip
def test_a_day_that_never_comes_is_later_than_any_other(bound: dict[str, Any], held: list[float]) -> None:
    days = pd.Series([50.0, 200.0, np.nan])
    assert keeps_to(Target(name="t", outcome=STORY_STOP, **bound), days).tolist() == held


def test_a_loss_that_is_not_known_keeps_to_nothing() -> None:
    held = keeps_to(Target(name="t", outcome=COST, at_most=1.0), pd.Series([1.0, 1.5, np.nan]))
    assert held[:2].tolist() == [1.0, 0.0] and np.isnan(held[2])


def test_how_often_a_target_holds_is_counted_in_futures() -> None:
    """Thirty futures with two seeds: 24 hold with both, 2 with one: 25 of 30, the interval that of 30 futures."""
    rows = [{"future": future, "seed": seed, "stock": name, COST: 1.0 if name == "more" and
             (future < 24 or (future < 26 and seed)) else 9.0 + future * seed}
            for name in ("as it is", "more") for future in range(30) for seed in (0, 1)]  # fmt: skip
    target = {"name": "a small loss", "outcome": COST, "at_most": 1.0}
    found = findings(pd.DataFrame(rows), levers=[LEVER], targets=[target])
    never, often = target_shares(found, found.design.targets[0]).to_dict("records")
    assert (never["share"], never["futures"], often["share"]) == (0.0, 30, pytest.approx(25 / 30))
    assert (often["low"], often["high"]) == pytest.approx(share_interval(25 / 30, 30))
    words = " ".join(summarize(found))
    assert "holds with everything as it is in 0 of 30 futures (95 % interval 0 to 11 %) and most often with" in words
    assert decision_table(found)["a small loss (futures, %)"].tolist() == pytest.approx([0.0, 250 / 3])


def test_the_pareto_figure_names_the_frontier_and_shows_all() -> None:
    figure = pareto_figure(three_policies(BY_HAND), Path())
    assert figure is not None
    axis = figure.axes[0]
    panel = axis.texts[-1].get_text().split("\n")
    assert panel == ["A  with everything as it is", "B  stock “more”"]
    points = sorted(point.tolist() for box in axis.containers for point in box[0].get_xydata())
    np.testing.assert_allclose(points, [(0.0, 20.0), (2.0, 50 / 3), (2.0, 56 / 3)])
    assert "value added lost" in axis.get_ylabel() and "extra cost of precaution (bn JPY)" in axis.get_xlabel()
    found = three_policies(BY_HAND)
    figure = pareto_figure(
        type(found)(found.design, found.frame, found.failed, True, {**found.about, "money": "EUR"}), Path()
    )
    assert figure is not None and "extra cost of precaution (bn EUR)" in figure.axes[0].get_xlabel()
    small = pareto_figure(three_policies(BY_HAND, {"as it is": 0.0, "more": -0.00205, "most": 0.00157}), Path())
    assert small is not None
    small.canvas.draw()
    marks = [mark.get_window_extent() for mark in small.axes[0].get_xticklabels() if mark.get_text()]
    assert len(marks) > 1 and all(left.x1 < right.x0 for left, right in pairwise(marks))


def test_the_question_is_answered_first_with_what_a_lever_changes(tmp_path: Path) -> None:
    found = three_policies(
        BY_HAND, question="What does the stock change?", answers=[{"lever": "stock", "outcomes": [COST, STOP]}]
    )
    days = {"as it is": [40.0, 60.0, np.nan], "more": [80.0, np.nan, np.nan], "most": [np.nan] * 3}
    found = findings(found.frame.assign(**{STOP: [day for each in days.values() for day in each]}), levers=[LEVER],
                     **found.design.model_dump(include={"question", "answers"}))  # fmt: skip
    first = " ".join(summarize(found)[:2])
    assert first.startswith("The value added that Japan loses: 20 billion JPY on average with stock “as it is”; “more”")
    assert "“more” changes it by no more than chance would (-3 ± 19 billion JPY)" in first
    assert (
        "day 60 with “as it is”; never with “more”; never with “most”" in first and "from 3 futures x 1 seed" in first
    )
    page = write_page(found, tmp_path).read_text()
    assert page.index("What does the stock change?") < page.index("The value added that Japan loses")
    clear = three_policies({"as it is": [10.0, 20.0, 30.0], "more": [5.0, 15.0, 25.0], "most": [10.0, 20.0, 30.0]})
    (words,) = lever_answers(clear, "stock", (COST,))
    assert "“more” lowers it by 5 billion JPY; “most” changes nothing of it" in words


def test_worlds_of_an_ensemble_are_the_evidence_of_regret() -> None:
    """Twelve futures draw three worlds, in which a policy gains 1, 2 and 6: the error is that of three."""
    world = np.tile([1.0, 2.0, 3.0], 4)
    gain = np.tile([1.0, 2.0, 6.0], 4)
    frames = [pd.DataFrame({"future": range(12), "world": world, "stock": name, COST: 10.0 - part * gain})
              for name, part in (("as it is", 0.0), ("more", 1.0))]  # fmt: skip
    draws = {"name": "world", "set": "ensemble", "low": 1.0, "high": 3.0, "distribution": "whole"}
    table = decision_table(findings(pd.concat(frames, ignore_index=True), levers=[LEVER], uncertainties=[draws]))
    better = row(table, "more")
    assert better["from"] == "3 worlds x 1 seed" and better[CHANGE] == pytest.approx(3.0)
    assert better[MARGIN] == pytest.approx(student.ppf(0.975, 2) * np.std([1.0, 2.0, 6.0], ddof=1) / np.sqrt(3))

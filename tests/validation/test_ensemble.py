"""The search for worlds that fit: on a problem whose answer is known by hand, and what it may not know."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.tables.calibrated import Tuned
from model.tables.ensemble import ensemble_text, read_ensemble, tuned_numbers, values_of_cells, world_settings
from model.tables.faults import Faults
from model.tables.free_numbers import FreeNumber, complete_world, read_free_numbers
from model.tables.table_files import DATA
from runs.__main__ import main
from runs.simulation.stage import play, stage
from runs.validation.calibrate import (
    LAST_DAY,
    Calibration,
    base_case_problem,
    calibrate,
    episode_files,
    identity_of_runs,
    missed,
    play_episode,
)
from runs.validation.calibration_tables import write_calibration
from runs.validation.ensemble_search import Effort
from runs.validation.measured_worlds import Facts, MeasuredWorlds, OutOfTime, Problem, read_log
from runs.validation.misses import allowed_misses, excess, misses_of
from runs.validation.stylised_facts import StylisedFact, read_foretold

SMALL = Effort(members=16, generations=25, population=32, steps=4, tightenings=30, exploring=160, worlds=400)
TINY = Effort(members=8, generations=4, population=16, steps=2, tightenings=20, exploring=4, worlds=8)


def number(key: str, role: str = "searched", assumed: str = "2") -> FreeNumber:
    ends = {} if role == "tied" else {"low": 0.0, "high": 10.0}
    return FreeNumber.model_validate({"key": key, "role": role, "assumed": assumed, "reason": "toy", **ends})


def tuned(*keys: str) -> dict[str, Tuned]:
    return {
        key: Tuned(key=key, value=1, unit="1", kind="calibrated", low=0, high=10, way="sampled", facts="1",
                   meaning="toy")
        for key in keys
    }  # fmt: skip


def fact(measure: str, target: float, reach: float, use: str = "yes") -> StylisedFact:
    return StylisedFact("1", "toy", measure, "1", target, target - reach, target + reach, use, "", measure, "")


def sum_and_difference(world: Mapping[str, float], facts: Facts) -> list[float]:
    """A linear map of two numbers; a third has no effect."""
    values = {"sum": world["a"] + world["b"], "difference": world["a"] - world["b"]}
    return [values[fact.measure] for fact in facts]


def toy(*more: StylisedFact) -> Problem:
    numbers = (number("a"), number("b"), number("c", "uncertain"), number("d", "tied", "a"))
    facts = (fact("sum", 10, 1), fact("difference", 0, 2), *more)
    return Problem(numbers, tuned("a", "b", "c", "d"), facts, sum_and_difference)


@pytest.fixture(scope="module")
def found() -> Calibration:
    return calibrate(toy(), 3, SMALL, width=1)


def test_the_ensemble_fills_what_fits_and_nothing_else(found: Calibration) -> None:
    """What fits is |a + b - 10| <= 1 and |a - b| <= 2: half-sums and half-differences of two uniform numbers."""
    a, b, c = (np.array([world[key] for world in found.ensemble.worlds]) for key in "abc")
    assert found.ensemble.furthest == 0.0
    assert np.all(abs(a + b - 10) <= 1.001) and np.all(abs(a - b) <= 2.001)
    assert a.mean() == pytest.approx(5, abs=0.2)
    assert a.std() == pytest.approx(np.sqrt((1 / 3 + 4 / 3) / 4), rel=0.15)
    assert np.corrcoef(a, b)[0, 1] == pytest.approx((1 - 4) / (1 + 4), abs=0.15)
    assert c.std() == pytest.approx(10 / np.sqrt(12), rel=0.15)  # nothing tells it: it stays as wide as it was


def test_the_best_world_is_at_the_targets_and_the_rest_as_assumed(found: Calibration) -> None:
    assert found.best["a"] == pytest.approx(5, abs=0.05) and found.best["b"] == pytest.approx(5, abs=0.05)
    assert found.best["c"] == 2 and found.best["d"] == found.best["a"]
    assert all(world["d"] == world["a"] for world in found.ensemble.worlds)
    assert missed(found.misses) == []


@pytest.fixture(scope="module")
def quick() -> Calibration:
    return calibrate(toy(), 3, TINY, width=1)


def test_the_same_seed_finds_the_same_and_another_does_not(quick: Calibration) -> None:
    found = quick
    again, other = (calibrate(toy(), seed, TINY, width=1) for seed in (3, 4))
    assert again.ensemble.worlds == found.ensemble.worlds and again.best == found.best
    assert other.ensemble.worlds != found.ensemble.worlds


def test_what_is_held_out_cannot_change_what_is_foretold_of_it_and_is_searched_on_after() -> None:
    """The first search does not see that the sum is near 10.8; the second, which does, goes on from there."""
    found = [calibrate(toy(fact("sum", target, 0.1, "held out")), 3, TINY, width=1) for target in (10.8, 9.2)]
    (told,), (other,) = (each.foretold for each in found)
    assert told[1] == other[1] == pytest.approx(10.0, abs=0.5)
    sums = [each.best["a"] + each.best["b"] for each in found]
    assert sums[0] == pytest.approx(10.8, abs=0.4) and sums[1] == pytest.approx(9.2, abs=0.4)


def test_a_number_that_later_facts_alone_can_tell_stands_as_assumed_in_the_first_search() -> None:
    numbers = (number("a"), number("b", "searched later"), *toy().numbers[2:])
    problem = replace(toy(fact("difference", 4, 1, "held out")), numbers=numbers)
    found = calibrate(problem, 3, TINY, width=1)
    assert problem.first.keys(*problem.first.roles) == ["a"]
    assert found.foretold[0][1] == pytest.approx(4.8, abs=0.3)  # a = 6.8 is best by (a + 2 - 10)^2 + ((a - 2) / 2)^2
    assert found.best["b"] != 2


@pytest.mark.parametrize("use", ["no", "imposed"])
def test_a_fact_that_is_not_tuned_on_cannot_change_what_is_found(quick: Calibration, use: str) -> None:
    for target in (0, 9):
        with_it = calibrate(toy(fact("sum", target, 0.1, use)), 3, TINY, width=1)
        assert with_it.ensemble == quick.ensemble and with_it.best == quick.best
    assert calibrate(toy(fact("sum", 9.5, 0.1)), 3, TINY, width=1).ensemble != quick.ensemble


def test_a_fact_that_no_world_meets_is_named_and_the_others_still_decide() -> None:
    """a + b cannot be 10 and 40: the best world misses one, and the ensemble is not blamed for it."""
    found = calibrate(toy(fact("sum", 40, 4)), 3, TINY, width=1)
    assert [fact.target for fact in missed(found.misses)] == [40] and found.ensemble.furthest == 0.0
    assert all(abs(world["a"] - world["b"]) <= 2.001 for world in found.ensemble.worlds)


def test_a_search_goes_on_from_its_log_and_simulates_nothing_twice(tmp_path: Path, quick: Calibration) -> None:
    log = tmp_path / "runs.jsonl"
    for _ in range(2):  # the time runs out with the first run
        with pytest.raises(OutOfTime):
            calibrate(toy(), 3, TINY, 1e-6, 1, log, "here")
    text = log.read_text(encoding="utf-8")
    assert text.count("\n") == 1 + 2
    log.write_text(text[:-9], encoding="utf-8")  # a line was cut when the process was killed
    whole = calibrate(toy(), 3, TINY, 30, 1, log, "here")
    assert whole.ensemble == quick.ensemble and whole.runs < quick.runs
    assert calibrate(toy(), 3, TINY, 30, 1, log, "here").runs == 0
    assert read_log(log, "elsewhere") == {}


def test_what_is_allowed_beyond_a_tolerance() -> None:
    allowed = allowed_misses(np.array([0.2, 1.0, 1.6, 3.0]))
    assert allowed.tolist() == [1.0, 1.0, 2.1, np.inf]
    misses = np.array([[0.9, 1.0, 2.0, 3.0], [3.0, 1.0, 2.1, 0.0]])
    assert excess(misses, allowed).tolist() == [0.0, 1.0]


def test_tolerances_may_be_longer_on_one_side() -> None:
    lopsided = StylisedFact("19", "", "", "", 38, 15, 100, "yes", "", "", "")
    facts, values = (lopsided,), np.array([[38.0], [15.0], [100.0], [3.5], [np.nan]])
    assert misses_of(facts, values)[:, 0].tolist() == [0, 1, 1, 1.5, 3]


def test_the_table_of_free_numbers_is_sound_and_short() -> None:
    problem = base_case_problem()
    searched = problem.keys("searched")
    assert 0 < len(searched) < len(problem.searched_facts)
    world = problem.world({})
    assert set(world) == {number.key for number in problem.numbers}
    assert all(problem.tuned[key].low <= value <= problem.tuned[key].high for key, value in world.items())


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a,searched,0,10,11,why", "must be >= 0 and <= 10, got 11"),
        ("a,searched,,,1,why", "needs a low and a higher high"),
        ("a,searched,0,10,b,why", "write one, or the role tied"),
        ("a,searched,0,11,1,why", "calibrated.csv allows 0 to 10"),
        ("a,tied,,,e,why", "number to be tied to"),
        ("a,free,0,10,1,why", "searched"),
        ("a,searched,0,10,1,", "reason"),
        ("e,searched,0,10,1,why", "key of calibrated.csv"),
        ("a,searched,0,10,1,why\na,searched,0,10,1,why", "second row"),
    ],
)
def test_a_bad_table_of_free_numbers_is_told(tmp_path: Path, row: str, words: str) -> None:
    (tmp_path / "free_numbers.csv").write_text(f"key,role,low,high,assumed,reason\n{row}\n", encoding="utf-8")
    with pytest.raises(Faults, match=words):
        read_free_numbers(tmp_path, tuned("a", "b"))


def test_whole_days_are_whole_in_every_world() -> None:
    days = tuned("a")["a"].model_copy(update={"unit": "whole days"})
    assert complete_world([number("a")], {"a": 3.6}, {"a": days}) == {"a": 4.0}


def test_an_ensemble_is_written_and_read(tmp_path: Path) -> None:
    worlds = [{"review": 40.0, "held_april": 0.123}, {"review": 51.0, "held_april": 0.25}]
    (tmp_path / "calibrated.csv").write_text((DATA / "calibrated.csv").read_text(encoding="utf-8"), encoding="utf-8")
    assert read_ensemble(tmp_path) == []
    (tmp_path / "ensemble.csv").write_text(ensemble_text(worlds), encoding="utf-8")
    assert read_ensemble(tmp_path) == worlds
    assert world_settings(worlds[0]) == ("tuned.review=40", "tuned.held_april=0.123")
    (tmp_path / "ensemble.csv").write_text("world,review\n1,many\n2,3,4\n3,nan\n4,inf\n", encoding="utf-8")
    with pytest.raises(Faults, match="no number") as told:
        read_ensemble(tmp_path)
    assert len(told.value.sentences) == 4
    (tmp_path / "ensemble.csv").write_text("world,revew\n1,3\n", encoding="utf-8")
    with pytest.raises(Faults, match="did you mean 'review'"):
        read_ensemble(tmp_path)


def test_what_is_found_is_written_into_both_tables(tmp_path: Path, quick: Calibration) -> None:
    from runs.validation.calibration_tables import read_rows

    problem = base_case_problem()
    best = problem.world({"review": 50.0})
    typical = problem.world({"review": 40.0})
    ensemble = replace(quick.ensemble, worlds=[best, typical])
    told = [(fact, 0.5) for fact in problem.held_out]
    found = Calibration(best, typical, [], [], told, ensemble, 1)
    write_calibration(found, problem, tmp_path / "calibrated.csv")
    rows = {row["key"]: row for row in read_rows(tmp_path / "calibrated.csv")}
    assert float(rows["review"]["value"]) == 40 and rows["review"]["way"] == "sampled"
    assert rows["news_october"]["way"] == "drawn" and rows["stance_jp_september"]["way"] == "tied"
    assert set(read_foretold(tmp_path).values()) == {0.5} and len(read_foretold(tmp_path)) == len(told) > 5
    assert read_ensemble(tmp_path) == [best, typical]


def test_the_search_sees_nothing_after_august() -> None:
    record = play_episode(base_case_problem().world({}))
    assert record.dates[-1] == np.datetime64(LAST_DAY)
    asked = " ".join(fact.argument for fact in base_case_problem().first.searched_facts)
    assert not any(month in asked for month in ("2025-09", "2025-10", "2025-11", "2025-12", "2026"))


def test_runs_of_another_world_are_not_taken_for_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = base_case_problem()
    mine = identity_of_runs(problem)
    assert mine == identity_of_runs(replace(problem, facts=(*problem.facts, fact("sum", 1, 1, "no"))))
    assert mine != identity_of_runs(replace(problem, facts=problem.facts[1:]))
    monkeypatch.setattr("runs.validation.calibrate.code_hash", lambda: "another")
    assert mine != identity_of_runs(problem)
    episode_files.cache_clear()


def test_a_point_is_measured_once() -> None:
    measured = MeasuredWorlds(toy())
    world = toy().world({"a": 1.0, "b": 2.0})
    assert measured.measure([world, world]).tolist() == [[3.0, -1.0], [3.0, -1.0]]
    measured.measure([world])
    assert measured.simulated == 1


def test_a_search_with_nothing_to_do_is_refused() -> None:
    for empty, words in ((replace(toy(), numbers=toy().numbers[2:]), "no number is searched"),
                         (replace(toy(), facts=()), "tuned on")):  # fmt: skip
        with pytest.raises(Faults, match=words):
            calibrate(empty, 3, TINY, width=1)


def test_numbers_that_no_fact_tells_stay_as_wide_and_as_free_of_each_other_as_they_were() -> None:
    """Thirty of them: survivors of many tightenings differ in few directions, unless their moves make new ones."""
    keys = [f"x{place}" for place in range(30)]
    many = Problem((number("a"), number("b"), *(number(key, "uncertain") for key in keys)), tuned("a", "b", *keys),
                   (fact("sum", 10, 0.002), fact("difference", 0, 0.004)), sum_and_difference)  # fmt: skip
    effort = Effort(members=8, generations=20, population=64, exploring=30, worlds=200)
    found = calibrate(many, 3, effort, width=1).ensemble
    columns = np.array([[world[key] for key in keys] for world in found.worlds])
    together = np.corrcoef(columns, rowvar=False)
    assert found.furthest == 0.0
    assert np.all(columns.std(axis=0) > 0.6 * 10 / np.sqrt(12))
    assert np.abs(together[np.triu_indices(len(keys), 1)]).max() < 0.6


@pytest.mark.slow
def test_the_command_writes_both_tables_when_it_is_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("runs.validation.calibrate.base_case_problem", toy)
    monkeypatch.setattr("runs.validation.calibrate.identity_of_runs", lambda _: "toy")
    words = ["calibrate", "--members", "8", "--generations", "10", "--worlds", "5", "--processes", "1"]
    words += ["--out", str(tmp_path / "calibrated.csv"), "--runs", str(tmp_path / "new" / "runs.jsonl")]
    assert main(words) == 0
    first = (tmp_path / "ensemble.csv").read_text(encoding="utf-8")
    told = capsys.readouterr()
    assert "in the middle of 5 worlds that fit about as well as the best: all fit" in told.out
    assert "the best world is within tolerance of 2 of 2 facts" in told.out
    assert "searching an ensemble" in told.err and len(first.splitlines()) == 6
    assert main(words) == 0 and (tmp_path / "ensemble.csv").read_text(encoding="utf-8") == first
    assert "\n0 runs\n" in f"\n{capsys.readouterr().out}"  # a replay


@pytest.mark.parametrize("end", ["base case", "low", "high"])
def test_a_quiet_world_rests_with_free_numbers_at_any_end(end: str) -> None:
    """People who are alarmed at the stock that they keep at rest would slow down on a quiet day."""
    numbers = read_free_numbers(DATA, tuned_numbers())
    values = {each.key: getattr(each, end) for each in numbers if each.role != "tied"} if end != "base case" else {}
    record = play(stage("calm", settings=["days=90", *world_settings(values_of_cells(values))]))
    usual = record.lines["usual"]
    assert np.abs(record.lines["output"] - usual).max() <= 1e-6 * usual.max()

"""Programs at seats: what they see and wish, what becomes of slow and faulty ones, a log that plays without them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from model.tables.faults import Faults
from runs.__main__ import main
from runs.simulation.policies import Policy, ask, read_moves, read_policy, seat_policy, write_moves
from runs.simulation.stage import Stage

DAYS = 42


def hold_more_when_short(seen: dict) -> list:
    """Hold ninety days of what lasts for less than its normal cover, and bid for it."""
    short = [good for good, days in seen["cover"].items() if days < seen["normal_cover"][good]]
    return [{"verb": "hold", "good": good, "days": 90.0} for good in short] + [
        {"verb": "bid", "good": good, "premium": 0.2} for good in short
    ]


def played(policies: dict[str, Policy], days: int = DAYS) -> Stage:
    stage = Stage(rng=3)
    for seat, policy in policies.items():
        seat_policy(stage, seat, policy)
    for _ in range(days):
        stage.step()
    return stage


def state_of(stage: Stage) -> bytes:
    return b"".join(column.tobytes() for column in stage.world.state)


def test_a_policy_is_asked_every_fortnight_and_its_wishes_are_carried_out() -> None:
    asked = []

    def decide(seen: dict) -> list:
        asked.append(seen["shortest_cover"])
        return [{"verb": "run_at", "share": 0.5}]

    stage = played({"PRO-H": decide})
    assert len(asked) == 3
    assert stage.world.policy.run[stage.register.row("PRO-H")] == 0.5
    silent = played({"PRO-H": lambda seen: []})
    assert state_of(silent) == state_of(played({})) != state_of(stage)


def test_a_log_plays_the_same_history_without_the_programs(tmp_path: Path) -> None:
    stage = played({"PRO-H": hold_more_when_short, "government:JP": lambda seen: [{"verb": "pay", "share": 0.5}]})
    write_moves(tmp_path / "moves.json", stage.players)
    again = played(read_moves(tmp_path / "moves.json"))
    assert state_of(again) == state_of(stage)
    other = json.loads((tmp_path / "moves.json").read_text())
    assert [turn["date"] for turn in other["PRO-H"]] == ["2025-10-08", "2025-10-22", "2025-11-05"]


def test_a_lever_can_be_given_back_by_a_program() -> None:
    turns = iter([[{"verb": "run_at", "share": 0.5}], [{"verb": "run_at", "back": True}], []])
    stage = played({"PRO-H": lambda seen: next(turns)})
    assert stage.world.policy.run[stage.register.row("PRO-H")] > 0.5


@pytest.mark.parametrize(
    ("wishes", "why"),
    [
        ([{"verb": "hold", "good": "gold", "days": 3}], "good must be one of dytb, alloy, got 'gold'"),
        ([{"verb": "run_at", "share": 2.0}], "share must be >= 0 and <= 1"),
        ([{"verb": "run_at"}], "missing a required argument"),
        ([{"verb": "fly"}], "this seat can"),
        (["hold"], "a wish is a verb and what it takes"),
        (None, "TypeError"),
    ],
)
def test_what_cannot_be_wished_is_told_and_orders_stand(wishes: list, why: str) -> None:
    stage = Stage(rng=1)
    moves, said = ask(lambda seen: wishes, stage.people["PRO-H"])
    assert moves == [] and why in said


def test_a_slow_policy_and_one_that_fails_leave_the_seat_as_it_is() -> None:
    stage = Stage(rng=1)
    begun = time.monotonic()
    moves, said = ask(lambda seen: time.sleep(60) or [], stage.people["PRO-H"], seconds=0.05)
    assert (moves, said) == ([], "no answer within 0.05 s") and time.monotonic() - begun < 30
    moves, said = ask(lambda seen: 1 / 0, stage.people["PRO-H"])
    assert (moves, said) == ([], "ZeroDivisionError: division by zero")


@pytest.mark.parametrize(
    ("text", "words"),
    [("x = 1", "found no function 'decide'"), ("x = 1\ny = 1 / 0", "line 2: ZeroDivisionError"), ("def", "line 1")],
)
def test_a_file_without_a_policy_is_a_sentence(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(text)
    with pytest.raises(Faults, match=words):
        read_policy(file)
    with pytest.raises(Faults, match="no such Python file"):
        read_policy(tmp_path / "absent.py")
    with pytest.raises(Faults, match="no log of moves"):
        read_moves(file)


@pytest.mark.slow
def test_run_takes_players_and_plays_their_moves_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.py"
    file.write_text("def decide(seen):\n    return [{'verb': 'run_at', 'share': 0.5}]\n")
    run = ["run", "two-months", "--until", "30", "--no-figures", "--quiet"]
    first, again = tmp_path / "first", tmp_path / "again"
    assert main([*run, "--player", f"PRO-H={file}", "--out", str(first)]) == 0
    assert main([*run, "--moves", str(first / "moves.json"), "--out", str(again)]) == 0
    plain = tmp_path / "plain"
    assert main([*run, "--out", str(plain)]) == 0
    outcomes = [(place / "outcomes.json").read_text() for place in (first, again, plain)]
    assert outcomes[0] == outcomes[1] != outcomes[2]
    assert not (plain / "moves.json").exists()
    capsys.readouterr()
    assert main([*run, "--player", f"NOBODY={file}", "--out", str(plain)]) == 2
    assert "there is no seat 'NOBODY'" in capsys.readouterr().err
    assert main([*run, "--player", f"PRO-H={file}", "--save", str(tmp_path / "x.json"), "--out", str(plain)]) == 2
    capsys.readouterr()
    assert main([*run, "--seconds", "3", "--out", str(plain)]) == 2
    assert "give one with --player" in capsys.readouterr().err

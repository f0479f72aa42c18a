"""Files of games in a hard world: killed writers, strange neighbours, folders with odd names."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import date

import pytest

from agents.player import Move
from model.tables.faults import Faults
from runs.__main__ import main
from runs.browser.desk.session import GameSession
from runs.browser.lab import LabStage, PageStage
from runs.game.hidden_draw import TURNS
from runs.game.match import Match
from runs.game.saved_games import create_game, list_games, load_game, resume_game, save_turn
from runs.game.seats import SEATS

DIGEST = "0" * 64
KILLS = 6
WRITER = """
import sys
from pathlib import Path
from runs.game.match import Match
from runs.game.saved_games import create_game, save_turn
from runs.game.seats import SEATS
match = Match(SEATS["ministry"], 5)
while True:
    game = create_game(match, Path(sys.argv[1]))
    for number in range(12):
        save_turn(game, number, (), "0" * 64)
        print(game.path.name, number, flush=True)
"""
HALF_A_TURN = """
import os, signal, sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute("PRAGMA cache_size = 2")
file.execute("BEGIN IMMEDIATE")
for number in range(1, 50):
    file.execute("INSERT INTO turn VALUES (?, ?, ?)", (number, " " * 4000, "1" * 64))
os.kill(os.getpid(), signal.SIGKILL)
"""


FORMAT_OF_VERSION_1 = (
    "CREATE TABLE game (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE turn (number INTEGER PRIMARY KEY, moves TEXT NOT NULL, digest TEXT NOT NULL)",
    "INSERT INTO game VALUES ('version', '1'), ('seat', 'automaker'), ('seed', '5')",
    """INSERT INTO turn VALUES (0, '[["2025-10-08", "hold", {"good": "traction_motor", "days": 30}]]', 'DIGEST')""",
)  # as games of players lie on their disks; never change this


def changed(path, *changes):
    with closing(sqlite3.connect(path)) as file, file:
        for change in changes:
            file.execute(change)


def saved(folder, turns=1):
    game = create_game(Match(SEATS["automaker"], 5), folder)
    for number in range(turns):
        save_turn(game, number, (), DIGEST)
    return game


def test_a_game_that_was_saved_in_version_1_is_played_again_to_the_bit(tmp_path):
    match = Match(SEATS["automaker"], 5)
    match.play_turn([Move(date(2025, 10, 8), "hold", {"good": "traction_motor", "days": 30})])
    path = tmp_path / "old.linestop"
    changed(path, *(statement.replace("DIGEST", match.digest()) for statement in FORMAT_OF_VERSION_1))
    assert list_games(tmp_path) == [("old", "The car maker, turn 2 of 18, game 5")]
    game = load_game(path)
    assert resume_game(game).digest() == match.digest()
    new = saved(tmp_path)
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(new.path)) as file:
        schema = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
        assert file.execute(schema).fetchall() == old.execute(schema).fetchall()
        facts = "SELECT key, value FROM game WHERE key <> 'newest_key' ORDER BY key"
        assert file.execute(facts).fetchall() == old.execute(facts).fetchall()


@pytest.mark.subprocess
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_a_game_whose_writer_was_killed_in_mid_commit_opens_with_the_turns_that_were_whole(tmp_path):
    game = saved(tmp_path)
    subprocess.run([sys.executable, "-c", HALF_A_TURN, str(game.path)], check=False)
    journal = game.path.with_name(game.path.name + "-journal")
    assert journal.exists()
    assert load_game(game.path).digests == (DIGEST,)
    assert not journal.exists()
    save_turn(game, 1, (), DIGEST)
    assert len(load_game(game.path).turns) == 2


@pytest.mark.subprocess
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_whatever_was_reported_as_saved_is_there_after_kill_9(tmp_path):
    rng = random.Random(11)
    for _ in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as writer:
            first = writer.stdout.readline()
            time.sleep(rng.random() * 0.2)
            os.kill(writer.pid, signal.SIGKILL)
            written = [line.split() for line in [first, *writer.stdout] if line.endswith("\n")]
        most = {name: int(number) for name, number in written}
        for name, number in most.items():
            assert number < len(load_game(tmp_path / name).turns) <= number + 2, name
    assert all(words.startswith(("The ministry", "2")) for _, words in list_games(tmp_path))


@pytest.mark.parametrize(
    "name", ["a#b", "what?", "%41", "a%23b?mode=memory#x", "two words", "Spiel für Åse", "遊戯", "[ab]*"]
)
def test_a_folder_may_have_any_name(tmp_path, name):
    folder = tmp_path / name
    game = saved(folder, 2)
    assert len(load_game(game.path).turns) == 2
    assert [name for name, _ in list_games(folder)] == [game.name]
    assert os.listdir(tmp_path) == [name] and os.listdir(folder) == [game.path.name]


def foreign(path):
    changed(path, "CREATE TABLE game (key, value)", "CREATE TABLE turn (number, moves, digest)",
            "INSERT INTO game VALUES ('version', 7), ('seat', 'ministry'), ('seed', 3)")  # fmt: skip


def endless(path):
    never = "SELECT 1 AS key, 1 AS value UNION ALL SELECT key + 1, value FROM game"
    changed(
        path,
        f"CREATE VIEW game AS WITH RECURSIVE game(key, value) AS ({never}) SELECT * FROM game ORDER BY value, key DESC",
    )


STRANGE = {
    "another program's": (foreign, "of version 7"),
    "with other tables": (lambda path: changed(path, "CREATE TABLE notes (words)"), "no such table: game"),
    "without an end": (endless, "interrupted"),
    "a text": (lambda path: path.write_text("once upon a time"), "not a database"),
    "empty": (lambda path: path.touch(), "the file is empty"),
    "a folder": (lambda path: path.mkdir(), "this is a folder"),
    "half a header": (lambda path: path.write_bytes(b"SQLite format 3\0" + bytes(50)), "no whole game"),
}
IMPOSSIBLE = {
    "UPDATE game SET value = '-3' WHERE key = 'seed'": "a seed is a whole number",
    "UPDATE game SET value = '1.5' WHERE key = 'seed'": "a seed is a whole number",
    "UPDATE game SET value = '1_0' WHERE key = 'seed'": "a seed is a whole number",
    f"UPDATE game SET value = '{'9' * 5000}' WHERE key = 'seed'": "a seed is a whole number",
    "UPDATE game SET value = x'00ff' WHERE key = 'seed'": "a seed is a whole number",
    "DELETE FROM game WHERE key = 'seed'": "does not say the seed",
    "DELETE FROM game WHERE key = 'version'": "of version none",
    "UPDATE game SET value = 'emperor' WHERE key = 'seat'": "nobody plays 'emperor'",
    "UPDATE turn SET number = 99 WHERE number = 1": "a turn is missing",
    "INSERT INTO turn WITH n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i, '[]', '' FROM n":
        "more than 18 turns",
    "UPDATE turn SET moves = '{}'": "no list of moves",
    "UPDATE turn SET moves = '[1]'": "no list of moves",
    "UPDATE turn SET moves = x'ff'": "damaged",
    "UPDATE turn SET moves = '[[\"2025-10-08\", \"explode\", {}]]'": "'explode' is no verb",
    "UPDATE turn SET moves = '[[\"2025-10-08\", [], {}]]'": "damaged",
    "UPDATE turn SET moves = '[[\"2025-10-08\", \"hold\", 3]]'": "has no names",
    "UPDATE turn SET moves = '[[\"yesterday\", \"hold\", {}]]'": "damaged",
    f"UPDATE turn SET moves = '{'[' * 100_000}'": "damaged",
    "UPDATE turn SET moves = printf('%.*c', 2000000, 'x')": "too big",
}  # fmt: skip


def error_of_replay(path, capsys):
    assert main(["replay", str(path)]) == 2
    out = capsys.readouterr()
    assert out.out == "" and "Traceback" not in out.err
    return out.err


@pytest.mark.parametrize("kind", STRANGE)
def test_one_strange_file_is_named_with_the_reason_and_the_games_are_listed(tmp_path, capsys, kind):
    make, why = STRANGE[kind]
    game = saved(tmp_path)
    make(tmp_path / "strange.linestop")
    first, second = json.loads(GameSession(where=tmp_path).snapshot.screen)["saved"]
    assert first == [game.name, "The car maker, turn 2 of 18, game 5"]
    assert second[0] == "strange" and second[1].startswith("strange.linestop cannot be read: ") and why in second[1]
    assert why in error_of_replay(tmp_path / "strange.linestop", capsys)
    session = GameSession("strange", where=tmp_path)
    assert why in json.loads(session.snapshot.screen)["message"]


@pytest.mark.parametrize("change", IMPOSSIBLE)
def test_a_game_with_impossible_values_is_unreadable_for_everybody(tmp_path, capsys, change):
    game = saved(tmp_path, 3)
    changed(game.path, change)
    whole = game.path.read_bytes()
    ((name, words),) = list_games(tmp_path)
    assert name == game.name and " cannot be read: " in words and IMPOSSIBLE[change] in words
    assert IMPOSSIBLE[change] in error_of_replay(game.path, capsys)
    assert game.path.read_bytes() == whole


@pytest.mark.parametrize(
    ("move", "words"),
    [
        ('["2025-10-08", "hold", {"good": "dytb", "days": 1' + "0" * 400 + "}]", "cannot be played again"),
        ('["2025-10-08", "hold", {"good": ["x"], "days": 1}]', "cannot be played again"),
        ('["2025-10-08", "hold", {"good": "dytb", "days": NaN}]', "cannot be played again"),
        ('["2025-10-08", "revoke", {"line": "KTR"}]', "this seat can"),
        ('["2031-01-01", "run_at", {"share": 0.5}]', "none of this turn"),
        ('["1999-01-01", "run_at", {"share": 0.5}]', "none of this turn"),
    ],
)
def test_moves_that_nobody_can_have_made_are_reported_on_replay(tmp_path, capsys, move, words):
    game = saved(tmp_path)
    changed(game.path, f"UPDATE turn SET moves = '[{move}]'")
    with pytest.raises(Faults, match=r"turn 1 cannot be played again"):
        resume_game(load_game(game.path))
    assert words in error_of_replay(game.path, capsys)


def test_names_that_no_file_can_have_are_reported(tmp_path, capsys):
    for name in ("x" * 5000, "", str(tmp_path), str(tmp_path / "absent.linestop")):
        error_of_replay(name, capsys)


def test_many_strange_files_do_not_push_the_games_out_of_the_list(tmp_path):
    game = saved(tmp_path)
    for number in range(30):
        (tmp_path / f"zz{number}.linestop").write_text("no game")
    listed = list_games(tmp_path)
    assert listed[0][0] == game.name and 2 <= len(listed) < 30


def test_a_game_under_a_name_of_ones_own_is_opened(tmp_path):
    game = saved(tmp_path, 0)
    game.path.rename(tmp_path / "My best game (2).linestop")
    ((name, _),) = list_games(tmp_path)
    snapshot = GameSession(name, where=tmp_path).snapshot
    screen = json.loads(snapshot.screen)
    assert (snapshot.shown, screen["turn"], screen["turns"]) == ("turn", 0, TURNS)


@pytest.mark.parametrize("typed", ["1e3", "abc", "-3", "1.5", "", "9" * 5000, "١٢"])
def test_a_seed_that_is_none_is_reported_in_the_lab_and_never_another_number(typed):
    with pytest.raises(ValueError, match="a seed is a whole number from 0 to 999999999"):
        LabStage(rng=typed)
    stage = PageStage(rng=typed)
    stage.step()
    assert stage.mistake.startswith("A seed is a whole number") and stage.day == 0 and not stage.running


def test_a_seed_typed_into_the_lab_is_the_seed():
    stage = PageStage(rng=" 1000 ")
    begun = stage.day
    stage.step()
    assert (stage.seed, stage.mistake) == (1000, "") and stage.day > begun

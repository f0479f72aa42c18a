"""A room: who may come in, where they sit, what counts when, and what a file remembers."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from model.tables.faults import Faults
from runs.class_game import door
from runs.class_game.class_world import HABIT, PERSON, STANDING, ClassWorld, WorldPlan
from runs.class_game.door import WAIT_SECONDS, WRONG_PINS
from runs.class_game.league import League
from runs.class_game.lesson_file import CLASS
from runs.class_game.outline import outline
from runs.class_game.people import CODE_LENGTH, CODE_LETTERS, draw_code
from runs.class_game.room import Room
from runs.class_game.room_file import RoomFile
from runs.class_game.together import depths_for
from runs.game.match import replay
from runs.game.score import points_by_day
from runs.game.seats import SEATS, moves_from_wishes
from tests.class_game.support import IN_KOREAN, PORT, QUESTIONS, SEED, Class, seeded


@pytest.fixture
def class_(tmp_path: Path) -> Class:
    return Class(tmp_path / "room.linestop-class")


def begin(class_: Class, people: int = 3, **arguments: Any) -> None:
    class_.come(people)
    with seeded():
        class_.room.command("together", {"minutes": 30, **arguments})


# --- people ------------------------------------------------------------------------------------------------------


def test_a_code_has_six_letters_that_nobody_confuses() -> None:
    codes = {draw_code() for _ in range(200)}
    assert len(codes) == 200 and all(len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS) for code in codes)
    assert not set(CODE_LETTERS) & set("ILOQ0159")


def test_who_knows_the_code_comes_in_once_and_by_a_name_of_their_own(class_: Class) -> None:
    room = class_.room
    first = room.join(room.code.lower(), " Kita ", "key")
    assert room.join(room.code, "somebody else", "key") == first and len(room.book.members) == 1
    assert room.join(room.code, "<b>Eve</b> 🐟", "2")[0].nick == "<b>Eve</b> 🐟"
    assert room.join(room.code, "👨\u200d👩\u200d👧", "3")[0].nick == "👨👩👧"
    for code, nick, why in (
        ("WRONG", "a", "not the code"),
        (room.code, "KITA", "'KITA' is in the room already"),
        (room.code, " \n\u200b", "needs a letter"),
        (room.code, "\u2800 \u3164", "needs a letter"),
        (room.code, "\u0301\u0301", "needs a letter"),
        (room.code, "x" * 21, "at most 20 letters"),
        (7, "a", "not the code"),
        (room.code, 7, "is a text"),
    ):
        with pytest.raises(ValueError, match=why):
            room.join(code, nick, "another")
    assert len(room.book.members) == 3


def test_a_full_room_says_so(class_: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST_MEMBERS", 2)
    class_.come(2)
    with pytest.raises(ValueError, match="the room is full: it holds 2"):
        class_.come(1)


def test_a_pin_brings_somebody_back_on_another_phone_and_signs_the_old_one_out(class_: Class) -> None:
    (member,) = class_.come(1)
    old = class_.tokens["p0"]
    again, new = class_.room.come_back("P0", class_.pins["p0"])
    assert again is member and class_.room.member_of(new) is member and class_.room.member_of(old) is None
    class_.reopen()
    found = class_.room.member_of(new)
    assert found is not None and found.nick == "p0" and class_.room.member_of(old) is None


def test_who_guesses_pins_must_wait_and_the_teacher_can_give_a_new_one(class_: Class) -> None:
    (member,) = class_.come(1)
    wrong = f"{(int(class_.pins['p0']) + 1) % 10_000:04d}"
    for _ in range(WRONG_PINS):
        with pytest.raises(ValueError, match="do not belong together"):
            class_.room.come_back("p0", wrong)
    with pytest.raises(ValueError, match="wait 30 seconds"):
        class_.room.come_back("p0", class_.pins["p0"])
    class_.clock.now += WAIT_SECONDS
    assert class_.room.come_back("p0", class_.pins["p0"])[0] is member
    said = class_.room.command("new_pin", {"member": member.number})
    pin = said.removesuffix(".")[-4:]
    assert class_.room.come_back("p0", pin)[0] is member
    for text in ("12345", "12a4", None):
        with pytest.raises(ValueError, match="has 4 digits"):
            class_.room.come_back("p0", text)


def test_the_file_keeps_no_token_pin_or_secret(class_: Class) -> None:
    class_.come(3)
    class_.room.file.copy_to(class_.path.with_suffix(".copy"))
    content = class_.path.with_suffix(".copy").read_bytes()
    secrets = [class_.secret, *class_.tokens.values()]
    assert all(each.encode() not in content for each in secrets)
    for (value,) in sqlite3.connect(class_.path.with_suffix(".copy")).execute("SELECT pin_hash FROM member"):
        assert value not in class_.pins.values() and len(value) == 64
    assert class_.room.is_teacher(class_.secret) and not class_.room.is_teacher("x")
    newer = class_.room.renew_secret()
    class_.reopen()
    assert class_.room.is_teacher(newer) and not class_.room.is_teacher(class_.secret)


def test_who_joins_after_somebody_has_left_and_the_server_began_anew_is_somebody_else(class_: Class) -> None:
    _, second = class_.come(2)
    class_.room.command("remove", {"member": second.number})
    class_.reopen()
    (third,) = class_.come(1)
    assert third.number == 3 and [each.nick for each in class_.members] == ["p0", third.nick]


# --- seats -------------------------------------------------------------------------------------------------------


def test_seats_are_filled_by_arrival_as_evenly_as_can_be_and_some_worlds_get_only_the_scare(class_: Class) -> None:
    begin(class_, 18)
    sizes = [len(class_.game.people_of(number)) for number in class_.game.worlds]
    assert (
        sizes == [6, 6, 6]
        and class_.game.seats[1] == (0, CLASS.seats[0])
        and class_.game.seats[4] == (0, CLASS.seats[1])
    )
    assert [world.plan.depth for world in class_.game.worlds.values()] == ["stop", "stop", "scare"]
    assert depths_for(9, "queue") == ["queue", "scare"] and depths_for(200, "").count("scare") == 8
    assert set(CLASS.seats) == set(SEATS)


def test_a_late_comer_takes_a_free_seat_and_where_none_is_free_a_world_that_has_caught_up(class_: Class) -> None:
    begin(class_, 7)
    class_.turn()
    class_.turn()
    eighth, ninth = class_.come(2)
    assert class_.game.seats[eighth.number] == (0, CLASS.seats[7])
    number, seat = class_.game.seats[ninth.number]
    assert (number, seat) == (1, CLASS.seats[0]) and len(class_.game.worlds[1].turns) == 2
    assert json.loads(class_.game.desk_text(ninth))["turn"] == 2
    class_.turn({ninth.number: {"hold": 90}})
    assert len(class_.game.worlds[1].turns) == 3
    class_.reopen()
    assert len(class_.game.worlds) == 2 and class_.game.seats[ninth.number] == (1, CLASS.seats[0])


def test_the_teacher_moves_people_gives_seats_to_habit_and_sends_somebody_out(class_: Class) -> None:
    begin(class_, 3)
    first, second, _ = class_.members
    with pytest.raises(ValueError, match="somebody sits there"):
        class_.room.command("move", {"member": first.number, "world": 0, "seat": CLASS.seats[1]})
    class_.room.command("habit", {"world": 0, "seat": CLASS.seats[1]})
    assert class_.game.desk_text(second) == "null"
    class_.room.command("move", {"member": first.number, "world": 0, "seat": CLASS.seats[1]})
    assert json.loads(class_.game.desk_text(first))["seat"][0] == CLASS.seats[1]
    assert class_.room.command("remove", {"member": first.number}) == "p0 has left the room."
    assert first.number not in class_.game.seats and class_.room.member_of(class_.tokens["p0"]) is None
    class_.room.join(class_.room.code, "p0", "again")  # the name is free again
    for name, arguments, why in (
        ("move", {"member": 99, "world": 0, "seat": "automaker"}, "no such member"),
        ("habit", {"world": 7, "seat": "automaker"}, "no such world"),
        ("habit", {"world": 0, "seat": "king"}, "no such seat"),
        ("habit", {"world": True, "seat": "automaker"}, "no such world"),
        ("dance", {}, "nothing that can be done"),
        ("move", {}, "no such world"),
        ("new_pin", {"member": [1]}, "words and whole numbers"),
        (["dance"], {}, "words and whole numbers"),
    ):
        with pytest.raises(ValueError, match=why):
            class_.room.command(name, arguments)


# --- turns -------------------------------------------------------------------------------------------------------


def test_silence_leaves_orders_standing_and_silence_twice_gives_the_seat_back_to_habit(class_: Class) -> None:
    begin(class_, 1)
    wishes = [{"hold": 120}, None, None, {"run": 90}, None, None, None]
    for wished in wishes:
        class_.turn({} if wished is None else {1: wished})
    turns, seat = class_.game.worlds[0].turns, CLASS.seats[0]
    assert [turn.sources[seat] for turn in turns] == [PERSON, STANDING, HABIT, PERSON, STANDING, HABIT, HABIT]
    assert all(turn.sources["ministry"] == HABIT for turn in turns)
    by_hand = replay(seat, SEED, [])
    for wished in ({"hold": 120}, {}, {"hold": None}, {"run": 90}, {}, {"run": None}, {}):
        by_hand.play_turn(moves_from_wishes(by_hand.stage, SEATS[seat], wished))
    assert turns[-1].digest == ClassWorld(WorldPlan(0, SEED, "stop", 12), turns).game.digest()
    assert class_.game.worlds[0].game.stage.players[SEATS[seat].code].standing == {}
    assert [turn.moves for turn in turns] == by_hand.world.turns


def test_the_order_in_which_orders_come_does_not_matter_and_the_newest_one_counts(tmp_path: Path) -> None:
    digests = []
    for name, order in (("a", (1, 2, 3)), ("b", (3, 1, 2))):
        each = Class(tmp_path / f"{name}.linestop-class")
        begin(each, 3)
        final = {1: {"hold": 90}, 2: {"bid": 20}, 3: {"tempo": 1.5}}
        if name == "b":
            each.hand_in({1: {"hold": 10}}, 0)  # and changes it afterwards
        each.hand_in({number: final[number] for number in order}, 0)
        each.turn()
        digests.append(each.game.worlds[0].turns[0].digest)
        each.room.close()
    assert digests[0] == digests[1]


def test_what_is_handed_in_twice_counts_once_and_what_cannot_be_is_a_sentence(class_: Class) -> None:
    begin(class_, 2)
    first = class_.members[0]
    class_.room.hand_in(first, {"hold": 90}, 0, "a")
    class_.room.hand_in(first, {"hold": 10}, 0, "a")  # a retry with the key of the first
    assert class_.game.orders[0, 0, CLASS.seats[0]] == {"hold": 90}
    for wishes, turn, key, why in (
        ({"hold": 1e9}, 0, "b", "goes from"),
        ({"crown": 1}, 0, "c", "no lever"),
        ({}, 1, "d", "turn 2 is closed"),
        ([], 0, "e", "a turn takes its number"),
        ({}, True, "f", "a turn takes its number"),
        ({}, 0, "", "a turn takes its number"),
    ):
        with pytest.raises(ValueError, match=why):
            class_.room.hand_in(first, wishes, turn, key)
    assert class_.room.file.rows("SELECT COUNT(*) FROM wish") == [(1,)]
    class_.room.command("undo", {"world": 0, "seat": CLASS.seats[0]})
    assert class_.game.orders == {} and class_.game.phone(first)["sent"] is None
    with pytest.raises(ValueError, match="nothing that could be undone"):
        class_.room.command("undo", {"world": 0, "seat": CLASS.seats[0]})
    class_.reopen()
    assert class_.game.orders == {}


def test_the_first_turns_wait_for_the_teacher_then_the_clock_closes_them(class_: Class) -> None:
    begin(class_, 2)
    class_.clock.now += 10_000
    assert not class_.room.tick() and class_.game.seconds_left() is None
    class_.turn()
    class_.turn()
    assert class_.game.seconds_left() == 75
    class_.clock.now += 70
    class_.room.command("more", {})
    assert class_.game.seconds_left() == 35
    class_.room.command("pause", {})
    class_.clock.now += 500
    assert not class_.room.tick() and class_.game.seconds_left() == 35
    class_.room.command("pause", {})
    class_.clock.now += 34
    assert not class_.room.tick()
    class_.clock.now += 2
    assert class_.room.tick()
    class_.room.compute()
    assert (class_.game.state, class_.game.turn) == ("reveal", 3)
    class_.clock.now += CLASS.reveal_seconds
    class_.room.tick()
    assert class_.game.state == "open" and class_.game.seconds_left() == 75


def test_a_turn_closes_when_all_have_sent_and_nobody_waits_for_who_is_on_habit(class_: Class) -> None:
    begin(class_, 2)
    class_.hand_in({1: {}}, 0)
    assert not class_.room.tick()
    class_.hand_in({2: {}}, 0)
    assert class_.room.tick()
    class_.room.compute()
    class_.room.command("next", {})
    class_.turn({1: {}})
    class_.turn({1: {}})  # the second is silent twice
    class_.hand_in({1: {}}, 3)
    assert class_.room.tick()


def test_a_game_that_is_over_takes_no_orders_and_goes_to_the_debrief(class_: Class) -> None:
    begin(class_, 1)
    for _ in range(12):
        class_.turn()
    assert class_.game.state == "over" and json.loads(class_.game.desk_text(class_.members[0]))["levers"] == []
    with pytest.raises(ValueError, match="is closed"):
        class_.room.hand_in(class_.members[0], {}, 12, "late")
    class_.room.command("next", {})
    assert class_.game.state == "debrief"


def test_a_turn_opened_out_of_a_pause_has_its_whole_clock(class_: Class) -> None:
    begin(class_, 1)
    for _ in range(CLASS.untimed_turns):
        class_.turn()
    class_.room.command("lock", {})
    class_.room.tick()
    class_.room.compute()
    class_.room.command("pause", {})  # to talk about what the wall shows
    class_.room.command("next", {})
    assert not class_.game.paused and class_.game.seconds_left() == 75
    class_.clock.now += 74
    assert not class_.room.tick()


def test_a_game_that_begins_while_days_are_to_be_passed_keeps_its_first_turn_open(class_: Class) -> None:
    begin(class_, 1)
    class_.room.command("lock", {})
    assert class_.room.tick()
    class_.room.command("together", {"minutes": 30})  # before the days of the game before were passed
    class_.room.compute()
    assert (class_.game.state, class_.game.turn) == ("open", 0) and class_.game.worlds[0].turns == []


def test_a_world_for_late_comers_catches_up_after_a_restart_in_the_midst_of_it(
    class_: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(class_, 8)
    for _ in range(3):
        class_.turn()
    add_turn, left = RoomFile.add_turn, [1]

    def add_one(self: RoomFile, *rest: Any) -> None:
        if not left:
            raise KeyboardInterrupt
        left.pop()
        add_turn(self, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(RoomFile, "add_turn", add_one)
        with pytest.raises(KeyboardInterrupt):
            class_.come(1)
    class_.reopen()
    class_.turn()
    class_.reopen()
    assert [len(world.turns) for world in class_.game.worlds.values()] == [4, 4]


def test_what_was_sent_from_a_seat_that_is_left_before_the_turn_closes_does_not_count(class_: Class) -> None:
    begin(class_, 3)
    first, _, third = class_.members
    class_.hand_in({1: {"hold": 200}, 2: {"hold": 10}}, 0)
    class_.room.command("remove", {"member": first.number})
    class_.room.command("habit", {"world": 0, "seat": CLASS.seats[1]})
    shown = class_.room.projector()
    assert (shown["sent"], shown["seated"]) == (0, 1) and not class_.room.tick()
    class_.room.command("move", {"member": third.number, "world": 0, "seat": CLASS.seats[0]})
    assert class_.game.phone(third)["sent"] is None
    class_.reopen()
    class_.room.command("lock", {})
    class_.room.tick()
    class_.room.compute()
    assert PERSON not in class_.game.worlds[0].turns[0].sources.values()


def test_a_late_comer_is_waited_for_and_was_not_silent(class_: Class) -> None:
    begin(class_, 1)
    class_.turn({1: {}})
    (late,) = class_.come(1)
    assert not class_.game.phone(late)["habit"]
    class_.hand_in({1: {}}, 1)
    assert not class_.room.tick()
    class_.hand_in({late.number: {}}, 1)
    assert class_.room.tick()
    class_.room.compute()
    class_.room.command("next", {})
    assert not class_.game.phone(late)["habit"]


def test_in_a_league_a_newcomer_gets_a_new_world_when_somebody_was_sent_out(class_: Class) -> None:
    first, _, third = class_.come(3)
    class_.room.command("league", {"turns": 3})
    class_.room.command("remove", {"member": first.number})
    (late,) = class_.come(1)
    league = class_.room.activity
    assert isinstance(league, League) and league.seats[late.number] != league.seats[third.number]
    assert len(set(league.seats.values())) == 3


def test_who_has_no_seat_or_ended_before_the_first_turn_waits_for_no_computing(class_: Class) -> None:
    begin(class_, 2)
    class_.room.command("habit", {"world": 0, "seat": CLASS.seats[1]})
    class_.room.command("debrief", {})
    for _ in range(2):
        class_.room.command("next", {})
    assert class_.game.projector()["debrief"]["left"] == 0
    assert all("result" not in class_.game.phone(member)["debrief"] for member in class_.members)


# --- what a file remembers ----------------------------------------------------------------------------------------


def test_a_room_goes_on_from_its_file_at_any_moment_to_the_bit(tmp_path: Path) -> None:
    whole, broken = Class(tmp_path / "whole.linestop-class"), Class(tmp_path / "broken.linestop-class")
    for each in (whole, broken):
        begin(each, 3)
        for turn in range(4):
            each.hand_in({1: {"hold": 60 + 10 * turn}, 3: {"tempo": 1.0 + 0.25 * turn}}, turn)
            if each is broken:
                each.reopen()
                assert each.game.orders[0, turn, CLASS.seats[0]] == {"hold": 60 + 10 * turn}
            each.room.command("lock", {})
            if each is broken:
                each.reopen()
            assert each.room.tick()
            each.room.compute()
            if each is broken:
                seen = each.game.desk_text(each.members[0])
                each.reopen()
                assert each.game.desk_text(each.members[0]) == seen
            each.room.command("next", {})
    assert [t.digest for t in whole.game.worlds[0].turns] == [t.digest for t in broken.game.worlds[0].turns]
    assert whole.game.turn == broken.game.turn == 4


def test_a_turn_that_was_computed_in_part_is_computed_to_its_end_after_a_restart(
    class_: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(class_, 9)  # two worlds
    class_.hand_in({1: {"hold": 90}, 2: {"hold": 90}}, 0)
    class_.room.command("lock", {})
    add_turn, done = RoomFile.add_turn, []

    def add_one(self: RoomFile, number: int, world: int, *rest: Any) -> None:
        if done:
            raise KeyboardInterrupt
        done.append(world)
        add_turn(self, number, world, *rest)

    monkeypatch.setattr(RoomFile, "add_turn", add_one)
    with pytest.raises(KeyboardInterrupt):
        class_.room.compute()
    monkeypatch.setattr(RoomFile, "add_turn", add_turn)
    class_.reopen()
    assert class_.game.state == "locked" and [len(w.turns) for w in class_.game.worlds.values()] == [1, 0]
    assert class_.room.tick()
    class_.room.compute()
    assert [len(w.turns) for w in class_.game.worlds.values()] == [1, 1] and class_.game.state == "reveal"


def test_a_full_disk_is_a_sentence_and_what_was_not_saved_does_not_count(
    class_: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(class_, 2)
    limit = class_.room.file.rows("PRAGMA page_count")[0][0]
    class_.room.file.rows(f"PRAGMA max_page_count = {limit}")  # as if no more would fit on the disk
    with pytest.raises(Faults, match=r"could not be saved, for the disk of the laptop is full, so it does not count"):
        for number in range(2000):
            class_.room.hand_in(class_.members[0], {"hold": 60 + number % 60}, 0, f"{'k' * 200} {number}")
    counted = class_.game.orders[0, 0, CLASS.seats[0]]
    class_.room.file.rows("PRAGMA max_page_count = 1000000")
    class_.reopen()
    assert class_.game.orders[0, 0, CLASS.seats[0]] == counted
    class_.turn()


def test_what_cannot_be_written_leaves_the_file_ready_for_what_comes_next(class_: Class) -> None:
    begin(class_, 1)
    with pytest.raises(UnicodeEncodeError):
        class_.room.file.add_wishes("\ud83d", 0, 0, 0, CLASS.seats[0], 1, {}, "")
    with pytest.raises(Faults, match=r"could not be saved \(UNIQUE constraint failed: turn.activity.*linestop class"):
        class_.turn()
        class_.room.file.add_turn(0, 0, 0, class_.game.worlds[0].turns[0], {})
    class_.turn()
    assert len(class_.game.worlds[0].turns) == 2


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("absent", "there is no such room"),
        ("text", "no whole room"),
        ("empty", "no whole room"),
        ("newer", "of version 99"),
        ("foreign", "no whole room"),
        ("torn", "no whole room"),
    ],
)
def test_a_file_that_is_no_room_is_refused_and_left_as_it_is(class_: Class, content: str, why: str) -> None:
    begin(class_, 1)
    class_.turn()
    class_.turn()
    path = class_.path
    class_.room.file.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    class_.room.close()
    if content == "absent":
        path = path.with_name("absent.linestop-class")
    elif content == "foreign":
        path.unlink()
        with sqlite3.connect(path) as file:
            file.execute("CREATE TABLE accounts (name TEXT)")
        file.close()
    elif content in ("text", "empty"):
        path.write_text("not a room" if content == "text" else "")
    else:
        with sqlite3.connect(path) as file:
            change = (
                "UPDATE room SET value = 99 WHERE key = 'version'"
                if content == "newer"
                else "DELETE FROM turn WHERE number = 0"
            )
            file.execute(change)
        file.close()
    before = path.read_bytes() if path.exists() else b""
    with pytest.raises(Faults, match=why):
        Room.resume(path)
    assert not path.exists() or path.read_bytes() == before


def test_a_room_whose_model_has_changed_since_says_so(class_: Class) -> None:
    begin(class_, 1)
    class_.turn()
    class_.room.close()
    with sqlite3.connect(class_.path) as file:
        file.execute("UPDATE turn SET digest = 'of another model'")
    file.close()
    with pytest.raises(Faults, match="turn 1, played again, gives another world"):
        Room.resume(class_.path)


def test_a_room_that_is_open_is_not_opened_again(class_: Class) -> None:
    begin(class_, 1)
    with pytest.raises(Faults, match="is open already; end its server first"):
        Room.resume(class_.path)
    class_.turn()
    class_.room.close()
    Room.resume(class_.path, {}).close()


def test_a_room_is_not_made_over_another_file(class_: Class) -> None:
    with pytest.raises(Faults, match="there is a file already"):
        Room.begin(class_.path, 1)


# --- the league and the wall --------------------------------------------------------------------------------------


def test_in_a_league_everybody_plays_at_their_own_pace_beside_the_same_par(class_: Class) -> None:
    first, second = class_.come(2)
    with seeded():
        class_.room.command("league", {"seat": "magnet-maker", "turns": 4})
    league = class_.room.activity
    assert isinstance(league, League)
    for turn in range(4):
        class_.room.hand_in(first, {"hold": 120} if turn == 0 else {}, turn, f"a{turn}")
    class_.room.hand_in(second, {}, 0, "b0")
    (late,) = class_.come(1)
    assert (league.turn_of(first), league.turn_of(second), league.turn_of(late)) == (4, 1, 0)
    wall = league.projector()
    assert wall["dots"][1] == [[0], [0]] and wall["finished"] == 1
    match = league.worlds[0].match("magnet-maker")
    own, rest = points_by_day(match, match.par)
    assert wall["dots"][0] == [[round(float(days[13 + 14 * turn])) for turn in range(4)] for days in (own, rest)]
    assert wall["dots"][0][0][-1] != 0
    rows = [row["spans"] for row in outline(league.worlds[0])["rows"]]
    assert [each["day"] for each in wall["cascades"]] == [4 * 14, 14] and wall["cascades"][0]["rows"] == rows
    assert "p0" not in json.dumps(league.projector())
    for turn, why in ((4, "last turn"), (0, "last turn")):
        with pytest.raises(ValueError, match=why):
            class_.room.hand_in(first, {}, turn, f"again {turn}")
    class_.reopen()
    again = class_.room.activity
    assert isinstance(again, League) and again.projector() == wall and not class_.room.tick()


def test_orders_of_a_league_that_were_taken_and_not_played_are_played_after_a_restart(
    class_: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = class_.come(1)
    class_.room.command("league", {"seat": "automaker", "turns": 3})
    with monkeypatch.context() as patch:
        patch.setattr(League, "_play_and_show", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            class_.room.hand_in(first, {"hold": 30}, 0, "a")
    class_.reopen()
    assert class_.room.tick()
    class_.room.compute()
    league = class_.room.activity
    assert isinstance(league, League) and league.turn_of(class_.members[0]) == 1 and not class_.room.tick()


def test_who_came_into_a_league_just_before_a_kill_has_a_world_after_it(
    class_: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    class_.come(1)
    class_.room.command("league", {"seat": "automaker", "turns": 3})
    with monkeypatch.context() as patch:
        patch.setattr(League, "admit", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            class_.come(1)
    class_.reopen()
    league = class_.room.activity
    assert isinstance(league, League) and len(class_.members) == 2
    assert sorted(world for world, _ in league.seats.values()) == [0, 1]


def test_the_wall_asks_shows_and_tells_nobody_who_answered_what(class_: Class) -> None:
    first, second = class_.come(2)
    for exercise, why in (("nothing", "no such exercise"), ("silent", "asks nothing")):
        with pytest.raises(ValueError, match=why):
            class_.room.command("wall", {"exercise": exercise})
    class_.room.command("wall", {"exercise": "stocks"})
    class_.room.answer(first, "when", 60)
    class_.room.answer(first, "when", 70)
    class_.room.answer(second, "when", 75.5)
    assert "answer" not in class_.room.phone(first) and class_.room.phone(first)["mine"] == 70
    assert "given" not in class_.room.projector() and class_.room.projector()["answered"] == 2
    for told in (class_.room.projector(), class_.room.phone(first)):
        assert told["elsewhere"]["ko"] == {"On which day?": "며칠째일까요?", "days": "일"}, "the answer is not told yet"
    assert class_.room.teacher()["elsewhere"] == IN_KOREAN
    for question, value, why in (
        ("who", 0, "closed"),
        ("when", "many", "a number"),
        ("when", True, "a number"),
        ("when", float("nan"), "a number"),
        (3, 1, "nothing is asked"),
    ):
        with pytest.raises(ValueError, match=why):
            class_.room.answer(first, question, value)
    class_.room.command("show", {})
    shown = class_.room.projector()
    assert shown["elsewhere"] == IN_KOREAN == class_.room.phone(first)["elsewhere"]
    assert (
        shown["given"] == [70.0, 75.5] and shown["answer"] == 72.0 and class_.room.phone(first)["words"] == "On day 72."
    )
    with pytest.raises(ValueError, match="closed"):
        class_.room.answer(first, "when", 72)
    class_.room.command("next", {})
    class_.reopen()
    first = class_.members[0]
    class_.room.answer(first, "who", 1)
    for value in (2, -1, True, "cars"):
        with pytest.raises(ValueError, match="choose one"):
            class_.room.answer(first, "who", value)
    class_.room.command("next", {})
    class_.room.command("next", {})
    assert class_.room.projector()["state"] == "over"
    assert class_.room.file.rows("SELECT question, value FROM answer ORDER BY 1, 2") == [
        ("when", "70.0"),
        ("when", "75.5"),
        ("who", "1"),
    ]


def test_a_neutral_room_asks_in_english_where_names_can_be_replaced(tmp_path: Path) -> None:
    room, _ = Room.begin(tmp_path / "room.linestop-class", PORT, QUESTIONS, neutral=True)
    room.command("wall", {"exercise": "stocks"})
    assert room.teacher()["elsewhere"] == {} and room.teacher()["asked"] == "On which day?"
    room.close()


def test_one_thing_after_another_in_one_room(class_: Class) -> None:
    begin(class_, 2)
    class_.turn({1: {"hold": 90}})
    class_.room.command("wall", {"exercise": "stocks"})
    with pytest.raises(ValueError, match="no game is being played"):
        class_.room.hand_in(class_.members[0], {}, 1, "x")
    class_.room.command("league", {"seat": "automaker"})
    class_.reopen()
    assert isinstance(class_.room.activity, League) and [each.kind for each in class_.room.past] == ["together", "wall"]
    for arguments, why in (
        ({"minutes": 31}, "no lesson of 31"),
        ({"minutes": "30"}, "a whole number"),
        ({"minutes": 30, "depth": "doom"}, "no such stop"),
    ):
        with pytest.raises(ValueError, match=why):
            class_.room.command("together", arguments)
    with pytest.raises(ValueError, match="no such seat"):
        class_.room.command("league", {"seat": "king"})
    with pytest.raises(ValueError, match="2 to 18 turns"):
        class_.room.command("league", {"turns": 40})

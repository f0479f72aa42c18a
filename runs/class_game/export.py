"""What a teacher takes home: one zip with tables for a spreadsheet, and the room's file, which plays again."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from runs.class_game.class_world import WorldPlan
from runs.class_game.room_file import RoomFile

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula at the beginning of a text
# a turn counts once, however often its orders were changed
PARTICIPATION = (
    "SELECT nick, at, "
    "(SELECT COUNT(DISTINCT activity || '.' || turn) FROM wish WHERE wish.member = member.number AND NOT undone), "
    "(SELECT COUNT(*) FROM answer WHERE answer.member = member.number) FROM member ORDER BY number"
)
README = (
    "orders.csv: what each seat handed in for each turn. results.csv: how each seat has done beside par, the same seat "
    "on habit. predictions.csv: answers on the wall and guesses in the debrief. participation.csv: in how many turns "
    "somebody handed in orders; a grade belongs to this and to what was written, never to a rank. The file with the "
    "room plays again to the bit: linestop replay FILE.\n"
)


def export_room(file: RoomFile) -> bytes:
    """The room as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("README.txt", README)
        for name, (head, rows) in tables_of(file).items():
            folder.writestr(name, as_csv(head, rows))
        with tempfile.TemporaryDirectory() as place:
            copy = Path(place) / file.path.name
            file.copy_to(copy)
            folder.write(copy, file.path.name)
    return out.getvalue()


def tables_of(file: RoomFile) -> dict[str, tuple[list[str], list[list[Any]]]]:
    """The tables by name: their head and their rows."""
    nicks: dict[int, str] = dict(file.rows("SELECT number, nick FROM member"))
    heads = ["activity", "world", "turn", "seat", "who", "lever", "value", "at", "undone"]
    return {
        "orders.csv": (heads, orders(file, nicks)),
        "results.csv": (
            ["activity", "world", "stop", "seat", "who", "points", "points of the world", "gain on par",
             "lines that lost a week's output", "such lines without you", "first stop at the end of the chain (day)"],
            results(file, nicks),
        ),
        "predictions.csv": (["activity", "question", "who", "answer", "at"], [
            [activity, question, nicks.get(member, ""), json.loads(value), at]
            for activity, question, member, value, at in
            file.rows("SELECT activity, question, member, value, at FROM answer ORDER BY activity, question, member")
        ]),
        "participation.csv": (["who", "joined", "turns handed in", "answers given"], [
            list(row) for row in file.rows(PARTICIPATION)
        ]),
    }  # fmt: skip


def orders(file: RoomFile, nicks: dict[int, str]) -> list[list[Any]]:
    """A row for each lever that was moved, and one for each turn that was handed in as it was."""
    out = []
    order = "SELECT activity, world, turn, seat, member, body, at, undone FROM wish ORDER BY rowid"
    for activity, world, turn, seat, member, body, at, undone in file.rows(order):
        head = [activity, letter(world), turn + 1, seat, nicks.get(member, "")]
        for lever, value in (json.loads(body) or {"(as it stood)": ""}).items():
            out.append([*head, lever, "habit" if value is None else value, at, undone])
    return out


def results(file: RoomFile, nicks: dict[int, str]) -> list[list[Any]]:
    """A row for each seat with somebody at it, of the worlds whose debrief was computed."""
    people = {
        (a, w, seat): member for a, w, seat, member in file.rows("SELECT activity, world, seat, member FROM seat")
    }
    out = []
    for activity, world, body in file.rows("SELECT activity, world, body FROM result ORDER BY activity, world"):
        found = json.loads(body)
        for seat, each in found["seats"].items():
            who = nicks.get(people.get((activity, world, seat), 0), "")
            out.append([activity, letter(world), found["hidden"], seat, who, each["own_points"], each["world_points"],
                        each["gain"], found["hit"], each["without"], found["truth"]["first_stop"]])  # fmt: skip
    return out


def letter(world: int) -> str:
    """What a world is called."""
    return WorldPlan(world, 0, "", 0).letter


def as_csv(head: list[str], rows: Iterable[list[Any]]) -> bytes:
    """A table as CSV in UTF-8 with a byte-order mark, as Excel wants it; no text becomes a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([f"'{each}" if isinstance(each, str) and each.startswith(FORMULA) else each for each in row])
    return text.getvalue().encode("utf-8-sig")

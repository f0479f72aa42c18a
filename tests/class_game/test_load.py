"""A class of bots against a real server: kill -9 in mid-turn, and phones that misbehave; load.py has the whole load."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

pytest.importorskip("segno", reason="segno is not installed; a class was not tested")

from tests.class_game.load import Server, kill_often, misbehave
from tests.support.phones import Phone, Teacher

pytestmark = [pytest.mark.slow, pytest.mark.subprocess]


def test_what_was_acknowledged_outlives_kill_9_and_replays_to_the_bit(tmp_path: Path) -> None:
    async def play(server: Server) -> None:
        phones, teacher = [Phone(server.port, f"p{number}") for number in range(20)], Teacher(server.port, "teacher")
        await teacher.enter(server.secret)
        await asyncio.gather(*(phone.join(server.code) for phone in phones))
        await kill_often(server, phones, teacher, kills=3)

    server = Server(tmp_path)
    try:
        asyncio.run(play(server))
    finally:
        server.kill()


def test_forty_phones_that_misbehave_play_twelve_turns(tmp_path: Path) -> None:
    server = Server(tmp_path)
    try:
        asyncio.run(misbehave(server))
    finally:
        server.kill()

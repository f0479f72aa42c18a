"""A whole class against one server: 200 phones, 25 worlds, twenty kill -9, and what misbehaving phones do to it.

    python3 -m tests.class_game.load

prints what it measured; the figures in runs/classroom/CLASSROOM.md are from it. Clients and server share the machine.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tests.support.pages import ROOT, free_port
from tests.support.phones import Phone, Teacher

PHONES, TURNS, KILLS = 200, 6, 20
LINE = "{0:<64} {1}"


class Server:
    """`linestop class` as a process that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.path, self.port = folder / "load.linestop-class", free_port()
        self.log = folder / "log.txt"
        self._start("--new", str(self.path))
        text = self.log.read_text()
        self.code = re.findall(r"code (\w{6})", text)[0]
        self.secret = re.findall(r"teacher#(\S+)", text)[0]

    def _start(self, *words: str) -> None:
        command = [sys.executable, "-m", "runs", "class", *words, "--no-browser", "--host", "localhost"]
        command += ["--port", str(self.port)]
        with self.log.open("a") as out:
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
        marked = self.log.read_text().count("room:    ")
        while self.log.read_text().count("room:    ") == marked:
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            time.sleep(0.05)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def again(self) -> None:
        self._start(str(self.path))

    def seconds(self) -> float:
        """CPU seconds that the server has used."""
        words = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def share(values: list[float], part: float) -> float:
    """The value that a part of all does not exceed."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


async def timed(act: Callable[[], Awaitable[Any]]) -> float:
    begun = time.monotonic()
    await act()
    return time.monotonic() - begun


async def until(what: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come about"
        await asyncio.sleep(0.02)


async def measure(server: Server, phones: list[Phone], teacher: Teacher) -> None:
    """Joins, orders, turns and their events; every figure with clients and server on one machine."""
    before = server.megabytes()
    joins = await asyncio.gather(*(timed(lambda phone=phone: phone.join(server.code)) for phone in phones))
    print(LINE.format(f"{len(phones)} phones join at once: 95 % within", f"{share(joins, 0.95):.2f} s"))
    followers = [asyncio.create_task(phone.follow()) for phone in phones]
    await teacher.do("together", minutes=30)
    await until(lambda: all(phone.screen["room"]["kind"] == "together" for phone in phones))
    orders, news, cpu = [], [], []
    for turn in range(TURNS):
        orders.append(
            await timed(lambda turn=turn: asyncio.gather(*(phone.hand_in({}, turn) for phone in phones[:-1])))
        )
        for phone in phones:
            phone.events.clear()
        begun, used = time.monotonic(), server.seconds()
        await phones[-1].hand_in({}, turn)
        await until(lambda turn=turn: all(phone.screen["room"]["turn"] > turn for phone in phones))
        news.append(share([phone.events[-1][0] - begun for phone in phones if phone.events], 0.99))
        await asyncio.sleep(0.5)
        cpu.append(server.seconds() - used)
        if turn < TURNS - 1:
            await teacher.do("next")
            await until(lambda turn=turn: all(phone.screen["room"]["state"] == "open" for phone in phones))
    print(LINE.format(f"{len(phones)} orders at once, the slowest of {TURNS} turns", f"{max(orders):.2f} s"))
    print(LINE.format("a new turn of 25 worlds, computed, reaches 99 % of the phones within", f"{max(news):.2f} s"))
    print(LINE.format("CPU of the server for it, events included", f"{max(cpu):.2f} s"))
    print(LINE.format("memory for people and 25 worlds in mid-game", f"{server.megabytes() - before:.0f} MB"))
    for task in followers:
        task.cancel()


async def kill_often(server: Server, phones: list[Phone], teacher: Teacher, kills: int = KILLS) -> None:
    """Kill the server at random moments of a game; every acknowledged order must be there, and every phone back."""
    chance, back, kept = random.Random(1), list[float](), list[float]()
    await teacher.do("together", minutes=30)
    for number in range(kills):
        turn = (await phones[0].look())["room"]["turn"]
        room = phones[0].screen["room"]
        if room["state"] == "over":
            await teacher.do("together", minutes=30)
            turn = 0
        for phone in phones:
            phone.acknowledged.clear()
        work = asyncio.gather(*(phone.hand_in({}, turn, f"{number} {phone.nick}") for phone in phones))
        delay = chance.random() * 0.4
        await asyncio.sleep(delay)
        server.kill()
        begun = time.monotonic()
        await asyncio.to_thread(server.again)
        screens = await asyncio.gather(*(Phone(server.port, each.nick, each.cookie).look() for each in phones))
        back.append(time.monotonic() - begun)
        await work
        kept.append(time.monotonic() - begun)
        screens = await asyncio.gather(*(phone.look() for phone in phones))
        assert all(screen["room"]["nick"] == phone.nick for phone, screen in zip(phones, screens, strict=True))
        for phone, screen in zip(phones, screens, strict=True):
            if screen["room"]["turn"] == turn and turn in phone.acknowledged:
                assert screen["room"]["sent"] == phone.acknowledged[turn], phone.nick
        await teacher.do("lock")
        await until(lambda: server.process.poll() is None)
        await asyncio.sleep(0.4)
        await teacher.do("next")
    print(LINE.format(f"{kills} kill -9: server up and all {len(phones)} phones back within", f"{max(back):.1f} s"))
    print(LINE.format("all orders that were on their way taken within", f"{max(kept):.1f} s"))
    server.kill()
    code = subprocess.run([sys.executable, "-m", "runs", "replay", str(server.path)], cwd=ROOT, capture_output=True)
    assert code.returncode == 0, code.stderr
    print(LINE.format("replay of all worlds", "equal to the bit"))


async def misbehave(server: Server) -> None:
    """Drop-outs, double posts, wrong turns, late joiners, people sent out, two tabs, phones asleep; nobody waits."""
    chance = random.Random(2)
    phones, teacher = [Phone(server.port, f"m{n}") for n in range(40)], Teacher(server.port, "teacher")
    await teacher.enter(server.secret)
    await asyncio.gather(*(phone.join(server.code) for phone in phones))
    await teacher.do("together", minutes=30)
    gone, asleep = set(chance.sample(range(40), 4)), dict.fromkeys(chance.sample(range(40), 3), 3)
    for turn in range(12):
        acts = []
        for number, phone in enumerate(phones):
            if number in gone and turn >= 3:
                continue
            if asleep.get(number, 0) and turn >= 5:
                asleep[number] -= 1
                continue
            acts.append(phone.hand_in({}, turn))
            if chance.random() < 0.3:
                acts.append(phone.hand_in({}, turn))  # a double post
            if chance.random() < 0.1:
                acts.append(phone.hand_in({}, turn + chance.choice((-1, 1))))
            if chance.random() < 0.1:
                acts.append(phone.hand_in({"crown": "mine"}, turn))
            if chance.random() < 0.1:
                acts.append(Phone(server.port, "tab", cookie=phone.cookie).look())
        await asyncio.gather(*acts)
        if turn == 4:
            late = Phone(server.port, "late")
            await late.join(server.code)
            phones.append(late)
        if turn == 6:
            view = (await teacher.do("look"))["view"]
            out = next(person for person in view["people"] if person["nick"] == "m7")
            await teacher.do("remove", member=out["member"])
            phones[7] = Phone(server.port, "m7")
            await phones[7].ask("POST", "/join", {"code": server.code, "nick": "m7", "key": "back again"})
        await teacher.do("lock")
        await asyncio.sleep(0.5)
        await teacher.do("next")
    view = (await teacher.do("look"))["view"]
    seated = [seat["member"] for world in view["table"] for seat in world["seats"].values() if seat["member"]]
    people = {person["member"] for person in view["people"]}
    assert view["turn"] == 12 and len(seated) == len(set(seated)) and set(seated) <= people
    text = server.log.read_text()
    assert "Traceback" not in text, text[-3000:]
    print(LINE.format("40 phones that misbehave, 12 turns", "nobody waited, no ghost seat, no error"))


async def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        server = Server(Path(place))
        try:
            phones, teacher = [Phone(server.port, f"p{n}") for n in range(PHONES)], Teacher(server.port, "teacher")
            await teacher.enter(server.secret)
            await measure(server, phones, teacher)
            await kill_often(server, phones, teacher)
            (Path(place) / "other").mkdir()
            server = Server(Path(place) / "other")
            await misbehave(server)
        finally:
            server.kill()


if __name__ == "__main__":
    asyncio.run(main())

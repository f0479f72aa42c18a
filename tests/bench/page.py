"""Measure a drawn step of the watch page, for the record: run `python -m tests.bench.page`; it judges nothing.

The browser runs on the same machine. A step is the time from the click on Day until the next day has been painted:
what the server needs for it, and what the browser needs from the last message until it has painted.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from runs.browser.parts.board import Board
from runs.browser.parts.card import Cards
from runs.browser.parts.charts import charts
from runs.browser.watch.session import WatchSession
from runs.simulation.levers import Choice
from runs.simulation.watched_run import WatchedRun
from tests.bench.speed import best_of
from tests.support.pages import Visitor, chromium, served

DAYS_IN = 200  # days of the story that have passed: much is short by then, so much is drawn
STEPS = 30
ROUNDS = 20
HEARD = """
const Socket = window.WebSocket
window.WebSocket = function (...where) {
  const socket = new Socket(...where)
  socket.addEventListener('message', () => { window.heard = performance.now() })
  return socket
}
window.WebSocket.prototype = Socket.prototype
"""
STEP = """() => new Promise(done => {
  const date = document.querySelector('.ls-head .date'), before = date.innerText, begun = performance.now()
  const button = [...document.querySelectorAll('.ls-head button')].find(b => b.innerText === 'Day')
  const look = () => {
    if (document.querySelector('.ls-head .date').innerText === before) return setTimeout(look, 1)
    const heard = window.heard
    requestAnimationFrame(() => setTimeout(() => done([performance.now() - begun, performance.now() - heard]), 0))
  }
  button.click()
  look()
})"""


def server() -> None:
    """Print what the server needs for a day and its snapshot, part by part."""
    run = WatchedRun(Choice("full-stop").stage())
    run.pass_days(DAYS_IN)
    board, cards = Board(run.stage), Cards(run)
    row = next(row for row, spans in run.spells.items() if spans[-1][1] == run.stage.day - 1)
    cards.card(row)
    parts: dict[str, Callable[[], Any]] = {
        "a day of the model, noted": lambda: run.pass_days(1),
        "the board": lambda: board.now(run),
        "the charts": lambda: charts(run, 0),
        "the card of a line": lambda: cards.card(row),
    }
    for name, part in parts.items():
        print(f"{name:34} {best_of(part, ROUNDS):8.2f} ms")
    drawn = [board.now(run), charts(run, 0), cards.card(row)]
    print(f"{'all of it as JSON':34} {best_of(lambda: json.dumps(drawn), ROUNDS):8.2f} ms")
    session = WatchSession(Choice("full-stop"))
    session.run_command("step", days=DAYS_IN)
    print(f"{'a click on Day, server only':34} {best_of(lambda: session.run_command('step', days=1), ROUNDS):8.2f} ms")
    begun = time.perf_counter()
    session.run_command("pull", key="cover_magnets", value=150)
    print(f"{'a lever from today':34} {1000 * (time.perf_counter() - begun):8.2f} ms")
    print(f"{'a click on Day, with ghost':34} {best_of(lambda: session.run_command('step', days=1), ROUNDS):8.2f} ms")
    session.close()


def browser() -> None:
    """Print what a click on Day takes until it is painted, alone, with an open card, and with a ghost as well."""
    with tempfile.TemporaryDirectory() as data, served("watch", Path(data)) as url, chromium() as opened:
        visitor = Visitor(opened)
        page = visitor.open(url, ".ls-board .bead", before=HEARD)
        for _ in range(DAYS_IN // 7):
            page.get_by_role("button", name="Week", exact=True).click()
        page.wait_for_timeout(3000)
        for words in ("a click on Day", "the same with a card open", "the same with a ghost, too"):
            taken = [page.evaluate(STEP) for _ in range(STEPS)]
            totals, draws = zip(*taken, strict=True)
            print(f"{words + ', painted':34} {min(totals):8.1f} ms (median {median(totals):.0f})")
            print(f"{'  of it after the last message':34} {min(draws):8.1f} ms (median {median(draws):.0f})")
            page.locator(".ls-board .bead[data-state='3']").first.click()
            page.locator(".ls-card .why").wait_for()
            if "card" in words:
                page.locator("#ls-cover_magnets").press("ArrowRight")
                page.locator(".ls-head .versus").wait_for()
        visitor.leave()


if __name__ == "__main__":
    server()
    browser()

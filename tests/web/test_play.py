"""The game in a real browser: twelve turns by clicks, a killed server, a second tab."""

import sqlite3
from contextlib import closing
from urllib.parse import quote

import pytest

from tests.support.pages import Visitor, chromium, find_unreadable, free_port, picture, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def visitor(browser):
    guest = Visitor(browser)
    yield guest
    guest.leave()


def sit_down(page, seat, seed):
    page.locator(".ls-start .seed input").fill(str(seed))
    page.get_by_text(seat, exact=True).click()
    page.locator(".ls-turn").wait_for()
    page.get_by_text("turn 1 of 12").wait_for()


def next_turn(page, turn):
    page.get_by_role("button", name="Next two weeks").click()
    if turn < 12:
        page.get_by_text(f"turn {turn + 1} of 12").wait_for()


def test_a_game_to_its_end_by_clicks(visitor, tmp_path):
    with served("play", tmp_path) as url:
        page = visitor.open(url, ".ls-start .seat")
        page.wait_for_timeout(700)
        assert find_unreadable(page) == []
        picture(page, "play-start")
        sit_down(page, "The magnet maker", 10)
        page.locator("#d-hold").fill("120")
        page.locator("#d-source").select_option(index=1)
        for turn in range(1, 13):
            next_turn(page, turn)
            if turn == 6:
                assert page.locator(".ls-turn .moved b").count() == 3
                assert page.locator(".ls-turn .curve .past").count() >= 3
                assert find_unreadable(page) == []
                picture(page, "play-turn")
        page.locator(".ls-verdict .number").first.wait_for()
        assert page.locator(".ls-verdict tr").count() == 5
        assert page.locator(".ls-verdict .lessons li").count() >= 3
        assert page.locator(".ls-charts .decision circle").count() >= 1
        assert find_unreadable(page) == []
        picture(page, "play-verdict")
        page.get_by_role("button", name="from the other side").click()
        page.locator(".ls-turn h1", has_text="The licensing authority").wait_for()
        visitor.leave()


def test_a_killed_server_resumes_at_the_same_turn(visitor, tmp_path):
    port = free_port()
    with served("play", tmp_path, port) as url:
        page = visitor.open(url, ".ls-start .seat")
        sit_down(page, "The car maker", 3)
        page.locator("#d-hold").fill("30")
        for turn in range(1, 5):
            next_turn(page, turn)
        address = page.url
        books = page.locator(".ls-turn .books").inner_text()
        assert "game=" in address
        page.close()
    with served("play", tmp_path, port):
        page = visitor.open(address, ".ls-turn")
        page.get_by_text("turn 5 of 12").wait_for()
        assert page.locator(".ls-turn .books").inner_text() == books
        assert page.get_by_text("your standing order").count() >= 1
        visitor.leave()


def test_the_whole_game_on_a_narrow_screen(visitor, tmp_path):
    with served("play", tmp_path) as url:
        page = visitor.open(url, ".ls-start .seat", width=375, height=800)
        assert find_unreadable(page) == []
        sit_down(page, "The ministry", 5)
        page.locator("#d-serve_JOG-D").select_option("PRO-H")
        page.locator("#d-release_JOG-D").press("ArrowRight")
        for turn in range(1, 13):
            next_turn(page, turn)
            if turn in (1, 9):
                page.get_by_text("your standing order").first.wait_for()
                assert page.get_by_text("your standing order").count() == 2
                assert find_unreadable(page) == []
                picture(page, f"play-375-{turn}")
        page.locator(".ls-verdict .number").first.wait_for()
        assert find_unreadable(page) == []
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 376
        picture(page, "play-375-verdict")
        visitor.leave()


def test_a_second_tab_and_a_damaged_game_are_reported(visitor, tmp_path):
    with served("play", tmp_path) as url:
        page = visitor.open(url, ".ls-start .seat")
        sit_down(page, "The ministry", 5)
        second = visitor.open(page.url, ".ls-turn")
        next_turn(second, 1)
        page.get_by_role("button", name="Next two weeks").click()
        page.get_by_text("has been played in another tab").wait_for()
        page.get_by_text("turn 2 of 12").wait_for()
        game = next(tmp_path.rglob("*.linestop"))
        strange = {
            "torn": game.read_bytes()[:3000],
            "other": renamed(game, "UPDATE game SET value = '<b>9</b>' WHERE key = 'version'"),
            "marked": renamed(game, "UPDATE game SET value = '<img src=x onerror=alert(1)>' WHERE key = 'seat'"),
        }
        for name, content in strange.items():
            game.with_name(f"{name}.linestop").write_bytes(content)
        for name, words in (
            ("torn", "no whole game of Linestop"),
            ("other", "of version <b>9</b>, this Linestop plays version"),
            ("marked", "nobody plays '<img src=x onerror=alert(1)>'"),
            ("../../etc/passwd", "is no name of a game"),
            ("<script>alert(1)</script>", "is no name of a game"),
            ("absent", "there is no such game"),
        ):
            page = visitor.open(f"{url}?game={quote(name)}", ".ls-start")
            page.get_by_text(words).first.wait_for()  # the start screen names it as well
            assert page.locator(".ls-start img").count() == 0
        sit_down(page, "The exporter", 5)
        visitor.leave()


def renamed(game, change):
    """A copy of a saved game with something changed in it, as bytes."""
    copy = game.with_name("copy.db")
    copy.write_bytes(game.read_bytes())
    with closing(sqlite3.connect(copy)) as file, file:
        file.execute(change)
    return copy.read_bytes()

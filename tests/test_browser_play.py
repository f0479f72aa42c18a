"""The game in a real browser: twelve turns by clicks, a killed server, a second tab."""

import pytest

from tests.visits import Visitor, chromium, free_port, picture, served


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
    page.locator(".ls-lobby .seed input").fill(str(seed))
    page.get_by_text(seat, exact=True).click()
    page.locator(".ls-desk").wait_for()
    page.get_by_text("turn 1 of 12").wait_for()


def next_turn(page, turn):
    page.get_by_role("button", name="Next two weeks").click()
    if turn < 12:
        page.get_by_text(f"turn {turn + 1} of 12").wait_for()


def test_a_game_to_its_end_by_clicks(visitor, tmp_path):
    with served("play", tmp_path) as url:
        page = visitor.open(url, ".ls-lobby .seat")
        picture(page, "play-lobby")
        sit_down(page, "The magnet maker", 10)
        page.locator("#d-hold").fill("120")
        page.locator("#d-source").select_option(index=1)
        for turn in range(1, 13):
            next_turn(page, turn)
            if turn == 6:
                assert page.locator(".ls-desk .moved b").count() == 3
                picture(page, "play-desk")
        page.locator(".ls-verdict .number").first.wait_for()
        assert page.locator(".ls-verdict tr").count() == 5
        assert page.locator(".ls-charts .decision circle").count() >= 1
        picture(page, "play-verdict")
        page.get_by_role("button", name="from the other side").click()
        page.locator(".ls-desk h1", has_text="The licensing authority").wait_for()
        visitor.leave()


def test_a_killed_server_resumes_at_the_same_turn(visitor, tmp_path):
    port = free_port()
    with served("play", tmp_path, port) as url:
        page = visitor.open(url, ".ls-lobby .seat")
        sit_down(page, "The car maker", 3)
        page.locator("#d-hold").fill("30")
        for turn in range(1, 5):
            next_turn(page, turn)
        address = page.url
        books = page.locator(".ls-desk .books").inner_text()
        assert "game=" in address
        page.close()
    with served("play", tmp_path, port):
        page = visitor.open(address, ".ls-desk")
        page.get_by_text("turn 5 of 12").wait_for()
        assert page.locator(".ls-desk .books").inner_text() == books
        assert page.get_by_text("your standing order").count() >= 1
        visitor.leave()


def test_a_second_tab_and_a_damaged_game_are_told(visitor, tmp_path):
    with served("play", tmp_path) as url:
        page = visitor.open(url, ".ls-lobby .seat", width=375, height=800)
        sit_down(page, "The ministry", 5)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 376
        picture(page, "play-375")
        second = visitor.open(page.url, ".ls-desk")
        next_turn(second, 1)
        page.get_by_role("button", name="Next two weeks").click()
        page.get_by_text("has been played in another tab").wait_for()
        game = next(tmp_path.rglob("*.linestop"))
        game.write_bytes(game.read_bytes()[:3000])
        third = visitor.open(page.url, ".ls-lobby")
        third.get_by_text("cannot be read").wait_for()
        strange = visitor.open(f"{url}?game=../../etc/passwd", ".ls-lobby")
        strange.get_by_text("is no name of a game").wait_for()
        visitor.leave()

"""The game in a real browser: to its end by clicks and by keyboard, a killed server, a second tab."""

import re
import sqlite3
from contextlib import closing
from urllib.parse import quote

import pytest

from runs.browser.desk.catalogue import texts_in, words_in
from runs.game.hidden_draw import TURNS
from tests.support.pages import Visitor, chromium, find_barriers, find_unreadable, free_port, picture, served

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
    page.locator("#seed").fill(str(seed))
    page.get_by_role("button", name=re.compile(rf"^{re.escape(seat)}(?!')")).click()  # not its rival
    page.get_by_text(f"turn 1 of {TURNS}", exact=True).wait_for()


def next_turn(page, turn):
    page.get_by_role("button", name="Play 14 days").click()
    if turn < TURNS:
        page.get_by_text(f"turn {turn + 1} of {TURNS}", exact=True).wait_for()


def take_over(page, lever, mine="mine"):
    page.locator(".lever", has=page.locator(f"#d-{lever}")).get_by_label(mine, exact=True).check()


def look_away(page, hidden):
    page.evaluate(
        "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')) }",
        hidden,
    )


def assert_readable(page, name):
    assert find_unreadable(page) == []
    assert find_barriers(page) == []
    picture(page, name)


def test_a_game_to_its_end_by_clicks(visitor, tmp_path):
    with served("play", tmp_path) as url:
        page = visitor.open(url, ".ls-start .seat")
        assert_readable(page, "play-start")
        sit_down(page, "The magnet maker", 10)
        page.locator(".near text.name", has_text="Proterial").wait_for()
        assert_readable(page, "play-first")
        take_over(page, "hold")
        page.locator("#d-hold").fill("120")
        take_over(page, "source")
        page.locator("#d-source").select_option(index=1)
        for turn in range(1, TURNS + 1):
            next_turn(page, turn)
            if turn == 6:
                assert 1 <= page.locator(".moved b").count() <= 3
                assert page.locator(".books .curve .past").count() >= 3
                assert page.locator(".scores .past").count() == page.locator(".scores .par").count() == 2
                assert_readable(page, "play-turn")
        page.locator(".ls-verdict .number").first.wait_for()
        assert page.locator(".ls-verdict .me ~ tr").count() == 3
        assert page.locator(".ls-verdict .lessons li").count() >= 3
        assert page.locator(".cascade .decision circle").count() >= 1
        assert_readable(page, "play-verdict")
        page.locator(".cascade .row").first.press("Enter")
        page.locator(".card h3").wait_for()
        assert_readable(page, "play-card")
        page.get_by_role("button", name="from the other side").click()
        page.locator("h1", has_text="The licensing authority").wait_for()
        visitor.leave()


def test_a_killed_server_resumes_at_the_same_turn(visitor, tmp_path):
    port = free_port()
    with served("play", tmp_path, port) as url:
        page = visitor.open(url, ".ls-start .seat")
        sit_down(page, "The car maker", 3)
        take_over(page, "hold")
        page.locator("#d-hold").fill("30")
        for turn in range(1, 5):
            next_turn(page, turn)
        address = page.url
        books = page.locator(".books").inner_text()
        assert "game=" in address
        page.close()
    with served("play", tmp_path, port):
        page = visitor.open(address, ".ls-turn .go")
        page.get_by_text(f"turn 5 of {TURNS}", exact=True).wait_for()
        assert page.locator(".books").inner_text() == books
        assert page.get_by_text("your standing order").count() >= 1
        visitor.leave()


def test_a_turn_that_finds_no_server_is_played_once_it_is_back(browser, tmp_path):
    port, guest = free_port(), Visitor(browser)
    with served("play", tmp_path, port) as url:
        page = guest.open(url, ".ls-start .seat")
        sit_down(page, "The ministry", 3)
        next_turn(page, 1)
        take_over(page, "pay")
    page.get_by_role("button", name="Play 14 days").click()
    page.get_by_text("Your turn is kept").wait_for()
    with served("play", tmp_path, port):
        page.get_by_text(f"turn 3 of {TURNS}", exact=True).wait_for()
        assert page.get_by_text("your standing order").count() == 1
        next_turn(page, 3)
    guest.profiles.pop().close()  # its console has told, rightly, that nobody answered in between


def test_the_whole_game_on_a_narrow_screen_by_keyboard(visitor, tmp_path):
    with served("play", tmp_path) as url:
        page = visitor.open(url, ".ls-start .seat", width=360, height=740)
        assert_readable(page, "play-360-start")
        page.locator("#seed").fill("5")
        page.get_by_role("button", name="The ministry").press("Enter")
        page.get_by_text(f"turn 1 of {TURNS}", exact=True).wait_for()
        assert page.evaluate("document.activeElement.tagName") == "H1"
        for lever in ("serve_JOG-D", "release_JOG-D"):
            page.locator(".lever", has=page.locator(f"#d-{lever}")).get_by_label("habit").press("ArrowRight")
        page.locator("#d-serve_JOG-D").select_option("PRO-H")
        page.locator("#d-release_JOG-D").press("ArrowRight")
        for turn in range(1, TURNS + 1):
            page.locator(".go button").press("Enter")
            if turn < TURNS:
                page.get_by_text(f"turn {turn + 1} of {TURNS}", exact=True).wait_for()
            if turn in (1, 9):
                assert page.get_by_text("your standing order").count() == 2
                assert_readable(page, f"play-360-{turn}")
            if turn == 9:
                page.locator(".lever", has=page.locator("#d-release_JOG-D")).get_by_label("mine").press("ArrowLeft")
                page.get_by_text("goes back to habit with this turn").wait_for()
            if turn == 10:
                assert page.get_by_text("your standing order").count() == 1
        page.locator(".ls-verdict .number").first.wait_for()
        assert_readable(page, "play-360-verdict")
        visitor.leave()


@pytest.mark.parametrize("size", [(1024, 768), (1280, 800), (1920, 1080)])
def test_on_a_projector_all_is_readable_and_the_button_in_sight(visitor, tmp_path, size):
    with served("play", tmp_path) as url:
        page = visitor.open(url, ".ls-start .seat", width=size[0], height=size[1])
        sit_down(page, "The car maker", 10)
        assert_readable(page, f"play-{size[0]}-first")
        for turn in (1, 2, 3):
            next_turn(page, turn)
        assert_readable(page, f"play-{size[0]}")
        assert page.locator(".go button").bounding_box()["y"] < size[1] - 24
        visitor.leave()


def test_another_tab_plays_on_and_a_damaged_game_is_reported(visitor, tmp_path):
    with served("play", tmp_path) as url:
        page = visitor.open(url, ".ls-start .seat")
        sit_down(page, "The ministry", 5)
        take_over(page, "pay")
        second = visitor.open(page.url, ".ls-turn .go")
        next_turn(second, 1)
        page.get_by_text("played on in another tab: it is now turn 2").wait_for()
        page.get_by_text(f"turn 2 of {TURNS}", exact=True).wait_for()
        assert page.get_by_text("yours from this turn on").count() == 1
        look_away(page, True)
        next_turn(second, 2)
        next_turn(second, 3)
        assert page.get_by_text(f"turn 2 of {TURNS}", exact=True).count() == 1
        look_away(page, False)
        page.get_by_text(f"turn 4 of {TURNS}", exact=True).wait_for()
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
            page.locator("#message").get_by_text(words).wait_for()
            assert page.locator("img").count() == 0
        sit_down(page, "The exporter", 5)
        visitor.leave()


@pytest.mark.parametrize("language", ["ja", "ko", "zh"])
def test_the_desk_in_another_language(visitor, tmp_path, language):
    words, texts = words_in(language), texts_in(language)
    with served("play", tmp_path) as url:
        page = visitor.open(f"{url}?lang={language}", ".ls-start .seat", width=360, height=740)
        page.get_by_role("button", name=texts["The ministry"]).click()
        for turn in range(1, 3):
            page.get_by_text(words["turn_of"].format(turn=turn, turns=TURNS), exact=True).wait_for()
            assert_readable(page, f"play-{language}-{turn}")
            page.get_by_role("button", name=words["play"].format(days=14)).click()
        assert page.locator("html").get_attribute("lang") == language
        calm = "If you do nothing: at today's pace nobody whom you serve runs out within a year."
        assert page.locator(".go p").inner_text() == texts[calm] and page.locator(".levers [lang=en]").count() == 0
        visitor.leave()


def renamed(game, change):
    """A copy of a saved game with something changed in it, as bytes."""
    copy = game.with_name("copy.db")
    copy.write_bytes(game.read_bytes())
    with closing(sqlite3.connect(copy)) as file, file:
        file.execute(change)
    return copy.read_bytes()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_game_in_a_world_of_its_own_tables_and_a_line_that_is_in_no_list(visitor, tmp_path, language):
    words = words_in(language)
    with served("play", tmp_path, arguments=["export-stop", "--world", "chips"]) as url:
        page = visitor.open(f"{url}?lang={language}", ".ls-start .seat", width=1024, height=768)
        assert_readable(page, f"play-chips-start-{language}")
        page.locator("#other").select_option("HON-JP")
        page.get_by_role("button", name=words["sit_down"], exact=True).click()
        page.get_by_text(words["turn_of"].format(turn=1, turns=13), exact=True).wait_for()
        assert "Honda in Japan" in page.locator("h1").inner_text() and page.locator(".lever").count() >= 2
        assert_readable(page, f"play-chips-first-{language}")
        take_over(page, "run", words["mine"])
        page.locator("#d-run").fill("60")
        for turn in range(1, 14):
            page.locator(".go button").click()
            if turn < 13:
                page.get_by_text(words["turn_of"].format(turn=turn + 1, turns=13), exact=True).wait_for()
        page.locator(".lessons li").first.wait_for(timeout=180_000)
        assert page.locator(".again button").count() == 4 and page.locator(".board .company").count() > 10
        assert_readable(page, f"play-chips-end-{language}")
        visitor.leave()

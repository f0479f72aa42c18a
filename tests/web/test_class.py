"""A whole class in headless Chromium: a teacher, a wall and three phones, and what each of them looks like."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from runs.class_game.class_world import ClassWorld, WorldPlan
from runs.class_game.debrief import debrief_world
from runs.class_game.game_activity import DEBRIEF_STEPS, FEELINGS
from runs.class_game.lesson_file import CLASS
from runs.class_game.outline import MOST_ROWS, outline
from runs.game.seats import SEATS
from tests.support.pages import PICTURES, ROOT, browser_path, find_barriers, free_port
from tests.support.translations import words_of

pytest.importorskip("segno", reason="segno is not installed; a class was not tested")
from runs.browser.class_pages.served_room import FOLDER
from runs.browser.class_pages.staff import STAFF
from runs.browser.desk.catalogue import ENGLISH, languages
from tests.browser.test_neutral_room import REAL, TIME_OR_MONEY

PATIENCE = 60_000  # milliseconds
LANGUAGES = ("en", "ja", "ko")
ENGLISH_NAME = re.compile("Upstream|Assembler|Neighbour|Partner|Distributors|maker|firm")  # of a neutral room


@contextmanager
def served_class(folder: Path, *words: str) -> Iterator[tuple[str, str]]:
    """A class on a free port: its address, and what was printed."""
    port, log = free_port(), folder / "class.log"
    command = [
        sys.executable,
        "-m",
        "runs",
        "class",
        *words,
        "--no-browser",
        "--host",
        "localhost",
        "--port",
        str(port),
    ]
    environment = {**os.environ, "XDG_DATA_HOME": str(folder), "HOME": str(folder), "PYTHONPATH": str(ROOT)}
    with log.open("w") as out:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
        try:
            end = time.monotonic() + 180
            while "room:" not in log.read_text():
                assert server.poll() is None and time.monotonic() < end, log.read_text()
                time.sleep(0.1)
            yield f"http://localhost:{port}/", log.read_text()
        finally:
            server.kill()
            server.wait(10)
    assert "Traceback" not in log.read_text(), log.read_text()[-3000:]


class Screens:
    """Pages of one browser, each in a context of its own, and what went wrong in them."""

    def __init__(self, browser: Any) -> None:
        self.browser, self.wrong = browser, list[str]()

    def open(self, url: str, width: int, height: int, beside: Any = None) -> Any:
        size = {"width": width, "height": height}
        page = (beside.context if beside else self.browser.new_context(viewport=size)).new_page()
        page.set_viewport_size(size)
        page.set_default_timeout(PATIENCE)
        page.on("dialog", self.accept)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda told: self.wrong.append(told.text) if is_fault(told) else None)
        own = (url.split("?")[0].split("teacher")[0].split("wall")[0], "data:")
        page.on("request", lambda asked: None if asked.url.startswith(own) else self.wrong.append(asked.url))
        page.goto(url)
        return page

    def accept(self, dialog: Any) -> None:
        dialog.accept()

    def picture(self, page: Any, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"class-{name}.png", full_page=True)


@pytest.fixture
def screens() -> Iterator[Screens]:
    path = browser_path()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        made = Screens(browser)
        yield made
        browser.close()
    assert made.wrong == []


def is_fault(told: Any) -> bool:
    """Whether what a page has told is a fault of it; a connection that broke is not."""
    return told.type == "error" and "net::ERR_" not in told.text


def fits(wall: Any) -> bool:
    """Whether nothing of the wall is out of sight on projectors, old and new."""
    for width, height in ((1024, 768), (1920, 1080)):
        wall.set_viewport_size({"width": width, "height": height})
        wall.wait_for_timeout(100)
        if not is_in_sight(wall):
            return False
    return True


def is_in_sight(wall: Any) -> bool:
    """Whether nothing of a page is out of sight."""
    page = "document.documentElement"
    return bool(
        wall.evaluate(f"{page}.scrollHeight <= {page}.clientHeight && {page}.scrollWidth <= {page}.clientWidth")
    )


def code_and_secret(printed: str) -> tuple[str, str]:
    """The room's code and the teacher's secret, as they were printed."""
    return re.findall(r"code (\w{6})", printed)[0], re.findall(r"teacher#(\S+)", printed)[0]


def send(phone: Any) -> None:
    phone.wait_for_selector("#send:not([aria-disabled])")
    phone.click("#send")


@pytest.mark.browser
def test_a_class_of_a_teacher_a_wall_and_three_phones(screens: Screens, tmp_path: Path) -> None:
    with served_class(tmp_path) as (url, printed):
        code, secret = code_and_secret(printed)
        teacher = screens.open(f"{url}teacher#{secret}", 1280, 900)
        teacher.wait_for_selector("button:has-text('Begin together')")
        assert secret not in teacher.url
        wall = screens.open(f"{url}wall", 1400, 900, beside=teacher)
        phones = []
        for nick, language in zip(("Kita", "<b>湊</b>", "Eve"), LANGUAGES, strict=True):
            phone = screens.open(f"{url}?code={code}&lang={language}", 360, 740)
            phone.wait_for_selector("#nick")
            assert find_barriers(phone) == []
            phone.fill("#nick", nick)
            phone.click("form button.main")
            phone.wait_for_selector(".pin b")
            phone.click("main > button.main")
            phones.append(phone)
        wall.wait_for_selector("li:has-text('<b>湊</b>')")  # as it was typed, and no markup
        screens.picture(wall, "lobby")
        assert find_barriers(wall) == [] and fits(wall)
        teacher.click("button:has-text('Begin together')")
        for phone in phones:
            phone.wait_for_selector(".levers")
            assert find_barriers(phone) == []
            assert phone.evaluate("document.documentElement.scrollWidth") <= 360
        assert "磁石メーカー" in phones[1].inner_text("h1") or "自動車メーカー" in phones[1].inner_text("h1")
        assert "그대로 두면" in phones[2].inner_text(".forecast")
        screens.picture(phones[1], "phone")
        phones[0].click(".who label:nth-child(2)")
        phones[0].fill(".lever input[type=range]", "120")
        phones[0].reload()
        phones[0].wait_for_selector(".lever.pulled")  # what was set outlives a reload
        for phone in phones:
            send(phone)
        for phone in phones:
            phone.wait_for_function("document.querySelector('.seat-bar').textContent.match(/2/)")
        teacher.wait_for_selector("h1:has-text('Turn 2 of 12')")
        assert phones[0].inner_text(".lever output").startswith("120")
        teacher.click("button:has-text('Next turn now')")
        phones[2].context.set_offline(True)  # asleep, or in the lift
        send(phones[0])
        teacher.click("button:has-text('Close turn')")
        teacher.wait_for_selector("h1:has-text('Turn 3 of 12')")
        phones[2].context.set_offline(False)
        phones[2].wait_for_function("document.querySelector('.seat-bar').textContent.match(/3/)")
        screens.picture(wall, "wall")
        screens.picture(teacher, "teacher")
        assert find_barriers(teacher) == [] and find_barriers(wall) == [] and fits(wall)
        teacher.click("button:has-text('Debrief')")
        phones[0].click(".taps button:nth-of-type(2)")
        wall.wait_for_selector("h1:has-text('How was it?')")
        teacher.click(".controls button.main")
        phones[0].fill("#granted", "30")
        phones[0].click("form:has(#granted) button")
        phones[0].wait_for_selector("#granted-kept:not(:empty)")
        teacher.click(".controls button.main")
        wall.wait_for_selector("h1:has-text('What you guessed')")
        for step in ("worlds", "orders", "who paid", "what if", "history", "two sentences"):
            teacher.click(".controls button.main")
            teacher.wait_for_selector(f".steps .now:has-text('{step}')")
            screens.picture(wall, step)
            assert find_barriers(teacher) == [] and find_barriers(wall) == [] and fits(wall), step
        teacher.click("summary:has-text('Begin something')")
        teacher.click("button:has-text('Begin a league')")
        for _ in range(3):
            send(phones[0])
            phones[0].wait_for_timeout(300)
        wall.wait_for_selector(".worlds.small section")
        screens.picture(wall, "league")
        assert find_barriers(teacher) == [] and find_barriers(wall) == [] and fits(wall)
        teacher.click("button:has-text('Debrief')")
        for _ in range(8):
            teacher.click(".controls button.main")
        phones[0].wait_for_selector(".result")
        phones[0].fill("#ticket", "They waited, and the small part ran out.")
        phones[0].click("form:has(#ticket) button")
        phones[0].wait_for_selector("#ticket-kept:not(:empty)")
        screens.picture(phones[0], "phone-debrief")


@pytest.mark.browser
def test_no_page_of_a_neutral_room_names_a_side_in_any_language(screens: Screens, tmp_path: Path) -> None:
    read = list[tuple[str, str]]()
    with served_class(tmp_path, "--neutral") as (url, printed):
        code, secret = code_and_secret(printed)
        teacher = screens.open(f"{url}teacher#{secret}", 1280, 900)
        teacher.wait_for_selector("button:has-text('Begin together')")
        phones = [screens.open(f"{url}?code={code}&lang={each}", 360, 740) for each in languages()]
        for nick, phone in enumerate(phones):
            phone.fill("#nick", f"n{nick}")
            phone.click("form button.main")
            phone.click("main > button.main")
        teacher.click("button:has-text('Begin together')")
        wall, table = (screens.open(f"{url}{page}", 1280, 800, beside=teacher) for page in ("wall", "teacher"))

        def look(name: str) -> None:
            for language, phone in zip(languages(), phones, strict=True):
                teacher.select_option("#language", language)
                wall.wait_for_selector(f"html[lang={language}] h1")
                table.goto(f"{url}teacher?lang={language}")
                table.wait_for_selector("h1")
                wall.wait_for_timeout(300)
                for kind, page in (("phone", phone), ("wall", wall), ("teacher", table)):
                    read.append((f"{kind} in {language}: {name}", page.inner_text("body")))
                    screens.picture(page, f"neutral-{name}-{kind}-{language}")
                    if language != ENGLISH:
                        assert page.locator("main [lang=en]").all_inner_texts() == [], (name, kind, language)
                        assert not ENGLISH_NAME.search(page.inner_text("main")), (name, kind, language)

        for turn in range(4):
            for phone in phones:
                send(phone)
            teacher.click("button:has-text('Next turn now')" if turn < 2 else "button:has-text('Close turn')")
            teacher.wait_for_function(
                "least => Number((/Turn (\\d+) of/.exec(document.querySelector('h1').textContent) || [])[1]) >= least",
                arg=turn + 2,
            )  # a turn whose time was up on a slow machine has closed by itself
        look("turn")
        teacher.click("button:has-text('Debrief')")
        for step in DEBRIEF_STEPS:
            look(step)
            teacher.click(".controls button.main")
    read = [(where, text.replace(code, "")) for where, text in read]  # letters by chance, such as KHRNSK
    assert [(where, text) for where, text in read if REAL.search(text) or TIME_OR_MONEY.search(text)] == []


@pytest.mark.browser
def test_a_phone_comes_back_after_a_restart_and_with_a_pin_on_another(screens: Screens, tmp_path: Path) -> None:
    room = tmp_path / "room.linestop-class"
    with served_class(tmp_path, "--new", str(room)) as (url, printed):
        code = re.findall(r"code (\w{6})", printed)[0]
        phone = screens.open(f"{url}?code={code}", 360, 740)
        phone.fill("#nick", "Kita")
        phone.click("form button.main")
        pin = phone.inner_text(".pin b")
        other = screens.open(url, 360, 740)
        other.click("summary")
        other.fill("#nick-again", "Kita")
        other.fill("#pin", pin)
        other.click("details button")
        other.wait_for_selector("h1:has-text('You are in, Kita')")
        cookies = other.context.cookies()
    assert [each["name"] for each in cookies] == ["linestop_seat"] and cookies[0]["httpOnly"]
    with served_class(tmp_path, str(room)) as (url, printed):
        assert "the link from before still opens" in printed
        again = screens.open(url, 360, 740, beside=other)
        again.wait_for_selector("h1:has-text('You are in, Kita')")


@pytest.mark.browser
def test_a_phone_shows_the_seat_that_it_has_now_and_nothing_of_the_one_before(screens: Screens, tmp_path: Path) -> None:
    with served_class(tmp_path) as (url, printed):
        code, secret = code_and_secret(printed)
        teacher = screens.open(f"{url}teacher#{secret}", 1280, 900)
        phones = []
        for nick in ("👨‍👩‍👧 🐟", "Mori"):
            phone = screens.open(f"{url}?code={code}", 360, 740)
            phone.fill("#nick", nick)
            phone.click("form button.main")
            phone.click("main > button.main:has-text('I have it')")
            phones.append(phone)
        phones[0].wait_for_selector("p:has-text('2 in the room')")  # others are counted as they come
        teacher.click("button:has-text('Begin together')")
        phones[0].wait_for_selector("h1:has-text('The magnet maker')")
        phones[0].click(".who label:nth-child(2)")
        phones[0].fill(".lever input[type=range]", "120")
        teacher.click("summary:has-text('2 in the room')")
        teacher.select_option("#seating", "0 ministry")
        teacher.click("li:first-child button:has-text('move to the free seat')")
        phones[0].wait_for_selector("h1:has-text('The ministry')")
        assert phones[0].query_selector(".lever.pulled") is None
        phones[1].click(".who label:nth-child(2)")
        phones[1].wait_for_selector(".lever.pulled")
        teacher.click("summary:has-text('Begin something')")
        teacher.click("button:has-text('Begin together')")
        phones[0].wait_for_selector("h1:has-text('The magnet maker')")
        send(phones[0])
        phones[0].wait_for_selector("#sent:not(:empty)")
        phones[1].wait_for_selector(".levers:not(:has(.lever.pulled))")


@pytest.mark.browser
def test_the_teachers_page_keeps_its_place_while_phones_come_and_send(screens: Screens, tmp_path: Path) -> None:
    with served_class(tmp_path) as (url, printed):
        code, secret = re.findall(r"code (\w{6})", printed)[0], re.findall(r"teacher#(\S+)", printed)[0]
        teacher = screens.open(f"{url}teacher#{secret}", 1024, 768)
        teacher.select_option("#minutes", "90")  # and the focus stays there
        teacher.wait_for_selector("h2:has-text('Script of 90 minutes')")
        teacher.click("summary:has-text('in the room')")
        for nick in ("Kita", "Mori"):
            phone = screens.open(f"{url}?code={code}", 360, 740)
            phone.fill("#nick", nick)
            phone.click("form button.main")
            teacher.wait_for_selector(f".people[open] li:has-text('{nick}')")
        teacher.wait_for_selector("[data-minute='0'].now")  # the script's clock runs from the first phone
        assert teacher.inner_text("#now") == teacher.inner_text("[data-minute='0']")
        teacher.focus("button:has-text('Ask its questions')")
        teacher.keyboard.press("Enter")
        teacher.wait_for_selector("h1:has-text('Wall:')")
        assert teacher.inner_text(".script h2").startswith("Script of 90 minutes")
        assert find_barriers(teacher) == []
        teacher.click("summary:has-text('Begin something')")
        teacher.click("button:has-text('Begin together')")
        teacher.wait_for_selector("h1:has-text('Turn 1 of 18')")
        phone.click("main > button.main")
        teacher.focus(".acts button:has-text('to habit')")
        send(phone)
        teacher.wait_for_selector(".seat-sent")
        assert teacher.evaluate("document.activeElement.textContent") == "to habit"
        teacher.reload()
        teacher.wait_for_selector("h2:has-text('Script of 90 minutes')")
        asked = list[str]()
        teacher.remove_listener("dialog", screens.accept)
        teacher.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
        teacher.click("button:has-text('Debrief')")
        assert "cannot go on" in asked[0] and teacher.inner_text("h1").startswith("Turn 1 of 18")


@pytest.mark.browser
def test_teacher_and_wall_speak_the_language_that_the_teacher_chooses(screens: Screens, tmp_path: Path) -> None:
    ko, ja = words_of("ko", FOLDER, STAFF), words_of("ja", FOLDER, STAFF)
    with served_class(tmp_path) as (url, printed):
        code, secret = code_and_secret(printed)
        teacher = screens.open(f"{url}teacher?lang=ko#{secret}", 1366, 768)
        teacher.wait_for_selector(f"button:has-text('{ko['begin_together']}')")
        assert teacher.locator(".script [lang=en]").count() == 0 and find_barriers(teacher) == []
        with teacher.context.expect_page() as opened:
            teacher.click(f"a:has-text('{ko['open_wall']}')")
        wall = opened.value
        wall.wait_for_selector(f"h1:has-text('{ko['scan']}')")
        teacher.select_option("#language", "ja")
        wall.wait_for_selector(f"h1:has-text('{ja['scan']}')")
        phone = screens.open(f"{url}?code={code}&lang=zh", 360, 740)
        phone.fill("#nick", "小明")
        phone.click("form button.main")
        phone.click("main > button.main:has-text('" + words_of("zh", FOLDER)["understood"] + "')")
        teacher.click(f"button:has-text('{ko['begin_together']}')")
        for turn in range(2):
            send(phone)
            teacher.click(f"button:has-text('{ko['next_turn']}')")
            phone.wait_for_selector(f".seat-bar:has-text('第{turn + 2}回合')")
        told = phone.locator(
            ".moved, .forecast, .news, .levers"
        )  # reasons are in the first; names of firms are elsewhere
        assert told.count() >= 4 and told.locator("[lang=en]").count() == 0
        wall.wait_for_selector(f"h1:has-text('{ja['turn_at'].format(turn=3, turns=12)}')")
        for _ in range(10):
            teacher.click(".controls button:last-child")
        assert wall.locator("[lang=en]").count() == 0 and fits(wall)
        screens.picture(teacher, "teacher-ko")
        screens.picture(phone, "phone-zh-debrief")
        teacher.click(f"summary:has-text('{ko['begin']}')")
        teacher.click(f"button:has-text('{ko['ask']}')")
        for page, left in ((phone, "main"), (wall, "main"), (teacher, "section:has(h2)")):
            page.wait_for_selector("h1, h2")
            page.wait_for_timeout(300)
            assert page.locator(f"{left} [lang=en]").count() == 0, "the question is in the language of each page"
        assert re.search("[\u4e00-\u9fff]", phone.inner_text("h1")) and re.search(
            "[\u3040-\u30ff]", wall.inner_text("h1")
        )
        screens.picture(phone, "phone-zh-wall")
        screens.picture(wall, "wall-ja-wall")


SIZES = ((1024, 768), (1280, 800), (1920, 1080))
TELL = "window.EventSource = class {{ constructor() {{ setTimeout(() => this.onmessage({{ data: {0} }}), 20) }} }}"


def full_views(worlds: int) -> dict[str, dict[str, Any]]:
    """What the wall is told of so many worlds in which more lines ran short than it has room for, the first six of
    twelve aside."""
    seats = list(SEATS)[:5]
    played = ClassWorld(WorldPlan(0, 7, "stop", 12))
    while not played.over:
        played.close_turn({seat: {"hold": 120} for seat in seats} if len(played.turns) == 3 else {}, seats)
    found = debrief_world(played.plan, [turn.moves for turn in played.turns], seats)
    assert 5 < len(found["rows"]) <= MOST_ROWS and found["no_hoarding"]["hit"] <= found["hit"]
    found = {**found, "rows": (3 * found["rows"])[:MOST_ROWS], "short": MOST_ROWS + 4}  # as many as there is room for
    letters = [WorldPlan(number, 0, "", 0).letter for number in range(worlds)]
    shown = {letter: {"rows": found["rows"][:7], "short": 7} if worlds == 12 and letter < "G" else {}
             for letter in letters}  # fmt: skip
    live = {
        "code": "ABCDEF", "language": "", "people": ["p"] * 8 * worlds, "kind": "together", "state": "open", "turn": 11,
        "turns": 12, "left": 60, "paused": False, "days": 168, "sent": 3, "seated": 8 * worlds,
        "worlds": [{"letter": letter, "people": 8, **outline(played), **shown[letter]} for letter in letters],
    }  # fmt: skip
    told = {
        "steps": list(DEBRIEF_STEPS), "left": 0, "feelings": dict.fromkeys(FEELINGS, 9),
        "guesses": [[10.0, 30.0, 30.0, 80.0], [20.0, 60.0, 61.0, 150.0]],
        "worlds": [{"letter": letter, **found, **shown[letter], "scare": letter == "C"} for letter in letters],
        "history": [[event.words, event.source] for event in CLASS.history],
    }  # fmt: skip
    steps = {step: {**live, "state": "debrief", "debrief": {**told, "step": step}} for step in DEBRIEF_STEPS}
    return {"live": live, **steps}


@pytest.mark.browser
@pytest.mark.parametrize(("worlds", "language"), [(5, "en"), (5, "ja"), (12, "ko"), (25, "zh")])
def test_full_worlds_are_in_sight_and_can_be_read_on_every_projector(
    screens: Screens, tmp_path: Path, worlds: int, language: str
) -> None:
    with served_class(tmp_path) as (url, printed):
        teacher = screens.open(f"{url}teacher#{code_and_secret(printed)[1]}", 1280, 900)
        teacher.wait_for_selector("button:has-text('Begin together')")
        for name, view in full_views(worlds).items():
            if worlds == 25 and name not in ("live", "worlds", "what_if"):
                continue
            wall = teacher.context.new_page()
            wall.add_init_script(TELL.format(json.dumps(json.dumps(view))))
            for width, height in SIZES:
                wall.set_viewport_size({"width": width, "height": height})
                wall.goto(f"{url}wall?lang={language}")
                wall.wait_for_selector("h1")
                seen = set()
                pages = wall.locator(".pages button").count()
                for page in range(max(1, pages)):
                    if pages:
                        wall.locator(".pages button").nth(page).click()  # and it stays
                    assert find_barriers(wall) == [] and is_in_sight(wall), (name, width)
                    seen |= set(wall.locator(".worlds > section h2").all_inner_texts())
                    if page == 0 and width != SIZES[1][0]:
                        screens.picture(wall, f"{worlds}-{language}-{name}-{width}")
                if name in ("live", "worlds", "orders", "what_if"):
                    assert len(seen) == worlds, (name, width, seen)
                    drawn = wall.locator(".worlds .cascade").first
                    named = drawn.locator("text:not(.month)").count() if name in ("live", "worlds") else 6
                    assert named >= 6 or (named == 0 and worlds == 25 and name == "live"), (name, width)
            wall.close()

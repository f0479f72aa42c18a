"""The pages of a class without a browser: who may ask what, what a phone is told, and words in four languages."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import sqlite3
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("segno", reason="segno is not installed; the pages of a class were not tested")
pytest.importorskip("starlette", reason="starlette is not installed; the pages of a class were not tested")

from runs.__main__ import main
from runs.browser.class_pages.app import FILES, make_app
from runs.browser.class_pages.qr import as_svg, for_terminal
from runs.browser.class_pages.selftest import is_loopback
from runs.browser.class_pages.selftest import make_app as make_selftest
from runs.browser.class_pages.served_room import FAILURE, FOLDER
from runs.browser.class_pages.staff import STAFF
from runs.browser.desk.answers import CONTENT_POLICY
from runs.browser.desk.catalogue import ENGLISH, languages, words_in
from runs.browser.guard import Guard
from runs.browser.parts.session import as_sentence
from runs.class_game import door
from runs.class_game.class_world import WorldPlan
from runs.class_game.debrief import debrief_world
from runs.class_game.game_activity import DEBRIEF_STEPS, FEELINGS
from runs.class_game.lesson_file import CLASS
from runs.class_game.room_file import not_saved
from runs.class_game.teacher import DEPTHS
from runs.game.hidden_draw import draw_game, with_depth
from runs.game.seats import SEATS
from runs.game.verdict import describe_draw
from tests.class_game.support import SEED, Class, seeded
from tests.support.asgi import ask
from tests.support.translations import Translator, assert_like_english, texts_of, words_of

URL = "http://localhost:8765/"
SLOT = re.compile(r"\{\w+\}")
SCRIPTS = ("phone.js", "wall.js", "teacher.js", "staff.js")
MOST_SCRIPT_BYTES = 40_000
Headers = dict[bytes, bytes]


class Pages:
    """A class, and the answers of its pages; each asker is a cookie."""

    def __init__(self, path: Path) -> None:
        self.class_ = Class(path)
        self.app = Guard(make_app(self.class_.room, URL), "localhost", CONTENT_POLICY)

    def __call__(self, path: str, wish: Any = None, cookie: str = "", parts: int = 0) -> tuple[int, Any, str]:
        """Status, content and the cookie that was set."""
        headers: Headers = {b"cookie": cookie.encode()} if cookie else {}

        async def asked() -> tuple[int, Headers, bytes]:
            return await ask(self.app, path, wish, headers, parts)

        status, found, body = asyncio.run(asked())
        kind = found.get(b"content-type", b"")
        content = json.loads(body) if kind.startswith(b"application/json") else body
        return status, content, found.get(b"set-cookie", b"").decode()

    def join(self, nick: str) -> str:
        status, content, cookie = self("/join", {"code": self.class_.room.code, "nick": nick, "key": nick})
        assert status == 200 and content["room"]["nick"] == nick and re.fullmatch(r"\d{4}", content["pin"])
        return cookie.split(";")[0]

    def teacher(self) -> str:
        status, _, cookie = self("/enter", {"secret": self.class_.secret})
        assert status == 200
        return cookie.split(";")[0]


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    return Pages(tmp_path / "room.linestop-class")


@pytest.mark.slow
@pytest.mark.subprocess
def test_the_export_has_the_results_of_every_game_also_of_those_that_another_one_followed(pages: Pages) -> None:
    class_, chair = pages.class_, pages.teacher()
    pages.join("Kita")
    for days in (120, 200):
        with seeded():
            pages("/command", {"do": "together", "minutes": 30}, chair)
        class_.turn({1: {"hold": days}})
    class_.reopen()  # the first game is known from the file alone
    assert [number for number, _ in class_.room.unjudged()] == []  # while one is being played, others wait
    with seeded():
        class_.room.command("league", {"turns": 2})
    class_.room.hand_in(class_.members[0], {}, 0, "league")
    class_.room.command("debrief", {})
    assert [number for number, _ in class_.room.unjudged()] == [2, 0, 1]
    pages.app = Guard(make_app(class_.room, URL), "localhost", CONTENT_POLICY)
    folder = zipfile.ZipFile(io.BytesIO(pages("/export.zip", cookie=chair)[1]))
    rows = list(csv.DictReader(io.StringIO(folder.read("results.csv").decode("utf-8-sig"))))
    assert [(row["activity"], row["world"], row["who"]) for row in rows] == [(n, "A", "Kita") for n in "012"]
    plan = WorldPlan(0, SEED, "stop", 12)
    moves = [turn.moves for turn in class_.room.past[0].turns[0]]
    own = debrief_world(plan, moves, ["magnet-maker"])["seats"]["magnet-maker"]["own_points"]
    assert rows[0]["points"] == str(own) and len({row["gain on par"] for row in rows}) == 3
    assert class_.room.unjudged(all_left=True) == []


def test_to_look_seats_nobody(pages: Pages) -> None:
    for path in (
        "/",
        f"/?code={pages.class_.room.code}",
        "/wall",
        "/teacher",
        "/me",
        "/qr.svg",
        "/readyz",
        "/class/phone.js",
    ):
        assert pages(path)[0] == 200, path
    assert pages("/class/../app.py")[0] == 404 and pages("/events")[0] == 403
    assert pages("/join", None)[0] == 405
    assert pages.class_.room.book.members == {} and pages("/me")[1]["room"] is None


def test_a_member_is_known_by_a_cookie_that_no_script_can_read(pages: Pages) -> None:
    _, content, cookie = pages("/join", {"code": pages.class_.room.code, "nick": "Kita", "key": "1"})
    assert "HttpOnly" in cookie and "samesite=strict" in cookie.lower()
    token = cookie.split(";")[0]
    assert token.partition("=")[2] not in json.dumps(content)
    assert pages("/me", cookie=token)[1]["room"]["nick"] == "Kita"
    assert pages("/me", cookie="linestop_seat=guess")[1]["room"] is None
    assert "pin" not in pages("/me", cookie=token)[1]


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({"code": "XXXXXX", "nick": "a", "key": "1"}, "That is not the code of this room"),
        ({"code": "", "nick": "a"}, "That is not the code"),
        ([], "no message of this page"), (b"{", "no message of this page"), (b"x" * 30_000, "no message of this page"),
        (b'{"code": "\\ud83d", "nick": "half a letter"}', "no message of this page"),
    ],
)  # fmt: skip
def test_bad_messages_are_sentences_and_change_nothing(pages: Pages, wish: Any, why: str) -> None:
    status, content, cookie = pages("/join", wish)
    assert status == 200 and why in content["message"] and not cookie and pages.class_.room.book.members == {}


def test_only_the_teacher_commands_and_sees_the_wall(pages: Pages) -> None:
    phone = pages.join("Kita")
    for cookie in ("", phone, "linestop_chair=guess"):
        assert pages("/command", {"do": "together"}, cookie)[0] == 403
        assert pages("/watch?page=wall", cookie=cookie)[0] == 403 and pages("/export.zip", cookie=cookie)[0] == 403
        assert pages("/chair", cookie=cookie)[0] == 403
    assert pages("/enter", {"secret": "guess"})[0] == 403
    chair = pages.teacher()
    assert pages("/chair", cookie=chair)[0] == 200
    status, content, _ = pages("/command", {"do": "together", "minutes": 31}, chair)
    assert status == 200 and content["message"] == "There is no lesson of 31 minutes; choose one of 30, 60, 90."
    assert (
        pages("/command", {"do": "together", "minutes": 30}, chair)[1]["view"]["table"][0]["seats"]["magnet-maker"][
            "nick"
        ]
        == "Kita"
    )
    assert pages("/command", b"[", chair)[0] == 400
    status, content, _ = pages("/export.zip", cookie=chair)
    assert status == 200 and content.startswith(b"PK")
    status, content, _ = pages("/watch?page=teacher", cookie=chair, parts=2)
    assert b'"script"' in content and b'"table"' in content


def test_a_turn_by_the_pages_and_what_is_refused_in_it(pages: Pages) -> None:
    phone, chair = pages.join("Kita"), pages.teacher()
    with seeded():
        pages("/command", {"do": "together", "minutes": 30}, chair)
    screen = pages("/me", cookie=phone)[1]
    assert screen["room"]["world"] == "A" and screen["desk"]["seat"][0] == "magnet-maker" and screen["desk"]["levers"]
    content = pages("/hand-in", {"wishes": {"hold": 1e9}, "turn": 0, "key": "a"}, phone)[1]
    assert (
        content["refused"]
        and content["message"].startswith("Days of stock to hold goes from")
        and content["room"]["sent"] is None
    )
    content = pages("/hand-in", {"wishes": {"hold": 90}, "turn": 0, "key": "b"}, phone)[1]
    assert content["room"]["sent"] == {"hold": 90} and content["message"] == ""
    assert "come in again" in pages("/hand-in", {"wishes": {}, "turn": 0, "key": "c"})[1]["message"]
    assert pages("/answer", {"question": "granted", "value": 3}, phone)[1]["message"] == "This is not asked now."
    pages("/command", {"do": "lock"}, chair)
    assert pages.class_.room.tick()
    pages.class_.room.compute()
    _, content, _ = pages("/events?seen=old", cookie=phone, parts=2)
    text = content.decode()
    assert '"turn": 1' in text and text.startswith("retry:") and "\nid: " in text


def test_no_secret_leaves_the_server(pages: Pages) -> None:
    """No page, answer or event for phones holds the teacher's secret, a token, a PIN, the seed or what it has drawn."""
    phone, other, chair = pages.join("Kita"), pages.join("Mori"), pages.teacher()
    with seeded(777_001):
        pages("/command", {"do": "together", "minutes": 30, "depth": "queue"}, chair)
    class_ = pages.class_
    class_.turn({1: {"hold": 90}})
    texts = [json.dumps(pages("/me", cookie=phone)[1]), pages("/", cookie=phone)[1].decode()]
    texts += [pages("/events?seen=x", cookie=phone, parts=2)[1].decode(), json.dumps(pages("/answer", {}, phone)[1])]
    mine, theirs = class_.members
    hashes = [mine.token_hash, mine.pin_hash, theirs.token_hash, theirs.pin_hash]
    for text in texts:
        for secret in (class_.secret, *hashes, "777001", other.partition("=")[2], "queue", "Mori"):
            assert secret not in text.replace('"queue_', ""), secret


def test_the_words_of_phones_are_complete_in_every_language_and_used() -> None:
    assert_complete(FOLDER, {"computing"}, 1)  # PIN
    script, page = (FOLDER / "phone.js").read_text("utf-8"), (FOLDER / "phones.py").read_text("utf-8")
    assert_used(FOLDER, [script, page], set(FEELINGS))


def test_the_words_of_teacher_and_wall_are_complete_in_every_language_and_used() -> None:
    assert_complete(STAFF, set(), 0)
    scripts = [(FOLDER / name).read_text("utf-8") for name in ("teacher.js", "wall.js", "staff.js")]
    assert_used(STAFF, [*scripts, (FOLDER / "staff.py").read_text("utf-8")], set())
    known = set(words_of(ENGLISH, FOLDER, STAFF))
    assert set(re.findall(r"\bt\('(\w+)'", "".join(scripts))) <= known
    quoted = set(re.findall(r"'(\w+)'", "".join(scripts)))
    assert {f"step_{step}" for step in DEBRIEF_STEPS} <= known & quoted and set(FEELINGS) <= known
    assert re.findall(r"DEPTHS = \{(.*?)\}", scripts[0])[0].count(":") == len(DEPTHS)


def assert_complete(folder: Path, again: set[str], alike: int) -> None:
    """Fail where a language lacks a word of a folder or a slot; again: keys of the desk with another meaning here."""
    english = words_in(ENGLISH, folder / "words")
    for language in languages():
        words = words_in(language, folder / "words")
        assert list(words) == list(english) and not set(words) & set(words_in(language)) - again
        for key, text in words.items():
            assert text.strip() and sorted(SLOT.findall(text)) == sorted(SLOT.findall(english[key])), (language, key)
        assert language == ENGLISH or sum(words[key] == english[key] for key in words) <= alike


def assert_used(folder: Path, sources: list[str], more: set[str]) -> None:
    """Fail where a word of a folder stands in no source."""
    quoted = {word for text in sources for word in re.findall(r"['\"](\w+)['\"]", text)} | more
    assert set(words_in(ENGLISH, folder / "words")) <= quoted


OTHERS = [each for each in languages() if each != ENGLISH]
BUTTONS = re.compile(r"(?:(?<=^)|(?<=[\s(]))'(.+?)'(?=[\s.,;:?!)]|$)")


@pytest.mark.parametrize("language", OTHERS)
def test_the_script_is_in_every_language_and_names_the_buttons_of_its_page(language: str) -> None:
    for folder in (FOLDER, STAFF):
        assert_like_english(folder, language)
    words, english, texts = (
        words_of(language, FOLDER, STAFF),
        words_of(ENGLISH, FOLDER, STAFF),
        texts_of(language, STAFF),
    )
    named = set()
    for words_of_step in {step.words for lesson in CLASS.lesson for step in lesson.step}:
        for button in (part for quoted in BUTTONS.findall(words_of_step) for part in quoted.split(" / ")):
            keys = [key for key, text in english.items() if text == button]
            assert not keys or any(words[key].strip("…") in texts[words_of_step] for key in keys), (button, language)
            named |= set(keys)
    assert {"begin_together", "close_turn", "debrief", "next", "ask", "begin", "mine", "paid", "if_title"} <= named
    for event in CLASS.history:
        assert {event.words, event.source} <= set(texts)


def test_the_languages_of_the_wall_are_those_of_the_pages() -> None:
    assert CLASS.languages == languages()


def test_the_wall_is_in_the_language_of_its_address_until_the_teacher_chooses_one(pages: Pages) -> None:
    chair = pages.teacher()
    assert b'<html lang="ja">' in pages("/wall?lang=ja", cookie=chair)[1]
    assert pages("/command", {"do": "language", "language": "ko"}, chair)[1]["view"]["language"] == "ko"
    for path in ("/wall?lang=ja", "/wall"):
        assert b'<html lang="ko">' in pages(path, cookie=chair)[1]
    assert b"data-lang" not in pages("/wall", cookie=chair)[1]  # no choice on a projector
    said = pages("/command", {"do": "language", "language": "../x"}, chair)[1]["message"]
    assert said == "The wall has no such language; choose one of en, ja, ko, zh."
    pages.class_.reopen()
    assert pages.class_.room.language == "ko"
    for path, language in (("/teacher?lang=zh", b"zh"), ("/teacher", b"en")):
        assert b'<html lang="' + language in pages(path, cookie=chair)[1]


def test_what_is_for_the_teacher_alone_is_not_sent_to_phones(pages: Pages) -> None:
    text = pages("/?lang=ja")[1].decode()
    assert words_in("ja", STAFF / "words")["script"] not in text and CLASS.history[0].words not in text


@pytest.mark.parametrize("language", OTHERS)
def test_what_a_debrief_says_is_in_every_language(language: str) -> None:
    translator = Translator(language, FOLDER, STAFF)
    for depth in DEPTHS[1:]:
        draw = with_depth(draw_game(1), depth)
        for told in (describe_draw(draw), describe_draw(replace(draw, relief=90))):
            assert translator(told), told
    found = debrief_world(WorldPlan(0, SEED, "stop", 2), [{}, {}], ["magnet-maker", "ministry"])
    stock = found["seats"]["magnet-maker"]["stock"]
    said = [found["lost"], stock["good"], *(tier["name"] for tier in found["orders"]), "−¥1.2 trillion"]
    assert len(found["orders"]) > 2 and all(translator(each) for each in [*said, *(s.title for s in SEATS.values())])


@pytest.mark.parametrize("language", OTHERS)
def test_refusals_are_in_every_language(pages: Pages, language: str) -> None:
    """What somebody at a phone or the teacher can be told, provoked one by one, has a translation."""
    room, told = pages.class_.room, list[str]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "draw_pin", lambda: "1234")
        phone, chair = pages.join("Kita"), pages.teacher()

    def ask_for(path: str, wish: Any, cookie: str = "") -> None:
        told.append(pages(path, wish, cookie)[1]["message"])
        assert told[-1], wish

    code = room.code
    for nick in ("Kita", "", "x" * 30):
        ask_for("/join", {"code": code, "nick": nick, "key": f"k{nick}"})
    ask_for("/join", {"code": "XXXXXX", "nick": "Eve"})
    ask_for("/join", b"{")
    for pin in ("12", *["0000"] * 6):
        ask_for("/back", {"nick": "Kita", "pin": pin})
    for name, wish in (("pause", {}), ("remove", {"member": 99}), ("dance", {})):
        ask_for("/command", {"do": name, **wish}, chair)
    ask_for("/hand-in", {"wishes": {}, "turn": 0, "key": "a"}, phone)
    ask_for("/answer", {"question": "granted", "value": 1}, phone)
    pages("/command", {"do": "wall", "exercise": "stocks"}, chair)
    ask_for("/answer", {"question": "when", "value": 1e12}, phone)
    pages("/command", {"do": "next"}, chair)
    ask_for("/answer", {"question": "when", "value": 3}, phone)
    pages("/command", {"do": "next"}, chair)
    ask_for("/answer", {"question": "who", "value": 7}, phone)
    with seeded():
        pages("/command", {"do": "league", "turns": 2}, chair)
    ask_for("/hand-in", {"wishes": {}, "turn": 1, "key": "b"}, phone)
    for turn in range(2):
        pages("/hand-in", {"wishes": {}, "turn": turn, "key": f"t{turn}"}, phone)
    ask_for("/hand-in", {"wishes": {}, "turn": 2, "key": "c"}, phone)
    pages("/command", {"do": "debrief"}, chair)
    ask_for("/hand-in", {"wishes": {}, "turn": 2, "key": "d"}, phone)
    with seeded():
        pages("/command", {"do": "together", "minutes": 30}, chair)
    ask_for("/hand-in", {"wishes": {"hold": 1e9}, "turn": 0, "key": "e"}, phone)
    ask_for("/hand-in", {"wishes": {"source": "moon"}, "turn": 0, "key": "f"}, phone)
    ask_for("/hand-in", {"wishes": {}, "turn": 3, "key": "g"}, phone)
    for name, wish in (
        ("more", {}), ("next", {}), ("back", {}), ("undo", {"world": 0, "seat": "magnet-maker"}),
        ("habit", {"world": 0, "seat": "ministry"}), ("move", {"member": 1, "world": 0, "seat": "magnet-maker"}),
        ("new_pin", {"member": 1}),
    ):  # fmt: skip
        ask_for("/command", {"do": name, **wish}, chair)
    pages("/command", {"do": "lock"}, chair)
    for name in ("debrief", "lock"):
        ask_for("/command", {"do": name}, chair)
    pages("/command", {"do": "habit", "world": 0, "seat": "magnet-maker"}, chair)
    ask_for("/hand-in", {"wishes": {}, "turn": 0, "key": "h"}, phone)
    ask_for("/command", {"do": "remove", "member": 1}, chair)
    ask_for("/hand-in", {"wishes": {}, "turn": 0, "key": "i"}, phone)
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    told += [as_sentence(not_saved(error, pages.class_.path)) for error in (full, sqlite3.IntegrityError("UNIQUE"))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "MOST_MEMBERS", 0)
        ask_for("/join", {"code": code, "nick": "Full", "key": "full"})
    translator = Translator(language, FOLDER, STAFF)
    assert [text for text in [*told, FAILURE] if translator(text) is None] == []
    assert len(set(told)) >= 35


def read(name: str) -> str:
    return FILES[name].read_text("utf-8")


def test_scripts_are_small_and_ask_nobody_else() -> None:
    for name in SCRIPTS:
        found = [name]
        for each in found:
            found += [other for other in re.findall(r"from '[./a-z]*/(\w+\.js)'", read(each)) if other not in found]
        assert name == "staff.js" or {"words.js"} < set(found)
        assert sum(len(read(each).encode()) for each in found) < MOST_SCRIPT_BYTES, found
    for name in (*SCRIPTS, "class.css"):
        text = (FOLDER / name).read_text("utf-8")
        assert not re.search(r"https?://|@import|innerHTML|eval\(", text.replace("^http:\\/\\/", "")), name


def test_the_code_is_drawn_and_the_selftest_knows_a_phone_from_the_machine() -> None:
    assert for_terminal("http://192.0.2.7:8765/").count("\n") > 10
    drawn = as_svg("http://192.0.2.7:8765/?code=ABCDEF")
    assert drawn.startswith(b"<svg") and b"viewBox" in drawn
    assert (
        is_loopback("127.0.0.1")
        and is_loopback("::ffff:127.0.0.1")
        and not is_loopback("192.0.2.9")
        and not is_loopback("")
    )
    app = make_selftest()

    async def asked(path: str) -> bytes:
        return (await ask(app, path, None, {}))[2]

    assert b"the machine itself" in asyncio.run(asked("/"))


def test_a_neutral_room_names_no_country_and_no_company(pages: Pages) -> None:
    from runs.classroom.anonymised_names import anonymiser

    pages.app = Guard(make_app(pages.class_.room, URL, reword=anonymiser()), "localhost", CONTENT_POLICY)
    phone, chair = pages.join("Kita"), pages.teacher()
    with seeded():
        pages("/command", {"do": "together", "minutes": 30}, chair)
    for _ in range(3):
        pages.class_.turn()
    wall, desk = pages("/watch?page=wall", cookie=chair, parts=2)[1].decode(), json.dumps(pages("/me", cookie=phone)[1])
    for text in (wall, desk):
        assert not re.search("Japan|China|Chinese|Korea|Toyota|Suzuki|Proterial|TDK", text), text
    assert "Assembler" in desk and json.loads(wall.split("data: ", 1)[1])["kind"] == "together"


def test_a_phone_that_was_signed_out_is_told_nothing_more(pages: Pages) -> None:
    async def followed() -> bytes:
        wish = {"code": pages.class_.room.code, "nick": "Kita", "key": "1"}
        _, headers, body = await ask(pages.app, "/join", wish, {})
        old = {b"cookie": headers[b"set-cookie"].split(b";")[0]}
        stream = asyncio.ensure_future(ask(pages.app, "/events?seen=old", None, old, 100))
        await asyncio.sleep(0.3)
        await ask(pages.app, "/back", {"nick": "Kita", "pin": json.loads(body)["pin"]}, {})  # on another phone
        return (await asyncio.wait_for(stream, 5))[2]

    assert asyncio.run(followed()).count(b"data:") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--new-link"], "--new-link: a new room has a new link anyway"),
        (["room.linestop-class", "--neutral", "--new", "other"], "--neutral: the room to go on with has begun already"),
        (["--selftest", "--neutral"], "--neutral: the self-test plays no room"),
        (["absent.linestop-class"], "there is no such room"),
    ],
)
def test_options_that_would_change_nothing_are_refused(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["class", *words, "--no-browser"]) == 2
    assert said in capsys.readouterr().err

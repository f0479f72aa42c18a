"""The desk without a browser: its answers, what is handed in twice, who follows, and its words in four languages."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="starlette is not installed; the desk was not tested")

from runs.browser.desk import app as desk_app
from runs.browser.desk.answers import CONTENT_POLICY, MOST_BYTES
from runs.browser.desk.app import FOLDER, make_app
from runs.browser.desk.catalogue import ENGLISH, languages, words_in
from runs.browser.desk.rooms import MOST_OPEN, Rooms
from runs.browser.guard import Guard
from runs.browser.parts.board import Board
from runs.browser.parts.charts import charts
from runs.game.desk_view import desk_view, last_turn
from runs.game.game_plan import GamePlan
from runs.game.game_world import GameWorld
from runs.game.hidden_draw import TURNS
from runs.game.match import Match, begin_match
from runs.game.neighbourhood import neighbourhood
from runs.game.score import describe_score
from runs.game.seats import SEATS, moves_from_wishes
from runs.game.verdict import compute_verdict
from tests.support.asgi import ask
from tests.support.translations import Translator, assert_like_english

SEED = 10
MOST_SCRIPT_BYTES = 40_000
SLOT = re.compile(r"\{\w+\}")
ENGLISH_CLAUSE = re.compile(r", wh(ich|ose) |stopped on day")  # swallowed by the name before it
SOURCES = {
    name: (FOLDER / name).read_text(encoding="utf-8")
    for name in ("desk.js", "words.js", "parts.js", "page.html", "desk.css")
}


class Caller:
    """Asks the desk as a browser would, without a socket."""

    def __init__(self, where: Path) -> None:
        self.app = make_app(where)
        self.guarded = Guard(self.app, "localhost", CONTENT_POLICY)
        self.rooms: Rooms = self.app.state.desk.rooms

    def __call__(self, path: str, wish: Any = None, headers: dict[bytes, bytes] | None = None) -> Any:
        status, found, body = asyncio.run(self.ask(path, wish, headers or {}))
        assert status == 200, (status, body)
        return json.loads(body) if found[b"content-type"].startswith(b"application/json") else body.decode()

    async def ask(self, path: str, wish: Any, headers: dict[bytes, bytes], parts: int = 0) -> tuple[int, Any, bytes]:
        return await ask(self.guarded, path, wish, headers, parts)


@pytest.fixture
def call(tmp_path: Path) -> Caller:
    return Caller(tmp_path)


@pytest.fixture
def game(call: Caller) -> str:
    return str(call("/begin", {"seat": "automaker", "seed": str(SEED), "key": "first"})["screen"]["game"])


def hand_in(call: Caller, game: str, turn: int, key: str, **wishes: Any) -> dict[str, Any]:
    return dict(call(f"/turn?game={game}", {"wishes": wishes, "turn": turn, "key": key})["screen"])


def test_to_look_creates_nothing(call: Caller, tmp_path: Path) -> None:
    assert 'id="desk"' in call("/") and call("/readyz") == "ok"
    assert call("/screen")["shown"] == "start"
    assert call("/screen?game=absent")["screen"]["message"].endswith("there is no such game.")
    assert call("/screen?game=../secret")["screen"]["message"] == "'../secret' is no name of a game."
    assert asyncio.run(call.ask("/begin", None, {}))[0] == 405
    assert list(tmp_path.iterdir()) == []


def test_what_is_handed_in_twice_is_done_once(call: Caller, game: str, tmp_path: Path) -> None:
    again = call("/begin", {"seat": "automaker", "seed": "4", "key": "first"})["screen"]
    assert again["game"] == game and len(list(tmp_path.iterdir())) == 1
    first = hand_in(call, game, 0, "a", hold=30)
    second = hand_in(call, game, 0, "a", hold=30)
    assert (first["turn"], second["turn"], second["message"]) == (1, 1, "")
    late = hand_in(call, game, 0, "b", hold=90)
    assert late["turn"] == 1 and "turn 1 of this game has been played in another tab" in late["message"].lower()
    assert next(lever for lever in late["levers"] if lever["key"] == "hold")["value"] == 30


def test_a_turn_that_is_repeated_after_a_restart_is_played_once(call: Caller, game: str, tmp_path: Path) -> None:
    hand_in(call, game, 0, "a", hold=30)
    anew = Caller(tmp_path)  # the server was killed before its answer arrived
    repeated = hand_in(anew, game, 0, "a", hold=30)
    assert (repeated["turn"], repeated["message"]) == (1, "")
    assert "another tab" in hand_in(anew, game, 0, "b", hold=30)["message"]


def test_a_lever_is_given_back_to_habit(call: Caller, game: str) -> None:
    def hold(screen: dict[str, Any]) -> dict[str, Any]:
        return dict(next(lever for lever in screen["levers"] if lever["key"] == "hold"))

    assert not hold(call(f"/screen?game={game}")["screen"])["yours"]
    assert hold(hand_in(call, game, 0, "a", hold=90))["yours"]
    assert not hold(hand_in(call, game, 1, "b", hold=None))["yours"]


def test_what_habit_did_in_a_turn_is_told(call: Caller, game: str) -> None:
    before = {lever["key"]: lever["value"] for lever in call(f"/screen?game={game}")["screen"]["levers"]}
    for turn in range(4):  # the news comes in the third
        levers = hand_in(call, game, turn, f"key {turn}")["levers"]
        assert {lever["key"]: lever["was"] for lever in levers} == before
        moved = [lever["key"] for lever in levers if lever["was"] != lever["value"]]
        before = {lever["key"]: lever["value"] for lever in levers}
        if moved:
            return
    raise AssertionError("habit did nothing in four turns")


@pytest.mark.parametrize("posted", [b"", b"{", b"[]", b"7", b"[" * 5000, b'{"a":"' + b"x" * MOST_BYTES + b'"}'])
def test_what_is_no_wish_is_a_sentence(call: Caller, game: str, posted: bytes) -> None:
    for path in ("/begin", f"/turn?game={game}"):
        status, _, body = asyncio.run(call.ask(path, posted, {}))
        assert status == 400 and json.loads(body)["message"].endswith("nothing was played.")
    assert call(f"/screen?game={game}")["screen"]["turn"] == 0


def test_nobody_else_posts_and_every_answer_has_the_policy(call: Caller, game: str) -> None:
    status, headers, _ = asyncio.run(call.ask("/begin", {"seat": "ministry"}, {b"origin": b"http://elsewhere.example"}))
    assert status == 403
    policy = headers[b"content-security-policy"].decode()
    assert "script-src 'self';" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert asyncio.run(call.ask("/", None, {b"host": b"elsewhere.example"}))[0] == 403


def test_who_was_asleep_gets_the_newest_screen_in_one_event(call: Caller, game: str) -> None:
    asleep = call(f"/screen?game={game}")["id"]
    for turn in range(3):
        hand_in(call, game, turn, f"key {turn}")
    stream = asyncio.run(call.ask(f"/events?game={game}", None, {b"last-event-id": asleep.encode()}, parts=2))[2]
    events = [part for part in stream.decode().split("\n\n") if part.startswith("id: ")]
    assert len(events) == 1
    name, data = events[0].split("\n")
    assert json.loads(data.removeprefix("data: "))["screen"]["turn"] == 3
    assert name == f"id: {call(f'/screen?game={game}')['id']}" != f"id: {asleep}"


def test_who_is_up_to_date_hears_a_sign_of_life(call: Caller, game: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_app, "BEAT_SECONDS", 0.0)
    seen = call(f"/screen?game={game}")["id"]
    stream = asyncio.run(call.ask(f"/events?game={game}&seen={seen}", None, {}, parts=2))[2].decode()
    assert ": here" in stream and "data:" not in stream


def test_a_mistake_is_told_to_whoever_made_it(call: Caller, game: str) -> None:
    assert "goes from 0 to 240" in hand_in(call, game, 0, "a", hold=9999)["message"]
    stream = asyncio.run(call.ask(f"/events?game={game}", None, {}, parts=2))[2].decode()
    assert '"message": ""' in stream and "9999" not in stream


def test_few_games_stay_open_and_one_that_is_followed_does(call: Caller, game: str, tmp_path: Path) -> None:
    call.rooms.watch(game, 1)
    first = call.rooms.open(game)
    for number in range(MOST_OPEN + 1):
        call("/begin", {"seat": "ministry", "seed": number, "key": f"{number}"})
    assert len(call.rooms._open) == MOST_OPEN + 1 and call.rooms.open(game) is first
    call.rooms.watch(game, -1)
    assert call.rooms._watched == {}


@pytest.mark.parametrize("seat", SEATS)
def test_a_seat_sees_its_neighbours_and_nobody_else(seat: str) -> None:
    match = Match(SEATS[seat], SEED)
    near = neighbourhood(match)
    named = {each["name"] for each in near["before"] + near["behind"]}
    everybody = {line.short or line.name for line in match.stage.register.tables.firms}
    assert named and near["name"]
    assert len(named & everybody) < len(everybody) / 3
    if match.seat.is_line:
        assert near["before"] and near["stocks"] and all(each["days"] >= 0 for each in near["before"] + near["behind"])


@pytest.mark.parametrize("language", languages())
def test_the_words_are_complete_in_every_language(language: str) -> None:
    english, words = words_in(ENGLISH), words_in(language)
    assert list(words) == list(english)
    for key, text in words.items():
        assert text.strip() and sorted(set(SLOT.findall(text))) == sorted(set(SLOT.findall(english[key]))), key
    if language != ENGLISH:
        assert sum(words[key] == english[key] for key in words) <= 1  # "{name}: {value} {unit}" says no word


def test_each_word_is_used_and_each_used_word_is_there() -> None:
    script, page = SOURCES["desk.js"] + SOURCES["words.js"] + SOURCES["parts.js"], SOURCES["page.html"]
    served = "".join((FOLDER / name).read_text(encoding="utf-8") for name in ("app.py", "answers.py"))
    quoted = set(re.findall(r"'(\w+)'", script)) | set(re.findall(r"words\.(\w+)", page))
    quoted |= set(re.findall(r'"(\w+)"', served))
    assert set(words_in(ENGLISH)) <= quoted
    asked = set(re.findall(r"\bt\('(\w+)'", script)) | set(re.findall(r"words\.(\w+)", page))
    assert asked <= set(words_in(ENGLISH))


def test_the_page_is_in_the_language_that_is_asked_for(call: Caller) -> None:
    for headers, path, language in (
        ({}, "/", "en"),
        ({b"accept-language": b"ko-KR,ko;q=0.9,en;q=0.8"}, "/", "ko"),
        ({b"accept-language": b"ko"}, "/?lang=ja", "ja"),
        ({b"accept-language": b"fr"}, "/?lang=<b>", "en"),
    ):
        text = call(path, headers=headers)
        assert f'<html lang="{language}">' in text and f"<title>{words_in(language)['title']}</title>" in text


def test_the_script_is_small_and_asks_nobody_else() -> None:
    assert len((SOURCES["desk.js"] + SOURCES["words.js"] + SOURCES["parts.js"]).encode()) < MOST_SCRIPT_BYTES
    for name, text in SOURCES.items():
        text = text.replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|//[a-z]+\.|@import|innerHTML|eval\(", text), name


def luminance(colour: str) -> float:
    """The relative luminance of a colour "#rrggbb", as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("ink", ["--ink", "--soft", "--blue", "--red"])
@pytest.mark.parametrize("ground", ["--paper", "--band", "--tint"])
def test_words_stand_out_from_what_is_behind_them(ink: str, ground: str) -> None:
    colours = {name: text for name, text in re.findall(r"(--\w+): (#\w+)", SOURCES["desk.css"])}
    colours = {name: "#" + "".join(2 * each for each in c[1:]) if len(c) == 4 else c for name, c in colours.items()}
    dark, light = sorted((luminance(colours[ink]), luminance(colours[ground])))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def texts_of_desk(view: dict[str, Any]) -> set[str]:
    """What a desk says in English: words of seats, levers and figures, forecasts, reasons, news, dates; names of firms
    are left out."""
    texts = {*view["seat"][1:], view["forecast"], view["why"], view["date"], view["route"], view["month"]}
    for curve in view["curves"]:
        texts |= {curve["name"], curve["unit"], curve["note"]}
    for lever in view["levers"]:
        texts |= {lever["label"], lever["hint"], lever["unit"]}
    texts |= {each for figure in view["figures"] for each in (figure[0], figure[2])}
    texts |= {each for moved in view["moved"] for each in (moved["name"], moved["unit"])}
    texts |= {each for day, notes in view["news"] for each in (day, *notes)}
    texts |= {each for told in view["promises"] for each in (told["good"], told["state"])}
    return {text for text in texts | {told["good"] for told in view["customs"]} if text}


@pytest.mark.slow
@pytest.mark.parametrize("language", [each for each in languages() if each != ENGLISH])
def test_what_a_desk_says_is_in_every_language(language: str) -> None:
    translator, missing = Translator(language), set()
    assert_like_english(FOLDER, language)
    for seed in (7, 1, 5):  # a stop of motors, too; a queue; a scare
        world = GameWorld(seed)
        for turn in range(9):
            for seat in SEATS.values():
                match = Match(seat, seed, world=world)
                said = texts_of_desk(desk_view(match, last_turn(match), TURNS)) | {
                    score["name"] for score in (describe_score(match) if turn == 1 else ())
                }
                missing |= {text for text in said if not (found := translator(text)) or ENGLISH_CLAUSE.search(found)}
            world.turn({})
    assert missing == set()


@pytest.mark.slow
@pytest.mark.parametrize("language", [each for each in languages() if each != ENGLISH])
def test_the_world_at_the_end_of_a_game_has_its_stages_places_months_and_news_in_every_language(language: str) -> None:
    match, translator = Match(SEATS["automaker"], 1), Translator(language)
    while not match.over:
        match.play_turn([])
    plan, drawn = Board(match.stage).plan(), charts(match.watched_run, 0)
    said = {
        *plan["columns"],
        *plan["bands"],
        *(name for _, name in drawn["dates"]),
        *(note for _, note in drawn["marks"]),
    }
    assert len(said) > 15  # stages, places, months
    assert {text for text in said if not translator(text)} == set()
    match.release()


@pytest.mark.slow
def test_what_a_verdict_says_is_in_every_language() -> None:
    for key, wishes in (("automaker", {"hold": 120}), ("ministry", {"release_JOG-D": 1.0}), ("processor", {})):
        match = Match(SEATS[key], SEED)
        for turn in range(TURNS):
            match.play_turn(moves_from_wishes(match.stage, match.seat, wishes if turn == 0 else {}))
        verdict = compute_verdict(match)
        said = {verdict["words"], verdict["measure"], verdict["hidden"], *verdict["lessons"]}
        said |= {run["words"] for run in verdict["runs"]}
        for language in (each for each in languages() if each != ENGLISH):
            translator = Translator(language)
            assert {text for text in said if translator(text) is None} == set(), (key, language)
        match.release()


@pytest.mark.slow
@pytest.mark.parametrize("language", [each for each in languages() if each != ENGLISH])
def test_in_another_world_all_but_its_names_and_its_scenario_is_in_the_language(language: str) -> None:
    plan, translator = GamePlan("export-stop", "chips"), Translator(language)
    match = begin_match("HON-JP", 3, plan)
    tables, said = match.stage.register.tables, set[str]()
    while not match.over:
        match.play_turn(moves_from_wishes(match.stage, match.seat, {"hold": 20} if not match.turns else {}))
        said |= texts_of_desk(desk_view(match, last_turn(match), plan.turns)) | {
            s["name"] for s in describe_score(match)
        }
    verdict = compute_verdict(match)
    said |= {verdict["words"], verdict["measure"], *verdict["lessons"], *(run["words"] for run in verdict["runs"])}
    notes = {note for shock in match.stage.shocks for note in (shock.note, f"{shock.note}.")}
    route = f"{match.about.exporters_name} to {match.about.home_name}"
    names = {name for table in (tables.firms, tables.goods, tables.countries) for name in (each.name for each in table)}
    names |= {line.short for line in tables.firms if line.short} | notes
    names |= {"ten thousand", "hundred million", "trillion"}  # amounts, which the page itself counts in the language
    order = sorted((re.escape(name) for name in names), key=len, reverse=True)
    left = {}
    for text in said - notes - {route, match.seat.title, match.seat.name} - names:
        rest = re.sub("|".join(order), "", translator(text) or text)
        if re.search(r"[A-Za-z]{4,}", rest) or translator(text) is None:
            left[text] = rest
    assert left == {}

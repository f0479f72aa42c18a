"""A room with neutral names: in each language it is in one language, and names no country and no company."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("segno", reason="segno is not installed; the pages of a class were not tested")
pytest.importorskip("starlette", reason="starlette is not installed; the pages of a class were not tested")
from runs.browser.class_pages.served_room import FOLDER
from runs.browser.class_pages.staff import STAFF
from runs.browser.desk.app import FOLDER as DESK_FOLDER
from runs.browser.desk.catalogue import ENGLISH, NEUTRAL, languages, neutral_texts, texts_in
from runs.browser.desk.translator import SLOT, Translator
from runs.class_game.lesson_file import CLASS
from runs.classroom.anonymised_names import anonymiser
from runs.game.desk_view import desk_view, last_turn
from runs.game.game_world import GameWorld
from runs.game.hidden_draw import TURNS
from runs.game.match import Match
from runs.game.seats import SEATS
from tests.browser.test_desk import texts_of_desk
from tests.support.translations import texts_of

OTHERS = [each for each in languages() if each != ENGLISH]
FOLDERS = [folder / NEUTRAL for folder in (DESK_FOLDER, FOLDER, STAFF)]
REAL = re.compile(
    "Japan|China|Chinese|Korea|Toyota|Suzuki|Proterial|TDK|NSK|Mitsubishi|Kia|Samsung|Sojitz|POSCO|Solvay|Yunsheng"
    "|中国|日本(?!語)|韓国|トヨタ|スズキ|プロテリアル|金力|欧州|朝日|日経"
    "|중국|일본|한국(?!어)|도요타|스즈키|프로테리얼|유럽|니혼|아사히|韩国|丰田|铃木|博迈|欧盟"
)
LINE_CODE = re.compile(r'"[A-Z\d]{3}(-[A-Z\d]+)?"')  # that pages send back, and do not show
CODE = re.compile(r"[a-z_]+|[A-Z]{2,3}(-[A-Z\d]+)?|[\d.,−:%-]*")  # keys, codes of lines and numbers


def neutral(language: str) -> dict[str, str]:
    """The texts of all pages of a neutral room in a language."""
    return neutral_texts(texts_of(language, FOLDER, STAFF), language, FOLDERS, anonymiser())


def names_in(view: Any) -> Iterator[str]:
    """Everything below the key `name` or `near` in a view, and all texts in lists of suppliers."""
    if isinstance(view, dict):
        for key, part in view.items():
            if isinstance(part, str) and key in ("name", "who", "supplier", "customer", "line"):
                yield part
            else:
                yield from names_in(part)
    elif isinstance(view, list | tuple):
        for part in view:
            yield from names_in(part)


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_of_a_neutral_room_names_a_country_or_a_company(language: str) -> None:
    texts = neutral(language)
    assert not [text for pair in texts.items() for text in pair if REAL.search(text)]
    for folder in FOLDERS:
        if (folder / f"{language}.json").is_file():
            own = texts_in(language, folder)
            assert list(own) == list(texts_in(OTHERS[0], folder))
            assert all(set(SLOT.findall(text)) == set(SLOT.findall(own[text])) for text in own)
    reworded = anonymiser()
    translator = Translator(texts, ".", " ")
    for event in CLASS.history:
        assert translator(reworded(event.words)) and translator(reworded(event.source))


@pytest.mark.slow
@pytest.mark.parametrize("language", OTHERS)
def test_what_the_desks_of_a_neutral_room_say_is_in_the_language(language: str) -> None:
    translator, reword, missing = Translator(neutral(language), ".", " "), anonymiser(), set[str]()
    for seed in (7, 1, 5):  # a stop of motors, too; a queue; a scare
        world = GameWorld(seed)
        for _ in range(6):
            for seat in SEATS.values():
                match = Match(seat, seed, world=world)
                view = json.loads(reword(json.dumps(desk_view(match, last_turn(match), TURNS), ensure_ascii=False)))
                assert not REAL.search(LINE_CODE.sub("", json.dumps(view, ensure_ascii=False)))
                said = {*texts_of_desk(view), *names_in(view)}
                missing |= {text for text in said if text and not CODE.fullmatch(text) and translator(text) is None}
            world.turn({})
    assert missing == set()

"""A room with neutral names: in each language it is in one language, and names no country and no company."""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("segno", reason="segno is not installed; the pages of a class were not tested")
pytest.importorskip("starlette", reason="starlette is not installed; the pages of a class were not tested")
from model.tables.table_files import DATA, read_tables
from runs.browser.class_pages.served_room import FOLDER
from runs.browser.class_pages.staff import STAFF
from runs.browser.desk.app import FOLDER as DESK_FOLDER
from runs.browser.desk.catalogue import ENGLISH, NEUTRAL, languages, neutral_texts, texts_in
from runs.browser.desk.translator import SLOT, Translator
from runs.class_game.lesson_file import CLASS
from runs.classroom.anonymised_names import anonymiser
from runs.classroom.neutral_room import neutral_labels, neutral_room
from runs.game.desk_view import desk_view, last_turn
from runs.game.game_world import GameWorld
from runs.game.hidden_draw import TURNS
from runs.game.match import Match
from runs.game.seats import SEATS
from runs.simulation.focus import base_case
from tests.browser.test_desk import texts_of_desk
from tests.support.translations import texts_of

OTHERS = [each for each in languages() if each != ENGLISH]
FOLDERS = [folder / NEUTRAL for folder in (DESK_FOLDER, FOLDER, STAFF)]
REAL = re.compile(
    "Japan|China|Chinese|Korea|Toyota|Suzuki|Proterial|TDK|NSK|Mitsubishi|Kia|Samsung|Sojitz|POSCO|Solvay|Yunsheng"
    "|中国|日本(?!語)|韓国|トヨタ|スズキ|プロテリアル|金力|欧州|朝日|日経"
    "|중국|일본|한국(?!어)|도요타|스즈키|프로테리얼|유럽|니혼|아사히|韩国|丰田|铃木|博迈|欧盟"
)
TIME_OR_MONEY = re.compile(
    rf"[¥￥]|\b(JPY|yen|{'|'.join(calendar.month_name[1:])}) |\d (?:{'|'.join(calendar.month_abbr[1:])})\b"
    r"|円|日元|엔(?= |$)|20[0-3]\d ?[年년]"
)
LINE_CODE = re.compile(r'"[A-Z\d]{3}(-[A-Z\d]+)?"')  # that pages send back, and do not show
CODE = re.compile(r"[a-z_]+|[A-Z]{2,3}(-[A-Z\d]+)?|[\d.,−:%-]*")  # keys, codes of lines and numbers


def neutral(language: str) -> dict[str, str]:
    """The texts of all pages of a neutral room in a language."""
    return neutral_texts(texts_of(language, FOLDER, STAFF), language, FOLDERS, neutral_room(anonymiser()))


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
    reworded = neutral_room(anonymiser())
    translator = Translator(texts, ".", " ")
    for event in CLASS.history:
        told = [reworded(event.words), reworded(event.source)]
        assert all(map(translator, told)) and not [
            text for text in told if REAL.search(text) or TIME_OR_MONEY.search(text)
        ]
    assert not [text for text in map(translator, told) if TIME_OR_MONEY.search(str(text))]


@pytest.mark.slow
@pytest.mark.parametrize("language", OTHERS)
def test_what_the_desks_of_a_neutral_room_say_is_in_the_language(language: str) -> None:
    translator, reword, missing = Translator(neutral(language), ".", " "), neutral_room(anonymiser()), set[str]()
    for seed in (7, 1, 5):  # a stop of motors, too; a queue; a scare
        world = GameWorld(seed)
        for _ in range(6):
            for seat in SEATS.values():
                match = Match(seat, seed, world=world)
                view = json.loads(reword(json.dumps(desk_view(match, last_turn(match), TURNS), ensure_ascii=False)))
                written = LINE_CODE.sub("", json.dumps(view, ensure_ascii=False))
                assert not REAL.search(written) and not TIME_OR_MONEY.search(written)
                chosen = {words for lever in view["levers"] for _, words in lever["choices"]}
                said = {*texts_of_desk(view), *names_in(view), *chosen}
                missing |= {text for text in said if text and not CODE.fullmatch(text) and translator(text) is None}
            world.turn({})
    assert missing == set()


@pytest.mark.parametrize("language", OTHERS)
def test_each_line_on_the_wall_of_a_neutral_room_is_called_by_what_it_does(language: str) -> None:
    """Labels of all lines, of which a lesson shows a few: none of them tells a company."""
    reword, translator = neutral_room(anonymiser()), Translator(neutral(language), ".", " ")
    tables, kinds = read_tables(DATA), base_case().labels
    for line in tables.firms:
        for label in {line.name, line.short or line.name, f"{line.short or line.name} {kinds.get(line.good, '')}"}:
            said = json.loads(reword(json.dumps(label)))
            assert not REAL.search(said) and not re.search(r"\b[A-Z]{2,}\b", said.replace("NdPr", "")), (label, said)
        assert translator(json.loads(reword(json.dumps(line.name)))) is not None, line.name
    labels = neutral_labels(anonymiser()).values()
    assert len(set(labels)) > 50 and not [label for label in labels if translator(json.loads(label)) is None]

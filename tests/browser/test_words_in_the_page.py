"""The script of the pages translates as the translator of the server does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("segno", reason="segno is not installed; the pages of a class were not tested")
pytest.importorskip("starlette", reason="starlette is not installed; the pages of a class were not tested")
from runs.browser.class_pages.served_room import FOLDER
from runs.browser.class_pages.staff import STAFF
from runs.browser.desk.answers import as_data
from runs.browser.desk.app import FOLDER as DESK_FOLDER
from runs.browser.desk.catalogue import ENGLISH, NEUTRAL, languages, neutral_texts
from runs.browser.desk.translator import SLOT, Translator, fill
from runs.classroom.anonymised_names import anonymiser
from runs.classroom.neutral_room import neutral_room
from tests.support.pages import chromium
from tests.support.translations import texts_of

FOLDERS = (DESK_FOLDER, FOLDER, STAFF)
NAMES, PARTS = ("Kita Magnet", "Assembler car maker 3"), ("7", "magnets", "small motors", "8 October 2025")
PAGE = """<html lang="{language}"><main id="desk"></main><p id="message"></p>
<script id="words" type="application/json">{{}}</script><script id="texts" type="application/json">{texts}</script>
<script type="module">{script}
window.translated = texts => texts.map(x)</script></html>"""


def said_with(texts: dict[str, str]) -> Iterator[str]:
    """Each text with its slots filled in several ways, alone, with a full stop, and behind another sentence."""
    for text in texts:
        for name in NAMES:
            for part in PARTS:
                slots = {slot: "12" if slot in ("{n}", "{m}") else name if slot > "{a" else part
                         for slot in SLOT.findall(text)}  # fmt: skip
                said = fill(text, slots)
                yield from (said, f"{said.removesuffix('.')}.", f"Day 12: {said}", f"A text of nobody. {said}")


@pytest.mark.browser
def test_the_page_translates_as_the_server_does() -> None:
    reword, script = neutral_room(anonymiser()), (DESK_FOLDER / "words.js").read_text(encoding="utf-8")
    with chromium() as browser:
        page = browser.new_page()
        for language in languages():
            own = texts_of(language, FOLDER, STAFF)
            for texts in (own, neutral_texts(own, language, [each / NEUTRAL for each in FOLDERS], reword)):
                said = sorted(set(said_with(texts)))
                page.set_content(PAGE.format(language=language, texts=as_data(texts), script=script))
                page.wait_for_function("() => !!window.translated")
                found = page.evaluate("texts => window.translated(texts)", said)
                ends = (".", " ") if language == "ko" else ("。", "")
                wanted = list(map(Translator(texts, *ends), said))
                assert [each for each in zip(said, wanted, found, strict=True) if each[1] != each[2]] == []
                assert language == ENGLISH or len(set(found)) > 300

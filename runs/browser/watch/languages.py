"""The watch page in a language: its words, and what a session says in English, translated where it leaves for a page.

Sessions and the model know no language. What has no translation (names of firms, sources) stays English.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from runs.browser.desk.catalogue import ENGLISH, languages, texts_in, words_in
from runs.browser.desk.translator import Translator
from runs.simulation.shipped_worlds import comes_with_linestop

WORDS, TEXTS = (Path(__file__).parents[1] / "parts" / name for name in ("words", "texts"))
# of a page's JSON: codes that its script compares, quotations, and series of numbers, which nobody need look through
CODES, SERIES = {"key", "kind", "group", "of", "scenario", "lang"}, {"data", "band", "spans", "ghost", "spark"}
UNTOUCHED = frozenset(CODES | SERIES | {"source"})
MOST_KEPT = 60  # JSON texts of parts that did not change since
NUMBER = re.compile(r"[\d.,]+")
SPACED = frozenset({"ko"})  # languages with a full stop and a space between two sentences, as in English


@cache
def page_words(language: str) -> str:
    """The words of the page as JSON, with the code of their language as `lang`."""
    return json.dumps({**words_in(language, WORDS), "lang": language}, ensure_ascii=False)


@cache
def language_names() -> str:
    """The languages that there are, as JSON: code and own name."""
    return json.dumps([[each, words_in(each, WORDS)["language"]] for each in languages()], ensure_ascii=False)


@cache
def translator_of(language: str) -> Translator:
    """The translator of a language, with the texts of the game and of this page."""
    ends = (".", " ") if language in SPACED else ("。", "")
    return Translator({**texts_in(language), **texts_in(language, TEXTS)}, *ends)


@cache
def language_of_sources(world: str | None) -> str:
    """The language in which the sources of a world are written: English where it comes with Linestop, else empty.

    world: its folder; None for the base case.
    """
    return ENGLISH if comes_with_linestop(world) else ""


@lru_cache(maxsize=MOST_KEPT)
def in_language(text: str, language: str) -> str:
    """JSON for a part of a page, with the texts in it translated."""
    if language == ENGLISH:
        return text
    return json.dumps(translate(json.loads(text), translator_of(language)), ensure_ascii=False, separators=(",", ":"))


def translate(content: Any, translator: Translator) -> Any:
    """What JSON holds, with its texts translated; the keys stay."""
    if isinstance(content, str):
        return translator(content) or content
    if isinstance(content, list):
        return [translate(each, translator) if isinstance(each, str | list | dict) else each for each in content]
    if not isinstance(content, dict):
        return content
    if "cost_words" in content:
        content = with_amounts(content, translator)
    return {key: each if key in UNTOUCHED else translate(each, translator) for key, each in content.items()}


def with_amounts(counters: Mapping[str, Any], translator: Translator) -> dict[str, Any]:
    """The counters with their amounts as the language counts and writes them: the number, and what follows it."""
    found = dict(counters)
    for key, sign in (("cost_words", counters["sign"]), ("vehicles_words", "")):
        if counters[key] is not None:
            words = translator(sign + " ".join(counters[key]).strip()) or ""
            in_front = bool(sign) and words.startswith(sign)  # it has no word in the language
            words = words.removeprefix(sign)
            number = NUMBER.match(words)
            if number:
                found |= {key: [number[0], words[number.end() :].strip()]}
                found |= {"sign": ""} if sign and not in_front else {}
    return found

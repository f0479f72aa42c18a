"""The words of pages in each language: one file a language in a folder `words/`, all with the same keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "words"
TEXTS = FOLDER.with_name("texts")
ENGLISH = "en"
NEUTRAL = "neutral"  # beside words/ and texts/: what rooms with neutral names say
Reword = Callable[[str], str]


@cache
def languages() -> tuple[str, ...]:
    """The languages that there are, English first."""
    found = sorted(path.stem for path in FOLDER.glob("*.json"))
    return (ENGLISH, *(each for each in found if each != ENGLISH))


@cache
def words_in(language: str, folder: Path = FOLDER) -> dict[str, str]:
    """The words of a page in a language, without a folder those of the desk: key -> text."""
    content: dict[str, str] = json.loads((folder / f"{language}.json").read_text(encoding="utf-8"))
    return content


@cache
def texts_in(language: str, folder: Path = TEXTS) -> dict[str, str]:
    """What the server says in English, in a language: text -> text, with slots for what changes.

    {0} is a number, an amount or another text that has a translation; {a} is a name and stays as it is.
    """
    if language == ENGLISH:
        return {}
    content: dict[str, str] = json.loads((folder / f"{language}.json").read_text(encoding="utf-8"))
    return content


def neutral_texts(texts: Mapping[str, str], language: str, folders: Sequence[Path], reword: Reword) -> dict[str, str]:
    """The texts of a room that replaces names: those that name nobody, and what a folder `neutral/` has for the others.

    reword: what replaces names in an English text.
    """
    found = {text: translated for text, translated in texts.items() if reword(text) == text}
    for folder in folders:
        if language != ENGLISH and (folder / f"{language}.json").is_file():
            found |= texts_in(language, folder)
    return found


def choose_language(asked: str, accepted: str) -> str:
    """The language of a page: what the address asks for, else the first that the browser accepts, else English.

    >>> choose_language("ko", ""), choose_language("xx", "fr;q=0.9, ja-JP, en;q=0.5"), choose_language("", "")
    ('ko', 'ja', 'en')
    >>> choose_language("", "en;q=0.3, zh-CN;q=0.8"), choose_language("", "zh;q=nonsense, *")
    ('zh', 'en')
    """
    wishes = []
    for place, part in enumerate(accepted.split(",")[:20]):
        name, _, rest = part.partition(";")
        wishes.append((-read_weight(rest), place, name.strip().split("-")[0].lower()))
    named = [asked.strip().split("-")[0].lower(), *(name for weight, _, name in sorted(wishes) if weight < 0.0)]
    return next((name for name in named if name in languages()), ENGLISH)


def read_weight(text: str) -> float:
    """The weight in an Accept-Language header: "q=0.8" is 0.8, nothing is 1, nonsense 0."""
    if not text.strip():
        return 1.0
    try:
        return min(1.0, max(0.0, float(text.strip().removeprefix("q="))))
    except ValueError:
        return 0.0

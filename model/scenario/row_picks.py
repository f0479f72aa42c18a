"""Rows as settings and measures name them, `line=BOS,good=alloy|magnet`: words in quotes may hold any sign."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

QUOTED = r'(?<=[=|])"(?:[^"\\]|\\.)*"(?=\s*(?:[,|\]]|$))'  # after = or |, up to a quote before , or | or ] or the end
IN_BRACKETS = rf"(?>{QUOTED}|[^\]])*"  # what may stand between [ and ]
PAIR = re.compile(rf"(?P<name>[^=,]*)=?(?P<words>(?>{QUOTED}|,(?!\s*(?:\w+\s*=|$))|[^,])*)(?:,|$)")
WORD = re.compile(rf"(?>{QUOTED}|[^|])+")
SIGNS = re.compile(r"[\]|,=\"\\]|^\s|\s$")  # what a word must be put into quotes for


def read_picks(text: str) -> dict[str, str | list[str]]:
    """Which columns must have which of several words; a comma may be part of a word, any other sign with quotes.

    >>> read_picks("role=magnet_maker, good=dytb|alloy")
    {'role': 'magnet_maker', 'good': ['dytb', 'alloy']}
    >>> read_picks("line=BR: iron, steel,good=coal")
    {'line': 'BR: iron, steel', 'good': 'coal'}
    >>> read_picks('line="A|B]"|C,good="5\\\\", x=y"')
    {'line': ['A|B]', 'C'], 'good': '5", x=y'}
    """
    found: dict[str, str | list[str]] = {}
    for pair in PAIR.finditer(text):
        if not pair[0].strip(" ,"):
            continue
        before = pair["words"].strip()
        words = [plain_word(word) for word in WORD.findall(f"={before}")] if '"' in before else before.split("|")
        found[pair["name"].strip()] = words if len(words) > 1 else words[0]
    return found


def plain_word(word: str) -> str:
    """A word without its quotes, if it has any."""
    word = word.removeprefix("=").strip()
    if len(word) > 1 and word[0] == word[-1] == '"':
        try:
            return str(json.loads(word))
        except ValueError:
            return word
    return word


def write_picks(picks: Mapping[str, str | Sequence[str]]) -> str:
    """The text of such picks, such that they are read again as they are.

    >>> write_picks({"line": "A|B]", "good": ["coal", "iron, steel"]})
    'line="A|B]",good=coal|"iron, steel"'
    """
    return ",".join(
        f"{name}={'|'.join(map(quoted, [words] if isinstance(words, str) else words))}" for name, words in picks.items()
    )


def quoted(word: str) -> str:
    """A word in quotes where it has a sign that would be read otherwise."""
    return json.dumps(word, ensure_ascii=False) if SIGNS.search(word) else word

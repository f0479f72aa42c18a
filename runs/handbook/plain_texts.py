"""The handbook for readers that read plain text: llms.txt says what each page is about, llms-full.txt is all of them.

The form of llms.txt is that of https://llmstxt.org: a heading, a summary in a quote, and lists of links by section.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

LIST, WHOLE = "llms.txt", "llms-full.txt"
SUMMARY = (
    "Linestop is an agent-based supply-chain stress game in Python, on Mesa: firms and a licensing authority trade, "
    "stockpile and diversify under export licences, and the reader sees how stocks of two months spread into industry "
    "stoppages, and why each line stopped."
)
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
FENCE = re.compile(r"^(```|~~~|:::).*?^\1\s*$", re.MULTILINE | re.DOTALL)
MARKS = "#|-*>!(<"  # with which no paragraph of prose begins
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
SENTENCE = re.compile(r".+?(?:[.!?](?=\s+[A-Z`*가-힣]|\s*$)|。)")


def write_plain_texts(folder: Path, sources: Path, chapters: Mapping[str, Sequence[str]]) -> None:
    """Write both files beside the pages of a handbook.

    sources: its pages as Markdown; chapters: the names of pages by chapter, in order.
    """
    lines, whole = ["# Linestop", "", f"> {SUMMARY}", ""], []
    for chapter, names in chapters.items():
        there = [(name, sources / f"{name}.md") for name in names]
        texts = [(name, file.read_text(encoding="utf-8")) for name, file in there if file.is_file()]
        if texts:
            lines += [f"## {chapter}", "", *(line_of(name, text) for name, text in texts), ""]
            whole += [text.strip() for _, text in texts]
    (folder / LIST).write_text("\n".join(lines), encoding="utf-8")
    (folder / WHOLE).write_text("\n\n".join(whole) + "\n", encoding="utf-8")


def line_of(name: str, text: str) -> str:
    """A page as an item of the list: its title, its address, and its first sentence.

    >>> line_of("seeds", "# Seeds\\n\\nA seed *decides* [luck](a.md). It is a number.\\n")
    '- [Seeds](seeds.html): A seed *decides* luck.'
    """
    found = TITLE.search(text)
    title = found[1] if found else name
    sentence = first_sentence(text[found.end() :] if found else text)
    return f"- [{title}]({name}.html): {sentence}" if sentence else f"- [{title}]({name}.html)"


def first_sentence(text: str) -> str:
    """The first sentence of the first paragraph of prose; empty where there is none."""
    for block in re.split(r"\n{2,}", FENCE.sub("", text).strip("\n")):
        plain = " ".join(LINK.sub(r"\1", block).split())
        if plain and not block.startswith("    ") and plain[0] not in MARKS and (found := SENTENCE.match(plain)):
            return found[0]
    return ""

"""Markdown for Sphinx: objects that can be searched and linked, and text as docstrings have it."""

from __future__ import annotations

import re
from inspect import cleandoc

CODE = re.compile(r"(`[^`]*`)")
FENCE = "`" * 5


def entry(kind: str, name: str, *body: str) -> str:
    """An object of a reference that search and links find by its name, with the paragraphs that say what it is."""
    return "\n\n".join([f"{FENCE}{{{kind}}} {name}", *filter(None, body), FENCE])


def plain(text: str) -> str:
    r"""A text that may hold what Markdown would take for markup: signs outside of `code` are kept as they are.

    >>> print(plain("a <b> and `<c>` x * y"))
    a \<b\> and `<c>` x \* y
    """
    parts = CODE.split(text)
    return "".join(part if part.startswith("`") else re.sub(r"([<>*_\[\]])", r"\\\1", part) for part in parts)


def docstring(text: str | None) -> str:
    """A docstring as Markdown: blocks that are set in by four blanks are shown as they are."""
    blocks = re.split(r"\n\s*\n", cleandoc(text or ""))
    return "\n\n".join(block if block.startswith("    ") else plain(block) for block in blocks)

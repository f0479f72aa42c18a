"""TOML documents: scenarios, experiments and exercises, read with suspicion."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from model.tables.faults import Faults

LARGEST_WHOLE = 2**63 - 1
MOST_BYTES = 4 << 20  # no scenario that somebody wrote comes near


def read_document(path: Path, edit: Callable[[str], str] = str) -> dict[str, Any]:
    """Read a TOML file, after an `edit` of its text; raise Faults, one sentence, where it holds none."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Faults([f"{path.name}: found more than {MOST_BYTES >> 20} MiB of text; make it shorter"])
        return parsed(edit(path.read_text(encoding="utf-8-sig")), path.name)
    except UnicodeDecodeError as error:
        words = f"found bytes that are not UTF-8 at byte {error.start}; save it as UTF-8"
    except OSError as error:
        words = f"found a file that cannot be read ({error.strerror}); mend it"
    raise Faults([f"{path.name}: {words}"])


def parsed(text: str, name: str) -> dict[str, Any]:
    """A TOML text as nested tables; raise Faults where it is none, or holds what no number of ours can be."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        place = f"line {line[1]}" if line else "last line"
        words = str(error).split(" (at ")[0]
        raise Faults([f"{name}: {place}: found what is not TOML ({words}); mend this line"]) from None
    except RecursionError:
        raise Faults([f"{name}: found brackets within brackets, too deep to read; make it flatter"]) from None
    except ValueError:  # Python reads no whole number of thousands of digits, and no date such as 2026-02-30
        raise Faults([f"{name}: found a number or a date that cannot be read; write a shorter or a real one"]) from None
    if holds_too_much(document):
        raise Faults([f"{name}: found a whole number of over {len(str(LARGEST_WHOLE))} digits; write a smaller one"])
    return document


def holds_too_much(value: Any) -> bool:
    """Whether somewhere in a document there is a whole number that does not fit into 64 bits."""
    if isinstance(value, dict):
        return any(map(holds_too_much, value.values()))
    if isinstance(value, list):
        return any(map(holds_too_much, value))
    return isinstance(value, int) and abs(value) > LARGEST_WHOLE


def plain_value(text: str) -> Any:
    """Read a value as TOML would, and as text where TOML cannot: a number, a date, words.

    >>> plain_value("30"), plain_value("pro rata"), plain_value("30 # days"), plain_value("1, 2")
    (30, 'pro rata', '30 # days', '1, 2')
    """
    try:
        values = tomllib.loads(f"value = [{text}]")["value"]  # a comment would swallow the bracket
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return text.strip()
    return values[0] if len(values) == 1 and not holds_too_much(values) else text.strip()

"""The tables of state variables in model/ODD.md, made from the code."""

from __future__ import annotations

import re
from pathlib import Path

from model.state import Conditions, Flows, Network, Policy, State, columns
from model.tables.table_files import DATA
from runs.files.durable import write_whole
from runs.reference.markdown_table import markdown_table

ODD = DATA.parent / "ODD.md"
STATE_CLASSES: dict[str, tuple[type, str]] = {
    "Network": (Network, "what never changes during a run"),
    "Conditions": (Conditions, "what dated shocks impose"),
    "Policy": (Policy, "what people wish"),
    "State": (State, "what is, at the end of a day"),
    "Flows": (Flows, "what flowed today"),
}
BEGIN, END = "<!-- state tables: begin -->", "<!-- state tables: end -->"


def state_tables() -> str:
    """The columns of the world as Markdown tables, from their declarations in model/state.py."""
    parts = []
    for name, (room, words) in STATE_CLASSES.items():
        rows = [(f"`{key}`", c.letters, c.unit or "-", c.meaning) for key, c in columns(room).items()]
        parts += [f"**{name}**: {words}", markdown_table(("column", "letters", "unit", "meaning"), rows)]
    return "\n\n".join(parts)


def with_tables(text: str) -> str:
    """Replace the state tables in a text, between its marks, by those of the code."""
    block = f"{BEGIN}\n{state_tables()}\n{END}"
    return re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: block, text, flags=re.DOTALL)


def update_tables(path: Path = ODD) -> bool:
    """Write up-to-date tables into the model's description; return whether anything changed."""
    before = path.read_text(encoding="utf-8")
    after = with_tables(before)
    write_whole(path, after)
    return after != before


if __name__ == "__main__":
    print("rewritten" if update_tables() else "up to date")

"""The tables of the model's description that are made from the code: state variables, goods and minds."""

from __future__ import annotations

import re
from pathlib import Path

from model.state import Conditions, Flows, Network, Policy, State, columns
from model.tables.table_files import DATA
from runs.files.durable import write_whole

ODD = DATA.parent / "ODD.md"
ROOMS: dict[str, tuple[type, str]] = {
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
    for name, (room, words) in ROOMS.items():
        rows = [f"| `{key}` | {c.letters} | {c.unit or '-'} | {c.meaning} |" for key, c in columns(room).items()]
        head = f"**{name}**: {words}\n\n| column | letters | unit | meaning |\n|---|---|---|---|\n"
        parts.append(head + "\n".join(rows))
    return "\n\n".join(parts)


def with_tables(text: str) -> str:
    """A text with the state tables of today between its marks."""
    block = f"{BEGIN}\n{state_tables()}\n{END}"
    return re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: block, text, flags=re.DOTALL)


def rewrite(path: Path = ODD) -> bool:
    """Bring the tables of the model's description up to date; says whether anything changed."""
    before = path.read_text(encoding="utf-8")
    after = with_tables(before)
    write_whole(path, after)
    return after != before


if __name__ == "__main__":
    print("rewritten" if rewrite() else "up to date")

"""What comes out of runs and batches: outcomes, columns of their tables, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from model.metrics import CURTAILED_BELOW, STOPPED_BELOW
from model.tables.focus_file import zones_of
from model.tables.table_files import DATA, read_tables
from model.tables.tables import Tables
from runs.batch.columns import MEANINGS
from runs.figures.captions import CAPTIONS, WIDE_ECONOMY
from runs.handbook.markdown import entry, plain
from runs.measures.definitions import Definition, definitions
from runs.reference.markdown_table import markdown_table
from runs.simulation.focus import focus_of
from runs.simulation.record_columns import header

PICTURES = "pictures"  # folder of the figures that the handbook shows
MOST_NAMES = 8  # of one form that are listed
COLUMN_HEADS = ("Column", "Unit", "Meaning")
PERCENT = 100
CURRENCY = "(the world's currency)"


def outcome_blocks() -> dict[str, Callable[[], str]]:
    """The blocks of outcomes, by name."""
    return {
        "stopped": lambda: (
            f"A line is *stopped* on a day on which it makes under {PERCENT * STOPPED_BELOW:.0f} % of what is usual, "
            f"and *curtailed* on one on which it makes under {PERCENT * CURTAILED_BELOW:.0f} %."
        ),
        "outcomes": outcome_entries,
        "record-columns": record_columns,
        "batch-columns": batch_columns,
        "figures": figures,
    }


def outcome_entries() -> str:
    """The outcomes by the forms of their names, each with the names that it has in the base case."""
    words = words_in_names(read_tables(DATA))
    return "\n\n".join(outcome_entry(each, words) for each in definitions())


def outcome_entry(each: Definition, words: Mapping[str, Sequence[str]]) -> str:
    """An outcome as an object of the reference."""
    names = [name for name in each.names(words) if name != each.form]
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    listed = "In the base case " + ", ".join(f"`{name}`" for name in names[:MOST_NAMES]) + more + "." if names else ""
    return entry("outcome", each.form, f"*{plain(each.unit.replace('¤', CURRENCY))}*", plain(each.meaning), listed)


def words_in_names(tables: Tables) -> dict[str, Sequence[str]]:
    """What stands in the names of outcomes of a world, by place."""
    about = focus_of(tables)
    industries = dict.fromkeys(line.industry.replace(" ", "_") for line in tables.firms if line.country == about.home)
    others = (each.country for each in tables.countries if each.country not in about.reported)
    return {
        "country": [*about.reported, *others],
        "tier": [str(number) for number in about.tiers],
        "good": [good.good for good in tables.goods if good.controlled or good.looks_alike],
        "industry": list(industries),
        "makers": [about.stock_makers.replace(" ", "_")],
        "when": ["before", "after"],
    }


def record_columns() -> str:
    """The columns of the Parquet files of a run."""
    tables = read_tables(DATA)
    named = header(focus_of(tables).money.code, zones_of(tables.countries))
    return "\n\n".join(
        column_table(
            f"{name}.parquet", dict(zip(rows["column"], zip(rows["unit"], rows["meaning"], strict=True), strict=True))
        )
        for name, rows in named.groupby("table", sort=False)
    )


def batch_columns() -> str:
    """The columns of the tables of a batch."""
    return "\n\n".join(column_table(name, columns) for name, columns in MEANINGS.items())


def column_table(title: str, columns: Mapping[str, tuple[str, str]]) -> str:
    """A table of columns under its title; columns: name -> unit and meaning."""
    rows = [
        (f"`{name}`", unit.replace("¤", CURRENCY) or "-", plain(meaning)) for name, (unit, meaning) in columns.items()
    ]
    return f"## {title}\n\n{markdown_table(COLUMN_HEADS, rows)}"


def figures() -> str:
    """Title and caption of each figure of a run, with the file that it is in."""
    few, parts = "Outside the zones whose authorities rule on exports little", []
    for name, (title, caption) in CAPTIONS.items():
        parts += [f"## {title}", plain(caption.replace("{few}", few)), f"File: `{name}.png`"]
        if name != WIDE_ECONOMY:  # which the base case, without anonymous firms, does not have
            parts.append(f"![{title}]({PICTURES}/{name}.png)")
    return "\n\n".join(parts)

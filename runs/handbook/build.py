"""Building: the sources are laid together as the house has them, and Sphinx makes pages of them."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from runs.figures.catalogue import FIGURES, figure_png
from runs.handbook.command_blocks import Parsers
from runs.handbook.contents import CHAPTERS, FIRST, PAGES, all_blocks, contents, filled_in, papers_in
from runs.handbook.linked_files import copy_pages
from runs.handbook.outcome_blocks import PICTURES
from runs.handbook.plain_texts import write_plain_texts
from runs.simulation.stage import play, stage

HERE = Path(__file__).parent
HOUSE = HERE.parents[1]
LABELS = {  # parts of the theme's pages that screen readers could not tell apart
    '<aside class="sidebar-drawer"': '<aside aria-label="Contents" class="sidebar-drawer"',
    '<aside class="toc-drawer': '<aside aria-label="On this page" class="toc-drawer',
    '<p class="caption" role="heading"': '<p class="caption" role="heading" aria-level="2"',
}
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def build_handbook(folder: Path, parsers: Parsers, exit_codes: Mapping[int, str]) -> list[str]:
    """Build the handbook into an empty folder; return what Sphinx finds wrong, a sentence each.

    parsers: the parser of each command's arguments, by name; exit_codes: what the numbers mean that commands return.
    """
    with tempfile.TemporaryDirectory() as temporary:
        sources, notes = Path(temporary) / "sources", Path(temporary) / "notes"
        write_sources(sources, parsers, exit_codes)
        wrong = make_pages(sources, folder, notes)
        write_plain_texts(folder, sources, {"Start here": [FIRST], **CHAPTERS})
        return wrong


def write_sources(sources: Path, parsers: Parsers, exit_codes: Mapping[int, str]) -> None:
    """Write all pages as Markdown: those of the handbook with what is made for them, and the papers of the house."""
    blocks = all_blocks(parsers, exit_codes)
    pages = {path.stem: filled_in(path.read_text(encoding="utf-8"), blocks) for path in sorted(PAGES.glob("*.md"))}
    pages |= {paper: (HOUSE / f"{paper}.md").read_text(encoding="utf-8") for paper in papers_in(HOUSE)}
    pages[FIRST] += "\n" + contents(pages)
    draw_pictures(sources / PICTURES)  # first, for links to what is not there are dropped
    copy_pages(pages, HOUSE, sources)


def draw_pictures(folder: Path) -> None:
    """Draw every figure of a run of the default scenario."""
    folder.mkdir(parents=True)
    record = play(stage())
    for name in FIGURES:
        (folder / f"{name}.png").write_bytes(figure_png(record, name))


def make_pages(sources: Path, folder: Path, notes: Path) -> list[str]:
    """Let Sphinx make the pages; return its warnings without the places of files on this machine."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    told = StringIO()
    with patch_docutils(str(HERE)), docutils_namespace():
        app = Sphinx(
            srcdir=sources, confdir=HERE, outdir=folder, doctreedir=notes, buildername="html", status=None, warning=told
        )
        app.build()
    for left in (".buildinfo", "objects.inv"):  # for Sphinx alone
        (folder / left).unlink(missing_ok=True)
    shutil.rmtree(folder / "_sources", ignore_errors=True)
    for page in folder.rglob("*.html"):
        page.write_text(with_labels(page.read_text(encoding="utf-8")), encoding="utf-8")
    lines = COLOUR.sub("", told.getvalue()).replace(f"{sources}/", "").splitlines()
    return [line for line in lines if line.strip()]


def with_labels(page: str) -> str:
    """A page whose parts have labels for screen readers."""
    for found, labelled in LABELS.items():
        page = page.replace(found, labelled)
    return page

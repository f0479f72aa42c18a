"""How Sphinx builds the handbook: Markdown, one theme, nothing that is loaded from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runs.handbook.objects import register_objects

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "Linestop"
extensions = ["myst_parser"]
myst_heading_anchors = 4
smartquotes = False  # or two hyphens of an option become a dash
html_theme = "furo"
html_title = "Linestop: the handbook"
html_static_path = ["static", "../classroom/scrolling.js"]
html_css_files = ["handbook.css"]
html_js_files = [("scrolling.js", {"defer": "defer"})]
html_search_scorer = str(Path(__file__).with_name("search_scorer.js"))
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False
html_show_search_summary = False  # its texts are fetched, which a browser does not do from a memory stick
html_theme_options: dict[str, list[str]] = {"top_of_page_buttons": []}


def setup(app: Sphinx) -> None:
    """Make the objects of the references known."""
    register_objects(app)

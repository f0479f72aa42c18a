"""Writing pages where Sphinx reads them, with the files of the house that they link to."""

from __future__ import annotations

import re
import shutil
from collections.abc import Container, Mapping
from pathlib import Path, PurePosixPath
from posixpath import normpath

LINK = re.compile(r"(?P<sign>!?)\[(?P<words>[^\]]*)\]\((?P<target>[^)#\s]+)(?P<part>#[^)\s]*)?\)")
ELSEWHERE = ("http:", "https:", "mailto:")


def copy_pages(pages: Mapping[str, str], house: Path, sources: Path) -> None:
    """Write pages, name -> text, with the files that they link to beside them as in the house, so that links work.

    An installation from a package lacks the files that stand at its top: a link to what is not there becomes its words.
    """
    for name, text in pages.items():
        place = sources / f"{name}.md"
        place.parent.mkdir(parents=True, exist_ok=True)
        linked = copy_linked(text, PurePosixPath(name).parent, house, sources, pages)
        place.write_text(f"{linked.rstrip()}\n", encoding="utf-8")


def copy_linked(text: str, folder: PurePosixPath, house: Path, sources: Path, pages: Container[str]) -> str:
    """Copy the files that a page in a folder links to; return the text without links to what is not there."""

    def keep(link: re.Match[str]) -> str:
        target = normpath(folder / link["target"])
        if link["target"].startswith(ELSEWHERE) or target.removesuffix(".md") in pages:
            return link[0]
        if (sources / target).is_file():  # as pictures that were drawn for the handbook
            return link[0]
        if not (house / target).is_file():
            return link["words"]
        (sources / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(house / target, sources / target)
        return link[0]

    return LINK.sub(keep, text)

"""The objects of the references as Sphinx knows them: keys, columns and outcomes, found by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx.domains.std import GenericObject

if TYPE_CHECKING:
    from sphinx.addnodes import desc_signature
    from sphinx.application import Sphinx

WORDS = {"key": "key", "column": "column of a table", "outcome": "outcome"}  # kind -> what the search calls it


class Listed(GenericObject):
    """An object that also stands in the list of what is on its page."""

    def _object_hierarchy_parts(self, sig_node: desc_signature) -> tuple[str, ...]:
        return (str(sig_node.astext()),)

    def _toc_entry_name(self, sig_node: desc_signature) -> str:
        return str(sig_node.astext())


def register_objects(app: Sphinx) -> None:
    """Make the objects known to Sphinx."""
    for kind, words in WORDS.items():
        app.add_object_type(kind, kind, f"single: %s ({words})", objname=words)
        listed = type(kind, (Listed,), {"indextemplate": f"single: %s ({words})"})
        app.add_directive_to_domain("std", kind, listed, override=True)

"""QR codes of addresses: for a terminal, and for a page."""

from __future__ import annotations

import io

import segno


def for_terminal(address: str) -> str:
    """A QR code in half blocks, as small as a terminal can show it."""
    out = io.StringIO()
    segno.make(address, error="m").terminal(out, compact=True)
    return out.getvalue().rstrip("\n")


def as_svg(address: str) -> bytes:
    """A QR code as SVG, with the quiet zone that cameras need."""
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", xmldecl=False, svgns=True, omitsize=True)
    return out.getvalue()

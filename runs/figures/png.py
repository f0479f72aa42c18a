"""A matplotlib Figure as a PNG: bytes, or a file that is whole or absent."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any
from warnings import catch_warnings, filterwarnings

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from runs.figures.style import house_style
from runs.files.durable import write_whole

DOTS_PER_INCH = 150
MISSING_GLYPH = "Glyph .* missing from"  # a warning: letters that the font lacks are drawn as boxes
COMPRESS_LEVEL = 2  # of 9: half the time of 3, a hundredth larger
UNHINTED: Any = {"text.hinting": "none"}  # hinting shows little at this resolution and takes a third of the time


def write_figure(figure: Figure, path: Path) -> Path:
    """Write a figure as a PNG and return its path; the file is whole or absent."""
    return write_whole(path, png(figure))


def png(figure: Figure) -> bytes:
    """A figure as the bytes of a PNG, without an alpha channel."""
    paper = BytesIO()
    with house_style(UNHINTED):
        canvas: Any = FigureCanvasAgg(figure)
        figure.set_dpi(DOTS_PER_INCH)
        with catch_warnings():
            filterwarnings("ignore", MISSING_GLYPH)
            canvas.draw()
        dots = np.ascontiguousarray(np.asarray(canvas.buffer_rgba())[:, :, :3])
    Image.fromarray(dots).save(paper, "png", compress_level=COMPRESS_LEVEL, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return paper.getvalue()

"""What is drawn on a figure, for tests: its words with their boxes in pixels."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def boxes_of_words(figure: Figure) -> dict[Text, Bbox]:
    """The boxes of all words of a figure that can be seen, as it is drawn."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    hidden = set(left_out(figure))
    words = (text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible())
    return {text: text.get_window_extent(canvas.get_renderer()) for text in words if text not in hidden}


def words_that_clash(figure: Figure) -> list[str]:
    """Words of a figure that lie on others or beyond its edge."""
    boxes, edge = boxes_of_words(figure), figure.bbox
    beyond = [
        f"{text.get_text()!r} goes beyond the edge"
        for text, box in boxes.items()
        if not (edge.x0 <= box.x0 and box.x1 <= edge.x1 and edge.y0 <= box.y0 and box.y1 <= edge.y1)
    ]
    pairs = combinations(boxes.items(), 2)
    return beyond + [
        f"{one.get_text()!r} lies on {other.get_text()!r}"
        for (one, box), (other, beside) in pairs
        if box.overlaps(beside)
    ]


def left_out(figure: Figure) -> Iterator[Text]:
    """The words that a figure has and does not draw: those of hidden panels, and labels of ticks beyond a scale."""
    for axes in figure.axes:
        if not axes.get_visible() or not axes.axison:
            yield from axes.findobj(Text)
        for axis, bounds in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            for tick in [*axis.majorTicks, *axis.minorTicks]:
                if not min(bounds) <= tick.get_loc() <= max(bounds):
                    yield from (tick.label1, tick.label2)

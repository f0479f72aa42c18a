"""The other industries that the press named: electronics, capacitors, chip equipment, machinery, appliances, wind."""

from __future__ import annotations

from agents.parts_maker import PartsMaker


class Industry(PartsMaker):
    """Makes what people and firms buy, with a little rare earth inside: devices, capacitors, robots, air conditioners.

    It fears to find out late that a powder of which it buys some tonnes a year has no second maker: yttrium and
    dysprosium oxide rose most in price because nobody had stocks and nothing replaces them. It behaves like a parts
    maker, with more patience and longer habits.
    Evidence: E18 (yttrium), C8 (air conditioners without heavy rare earths), D10.
    """

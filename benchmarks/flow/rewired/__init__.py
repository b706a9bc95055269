"""Fictional trade with planted diversions, made by rewiring lawful trade.

First a world of lawful trade only is drawn: firms with a few headings each, heavy-tailed sizes
and lasting relations, and lines of these relations by the headings' seasons. Then chains are made
of lines that are there already: a firm's line to its customer, the line with which it got the
goods, and so on back. Only the day, the quantity, the price level and, where it must be, the code
of these lines are changed (and now and then which sister of a group received them), so that the
goods truly flow through the firms while counts of lines by firm and relation, and shares of goods
and months, stay as they were. Most chains are lawful; planted ones are those of controlled goods
out of a controlled origin to an embargoed country. Both kinds suffer the same things at the same
rates: splits, merges, lost legs, new codes, sisters, stock, wrong units.
"""

from .goods import CONTROLLED_ORIGINS, EMBARGOED
from .knobs import Knobs, vary
from .world import DECOYS, TYPOLOGIES, World, make_rewired

__all__ = [
    "CONTROLLED_ORIGINS",
    "DECOYS",
    "EMBARGOED",
    "TYPOLOGIES",
    "Knobs",
    "World",
    "make_rewired",
    "vary",
]

"""Worlds of fictional trade with planted diversions.

Owners of heavy-tailed size, in some forty countries, deal in niches of goods and are tied by
trade relations that repeat. A lawful single shipment is one draw of a relation. A chain is a walk
over the same relations, drawn with the same weights: goods come to a third-country firm and are
sent on after a while, a little less or a part, sometimes in several lots, by a sister firm, or
under another code. Planted and lawful chains come from the same draw; a planted chain carries
controlled goods from a controlled origin to RU or BY, and a lawful one does not. So a line of a
planted chain is told from others only by following the goods.
"""

from __future__ import annotations

from .flows import TYPOLOGIES
from .knobs import Knobs, vary
from .market import CONTROLLED_ORIGINS, EMBARGOED
from .world import DECOYS, World, make_trials

__all__ = [
    "CONTROLLED_ORIGINS",
    "DECOYS",
    "EMBARGOED",
    "TYPOLOGIES",
    "Knobs",
    "World",
    "make_trials",
    "vary",
]

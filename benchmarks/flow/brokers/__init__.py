"""A world of brokers: procurement agents in third countries who buy for standing customers.

A broker runs programmes. Each serves a few customers of one end user with a small basket of
goods from a few suppliers, on a road of one to four third-country firms (the broker, then
consolidators and other traders), with recurring orders over months. Goods stay days only
with some, weeks or months with others. An order may be bought in several lots that are put
together, and sent on in several consignments by several firms. Most programmes are lawful; a
few brokers run, beside a majority of lawful business, programmes that bring controlled goods
to embargoed customers. These are drawn and shipped as all others are, through the same hubs,
and each of their orders is a planted chain. Around the brokers stand lawful stocks and the
ordinary trade of all firms.
"""

from __future__ import annotations

from .knobs import Knobs, vary
from .lines import DECOYS, TYPOLOGIES
from .world import CONTROLLED_ORIGINS, EMBARGOED, World, make_brokers

__all__ = [
    "CONTROLLED_ORIGINS",
    "DECOYS",
    "EMBARGOED",
    "TYPOLOGIES",
    "Knobs",
    "World",
    "make_brokers",
    "vary",
]

"""A fictional world of the trade in electronic parts, with planted diversions.

Makers, franchised distributors and catalogue houses in controlled origins, makers elsewhere,
distributors and brokers in third countries, contract manufacturers and other users trade along
standing relations in goods of a heading; about half of the lines are parts. An article has a part
number, a list price with price breaks and a packing, so that most quantities are whole reels,
trays or tubes; some are breakage, rests or samples. Orders are single or frame orders delivered
monthly; seasons and shortages (resellers then buy from each other) move the dates. Chains, lawful
and planted, are walks along the same relations, back from the last buyer to the origin, and every
rule (lags, stock kept, splits, merges, releases, new codes, sister firms, lost legs, wrong units)
holds for both; only origin and end differ. Each line is priced and packed by the same rules.
"""

from .knobs import CONTROLLED_ORIGINS, DECOYS, EMBARGOED, TYPOLOGIES, Knobs, vary
from .world import World, make_reels

__all__ = [
    "CONTROLLED_ORIGINS",
    "DECOYS",
    "EMBARGOED",
    "TYPOLOGIES",
    "Knobs",
    "World",
    "make_reels",
    "vary",
]

"""Goods of the world: HS codes in lanes, their units, prices, masses and lots.

A lane is a family of headings that the same firms trade: it is the product side of a community.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

UNITS = ("NAR", "KGM", "DZN", "TNE", "MTR", "LTR")
STEP = np.array([1.0, 0.1, 1.0, 0.01, 1.0, 1.0])  # finest quantity written in each unit
WHOLE = np.array([True, False, True, False, False, False])  # goods that cannot be cut
WRONG_UNIT = np.array([2, 3, 0, 1, 1, 1])  # the label that a slip puts in place of the right one
WRONG_FACTOR = np.array([1 / 12, 1e-3, 12.0, 1e3, 1e-2, 1e-3])  # or the number, label left alone

# Not controlled: food and drink, and medicine.
FREE_CHAPTERS = frozenset({*range(1, 25), 30})

# Per lane: weight, season strength, US dollars a kilogram, kilograms a piece (or metre); headings.
_LANES = """
0.5 0.6 1.5 1: 0803 KGM 10 90; 0805 KGM 10 21 22 29 40 50; 0808 KGM 10 30 40; 1006 TNE 10 20 30 40;\
 0901 KGM 11 12 21 22 90
0.5 0.2 4 1: 0202 KGM 10 20 30; 0402 KGM 10 21 29 91 99; 1806 KGM 10 20 31 32 90;\
 2204 LTR 10 21 22 29; 2202 LTR 10 91 99
0.5 0.15 90 1: 3002 KGM 12 13 14 15 41 49; 3004 KGM 10 20 31 32 39 49 50 60 90; 3005 KGM 10 90;\
 3006 KGM 10 30 40 50 70
0.4 0.2 9 1: 3304 KGM 10 20 30 91 99; 3305 KGM 10 20 30 90; 3307 KGM 10 20 30 41 49 90;\
 3401 KGM 11 19 20 30; 4818 KGM 10 20 30 50 90
0.5 0.5 25 0.4: 6109 DZN 10 90; 6203 DZN 11 12 22 23 31 41 42 43; 6204 DZN 11 12 13 21 42 61 62;\
 6402 NAR 12 19 20 91 99; 6403 NAR 12 19 40 51 59 91
0.4 0.2 5 9: 9401 NAR 20 31 39 61 69 71 79; 9403 NAR 10 20 30 40 50 60 70; 9405 NAR 11 19 21 29 31
0.9 0.1 3 1: 2804 KGM 10 21 29 40 61 69; 2811 KGM 11 19 21 22 29; 2903 KGM 11 12 13 14 15 19;\
 2909 KGM 11 19 20 30 41 43; 3824 KGM 10 30 40 50 60 81 99
0.9 0.1 2.5 0.3: 3901 TNE 10 20 30 40 90; 3902 TNE 10 20 30 90; 3907 KGM 10 21 30 40 50 61 69;\
 3917 MTR 10 21 22 23 29 31; 3920 KGM 10 20 43 49 51
0.7 0.25 5 9: 4009 MTR 11 12 21 22 31; 4011 NAR 10 20 30 40 50 70; 4016 KGM 10 91 92 93 94 95 99;\
 2710 LTR 12 19 20 91 99; 3403 LTR 11 19 91 99
1.0 0.1 1.5 0.8: 7208 TNE 10 25 26 27 36 37; 7219 TNE 11 12 13 21 31; 7304 KGM 11 19 22 23 31;\
 7312 MTR 10 90; 7318 KGM 11 12 13 14 15 16
0.7 0.1 12 1: 7408 KGM 11 19 21 22 29; 7502 KGM 10 20; 7601 TNE 10 20; 7606 KGM 11 12 91 92;\
 8108 KGM 20 30 90
0.9 0.1 30 900: 8456 NAR 11 12 20 30 40; 8457 NAR 10 20 30; 8458 NAR 11 19 91 99;\
 8459 NAR 10 21 29 31 41 61; 8466 KGM 10 20 30 91 92 93 94
1.3 0.15 20 4: 8413 NAR 11 19 20 30 50 60 70 81; 8414 NAR 10 20 30 40 51 59 80;\
 8481 NAR 10 20 30 40 80; 8482 NAR 10 20 30 40 50 80; 8483 NAR 10 20 30 40 50 60
1.4 0.25 110 1.2: 8443 NAR 31 32 39 91 99; 8471 NAR 30 41 49 50 60 70 80; 8473 KGM 21 29 30 40 50;\
 8517 NAR 13 14 61 62 69 71 79; 8523 NAR 21 29 41 49 51 52
1.5 0.1 600 0.004: 8532 NAR 10 21 22 23 24 25 29; 8533 NAR 10 21 29 31 40;\
 8536 NAR 10 20 30 41 49 50 61 69 90; 8541 NAR 10 21 29 30 41 49 51 59 60; 8542 NAR 31 32 33 39 90
1.1 0.15 35 1.5: 8501 NAR 10 20 31 32 33 40 51; 8504 NAR 10 21 22 31 32 33 34 40 50;\
 8507 NAR 10 20 30 50 60; 8526 NAR 10 91 92; 8529 KGM 10 90; 8544 MTR 11 19 20 30 42 49 70
0.9 0.2 14 120: 8407 NAR 10 21 29 31 32 33 34; 8703 NAR 21 22 23 24 31 32 33 40;\
 8708 KGM 10 21 29 30 40 50 70 80; 8711 NAR 10 20 30 40 50
0.6 0.1 400 5: 8411 NAR 11 12 21 22 81 82 91; 8806 NAR 10 21 22 23 24 29; 8807 KGM 10 20 30 90;\
 9014 NAR 10 20 80 90
1.1 0.1 180 2: 9001 NAR 10 20 30 40 50 90; 9002 NAR 11 19 20 90; 9013 NAR 10 20 80 90;\
 9027 NAR 10 20 30 50 80; 9030 NAR 10 20 31 32 33 39 40 82 84; 9031 NAR 10 20 41 49 80
"""


@dataclass(frozen=True, slots=True)
class Goods:
    """Tables of lanes, headings and six-digit codes; the codes of a heading lie side by side."""

    codes: tuple[str, ...]
    lane_weight: Floats
    lane_season: Floats
    lane_free: Bools
    lane_first: Ints  # first heading of each lane, and one past the last at the end
    heading_lane: Ints
    heading_unit: Ints
    heading_price: Floats  # US dollars a unit
    heading_mass: Floats  # kilograms a unit
    heading_lot: Floats  # log of the middle quantity of a lot
    heading_first: Ints  # first code of each heading, and one past the last at the end
    sibling: Ints  # another heading of the same lane counted in the same unit, or -1

    def other_code(self, code: Ints, heading: Ints, rng: np.random.Generator) -> Ints:
        """Another code of the same heading."""
        first = self.heading_first[heading]
        size = self.heading_first[heading + 1] - first
        return first + (code - first + 1 + rng.integers(0, size - 1)) % size


def make_goods(rng: np.random.Generator) -> Goods:
    """Read the table and draw each heading's price, mass and lot about its lane's."""
    codes: list[str] = []
    lanes: list[tuple[float, float, bool]] = []
    headings: list[tuple[int, int, float, float]] = []
    lane_first, heading_first = [0], [0]
    for lane, line in enumerate(_LANES.strip().splitlines()):
        head, body = line.split(":")
        weight, season, dollars, kilos = map(float, head.split())
        for item in body.split(";"):
            heading, unit, *ends = item.split()
            each = {"KGM": 1.0, "TNE": 1e3, "LTR": 0.9, "DZN": 12 * kilos}.get(unit, kilos)
            headings.append((lane, UNITS.index(unit), dollars, each))
            codes.extend(heading + end for end in ends)
            heading_first.append(len(codes))
        lanes.append((weight, season, int(heading[:2]) in FREE_CHAPTERS))
        lane_first.append(len(headings))
    table = np.array(headings)
    n = len(headings)
    loose = np.isin(table[:, 1], [UNITS.index(u) for u in ("NAR", "DZN", "MTR")])
    mass = table[:, 3] * np.where(loose, np.exp(rng.normal(0, 0.5, n)), 1.0)
    price = table[:, 2] * mass * np.exp(rng.normal(0, 0.3, n))
    worth = np.maximum(25_000 * np.exp(rng.normal(0, 0.5, n)), 30 * price)
    lane_of, unit_of = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
    sibling = np.full(n, -1)
    for h in range(n):
        like = np.flatnonzero((lane_of == lane_of[h]) & (unit_of == unit_of[h]))
        if like.size > 1:
            sibling[h] = like[(np.searchsorted(like, h) + 1) % like.size]
    return Goods(
        codes=tuple(codes),
        lane_weight=np.array([x[0] for x in lanes]) * np.exp(rng.normal(0, 0.25, len(lanes))),
        lane_season=np.array([x[1] for x in lanes]),
        lane_free=np.array([x[2] for x in lanes]),
        lane_first=np.array(lane_first),
        heading_lane=lane_of,
        heading_unit=unit_of,
        heading_price=price,
        heading_mass=mass,
        heading_lot=np.log(worth / price),
        heading_first=np.array(heading_first),
        sibling=sibling,
    )


def tidy(quantity: Floats, unit: Ints, rounded: Bools) -> Floats:
    """Quantities as written: cut to the unit's finest step, or down to two leading digits."""
    step = STEP[unit]
    cut = np.maximum(np.floor(quantity / step + 1e-6), 1) * step
    lead = np.maximum(10.0 ** (np.floor(np.log10(cut) + 1e-9) - 1), step)
    cut = np.where(rounded, np.floor(cut / lead + 1e-6) * lead, cut)
    out: Floats = np.round(cut, 2)
    return out

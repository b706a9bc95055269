"""What a party does with its goods over time: shares and counts that single links do not show."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from enduse.engine.compiling import compiled
from enduse.flow.kernel import Flags, Floats, Ints, Keys
from enduse.flow.ledger import Ledger
from enduse.flow.movements import Level
from enduse.flow.passes import Ends, Origins

LEVELS = (Level.HS6, Level.HEADING, Level.PARTY)
"""Levels whose history counts."""

OF_LINKS = ("came", "goes", "came_and_goes", "starts", "ends")
OF_KEY = (
    "exporter_came", "exporter_came_sum", "exporter_arrivals", "exporter_departures",
    "exporter_ends", "exporter_goes",
    "consignee_goes", "consignee_goes_sum", "consignee_arrivals", "consignee_departures",
    "consignee_starts", "consignee_ends",
)  # fmt: skip
FEATURES = (*OF_LINKS, *(f"{name}_{level.label}" for level in LEVELS for name in OF_KEY))
"""What a learned score sees of a shipment, in order.

`came` and `goes` are the probabilities along the links; with `_sum` their sum over a key's arrivals
or departures, else their mean. Arrivals and departures are counts. The shipment itself is left out.
"""
_HOPELESS, _ENOUGH = -5.5, 16
"""Log-odds, and after how many trees, below which no further tree is asked."""

Trees: TypeAlias = tuple[Ints, Floats, Ints, Ints]
"""Roots; and of every node its limit, feature and first child (see `learned.Learned`)."""


@compiled
def sum_up(
    keys: Keys, places: Ints, start: Flags, end: Flags, came: Floats, goes: Floats
) -> Floats:
    """For each key: arrivals, departures, starts, ends, sums of `came` and of `goes`."""
    sums = np.zeros((keys.levels, 6), np.float32)
    for row in range(len(start)):
        arriving, leaving = keys.arriving[row], keys.leaving[row]
        for place in places:
            if arriving >= 0 and keys.up[arriving, place] >= 0:
                s = keys.up[arriving, place]
                sums[s, 0] += 1
                sums[s, 2] += start[row]
                sums[s, 4] += came[row]
            if leaving >= 0 and keys.up[leaving, place] >= 0:
                s = keys.up[leaving, place]
                sums[s, 1] += 1
                sums[s, 3] += end[row]
                sums[s, 5] += goes[row]
    return sums


@compiled
def describe(
    row: int,
    keys: Keys,
    places: Ints,
    sums: Floats,
    start: Flags,
    end: Flags,
    came: Floats,
    goes: Floats,
    told: Floats,
) -> bool:
    """Write what a shipment's features are; whether anything leads through it at all."""
    arriving, leaving = keys.arriving[row], keys.leaving[row]
    if arriving < 0 or leaving < 0 or (start[row] and end[row]):
        return False
    comes, goes_on = bool(came[row] > 0.001), bool(goes[row] > 0.001)
    for i in range(len(places)):
        comes = comes or bool(sums[keys.up[leaving, places[i]], 4] > 0.01)
        goes_on = goes_on or bool(sums[keys.up[arriving, places[i]], 5] > 0.01)
    if not (comes and goes_on):
        return False
    told[0], told[1], told[2] = came[row], goes[row], came[row] * goes[row]
    told[3], told[4] = start[row], end[row]
    for i in range(len(places)):
        first = 5 + 12 * i
        s = keys.up[leaving, places[i]]
        arrivals, departures = sums[s, 0], sums[s, 1] - 1
        told[first] = sums[s, 4] / (arrivals + 1)
        told[first + 1] = sums[s, 4]
        told[first + 2], told[first + 3] = arrivals, departures
        told[first + 4] = (sums[s, 3] - end[row]) / (departures + 1)
        told[first + 5] = max(np.float32(0), sums[s, 5] - goes[row]) / (departures + 1)
        s = keys.up[arriving, places[i]]
        arrivals, departures = sums[s, 0] - 1, sums[s, 1]
        told[first + 6] = sums[s, 5] / (departures + 1)
        told[first + 7] = sums[s, 5]
        told[first + 8], told[first + 9] = arrivals, departures
        told[first + 10] = (sums[s, 2] - start[row]) / (arrivals + 1)
        told[first + 11] = sums[s, 3] / (departures + 1)
    return True


@compiled
def describe_all(
    keys: Keys,
    places: Ints,
    sums: Floats,
    start: Flags,
    end: Flags,
    came: Floats,
    goes: Floats,
    features: int,
) -> tuple[Floats, Flags]:
    """Features of every shipment, shape (shipments, features), and whether anything leads through."""
    n = len(start)
    told = np.zeros((n, features), np.float32)
    leads = np.zeros(n, np.bool_)
    for row in range(n):
        leads[row] = describe(row, keys, places, sums, start, end, came, goes, told[row])
    return told, leads


@compiled
def grown(told: Floats, trees: Trees) -> float:
    """Probability that the trees give to features."""
    roots, limit, feature, child = trees
    odds = limit[0]
    for tree in range(len(roots)):
        if tree >= _ENOUGH and odds < _HOPELESS:
            break
        node = roots[tree]
        while feature[node] >= 0:
            node = child[node] + (told[feature[node]] >= limit[node])
        odds += limit[node]
    chance: float = 1 / (1 + np.exp(-odds))
    return chance


@compiled
def odds_of(told: Floats, trees: Trees) -> Floats:
    """Log-odds that the trees give to each row of features."""
    odds = np.zeros(len(told), np.float32)
    for row in range(len(told)):
        chance = grown(told[row], trees)
        odds[row] = np.log(chance / (1 - chance))
    return odds


@compiled
def judge(
    keys: Keys,
    places: Ints,
    sums: Floats,
    start: Flags,
    end: Flags,
    came: Floats,
    goes: Floats,
    features: int,
    trees: Trees,
) -> Floats:
    """Probability that each shipment is part of a diversion, by learned trees."""
    n = len(start)
    score = np.zeros(n, np.float32)
    told = np.zeros(features, np.float32)
    for row in range(n):
        if describe(row, keys, places, sums, start, end, came, goes, told):
            score[row] = grown(told, trees)
    return score


def places_of(ledger: Ledger) -> Ints:
    """Places of the levels whose history counts."""
    return np.array([ledger.levels.index(level) for level in LEVELS], np.int32)


def history(ledger: Ledger, origins: Origins, ends: Ends) -> tuple[Ints, Floats]:
    """Places of the levels whose history counts, and the sums over their keys."""
    places, m = places_of(ledger), ledger.movements
    return places, sum_up(ledger.keys, places, m.start, m.end, origins.sure, ends.sure)

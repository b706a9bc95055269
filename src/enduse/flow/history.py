"""What a party does with its goods over time: shares and counts that single links do not show."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

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


class History(NamedTuple):
    """What is known of each party and its goods."""

    places: Ints
    """Places of the levels that count; the last is all of a party's goods."""
    number: Ints
    """Place of each key in `sums`; -1: nothing leads through it. Empty: keys are places."""
    sums: Floats
    """Arrivals, departures, starts, ends, sums of `came` and of `goes`."""


@compiled
def find_led_through(keys: Keys, places: Ints, came: Floats, goes: Floats) -> tuple[Ints, int]:
    """Number the keys of shipments that a diversion may have led through; -1: the other keys."""
    party = places[-1]
    through, first = np.zeros((keys.levels - keys.parties, 2), np.float32), keys.parties
    for row in range(len(came)):
        if keys.arriving[row] >= 0:
            through[keys.up[keys.arriving[row], party] - first, 0] += came[row]
            through[keys.up[keys.leaving[row], party] - first, 1] += goes[row]
    number, count = np.full(keys.levels, -1, np.int32), 0
    for row in range(len(came)):
        arriving, leaving = keys.arriving[row], keys.leaving[row]
        if arriving < 0 or not _leads(
            came[row],
            goes[row],
            through[keys.up[leaving, party] - first, 0],
            through[keys.up[arriving, party] - first, 1],
        ):
            continue
        for key in (arriving, leaving):
            for place in places:
                s = keys.up[key, place]
                if number[s] < 0:
                    number[s] = count
                    count += 1
    return number, count


@compiled
def sum_up(
    keys: Keys,
    places: Ints,
    number: Ints,
    count: int,
    start: Flags,
    end: Flags,
    came: Floats,
    goes: Floats,
) -> Floats:
    """`sums` of a `History` of so many numbers."""
    sums = np.zeros((count, 6), np.float32)
    for row in range(len(start)):
        arriving, leaving = keys.arriving[row], keys.leaving[row]
        if arriving < 0:
            continue
        for place in places:
            s = _number(number, keys.up[arriving, place])
            if s >= 0:
                sums[s, 0] += 1
                sums[s, 2] += start[row]
                sums[s, 4] += came[row]
            s = _number(number, keys.up[leaving, place])
            if s >= 0:
                sums[s, 1] += 1
                sums[s, 3] += end[row]
                sums[s, 5] += goes[row]
    return sums


@compiled
def _number(number: Ints, key: int) -> int:
    return number[key] if len(number) else key


@compiled
def _leads(came: float, goes: float, came_to_exporter: float, goes_from_consignee: float) -> bool:
    """Whether anything leads through a shipment, or through its parties."""
    return bool(
        (came > 0.001 or came_to_exporter > 0.01) and (goes > 0.001 or goes_from_consignee > 0.01)
    )


@compiled
def describe(
    row: int,
    keys: Keys,
    past: History,
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
    places, number, sums = past
    s = _number(number, keys.up[leaving, places[-1]])
    r = _number(number, keys.up[arriving, places[-1]])
    if s < 0 or r < 0 or not _leads(came[row], goes[row], sums[s, 4], sums[r, 5]):
        return False
    told[0], told[1], told[2] = came[row], goes[row], came[row] * goes[row]
    told[3], told[4] = start[row], end[row]
    for i in range(len(places)):
        first = 5 + 12 * i
        s = _number(number, keys.up[leaving, places[i]])
        arrivals, departures = sums[s, 0], sums[s, 1] - 1
        told[first] = sums[s, 4] / (arrivals + 1)
        told[first + 1] = sums[s, 4]
        told[first + 2], told[first + 3] = arrivals, departures
        told[first + 4] = (sums[s, 3] - end[row]) / (departures + 1)
        told[first + 5] = max(np.float32(0), sums[s, 5] - goes[row]) / (departures + 1)
        s = _number(number, keys.up[arriving, places[i]])
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
    past: History,
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
        leads[row] = describe(row, keys, past, start, end, came, goes, told[row])
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
    past: History,
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
        if describe(row, keys, past, start, end, came, goes, told):
            score[row] = grown(told, trees)
    return score


def places_of(ledger: Ledger) -> Ints:
    """Places of the levels whose history counts."""
    return np.array([ledger.levels.index(level) for level in LEVELS], np.int32)


def history(ledger: Ledger, origins: Origins, ends: Ends) -> History:
    """What is known of the parties and goods that a diversion may have led through."""
    places, m = places_of(ledger), ledger.movements
    number, count = find_led_through(ledger.keys, places, origins.sure, ends.sure)
    return History(
        places,
        number,
        sum_up(ledger.keys, places, number, count, m.start, m.end, origins.sure, ends.sure),
    )

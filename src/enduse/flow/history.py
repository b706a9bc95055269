"""What a party does with its goods over time: shares and counts that single links do not show."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from enduse.engine.compiling import compiled
from enduse.flow.kernel import Flags, Floats, Ints, Keys, Links, Lots, Pools, root_of
from enduse.flow.ledger import Ledger, levels_of_goods
from enduse.flow.movements import Level
from enduse.flow.passes import Ends, Origins
from enduse.flow.trees import BLOCK, Trees, ask, chance_of, questions_of

LEVELS = (Level.HS6, Level.HEADING, Level.PARTY)
"""Levels whose history counts."""

OF_LINKS = ("came", "goes", "came_and_goes", "starts", "ends", "received", "passed_on")
OF_KEY = (
    "exporter_came", "exporter_came_sum", "exporter_arrivals", "exporter_departures",
    "exporter_ends", "exporter_goes",
    "consignee_goes", "consignee_goes_sum", "consignee_arrivals", "consignee_departures",
    "consignee_starts", "consignee_ends",
    "exporter_passed_on", "exporter_received", "consignee_passed_on", "consignee_received",
)  # fmt: skip
FEATURES = (*OF_LINKS, *(f"{name}_{level.label}" for level in LEVELS for name in OF_KEY))
"""What a learned score sees of a shipment, in order.

`came` and `goes` are the probabilities along the links, `received` and `passed_on` those of the
surest link, wherever the goods came from and went; with `_sum` their sum over a key's arrivals or
departures, else their mean. Arrivals and departures are counts. The shipment itself is left out.
"""


class Known(NamedTuple):
    """What the ledger knows of each shipment; one value a shipment."""

    start: Flags
    end: Flags
    came: Floats
    """Probability that it came from a controlled origin along the links."""
    goes: Floats
    """Probability that it went to an embargoed destination along the links."""
    received: Floats
    """Probability of the surest link from a lot."""
    passed_on: Floats
    """Probability of the surest link into an order."""


class History(NamedTuple):
    """What is known of each party and its goods."""

    places: Ints
    """Places of the levels that count; the last is all of a party's goods."""
    number: Ints
    """Place of each key in `sums`; -1: nothing leads through it."""
    sums: Floats
    """Arrivals, departures, starts, ends; sums of `came`, of `goes`, of `passed_on` over arrivals
    and of `received` over departures."""


SUMS = 8
"""Columns of `History.sums`."""


@compiled
def find_surest(
    lot_pools: Pools, order_pools: Pools, lots: Lots, links: Links
) -> tuple[Floats, Floats]:
    """How sure the surest link of each shipment is: from a lot, and into an order."""
    n = len(lot_pools.place)
    received, passed_on = np.zeros(n, np.float32), np.zeros(n, np.float32)
    for row in range(n):
        for j in range(links.begin[row], links.begin[row + 1]):
            lot, sure = lots.row[links.lot[j]], links.sure[j]
            received[row] = max(received[row], sure)
            passed_on[lot] = max(passed_on[lot], sure)
    for row in range(n):
        received[row] = received[root_of(order_pools, row)]
        passed_on[row] = passed_on[root_of(lot_pools, row)]
    return received, passed_on


@compiled
def find_led_through(keys: Keys, places: Ints, known: Known) -> tuple[Ints, int]:
    """Number the keys of shipments that a diversion may have led through; -1: the other keys."""
    # Arrays are named once: to reach into a tuple for each shipment takes longer than what is asked.
    arriving, leaving, up = keys.arriving, keys.leaving, keys.up
    start, end, came, goes, received, passed_on = known
    party, n, first = places[-1], len(start), keys.parties
    through = np.zeros((keys.levels - first, 2), np.float32)
    for row in range(n):
        if arriving[row] >= 0:
            through[up[arriving[row], party] - first, 0] += came[row]
            through[up[leaving[row], party] - first, 1] += goes[row]
    number, count = np.full(keys.levels, -1, np.int32), 0
    for row in range(n):
        if arriving[row] < 0 or (start[row] and end[row]):
            continue
        came_to = through[up[leaving[row], party] - first, 0]
        goes_from = through[up[arriving[row], party] - first, 1]
        if _tells(came[row], came_to, received[row]) and _tells(
            goes[row], goes_from, passed_on[row]
        ):
            for key in (arriving[row], leaving[row]):
                for place in places:
                    s = up[key, place]
                    if number[s] < 0:
                        number[s] = count
                        count += 1
    return number, count


@compiled
def _tells(along: float, with_party: float, surest: float) -> bool:
    """Whether anything says that goods came, or go, where a diversion begins, or ends."""
    return along > 0.001 or with_party > 0.01 or surest > 0.05


@compiled
def sum_up(keys: Keys, places: Ints, number: Ints, count: int, known: Known) -> Floats:
    """`sums` of a `History` of so many numbers."""
    arriving, leaving, up = keys.arriving, keys.leaving, keys.up
    start, end, came, goes, received, passed_on = known
    sums = np.zeros((count, SUMS), np.float32)
    for row in range(len(start)):
        if arriving[row] < 0:
            continue
        for place in places:
            s = number[up[arriving[row], place]]
            if s >= 0:
                sums[s, 0] += 1
                sums[s, 2] += start[row]
                sums[s, 4] += came[row]
                sums[s, 6] += passed_on[row]
            s = number[up[leaving[row], place]]
            if s >= 0:
                sums[s, 1] += 1
                sums[s, 3] += end[row]
                sums[s, 5] += goes[row]
                sums[s, 7] += received[row]
    return sums


@compiled
def find_led(rows: Ints, keys: Keys, past: History, known: Known) -> Ints:
    """Those shipments of `rows` that anything leads through; `rows` is written over."""
    arriving, leaving, up = keys.arriving, keys.leaving, keys.up
    places, number, sums = past
    start, end, came, goes, received, passed_on = known
    party, count = places[-1], 0
    for row in rows:
        if arriving[row] < 0 or leaving[row] < 0 or (start[row] and end[row]):
            continue
        s, r = number[up[leaving[row], party]], number[up[arriving[row], party]]
        if s < 0 or r < 0:
            continue
        if _tells(came[row], sums[s, 4], received[row]) and _tells(
            goes[row], sums[r, 5], passed_on[row]
        ):
            rows[count] = row
            count += 1
    return rows[:count]


@compiled
def describe(rows: Ints, keys: Keys, past: History, known: Known, told: Floats) -> None:
    """Write what the features are of shipments that something leads through, a row each."""
    arriving, leaving, up = keys.arriving, keys.leaving, keys.up
    places, number, sums = past
    for i in range(len(rows)):
        row = rows[i]
        start, end, came, goes = known.start[row], known.end[row], known.came[row], known.goes[row]
        received, passed_on = known.received[row], known.passed_on[row]
        told[i, 0], told[i, 1], told[i, 2] = came, goes, came * goes
        told[i, 3], told[i, 4], told[i, 5], told[i, 6] = start, end, received, passed_on
        for level in range(len(places)):
            at = 7 + 16 * level
            s = number[up[leaving[row], places[level]]]
            arrivals, departures = sums[s, 0], sums[s, 1] - 1
            told[i, at], told[i, at + 1] = sums[s, 4] / (arrivals + 1), sums[s, 4]
            told[i, at + 2], told[i, at + 3] = arrivals, departures
            told[i, at + 4] = (sums[s, 3] - end) / (departures + 1)
            told[i, at + 5] = max(np.float32(0), sums[s, 5] - goes) / (departures + 1)
            told[i, at + 12] = sums[s, 6] / (arrivals + 1)
            told[i, at + 13] = max(np.float32(0), sums[s, 7] - received) / (departures + 1)
            s = number[up[arriving[row], places[level]]]
            arrivals, departures = sums[s, 0] - 1, sums[s, 1]
            told[i, at + 6], told[i, at + 7] = sums[s, 5] / (departures + 1), sums[s, 5]
            told[i, at + 8], told[i, at + 9] = arrivals, departures
            told[i, at + 10] = (sums[s, 2] - start) / (arrivals + 1)
            told[i, at + 11] = sums[s, 3] / (departures + 1)
            told[i, at + 14] = max(np.float32(0), sums[s, 6] - passed_on) / (arrivals + 1)
            told[i, at + 15] = sums[s, 7] / (departures + 1)


@compiled
def describe_all(keys: Keys, past: History, known: Known, features: int) -> tuple[Floats, Flags]:
    """Features of every shipment, shape (shipments, features), and whether anything leads through."""
    n = len(known.start)
    told, leads = np.zeros((n, features), np.float32), np.zeros(n, np.bool_)
    for row in find_led(np.arange(n).astype(np.int32), keys, past, known):
        describe(np.array([row]), keys, past, known, told[row : row + 1])
        leads[row] = True
    return told, leads


@compiled
def judge(keys: Keys, past: History, known: Known, features: int, trees: Trees) -> Floats:
    """Probability that each shipment is part of a diversion, by learned trees."""
    n, questions = len(known.start), questions_of(trees)
    score, told = np.zeros(n, np.float32), np.empty((BLOCK, features), np.float32)
    for first in range(0, n, BLOCK):
        some = np.arange(first, min(first + BLOCK, n)).astype(np.int32)
        rows = find_led(some, keys, past, known)
        describe(rows, keys, past, known, told)
        odds = ask(told[: len(rows)], questions)
        for i in range(len(rows)):
            score[rows[i]] = chance_of(odds[i])
    return score


def places_of(ledger: Ledger) -> Ints:
    """Places, in `Keys.up`, of the levels whose history counts."""
    levels = levels_of_goods(ledger.levels)
    return np.array([levels.index(level) for level in LEVELS], np.int32)


def known(ledger: Ledger, origins: Origins, ends: Ends) -> Known:
    """What the ledger knows of each shipment."""
    m = ledger.movements
    surest = find_surest(ledger.lot_pools, ledger.order_pools, ledger.lots, ledger.links)
    return Known(m.start, m.end, origins.sure, ends.sure, *surest)


def history(ledger: Ledger, of: Known) -> History:
    """What is known of the parties and goods that a diversion may have led through."""
    places = places_of(ledger)
    number, count = find_led_through(ledger.keys, places, of)
    return History(places, number, sum_up(ledger.keys, places, number, count, of))

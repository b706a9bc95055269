"""What a party does with its goods over time: shares and counts that single links do not show."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from enduse.engine.compiling import compiled
from enduse.flow.kernel import Flags, Floats, Ints, Keys, Links, Lots, Pools
from enduse.flow.ledger import Ledger
from enduse.flow.movements import Level
from enduse.flow.passes import Ends, Origins

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
_HOPELESS, _ENOUGH = -5.0, 16
"""Log-odds, and after how many trees, below which no further tree is asked."""


class Trees(NamedTuple):
    """Boosted trees; their sum is the log-odds of a diversion.

    Node 0 is not part of a tree: its `limit` is what the sum begins from.
    """

    roots: Ints
    limit: Floats
    """The least value that leads to the second child; of a leaf its log-odds."""
    feature: Ints
    """Feature that a node asks for; -1: a leaf."""
    child: Ints
    """First child; the second follows it."""


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
    """Place of each key in `sums`; -1: nothing leads through it. Empty: keys are places."""
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
    n = len(lot_pools.root)
    received, passed_on = np.zeros(n, np.float32), np.zeros(n, np.float32)
    for row in range(n):
        for j in range(links.begin[row], links.begin[row + 1]):
            lot, sure = lots.row[links.lot[j]], links.sure[j]
            received[row] = max(received[row], sure)
            passed_on[lot] = max(passed_on[lot], sure)
    for row in range(n):
        received[row] = received[order_pools.root[row]]
        passed_on[row] = passed_on[lot_pools.root[row]]
    return received, passed_on


@compiled
def find_led_through(keys: Keys, places: Ints, known: Known) -> tuple[Ints, int]:
    """Number the keys of shipments that a diversion may have led through; -1: the other keys."""
    party, n = places[-1], len(known.start)
    through, first = np.zeros((keys.levels - keys.parties, 2), np.float32), keys.parties
    for row in range(n):
        if keys.arriving[row] >= 0:
            through[keys.up[keys.arriving[row], party] - first, 0] += known.came[row]
            through[keys.up[keys.leaving[row], party] - first, 1] += known.goes[row]
    number, count = np.full(keys.levels, -1, np.int32), 0
    for row in range(n):
        arriving, leaving = keys.arriving[row], keys.leaving[row]
        if arriving < 0 or not _leads(
            row,
            known,
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
def sum_up(keys: Keys, places: Ints, number: Ints, count: int, known: Known) -> Floats:
    """`sums` of a `History` of so many numbers."""
    sums = np.zeros((count, SUMS), np.float32)
    for row in range(len(known.start)):
        arriving, leaving = keys.arriving[row], keys.leaving[row]
        if arriving < 0:
            continue
        for place in places:
            s = number_of(number, keys.up[arriving, place])
            if s >= 0:
                sums[s, 0] += 1
                sums[s, 2] += known.start[row]
                sums[s, 4] += known.came[row]
                sums[s, 6] += known.passed_on[row]
            s = number_of(number, keys.up[leaving, place])
            if s >= 0:
                sums[s, 1] += 1
                sums[s, 3] += known.end[row]
                sums[s, 5] += known.goes[row]
                sums[s, 7] += known.received[row]
    return sums


@compiled
def number_of(number: Ints, key: int) -> int:
    return number[key] if len(number) else key


@compiled
def _leads(row: int, known: Known, came_to_exporter: float, goes_from_consignee: float) -> bool:
    """Whether anything leads through a shipment, or through its parties."""
    if known.start[row] and known.end[row]:
        return False
    led = known.came[row] > 0.001 or came_to_exporter > 0.01 or known.received[row] > 0.05
    leads = known.goes[row] > 0.001 or goes_from_consignee > 0.01 or known.passed_on[row] > 0.05
    return bool(led and leads)


@compiled
def describe(row: int, keys: Keys, past: History, known: Known, told: Floats) -> bool:
    """Write what a shipment's features are; whether anything leads through it at all."""
    start, end, came, goes = known.start[row], known.end[row], known.came[row], known.goes[row]
    arriving, leaving = keys.arriving[row], keys.leaving[row]
    if arriving < 0 or leaving < 0:
        return False
    places, number, sums = past
    s = number_of(number, keys.up[leaving, places[-1]])
    r = number_of(number, keys.up[arriving, places[-1]])
    if s < 0 or r < 0 or not _leads(row, known, sums[s, 4], sums[r, 5]):
        return False
    received, passed_on = known.received[row], known.passed_on[row]
    told[0], told[1], told[2], told[3], told[4] = came, goes, came * goes, start, end
    told[5], told[6] = received, passed_on
    for i in range(len(places)):
        at = told[7 + 16 * i : 23 + 16 * i]
        s = number_of(number, keys.up[leaving, places[i]])
        arrivals, departures = sums[s, 0], sums[s, 1] - 1
        at[0], at[1] = sums[s, 4] / (arrivals + 1), sums[s, 4]
        at[2], at[3] = arrivals, departures
        at[4] = (sums[s, 3] - end) / (departures + 1)
        at[5] = max(np.float32(0), sums[s, 5] - goes) / (departures + 1)
        at[12] = sums[s, 6] / (arrivals + 1)
        at[13] = max(np.float32(0), sums[s, 7] - received) / (departures + 1)
        s = number_of(number, keys.up[arriving, places[i]])
        arrivals, departures = sums[s, 0] - 1, sums[s, 1]
        at[6], at[7] = sums[s, 5] / (departures + 1), sums[s, 5]
        at[8], at[9] = arrivals, departures
        at[10] = (sums[s, 2] - start) / (arrivals + 1)
        at[11] = sums[s, 3] / (departures + 1)
        at[14] = max(np.float32(0), sums[s, 6] - passed_on) / (arrivals + 1)
        at[15] = sums[s, 7] / (departures + 1)
    return True


@compiled
def describe_all(keys: Keys, past: History, known: Known, features: int) -> tuple[Floats, Flags]:
    """Features of every shipment, shape (shipments, features), and whether anything leads through."""
    n = len(known.start)
    told = np.zeros((n, features), np.float32)
    leads = np.zeros(n, np.bool_)
    for row in range(n):
        leads[row] = describe(row, keys, past, known, told[row])
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
def judge(keys: Keys, past: History, known: Known, features: int, trees: Trees) -> Floats:
    """Probability that each shipment is part of a diversion, by learned trees."""
    n = len(known.start)
    score = np.zeros(n, np.float32)
    told = np.zeros(features, np.float32)
    for row in range(n):
        if describe(row, keys, past, known, told):
            score[row] = grown(told, trees)
    return score


def places_of(ledger: Ledger) -> Ints:
    """Places of the levels whose history counts."""
    return np.array([ledger.levels.index(level) for level in LEVELS], np.int32)


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

"""What a party does with its goods over time: shares and counts that single links do not show."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from enduse.engine.compiling import compiled
from enduse.flow.kernel import Flags, Floats, Ints, Keys, Links, Lots, Pools, root_of
from enduse.flow.ledger import Ledger, levels_of_goods
from enduse.flow.movements import Level
from enduse.flow.passes import Ends, Origins
from enduse.flow.ranks import rank, rank_of, ranked
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

    of: Ints
    """Shape (keys, `LEVELS`): where each key's party and goods stand in `sums`; -1: nothing leads
    through it. Where two levels are of the same goods they stand in one place."""
    sums: Floats
    """Arrivals, departures, starts, ends; sums of `came`, of `goes`, of `passed_on` over arrivals
    and of `received` over departures."""
    led: Flags
    """Whether anything leads through each shipment."""


SUMS = 8
"""Columns of `History.sums`."""


@compiled
def find_surest(
    lot_pools: Pools, order_pools: Pools, lots: Lots, links: Links
) -> tuple[Floats, Floats]:
    """How sure the surest link of each shipment is: from a lot, and into an order."""
    n = len(links.begin) - 1
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
def find_led_through(keys: Keys, places: Ints, known: Known) -> tuple[Flags, Flags]:
    """Whether a diversion may have led through each shipment, and through each key of all levels."""
    # Arrays are named once: to reach into a tuple for each shipment takes longer than what is asked.
    arriving, leaving, up = keys.arriving, keys.leaving, keys.up
    start, end, came, goes, received, passed_on = known
    n, wanted = len(start), np.zeros(keys.levels, np.bool_)
    for key in range(len(up)):
        wanted[up[key, places[-1]]] = True
    parties = rank(wanted)
    party_of = np.empty(len(up), np.int32)
    for key in range(len(up)):
        party_of[key] = rank_of(parties, up[key, places[-1]])
    through = np.zeros((ranked(parties), 2), np.float32)
    for row in range(n):
        if arriving[row] >= 0:
            through[party_of[arriving[row]], 0] += came[row]
            through[party_of[leaving[row]], 1] += goes[row]
    led, met = np.zeros(n, np.bool_), np.zeros(len(up), np.bool_)
    for row in range(n):
        if arriving[row] < 0 or (start[row] and end[row]):
            continue
        came_to = through[party_of[leaving[row]], 0]
        goes_from = through[party_of[arriving[row]], 1]
        if _tells(came[row], came_to, received[row]) and _tells(
            goes[row], goes_from, passed_on[row]
        ):
            led[row] = met[arriving[row]] = met[leaving[row]] = True
    wanted[:] = False
    for key in range(len(up)):
        if met[key]:
            for place in places:
                wanted[up[key, place]] = True
    return led, wanted


@compiled
def place_keys(keys: Keys, places: Ints, wanted: Flags) -> tuple[Ints, int]:
    """`of` of a `History` of the keys that are wanted, and how many places it has.

    A heading of which a party has one HS6 code has that code's place. `wanted` is written over.
    """
    up, hs6, heading = keys.up, places[0], places[1]
    several = np.zeros(keys.levels, np.bool_)
    for key in range(len(up)):
        # A heading has the number after that of its first code, unless control entries lie between.
        several[up[key, heading]] |= up[key, heading] != up[key, hs6] + 1
    for key in range(len(up)):
        wanted[up[key, heading]] &= several[up[key, heading]]
    ranks = rank(wanted)
    of = np.empty((len(up), len(places)), np.int32)
    for key in range(len(up)):
        for level in range(len(places)):
            of[key, level] = rank_of(ranks, up[key, places[level]])
        if not several[up[key, heading]]:
            of[key, 1] = of[key, 0]
    return of, ranked(ranks)


@compiled
def _tells(along: float, with_party: float, surest: float) -> bool:
    """Whether anything says that goods came, or go, where a diversion begins, or ends."""
    return along > 0.001 or with_party > 0.01 or surest > 0.05


@compiled
def sum_up(keys: Keys, of: Ints, count: int, known: Known) -> Floats:
    """`sums` of a `History` of so many numbers."""
    arriving, leaving = keys.arriving, keys.leaving
    start, end, came, goes, received, passed_on = known
    sums = np.zeros((count, SUMS), np.float32)
    for row in range(len(start)):
        if arriving[row] < 0:
            continue
        for level in range(len(LEVELS)):
            s = of[arriving[row], level]
            if s >= 0 and (level == 0 or s != of[arriving[row], level - 1]):
                sums[s, 0] += 1
                sums[s, 2] += start[row]
                sums[s, 4] += came[row]
                sums[s, 6] += passed_on[row]
            s = of[leaving[row], level]
            if s >= 0 and (level == 0 or s != of[leaving[row], level - 1]):
                sums[s, 1] += 1
                sums[s, 3] += end[row]
                sums[s, 5] += goes[row]
                sums[s, 7] += received[row]
    return sums


@compiled
def leads(row: int, keys: Keys, of: Ints, sums: Floats, known: Known) -> bool:
    """Whether anything leads through a shipment, by the history of its parties."""
    start, end, came, goes, received, passed_on = known
    if keys.arriving[row] < 0 or (start[row] and end[row]):
        return False
    party = len(LEVELS) - 1
    s, r = of[keys.leaving[row], party], of[keys.arriving[row], party]
    if s < 0 or r < 0:
        return False
    came_to, goes_from = sums[s, 4], sums[r, 5]
    return bool(
        _tells(came[row], came_to, received[row]) and _tells(goes[row], goes_from, passed_on[row])
    )


@compiled
def find_led(keys: Keys, of: Ints, sums: Floats, known: Known) -> Flags:
    """`led` of a `History`."""
    led = np.empty(len(known.start), np.bool_)
    for row in range(len(led)):
        led[row] = leads(row, keys, of, sums, known)
    return led


@compiled
def describe(rows: Ints, keys: Keys, past: History, known: Known, told: Floats) -> None:
    """Write what the features are of shipments that something leads through, a row each."""
    arriving, leaving = keys.arriving, keys.leaving
    of, sums = past.of, past.sums
    levels = len(LEVELS)
    # First where all stand, then what stands there: the processor fetches many at once.
    at = np.empty((len(rows), 2, levels), np.int32)
    for i in range(len(rows)):
        for level in range(levels):
            at[i, 0, level] = of[leaving[rows[i]], level]
            at[i, 1, level] = of[arriving[rows[i]], level]
    here = np.empty((len(rows), 2, levels, SUMS), np.float32)
    for i in range(len(rows)):
        for side in range(2):
            for level in range(levels):
                for column in range(SUMS):
                    here[i, side, level, column] = sums[at[i, side, level], column]
    for i in range(len(rows)):
        row = rows[i]
        start, end, came, goes = known.start[row], known.end[row], known.came[row], known.goes[row]
        received, passed_on = known.received[row], known.passed_on[row]
        told[i, 0], told[i, 1], told[i, 2] = came, goes, came * goes
        told[i, 3], told[i, 4], told[i, 5], told[i, 6] = start, end, received, passed_on
        for level in range(levels):
            first = 7 + 16 * level
            key = here[i, 0, level]
            arrivals, departures = key[0], key[1] - 1
            told[i, first], told[i, first + 1] = key[4] / (arrivals + 1), key[4]
            told[i, first + 2], told[i, first + 3] = arrivals, departures
            told[i, first + 4] = (key[3] - end) / (departures + 1)
            told[i, first + 5] = max(np.float32(0), key[5] - goes) / (departures + 1)
            told[i, first + 12] = key[6] / (arrivals + 1)
            told[i, first + 13] = max(np.float32(0), key[7] - received) / (departures + 1)
            key = here[i, 1, level]
            arrivals, departures = key[0] - 1, key[1]
            told[i, first + 6], told[i, first + 7] = key[5] / (departures + 1), key[5]
            told[i, first + 8], told[i, first + 9] = arrivals, departures
            told[i, first + 10] = (key[2] - start) / (arrivals + 1)
            told[i, first + 11] = key[3] / (departures + 1)
            told[i, first + 14] = max(np.float32(0), key[6] - passed_on) / (arrivals + 1)
            told[i, first + 15] = key[7] / (departures + 1)


@compiled
def describe_all(keys: Keys, past: History, known: Known, features: int) -> Floats:
    """Features of every shipment, shape (shipments, features); 0 where nothing leads through."""
    told = np.zeros((len(past.led), features), np.float32)
    for row in np.flatnonzero(past.led):
        describe(np.array([row]), keys, past, known, told[row : row + 1])
    return told


@compiled
def judge(keys: Keys, past: History, known: Known, features: int, trees: Trees) -> Floats:
    """Probability that each shipment is part of a diversion, by learned trees."""
    n, questions = len(past.led), questions_of(trees)
    score, told = np.zeros(n, np.float32), np.empty((BLOCK, features), np.float32)
    rows, row = np.empty(BLOCK, np.int32), 0
    while row < n:
        count = 0
        while row < n and count < BLOCK:
            rows[count] = row
            count += past.led[row]
            row += 1
        describe(rows[:count], keys, past, known, told)
        odds = ask(told[:count], questions)
        for i in range(count):
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
    keys, places = ledger.keys, places_of(ledger)
    led, wanted = find_led_through(keys, places, of)
    at, count = place_keys(keys, places, wanted)
    return History(at, sum_up(keys, at, count, of), led)

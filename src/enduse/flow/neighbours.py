"""A second look at a shipment, once it is known what the lines around it score."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from enduse.engine.compiling import compiled
from enduse.flow.history import (
    FEATURES,
    LEVELS,
    History,
    Known,
    Trees,
    describe,
    grown,
    number_of,
)
from enduse.flow.kernel import Flags, Floats, Keys, Links, Lots, Pools

OF_SCORES = ("first", "before", "after")
OF_PARTIES = (
    "exporter_arrivals_led_sum", "exporter_departures_led_sum",
    "consignee_arrivals_led_sum", "consignee_departures_led_sum",
    "exporter_arrivals_led", "exporter_departures_led",
    "consignee_arrivals_led", "consignee_departures_led",
)  # fmt: skip
SECOND_FEATURES = (
    *FEATURES,
    *OF_SCORES,
    *(f"{name}_{level.label}" for level in LEVELS for name in OF_PARTIES),
)
"""What the second look sees of a shipment, in order: `FEATURES`; what it scored first; the most that
the link from a lot, and into an order, times its other end's first score comes to; and of each key
the sums and means of its arrivals' and departures' first scores. The shipment itself is left out."""
_FIRST, _SECOND = len(FEATURES), len(FEATURES) + len(OF_SCORES)
LEAST = 0.01
"""First score below which a shipment is not looked at again and leads nowhere."""


class Around(NamedTuple):
    """First scores around each shipment."""

    first: Floats
    """One value a shipment; 0 below `LEAST`."""
    before: Floats
    """Sureness of a link from a lot, times the lot's first score: the most of all."""
    after: Floats
    """The same of a link into an order."""
    sums: Floats
    """Sums over arrivals and over departures, a row each number of the `History`."""


@compiled
def look_along(
    first: Floats, lot_pools: Pools, order_pools: Pools, lots: Lots, links: Links
) -> tuple[Floats, Floats]:
    """`before` and `after` of `Around`; of a pool its highest first score counts."""
    n = len(first)
    of_lot, of_order = np.zeros(n, np.float32), np.zeros(n, np.float32)
    for row in range(n):
        if first[row] > 0:
            lot, order = lot_pools.root[row], order_pools.root[row]
            of_lot[lot] = max(of_lot[lot], first[row])
            of_order[order] = max(of_order[order], first[row])
    before, after = np.zeros(n, np.float32), np.zeros(n, np.float32)
    for row in range(n):
        for j in range(links.begin[row], links.begin[row + 1]):
            lot = lots.row[links.lot[j]]
            before[row] = max(before[row], links.sure[j] * of_lot[lot])
            after[lot] = max(after[lot], links.sure[j] * of_order[row])
    for row in range(n):
        before[row] = before[order_pools.root[row]]
        after[row] = after[lot_pools.root[row]]
    return before, after


@compiled
def sum_first(keys: Keys, past: History, first: Floats) -> Floats:
    """`sums` of `Around`."""
    places, number, known_sums = past
    sums = np.zeros((len(known_sums), 2), np.float32)
    for row in range(len(first)):
        if first[row] > 0:
            for place in places:
                sums[number_of(number, keys.up[keys.arriving[row], place]), 0] += first[row]
                sums[number_of(number, keys.up[keys.leaving[row], place]), 1] += first[row]
    return sums


@compiled
def describe_again(
    row: int, keys: Keys, past: History, known: Known, around: Around, told: Floats
) -> bool:
    """Write what a shipment's second features are; whether it is looked at again at all."""
    first = around.first[row]
    if first <= 0 or not describe(row, keys, past, known, told):
        return False
    told[_FIRST], told[_FIRST + 1], told[_FIRST + 2] = first, around.before[row], around.after[row]
    for i in range(len(past.places)):
        at = told[_SECOND + 8 * i : _SECOND + 8 * i + 8]
        s = number_of(past.number, keys.up[keys.leaving[row], past.places[i]])
        r = number_of(past.number, keys.up[keys.arriving[row], past.places[i]])
        at[0], at[1] = around.sums[s, 0], max(np.float32(0), around.sums[s, 1] - first)
        at[2], at[3] = max(np.float32(0), around.sums[r, 0] - first), around.sums[r, 1]
        at[4], at[5] = at[0] / (past.sums[s, 0] + 1), at[1] / past.sums[s, 1]
        at[6], at[7] = at[2] / past.sums[r, 0], at[3] / (past.sums[r, 1] + 1)
    return True


@compiled
def describe_all_again(
    keys: Keys, past: History, known: Known, around: Around, features: int
) -> tuple[Floats, Flags]:
    """Second features of every shipment, and whether it is looked at again."""
    n = len(known.start)
    told, looked = np.zeros((n, features), np.float32), np.zeros(n, np.bool_)
    for row in range(n):
        looked[row] = describe_again(row, keys, past, known, around, told[row])
    return told, looked


@compiled
def judge_again(
    keys: Keys,
    past: History,
    known: Known,
    around: Around,
    features: int,
    trees: Trees,
    score: Floats,
) -> None:
    """Put the second look's score in place of the first, where there is one."""
    told = np.zeros(features, np.float32)
    for row in range(len(score)):
        if describe_again(row, keys, past, known, around, told):
            score[row] = grown(told, trees)

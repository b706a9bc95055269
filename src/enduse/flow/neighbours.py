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
from enduse.flow.kernel import Flags, Floats, Ints, Keys, Links, Lots, Pools

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
PLAIN = 0.25
"""How much the plain score counts beside the learned one, of 1: it says less, and holds anywhere."""
_LEAST_PLAIN, _LITTLE = 0.01, 1e-6
"""A path that is not seen counts as this; nearer to 0 and 1 than the other no probability is."""
LEAST = 0.01
"""First score below which a shipment is not looked at again and leads nowhere."""


class Around(NamedTuple):
    """First scores around the few shipments that are looked at again."""

    at: Ints
    """Where each shipment stands in what follows; -1: it is not looked at again."""
    first: Floats
    """First scores; 0 below `LEAST`."""
    before: Floats
    """Sureness of a link from a lot, times the lot's first score: the most of all."""
    after: Floats
    """The same of a link into an order."""
    sums: Floats
    """Sums over arrivals and over departures, a row each number of the `History`."""


@compiled
def look_around(
    score: Floats,
    keys: Keys,
    past: History,
    lot_pools: Pools,
    order_pools: Pools,
    lots: Lots,
    links: Links,
) -> Around:
    """First scores around shipments; of a pool its highest first score counts."""
    n, count = len(score), 0
    at = np.full(n, -1, np.int32)
    for row in range(n):
        if score[row] >= LEAST:
            for one in (np.int32(row), lot_pools.root[row], order_pools.root[row]):
                if at[one] < 0:
                    at[one] = count
                    count += 1
    first, before, after = (
        np.zeros(count, np.float32),
        np.zeros(count, np.float32),
        np.zeros(count, np.float32),
    )
    of_lot, of_order = np.zeros(count, np.float32), np.zeros(count, np.float32)
    for row in range(n):
        if score[row] >= LEAST:
            lot, order = at[lot_pools.root[row]], at[order_pools.root[row]]
            first[at[row]] = score[row]
            of_lot[lot] = max(of_lot[lot], score[row])
            of_order[order] = max(of_order[order], score[row])
    for row in range(n):
        for j in range(links.begin[row], links.begin[row + 1]):
            order, lot = at[row], at[lots.row[links.lot[j]]]
            if order >= 0 and lot >= 0:
                before[order] = max(before[order], links.sure[j] * of_lot[lot])
                after[lot] = max(after[lot], links.sure[j] * of_order[order])
    for row in range(n):
        if score[row] >= LEAST:
            before[at[row]] = before[at[order_pools.root[row]]]
            after[at[row]] = after[at[lot_pools.root[row]]]
    return Around(at, first, before, after, sum_first(keys, past, at, first))


@compiled
def sum_first(keys: Keys, past: History, at: Ints, first: Floats) -> Floats:
    """`sums` of `Around`."""
    places, number, known_sums = past
    sums = np.zeros((len(known_sums), 2), np.float32)
    for row in range(len(at)):
        if at[row] >= 0 and first[at[row]] > 0:
            for place in places:
                s = number_of(number, keys.up[keys.arriving[row], place])
                r = number_of(number, keys.up[keys.leaving[row], place])
                sums[s, 0] += first[at[row]]
                sums[r, 1] += first[at[row]]
    return sums


@compiled
def describe_again(
    row: int, keys: Keys, past: History, known: Known, around: Around, told: Floats
) -> bool:
    """Write what a shipment's second features are; whether it is looked at again at all."""
    at_row = around.at[row]
    if at_row < 0 or around.first[at_row] <= 0 or not describe(row, keys, past, known, told):
        return False
    first = around.first[at_row]
    told[_FIRST], told[_FIRST + 1], told[_FIRST + 2] = (
        first,
        around.before[at_row],
        around.after[at_row],
    )
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
def pooled(learned: float, plain: float) -> float:
    """A learned and a plain probability as one: the weighted geometric mean of their odds."""
    sure = min(max(learned, _LITTLE), 1 - _LITTLE)
    along = min(max(plain, _LEAST_PLAIN), 1 - _LITTLE)
    odds = (1 - PLAIN) * np.log(sure / (1 - sure)) + PLAIN * np.log(along / (1 - along))
    chance: float = 1 / (1 + np.exp(-odds))
    return chance


@compiled
def pool(score: Floats, known: Known) -> Floats:
    """Learned scores with the plain ones; 0 stays 0."""
    made = np.zeros(len(score), np.float32)
    for row in range(len(score)):
        if score[row] > 0:
            made[row] = pooled(score[row], known.came[row] * known.goes[row])
    return made


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
    """Put the second look's score, with the plain one, in place of the first, where there is one."""
    told = np.zeros(features, np.float32)
    for row in range(len(score)):
        if describe_again(row, keys, past, known, around, told):
            score[row] = pooled(grown(told, trees), known.came[row] * known.goes[row])

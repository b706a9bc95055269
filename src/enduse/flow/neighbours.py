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
    describe,
)
from enduse.flow.kernel import (
    Flags,
    Floats,
    Ints,
    Keys,
    Links,
    Lots,
    Pools,
    Reals,
    members_of,
    root_of,
)
from enduse.flow.ranks import Ranks, rank, rank_of, ranked
from enduse.flow.trees import BLOCK, Trees, ask, chance_of, questions_of

OF_LINKS = (
    "before", "after", "lag_before", "lag_after", "fit_before", "fit_after",
    "sure_before", "sure_after", "rival_before", "rival_after", "other_before", "other_after",
)  # fmt: skip
LAG, FIT, SURE, RIVAL, OTHER = 2, 4, 6, 8, 10
"""Where these begin among `OF_LINKS`: the lot's side, then the order's."""
OF_PARTIES = (
    "exporter_arrivals_led_sum", "exporter_departures_led_sum",
    "consignee_arrivals_led_sum", "consignee_departures_led_sum",
    "exporter_arrivals_led", "exporter_departures_led",
    "consignee_arrivals_led", "consignee_departures_led",
)  # fmt: skip
SECOND_FEATURES = (
    *FEATURES,
    "first",
    *OF_LINKS,
    *(f"{name}_{level.label}" for level in LEVELS for name in OF_PARTIES),
)
"""What the second look sees of a shipment, in order: `FEATURES`; what it scored first; the most that
the link from a lot, and into an order, times its other end's first score comes to; of these two links
the days, the logarithm of order by lot, and how sure they are; the surest of all links from other lots,
and into other orders; the surest of that lot's links into other orders, and of that order's from other
lots, of several that say the same the most; and of each key the sums and means of its arrivals' and departures' first scores. The shipment
itself is left out."""
_FIRST, _SECOND = len(FEATURES), len(FEATURES) + 1 + len(OF_LINKS)
PLAIN = 0.25
"""How much the plain score counts beside the learned one, of 1: it says less, and holds anywhere."""
_LEAST_PLAIN, _LITTLE = 0.01, 1e-6
"""A path that is not seen counts as this; nearer to 0 and 1 than the other no probability is."""
LEAST = 0.01
"""First score below which a shipment is not looked at again and leads nowhere."""


class Around(NamedTuple):
    """First scores around the few shipments that are looked at again."""

    at: Ranks
    """Where each shipment stands in what follows, if it is looked at again."""
    first: Floats
    """First scores; 0 below `LEAST`."""
    along: Floats
    """`OF_LINKS`, shape (shipments that are looked at, `OF_LINKS`)."""
    sums: Floats
    """Sums over arrivals and over departures, a row each number of the `History`."""


@compiled
def look_around(
    score: Floats,
    day: Ints,
    quantity: Reals,
    keys: Keys,
    past: History,
    lot_pools: Pools,
    order_pools: Pools,
    lots: Lots,
    links: Links,
) -> Around:
    """First scores around shipments; of a pool its highest first score counts."""
    n = len(score)
    again = np.zeros(n, np.bool_)
    for row in range(n):
        if score[row] >= LEAST:
            for one in (row, root_of(lot_pools, row), root_of(order_pools, row)):
                again[one] = True
    at = rank(again)
    count = ranked(at)
    first = np.zeros(count, np.float32)
    of_lot, of_order = np.zeros(count, np.float32), np.zeros(count, np.float32)
    for row in range(n):
        if score[row] >= LEAST:
            lot = rank_of(at, root_of(lot_pools, row))
            order = rank_of(at, root_of(order_pools, row))
            first[rank_of(at, row)] = score[row]
            of_lot[lot] = max(of_lot[lot], score[row])
            of_order[order] = max(of_order[order], score[row])
    along = np.zeros((count, len(OF_LINKS)), np.float32)
    best = np.full((count, 2), -1, np.int32)
    # Of its links on each side, the surest and the surest of those with another end than that.
    two, ends = np.zeros((count, 2, 2), np.float32), np.full((count, 2), -1, np.int32)
    for row in range(n):
        order = rank_of(at, row)
        for j in range(links.begin[row], links.begin[row + 1]):
            lot_row, sure = lots.row[links.lot[j]], links.sure[j]
            lot = rank_of(at, lot_row)
            if order >= 0 and lot >= 0:
                lag = np.float32(day[row] - day[lot_row])
                fit = fit_of(
                    quantity[row] * members_of(order_pools, row),
                    quantity[lot_row] * members_of(lot_pools, lot_row),
                )
                if take_link(along[order], 0, sure, of_lot[lot], lag, fit):
                    best[order, 0] = lot_row
                if take_link(along[lot], 1, sure, of_order[order], lag, fit):
                    best[lot, 1] = row
            if order >= 0:
                _keep_two(two[order, 0], ends[order], 0, lot_row, sure)
            if lot >= 0:
                _keep_two(two[lot, 1], ends[lot], 1, row, sure)
    for row in range(n):
        order = rank_of(at, row)
        if order < 0:
            continue
        for side in range(2):
            other = int(ends[order, side] == best[order, side])
            along[order, RIVAL + side] = two[order, side, other]
        for j in range(links.begin[row], links.begin[row + 1]):
            lot_row, sure = lots.row[links.lot[j]], links.sure[j]
            lot = rank_of(at, lot_row)
            if lot < 0:
                continue
            lag = np.float32(day[row] - day[lot_row])
            fit = fit_of(
                quantity[row] * members_of(order_pools, row),
                quantity[lot_row] * members_of(lot_pools, lot_row),
            )
            if says_most(along[order], 0, sure, of_lot[lot], lag, fit):
                claimed = two[lot, 1, int(ends[lot, 1] == row)]
                along[order, OTHER] = max(along[order, OTHER], claimed)
            if says_most(along[lot], 1, sure, of_order[order], lag, fit):
                claimed = two[order, 0, int(ends[order, 0] == lot_row)]
                along[lot, OTHER + 1] = max(along[lot, OTHER + 1], claimed)
    for row in range(n):
        if score[row] >= LEAST:
            here, of_pool = along[rank_of(at, row)], root_of(order_pools, row)
            here[0::2] = along[rank_of(at, of_pool), 0::2]
            here[1::2] = along[rank_of(at, root_of(lot_pools, row)), 1::2]
    return Around(at, first, along, sum_first(keys, past, at, first))


@compiled
def fit_of(order: float, lot: float) -> np.float32:
    """Logarithm of an order's quantity by a lot's, to a thousandth."""
    return np.float32(np.round(np.log(order / lot), 3))


@compiled
def _keep_two(two: Floats, ends: Ints, side: int, end: int, sure: np.float32) -> None:
    """Keep the surest of links, its end, and the surest of those with another end."""
    if end == ends[side]:
        two[0] = max(two[0], sure)
    elif sure > two[0]:
        two[1], two[0], ends[side] = two[0], sure, end
    else:
        two[1] = max(two[1], sure)


@compiled
def take_link(
    along: Floats,
    side: int,
    sure: np.float32,
    first: np.float32,
    lag: np.float32,
    fit: np.float32,
) -> bool:
    """Take a link for that which says most, from a lot (0) or into an order (1), if it does.

    Of links that say the same the surer counts, then that of fewer days, then that of the lesser
    order.
    """
    value, known = sure * first, along[side]
    if value <= 0 or value < known:
        return False
    if value == known:
        at = SURE + side
        if sure != along[at]:
            later = sure < along[at]
        elif lag != along[LAG + side]:
            later = lag > along[LAG + side]
        else:
            later = fit >= along[FIT + side]
        if later:
            return False
    along[side], along[LAG + side], along[FIT + side] = value, lag, fit
    along[SURE + side] = sure
    return True


@compiled
def says_most(
    along: Floats,
    side: int,
    sure: np.float32,
    first: np.float32,
    lag: np.float32,
    fit: np.float32,
) -> bool:
    """Whether a link is that which was taken, or says the same in all."""
    return bool(
        0 < sure * first == along[side]
        and sure == along[SURE + side]
        and lag == along[LAG + side]
        and fit == along[FIT + side]
    )


@compiled
def sum_first(keys: Keys, past: History, at: Ranks, first: Floats) -> Floats:
    """`sums` of `Around`."""
    arriving, leaving = keys.arriving, keys.leaving
    sums = np.zeros((len(past.sums), 2), np.float32)
    for row in range(len(arriving)):
        place = rank_of(at, row)
        if place >= 0 and first[place] > 0:
            came, went = past.of[arriving[row]], past.of[leaving[row]]
            for level in range(len(LEVELS)):
                if level == 0 or came[level] != came[level - 1]:
                    sums[came[level], 0] += first[place]
                if level == 0 or went[level] != went[level - 1]:
                    sums[went[level], 1] += first[place]
    return sums


@compiled
def find_looked_at(past: History, around: Around) -> Ints:
    """Shipments that are looked at again."""
    rows, count = np.empty(len(around.first), np.int32), 0
    for row in range(len(past.led)):
        place = rank_of(around.at, row)
        if place >= 0 and around.first[place] > 0 and past.led[row]:
            rows[count] = row
            count += 1
    return rows[:count]


@compiled
def describe_again(
    rows: Ints, keys: Keys, past: History, known: Known, around: Around, told: Floats
) -> None:
    """Write what the second features are of shipments that are looked at again, a row each."""
    describe(rows, keys, past, known, told)
    of, sums, led = past.of, past.sums, around.sums
    for i in range(len(rows)):
        leaving, arriving = keys.leaving[rows[i]], keys.arriving[rows[i]]
        at_row = rank_of(around.at, rows[i])
        first = around.first[at_row]
        told[i, _FIRST] = first
        for at in range(len(OF_LINKS)):
            told[i, _FIRST + 1 + at] = around.along[at_row, at]
        for level in range(len(LEVELS)):
            at = _SECOND + 8 * level
            s, r = of[leaving, level], of[arriving, level]
            told[i, at] = led[s, 0]
            told[i, at + 1] = max(np.float32(0), led[s, 1] - first)
            told[i, at + 2] = max(np.float32(0), led[r, 0] - first)
            told[i, at + 3] = led[r, 1]
            told[i, at + 4] = told[i, at] / (sums[s, 0] + 1)
            told[i, at + 5] = told[i, at + 1] / sums[s, 1]
            told[i, at + 6] = told[i, at + 2] / sums[r, 0]
            told[i, at + 7] = told[i, at + 3] / (sums[r, 1] + 1)


@compiled
def describe_all_again(
    keys: Keys, past: History, known: Known, around: Around, features: int
) -> tuple[Floats, Flags]:
    """Second features of every shipment, and whether it is looked at again."""
    n = len(known.start)
    told, looked = np.zeros((n, features), np.float32), np.zeros(n, np.bool_)
    for row in find_looked_at(past, around):
        describe_again(np.array([row]), keys, past, known, around, told[row : row + 1])
        looked[row] = True
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
def pool(score: Floats, known: Known) -> None:
    """Put learned scores with the plain ones in place of the learned ones; 0 stays 0."""
    for row in range(len(score)):
        if score[row] > 0:
            score[row] = pooled(score[row], known.came[row] * known.goes[row])


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
    questions, told = questions_of(trees), np.empty((BLOCK, features), np.float32)
    looked = find_looked_at(past, around)
    for first in range(0, len(looked), BLOCK):
        rows = looked[first : first + BLOCK]
        describe_again(rows, keys, past, known, around, told)
        odds = ask(told[: len(rows)], questions)
        for i in range(len(rows)):
            plain = known.came[rows[i]] * known.goes[rows[i]]
            score[rows[i]] = pooled(chance_of(odds[i]), plain)

"""What can be said of a shipment on its day: where such goods went on before, and its score then."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from enduse.engine.compiling import compiled
from enduse.flow.history import (
    FEATURES,
    SUMS,
    History,
    Known,
    describe,
    leads,
    places_of,
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
from enduse.flow.learned import NO_TREES, Learned
from enduse.flow.ledger import Ledger, origins_of
from enduse.flow.trees import BLOCK, Questions, Trees, ask, chance_of, questions_of

PRIOR = 4.0
"""Lots that the wider group counts for beside a narrower one's own."""
_FARTHEST = 4
"""Legs back to which it is carried that goods reached an embargoed destination."""
_LEAST_GIVEN = 0.005
"""Part of a lot below which it is not carried."""


class Forecasts(NamedTuple):
    """What was known on the day of each shipment; one value a shipment."""

    came: Floats
    """Probability that its goods came from a controlled origin along links known that day."""
    onward: Floats
    """Probability that its goods go on to an embargoed destination, from what such goods did."""
    lots: Ints
    """Earlier lots of its consignee's that the forecast rests on."""
    features: Floats
    """`FEATURES` as of the day, shape (shipments, features); empty unless asked for."""
    score: Floats
    """Learned probability as of the day that it is part of a diversion."""


@compiled
def foresee(
    day: Ints,
    start: Flags,
    end: Flags,
    came: Floats,
    quantity: Reals,
    keys: Keys,
    places: Ints,
    groups: npt.NDArray[np.int32],
    widths: Ints,
    lot_pools: Pools,
    order_pools: Pools,
    lots: Lots,
    links: Links,
    prior: float,
    farthest: int,
    told: Floats,
    trees: Trees,
) -> tuple[Floats, Ints, Floats]:
    """Go through the days; answer each from the days before it."""
    n, width = len(day), told.shape[1]
    received, passed_on = np.zeros(n, np.float32), np.zeros(n, np.float32)
    onward, rests_on = np.zeros(n, np.float32), np.zeros(n, np.int32)
    score = np.zeros(n, np.float32)
    sums = np.zeros((keys.levels, SUMS), np.float32)
    past = History(keys.up[:, places], sums, np.empty(0, np.bool_))
    seen = np.zeros((widths.sum(), 2), np.float32)
    first_of = np.zeros(len(widths), np.int64)
    for g in range(1, len(widths)):
        first_of[g] = first_of[g - 1] + widths[g - 1]
    whole = np.zeros(2, np.float64)
    given = np.zeros(n, np.float32)
    goes = np.zeros(n, np.float32)
    known = Known(start, end, came, goes, received, passed_on)
    part_of, taken = np.zeros(n, np.float32), np.zeros(n, np.float32)
    gained = np.zeros(n, np.float32)
    orders, met = np.empty(n, np.int32), np.empty(n, np.int32)
    kept, questions = np.zeros((2, len(places), SUMS), np.float32), questions_of(trees)
    # Features are told one by one, as of the day; trees are asked of many at once.
    block, rows, count = np.zeros((BLOCK, width), np.float32), np.empty(BLOCK, np.int32), 0
    begin, started, ended = 0, False, False
    while begin < n:
        over = begin
        while over < n and day[over] == day[begin]:
            over += 1
        for row in range(begin, over):
            arriving, leaving = keys.arriving[row], keys.leaving[row]
            root = root_of(order_pools, row)
            for j in range(links.begin[root], links.begin[root + 1]):
                if links.sum_step[j] >= 0:
                    received[row] = max(received[row], links.sure[j])
            rate = (whole[1] + 0.001 * prior) / (whole[0] + prior)
            for g in range(len(widths)):
                at = groups[g, row]
                if at >= 0:
                    at += first_of[g]
                    rate = (seen[at, 1] + prior * rate) / (seen[at, 0] + prior)
            for i in range(len(places) - 1, -1, -1):
                if arriving >= 0 and keys.up[arriving, places[i]] >= 0:
                    s = keys.up[arriving, places[i]]
                    rate = (sums[s, 5] + prior * rate) / (sums[s, 0] + prior)
                    if i == len(places) - 1:
                        rests_on[row] = np.int32(sums[s, 0])
            onward[row] = 1.0 if end[row] else min(1.0, rate)
            goes[row] = onward[row]
            if (started or start[row]) and (ended or end[row]):
                for i in range(len(places)):
                    kept[0, i] = kept[1, i] = 0
                    if arriving >= 0 and keys.up[arriving, places[i]] >= 0:
                        kept[0, i] = sums[keys.up[arriving, places[i]]]
                    if leaving >= 0 and keys.up[leaving, places[i]] >= 0:
                        kept[1, i] = sums[keys.up[leaving, places[i]]]
                for i in range(len(places)):
                    if arriving >= 0 and keys.up[arriving, places[i]] >= 0:
                        s = keys.up[arriving, places[i]]
                        sums[s, 0] += 1
                        sums[s, 2] += np.float32(start[row])
                        sums[s, 4] += came[row]
                    if leaving >= 0 and keys.up[leaving, places[i]] >= 0:
                        s = keys.up[leaving, places[i]]
                        sums[s, 1] += 1
                        sums[s, 3] += np.float32(end[row])
                        sums[s, 7] += received[row]
                if leads(row, keys, past.of, sums, known):
                    rows[count] = row
                    describe(rows[count : count + 1], keys, past, known, block[count : count + 1])
                    if len(told) == n:
                        told[row] = block[count]
                    count += 1
                    if count == BLOCK:
                        _score(rows, block, questions, score)
                        count = 0
                # As it was, to the last digit: what is taken away again may leave a rest.
                for i in range(len(places)):
                    if leaving >= 0 and keys.up[leaving, places[i]] >= 0:
                        sums[keys.up[leaving, places[i]]] = kept[1, i]
                    if arriving >= 0 and keys.up[arriving, places[i]] >= 0:
                        sums[keys.up[arriving, places[i]]] = kept[0, i]
        for row in range(begin, over):
            arriving, leaving = keys.arriving[row], keys.leaving[row]
            for i in range(len(places)):
                if arriving >= 0 and keys.up[arriving, places[i]] >= 0:
                    s = keys.up[arriving, places[i]]
                    sums[s, 0] += 1
                    sums[s, 2] += np.float32(start[row])
                    sums[s, 4] += came[row]
                if leaving >= 0 and keys.up[leaving, places[i]] >= 0:
                    s = keys.up[leaving, places[i]]
                    sums[s, 1] += 1
                    sums[s, 3] += np.float32(end[row])
                    sums[s, 7] += received[row]
            whole[0] += 1
            started, ended = started or start[row], ended or end[row]
            for g in range(len(widths)):
                if groups[g, row] >= 0:
                    seen[first_of[g] + groups[g, row], 0] += 1
        # What left today tells of the lots that it may have been made from.
        for row in range(begin, over):
            for j in range(links.begin[row], links.begin[row + 1]):
                lot = lots.row[links.lot[j]]
                more = links.sure[j] - passed_on[lot]
                if more > 0 and links.sum_step[j] >= 0:
                    passed_on[lot] = links.sure[j]
                    for i in range(len(places)):
                        s = keys.up[keys.arriving[lot], places[i]]
                        if s >= 0:
                            sums[s, 6] += more * members_of(lot_pools, lot)
        # Goods that reached an embargoed destination today tell of the lots that they came from: leg by
        # leg, all orders of a leg at once, so that it means nothing which of them comes first.
        ordered = 0
        for row in range(begin, over):
            if end[row] and not start[row]:
                root = root_of(order_pools, row)
                if part_of[root] == 0:
                    orders[ordered] = root
                    ordered += 1
                part_of[root] += 1 / members_of(order_pools, root)
        for _ in range(farthest):
            lots_met = 0
            for i in range(ordered):
                at = orders[i]
                for j in range(links.begin[at], links.begin[at + 1]):
                    taken[lots.row[links.lot[j]]] = 0
                for j in range(links.begin[at], links.begin[at + 1]):
                    lot, amount = lots.row[links.lot[j]], part_of[at] * links.sure[j]
                    if links.quantity[j] > 0:
                        size = quantity[lot] * members_of(lot_pools, lot)
                        amount *= min(1.0, links.quantity[j] / size)
                    # Of links that join the same two that which says most counts.
                    if amount > taken[lot] and links.sum_step[j] >= 0:
                        if gained[lot] == 0:
                            met[lots_met] = lot
                            lots_met += 1
                        gained[lot] += amount - taken[lot]
                        taken[lot] = amount
                part_of[at] = 0
            ordered = 0
            for i in range(lots_met):
                lot = met[i]
                amount = min(gained[lot], 1 - given[lot])
                gained[lot] = 0
                if amount < _LEAST_GIVEN:
                    continue
                given[lot] += amount
                # Lots that cannot be told apart went on alike.
                others, member = members_of(lot_pools, lot), lot - 1
                while others > 0:
                    member += 1
                    if root_of(lot_pools, member) != lot:
                        continue
                    others -= 1
                    arriving = keys.arriving[member]
                    for at_level in places:
                        if keys.up[arriving, at_level] >= 0:
                            sums[keys.up[arriving, at_level], 5] += amount
                    whole[1] += amount
                    for g in range(len(widths)):
                        if groups[g, member] >= 0:
                            seen[first_of[g] + groups[g, member], 1] += amount
                    if not start[member]:
                        root = root_of(order_pools, member)
                        if part_of[root] == 0:
                            orders[ordered] = root
                            ordered += 1
                        part_of[root] += amount / members_of(order_pools, root)
        for i in range(ordered):
            part_of[orders[i]] = 0
        begin = over
    _score(rows[:count], block[:count], questions, score)
    return onward, rests_on, score


@compiled
def _score(rows: Ints, told: Floats, questions: Questions, score: Floats) -> None:
    """Score shipments by their features."""
    odds = ask(told, questions)
    for i in range(len(rows)):
        score[rows[i]] = chance_of(odds[i])


def forecast(
    ledger: Ledger,
    groups: npt.NDArray[np.int32],
    model: Learned | None,
    *,
    with_features: bool = False,
) -> Forecasts:
    """What was known of each shipment on its day, from the days before it; `groups` of `groups_of`.

    The rate at which goods go on is taken from the widest group (all shipments), then heading,
    corridor, corridor and heading, forwarder, consignee, the consignee's heading and its HS6: each
    leans on the one before it with the weight of `PRIOR` lots.
    """
    m, came = ledger.movements, origins_of(ledger, on_the_day=True).sure
    told = np.zeros((len(m) if with_features else 0, len(FEATURES)), np.float32)
    onward, lots, score = foresee(
        m.day, m.start, m.end, came, m.quantity, ledger.keys,
        places_of(ledger), groups, groups.max(axis=1, initial=-1).astype(np.int32) + 1,
        ledger.lot_pools, ledger.order_pools, ledger.lots, ledger.links, PRIOR, _FARTHEST, told, model.first if model else NO_TREES,
    )  # fmt: skip
    return Forecasts(came, onward, lots, told, score)

"""Two passes over the links: where each shipment's goods came from, and what became of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from enduse.engine.compiling import compiled
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


class Origins(NamedTuple):
    """What is known of where a shipment's goods came from; one value a shipment, 0 to 1."""

    share: Floats
    """Part that first in, first out traces to a controlled origin, at the level that traces most."""
    sure: Floats
    """Probability that they came from a controlled origin along the links."""
    link: Ints
    """The link that says most of it; -1: none."""


class Ends(NamedTuple):
    """What is known of where a shipment's goods went; one value a shipment, 0 to 1."""

    share: Floats
    """Part that first in, first out follows to an embargoed destination, as above."""
    sure: Floats
    """Probability that they went there along the links, by way of a third country."""
    least: Floats
    """Part that must have gone there if all stock is known but what the ledger lacked."""
    most: Floats
    """Part that can have gone there at most, by days and quantities."""
    link: Ints
    """The link along which they went on most surely; -1: none."""


@compiled
def trace_back(
    start: Flags,
    quantity: Reals,
    lot_pools: Pools,
    order_pools: Pools,
    lots: Lots,
    links: Links,
    on_the_day: bool,
) -> Origins:
    """Origins of every shipment, in the order of days; `on_the_day` without links known later."""
    n = len(start)
    share, sure = np.zeros(n, np.float32), np.zeros(n, np.float32)
    link = np.full(n, -1, np.int32)
    shares, sures = np.zeros(n, np.float32), np.zeros(n, np.float32)
    for row in range(n):
        root = root_of(order_pools, row)
        if start[row]:
            share[row], sure[row] = 1, 1
        elif root < row and not start[root]:
            share[row], sure[row], link[row] = share[root], sure[root], link[root]
        else:
            level, part, total, found, best, most = -1, 0.0, 0.0, 0.0, 0.0, 0.0
            for j in range(links.begin[root], links.begin[root + 1]):
                if on_the_day and links.sum_step[j] < 0:
                    continue
                lot = links.lot[j]
                at = lots.row[lot]
                if lots.level[lot] != level:
                    level, part, total = lots.level[lot], 0.0, 0.0
                members = members_of(lot_pools, at)
                value = links.sure[j] * sures[at] / members
                if value > most:
                    most, link[row] = value, j
                if links.quantity[j] > 0:
                    used = links.quantity[j] / (quantity[root] * members_of(order_pools, root))
                    part += used * shares[at] / members
                    total += used * value
                    value = total
                found, best = max(found, part), max(best, value)
            share[row], sure[row] = min(found, 1.0), min(best, 1.0)
        shares[root_of(lot_pools, row)] += share[row]
        sures[root_of(lot_pools, row)] += sure[row]
    return Origins(share, sure, link)


@compiled
def trace_on(
    day: Ints,
    start: Flags,
    end: Flags,
    quantity: Reals,
    keys: Keys,
    lot_pools: Pools,
    order_pools: Pools,
    lots: Lots,
    links: Links,
    least_age: int,
) -> Ends:
    """Ends of every shipment, against the order of days."""
    n, levels = len(end), keys.up.shape[1] - 1
    share, sure = np.zeros(n, np.float32), np.zeros(n, np.float32)
    least, most = np.zeros(n, np.float32), np.zeros(n, np.float32)
    lot_share, lot_least = np.zeros(len(lots.row), np.float32), np.zeros(len(lots.row), np.float32)
    lot_sure, lot_fit = np.zeros(len(lots.row), np.float32), np.zeros(len(lots.row), np.float32)
    lot_link, lot_best = np.full(len(lots.row), -1, np.int32), np.zeros(len(lots.row), np.float32)
    link = np.full(n, -1, np.int32)
    can_go = np.zeros(keys.meeting)
    later = n - 1
    for row in range(n - 1, -1, -1):
        # What leaves late enough may hold goods of this shipment.
        while day[later] >= day[row] + least_age:
            k = keys.leaving[later]
            if k >= 0 and most[later] > 0:
                for level in range(levels):
                    if 0 <= keys.up[k, level] < keys.meeting:
                        can_go[keys.up[k, level]] += quantity[later] * most[later]
            later -= 1
        # Until the first of a pool is told itself, its places hold the sums of the others.
        shares, sures, leasts = share[row], sure[row], least[row]
        share[row], sure[row], least[row] = 0, 0, 0
        if end[row]:
            share[row], least[row], most[row] = 1, 1, 1
            sure[row] = 0 if start[row] else 1
        else:
            root = root_of(lot_pools, row)
            others = members_of(lot_pools, root) - 1
            best = np.float32(0)
            for lot in range(lots.begin[root], lots.begin[root + 1]):
                if lot_best[lot] > best:
                    best, link[row] = lot_best[lot], lot_link[lot]
                share[row] = max(share[row], lot_share[lot])
                # What must have gone on of a pool may have been all the others' of it.
                least[row] = max(least[row], lot_least[lot] * (others + 1) - others)
                sure[row] = max(sure[row], lot_sure[lot], lot_fit[lot])
                reached = can_go[lots.key[lot]]
                most[row] = max(most[row], min(1.0, reached / quantity[row]))
            share[row] = min(share[row], np.float32(1))
            sure[row] = min(sure[row], np.float32(1))
            least[row] = min(least[row], share[row])
            most[row] = max(most[row], share[row])
        root = root_of(order_pools, row)
        if root != row:
            share[root] += share[row]
            sure[root] += sure[row]
            least[root] += least[row]
            continue
        shares, sures, leasts = shares + share[row], sures + sure[row], leasts + least[row]
        if shares + sures > 0:
            members = members_of(order_pools, row)
            for j in range(links.begin[row], links.begin[row + 1]):
                lot = links.lot[j]
                at = lots.row[lot]
                value = links.sure[j] * sures / members
                if value > lot_best[lot]:
                    lot_best[lot], lot_link[lot] = value, j
                if links.quantity[j] > 0:
                    whole = quantity[row] * members
                    size = quantity[at] * members_of(lot_pools, at)
                    lot_share[lot] += shares / members * links.quantity[j] / size
                    lot_sure[lot] += value * links.quantity[j] / size
                    # Two parts of an order overlap at least in what they exceed it by together.
                    overlap = links.forced[j] + leasts / members * whole - whole
                    lot_least[lot] += max(0.0, overlap) / size
                else:
                    lot_fit[lot] = max(lot_fit[lot], value)
    return Ends(share, sure, least, most, link)

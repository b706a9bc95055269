"""Two passes over the links: how surely goods came from where they begin, and went where they end."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from enduse.engine.compiling import compiled
from enduse.flow.kernel import (
    Flags,
    Floats,
    Ints,
    Links,
    Lots,
    Pools,
    Reals,
    members_of,
    root_of,
)


class Origins(NamedTuple):
    """How surely a shipment's goods came from a controlled origin; one value a shipment."""

    sure: Floats
    """Probability that they came from there along the links."""
    link: Ints
    """The link that says most of it; -1: none."""


class Ends(NamedTuple):
    """How surely a shipment's goods went to an embargoed destination; one value a shipment."""

    sure: Floats
    """Probability that they went there along the links, by way of a third country."""
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
    sure, sures = np.zeros(n, np.float32), np.zeros(n, np.float32)
    link = np.full(n, -1, np.int32)
    for row in range(n):
        root = root_of(order_pools, row)
        if start[row]:
            sure[row] = 1
        elif root < row and not start[root]:
            sure[row], link[row] = sure[root], link[root]
        else:
            level, total, best, most = -1, 0.0, 0.0, 0.0
            for j in range(links.begin[root], links.begin[root + 1]):
                if on_the_day and links.sum_step[j] < 0:
                    continue
                lot = links.lot[j]
                at = lots.row[lot]
                if lots.level[lot] != level:
                    level, total = lots.level[lot], 0.0
                value = links.sure[j] * sures[at] / members_of(lot_pools, at)
                if value > most:
                    most, link[row] = value, j
                if links.quantity[j] > 0:
                    used = links.quantity[j] / (quantity[root] * members_of(order_pools, root))
                    total += used * value
                    value = total
                best = max(best, value)
            sure[row] = min(best, 1.0)
        sures[root_of(lot_pools, row)] += sure[row]
    return Origins(sure, link)


@compiled
def trace_on(
    start: Flags,
    end: Flags,
    quantity: Reals,
    lot_pools: Pools,
    order_pools: Pools,
    lots: Lots,
    links: Links,
) -> Ends:
    """Ends of every shipment, against the order of days."""
    n = len(end)
    sure, link = np.zeros(n, np.float32), np.full(n, -1, np.int32)
    lot_sure, lot_fit = np.zeros(len(lots.row), np.float32), np.zeros(len(lots.row), np.float32)
    lot_link, lot_best = np.full(len(lots.row), -1, np.int32), np.zeros(len(lots.row), np.float32)
    first = len(lots.row)
    for row in range(n - 1, -1, -1):
        while first > 0 and lots.row[first - 1] == row:
            first -= 1
        # Until the first of a pool is told itself, its place holds the sum of the others.
        sures, sure[row] = sure[row], 0
        if end[row]:
            sure[row] = 0 if start[row] else 1
        else:
            root, best = root_of(lot_pools, row), np.float32(0)
            lot = first if root == row else np.searchsorted(lots.row, root)
            while lot < len(lots.row) and lots.row[lot] == root:
                if lot_best[lot] > best:
                    best, link[row] = lot_best[lot], lot_link[lot]
                sure[row] = max(sure[row], lot_sure[lot], lot_fit[lot])
                lot += 1
            sure[row] = min(sure[row], np.float32(1))
        root = root_of(order_pools, row)
        if root != row:
            sure[root] += sure[row]
            continue
        sures = sures + sure[row]
        if sures > 0:
            members = members_of(order_pools, row)
            for j in range(links.begin[row], links.begin[row + 1]):
                lot = links.lot[j]
                value = links.sure[j] * sures / members
                if value > lot_best[lot]:
                    lot_best[lot], lot_link[lot] = value, j
                if links.quantity[j] > 0:
                    at = lots.row[lot]
                    size = quantity[at] * members_of(lot_pools, at)
                    lot_sure[lot] += value * links.quantity[j] / size
                else:
                    lot_fit[lot] = max(lot_fit[lot], value)
    return Ends(sure, link)

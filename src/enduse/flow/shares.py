"""What part of a shipment came from a controlled origin and went on, by quantities alone."""

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
from enduse.flow.ledger import Ledger


class Shares(NamedTuple):
    """Parts of a shipment; one value a shipment, 0 to 1."""

    came: Floats
    """Part that first in, first out traces to a controlled origin, at the level that traces most."""
    went: Floats
    """Part that first in, first out follows to an embargoed destination, as above."""
    least: Floats
    """Part that must have gone there if all stock is known but what the ledger lacked."""
    most: Floats
    """Part that can have gone there at most, by days and quantities."""


def shares_of(ledger: Ledger) -> Shares:
    """What part of each shipment came from where goods are controlled, and went where they may not."""
    m, pools = ledger.movements, (ledger.lot_pools, ledger.order_pools)
    held = ledger.lots, ledger.links
    came = _share_back(m.start, m.quantity, *pools, *held)
    least_age = ledger.window.least_age
    return Shares(came, *_share_on(m.day, m.end, m.quantity, ledger.keys, *pools, *held, least_age))


@compiled
def _share_back(
    start: Flags,
    quantity: Reals,
    lot_pools: Pools,
    order_pools: Pools,
    lots: Lots,
    links: Links,
) -> Floats:
    """`came` of every shipment, in the order of days."""
    n = len(start)
    share, shares = np.zeros(n, np.float32), np.zeros(n, np.float32)
    for row in range(n):
        root = root_of(order_pools, row)
        if start[row]:
            share[row] = 1
        elif root < row and not start[root]:
            share[row] = share[root]
        else:
            level, part, found = -1, 0.0, 0.0
            for j in range(links.begin[root], links.begin[root + 1]):
                if links.quantity[j] > 0:
                    lot = links.lot[j]
                    at = lots.row[lot]
                    if lots.level[lot] != level:
                        level, part = lots.level[lot], 0.0
                    used = links.quantity[j] / (quantity[root] * members_of(order_pools, root))
                    part += used * shares[at] / members_of(lot_pools, at)
                    found = max(found, part)
            share[row] = min(found, 1.0)
        shares[root_of(lot_pools, row)] += share[row]
    return share


@compiled
def _share_on(
    day: Ints,
    end: Flags,
    quantity: Reals,
    keys: Keys,
    lot_pools: Pools,
    order_pools: Pools,
    lots: Lots,
    links: Links,
    least_age: int,
) -> tuple[Floats, Floats, Floats]:
    """`went`, `least` and `most` of every shipment, against the order of days."""
    n, levels = len(end), keys.up.shape[1] - 1
    share = np.zeros(n, np.float32)
    least, most = np.zeros(n, np.float32), np.zeros(n, np.float32)
    lot_share, lot_least = np.zeros(len(lots.row), np.float32), np.zeros(len(lots.row), np.float32)
    can_go = np.zeros(keys.levels)
    later, first = n - 1, len(lots.row)
    for row in range(n - 1, -1, -1):
        while first > 0 and lots.row[first - 1] == row:
            first -= 1
        # What leaves late enough may hold goods of this shipment.
        while day[later] >= day[row] + least_age:
            k = keys.leaving[later]
            if k >= 0 and most[later] > 0:
                for level in range(levels):
                    if keys.up[k, level] >= 0:
                        can_go[keys.up[k, level]] += quantity[later] * most[later]
            later -= 1
        # Until the first of a pool is told itself, its places hold the sums of the others.
        shares, leasts = share[row], least[row]
        share[row], least[row] = 0, 0
        if end[row]:
            share[row], least[row], most[row] = 1, 1, 1
        else:
            root = root_of(lot_pools, row)
            others = members_of(lot_pools, root) - 1
            lot = first if root == row else np.searchsorted(lots.row, root)
            while lot < len(lots.row) and lots.row[lot] == root:
                share[row] = max(share[row], lot_share[lot])
                # What must have gone on of a pool may have been all the others' of it.
                least[row] = max(least[row], lot_least[lot] * (others + 1) - others)
                if lots.level[lot] < levels:
                    reached = can_go[keys.up[keys.arriving[row], lots.level[lot]]]
                    most[row] = max(most[row], min(1.0, reached / quantity[row]))
                lot += 1
            share[row] = min(share[row], np.float32(1))
            least[row] = min(least[row], share[row])
            most[row] = max(most[row], share[row])
        root = root_of(order_pools, row)
        if root != row:
            share[root] += share[row]
            least[root] += least[row]
            continue
        shares, leasts = shares + share[row], leasts + least[row]
        if shares > 0:
            members = members_of(order_pools, row)
            whole = quantity[row] * members
            for j in range(links.begin[row], links.begin[row + 1]):
                if links.quantity[j] > 0:
                    lot = links.lot[j]
                    at = lots.row[lot]
                    size = quantity[at] * members_of(lot_pools, at)
                    lot_share[lot] += shares / members * links.quantity[j] / size
                    # Two parts of an order overlap at least in what they exceed it by together.
                    overlap = links.forced[j] + leasts / members * whole - whole
                    lot_least[lot] += max(0.0, overlap) / size
    return share, least, most

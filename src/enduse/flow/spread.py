"""What changes in a ledger that is kept open, and how far the change spreads."""

from __future__ import annotations

import heapq
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from enduse.engine.compiling import compiled
from enduse.flow.kernel import Flags, Floats, Ints, Links, Lots, Pools, Reals

ALWAYS = np.int64(1 << 30)
"""A day after all others."""


class Held(NamedTuple):
    """Lines held: one column a line, and a row a level where arrays have two dimensions.

    Links and `most` have no row for the last level, of which no ledger is kept.
    """

    day: Ints
    quantity: Reals
    start: Flags
    end: Flags
    arriving: npt.NDArray[np.int32]
    """The key at the consignee, at each level; -1: none."""
    leaving: npt.NDArray[np.int32]
    next_arrival: npt.NDArray[np.int32]
    """Another line that arrives at the key; -1: no more."""
    next_departure: npt.NDArray[np.int32]
    lot: Ints
    """The first line of its pool at the consignee."""
    lot_mate: Ints
    """Another line of that pool; -1: no more."""
    lot_members: Ints
    """Lines of the pool; at its first line."""
    order: Ints
    order_mate: Ints
    order_members: Ints
    lot_link: npt.NDArray[np.int32]
    """A link of the lot at each level, at its first line; -1: none."""
    order_link: npt.NDArray[np.int32]
    came: npt.NDArray[np.float32]
    """`share` and `sure` of `Origins`, a row each."""
    came_sum: npt.NDArray[np.float64]
    """Their sums over the lot, at its first line."""
    goes: npt.NDArray[np.float32]
    """`share`, `sure`, `least` and `most` of `Ends`, a row each."""
    goes_sum: npt.NDArray[np.float64]
    """Sums of the first three over the order, at its first line."""
    most: npt.NDArray[np.float32]
    """What can have gone on at most, at each level."""
    marked: npt.NDArray[np.int8]
    """Scratch; all 0 between calls."""


class Kept(NamedTuple):
    """Links in no order; what is free is chained by `next_of_order`."""

    lot: Ints
    order: Ints
    quantity: Floats
    sure: Floats
    forced: Floats
    next_of_lot: Ints
    next_of_order: Ints
    free: Ints
    """The first free link (-1: none), and how many were ever in use."""


class Met(NamedTuple):
    """The lines that meet each key; one value a key."""

    level: npt.NDArray[np.int8]
    arrival: Ints
    """A line that arrives; -1: none."""
    departure: Ints
    can_go: Reals
    """Scratch of `spread_most`."""
    open: Flags
    """Scratch; all False between calls."""


@compiled
def drop(keys: Ints, held: Held, met: Met) -> None:
    """Take marked lines out of the lists of keys."""
    for key in keys:
        level = met.level[key]
        last, at = -1, met.arrival[key]
        while at >= 0:
            after = held.next_arrival[level, at]
            if not held.marked[at]:
                last = at
            elif last < 0:
                met.arrival[key] = after
            else:
                held.next_arrival[level, last] = after
            at = after
        last, at = -1, met.departure[key]
        while at >= 0:
            after = held.next_departure[level, at]
            if not held.marked[at]:
                last = at
            elif last < 0:
                met.departure[key] = after
            else:
                held.next_departure[level, last] = after
            at = after


@compiled
def add(lines: Ints, held: Held, met: Met) -> None:
    """Put lines into the lists of their keys."""
    for line in lines:
        for level in range(len(held.arriving)):
            key = held.arriving[level, line]
            if key >= 0:
                held.next_arrival[level, line] = met.arrival[key]
                met.arrival[key] = line
            key = held.leaving[level, line]
            if key >= 0:
                held.next_departure[level, line] = met.departure[key]
                met.departure[key] = line


@compiled
def meet(keys: Ints, held: Held, met: Met) -> Ints:
    """Lines that arrive or leave at any of the keys."""
    found = [np.int32(0) for _ in range(0)]
    for key in keys:
        level, at = met.level[key], met.arrival[key]
        while at >= 0:
            if not held.marked[at]:
                held.marked[at] = 1
                found.append(np.int32(at))
            at = held.next_arrival[level, at]
        at = met.departure[key]
        while at >= 0:
            if not held.marked[at]:
                held.marked[at] = 1
                found.append(np.int32(at))
            at = held.next_departure[level, at]
    lines = np.array(found, np.int32) if len(found) else np.empty(0, np.int32)
    for line in lines:
        held.marked[line] = 0
    return lines


@compiled
def unlink(lines: Ints, level: int, held: Held, kept: Kept) -> None:
    """Free the links of orders at a level."""
    for line in lines:
        at = held.order_link[level, line]
        while at >= 0:
            after = kept.next_of_order[at]
            kept.next_of_order[at] = kept.free[0]
            kept.free[0] = at
            at = after
        held.order_link[level, line] = -1


@compiled
def put_pools(
    lines: Ints, arriving: Ints, leaving: Ints, lot_pools: Pools, order_pools: Pools, held: Held
) -> None:
    """Take over pools, and the sums over them; the first of `lines` stands for none."""
    for i in range(len(lines) - 1, 0, -1):
        line = lines[i]
        if arriving[i] >= 0:
            held.lot[line] = lines[lot_pools.root[i]]
            held.lot_members[line] = lot_pools.members[i]
            held.lot_mate[line] = -1
            held.came_sum[:, line] = 0
        if leaving[i] >= 0:
            held.order[line] = lines[order_pools.root[i]]
            held.order_members[line] = order_pools.members[i]
            held.order_mate[line] = -1
            held.goes_sum[:, line] = 0
    for i in range(len(lines) - 1, 0, -1):
        line = lines[i]
        if arriving[i] >= 0:
            root = held.lot[line]
            if root != line:
                held.lot_mate[line] = held.lot_mate[root]
                held.lot_mate[root] = line
            for part in range(2):
                held.came_sum[part, root] += held.came[part, line]
        if leaving[i] >= 0:
            root = held.order[line]
            if root != line:
                held.order_mate[line] = held.order_mate[root]
                held.order_mate[root] = line
            for part in range(3):
                held.goes_sum[part, root] += held.goes[part, line]


@compiled
def put_links(lines: Ints, lots: Lots, links: Links, held: Held, kept: Kept) -> None:
    """Take over links."""
    for i in range(len(lines)):
        for j in range(links.begin[i], links.begin[i + 1]):
            at = kept.free[0]
            if at >= 0:
                kept.free[0] = kept.next_of_order[at]
            else:
                at = kept.free[1]
                kept.free[1] += 1
            order, lot = lines[i], lines[lots.row[links.lot[j]]]
            level = lots.level[links.lot[j]]
            kept.lot[at], kept.order[at] = lot, order
            kept.quantity[at], kept.sure[at] = links.quantity[j], links.sure[j]
            kept.forced[at] = links.forced[j]
            kept.next_of_lot[at] = held.lot_link[level, lot]
            held.lot_link[level, lot] = at
            kept.next_of_order[at] = held.order_link[level, order]
            held.order_link[level, order] = at


@compiled
def spread_origins(orders: Ints, held: Held, kept: Kept) -> tuple[Ints, int]:
    """Work out where orders came from, and all that was made from them where that changed.

    Returns the lines whose origins changed, and how many orders were worked out.
    """
    heap = [np.int64(0) for _ in range(0)]
    for order in orders:
        if not held.marked[order]:
            held.marked[order] = 1
            heap.append((np.int64(held.day[order]) << 32) | order)
    heapq.heapify(heap)
    changed = [np.int32(0) for _ in range(0)]
    count = 0
    while len(heap):
        order = np.int32(heapq.heappop(heap) & 0xFFFFFFFF)
        held.marked[order] = 0
        count += 1
        share, sure = 0.0, 0.0
        for level in range(len(held.lot_link)):
            whole = held.quantity[order] * held.order_members[order]
            part, total = 0.0, 0.0
            j = held.order_link[level, order]
            while j >= 0:
                lot = kept.lot[j]
                members = held.lot_members[lot]
                value = kept.sure[j] * held.came_sum[1, lot] / members
                if kept.quantity[j] > 0:
                    part += kept.quantity[j] / whole * held.came_sum[0, lot] / members
                    total += kept.quantity[j] / whole * value
                else:
                    sure = max(sure, value)
                j = kept.next_of_order[j]
            share, sure = max(share, part), max(sure, total)
        line = order
        while line >= 0:
            known_share = np.float32(1 if held.start[line] else min(share, 1.0))
            known_sure = np.float32(1 if held.start[line] else min(sure, 1.0))
            if known_share != held.came[0, line] or known_sure != held.came[1, line]:
                changed.append(np.int32(line))
                lot = held.lot[line]
                held.came_sum[0, lot] += np.float64(known_share) - held.came[0, line]
                held.came_sum[1, lot] += np.float64(known_sure) - held.came[1, line]
                held.came[0, line], held.came[1, line] = known_share, known_sure
                for level in range(len(held.lot_link)):
                    j = held.lot_link[level, lot]
                    while j >= 0:
                        later = kept.order[j]
                        if not held.marked[later]:
                            held.marked[later] = 1
                            heapq.heappush(heap, (np.int64(held.day[later]) << 32) | later)
                        j = kept.next_of_lot[j]
            line = held.order_mate[line]
    return _lines(changed), count


@compiled
def spread_ends(lots: Ints, held: Held, kept: Kept) -> tuple[Ints, int]:
    """Work out where lots went (but `most`), and all that they were made from.

    Returns the lines whose ends changed, and how many lots were worked out.
    """
    heap = [np.int64(0) for _ in range(0)]
    for lot in lots:
        if not held.marked[lot]:
            held.marked[lot] = 1
            heap.append((-np.int64(held.day[lot]) << 32) | lot)
    heapq.heapify(heap)
    changed = [np.int32(0) for _ in range(0)]
    count = 0
    told = np.zeros(3, np.float32)
    while len(heap):
        lot = np.int32(heapq.heappop(heap) & 0xFFFFFFFF)
        held.marked[lot] = 0
        count += 1
        share, sure, least = 0.0, 0.0, 0.0
        for level in range(len(held.lot_link)):
            size = held.quantity[lot] * held.lot_members[lot]
            shares, sures, leasts = 0.0, 0.0, 0.0
            j = held.lot_link[level, lot]
            while j >= 0:
                order = kept.order[j]
                members = held.order_members[order]
                value = kept.sure[j] * held.goes_sum[1, order] / members
                if kept.quantity[j] > 0:
                    taken = kept.quantity[j] / size
                    whole = held.quantity[order] * members
                    shares += held.goes_sum[0, order] / members * taken
                    sures += value * taken
                    over = kept.forced[j] + held.goes_sum[2, order] / members * whole - whole
                    leasts += max(0.0, over) / size
                else:
                    sure = max(sure, value)
                j = kept.next_of_lot[j]
            share, sure, least = max(share, shares), max(sure, sures), max(least, leasts)
        others = held.lot_members[lot] - 1
        least = max(0.0, least * (others + 1) - others)
        line = lot
        while line >= 0:
            if held.end[line]:
                told[:] = 1
                told[1] = 0 if held.start[line] else 1
            else:
                told[0], told[1] = min(share, 1.0), min(sure, 1.0)
                told[2] = min(least, share, 1.0)
            same = True
            for part in range(3):
                same = same and told[part] == held.goes[part, line]
            if not same:
                changed.append(np.int32(line))
                order = held.order[line]
                for part in range(3):
                    held.goes_sum[part, order] += np.float64(told[part]) - held.goes[part, line]
                    held.goes[part, line] = told[part]
                for level in range(len(held.lot_link)):
                    j = held.order_link[level, order]
                    while j >= 0:
                        earlier = kept.lot[j]
                        if not held.marked[earlier]:
                            held.marked[earlier] = 1
                            heapq.heappush(heap, (-np.int64(held.day[earlier]) << 32) | earlier)
                        j = kept.next_of_order[j]
            line = held.lot_mate[line]
    return _lines(changed), count


_WORK, _COUNT = 1, 2


@compiled
def spread_most(keys: Ints, lines: Ints, least_age: int, held: Held, met: Met) -> int:
    """Work out what can have gone on at most, from the last day back.

    `keys` are those at which lines came or went; of `lines` another end is known. A key is opened
    when what leaves it has changed: its departures are then added up anew, day by day, and its
    arrivals before are worked out.

    Returns how many lines were worked out.
    """
    heap = [np.int64(0) for _ in range(0)]
    opened = [np.int32(0) for _ in range(0)]
    worked = [np.int32(0) for _ in range(0)]
    count = 0
    for line in lines:
        _work(line, heap, worked, held)
    for key in keys:
        _open(key, ALWAYS, least_age, heap, worked, opened, held, met)
    while len(heap):
        code = heapq.heappop(heap)
        line = np.int32(code & 0x7FFFFFFF)
        if not (code >> 31) & 1:
            for level in range(len(held.lot_link)):
                key = held.leaving[level, line]
                if key >= 0 and met.open[key]:
                    met.can_go[key] += held.quantity[line] * held.goes[3, line]
            continue
        count += 1
        most = held.goes[0, line]
        for level in range(len(held.lot_link)):
            key = held.arriving[level, line]
            if key >= 0:
                if met.open[key]:
                    held.most[level, line] = min(1.0, met.can_go[key] / held.quantity[line])
                most = max(most, held.most[level, line])
        if held.end[line]:
            most = np.float32(1)
        if most != held.goes[3, line]:
            held.goes[3, line] = most
            for level in range(len(held.lot_link)):
                key = held.leaving[level, line]
                if key >= 0 and not met.open[key]:
                    _open(key, np.int64(held.day[line]), least_age, heap, worked, opened, held, met)
    for key in opened:
        met.open[key] = False
    for line in worked:
        held.marked[line] = 0
    return count


@compiled
def _work(line: int, heap: list[np.int64], worked: list[np.int32], held: Held) -> None:
    """Work out a line when its day comes."""
    if not held.marked[line] & _WORK:
        held.marked[line] |= _WORK
        worked.append(np.int32(line))
        heapq.heappush(heap, (-np.int64(held.day[line]) << 32) | (np.int64(1) << 31) | line)


@compiled
def _open(
    key: int,
    day: np.int64,
    least_age: int,
    heap: list[np.int64],
    worked: list[np.int32],
    opened: list[np.int32],
    held: Held,
    met: Met,
) -> None:
    """Add up what leaves a key, and work out what came before what left on a day."""
    met.open[key] = True
    opened.append(np.int32(key))
    met.can_go[key] = 0
    level, at = met.level[key], met.departure[key]
    while at >= 0:
        from_day = np.int64(held.day[at]) - least_age
        if from_day >= day:
            met.can_go[key] += held.quantity[at] * held.goes[3, at]
        elif not held.marked[at] & _COUNT:
            held.marked[at] |= _COUNT
            worked.append(np.int32(at))
            heapq.heappush(heap, (-from_day << 32) | at)
        at = held.next_departure[level, at]
    at = met.arrival[key]
    while at >= 0:
        if held.day[at] <= day - least_age:
            _work(at, heap, worked, held)
        at = held.next_arrival[level, at]


@compiled
def _lines(found: list[np.int32]) -> Ints:
    return np.array(found, np.int32) if len(found) else np.empty(0, np.int32)


def no_lines(levels: int) -> Held:
    """Nothing held yet."""
    one, kept, all_levels = (0,), (levels - 1, 0), (levels, 0)
    shapes = {
        **dict.fromkeys(("arriving", "leaving", "next_arrival", "next_departure"), all_levels),
        **dict.fromkeys(("lot_link", "order_link", "most"), kept),
        "came": (2, 0),
        "came_sum": (2, 0),
        "goes": (4, 0),
        "goes_sum": (3, 0),
    }
    kinds: dict[str, npt.DTypeLike] = {
        **dict.fromkeys(("quantity", "came_sum", "goes_sum"), np.float64),
        **dict.fromkeys(("came", "goes", "most"), np.float32),
        **dict.fromkeys(("start", "end"), np.bool_),
        "marked": np.int8,
    }
    return Held(
        **{
            name: np.zeros(shapes.get(name, one), kinds.get(name, np.int32))
            for name in Held._fields
        }
    )


def no_links() -> Kept:
    """No links yet."""
    kinds = {"quantity": np.float32, "sure": np.float32, "forced": np.float32}
    links: dict[str, Any] = {name: np.zeros(0, kinds.get(name, np.int32)) for name in Kept._fields}
    return Kept(**{**links, "free": np.array([-1, 0], np.int32)})


def no_keys() -> Met:
    """No keys yet."""
    empty = np.zeros(0, np.int32)
    return Met(empty.astype(np.int8), empty, empty, np.zeros(0), np.zeros(0, np.bool_))

"""How far a change of an open ledger spreads: origins on, ends back."""

from __future__ import annotations

import heapq

import numpy as np

from enduse.engine.compiling import compiled
from enduse.flow.held import Held, Kept, Met
from enduse.flow.kernel import Ints

ALWAYS = np.int64(1 << 30)
"""A day after all others."""


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
            for level in range(len(held.most)):
                key = held.leaving[level, line]
                if key >= 0 and met.open[key]:
                    met.can_go[key] += held.quantity[line] * held.goes[3, line]
            continue
        count += 1
        most = held.goes[0, line]
        for level in range(len(held.most)):
            key = held.arriving[level, line]
            if key >= 0:
                if met.open[key]:
                    held.most[level, line] = min(1.0, met.can_go[key] / held.quantity[line])
                most = max(most, held.most[level, line])
        if held.end[line]:
            most = np.float32(1)
        if most != held.goes[3, line]:
            held.goes[3, line] = most
            for level in range(len(held.most)):
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

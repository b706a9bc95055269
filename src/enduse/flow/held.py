"""Lines, links and keys of an open ledger, as chained lists in arrays."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

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
from enduse.flow.likeness import Counted
from enduse.flow.neighbours import OF_LINKS, OTHER, RIVAL, fit_of, says_most, take_link


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
    """`came` of `Shares` and `sure` of `Origins`, a row each."""
    came_sum: npt.NDArray[np.float64]
    """Their sums over the lot, at its first line."""
    goes: npt.NDArray[np.float32]
    """`went` of `Shares`, `sure` of `Ends`, `least` and `most` of `Shares`, a row each."""
    goes_sum: npt.NDArray[np.float64]
    """Sums of the first three over the order, at its first line."""
    surest: npt.NDArray[np.float32]
    """`received` and `passed_on` of `Known`, a row each."""
    first: npt.NDArray[np.float32]
    """The first score; 0 below `neighbours.LEAST`."""
    most: npt.NDArray[np.float32]
    """What can have gone on at most, at each level before that of the very same quantity."""
    marked: npt.NDArray[np.int8]
    """Scratch; all 0 between calls."""


class Kept(NamedTuple):
    """Links in no order; what is free is chained by `next_of_order`."""

    lot: Ints
    order: Ints
    quantity: Floats
    sure: Floats
    forced: Floats
    values: Ints
    """Where it counts, as in `Counted`; so the two after it."""
    papers: Ints
    prices: Ints
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
    paired: Flags
    """Whether its pairs of orders and lots are counted."""
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
def unlink(lines: Ints, level: int, held: Held, kept: Kept, counts: Ints, prices: Ints) -> None:
    """Free the links of orders at a level, and count them no more."""
    for line in lines:
        at = held.order_link[level, line]
        while at >= 0:
            after = kept.next_of_order[at]
            for place in (kept.values[at], kept.papers[at]):
                if place >= 0:
                    counts[place] -= 1
            if kept.prices[at] >= 0:
                prices[kept.prices[at]] -= 1
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
            held.lot[line] = lines[root_of(lot_pools, i)]
            held.lot_members[line] = members_of(lot_pools, i)
            held.lot_mate[line] = -1
            held.came_sum[:, line] = 0
        if leaving[i] >= 0:
            held.order[line] = lines[root_of(order_pools, i)]
            held.order_members[line] = members_of(order_pools, i)
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
def put_links(
    lines: Ints, lots: Lots, links: Links, counted: Counted, held: Held, kept: Kept
) -> None:
    """Take over links, and where they count."""
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
            kept.values[at], kept.papers[at] = counted.values[j], counted.papers[j]
            kept.prices[at] = counted.prices[j]
            kept.next_of_lot[at] = held.lot_link[level, lot]
            held.lot_link[level, lot] = at
            kept.next_of_order[at] = held.order_link[level, order]
            held.order_link[level, order] = at


@compiled
def find_surest(lines: Ints, held: Held, kept: Kept) -> Ints:
    """Work out the surest links of lines; returns those whose own changed."""
    changed = [np.int32(0) for _ in range(0)]
    for line in lines:
        lot, order = held.lot[line], held.order[line]
        received, passed_on = np.float32(0), np.float32(0)
        for level in range(len(held.lot_link)):
            j = held.order_link[level, order]
            while j >= 0:
                received = max(received, kept.sure[j])
                j = kept.next_of_order[j]
            j = held.lot_link[level, lot]
            while j >= 0:
                passed_on = max(passed_on, kept.sure[j])
                j = kept.next_of_lot[j]
        if received != held.surest[0, line] or passed_on != held.surest[1, line]:
            held.surest[0, line], held.surest[1, line] = received, passed_on
            changed.append(np.int32(line))
    return np.array(changed, np.int32) if len(changed) else np.empty(0, np.int32)


@compiled
def _surest_but(end: int, one: int, side: int, held: Held, kept: Kept) -> np.float32:
    """The surest link of an order (side 0) or a lot (1) that has another end than this."""
    surest = np.float32(0)
    for level in range(len(held.lot_link)):
        j = held.lot_link[level, one] if side else held.order_link[level, one]
        while j >= 0:
            if (kept.order[j] if side else kept.lot[j]) != end:
                surest = max(surest, kept.sure[j])
            j = kept.next_of_lot[j] if side else kept.next_of_order[j]
    return surest


@compiled
def look_along(lines: Ints, held: Held, kept: Kept) -> Floats:
    """`along` of `neighbours.Around` for lines."""
    along = np.zeros((len(lines), len(OF_LINKS)), np.float32)
    for i in range(len(lines)):
        for side, one in enumerate((held.order[lines[i]], held.lot[lines[i]])):
            best = np.int32(-1)
            for again in (False, True):
                for level in range(len(held.lot_link)):
                    j = held.lot_link[level, one] if side else held.order_link[level, one]
                    while j >= 0:
                        lot, order, sure = kept.lot[j], kept.order[j], kept.sure[j]
                        other = order if side else lot
                        most, line = np.float32(0), other
                        while line >= 0:
                            most = max(most, held.first[line])
                            line = held.order_mate[line] if side else held.lot_mate[line]
                        lag = np.float32(held.day[order] - held.day[lot])
                        fit = fit_of(
                            held.quantity[order] * held.order_members[order],
                            held.quantity[lot] * held.lot_members[lot],
                        )
                        if not again:
                            if take_link(along[i], side, sure, most, lag, fit):
                                best = other
                        else:
                            if other != best:
                                along[i, RIVAL + side] = max(along[i, RIVAL + side], sure)
                            if says_most(along[i], side, sure, most, lag, fit):
                                claimed = _surest_but(one, other, 1 - side, held, kept)
                                along[i, OTHER + side] = max(along[i, OTHER + side], claimed)
                        j = kept.next_of_lot[j] if side else kept.next_of_order[j]
    return along


def no_lines(levels: int) -> Held:
    """Nothing held yet."""
    one, kept, all_levels = (0,), (levels - 1, 0), (levels, 0)
    shapes = {
        **dict.fromkeys(("arriving", "leaving", "next_arrival", "next_departure"), all_levels),
        **dict.fromkeys(("lot_link", "order_link"), kept),
        "most": (levels - 2, 0),
        "came": (2, 0),
        "came_sum": (2, 0),
        "goes": (4, 0),
        "goes_sum": (3, 0),
        "surest": (2, 0),
    }
    kinds: dict[str, npt.DTypeLike] = {
        **dict.fromkeys(("quantity", "came_sum", "goes_sum"), np.float64),
        **dict.fromkeys(("came", "goes", "surest", "first", "most"), np.float32),
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
    none = np.zeros(0, np.bool_)
    return Met(empty.astype(np.int8), empty, empty, none, np.zeros(0), none)

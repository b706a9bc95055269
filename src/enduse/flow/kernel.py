"""The ledger: lots that came in at a party, and the orders that may have used them."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from enduse.engine.compiling import compiled

Ints: TypeAlias = npt.NDArray[np.int32]
Longs: TypeAlias = npt.NDArray[np.int64]
Bytes: TypeAlias = npt.NDArray[np.int8]
Floats: TypeAlias = npt.NDArray[np.float32]
Reals: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]

_EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_DUST = 1e-9
"""Part of a lot or an order below which nothing is left of it."""


class Keys(NamedTuple):
    """Pairs of a party and its goods, and which of them each shipment meets."""

    arriving: Ints
    """The key at the consignee, one a shipment; -1: not followed."""
    leaving: Ints
    """The key at the exporter."""
    up: npt.NDArray[np.int32]
    """Shape (keys, levels): the key of the party and its goods at each level; -1: none. The last
    level is all of the party's goods; no ledger is kept of it."""
    levels: int
    """How many keys there are over all levels."""
    meeting: int
    """The party both receives and sends the goods of the keys before this one, and of no other."""


class Pools(NamedTuple):
    """Shipments that no ledger can tell apart are one lot, or one order."""

    root: Ints
    """The first shipment of each shipment's pool."""
    members: Ints
    """How many the pool holds; at its first shipment."""


class Links(NamedTuple):
    """What may have gone from a lot into an order; by order, then by level."""

    lot: Ints
    """Number of the lot in `Lots`."""
    quantity: Floats
    """What first in, first out takes from the lot; 0: the link rests on the fit of quantities."""
    sure: Floats
    """Probability that the order was made from this lot, given that both are seen."""
    forced: Floats
    """What of the order no other stock known could have covered, in the unit of the level."""
    arrivals: Ints
    """Other arrivals at the party and its goods before the day of the order, at the level."""
    departures: Ints
    """Departures from there before that day."""
    begin: Ints
    """Where the links of each shipment (as first of a pool) begin; one more than shipments."""


class Lots(NamedTuple):
    """Arrivals, once at each level at which the party also sends; by shipment, then by level."""

    row: Ints
    level: Bytes
    begin: Ints
    """Where the lots of each shipment (as first of a pool) begin; one more than shipments."""


@compiled
def number_pairs(first: Ints, second: Ints, numbers: Ints, made: int) -> Longs:
    """Number pairs by when they come; -1 where a part is negative.

    `numbers` is written, from `made` on; returns the place at which each number came first.
    """
    shift = np.uint64(54)
    codes, given = _slots(shift)
    came = np.empty(len(first), np.int64)
    count = 0
    for place in range(len(first)):
        if first[place] < 0 or second[place] < 0:
            numbers[place] = -1
            continue
        code = (np.uint64(first[place]) << np.uint64(32)) | np.uint64(second[place])
        slot = _slot(codes, code, shift)
        if codes[slot] == _EMPTY:
            codes[slot] = code
            given[slot] = made + count
            came[count] = place
            count += 1
            if 3 * count > 2 * len(codes):
                fewer, old = codes, given
                shift -= np.uint64(1)
                codes, given = _slots(shift)
                for at in range(len(fewer)):
                    if fewer[at] != _EMPTY:
                        slot = _slot(codes, fewer[at], shift)
                        codes[slot], given[slot] = fewer[at], old[at]
            numbers[place] = made + count - 1
        else:
            numbers[place] = given[slot]
    return came[:count].copy()


@compiled
def _slots(shift: np.uint64) -> tuple[npt.NDArray[np.uint64], Ints]:
    """An empty table of pairs and their numbers; it has a power of two of slots."""
    size = 1 << int(np.uint64(64) - shift)
    return np.full(size, _EMPTY, np.uint64), np.empty(size, np.int32)


@compiled
def _slot(codes: npt.NDArray[np.uint64], code: np.uint64, shift: np.uint64) -> np.uint64:
    """Where a pair stands in the table, or can be put."""
    slot = (code * _MIX) >> shift
    while codes[slot] != code and codes[slot] != _EMPTY:
        slot = (slot + np.uint64(1)) & np.uint64(len(codes) - 1)
    return slot


@compiled
def find_pools(key: Ints, day: Ints, quantity: Reals, goods: Ints, keys: int) -> tuple[Ints, Ints]:
    """Pools of shipments with the same key, day, quantity and goods; adjacent ones are compared."""
    n = len(key)
    root = np.empty(n, np.int32)
    members = np.ones(n, np.int32)
    last = np.full(keys, -1, np.int32)
    start = 0
    for row in range(n):
        root[row] = row
        if day[row] != day[start] or quantity[row] != quantity[start] or goods[row] != goods[start]:
            start = row
        k = key[row]
        if k < 0:
            continue
        if last[k] >= start:
            root[row] = last[k]
            members[last[k]] += 1
        else:
            last[k] = row
    return root, members


@compiled
def find_meetings(
    arriving: Ints,
    leaving: Ints,
    lot_root: Ints,
    order_root: Ints,
    up: npt.NDArray[np.int32],
    level_keys: int,
) -> tuple[int, int, int]:
    """Number first, in `up`, the keys at which a party both receives and sends.

    Returns how many they are, and the most lots and links that there can be.
    """
    sends, receives = np.zeros(level_keys, np.bool_), np.zeros(level_keys, np.bool_)
    comes, goes = np.zeros(len(up), np.bool_), np.zeros(len(up), np.bool_)
    for row in range(len(leaving)):
        if arriving[row] >= 0:
            comes[arriving[row]] = True
        if leaving[row] >= 0:
            goes[leaving[row]] = True
    for key in range(len(up)):
        for level in range(up.shape[1] - 1):
            if up[key, level] >= 0:
                sends[up[key, level]] |= goes[key]
                receives[up[key, level]] |= comes[key]
    number, meeting, others = np.empty(level_keys, np.int32), 0, level_keys
    for s in range(level_keys):
        if sends[s] and receives[s]:
            number[s] = meeting
            meeting += 1
        else:
            others -= 1
            number[s] = others
    count = np.zeros(len(up), np.int8)
    for key in range(len(up)):
        for level in range(up.shape[1]):
            if up[key, level] >= 0:
                up[key, level] = number[up[key, level]]
                count[key] += up[key, level] < meeting
    lots, orders = 0, 0
    for row in range(len(leaving)):
        if arriving[row] >= 0 and lot_root[row] == row:
            lots += count[arriving[row]]
        if leaving[row] >= 0 and order_root[row] == row:
            orders += count[leaving[row]]
    return meeting, lots, lots + 2 * orders


@compiled
def keep_ledger(
    day: Ints,
    quantity: Reals,
    keys: Keys,
    lot_pools: Pools,
    order_pools: Pools,
    mentions: tuple[Ints, Ints, Floats],
    window: tuple[int, int, int, int],
    weights: tuple[Floats, Floats, Floats, Floats, Floats],
    most: tuple[int, int],
) -> tuple[Lots, Links]:
    """Give every order the lots that it may have used, in the order of days.

    Parameters
    ----------
    mentions
        Spellings of consignees and exporters and how sure each is; all empty if none differ.
    window
        Least age of a lot in days, most age for first in, first out, most age for a fit of
        quantities, and how many lots are tried for a fit.
    weights
        Log-odds of a link: by age in days; by hundredths of difference of logarithms of quantity;
        by how much of the lot and of the order it takes, in 36 steps; by level; and
        (offset, of the logarithm of the rate of arrivals, of departures).
    most
        Lots and links, from `find_meetings`.
    """
    arriving, leaving, up, meeting = keys.arriving, keys.leaving, keys.up, keys.meeting
    least_age, stock_age, most_age, tried = window
    by_age, by_fit, by_use, by_level, by_rate = weights
    consignee_mention, exporter_mention, mention_sure = mentions
    n, levels = len(day), up.shape[1] - 1
    most_lots, most_links = most
    lot_row, lot_level = np.empty(most_lots, np.int32), np.empty(most_lots, np.int8)
    lot_day = np.empty(most_lots, np.int32)
    size, left, stock = np.empty(most_lots), np.empty(most_lots), np.empty(most_lots)
    log = np.empty(most_lots, np.float32)
    after, before = np.full(most_lots, -1, np.int32), np.full(most_lots, -1, np.int32)
    lot_begin, link_begin = np.zeros(n + 1, np.int32), np.zeros(n + 1, np.int32)
    link_lot, link_quantity = np.empty(most_links, np.int32), np.empty(most_links, np.float32)
    link_sure, link_forced = np.empty(most_links, np.float32), np.empty(most_links, np.float32)
    link_arrivals, link_departures = np.empty(most_links, np.int32), np.empty(most_links, np.int32)
    # Of each key: first lot not used up, last lot, first lot in the window, first lot too
    # young, arrivals, departures.
    state = np.zeros((meeting, 6), np.int32)
    state[:, :4] = -1
    made, linked, counted = 0, 0, 0
    for row in range(n):
        lot_begin[row], link_begin[row] = made, linked
        k = leaving[row]
        if k >= 0 and order_pools.root[row] == row:
            whole = quantity[row] * order_pools.members[row]
            log_each = np.float32(np.log(quantity[row]))
            days = np.float64(day[row] - day[0] + 90)
            for level in range(levels):
                s = up[k, level]
                if s < 0 or s >= meeting or state[s, 1] < 0:
                    continue
                need, first = whole, linked
                head = state[s, 0]
                while head >= 0 and need > _DUST * whole:
                    if lot_day[head] < day[row] - stock_age:
                        head = after[head]
                        continue
                    if lot_day[head] > day[row] - least_age:
                        break
                    taken = min(left[head], need)
                    link_lot[linked], link_quantity[linked] = head, taken
                    linked += 1
                    left[head] -= taken
                    need -= taken
                    if left[head] <= _DUST * size[head]:
                        head = after[head]
                state[s, 0] = head
                young = state[s, 3]
                while young >= 0 and lot_day[young] <= day[row] - least_age:
                    young = after[young]
                state[s, 3] = young
                newest = before[young] if young >= 0 else state[s, 1]
                # The lot that fits best among the last ones.
                at, seen, best, best_at = newest, 0, -np.inf, -1
                while at >= 0 and seen < tried and lot_day[at] >= day[row] - most_age:
                    seen += 1
                    value = by_age[day[row] - lot_day[at]]
                    value += by_fit[_apart(log[at], log_each, len(by_fit))]
                    if value > best:
                        best, best_at = value, at
                    at = before[at]
                for j in range(first, linked):
                    if link_lot[j] == best_at:
                        best_at = -1
                if best_at >= 0 and _apart(log[best_at], log_each, len(by_fit)) < len(by_fit) - 1:
                    link_lot[linked], link_quantity[linked] = best_at, 0.0
                    linked += 1
                # All that was there in the window of days.
                oldest = state[s, 2]
                while oldest >= 0 and lot_day[oldest] < day[row] - stock_age:
                    oldest = after[oldest]
                state[s, 2] = oldest
                there = 0.0
                if newest >= 0 and oldest >= 0:
                    there = stock[newest] - stock[oldest] + size[oldest]
                for j in range(first, linked):
                    lot = link_lot[j]
                    at_row, taken = lot_row[lot], np.float64(link_quantity[j])
                    arrivals = state[s, 4] - lot_pools.members[at_row]
                    departures = state[s, 5]
                    age = min(day[row] - lot_day[lot], len(by_age) - 1)
                    odds = by_rate[0] + by_level[level] + by_age[age]
                    odds += by_fit[_apart(log[lot], log_each, len(by_fit))]
                    odds += by_use[_step(taken / size[lot]) * 6 + _step(taken / whole)]
                    odds += by_rate[1] * np.log((arrivals + 0.5) / days)
                    odds += by_rate[2] * np.log((departures + 0.5) / days)
                    sure = 1 / (1 + np.exp(-odds))
                    if len(mention_sure):
                        ours, theirs = consignee_mention[at_row], exporter_mention[row]
                        if ours != theirs:
                            sure *= mention_sure[ours] * mention_sure[theirs]
                    link_sure[j] = sure
                    link_forced[j] = max(0.0, min(taken, whole - need - (there - size[lot])))
                    link_arrivals[j], link_departures[j] = arrivals, departures
        # What happens on a day counts for rates when the day is over.
        if row + 1 == n or day[row + 1] != day[row]:
            for r in range(counted, row + 1):
                for side in range(2):
                    k = arriving[r] if side == 0 else leaving[r]
                    for level in range(levels if k >= 0 else 0):
                        if 0 <= up[k, level] < meeting:
                            state[up[k, level], 4 + side] += 1
            counted = row + 1
        k = arriving[row]
        if k >= 0 and lot_pools.root[row] == row:
            for level in range(levels):
                s = up[k, level]
                if s < 0 or s >= meeting:
                    continue
                last = state[s, 1]
                lot_row[made], lot_level[made], lot_day[made] = row, level, day[row]
                size[made] = quantity[row] * lot_pools.members[row]
                left[made], stock[made] = size[made], size[made]
                log[made] = np.log(quantity[row])
                before[made] = last
                if last >= 0:
                    after[last] = made
                    stock[made] += stock[last]
                if state[s, 0] < 0:
                    state[s, 0] = made
                if state[s, 2] < 0:
                    state[s, 2] = made
                if state[s, 3] < 0:
                    state[s, 3] = made
                state[s, 1] = made
                made += 1
    lot_begin[n], link_begin[n] = made, linked
    return (
        Lots(lot_row[:made], lot_level[:made], lot_begin),
        Links(
            link_lot[:linked],
            link_quantity[:linked],
            link_sure[:linked],
            link_forced[:linked],
            link_arrivals[:linked],
            link_departures[:linked],
            link_begin,
        ),
    )


@compiled
def _apart(one: np.float32, other: np.float32, steps: int) -> int:
    """Hundredths between two logarithms, rounded up; the last step is everything farther."""
    return min(int(abs(one - other) * 100 + 0.9999), steps - 1)


@compiled
def _step(share: float) -> int:
    """Nothing, under a fifth, a half, nine tenths, nearly all, all: 0 to 5."""
    if share < 0.2:
        return 1 if share > _DUST else 0
    if share < 0.5:
        return 2
    if share < 0.9:
        return 3
    return 4 if share < 0.999 else 5

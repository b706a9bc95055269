"""Keys: a party and its goods, and which of them each shipment meets.

Each shipment that is followed is posted twice: where it leaves, at the exporter, and where it
arrives, at the consignee. What is kept of a key is looked up whenever a shipment is posted there;
so postings are worked through by groups of parties, each small enough that its keys stay in the
processor's cache, and within a group in the order of shipments.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from enduse.engine.compiling import compiled
from enduse.flow.kernel import Flags, Ints, Keys, Longs, Reals

_EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_GROUP = 1 << 15
"""Postings of a group, on average at most."""


class Postings(NamedTuple):
    """Shipments as they are posted: by groups of parties, then in the order of shipments."""

    posting: Ints
    """Twice the shipment's number; one more where it arrives."""
    begin: Longs
    """Where each group begins; one more than groups."""


@compiled
def post(exporter: Ints, consignee: Ints, followed: Flags) -> Postings:
    """Post every shipment that is followed."""
    groups = 1
    while groups * _GROUP < 2 * len(followed):
        groups *= 2
    begin = np.zeros(groups + 1, np.int64)
    for row in range(len(followed)):
        if followed[row]:
            begin[(exporter[row] & (groups - 1)) + 1] += 1
            begin[(consignee[row] & (groups - 1)) + 1] += 1
    for group in range(groups):
        begin[group + 1] += begin[group]
    to = begin.copy()
    posting = np.empty(begin[groups], np.int32)
    for row in range(len(followed)):
        if followed[row]:
            group = exporter[row] & (groups - 1)
            posting[to[group]] = 2 * row
            to[group] += 1
            group = consignee[row] & (groups - 1)
            posting[to[group]] = 2 * row + 1
            to[group] += 1
    return Postings(posting, begin)


@compiled
def number_keys(
    postings: Postings,
    exporter: Ints,
    consignee: Ints,
    goods: Ints,
    kinds: npt.NDArray[np.int32],
) -> Keys:
    """Number the pairs of a party and its goods, group by group; `kinds` at the levels wanted."""
    posting, begin = postings
    most = 0
    for group in range(len(begin) - 1):
        most = max(most, int(begin[group + 1] - begin[group]))
    codes, given = _slots(_shift(most))
    party_of, goods_of = np.empty(most, np.int32), np.empty(most, np.int32)
    arriving, leaving = np.full(len(goods), -1, np.int32), np.full(len(goods), -1, np.int32)
    up = np.empty((len(posting), len(kinds)), np.int32)
    count, made = 0, 0
    for group in range(len(begin) - 1):
        first = count
        shift = _shift(begin[group + 1] - begin[group])
        table = codes[: _size(shift)]
        table[:] = _EMPTY
        for at in range(begin[group], begin[group + 1]):
            row = posting[at] >> 1
            party = consignee[row] if posting[at] & 1 else exporter[row]
            code = (np.uint64(party) << np.uint64(32)) | np.uint64(goods[row])
            slot = _slot(table, code, shift)
            if table[slot] == _EMPTY:
                table[slot], given[slot] = code, count
                party_of[count - first], goods_of[count - first] = party, goods[row]
                count += 1
            if posting[at] & 1:
                arriving[row] = given[slot]
            else:
                leaving[row] = given[slot]
        shift = _shift(count - first)
        table = codes[: _size(shift)]
        for level in range(len(kinds)):
            table[:] = _EMPTY
            for key in range(first, count):
                kind = kinds[level, goods_of[key - first]]
                if kind < 0:
                    up[key, level] = -1
                    continue
                code = (np.uint64(party_of[key - first]) << np.uint64(32)) | np.uint64(kind)
                slot = _slot(table, code, shift)
                if table[slot] == _EMPTY:
                    table[slot], given[slot] = code, made
                    made += 1
                up[key, level] = given[slot]
    return Keys(arriving, leaving, up[:count], made, 0)


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
def _shift(count: int) -> np.uint64:
    """Of a table that holds so many pairs and has half as much room to spare."""
    shift = np.uint64(63)
    while 2 * _size(shift) < 3 * count:
        shift -= np.uint64(1)
    return shift


@compiled
def _size(shift: np.uint64) -> int:
    """How many slots a table has: a power of two."""
    return 1 << int(np.uint64(64) - shift)


@compiled
def _slots(shift: np.uint64) -> tuple[npt.NDArray[np.uint64], Ints]:
    """An empty table of pairs and their numbers."""
    return np.full(_size(shift), _EMPTY, np.uint64), np.empty(_size(shift), np.int32)


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
def at_meetings(posting: Ints, keys: Keys) -> Ints:
    """Postings at keys that meet."""
    kept, count = np.empty_like(posting), 0
    meets = np.zeros(len(keys.up), np.bool_)
    for key in range(len(keys.up)):
        for level in range(keys.up.shape[1]):
            meets[key] |= 0 <= keys.up[key, level] < keys.meeting
    for place in range(len(posting)):
        row = posting[place] >> 1
        if meets[keys.arriving[row] if posting[place] & 1 else keys.leaving[row]]:
            kept[count] = posting[place]
            count += 1
    return kept[:count].copy()


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

"""Keys: a party and its goods, and which of them each shipment meets.

Each shipment that is followed is posted twice: where it leaves, at the exporter, and where it
arrives, at the consignee. What is kept of a key is looked up whenever a shipment is posted there;
so postings are worked through by groups of parties, each small enough that its keys stay in the
processor's cache, and within a group in the order of shipments.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from enduse.engine.compiling import compiled
from enduse.flow.kernel import Flags, Ints, Keys, Pools, Postings, Reals
from enduse.flow.pairs import EMPTY, shift_of, size_of, slot_of, slots

_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_GROUP = 1 << 15
"""Postings of a group, on average at most."""


@compiled
def number_keys(
    exporter: Ints,
    consignee: Ints,
    goods: Ints,
    followed: Flags,
    kinds: npt.NDArray[np.int32],
    amount: Ints,
) -> tuple[Keys, Postings, int]:
    """Post every shipment that is followed, and number the pairs of a party and its goods.

    `kinds` has the numbers of kinds of goods at the levels wanted, `amount` (of `amounts`) what is
    the same where quantities are. Tells too how many keys of the very same quantity there are.
    """
    posting, pair, amount_of, begin = _post(exporter, consignee, goods, amount, followed)
    most = 0
    for group in range(len(begin) - 1):
        most = max(most, begin[group + 1] - begin[group])
    levels = len(kinds)
    codes, given = slots(shift_of(most * levels))
    party_of, goods_of = np.empty(most, np.uint64), np.empty(most, np.int32)
    key_of = np.empty(len(posting), np.int32)
    up = np.empty((len(posting), levels), np.int32)
    same, same_made = np.empty(len(posting), np.int32), 0
    both_ways = np.empty((most, 2), np.bool_)
    count, made = 0, 0
    for group in range(len(begin) - 1):
        here, size, first = begin[group], begin[group + 1] - begin[group], count
        shift = shift_of(size)
        table = codes[: size_of(shift)]
        table[:] = EMPTY
        for at in range(here, here + size):
            slot = slot_of(table, pair[at], shift)
            if table[slot] == EMPTY:
                table[slot], given[slot] = pair[at], count
                party_of[count - first] = pair[at] >> _HALF << _HALF
                goods_of[count - first] = np.int32(pair[at] & _LOW)
                count += 1
            key_of[at] = given[slot]
        table[:] = EMPTY
        fresh = 0
        for at in range(here, here + size):
            code = (pair[at] >> _HALF << _HALF) | np.uint64(amount_of[at])
            slot = slot_of(table, code, shift)
            if table[slot] == EMPTY:
                table[slot], given[slot] = code, fresh
                both_ways[fresh] = False
                fresh += 1
            same[at] = given[slot]
            both_ways[same[at], posting[at] & 1] = True
        for number in range(fresh):
            meets = both_ways[number, 0] and both_ways[number, 1]
            given[number] = same_made if meets else -1
            same_made += meets
        for at in range(here, here + size):
            same[at] = given[same[at]]
        shift = shift_of((count - first) * levels)
        table = codes[: size_of(shift)]
        table[:] = EMPTY
        # Keys of a party get numbers near each other: they are looked up together.
        for key in range(first, count):
            for level in range(levels):
                kind = kinds[level, goods_of[key - first]]
                if kind < 0:
                    up[key, level] = -1
                    continue
                at_level = party_of[key - first] | np.uint64(kind * levels + level)
                slot = slot_of(table, at_level, shift)
                if table[slot] == EMPTY:
                    table[slot], given[slot] = at_level, made
                    made += 1
                up[key, level] = given[slot]
    arriving, leaving = _keys_of(exporter, consignee, followed, begin, key_of)
    keys = Keys(arriving, leaving, up[:count], made)
    return keys, Postings(posting, key_of, same, up[:count]), same_made


def amounts(quantity: Reals, measure: Ints) -> Ints:
    """Numbers that are the same where quantities are, to six digits, and measures, up to sixteen."""
    bits: Ints = quantity.astype(np.float32).view(np.int32) & ~np.int32(15)
    return bits | (measure & 15).astype(np.int32)


@compiled
def _post(
    exporter: Ints, consignee: Ints, goods: Ints, amount: Ints, followed: Flags
) -> tuple[Ints, npt.NDArray[np.uint64], Ints, Ints]:
    """Postings of all that is followed, party and goods and amount of each; where groups begin."""
    groups = 1
    while groups * _GROUP < 2 * len(followed):
        groups *= 2
    begin = np.zeros(groups + 1, np.int32)
    for row in range(len(followed)):
        if followed[row]:
            begin[(exporter[row] & (groups - 1)) + 1] += 1
            begin[(consignee[row] & (groups - 1)) + 1] += 1
    for group in range(groups):
        begin[group + 1] += begin[group]
    to = begin[:groups].copy()
    posting, pair = np.empty(begin[groups], np.int32), np.empty(begin[groups], np.uint64)
    amount_of = np.empty(begin[groups], np.int32)
    for row in range(len(followed)):
        if followed[row]:
            for arrives in range(2):
                party = consignee[row] if arrives else exporter[row]
                at = _next(to, party)
                posting[at] = 2 * row + arrives
                pair[at] = (np.uint64(party) << _HALF) | np.uint64(goods[row])
                amount_of[at] = amount[row]
    return posting, pair, amount_of, begin


@compiled
def _keys_of(
    exporter: Ints, consignee: Ints, followed: Flags, begin: Ints, key_of: Ints
) -> tuple[Ints, Ints]:
    """The key of each shipment at its consignee and at its exporter; -1: not followed."""
    to = begin[:-1].copy()
    arriving, leaving = np.full(len(followed), -1, np.int32), np.full(len(followed), -1, np.int32)
    for row in range(len(followed)):
        if followed[row]:
            leaving[row] = key_of[_next(to, exporter[row])]
            arriving[row] = key_of[_next(to, consignee[row])]
    return arriving, leaving


@compiled
def _next(to: Ints, party: int) -> int:
    """Where the next posting of a party's group stands; `to` has the next one of each."""
    group = party & (len(to) - 1)
    to[group] += 1
    at: int = to[group] - 1
    return at


@compiled
def find_meetings(postings: Postings, keys: int, same_keys: int) -> tuple[Postings, int]:
    """Postings at keys where a party both receives and sends, and how many such keys there are.

    In their `up` stand, of the levels of which a ledger is kept, the numbers of such keys among
    themselves, after `same_keys` of the very same quantities; -1: the others.
    """
    posting, key_of, same, up = postings
    levels = up.shape[1] - 1
    sends, receives = np.zeros(keys, np.bool_), np.zeros(keys, np.bool_)
    met = np.zeros((len(up), 2), np.bool_)
    for place in range(len(posting)):
        met[key_of[place], posting[place] & 1] = True
    for key in range(len(up)):
        for level in range(levels):
            if up[key, level] >= 0:
                sends[up[key, level]] |= met[key, 0]
                receives[up[key, level]] |= met[key, 1]
    number, meeting = np.full(keys, -1, np.int32), same_keys
    for s in range(keys):
        if sends[s] and receives[s]:
            number[s] = meeting
            meeting += 1
    place_of, places = np.full(len(up), -1, np.int32), 0
    for place in range(len(posting)):
        if same[place] >= 0:
            place_of[key_of[place]] = 0
    for key in range(len(up)):
        for level in range(levels):
            if up[key, level] >= 0 and number[up[key, level]] >= 0:
                place_of[key] = 0
        if place_of[key] >= 0:
            place_of[key] = places
            places += 1
    meets = np.empty((places, levels), np.int32)
    for key in range(len(up)):
        if place_of[key] >= 0:
            for level in range(levels):
                s = up[key, level]
                meets[place_of[key], level] = number[s] if s >= 0 else -1
    count = 0
    for place in range(len(posting)):
        count += place_of[key_of[place]] >= 0
    kept, kept_key = np.empty(count, np.int32), np.empty(count, np.int32)
    kept_same, count = np.empty(count, np.int32), 0
    for place in range(len(posting)):
        if place_of[key_of[place]] >= 0:
            kept[count], kept_key[count] = posting[place], place_of[key_of[place]]
            kept_same[count] = same[place]
            count += 1
    return Postings(kept, kept_key, kept_same, meets), meeting


@compiled
def find_pools(postings: Postings, day: Ints, quantity: Reals, goods: Ints) -> tuple[Pools, Pools]:
    """Lots and orders: what is posted at one key on one day, of one quantity and kind of goods."""
    posting, key_of, _, up = postings
    n = len(day)
    place, count = np.zeros(n, np.int32), 1
    back, members = np.empty((n + 1, 2), np.int32), np.empty((n + 1, 2), np.int32)
    back[0], members[0] = 0, 1
    last, start = np.full((len(up), 2), -1, np.int32), 0
    for at in range(len(posting)):
        row, arrives = posting[at] >> 1, posting[at] & 1
        before = posting[start] >> 1
        if (
            day[row] != day[before]
            or quantity[row] != quantity[before]
            or goods[row] != goods[before]
        ):
            start = at
        if last[key_of[at], arrives] >= start:
            root = posting[last[key_of[at], arrives]] >> 1
            for one in (root, row):
                if place[one] == 0:
                    place[one] = count
                    back[count], members[count] = 0, 1
                    count += 1
            back[place[row], arrives] = row - root
            members[place[root], arrives] += 1
        else:
            last[key_of[at], arrives] = at
    orders = Pools(place, back[:count, 0].copy(), members[:count, 0].copy())
    lots = Pools(place, back[:count, 1].copy(), members[:count, 1].copy())
    return lots, orders

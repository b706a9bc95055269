"""Stocks, lots, orders and lines of the world of stocks, and what is done to one of them.

A stock is one firm's holding of one of its goods, kept apart by origin: side 0 came out of a
controlled origin, side 1 did not. Demands from outside come on their day; a stock serves them
from its lots or buys for the order, and refills itself when low. Suppliers are other stocks or
makers, who always have goods. A line is a shipment that leaves a stock or a maker.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ANY, OTHER_ORIGIN, DIVERTED, DIVERTED_LOST = 0, 1, 2, 3
FIRST_IN, LAST_IN, BY_LOT, MIXED = 0, 1, 2, 3
BURN_IN, DAYS = 150, 730
TAKES = 256


class Stocks(NamedTuple):
    """Stocks, their suppliers and the firms behind them.

    Suppliers of side ``s`` of stock ``p`` are ``supplier[first[2p+s]:first[2p+s+1]]``: a stock's
    number, or -1 minus a firm's number for a maker. ``share`` is their cumulated share.
    """

    firm: Ints
    good: Ints
    usual: Floats
    policy: Ints
    to_order: Floats
    refill_at: Floats
    refill: Floats
    first: Ints
    supplier: Ints
    share: Floats
    country: Ints


class Demands(NamedTuple):
    """Orders from outside by day; ``buyer`` is a firm, or -1 for a sale inside the country."""

    day: Ints
    stock: Ints
    buyer: Ints
    quantity: Floats
    kind: Ints


class Habits(NamedTuple):
    """What all firms have in common."""

    held_days: float
    slow: float
    split: float
    merge: float
    planted_target: float
    seed: int


class Lines(NamedTuple):
    """Lines in the order in which they were agreed on, with links ``source`` -> ``target``.

    ``side`` 0 came out of a controlled origin; ``depth`` counts firms gone through; ``chain`` is
    -1 for lawful lines; ``age`` is the days that the oldest goods had rested.
    """

    seller: Ints
    buyer: Ints
    good: Ints
    day: Ints
    quantity: Floats
    side: Ints
    depth: Ints
    part: Ints
    age: Ints
    chain: Ints
    lost: Ints
    source: Ints
    target: Ints
    moved: Floats


class State(NamedTuple):
    n: Ints
    seller: Ints
    buyer: Ints
    to_stock: Ints
    for_order: Ints
    day: Ints
    arrives: Ints
    quantity: Floats
    good: Ints
    side: Ints
    depth: Ints
    part: Ints
    age: Ints
    chain: Ints
    lost: Ints
    edge_from: Ints
    edge_source: Ints
    edge_target: Ints
    edge_moved: Floats
    o_seller: Ints
    o_buyer: Ints
    o_stock: Ints
    o_quantity: Floats
    o_side: Ints
    o_back: Ints
    o_pending: Ints
    o_lots: Ints
    o_kind: Ints
    lot_line: Ints
    lot_left: Floats
    lot_next: Ints
    lot_prev: Ints
    head: Ints
    tail: Ints
    held: Floats
    coming: Floats
    bucket: Ints
    event_next: Ints
    event_what: Ints
    root: Ints
    take_line: Ints
    take: Floats
    stack: Ints


# counters in State.n
LINE, EDGE, ORDER, LOT, EVENT, CHAIN, POSITIVE, OPEN = 0, 1, 2, 3, 4, 5, 6, 7


@njit(cache=True)
def rounded(quantity):  # type: ignore[no-untyped-def]
    """Round as people order: mostly to two figures, sometimes to one, sometimes not."""
    u = np.random.random()
    figures = 2 if u < 0.55 else (1 if u < 0.75 else 4)
    step = 10.0 ** (np.floor(np.log10(max(quantity, 1.0))) - figures + 1)
    return max(1.0, np.round(quantity / step) * step) if step >= 1 else max(1.0, np.round(quantity))


@njit(cache=True)
def push(s, day, what):  # type: ignore[no-untyped-def]
    """Put an event on its day: an order's number, or -1 minus a line's number for an arrival."""
    at = day + BURN_IN
    if at >= len(s.bucket):
        return
    e = s.n[EVENT]
    s.n[EVENT] += 1
    s.event_what[e] = what
    s.event_next[e] = s.bucket[at]
    s.bucket[at] = e


@njit(cache=True)
def place_order(s, seller, buyer, stock, quantity, side, back, kind):  # type: ignore[no-untyped-def]
    o = s.n[ORDER]
    s.n[ORDER] += 1
    s.o_seller[o], s.o_buyer[o], s.o_stock[o] = seller, buyer, stock
    s.o_quantity[o], s.o_side[o], s.o_back[o], s.o_kind[o] = quantity, side, back, kind
    s.o_pending[o], s.o_lots[o] = 0, -1
    return o


@njit(cache=True)
def draw_supplier(w, p, side):  # type: ignore[no-untyped-def]
    a, b = w.first[2 * p + side], w.first[2 * p + side + 1]
    k = a + np.searchsorted(w.share[a:b], np.random.random())
    return w.supplier[min(k, b - 1)]


@njit(cache=True)
def _unlink(s, p, side, lot):  # type: ignore[no-untyped-def]
    before, after = s.lot_prev[lot], s.lot_next[lot]
    if before >= 0:
        s.lot_next[before] = after
    else:
        s.head[2 * p + side] = after
    if after >= 0:
        s.lot_prev[after] = before
    else:
        s.tail[2 * p + side] = before


@njit(cache=True)
def _take(s, p, side, lot, quantity, k):  # type: ignore[no-untyped-def]
    """Take from a lot; a crumb that would be left goes with it to the same order."""
    took = min(quantity, s.lot_left[lot])
    s.lot_left[lot] -= took
    s.held[2 * p + side] -= took
    s.take_line[k], s.take[k] = s.lot_line[lot], took
    if s.lot_left[lot] < 0.5:
        s.held[2 * p + side] -= s.lot_left[lot]
        _unlink(s, p, side, lot)
    return took


@njit(cache=True)
def take_from_lots(w, s, p, side, quantity):  # type: ignore[no-untyped-def]
    """Serve a quantity by the stock's own habit; give the number of lots touched."""
    k = 0
    policy = w.policy[p]
    i = 2 * p + side
    left = quantity
    if policy == BY_LOT:
        best, lot, seen = -1, s.head[i], 0
        while lot >= 0 and seen < 30:
            if s.lot_left[lot] >= left and (best < 0 or s.lot_left[lot] < s.lot_left[best]):
                best = lot
            lot = s.lot_next[lot]
            seen += 1
        if best >= 0:
            _take(s, p, side, best, left, 0)
            return 1
    if policy == MIXED:
        total, lot, seen = 0.0, s.head[i], 0
        while lot >= 0 and seen < 4:
            total += s.lot_left[lot]
            lot = s.lot_next[lot]
            seen += 1
        share = min(1.0, left / total)
        lot = s.head[i]
        for _ in range(seen):
            after = s.lot_next[lot]
            left -= _take(s, p, side, lot, share * s.lot_left[lot], k)
            k += 1
            lot = after
    while left >= 0.5 and k < TAKES - 1:
        lot = s.tail[i] if policy == LAST_IN else s.head[i]
        if lot < 0:
            break
        left -= _take(s, p, side, lot, left, k)
        k += 1
    return k


@njit(cache=True)
def find_root(s, c):  # type: ignore[no-untyped-def]
    while s.root[c] != c:
        s.root[c] = s.root[s.root[c]]
        c = s.root[c]
    return c


@njit(cache=True)
def _seen(w, s, line):  # type: ignore[no-untyped-def]
    crosses = w.country[s.seller[line]] != w.country[s.buyer[line]]
    return 1 if 0 <= s.day[line] < DAYS and crosses else 0


@njit(cache=True)
def mark(w, s, line, chain, lost):  # type: ignore[no-untyped-def]
    """Put a line and all that it was made of into a chain; join chains that share a lot."""
    top = 1
    s.stack[0] = line
    while top > 0:
        top -= 1
        x = s.stack[top]
        if s.chain[x] >= 0:
            a, b = find_root(s, s.chain[x]), find_root(s, chain)
            s.root[max(a, b)] = min(a, b)
            continue
        s.chain[x] = chain
        s.lost[x] = lost
        s.n[POSITIVE] += _seen(w, s, x)
        for e in range(s.edge_from[x], s.edge_from[x + 1]):
            if top < len(s.stack):
                s.stack[top] = s.edge_source[e]
                top += 1

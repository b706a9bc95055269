"""Stocks and orders, day by day: the compiled heart of the world of stocks.

Demands from outside come on their day; a stock serves them from its lots or buys for the order,
and refills itself when low. Suppliers are other stocks or makers, who always have goods.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from benchmarks.flow.stocks.lots import (
    ANY,
    BURN_IN,
    CHAIN,
    DAYS,
    DIVERTED,
    DIVERTED_LOST,
    EDGE,
    EVENT,
    LINE,
    LOT,
    OPEN,
    ORDER,
    OTHER_ORIGIN,
    POSITIVE,
    TAKES,
    Demands,
    Floats,
    Habits,
    Ints,
    Lines,
    State,
    Stocks,
    draw_supplier,
    find_root,
    mark,
    place_order,
    push,
    rounded,
    take_from_lots,
)


@njit(cache=True)
def _weekday(day):  # type: ignore[no-untyped-def]
    """Move most week-end shipments to Monday; day 0 is a Monday."""
    d = day % 7
    return day + 7 - d if d >= 5 and np.random.random() < 0.8 else day


@njit(cache=True)
def _line(w, h, s, o, quantity, day, depth):  # type: ignore[no-untyped-def]
    x = s.n[LINE]
    s.n[LINE] += 1
    seller = s.o_seller[o]
    s.seller[x] = w.firm[seller] if seller >= 0 else -1 - seller
    s.buyer[x], s.to_stock[x] = s.o_buyer[o], s.o_stock[o]
    s.good[x] = w.good[seller] if seller >= 0 else w.good[s.o_stock[o]]
    s.for_order[x], s.quantity[x], s.side[x] = s.o_back[o], quantity, s.o_side[o]
    s.day[x], s.depth[x], s.age[x] = _weekday(day), depth, 0
    s.part[x], s.chain[x], s.lost[x] = -1, -1, 0
    s.arrives[x] = s.day[x] + 2 + int(np.exp(1.8 + 0.7 * np.random.randn()))
    if s.o_stock[o] >= 0:
        push(s, s.arrives[x], -1 - x)
    return x


@njit(cache=True)
def _parts(h):  # type: ignore[no-untyped-def]
    return np.random.randint(2, 4) if np.random.random() < h.split else 1


@njit(cache=True)
def _ship_from_maker(w, h, s, o, today):  # type: ignore[no-untyped-def]
    parts = _parts(h)
    left = s.o_quantity[o]
    if left < 4 * parts:
        parts = 1
    if s.o_back[o] >= 0:
        s.o_pending[s.o_back[o]] += parts - 1
    maker, good = -1 - s.o_seller[o], w.good[s.o_stock[o]]
    part = (maker * 1000 + good) * 8 + int(7.99 * np.random.random() ** 2)
    day = today
    for k in range(parts):
        quantity = left if k == parts - 1 else np.floor(left / (parts - k))
        left -= quantity
        x = _line(w, h, s, o, quantity, day, 0)
        s.part[x] = part
        s.edge_from[x + 1] = s.n[EDGE]
        day += 1 + int(9 * np.random.random())


@njit(cache=True)
def _ship(w, h, s, o, k, today, waited):  # type: ignore[no-untyped-def]
    """Ship what was taken from ``k`` lots; goods sold inside the country leave no line."""
    if s.o_buyer[o] < 0:
        return
    total, depth = 0.0, 0
    for i in range(k):
        total += s.take[i]
        depth = max(depth, s.depth[s.take_line[i]] + 1)
    kind = s.o_kind[o]
    chain = -1
    if kind >= DIVERTED:
        s.n[OPEN] -= 1
        chain = s.n[CHAIN]
        s.n[CHAIN] += 1
        s.root[chain] = chain
    if kind == DIVERTED_LOST:
        for i in range(k):
            mark(w, s, s.take_line[i], chain, 1)
        return
    day = today + int(3.5 * np.random.random())
    if waited:
        if np.random.random() < h.slow:
            day = today + np.random.randint(90, 240)
        else:
            day = today + int(h.held_days * np.exp(0.7 * np.random.randn()))
    parts = _parts(h)
    if total < 4 * parts:
        parts = 1
    if s.o_back[o] >= 0:
        s.o_pending[s.o_back[o]] += parts - 1
    i, left = 0, total
    for part in range(parts):
        quantity = left if part == parts - 1 else np.floor(left / (parts - part))
        left -= quantity
        x = _line(w, h, s, o, quantity, day, depth)
        need = quantity
        s.part[x] = s.part[s.take_line[i]]
        while i < k and need > 1e-6:
            took = min(need, s.take[i])
            e = s.n[EDGE]
            s.n[EDGE] += 1
            s.edge_source[e], s.edge_target[e] = s.take_line[i], x
            s.edge_moved[e] = took
            s.age[x] = max(s.age[x], s.day[x] - s.arrives[s.take_line[i]])
            s.take[i] -= took
            need -= took
            if s.take[i] <= 1e-6:
                i += 1
        i = min(i, k - 1)
        s.edge_from[x + 1] = s.n[EDGE]
        if chain >= 0 and s.day[x] < DAYS:
            mark(w, s, x, chain, 0)
        day += 1 + int(9 * np.random.random())


@njit(cache=True)
def _ship_waiting(w, h, s, o, today):  # type: ignore[no-untyped-def]
    k, lot = 0, s.o_lots[o]
    while lot >= 0 and k < TAKES:
        s.take_line[k], s.take[k] = s.lot_line[lot], s.lot_left[lot]
        k += 1
        lot = s.lot_next[lot]
    _ship(w, h, s, o, k, today, True)


@njit(cache=True)
def _fail(w, h, s, o, today):  # type: ignore[no-untyped-def]
    """Give up an order, and tell those that waited for it."""
    while True:
        if s.o_kind[o] >= DIVERTED:
            s.n[OPEN] -= 1
        back = s.o_back[o]
        if back < 0:
            if s.o_stock[o] >= 0:
                s.coming[2 * s.o_stock[o] + s.o_side[o]] -= s.o_quantity[o]
            return
        s.o_pending[back] -= 1
        if s.o_pending[back] > 0:
            return
        if s.o_lots[back] >= 0:
            _ship_waiting(w, h, s, back, today)
            return
        o = back


@njit(cache=True)
def _buy_for(w, h, s, o, today):  # type: ignore[no-untyped-def]
    p, side = s.o_seller[o], s.o_side[o]
    quantity = s.o_quantity[o]
    count = 2 if quantity >= 8 and np.random.random() < h.merge else 1
    s.o_pending[o] = count
    for k in range(count):
        part = quantity
        if count == 2:
            part = np.floor(quantity * (0.3 + 0.4 * np.random.random())) if k == 0 else quantity
        quantity -= part
        x = place_order(s, draw_supplier(w, p, side), w.firm[p], p, part, side, o, ANY)
        push(s, today + 1 + int(9 * np.random.random()), x)


@njit(cache=True)
def _refill(w, s, p, side, today):  # type: ignore[no-untyped-def]
    i = 2 * p + side
    if s.held[i] + s.coming[i] >= w.refill_at[p] or w.to_order[p] > 0.95:
        return
    quantity = rounded(w.refill[p] * np.exp(0.5 * np.random.randn()))
    s.coming[i] += quantity
    x = place_order(s, draw_supplier(w, p, side), w.firm[p], p, quantity, side, -1, ANY)
    push(s, today + 1 + int(9 * np.random.random()), x)


@njit(cache=True)
def _serve(w, h, s, o, today):  # type: ignore[no-untyped-def]
    p, side, quantity = s.o_seller[o], s.o_side[o], s.o_quantity[o]
    if p < 0:
        _ship_from_maker(w, h, s, o, today)
        return
    here = s.held[2 * p + side]
    if np.random.random() < w.to_order[p]:
        _buy_for(w, h, s, o, today)
        return
    if here < quantity and (here < 0.4 * quantity or np.random.random() < 0.4):
        if np.random.random() < 0.7:
            _buy_for(w, h, s, o, today)
        else:
            _fail(w, h, s, o, today)
    else:
        short = max(0.0, quantity - here)
        if short > 0 and s.o_back[o] < 0 and s.o_stock[o] >= 0:
            s.coming[2 * s.o_stock[o] + side] -= short
        k = take_from_lots(w, s, p, side, min(quantity, here))
        if k > 0:
            _ship(w, h, s, o, k, today, False)
    _refill(w, s, p, side, today)


@njit(cache=True)
def _arrive(w, h, s, x, today):  # type: ignore[no-untyped-def]
    lot = s.n[LOT]
    s.n[LOT] += 1
    s.lot_line[lot], s.lot_left[lot] = x, s.quantity[x]
    s.lot_next[lot], s.lot_prev[lot] = -1, -1
    o = s.for_order[x]
    if o >= 0:
        s.lot_next[lot] = s.o_lots[o]
        s.o_lots[o] = lot
        s.o_pending[o] -= 1
        if s.o_pending[o] == 0:
            _ship_waiting(w, h, s, o, today)
        return
    i = 2 * s.to_stock[x] + s.side[x]
    s.lot_prev[lot] = s.tail[i]
    if s.tail[i] >= 0:
        s.lot_next[s.tail[i]] = lot
    else:
        s.head[i] = lot
    s.tail[i] = lot
    s.held[i] += s.quantity[x]
    s.coming[i] -= s.quantity[x]


@njit(cache=True)
def _side_for(w, h, s, p, quantity, kind, today):  # type: ignore[no-untyped-def]
    """Choose the side that serves a demand from outside, or -1 where none may."""
    has0 = w.first[2 * p + 1] > w.first[2 * p]
    has1 = w.first[2 * p + 2] > w.first[2 * p + 1]
    if kind >= DIVERTED:
        due = h.planted_target * ((today + BURN_IN) / (DAYS + BURN_IN)) ** 1.3
        if has0 and s.n[POSITIVE] + 3 * s.n[OPEN] <= due + 20:
            return 0
        kind = OTHER_ORIGIN
    if kind == OTHER_ORIGIN or not has0:
        return 1 if has1 else -1
    if not has1:
        return 0
    return 0 if s.held[2 * p] / (s.held[2 * p] + s.held[2 * p + 1] + 1) > np.random.random() else 1


@njit(cache=True)
def _run(w, d, h, s):  # type: ignore[no-untyped-def]
    np.random.seed(h.seed)
    at = 0
    for day in range(-BURN_IN, DAYS):
        if s.n[LINE] > len(s.day) - 50_000 or s.n[EDGE] > len(s.edge_source) - 50_000:
            return False
        if s.n[ORDER] > len(s.o_seller) - 50_000 or s.n[EVENT] > len(s.event_what) - 100_000:
            return False
        while s.bucket[day + BURN_IN] >= 0:
            e = s.bucket[day + BURN_IN]
            s.bucket[day + BURN_IN] = s.event_next[e]
            what = s.event_what[e]
            if what < 0:
                _arrive(w, h, s, -1 - what, day)
            else:
                _serve(w, h, s, what, day)
        while at < len(d.day) and d.day[at] <= day:
            p, kind = d.stock[at], d.kind[at]
            side = _side_for(w, h, s, p, d.quantity[at], kind, day)
            if side >= 0:
                if kind >= DIVERTED and side == 1:
                    kind = OTHER_ORIGIN
                if kind >= DIVERTED:
                    s.n[OPEN] += 1
                _serve(
                    w, h, s, place_order(s, p, d.buyer[at], -1, d.quantity[at], side, -1, kind), day
                )
            at += 1
    for c in range(s.n[CHAIN]):
        s.root[c] = find_root(s, c)
    return True


def run(stocks: Stocks, demands: Demands, habits: Habits) -> Lines:
    """Let the days pass and give every line that was shipped.

    Raises
    ------
    MemoryError
        If firms ship far more than the demands can explain.
    """
    count, asked = len(stocks.firm), len(demands.day)
    lines, edges, orders = 3 * asked + 100_000, 8 * asked + 200_000, 4 * asked + 100_000
    events = lines + orders
    ints: dict[str, int] = dict.fromkeys(
        [
            "seller",
            "buyer",
            "to_stock",
            "for_order",
            "day",
            "arrives",
            "good",
            "side",
            "depth",
            "part",
            "age",
            "chain",
            "lost",
        ],
        lines,
    )
    ints |= {"n": 8, "edge_from": lines + 1, "edge_source": edges, "edge_target": edges}
    ints |= dict.fromkeys(
        ["o_seller", "o_buyer", "o_stock", "o_side", "o_back", "o_pending", "o_lots"], orders
    )
    ints |= {"o_kind": orders, "event_next": events, "event_what": events}
    ints |= dict.fromkeys(["lot_line", "lot_next", "lot_prev"], lines)
    ints |= {"head": 2 * count, "tail": 2 * count, "bucket": BURN_IN + DAYS}
    ints |= {"root": asked + 1, "take_line": TAKES, "stack": 100_000}
    floats = {"quantity": lines, "edge_moved": edges, "o_quantity": orders, "lot_left": lines}
    floats |= {"held": 2 * count, "coming": 2 * count, "take": TAKES}
    arrays: dict[str, Ints | Floats] = {k: np.zeros(v, np.int64) for k, v in ints.items()}
    arrays |= {k: np.zeros(v, np.float64) for k, v in floats.items()}
    for name in ("head", "tail", "bucket"):
        arrays[name].fill(-1)
    state = State(**arrays)  # type: ignore[arg-type]
    if not _run(stocks, demands, habits, state):
        raise MemoryError("the stocks shipped more lines than were set aside; lower Knobs.machine")
    n, e = int(state.n[LINE]), int(state.n[EDGE])
    chain = state.chain[:n]
    return Lines(
        seller=state.seller[:n],
        buyer=state.buyer[:n],
        good=state.good[:n],
        day=state.day[:n],
        quantity=state.quantity[:n],
        side=state.side[:n],
        depth=state.depth[:n],
        part=state.part[:n],
        age=state.age[:n],
        chain=np.where(chain >= 0, state.root[chain], -1),
        lost=state.lost[:n],
        source=state.edge_source[:e],
        target=state.edge_target[:e],
        moved=state.edge_moved[:e],
    )

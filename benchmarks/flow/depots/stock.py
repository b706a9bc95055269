"""A market of bonded depots: who orders what, what is bought in for it, and which lot leaves.

Three steps. Customers' orders are drawn first. Each shelf (one depot, one HS6 code) then plans
its purchases from the orders that it will meet, from the last trader back to the first depot,
since a trader's purchase is an order at the depot that supplies it. Last, goods move forward:
lots arrive, and each order is picked from the lots in stock by the rule of its depot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.flow.depots.market import (
    CONTROLLED,
    DAYS,
    PLACE,
    RULES,
    WAIT,
    Flags,
    Floats,
    Ints,
    Knobs,
    Market,
)


@dataclass(slots=True)
class Moves:
    """Every consignment that moved: rows, and which row's goods left with which."""

    day: Ints
    exporter: Ints
    consignee: Ints
    code: Ints
    quantity: Floats
    controlled: Floats
    onward: Flags
    slow: Flags
    link_from: Ints
    link_to: Ints
    link_quantity: Floats
    shelf_depot: Ints
    shelf_code: Ints


def _shelves(rng: Generator, knobs: Knobs, market: Market) -> tuple[Ints, Ints]:
    size = market.weight[: market.depots]
    count = 1 + rng.poisson((knobs.codes_per_depot - 1) * size**0.5 / (size**0.5).mean())
    depot = np.repeat(np.arange(market.depots), count)
    wants = np.add.reduceat(market.goods.weight, market.goods.start[:-1])
    homes = rng.choice(len(wants), (market.depots, 3), p=wants / wants.sum())
    chapter = homes[depot, np.minimum(rng.geometric(0.6, len(depot)) - 1, 2)]
    n = len(market.goods.code)
    both = np.unique(depot * n + market.goods.draw(rng, chapter))
    return both // n, both % n


def _demand(
    rng: Generator, knobs: Knobs, market: Market, orders: int, shelf_depot: Ints, shelf_code: Ints
) -> dict[str, NDArray[np.generic]]:
    """Orders of final customers: shelf, day, quantity, consignee (-1 inland), clean, bin below."""
    weight = market.weight[shelf_depot] * rng.lognormal(0, 0.6, len(shelf_depot))
    relations = int(orders / knobs.orders_per_relation)
    shelf = rng.choice(len(weight), relations, p=weight / weight.sum())
    depot = shelf_depot[shelf]
    first = market.first_customer
    pull = market.weight[first:]
    slots = rng.choice(len(pull), (market.depots, 40), p=pull / pull.sum()) + first
    plain = np.flatnonzero(~market.open_candidate[first:]) + first
    shut = market.open_candidate[slots] & ~market.willing[:, None]
    slots[shut] = rng.choice(plain, int(shut.sum()))
    # A few willing depots are better known than others to those who look for one.
    hidden = np.flatnonzero(market.open_candidate)
    asked = (rng.random(slots.shape) < 0.12) & market.willing[:, None]
    slots[asked] = rng.choice(hidden, int(asked.sum()))
    reach = 3 + (8 * market.weight[depot] ** 0.6).astype(int)
    buyer = slots[depot, (rng.random(relations) ** 1.6 * np.minimum(reach, 40)).astype(int)]
    times = np.maximum(1, rng.lognormal(0, 0.9, relations)).round().astype(int)
    times = np.maximum(1, (times * orders / times.sum()).round()).astype(int)
    begin = np.where(rng.random(relations) < 0.45, 0, rng.integers(0, 560, relations))
    begin = np.maximum(begin, market.founded[depot] + 15)
    length = np.where(rng.random(relations) < 0.5, DAYS - begin,
                      rng.uniform(0.15, 1, relations) * (DAYS - begin))  # fmt: skip
    inland = rng.random(relations) < knobs.domestic
    usual = market.goods.pieces[shelf_code[shelf]] * rng.lognormal(0, 0.7, relations)
    of = np.repeat(np.arange(relations), times)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(times) - times, times)
    day = begin[of] + (nth + rng.random(len(of))) / times[of] * length[of]
    wave = market.goods.season[shelf_code[shelf[of]]]
    day = np.where(np.isnan(wave), day, day + 45 * np.sin(2 * np.pi * day / 365 + wave))
    amount = usual[of] * rng.lognormal(0, 0.35, len(of))
    neat = rng.random(len(of)) < 0.35
    amount = np.where(neat & (amount > 20), np.round(amount, -1), np.ceil(amount))
    embargoed = np.isin(market.country[buyer], (PLACE["RU"], PLACE["BY"]))
    return {"shelf": shelf[of], "day": np.maximum(day, 0).astype(np.int64), "quantity": amount,
            "to": np.where(inland, -1, buyer)[of], "clean": (embargoed & ~inland)[of],
            "below": np.full(len(of), -1)}  # fmt: skip


def trade(rng: Generator, knobs: Knobs, market: Market, orders: int) -> Moves:
    """Let the market run for its two years and return all that moved through depots."""
    shelf_depot, shelf_code = _shelves(rng, knobs, market)
    all_orders = [_demand(rng, knobs, market, orders, shelf_depot, shelf_code)]
    books: list[dict[str, NDArray[np.generic]]] = []
    buys: list[dict[str, NDArray[np.generic]]] = []
    bins = 0
    for tier in (3, 2, 1, 0):
        known = {k: np.concatenate([o[k] for o in all_orders]) for k in all_orders[0]}
        here = market.tier[shelf_depot[known["shelf"].astype(np.int64)]] == tier
        book = {k: v[here] for k, v in known.items()}
        all_orders = [{k: v[~here] for k, v in known.items()}]
        bought, bins = _plan(rng, knobs, market, book, shelf_depot, bins)
        shelf = bought["shelf"].astype(np.int64)
        up = np.zeros(len(shelf), bool) if tier == 0 else rng.random(len(shelf)) < 0.8
        source, shelf_depot, shelf_code = _upstream(
            rng, market, shelf[up], tier - 1, shelf_depot, shelf_code
        )
        all_orders.append({
            "shelf": source, "day": bought["arrive"][up].astype(np.int64) - rng.integers(6, 22, len(source)),
            "quantity": bought["quantity"][up], "to": shelf_depot[shelf[up]],
            "clean": np.zeros(len(source), bool), "below": bought["bin"][up]})  # fmt: skip
        buys.append({k: v[~up] for k, v in bought.items()})
        books.append(book)
    outside = {k: np.concatenate([b[k] for b in buys]) for k in buys[0]}
    return _move(rng, knobs, market, outside, books[::-1], shelf_depot, shelf_code, bins)


def _plan(
    rng: Generator, knobs: Knobs, market: Market, book: dict[str, NDArray[np.generic]],
    shelf_depot: Ints, bins: int,
) -> tuple[dict[str, NDArray[np.generic]], int]:  # fmt: skip
    """Plan what each bin buys so that its orders can be met; sorts ``book`` by bin and day."""
    shelf, to = book["shelf"].astype(np.int64), book["to"].astype(np.int64)
    rule = market.rule[shelf_depot[shelf]]
    key = shelf * 10**8 + np.where(rule == RULES.index("apart"), to + 2, 0)
    _, bin_ = np.unique(key, return_inverse=True)
    order = np.lexsort((book["day"], bin_))
    for name in book:
        book[name] = book[name][order]
    bin_, shelf, rule = bin_[order], shelf[order], rule[order]
    day, quantity = book["day"].astype(np.int64), book["quantity"].astype(np.float64)
    book["bin"] = bin_ + bins
    count = np.bincount(bin_)
    first = np.cumsum(count) - count
    n = len(count)
    running = np.cumsum(quantity)
    before = (running - quantity)[first]
    total = np.bincount(bin_, quantity)
    size = total / count * np.maximum(1.0, knobs.orders_per_lot * rng.lognormal(0, 0.5, n))
    lots = np.ceil(total / size * 1.03).astype(int)
    of = np.repeat(np.arange(n), lots)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(lots) - lots, lots)
    at = np.searchsorted(running, before[of] + nth * size[of] * 0.999, side="right")
    at = np.minimum(at, (first + count - 1)[of])
    through = rule[first] == RULES.index("through")
    way = rng.random(n)
    early = rng.exponential(knobs.stock_days, len(of)) + 2
    early = np.where((way < knobs.slow)[of], early + rng.uniform(50, 170, len(of)), early)
    arrive = (day[at] - early).astype(np.int64)
    monthly = ((way > 0.75) & (way < 0.9))[of]
    arrive = np.where(monthly, arrive // 30 * 30 + (of * 7) % 28 - 28, arrive)
    regular = (way >= 0.9)[of]
    span = (day[first + count - 1] - day[first])[of]
    arrive = np.where(regular, day[first][of] + nth * span // np.maximum(lots[of], 1) - 20, arrive)
    amount = np.ceil(size[of] * rng.lognormal(0.02, 0.06, len(of)))
    held = ~through[of]
    passing = np.flatnonzero(through[bin_])
    soon = day[passing] - rng.integers(0, 4, len(passing))
    owner = np.concatenate([of[held], bin_[passing]])
    return {
        "bin": owner + bins, "shelf": shelf[first][owner],
        "arrive": np.concatenate([arrive[held], soon]),
        "quantity": np.concatenate([amount[held], quantity[passing]]),
        "slow": (way < knobs.slow)[owner] & ~through[owner],
    }, bins + n  # fmt: skip


def _upstream(
    rng: Generator, market: Market, shelf: Ints, tier: int, shelf_depot: Ints, shelf_code: Ints
) -> tuple[Ints, Ints, Ints]:
    """The shelf of the next depot up that each purchase is made from; opens shelves if need be."""
    if not len(shelf):
        return shelf, shelf_depot, shelf_code
    above = np.flatnonzero(market.tier == tier)
    n = len(market.goods.code)
    used, back = np.unique(shelf, return_inverse=True)
    pull = market.weight[above] / market.weight[above].sum()
    depot = rng.choice(above, (len(used), 2), p=pull)
    carriers = np.flatnonzero(market.tier[shelf_depot] == tier)
    carriers = carriers[np.argsort(shelf_code[carriers], kind="stable")]
    low = np.searchsorted(shelf_code[carriers], shelf_code[used], side="left")
    high = np.searchsorted(shelf_code[carriers], shelf_code[used], side="right")
    for side in (0, 1):
        has = (high > low) & (rng.random(len(used)) < 0.85)
        at = low[has] + (rng.random(int(has.sum())) * (high - low)[has]).astype(int)
        depot[has, side] = shelf_depot[carriers[at]]
    side_of = (rng.random(len(shelf)) < 0.25).astype(int)
    wanted = depot[back, side_of] * n + shelf_code[shelf]
    old = shelf_depot * n + shelf_code
    new = np.setdiff1d(wanted, old)
    whole = np.concatenate([old, new])
    rank = np.argsort(whole, kind="stable")
    found = rank[np.searchsorted(whole[rank], wanted)]
    return found, whole // n, whole % n


def _move(
    rng: Generator, knobs: Knobs, market: Market, bought: dict[str, NDArray[np.generic]],
    books: list[dict[str, NDArray[np.generic]]], shelf_depot: Ints, shelf_code: Ints, bins: int,
) -> Moves:  # fmt: skip
    """Bring in what was bought and pick every order, depots first and last traders last."""
    shelf = bought["shelf"].astype(np.int64)
    chapter = np.searchsorted(market.goods.start, shelf_code, side="right") - 1
    low, high = market.supplier_start[chapter], market.supplier_start[chapter + 1]
    makers = low[:, None] + (rng.random((len(shelf_code), 3)) ** 1.5 * (high - low)[:, None])
    turn = rng.choice(3, len(shelf), p=[0.65, 0.25, 0.1])
    maker = makers.astype(np.int64)[shelf, turn] + market.first_supplier
    arrive = bought["arrive"].astype(np.int64)
    sent = arrive - rng.integers(3, 34, len(shelf))
    quantity = bought["quantity"].astype(np.float64)
    ours = np.isin(market.country[maker], [PLACE[c] for c in CONTROLLED]).astype(float)
    short = np.where(rng.random(len(shelf)) < knobs.loss, rng.uniform(0, 0.04, len(shelf)), 0)
    lots: list[list[tuple[int, float, int, float]]] = [[] for _ in range(bins)]
    for b, *lot in zip(bought["bin"].tolist(), arrive.tolist(), (quantity * (1 - short)).tolist(),
                       range(len(shelf)), ours.tolist(), strict=True):  # fmt: skip
        lots[b].append((lot[0], lot[1], lot[2], lot[3]))
    out = _Rows(len(shelf))
    for book in books:
        _pick(rng, knobs, market, book, lots, shelf_depot, shelf_code, out)
    out_shelf = np.array(out.shelf, np.int64)
    return Moves(
        day=np.concatenate([sent, np.array(out.day, np.int64)]),
        exporter=np.concatenate([maker, shelf_depot[out_shelf]]),
        consignee=np.concatenate([shelf_depot[shelf], np.array(out.to, np.int64)]),
        code=shelf_code[np.concatenate([shelf, out_shelf])],
        quantity=np.concatenate([quantity, np.array(out.quantity)]),
        controlled=np.concatenate([ours, np.array(out.controlled)]),
        onward=np.arange(len(shelf) + len(out_shelf)) >= len(shelf),
        slow=np.concatenate([bought["slow"].astype(bool), np.zeros(len(out_shelf), bool)]),
        link_from=np.array(out.link_from, np.int64), link_to=np.array(out.link_to, np.int64),
        link_quantity=np.array(out.link_quantity), shelf_depot=shelf_depot, shelf_code=shelf_code,
    )  # fmt: skip


class _Rows:
    """Consignments that left a depot, as they are found."""

    def __init__(self, next_row: int) -> None:
        self.next_row = next_row
        self.day: list[int] = []
        self.shelf: list[int] = []
        self.to: list[int] = []
        self.quantity: list[float] = []
        self.controlled: list[float] = []
        self.link_from: list[int] = []
        self.link_to: list[int] = []
        self.link_quantity: list[float] = []


def _pick(
    rng: Generator, knobs: Knobs, market: Market, book: dict[str, NDArray[np.generic]],
    lots: list[list[tuple[int, float, int, float]]], shelf_depot: Ints, shelf_code: Ints, out: _Rows,
) -> None:  # fmt: skip
    """Serve the orders of one tier, bin by bin in order of day, from the lots on hand."""
    shelves = book["shelf"].astype(np.int64)
    depot = shelf_depot[shelves]
    clean = book["clean"].astype(bool) & ~market.goods.exempt[shelf_code[shelves]]
    n = len(shelves)
    columns = (book["bin"], shelves, book["day"], book["quantity"], book["to"], book["below"],
               clean, market.rule[depot], market.rounds[depot], rng.random(n),
               rng.integers(3, 16, n), depot % 3 == 0)  # fmt: skip
    wait = WAIT.tolist()
    last, nxt = -1, 0
    waiting: list[tuple[int, float, int, float]] = []
    stock: list[list[float]] = []
    for bin_, shelf, day, need, to, below, only, rule, rounds, luck, travel, parts in zip(
        *(c.tolist() for c in columns), strict=True
    ):
        if bin_ != last:
            last, nxt = bin_, 0
            waiting = sorted(lots[bin_])
            stock = []
        while True:
            while nxt < len(waiting) and waiting[nxt][0] <= day:
                stock.append([waiting[nxt][1], waiting[nxt][2], waiting[nxt][3], waiting[nxt][0]])
                nxt += 1
            picks: list[tuple[int, float]] = []
            when, got, ours, again = day, 0.0, 0.0, False
            while need - got > 1e-6:
                at = _choose(stock, rule, luck, need - got, only)
                if at < 0:
                    if nxt < len(waiting) and waiting[nxt][0] <= day + 75:
                        if picks and parts:
                            again = True
                            break
                        lot = waiting[nxt]
                        stock.append([lot[1], lot[2], lot[3], lot[0]])
                        nxt += 1
                        continue
                    break
                chosen = stock[at]
                take = min(chosen[0], need - got)
                chosen[0] -= take
                got += take
                ours += take * chosen[2]
                when = max(when, int(chosen[3]))
                picks.append((int(chosen[1]), take))
                if chosen[0] <= 1e-6:
                    del stock[at]
            if got > 0.02 * need and to >= 0:
                row = out.next_row
                out.next_row += 1
                when += wait[rounds][when % 7]
                out.day.append(when)
                out.shelf.append(shelf)
                out.to.append(to)
                out.quantity.append(got)
                out.controlled.append(ours / got)
                for source, take in picks:
                    out.link_from.append(source)
                    out.link_to.append(row)
                    out.link_quantity.append(take)
                if below >= 0:
                    lots[below].append((when + travel, got, row, ours / got))
            if not again:
                break
            need -= got
            day = waiting[nxt][0]


def _choose(stock: list[list[float]], rule: int, luck: float, need: float, only: bool) -> int:
    """Position of the lot to pick next, or -1; ``only`` asks for goods free of controlled origin."""
    n = len(stock)
    if not n:
        return -1
    if rule == 1:
        walk = range(n - 1, -1, -1)
    elif rule == 2:
        shift = int(luck * n)
        if not only and stock[shift][0] >= need:
            return shift
        walk = range(n)
    else:
        walk = range(n)
    if not only:
        return walk[0]
    return next((i for i in walk if stock[i][2] < 0.01), -1)

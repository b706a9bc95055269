"""Orders of the baskets world: baskets bought, and their lines sent on from trader to trader."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .firms import DAYS, Firms, Flags, Kind, Role
from .goods import Codes, Floats, Ints, Unit
from .knobs import Knobs

Lots = dict[str, NDArray[Any]]


class Fate(IntEnum):
    """What befalls a lot on its journey."""

    PLAIN, SPLIT, MERGE, HEADING, MIXED, SLOW, LOST, UNIT = range(8)


FATE_SHARE = np.array([0.13, 0.10, 0.07, 0.09, 0.08, 0.05, 0.04])
HOPS_SHARE = np.array([0.20, 0.28, 0.30, 0.22])
WRONG = np.array(
    [
        (Unit.DZN, Unit.KGM),
        (Unit.TNE, Unit.NAR),
        (Unit.NAR, Unit.NAR),
        (Unit.KGM, Unit.KGM),
        (Unit.NAR, Unit.KGM),
        (Unit.KGM, Unit.NAR),
    ]
)
"""By unit, two others in which a quantity may be stated by mistake."""


@dataclass(slots=True)
class Flow:
    """Lots moved, leg by leg, with the edges between them (rows of `lots`)."""

    lots: Lots
    edges: NDArray[np.int64]
    orders: int
    journeys: int
    start: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def even(rng: np.random.Generator, n: int) -> Floats:
    """Uniform numbers in random order, spread evenly, so that shares come out as meant."""
    return (rng.permutation(n) + rng.random(n)) / max(n, 1)


def _pick(u: Floats, share: NDArray[np.float64]) -> Ints:
    return np.minimum(np.searchsorted(np.cumsum(share / share.sum()), u), len(share) - 1)


def _round_orders(rng: np.random.Generator, quantity: Floats, counted: Flags) -> Floats:
    """Orders are whole for counted goods and often of a round figure."""
    power = 10.0 ** np.floor(np.log10(np.maximum(quantity, 1e-3)))
    u = rng.random(len(quantity))
    step = np.where(u < 0.25, power, np.where(u < 0.5, power / 2, power / 10))
    rounded = np.where(u < 0.62, np.round(quantity / step) * step, quantity)
    least = np.where(counted, 1.0, 0.05)
    return np.maximum(np.where(counted, np.round(rounded), np.round(rounded, 2)), least)


def simulate(
    rng: np.random.Generator,
    firms: Firms,
    codes: Codes,
    knobs: Knobs,
    orders: int,
    *,
    illicit: bool,
    single: bool = False,
) -> Flow:
    """Let `orders` orders run; illicit ones carry controlled goods to embargoed customers."""
    levels, edges = [_roots(rng, firms, codes, knobs, orders, illicit, single)], []
    journeys = int(levels[0]["journey"].max(initial=-1)) + 1
    offset = 0
    while (levels[-1]["left"] > 0).any():
        onward, pairs = _onward(rng, firms, codes, knobs, levels[-1], illicit)
        pairs[:, 0] += offset
        offset += len(levels[-1]["left"])
        pairs[:, 1] += offset
        levels.append(onward)
        edges.append(pairs)
    lots = {name: np.concatenate([level[name] for level in levels]) for name in levels[0]}
    linked = np.concatenate(edges) if edges else np.zeros((0, 2), dtype=np.int64)
    flow = Flow(lots, linked, orders, journeys)
    _set_dates(rng, firms, codes, flow)
    return flow


def _roots(
    rng: np.random.Generator,
    firms: Firms,
    codes: Codes,
    knobs: Knobs,
    orders: int,
    illicit: bool,
    single: bool,
) -> Lots:
    """The baskets that open each order: who sells what to whom."""
    # the seller: a maker in a controlled origin or elsewhere, or a trader out of home stock
    sellers = np.arange(firms.sellers)
    origin, maker = firms.in_origin(sellers), sellers < firms.makers
    kinds = [origin & maker, ~maker & origin if illicit else ~maker, ~origin & maker]
    seller = np.zeros(orders, dtype=np.int64)
    kind = _pick(rng.random(orders), np.array([0.9, 0.1, 0.0] if illicit else [0.5, 0.26, 0.24]))
    for k, mask in enumerate(kinds):
        pool, rows = np.flatnonzero(mask), np.flatnonzero(kind == k)
        weight = firms.size[pool] / firms.size[pool].sum()
        seller[rows] = rng.choice(pool, len(rows), p=weight)
    hops = np.where(
        even(rng, orders) < (1.0 if illicit else knobs.onward),
        1 + _pick(even(rng, orders), HOPS_SHARE),
        0,
    )
    if single:
        hops[:] = 0
    can_go_east = (hops > 0) | (seller < firms.makers) | firms.facing[seller]
    share = np.where(firms.in_origin(seller), 0.6, 1.0) * knobs.embargoed
    east = can_go_east & (rng.random(orders) < (1.0 if illicit else share))
    u = rng.random(orders)
    direct = np.where(u < 0.5, Kind.END, np.where(u < 0.92, Kind.THIRD, Kind.ORIGIN))
    kind = np.where(hops == 0, direct, np.where(u < 0.88, Kind.THIRD, Kind.ORIGIN))
    kind[east] = np.where(hops == 0, Kind.EAST, np.where(hops == 1, Kind.FACING, Kind.THIRD))[east]
    buyer = _customers(rng, firms, seller, kind, illicit)

    # the baskets: several for a project, of the same seller or another of its kind
    baskets = np.where(rng.random(orders) < knobs.project, rng.integers(2, 4, orders), 1)
    if single:
        baskets[:] = 1
    order = np.repeat(np.arange(orders), baskets)
    nth = np.arange(len(order)) - np.repeat(np.cumsum(baskets) - baskets, baskets)
    basket_seller = np.where(
        (nth > 0) & (rng.random(len(order)) < 0.5),
        _other_seller(rng, firms, buyer[order], seller[order]),
        seller[order],
    )
    wait = np.where(nth > 0, rng.exponential(9.0, len(order)) * nth, 0.0)
    size = even(rng, len(order)) ** (-1 / knobs.basket_tail)
    lines = np.minimum(size, rng.integers(10, 25, len(order))).astype(np.int64)
    if single:
        lines[:] = 1

    # the lines: each is a lot whose journey is followed from here on
    basket = np.repeat(np.arange(len(order)), lines)
    of = order[basket]
    article = firms.articles.order(rng, basket_seller[basket])
    code = firms.articles.code[article]
    n = len(basket)
    stock = firms.role[buyer[of]] == Role.STOCKIST
    stay = np.where(firms.role[buyer[of]] == Role.DISTRIBUTOR, 0.7, knobs.stays)
    left = np.where(even(rng, n) < stay, 0, hops[of])
    befalls = even(rng, n) < knobs.fates
    fate = np.where(befalls, 1 + _pick(even(rng, n), FATE_SHARE), Fate.PLAIN)
    fate[(fate == Fate.LOST) & (left < 2) | (fate != Fate.UNIT) & (left == 0)] = Fate.PLAIN
    several = baskets[of] > 1
    # with several baskets under way goods of two of them are often the same
    swap = np.isin(fate, (Fate.SPLIT, Fate.MIXED)) & several & (rng.random(n) < 0.5)
    fate[swap | (several & stock & (left > 0) & (rng.random(n) < 0.4))] = Fate.MERGE
    fate[(fate == Fate.MERGE) & ~several] = Fate.SPLIT
    leg = np.where(
        fate == Fate.LOST,
        1 + (rng.random(n) * (left - 1)).astype(np.int64),
        1 + (rng.random(n) * left).astype(np.int64),
    )
    leg = np.where(fate == Fate.UNIT, (rng.random(n) * (left + 1)).astype(np.int64), leg)
    apart = rng.random(n) < knobs.apart
    goes_east = east[of] & (~apart | (rng.random(n) < 0.5)) & ((left > 0) | (hops[of] == 0))
    controlled = codes.controlled[code] & firms.in_origin(basket_seller[basket])
    keep = ~(controlled & goes_east & (hops[of] == 0))
    if not illicit:
        goes_east &= ~controlled
    unit, price = firms.articles.unit[article], firms.articles.price[article]
    worth = rng.lognormal(np.log(2200.0), 1.5, n) * firms.size[basket_seller[basket]] ** 0.3
    counted = (unit == Unit.NAR) | (unit == Unit.DZN)
    pack = np.where(unit == Unit.DZN, 12.0, np.where(unit == Unit.TNE, 1000.0, 1.0))
    quantity = _round_orders(rng, worth / price / pack, counted) * pack
    journey = np.cumsum(keep) - 1
    lots: Lots = {
        "order": of,
        "journey": journey,
        "left": left,
        "level": np.zeros(n, dtype=np.int64),
        "east": goes_east,
        "positive": controlled & goes_east & (left > 0),
        "apart": apart,
        "fate": fate,
        "leg": leg,
        "seller": basket_seller[basket],
        "place": basket_seller[basket],
        "buyer": buyer[of],
        "code": code,
        "unit": unit,
        "quantity": quantity,
        "weight": firms.articles.weight[article],
        "price": price * rng.lognormal(0, 0.05, n),
        "shown_unit": unit,
        "key": basket,
        "wait": wait[basket],
        "hidden": np.zeros(n, dtype=bool),
        "by_sister": np.zeros(n, dtype=bool),
        "recoded": np.zeros(n, dtype=bool),
        "parts": np.ones(n, dtype=np.int64),
        "stocked": np.zeros(n, dtype=bool),
    }
    lots = {name: column[keep] for name, column in lots.items()}
    lots = _second_lots(rng, lots, basket[keep], order, nth, baskets, basket_seller, wait)
    _misdeclare(rng, lots)
    return lots


def _customers(
    rng: np.random.Generator,
    firms: Firms,
    seller: Ints,
    kind: Ints,
    illicit: bool,
) -> Ints:
    """Customers of the kinds: where one must face east, such a firm of the seller's traders.

    Illicit orders go by willing firms where they can.
    """
    wanted = firms.facing & firms.willing if illicit else firms.facing
    usual = np.where(kind == Kind.FACING, Kind.THIRD, kind)
    buyer = firms.customer(rng, seller, usual)
    for trial in range(16):
        again = np.flatnonzero((kind == Kind.FACING) & ~wanted[buyer])
        source = usual if trial < 10 else kind
        buyer[again] = firms.customer(rng, seller[again], source[again])
    last = np.flatnonzero((kind == Kind.FACING) & ~firms.facing[buyer])
    buyer[last] = firms.customer(rng, seller[last], kind[last])
    return buyer


def _other_seller(rng: np.random.Generator, firms: Firms, buyer: Ints, seller: Ints) -> Ints:
    """Another firm that sells to the buyer, of the seller's kind; else the seller itself."""
    width = firms.buyers.shape[2]
    used = np.arange(width) < firms.known[:, :, None]
    kinds, who, place = np.nonzero(used[[Kind.THIRD, Kind.ORIGIN]])
    target = firms.buyers[kinds, who, place]
    by_target = np.argsort(target, kind="stable")
    low = np.searchsorted(target[by_target], buyer)
    high = np.searchsorted(target[by_target], buyer, side="right")
    found = np.minimum(
        low + (rng.random(len(buyer)) * (high - low)).astype(np.int64), len(by_target) - 1
    )
    other = who[by_target[found]]
    same = firms.in_origin(other) == firms.in_origin(seller)
    same &= (other < firms.makers) == (seller < firms.makers)
    return np.where((high > low) & same, other, seller)


def _second_lots(
    rng: np.random.Generator,
    lots: Lots,
    basket: Ints,
    order: Ints,
    nth: Ints,
    baskets: Ints,
    basket_seller: Ints,
    wait: Floats,
) -> Lots:
    """Where lots are to merge, more of the same goods come in the order's other baskets."""
    rows = np.flatnonzero(lots["fate"] == Fate.MERGE)
    rows = np.concatenate(
        [rows, rows[(baskets[lots["order"][rows]] == 3) & (rng.random(len(rows)) < 0.5)]]
    )
    _, first = np.unique(rows, return_index=True)
    step = np.where(np.isin(np.arange(len(rows)), first), 1, 2)
    here = basket[rows]
    turn = (nth[here] + step) % baskets[order[here]]
    there = here - nth[here] + turn
    more = {name: column[rows].copy() for name, column in lots.items()}
    more["seller"] = more["place"] = basket_seller[there]
    more["key"], more["wait"] = there, wait[there]
    factor = rng.choice([1.0, 1.0, 0.5, 2.0, 0.8, 1.3], len(rows))
    counted = np.isin(more["unit"], (Unit.NAR, Unit.DZN))
    scaled = more["quantity"] * factor
    more["quantity"] = np.where(counted, np.maximum(np.round(scaled), 1.0), np.round(scaled, 2))
    more["price"] = more["price"] * rng.lognormal(0, 0.08, len(rows))
    return {name: np.concatenate([column, more[name]]) for name, column in lots.items()}


def _misdeclare(rng: np.random.Generator, lots: Lots) -> None:
    """State the quantity in a wrong unit on the leg where that is the lot's fate."""
    wrong = (lots["fate"] == Fate.UNIT) & (lots["leg"] == lots["level"])
    choice = WRONG[lots["unit"], rng.integers(0, 2, len(wrong))]
    lots["shown_unit"] = np.where(wrong, choice, lots["unit"])


def _onward(
    rng: np.random.Generator,
    firms: Firms,
    codes: Codes,
    knobs: Knobs,
    before: Lots,
    illicit: bool,
) -> tuple[Lots, NDArray[np.int64]]:
    """Send on what is not at its end: by baskets, by lines, in parts or put together."""
    source = np.flatnonzero(before["left"] > 0)
    journey, level = before["journey"][source], int(before["level"][0]) + 1
    meets = (before["fate"][source] == Fate.MERGE) & (level == 1)
    _, first, whole = np.unique(
        np.where(meets, journey, -1 - source), return_index=True, return_inverse=True
    )
    base = {name: column[source][first] for name, column in before.items()}
    total = np.bincount(whole, before["quantity"][source])
    base["price"] = np.bincount(whole, (before["quantity"] * before["price"])[source]) / np.maximum(
        total, 1e-9
    )
    base["quantity"] = total
    here = base["leg"] == level
    n = len(first)

    # parts: split lots and part of what stockists hold leave in several consignments
    stocked = (firms.role[base["buyer"]] == Role.STOCKIST) & (rng.random(n) < 0.25)
    parts = np.where(here & (base["fate"] == Fate.SPLIT) | stocked, rng.integers(2, 4, n), 1)
    parts[np.isin(base["unit"], (Unit.NAR, Unit.DZN)) & (base["quantity"] < 4)] = 1
    row = np.repeat(np.arange(n), parts)
    begin = np.cumsum(parts) - parts
    fraction = rng.gamma(3.0, 1.0, len(row))
    fraction /= np.bincount(row, fraction)[row]
    lots = {name: column[row] for name, column in base.items()}
    here, holder, several = here[row], lots["buyer"], parts[row] > 1
    fate = lots["fate"]
    lots["left"], lots["level"] = lots["left"] - 1, np.full(len(row), level)
    lots["parts"], lots["stocked"] = np.where(several, parts[row], 1), stocked[row] & several
    size = parts[whole]
    to = (
        np.repeat(begin[whole], size)
        + np.arange(size.sum())
        - np.repeat(np.cumsum(size) - size, size)
    )
    pairs = np.column_stack([np.repeat(source, size), to])

    # consignments: lines of an order go on together unless a line goes its own way
    alone = lots["apart"] | several | (here & (fate == Fate.SLOW))
    word = (lots["order"] * len(firms.country) + holder) * 16 + lots["left"] * 2 + lots["east"]
    _, lead, key = np.unique(
        np.where(alone, -1 - np.arange(len(row)), word), return_index=True, return_inverse=True
    )
    keys = len(lead)
    key_holder, left, east = holder[lead], lots["left"][lead], lots["east"][lead]
    by_sister = even(rng, keys) < knobs.sister
    seller = np.where(by_sister, firms.sister[key_holder], key_holder)
    u = rng.random(keys)
    kind = np.where(
        left == 0,
        np.where(u < 0.78, Kind.END, np.where(u < 0.95, Kind.THIRD, Kind.ORIGIN)),
        np.where(u < 0.88, Kind.THIRD, Kind.ORIGIN),
    )
    kind[east] = np.where(left == 0, Kind.EAST, np.where(left == 1, Kind.FACING, Kind.THIRD))[east]
    buyer = _customers(rng, firms, seller, kind, illicit)
    for _ in range(3):  # goods do not go back
        back = np.flatnonzero(firms.group[buyer] == firms.group[lots["seller"][lead]])
        buyer[back] = _customers(rng, firms, seller[back], kind[back], illicit)
    median = knobs.lag * np.where(firms.role[key_holder] == Role.STOCKIST, 2.5, 1.0)
    wait = median * rng.lognormal(0, knobs.lag_spread, keys)
    margin = 1 + rng.lognormal(np.log(knobs.margin), 0.7, keys)

    lots["key"], lots["wait"] = key, np.minimum(wait, 120.0)[key]
    slow = here & (fate == Fate.SLOW)
    lots["wait"] = lots["wait"] + np.where(slow, rng.uniform(70, 220, len(row)), 0.0)
    lots["seller"], lots["place"], lots["buyer"] = seller[key], holder, buyer[key]
    lots["by_sister"] = by_sister[key]
    lots["hidden"] = here & (fate == Fate.LOST)
    lots["price"] = lots["price"] * margin[key] * rng.lognormal(0, 0.03, len(row))

    # goods: a little is lost or stays, home stock is added, the code may change
    u = rng.random(len(row))
    kept = np.where(
        u < 0.62,
        1.0,
        np.where(u < 0.9, rng.uniform(0.9, 1, len(row)), rng.uniform(0.5, 0.95, len(row))),
    )
    added = np.where(here & (fate == Fate.MIXED), 1 + rng.uniform(0.2, 1.5, len(row)), 1.0)
    quantity = lots["quantity"] * fraction * kept * added
    lots["quantity"] = np.where(
        np.isin(lots["unit"], (Unit.NAR, Unit.DZN)),
        np.maximum(np.round(quantity), 1),
        np.round(quantity, 2),
    )
    recoded = even(rng, len(row)) < knobs.reclassified
    other = here & (fate == Fate.HEADING)
    code = np.where(recoded, codes.within_heading(rng, lots["code"]), lots["code"])
    lots["code"] = np.where(other, codes.across_headings(rng, lots["code"]), code)
    lots["recoded"] = recoded & ~other
    _misdeclare(rng, lots)
    return lots, pairs


def _set_dates(rng: np.random.Generator, firms: Firms, codes: Codes, flow: Flow) -> None:
    """Place every order in the two years so that it fits, by its season, and date its lots."""
    lots, orders = flow.lots, flow.orders
    soon = _clock(firms, flow, None)
    last, early = np.zeros(orders, dtype=np.int64), np.zeros(orders, dtype=np.int64)
    np.maximum.at(last, lots["order"], soon + 13 * (lots["level"] + 1))
    for role in ("seller", "buyer"):
        np.maximum.at(early, lots["order"], firms.start[lots[role]] - soon)
    code = np.zeros(orders, dtype=np.int64)
    code[lots["order"]] = lots["code"]
    room = DAYS - 1 - last - early
    trial = early[:, None] + rng.random((orders, 6)) * np.maximum(room, 0)[:, None]
    phase = 2 * np.pi * (trial - codes.peak[code][:, None]) / 365
    weight = np.cumsum(1 + codes.season[code][:, None] * np.cos(phase), axis=1)
    pick = (weight < rng.random((orders, 1)) * weight[:, -1:]).sum(axis=1)
    flow.start = np.where(room >= 0, trial[np.arange(orders), pick].astype(np.int64), -1)
    lots["date"] = _clock(firms, flow, flow.start)


def _clock(firms: Firms, flow: Flow, start: Ints | None) -> Ints:
    """Dates of the lots; with a start, firms dispatch on the days of their own cycle."""
    lots = flow.lots
    date = np.zeros(len(lots["level"]), dtype=np.int64)
    for level in range(int(lots["level"].max(initial=0)) + 1):
        rows = np.flatnonzero(lots["level"] == level)
        key, seller = lots["key"][rows], lots["seller"][rows]
        ready = np.zeros(int(key.max(initial=0)) + 1, dtype=np.int64)
        late = np.zeros(len(ready))
        np.maximum.at(late, key, lots["wait"][rows])
        if level == 0:
            ready[key] = 0 if start is None else start[lots["order"][rows]]
        else:
            pairs = flow.edges[lots["level"][flow.edges[:, 1]] == level]
            np.maximum.at(ready, lots["key"][pairs[:, 1]], date[pairs[:, 0]])
        day = ready[key] + late[key].astype(np.int64)
        if start is not None:
            cycle = firms.cycle[seller]
            day += (seller - day) % cycle
        date[rows] = day
    return date

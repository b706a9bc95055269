"""Consignments that travel from firm to firm, lawful and planted ones made by the same steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.flow.parcels import catalogue as cat
from benchmarks.flow.parcels.catalogue import Bools, Floats, Ints, picks, scatter
from benchmarks.flow.parcels.market import DAYS, HOME, C, E, Knobs, Market, T, partner

KINDS = (
    "plain", "sister_firm", "hs_within", "hs_across", "lost_transit",
    "mixing", "slow_stock", "misdeclared_unit",
)  # fmt: skip
SISTER, WITHIN, ACROSS, LOST, MIXING, SLOW, UNIT = range(1, 8)


@dataclass(frozen=True, slots=True)
class Legs:
    """Legs of many journeys, one row a leg, in order of journey, stage and time."""

    journey: Ints
    hop: Ints
    day: Floats
    exporter: Ints
    consignee: Ints
    hs: Ints
    quantity: Floats
    unit: Ints  # 0: as the code asks; 1 dozens, 2 hundreds, 3 thousands, 4 weight
    visible: Bools
    label: Ints
    last: Bools
    links: Ints  # two columns of leg numbers


LABELS = (
    "one_hop", "two_hops", "three_hops", "four_hops", "split", "merge", "split_merge", *KINDS[1:],
    "legal_distributor", "legal_reexport", "startup", "moved", "seasonal", "stock_keeping",
    "unit_error", "other_origin", "ordinary", "return",
)  # fmt: skip


def _routes(
    market: Market, count: int, planted: bool, knobs: Knobs, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints, Ints]:
    """Paths of desks (last desk first), their lengths, and the classes of origin and end."""
    exempt = cat.EXEMPT[market.desk_hs]
    weight = market.desk_weight * (market.desk_facing & ~exempt if planted else 1.0)
    path = np.full((count, 4), -1)
    path[:, 0] = picks(rng, weight, count)
    want = 1 + picks(rng, np.array(knobs.hops), count)
    third = np.flatnonzero(market.firm_class[market.desk_firm] == T)
    cum = np.r_[0.0, np.cumsum(market.desk_weight[third])]
    bounds = cum[np.searchsorted(market.desk_hs[third], np.arange(len(cat.HS_CODES) + 1))]
    hs = market.desk_hs[path[:, 0]]
    length = np.ones(count, np.int64)
    for k in range(1, 4):
        todo = np.flatnonzero((want > k) & (length == k))
        for _ in range(6):
            x = bounds[hs[todo]] + rng.random(len(todo)) * np.diff(bounds)[hs[todo]]
            near = np.searchsorted(cum, x, side="right") - 1
            found = third[near.clip(0, len(third) - 1)]
            lands = market.firm_country[market.desk_firm[found]]
            before = market.firm_country[market.desk_firm[path[todo, :k]]]
            fits = (lands[:, None] != before).all(1) & (market.desk_hs[found] == hs[todo])
            path[todo[fits], k] = found[fits]
            length[todo[fits]] = k + 1
            todo = todo[~fits]
    last = path[:, 0]
    facing, food = market.desk_facing[last], exempt[last]
    origin = np.array([C, T, HOME])[picks(rng, np.array([0.45, 0.33, 0.22]), count)]
    end = np.array([C, T, HOME])[picks(rng, np.array([0.2, 0.45, 0.35]), count)]
    end[(rng.random(count) < 0.5) & facing] = E
    end[(rng.random(count) < 0.15) & food] = E
    if planted:
        return path, length, np.full(count, C), np.full(count, E)
    western = market.firm_class[market.desk_firm[last]] == C
    origin[western & (rng.random(count) < 0.5) & (origin != C)] = HOME
    barred = (end == E) & ~food & ((origin == C) | western)
    swap = barred & (rng.random(count) < 0.5) & ~western
    origin[swap] = rng.choice([T, HOME], int(swap.sum()))
    stay = barred & ~swap
    end[stay] = rng.choice([T, C, HOME], int(stay.sum()), p=[0.35, 0.15, 0.5])
    return path, length, origin, end


def _spans(hi: Floats, lo: Floats, gid: Ints) -> tuple[Ints, Ints]:
    """First and last leg of the stage before whose goods are in a leg: equal shares meet."""
    top = gid + hi
    before = gid - 1
    first = np.searchsorted(top, before + lo + 1e-7, side="right")
    final = np.searchsorted(top, before + hi - 1e-7, side="left")
    return first.astype(np.int64), final.astype(np.int64)


def travel(
    market: Market, count: int, planted: bool, knobs: Knobs, rng: np.random.Generator
) -> Legs:
    """Send `count` consignments on their way."""
    reps = rng.geometric(1 / knobs.repeats, count)
    route = np.repeat(np.arange(count), reps)[:count]
    path, length, origin, end = _routes(market, int(route[-1]) + 1, planted, knobs, rng)
    used = path >= 0
    begin = np.where(used, market.desk_open[path], -60).max(1)
    close = np.maximum(np.where(used, market.desk_close[path], DAYS).min(1), begin + 45)
    stretch = np.minimum(rng.lognormal(5.2, 0.6, len(path)), close - begin)
    begin = begin + rng.random(len(path)) * (close - begin - stretch)
    hops = length[route]
    peak = market.seasonal[market.desk_hs[path[route, 0]]]
    tries = begin[route] + rng.random((2, count)) * stretch[route]
    far = np.abs((tries - peak + 182.5) % 365 - 182.5)
    t0 = np.where((peak >= 0) & (far[1] < far[0]), tries[1], tries[0])

    shape = picks(rng, np.array([0.28, 0.22, 0.36, 0.14]), count)
    many = 1 + np.minimum(rng.geometric(1 / knobs.parcels, count), 12)
    some = 2 + rng.integers(0, 3, (2, count))
    pair = 1 + (rng.random((5, count)) < 0.3)
    legs = np.where(np.arange(5)[:, None] <= hops, pair, 0).T.copy()
    legs[:, 0] = np.choose(shape, [1, many, legs[:, 0], some[0]])
    legs[np.arange(count), hops] = np.choose(shape, [many, 1, pair[4], some[1]])

    per = legs[np.arange(5)[None, :] <= hops[:, None]]
    gid = np.repeat(np.arange(len(per)), per)
    n = len(gid)
    head = np.cumsum(per) - per
    journey = np.repeat(np.arange(count), legs.sum(1))
    stage = (gid - np.r_[0, np.cumsum(hops + 1)][journey]).astype(np.int64)
    last = stage == hops[journey]

    # The stage of most legs was ordered in common sizes; the others hold the same goods.
    raw = cat.LADDER[picks(rng, cat.LADDER_WEIGHT, n)]
    run = np.cumsum(raw)
    base = (run - raw)[head]
    sums = (run[head + per - 1] - base)[gid]
    finest = legs.argmax(1)[journey] == stage
    total = np.bincount(journey, np.where(finest, raw, 0.0), count)[journey]
    packs = np.where(finest, run - base[gid], np.round((run - base[gid]) / sums * total))
    start = np.r_[0.0, packs[:-1]]
    start[head] = 0.0
    hi, lo, size = packs / total, start / total, packs - start

    kinds = np.array([0.5, min(0.07, knobs.sister), min(0.07, knobs.reclassified)])
    kind = picks(rng, np.r_[kinds, 0.06, 0.06, 0.1, 0.08, 0.06], count)
    whole = kinds / (kinds.sum() + 0.36)
    mode = kind[journey]
    onward = stage > 0

    def spread(share: float, which: int) -> Bools:
        rest = max(0.0, (share - whole[which]) / (1 - whole[which]))
        chosen: Bools = onward & ((mode == which) | (rng.random(n) < rest))
        return chosen

    by_sister, recoded = spread(knobs.sister, SISTER), spread(knobs.reclassified, WITHIN)

    # Days: a leg leaves after the last of the goods in it has come.
    first, final = _spans(hi, lo, gid)
    gaps = np.cumsum(rng.exponential(4.0, n))
    drift = gaps - gaps[head][gid]
    wait = 1 + rng.exponential(knobs.lag, len(per))[gid]
    slow = rng.uniform(60, 200, len(per))[gid]
    wait = np.where((mode == SLOW) & last, slow, wait)
    day = np.floor(t0[journey] + drift)
    for s in range(1, 5):
        at = np.flatnonzero(stage == s)
        day[at] = np.floor(day[final[at]] + wait[at] + drift[at])

    where = path[route]
    desk_out = where[journey, np.clip(hops[journey] - stage, 0, 3)]
    desk_in = where[journey, np.clip(hops[journey] - 1 - stage, 0, 3)]
    hs = market.desk_hs[where[journey, 0]]
    reach = 1 + knobs.partners * np.minimum(market.desk_weight, 400) ** 0.5

    def friend(desk: Ints, side: Ints, book: int) -> Ints:
        slot = (rng.random(n) ** 1.7 * reach[desk]).astype(np.int64)
        key = ((market.desk_firm[desk] * 200 + hs) * 8 + 4 * book + side) * 500 + slot
        return partner(market, key, side, hs)

    source, goal = origin[route][journey], end[route][journey]
    exporter = np.where(onward, market.desk_firm[desk_out], friend(desk_in, source, 0))
    seller = np.where(by_sister, market.firm_sister[exporter], exporter)
    consignee = np.where(last, friend(desk_out, goal, 1), market.desk_firm[desk_in])

    heading = cat.HS_HEADING[hs]
    step = 1 + rng.integers(0, 9, n) % np.maximum(cat.HEADING_SIZE[heading] - 1, 1)
    at_heading = cat.HEADING_START[heading]
    code = np.where(recoded, at_heading + (hs - at_heading + step) % cat.HEADING_SIZE[heading], hs)
    return _finish(
        market, knobs, rng, planted,
        {
            "journey": journey, "stage": stage, "gid": gid, "per": per, "size": size,
            "mode": mode, "last": last, "source": source, "goal": goal, "hs": hs, "code": code,
            "shape": shape[journey], "hops": hops[journey], "exporter": seller,
            "consignee": consignee, "first": first, "final": final, "desk": where[journey, 0],
        },
        day,
    )  # fmt: skip


def _finish(
    market: Market,
    knobs: Knobs,
    rng: np.random.Generator,
    planted: bool,
    leg: dict[str, NDArray[Any]],
    day: Floats,
) -> Legs:
    """Declare the legs: quantities, units, codes, what stays unseen, and what it is called."""
    journey, stage, gid, mode, hs = (leg[k] for k in ("journey", "stage", "gid", "mode", "hs"))
    last, n, groups = leg["last"].astype(bool), len(gid), len(leg["per"])
    onward = stage > 0
    # Bulk is bought in round lots; some goods stay on the shelf; others' goods join.
    size = leg["size"].astype(np.float64)
    rounded = cat.LADDER[np.searchsorted(cat.LADDER, size).clip(0, len(cat.LADDER) - 1)]
    lone = (leg["per"] == 1)[gid] & ~onward & (rng.random(n) < 0.5)
    bought = np.where(lone, np.maximum(size, rounded), size)
    keeps = np.where(rng.random(groups) < knobs.leftover, rng.uniform(0.5, 1, groups), 1.0)[gid]
    sold = np.where(last, np.maximum(1, np.round(size * keeps)), bought)
    joined = np.where((mode == MIXING) & onward, rng.uniform(1.15, 2.2, groups)[gid], 1.0)
    quantity = np.maximum(1, np.round(sold * joined)) * market.pack[hs]
    other = np.flatnonzero((mode == ACROSS) & onward)
    code = leg["code"].copy()
    # Another heading of the same line of business, the same one for all of a journey.
    span = np.bincount(cat.HS_SECTOR)[cat.HS_SECTOR[hs[other]]]
    low = np.searchsorted(cat.HS_SECTOR[np.argsort(cat.HS_SECTOR, kind="stable")],
                          cat.HS_SECTOR[hs[other]])  # fmt: skip
    pick = low + (scatter(journey[other] * 1009 + hs[other]) * span).astype(np.int64)
    new = np.argsort(cat.HS_SECTOR, kind="stable")[pick]
    same = cat.HS_HEADING[new] == cat.HS_HEADING[hs[other]]
    code[other] = np.where(same, code[other], new)
    unit = np.where((mode == UNIT) & onward, 1 + rng.integers(0, 4, groups)[gid], 0)

    lands = np.where(
        day[:, None] < market.move_day[np.c_[leg["exporter"], leg["consignee"]]],
        market.firm_country[np.c_[leg["exporter"], leg["consignee"]]],
        market.country_after[np.c_[leg["exporter"], leg["consignee"]]],
    )
    seen = (leg["size"] > 0) & (day >= 0) & (day < DAYS) & (lands[:, 0] != lands[:, 1])
    seen &= ~((leg["source"] == HOME) & ~onward) & ~((leg["goal"] == HOME) & last)
    middle = (stage == 1) & (leg["hops"] > 1)
    ending = last & (leg["hops"] == 1) & (rng.random(n) < 0.5)
    seen &= ~((mode == LOST) & (middle | ending))

    spans = np.where(onward & (leg["size"] > 0), leg["final"] - leg["first"] + 1, 0)
    to = np.repeat(np.arange(n), spans)
    skip = np.arange(len(to)) - np.repeat(np.cumsum(spans) - spans, spans)
    links = np.c_[leg["first"][to] + skip, to]
    links = links[seen[links].all(1)]
    name = {label: i for i, label in enumerate(LABELS)}
    if planted:
        label = np.choose(leg["shape"], [name["split"], name["merge"], 0, name["split_merge"]])
        label = np.where((leg["hops"] > 1) | (label == 0), leg["hops"] - 1, label)
        label = np.where(mode > 0, name["sister_firm"] + mode - 1, label)
    else:
        desk = leg["desk"]
        firm = market.desk_firm[desk]
        food = cat.EXEMPT[hs] & (leg["goal"] == E)
        moved = market.firm_country[firm] != market.country_after[firm]
        tests = [
            (food, "legal_reexport"), (mode == UNIT, "unit_error"), (mode == SLOW, "stock_keeping"),
            (moved, "moved"), (market.desk_open[desk] > 0, "startup"),
            (leg["goal"] == E, "other_origin"), (market.seasonal[hs] >= 0, "seasonal"),
            (leg["source"] == C, "legal_distributor"),
        ]  # fmt: skip
        label = np.select([t for t, _ in tests], [name[x] for _, x in tests], name["ordinary"])
    return Legs(
        journey, stage, day, leg["exporter"], leg["consignee"], code, quantity, unit, seen,
        label.astype(np.int64), last, links,
    )  # fmt: skip

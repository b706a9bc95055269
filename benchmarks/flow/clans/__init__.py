"""Fictional trade of families of firms, with diversions planted among lawful journeys.

A journey is one consignment that walks along standing relationships from firm to firm. Planted
and lawful journeys are made alike, in one batch; they differ only in where they start and end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.flow.clans.families import (
    CONTROLLED,
    CONTROLLED_LIST,
    COUNTRIES,
    DAYS,
    EMBARGOED_LIST,
    EMBARGOED_SIDE,
    THIRD,
    Bools,
    Families,
    Floats,
    Goods,
    Ints,
    Links,
    Rng,
    draw_by,
    make_families,
    make_goods,
    make_links,
)

CONTROLLED_ORIGINS = frozenset(CONTROLLED_LIST)
EMBARGOED = frozenset(EMBARGOED_LIST)
HOPS, PIECES = 5, 4
KINDS = ("diversion", "other_origin", "legal_reexport", "distributor", "entrepot")
FEATURES = ("", "hs_across", "lost_transit", "mixed", "slow_stock", "unit")
SHAPES = ("straight", "split", "merge", "split_merge")
TYPOLOGIES = ("hops", "split", "merge", "split_merge", "hs_within", "sister", *FEATURES[1:])
LAWFUL = ("startup", "moved", "seasonal", "stock", "unit_typo", "plain")
DECOYS = ("distributor", "entrepot", "legal_reexport", "other_origin", *LAWFUL)


@dataclass(frozen=True, slots=True)
class Knobs:
    """What may differ between worlds; shares lie between 0 and 1."""

    coverage: float = 1.0
    """Share of lines seen, each independently; a world holds about lines x coverage."""
    reclassified: float = 0.04
    """Share of onward legs declared under another code of the same heading."""
    sister: float = 0.04
    """Share of onward legs exported by another firm of the group that received the goods."""
    chains_per_million: float = 1500.0
    passing: float = 0.28
    """Share of lines that belong to lawful journeys."""
    to_embargoed: float = 0.16
    """Share of lawful journeys that end in the embargoed countries."""
    lines_per_seat: float = 8.5
    """More makes busier markets."""
    links_per_seat: float = 5.0
    tail: float = 1.3
    """Pareto exponent of sizes; less makes bigger hubs."""
    inside: float = 0.15
    befriended: float = 0.25
    turns: float = 0.2
    startups: float = 0.12
    moved: float = 0.03
    lag_days: float = 14.0
    repeats: float = 3.0
    """Mean number of consignments along one route."""
    knowing: float = 0.25
    """Share of groups that divert; a third as many seats do so without their group."""
    loss: float = 0.3
    """Share of onward lots that are somewhat smaller than what came in."""
    unit_typos: float = 0.012


@dataclass(frozen=True, slots=True)
class World:
    """Shipments by date, and what is true of each of them, row by row."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


def vary(seed: int) -> Knobs:
    """Draw all knobs in wide, plausible ranges."""
    rng = np.random.default_rng([seed, 77])

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    return Knobs(
        coverage=float(rng.choice([1.0, 0.8, 0.5, 0.3], p=[0.4, 0.2, 0.25, 0.15])),
        reclassified=float(rng.choice([between(0.0, 0.1), 0.4], p=[0.7, 0.3])),
        sister=float(rng.choice([between(0.0, 0.1), 0.4], p=[0.7, 0.3])),
        chains_per_million=between(1200, 1800),
        passing=between(0.15, 0.4),
        to_embargoed=between(0.08, 0.25),
        lines_per_seat=float(np.exp(between(np.log(5), np.log(18)))),
        links_per_seat=between(3.0, 8.0),
        tail=between(1.05, 1.6),
        inside=between(0.05, 0.25),
        befriended=between(0.1, 0.4),
        turns=between(0.05, 0.4),
        startups=between(0.05, 0.2),
        moved=between(0.01, 0.06),
        lag_days=between(8, 25),
        repeats=between(2, 5),
        knowing=between(0.1, 0.5),
        loss=between(0.1, 0.5),
        unit_typos=between(0.005, 0.025),
    )


def _walks(rng: Rng, links: Links, seats: int, n: int) -> tuple[Ints, Ints]:
    """Walk n times along up to five links; give the seats (n, 6), -1 past a dead end."""
    total = np.concatenate([[0.0], np.cumsum(links.weight)])
    start = np.searchsorted(links.seller, np.arange(seats + 1))
    first = draw_by(rng, np.sqrt(links.weight), n)
    walk = np.full((n, HOPS + 1), -1)
    walk[:, 0], walk[:, 1] = links.seller[first], links.buyer[first]
    for h in range(1, HOPS):
        at = walk[:, h]
        low, high = total[start[at]], total[start[at + 1]]
        link = np.searchsorted(total, low + rng.random(n) * (high - low), side="right") - 1
        step = np.minimum(link, len(links.seller) - 1)
        good = (at >= 0) & (high > low) & (links.seller[step] == at)
        walk[:, h + 1] = np.where(good, links.buyer[step], -1)
    return walk, first


def _routes(
    rng: Rng, goods: Goods, fam: Families, links: Links, counts: list[int], knobs: Knobs
) -> dict[str, Any]:
    """Choose routes for the journeys of each kind, and the route and day of each journey."""
    n = max(120_000, sum(counts) * 30)
    walk, first = _walks(rng, links, len(fam.seat_group), n)
    side = np.where(walk >= 0, fam.side()[walk], -1)
    item = fam.assortment[fam.seat_group[walk[:, 1]], draw_by(rng, [0.5, 0.25, 0.15, 0.1], n)]
    length = np.array([0.46, 0.30, 0.15, 0.09])
    fresh = np.ones(n, bool)
    by_kind: dict[tuple[int, int], Ints] = {}
    inner = np.ones(n, bool)
    for hops in range(1, 5):
        inner &= side[:, hops] == THIRD
        for h in range(hops + 1):
            fresh &= walk[:, h] != walk[:, hops + 1]
        out, src = side[:, hops + 1], side[:, 0]
        able, food = inner & fresh, goods.exempt[item]
        barred, own = out == EMBARGOED_SIDE, src == CONTROLLED
        fits = [own & barred & ~food, (src == THIRD) & barred, own & barred & food]
        fits += [own & ~barred & (out >= 0), (src == THIRD) & ~barred & (out >= 0)]
        for kind, fit in enumerate(fits):
            by_kind[kind, hops] = np.flatnonzero(able & fit)
    crooked = (rng.random(len(fam.group_sector)) < knobs.knowing)[fam.seat_group]
    crooked |= rng.random(len(crooked)) < knobs.knowing / 3
    chosen, kinds, legs = [], [], []
    for kind, count in enumerate(counts):
        routes = max(4, int(count / knobs.repeats))
        for hops in range(1, 5):
            pool = by_kind[kind, hops]
            if kind == 0 and crooked[walk[pool, 1]].sum() > 5:
                pool = pool[crooked[walk[pool, 1]]]
            if len(pool):
                share = max(1, round(routes * float(length[hops - 1])))
                chosen.append(rng.choice(pool, share, replace=share > len(pool)))
                kinds.append(np.full(share, kind))
                legs.append(np.full(share, hops + 1))
    route, kind_of, legs_of = map(np.concatenate, (chosen, kinds, legs))
    path = walk[route]
    born = np.max(np.where(path >= 0, fam.seat_born[path], -60), axis=1).clip(-60)
    span = np.maximum(rng.uniform(40, 700, len(route)), 40)
    opens = born + rng.random(len(route)) * np.maximum(DAYS - 30 - born - span, 20)
    closes = np.minimum(opens + span, DAYS - 10).clip(opens + 20)
    weight = rng.pareto(2.0, len(route)) + 0.4
    journey = []
    for kind, count in enumerate(counts):
        mine = np.flatnonzero(kind_of == kind)
        if len(mine):
            journey.append(mine[draw_by(rng, weight[mine], count)])
    j = np.concatenate(journey)
    day = (opens[j] + rng.random(len(j)) * (closes - opens)[j]).astype(np.int64)
    scale = links.scale[first[route]] * np.exp(rng.normal(0, 0.3, len(route)))
    return {
        "kind": kind_of[j], "legs": legs_of[j], "path": path[j], "day": day,
        "item": item[route][j], "scale": scale[j],
    }  # fmt: skip


def _another_code(rng: Rng, item: Ints, same: Ints) -> Ints:
    """Give each code another with the same value in `same` (heading or sector)."""
    order = np.argsort(same, kind="stable")
    place = np.argsort(order)
    ranks = same[order]
    low = np.searchsorted(ranks, same[item])
    size = np.searchsorted(ranks, same[item], side="right") - low
    step = 1 + (rng.random(len(item)) * (size - 1)).astype(np.int64)
    return np.asarray(order[low + (place[item] - low + step) % size])


def _partition(rng: Rng, many: Ints) -> Floats:
    """Cut the unit interval into `many` pieces each; upper bounds, padded with ones."""
    share = rng.gamma(4.0, size=(len(many), PIECES)) * (np.arange(PIECES) < many[:, None])
    upper = np.cumsum(share, axis=1)
    bounds: Floats = upper / upper[:, -1:]
    return np.where(np.arange(PIECES) >= many[:, None] - 1, 1.0, bounds)


def _meeting(bounds: list[Floats], widths: list[Floats]) -> Bools:
    """Tell which pieces before the turn (axis 1) share goods with which after it (axis 2)."""
    (a, b), (wide_a, wide_b) = bounds, widths
    met = (a - wide_a)[:, :, None] < b[:, None, :] - 1e-9
    met &= (b - wide_b)[:, None, :] < a[:, :, None] - 1e-9
    met &= (wide_a > 0)[:, :, None] & (wide_b > 0)[:, None, :]
    return np.asarray(met)


def _journeys(
    rng: Rng, goods: Goods, fam: Families, route: dict[str, Any], knobs: Knobs
) -> tuple[dict[str, Any], Ints]:
    """Move every journey leg by leg; give its lines as columns, and the links between lines."""
    path, legs, n = route["path"], route["legs"], len(route["kind"])
    deal = (rng.permutation(n) + 0.5) / n
    planted = route["kind"] == 0
    deal[planted] = (rng.permutation(int(planted.sum())) + 0.5) / planted.sum()
    feature = np.searchsorted(np.cumsum([0.5, 0.07, 0.07, 0.14, 0.12]), deal)
    shape = draw_by(rng, [0.28, 0.38, 0.18, 0.16], n)
    turn = 1 + (rng.random(n) * (legs - 1)).astype(np.int64)
    many = 2 + draw_by(rng, [0.36, 0.36, 0.28], n)
    before = np.where(shape >= 2, np.where(shape == 3, 2, many), 1)
    after = np.where((shape == 1) | (shape == 3), many, 1)
    bounds = [_partition(rng, before), _partition(rng, after)]
    widths = [np.diff(b, axis=1, prepend=0.0) for b in bounds]
    meets = _meeting(bounds, widths)
    lines = turn * before + (legs - turn) * after
    total = goods.usual[route["item"]] * route["scale"] * np.exp(rng.normal(0, 0.7, n))
    total *= np.sqrt(lines / legs)
    within = np.zeros(n, bool)
    aided = np.zeros(n, bool)
    item, kept = route["item"].copy(), np.ones(n)
    row = np.full((n, HOPS, PIECES), -1)
    spread = rng.integers(0, 9, (n, PIECES)) * (np.arange(PIECES) > 0)
    day = route["day"][:, None] + spread
    sender = fam.firm(path[:, 0], route["day"])
    columns: dict[str, list[Any]] = {}
    at = 0
    for h in range(HOPS):
        on = legs > h
        late = h >= turn
        size = np.where(late, after, before)
        if h:
            ready = day
            cut = h == turn
            if cut.any():
                feeds = np.where(meets, day[:, :, None], -999).max(axis=1)
                ready = np.where(cut[:, None], feeds, day)
            lag = 1 + rng.gamma(1.5, knobs.lag_days / 1.5, (n, PIECES)).astype(np.int64)
            slow = (feature == 4) & (h == turn)
            lag += np.where(slow, rng.integers(50, 180, n), 0)[:, None]
            day = ready + lag
            code = rng.random(n) < knobs.reclassified
            item = np.where(code, _another_code(rng, item, goods.heading), item)
            across = (feature == 1) & cut
            item = np.where(across, _another_code(rng, item, goods.sector), item)
            within |= code & on & ~across
            swap = (rng.random(n) < knobs.sister) & on
            sender = np.where(swap, fam.sister(path[:, h], sender, rng.random(n)), sender)
            aided |= swap
            kept *= np.where(rng.random(n) < knobs.loss, rng.uniform(0.85, 1.0, n), 1.0)
            kept *= np.where((feature == 3) & cut, rng.uniform(1.2, 2.5, n), 1.0)
        taker = np.where(on, path[:, h + 1], 0)
        first_day = np.where(np.arange(PIECES) < size[:, None], day, 9999).min(axis=1)
        receiver = fam.firm(taker, first_day)
        gone = (feature == 2) & (h == legs - 1)
        wrong = (feature == 5) & (h == turn)
        for p in range(PIECES):
            live = on & (p < size) & ~gone & (day[:, p] >= 0) & (day[:, p] < DAYS)
            i = np.flatnonzero(live)
            row[i, h, p] = at + np.arange(len(i))
            at += len(i)
            width = np.where(late, widths[1][:, p], widths[0][:, p])
            new = {
                "journey": i, "hop": np.full(len(i), h), "day": day[i, p], "item": item[i],
                "quantity": (total * kept * width)[i], "seller": path[i, h],
                "buyer": taker[i], "exporter": sender[i], "consignee": receiver[i],
                "wrong_unit": wrong[i], "size": (width * np.sqrt(lines / legs))[i],
            }  # fmt: skip
            for name, value in new.items():
                columns.setdefault(name, []).append(value)
        sender = receiver
    pairs = []
    for h in range(1, HOPS):
        for p in range(PIECES):
            for q in range(PIECES):
                joined = np.where(h == turn, meets[:, p, q], p == q)
                a, b = row[:, h - 1, p], row[:, h, q]
                both = joined & (a >= 0) & (b >= 0)
                pairs.append(np.stack([a[both], b[both]], axis=1))
    label = np.where(aided, 5, np.where(within, 4, shape))
    label = np.where(feature > 0, feature + 5, label)
    flat = {name: np.concatenate(parts) for name, parts in columns.items()}
    flat["label"] = label[flat["journey"]]
    flat["slow"] = (feature == 4)[flat["journey"]]
    return flat, np.concatenate(pairs)


def _plain(
    rng: Rng, goods: Goods, fam: Families, links: Links, sizes: Floats, n: int, knobs: Knobs
) -> dict[str, Any]:
    """Draw n lines of trade that is made or used up where it starts or ends."""
    link = draw_by(rng, links.weight, n)
    seller, buyer = links.seller[link], links.buyer[link]
    main = links.goods[link]
    own = fam.assortment[fam.seat_group[np.where(rng.random(n) < 0.5, seller, buyer)], 0]
    to_embargoed = np.isin(fam.seat_country[buyer], [COUNTRIES.index(c) for c in EMBARGOED_LIST])
    item = np.where((rng.random(n) < 0.3) & ~to_embargoed, own, main)
    tide = 1 + 0.35 * rng.standard_normal((len(goods.code), 24)).clip(-2, 2)
    month = np.minimum((rng.random(n) * 24).astype(np.int64), 23)
    again = rng.random(n) * 1.7 > tide[item, month]
    month[again] = rng.integers(0, 24, int(again.sum()))
    day = ((month + rng.random(n)) * DAYS / 24).astype(np.int64)
    season = links.season[link]
    seasonal = season >= 0
    day = np.where(seasonal, day // 366 * 365 + season + rng.integers(0, 75, n), day)
    born = np.maximum(fam.seat_born[seller], fam.seat_born[buyer])
    day = np.where(day < born, born + rng.random(n) * (DAYS - born), day).astype(np.int64)
    exporter, consignee = fam.firm(seller, day), fam.firm(buyer, day)
    aside = rng.random(n) < 0.03 + knobs.sister / 2
    exporter = np.where(aside, fam.sister(seller, exporter, rng.random(n)), exporter)
    quantity = goods.usual[item] * links.scale[link] * np.exp(rng.normal(0, 0.7, n))
    if len(sizes):
        quantity *= rng.choice(sizes, n)
    moved = (fam.seat_moved[seller] < DAYS) | (fam.seat_moved[buyer] < DAYS)
    decoy = np.where(seasonal, 6, 9)
    decoy = np.where(born > 0, 4, np.where(moved, 5, decoy))
    return {
        "day": day, "item": item, "quantity": quantity, "seller": seller, "buyer": buyer,
        "exporter": exporter, "consignee": consignee, "decoy": decoy,
    }  # fmt: skip


def make_clans(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """Make a world of about `lines` lines, of which a share `coverage` is seen."""
    from benchmarks.flow.clans.tables import lay_out

    knobs = knobs or Knobs()
    rng = np.random.default_rng([seed, 20230101])
    goods = make_goods(rng)
    fam = make_families(rng, goods, lines, knobs)
    links = make_links(rng, goods, fam, knobs)
    chains = max(8, round(lines * knobs.chains_per_million / 1e6))
    lawful = lines * knobs.passing / 5.2
    shares = [0.7 * knobs.to_embargoed, 0.3 * knobs.to_embargoed]
    rest = 1 - knobs.to_embargoed
    counts = [chains, *(round(lawful * s) for s in (*shares, rest * 0.65, rest * 0.35))]
    route = _routes(rng, goods, fam, links, counts, knobs)
    moved, pairs = _journeys(rng, goods, fam, route, knobs)
    n = max(lines - len(moved["day"]), lines // 10)
    plain = _plain(rng, goods, fam, links, moved["size"], n, knobs)
    return lay_out(rng, goods, fam, route["kind"], moved, pairs, plain, knobs)

"""A fictional world of bonded depots and the traders behind them, with planted diversions.

Depots hold stock by code and pick it by their own rules; lawful goods and diverted goods pass by
the same ones. Which customers are diverters is settled only after all goods have moved: some of
the candidates turn out to sit in the embargoed country, and what they were sent of controlled
origin makes the planted chains. So a planted line was drawn like every other line.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from benchmarks.flow.depots.market import (
    CONTROLLED,
    COUNTRIES,
    DAYS,
    NEAR,
    PLACE,
    Flags,
    Floats,
    Ints,
    Knobs,
    Market,
    make_market,
)
from benchmarks.flow.depots.planting import Planted, name_chains, plant
from benchmarks.flow.depots.stock import Moves, trade

CONTROLLED_ORIGINS = frozenset(CONTROLLED)
EMBARGOED = frozenset({"RU", "BY"})
DECOYS = ("trade", "distributor", "legal_reexport", "other_origin", "startup", "moved", "seasonal",
          "stock_keeping", "unit_error")  # fmt: skip
TYPOLOGIES = ("hops_1", "hops_2", "hops_3", "hops_4", "split", "merge", "hs_heading", "hs_other",
              "sister", "lost_transit", "mixed", "slow_stock", "unit")  # fmt: skip
FIRST_DAY = np.datetime64("2022-10-01")

__all__ = ["CONTROLLED_ORIGINS", "DECOYS", "EMBARGOED", "TYPOLOGIES", "Knobs", "World",
           "make_depots", "vary"]  # fmt: skip


@dataclass(frozen=True)
class World:
    """Shipments by date, the truth row by row, and true links between visible rows."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


def vary(seed: int) -> Knobs:
    """Knobs drawn in wide, plausible ranges: busy and thin markets, other rules, other noise."""
    rng = np.random.default_rng([seed, 77])
    one = rng.uniform
    seen = float(rng.choice([1.0, 1.0, 0.8, 0.5, 0.3]))
    return Knobs(
        coverage=seen,
        reclassified=float(rng.choice([one(0, 0.15), 0.4], p=[0.75, 0.25])),
        reclassified_across=one(0.005, 0.06),
        sister=float(rng.choice([one(0, 0.15), 0.4], p=[0.75, 0.25])),
        lost=one(0.02, 0.12), planted=one(0.006, 0.011), through=one(0.22, 0.42),
        orders_per_depot=float(np.exp(one(np.log(20), np.log(150)))),
        codes_per_depot=float(np.exp(one(np.log(3), np.log(20)))),
        orders_per_lot=one(1.1, 3.0), orders_per_relation=one(2.5, 7.0),
        stock_days=one(6, 40), slow=one(0.03, 0.18), domestic=one(0.1, 0.4),
        controlled=one(0.3, 0.55), lawful_embargoed=one(0.04, 0.1), willing=one(0.2, 0.5),
        other_unit=one(0.01, 0.1), typing_error=one(0.002, 0.015), repacked=one(0.0, 0.15),
        loss=one(0.0, 0.25), seasonal=one(0.05, 0.3), startups=one(0.05, 0.2),
        moved=one(0.01, 0.06),
        rules=tuple(float(x) for x in rng.dirichlet([4, 2, 2, 2, 2])),
        tiers=tuple(float(x) for x in rng.dirichlet([12, 5, 2.2, 1.0])),
    )  # fmt: skip


def make_depots(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """Make a world of ``lines`` shipment lines, of which ``knobs.coverage`` are then visible.

    >>> make_depots(5_000, seed=1).shipments.num_rows
    5000
    """
    knobs = knobs or Knobs()
    rng = np.random.default_rng([seed, 20_417])
    orders = int(lines * knobs.through)
    market = make_market(rng, knobs, orders)
    moves = trade(rng, knobs, market, orders)
    inside = (moves.day >= 0) & (moves.day < DAYS)
    if inside.sum() > 0.95 * lines:
        return make_depots(lines, seed=seed, knobs=replace(knobs, through=knobs.through * 0.85))
    planted = plant(rng, knobs, market, moves, inside, lines)
    inside &= ~planted.dropped
    country = market.country.copy()
    country[planted.embargoed] = np.where(
        rng.random(len(planted.embargoed)) < 0.15, PLACE["BY"], PLACE["RU"]
    )
    return _declare(rng, knobs, market, moves, planted, country, inside, lines)


def _background(
    rng: Generator, market: Market, moves: Moves, country: Ints, n: int
) -> tuple[Ints, Ints, Ints, Ints, Floats]:
    """Trade that passes no depot's stock: day, exporter, consignee, code, quantity."""
    relations = max(20, n // 5)
    first, last = market.first_supplier, market.first_customer
    seller = first + rng.choice(last - first, relations, p=_share(market.weight[first:last]))
    buyer = last + rng.choice(len(country) - last, relations, p=_share(market.weight[last:]))
    code = market.goods.draw(rng, market.chapter[seller])
    shelves = rng.integers(0, len(moves.shelf_depot), relations)
    kind = rng.random(relations)
    own, local = kind < 0.04, (kind > 0.04) & (kind < 0.11)
    seller[own], buyer[local] = moves.shelf_depot[shelves[own]], moves.shelf_depot[shelves[local]]
    code = np.where(own & (kind < 0.02), moves.shelf_code[shelves], code)
    code = np.where(local & (kind < 0.06), moves.shelf_code[shelves], code)
    ours = np.isin(country[seller], [PLACE[c] for c in CONTROLLED])
    shut = np.isin(country[buyer], [PLACE["RU"], PLACE["BY"]]) & ours & ~market.goods.exempt[code]
    shut &= rng.random(relations) < 0.8
    shut |= country[buyer] == country[seller]
    plain = np.flatnonzero(~np.isin(country[last:], [PLACE["RU"], PLACE["BY"]])) + last
    buyer[shut & (kind > 0.1)] = rng.choice(plain, int((shut & (kind > 0.1)).sum()))
    often = rng.lognormal(0, 1.0, relations)
    of = np.sort(rng.choice(relations, n, p=_share(often)))
    begin = np.where(rng.random(relations) < 0.5, 0, rng.integers(0, 500, relations))
    day = begin[of] + rng.random(n) * (DAYS - begin[of])
    wave = market.goods.season[code[of]]
    day = np.where(np.isnan(wave), day, (day + 45 * np.sin(2 * np.pi * day / 365 + wave)) % DAYS)
    usual = market.goods.pieces[code] * rng.lognormal(0.3, 0.75, relations)
    amount: Floats = np.ceil(usual[of] * rng.lognormal(0, 0.35, n))
    amount = np.where((rng.random(n) < 0.3) & (amount > 20), np.round(amount, -1), amount)
    whole: Ints = day.astype(np.int64)
    return whole, seller[of], buyer[of], code[of], amount


def _share(weight: Floats) -> Floats:
    return np.asarray(weight / weight.sum())


def _other_code(rng: Generator, market: Market, code: Ints, within: Flags, across: Flags) -> Ints:
    """Another code of the same heading, or of another heading of the same chapter."""
    every = market.goods.code
    heading = every // 100
    low = np.searchsorted(heading, heading[code])
    size = np.searchsorted(heading, heading[code], side="right") - low
    near = low + (code - low + 1 + (rng.random(len(code)) * (size - 1)).astype(int)) % size
    chapter = np.searchsorted(market.goods.start, code, side="right") - 1
    far = market.goods.draw(rng, chapter)
    far = np.where(heading[far] == heading[code], market.goods.draw(rng, chapter), far)
    return np.where(across, far, np.where(within, near, code))


def _declare(
    rng: Generator, knobs: Knobs, market: Market, moves: Moves, planted: Planted, country: Ints,
    inside: Flags, lines: int,
) -> World:  # fmt: skip
    """Write all moves and the background as declarations, and keep what is visible."""
    keep = np.flatnonzero(inside)
    extra = lines - len(keep)
    day, seller, buyer, code, amount = _background(rng, market, moves, country, extra)
    pad_no, pad_less = np.zeros(extra, bool), np.full(extra, -1)
    day = np.concatenate([moves.day[keep], day])
    seller = np.concatenate([moves.exporter[keep], seller])
    buyer = np.concatenate([moves.consignee[keep], buyer])
    code = np.concatenate([moves.code[keep], code]).astype(np.int64)
    amount = np.concatenate([moves.quantity[keep], amount])
    onward = np.concatenate([moves.onward[keep], pad_no])
    slow = np.concatenate([moves.slow[keep], pad_no])
    positive = np.concatenate([planted.positive[keep], pad_no])
    chain = np.concatenate([planted.chain[keep], pad_less])
    hop = np.concatenate([planted.hop[keep], pad_less])
    final = np.concatenate([planted.final[keep], pad_no])
    n, depots = len(day), market.depots

    # The last leg of a few: declared for a near country, and carried through it.
    lost = final & (rng.random(n) < knobs.lost)
    near = np.flatnonzero(np.isin(country, [PLACE[c] for c in NEAR]))
    near = near[(near < depots) | (near >= market.first_customer)]
    buyer[lost] = near[(seller[lost] * 613 + buyer[lost] * 331) % len(near)]
    owner, goods_to = seller.copy(), buyer.copy()
    ship_from = np.where(seller < depots, seller, -1)
    sister = onward & (rng.random(n) < knobs.sister)
    sister |= (seller < depots) & ~onward & (rng.random(n) < 0.05)
    seller = np.where(sister, seller + depots, seller)
    buyer = np.where((buyer < depots) & (rng.random(n) < 0.03), buyer + depots, buyer)
    luck = rng.random(n)
    within = onward & (luck < knobs.reclassified)
    across = onward & (luck > 1 - knobs.reclassified_across)
    declared = _other_code(rng, market, code, within, across)

    goods = market.goods
    mass = amount * goods.kilos[code]
    price = mass * goods.price[code] * rng.lognormal(0, 0.3, n) * np.where(onward, 1.12, 1.0)
    # A pair of firms keeps to its habits: another unit, other packs.
    habit = (seller * 7919 + buyer * 104_729 + code * 31) % 100_003 / 100_003
    other = habit < knobs.other_unit
    packed = (habit > 1 - knobs.repacked) & onward
    by_mass = goods.by_mass[code] ^ other
    per = np.array([2, 5, 6, 10, 12, 24])[(seller + code) % 6]
    stated = np.where(by_mass, mass, np.where(packed, np.ceil(amount / per), amount))
    typed = rng.random(n) < knobs.typing_error
    stated = np.where(typed, stated * rng.choice(np.array([10, 0.1, 1000, 0.001]), n), stated)
    stated = np.maximum(np.round(stated, 1), 0.1)

    moving = np.append(market.move_day, 10**9)
    new_home = np.append(market.new_country, 0)
    place = [np.where(day >= moving[np.where(f < depots, f, -1)],
                      new_home[np.where(f < depots, f, -1)], country[f])
             for f in (seller, buyer, ship_from)]  # fmt: skip
    leaves = np.where(ship_from >= 0, place[2], place[0])

    shut = np.isin(place[1], [PLACE[c] for c in EMBARGOED])
    typology = np.full(n, "trade", dtype=object)
    typology[(owner < depots) | (goods_to < depots)] = "distributor"
    old = np.append(market.founded, -400)
    firm = np.where(owner < depots, owner, np.where(goods_to < depots, goods_to, -1))
    typology[~np.isnan(goods.season[code])] = "seasonal"
    typology[slow] = "stock_keeping"
    typology[old[firm] > 0] = "startup"
    typology[moving[firm] < DAYS] = "moved"
    typology[shut & onward] = "other_origin"
    typology[shut & onward & goods.exempt[code]] = "legal_reexport"
    typology[typed | other] = "unit_error"
    from_, to = _renumber(moves.link_from, keep), _renumber(moves.link_to, keep)
    known = (from_ >= 0) & (to >= 0)
    full = moves.link_quantity / moves.quantity[moves.link_to]
    marks = {"split": np.zeros(n, bool), "merge": np.zeros(n, bool), "hs_heading": within,
             "hs_other": across, "sister": sister, "lost_transit": lost, "slow_stock": slow,
             "unit": typed | other | packed, "mixed": np.zeros(n, bool)}  # fmt: skip
    held = planted.link & known
    marks["split"][from_[held][np.bincount(from_[held], minlength=n)[from_[held]] > 1]] = True
    marks["merge"][to[held][np.bincount(to[held], minlength=n)[to[held]] > 1]] = True
    lawful = known & ~planted.link & (full > 0.3)
    marks["mixed"][from_[lawful]] = True
    typology[positive] = name_chains(chain[positive], hop[positive],
                                     {k: v[positive] for k, v in marks.items()})  # fmt: skip

    seen = rng.random(n) < knobs.coverage
    order = np.lexsort((rng.random(n), day))
    order = order[seen[order]]
    where = np.full(n, -1)
    where[order] = np.arange(len(order))

    def table(mask: Flags) -> pa.Table:
        a, b = where[from_[mask]], where[to[mask]]
        both = (a >= 0) & (b >= 0)
        return pa.table({"from_row": pa.array(a[both]), "to_row": pa.array(b[both])})

    def named(index: Ints, names: list[str]) -> pa.DictionaryArray:
        codes = pa.array(index[order].astype(np.int32))
        coded = pa.DictionaryArray.from_arrays(codes, pa.array(names))
        return coded.dictionary_decode().dictionary_encode()

    firms, lands = _names(rng, len(country)), list(COUNTRIES)
    ids = rng.permutation(1 << 32 if n > 10**8 else 16 * n)[: len(order)] + 1_000_000
    weighed = rng.random(n)[order] > 0.35
    shipments = pa.table({
        "shipment_id": pa.array(np.char.mod("S%08x", ids)),
        "line_no": pa.array(np.ones(len(order), np.int32)),
        "date": pa.array((FIRST_DAY + day[order]).astype("datetime64[D]")),
        "exporter": named(seller, firms), "exporter_country": named(place[0], lands),
        "consignee": named(buyer, firms), "consignee_country": named(place[1], lands),
        "export_country": named(leaves, lands), "destination_country": named(place[1], lands),
        "hs_code": named(declared, [f"{c:06d}" for c in goods.code]),
        "quantity": pa.array(stated[order]),
        "unit": named(by_mass.astype(np.int64), ["NAR", "KGM"]),
        "net_mass_kg": pa.array(np.round(mass * rng.lognormal(0, 0.03, n), 1)[order] + 0.1,
                                mask=~weighed),
        "value": pa.array(np.round(price[order], 2) + 1), "currency": named(np.zeros(n, np.int64), ["USD"]),
    })  # fmt: skip
    group = np.concatenate(
        [np.arange(depots), np.arange(depots), np.arange(2 * depots, len(country))]
    )
    small = {"chain_id": chain, "exporter_firm": seller, "consignee_firm": buyer,
             "exporter_group": group[seller], "consignee_group": group[buyer]}  # fmt: skip
    truth = pa.table({
        "positive": pa.array(positive[order]), "hop": pa.array(hop[order].astype(np.int8)),
        "typology": pa.array(typology[order].tolist()),
        **{k: pa.array(v[order].astype(np.int32)) for k, v in small.items()},
    })  # fmt: skip
    return World(shipments, truth, table(held), table(known & ~planted.link))


def _renumber(rows: Ints, keep: Ints) -> Ints:
    """Positions in ``keep`` of the given rows, -1 where a row is not kept."""
    at = np.minimum(np.searchsorted(keep, rows), len(keep) - 1)
    return np.where(keep[at] == rows, at, -1)


def _names(rng: Generator, n: int) -> list[str]:
    """A distinct made-up name for each firm."""
    parts = ("ba", "kor", "li", "men", "ta", "rus", "vel", "no", "zan", "del", "fi", "gor", "ha",
             "min", "sal", "tor", "ur", "wen", "yil", "dan")  # fmt: skip
    ends = ("Trading", "Logistics", "Group", "Technik", "Supply", "Industries", "Impex", "Partners")
    forms = ("LLC", "Ltd", "GmbH", "Co", "FZE", "SA")
    pick = rng.permutation(20**5)[:n] if n < 20**5 else np.arange(n)
    tail = rng.integers(0, (len(ends), len(forms)), (n, 2))
    words = ["".join(parts[p // 20**k % 20] for k in range(5)).title() for p in pick.tolist()]
    return [f"{w} {ends[a]} {forms[b]}" for w, (a, b) in zip(words, tail.tolist(), strict=True)]

"""The world put together: ordinary orders, lawful chains, planted chains, tables."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .firms import (
    COUNTRIES,
    CURRENCIES,
    DIRECT_RU,
    DISTRIBUTOR,
    KINDS,
    ONWARD,
    RATES,
    RESELLERS,
    THIRD_RU,
    TO_RU,
    Firms,
    Relations,
)
from .goods import (
    BREAK_PRICE,
    BREAKS,
    DAYS,
    DZN,
    FIRST_DAY,
    KGM,
    MONTH_START,
    NAR,
    TNE,
    UNITS,
    Bools,
    Draw,
    Floats,
    Goods,
    Ints,
)
from .knobs import DECOYS, PLANTED_SHARE, TYPOLOGIES, Knobs
from .ways import Lines, Walks, make_ways

LABELS = (*TYPOLOGIES, *DECOYS, "ordinary")
STRANGE = 0.02  # ordinary lines stated under another heading, as by a slip


@dataclass(frozen=True, slots=True)
class World:
    """Shipment lines, the truth about them, and which lines' goods went on in which."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


def _orders(rng: np.random.Generator, walks: Walks, knobs: Knobs, lines: int) -> Lines:
    """Ordinary lines: single orders and frame orders delivered month by month."""
    rel, goods, firms = walks.rel, walks.goods, walks.firms
    share = np.array([kind[2] for kind in KINDS])
    share[[TO_RU, THIRD_RU, DIRECT_RU]] *= knobs.embargoed_trade
    draw = Draw(rel.kind, np.arange(len(rel.kind)), rel.weight, len(KINDS))
    found: list[list[npt.NDArray[Any]]] = []
    missing = lines
    while missing > 0:
        n = missing + 200
        kind = rng.choice(len(KINDS), n, p=share / share.sum())
        order = draw(rng, kind)
        heading = rel.heading[order]
        usual = rng.random(n) < knobs.usual_article
        article = np.where(usual, rel.article[order], goods.draw_article(rng, heading))
        # resellers sell from broken packings more often
        odd = knobs.odd * np.where(np.isin(firms.role[rel.seller[order]], RESELLERS), 1.7, 1.0)
        quantity = goods.quantity(rng, article, rel.factor[order], odd)
        releases = np.where(
            rel.frame[order], rng.integers(2, 9, n), rng.choice([1, 2], n, p=[0.9, 0.1])
        )
        back = np.floor(rng.random(n) * releases).astype(np.int64)
        begin = goods.day(rng, heading, kind == ONWARD) - 30 * back
        row = np.repeat(np.arange(n), releases)
        step = np.arange(len(row)) - np.repeat(np.cumsum(releases) - releases, releases)
        day = begin[row] + 30 * step + rng.integers(-4, 5, len(row))
        young = np.maximum(firms.founded[rel.seller[order]], firms.founded[rel.buyer[order]])
        good = np.flatnonzero((day >= young[row]) & (day < DAYS))[:missing]
        found.append([order[row[good]], article[row[good]], quantity[row[good]], day[good]])
        missing -= len(good)
    order, article, quantity, day = (np.concatenate(part) for part in zip(*found, strict=True))
    code = goods.a_code[article]
    change = rng.random(lines) < knobs.reclassified
    code[change] = goods.other_code(rng, code[change])
    strange = rng.random(lines) < STRANGE
    code[strange] = goods.strange_code(rng, code[strange])
    none: Ints = np.full(lines, -1, dtype=np.int64)
    return Lines(
        seller=rel.seller[order],
        buyer=rel.buyer[order],
        relation=order,
        article=article,
        code=code,
        quantity=quantity,
        day=day,
        unit_error=rng.random(lines) < knobs.unit_errors,
        chain=none,
        hop=none,
        typology=none,
        pooled=np.zeros(lines, dtype=np.bool_),
    )


def _encode(
    codes: npt.NDArray[Any], names: npt.NDArray[Any], mask: npt.NDArray[np.bool_] | None = None
) -> pa.DictionaryArray:
    """A dictionary column that holds only the names in use, in order of name."""
    used, index = np.unique(codes, return_inverse=True)
    order = np.argsort(names[used])
    rank = np.empty(len(used), dtype=np.int32)
    rank[order] = np.arange(len(used), dtype=np.int32)
    return pa.DictionaryArray.from_arrays(
        pa.array(rank[index], pa.int32(), mask=mask), pa.array(names[used][order].tolist())
    )


def _labels(line: Lines, walks: Walks, planted: Bools) -> Ints:
    """Typology of planted lines, decoy of others, else ordinary."""
    rel, goods, firms = walks.rel, walks.goods, walks.firms
    heading = goods.code_heading[goods.a_code[line.article]]
    month = np.searchsorted(MONTH_START, line.day, side="right") - 1
    ends = np.unique(line.chain[(rel.kind[line.relation] == TO_RU) & (line.chain >= 0)])
    reexport = np.isin(line.chain, ends) | (
        (rel.kind[line.relation] == TO_RU) & ~goods.h_controlled[heading]
    )
    founded = np.maximum(firms.founded[line.seller], firms.founded[line.buyer])
    moved = np.minimum(firms.move_day[line.seller], firms.move_day[line.buyer])
    distributor = (firms.role[line.seller] == DISTRIBUTOR) | (firms.role[line.buyer] == DISTRIBUTOR)
    tests = (
        line.unit_error,
        reexport,
        (founded > 0) & (line.day - founded < 180),
        line.day >= moved,
        line.pooled,
        goods.season[heading, month] > 1.6,
        distributor & (line.chain < 0),
    )
    base = len(TYPOLOGIES)
    decoy = np.select(tests, range(base, base + len(DECOYS)), len(LABELS) - 1)
    result: Ints = np.where(planted, line.typology, decoy).astype(np.int64)
    return result


def make_reels(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """A world of `lines` shipment lines (before coverage)."""
    knobs = knobs or Knobs()
    rng = np.random.default_rng([seed, 41])
    goods = Goods(rng, lines, knobs)
    firms = Firms(rng, lines, knobs)
    rel = Relations(rng, firms, goods, lines, knobs)
    walks = Walks(rel, goods, firms)
    target = round(PLANTED_SHARE * lines)
    bad, bad_edges = make_ways(rng, walks, knobs, True, target, 0)
    target = round(knobs.passing * lines)
    legal, legal_edges = make_ways(rng, walks, knobs, False, target, lines)
    n_bad, n_ways = len(bad.day), len(bad.day) + len(legal.day)
    rest = _orders(rng, walks, knobs, lines - n_ways)
    line = Lines(
        *(
            np.concatenate([getattr(part, f.name) for part in (bad, legal, rest)])
            for f in fields(Lines)
        )
    )
    planted = np.arange(lines) < n_bad
    typology = _labels(line, walks, planted)
    # nothing leaves on Saturdays and Sundays
    weekday = (line.day + 6) % 7  # the first day is a Sunday
    day = line.day + np.select([weekday == 5, weekday == 6], [-1, 1], 0)
    day = np.clip(day, 0, DAYS - 1)

    # prices: list price, price breaks, the seller's margin, shortages
    unit = goods.a_unit[line.article]
    quantity: Floats = line.quantity.astype(np.float64)
    heading = goods.code_heading[goods.a_code[line.article]]
    month = np.searchsorted(MONTH_START, line.day, side="right") - 1
    price = goods.a_price[line.article] * BREAK_PRICE[np.digitize(quantity, BREAKS)]
    price *= firms.margin[line.seller] * rel.price[line.relation]
    price *= np.where(goods.short[heading, month], 1.35, 1.0) * rng.lognormal(0.0, 0.04, lines)
    currency = rel.currency[line.relation]
    value = np.round(np.maximum(quantity * price * RATES[currency], 0.01), 2)
    mass: Floats = quantity * goods.a_mass[line.article] * rng.lognormal(0.03, 0.03, lines)
    mass = np.round(np.maximum(mass, 0.001), 3).astype(np.float64)
    # wrong units: the number is of pieces and the unit says dozens or kilograms, or the reverse
    u, wrong = rng.random(lines), line.unit_error
    weighed = wrong & (unit == NAR) & (u >= 0.75)
    quantity[weighed] = mass[weighed]
    stated = np.select(
        [
            wrong & (unit == NAR) & (u < 0.4),
            wrong & (unit == NAR) & (u < 0.75),
            wrong & (unit == KGM) & (u < 0.5),
            wrong,
        ],
        [DZN, KGM, TNE, NAR],
        unit,
    )
    shown = rng.random(lines) < firms.states[line.seller] * goods.h_stated[heading]

    order = np.lexsort((rng.random(lines), day))
    chain: Ints = np.full(lines, -1, dtype=np.int64)
    chain[planted] = np.unique(line.chain[planted], return_inverse=True)[1]
    seller, buyer = line.seller, line.buyer
    away = firms.country[buyer]
    country = firms.country_on(seller, day, away)
    away = firms.country_on(buyer, day, country)
    ids = np.char.add("L", np.char.zfill((rng.permutation(lines) + 1).astype(np.str_), 8))
    seen = np.random.default_rng([seed, 43]).random(lines) < knobs.coverage
    keep = order[seen]
    names, places = firms.name, np.array(COUNTRIES)
    from_place, to_place = _encode(country[keep], places), _encode(away[keep], places)
    shipments = pa.table(
        {
            "shipment_id": pa.array(ids[keep].tolist()),
            "line_no": pa.array(np.ones(len(keep), dtype=np.int32)),
            "date": pa.array(FIRST_DAY + day[keep].astype("timedelta64[D]")).cast(pa.date32()),
            "exporter": _encode(seller[keep], names),
            "exporter_country": from_place,
            "consignee": _encode(buyer[keep], names),
            "consignee_country": to_place,
            "export_country": from_place,
            "destination_country": to_place,
            "hs_code": _encode(line.code[keep], goods.codes),
            "unit": _encode(stated[keep], np.array(UNITS)),
            "currency": _encode(currency[keep], np.array(CURRENCIES)),
            "quantity": pa.array(quantity[keep]),
            "net_mass_kg": pa.array(mass[keep]),
            "value": pa.array(value[keep]),
            "part_number": _encode(line.article[keep], goods.a_number, ~shown[keep]),
        }
    )
    truth = pa.table(
        {
            "positive": pa.array(planted[keep]),
            "chain_id": pa.array(chain[keep].astype(np.int32)),
            "hop": pa.array(np.where(planted, line.hop, -1)[keep].astype(np.int8)),
            "typology": _encode(typology[keep], np.array(LABELS)),
            "exporter_firm": pa.array(seller[keep].astype(np.int32)),
            "consignee_firm": pa.array(buyer[keep].astype(np.int32)),
            "exporter_group": pa.array(firms.group[seller][keep].astype(np.int32)),
            "consignee_group": pa.array(firms.group[buyer][keep].astype(np.int32)),
        }
    )
    place: Ints = np.full(lines, -1, dtype=np.int64)
    place[keep] = np.arange(len(keep))

    def table(pairs: Ints) -> pa.Table:
        now = place[pairs]
        now = now[(now >= 0).all(axis=1)]
        now = now[np.lexsort((now[:, 1], now[:, 0]))]
        return pa.table({"from_row": pa.array(now[:, 0]), "to_row": pa.array(now[:, 1])})

    return World(shipments, truth, table(bad_edges), table(legal_edges + n_bad))

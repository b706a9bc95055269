"""A world as tables: shipment lines, what is true of them, and which went on in which."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .flows import TYPOLOGIES, Legs, Trade, join
from .goods import DZN, KGM, LTR, MTR, NAR, TNE, UNITS, Bools, Floats, Goods, Ints, make_goods
from .knobs import Knobs
from .market import CODES, Market, make_market

DECOYS = (
    "legal_distributor", "legal_reexporter", "startup", "moved", "seasonal", "stock_keeping",
    "unit_typo",
)  # fmt: skip
LABELS = (*TYPOLOGIES, *DECOYS, "ordinary")
STOCK_LABEL = len(TYPOLOGIES)
FIRST_DAY = datetime.date(2023, 1, 2)
CURRENCIES = {
    "USD": 1.0, "EUR": 0.92, "CNY": 7.1, "JPY": 145.0, "GBP": 0.79, "TRY": 29.0, "AED": 3.67,
    "KRW": 1320.0,
}  # fmt: skip
HOME_CURRENCY = {
    **dict.fromkeys(("DE", "IT", "NL", "FR", "BE", "AT", "ES", "FI", "IE"), "EUR"),
    "CN": "CNY", "JP": "JPY", "GB": "GBP", "TR": "TRY", "AE": "AED", "KR": "KRW",
}  # fmt: skip
# In which units a quantity is stated by mistake.
MISTAKES = {NAR: (DZN, KGM), DZN: (NAR, NAR), KGM: (TNE, TNE), TNE: (KGM, KGM), MTR: (KGM, KGM),
            LTR: (KGM, KGM)}  # fmt: skip
SYLLABLES = ("ba", "ko", "ri", "ten", "mar", "sol", "vi", "lan", "dro", "as", "ne", "qui", "por",
             "zan", "el", "tu", "ga", "wes", "hi", "om")  # fmt: skip
ENDINGS = ("Trading", "Industries", "Supply", "Group", "Commerce", "Works", "Logistics", "Export")


@dataclass(frozen=True, slots=True)
class World:
    """Shipment lines by date, the truth row by row, and the edges between rows."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


def make_trials(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """A world of so many lines, before coverage hides some."""
    knobs = knobs or Knobs()
    rng = np.random.default_rng([seed, 4711])
    goods = make_goods(rng, season=knobs.season, free_share=knobs.free_goods)
    market = make_market(rng, goods, lines, knobs)
    trade = Trade(rng, goods, market, knobs)
    bad, bad_edges = trade.chains(round(knobs.planted * lines), planted=True)
    good, good_edges = trade.chains(round(knobs.lawful * lines), planted=False)
    split = len(bad.day)
    singles = trade.singles(lines - split - len(good.day))
    legs = join([bad, good, singles])
    order = np.lexsort((rng.random(lines), legs.day))
    seen = rng.random(lines) < knobs.coverage
    order = order[seen[order]]
    row = np.full(lines, -1)
    row[order] = np.arange(len(order))
    positive = np.arange(lines) < split
    return World(
        shipments=_shipments(rng, goods, market, legs, order),
        truth=_truth(goods, market, legs, positive, order),
        edges=_edges(bad_edges, row),
        legal_edges=_edges(good_edges + split, row),
    )


def _edges(edges: Ints, row: Ints) -> pa.Table:
    """Edges by row, those with a hidden end left out."""
    rows = row[edges]
    rows = rows[:, (rows >= 0).all(axis=0)]
    rows = rows[:, np.lexsort((rows[1], rows[0]))]
    return pa.table({"from_row": pa.array(rows[0]), "to_row": pa.array(rows[1])})


def _words(codes: Ints, words: tuple[str, ...] | list[str]) -> pa.DictionaryArray:
    """A dictionary column that names only what occurs."""
    used, at = np.unique(codes, return_inverse=True)
    names = pa.array([words[i] for i in used.tolist()], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(at.astype(np.int32)), names)


def _names(rng: np.random.Generator, count: int) -> list[str]:
    """Unique names of firms; numbers are shuffled, so that sisters are not neighbours."""
    first = rng.integers(0, len(SYLLABLES), (count, 3)).tolist()
    ending = rng.integers(0, len(ENDINGS), count).tolist()
    number = (1000 + rng.permutation(count)).tolist()
    return [
        f"{''.join(SYLLABLES[i] for i in parts).capitalize()} {ENDINGS[e]} {k}"
        for parts, e, k in zip(first, ending, number, strict=True)
    ]


def _stated(
    rng: np.random.Generator, wrong: Bools, quantity: Floats, mass: Floats, unit: Ints
) -> tuple[Floats, Ints]:
    """Quantity and unit as declared; where wrong, the number, the unit, or both are another's."""
    options = np.array([MISTAKES[i] for i in range(len(UNITS))])
    other = options[unit, rng.integers(0, 2, len(unit))]
    kilograms = np.where(unit == DZN, quantity * 12.0, mass)
    number = np.select(
        [other == DZN, other == TNE, unit == DZN],
        [quantity / 12.0, mass / 1000.0, quantity * 12.0],
        default=kilograms,
    )
    number = np.where(other == DZN, np.maximum(np.round(number), 1.0), number)
    number = np.maximum(np.round(number, 2), 0.01)
    how = rng.integers(0, 3, len(unit))
    return (
        np.where(wrong & (how != 1), number, quantity),
        np.where(wrong & (how != 2), other, unit),
    )


def _shipments(
    rng: np.random.Generator, goods: Goods, market: Market, legs: Legs, order: Ints
) -> pa.Table:
    """The lines as anybody sees them."""
    n = len(legs.day)
    relation, day = legs.relation, legs.day
    unit = goods.unit[market.niche[relation]]
    mass = legs.quantity * goods.mass[legs.goods]
    exact = (unit == KGM) | (unit == TNE)
    mass = np.where(exact, np.where(unit == TNE, 1000.0 * legs.quantity, legs.quantity), mass)
    mass *= np.where(exact, 1.0, np.exp(0.03 * rng.normal(size=n)))
    mass = np.maximum(np.round(mass, 2), 0.01)
    quantity, stated = _stated(rng, legs.wrong_unit, legs.quantity, mass, unit)
    names = list(CURRENCIES)
    own = np.array([names.index(HOME_CURRENCY.get(code, "USD")) for code in CODES])
    leaves = market.home(market.exporter[relation], day)
    arrives = market.home(market.consignee[relation], day)
    currency = np.where(rng.random(n) < 0.5, own[leaves], 0)
    rate = np.array(list(CURRENCIES.values()))[currency]
    price = goods.price[legs.goods] * legs.price * np.exp(0.08 * rng.normal(size=n))
    value = np.round(legs.quantity * price * rate, 2)
    firms = _names(rng, len(market.firm_group))
    number = pc.cast(pa.array(np.arange(len(order)) + 1), pa.string())
    dates = np.datetime64(FIRST_DAY, "D") + day[order]
    return pa.table(
        {
            "shipment_id": pc.binary_join_element_wise(
                pa.scalar("S"), pc.utf8_lpad(number, width=8, padding="0"), ""
            ),
            "line_no": pa.array(np.ones(len(order), np.int32)),
            "date": pa.array(dates, pa.date32()),
            "exporter": _words(legs.seller[order], firms),
            "exporter_country": _words(market.seat(legs.seller, day)[order], CODES),
            "consignee": _words(legs.buyer[order], firms),
            "consignee_country": _words(market.seat(legs.buyer, day)[order], CODES),
            "export_country": _words(leaves[order], CODES),
            "destination_country": _words(arrives[order], CODES),
            "hs_code": _words(legs.code[order], goods.names),
            "unit": _words(stated[order], UNITS),
            "currency": _words(currency[order], names),
            "quantity": pa.array(quantity[order]),
            "net_mass_kg": pa.array(mass[order]),
            "value": pa.array(value[order]),
        }
    )


def _truth(goods: Goods, market: Market, legs: Legs, positive: Bools, order: Ints) -> pa.Table:
    """What is true of each line; of lawful lines the first decoy label that holds."""
    exporter, consignee = market.exporter[legs.relation], market.consignee[legs.relation]
    niche = market.niche[legs.relation]

    def either(of_group: Bools) -> Bools:
        return of_group[exporter] | of_group[consignee]

    moved = market.new_country != market.country
    decoys = {
        "unit_typo": legs.wrong_unit,
        "stock_keeping": legs.label == STOCK_LABEL,
        "legal_reexporter": legs.east & ((legs.chain >= 0) | ~goods.controlled[niche]),
        "legal_distributor": either(market.distributor),
        "startup": either(market.founded > 0),
        "moved": either(moved),
        "seasonal": goods.seasonal[niche],
    }
    label = np.select(
        [positive, *decoys.values()],
        [legs.label, *(LABELS.index(name) for name in decoys)],
        default=LABELS.index("ordinary"),
    )
    return pa.table(
        {
            "positive": pa.array(positive[order]),
            "chain_id": pa.array(np.where(positive, legs.chain, -1)[order].astype(np.int32)),
            "hop": pa.array(np.where(positive, legs.hop, -1)[order].astype(np.int8)),
            "typology": _words(label[order], LABELS),
            "exporter_firm": pa.array(legs.seller[order].astype(np.int32)),
            "consignee_firm": pa.array(legs.buyer[order].astype(np.int32)),
            "exporter_group": pa.array(exporter[order].astype(np.int32)),
            "consignee_group": pa.array(consignee[order].astype(np.int32)),
        }
    )

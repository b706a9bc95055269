"""A fictional market of parts: lots sold to many by several sellers, and parts recovered from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enduse.simulate.draws import Flags, Floats, Ints
from enduse.simulate.recovered import (
    SalesWorld,
    components_table,
    date_code,
    day_of,
)

_START = date(2016, 1, 4)
_EPOCH = (_START - date(1970, 1, 1)).days
_DAYS = 3200
_STEMS = [
    "BRA",
    "DEN",
    "FOR",
    "GAL",
    "HEX",
    "JUN",
    "KEM",
    "LOR",
    "MAV",
    "NOR",
    "PAX",
    "QUA",
    "RIV",
    "SOL",
    "TEK",
    "VEL",
    "WIN",
    "XEN",
    "YAR",
    "ZIM",
]
_ENDINGS = ("", "-T", "-QR", "AZ", "-I", "BR", "-E2", "LF")
_TRADES = ("Components", "Electronics", "Trading", "Devices", "Supply", "Systems", "Imports")
_FORMS = ("LLC", "GmbH", "Co., Ltd.", "Inc.", "A.Ş.", "Pte Ltd", "LLP", "B.V.")
_COUNTRIES = ("DE", "US", "TW", "CN", "HK", "TR", "AE", "KZ", "JP", "SG", "IN", "PL")
_WEAPONS = ("Heron-2", "Basalt", "Kestrel", "Ibis-M", "Onyx decoy")
_CONFUSED = str.maketrans("0O1I5S8B", "O0I1S5B8")


@dataclass(frozen=True, slots=True)
class Market:
    """How a market of parts behaves; shares are from 0 to 1."""

    recorded: float = 0.8
    """Share of sellers whose sales are in the records."""
    lot_pieces: float = 3000.0
    """Median of the pieces in a lot."""
    buyers_a_lot: float = 2.6
    """Sales of a lot, on average; at least one."""
    evenness: float = 0.6
    """Concentration of the shares of a lot (of a Dirichlet draw): low is one large, many small."""
    with_lot: float = 0.9
    with_date_code: float = 0.95
    """Share of sales that record them."""
    with_serials: float = 0.01
    resold: float = 0.08
    """Share of sales to a customer who sells on in the same records."""
    sale_median_days: float = 120.0
    sale_spread: float = 1.0
    """From production to sale: median, and standard deviation of the logarithm."""
    use_median_days: float = 540.0
    use_spread: float = 0.9
    """From sale to recovery."""
    misread_lot: float = 0.03
    """Share of recovered parts whose lot is noted with a wrong character."""
    counterfeit: float = 0.02
    """Share of recovered parts whose marking is another part's."""


def simulate_sales(
    *,
    lines: int = 50_000,
    recovered: int = 500,
    seed: int = 1,
    lots_known: bool = True,
    market: Market | None = None,
) -> SalesWorld:
    """Make a market of about so many sales, and parts recovered from pieces sold in it.

    Each piece sold is as likely to be recovered as any other; some were sold by sellers whose
    sales are not in the records, and have no ``sale_id`` in the truth.

    Parameters
    ----------
    lines
        Sales in the records, about.
    recovered
        Parts recovered.
    lots_known
        Whether the recovered parts bear a lot.
    market
        How it behaves; the default one if not given.

    Returns
    -------
    SalesWorld
        The truth has ``component_id, sale_id, seller, customer, lot, genuine``.
    """
    market = market or Market()
    rng = np.random.default_rng(np.random.SeedSequence([seed, 11]))
    # Each sale that is sold on makes two or three more.
    each = market.buyers_a_lot * (1 + 2.5 * market.resold) * market.recorded
    lots = _make_lots(rng, market, max(int(lines / each), 1))
    sales = _resell(rng, market, _sell(rng, market, lots))
    chosen, days = _recover(rng, market, sales, recovered)
    held = np.argsort(sales.day, kind="stable")
    held = held[sales.recorded[held]]
    texts = _texts(rng, lots, sales)
    table = _table(rng, market, texts, sales, held)
    number = np.full(len(sales), -1)
    number[held] = np.arange(len(held))
    parts, truth = _recovered_parts(rng, market, texts, sales, chosen, days, lots_known)
    known = number[chosen]
    sale_id = pc.if_else(
        pa.array((known >= 0) & np.array(truth["genuine"])),
        table["sale_id"].combine_chunks().take(pa.array(np.maximum(known, 0))),
        None,
    )
    truth_table = pa.table({**truth, "sale_id": sale_id})
    return SalesWorld(table, components_table(parts), truth_table)


@dataclass(frozen=True, slots=True)
class _Lots:
    part: Ints
    made: Ints
    """Day, from the first of the market."""
    pieces: Floats

    def __len__(self) -> int:
        return len(self.part)


@dataclass(frozen=True, slots=True)
class _Sales:
    lot: Ints
    made: Ints
    part: Ints
    day: Ints
    quantity: Floats
    """Pieces that stay with the customer, which is what can be recovered of it."""
    sold: Floats
    """Pieces of the sale."""
    seller: Ints
    customer: Ints
    recorded: Flags

    def __len__(self) -> int:
        return len(self.lot)


def _make_lots(rng: np.random.Generator, market: Market, count: int) -> _Lots:
    parts = max(20, int(count**0.6))
    weight = 1.0 / np.arange(1, parts + 1) ** 0.8
    part = rng.choice(parts, count, p=weight / weight.sum())
    return _Lots(
        part=part,
        made=rng.integers(0, _DAYS - 700, count),
        pieces=np.maximum(np.rint(np.exp(rng.normal(np.log(market.lot_pieces), 0.8, count))), 10.0),
    )


def _sell(rng: np.random.Generator, market: Market, lots: _Lots) -> _Sales:
    """Each lot goes to one or several customers, by one to three sellers."""
    often = rng.geometric(1 / market.buyers_a_lot, len(lots))
    lot = np.repeat(np.arange(len(lots)), often)
    weight = rng.gamma(market.evenness, 1.0, len(lot)) + 1e-3
    share = weight / np.bincount(lot, weight, len(lots))[lot]
    quantity = np.maximum(np.rint(lots.pieces[lot] * share), 1.0)
    age = np.exp(rng.normal(np.log(market.sale_median_days), market.sale_spread, len(lot)))
    sellers = max(8, int(len(lots) ** 0.35))
    # Two sellers at most share a lot.
    pair = rng.integers(0, sellers, (len(lots), 2))
    seller = np.where(rng.random(len(lot)) < 0.7, pair[lot, 0], pair[lot, 1])
    is_recorded = rng.permutation(sellers) < round(market.recorded * sellers)
    customers = max(40, int(len(lots) ** 0.7))
    day = lots.made[lot] + np.minimum(age, 2500).astype(np.int64)
    return _Sales(
        lot=lot,
        made=lots.made[lot],
        part=lots.part[lot],
        day=day,
        quantity=quantity,
        sold=quantity,
        seller=seller,
        customer=sellers + rng.integers(0, customers, len(lot)),
        recorded=is_recorded[seller],
    )


def _resell(rng: np.random.Generator, market: Market, sales: _Sales) -> _Sales:
    """Some customers are sellers themselves: what they bought goes on, in two sales or three."""
    recorded = np.unique(sales.seller[sales.recorded])
    first = np.flatnonzero((rng.random(len(sales)) < market.resold) & (sales.sold >= 10))
    if not len(first):
        return sales
    customer = sales.customer.copy()
    customer[first] = rng.choice(recorded, len(first))
    # Nobody sells to itself.
    first = first[customer[first] != sales.seller[first]]
    own = customer == sales.seller
    customer[own] = sales.customer[own]
    parts = rng.integers(2, 4, len(first))
    source = np.repeat(first, parts)
    share = rng.gamma(1.0, 1.0, len(source)) + 0.05
    _, which = np.unique(source, return_inverse=True)
    share *= rng.uniform(0.7, 1.0, len(first))[which] / np.bincount(which, share)[which]
    onward = np.maximum(np.floor(sales.sold[source] * share), 1.0)
    kept = sales.quantity.copy()
    # What a reseller has left lies in its stock, where nothing is recovered from.
    kept[first] = 0.0
    delay = 5 + np.exp(rng.normal(np.log(60.0), 0.7, len(source))).astype(np.int64)
    return _Sales(
        lot=np.concatenate([sales.lot, sales.lot[source]]),
        made=np.concatenate([sales.made, sales.made[source]]),
        part=np.concatenate([sales.part, sales.part[source]]),
        day=np.concatenate([sales.day, sales.day[source] + delay]),
        quantity=np.concatenate([kept, onward]),
        sold=np.concatenate([sales.sold, onward]),
        seller=np.concatenate([sales.seller, customer[source]]),
        customer=np.concatenate([customer, rng.choice(sales.customer, len(source))]),
        recorded=np.concatenate([sales.recorded, np.ones(len(source), np.bool_)]),
    )


def _recover(
    rng: np.random.Generator, market: Market, sales: _Sales, count: int
) -> tuple[Ints, Ints]:
    """Sales that pieces are recovered from, and the days of recovery."""
    chosen = rng.choice(len(sales), count, p=sales.quantity / sales.quantity.sum())
    delay = np.exp(rng.normal(np.log(market.use_median_days), market.use_spread, count))
    return chosen, sales.day[chosen] + np.maximum(delay, 1.0).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Texts:
    """What numbers are called."""

    parts: pa.StringArray
    lots: pa.StringArray
    codes: pa.StringArray
    """Date code of each day of production."""
    firms: pa.StringArray
    countries: pa.StringArray


def _texts(rng: np.random.Generator, lots: _Lots, sales: _Sales) -> _Texts:
    parts = int(lots.part.max()) + 1
    # Two or three numbers in a row are of one family.
    family = np.arange(parts) // 2
    stems = rng.integers(0, len(_STEMS), parts)[family]
    serial = (10_000 + rng.permutation(90_000)[:parts])[family]
    ending = np.arange(parts) % 2 * (1 + rng.integers(0, len(_ENDINGS) - 1, parts))
    firms = int(max(sales.customer.max(), sales.seller.max())) + 1
    words = rng.integers(0, [len(_STEMS), len(_STEMS), len(_TRADES), len(_FORMS)], (firms, 4))
    letters = rng.integers(0, 8, len(lots))
    return _Texts(
        parts=pa.array(
            f"{_STEMS[stem]}{number}{_ENDINGS[end]}"
            for stem, number, end in zip(
                stems.tolist(), serial.tolist(), ending.tolist(), strict=True
            )
        ),
        lots=pc.binary_join_element_wise(
            pa.array(list("ABCDEFGH")).take(pa.array(letters)),
            pc.utf8_lpad(pa.array(rng.integers(0, 10**7, len(lots))).cast(pa.string()), 7, "0"),
            "",
        ),
        codes=pa.array([date_code(_START + timedelta(days=day)) for day in range(_DAYS)]),
        firms=pa.array(
            f"{_STEMS[a].title()}{_STEMS[b].lower()} {_TRADES[c]} {n} {_FORMS[d]}"
            for n, (a, b, c, d) in enumerate(words.tolist())
        ),
        countries=pa.array(_COUNTRIES).take(pa.array(rng.integers(0, len(_COUNTRIES), firms))),
    )


def _table(
    rng: np.random.Generator, market: Market, texts: _Texts, sales: _Sales, held: Ints
) -> pa.Table:
    """The sales that are in the records, in the order of days."""
    count = len(held)

    def text(column: pa.StringArray, which: Ints, known: Flags | None = None) -> pa.Array:
        return column.take(pa.array(which, mask=None if known is None else ~known))

    numbers = pc.utf8_lpad(pa.array(np.arange(1, count + 1)).cast(pa.string()), 8, "0")
    customers = sales.customer[held]
    few = (rng.random(count) < market.with_serials) & (sales.sold[held] <= 50)
    serials: list[str | None] = [None] * count
    for place in np.flatnonzero(few).tolist():
        pieces = range(int(sales.sold[held[place]]))
        serials[place] = ";".join(f"SN{place:08}{piece:02}" for piece in pieces)
    columns = {
        "sale_id": pc.binary_join_element_wise("S", numbers, ""),
        "date": pa.array((_EPOCH + sales.day[held]).astype(np.int32)).cast(pa.date32()),
        "part_number": text(texts.parts, sales.part[held]),
        "lot": text(texts.lots, sales.lot[held], rng.random(count) < market.with_lot),
        "date_code": text(texts.codes, sales.made[held], rng.random(count) < market.with_date_code),
        "serials": pa.array(serials, pa.string()),
        "quantity": pa.array(sales.sold[held]),
        "customer": text(texts.firms, customers),
        "ship_to": text(texts.firms, customers),
        "country": text(texts.countries, customers),
        "invoice": pc.binary_join_element_wise("INV", numbers, "-"),
        "seller": text(texts.firms, sales.seller[held]),
    }
    return pa.table(columns)


def _recovered_parts(
    rng: np.random.Generator,
    market: Market,
    texts: _Texts,
    sales: _Sales,
    chosen: Ints,
    days: Ints,
    lots_known: bool,
) -> tuple[list[dict[str, object]], dict[str, list[object]]]:
    """The recovered parts as a laboratory notes them, and what is true of them."""
    count = len(chosen)
    genuine = rng.random(count) >= market.counterfeit
    # A counterfeit bears what some other piece bears.
    marked = np.where(genuine, chosen, rng.permutation(chosen))
    misread = rng.random(count) < market.misread_lot
    rows: list[dict[str, object]] = []
    truth: dict[str, list[object]] = {
        name: [] for name in ("component_id", "seller", "customer", "lot", "genuine")
    }
    for number, (sale, bears) in enumerate(zip(chosen.tolist(), marked.tolist(), strict=True)):
        lot = texts.lots[int(sales.lot[bears])].as_py()
        noted = lot.translate(_CONFUSED) if misread[number] else lot
        part = texts.parts[int(sales.part[bears])].as_py()
        code = texts.codes[int(sales.made[bears])].as_py()
        first_sold = sales.day[bears]
        name = f"R{number + 1:05}"
        rows.append(
            {
                "component_id": name,
                "weapon": _WEAPONS[number % len(_WEAPONS)],
                "marking_raw": "\n".join([part, f"{code} {noted}" if lots_known else code]),
                "part_number": part,
                "date_code": code,
                "lot": noted if lots_known else None,
                "recovered_on": day_of(_EPOCH + max(int(days[number]), int(first_sold))),
                "source": "fictional",
            }
        )
        told = (name, sales.seller[sale], sales.customer[sale], lot, bool(genuine[number]))
        for column, value in zip(truth, told, strict=True):
            truth[column].append(value)
    for column in ("seller", "customer"):
        truth[column] = texts.firms.take(pa.array(truth[column])).to_pylist()
    return rows, truth

"""A fictional trade of yearly contracts, spot sales and stock, with planted diversions.

Firms sell under contracts with call-offs (regular, seasonal, irregular), wholesalers keep stock of
a fixed range, agents pass goods on within days, consolidators gather them. Procurement networks
book contracts along the same routes and change their fronts; ordinary traders resell now and then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from benchmarks.flow.contracts.book import (
    PLANTED,
    TYPOLOGIES,
    Knobs,
    call_off,
    cover_book,
    lawful_book,
    planted_book,
    pools,
    possible,
    take,
    vary,
)
from benchmarks.flow.contracts.goods import PART_SHARES, Rows, keep_rows, send
from benchmarks.flow.contracts.market import (
    CODES,
    CONTROLLED,
    COUNTED,
    COUNTRIES,
    Bools,
    Floats,
    Ints,
    Market,
    make_market,
)

CONTROLLED_ORIGINS = set(CONTROLLED)
EMBARGOED = {"RU", "BY"}
FIRST_DAY = np.datetime64("2022-07-01")
__all__ = [
    "CONTROLLED_ORIGINS",
    "EMBARGOED",
    "TYPOLOGIES",
    "Knobs",
    "World",
    "make_contracts",
    "vary",
]


@dataclass(frozen=True)
class World:
    """Shipments by date, the truth row by row, and the true links between visible rows."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


def make_contracts(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """Make a world of ``lines`` shipment lines, of which ``knobs.coverage`` are visible.

    Examples
    --------
    >>> make_contracts(3000, seed=1).shipments.num_rows
    3000
    """
    knobs = knobs or Knobs()
    rng = np.random.default_rng([seed, 20])
    market = make_market(
        rng,
        max(600, round(lines * knobs.firms_per_thousand / 1000)),
        tail=knobs.tail,
        mean_range=knobs.mean_range,
        startups=knobs.startups,
    )
    chains = max(len(PLANTED), round(lines * knobs.chains_per_million / 1e6))
    planted = planted_book(rng, market, chains, knobs)
    orders, kind = call_off(rng, market, planted, knobs, planted=True)
    groups = [send(rng, market, orders)]
    groups[0] = keep_rows(groups[0], groups[0].journey < chains)
    kinds = [kind[groups[0].journey]]
    mean_lines = 1.7 * (1 - knobs.onward) + 4.7 * knobs.onward
    book = lawful_book(
        rng, market, round(knobs.contracted * lines / mean_lines / knobs.calls), knobs, False
    )
    for lawful in (take(book, possible(market, book)), cover_book(rng, market, planted, knobs)):
        orders, kind = call_off(rng, market, lawful, knobs, planted=False)
        groups.append(send(rng, market, orders))
        kinds.append(kind[groups[-1].journey])
    groups.append(pools(rng, market, knobs.stocked * lines, knobs))
    kinds.append(np.full(len(groups[-1].day), TYPOLOGIES.index("stock")))
    left = lines - sum(len(group.day) for group in groups)
    if left > 0:
        book = lawful_book(rng, market, round(left * 1.25) + 100, knobs, True)
        orders, kind = call_off(
            rng, market, take(book, possible(market, book)), knobs, planted=False
        )
        share = 1 / (1 + rng.choice(4, len(kind), p=PART_SHARES))
        share = share * rng.lognormal(0, 0.3, len(kind))
        alone = np.ones(len(kind), np.int64)
        orders = replace(orders, quantity=orders.quantity * share, parts=alone)
        rows = send(rng, market, orders)
        groups.append(keep_rows(rows, np.arange(len(rows.day)) < left))
        kinds.append(kind[groups[-1].journey])
    return _world(rng, market, groups, np.concatenate(kinds), knobs, lines)


def _world(
    rng: np.random.Generator,
    market: Market,
    groups: list[Rows],
    kind: Ints,
    knobs: Knobs,
    lines: int,
) -> World:
    day = np.concatenate([group.day for group in groups])
    n, planted = len(day), len(groups[0].day)
    seen = rng.random(n) < knobs.coverage
    if n > lines:  # lawful lines beyond the wanted number fall out of sight
        seen[rng.choice(np.arange(planted, n), n - lines, replace=False)] = False
    order = np.lexsort((rng.random(n), day))
    order = order[seen[order]]
    place = np.full(n, -1)
    place[order] = np.arange(len(order))
    starts = np.cumsum([0] + [len(group.day) for group in groups])
    links = [
        (place[group.source + start], place[group.target + start])
        for group, start in zip(groups, starts, strict=False)
    ]

    def column(name: str) -> Ints:
        return np.asarray(
            np.concatenate([getattr(group, name) for group in groups])[order], np.int64
        )

    quantity = np.concatenate([group.quantity for group in groups])[order]
    garbled = np.concatenate([group.garbled for group in groups])[order]
    errors = rng.random(len(order)) < knobs.typos
    exporter, consignee, day, code = (
        column("exporter"),
        column("consignee"),
        day[order],
        column("code"),
    )
    positive = order < planted
    kind = kind[order]
    for firm in (exporter, consignee):
        young = (market.birth[firm] > 0) & (day < market.birth[firm] + 365)
        kind[~positive & young] = TYPOLOGIES.index("startup")
        kind[~positive & (day >= market.move_day[firm])] = TYPOLOGIES.index("moved")
    kind[~positive & errors] = TYPOLOGIES.index("unit_error")
    chain = np.where(positive, column("journey"), -1)
    truth = pa.table(
        {
            "positive": positive,
            "chain_id": chain.astype(np.int32),
            "hop": np.where(positive, column("hop"), -1).astype(np.int8),
            "typology": pa.DictionaryArray.from_arrays(
                kind.astype(np.int32), list(TYPOLOGIES)
            ).cast("string"),
            "exporter_firm": exporter.astype(np.int32),
            "consignee_firm": consignee.astype(np.int32),
            "exporter_group": market.owner[exporter].astype(np.int32),
            "consignee_group": market.owner[consignee].astype(np.int32),
        }
    )
    shipments = _shipments(
        rng, market, (exporter, consignee, day, code), quantity, garbled | errors
    )
    return World(shipments, truth, _edges(links[:1]), _edges(links[1:]))


def _edges(links: list[tuple[Ints, Ints]]) -> pa.Table:
    source, target = (np.concatenate([link[side] for link in links]) for side in (0, 1))
    both = (source >= 0) & (target >= 0)
    return pa.table({"from_row": source[both], "to_row": target[both]})


def _names(rng: np.random.Generator, market: Market) -> pa.Array:
    heads = [
        a + b
        for a in [
            "Bal",
            "Cor",
            "Dun",
            "Fel",
            "Gar",
            "Hol",
            "Jas",
            "Kel",
            "Lom",
            "Mar",
            "Nor",
            "Ost",
            "Pel",
            "Rud",
            "Sil",
            "Tar",
        ]
        for b in ["ado", "ena", "iko", "ulta", "ersa", "ovi"]
    ]
    tails = [
        "Trading",
        "Supply",
        "Technik",
        "Import",
        "Impex",
        "Group",
        "Systems",
        "Logistics",
        "Components",
        "Holding",
        "Union",
        "Line",
    ]
    forms = ["Ltd", "GmbH", "LLC", "Co", "SA", "AS", "Inc", "BV"]
    number = rng.permutation(len(market.kind) * 3)[: len(market.kind)]
    a, b, c = len(heads), len(tails), len(forms)
    return pa.array(
        f"{heads[i % a]} {heads[i * 7 // a % a]} {tails[i // (a * a) % b]} {i // 97 % 900 + 1} {forms[i % c]}"
        for i in number.tolist()
    )


def _shipments(
    rng: np.random.Generator,
    market: Market,
    keys: tuple[Ints, Ints, Ints, Ints],
    quantity: Floats,
    garbled: Bools,
) -> pa.Table:
    exporter, consignee, day, code = keys
    n = len(day)
    mass = quantity * market.unit_mass_kg[code] * rng.lognormal(0, 0.05, n)
    value = quantity * market.price[code] * rng.lognormal(0, 0.25, n)
    unit = np.where(COUNTED[code], 0, 1)
    way = np.where(garbled, rng.integers(1, 4, n), 0)
    written = np.where(
        way == 1, quantity * 1000, np.where(way == 2, np.ceil(quantity / 12), quantity)
    )
    written = np.where((way == 3) & (unit == 0), np.round(mass, 1) + 0.1, written)
    unit = np.where(way == 3, 1 - unit, np.where((way == 2) & (unit == 0), 2, unit))
    names = _names(rng, market)

    def firm_columns(role: str, firm: Ints) -> dict[str, pa.Array]:
        moved = day >= market.move_day[firm]
        country = np.where(moved, market.new_country[firm], market.country[firm])
        where = pa.DictionaryArray.from_arrays(country.astype(np.int32), COUNTRIES.tolist())
        written_name = pa.DictionaryArray.from_arrays(firm.astype(np.int32), names)
        return {role: written_name, f"{role}_country": where}

    one, two = firm_columns("exporter", exporter), firm_columns("consignee", consignee)
    ids = (
        rng.permutation(n).astype(np.uint64) * np.uint64(0x9E3779B1)
        + np.uint64(rng.integers(1 << 31))
    ) & np.uint64(0xFFFFFFFF)
    return pa.table(
        {
            "shipment_id": pa.array([f"{i:08x}" for i in ids.tolist()]),
            "line_no": np.ones(n, np.int32),
            "date": pa.array(FIRST_DAY + day.astype("timedelta64[D]"), pa.date32()),
            **one,
            **two,
            "export_country": one["exporter_country"],
            "destination_country": two["consignee_country"],
            "hs_code": pa.DictionaryArray.from_arrays(code.astype(np.int32), CODES.tolist()),
            "quantity": written,
            "unit": pa.DictionaryArray.from_arrays(unit.astype(np.int32), ["NAR", "KGM", "DZN"]),
            "net_mass_kg": np.maximum(0.001, np.round(mass, 3)),
            "value": np.maximum(0.01, np.round(value, 2)),
            "currency": pa.DictionaryArray.from_arrays(np.zeros(n, np.int32), ["USD"]),
        }
    )

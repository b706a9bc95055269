"""A plain fictional world of trade with planted diversions, drawn without simulating any stock.

Firms with Pareto sizes each trade a handful of HS6 codes. *Relations* (exporter, consignee, code) repeat and
make most lines. *Routes* take goods through one to four firms in third countries and repeat too; a route
is planted when goods that are neither food nor medicine go from a controlled origin to the embargo, and lawful
otherwise. Both sorts are drawn by the same code, so that only where the goods come from and go to differs.
A journey is made of parcels, which each leg carries in one line or in several; two lines are linked when they
share a parcel. Names and codes are fictional.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from benchmarks.flow.plainworld.firms import (
    Firms,
    Goods,
    draw_relations,
    join_relations,
)
from benchmarks.flow.plainworld.journeys import (
    Lines,
    companions,
    draw_journeys,
    draw_routes,
    join_lines,
    repeat_relations,
)
from benchmarks.flow.plainworld.knobs import (
    BACKGROUND,
    CONTROLLED_ORIGINS,
    COUNTRIES,
    DAYS,
    DECOYS,
    EMBARGOED,
    ERROR,
    FIRST_DAY,
    HANDLINGS,
    MOVED,
    START_UP,
    TYPOLOGIES,
    UNITS,
    WARM_UP,
    Ints,
    Knobs,
    vary,
)

__all__ = [
    "CONTROLLED_ORIGINS",
    "COUNTRIES",
    "DECOYS",
    "EMBARGOED",
    "HANDLINGS",
    "Knobs",
    "World",
    "make_plain",
    "vary",
]


@dataclass(frozen=True, slots=True)
class World:
    """Shipments by date, and what is true of them row by row."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


def make_plain(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """Make a world of `lines` shipment lines, of which the share `knobs.coverage` is visible.

    Parameters
    ----------
    lines
        Lines before coverage; at least some 100,000 if every typology is to be planted.
    seed
        The same seed and knobs give the same world.
    knobs
        Defaults to `Knobs()`.

    Examples
    --------
    >>> make_plain(20_000, seed=1).shipments.num_rows
    20000
    """
    knobs = knobs or Knobs()
    rng = np.random.default_rng([seed, 1])
    goods = Goods(rng, knobs.codes)
    firms = Firms(rng, goods, lines, knobs)
    known = draw_relations(rng, firms, int(lines * (1 - knobs.forwarded) / knobs.repeats), knobs)
    parts, links, made = [], [], 0
    relations = [known]
    lawful = int(lines * knobs.forwarded / 4.4)
    chains = max(1, round(lines * knobs.chains_per_million / 1e6 * (1 + WARM_UP / DAYS / 2)))
    for count, planted in ((chains, True), (lawful, False)):
        routes = draw_routes(
            rng, firms, known, max(1, round(count / knobs.route_repeats)), knobs, planted=planted
        )
        relations.append(companions(rng, goods, routes, knobs))
        part, link = draw_journeys(rng, firms, routes, count, knobs, planted=planted)
        parts.append(part)
        links.append(link + made)
        made += len(part.day)
    moving = join_lines(parts)
    parts.append(
        repeat_relations(
            rng, firms, join_relations(relations), max(0, lines - int(moving.keep.sum())), knobs
        )
    )
    whole = join_lines(parts)
    seen = np.flatnonzero(whole.keep & (rng.random(len(whole.day)) < knobs.coverage))
    seen = seen[np.lexsort([rng.random(len(seen)), whole.day[seen]])]
    place = np.full(len(whole.day), -1)
    place[seen] = np.arange(len(seen))
    link = np.concatenate(links)
    bad = (whole.chain[link[:, 0]] >= 0) & (whole.chain[link[:, 1]] >= 0)
    both = (place[link] >= 0).all(axis=1)
    table, truth = _tables(rng, firms, whole.take(seen), knobs)
    return World(table, truth, _pairs(place[link[both & bad]]), _pairs(place[link[both & ~bad]]))


def _pairs(link: Ints) -> pa.Table:
    link = link[np.lexsort([link[:, 1], link[:, 0]])]
    return pa.table({"from_row": link[:, 0], "to_row": link[:, 1]})


def _names(rng: np.random.Generator, count: int) -> list[str]:
    parts = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u")]
    forms = [
        "Trading",
        "Ltd",
        "GmbH",
        "LLC",
        "Group",
        "Industrial",
        "Supply",
        "Co",
        "Logistics",
        "SA",
    ]
    n = len(parts)
    numbers = rng.permutation(n**3)[:count] if count <= n**3 else rng.permutation(count)
    form = rng.integers(0, len(forms), count)
    return [
        f"{(parts[i % n] + parts[i // n % n] + parts[i // n // n % n]).title()} {forms[f]}"
        + (f" {i // n**3}" if i >= n**3 else "")
        for i, f in zip(numbers.tolist(), form.tolist(), strict=True)
    ]


def _tables(
    rng: np.random.Generator, firms: Firms, x: Lines, knobs: Knobs
) -> tuple[pa.Table, pa.Table]:
    """Write the lines as they would be declared, and the truth beside them."""
    goods, n = firms.goods, len(x.day)
    coarse = 10.0 ** (np.floor(np.log10(np.maximum(x.amount, 1e-9))) - 1)
    amount = np.where(rng.random(n) < 0.2, np.rint(x.amount / coarse) * coarse, x.amount)
    unit = goods.unit[x.code]
    amount = np.where(
        unit == 0, np.maximum(1.0, np.rint(amount)), np.maximum(0.1, np.round(amount, 1))
    )
    mass = amount * goods.weight[x.code]
    typo = rng.random(n) < knobs.unit_errors
    wrong, how = typo | x.misdeclared, rng.random(n)
    other = np.where(unit == 1, 4, 1)  # kilograms become tonnes, all else kilograms
    value = np.where(unit == 1, amount / 1000, mass)
    quantity = np.where(wrong & (how < 0.75), np.maximum(np.round(value, 3), 0.001), amount)
    declared = np.where(
        wrong & ((how < 0.4) | (how >= 0.75)), other, unit
    )  # one of the two, or both
    mass = np.maximum(np.round(mass * np.exp(rng.normal(0, 0.05, n)), 2), 0.01)
    at, to = (
        np.where(x.day >= firms.moves[f], firms.later[f], firms.country[f])
        for f in (x.exporter, x.consignee)
    )
    kinds = np.cumsum([0, *map(len, COUNTRIES)])
    through = kinds[firms.kind[x.exporter]] + (
        rng.random(n) * np.diff(kinds)[firms.kind[x.exporter]]
    ).astype(np.int64)
    via = np.where(rng.random(n) < 0.02, through, at)
    moved = (x.day >= firms.moves[x.exporter]) | (x.day >= firms.moves[x.consignee])
    young = (firms.founded[x.exporter] > 0) | (firms.founded[x.consignee] > 0)
    label, positive = x.typology, x.chain >= 0
    label = np.where((label == BACKGROUND) & young, START_UP, label)
    label = np.where((label == BACKGROUND) & moved, MOVED, label)
    label = np.where(wrong & ~positive, ERROR, label)
    names = _names(rng, firms.count)

    def words(index: Ints, values: list[str]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32)), pa.array(values))

    numbers = (
        rng.permutation(n).astype(np.uint64) * np.uint64(2654435761) + np.uint64(97)
    ) % np.uint64(2**32)
    shipments = pa.table(
        {
            "shipment_id": pa.array([f"{i:08x}" for i in numbers.tolist()]),
            "line_no": np.ones(n, np.int32),
            "date": pa.array((FIRST_DAY + x.day).astype("datetime64[D]")),
            "exporter": words(x.exporter, names),
            "exporter_country": words(at, firms.places),
            "consignee": words(x.consignee, names),
            "consignee_country": words(to, firms.places),
            "export_country": words(via, firms.places),
            "destination_country": words(to, firms.places),
            "hs_code": words(x.code, goods.hs),
            "quantity": quantity.astype(np.float64),
            "unit": words(declared, UNITS),
            "net_mass_kg": pa.array(mass, mask=rng.random(n) < 0.1),
        }
    )
    truth = pa.table(
        {
            "positive": positive,
            "chain_id": x.chain.astype(np.int32),
            "hop": x.hop.astype(np.int8),
            "typology": words(label, TYPOLOGIES),
            "exporter_firm": x.exporter.astype(np.int32),
            "consignee_firm": x.consignee.astype(np.int32),
            "exporter_group": firms.group[x.exporter].astype(np.int32),
            "consignee_group": firms.group[x.consignee].astype(np.int32),
        }
    )
    return shipments, truth

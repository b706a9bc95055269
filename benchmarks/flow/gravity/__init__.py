"""A fictional world of trade by gravity, with networks that divert goods planted in it.

`market` draws the background, `rings` weaves networks of firms into its relations,
`flows` sends their consignments, and this module writes the tables.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from benchmarks.flow.gravity.flows import Planted, plant
from benchmarks.flow.gravity.goods import CONTROLLED, EMBARGOED_CLASS, THIRD, countries
from benchmarks.flow.gravity.knobs import Knobs, vary
from benchmarks.flow.gravity.market import (
    DAYS,
    PARTS,
    Bools,
    Firms,
    Floats,
    Ints,
    Market,
    draw_market,
)
from benchmarks.flow.gravity.routes import DIVERSIONS, LAWFUL

__all__ = [
    "CONTROLLED_ORIGINS",
    "DECOYS",
    "EMBARGOED",
    "TYPOLOGIES",
    "Knobs",
    "World",
    "make_gravity",
    "vary",
]

_LAND = countries()
CONTROLLED_ORIGINS = {c for c, k in zip(_LAND.codes, _LAND.kind, strict=True) if k == CONTROLLED}
EMBARGOED = {c for c, k in zip(_LAND.codes, _LAND.kind, strict=True) if k == EMBARGOED_CLASS}
TYPOLOGIES = tuple(DIVERSIONS)
"""What `typology` says on the lines of a diversion."""
DECOYS = (*LAWFUL, "start_up", "seasonal", "moved", "unit_error")
"""What `typology` says on the lawful lines that look like something; others say nothing."""

_BEGIN = np.datetime64("2023-01-01")
_UNITS = ("NAR", "KGM", "LTR", "MTR", "TNE")
_SYLLABLES = [a + b for a in "bdfgklmnprst" for b in "aeio"]
_FORMS = ("Ltd", "GmbH", "Trading", "Co", "LLC", "Export", "SA", "Group", "Logistics", "Technics")


@dataclass(frozen=True, slots=True)
class World:
    """A world: what is declared, and what is true, row by row.

    Attributes
    ----------
    shipments
        One row a line, by date: `shipment_id`, `line_no`, `date`, `exporter`, `exporter_country`,
        `consignee`, `consignee_country`, `export_country`, `destination_country`, `hs_code`,
        `part_number` (null: none written), `quantity`, `unit`, `net_mass_kg` (null: not written).
    truth
        Of each row `positive`, `chain_id` and `hop` (-1: none), `typology` (one of `TYPOLOGIES`,
        `DECOYS` or empty), `exporter_firm`, `consignee_firm`, `exporter_group`, `consignee_group`.
    edges, legal_edges
        `from_row`, `to_row` (int32): lots of diversions, and of lawful flows, that went on.
    """

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


def _names(n: int, rng: np.random.Generator) -> list[str]:
    """Names of firms, each once."""
    base = len(_SYLLABLES)
    code = (np.arange(n) * 1_299_709 + int(rng.integers(0, base**4))) % base**4
    form = rng.integers(0, len(_FORMS), n)
    names = []
    for c, f in zip(code.tolist(), form.tolist(), strict=True):
        word = "".join(_SYLLABLES[c // base**k % base] for k in range(4))
        names.append(f"{word.capitalize()} {_FORMS[f]}")
    return names


def _places(
    firms: Firms, seller: Ints, buyer: Ints, day: Ints, knobs: Knobs, rng: np.random.Generator
) -> tuple[Ints, Ints, Bools]:
    """Countries of both parties on the day, and whether one of them has moved by then."""
    n = len(firms.country)
    third = np.flatnonzero(_LAND.kind == THIRD)
    weight = _LAND.mass[third] / _LAND.mass[third].sum()
    leaves = (rng.random(n) < knobs.moved) & (_LAND.kind[firms.country] == THIRD)
    when = np.where(leaves, rng.integers(120, DAYS - 120, n), DAYS)
    target = np.where(leaves, rng.choice(third, n, p=weight), firms.country)
    a, b = (np.where(day >= when[x], target[x], firms.country[x]) for x in (seller, buyer))
    # A move next door to the partner leaves the line what it was.
    same = a == b
    a, b = np.where(same, firms.country[seller], a), np.where(same, firms.country[buyer], b)
    changed = (a != firms.country[seller]) | (b != firms.country[buyer])
    return a, b, changed


def _quantities(
    market: Market, knobs: Knobs, rng: np.random.Generator
) -> tuple[Floats, Ints, Floats, Bools]:
    """Quantity and unit as declared, net mass, and where the unit or power of ten is mistyped."""
    r, lines, of = market.relations, market.lines, market.lines.relation
    n = len(of)
    pack = r.pack[of]
    quantity = np.maximum(np.rint(np.exp(r.usual[of] + lines.deviation) / pack), 1.0) * pack
    mass = quantity * np.exp(r.log_mass[of])
    usual_unit = np.array([_UNITS.index(x) for x in market.goods.unit])[r.heading[of]]
    odd = r.odd_unit[of]
    unit = np.where(odd, np.where(usual_unit == 1, 4, 1), usual_unit)
    declared = np.where(
        odd, np.where(usual_unit == 1, quantity / 1000, np.round(mass, 2)), quantity
    )
    wrong = rng.random(n) < knobs.unit_errors
    how = rng.integers(0, 4, n)
    unit = np.where(wrong & (how < 2), np.where(unit == 1, 0, 1), unit)
    factor: Floats = np.where(how == 2, 1000.0, np.where(how == 3, 0.001, 1.0))
    declared = np.maximum(np.where(wrong, declared * factor, declared), 0.001)
    return np.round(declared, 3).astype(np.float64), unit, mass * rng.lognormal(0, 0.02, n), wrong


def _goods(market: Market, rng: np.random.Generator) -> tuple[pa.Array, pa.Array]:
    """Codes and part numbers as declared, dictionary-encoded."""
    r, lines, of = market.relations, market.lines, market.lines.relation
    codes = market.goods.codes
    first = np.cumsum([0, *(len(x) for x in codes)])
    heading = r.heading[of]
    many = np.diff(first)[heading]
    hs = first[heading] + (r.code[of] + lines.shift) % many
    other = heading * PARTS + (rng.random(len(of)) ** 2 * PARTS).astype(np.int64)
    part = np.where(lines.own_part, r.part[of], other)
    letters = rng.integers(0, 26, (len(codes) * PARTS, 2))
    numbers = rng.permutation(90_000)[: len(codes) * PARTS] + 10_000
    parts = [
        f"{chr(65 + a)}{chr(65 + b)}{c}"
        for (a, b), c in zip(letters.tolist(), numbers.tolist(), strict=True)
    ]
    return (
        pa.DictionaryArray.from_arrays(
            pa.array(hs, pa.int32()), [x for code in codes for x in code]
        ),
        pa.DictionaryArray.from_arrays(pa.array(part, pa.int32(), mask=~r.has_part[of]), parts),
    )


def _links(pairs: list[tuple[int, int]], place: Ints) -> pa.Table:
    """Edges between lines as drawn, as edges between the rows that are seen."""
    ends = place[np.array(pairs, dtype=np.int64).reshape(-1, 2)]
    ends = ends[(ends >= 0).all(axis=1)]
    ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
    return pa.table(
        {"from_row": pa.array(ends[:, 0], pa.int32()), "to_row": pa.array(ends[:, 1], pa.int32())}
    )


def _kinds(market: Market, planted: Planted, moved: Bools, wrong: Bools) -> Ints:
    """What each line is, in the labels of `planted`."""
    relation = market.lines.relation
    seasonal = market.goods.season[market.relations.heading[relation]] >= 0.5
    kind = planted.kind
    for mask, label in ((moved, "moved"), (wrong, "unit_error"), (seasonal, "seasonal")):
        kind = np.where((kind == 0) & mask, planted.label.index(label), kind)
    return kind


def make_gravity(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """Make a world of about `lines` lines, of which the share `knobs.coverage` is seen.

    Parameters
    ----------
    lines
        Lines before some are hidden; 20,000 at least, so that all typologies find room.
    seed
        The same seed and knobs make the same world.
    knobs
        An ordinary market where null.

    Examples
    --------
    >>> world = make_gravity(20_000, seed=1)
    >>> world.shipments.num_rows == world.truth.num_rows == 20_000
    True
    """
    knobs = knobs or Knobs()
    rng = np.random.default_rng([seed, 0x6EA7])
    market = draw_market(lines, knobs, rng)
    planted = plant(market, knobs, rng)
    r, firms, of = market.relations, market.firms, market.lines.relation
    seller, buyer, day = r.seller[of], r.buyer[of], market.lines.day
    origin, target, moved = _places(firms, seller, buyer, day, knobs, rng)
    quantity, unit, mass, wrong = _quantities(market, knobs, rng)
    hs, part = _goods(market, rng)
    kind = _kinds(market, planted, moved, wrong)
    names = pa.array(_names(len(firms.country), rng))
    no_mass = rng.random(lines) < 0.15
    order = np.lexsort((rng.random(lines), day))
    order = order[rng.random(lines) < knobs.coverage]
    place = np.full(lines, -1, dtype=np.int64)
    place[order] = np.arange(len(order))

    def coded(index: Ints, values: pa.Array) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(index[order], pa.int32()), values)

    land = pa.array(_LAND.codes)
    begins, ends = coded(origin, land), coded(target, land)
    shipments = pa.table(
        {
            "shipment_id": pa.array(rng.permutation(9 * lines)[: len(order)] + 10 * lines).cast(
                pa.string()
            ),
            "line_no": pa.array(np.ones(len(order)), pa.int32()),
            "date": pa.array(_BEGIN + day[order]),
            "exporter": coded(seller, names),
            "exporter_country": begins,
            "consignee": coded(buyer, names),
            "consignee_country": ends,
            "export_country": begins,
            "destination_country": ends,
            "hs_code": hs.take(pa.array(order)),
            "part_number": part.take(pa.array(order)),
            "quantity": quantity[order],
            "unit": coded(unit, pa.array(_UNITS)),
            "net_mass_kg": pa.array(np.round(mass[order], 3), mask=no_mass[order]),
        }
    )
    truth = pa.table(
        {
            "positive": planted.chain[order] >= 0,
            "chain_id": pa.array(planted.chain[order], pa.int32()),
            "hop": pa.array(planted.hop[order], pa.int8()),
            "typology": coded(kind, pa.array(planted.label)),
            "exporter_firm": pa.array(seller[order], pa.int32()),
            "consignee_firm": pa.array(buyer[order], pa.int32()),
            "exporter_group": pa.array(firms.group[seller[order]], pa.int32()),
            "consignee_group": pa.array(firms.group[buyer[order]], pa.int32()),
        }
    )
    return World(shipments, truth, _links(planted.edges, place), _links(planted.legal_edges, place))

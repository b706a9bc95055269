"""A fictional trade in small parcels, with diversions hidden in it.

Sellers buy in bulk and send many parcels, collectors gather small buys and send them on. Lawful and
planted consignments are made by the same steps and by the same firms; a planted one differs only in
that it starts in a controlled origin and ends in an embargoed country.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from benchmarks.flow.parcels import catalogue as cat
from benchmarks.flow.parcels.catalogue import Ints
from benchmarks.flow.parcels.journeys import KINDS, LABELS, Legs, travel
from benchmarks.flow.parcels.market import DAYS, Knobs, Market, found_market

__all__ = ["CONTROLLED_ORIGINS", "EMBARGOED", "KINDS", "Knobs", "World", "make_parcels", "vary"]

CONTROLLED_ORIGINS = frozenset(cat.CONTROLLED)
EMBARGOED = frozenset(cat.EMBARGOED_WEIGHTS)
FIRST_DAY = np.datetime64("2023-01-02", "D")
COUNTRIES = [*cat.CONTROLLED, *cat.THIRD, *cat.EMBARGOED_WEIGHTS]


@dataclass(frozen=True, slots=True)
class World:
    """Shipment lines, the truth about each, and which line's goods went on in which."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


def vary(seed: int) -> Knobs:
    """Draw all knobs in wide ranges; coverage, sister and reclassified from a few steps."""
    rng = np.random.default_rng([seed, 77])
    hops = rng.dirichlet([9.0, 4.5, 2.0, 1.0])
    return Knobs(
        coverage=float(rng.choice([1.0, 0.8, 0.5, 0.3])),
        planted=float(rng.uniform(0.006, 0.011)),
        reclassified=float(rng.choice([0.05, 0.1, 0.2, 0.4])),
        sister=float(rng.choice([0.05, 0.1, 0.2, 0.4])),
        desks=float(np.exp(rng.uniform(np.log(0.06), np.log(0.4)))),
        firms=float(rng.uniform(0.1, 0.35)),
        tail=float(rng.uniform(1.05, 1.6)),
        crowding=float(rng.uniform(0.1, 0.6)),
        facing=float(rng.uniform(0.06, 0.25)),
        repeats=float(rng.uniform(1.5, 6)),
        partners=float(rng.uniform(1.5, 7)),
        parcels=float(rng.uniform(1.4, 3.5)),
        lag=float(rng.uniform(4, 20)),
        leftover=float(rng.uniform(0.1, 0.5)),
        typing_errors=float(rng.uniform(0.001, 0.01)),
        returns=float(rng.uniform(0.0, 0.08)),
        moved=float(rng.uniform(0.01, 0.06)),
        newcomers=float(rng.uniform(0.1, 0.4)),
        hops=(float(hops[0]), float(hops[1]), float(hops[2]), float(hops[3])),
    )


def _cut(legs: Legs, room: int) -> Ints:
    """Legs of the first journeys that fit into `room` visible lines."""
    seen = np.cumsum(legs.visible)
    if not len(seen) or seen[-1] < room:
        raise ValueError("too few journeys were made to fill the world")
    ends = np.r_[legs.journey[1:] != legs.journey[:-1], True]
    fits = np.flatnonzero(ends & (seen <= room))
    stop = int(fits[-1]) + 1 if len(fits) else 0
    return np.flatnonzero(legs.visible[:stop])


def _enough(
    market: Market, room: int, planted: bool, knobs: Knobs, rng: np.random.Generator
) -> Legs:
    """Make journeys until they show at least `room` lines."""
    count = int(room / (4.0 if planted else 2.2)) + 50
    while True:
        legs = travel(market, count, planted, knobs, rng)
        if legs.visible.sum() >= room:
            return legs
        count = int(count * 1.3 * max(1.0, room / max(1, int(legs.visible.sum()))))


def make_parcels(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """Make a world of `lines` lines, of which a share `coverage` is seen.

    Parameters
    ----------
    lines
        Lines of the whole world, before `knobs.coverage` hides some.
    seed
        The same seed and knobs make the same world.
    knobs
        What differs between worlds; the defaults if None.
    """
    knobs = knobs or Knobs()
    rng = np.random.default_rng([seed, lines])
    market = found_market(lines, knobs, rng)
    bad = _enough(market, max(8, round(lines * knobs.planted)), True, knobs, rng)
    bad_rows = _cut(bad, max(8, round(lines * knobs.planted)))
    room = lines - len(bad_rows)
    good = _enough(market, room, False, knobs, rng)
    # Cutting inside the last journey fills the world to the line.
    good_rows = np.flatnonzero(good.visible)[:room]
    return _assemble(market, knobs, rng, (bad, bad_rows), (good, good_rows))


def _assemble(
    market: Market,
    knobs: Knobs,
    rng: np.random.Generator,
    bad: tuple[Legs, Ints],
    good: tuple[Legs, Ints],
) -> World:
    """Lay out both kinds of legs in one table by date."""
    (b, br), (g, gr) = bad, good

    def both(name: str) -> Ints:
        column: Ints = np.r_[getattr(b, name)[br], getattr(g, name)[gr]]
        return column

    day, hop, label = both("day").astype(np.int64), both("hop"), both("label")
    exporter, consignee, hs = both("exporter"), both("consignee"), both("hs")
    quantity, unit = both("quantity").astype(np.float64), both("unit")
    n, planted = len(day), len(br)
    journey = both("journey")
    journey[planted:] = -1
    # Some parcels come back: they take the places of lawful rows that end a journey.
    back = np.flatnonzero(both("last").astype(bool) & (rng.random(n) < knobs.returns))
    take = planted + rng.permutation(n - planted)[: len(back)]
    gone = np.zeros(n, bool)
    gone[take] = True
    back = back[~gone[back] & (exporter[back] != consignee[back])][: len(take)]
    take = take[: len(back)]
    gone[:] = False
    gone[take] = True
    exporter[take], consignee[take] = consignee[back], exporter[back]
    hs[take], unit[take], hop[take] = hs[back], unit[back], -1
    quantity[take] = np.maximum(1, np.round(quantity[back] * rng.choice([0.2, 0.5, 1], len(back))))
    day[take] = np.minimum(day[back] + rng.integers(5, 40, len(back)), DAYS - 1)
    label[take] = LABELS.index("return")

    slip = rng.random(n) < knobs.typing_errors
    quantity[slip] *= rng.choice([0.1, 10, 100, 1000], int(slip.sum()))
    kilos = rng.lognormal(-2.5, 1.6, len(cat.HS_CODES))[hs]
    price = rng.lognormal(3.5, 1.0, len(cat.HS_CODES))[hs] * rng.lognormal(0, 0.35, n)
    mass = quantity * kilos * rng.lognormal(0, 0.12, n)
    worth = quantity * kilos * price
    declared = np.array([cat.UNITS.index(u) for u in cat.HS_UNIT])[hs]
    named = np.array([0, cat.UNITS.index("DZN"), cat.UNITS.index("CEN"), cat.UNITS.index("MIL"),
                      cat.UNITS.index("KGM")])  # fmt: skip
    declared = np.where(unit > 0, named[unit], declared)
    quantity = np.where(unit == 4, np.maximum(0.01, np.round(mass, 2)), quantity)

    order = np.argsort(day + rng.random(n), kind="stable")
    order = order[rng.random(n) < knobs.coverage]
    sides = [
        np.where(day < market.move_day[f], market.firm_country[f], market.country_after[f])[order]
        for f in (exporter, consignee)
    ]
    e, c = exporter[order], consignee[order]
    firms, codes = np.unique(np.r_[e, c], return_inverse=True)
    names = pa.array(cat.firm_names(len(firms), rng))
    lands = pa.array(COUNTRIES)

    def words(index: Ints, values: pa.Array) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32)), values)

    marks = rng.permutation(9_000_000 if n < 3_000_000 else 9 * n)[: len(order)] + 1_000_000
    shipments = pa.table({
        "shipment_id": pa.array([f"P{m}" for m in marks.tolist()]),
        "line_no": pa.array(np.ones(len(order), np.int32)),
        "date": pa.array(FIRST_DAY + day[order].astype("timedelta64[D]")),
        "exporter": words(codes[: len(e)], names),
        "exporter_country": words(sides[0], lands),
        "consignee": words(codes[len(e) :], names),
        "consignee_country": words(sides[1], lands),
        "export_country": words(sides[0], lands),
        "destination_country": words(sides[1], lands),
        "hs_code": words(hs[order], pa.array(cat.HS_CODES)),
        "quantity": quantity[order],
        "unit": words(declared[order], pa.array(cat.UNITS)),
        "net_mass_kg": np.maximum(0.001, np.round(mass[order], 3)),
        "value": np.maximum(0.01, np.round(worth[order], 2)),
        "currency": words(np.zeros(len(order), np.int64), pa.array(["USD"])),
    })  # fmt: skip
    truth = pa.table({
        "positive": order < planted,
        "chain_id": journey[order].astype(np.int32),
        "hop": np.where(order < planted, hop[order], -1).astype(np.int8),
        "typology": words(label[order], pa.array(LABELS)),
        "exporter_firm": e.astype(np.int32),
        "consignee_firm": c.astype(np.int32),
        "exporter_group": market.firm_group[e].astype(np.int32),
        "consignee_group": market.firm_group[c].astype(np.int32),
    })  # fmt: skip
    place = np.full(n, -1)
    place[order] = np.arange(len(order))

    def joined(legs: Legs, rows: Ints, first: int) -> pa.Table:
        row = np.full(len(legs.day), -1)
        row[rows] = np.where(gone[first : first + len(rows)], -1, place[first : first + len(rows)])
        links = row[legs.links]
        links = links[(links >= 0).all(1)]
        links = links[np.lexsort((links[:, 1], links[:, 0]))]
        return pa.table({"from_row": links[:, 0], "to_row": links[:, 1]})

    return World(shipments, truth, joined(b, br, 0), joined(g, gr, planted))

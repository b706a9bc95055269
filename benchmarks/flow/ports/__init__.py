"""A fictional world of trade through ports, in which every lot, lawful or not, travels alike.

All goods that change hands more than once do so as *journeys*: a lot leaves an origin, calls at one
to four trading firms, is divided or joined there, and ends with a user. Lawful and diverted journeys
come from one and the same process and differ only in which ends they join. So no size, date, firm or
novelty of a pair tells them apart. Around them lie standing relations of a single leg.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.flow.ports import cast
from benchmarks.flow.ports.cast import Bools, Cast, Floats, Ints, make_cast
from benchmarks.flow.ports.travel import (
    PARTS,
    Knobs,
    Lines,
    Routes,
    draw_routes,
    draw_singles,
    draw_twins,
    travel,
)  # fmt: skip

__all__ = ["CONTROLLED_ORIGINS", "EMBARGOED", "Knobs", "World", "make_ports", "vary"]

CONTROLLED_ORIGINS = frozenset(cast.CONTROLLED)
EMBARGOED = {"RU", "BY"}


@dataclass(frozen=True, slots=True)
class World:
    """A table of shipments with, row by row, what is true of them and which links between them hold."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


def vary(seed: int) -> Knobs:
    """Draw all knobs in wide ranges, for many unlike worlds."""
    r = np.random.default_rng([seed, 77])
    u = r.uniform
    return Knobs(
        coverage=float(r.choice([1.0, 1.0, 0.8, 0.5, 0.3])),
        reclassified=float(r.choice([0.0, u(0.02, 0.2), 0.4])),
        sister=float(r.choice([0.0, u(0.02, 0.2), 0.4])),
        chains_per_million=u(1000, 2000), onward=u(0.025, 0.06), distributed=u(0.03, 0.08),
        reexported=u(0.004, 0.015), firms_per_line=float(np.exp(u(np.log(0.04), np.log(0.11)))),
        traders=u(0.25, 0.65), tail=u(0.5, 1.1), assortment=u(3, 8), codes_per_heading=u(1, 4),
        lag_days=u(6, 24), parts=u(0.3, 0.6), loss=u(0, 0.03), mixing=u(0.1, 0.5), slow=u(0.02, 0.1),
        across=u(0.02, 0.08), lost=u(0.02, 0.08), unit_errors=u(0.02, 0.08),
        typing_errors=u(0.005, 0.02), standing=u(0.2, 0.6),
    )  # fmt: skip


def _stated(rng: np.random.Generator, quantity: Floats) -> Floats:
    """Round as people state quantities: to whole numbers, a third of them to two figures."""
    scale = 10.0 ** np.floor(np.log10(np.maximum(quantity, 1.0)) - 1)
    coarse = (rng.random(len(quantity)) < 0.33) & (quantity > 40)
    whole = np.where(coarse, np.rint(quantity / scale) * scale, np.rint(quantity))
    return np.maximum(whole, 1.0)


def _text(values: npt.NDArray[np.object_], at: Ints) -> pa.DictionaryArray:
    # Only words in use, so that two tables with equal rows are equal.
    used, codes = np.unique(at, return_inverse=True)
    words, back = np.unique(values[used].astype(str), return_inverse=True)
    return pa.DictionaryArray.from_arrays(pa.array(back[codes].astype(np.int32)), pa.array(words))


def _tables(rng: np.random.Generator, cast: Cast, x: Lines) -> tuple[pa.Table, pa.Table]:
    """Write finished lines as they are declared, and what is true of them."""
    n = len(x.day)

    def home(firm: Ints) -> Ints:
        return np.where(x.day >= cast.move_day[firm], cast.country_after[firm], cast.country[firm])

    price = cast.price[x.code] * rng.lognormal(0, 0.35, n)
    value, mass = x.quantity * price, x.quantity * cast.mass[x.code] * rng.lognormal(0, 0.15, n)
    # A wrong unit: thousands stated as pieces, pieces stated as thousands, or mass stated as pieces.
    factor = np.select([x.odd == 1, x.odd == 2, x.odd == 3], [1e-3, 1e3, mass / x.quantity], 1.0)
    euro = np.isin(cast.countries[home(x.seller)], ("DE", "NL", "FR", "IT", "FI", "AT"))
    ids = np.char.add("D", np.char.zfill((rng.permutation(8 * n)[:n] + 8 * n).astype(str), 8))
    shipments = pa.table({
        "shipment_id": pa.array(ids), "line_no": pa.array(np.ones(n, np.int32)),
        "date": pa.array((x.day + 19358).astype(np.int32)).cast(pa.date32()),
        "exporter": _text(cast.names, x.seller),
        "exporter_country": _text(cast.countries, home(x.seller)),
        "consignee": _text(cast.names, x.buyer),
        "consignee_country": _text(cast.countries, home(x.buyer)),
        "export_country": _text(cast.countries, home(x.place)),
        "destination_country": _text(cast.countries, home(x.buyer)),
        "hs_code": _text(cast.hs, x.code),
        "quantity": pa.array(_stated(rng, x.quantity * factor)), "unit": _text(cast.unit, x.code),
        "net_mass_kg": pa.array(np.round(mass, 2)), "value": pa.array(np.round(value, 2)),
        "currency": pa.array(np.where(euro, "EUR", "USD")),
    })  # fmt: skip
    planted = x.kind == 0
    truth = pa.table({
        "positive": pa.array(planted),
        "chain_id": pa.array(np.where(planted, x.chain, -1).astype(np.int32)),
        "hop": pa.array(np.where(planted, x.hop, -1).astype(np.int8)),
        "typology": pa.array(x.label.astype(str)),
        "exporter_firm": pa.array(x.seller.astype(np.int32)),
        "consignee_firm": pa.array(x.buyer.astype(np.int32)),
        "exporter_group": pa.array(cast.group[x.seller].astype(np.int32)),
        "consignee_group": pa.array(cast.group[x.buyer].astype(np.int32)),
    })  # fmt: skip
    return shipments, truth


def make_ports(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """Make a world of about `lines` lines (before `knobs.coverage` hides some of them).

    Parameters
    ----------
    lines
        Lines of the world as it happened; at least some ten thousand to hold all kinds of journey.
    seed
        The same seed and knobs give the same world.
    knobs
        What the world is like; the defaults when absent.
    """
    k = knobs or Knobs()
    rng = np.random.default_rng([seed, 4211])
    firms = max(600, int(k.firms_per_line * lines))
    cast = make_cast(
        rng, firms=firms, traders=k.traders, tail=k.tail, assortment=k.assortment,
        codes_per_heading=k.codes_per_heading,
    )  # fmt: skip
    per_leg = sum(k.parts**i for i in range(PARTS))
    per_journey = 2.78 * per_leg
    counts = [k.chains_per_million * lines / 1e6]
    counts += [share * lines / per_journey for share in (k.onward, k.distributed, k.reexported)]
    drawn = [draw_routes(rng, cast, k, i, max(4, round(c * 1.04))) for i, c in enumerate(counts)]
    drawn.append(draw_twins(rng, cast, drawn[0]))
    columns = {
        f.name: np.concatenate([getattr(d, f.name) for d in drawn])
        for f in fields(Routes) if f.name != "window"
    }  # fmt: skip
    window = tuple(np.concatenate([d.window[i] for d in drawn]) for i in range(2))
    routes = Routes(**columns, window=(window[0], window[1]))
    travelled, a, b = travel(rng, cast, k, routes)
    single = draw_singles(rng, cast, k, max(0, lines - len(travelled.day)))
    both = Lines(*(
        np.concatenate([getattr(travelled, f.name), getattr(single, f.name)]) for f in fields(Lines)
    ))  # fmt: skip

    n = len(both.day)
    order = np.lexsort((rng.random(n), both.day))
    order = order[rng.random(n) < k.coverage]
    place = np.full(n, -1)
    place[order] = np.arange(len(order))
    planted = travelled.kind[a] == 0
    a, b = place[a], place[b]
    visible = (a >= 0) & (b >= 0)
    shipments, truth = _tables(rng, cast, both.take(order))

    def links(mask: Bools) -> pa.Table:
        pick = np.flatnonzero(mask & visible)
        pick = pick[np.lexsort((b[pick], a[pick]))]
        return pa.table({"from_row": pa.array(a[pick]), "to_row": pa.array(b[pick])})

    return World(shipments, truth, links(planted), links(~planted))

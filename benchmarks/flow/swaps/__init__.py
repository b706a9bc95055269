"""A fictional trade whose diversions are swapped in: lines of a lawful market become their legs.

`market` draws the whole lawful market: firms, lanes that repeat, lines. `planting` then finds
journeys among those lines, walking backwards from a last leg, and makes their quantities agree.
Firms, goods and days stay as drawn, so that a planted line alone looks like any other of its
corridor. Lawful journeys (distributors, goods that return, re-exporters of food and medicine,
goods of other origins sent to the embargoed countries) are made in the same way, more often.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.flow.swaps.market import (
    CODES,
    CONTROLLED,
    COUNTRIES,
    EAST,
    HEADING_OF,
    IN_PIECES,
    MASS,
    SEASON_OF,
    Bools,
    Floats,
    Ints,
    Knobs,
    Market,
    country_codes,
    draw_market,
    vary,
)
from benchmarks.flow.swaps.planting import (
    DIVERSION,
    LAWFUL,
    Journeys,
    Planter,
    label,
    links,
    set_apart,
)

__all__ = ["CONTROLLED_ORIGINS", "EMBARGOED", "Knobs", "World", "make_swaps", "vary"]

CONTROLLED_ORIGINS = frozenset(COUNTRIES[CONTROLLED])
EMBARGOED = frozenset(COUNTRIES[EAST])
FIRST_DAY = np.datetime64("2022-07-01")


@dataclass(frozen=True, slots=True)
class World:
    """Shipments by date, the truth row by row, and true links between rows (planted, lawful)."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


@dataclass(slots=True)
class _Truth:
    """What is known of each line of the market, by its number there."""

    chain: Ints
    hop: Ints
    kind: Ints
    names: list[str]
    gone: Bools
    misdeclared: Bools

    def name(self, lines: Ints, kind: str) -> None:
        """Give lines a typology."""
        if kind not in self.names:
            self.names.append(kind)
        self.kind[lines] = self.names.index(kind)


def make_swaps(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """Make a world of ``lines`` shipment lines, of which a share ``knobs.coverage`` is visible.

    Parameters
    ----------
    lines : lines before coverage; 5,000 or more, or some typologies do not occur.
    seed : the same seed and knobs give the same world.
    knobs : the world's parameters; the defaults show all lines.

    >>> make_swaps(20_000, seed=1).shipments.num_rows
    20000
    """
    k = knobs or Knobs()
    rng = np.random.default_rng([seed, 0x50A9])
    spare = int(lines * k.planted_share * k.lost) + 8
    m = draw_market(rng, lines + spare, k)
    planter = Planter(rng, m, k)
    n = len(m.day)
    truth = _Truth(
        np.full(n, -1), np.full(n, -1), np.zeros(n, np.int64), ["trade"], *np.zeros((2, n), bool)
    )
    _name_decoys(m, truth)
    # The rarer journeys go first; all draw on the same lines.
    planted = _plant_diversions(rng, planter, truth, k, int(lines * k.planted_share))
    legal = [np.empty((0, 2), np.int64)]
    for kind in LAWFUL:
        found = planter.find(kind, int(lines * k.planted_share * k.lawful_times * kind.share))
        planter.agree(found, rng.random(len(found.hops)) < k.mixed)
        truth.name(found.rows[found.rows >= 0], kind.name)
        stocked = found.rows[found.slow]
        truth.name(stocked[stocked >= 0], "legal_stock")
        legal.append(links(found, m.day))
    set_apart(rng, m, planter.used, k.apart)
    typed = (rng.random(n) < k.typing_error) & (truth.chain < 0)
    truth.name(np.flatnonzero(typed), "unit_typo")
    visible = ~truth.gone
    free = rng.permutation(np.flatnonzero(visible & (truth.kind == 0)))
    visible[free[: visible.sum() - lines]] = False
    visible &= rng.random(n) < k.coverage
    rows = np.flatnonzero(visible)
    rows = rows[np.lexsort((rng.random(len(rows)), m.day[rows]))]
    place = np.full(n, -1)
    place[rows] = np.arange(len(rows))
    return World(
        _shipments(rng, m, rows, typed | truth.misdeclared),
        _truth_table(m, truth, rows),
        _edge_table(planted, place),
        _edge_table(np.concatenate(legal), place),
    )


def _name_decoys(m: Market, truth: _Truth) -> None:
    """Name the lawful lines that only look odd: seasonal goods, firms that moved, newcomers."""
    f = m.firms
    ends = (m.exporter, m.consignee)
    truth.name(np.flatnonzero(SEASON_OF[HEADING_OF[m.code]] == 1), "legal_seasonal")
    truth.name(np.flatnonzero(np.any([f.founded_day[e] > 0 for e in ends], axis=0)), "startup")
    truth.name(np.flatnonzero(np.any([f.moves_day[e] <= m.day for e in ends], axis=0)), "moved")


def _plant_diversions(
    rng: np.random.Generator, planter: Planter, truth: _Truth, k: Knobs, lines: int
) -> Ints:
    """Turn about ``lines`` lines into legs of diversions; return the links between them."""
    found: Journeys = planter.find(DIVERSION, lines)
    n = len(found.hops)
    lost, mixed, wrong = (rng.random(n) < p for p in (k.lost, k.mixed, k.unit_error))
    wrong &= ~lost
    planter.agree(found, mixed)
    kinds = np.array(label(found, mixed, lost, wrong))
    for name in np.unique(kinds):
        rows = found.rows[kinds == name]
        truth.name(rows[rows >= 0], str(name))
    here = found.rows >= 0
    truth.chain[found.rows[here]] = np.broadcast_to(np.arange(n)[:, None], here.shape)[here]
    truth.hop[found.rows[here]] = found.legs[here]
    # A lost leg was never declared: the goods left the route between two of its firms.
    leg = 1 + (rng.random(n) * found.hops).astype(np.int64)
    truth.gone[found.rows[lost[:, None] & (found.legs == leg[:, None])]] = True
    one = (rng.random(n) * (found.hops + 1)).astype(np.int64)
    truth.misdeclared[found.rows[np.arange(n), one][wrong]] = True
    return links(found, planter.m.day)


def _edge_table(pairs: Ints, place: Ints) -> pa.Table:
    """Keep the links whose two lines are visible, by their rows in the shipments."""
    ends = place[pairs]
    ends = ends[(ends >= 0).all(axis=1)]
    return pa.table({"from_row": ends[:, 0], "to_row": ends[:, 1]})


def _firm_names(rng: np.random.Generator, n: int) -> pa.Array:
    """Make ``n`` unlike names that tell nothing of a firm's role, country or owner."""
    heads = [
        "Al",
        "Bel",
        "Cor",
        "Dan",
        "El",
        "Fen",
        "Gal",
        "Hal",
        "Is",
        "Jor",
        "Kel",
        "Lum",
        "Mar",
        "Nor",
        "Or",
        "Pel",
        "Quin",
        "Ros",
        "Sil",
        "Tor",
    ]
    tails = [
        "ada",
        "bex",
        "cino",
        "dara",
        "edo",
        "fira",
        "gon",
        "hime",
        "ivo",
        "jan",
        "kora",
        "lis",
        "mont",
        "nava",
        "oro",
        "pex",
        "rim",
        "sta",
    ]
    forms = ["Trading", "Supply", "Group", "Components", "Logistics", "Industries", "& Co", "Ltd"]
    parts = (heads, tails, heads, tails, forms)
    left = rng.permutation(np.prod([len(p) for p in parts]))[:n]
    words = []
    for part in parts:
        words.append(pa.array(part).take(pa.array(left % len(part))))
        left = left // len(part)
    first = pc.binary_join_element_wise(words[0], words[1], "")
    second = pc.binary_join_element_wise(words[2], words[3], "")
    return pc.binary_join_element_wise(first, second, words[4], " ")


def _column(index: Ints, values: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32)), values)


def _declared(
    rng: np.random.Generator, quantity: Floats, in_pieces: Bools, wrong: Bools
) -> tuple[Floats, Ints]:
    """Write quantities with their units, some in a wrong one (0 NAR, 1 KGM, 2 MIL, 3 GRM)."""
    unit = np.where(in_pieces, 0, 1)
    way = rng.integers(0, 4, len(quantity))
    unit = np.where(wrong & (way == 0), np.where(in_pieces, 1, 0), unit)
    unit = np.where(wrong & (way == 1), np.where(in_pieces, 2, 3), unit)
    factor = np.where(wrong & (way == 2), 10.0, np.where(wrong & (way == 3), 0.001, 1.0))
    return np.maximum(quantity * factor, 0.001), unit


def _shipments(rng: np.random.Generator, m: Market, rows: Ints, wrong: Bools) -> pa.Table:
    """Write the visible lines as declarations."""
    n = len(rows)
    f, day, code = m.firms, m.day[rows], m.code[rows]
    seller, buyer = m.exporter[rows], m.consignee[rows]
    names = _firm_names(rng, len(f.region))
    codes = pa.array(country_codes())
    there = (
        _column(np.where(day >= f.moves_day[e], f.country_after[e], f.country[e]), codes)
        for e in (seller, buyer)
    )
    from_country, to_country = there
    pieces = IN_PIECES[HEADING_OF[code]]
    quantity, unit = _declared(rng, m.quantity[rows], pieces, wrong[rows])
    worth = m.quantity[rows] * m.price[rows] * rng.lognormal(0, 0.08, n)
    mass = m.quantity[rows] * MASS[HEADING_OF[code]] * rng.lognormal(0, 0.05, n)
    number = pc.utf8_lpad(pa.array(rng.permutation(n * 3)[:n]).cast(pa.string()), 9, "0")
    return pa.table(
        {
            "shipment_id": number,
            "line_no": np.ones(n, np.int32),
            "date": pa.array(FIRST_DAY + day),
            "exporter": _column(seller, names),
            "exporter_country": from_country,
            "consignee": _column(buyer, names),
            "consignee_country": to_country,
            "export_country": from_country,
            "destination_country": to_country,
            "hs_code": _column(code, pa.array([str(c) for c in CODES])),
            "quantity": quantity,
            "unit": _column(unit, pa.array(["NAR", "KGM", "MIL", "GRM"])),
            "net_mass_kg": np.maximum(np.round(mass, 3), 0.001),
            "value": np.maximum(np.round(worth, 2), 0.01),
            "currency": _column(np.zeros(n, np.int64), pa.array(["USD"])),
        }
    )


def _truth_table(m: Market, truth: _Truth, rows: Ints) -> pa.Table:
    """Tell the truth of the visible lines, row by row."""
    group = m.firms.group
    seller, buyer = m.exporter[rows], m.consignee[rows]
    return pa.table(
        {
            "positive": truth.chain[rows] >= 0,
            "chain_id": truth.chain[rows].astype(np.int32),
            "hop": truth.hop[rows].astype(np.int8),
            "typology": _column(truth.kind[rows], pa.array(truth.names)),
            "exporter_firm": seller.astype(np.int32),
            "consignee_firm": buyer.astype(np.int32),
            "exporter_group": group[seller].astype(np.int32),
            "consignee_group": group[buyer].astype(np.int32),
        }
    )

"""A world of consignments of several lines, with diversions planted among its orders.

Firms order baskets: a customer's needs for a project, a list of spare parts, a month's range.
A basket comes as one consignment of one to some dozen lines; a project is several baskets, of one
or several suppliers. A trader sends the goods on by lines: all of a basket, some of its lines, or
lines of several baskets together, on the trader's dispatch days; lines that leave for the same
customer on the same day are one consignment. Prices carry a margin at every step and freight is
shared out over the lines of a consignment by weight; weights are those of the articles. Lawful
and illicit orders run through the same steps. Where an illicit order carries controlled goods out
of a controlled origin to an embargoed country, every such line is a planted chain of its own;
the other lines of its baskets are lawful. Values are in the currency of the line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from .firms import ORIGINS, Flags, make_firms
from .flows import Flow, Lots, simulate
from .goods import Ints, make_codes
from .knobs import Knobs, vary
from .tables import DECOYS, TYPOLOGIES, make_tables

__all__ = [
    "CONTROLLED_ORIGINS",
    "DECOYS",
    "EMBARGOED",
    "TYPOLOGIES",
    "Knobs",
    "World",
    "make_baskets",
    "vary",
]

CONTROLLED_ORIGINS: frozenset[str] = frozenset(ORIGINS)
EMBARGOED = frozenset({"RU", "BY"})


@dataclass(frozen=True, slots=True)
class World:
    """The lines as they are seen, what is true of each, and which goods went on in which line."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


def _take(flow: Flow, budget: int, counts: Flags) -> tuple[Lots, Ints, int]:
    """The lines and edges of the first orders whose counted lines come to the budget at most."""
    lots = flow.lots
    seen = ~lots["hidden"] & (flow.start >= 0)[lots["order"]]
    total = np.cumsum(np.bincount(lots["order"], seen & counts, minlength=flow.orders))
    rows = np.flatnonzero(seen & (total <= budget)[lots["order"]])
    place = np.full(len(seen), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    pairs = place[flow.edges]
    taken = {name: column[rows] for name, column in lots.items()}
    return taken, pairs[(pairs >= 0).all(axis=1)], flow.journeys


def make_baskets(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """Make a world of `lines` lines, of which `knobs.coverage` are seen."""
    knobs = knobs or Knobs()
    rng = np.random.default_rng([seed, 2])
    codes = make_codes(rng)
    firms = make_firms(rng, codes, lines, knobs)
    planted = round(lines * knobs.planted)
    flow = simulate(rng, firms, codes, knobs, planted // 4 + 20, illicit=True)
    parts = [_take(flow, planted, flow.lots["positive"])]
    rest = lines - len(parts[0][0]["order"])
    while rest > 0:
        few = rest < 60
        flow = simulate(
            rng, firms, codes, knobs, 3 * rest if few else rest // 3 + 30, illicit=False, single=few
        )
        parts.append(_take(flow, rest, np.ones(len(flow.lots["order"]), dtype=bool)))
        rest -= len(parts[-1][0]["order"])
    lots, edges = _join(parts)
    return World(*make_tables(rng, firms, codes, lots, edges, knobs.coverage))


def _join(parts: list[tuple[Lots, Ints, int]]) -> tuple[Lots, Ints]:
    """Put the parts of the world together, numbering rows and journeys through."""
    edges, rows, journeys = [], 0, 0
    for lots, pairs, count in parts:
        lots["journey"] = lots["journey"] + journeys
        edges.append(pairs + rows)
        rows, journeys = rows + len(lots["order"]), journeys + count
    names = parts[0][0]
    return (
        {name: np.concatenate([lots[name] for lots, _, _ in parts]) for name in names},
        np.concatenate(edges),
    )

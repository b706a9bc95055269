"""A fictional trade made of stocks and orders, with diversions inside it.

Firms hold stocks of the goods that they trade, in lots. Customers order; a firm serves them from
stock (first in first out, last in first out, by whole lot, or from several lots at once) or buys
for the order, and orders more when it runs low. Lawful goods too so flow through firms in lots,
and every onward line has true parents. A diversion is an order from an embargoed country that a
third-country firm serves with goods of controlled origin; the planted lines are what really went
through, found by following the lots back. Such an order is drawn like all other orders of
embargoed customers; the others are served with goods of other origins, or with exempt goods
(chapters 1 to 24 and 30).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from benchmarks.flow.stocks.demand import make_demands, make_direct
from benchmarks.flow.stocks.goods import BARRED, CONTROLLED, make_goods
from benchmarks.flow.stocks.knobs import Knobs, vary
from benchmarks.flow.stocks.lots import Habits, Lines
from benchmarks.flow.stocks.machine import run
from benchmarks.flow.stocks.market import Market, make_market
from benchmarks.flow.stocks.tables import joined, visible, written

__all__ = ["CONTROLLED_ORIGINS", "EMBARGOED", "Knobs", "World", "make_stocks", "vary"]

CONTROLLED_ORIGINS = set(CONTROLLED)
EMBARGOED = set(BARRED)
_PILOT_LINES = 40_000


@dataclass(frozen=True, slots=True)
class World:
    """A world and the truth about it.

    Attributes
    ----------
    shipments
        Declared lines by date.
    truth
        Row by row: ``positive``, ``chain_id`` (-1 none), ``hop`` (0 for the leg out of the
        controlled origin, -1 none), ``typology``, true firms and their owners.
    edges, legal_edges
        ``from_row``, ``to_row``: goods of one visible row went on in another, in planted chains
        and in lawful trade.
    """

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


def _shipped(
    rng: np.random.Generator,
    knobs: Knobs,
    lines: int,
    exports: float,
    diverted: float,
    target: float,
) -> tuple[Market, Lines]:
    market = make_market(rng, knobs, make_goods(), lines, exports)
    habits = Habits(
        held_days=knobs.held_days,
        slow=knobs.slow,
        split=knobs.split,
        merge=knobs.merge,
        planted_target=target,
        seed=int(rng.integers(1 << 31)),
    )
    return market, run(market.stocks, make_demands(rng, knobs, market, diverted), habits)


def make_stocks(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """Make a world of ``lines`` lines, of which the share ``knobs.coverage`` is seen.

    A small pilot world, thrown away, tells how many lines an order brings about.

    Examples
    --------
    >>> world = make_stocks(20_000, seed=1)
    >>> world.shipments.num_rows == world.truth.num_rows == 20_000
    True
    """
    knobs = knobs or Knobs()
    rng = np.random.default_rng([seed, lines, 0x57])
    start = np.datetime64("2023-01-02") + int(rng.integers(-6, 6)) * 7
    pilot = _PILOT_LINES
    market, shipped = _shipped(rng, knobs, pilot, 0.3 * pilot, 0.004 * pilot, float(pilot))
    seen = visible(market, shipped)
    an_export = seen.sum() / (0.3 * pilot)
    a_diversion = max(1.0, (seen & (shipped.chain >= 0)).sum() / (0.004 * pilot))
    planted = knobs.planted * lines
    market, shipped = _shipped(
        rng,
        knobs,
        lines,
        knobs.machine * lines / an_export,
        1.15 * planted / a_diversion,
        planted,
    )
    left = lines - int(visible(market, shipped).sum())
    if left < 0:
        raise ValueError("the stocks alone shipped more lines than asked for; lower knobs.machine")
    direct = make_direct(rng, knobs, market, left)
    rows = joined(rng, market, shipped, direct)
    return World(*written(rng, knobs, market, rows, start))

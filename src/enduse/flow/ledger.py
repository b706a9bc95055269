"""The goods ledger over a table of shipments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from enduse.flow.chance import Pairs, count_pairs
from enduse.flow.kernel import Keys, Links, Lots, Pools, keep_ledger
from enduse.flow.keys import amounts, find_meetings, find_pools, number_keys
from enduse.flow.likeness import Differences, tell_by_month
from enduse.flow.movements import Level, Movements
from enduse.flow.passes import Ends, Origins, trace_back, trace_on
from enduse.flow.weights import LinkWeights


@dataclass(frozen=True, slots=True)
class Window:
    """How old goods may be when they go on, in days."""

    least_age: int = 1
    """Least days between arrival and departure; at least 1."""
    stock_age: int = 90
    """Most days that first in, first out keeps a lot."""
    most_age: int = 300
    """Most days over which a fit of quantities counts."""
    tried: int = 6
    """Lots tried for a fit of quantities, from the last on; six at most for quantities that add up."""

    @property
    def of_pairs(self) -> tuple[int, int, int]:
        """The window of `chance.count_pairs`."""
        return self.least_age, self.most_age, self.tried


def levels_of_goods(levels: Iterable[Level]) -> tuple[Level, ...]:
    """Levels at which goods have kinds, in the order of `Keys.up`."""
    return tuple(level for level in levels if level != Level.QUANTITY)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything that the ledger of some movements holds."""

    movements: Movements
    window: Window
    levels: tuple[Level, ...]
    keys: Keys
    lot_pools: Pools
    order_pools: Pools
    lots: Lots
    links: Links
    pairs: Pairs


def keep(
    movements: Movements,
    weights: LinkWeights,
    window: Window = Window(),
) -> Ledger:
    """Keep the ledger of movements; it does not hold on to their traits."""
    seldom = (Level.PART, Level.ENTRY)
    levels = tuple(x for x in Level if x not in seldom or (movements.kinds[x] >= 0).any())
    m, parties = movements, movements.parties
    keys, postings, same_keys = number_keys(
        parties.exporter,
        parties.consignee,
        m.goods,
        m.gap == 0,
        m.kinds[list(levels_of_goods(levels))],
        amounts(m.quantity, m.kinds[Level.PARTY][m.goods]),
    )
    postings, meeting = find_meetings(postings, keys.levels, same_keys)
    lot_pools, order_pools = find_pools(postings, m.day, m.quantity, m.goods)
    hs6 = levels_of_goods(levels).index(Level.HS6)
    pairs = count_pairs(postings, hs6, meeting, m.day, m.quantity, window.of_pairs)
    lots, links = keep_ledger(
        postings,
        meeting,
        m.day,
        m.quantity,
        lot_pools,
        order_pools,
        (parties.consignee_mention, parties.exporter_mention, parties.sure),
        (window.least_age, window.stock_age, window.most_age, window.tried),
        weights.tables(levels, window.most_age),
        weights.same.tables(levels, window.most_age),
        weights.sums.tables(levels, window.most_age),
    )
    pools = lot_pools, order_pools
    differences = Differences(weights.pairs)
    differences.count_pairs(pairs)
    assert m.traits
    for _ in tell_by_month(m.day, m.traits, pools, lots, links, differences):
        pass  # Nothing is counted down.
    m = replace(m, traits=None)
    return Ledger(m, window, levels, keys, lot_pools, order_pools, lots, links, pairs)


def origins_of(ledger: Ledger, *, on_the_day: bool = False) -> Origins:
    """Where each shipment's goods came from; `on_the_day` by links that were known on its day."""
    m = ledger.movements
    return trace_back(
        m.start,
        m.quantity,
        ledger.lot_pools,
        ledger.order_pools,
        ledger.lots,
        ledger.links,
        on_the_day,
    )


def follow(ledger: Ledger) -> tuple[Origins, Ends]:
    """Where each shipment's goods came from, and what became of them."""
    m = ledger.movements
    ends = trace_on(
        m.start,
        m.end,
        m.quantity,
        ledger.lot_pools,
        ledger.order_pools,
        ledger.lots,
        ledger.links,
    )
    return origins_of(ledger), ends

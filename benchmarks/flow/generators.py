"""The generators of worlds, told apart by their knobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from benchmarks.flow import (
    assays,
    baskets,
    bench,
    brokers,
    clans,
    contracts,
    depots,
    geography,
    gravity,
    orders,
    parcels,
    plainworld,
    ports,
    reels,
    rewired,
    stocks,
    swaps,
    tenders,
    thin,
    trials,
    walks,
    works,
    worlds,
)
from benchmarks.flow.assumptions import Assumptions

Knobs: TypeAlias = (
    Assumptions
    | thin.Thin
    | gravity.Knobs
    | stocks.Knobs
    | plainworld.Knobs
    | ports.Knobs
    | contracts.Knobs
    | walks.Knobs
    | bench.Knobs
    | orders.Knobs
    | swaps.Knobs
    | works.Knobs
    | clans.Knobs
    | depots.Knobs
    | parcels.Knobs
    | tenders.Knobs
    | assays.Knobs
    | brokers.Knobs
    | rewired.Knobs
    | baskets.Knobs
    | reels.Knobs
    | trials.Knobs
)

_MADE: dict[type, tuple[Callable[..., Any], str, frozenset[str]]] = {
    Assumptions: (worlds.make, "assumptions", frozenset(geography.CONTROLLED_ORIGINS)),
    thin.Thin: (thin.make_thin, "knobs", frozenset(thin.CONTROLLED_ORIGINS)),
    gravity.Knobs: (gravity.make_gravity, "knobs", frozenset(gravity.CONTROLLED_ORIGINS)),
    stocks.Knobs: (stocks.make_stocks, "knobs", frozenset(stocks.CONTROLLED_ORIGINS)),
    plainworld.Knobs: (plainworld.make_plain, "knobs", frozenset(plainworld.CONTROLLED_ORIGINS)),
    ports.Knobs: (ports.make_ports, "knobs", frozenset(ports.CONTROLLED_ORIGINS)),
    contracts.Knobs: (contracts.make_contracts, "knobs", frozenset(contracts.CONTROLLED_ORIGINS)),
    walks.Knobs: (walks.make_walks, "knobs", frozenset(walks.CONTROLLED_ORIGINS)),
    bench.Knobs: (bench.make_bench, "knobs", frozenset(bench.CONTROLLED_ORIGINS)),
    orders.Knobs: (orders.make_orders, "knobs", frozenset(orders.CONTROLLED_ORIGINS)),
    swaps.Knobs: (swaps.make_swaps, "knobs", frozenset(swaps.CONTROLLED_ORIGINS)),
    works.Knobs: (works.make_works, "knobs", frozenset(works.CONTROLLED_ORIGINS)),
    clans.Knobs: (clans.make_clans, "knobs", frozenset(clans.CONTROLLED_ORIGINS)),
    depots.Knobs: (depots.make_depots, "knobs", frozenset(depots.CONTROLLED_ORIGINS)),
    parcels.Knobs: (parcels.make_parcels, "knobs", frozenset(parcels.CONTROLLED_ORIGINS)),
    tenders.Knobs: (tenders.make_tenders, "knobs", frozenset(tenders.CONTROLLED_ORIGINS)),
    assays.Knobs: (assays.make_assays, "knobs", frozenset(assays.CONTROLLED_ORIGINS)),
    brokers.Knobs: (brokers.make_brokers, "knobs", frozenset(brokers.CONTROLLED_ORIGINS)),
    rewired.Knobs: (rewired.make_rewired, "knobs", frozenset(rewired.CONTROLLED_ORIGINS)),
    baskets.Knobs: (baskets.make_baskets, "knobs", frozenset(baskets.CONTROLLED_ORIGINS)),
    reels.Knobs: (reels.make_reels, "knobs", frozenset(reels.CONTROLLED_ORIGINS)),
    trials.Knobs: (trials.make_trials, "knobs", frozenset(trials.CONTROLLED_ORIGINS)),
}


def world_of(lines: int, seed: int, knobs: Knobs) -> Any:
    """A world with `shipments`, `truth` and `edges`; all but thin ones have `legal_edges` too."""
    make, name, _ = _MADE[type(knobs)]
    return make(lines, seed=seed, **{name: knobs})


def origins_of(knobs: Knobs) -> frozenset[str]:
    """Countries that control exports in a world of these knobs."""
    return _MADE[type(knobs)][2]

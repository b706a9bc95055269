"""What can be turned in the gravity world."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Knobs:
    """What can be turned in the gravity world; the defaults are an ordinary market.

    Shares lie between 0 and 1, lags are in days.
    """

    coverage: float = 1.0
    """Share of the lines that are seen, each by itself."""
    reclassified: float = 0.0
    """Share of onward relations, lawful ones too, that declare another code of the heading."""
    sister: float = 0.0
    """Share of onward relations, lawful ones too, whose exporter is a firm of the same owner."""
    chains_per_million: float = 1500.0
    """Planted chains to one million lines, seen or not."""
    lawful_per_chain: float = 4.0
    """Lawful flows through a firm, planted by the same code, to one planted chain."""
    firms_per_thousand: float = 40.0
    """Firms to one thousand lines: fewer make every market busier."""
    pareto: float = 1.1
    """Tail exponent of firm sizes: lower concentrates the trade on fewer firms."""
    attachment: float = 0.6
    """How much of a firm's pull comes from the relations that it already has."""
    both_ways: float = 0.7
    """Share of hub firms that buy and sell the same goods (half of it elsewhere)."""
    orders: float = 6.0
    """Mean orders of a relation in the two years."""
    one_off: float = 0.35
    """Share of relations with a single order."""
    embargoed: float = 0.09
    """Share of lines from third countries to the embargoed ones."""
    distance: float = 0.9
    """Exponent of distance in the gravity of trade."""
    size_spread: float = 1.0
    """Standard deviation of the log of relations' usual sizes, goods being equal."""
    order_spread: float = 0.35
    """Standard deviation of the log of an order, its relation being equal."""
    lag_days: float = 14.0
    """Median days between arrival at a firm and departure from it."""
    loss: float = 0.02
    """Mean share of a lot that does not go on with it."""
    multiple: float = 0.52
    """How readily one leg is cut into several lines."""
    hops: tuple[float, float, float, float] = (0.36, 0.32, 0.21, 0.11)
    """Shares of chains with one to four firms of third countries."""
    once: float = 0.45
    """Share of networks that run a single consignment."""
    direct: float = 0.5
    """How often a network keeps to relations that its firms have anyway."""
    unit_errors: float = 0.004
    """Share of lines with a typing error in the unit or the power of ten."""
    start_ups: float = 0.12
    """Share of firms founded after 2022 began."""
    moved: float = 0.01
    """Share of third-country firms that move to another third country."""


def vary(seed: int) -> Knobs:
    """Knobs drawn in wide, plausible ranges.

    >>> vary(1) == vary(1), vary(1) == vary(2)
    (True, False)
    """
    rng = np.random.default_rng([seed, 0x6E0B])

    def between(low: float, high: float) -> float:
        return float(np.exp(rng.uniform(np.log(low), np.log(high))))

    hops = rng.dirichlet((8.0, 6.5, 4.0, 2.0))
    return Knobs(
        coverage=float(rng.choice((1.0, 0.8, 0.5, 0.3))),
        reclassified=float(rng.choice((0.0, 0.2, 0.4))),
        sister=float(rng.choice((0.0, 0.2, 0.4))),
        chains_per_million=between(1200, 1900),
        lawful_per_chain=between(2.5, 7),
        firms_per_thousand=between(12, 110),
        pareto=between(0.9, 1.6),
        attachment=float(rng.uniform(0.2, 0.8)),
        both_ways=float(rng.uniform(0.45, 0.9)),
        orders=between(4, 12),
        one_off=float(rng.uniform(0.2, 0.5)),
        embargoed=between(0.06, 0.14),
        distance=float(rng.uniform(0.6, 1.2)),
        size_spread=float(rng.uniform(0.7, 1.3)),
        order_spread=float(rng.uniform(0.2, 0.6)),
        lag_days=between(7, 30),
        loss=between(0.005, 0.06),
        multiple=float(rng.uniform(0.42, 0.58)),
        hops=(float(hops[0]), float(hops[1]), float(hops[2]), float(hops[3])),
        once=float(rng.uniform(0.25, 0.65)),
        direct=float(rng.uniform(0.2, 0.8)),
        unit_errors=between(0.001, 0.01),
        start_ups=float(rng.uniform(0.06, 0.2)),
        moved=between(0.004, 0.03),
    )

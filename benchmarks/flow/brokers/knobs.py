"""What can be turned in this world."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Knobs:
    """How the world works; every knob has a plain default."""

    coverage: float = 1.0  # share of lines seen
    reclassified: float = 0.05  # share of onward legs with another code of the heading
    sister: float = 0.05  # share of onward legs exported by a sister firm
    diverted: float = 0.008  # share of lines that are legs of planted chains
    brokered: float = 0.24  # share of lines that are legs of brokers' lawful orders
    stocked: float = 0.09  # share of lines into and out of lawful stocks
    closed_trade: float = 0.07  # share of ordinary lines that go to embargoed countries
    closed_orders: float = 0.22  # share of lawful programmes that serve embargoed customers
    hub_focus: float = 1.0  # 0: hubs as busy as their economy, 2: brokers in few hubs
    repeat: float = 7.0  # mean number of orders or lines of a standing relation
    back_to_back: float = 0.45  # share of programmes whose goods stay days only
    lag_scale: float = 1.0  # stretches all lags
    several_suppliers: float = 0.4  # share of orders bought in several lots
    several_carriers: float = 0.42  # share of orders sent on in several consignments
    regular: float = 0.5  # 0: orders at random days, 1: evenly spaced
    kept: float = 0.3  # share of onward legs that lose something
    odd_order: float = 0.07  # chance of each other oddity of an order (slow, mixed, ...)
    drop_ship: float = 0.02  # share of lines sent elsewhere than to the consignee's country
    startups: float = 0.16  # share of third-country firms founded in the two years
    moved: float = 0.02  # share of firms that move abroad
    seasonal: float = 0.08  # share of relations with a strong season
    unit_typos: float = 0.01  # share of ordinary lines with a wrong unit
    price_noise: float = 0.3  # spread of prices between relations (log)
    size_tail: float = 1.2  # Pareto exponent of firm size


def vary(seed: int) -> Knobs:
    """All knobs drawn in wide, plausible ranges."""
    rng = np.random.default_rng([seed, 77])

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    return Knobs(
        coverage=between(0.6, 1.0),
        reclassified=between(0.0, 0.3),
        sister=between(0.0, 0.3),
        diverted=between(0.0075, 0.0085),
        brokered=between(0.14, 0.36),
        stocked=between(0.04, 0.16),
        closed_trade=between(0.03, 0.14),
        closed_orders=between(0.1, 0.35),
        hub_focus=between(0.3, 1.6),
        repeat=between(3.5, 14.0),
        back_to_back=between(0.1, 0.8),
        lag_scale=between(0.5, 1.8),
        several_suppliers=between(0.15, 0.6),
        several_carriers=between(0.15, 0.6),
        regular=between(0.0, 1.0),
        kept=between(0.1, 0.6),
        odd_order=between(0.03, 0.12),
        drop_ship=between(0.0, 0.06),
        startups=between(0.05, 0.3),
        moved=between(0.005, 0.05),
        seasonal=between(0.03, 0.2),
        unit_typos=between(0.003, 0.03),
        price_noise=between(0.15, 0.5),
        size_tail=between(1.05, 1.6),
    )

"""Knobs of the baskets world."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Knobs:
    """What may differ from one world to another."""

    coverage: float = 1.0  # share of lines seen
    reclassified: float = 0.05  # share of onward legs with a code changed within the heading
    sister: float = 0.05  # share of onward legs exported by a sister firm
    planted: float = 0.0079  # share of lines that are legs of planted chains
    onward: float = 0.32  # share of lawful orders that a trader sends on
    project: float = 0.22  # share of orders of several baskets
    basket_tail: float = 1.7  # how seldom baskets are long
    apart: float = 0.22  # share of lines that leave their basket
    stays: float = 0.22  # share of lines of onward orders that the first trader keeps
    embargoed: float = 0.27  # share of lawful orders meant for embargoed countries
    lag: float = 13.0  # median days that goods lie with a trader
    lag_spread: float = 0.8
    margin: float = 0.11  # median margin of a trader
    fates: float = 0.55  # share of lots to which something out of the common befalls
    per_trader: float = 60.0  # lines of the world for one trader
    size_tail: float = 1.2  # how seldom firms are large
    repeat: float = 1.8  # how much firms keep to their leading customers
    east: float = 0.5  # share of third-country traders with embargoed customers
    willing: float = 0.5  # share of those who would sell them controlled goods
    cyclic: float = 0.4  # share of firms that dispatch by the week or fortnight
    young: float = 0.1  # share of firms founded in the two years


def vary(seed: int) -> Knobs:
    """Draw all knobs in wide, plausible ranges."""
    u = np.random.default_rng([seed, 7]).uniform
    return Knobs(
        coverage=u(0.6, 1.0),
        reclassified=u(0.0, 0.25),
        sister=u(0.0, 0.2),
        planted=u(0.0075, 0.0085),
        onward=u(0.2, 0.45),
        project=u(0.1, 0.4),
        basket_tail=u(1.3, 2.4),
        apart=u(0.05, 0.5),
        stays=u(0.1, 0.4),
        embargoed=u(0.13, 0.4),
        lag=u(5, 30),
        lag_spread=u(0.5, 1.1),
        margin=u(0.05, 0.25),
        fates=u(0.35, 0.7),
        per_trader=u(30, 120),
        size_tail=u(1.0, 1.8),
        repeat=u(1.2, 3.0),
        east=u(0.3, 0.8),
        willing=u(0.2, 1.0),
        cyclic=u(0.1, 0.7),
        young=u(0.04, 0.2),
    )

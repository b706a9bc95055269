"""The knobs of the world, and a draw of all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Knobs:
    """How the world works."""

    coverage: float = 1.0  # share of lines seen
    reclassified: float = 0.05  # share of onward legs whose code changes within the heading
    sister: float = 0.05  # share of onward legs exported by a sister firm
    planted: float = 0.008  # share of lines that are legs of planted chains
    lawful: float = 0.25  # share of lines that are legs of lawful chains
    attachment: float = 0.8  # chance that an end of a new relation falls on a firm known already
    relation_lines: float = 4.0  # rough mean number of lines of a relation
    sells_on: float = 0.7  # share of traders' purchases (by heading) that they also sell
    buys_in: float = 0.7  # chance that a trader buys what it sells in each kind of country
    rate_spread: float = 1.1  # log spread of how busy relations are
    hub_pull: float = 2.0  # how much busier hubs are than other countries of their size
    embargo_pull: float = 1.0  # how much third countries sell to the embargoed ones
    home_pull: float = 1.0  # how much traders sell at home
    lag_days: float = 15.0  # median days between receipt and onward leg
    lag_spread: float = 0.8  # log spread of these days
    loss: float = 0.4  # share of onward legs that lose up to a tenth
    stays: float = 0.15  # share of onward legs of which a larger part stays
    bursty: float = 0.3  # share of relations that trade in bursts
    steady: float = 0.4  # share of relations that trade at even steps
    season: float = 1.0  # strength of the seasons
    seasonal: float = 0.05  # share of relations that trade in a few months of the year
    startups: float = 0.06  # share of firms founded within the two years
    moved: float = 0.02  # share of firms that move to another country
    unit_slips: float = 0.008  # share of lines with a typing error in the unit


# Knob, lowest, highest.
_RANGES = """
coverage 0.6 1.0; reclassified 0.0 0.3; sister 0.0 0.3; planted 0.0075 0.0085; lawful 0.12 0.4;
attachment 0.7 0.9; relation_lines 2.5 7.0; sells_on 0.5 0.9; buys_in 0.55 0.9; rate_spread 0.7
1.5; hub_pull 1.0 4.0; embargo_pull 0.6 2.0; home_pull 0.0 2.0; lag_days 6.0 35.0; lag_spread
0.5 1.1; loss 0.2 0.6; stays 0.05 0.3; bursty 0.1 0.5; steady 0.1 0.5; season 0.3 1.5; seasonal
0.02 0.1; startups 0.02 0.12; moved 0.01 0.04; unit_slips 0.003 0.02
"""


def vary(seed: int) -> Knobs:
    """All knobs drawn in wide ranges."""
    rng = np.random.default_rng([seed, 7919])
    rows = [row.split() for row in _RANGES.split(";")]
    return Knobs(**{name: float(rng.uniform(float(a), float(b))) for name, a, b in rows})

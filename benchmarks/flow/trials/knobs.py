"""What can be turned in a world."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Knobs:
    """How a world works; shares are of lines unless said otherwise."""

    coverage: float = 1.0  # seen; the others are dropped once the world is made
    reclassified: float = 0.05  # onward legs whose code is changed within the heading
    sister: float = 0.05  # onward legs exported by a sister firm of the one that received
    planted: float = 0.008  # legs of planted chains
    lawful: float = 0.25  # legs of lawful chains
    embargoed_trade: float = 0.045  # trade relations from third countries to RU and BY
    free_goods: float = 0.15  # trade in food and medicine, which are under no control
    lag_days: float = 16.0  # middle of the days between receipt and onward leg
    lag_spread: float = 0.8  # their spread, in logs
    whole: float = 0.45  # onward legs that carry on all that came
    kept_back: float = 0.08  # onward legs of which a good part stays
    lines_per_group: float = 40.0  # how few the owners of firms are
    lines_per_relation: float = 6.0  # how often a relation repeats
    hub_pull: float = 2.0  # how much busier firms of transit hubs are than other third ones
    size_tail: float = 1.3  # Pareto exponent of firms' sizes; less is heavier
    startups: float = 0.10  # of third-country owners: founded within the two years
    moved: float = 0.03  # of third-country owners: moved to another country
    distributors: float = 0.15  # of third-country owners: legal distributors
    unit_errors: float = 0.015  # quantities typed in a wrong unit
    season: float = 0.35  # how strong the seasons are


RANGES = {
    "coverage": (0.6, 1.0), "reclassified": (0.0, 0.3), "sister": (0.0, 0.3),
    "planted": (0.0075, 0.0085), "lawful": (0.10, 0.45), "embargoed_trade": (0.025, 0.08),
    "free_goods": (0.08, 0.25), "lag_days": (7.0, 40.0), "lag_spread": (0.5, 1.1),
    "whole": (0.2, 0.8), "kept_back": (0.0, 0.2), "lines_per_group": (25.0, 70.0),
    "lines_per_relation": (4.0, 10.0), "hub_pull": (1.0, 5.0), "size_tail": (1.1, 1.8),
    "startups": (0.03, 0.25), "moved": (0.01, 0.06), "distributors": (0.08, 0.25),
    "unit_errors": (0.002, 0.04), "season": (0.1, 0.45),
}  # fmt: skip


def vary(seed: int) -> Knobs:
    """All knobs drawn in wide ranges; the share of planted legs stays about as it is."""
    rng = np.random.default_rng([seed, 77])
    return Knobs(**{name: float(rng.uniform(*span)) for name, span in RANGES.items()})

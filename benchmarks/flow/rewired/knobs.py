"""What can be turned in the world, and how to draw a whole setting at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Knobs:
    """Settings of one world."""

    coverage: float = 1.0  # share of lines seen
    reclassified: float = 0.05  # onward legs whose code is changed within the heading
    sister: float = 0.05  # onward legs exported by a sister firm
    other_heading: float = 0.03  # onward legs whose code is changed to another heading
    planted: float = 0.008  # share of lines that are legs of planted chains
    flows: float = 0.14  # share of lines that are legs of lawful chains
    firms: float = 0.035  # firms for each line
    repeat: float = 4.5  # usual number of lines of a relation
    size_tail: float = 1.1  # spread of the firms' sizes, in logarithms
    hub_pull: float = 1.0  # how much the trade with the embargoed is that of a few countries
    embargoed_trade: float = 0.09  # share of relations from third countries to the embargoed
    sourcing: float = 0.75  # relations to third countries with traders that sell the goods on
    home: float = 0.3  # relations between third-country firms that stay in one country
    seasons: float = 0.5  # depth of the headings' seasons
    lag_days: float = 24.0  # middle lag between a leg and the next
    lag_spread: float = 0.7  # its spread, in logarithms
    split: float = 0.14  # chains, lawful or planted, whose lot goes on in several
    merge: float = 0.14  # ... where several lots go on in one
    lost: float = 0.12  # ... with a leg missing, of those that have a transit leg
    mixed: float = 0.09  # ... mixed with other goods in one shipment
    slow: float = 0.08  # ... with a long stay in stock
    wrong_unit: float = 0.08  # ... with a misdeclared unit
    part_stays: float = 0.10  # onward legs of which a good part has stayed behind
    lossless: float = 0.5  # onward legs with all that came
    startups: float = 0.08  # firms founded within the two years
    movers: float = 0.02  # firms that move to another country
    typing_errors: float = 0.006  # other lines with an error in the unit


# fmt: off
_RANGES = {
    "reclassified": (0.0, 0.25), "sister": (0.0, 0.25), "other_heading": (0.01, 0.08),
    "planted": (0.0075, 0.0085), "flows": (0.07, 0.22), "firms": (0.025, 0.05),
    "repeat": (3.5, 7.0), "size_tail": (0.8, 1.4), "hub_pull": (0.5, 1.5),
    "embargoed_trade": (0.06, 0.14), "sourcing": (0.6, 0.85), "home": (0.1, 0.5),
    "seasons": (0.1, 0.8), "lag_days": (10.0, 45.0), "lag_spread": (0.4, 0.9),
    "split": (0.08, 0.22), "merge": (0.08, 0.22), "lost": (0.06, 0.2), "mixed": (0.05, 0.15),
    "slow": (0.04, 0.14), "wrong_unit": (0.05, 0.14), "part_stays": (0.03, 0.25),
    "lossless": (0.2, 0.8), "startups": (0.03, 0.15), "movers": (0.01, 0.05),
    "typing_errors": (0.002, 0.015),
}
# fmt: on


def vary(seed: int) -> Knobs:
    """Draw all knobs in wide, plausible ranges."""
    rng = np.random.default_rng([seed, 77])
    drawn = {name: float(rng.uniform(low, high)) for name, (low, high) in _RANGES.items()}
    return Knobs(coverage=float(rng.choice([1.0, rng.uniform(0.6, 1.0)])), **drawn)

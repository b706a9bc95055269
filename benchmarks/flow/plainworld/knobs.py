"""What may vary between plain worlds, and the words that they share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CONTROLLED_ORIGINS = {"US", "TW", "JP", "KR", "DE", "NL", "FR", "GB", "IT", "CH"}
EMBARGOED = {"RU", "BY"}
COUNTRIES = (
    sorted(CONTROLLED_ORIGINS),
    ["AE", "AM", "CN", "GE", "HK", "IN", "KG", "KZ", "MY", "RS", "SG", "TH", "TR", "UZ", "VN"],
    ["BY", "RU"],
    ["AU", "BR", "CL", "EG", "MX", "NG", "ZA"],
)
FIRM_SHARES = (0.30, 0.42, 0.12, 0.16)
# What a firm is for one code. WEST and LOCAL are firms in third countries: the first buys the code mostly from
# controlled origins, the second mostly elsewhere.
CONTROLLED, WEST, EMBARGO, OTHER, LOCAL = range(5)
EXEMPT_CHAPTERS = [2, 3, 4, 7, 8, 9, 10, 12, 15, 17, 18, 19, 20, 21, 22, 24, 30]
ORDINARY_CHAPTERS = [28, 29, 38, 39, 40, 48, 61, 62, 72, 73, 76, 82, 84, 84, 85, 85, 87, 88, 90, 94]
UNITS = ["NAR", "KGM", "MTR", "LTR", "TNE"]
HANDLINGS = [
    "pass_through",
    "split",
    "merge",
    "hs_within",
    "hs_across",
    "sister",
    "lost_leg",
    "mixing",
    "slow_stock",
    "unit",
]
PASS, SPLIT, MERGE, WITHIN, ACROSS, SISTER, LOST, MIXING, SLOW, UNIT = range(10)
DECOYS = [
    "background",
    "distributor",
    "legal_reexport",
    "other_origin",
    "stock_keeping",
    "start_up",
    "moved",
    "seasonal",
    "unit_error",
    "mixed_trade",
]
TYPOLOGIES = HANDLINGS + DECOYS
BACKGROUND, DISTRIBUTOR, REEXPORT, OTHER_ORIGIN, STOCK, START_UP, MOVED, SEASONAL, ERROR, MIXED = (
    range(10, 20)
)
FIRST_DAY = np.datetime64("2023-01-01")
DAYS = 730
WARM_UP = 150  # journeys begin this many days before the window, so that its first weeks look like the others
PARCELS = 4


@dataclass(frozen=True, slots=True)
class Knobs:
    """What may vary between worlds; shares are of one, lags in days."""

    coverage: float = 1.0  # share of lines that are visible
    reclassified: float = 0.0  # share of onward legs that go under another HS6 code of the heading
    sister: float = 0.0  # share of onward legs that a related firm exports
    chains_per_million: float = 1500.0
    lines_per_firm: float = 9.0  # more makes hubs busier
    codes_per_firm: float = 3.5  # fewer makes hubs busier
    codes: int = 400
    firm_tail: float = 1.4  # Pareto exponent of firm sizes
    repeats: float = 6.0  # mean lines of a relation
    route_repeats: float = 2.5  # mean journeys of a route
    known_pairs: float = 0.7  # chance that a route prefers a partner that its firm has anyway
    companions: float = 0.4  # chance that a pair on a route trades lawfully too
    forwarded: float = 0.3  # share of lines in lawful journeys
    # share of relations from third countries to the embargo, all lawful
    embargoed_trade: float = 0.035
    lawful_apart: float = 0.8  # share of these, in ordinary goods, at firms that buy them elsewhere
    together: float = 0.3  # chance that a leg carries all parcels in one line
    lag_days: float = 10.0  # median stay at a firm
    slow_days: float = 110.0  # median stay of slow stock
    loss: float = 0.03  # most of a lot that may go missing at a firm
    pass_through: float = 0.5  # share of routes without any trick
    unit_errors: float = 0.004  # share of lines with a slip in the unit
    young: float = 0.05  # share of firms founded within the window
    moved: float = 0.02  # share of firms that change country, within one kind of countries
    seasonal: float = 0.12  # share of relations that trade around one day of the year


def vary(seed: int) -> Knobs:
    """Draw every knob in a wide, plausible range."""
    rng = np.random.default_rng([seed, 77])
    ranges = {
        "chains_per_million": (1200, 1800), "lines_per_firm": (6, 25), "codes_per_firm": (2, 6),
        "firm_tail": (1.1, 1.7), "repeats": (3, 10), "route_repeats": (1.3, 5), "known_pairs": (0.3, 0.95),
        "companions": (0.1, 0.6), "forwarded": (0.15, 0.45), "embargoed_trade": (0.02, 0.08), "lawful_apart": (0.4, 0.95),
        "together": (0.2, 0.5), "lag_days": (5, 24), "slow_days": (80, 150), "loss": (0.0, 0.08),
        "pass_through": (0.4, 0.6), "unit_errors": (0.001, 0.01), "young": (0.02, 0.1),
        "moved": (0.005, 0.04), "seasonal": (0.05, 0.25),
    }  # fmt: skip
    drawn: dict[str, Any] = {name: float(rng.uniform(*ends)) for name, ends in ranges.items()}
    drawn["codes"] = int(rng.integers(250, 700))
    drawn["coverage"] = float(rng.choice([1.0, 0.8, 0.5, 0.3], p=[0.4, 0.2, 0.25, 0.15]))
    drawn["reclassified"] = float(rng.choice([0.0, rng.uniform(0.05, 0.5)]))
    drawn["sister"] = float(rng.choice([0.0, rng.uniform(0.05, 0.5)]))
    return replace(Knobs(), **drawn)

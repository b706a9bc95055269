"""Settings of the world of electronic parts, its labels and its countries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


CONTROLLED_ORIGINS: frozenset[str] = frozenset(
    words("US TW JP KR DE NL FR GB IT CH AT SE FI BE CA CZ")
)
EMBARGOED: frozenset[str] = frozenset({"RU", "BY"})
TYPOLOGIES: tuple[str, ...] = (
    "one_hop",
    "two_hops",
    "three_hops",
    "four_hops",
    "split",
    "merge",
    "hs_switch_in_heading",
    "hs_switch_heading",
    "sister_firm",
    "lost_leg",
    "mixed_shipment",
    "slow_stock",
    "misdeclared_unit",
)
DECOYS: tuple[str, ...] = (
    "unit_typo",
    "legal_reexporter",
    "startup",
    "moved",
    "stock_keeping",
    "seasonal",
    "legal_distributor",
)
PLANTED_SHARE = 0.008  # of all lines


@dataclass(frozen=True, slots=True)
class Knobs:
    """How the world works; shares are of 1, times in days."""

    coverage: float = 1.0  # share of lines seen
    reclassified: float = 0.05  # onward legs whose code is changed within the heading
    sister: float = 0.05  # onward legs exported by a sister firm
    passing: float = 0.2  # share of lines that are legs of lawful chains
    parts: float = 0.5  # share of trade that is electronic parts
    part_numbers: float = 0.8  # share of part lines that state the part number
    relation_lines: float = 7.0  # mean lines of a relation between two firms
    firm_tail: float = 1.2  # spread (log) of firm sizes
    hubs: float = 2.0  # how much larger trade hubs are than other third countries
    embargoed_trade: float = 1.0  # scale of lawful trade with the embargoed countries
    lag_days: float = 16.0  # median days between buying to order and sending on
    stocked: float = 0.45  # share of resales that come from stock
    usual_article: float = 0.5  # share of orders that are for a relation's usual article
    frame_orders: float = 0.1  # share of relations that run on scheduled releases
    shortage: float = 2.5  # how much more resellers buy from each other in a shortage
    odd: float = 0.14  # share of quantities that are not whole packings
    unit_errors: float = 0.006  # share of lines with a typing error in the unit
    startups: float = 0.07  # share of firms founded within the two years
    moved: float = 0.03  # share of third-country firms that move to another country


RANGES: dict[str, tuple[float, float]] = {
    "coverage": (0.55, 1.0),
    "reclassified": (0.0, 0.3),
    "sister": (0.0, 0.3),
    "passing": (0.08, 0.35),
    "parts": (0.35, 0.65),
    "part_numbers": (0.55, 0.95),
    "relation_lines": (4.0, 12.0),
    "firm_tail": (0.8, 1.6),
    "hubs": (1.0, 4.0),
    "embargoed_trade": (0.6, 1.8),
    "lag_days": (7.0, 35.0),
    "stocked": (0.2, 0.7),
    "usual_article": (0.25, 0.75),
    "frame_orders": (0.03, 0.2),
    "shortage": (1.0, 4.0),
    "odd": (0.05, 0.3),
    "unit_errors": (0.002, 0.012),
    "startups": (0.02, 0.15),
    "moved": (0.01, 0.06),
}


def vary(seed: int) -> Knobs:
    """Knobs drawn in wide ranges."""
    u = np.random.default_rng([seed, 77]).uniform
    return Knobs(**{name: float(u(low, high)) for name, (low, high) in RANGES.items()})

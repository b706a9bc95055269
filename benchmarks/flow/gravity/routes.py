"""What networks of the gravity world do: typologies, decoys, and the routes that goods take."""

from __future__ import annotations

from dataclasses import dataclass, field

DIVERSIONS = {
    "plain": 0.18,
    "split": 0.14,
    "merge": 0.12,
    "hs_within": 0.09,
    "hs_across": 0.06,
    "sister": 0.09,
    "lost_transit": 0.05,
    "mixing": 0.11,
    "slow": 0.07,
    "misdeclared_unit": 0.05,
}
"""Typologies of diversion and their shares of routes."""
LAWFUL = {
    "distributor": 0.44,
    "lawful_reexport": 0.18,
    "other_origin": 0.18,
    "repair_return": 0.06,
    "stock_keeping": 0.14,
}
"""Lawful flows through a firm and their shares of routes."""


@dataclass(slots=True)
class Route:
    """One way that a network's goods go: for each leg the relations that may carry it."""

    typology: str
    legs: list[list[int]]
    lines: list[int]
    """Lines that each leg is usually cut into."""
    unseen: int = -1
    """The leg of which no line is ever written; -1 for none."""
    turn: int = 0
    """The leg at which the route does what its typology says; 0 for none."""
    consignments: int = 1
    mix: float = 1.0
    """What arrives for the flow before `turn`, as a multiple of what leaves with it."""


@dataclass(slots=True)
class Network:
    """Routes of one ringleader."""

    routes: list[Route] = field(default_factory=list)

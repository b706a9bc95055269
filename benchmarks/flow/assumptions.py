"""What a world assumes: every knob, its meaning and its usual value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from benchmarks.flow.geography import CONTROLLED, DESTINATION, HUB, OTHER

TYPOLOGIES = (
    "pass_through", "split", "merge", "hs_switch_within_heading", "hs_switch_across_headings",
    "sister_firm", "lost_transit_leg", "mixed_with_legal", "slow_stock", "misdeclared_unit",
)  # fmt: skip
DECOYS = (
    "legal_distributor", "legal_reexporter", "stock_keeping",
    "start_up", "moved", "seasonal", "unit_error",
)  # fmt: skip


def _corridors() -> dict[tuple[int, int], float]:
    return {
        (CONTROLLED, CONTROLLED): 0.28, (CONTROLLED, HUB): 0.22, (CONTROLLED, OTHER): 0.09,
        (CONTROLLED, DESTINATION): 0.01, (HUB, CONTROLLED): 0.08, (HUB, HUB): 0.07,
        (HUB, DESTINATION): 0.09, (HUB, OTHER): 0.05, (OTHER, CONTROLLED): 0.06,
        (OTHER, HUB): 0.05, (OTHER, OTHER): 0.04, (OTHER, DESTINATION): 0.025,
        (DESTINATION, HUB): 0.02, (DESTINATION, OTHER): 0.005,
    }  # fmt: skip


def _typologies() -> dict[str, float]:
    return dict(zip(TYPOLOGIES, (56, 15, 12, 2.5, 1, 2.5, 1.5, 5, 2.5, 2), strict=True))


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Every knob of a world. Shares lie between 0 and 1.

    Attributes
    ----------
    days
        Length of the world in days.
    chains
        Planted chains for each line.
    positive
        Share of lines that belong to planted chains.
    typologies
        Weights of the planted typologies.
    hops
        Weights of chains through one, two, three, four third-country firms.
    lag_days
        Median stay of goods at a third-country firm; a stay lasts 2 to 45 days.
    loss
        Share of legs on which up to 3% of the goods are lost or kept.
    known_partner
        Share of onward legs that go to a partner who already buys the same goods.
    firms
        Firms for each line.
    firm_tail
        Exponent of firm size by rank: 0 is all alike, 1 is Zipf's law.
    portfolio
        Mean number of goods of a firm, which grows with the firm.
    pairs
        Pairs of firms for each line.
    goods
        Mean number of goods between a pair of firms.
    pair_spread
        Standard deviation of the logarithm of a pair's rate.
    distributors, distributor_weight
        Share of third-country firms that buy and sell the same few goods all the time, and their
        size beside the mean firm's.
    at_distributors
        How likely a line to a distributor is to belong to a chain, beside a line to another firm.
    both_ways
        Share of a third-country firm's goods that it both buys and sells.
    pair_size
        Standard deviation of the logarithm of lot size between firms.
    lot_size
        Standard deviation of the logarithm of lot size between lots of the same firms.
    round_lots
        Share of lots whose quantity has two significant digits.
    corridors
        Weights of trade by the kinds of the seller's and the buyer's country.
    legal_distributors, legal_reexporters, stock_keepers
        Lawful chains for each planted chain.
    start_ups, moved, seasonal, unit_errors
        Share of third-country firms founded within the world; of firms that move; of relations
        that trade in one season; of lines with a wrong quantity unit.
    parts
        Part numbers of each HS code.
    part_known, origin_known, mass_known
        Share of lines that give the part number, the country of origin, the net mass.
    other_units
        Share of lines declared in another unit of the same measure, rightly.
    coverage
        Share of lines that are seen.
    sight
        ``random``: each line is seen or not by chance; ``authority``: an authority sees what
        its own country and ``partners`` others declare (``coverage`` then has no effect).
    partners
        Countries whose records the authority sees beside its own.
    reclassified
        Share of onward legs with another HS code of the same heading.
    sister
        Share of onward legs exported by a sister of the firm that received the goods.
    misspelt
        Share of mentions of firms that are spelled otherwise.
    mirror
        Share of movements of which the importing side keeps a record too.
    """

    days: int = 730
    chains: float = 0.0015
    positive: float = 0.0078
    typologies: dict[str, float] = field(default_factory=_typologies)
    hops: tuple[float, float, float, float] = (0.40, 0.34, 0.18, 0.08)
    lag_days: float = 12.0
    loss: float = 0.1
    known_partner: float = 0.7
    firms: float = 0.1
    firm_tail: float = 0.4
    portfolio: float = 20.0
    pairs: float = 0.17
    goods: float = 9.0
    pair_spread: float = 0.7
    distributors: float = 0.006
    distributor_weight: float = 40.0
    at_distributors: float = 0.1
    both_ways: float = 0.5
    pair_size: float = 0.4
    lot_size: float = 1.0
    round_lots: float = 0.4
    corridors: dict[tuple[int, int], float] = field(default_factory=_corridors)
    legal_distributors: float = 1.0
    legal_reexporters: float = 0.1
    stock_keepers: float = 0.3
    start_ups: float = 0.03
    moved: float = 0.01
    seasonal: float = 0.03
    unit_errors: float = 0.001
    parts: int = 40
    part_known: float = 0.3
    origin_known: float = 0.2
    mass_known: float = 0.75
    other_units: float = 0.03
    coverage: float = 1.0
    sight: str = "random"
    partners: int = 1
    reclassified: float = 0.0
    sister: float = 0.0
    misspelt: float = 0.0
    mirror: float = 0.0


BUSY = Assumptions(
    firms=0.05,
    firm_tail=0.6,
    portfolio=8.0,
    pairs=0.15,
    goods=4.0,
    pair_spread=1.0,
    loss=0.15,
    distributors=0.0,
)
"""Firms that trade few goods, often: many lots lie at a firm when one leaves, and the oldest is
seldom the one that goes."""


def vary(seed: int, base: Assumptions | None = None) -> Assumptions:
    """Other assumptions about trade and chains, drawn around the usual ones.

    The knobs that name a condition (coverage, reclassified, sister, misspelt, mirror) stay.
    """
    base = base or Assumptions()
    rng = np.random.default_rng([seed, 0x5EED])

    def around(value: float, spread: float = 0.3) -> float:
        return float(value * np.exp(rng.normal(0.0, spread)))

    def share(value: float) -> float:
        odds = value / (1 - value) * np.exp(rng.normal(0.0, 0.4))
        return float(odds / (1 + odds))

    hops = np.array(base.hops) * np.exp(rng.normal(0.0, 0.3, 4))
    first, second, third, fourth = (hops / hops.sum()).tolist()
    return replace(
        base,
        days=int(rng.integers(500, 1100)),
        typologies={name: around(weight) for name, weight in base.typologies.items()},
        hops=(first, second, third, fourth),
        lag_days=float(np.clip(around(base.lag_days), 6, 20)),
        loss=share(base.loss),
        known_partner=share(base.known_partner),
        firms=around(base.firms, 0.2),
        firm_tail=float(np.clip(base.firm_tail + rng.normal(0, 0.06), 0.3, 0.7)),
        portfolio=around(base.portfolio, 0.3),
        pairs=around(base.pairs, 0.2),
        goods=1 + around(base.goods - 1, 0.3),
        pair_spread=around(base.pair_spread, 0.15),
        distributors=share(base.distributors),
        distributor_weight=around(base.distributor_weight),
        both_ways=share(base.both_ways),
        pair_size=around(base.pair_size),
        lot_size=around(base.lot_size, 0.15),
        round_lots=share(base.round_lots),
        corridors={kinds: around(weight, 0.15) for kinds, weight in base.corridors.items()},
        legal_distributors=around(base.legal_distributors),
        stock_keepers=around(base.stock_keepers),
        seasonal=share(base.seasonal),
        parts=int(around(base.parts)),
        part_known=share(base.part_known),
        origin_known=share(base.origin_known),
    )

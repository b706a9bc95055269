"""What can be turned in the world of stocks and orders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Knobs:
    """The knobs of a world; shares lie in [0, 1].

    Attributes
    ----------
    coverage
        Share of lines that the observer sees; each line is seen or not by itself.
    reclassified, lawful_reclassified
        Share of onward legs declared under another code of the same heading,
        in planted chains and in lawful onward trade.
    heading_switch
        Share of onward legs, planted or not, declared under another heading.
    sister, lawful_sister
        Share of onward legs exported by a related firm of the same country.
    unit_errors
        Share of all lines whose quantity or unit is misdeclared.
    planted
        Share of lines that belong to planted chains.
    lost
        Share of diverted orders whose leg to the embargoed country is never declared.
    once
        Share of diverted orders that a firm serves as an exception.
    shells
        Share of trading firms that buy only on order and sell at once.
    lines_per_stock
        Lines that one firm's stock of one of its goods sends out in two years, on average: many
        make a busy market, few a thin one.
    stock_days
        Days of sales that a stock is filled up to.
    lot_orders
        Usual orders that one replenishment covers.
    to_order
        Share of orders of an ordinary trader that are bought for the order, not taken from stock.
    domestic
        Sales inside the country, which no line shows, for every sale abroad.
    mixed_origins
        Share of stocks that hold goods of controlled and of other origins.
    embargoed_customers
        Share of a third-country trader's customers that are in the embargoed countries.
    trader_suppliers
        Share of suppliers that are themselves third-country traders, where a stock may have such.
    machine
        Share of lines that come out of the stocks; the rest is trade from makers to users.
    held_days
        Days, at the median, that goods bought for an order rest before they go on.
    slow
        Share of orders that rest for three to eight months.
    split
        Share of orders sent in two or three parts.
    merge
        Share of purchases for an order made from two suppliers.
    startups, moved, seasonal
        Share of trading firms founded within the two years, and that changed country; share of
        customers that order by season.
    part_numbers
        Share of lines of machinery and electronics that show a part number.
    tail
        Exponent of firm sizes; nearer to 1 is heavier.
    """

    coverage: float = 1.0
    reclassified: float = 0.08
    lawful_reclassified: float = 0.04
    heading_switch: float = 0.02
    sister: float = 0.08
    lawful_sister: float = 0.04
    unit_errors: float = 0.015
    planted: float = 0.008
    lost: float = 0.05
    once: float = 0.3
    shells: float = 0.12
    lines_per_stock: float = 16.0
    stock_days: float = 40.0
    lot_orders: float = 3.0
    to_order: float = 0.25
    domestic: float = 0.8
    mixed_origins: float = 0.25
    embargoed_customers: float = 0.3
    trader_suppliers: float = 0.8
    machine: float = 0.62
    held_days: float = 8.0
    slow: float = 0.06
    split: float = 0.25
    merge: float = 0.25
    startups: float = 0.15
    moved: float = 0.03
    seasonal: float = 0.2
    part_numbers: float = 0.35
    tail: float = 1.3


def vary(seed: int) -> Knobs:
    """Draw every knob in a wide, plausible range.

    Examples
    --------
    >>> vary(3) == vary(3), vary(3) == vary(4)
    (True, False)
    """
    rng = np.random.default_rng([seed, 0x570C])
    u = rng.uniform
    reclassified = float(rng.choice([u(0.0, 0.15), u(0.3, 0.5)]))
    sister = float(rng.choice([u(0.0, 0.15), u(0.3, 0.5)]))
    return Knobs(
        coverage=float(rng.choice([1.0, 0.8, 0.5, 0.3])),
        reclassified=reclassified,
        lawful_reclassified=reclassified * u(0.2, 0.8),
        heading_switch=u(0.005, 0.04),
        sister=sister,
        lawful_sister=sister * u(0.2, 0.8),
        unit_errors=u(0.005, 0.03),
        planted=u(0.006, 0.010),
        lost=u(0.02, 0.10),
        once=u(0.1, 0.6),
        shells=u(0.05, 0.25),
        lines_per_stock=float(np.exp(u(np.log(6.0), np.log(70.0)))),
        stock_days=u(15.0, 90.0),
        lot_orders=u(1.5, 6.0),
        to_order=u(0.1, 0.5),
        domestic=u(0.3, 1.5),
        mixed_origins=u(0.1, 0.45),
        embargoed_customers=u(0.22, 0.4),
        trader_suppliers=u(0.55, 0.9),
        machine=u(0.5, 0.75),
        held_days=u(4.0, 16.0),
        slow=u(0.02, 0.12),
        split=u(0.1, 0.35),
        merge=u(0.1, 0.35),
        startups=u(0.08, 0.25),
        moved=u(0.01, 0.06),
        seasonal=u(0.1, 0.35),
        part_numbers=u(0.15, 0.6),
        tail=u(1.1, 1.7),
    )

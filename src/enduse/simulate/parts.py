"""Parts with numbers of their own, and who makes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from enduse.simulate.draws import Floats, Ints
from enduse.simulate.market import Market

_LETTERS = "BCDFGHJKLMNPQRTVWXZ"
_ENDINGS = ("", "", "-T", "-QR", "AZ", "-I", "/TR", "-E2")


@dataclass(frozen=True, slots=True)
class Parts:
    """One row a part number."""

    numbers: tuple[str, ...]
    goods: Ints
    maker: Ints
    """Firm."""
    country: Ints
    """Its country."""
    weight: Floats
    """How often it is traded among the parts of its goods."""


def make_parts(rng: np.random.Generator, market: Market) -> Parts:
    """Invent parts for each kind of goods that has any; more in a larger world.

    The first of each kind is made in the coalition and the second outside it, so that there is
    always a part of controlled and of uncontrolled origin.
    """
    goods = market.catalogue.goods
    each = int(np.clip(market.frame.lines**0.4, 12, 200))
    kinds = np.repeat(np.flatnonzero(goods.has_parts), each)
    rank = np.arange(len(kinds)) % each
    family = goods.family[kinds]
    coalition, embargoed = market.catalogue.countries.coalition, market.frame.embargoed
    anywhere = np.ones(len(coalition), bool)
    maker = market.exporters(rng, family, anywhere)
    for first, allowed in ((0, coalition), (1, ~(coalition | embargoed))):
        of = rank == first
        maker[of] = market.exporters(rng, family[of], allowed)
    letters = rng.integers(0, len(_LETTERS), (len(market.firms), 3))
    prefix = ["".join(_LETTERS[i] for i in row) for row in letters[maker].tolist()]
    serial = rng.choice(90_000, len(kinds), replace=False) + 10_000
    ending = rng.integers(0, len(_ENDINGS), len(kinds))
    return Parts(
        numbers=tuple(
            f"{p}{s}{_ENDINGS[e]}"
            for p, s, e in zip(prefix, serial.tolist(), ending.tolist(), strict=True)
        ),
        goods=kinds,
        maker=maker,
        country=market.firms.country[maker],
        weight=1.0 + rng.pareto(1.3, len(kinds)),
    )

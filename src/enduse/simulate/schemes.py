"""Schemes: casts of firms that pass goods on again and again, to divert them or lawfully.

A scheme names parts to be played, not firms; `firms` finds or makes firms to play them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from enduse.simulate.catalogue import Catalogue
from enduse.simulate.draws import Flags, Ints, pick
from enduse.simulate.frame import Frame


class Kind(IntEnum):
    """What a scheme does: a typology of diversion, or a legal look-alike."""

    PASS_THROUGH = 0
    SPLIT = 1
    MERGE = 2
    HS_SWITCH_WITHIN_HEADING = 3
    HS_SWITCH_ACROSS_HEADINGS = 4
    SISTER_FIRM = 5
    LOST_TRANSIT_LEG = 6
    MIXED_WITH_LEGAL = 7
    SLOW_STOCK = 8
    MISDECLARED_UNIT = 9
    LEGAL_DISTRIBUTOR = 10
    LEGAL_REEXPORTER = 11
    STOCK_KEEPING = 12

    @property
    def label(self) -> str:
        """The word for it in truth.csv."""
        return self.name.lower()


DIVERSIONS = tuple(kind for kind in Kind if kind < Kind.LEGAL_DISTRIBUTOR)
LEGAL_CHAINS = tuple(kind for kind in Kind if kind >= Kind.LEGAL_DISTRIBUTOR)
_DIVERSION_WEIGHTS = (0.22, 0.12, 0.10, 0.12, 0.06, 0.10, 0.08, 0.10, 0.06, 0.04)
_LEGAL_WEIGHTS = (0.5, 0.25, 0.25)
_SHOWN_AT_ONCE = (Kind.PASS_THROUGH, Kind.MERGE, Kind.LOST_TRANSIT_LEG)
"""Kinds that need no onward leg in the file to be what they are."""

SUPPLIERS, HUBS, SISTER, BUYERS, PARTS = (0, 1), (2, 3, 4, 5), 6, (7, 8), 9
"""Parts to be played: columns of a scheme's cast."""
GOODS_OF_A_SCHEME = 3
_GOLDEN = 0.6180339887


@dataclass(frozen=True, slots=True)
class Schemes:
    """One row a scheme."""

    kind: Ints
    hops: Ints
    """Third-country firms that goods pass through, 1 to 4."""
    seen: Flags
    """Whether the last leg is in the file."""
    ordinary: Flags
    """Whether it diverts and yet shows no sign."""
    goods: Ints
    """Schemes by GOODS_OF_A_SCHEME: what is traded."""
    declared: Ints
    """The same, as what the first hub declares it when it goes on."""
    first_day: Ints
    """Day of the first leg, counted from the first day of the world."""

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def diverting(self) -> Flags:
        """Whether a scheme diverts."""
        return self.kind < Kind.LEGAL_DISTRIBUTOR


def draw_schemes(
    rng: np.random.Generator,
    frame: Frame,
    size: int,
    legal: bool,
) -> Schemes:
    """So many schemes, all legal or all diverting; the latter begin after the embargo."""
    settings, catalogue = frame.settings, frame.catalogue
    kind = _kinds(rng, size, legal)
    hops = 1 + pick(rng, np.array(settings.hop_weights), size)
    hops[np.isin(kind, (Kind.LOST_TRANSIT_LEG, Kind.LEGAL_REEXPORTER))] = 1
    hops = np.minimum(hops, 2) if legal else hops
    seen = rng.random(size) < (0.9 if legal else settings.last_leg_coverage)
    seen &= kind != Kind.LOST_TRANSIT_LEG
    hops[(hops == 1) & ~seen & ~np.isin(kind, _SHOWN_AT_ONCE)] = 2
    goods = _goods(rng, catalogue, kind, settings.high_priority_diverted)
    begin = 0 if legal else frame.embargo
    opening = begin + 0.92 * (frame.days - begin) * rng.random(size) ** 1.15
    return Schemes(
        kind=kind,
        hops=hops,
        seen=seen,
        ordinary=(rng.random(size) < settings.ordinary_share) & (not legal),
        goods=goods,
        declared=_declared(rng, catalogue, kind, goods),
        first_day=opening.astype(np.int64),
    )


def _kinds(rng: np.random.Generator, size: int, legal: bool) -> Ints:
    """Kinds in their shares, spread evenly so that even a few schemes hold many kinds."""
    kinds, weights = (LEGAL_CHAINS, _LEGAL_WEIGHTS) if legal else (DIVERSIONS, _DIVERSION_WEIGHTS)
    level = (np.arange(size) * _GOLDEN + rng.random()) % 1.0
    return np.array(kinds)[np.searchsorted(np.cumsum(weights)[:-1], level, side="right")]


def _goods(
    rng: np.random.Generator, catalogue: Catalogue, kind: Ints, high_priority_share: float
) -> Ints:
    """Goods of one line of business for each scheme, such as its kind needs."""
    goods, families = catalogue.goods, catalogue.families
    edible = np.isin(goods.family, [families.name.index(name) for name in ("food", "medicine")])
    kin = families.sensitive[goods.family] & ~goods.high_priority
    needs = {
        Kind.HS_SWITCH_WITHIN_HEADING: np.array([bool(s) for s in goods.within]),
        Kind.HS_SWITCH_ACROSS_HEADINGS: np.array([bool(s) for s in goods.across]),
        Kind.MISDECLARED_UNIT: goods.quantity > np.log(400.0),
    }
    chosen = np.zeros((len(kind), GOODS_OF_A_SCHEME), np.int64)
    priority = rng.random(len(kind)) < high_priority_share
    for scheme, one in enumerate(kind.tolist()):
        if one == Kind.LEGAL_REEXPORTER:
            fits = edible
        elif one in needs:
            fits = goods.high_priority & needs[Kind(one)]
        else:
            fits = goods.high_priority if priority[scheme] else kin
        first = int(pick(rng, goods.weight * fits, 1)[0])
        fits = fits & (goods.family == goods.family[first])
        chosen[scheme] = first, *pick(rng, goods.weight * fits, GOODS_OF_A_SCHEME - 1)
    return chosen


def _declared(rng: np.random.Generator, catalogue: Catalogue, kind: Ints, goods: Ints) -> Ints:
    declared = goods.copy()
    for one, others in (
        (Kind.HS_SWITCH_WITHIN_HEADING, catalogue.goods.within),
        (Kind.HS_SWITCH_ACROSS_HEADINGS, catalogue.goods.across),
    ):
        for scheme in np.flatnonzero(kind == one).tolist():
            declared[scheme] = [int(rng.choice(others[g])) for g in goods[scheme].tolist()]
    return declared

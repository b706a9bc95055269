"""Chains of onward trade: diversions by typology, and legal chains that resemble them.

A scheme is a cast of firms that passes goods on, again and again; each time is a chain, and each
of its legs a line of the file. Here the cast are only parts to be played; firms come later.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from enduse.simulate.assumptions import WorldSettings
from enduse.simulate.catalogue import Catalogue
from enduse.simulate.draws import Flags, Floats, Ints, pick


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
_SHOWN_BY_ONWARD_LEGS = (
    Kind.SPLIT,
    Kind.HS_SWITCH_WITHIN_HEADING,
    Kind.HS_SWITCH_ACROSS_HEADINGS,
    Kind.SISTER_FIRM,
    Kind.MIXED_WITH_LEGAL,
    Kind.SLOW_STOCK,
    Kind.MISDECLARED_UNIT,
    Kind.LEGAL_DISTRIBUTOR,
    Kind.LEGAL_REEXPORTER,
    Kind.STOCK_KEEPING,
)

SUPPLIERS, HUBS, SISTER, BUYERS, PARTS = (0, 1), (2, 3, 4, 5), 6, (7, 8), 9
"""Parts to be played: columns of a scheme's cast."""
GOODS_OF_A_SCHEME = 3
QUANTITY_SPREAD, LEVEL_SPREAD = 0.45, 0.9
"""Standard deviations of log quantity within a relationship and between relationships."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Schemes, and the legs of their chains."""

    kind: Ints
    hops: Ints
    """Third-country firms that goods pass through, 1 to 4."""
    goods: Ints
    """Schemes by GOODS_OF_A_SCHEME: what is traded."""
    declared: Ints
    """The same: as what it leaves the first hub."""
    first_day: Ints
    """Day of the first leg, counted from the first day of the world."""
    ordinary: Flags
    """Whether no sign may show."""
    scheme: Ints
    """Of each leg, as are the next ones."""
    chain: Ints
    hop: Ints
    """1 for the leg that leaves the supplier."""
    exporter: Ints
    """Part that exports."""
    consignee: Ints
    which: Ints
    """Which of the scheme's goods."""
    day: Ints
    quantity: Floats
    """True quantity."""
    misdeclared: Flags
    """Whether quantity and unit disagree."""

    @property
    def diverting(self) -> Flags:
        """Whether a scheme diverts."""
        return np.isin(self.kind, DIVERSIONS)

    @property
    def chains(self) -> int:
        """How many chains there are."""
        return len(np.unique(self.chain))


def plan_chains(
    rng: np.random.Generator,
    settings: WorldSettings,
    catalogue: Catalogue,
    *,
    legal: bool,
    budget: int,
    days: tuple[int, int],
    chains_per_scheme: float,
) -> Plan:
    """Whole chains whose legs together come as near below `budget` lines as they can.

    Parameters
    ----------
    legal
        Legal look-alikes instead of diversions.
    days
        First day on which a chain may start, and the day after the last on which a leg is seen.
    chains_per_scheme
        How often a cast passes goods on, on average.
    """
    size = int(budget / chains_per_scheme) + 4
    while True:
        plan = _draw(rng, settings, catalogue, legal, size, days, chains_per_scheme)
        lines = np.bincount(plan.chain, minlength=1)
        enough = lines.sum() >= budget
        if enough:
            kept = np.cumsum(lines) <= budget
            return _restrict(plan, kept[plan.chain])
        size *= 2


def _draw(
    rng: np.random.Generator,
    settings: WorldSettings,
    catalogue: Catalogue,
    legal: bool,
    size: int,
    days: tuple[int, int],
    chains_per_scheme: float,
) -> Plan:
    kind = _kinds(rng, size, legal)
    hops = 1 + pick(rng, np.array(settings.hop_weights), size)
    hops[np.isin(kind, (Kind.LOST_TRANSIT_LEG, Kind.LEGAL_REEXPORTER))] = 1
    if legal:
        hops = np.minimum(hops, 2)
    # A scheme lasts about a year; a leg after the last day of the world is never seen.
    opening = days[0] + np.floor(rng.random(size) ** 1.15 * 0.92 * (days[1] - days[0]))
    lasting = rng.gamma(2.0, 220.0, size) + 60.0
    often = 1 + np.floor(
        np.exp(rng.normal(np.log(max(chains_per_scheme, 1.2)) - 0.3, 0.8, size))
    ).astype(np.int64)
    scheme = np.repeat(np.arange(size), often)
    start = opening[scheme] + np.floor(
        rng.random(len(scheme)) * np.minimum(lasting, days[1] - opening)[scheme]
    )
    goods = _goods(rng, catalogue, kind, settings.high_priority_diverted)
    seen = rng.random(size) < (0.9 if legal else settings.last_leg_coverage)
    seen &= kind != Kind.LOST_TRANSIT_LEG
    hops[(hops == 1) & ~seen & np.isin(kind, _SHOWN_BY_ONWARD_LEGS)] = 2
    which = rng.integers(0, GOODS_OF_A_SCHEME, len(scheme))
    level = catalogue.goods.quantity[goods] + rng.normal(0.0, LEVEL_SPREAD, goods.shape)
    quantity = as_ordered(rng, np.exp(rng.normal(level[scheme, which], QUANTITY_SPREAD)))
    first_day = np.full(size, days[1])
    np.minimum.at(first_day, scheme, start.astype(np.int64))
    outline = Plan(
        kind=kind,
        hops=hops,
        goods=goods,
        declared=_declared(rng, catalogue, kind, goods),
        first_day=first_day,
        ordinary=rng.random(size) < settings.ordinary_share,
        scheme=scheme,
        chain=np.arange(len(scheme)),
        hop=np.zeros(len(scheme), np.int64),
        exporter=np.zeros(len(scheme), np.int64),
        consignee=np.zeros(len(scheme), np.int64),
        which=which,
        day=start.astype(np.int64),
        quantity=quantity,
        misdeclared=np.zeros(len(scheme), bool),
    )
    return _legs(rng, outline, seen, days[1])


def as_ordered(rng: np.random.Generator, quantity: Floats) -> Floats:
    """Quantities as they are ordered: three in five in round numbers, of two digits.

    Examples
    --------
    >>> sorted(set(as_ordered(np.random.default_rng(1), np.full(9, 6217.0)).tolist()))
    [6200.0, 6217.0]
    """
    step = 10.0 ** (np.floor(np.log10(np.maximum(quantity, 1e-9))) - 1)
    round_ = np.maximum(np.rint(quantity / step), 10.0) * step
    return np.where(rng.random(len(quantity)) < 0.6, round_, quantity)


def _kinds(rng: np.random.Generator, size: int, legal: bool) -> Ints:
    """Kinds in their shares, spread so that even a few schemes hold many kinds."""
    kinds, weights = (LEGAL_CHAINS, _LEGAL_WEIGHTS) if legal else (DIVERSIONS, _DIVERSION_WEIGHTS)
    level = (np.arange(size) * 0.6180339887 + rng.random()) % 1.0
    return np.array(kinds)[np.searchsorted(np.cumsum(weights)[:-1], level, side="right")]


def _goods(
    rng: np.random.Generator, catalogue: Catalogue, kind: Ints, high_priority_share: float
) -> Ints:
    goods, families = catalogue.goods, catalogue.families
    sensitive = families.sensitive[goods.family]
    edible = np.isin(goods.family, [families.name.index(name) for name in ("food", "medicine")])
    high = np.where(goods.high_priority, goods.weight, 0.0)
    kin = np.where(sensitive & ~goods.high_priority, goods.weight, 0.0)
    switches = {
        Kind.HS_SWITCH_WITHIN_HEADING: np.array([bool(s) for s in goods.within]),
        Kind.HS_SWITCH_ACROSS_HEADINGS: np.array([bool(s) for s in goods.across]),
        Kind.MISDECLARED_UNIT: goods.quantity > np.log(400.0),
    }
    chosen = np.zeros((len(kind), GOODS_OF_A_SCHEME), np.int64)
    of_priority = rng.random(len(kind)) < high_priority_share
    for i, (one, priority) in enumerate(zip(kind.tolist(), of_priority.tolist(), strict=True)):
        if one == Kind.LEGAL_REEXPORTER:
            weight = np.where(edible, goods.weight, 0.0)
        else:
            weight = high if priority or one in switches else kin
            weight = np.where(switches.get(Kind(one), True), weight, 0.0)
        first = int(pick(rng, weight, 1)[0])
        same = np.where(goods.family == goods.family[first], weight, 0.0)
        chosen[i, 0], chosen[i, 1:] = first, pick(rng, same, GOODS_OF_A_SCHEME - 1)
    return chosen


def _declared(rng: np.random.Generator, catalogue: Catalogue, kind: Ints, goods: Ints) -> Ints:
    declared = goods.copy()
    for one, options in (
        (Kind.HS_SWITCH_WITHIN_HEADING, catalogue.goods.within),
        (Kind.HS_SWITCH_ACROSS_HEADINGS, catalogue.goods.across),
    ):
        for scheme in np.flatnonzero(kind == one):
            for which in range(GOODS_OF_A_SCHEME):
                others = options[goods[scheme, which]]
                declared[scheme, which] = others[int(rng.integers(len(others)))]
    return declared


def _legs(rng: np.random.Generator, outline: Plan, seen: Flags, end: int) -> Plan:
    """All legs of all chains; a chain that is split or merged runs in strands."""
    kind = outline.kind[outline.scheme]
    split, merge = kind == Kind.SPLIT, kind == Kind.MERGE
    strands = np.where(split | merge, 2, 1)
    row = np.repeat(np.arange(len(kind)), strands)
    second = np.concatenate([[False], row[1:] == row[:-1]])
    part = rng.uniform(0.3, 0.7, len(kind))[row]
    share = np.where(strands[row] == 1, 1.0, np.where(second, 1.0 - part, part))
    of = outline.scheme[row]
    kind, hops = kind[row], outline.hops[of]
    slow = np.isin(kind, (Kind.SLOW_STOCK, Kind.STOCK_KEEPING))
    day = outline.day[row] + np.where(second & merge[row], rng.integers(0, 15, len(row)), 0)
    whole = outline.quantity[row]
    held = whole * share
    legs = []
    for leg in range(int(hops.max()) + 1):
        alone = (split[row] & (leg == 0)) | (merge[row] & (leg == hops))
        joint_day = np.maximum.reduceat(day, np.flatnonzero(~second))[row]
        at = np.flatnonzero((leg <= hops) & ((leg < hops) | seen[of]) & ~(alone & second))
        quantity = np.where(alone, _joint(held, row), held)
        supplier = np.where(second & merge[row], SUPPLIERS[1], SUPPLIERS[0])
        buyer = np.where(second & split[row], BUYERS[1], BUYERS[0])
        hub = HUBS[0] + leg
        exporter = supplier if leg == 0 else np.full(len(row), hub - 1)
        if leg == 1:
            exporter = np.where(kind == Kind.SISTER_FIRM, SISTER, exporter)
        wrong = (kind == Kind.MISDECLARED_UNIT) & (leg > 0)
        legs.append(
            (
                at,
                np.full(len(at), leg + 1),
                exporter[at],
                np.where(leg < hops, hub, buyer)[at],
                np.where(alone, joint_day, day)[at],
                quantity[at],
                wrong[at],
            )
        )
        lag = 2.0 + rng.gamma(2.0, 9.0, len(row))
        lag = np.where(slow & (leg == 0), rng.uniform(100.0, 280.0, len(row)), lag)
        day = np.where(alone, joint_day, day) + lag.astype(np.int64)
        kept = np.where(rng.random(len(row)) < 0.4, rng.uniform(0.9, 1.0, len(row)), 1.0)
        mixed = (kind == Kind.MIXED_WITH_LEGAL) & (leg == 0)
        held = held * np.where(mixed, rng.uniform(0.4, 1.3, len(row)), kept)
    at, hop, exporter, consignee, day, quantity, wrong = (
        np.concatenate(column) for column in zip(*legs, strict=True)
    )
    plan = _with_legs(outline, row[at], hop, exporter, consignee, day, quantity, wrong)
    return _restrict(plan, plan.day < end)


def _joint(held: Floats, row: Ints) -> Floats:
    return np.asarray(np.bincount(row, held), dtype=np.float64)[row]


def _with_legs(
    outline: Plan,
    row: Ints,
    hop: Ints,
    exporter: Ints,
    consignee: Ints,
    day: Ints,
    quantity: Floats,
    misdeclared: Flags,
) -> Plan:
    order = np.lexsort((hop, row))
    return Plan(
        outline.kind,
        outline.hops,
        outline.goods,
        outline.declared,
        outline.first_day,
        outline.ordinary,
        outline.scheme[row][order],
        outline.chain[row][order],
        hop[order],
        exporter[order],
        consignee[order],
        outline.which[row][order],
        day[order],
        quantity[order],
        misdeclared[order],
    )


def _restrict(plan: Plan, keep: Flags) -> Plan:
    """Only some legs, and only the schemes that still have any, numbered anew."""
    schemes, scheme = np.unique(plan.scheme[keep], return_inverse=True)
    _, chain = np.unique(plan.chain[keep], return_inverse=True)
    return Plan(
        plan.kind[schemes],
        plan.hops[schemes],
        plan.goods[schemes],
        plan.declared[schemes],
        plan.first_day[schemes],
        plan.ordinary[schemes],
        scheme,
        chain,
        plan.hop[keep],
        plan.exporter[keep],
        plan.consignee[keep],
        plan.which[keep],
        plan.day[keep],
        plan.quantity[keep],
        plan.misdeclared[keep],
    )

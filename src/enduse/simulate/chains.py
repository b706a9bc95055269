"""Chains: what a scheme does each time, leg by leg."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from enduse.simulate.draws import Flags, Floats, Ints
from enduse.simulate.frame import Frame
from enduse.simulate.schemes import (
    BUYERS,
    GOODS_OF_A_SCHEME,
    HUBS,
    SISTER,
    SUPPLIERS,
    Kind,
    Schemes,
    draw_schemes,
)
from enduse.simulate.seasons import Week

QUANTITY_SPREAD, LEVEL_SPREAD = 0.45, 0.9
"""Standard deviations of log quantity within a relationship and between relationships."""
_TOGETHER = 0.25
"""Share of chains that go with the chain before them, as lines of the same shipments."""
_WHOLE = 1.6
"""Orders that are split or merged are larger, so that their legs are as large as others'."""


@dataclass(frozen=True, slots=True)
class Legs:
    """One row a leg; a leg is a line of the file."""

    scheme: Ints
    chain: Ints
    hop: Ints
    """1 for the leg that leaves the supplier."""
    exporter: Ints
    """Part that exports, of schemes.PARTS."""
    consignee: Ints
    which: Ints
    """Which of the scheme's goods."""
    day: Ints
    quantity: Floats
    """True quantity."""
    misdeclared: Flags
    """Whether quantity and unit disagree."""

    def __len__(self) -> int:
        return len(self.scheme)

    def rows(self, rows: Ints | Flags) -> Legs:
        """Some of the legs."""
        return Legs(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Plan:
    """Schemes, and the legs of their chains."""

    schemes: Schemes
    legs: Legs

    @property
    def chains(self) -> int:
        """How many chains there are."""
        return len(np.unique(self.legs.chain))


def plan_chains(rng: np.random.Generator, frame: Frame, *, legal: bool, budget: int) -> Plan:
    """Whole chains whose legs together come as near below `budget` lines as they can.

    Parameters
    ----------
    legal
        Legal look-alikes, from the first day, instead of diversions, from the embargo.
    """
    size = int(budget / frame.chains_a_scheme) + 4
    while True:
        schemes = draw_schemes(rng, frame, size, legal)
        legs = _legs(rng, frame, schemes)
        if len(legs) >= budget:
            break
        size *= 2
    kept = np.cumsum(np.bincount(legs.chain, minlength=1)) <= budget
    return _renumbered(schemes, legs.rows(kept[legs.chain]))


def as_ordered(rng: np.random.Generator, quantity: Floats) -> Floats:
    """Quantities as they are ordered: three in five in round numbers, of two digits.

    Examples
    --------
    >>> sorted(set(as_ordered(np.random.default_rng(1), np.full(9, 6217.0)).tolist()))
    [6200.0, 6217.0]
    """
    step = 10.0 ** (np.floor(np.log10(np.maximum(quantity, 1e-9))) - 1)
    return np.where(rng.random(len(quantity)) < 0.6, np.rint(quantity / step) * step, quantity)


def _legs(rng: np.random.Generator, frame: Frame, schemes: Schemes) -> Legs:
    """All legs that are seen, chain by chain."""
    centre = np.log(frame.chains_a_scheme) - 0.3
    often = 1 + np.exp(rng.normal(centre, 0.8, len(schemes))).astype(np.int64)
    scheme = np.repeat(np.arange(len(schemes)), often)
    # A scheme lasts about a year, and not past the last day.
    lasting = np.minimum(rng.gamma(2.0, 220.0, len(schemes)) + 60.0, frame.days - schemes.first_day)
    begun = schemes.first_day[scheme] + np.floor(rng.random(len(scheme)) * lasting[scheme])
    apart = rng.random(len(scheme)) >= _TOGETHER
    apart[0] = True
    apart[1:] |= scheme[1:] != scheme[:-1]
    consignment = np.cumsum(apart) - 1
    which = rng.integers(0, GOODS_OF_A_SCHEME, len(scheme))
    level = frame.catalogue.goods.quantity[schemes.goods]
    level = level + rng.normal(0.0, LEVEL_SPREAD, level.shape)
    chains = _Chains(
        scheme=scheme,
        consignment=consignment,
        which=which,
        day=begun[apart][consignment].astype(np.int64),
        quantity=as_ordered(rng, np.exp(rng.normal(level[scheme, which], QUANTITY_SPREAD))),
    )
    legs = _run(rng, schemes, chains, frame.week)
    legs = legs.rows(legs.day < frame.days)
    return legs.rows(np.lexsort((legs.hop, legs.chain)))


@dataclass(frozen=True, slots=True)
class _Chains:
    """One row a chain, or a strand of one."""

    scheme: Ints
    consignment: Ints
    """Chains of one consignment go together, in the same shipments."""
    which: Ints
    day: Ints
    quantity: Floats


def _run(rng: np.random.Generator, schemes: Schemes, chains: _Chains, week: Week) -> Legs:
    """Let goods run from part to part; what is split or merged runs in two strands.

    A split lot leaves the supplier whole and is parted by the first hub. A merged one comes from
    two suppliers and leaves the last hub whole.
    """
    kind = schemes.kind[chains.scheme]
    strands = np.where(np.isin(kind, (Kind.SPLIT, Kind.MERGE)), 2, 1)
    chain = np.repeat(np.arange(len(kind)), strands)
    second = np.concatenate([[False], chain[1:] == chain[:-1]])
    of, kind, group = chains.scheme[chain], kind[chain], chains.consignment[chain]
    hops, size = schemes.hops[of], len(chain)
    split, merge = kind == Kind.SPLIT, kind == Kind.MERGE
    parted = np.where(second, -1.0, 1.0) * rng.uniform(-0.2, 0.2, len(chains.scheme))[chain] + 0.5
    held = chains.quantity[chain]
    held = np.where(split | merge, as_ordered(rng, held * parted * _WHOLE), held)
    slow = np.isin(kind, (Kind.SLOW_STOCK, Kind.STOCK_KEEPING))
    day = chains.day[chain] + np.where(second & merge, 7, 0)
    legs = []
    for leg in range(int(hops.max()) + 1):
        whole = (split & (leg == 0)) | (merge & (leg == hops))
        total = np.bincount(chain, held)[chain]
        day = week.working_day(rng, day, group)
        latest = np.maximum.reduceat(day, np.flatnonzero(~second))[chain]
        day = np.where(whole, latest, day)
        exporter = np.where(second & merge, *SUPPLIERS[::-1]) if leg == 0 else HUBS[leg - 1]
        exporter = np.where((kind == Kind.SISTER_FIRM) & (leg == 1), SISTER, exporter)
        buyer = np.where(second & split, *BUYERS[::-1])
        legs.append(
            Legs(
                scheme=of,
                chain=chain,
                hop=np.full(size, leg + 1),
                exporter=exporter,
                consignee=np.where(leg < hops, HUBS[min(leg, len(HUBS) - 1)], buyer),
                which=chains.which[chain],
                day=day,
                quantity=np.where(whole, total, held),
                misdeclared=(kind == Kind.MISDECLARED_UNIT) & (leg > 0),
            ).rows(((leg < hops) | (schemes.seen[of] & (leg == hops))) & ~(whole & second))
        )
        lag = np.where(
            slow & (leg == 0),
            rng.uniform(100.0, 280.0, size)[group],
            2.0 + rng.gamma(2.0, 9.0, size)[group],
        )
        later = np.where(second, rng.integers(0, 15, size)[group], 0)
        day = day + lag.astype(np.int64) + later
        left = np.where(rng.random(size) < 0.25, rng.uniform(0.9, 1.0, size), 1.0)
        mixed = (kind == Kind.MIXED_WITH_LEGAL) & (leg == 0)
        left = np.where(mixed, rng.uniform(0.5, 1.6, size), left)
        held = np.where(left == 1.0, held, as_ordered(rng, held * left))
    columns = [[getattr(part, f.name) for part in legs] for f in fields(Legs)]
    return Legs(*(np.concatenate(column) for column in columns))


def _renumbered(schemes: Schemes, legs: Legs) -> Plan:
    """Only the schemes that have legs, and all numbers without gaps."""
    kept, scheme = np.unique(legs.scheme, return_inverse=True)
    _, chain = np.unique(legs.chain, return_inverse=True)
    kept_schemes = Schemes(*(getattr(schemes, f.name)[kept] for f in fields(Schemes)))
    return Plan(kept_schemes, replace(legs, scheme=scheme, chain=chain))

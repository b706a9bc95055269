"""Shipment lines under construction, and what all kinds of trade have in common."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from .firms import DAYS
from .goods import DZN, KGM, MTR, NAR, TNE, Bools, Floats, Goods, Ints

TYPOLOGIES: tuple[str, ...] = (
    "one_hop",
    "two_hops",
    "three_hops",
    "four_hops",
    "split",
    "merge",
    "sister",
    "hs_within",
    "mixed",
    "lost_leg",
    "slow_stock",
    "hs_heading",
    "unit_error",
)
DECOYS: tuple[str, ...] = (
    "distributor",
    "reexporter",
    "startup",
    "moved",
    "seasonal",
    "stockist",
    "unit_typo",
)
LABELS: tuple[str, ...] = (*TYPOLOGIES, *DECOYS, "ordinary")
WHOLE = (NAR, MTR, DZN)  # units counted in whole numbers
LABEL = {name: i for i, name in enumerate(LABELS)}


@dataclass(slots=True)
class Lines:
    """Columns of lines; code, quantity and unit as stated on the papers."""

    day: Ints
    exporter: Ints
    consignee: Ints
    code: Ints
    unit: Ints
    quantity: Floats
    mass: Floats
    value: Floats
    label: Ints
    chain: Ints  # -1: none
    hop: Ints
    parent: Ints  # line whose destination the goods leave from; -1: none
    lost: Bools  # missing from the records
    edges: Ints  # two rows: from, to

    def __len__(self) -> int:
        return len(self.day)


def join(parts: list[Lines]) -> Lines:
    """All parts one after the other."""
    start = np.cumsum([0] + [len(p) for p in parts])[:-1]
    for p, s in zip(parts, start, strict=True):
        p.parent = np.where(p.parent >= 0, p.parent + s, -1)
        p.edges = p.edges + s
    return stack(parts)


def stack(parts: list[Lines]) -> Lines:
    """All parts one after the other, parents and edges as they are."""
    return Lines(
        *(np.concatenate([getattr(p, f.name) for p in parts], axis=-1) for f in fields(Lines))
    )


def keep_lines(lines: Lines, keep: Bools) -> Lines:
    """The lines to keep, with the edges and parents among them."""
    spot = np.cumsum(keep) - 1
    names = [f.name for f in fields(Lines) if f.name != "edges"]
    columns = {name: getattr(lines, name)[keep] for name in names}
    out = Lines(**columns, edges=spot[lines.edges[:, keep[lines.edges].all(axis=0)]])
    has = (out.parent >= 0) & keep[out.parent]
    out.parent = np.where(has, spot[out.parent], -1)
    return out


def windows(rng: np.random.Generator, earliest: Ints) -> tuple[Ints, Ints, Floats]:
    """First and last day of each relation, not before earliest; share of it within the records."""
    n = len(earliest)
    length = 60 + rng.exponential(320, n)
    start = rng.uniform(-length + 30, DAYS - 30)
    first = np.maximum(np.maximum(start, earliest), 0)
    last = np.minimum(np.maximum(start + length, first + 30), DAYS - 1)
    return first.astype(np.int64), last.astype(np.int64), np.clip((last - first) / length, 0, 1)


def relation_counts(rng: np.random.Generator, repeat: float, seen: Floats) -> Ints:
    """How often each relation trades within the records: often once or twice, seldom very often.

    seen: share of the relation's time that lies within the records.
    """
    often = rng.lognormal(np.log(max(1.4 * repeat - 1.0, 0.5)) - 0.4, 0.9, len(seen)) * seen
    return np.asarray(1 + np.minimum(often, 90).astype(np.int64))


def spread_days(rng: np.random.Generator, owner: Ints, regular: float) -> Floats:
    """Where in its relation's window each trade falls (0 to 1), more or less evenly spaced.

    owner: the relation of each trade, in ascending order.
    """
    count = np.bincount(owner)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    even = (rank + rng.random(len(owner))) / count[owner]
    is_even = rng.random(len(count)) < regular
    return np.where(is_even[owner], even, rng.random(len(owner)))


def seasoned(day: Floats | Ints, strength: Floats, peak: Floats) -> Floats:
    """Days drawn towards the yearly peak."""
    year = 365.0 / (2 * np.pi)
    return np.asarray(day - strength * year * np.sin((day - peak) / year))


def lot_size(rng: np.random.Generator, quantity: Floats, unit: Ints, rounded: Bools) -> Floats:
    """Quantities as they are traded: whole pieces; round where the relation trades so."""
    whole = np.maximum(np.floor(np.log10(np.maximum(quantity, 1.0))), 0)
    step = np.maximum(10.0**whole / rng.choice([2.0, 10.0], len(quantity)), 1.0)
    lots = np.maximum(np.round(quantity / step), 1) * step
    return tidy(np.where(rounded, lots, quantity), unit)


def tidy(quantity: Floats, unit: Ints) -> Floats:
    """Quantities with the decimals customary for their unit."""
    whole = np.maximum(np.round(quantity), 1)
    loose = np.maximum(np.round(quantity, 1), 0.1)
    tonnes = np.maximum(np.round(quantity, 3), 0.01)
    return np.where(np.isin(unit, WHOLE), whole, np.where(unit == TNE, tonnes, loose))


def misstate(
    rng: np.random.Generator, wrong: Bools, unit: Ints, quantity: Floats, mass: Floats
) -> tuple[Ints, Floats]:
    """Unit and quantity as stated, with a wrong unit where asked for."""
    way = rng.integers(0, 4, len(unit))
    pieces = unit == NAR
    dozens = pieces & (way % 2 == 0)
    new = np.select(
        [dozens, pieces, unit == KGM, unit == TNE],
        [
            np.full_like(unit, DZN),
            np.full_like(unit, KGM),
            np.full_like(unit, TNE),
            np.full_like(unit, KGM),
        ],
        KGM,
    )
    # way 0 and 1: the number stays as it was; way 2 and 3: it is converted
    amount = np.select(
        [way < 2, dozens, unit == KGM],
        [quantity, np.maximum(np.round(quantity / 12), 1), np.round(mass / 1000, 3)],
        np.round(mass, 1),
    )
    return np.where(wrong, new, unit), np.where(wrong, np.maximum(amount, 0.001), quantity)


def net_mass(rng: np.random.Generator, goods: Goods, code: Ints, quantity: Floats) -> Floats:
    """Mass of the goods; where they are counted by mass, just that."""
    noise = np.where(np.isin(goods.unit[code], (KGM, TNE)), 0.0, 0.04)
    mass = quantity * goods.kilos[code] * rng.lognormal(0.0, noise)
    return np.maximum(np.round(mass, 2), 0.01)


def within(weight: Floats, owner: Ints) -> tuple[Floats, Floats]:
    """Consecutive intervals of [0, 1] for each owner (ascending), as long as their weights."""
    total = np.bincount(owner, weight)
    count = np.bincount(owner, minlength=len(total))
    high = np.cumsum(weight / total[owner])
    first = np.cumsum(count) - count
    base = (high - weight / total[owner])[np.minimum(first, len(high) - 1)]
    low = high - weight / total[owner] - base[owner]
    return np.clip(low, 0.0, 1.0), np.clip(high - base[owner], 0.0, 1.0)


def overlaps(
    owner_from: Ints, low_from: Floats, owner_to: Ints, low_to: Floats, high_to: Floats
) -> tuple[Ints, Ints]:
    """Pairs of lots in and lots out of the same owner whose intervals overlap.

    The lots in cover [0, 1] of their owner and stand in ascending order.
    """
    tiny = 1e-6
    start = owner_from + low_from
    first = np.searchsorted(start, owner_to + low_to + tiny, side="right") - 1
    last = np.searchsorted(start, owner_to + high_to - tiny, side="left") - 1
    count = np.maximum(last - first, 0) + 1
    to = np.repeat(np.arange(len(owner_to)), count)
    step = np.arange(len(to)) - np.repeat(np.cumsum(count) - count, count)
    return first[to] + step, to

"""Movements of goods before they are declared: who, what, when, how much, and the truth."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from benchmarks.flow.assumptions import Assumptions
from benchmarks.flow.geography import HUB
from benchmarks.flow.market import Market, off_weekend, pack

AS_COUNTED, THOUSANDS_UNSAID, BY_MASS, THOUSANDS, TIMES_THOUSAND = range(5)
"""How the quantity is declared: rightly; in thousands but not so said; by mass; in thousands;
a thousand times too much."""


@dataclass(slots=True)
class Lines:
    """Movements; every array has one value for each.

    ``relation`` stands for the pair and its goods and decides the forwarder; ``part`` is -1 where
    it is drawn at declaration; ``price`` is a logarithm beside the usual price of the goods.
    """

    exporter: npt.NDArray[np.int32]
    consignee: npt.NDArray[np.int32]
    goods: npt.NDArray[np.int16]
    day: npt.NDArray[np.int32]
    quantity: npt.NDArray[np.float64]
    part: npt.NDArray[np.int32]
    price: npt.NDArray[np.float32]
    manner: npt.NDArray[np.int8]
    chain: npt.NDArray[np.int32]
    hop: npt.NDArray[np.int8]
    typology: npt.NDArray[np.int8]
    decoy: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.exporter)

    def take(self, rows: npt.NDArray[np.int64]) -> Lines:
        """The lines at these places."""
        return Lines(*(getattr(self, entry.name)[rows] for entry in fields(self)))


def joined(parts: list[Lines]) -> Lines:
    """Lines one after another."""
    return Lines(
        *(np.concatenate([getattr(part, entry.name) for part in parts]) for entry in fields(Lines))
    )


def markup(kind: npt.NDArray[np.int8]) -> npt.NDArray[np.float64]:
    """Logarithm of the usual price beside that of a controlled origin, by the seller's kind."""
    return np.where(kind == HUB, 0.12, 0.0)


def make_room(market: Market, planted: Lines, count: int) -> None:
    """Let relations that chains use more than once have so many fewer lawful lines."""
    relations = market.relations
    size, wide = len(market.catalogue), len(market.firms)
    used, times = np.unique(
        (planted.exporter.astype(np.int64) * wide + planted.consignee) * size + planted.goods,
        return_counts=True,
    )
    key = (relations.exporter * wide + relations.consignee) * size + relations.goods
    at = np.minimum(np.searchsorted(used, key), len(used) - 1)
    more = np.where(used[at] == key, times[at] - 1, 0)
    expected = relations.rate * (count / relations.rate.sum())
    relations.rate = np.maximum(expected - more, 0.01 * expected)


def lawful_lines(market: Market, count: int, a: Assumptions, rng: np.random.Generator) -> Lines:
    """Draw so many lines of the market's relations."""
    relations, firms = market.relations, market.firms
    reached = np.cumsum(relations.rate)
    times = rng.poisson(relations.rate * (count / reached[-1]))
    relation = np.repeat(np.arange(len(relations)), times)
    if len(relation) > count:
        relation = rng.permutation(relation)[:count]
    elif len(relation) < count:
        more = np.searchsorted(reached, rng.random(count - len(relation)) * reached[-1])
        relation = np.append(relation, more)
    exporter, consignee = relations.exporter[relation], relations.consignee[relation]
    goods = relations.goods[relation]
    first, last = relations.first[relation], relations.last[relation]
    # A seasonal relation trades in six weeks of each year, those of its number.
    seasonal = relations.decoy[relation] == 1
    day = market.day(goods, first, last, rng)
    opens = (relation[seasonal] * 61) % 320
    year = day[seasonal] // 365
    day[seasonal] = year * 365 + opens + day[seasonal] % 42
    founded = np.maximum(firms.since[exporter], firms.since[consignee])
    day = np.maximum(off_weekend(np.minimum(day, a.days - 1), rng, a.days), founded)
    quantity = pack(
        market.lot(exporter, consignee, goods, a, rng), rng.random(count) < a.round_lots
    )
    manner = np.zeros(count, dtype=np.int8)
    odd = rng.random(count)
    mistaken = odd < a.unit_errors
    manner[mistaken] = np.where(rng.random(int(mistaken.sum())) < 0.5, THOUSANDS_UNSAID,
                                TIMES_THOUSAND)  # fmt: skip
    other = odd > 1 - a.other_units
    manner[other] = np.where(rng.random(int(other.sum())) < 0.5, BY_MASS, THOUSANDS)
    decoy = np.full(count, -1, dtype=np.int8)
    young = founded > 0
    moved = (day >= firms.moves[exporter]) | (day >= firms.moves[consignee])
    for rows, number in ((young, 3), (moved, 4), (seasonal, 5), (mistaken, 6)):
        decoy[rows] = number
    kind = firms.kind[exporter]
    price = markup(kind) + rng.normal(0.0, 0.4, count)
    return Lines(
        exporter.astype(np.int32), consignee.astype(np.int32), goods.astype(np.int16),
        day.astype(np.int32), quantity, np.full(count, -1, dtype=np.int32),
        price.astype(np.float32), manner, np.full(count, -1, dtype=np.int32),
        np.full(count, -1, dtype=np.int8), np.full(count, -1, dtype=np.int8), decoy,
    )  # fmt: skip

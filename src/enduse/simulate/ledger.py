"""The lines of the file in their order: which relationship, on which day, of which shipment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from enduse.simulate.chains import Plan
from enduse.simulate.draws import Flags, Floats, Ints
from enduse.simulate.frame import Frame
from enduse.simulate.seasons import Seasons
from enduse.simulate.terms import Terms
from enduse.simulate.trade import Trade

Scalar = TypeVar("Scalar", bound=np.generic)

_TOGETHER = 0.25
"""Share of lines that go with the line before, where it is the same partners'."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """One row a line, in the order of the file."""

    trade: npt.NDArray[np.int32]
    """Row of Trade."""
    day: npt.NDArray[np.int32]
    leg: npt.NDArray[np.int32]
    """Row among the legs of all plans, one plan after the other; -1: everyday trade."""
    starts: Flags
    """Whether a line is the first of its shipment."""

    def __len__(self) -> int:
        return len(self.trade)


@dataclass(frozen=True, slots=True)
class Passages:
    """What is true of the legs of all plans, one plan after the other."""

    diverted: Flags
    kind: Ints
    chain: Ints
    hop: Ints
    quantity: Floats
    """True quantity."""
    misdeclared: Flags


def all_passages(rng: np.random.Generator, plans: tuple[Plan, ...]) -> Passages:
    """The legs of the plans, with chains numbered in an order that tells nothing."""
    before = np.cumsum([0, *(plan.chains for plan in plans)])
    number = rng.permutation(int(before[-1]))

    def joined(columns: Iterable[npt.NDArray[Scalar]]) -> npt.NDArray[Scalar]:
        return np.concatenate(list(columns))

    return Passages(
        diverted=joined(p.schemes.diverting[p.legs.scheme] for p in plans),
        kind=joined(p.schemes.kind[p.legs.scheme] for p in plans),
        chain=number[joined(p.legs.chain + n for p, n in zip(plans, before, strict=False))],
        hop=joined(p.legs.hop for p in plans),
        quantity=joined(p.legs.quantity for p in plans),
        misdeclared=joined(p.legs.misdeclared for p in plans),
    )


def make_ledger(
    rng: np.random.Generator,
    trade: Trade,
    terms: Terms,
    plans: tuple[Plan, ...],
    trade_of_legs: tuple[Ints, ...],
    frame: Frame,
) -> Ledger:
    """Exactly so many lines: all legs of the plans, the rest everyday trade.

    Lines are sorted by day; lines of the same partners on the same day are one shipment.
    """
    of_legs = np.concatenate(trade_of_legs).astype(np.int32)
    counts = rng.multinomial(frame.lines - len(of_legs), trade.lines / trade.lines.sum())
    by_pair = np.argsort(terms.pair, kind="stable").astype(np.int32)
    everyday = np.repeat(by_pair, counts[by_pair])
    days = _days(rng, trade, terms, everyday, frame.seasons)
    row = np.concatenate([everyday, of_legs])
    day = np.concatenate([days, *(plan.legs.day for plan in plans)]).astype(np.int32)
    leg = np.full(frame.lines, -1, np.int32)
    leg[len(everyday) :] = np.arange(len(of_legs))
    # Pairs in an order of their own within a day, so that the order of lines tells nothing.
    place = rng.permutation(terms.pair.max() + 1)
    key = day.astype(np.int64) * len(place) + place[terms.pair[row]]
    order = np.argsort(key, kind="stable")
    key = key[order]
    starts = np.concatenate([[True], key[1:] != key[:-1]])
    return Ledger(row[order], day[order], leg[order], starts)


def _days(
    rng: np.random.Generator,
    trade: Trade,
    terms: Terms,
    row: npt.NDArray[np.int32],
    seasons: Seasons,
) -> npt.NDArray[np.int32]:
    """A day for each line of everyday trade; some go together with the line before."""
    first, until = trade.day_from[row], trade.day_to[row]
    days = seasons.draw(rng, trade.season[row], first, until).astype(np.int32)
    pair = terms.pair[row]
    joins = rng.random(len(row)) < _TOGETHER
    joins[0] = False
    joins[1:] &= pair[1:] == pair[:-1]
    leader = np.maximum.accumulate(np.where(joins, 0, np.arange(len(row))))
    common = days[leader]
    return np.where((common >= first) & (common < until), common, days)

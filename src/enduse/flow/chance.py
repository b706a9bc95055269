"""What chance looks like: a lot that came only after an order left cannot have gone into it.

Yet it stands to the order, in quantity and in days between, as any unrelated lot of the same party and
goods does. So the lots that came next are counted beside those that came last: what these have more
are goods that went on. That tells without labels what nearness and lags say in the table at hand. In
the same way decoys tell how many finds are false where proteins are identified (Elias and Gygi 2007,
doi:10.1038/nmeth1019).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from enduse.engine.compiling import compiled
from enduse.flow.kernel import (
    FITS,
    LAGS,
    NEARNESSES,
    Ints,
    Longs,
    Postings,
    Reals,
    apart_of,
    begins_group,
    lag_of,
    nearness_of,
)

BEFORE, AFTER = range(2)
_LOT = 1
TERM = 3
"""Months for which pairs of the months before them tell the same: so a late line seldom changes what
was told."""
_FEW = 20.0
"""Pairs that went on of worlds that weights were learned on, which count beside those of the table at
hand."""
_ROUNDS = 300
_DUST = 1e-3
"""Pairs by chance where none are seen."""


class Pairs(NamedTuple):
    """Orders paired with the last lots of their key before they left, and with the next ones after."""

    month: Ints
    """Months since 1970 in which the later of a pair happened; ascending."""
    counts: Ints
    """Shape (months, 2, steps of nearness, steps of lag); `BEFORE`, then `AFTER`."""


class Shares(NamedTuple):
    """How pairs are spread over the steps of nearness and of lag; each sums to 1."""

    nearness: Reals
    """Of those whose goods went on, by step of nearness."""
    lag: Reals
    chance_nearness: Reals
    """Of the others."""
    chance_lag: Reals


@dataclass(frozen=True, slots=True)
class PairWeights:
    """How much counts what orders paired with lots say of nearness and lags."""

    nearness: float
    """Of what nearness says beyond what it usually does, for links of quantities near each other."""
    lag: float
    """Of what the lag says, for the same links."""
    same_lag: float
    """For links of the very same quantity."""
    sum_lag: float
    """For links that rest on quantities that add up."""
    true_nearness: tuple[float, ...]
    """Usual shares of pairs whose goods went on, by step of nearness (`kernel.FITS`)."""
    true_lag: tuple[float, ...]
    """By step of lag (`kernel.AGES`)."""
    chance_nearness: tuple[float, ...]
    """Usual shares of the other pairs."""
    chance_lag: tuple[float, ...]

    @property
    def usual(self) -> Shares:
        """The shares as arrays."""
        return Shares(*map(np.array, (
            self.true_nearness, self.true_lag, self.chance_nearness, self.chance_lag,
        )))  # fmt: skip


def months_of(day: Ints) -> Ints:
    """Months since 1970 of days, each as often as it has days."""
    months: Ints = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int32)
    return months


def count_pairs(
    postings: Postings,
    level: int,
    keys: int,
    day: Ints,
    quantity: Reals,
    window: tuple[int, int, int],
) -> Pairs:
    """Count pairs of orders and lots at the keys of a level.

    Parameters
    ----------
    postings, level, keys
        Postings, the place of the level in their `up`, and how many keys these have.
    day, quantity
        Of shipments; days ascend.
    window
        Least and most days between lot and order; lots before, and after, an order that are counted.
    """
    days = day[np.flatnonzero(np.append(True, day[1:] != day[:-1]))] if len(day) else day
    month, number = np.unique(months_of(days), return_inverse=True)
    counts = np.zeros((len(month), 2, NEARNESSES, LAGS), np.int32)
    if len(days):
        month_of = np.zeros(int(days[-1]) - int(days[0]) + 1, np.int32)
        month_of[days - days[0]] = number
        _count(postings, level, keys, day, quantity, window, month_of, counts)
    some = counts.any(axis=(1, 2, 3))
    return Pairs(month[some], counts[some])


@compiled
def _count(
    postings: Postings,
    level: int,
    keys: int,
    day: Ints,
    quantity: Reals,
    window: tuple[int, int, int],
    month_of: Ints,
    counts: npt.NDArray[np.int32],
) -> None:
    posting, key, _, up = postings
    least_age, most_age, tried = window
    most = _most_at_once(postings, level)
    # Orders (0) and lots (1) of a group of parties; those of a key and a side are a list by days, in
    # which those of a day stand the last first: so that lots before an order, and lots after it, are
    # taken in the same order where not all of a day are.
    days, logs = np.empty((2, most), np.int32), np.empty((2, most), np.float32)
    before, after = np.empty((2, most), np.int32), np.empty((2, most), np.int32)
    due, made = np.empty(most, np.int32), np.zeros(2, np.int64)
    last = np.full((keys, 2), -1, np.int32)
    first_young, first_today = last.copy(), last.copy()
    for place in range(len(posting)):
        if begins_group(posting, place):
            made[:] = 0
        s = up[key[place], level]
        if s < 0:
            continue
        row, side = posting[place] >> 1, posting[place] & 1
        other, today, log = 1 - side, day[row], np.float32(np.log(quantity[row]))
        month = month_of[today - day[0]]
        young = first_young[s, other]
        while young >= 0 and days[other, young] <= today - least_age:
            young = after[other, young]
        first_young[s, other] = young
        at, seen = last[s, other] if young < 0 else before[other, young], 0
        while at >= 0 and days[other, at] >= today - most_age:
            # Earlier orders have had at least as many lots since.
            if (due[at] == 0) if side == _LOT else (seen == tried):
                break
            due[at] -= side == _LOT
            seen += 1
            near = nearness_of(apart_of(logs[other, at], log, FITS[-1] + 2))
            counts[month, side, near, lag_of(today - days[other, at])] += 1
            at = before[other, at]
        here, front = made[side], first_today[s, side]
        days[side, here], logs[side, here] = today, log
        if front >= 0 and days[side, front] == today:
            before[side, here], after[side, here] = before[side, front], front
            before[side, front] = here
        else:
            front = -1
            before[side, here], after[side, here] = last[s, side], -1
            last[s, side] = here
        if before[side, here] >= 0:
            after[side, before[side, here]] = here
        if first_young[s, side] == front:
            first_young[s, side] = here
        first_today[s, side] = here
        if side != _LOT:
            due[here] = tried
        made[side] += 1


@compiled
def _most_at_once(postings: Postings, level: int) -> int:
    """How many lots, or orders, a group of parties has at most."""
    posting, key, _, up = postings
    made, most = np.zeros(2, np.int64), 0
    for place in range(len(posting)):
        if begins_group(posting, place):
            made[:] = 0
        if up[key[place], level] >= 0:
            made[posting[place] & 1] += 1
            most = max(most, made.max())
    return int(most)


def shares_of(counts: npt.NDArray[Any], usual: Shares) -> Shares:
    """How pairs are spread, of `counts` as those of `Pairs` over months; of few, as is `usual`."""
    kinds = _went_on(
        counts[BEFORE].astype(float), counts[AFTER].astype(float), usual.nearness, usual.lag, _FEW
    )
    # Both are believed as far as the one of which less is seen.
    seen = min(of.sum() for of in kinds)
    shares = []
    for kind, as_usual in zip(kinds, (usual[:2], usual[2:]), strict=True):
        many = max(kind.sum(), _DUST)
        for axis, of in zip((1, 0), as_usual, strict=True):
            shares.append((seen * kind.sum(axis=axis) / many + _FEW * of) / (seen + _FEW))
    return Shares(*shares)


def beyond_usual(counts: Longs, usual: Shares) -> tuple[Reals, Reals]:
    """Log-odds that goods went on, by step of nearness and of lag, beyond what these usually say.

    On average over what went on they are 0: they do not say how many links are true.
    """
    here = shares_of(counts, usual)
    nearness = _times(here.nearness, usual.nearness, here.chance_nearness, usual.chance_nearness)
    lag = _times(here.lag, usual.lag, here.chance_lag, usual.chance_lag)
    return nearness - here.nearness @ nearness, lag - here.lag @ lag


def _times(true: Reals, usual: Reals, chance: Reals, usual_chance: Reals) -> Reals:
    """Logarithm of how much more often than usual steps are true."""
    times: Reals = np.log(true / usual) - np.log(chance / usual_chance)
    return times


@compiled
def _went_on(
    before: Reals, after: Reals, usual_nearness: Reals, usual_lag: Reals, few: float
) -> tuple[Reals, Reals]:
    """Pairs by nearness and lag: those whose goods went on, and those by chance.

    Pairs `before` are some of chance and some of goods that went on, whose nearness and lag are
    independent; those `after` are of chance alone (EM; both counted as Poisson).
    """
    true = np.maximum(before - after, 0)
    for _ in range(_ROUNDS):
        many, chance = true.sum(), (before - true + after) / 2
        nearness = (true.sum(axis=1) + few * usual_nearness) / (many + few)
        lag = (true.sum(axis=0) + few * usual_lag) / (many + few)
        for i in range(len(nearness)):
            for j in range(len(lag)):
                went_on = many * nearness[i] * lag[j]
                true[i, j] = before[i, j] * went_on / (went_on + chance[i, j] + _DUST)
    return true, chance

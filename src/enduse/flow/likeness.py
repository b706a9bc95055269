"""How alike the goods are that came and went, and what that says of links.

How much differences say hangs on the table: where weights are rough, or prices drawn from lists,
nothing. So it is learned from the links themselves, without labels: links are taken for true as
surely as quantities, days and chance say (`Links.sure`), the differences of those that are true are
set against the differences of the others, and both are told again by what was found, some times over
(the EM algorithm for a mixture of two kinds). What a currency costs in another is what prices of the
same goods mostly differ by. Each month rests on the months before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from enduse.engine.compiling import compiled
from enduse.flow.chance import TERM, Pairs, PairWeights, beyond_usual, months_of
from enduse.flow.descriptors import DESCRIPTORS, PATTERNS, UNKNOWN, Described, patterns_of
from enduse.flow.kernel import (
    LAGS,
    MATCHES,
    NEARNESSES,
    SAME,
    SUM,
    Bytes,
    Floats,
    Ints,
    Links,
    Longs,
    Lots,
    Pools,
    Reals,
)
from enduse.flow.unit_values import (
    BIN,
    BINS,
    CURRENCIES,
    NO_RATES,
    STEPS,
    Rates,
    Shorts,
    mixed_in,
    steps_of,
)
from enduse.flow.unit_values import UNKNOWN as NOT_PRICED

_SURES = (1 / (1 + np.exp(-np.arange(-7.0, 5.1, 0.5)))).astype(np.float32)
"""How sure a link is by all else, at which the next step begins."""
_ODDS = np.append(-7.25, np.arange(-6.75, 5.5, 0.5))
"""The log-odds that each of these steps stands for."""
_OF_VALUES = (len(_ODDS), STEPS + 1, 2 * STEPS + 1)
"""Shape of what is counted: links by how sure they are, and by steps of weight and of cost."""
_OF_PAPERS = (len(_ODDS), PATTERNS)
"""The same by how descriptors agree."""
_CELLS = int(np.prod(_OF_VALUES) + np.prod(_OF_PAPERS)) + 1
"""What is counted of a month: first by steps, then by how descriptors agree; last, links that are
told but not learned from."""
_WINDOW = 12
"""Months that tell what currencies cost in each other."""
_LEAST_PRICED = 200
"""Links between two currencies from which on it is told."""
_ROUNDS = 8
_LEAST_TRUE = 300
"""Links taken for true from which on differences are believed."""
_FEW = 20.0
"""Links of a step that count as much as none."""
_MOST = 3.0
"""Log-odds that a difference says at most."""
_FINEST = 0.125
"""What log-odds are rounded to."""
_COARSE = 0.5
"""The same for nearness and lags."""
_STAYS = 2
"""Log-odds stay as they were told of the last month with links while they are no further off than
this times what they are rounded to: so a late line seldom changes what is said of all that came since."""
_RATE_STAYS = 50
"""The same for the price of a currency, in thousandths."""

Likeness: TypeAlias = tuple[Reals, ...]
"""Log-odds that a link is true by step of each difference."""


def _known_together() -> Ints:
    """For each pattern which descriptors are known of both, as a number; -1: none."""
    together = np.zeros(PATTERNS, np.int32)
    for place in range(len(DESCRIPTORS)):
        together += (np.arange(PATTERNS) // 3**place % 3 != UNKNOWN) << place
    return together - 1


_GROUPS = (
    (
        np.append(np.zeros(STEPS, np.int32), -1),
        np.concatenate([np.zeros(STEPS, np.int32), [-1], np.ones(STEPS, np.int32)]),
    ),
    (_known_together(),),
)
"""Steps that exclude each other, by what is counted and difference; -1: nothing is known."""


_NOTHING = tuple(tuple(np.zeros(len(of)) for of in groups) for groups in _GROUPS)


class Told(NamedTuple):
    """What is known of a month's links, from the months before it."""

    values: Likeness = _NOTHING[0]
    """By steps of weight and of cost."""
    papers: Likeness = _NOTHING[1]
    """By how descriptors agree."""
    rates: Rates = NO_RATES
    matches: Likeness = (np.zeros(NEARNESSES), np.zeros(LAGS))
    """By steps of nearness of quantities and of lag, beyond what these usually say."""

    def same(self, other: Told) -> bool:
        """Whether both say the same."""
        ours: list[npt.NDArray[Any]] = [*self.values, *self.papers, self.rates, *self.matches]
        theirs: list[npt.NDArray[Any]] = [*other.values, *other.papers, other.rates, *other.matches]
        return all(np.array_equal(*both) for both in zip(ours, theirs, strict=True))


NOTHING = Told()


@compiled
def _steps_in(sure: Floats) -> Ints:
    """The step of how sure each link is."""
    steps = np.empty(len(sure), np.int32)
    for j in range(len(sure)):
        steps[j] = np.searchsorted(_SURES, sure[j], side="right")
    return steps


@compiled
def _tell(sure: Floats, step: Ints | Bytes, odds: Reals) -> None:
    """Put how sure links are with a difference in place of how sure they are without."""
    times = np.exp(odds)
    for j in range(len(sure)):
        more = times[step[j]]
        sure[j] = sure[j] * more / (1 - sure[j] + sure[j] * more)


@compiled
def _tally(at: Ints, counts: Ints) -> None:
    """Count places; -1: not counted."""
    for place in at:
        if place >= 0:
            counts[place] += 1


class Traits(NamedTuple):
    """What is compared along links, of shipments by day."""

    each: Shorts
    """What one of the goods weighs and costs; shape (shipments, `unit_values.EACH`)."""
    said: Described
    """What papers say of them."""


class Counted(NamedTuple):
    """Where links count, one value a link; -1: nowhere. Those that are not learned from count last
    of their month, by steps."""

    values: Ints
    """Among `Differences.counts`, by steps."""
    papers: Ints
    """By how descriptors agree."""
    prices: Ints
    """Among `Differences.prices`."""


def _with_room(counts: Ints, size: int) -> Ints:
    """The same, at least so long."""
    if size <= len(counts):
        return counts
    return np.append(counts, np.zeros(size + size // 4 - len(counts), np.int32))


class Differences:
    """Links counted month by month by how their goods differ, and what that says of later ones.

    An open ledger keeps it, and counts up and down. `weights` say how much nearness and lags count.
    """

    def __init__(self, weights: PairWeights) -> None:
        self._weights = weights
        self._pairs: dict[int, Longs] = {}
        """Pairs of orders and lots by month."""
        self._beyond: dict[int, Likeness] = {}
        """What they say from a month on."""
        self.counts = np.zeros(0, np.int32)
        """Links by place of the month and what is counted of it."""
        self.prices = np.zeros(0, np.int32)
        """Links between currencies by row and bin."""
        self._places: dict[int, int] = {}
        self._rows: dict[int, dict[int, int]] = {}
        """Rows of `prices` by month and pair of currencies."""
        self._many_rows = 0
        self._told: list[Told] = []
        self._touched: int | None = None

    def touch(self, day: Ints) -> None:
        """Take note that links of orders of some days change."""
        if len(day):
            month = int(months_of(day.min(keepdims=True))[0])
            self._touched = month if self._touched is None else min(self._touched, month)

    def count_pairs(self, pairs: Pairs, sign: int = 1) -> None:
        """Count pairs of orders and lots, or (-1) count them no more."""
        self._beyond.clear()
        for month, counts in zip(pairs.month.tolist(), pairs.counts, strict=True):
            self._pairs[month] = self._pairs.get(month, 0) + sign * counts.astype(np.int64)

    def known(self, month: int) -> Told:
        """What is known of a month's links."""
        if month not in self._places:
            by_month, earlier = self._by_month, [known for known in self._places if known < month]
            places = [self._places[known] for known in sorted(earlier, reverse=True)]
            last = next((place for place in places if by_month[place, :-1].any()), None)
            # Months mostly come in order, and then nothing need be copied.
            counts = by_month if len(places) == len(by_month) else by_month[places]
            before = NOTHING if last is None else self._told[last]
            self._told.append(self._known_of(month, counts.sum(axis=0), before))
            self._places[month] = len(self._places)
            self.counts = _with_room(self.counts, len(self._places) * _CELLS)
        return self._told[self._places[month]]

    def count(self, month: int, values: Ints, papers: Ints, across: Ints) -> Counted:
        """Count links of a known month by their cells; `papers` and `across`: -1 where none."""
        rows = self._rows.setdefault(month, {})
        row_of = np.full(CURRENCIES * CURRENCIES, -1, np.int32)
        for pair in np.flatnonzero(np.bincount(across[across >= 0] // BINS)).tolist():
            if pair not in rows:
                rows[pair] = self._many_rows
                self._many_rows += 1
            row_of[pair] = rows[pair]
        self.prices = _with_room(self.prices, self._many_rows * BINS)
        begin = np.int32(self._places[month] * _CELLS)
        counted = Counted(
            values + begin,
            np.where(papers < 0, papers, papers + (begin + np.int32(np.prod(_OF_VALUES)))),
            np.where(across < 0, across, row_of[across // BINS] * np.int32(BINS) + across % BINS),
        )
        _tally(counted.values, self.counts)
        _tally(counted.papers, self.counts)
        _tally(counted.prices, self.prices)
        return counted

    def turned(self) -> bool:
        """Whether anything else is known of any month now, since links were touched."""
        if self._touched is None:
            return False
        counts, before = np.zeros(_CELLS, np.int64), NOTHING
        for month, place in sorted(self._places.items()):
            of_month = self._by_month[place]
            if month > self._touched:
                now = self._known_of(month, counts, before)
                if of_month.any() and not now.same(self._told[place]):
                    return True
                self._told[place] = now
            if of_month[:-1].any():
                before = self._told[place]
                counts += of_month
        self._touched = None
        return False

    @property
    def _by_month(self) -> Ints:
        return self.counts[: len(self._places) * _CELLS].reshape(-1, _CELLS)

    def _known_of(self, month: int, counts: Longs, before: Told) -> Told:
        values, papers = np.split(counts[:-1], [np.prod(_OF_VALUES)])
        return Told(
            likeness_of(values.reshape(_OF_VALUES), _GROUPS[0], before.values),
            likeness_of(papers.reshape(_OF_PAPERS), _GROUPS[1], before.papers),
            self._rates(month, before.rates),
            self._matches(month, before.matches),
        )

    def _matches(self, month: int, before: Likeness) -> Likeness:
        """What nearness and lags say in a month beyond what they usually do."""
        term = month - month % TERM
        if term not in self._beyond:
            earlier = [counts for known, counts in self._pairs.items() if known < term]
            if not earlier:
                return before
            said = beyond_usual(np.sum(earlier, axis=0), self._weights.usual)
            self._beyond[term] = tuple(np.clip(of, -_MOST, _MOST) for of in said)
        return _settled(self._beyond[term], before, _COARSE)

    def odds_of(self, told: Told) -> Reals:
        """Log-odds by `Links.match` of what is told of nearness and lags."""
        nearness, lag = told.matches
        weights, odds = self._weights, np.empty((MATCHES // LAGS, LAGS))
        odds[:NEARNESSES] = np.add.outer(weights.nearness * nearness, weights.lag * lag)
        odds[SAME], odds[SUM] = weights.same_lag * lag, weights.sum_lag * lag
        return odds.ravel()

    def _rates(self, month: int, before: Rates) -> Rates:
        """What currencies cost in each other in a month: the median of the months before it."""
        rows: dict[int, list[int]] = {}
        for earlier in range(month - _WINDOW, month):
            for pair, row in self._rows.get(earlier, {}).items():
                rows.setdefault(pair, []).append(row)
        if not rows:
            return before
        prices = self.prices[: self._many_rows * BINS].reshape(-1, BINS)
        counted = np.stack([prices[of].sum(axis=0) for of in rows.values()]).cumsum(axis=1)
        many = counted[:, -1:]
        middle = (2 * counted < many).sum(axis=1) + (2 * counted <= many).sum(axis=1) - BINS + 1
        rate = middle * (BIN // 2)
        one, other = np.divmod(np.array(list(rows)), CURRENCIES)
        known = before[one, other]
        turns = (many[:, 0] >= _LEAST_PRICED) & (
            (known == NOT_PRICED) | (np.abs(rate - known.astype(np.int64)) > _RATE_STAYS)
        )
        if not turns.any():
            return before
        rates = before.copy()
        rates[one[turns], other[turns]] = rate[turns]
        rates[other[turns], one[turns]] = -rate[turns]
        return rates


def tell_by_month(
    day: Ints,
    traits: Traits,
    pools: tuple[Pools, Pools],
    lots: Lots,
    links: Links,
    differences: Differences,
) -> Iterator[Counted]:
    """Tell links by differences, those of each month's orders by what is known of earlier months.

    So the answer is the same on the day and years later. `day` ascends; `pools` are those of lots
    and of orders. Links are counted in `differences`; yields where.
    """
    each, said = traits
    months = months_of(day)
    starts = np.unique(months, return_index=True)[1]
    differing, named = (
        (mixed_in(pools[0], of), mixed_in(pools[1], of)) for of in (each, said.words)
    )
    for first, end in pairwise([*starts.tolist(), len(months)]):
        month, sure = int(months[first]), links.sure[links.begin[first] : links.begin[end]]
        told = differences.known(month)
        # What shows only later that it was part of a lot is not counted: so it changes nothing before.
        later = links.sum_step[links.begin[first] : links.begin[end]] < 0
        papers = np.full(len(sure), -1, np.int32)
        if len(said.columns):
            pattern = patterns_of(first, end, said, pools, named, lots, links)
            papers = np.where(later, papers, _steps_in(sure) * np.int32(PATTERNS) + pattern)
            _tell(sure, pattern, told.papers[0])
        steps, across = steps_of(first, end, each, pools, differing, lots, links, told.rates)
        step = steps[:, 0] * np.int32(2 * STEPS + 1) + steps[:, 1]
        values = _steps_in(sure) * np.int32(np.prod(_OF_VALUES[1:])) + step
        values[later] = _CELLS - 1
        _tell(sure, step, np.add.outer(*told.values).ravel())
        across[later] = -1
        # Last, so that how goods differ is told by the same links whatever this says.
        _tell(sure, links.match[links.begin[first] : links.begin[end]], differences.odds_of(told))
        yield differences.count(month, values, papers, across)


def likeness_of(counts: npt.NDArray[Any], groups: Sequence[Ints], before: Likeness) -> Likeness:
    """What differences say of links.

    Parameters
    ----------
    counts
        Links by the step of how sure they are by all else, and by the step of each difference.
    groups
        Of each difference which steps exclude each other; -1: the one at which nothing is known.
    before
        What differences said of the last month with links.
    """
    if counts.sum() < _LEAST_TRUE:
        return before
    likeness = tuple(np.zeros(len(of)) for of in groups)
    sure, *steps = counts.nonzero()
    links = counts[(sure, *steps)]
    for _ in range(_ROUNDS):
        odds = _ODDS[sure] + sum(of[step] for of, step in zip(likeness, steps, strict=True))
        true = links / (1 + np.exp(-odds))
        likeness = tuple(
            _said(np.bincount(step, true, len(of)), np.bincount(step, links - true, len(of)), of)
            for of, step in zip(groups, steps, strict=True)
        )
    return _settled(likeness, before, _FINEST)


def _settled(told: Likeness, before: Likeness, finest: float) -> Likeness:
    """What stays as it was told, where it is not off by more than little."""
    return tuple(
        np.where(np.abs(now - then) <= _STAYS * finest, then, np.round(now / finest) * finest)
        for now, then in zip(told, before, strict=True)
    )


def _said(true: npt.NDArray[Any], false: npt.NDArray[Any], groups: Ints) -> Reals:
    """Log-odds by the step of one difference."""
    of_true, of_false = true + 1, false + 1
    all_true, all_false = (np.bincount(groups + 1, of)[groups + 1] for of in (of_true, of_false))
    odds = np.log(of_true / all_true) - np.log(of_false / all_false)
    fewer = np.minimum(of_true, of_false)
    said = np.clip(odds * fewer / (fewer + _FEW), -_MOST, _MOST)
    return np.where((groups >= 0) & (all_true >= _LEAST_TRUE), said, 0)

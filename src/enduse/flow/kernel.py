"""The ledger: lots that came in at a party, and the orders that may have used them."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from enduse.engine.compiling import compiled
from enduse.flow.sums import MOST_PARTS, MOST_TRIED, add_up

Ints: TypeAlias = npt.NDArray[np.int32]
Longs: TypeAlias = npt.NDArray[np.int64]
Bytes: TypeAlias = npt.NDArray[np.int8]
Floats: TypeAlias = npt.NDArray[np.float32]
Reals: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Vector = TypeVar("Vector", Ints, Reals)

_DUST = 1e-9
"""Part of a lot or an order below which nothing is left of it."""
AGES = (4, 8, 15, 30, 45, 60, 90, 150, 220)
"""Days at which the next step of lag begins."""
FITS = (0, 1, 3, 6, 10, 20, 40, 80, 160)
"""Hundredths of difference of logarithms at which a step of nearness ends; the first is 'the same'."""
LAGS, NEARNESSES = len(AGES) + 1, len(FITS) + 1
SAME, SUM = NEARNESSES, NEARNESSES + 1
"""What stands in the place of a step of nearness, where it is not quantities near each other that tell."""
MATCHES = (SUM + 1) * LAGS
"""Ways in which quantities and days match."""
USED = (0.2, 0.5, 0.9, 0.999)
"""Parts of a lot or an order at which the next step of its use begins."""
_BLOCK = 1 << 12
"""Postings whose shipments are looked up together: the processor then fetches many at once."""
_CLOSE = 1e-6
"""What single precision may take from a part."""


class Keys(NamedTuple):
    """Pairs of a party and its goods, and which of them each shipment meets."""

    arriving: Ints
    """The key at the consignee, one a shipment; -1: not followed."""
    leaving: Ints
    """The key at the exporter."""
    up: npt.NDArray[np.int32]
    """Shape (keys, levels): the key of the party and its goods at each level; -1: none. The last
    level is all of the party's goods; no ledger is kept of it. That of the very same quantity is
    left out: such a key is a posting's own."""
    levels: int
    """How many keys there are over all levels. Those of the same parties have numbers near each other."""


class Postings(NamedTuple):
    """Shipments where they leave and where they arrive, by groups of parties; of each group in the
    order of shipments."""

    posting: Ints
    """Twice the shipment's number; one more where it arrives."""
    key: Ints
    """The key of each posting."""
    same: Ints
    """The key of each posting's party and any goods in the very same quantity; -1: it does not both
    receive and send them."""
    up: npt.NDArray[np.int32]
    """As in `Keys`; once it is known which keys meet, as `find_meetings` numbers these."""


class Pools(NamedTuple):
    """Shipments that no ledger can tell apart are one lot, or one order."""

    place: Ints
    """Where each shipment stands in what follows; 0: it shares no pool, of lots or of orders. Few do."""
    back: Ints
    """How far before the shipment the first of its pool stands."""
    members: Ints
    """How many the pool holds; at its first shipment."""


class Links(NamedTuple):
    """What may have gone from a lot into an order; by order."""

    lot: Ints
    """Number of the lot in `Lots`."""
    quantity: Floats
    """What first in, first out takes from the lot; these come first, by level. 0: the link rests on
    quantities that fit, add up or are the very same."""
    sure: Floats
    """Probability that the order was made from this lot, given that both are seen."""
    forced: Floats
    """What of the order no other stock known could have covered, in the unit of the level."""
    sum_step: Bytes
    """Where the link rests on quantities that add up, the step of `sums` that says how; negative if
    the last of them left on a later day. Else 0."""
    match: Bytes
    """How quantities and days match: `LAGS` times the step of nearness, `SAME` where quantities are the
    very same, `SUM` where they add up; and the step of the lag."""
    begin: Ints
    """Where the links of each shipment (as first of a pool) begin; one more than shipments."""


class Lots(NamedTuple):
    """Arrivals, once at each level at which the party also sends; by shipment, then by level."""

    row: Ints
    level: Bytes


@compiled
def root_of(pools: Pools, row: int) -> int:
    """The first shipment of a shipment's pool."""
    root: int = row - pools.back[pools.place[row]]
    return root


@compiled
def members_of(pools: Pools, root: int) -> int:
    """How many shipments the pool holds that begins with this one."""
    members: int = pools.members[pools.place[root]]
    return members


@compiled
def keep_ledger(
    postings: Postings,
    meeting: int,
    day: Ints,
    quantity: Reals,
    lot_pools: Pools,
    order_pools: Pools,
    mentions: tuple[Ints, Ints, Floats],
    window: tuple[int, int, int, int],
    weights: tuple[Floats, Floats, Floats, Floats, Floats],
    same_weights: tuple[Floats, Floats, Floats],
    sum_weights: tuple[Floats, Floats, Floats, Floats],
) -> tuple[Lots, Links]:
    """Give every order the lots that it may have used, in the order of days.

    Parameters
    ----------
    postings, meeting
        Postings at keys that meet, and how many these are, from `find_meetings`.
    mentions
        Spellings of consignees and exporters and how sure each is; all empty if none differ.
    window
        Least age of a lot in days, most age for first in, first out, most age for a fit of
        quantities, and how many lots are tried for a fit.
    weights
        Log-odds of a link: by age in days; by hundredths of difference of logarithms of quantity;
        by how much of the lot and of the order it takes, in 36 steps; by level; and
        (offset, of the logarithm of the rate of arrivals, of departures).
    same_weights
        Log-odds of a link of the very same quantity: by age in days; by the narrowest level at
        which the goods agree too; and of rates as above.
    sum_weights
        Log-odds of a link that rests on quantities that add up: by age; by step of `sums`; by
        level; and of rates.
    """
    posting, key, same, up = postings
    least_age, stock_age, most_age, tried = window
    by_age, by_fit, by_use, by_level, by_rate = weights
    same_by_age, same_by_level, same_by_rate = same_weights
    sum_by_age, by_sum, sum_by_level, sum_by_rate = sum_weights
    consignee_mention, exporter_mention, mention_sure = mentions
    levels = up.shape[1] + 1
    most_lots, most_orders, all_lots, most_links = _most(postings)
    # Of all lots and links; then of the lots and orders of a group of parties, one after another.
    lot_row, lot_level = np.empty(all_lots, np.int32), np.empty(all_lots, np.int8)
    link_row = np.empty(most_links, np.int32)
    link_lot, link_quantity = np.empty(most_links, np.int32), np.empty(most_links, np.float32)
    link_sure, link_forced = np.empty(most_links, np.float32), np.empty(most_links, np.float32)
    link_step, link_match = np.zeros(most_links, np.int8), np.empty(most_links, np.int8)
    lot_base = np.empty(most_lots, np.int32)
    lot_day, lot_members = np.empty(most_lots, np.int32), np.empty(most_lots, np.int32)
    size, left, stock = np.empty(most_lots), np.empty(most_lots), np.empty(most_lots)
    log = np.empty(most_lots, np.float32)
    after, before = np.empty(most_lots, np.int32), np.empty(most_lots, np.int32)
    sent_row, sent_before = np.empty(most_orders, np.int32), np.empty(most_orders, np.int32)
    sent_counts = np.empty((most_orders, 2), np.int32)
    sent_day, sent_size = np.empty(most_orders, np.int32), np.empty(most_orders)
    parts = np.empty(MOST_TRIED, np.int32)
    nearest = min(tried, MOST_TRIED)
    near_lot, other = np.empty(nearest, np.int32), np.empty(nearest, np.int32)
    near_day, other_day = np.empty(nearest, np.int32), np.empty(nearest, np.int32)
    near_size, other_size = np.empty(nearest), np.empty(nearest)
    room = np.empty(1 << nearest)
    # Of each key: first lot not used up, last lot, first lot in the window, first lot too
    # young, arrivals, departures, last order.
    state = np.zeros((meeting, 7), np.int32)
    state[:, :4] = state[:, 6] = -1
    made, linked, counted, sent, lots_before = 0, 0, 0, 0, 0
    days, amounts = np.empty(_BLOCK + 1, np.int32), np.empty(_BLOCK)
    alike = np.empty(_BLOCK, np.int32)
    for place in range(len(posting)):
        row, arrives, k = posting[place] >> 1, posting[place] & 1, key[place]
        here = place % _BLOCK
        if here == 0:
            _look_up(posting[place : place + _BLOCK + 1], day, days)
            _look_up(posting[place : place + _BLOCK], quantity, amounts)
            _look_up_pools(posting[place : place + _BLOCK], lot_pools, order_pools, alike)
        today, tomorrow, each, members = days[here], days[here + 1], amounts[here], alike[here]
        if begins_group(posting, place):
            lots_before, made, sent = lots_before + made, 0, 0
        if not arrives and members:
            whole = each * members
            log_each = np.float32(np.log(each))
            for level in range(levels):
                s = same[place] if level == levels - 1 else up[k, level]
                if s < 0 or state[s, 1] < 0:
                    continue
                need, first = whole, linked
                head = state[s, 0]
                while head >= 0 and need > _DUST * whole:
                    if lot_day[head] < today - stock_age:
                        head = after[head]
                        continue
                    if lot_day[head] > today - least_age:
                        break
                    taken = min(left[head], need)
                    link_lot[linked], link_row[linked] = lots_before + head, row
                    link_quantity[linked] = 0 if level == levels - 1 else taken
                    linked += 1
                    left[head] -= taken
                    need -= taken
                    if left[head] <= _DUST * size[head]:
                        head = after[head]
                state[s, 0] = head
                young = state[s, 3]
                while young >= 0 and lot_day[young] <= today - least_age:
                    young = after[young]
                state[s, 3] = young
                newest = before[young] if young >= 0 else state[s, 1]
                # The lot that fits best among the last ones.
                at, seen, best, best_at = newest, 0, -np.inf, -1
                while at >= 0 and seen < tried and lot_day[at] >= today - most_age:
                    seen += 1
                    value = by_age[today - lot_day[at]]
                    value += by_fit[apart_of(log[at], log_each, len(by_fit))]
                    if value > best:
                        best, best_at = value, at
                    at = before[at]
                for j in range(first, linked):
                    if link_lot[j] == lots_before + best_at:
                        best_at = -1
                if best_at >= 0 and apart_of(log[best_at], log_each, len(by_fit)) < len(by_fit) - 1:
                    link_lot[linked], link_row[linked] = lots_before + best_at, row
                    link_quantity[linked] = 0.0
                    linked += 1
                # Lots that make up the order, and the lot that it and earlier orders share out.
                told = 0
                if level < levels - 1:
                    near, at = 0, newest
                    while at >= 0 and near < nearest and lot_day[at] >= today - most_age:
                        near_lot[near], near_size[near], near_day[near] = at, size[at], lot_day[at]
                        near += 1
                        at = before[at]
                    others, at = 0, state[s, 6]
                    while at >= 0 and others < nearest - 1:
                        other[others], other_day[others] = at, sent_day[at]
                        other_size[others] = sent_size[at]
                        others += 1
                        at = sent_before[at]
                    sums = add_up(
                        whole, near_size, near_day, near, other_size, other_day, others,
                        least_age, room,
                    )  # fmt: skip
                    for i in range(near):
                        if (sums.lots >> i) & 1:
                            link_lot[linked], link_row[linked] = lots_before + near_lot[i], row
                            link_quantity[linked], link_step[linked] = 0.0, sums.lots_step
                            linked += 1
                    if sums.shared >= 0:
                        lot = lots_before + near_lot[sums.shared]
                        link_lot[linked], link_row[linked] = lot, row
                        link_quantity[linked], link_step[linked] = 0.0, sums.shared_step
                        linked += 1
                        for i in range(others):
                            if (sums.orders >> i) & 1:
                                # That it was part of this lot shows only now, if it left before.
                                later = -1 if other_day[i] < today else 1
                                link_lot[linked], link_row[linked] = lot, sent_row[other[i]]
                                parts[told] = other[i]
                                told += 1
                                link_quantity[linked] = 0.0
                                link_step[linked] = later * sums.shared_step
                                linked += 1
                    sent_row[sent], sent_before[sent] = row, state[s, 6]
                    sent_day[sent], sent_size[sent] = today, whole
                    sent_counts[sent, 0], sent_counts[sent, 1] = state[s, 4], state[s, 5]
                    state[s, 6] = sent
                    sent += 1
                # All that was there in the window of days.
                oldest = state[s, 2]
                while oldest >= 0 and lot_day[oldest] < today - stock_age:
                    oldest = after[oldest]
                state[s, 2] = oldest
                there = 0.0
                if newest >= 0 and oldest >= 0:
                    there = stock[newest] - stock[oldest] + size[oldest]
                for j in range(first, linked):
                    lot, taken = link_lot[j] - lots_before, np.float64(link_quantity[j])
                    arrivals, departures, left_on = state[s, 4], state[s, 5], today
                    if j >= linked - told:
                        earlier = parts[j - (linked - told)]
                        arrivals, departures = sent_counts[earlier, 0], sent_counts[earlier, 1]
                        left_on = sent_day[earlier]
                    arrivals -= lot_members[lot]
                    watched = np.float64(left_on - day[0] + 90)
                    age = min(left_on - lot_day[lot], len(by_age) - 1)
                    kind = SAME
                    if link_step[j]:
                        kind, rate = SUM, sum_by_rate
                        odds = sum_by_level[level] + sum_by_age[age] + by_sum[abs(link_step[j])]
                    elif level == levels - 1:
                        rate = same_by_rate
                        odds = same_by_level[_agreed(lot_base[lot], k, up)] + same_by_age[age]
                    else:
                        rate = by_rate
                        odds = by_level[level] + by_age[age]
                        apart = apart_of(log[lot], log_each, len(by_fit))
                        if lot_members[lot] != members:
                            # What cannot be told apart may have come, or gone, as one.
                            together = np.float32(np.log(size[lot])), np.float32(np.log(whole))
                            apart = min(apart, apart_of(*together, len(by_fit)))
                        kind = nearness_of(apart)
                        odds += by_fit[apart]
                        odds += by_use[_step(taken / size[lot]) * 6 + _step(taken / whole)]
                    odds += rate[0]
                    odds += rate[1] * np.log((arrivals + 0.5) / watched)
                    odds += rate[2] * np.log((departures + 0.5) / watched)
                    sure = 1 / (1 + np.exp(-odds))
                    if len(mention_sure):
                        ours = consignee_mention[lot_row[link_lot[j]]]
                        theirs = exporter_mention[link_row[j]]
                        if ours != theirs:
                            sure *= mention_sure[ours] * mention_sure[theirs]
                    link_sure[j] = sure
                    link_match[j] = kind * LAGS + lag_of(age)
                    link_forced[j] = max(0.0, min(taken, whole - need - (there - size[lot])))
        # What happens on a day counts for rates when the day is over.
        if place + 1 == len(posting) or tomorrow != today:
            for p in range(counted, place + 1):
                for level in range(levels):
                    s = same[p] if level == levels - 1 else up[key[p], level]
                    if s >= 0:
                        state[s, 5 - (posting[p] & 1)] += 1
            counted = place + 1
        if arrives and members:
            for level in range(levels):
                s = same[place] if level == levels - 1 else up[k, level]
                if s < 0:
                    continue
                last = state[s, 1]
                lot_row[lots_before + made], lot_level[lots_before + made] = row, level
                lot_day[made], lot_base[made], lot_members[made] = today, k, members
                size[made] = each * members
                left[made], stock[made] = size[made], size[made]
                log[made] = np.log(each)
                before[made], after[made] = last, -1
                if last >= 0:
                    after[last] = made
                    stock[made] += stock[last]
                if state[s, 0] < 0:
                    state[s, 0] = made
                if state[s, 2] < 0:
                    state[s, 2] = made
                if state[s, 3] < 0:
                    state[s, 3] = made
                state[s, 1] = made
                made += 1
    lots, _ = _by_row(lot_row[: lots_before + made], len(day))
    number = np.empty(len(lots), np.int32)
    for place in range(len(lots)):
        number[lots[place]] = place
    at, link_begin = _by_row(link_row[:linked], len(day))
    return (
        Lots(lot_row[lots], lot_level[lots]),
        Links(
            number[link_lot[at]],
            link_quantity[at],
            link_sure[at],
            link_forced[at],
            link_step[at],
            link_match[at],
            link_begin,
        ),
    )


@compiled
def _look_up(posting: Ints, values: Vector, found: Vector) -> None:
    """What each posting's shipment has."""
    for place in range(len(posting)):
        found[place] = values[posting[place] >> 1]


@compiled
def _look_up_pools(posting: Ints, lots: Pools, orders: Pools, members: Ints) -> None:
    """How many shipments the lot or the order holds that begins with each posting; 0: none does."""
    for place in range(len(posting)):
        row = posting[place] >> 1
        pools = lots if posting[place] & 1 else orders
        members[place] = members_of(pools, row) if root_of(pools, row) == row else 0


@compiled
def begins_group(posting: Ints, place: int) -> bool:
    """Whether the postings of other parties begin: only there do shipments' numbers fall."""
    return place > 0 and posting[place] < posting[place - 1]


@compiled
def _most(postings: Postings) -> tuple[int, int, int, int]:
    """How many lots and orders a group can have at most; lots, and links, that all can."""
    posting, key, same, up = postings
    most_lots, most_orders, all_lots, all_orders, lots, orders = 0, 0, 0, 0, 0, 0
    for place in range(len(posting)):
        if begins_group(posting, place):
            lots = orders = 0
        arrives, count = posting[place] & 1, int(same[place] >= 0)
        for level in range(up.shape[1]):
            count += up[key[place], level] >= 0
        lots += arrives * count
        orders += (1 - arrives) * count
        all_lots += arrives * count
        all_orders += (1 - arrives) * count
        most_lots, most_orders = max(most_lots, lots), max(most_orders, orders)
    return most_lots, most_orders, all_lots, all_lots + (2 + 2 * MOST_PARTS) * all_orders


@compiled
def _by_row(rows: Ints, n: int) -> tuple[Ints, Ints]:
    """Places of values by the shipment of each, and where those of each of `n` shipments begin."""
    begin = np.zeros(n + 1, np.int32)
    for row in rows:
        begin[row + 1] += 1
    for row in range(n):
        begin[row + 1] += begin[row]
    to, order = begin[:n].copy(), np.empty(len(rows), np.int32)
    for place in range(len(rows)):
        order[to[rows[place]]] = place
        to[rows[place]] += 1
    return order, begin


@compiled
def _agreed(one: int, other: int, up: npt.NDArray[np.int32]) -> int:
    """The narrowest level at which two keys of a party agree; else that of the same quantity."""
    same: int = up.shape[1]
    for level in range(same):
        if up[one, level] >= 0 and up[one, level] == up[other, level]:
            return level
    return same


@compiled
def lag_of(days: int) -> int:
    """The step of a lag."""
    step = 0
    while step < len(AGES) and days >= AGES[step]:
        step += 1
    return step


@compiled
def nearness_of(apart: int) -> int:
    """The step of nearness of quantities so many hundredths apart."""
    step = 0
    while step < len(FITS) and apart > FITS[step]:
        step += 1
    return step


@compiled
def apart_of(one: np.float32, other: np.float32, steps: int) -> int:
    """Hundredths between two logarithms, rounded up; the last step is everything farther."""
    return min(int(abs(one - other) * 100 + 0.9999), steps - 1)


@compiled
def _step(share: float) -> int:
    """Nothing, under a fifth, a half, nine tenths, nearly all, all: 0 to 5."""
    if share <= _DUST:
        return 0
    step = 1
    for least in USED:
        step += share >= least - _CLOSE
    return step

"""Learn what the ledger's links weigh and the scores, on worlds of all generators but two.

    python -m benchmarks.flow.fit [--lines N] [--only links|scores] [--write]

Held out are `baskets` and `reels`, and seeds from 1000 on. A link counts as true
where goods went from the lot into the order, in planted and in lawful chains alike: the weights know
nothing of diversion.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

from benchmarks.flow import (
    assays,
    bench,
    brokers,
    clans,
    contracts,
    depots,
    gravity,
    orders,
    parcels,
    plainworld,
    ports,
    rewired,
    stocks,
    swaps,
    tenders,
    trials,
    walks,
    works,
)
from benchmarks.flow.assumptions import BUSY, Assumptions, vary
from benchmarks.flow.generators import Knobs, origins_of, world_of
from benchmarks.flow.thin import Thin
from enduse.flow.chance import TERM, Pairs, PairWeights, Shares, beyond_usual, months_of, shares_of
from enduse.flow.forecast import forecast
from enduse.flow.kernel import AGES, FITS, LAGS, NEARNESSES, USED, Floats, members_of
from enduse.flow.learned import Learned, Lesson, grow
from enduse.flow.learned import learn as learn_from
from enduse.flow.ledger import Ledger, follow, keep
from enduse.flow.movements import Level, Movements, Parties, groups_of, read_movements
from enduse.flow.sums import LUCK, SHAPES
from enduse.flow.traffic import count_before
from enduse.flow.weights import LinkWeights, SameWeights, SumWeights

_MOST = 5_000
"""True links that a world counts for at most."""
STEPS = (len(AGES) + 1, len(FITS) + 1, 36, len(Level), len(LUCK) + 1, SHAPES)
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

WORLDS: tuple[tuple[int, Knobs], ...] = (
    (101, Assumptions()),
    (102, Assumptions(reclassified=0.4, loss=0.4)),
    (103, BUSY),
    (104, Assumptions(coverage=0.5)),
    (101, Thin()),
    (102, Thin(both=0.6, codes=300, split=0.5, loss=0.5)),
    (103, Thin(both=0.1, codes=2000, reclassified=0.4)),
    (104, Thin(coverage=0.5, longest_lag=60)),
    (101, gravity.Knobs(firms_per_thousand=90)),
    (101, stocks.Knobs()),
    (101, plainworld.Knobs()),
    (101, ports.Knobs()),
    (101, contracts.Knobs()),
    (101, bench.Knobs()),
    (101, orders.Knobs()),
    (101, swaps.Knobs()),
    (101, clans.Knobs()),
    (101, parcels.Knobs()),
    (101, depots.Knobs()),
    (101, tenders.Knobs()),
    (101, walks.Knobs()),
    (101, works.Knobs()),
    (101, trials.Knobs()),
    (101, assays.Knobs()),
    (101, brokers.Knobs()),
    (101, rewired.Knobs()),
)
"""Seed and knobs of what the weights of links are learned from."""

SCORED_WORLDS: tuple[tuple[int, Knobs], ...] = (
    (201, Assumptions()),
    (202, BUSY),
    (203, Assumptions(coverage=0.5)),
    (204, Assumptions(reclassified=0.4)),
    (205, Assumptions(distributors=0)),
    (206, Assumptions(at_distributors=1.0)),
    (207, Assumptions(coverage=0.3)),
    (208, Assumptions(coverage=0.8, loss=0.5)),
    (209, vary(209)),
    (210, vary(210)),
    (211, Assumptions(sister=0.3)),
    (201, Thin()),
    (202, Thin(coverage=0.5)),
    (203, Thin(reclassified=0.4, both=0.6)),
    (204, Thin(both=0.8, lines_of_relation=10, loss=0.6, split=0.5)),
    (205, Thin(coverage=0.3, repeats=3)),
    (206, Thin(repeats=4, codes=200)),
    (201, gravity.Knobs()),
    (202, gravity.Knobs(firms_per_thousand=110)),
    (203, gravity.Knobs(coverage=0.5, firms_per_thousand=90)),
    (204, gravity.vary(204)),
    (205, gravity.vary(205)),
    (201, stocks.Knobs()),
    (202, stocks.Knobs(coverage=0.5)),
    (203, stocks.Knobs(reclassified=0.4)),
    (204, stocks.vary(204)),
    (205, stocks.vary(205)),
    (201, plainworld.Knobs()),
    (202, plainworld.Knobs(coverage=0.5)),
    (203, plainworld.Knobs(reclassified=0.4)),
    (204, plainworld.vary(204)),
    (205, plainworld.vary(205)),
    (201, ports.Knobs()),
    (202, ports.Knobs(coverage=0.5)),
    (203, ports.Knobs(reclassified=0.4)),
    (204, ports.vary(204)),
    (205, ports.vary(205)),
    (201, contracts.Knobs()),
    (202, contracts.Knobs(coverage=0.5)),
    (203, contracts.Knobs(reclassified=0.4)),
    (204, contracts.vary(204)),
    (205, contracts.vary(205)),
    (201, bench.Knobs()),
    (202, bench.Knobs(coverage=0.5)),
    (203, bench.Knobs(reclassified=0.4)),
    (204, bench.vary(204)),
    (205, bench.vary(205)),
    (201, orders.Knobs()),
    (202, orders.Knobs(coverage=0.5)),
    (203, orders.Knobs(reclassified=0.4)),
    (204, orders.vary(204)),
    (205, orders.vary(205)),
    (201, swaps.Knobs()),
    (202, swaps.Knobs(coverage=0.5)),
    (203, swaps.Knobs(reclassified=0.4)),
    (204, swaps.vary(204)),
    (205, swaps.vary(205)),
    (201, clans.Knobs()),
    (202, clans.Knobs(coverage=0.5)),
    (203, clans.Knobs(reclassified=0.4)),
    (204, clans.vary(204)),
    (205, clans.vary(205)),
    (201, parcels.Knobs()),
    (202, parcels.Knobs(coverage=0.5)),
    (203, parcels.Knobs(reclassified=0.4)),
    (204, parcels.vary(204)),
    (205, parcels.vary(205)),
    (201, depots.Knobs()),
    (202, depots.Knobs(coverage=0.5)),
    (203, depots.Knobs(reclassified=0.4)),
    (204, depots.vary(204)),
    (205, depots.vary(205)),
    (201, tenders.Knobs()),
    (202, tenders.Knobs(coverage=0.5)),
    (203, tenders.Knobs(reclassified=0.4)),
    (204, tenders.vary(204)),
    (205, tenders.vary(205)),
    (201, walks.Knobs()),
    (202, walks.Knobs(coverage=0.5)),
    (203, walks.Knobs(reclassified=0.4)),
    (204, walks.vary(204)),
    (205, walks.vary(205)),
    (201, works.Knobs()),
    (202, works.Knobs(coverage=0.5)),
    (203, works.Knobs(reclassified=0.4)),
    (204, works.vary(204)),
    (205, works.vary(205)),
    (201, trials.Knobs()),
    (202, trials.Knobs(coverage=0.5)),
    (203, trials.Knobs(reclassified=0.4)),
    (204, trials.vary(204)),
    (205, trials.vary(205)),
    (201, assays.Knobs()),
    (202, assays.Knobs(coverage=0.5)),
    (203, assays.Knobs(reclassified=0.4)),
    (204, assays.vary(204)),
    (205, assays.vary(205)),
    (201, brokers.Knobs()),
    (202, brokers.Knobs(coverage=0.5)),
    (203, brokers.Knobs(reclassified=0.4)),
    (204, brokers.vary(204)),
    (205, brokers.vary(205)),
    (201, rewired.Knobs()),
    (202, rewired.Knobs(coverage=0.5)),
    (203, rewired.Knobs(reclassified=0.4)),
    (204, rewired.vary(204)),
    (205, rewired.vary(205)),
)
"""The same for the learned scores."""

HALF_SEEN, FIRST_TWO = 2.5, 4.0
"""How much worlds count of which not all is seen, and those of the first two generators."""


def load(lines: int, seed: int, knobs: Knobs) -> tuple[Movements, Flags, Ints]:
    """Movements of a world with the true parties; which are planted; the codes of true links."""
    world = world_of(lines, seed, knobs)
    firms = (world.truth[f"{side}_firm"].to_numpy() for side in ("exporter", "consignee"))
    movements = read_movements(
        world.shipments,
        embargoed={"RU", "BY"},
        controlled_origins=origins_of(knobs),
        parties=Parties(*firms),
    )
    n = len(movements)
    place = np.empty(n, np.int64)
    place[movements.row] = np.arange(n)
    tables = [world.edges, *([] if isinstance(knobs, Thin) else [world.legal_edges])]
    links = [
        place[table["from_row"].to_numpy()] * n + place[table["to_row"].to_numpy()]
        for table in tables
    ]
    planted = world.truth["positive"].to_numpy(zero_copy_only=False)[movements.row]
    return movements, planted, np.unique(np.concatenate(links))


def design(ledger: Ledger) -> tuple[sparse.csr_matrix, Ints, Flags, Flags]:
    """What is known of each link, as the weights see it; its code (lot × shipments + order); and
    whether it rests on the very same quantity, and on quantities that add up."""
    m, links, lots = ledger.movements, ledger.links, ledger.lots
    order = np.repeat(np.arange(len(m)), np.diff(links.begin))
    lot, place = lots.row[links.lot], lots.level[links.lot].astype(int)
    level, size, whole = np.array(ledger.levels)[place], m.quantity[lot], m.quantity[order]
    same, adds_up = level == Level.QUANTITY, links.sum_step != 0
    level[same] = _agreed(ledger, lot[same], order[same])
    apart = _apart(size, whole)
    size = size * members_of(ledger.lot_pools, lot)
    whole = whole * members_of(ledger.order_pools, order)
    apart = np.minimum(apart, _apart(size, whole))
    used, covered = _steps(links.quantity / size), _steps(links.quantity / whole)
    luck, shape = np.divmod(np.maximum(np.abs(links.sum_step) - 1, 0), SHAPES)
    days = m.day[order] - m.day[0] + 90
    steps = (
        np.digitize(m.day[order] - m.day[lot], AGES),
        np.searchsorted(FITS, apart),
        used * 6 + covered,
        level,
        luck,
        shape,
    )
    offsets = 3 + np.concatenate([[0], np.cumsum(STEPS)[:-1]])
    count = len(order)
    columns = np.concatenate(
        [
            np.tile(np.arange(3), count),
            np.stack([s + o for s, o in zip(steps, offsets, strict=True)], 1).ravel(),
        ]
    )
    rows = np.concatenate([np.repeat(np.arange(count), 3), np.repeat(np.arange(count), len(steps))])
    counts = count_before(ledger, np.arange(count))
    rates = np.log((np.column_stack(counts) + 0.5) / days[:, None])
    alone, all_links = ~same & ~adds_up, np.ones(count, bool)
    asked = np.stack([all_links, alone, alone, all_links, adds_up, adds_up], 1)
    values = np.concatenate(
        [np.column_stack([np.ones(count), rates]).ravel(), asked.ravel().astype(float)]
    )
    matrix = sparse.csr_matrix((values, (rows, columns)), (count, 3 + sum(STEPS)))
    return matrix, lot.astype(np.int64) * len(m) + order, same, adds_up


def _agreed(ledger: Ledger, lot: Ints, order: Ints) -> Ints:
    """The narrowest level at which goods of lots and orders agree; else QUANTITY."""
    agreed = np.full(len(lot), Level.QUANTITY)
    goods, kinds = ledger.movements.goods, ledger.movements.kinds
    for level in sorted(set(ledger.levels) - {Level.QUANTITY, Level.PARTY}, reverse=True):
        ours = kinds[level][goods[lot]]
        agreed[(ours >= 0) & (ours == kinds[level][goods[order]])] = level
    return agreed


def _apart(size: npt.NDArray[np.float64], whole: npt.NDArray[np.float64]) -> Ints:
    told: Ints = (np.abs(np.log(size) - np.log(whole)) * 100 + 0.9999).astype(int)
    return told


def _steps(share: npt.NDArray[np.floating[Any]]) -> Ints:
    return np.digitize(share + 1e-6, [1.001e-6, *USED])


def beyond(ledger: Ledger, usual: Shares) -> npt.NDArray[np.float64]:
    """What pairs of the months before say of each link's nearness and lag, beyond what is usual."""
    month = np.repeat(months_of(ledger.movements.day), np.diff(ledger.links.begin))
    nearness, lag = np.divmod(ledger.links.match, LAGS)
    told = np.zeros((len(month), 2))
    for one in np.unique(month):
        before = ledger.pairs.counts[ledger.pairs.month < one - one % TERM].sum(axis=0)
        of_nearness, of_lag = beyond_usual(before, usual)
        here = month == one
        told[here, 0] = np.append(of_nearness, np.zeros(2))[nearness[here]]
        told[here, 1] = of_lag[lag[here]]
    return told


def usual_shares(pairs: Sequence[Pairs]) -> Shares:
    """How pairs are spread in worlds, each of which counts as much."""
    even = Shares(*(np.full(steps, 1 / steps) for steps in 2 * (NEARNESSES, LAGS)))
    counts = [one.counts.sum(axis=0) for one in pairs]
    return shares_of(np.sum([20_000 * one / one[0].sum() for one in counts], axis=0), even)


def learn(matrix: sparse.csr_matrix, true: Flags, counts: Floats) -> tuple[Any, ...]:
    """Logistic regression with a light ridge: offset, of both rates, of each step, and of the rest."""
    total = counts.sum()

    def loss(w: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        odds = matrix @ w
        off = counts * (1 / (1 + np.exp(-odds)) - true)
        ridge = np.concatenate([[0.0], w[1:]]) * 1e-5
        value = (counts * (np.logaddexp(0, odds) - true * odds)).sum() / total
        return value + (ridge * w).sum() / 2, matrix.T @ off / total + ridge

    w = optimize.minimize(
        loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 400}
    ).x
    parts = [tuple(np.round(part, 3).tolist()) for part in np.split(w[3:], np.cumsum(STEPS))]
    return (*np.round(w[:3], 4).tolist(), *parts)


def learn_links(lines: int) -> LinkWeights:
    """Weights of links, from worlds of the generators."""
    rng = np.random.default_rng(1)
    matrices, truths, counts, kinds = [], [], [], []
    ledgers = [keep(load(lines, seed, knobs)[0], LinkWeights.shipped()) for seed, knobs in WORLDS]
    usual = usual_shares([ledger.pairs for ledger in ledgers])
    for (seed, knobs), ledger in zip(WORLDS, ledgers, strict=True):
        _, _, links = load(lines, seed, knobs)
        matrix, codes, same, adds_up = design(ledger)
        matrix = sparse.hstack([matrix, sparse.csr_matrix(beyond(ledger, usual))]).tocsr()
        true = np.isin(codes, links)
        chosen = true | (rng.random(len(true)) < 0.15)
        matrices.append(matrix[chosen])
        truths.append(true[chosen])
        # No world tells more than another of how links look, however many it has.
        count = np.where(true[chosen], 1, 1 / 0.15)
        counts.append(count * min(1.0, _MOST / max(true.sum(), 1)))
        kinds.append((same + 2 * adds_up)[chosen])
        print(
            f"{type(knobs).__name__} {seed}: {true.sum():,} of {len(true):,} links are true",
            flush=True,
        )
    matrix, true = sparse.vstack(matrices).tocsr(), np.concatenate(truths)
    count, kind = np.concatenate(counts), np.concatenate(kinds)
    single, same, sums = (
        learn(matrix[kind == k], true[kind == k], count[kind == k]) for k in range(3)
    )
    offset, arrivals, departures, age, _, _, level, *_ = same
    shares = (tuple(np.round(of, 5).tolist()) for of in usual)
    return LinkWeights(
        *single[:7],
        SameWeights(offset, arrivals, departures, age, level),
        SumWeights(*sums[:4], *sums[7:9], sums[6]),
        PairWeights(*single[9], same[9][1], sums[9][1], *shares),
    )


def learn_scores(lines: int) -> tuple[Learned, Learned]:
    """The score of all that is known, and the score of the day."""
    rng = np.random.default_rng(2)
    lessons: list[Lesson] = []
    of_the_day: list[tuple[Any, Any, Any]] = []
    for seed, knobs in SCORED_WORLDS:
        movements, planted, _ = load(lines, seed, knobs)
        groups = groups_of(world_of(lines, seed, knobs).shipments, movements)
        ledger = keep(movements, LinkWeights.shipped())
        origins, ends = follow(ledger)
        weight = np.where(planted, 1, 4 * (rng.random(len(planted)) < 0.25)).astype(np.float32)
        weight *= HALF_SEEN if knobs.coverage < 1 else 1
        weight *= FIRST_TWO if isinstance(knobs, (Assumptions, Thin)) else 1
        lessons.append(Lesson(ledger, origins, ends, planted, weight))
        told = forecast(ledger, groups, None, with_features=True).features
        chosen = told.any(axis=1) & (weight > 0)
        of_the_day.append((told[chosen], planted[chosen], weight[chosen]))
        print(
            f"{type(knobs).__name__} {seed}: {planted.sum():,} of {len(planted):,} are planted",
            flush=True,
        )
    hindsight = learn_from(lessons, name="learned on fictional worlds")
    then = grow(*(np.concatenate(part) for part in zip(*of_the_day, strict=True)))
    return hindsight, Learned("learned on fictional worlds, as of the day", then)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--only", choices=("links", "scores"), help="one of the two steps")
    parser.add_argument("--write", action="store_true", help="write into src/enduse/flow")
    given = parser.parse_args()
    room = Path("src/enduse/flow")
    if given.only != "scores":
        weights = learn_links(given.lines)
        print(weights)
        if given.write:
            weights.save(room / "links.json")
    if given.only != "links":
        hindsight, of_the_day = learn_scores(given.lines)
        if given.write:
            hindsight.save(room / "learned.json")
            of_the_day.save(room / "learned_then.json")


if __name__ == "__main__":
    main()

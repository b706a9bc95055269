"""Who is embargoed in the end, which rows are planted by that, and what each chain is called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from benchmarks.flow.depots.market import Flags, Ints, Knobs, Market
from benchmarks.flow.depots.stock import Moves


@dataclass(slots=True)
class Planted:
    """The planted part of all moves: rows, links (positions), chain and hop of each row."""

    positive: Flags
    link: Flags
    chain: Ints
    hop: Ints
    final: Flags
    embargoed: Ints
    dropped: Flags


def plant(
    rng: Generator, knobs: Knobs, market: Market, moves: Moves, inside: Flags, lines: int
) -> Planted:
    """Choose who of the candidates is embargoed, and mark what reached them."""
    n = len(moves.day)
    out, source, share = moves.link_to, moves.link_from, moves.link_quantity
    strong = (share >= 0.2 * moves.quantity[out]) & (share >= 0.03 * moves.quantity[source])
    strong &= moves.controlled[source] >= 0.2
    links = np.flatnonzero(strong)
    links = links[np.argsort(out[links], kind="stable")]
    low = np.searchsorted(out[links], np.arange(n)).tolist()
    high = np.searchsorted(out[links], np.arange(n), side="right").tolist()
    ends = np.flatnonzero(
        moves.onward & inside & ~market.goods.exempt[moves.code]
        & (moves.consignee >= market.first_customer) & market.open_candidate[moves.consignee]
    )  # fmt: skip
    ends = ends[np.argsort(moves.consignee[ends], kind="stable")]
    firms, first = np.unique(moves.consignee[ends], return_index=True)
    groups = np.split(ends, first[1:])
    positive, final, link = np.zeros(n, bool), np.zeros(n, bool), np.zeros(len(out), bool)
    hop = np.full(n, -1)
    reaches: dict[int, int] = {}
    sources, steps = source.tolist(), links.tolist()

    def follow(row: int) -> int:
        """Longest way back to a controlled origin in hops, or -1."""
        if row not in reaches:
            if not inside[row]:
                reaches[row] = -1
            elif not moves.onward[row]:
                reaches[row] = 0 if moves.controlled[row] == 1 else -1
            else:
                back = [follow(sources[k]) for k in steps[low[row] : high[row]]]
                reaches[row] = -1 if max(back, default=-1) < 0 else max(back) + 1
        return reaches[row]

    target, done = knobs.planted * lines, 0
    embargoed: list[int] = []
    for g in rng.permutation(len(firms)).tolist():
        rows: set[int] = set()
        through: set[int] = set()
        heads = [r for r in groups[g].tolist() if follow(r) > 0]
        todo = list(heads)
        while todo:
            row = todo.pop()
            if row in rows:
                continue
            rows.add(row)
            for k in steps[low[row] : high[row]] if moves.onward[row] else []:
                if follow(sources[k]) >= 0:
                    through.add(k)
                    todo.append(sources[k])
        new = [r for r in rows if not positive[r] and inside[r]]
        if not new or len(new) > 0.06 * target + 12 or done + len(new) > 1.04 * target + 4:
            continue
        positive[list(rows)], final[heads], link[list(through)] = True, True, True
        done += len(new)
        embargoed.append(int(firms[g]))
        if done >= target:
            break
    for row in np.flatnonzero(positive).tolist():
        hop[row] = reaches[row]
    chain = _components(n, source[link], out[link], positive)
    # What came from before the first day, or in traces only, is in no chain and is left out.
    firms_shut = np.array(embargoed, np.int64)
    dropped = np.zeros(n, bool)
    dropped[ends] = np.isin(moves.consignee[ends], firms_shut) & (moves.controlled[ends] > 0.15)
    return Planted(positive, link, chain, hop, final, firms_shut, dropped & ~positive)


def _components(n: int, left: Ints, right: Ints, positive: Flags) -> Ints:
    """Number the connected groups of planted rows from 0; -1 elsewhere."""
    label = np.arange(n)
    while True:
        least = np.minimum(label[left], label[right])
        old = label.copy()
        np.minimum.at(label, left, least)
        np.minimum.at(label, right, least)
        label = label[label]
        if np.array_equal(old, label):
            break
    chain = np.full(n, -1)
    chain[positive] = np.unique(label[positive], return_inverse=True)[1]
    return chain


def name_chains(chain: Ints, hop: Ints, marks: dict[str, Flags]) -> list[str]:
    """Name each chain by one of its traits, in turn; its number of hops is one of them."""
    _, chain = np.unique(chain, return_inverse=True)
    many = int(chain.max(initial=-1)) + 1
    traits = {k: np.bincount(chain, v, minlength=many) > 0 for k, v in marks.items()}
    longest = np.zeros(many, np.int64)
    np.maximum.at(longest, chain, hop)
    for k in (1, 2, 3, 4):
        traits[f"hops_{k}"] = longest == k if k < 4 else longest >= 4
    has = np.stack(list(traits.values()))
    nth = np.arange(many) % np.maximum(has.sum(0), 1)
    which = np.argmax(np.cumsum(has, axis=0) > nth, axis=0)
    name = np.array(list(traits), dtype=object)[which]
    return [str(x) for x in name[chain]]

"""A second generator: thin markets, in which firms seldom buy and sell the same goods.

It is simpler than `worlds` and of other assumptions, so that what is learned on both leans on
neither: firms trade a few codes with partners drawn by size, pairs repeat, chains pass through
third-country firms of any size and end in an embargoed country; some lots are split, some lose a
part. Seeds from 1000 on are held out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]

CORRIDORS = {
    ("TW", "TW"): 0.28, ("TW", "TR"): 0.22, ("TW", "IN"): 0.10, ("TR", "TW"): 0.08,
    ("TR", "TR"): 0.08, ("TR", "RU"): 0.09, ("TR", "IN"): 0.05, ("IN", "TW"): 0.06,
    ("IN", "TR"): 0.05, ("IN", "IN"): 0.05, ("IN", "RU"): 0.03, ("RU", "TR"): 0.01,
}  # fmt: skip
"""Trade by kind of the seller's and the buyer's country, each kind by one of its countries."""
COUNTRIES = {
    "TW": ("US", "DE", "JP", "TW", "KR"),
    "TR": ("TR", "AE", "KZ", "HK", "AM", "GE"),
    "RU": ("RU", "BY"),
    "IN": ("IN", "VN", "BR", "MX"),
}
KINDS = tuple(COUNTRIES)
CONTROLLED_ORIGINS = COUNTRIES["TW"]


@dataclass(frozen=True, slots=True)
class Thin:
    """Knobs of a thin world; shares lie between 0 and 1.

    Attributes
    ----------
    both
        Relations in goods that the buyer trades in too.
    codes
        HS codes; five in a heading.
    lines_of_relation
        Usual lines of a relation.
    chains
        Consignments for each line; `repeats` of them usually take one route.
    split, loss
        Consignments split in two at the first third-country firm; legs that lose up to a tenth.
    longest_lag
        Days that goods stay at most.
    coverage, reclassified
        Lines that are seen; onward legs with another code of the heading.
    """

    both: float = 0.3
    codes: int = 600
    lines_of_relation: float = 6.0
    chains: float = 0.0015
    repeats: float = 1.3
    split: float = 0.25
    loss: float = 0.2
    longest_lag: int = 30
    coverage: float = 1.0
    reclassified: float = 0.0


@dataclass(frozen=True, slots=True)
class ThinWorld:
    """Shipments, who is in which chain, and links between rows, as `worlds.World` has them."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table


def make_thin(lines: int, *, seed: int, knobs: Thin | None = None) -> ThinWorld:
    """Make a thin world of about so many lines over two years."""
    a = knobs or Thin()
    rng = np.random.default_rng(seed)
    firms = int(lines * 0.04 * rng.uniform(0.8, 1.25)) + 40
    kind = rng.choice(4, firms, p=[0.4, 0.3, 0.1, 0.2])
    weight = rng.pareto(1.3, firms) + 0.3
    weight = np.minimum(weight, np.quantile(weight, 0.9995))
    share = 1 / np.arange(1, a.codes + 1) ** 0.7
    share = rng.permutation(share / share.sum())
    width = 1 + rng.poisson(2, firms)
    first = np.concatenate([[0], np.cumsum(width)])
    trades = rng.choice(a.codes, first[-1], p=share)
    size = rng.normal(5, 1.3, a.codes)

    def draw(of: int, count: int) -> Ints:
        among = np.flatnonzero(kind == of)
        return rng.choice(among, count, p=weight[among] / weight[among].sum())

    def goods_of(firm: Ints) -> Ints:
        return trades[first[firm] + (rng.random(len(firm)) * width[firm]).astype(int)]

    relations = max(1, int(lines / a.lines_of_relation))
    pairs = [(KINDS.index(x), KINDS.index(y)) for x, y in CORRIDORS]
    which = rng.choice(
        len(pairs), relations, p=np.array(list(CORRIDORS.values())) / sum(CORRIDORS.values())
    )
    exporter, consignee = np.empty(relations, int), np.empty(relations, int)
    for place, (seller, buyer) in enumerate(pairs):
        here = which == place
        exporter[here], consignee[here] = draw(seller, here.sum()), draw(buyer, here.sum())
    goods = goods_of(exporter)
    alike = rng.random(relations) < a.both
    goods[alike] = goods_of(consignee[alike])
    usual = size[goods] + rng.normal(0, 0.8, relations)
    count = np.maximum(1, np.round(rng.lognormal(0, 1.2, relations) * a.lines_of_relation / 2))
    relation = rng.permutation(np.repeat(np.arange(relations), count.astype(int)))[:lines]
    lawful = [
        exporter[relation], consignee[relation], goods[relation],
        np.exp(usual[relation] + rng.normal(0, 0.7, len(relation))),
        rng.integers(0, 730, len(relation)), np.full(len(relation), -1),
    ]  # fmt: skip
    planted, edges = _chains(len(relation), lines, a, draw, goods_of, size, rng)
    columns = [np.concatenate([x, y]) for x, y in zip(lawful, planted, strict=True)]
    return _world(columns, edges, kind, a, rng)


def _chains(first_row, lines, a, draw, goods_of, size, rng):  # type: ignore[no-untyped-def]
    routes = int(lines * a.chains / a.repeats)
    hubs = 1 + rng.choice(4, routes, p=[0.40, 0.33, 0.18, 0.09])
    seller, between, buyer = draw(0, routes), draw(1, routes * 4).reshape(-1, 4), draw(2, routes)
    lead = goods_of(seller)
    legs: list[tuple[int, int, int, float, int, int]] = []
    edges: list[tuple[int, int]] = []
    chain = 0
    for route in range(routes):
        path = [seller[route], *between[route, : hubs[route]], buyer[route]]
        for _ in range(1 + rng.poisson(a.repeats - 1)):
            goods, day = lead[route], int(rng.integers(0, 670))
            lots = [float(np.exp(size[goods] + rng.normal(0, 1.06)))]
            before: list[int] = []
            for hop in range(len(path) - 1):
                if hop and rng.random() < a.reclassified:
                    goods = goods // 5 * 5 + rng.integers(5)
                if hop and rng.random() < a.loss:
                    lots = [lot * rng.uniform(0.9, 1) for lot in lots]
                if hop == 1 and rng.random() < a.split:
                    cut = rng.uniform(0.3, 0.7)
                    lots = [lots[0] * cut, lots[0] * (1 - cut)]
                here = []
                for lot in lots:
                    late = int(rng.integers(0, 5)) if here else 0
                    here.append(first_row + len(legs))
                    legs.append((path[hop], path[hop + 1], goods, lot, day + late, chain))
                side_by_side = len(here) == len(before)
                edges += [
                    (x, y)
                    for i, x in enumerate(before)
                    for j, y in enumerate(here)
                    if i == j or not side_by_side
                ]
                before = here
                day = max(legs[row - first_row][4] for row in here) + int(
                    rng.integers(2, a.longest_lag)
                )
            chain += 1
    return [np.array(column) for column in zip(*legs, strict=True)], np.array(edges)


def _world(columns, edges, kind, a, rng):  # type: ignore[no-untyped-def]
    exporter, consignee, goods, quantity, day, chain = columns
    steps = 10.0 ** np.floor(np.log10(np.maximum(quantity, 1)) - 1)
    rounded = rng.random(len(quantity)) < 0.5
    quantity = np.maximum(
        1, np.where(rounded, np.round(quantity / steps) * steps, np.round(quantity))
    )
    seen = rng.random(len(day)) < a.coverage
    order = np.flatnonzero(seen)[np.argsort(day[seen], kind="stable")]
    place = np.full(len(day), -1)
    place[order] = np.arange(len(order))
    land = np.array([COUNTRIES[KINDS[k]][i % len(COUNTRIES[KINDS[k]])] for i, k in enumerate(kind)])
    code = np.array([f"{8400 + i // 5:04d}{10 * (1 + i % 5):02d}" for i in range(a.codes)])
    mine, theirs = exporter[order], consignee[order]
    shipments = pa.table(
        {
            "shipment_id": pa.array([f"T{i}" for i in range(len(order))]),
            "line_no": pa.array(np.ones(len(order), np.int32)),
            "date": pa.array((18628 + day[order]).astype(np.int32)).cast(pa.date32()),
            "exporter": pa.array(np.char.add("Firm ", mine.astype(str))),
            "exporter_country": pa.array(land[mine]),
            "consignee": pa.array(np.char.add("Firm ", theirs.astype(str))),
            "consignee_country": pa.array(land[theirs]),
            "export_country": pa.array(land[mine]),
            "destination_country": pa.array(land[theirs]),
            "hs_code": pa.array(code[goods[order]]),
            "quantity": pa.array(quantity[order].astype(float)),
            "unit": pa.array(["NAR"] * len(order)),
        }
    )
    truth = pa.table(
        {
            "positive": pa.array(chain[order] >= 0),
            "chain_id": pa.array(chain[order].astype(np.int32)),
            "exporter_firm": pa.array(mine.astype(np.int32)),
            "consignee_firm": pa.array(theirs.astype(np.int32)),
        }
    )
    ends = place[edges]
    ends = ends[(ends >= 0).all(axis=1)]
    return ThinWorld(shipments, truth, pa.table({"from_row": ends[:, 0], "to_row": ends[:, 1]}))

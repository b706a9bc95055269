"""The books of the contracts world: who has agreed to send what along which firms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.flow.contracts.goods import Orders, Rows, keep_rows, stock
from benchmarks.flow.contracts.market import (
    BUYER,
    CODES,
    EMBARGOED_BUYER,
    EXEMPT,
    MAKER,
    THIRD_MAKER,
    TRADER,
    USER,
    Bools,
    Ints,
    Market,
    sibling,
)

PLANTED = (
    *("plain", "split_merge", "mixing", "slow_stock", "lost_leg"),
    *("hs_within", "hs_across", "sister", "unit_misdeclared"),
)
LAWFUL = (
    *("distributor", "reexport", "reexport_embargoed", "food_medicine", "seasonal"),
    *("stock", "spot", "startup", "moved", "unit_error"),
)
TYPOLOGIES = PLANTED + LAWFUL


@dataclass(frozen=True)
class Knobs:
    """What varies between worlds; shares are of lines or of legs, in [0, 1]."""

    coverage: float = 1.0
    reclassified: float = 0.05
    sister: float = 0.05
    chains_per_million: float = 1500.0
    networked: float = 0.7
    firms_per_thousand: float = 180.0
    tail: float = 2.0
    mean_range: float = 8.0
    startups: float = 0.12
    calls: float = 5.0
    contracted: float = 0.42
    stocked: float = 0.33
    onward: float = 0.4
    embargoed_trade: float = 0.2
    deliveries: float = 6.0
    seasonal: float = 0.2
    typos: float = 0.008
    cover: float = 0.6
    hops: tuple[float, float, float, float] = (0.35, 0.34, 0.19, 0.12)


@dataclass(frozen=True)
class Contracts:
    """Routes, goods and number of call-offs; ``network`` is -1 outside procurement networks."""

    nodes: Ints
    hops: Ints
    code: Ints
    calls: Ints
    network: Ints


def vary(seed: int) -> Knobs:
    """Draw all knobs in wide, plausible ranges."""
    rng = np.random.default_rng([seed, 77])
    hops = rng.dirichlet((8, 7, 4, 2))
    return Knobs(
        coverage=float(rng.choice([1.0, 0.8, 0.5, 0.3], p=(0.4, 0.2, 0.25, 0.15))),
        reclassified=float(rng.choice([0.0, 0.05, 0.2, 0.4])),
        sister=float(rng.choice([0.0, 0.05, 0.2, 0.4])),
        chains_per_million=float(rng.uniform(1100, 1900)),
        networked=float(rng.uniform(0.4, 0.9)),
        firms_per_thousand=float(rng.uniform(60, 260)),
        tail=float(rng.uniform(1.3, 2.6)),
        mean_range=float(rng.uniform(4, 11)),
        startups=float(rng.uniform(0.05, 0.2)),
        calls=float(rng.uniform(2.5, 9)),
        contracted=float(rng.uniform(0.3, 0.5)),
        stocked=float(rng.uniform(0.2, 0.4)),
        onward=float(rng.uniform(0.25, 0.5)),
        embargoed_trade=float(rng.uniform(0.1, 0.35)),
        deliveries=float(rng.uniform(3, 12)),
        seasonal=float(rng.uniform(0.1, 0.35)),
        typos=float(rng.uniform(0.003, 0.015)),
        cover=float(rng.uniform(0.3, 1.0)),
        hops=(float(hops[0]), float(hops[1]), float(hops[2]), float(hops[3])),
    )


def _goods(rng: np.random.Generator, market: Market, n: int, exempt: bool | None = None) -> Ints:
    weight = market.popularity * (1.0 if exempt is None else exempt == EXEMPT)
    return rng.choice(len(CODES), n, p=weight / weight.sum()).astype(np.int64)


def _route(
    rng: np.random.Generator, market: Market, hops: Ints, code: Ints, first: Ints, last: Ints
) -> Ints:
    """Firms along each route, neighbours in different countries where the draw allows."""
    nodes = np.full((len(hops), 6, 2), -1)
    for node in range(6):
        kind = np.where(node == 0, first, np.where(node == hops + 1, last, TRADER))
        on = node <= hops + 1
        for _ in range(4):
            where = np.flatnonzero(on)
            nodes[where, node, 0] = market.pick(rng, kind[where], code[where])
            if node == 0:
                break
            before = market.country[nodes[:, node - 1, 0]]
            on = on & (before == market.country[nodes[:, node, 0]])
    nodes[..., 1] = nodes[..., 0]
    for node in range(1, 6):
        where = np.flatnonzero(node <= hops + 1)
        kind = np.where(node == hops + 1, last, TRADER)[where]
        other = market.pick(rng, kind, code[where])
        after = np.where(node <= hops[where], nodes[where, min(node + 1, 5), 0], -1)
        clash = market.country[other] == market.country[nodes[where, node - 1, 0]]
        clash |= (after >= 0) & (market.country[other] == market.country[after])
        clash |= (node == hops[where] + 1) & (rng.random(len(where)) < 0.6)
        nodes[where, node, 1] = np.where(clash, nodes[where, node, 0], other)
    return nodes


def possible(market: Market, contracts: Contracts) -> Bools:
    """Which routes cross a border at every leg."""
    place = market.country[contracts.nodes[..., 0]]
    same = place[:, 1:] == place[:, :-1]
    on = np.arange(5) <= contracts.hops[:, None]
    return np.asarray(~(same & on).any(1), np.bool_)


def call_off(
    rng: np.random.Generator, market: Market, book: Contracts, knobs: Knobs, planted: bool
) -> tuple[Orders, Ints]:
    """Orders under the contracts, and the typology of each (an index into `TYPOLOGIES`)."""
    n = len(book.hops)
    row = np.repeat(np.arange(n), book.calls)
    place = np.arange(len(row)) - (np.cumsum(book.calls) - book.calls)[row]
    begin = rng.uniform(0, 0.75, n)
    short = (book.network >= 0) | (rng.random(n) < 0.3)
    end = np.where(short, begin + rng.uniform(0.1, 0.25, n), rng.uniform(begin + 0.2, 1.0))
    style = rng.choice(
        3, n, p=(0.75 * (1 - knobs.seasonal), knobs.seasonal, 0.25 * (1 - knobs.seasonal))
    )
    step = np.where(
        style[row] == 0,
        (place + 0.3 * rng.random(len(row))) / book.calls[row],
        rng.random(len(row)),
    )
    phase = begin[row] + (end - begin)[row] * step
    season = (market.season[book.code][row] + rng.normal(0, 0.06, len(row))) % 1
    phase = np.where(style[row] == 1, (season + rng.integers(0, 2, len(row))) / 2, phase)
    size = market.lot[book.code] * rng.lognormal(0, 1.1, n)
    hops, m = book.hops[row], len(row)
    if planted:
        weights = np.array([0.36] + [0.08] * 8)
        kind = rng.choice(len(PLANTED), m, p=weights)
        plain_hop = 0.02
    else:
        ends = market.kind[book.nodes[np.arange(n), book.hops + 1, 0]][row]
        kind = np.full(m, TYPOLOGIES.index("distributor"))
        kind[hops > 0] = TYPOLOGIES.index("reexport")
        kind[style[row] == 1] = TYPOLOGIES.index("seasonal")
        kind[ends == EMBARGOED_BUYER] = TYPOLOGIES.index("reexport_embargoed")
        kind[(ends == EMBARGOED_BUYER) & EXEMPT[book.code][row]] = TYPOLOGIES.index("food_medicine")
        kind[book.calls[row] == 1] = np.where(
            (hops == 0)[book.calls[row] == 1], TYPOLOGIES.index("spot"), kind[book.calls[row] == 1]
        )
        plain_hop = 0.06

    def has(name: str) -> Bools:
        own = kind == PLANTED.index(name)
        return np.asarray(own | (rng.random(m) < plain_hop), np.bool_)

    onward = 1.0 if planted else 0.5
    across = has("hs_across") if planted else (rng.random(m) < 0.02) & (ends != EMBARGOED_BUYER)
    garbled = kind == PLANTED.index("unit_misdeclared")
    orders = Orders(
        nodes=book.nodes[row],
        hops=hops,
        code=book.code[row],
        quantity=size[row] * rng.lognormal(0, 0.3, m),
        phase=np.clip(phase, 0, 1),
        parts=None,
        diamond=has("split_merge"),
        mixed=has("mixing"),
        slow=has("slow_stock"),
        lost=has("lost_leg"),
        across=across,
        garbled=garbled,
        reclassified=np.where(kind == PLANTED.index("hs_within"), 0.8, knobs.reclassified * onward),
        sister=np.where(
            kind == PLANTED.index("sister"), 0.9, np.minimum(1, knobs.sister * onward / 0.85)
        ),
    )
    return orders, kind


def lawful_book(
    rng: np.random.Generator, market: Market, n: int, knobs: Knobs, spot: bool
) -> Contracts:
    """Contracts of lawful trade, direct or onward (``spot``: single direct sales)."""
    hops = 1 + rng.choice(4, n, p=knobs.hops)
    hops = np.where(spot | (rng.random(n) > knobs.onward), 0, hops)
    first = np.where(rng.random(n) < 0.55, MAKER, THIRD_MAKER)
    first = np.where((hops == 0) & (rng.random(n) < 0.12), TRADER, first)
    last = rng.choice([BUYER, TRADER, USER], n, p=(0.35, 0.13, 0.52))
    last = np.where((hops > 0) & (last == TRADER), USER, last)
    code = _goods(rng, market, n)
    embargoed = rng.random(n) < knobs.embargoed_trade
    controlled = embargoed & (first == MAKER)
    # From controlled origins only food and medicine may go on to the embargoed countries.
    code = np.where(controlled & (rng.random(n) < 0.4), _goods(rng, market, n, True), code)
    last = np.where(embargoed & ((first != MAKER) | EXEMPT[code]), EMBARGOED_BUYER, last)
    calls = np.ones(n, np.int64) if spot else rng.geometric(1 / knobs.calls, n)
    nodes = _route(rng, market, hops, code, first, last)
    return Contracts(nodes, hops, code, calls, np.full(n, -1))


def planted_book(rng: np.random.Generator, market: Market, chains: int, knobs: Knobs) -> Contracts:
    """Networks' contracts (buyers, supplier and heading kept, fronts changed) and single resales."""
    booked = max(1, round(knobs.networked * chains / knobs.calls))
    calls = np.r_[rng.geometric(1 / knobs.calls, booked), np.ones(chains, np.int64)]
    n = min(len(calls), int(np.searchsorted(np.cumsum(calls), chains * 1.12)) + 1)
    calls = calls[:n]
    network = np.where(np.arange(n) < booked, np.arange(n) // 4, -1)
    hops = 1 + rng.choice(4, n, p=knobs.hops)
    base = _goods(rng, market, n, False)
    code = np.where(network >= 0, base[np.maximum(network, 0) * 4 % n], base)
    code = np.where((network >= 0) & (rng.random(n) < 0.4), sibling(rng, code), code)
    nodes = _route(rng, market, hops, code, np.full(n, MAKER), np.full(n, EMBARGOED_BUYER))
    lead = np.maximum(network, 0) * 4 % n
    kept = (network >= 0) & (rng.random(n) < 0.6)
    buyer = nodes[lead, hops[lead] + 1]
    end = np.flatnonzero(kept)
    nodes[end, hops[end] + 1] = buyer[end]
    nodes[kept, 0] = nodes[lead[kept], 0]
    book = Contracts(nodes, hops, code, calls, network)
    return take(book, possible(market, book))


def cover_book(
    rng: np.random.Generator, market: Market, planted: Contracts, knobs: Knobs
) -> Contracts:
    """Lawful contracts of the firms that also divert: the same goods, other ends or origins."""
    where = np.flatnonzero(rng.random(len(planted.hops)) < knobs.cover)
    n = len(where)
    node = 1 + (rng.random(n) * planted.hops[where]).astype(np.int64)
    front = planted.nodes[where, node, 0]
    code = planted.code[where]
    home = rng.random(n) < 0.5
    first, last = np.where(home, MAKER, THIRD_MAKER), np.where(home, USER, EMBARGOED_BUYER)
    hops = np.ones(n, np.int64)
    nodes = _route(rng, market, hops, code, first, last)
    nodes[:, 1] = front[:, None]
    book = Contracts(nodes, hops, code, rng.geometric(1 / knobs.calls, n), np.full(n, -1))
    return take(book, possible(market, book))


def take(book: Contracts, mask: Bools) -> Contracts:
    """The contracts under the mask."""
    return Contracts(
        book.nodes[mask], book.hops[mask], book.code[mask], book.calls[mask], book.network[mask]
    )


def pools(rng: np.random.Generator, market: Market, lines: float, knobs: Knobs) -> Rows:
    """Lawful stock-keeping of about ``lines`` lines; controlled goods stay out of the embargo."""
    n = max(5, round(lines / (1 + knobs.deliveries) / 2.4))
    code = _goods(rng, market, n)
    holder = market.pick(rng, np.full(n, TRADER), code)
    first = np.where(rng.random(n) < 0.6, MAKER, THIRD_MAKER)
    supplier = np.stack([market.pick(rng, first, code) for _ in range(3)], 1)
    open_end = (first == THIRD_MAKER) | EXEMPT[code]
    customer = np.zeros((n, 5), np.int64)
    for column in range(5):
        last = rng.choice([BUYER, USER, TRADER], n, p=(0.3, 0.5, 0.2))
        last = np.where(open_end & (rng.random(n) < knobs.embargoed_trade), EMBARGOED_BUYER, last)
        customer[:, column] = market.pick(rng, last, code)
    rows = stock(
        rng,
        market,
        (holder, code, supplier, customer),
        deliveries=knobs.deliveries,
        season=knobs.seasonal,
    )
    return keep_rows(rows, market.country[rows.exporter] != market.country[rows.consignee])

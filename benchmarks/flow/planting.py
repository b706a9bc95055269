"""Chains: lots that pass from firm to firm, planted among the lawful trade.

A chain is a route, over which one or more consignments go. Legs are numbered from 0; a consignment
has up to ``BRANCHES`` lots side by side on a leg. All arrays of legs have the shape (consignment,
leg, branch).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from benchmarks.flow.assumptions import DECOYS, TYPOLOGIES, Assumptions
from benchmarks.flow.geography import CONTROLLED, DESTINATION, HUB, OTHER
from benchmarks.flow.lines import BY_MASS, THOUSANDS, THOUSANDS_UNSAID, Lines, markup
from benchmarks.flow.market import Market, Relations, draw_rate, off_weekend, pack
from benchmarks.flow.pools import Pool, among, distinct

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LEGS, BRANCHES = 5, 3
(PASS, SPLIT, MERGE, WITHIN, ACROSS, SISTER, LOST, MIXED, SLOW, MISDECLARED) = range(10)
SHORTEST_LAG, LONGEST_LAG = 2, 45


@dataclass(frozen=True, slots=True)
class Plan:
    """What chains shall be made; every array has one value for each chain.

    ``hubs`` is the number of third-country firms, ``ends`` the kind of the last consignee's
    country, ``turn`` the hub at which a typology that happens once does so (1 is the first).
    """

    hubs: Ints
    ends: Ints
    typology: Ints
    turn: Ints
    consignments: Ints
    decoy: int
    released: bool

    def __len__(self) -> int:
        return len(self.hubs)


@dataclass(frozen=True, slots=True)
class Planted:
    """Lines of chains and the links between them, by their places among the lines.

    ``declared`` is false for legs that took place but that nobody declared.
    """

    lines: Lines
    declared: Bools
    from_line: Ints
    to_line: Ints
    quantity: Floats


@dataclass(frozen=True, slots=True)
class _Routes:
    """Firms and goods of chains; shape (chain, leg, branch), goods (chain, leg)."""

    exporter: Ints
    consignee: Ints
    goods: Ints


def embargo_plan(chains: int, a: Assumptions, rng: np.random.Generator) -> Plan:
    """Chains from a controlled origin to an embargoed destination."""
    weights = np.array([a.typologies[name] for name in TYPOLOGIES])
    hops = np.array(a.hops)
    typology = rng.choice(len(weights), chains, p=weights / weights.sum())
    hubs = 1 + rng.choice(4, chains, p=hops / hops.sum())
    return Plan(
        hubs=hubs,
        ends=np.full(chains, DESTINATION),
        typology=typology,
        turn=1 + (rng.random(chains) * hubs).astype(np.int64),
        consignments=np.ones(chains, dtype=np.int64),
        decoy=-1,
        released=False,
    )


def lawful_plans(chains: int, a: Assumptions, rng: np.random.Generator) -> list[Plan]:
    """Chains that no rule forbids: distributors, food and medicine, goods kept in stock."""
    plans = []
    for share, name in (
        (a.legal_distributors, "legal_distributor"),
        (a.legal_reexporters, "legal_reexporter"),
        (a.stock_keepers, "stock_keeping"),
    ):
        count = round(chains * share)
        hubs = 1 + (rng.random(count) < 0.4).astype(np.int64)
        reexport = name == "legal_reexporter"
        ends = np.where(rng.random(count) < 0.6, HUB, OTHER)
        typology = rng.choice([PASS, SPLIT, MERGE], count, p=[0.6, 0.25, 0.15])
        plans.append(
            Plan(
                hubs=hubs,
                ends=np.full(count, DESTINATION) if reexport else ends,
                typology=np.full(count, SLOW) if name == "stock_keeping" else typology,
                turn=1 + (rng.random(count) * hubs).astype(np.int64),
                consignments=1 + rng.geometric(0.6, count) - 1,
                decoy=DECOYS.index(name),
                released=reexport,
            )
        )
    return plans


def lines_of(plan: Plan) -> Ints:
    """How many lines a consignment of each chain has at first sight (splits in two or three)."""
    legs = plan.hubs + 1
    several = np.where(plan.typology == SPLIT, legs - plan.turn, 0)
    several = np.where(plan.typology == MERGE, plan.turn, several)
    return np.where(plan.typology == LOST, 1, legs + np.rint(several * 1.4).astype(np.int64))


def _active(plan: Plan, width: Ints) -> Bools:
    """Which branches of which legs carry goods."""
    leg = np.arange(LEGS)[None, :]
    hubs, turn, typology = (v[:, None] for v in (plan.hubs, plan.turn, plan.typology))
    wide = ((typology == SPLIT) & (leg >= turn)) | ((typology == MERGE) & (leg < turn))
    branches = np.where(leg > hubs, 0, np.where(wide, width[:, None], 1))
    return np.asarray(np.arange(BRANCHES)[None, None, :] < branches[:, :, None])


def _goods(
    plan: Plan, first: Ints, market: Market, a: Assumptions, rng: np.random.Generator
) -> Ints:
    """HS code on each leg."""
    goods = np.repeat(first[:, None], LEGS, axis=1)
    for leg in range(1, LEGS):
        here = plan.turn == leg
        within = (plan.typology == WITHIN) & here
        if plan.decoy < 0:
            within |= rng.random(len(plan)) < a.reclassified
        across = (plan.typology == ACROSS) & here
        goods[:, leg] = goods[:, leg - 1]
        change = within | across
        goods[change, leg] = market.catalogue.another(goods[change, leg], within[change], rng)
    return goods


def _draw_firm(
    pool: Pool, key: Ints, kind: Ints, other: Ints, market: Market, rng: np.random.Generator
) -> Ints:
    """A firm of the kind from the pool, in another country than ``other``."""
    firms = market.firms
    drawn = pool.draw(key, rng)
    for _ in range(8):
        again = (drawn < 0) | (firms.country[drawn] == firms.country[other])
        if not again.any():
            break
        fresh = pool.draw(key[again], rng)
        drawn[again] = np.where(fresh < 0, market.of_kind.draw(kind[again], rng), fresh)
    return drawn


Partners = tuple[Pool, Pool]
"""Buyers from a third-country firm, by goods and the buyer's kind, and by the kind alone."""


def known_partners(market: Market, a: Assumptions) -> Partners:
    """Partners there already are."""
    firms, relations, size = market.firms, market.relations, len(market.catalogue)
    ours = np.flatnonzero(firms.kind[relations.exporter] == HUB)
    seller_there, buyer_there = relations.exporter[ours], relations.consignee[ours]
    kind_there = firms.kind[buyer_there].astype(np.int64)
    weight = relations.rate[ours] * np.where(firms.distributor[buyer_there], a.at_distributors, 1)
    of_goods = seller_there * size + relations.goods[ours]
    in_goods, in_any = (
        Pool(of * 4 + kind_there, weight, buyer_there) for of in (of_goods, seller_there)
    )
    return in_goods, in_any


def _routes(
    plan: Plan, active: Bools, market: Market, partners: Partners,
    a: Assumptions, rng: np.random.Generator,
) -> _Routes:  # fmt: skip
    """Find firms for the chains, and make the relations that they need beside those there are."""
    count, firms, relations = len(plan), market.firms, market.relations
    origin = firms.kind[relations.exporter] == CONTROLLED
    hub = firms.kind[relations.consignee] == HUB
    wanted = origin & hub & (market.catalogue.released[relations.goods] == plan.released)
    fit = wanted.copy()
    fit[wanted] = market.trades_both_ways(relations.consignee[wanted], relations.goods[wanted])
    # The goods of chains are those of all lines from a controlled origin to a third country.
    rate = relations.rate * np.where(firms.distributor[relations.consignee], a.at_distributors, 1)
    asked, had = (
        np.bincount(relations.goods[rows], weight[rows], len(market.catalogue))
        for rows, weight in ((wanted, relations.rate), (fit, rate))
    )
    rate *= (asked / np.maximum(had, asked / 50 + 1e-9))[relations.goods]
    places = np.flatnonzero(fit)
    starts = Pool(np.ones(len(places), dtype=np.int64), rate[places], places)
    start = starts.draw(np.ones(count, dtype=np.int64), rng)
    goods = _goods(plan, relations.goods[start], market, a, rng)
    size = len(market.catalogue)
    in_goods, in_any = partners
    exporter = np.zeros((count, LEGS, BRANCHES), dtype=np.int64)
    consignee = np.zeros((count, LEGS, BRANCHES), dtype=np.int64)
    exporter[:, 0, :] = relations.exporter[start][:, None]
    holder = np.repeat(relations.consignee[start][:, None], BRANCHES, axis=1)
    consignee[:, 0, :] = holder
    merge = plan.typology == MERGE
    for branch in range(1, BRANCHES):
        apart = np.flatnonzero(merge & (rng.random(count) < 0.6))
        key = market.group_key(CONTROLLED, goods[apart, 0])
        exporter[apart, 0, branch] = _draw_firm(
            market.sellers_of, key, np.full(len(apart), CONTROLLED), holder[apart, 0], market, rng
        )
    for leg in range(1, LEGS):
        last = plan.hubs == leg
        kind = np.where(last, plan.ends, HUB)
        key = market.group_key(kind, goods[:, leg])
        seller = holder.copy()
        sister = (plan.typology == SISTER) & (plan.turn == leg)
        if plan.decoy < 0:
            sister |= rng.random(count) < a.sister
        moved = np.flatnonzero(sister & (leg <= plan.hubs))
        seller[moved] = _sisters(holder[moved].ravel(), market, rng).reshape(-1, BRANCHES)
        exporter[:, leg] = seller
        to = np.empty((count, BRANCHES), dtype=np.int64)
        for branch in range(BRANCHES):
            own = seller[:, branch]
            here = in_goods.draw((own * size + goods[:, leg]) * 4 + kind, rng)
            here = np.where(here < 0, in_any.draw(own * 4 + kind, rng), here)
            here = np.where(rng.random(count) < a.known_partner, here, -1)
            none = here < 0
            for pool, rows in (
                (market.buyers_of, none & last),
                (market.traders_of, none & ~last),
            ):
                where = np.flatnonzero(rows)
                here[where] = _draw_firm(pool, key[where], kind[where], own[where], market, rng)
            to[:, branch] = here
        # Lots of a split may go to several consignees; other lots stay side by side.
        same = (plan.typology != SPLIT) | (leg < plan.turn) | (rng.random(count) < 0.4)
        to[same] = to[same, :1]
        consignee[:, leg] = to
        holder = to
    _befriend(exporter, consignee, goods, active, market, a, rng)
    return _Routes(exporter, consignee, goods)


def _sisters(owner: Ints, market: Market, rng: np.random.Generator) -> Ints:
    """A sister of each firm: one that there is, else a new one."""
    firms = market.firms
    group = firms.group[owner].astype(np.int64)
    pool = Pool(firms.group.astype(np.int64), firms.weight, np.arange(len(firms)))
    drawn = pool.draw(group, rng)
    for _ in range(6):
        again = drawn == owner
        drawn[again] = pool.draw(group[again], rng)
    lonely = np.unique(owner[drawn == owner])
    new = firms.add_sisters(lonely)
    at = np.searchsorted(lonely, owner)
    sister = np.append(new, -1)[np.minimum(at, len(lonely))]
    return np.where(drawn == owner, sister, drawn)


def _befriend(
    exporter: Ints, consignee: Ints, goods: Ints, active: Bools,
    market: Market, a: Assumptions, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Let partners of a chain who have no lawful trade in the goods begin one.

    The rate is that of the relation of a random line, so that pairs in chains repeat as often as
    pairs elsewhere.
    """
    relations = market.relations
    size, wide = len(market.catalogue), len(market.firms)
    chain, leg, branch = np.nonzero(active)
    seller, buyer = exporter[chain, leg, branch], consignee[chain, leg, branch]
    new = distinct((seller * wide + buyer) * size + goods[chain, leg])
    pairs = distinct(relations.exporter * wide + relations.consignee)
    there = (relations.exporter * wide + relations.consignee) * size + relations.goods
    new = new[~among(new, distinct(there))]
    pair, lead = new // size, new % size
    seller, buyer = pair // wide, pair % wide
    known = among(pair, pairs)
    rate = draw_rate(len(new), a, rng) * np.exp(a.pair_spread**2)
    few = market.firms.distributor[seller] | market.firms.distributor[buyer]
    place, sold, share = market.goods_between(seller, lead, few, 2.0, a, rng)
    # Partners who know each other add these goods alone.
    kept = ~known[place] | (sold == lead[place])
    place, sold, share = place[kept], sold[kept], share[kept]
    seller, buyer = seller[place], buyer[place]
    founded = np.maximum(market.firms.since[seller], market.firms.since[buyer]) / a.days
    count = len(place)
    more = Relations(
        seller, buyer, sold, rate[place] * share, founded, np.ones(count),
        np.zeros(count, dtype=np.int8),
    )  # fmt: skip
    market.relations = Relations(
        *(
            np.concatenate([getattr(relations, entry.name), getattr(more, entry.name)])
            for entry in fields(Relations)
        )
    )


def plant(
    plan: Plan, first_chain: int, market: Market, partners: Partners,
    a: Assumptions, rng: np.random.Generator,
) -> Planted:  # fmt: skip
    """Make the lines of a plan's chains, and add to the market what these partners also trade."""
    width = 2 + (rng.random(len(plan)) < 0.4).astype(np.int64)
    active = _active(plan, width)
    routes = _routes(plan, active, market, partners, a, rng)
    chain = np.repeat(np.arange(len(plan)), plan.consignments)
    return _consignments(plan, chain, first_chain, active[chain], routes, market, a, rng)


def _lags(plan: Plan, chain: Ints, a: Assumptions, rng: np.random.Generator) -> Ints:
    """Days between a leg and the one before it; 0 for the first leg."""
    shape = (len(chain), LEGS, BRANCHES)
    lag = np.exp(rng.normal(np.log(a.lag_days), 0.7, shape))
    lag = np.clip(np.rint(lag), SHORTEST_LAG, LONGEST_LAG).astype(np.int64)
    # Stock is slow once: where the chain turns.
    slow = (plan.typology[chain] == SLOW)[:, None] & (
        np.arange(LEGS)[None, :] == plan.turn[chain][:, None]
    )
    low, high = (100, 281) if plan.decoy < 0 else (60, 251)
    lag[slow] = rng.integers(low, high, (int(slow.sum()), BRANCHES))
    lag[:, 0, :] = 0
    return lag


def _consignments(
    plan: Plan, chain: Ints, first_chain: int, active: Bools, routes: _Routes,
    market: Market, a: Assumptions, rng: np.random.Generator,
) -> Planted:  # fmt: skip
    count = len(chain)
    typology, turn, hubs = plan.typology[chain], plan.turn[chain], plan.hubs[chain]
    exporter, consignee = routes.exporter[chain], routes.consignee[chain]
    goods = routes.goods[chain]
    lag = _lags(plan, chain, a, rng)
    spread = np.where(active, rng.integers(0, 9, active.shape), 0)

    day = np.zeros(active.shape, dtype=np.int64)
    quantity = np.zeros(active.shape)
    links: list[tuple[Ints, Ints, Ints, Ints, Ints, Floats]] = []
    # Lots side by side are smaller than the lot before or after: half of that is made up for.
    branches = active.sum(axis=2)
    widest = branches.max(axis=1)
    base = market.lot(exporter[:, 0, 0], consignee[:, 0, 0], goods[:, 0], a, rng)
    base *= np.sqrt(widest)
    rounded = rng.random(active.shape) < a.round_lots
    founded = np.where(
        active, np.maximum(market.firms.since[exporter], market.firms.since[consignee]), 0
    ).max(axis=(1, 2))
    travel = lag.max(axis=2)
    travel[np.arange(LEGS)[None, :] > hubs[:, None]] = 0
    room = np.maximum(a.days - 12 - travel.sum(axis=1) - founded, 1)
    begin = founded + market.day(goods[:, 0], np.zeros(count), np.ones(count), rng) * room // a.days

    parts = rng.dirichlet(np.full(BRANCHES, 6.0), (count, LEGS))
    parts = np.where(active, parts, 0.0)
    parts /= np.maximum(parts.sum(axis=2, keepdims=True), 1e-9)
    wide_first = branches[:, 0] > 1
    quantity[:, 0] = pack(
        base[:, None] * np.where(wide_first[:, None], parts[:, 0], 1.0), rounded[:, 0]
    )
    quantity[:, 0] *= active[:, 0]
    day[:, 0] = off_weekend((begin[:, None] + spread[:, 0]).ravel(), rng, a.days).reshape(count, -1)
    for leg in range(1, LEGS):
        goes = active[:, leg, 0]
        before, after = branches[:, leg - 1], branches[:, leg]
        joins, splits = (before > 1) & (after == 1), (before == 1) & (after > 1)
        inbound, held = quantity[:, leg - 1], active[:, leg - 1]
        arrived = np.where(held, day[:, leg - 1], -1)
        available = np.where(joins[:, None], inbound.sum(axis=1)[:, None], inbound)
        ready = np.where((joins)[:, None], arrived.max(axis=1)[:, None], arrived)
        available = np.where(splits[:, None], inbound[:, :1] * parts[:, leg], available)
        ready = np.where(splits[:, None], arrived[:, :1], ready)
        lost = rng.random((count, BRANCHES)) < a.loss
        sent = available * np.where(lost, 1 - 0.03 * rng.random((count, BRANCHES)), 1.0)
        mixed = (typology == MIXED) & (turn == leg)
        dilution = np.exp(rng.uniform(np.log(0.4), np.log(2.5), count))[:, None]
        out = np.where(mixed[:, None], sent * dilution, sent)
        exact = ~(lost | mixed[:, None] | splits[:, None])
        out = np.where(exact, np.maximum(np.rint(out), 1), pack(out, rounded[:, leg]))
        # What leaves is not more than there is, unless lawful goods were added.
        out = np.where(
            splits[:, None] | lost & ~mixed[:, None], _within(out, available, splits), out
        )
        flow = np.where(mixed[:, None], np.minimum(out, available), out)
        quantity[:, leg] = out * active[:, leg]
        later = ready + lag[:, leg] + np.where(splits[:, None], spread[:, leg], 0)
        moved = off_weekend(later.ravel(), rng, a.days).reshape(count, -1)
        day[:, leg] = np.where(moved > ready, moved, later)
        for branch in range(BRANCHES):
            linked = goes & np.where(splits, active[:, leg, branch], active[:, leg - 1, branch])
            rows = np.flatnonzero(linked)
            source = np.where(splits[rows], 0, branch)
            target = np.where(joins[rows], 0, branch)
            share = np.where(
                joins[rows],
                inbound[rows, branch] / np.maximum(inbound[rows].sum(axis=1), 1e-9),
                1.0,
            )
            links.append((rows, np.full(len(rows), leg), source, target, rows,
                          flow[rows, target] * share))  # fmt: skip
    return _collect(
        plan, chain, first_chain, active, exporter, consignee, goods, day, quantity, links,
        market, a, rng,
    )  # fmt: skip


def _within(out: Floats, available: Floats, splits: Bools) -> Floats:
    """No more than is available, lot by lot, and in whole units."""
    limit = np.where(splits[:, None], np.maximum(np.floor(available), 1.0), available)
    return np.minimum(out, limit)


def _collect(
    plan: Plan, chain: Ints, first_chain: int, active: Bools, exporter: Ints, consignee: Ints,
    goods: Ints, day: Ints, quantity: Floats,
    links: list[tuple[Ints, Ints, Ints, Ints, Ints, Floats]],
    market: Market, a: Assumptions, rng: np.random.Generator,
) -> Planted:  # fmt: skip
    """Lay the legs out as lines."""
    which, leg, branch = np.nonzero(active)
    number = np.full(active.shape, -1, dtype=np.int64)
    number[which, leg, branch] = np.arange(len(which))
    kind = plan.typology[chain][which]
    count = len(which)
    sold = goods[which, leg]
    part = (rng.random(len(chain)) ** 2.5 * a.parts).astype(np.int64)[which]
    part += goods[:, 0][which] * a.parts
    seller = exporter[which, leg, branch]
    price = rng.normal(0.0, 0.3, len(chain))[which] + rng.normal(0.0, 0.265, count)
    price += markup(market.firms.kind[seller])
    manner = np.zeros(count, dtype=np.int8)
    other = rng.random(count) < a.other_units
    manner[other] = rng.choice([BY_MASS, THOUSANDS], int(other.sum()))
    wrong = (kind == MISDECLARED) & (leg >= plan.turn[chain][which])
    manner[wrong] = rng.choice([BY_MASS, THOUSANDS, THOUSANDS_UNSAID], len(chain))[which[wrong]]
    planted = plan.decoy < 0
    lines = Lines(
        seller.astype(np.int32), consignee[which, leg, branch].astype(np.int32),
        sold.astype(np.int16), day[which, leg, branch].astype(np.int32),
        quantity[which, leg, branch], part.astype(np.int32), price.astype(np.float32), manner,
        (first_chain + chain[which]).astype(np.int32), leg.astype(np.int8),
        kind.astype(np.int8) if planted else np.full(count, -1, dtype=np.int8),
        np.full(count, plan.decoy, dtype=np.int8),
    )  # fmt: skip
    rows = np.concatenate([link[0] for link in links])
    to_leg = np.concatenate([link[1] for link in links])
    source = number[rows, to_leg - 1, np.concatenate([link[2] for link in links])]
    target = number[rows, to_leg, np.concatenate([link[3] for link in links])]
    amount = np.concatenate([link[5] for link in links])
    declared = (kind != LOST) | (leg == 0)
    return Planted(lines, declared, source, target, amount)

"""Who trades what with whom, and when: relationships of the background and of the schemes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from enduse.simulate.chains import Plan
from enduse.simulate.draws import Flags, Floats, Groups, Ints, pick, pick_in_groups
from enduse.simulate.frame import GOODS_A_PAIR
from enduse.simulate.market import Market
from enduse.simulate.schemes import GOODS_OF_A_SCHEME, HUBS, PARTS, SUPPLIERS, Kind
from enduse.simulate.seasons import STRONG

_SIZE_EXPONENT = 0.2
_WIND_DOWN = 40
"""Days after the embargo in which old contracts may still be served."""


@dataclass(frozen=True, slots=True)
class Trade:
    """One row a relationship: one kind of goods between two firms."""

    exporter: Ints
    consignee: Ints
    goods: Ints
    """As declared."""
    made: Ints
    """What they are in truth; another kind where a scheme declares them otherwise."""
    lines: Floats
    """Share of the background's lines; 0: none but those of chains."""
    day_from: Ints
    day_to: Ints
    """First day without trade."""
    season: Ints
    """Which calendar of the year it follows."""
    diverting: Flags
    ordinary: Flags
    """Whether it belongs to a scheme that diverts, and to one that yet shows no sign."""
    transit_lost: Flags
    uncontrolled: Flags
    """Whether the goods are of the exporter's own country, sold openly past the embargo."""
    batch: Ints
    """Scheme and goods that the lots of a chain come from; -1: no chain."""
    leg: Ints
    """Legs gone before this one; 0 in the background."""

    def __len__(self) -> int:
        return len(self.exporter)


def _joined(parts: Sequence[Trade]) -> Trade:
    return Trade(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Trade)))


def _plain(
    exporter: Ints,
    consignee: Ints,
    goods: Ints,
    season: Ints,
    lines: Floats,
    day_from: Ints,
    day_to: Ints,
) -> Trade:
    """Legal relationships of no chain."""
    diverting, ordinary, lost, uncontrolled = np.zeros((4, len(goods)), bool)
    return Trade(
        exporter=exporter,
        consignee=consignee,
        goods=goods,
        made=goods,
        lines=lines,
        day_from=day_from,
        day_to=day_to,
        season=season.copy(),
        diverting=diverting,
        ordinary=ordinary,
        transit_lost=lost,
        uncontrolled=uncontrolled,
        batch=np.full(len(goods), -1),
        leg=np.zeros(len(goods), np.int64),
    )


def make_trade(
    rng: np.random.Generator, market: Market, plans: tuple[Plan, ...], casts: tuple[Ints, ...]
) -> tuple[Trade, tuple[Ints, ...]]:
    """All relationships, and for each plan the relationship of each of its legs."""
    parts = [_everyday(rng, market), _open_sales(rng, market)]
    parts += [_beside(rng, market, *known) for known in zip(plans, casts, strict=True)]
    background = _joined(parts)
    background.lines[:] /= background.lines.sum()
    start, batches = len(background), 0
    chains, legs = [], []
    for plan, cast in zip(plans, casts, strict=True):
        trade, leg = _of_chains(plan, cast, batches)
        chains.append(trade)
        legs.append(leg + start)
        start, batches = start + len(trade), batches + plan.schemes.goods.size
    return _joined([background, *chains]), tuple(legs)


def _everyday(rng: np.random.Generator, market: Market) -> Trade:
    """What is traded day by day, with high-priority goods in their stated share."""
    frame, firms, settings = market.frame, market.firms, market.frame.settings
    goods, families = market.catalogue.goods, market.catalogue.families
    pairs = int(frame.relationships / GOODS_A_PAIR)
    anywhere = np.ones(len(frame.hubs), bool)
    family = goods.family[pick(rng, goods.weight, pairs)]
    exporter = market.exporters(rng, family, anywhere)
    consignee = market.consignees(rng, exporter, family, anywhere)
    kinds = np.where(consignee < 0, 0, rng.geometric(1.0 / GOODS_A_PAIR, pairs))
    of = np.repeat(np.arange(pairs), kinds)
    exporter, consignee, family = exporter[of], consignee[of], family[of]
    kind = pick_in_groups(rng, Groups(goods.family, goods.weight, len(families.name)), family)
    pull = (firms.size[exporter] * firms.size[consignee]) ** _SIZE_EXPONENT
    pull = pull * np.exp(rng.normal(0.0, 0.9, pairs)[of] + rng.normal(0.0, 0.6, len(of)))
    day_from, day_to = _spans(rng, market, exporter, consignee, family)
    edible = np.isin(family, [families.name.index(name) for name in ("food", "medicine")])
    leaves = families.sensitive[family] | (~edible & (rng.random(len(of)) < 0.7))
    leaves &= market.catalogue.countries.coalition[firms.country[exporter]]
    ends = (leaves | goods.high_priority[kind]) & frame.embargoed[firms.country[consignee]]
    last = np.minimum(day_to, frame.embargo + rng.integers(0, _WIND_DOWN, len(of)))
    trade = _plain(exporter, consignee, kind, family, pull, day_from, np.where(ends, last, day_to))
    strong = np.flatnonzero(rng.random(len(of)) < settings.seasonal_share)
    trade.season[strong] = rng.choice(STRONG, len(strong))
    trade.lines[:] *= frame.seasons.mass(trade.season, trade.day_from, trade.day_to)
    priority = goods.high_priority[kind]
    for some, share in (
        (priority, settings.high_priority_share),
        (~priority, 1.0 - settings.high_priority_share),
    ):
        trade.lines[some] *= share / max(trade.lines[some].sum(), 1e-300)
    return trade


def _spans(
    rng: np.random.Generator, market: Market, exporter: Ints, consignee: Ints, family: Ints
) -> tuple[Ints, Ints]:
    """First day and the day after the last of each relationship."""
    frame, firms, count = market.frame, market.firms, len(family)
    # Lawful trade in sensitive goods with hubs grew as well when others left.
    grew = frame.hubs[firms.country[consignee]] & market.catalogue.families.sensitive[family]
    known = rng.random(count) < np.where(grew, 0.6, 0.72)
    day_from = np.where(known, 0, rng.integers(0, frame.days, count))
    lasts = 60 + rng.exponential(700.0, count).astype(np.int64)
    day_to = np.where(rng.random(count) < 0.5, day_from + lasts, frame.days)
    # Nobody trades lawfully with a listed firm.
    listed = np.maximum(np.minimum(firms.listed_from[exporter], firms.listed_from[consignee]), 0)
    day_from = np.maximum(day_from, _first_day(market, exporter, consignee))
    return day_from, np.minimum(np.minimum(day_to, listed), frame.days)


def _first_day(market: Market, exporter: Ints, consignee: Ints) -> Ints:
    return np.maximum(market.firms.first_day[exporter], market.firms.first_day[consignee])


def _open_sales(rng: np.random.Generator, market: Market) -> Trade:
    """High-priority goods of a country outside the coalition, sold past the embargo."""
    frame, goods, countries = market.frame, market.catalogue.goods, market.catalogue.countries
    count = max(4, frame.relationships // 400)
    kind = pick(rng, np.where(goods.high_priority, goods.weight, 0.0), count)
    family = goods.family[kind]
    makers = ~(countries.coalition | frame.embargoed) & (countries.sells.max(axis=1) > 20.0)
    exporter = market.exporters(rng, family, makers)
    consignee = market.consignees(rng, exporter, family, frame.embargoed)
    some = np.flatnonzero(consignee >= 0)
    exporter, consignee = exporter[some], consignee[some]
    day_from = np.maximum(_first_day(market, exporter, consignee), frame.embargo + 15)
    day_to = np.full(len(some), frame.days)
    pull = np.exp(rng.normal(0.0, 0.9, len(some)))
    trade = _plain(exporter, consignee, kind[some], family[some], pull, day_from, day_to)
    trade.uncontrolled[:] = True
    trade.lines[:] *= frame.seasons.mass(trade.season, trade.day_from, trade.day_to)
    trade.lines[:] *= frame.settings.uncontrolled_share / max(trade.lines.sum(), 1e-300)
    return trade


def _beside(rng: np.random.Generator, market: Market, plan: Plan, cast: Ints) -> Trade:
    """Legal trade of a scheme's firms, so that they are known for more than the scheme.

    Each such relationship is, on average, somewhat larger than an everyday one.
    """
    frame, firms, goods = market.frame, market.firms, market.catalogue.goods
    schemes, countries = plan.schemes, market.catalogue.countries
    traded, family = schemes.goods[:, 0], goods.family[schemes.goods[:, 0]]
    everyone, hub = np.arange(len(schemes)), cast[:, HUBS[0]]
    rows: list[tuple[Ints, ...]] = []

    def add(exporter: Ints, consignee: Ints, kind: Ints, last: Ints | int = frame.days) -> None:
        known = (exporter >= 0) & (consignee >= 0)
        known &= firms.country[exporter] != firms.country[consignee]
        columns = (exporter, consignee, kind, np.broadcast_to(last, kind.shape))
        rows.append(tuple(column[known] for column in columns))

    sellers = countries.sells.max(axis=1) > 10.0
    for part in HUBS:
        firm = cast[:, part]
        # An old hub bought such goods before, from two others: the history that speaks for it.
        old = (firm >= 0) & (firms.first_day[firm] <= 0) & (firms.family[firm] == family)
        of = np.repeat(np.flatnonzero(old), 2)
        until = np.minimum(frame.embargo + rng.integers(0, 600, len(of)), frame.days)
        add(market.exporters(rng, family[of], sellers), firm[of], traded[of], until)
        # And, whatever it is, it buys ordinary goods here and there.
        of = np.repeat(everyone, np.where(firm >= 0, rng.poisson(4.0, len(firm)), 0))
        kind = pick(rng, goods.weight * ~goods.high_priority, len(of))
        add(market.exporters(rng, goods.family[kind], sellers), firm[of], kind)
    # Supplier and hub also trade other goods of the line of business.
    of = everyone[rng.random(len(everyone)) < 0.8]
    by_family = Groups(goods.family, goods.weight, len(market.catalogue.families.name))
    add(cast[of, SUPPLIERS[0]], hub[of], pick_in_groups(rng, by_family, family[of]))
    # The hub serves lawful customers with the same goods.
    chance = np.where(schemes.kind == Kind.MIXED_WITH_LEGAL, 1.0, 0.3)
    of = everyone[rng.random(len(everyone)) < chance]
    free = ~(countries.coalition | frame.embargoed)
    add(hub[of], market.consignees(rng, hub[of], family[of], free), traded[of])
    exporter, consignee, kind, last = (np.concatenate(column) for column in zip(*rows, strict=True))
    pull = np.exp(rng.normal(0.0, 1.0, len(kind))) / frame.relationships
    first = _first_day(market, exporter, consignee)
    trade = _plain(exporter, consignee, kind, goods.family[kind], pull, first, last)
    trade.lines[:] *= frame.seasons.mass(trade.season, trade.day_from, trade.day_to)
    return trade


def _of_chains(plan: Plan, cast: Ints, batches: int) -> tuple[Trade, Ints]:
    """The relationships that a plan's legs run through, and which leg runs through which."""
    schemes, legs = plan.schemes, plan.legs
    key = (legs.scheme * PARTS + legs.exporter) * PARTS + legs.consignee
    key = key * GOODS_OF_A_SCHEME + legs.which
    _, at, of_leg = np.unique(key, return_index=True, return_inverse=True)
    scheme, which, hop = legs.scheme[at], legs.which[at], legs.hop[at]
    made = schemes.goods[scheme, which]
    empty = np.zeros(len(at), np.int64)
    trade = Trade(
        exporter=cast[scheme, legs.exporter[at]],
        consignee=cast[scheme, legs.consignee[at]],
        goods=np.where(hop > 1, schemes.declared[scheme, which], made),
        made=made,
        lines=np.zeros(len(at)),
        day_from=empty,
        day_to=empty,
        season=empty,
        diverting=schemes.diverting[scheme],
        ordinary=schemes.ordinary[scheme],
        transit_lost=schemes.kind[scheme] == Kind.LOST_TRANSIT_LEG,
        uncontrolled=np.zeros(len(at), bool),
        batch=batches + scheme * GOODS_OF_A_SCHEME + which,
        leg=hop - 1,
    )
    return trade, of_leg

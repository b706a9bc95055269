"""Brokers' programmes: standing customers, recurring orders, each order a flow of goods."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from .firms import DAYS, Firms, Picker
from .goods import SECTOR_CONTROLLED, SECTOR_SHARE, Bools, Floats, Goods, Ints
from .knobs import Knobs
from .lines import (
    LABEL,
    TYPOLOGIES,
    WHOLE,
    Lines,
    keep_lines,
    lot_size,
    misstate,
    net_mass,
    overlaps,
    relation_counts,
    seasoned,
    spread_days,
    stack,
    tidy,
    windows,
    within,
)

MAX_HOPS = 4
LEGS_PER_ORDER = 4.8  # about
ONWARD, LOCAL, EXEMPT, ELSEWHERE, DIVERTED = range(5)  # kinds of programme
# chance that a programme has 1, 2, 3, 4 third-country firms between supplier and customer
HOP_SHARE: Floats = np.array([0.2, 0.33, 0.29, 0.18])


@dataclass(frozen=True, slots=True)
class Market:
    """Goods, firms and who is drawn for what."""

    goods: Goods
    firms: Firms
    origins: Picker
    thirds: Picker
    closed: Picker
    brokers: Picker


@dataclass(frozen=True, slots=True)
class Programmes:
    """One entry per programme: who buys what for whom, on which road."""

    kind: Ints
    count: Ints  # orders
    basket: Ints  # three codes
    suppliers: Ints  # four firms, the first is the usual one
    stages: Ints  # programmes x 4 stages x 3 firms; the first of stage 0 is the broker
    customers: Ints  # three firms
    hops: Ints
    lag: Floats
    level: Floats
    price: Floats
    rounded: Bools
    start: Ints
    end: Ints
    strength: Floats
    peak: Floats

    def take(self, rows: Ints) -> Programmes:
        return Programmes(*(getattr(self, f.name)[rows] for f in fields(self)))


def season(rng: np.random.Generator, sector: Ints, share: float) -> tuple[Floats, Floats, Bools]:
    """Strength and peak of each relation's season, and whether it is strong."""
    strong = rng.random(len(sector)) < share
    strength = np.where(strong, rng.uniform(0.7, 0.92, len(sector)), 0.15)
    peak = np.where(strong, rng.uniform(0, 365, len(sector)), sector * 36.0 + 20.0)
    return strength, peak, strong


def make_programmes(
    rng: np.random.Generator, market: Market, knobs: Knobs, kind: Ints, brokers: Ints | None = None
) -> Programmes:
    """Draw programmes of the kinds asked for; brokers: given, or drawn."""
    n, firms = len(kind), market.firms
    share = np.where(
        kind[:, None] == DIVERTED,
        SECTOR_SHARE * SECTOR_CONTROLLED,
        np.where(kind[:, None] == EXEMPT, SECTOR_SHARE * ~SECTOR_CONTROLLED, SECTOR_SHARE),
    )
    table = np.cumsum(share / share.sum(axis=1, keepdims=True), axis=1)
    sector = np.minimum((rng.random((n, 1)) > table).sum(axis=1), len(SECTOR_SHARE) - 1)
    local = np.isin(kind, (LOCAL, ELSEWHERE)) | ((kind == EXEMPT) & (rng.random(n) < 0.3))
    to_closed = np.isin(kind, (EXEMPT, ELSEWHERE, DIVERTED))
    to_origin = ~to_closed & (rng.random(n) < 0.3)

    def pick(picker: Picker, rows: Ints, road: Ints, near: Ints) -> Ints:
        """A firm for each row, not of an owner on the road nor of a country nearby."""
        new = picker(rng, sector[rows])
        for _ in range(20):
            clash = (firms.group[road[rows]] == firms.group[new][:, None]).any(axis=1)
            clash |= (firms.country[near[rows]] == firms.country[new][:, None]).any(axis=1)
            bad = np.flatnonzero(clash)
            if not len(bad):
                break
            new[bad] = picker(rng, sector[rows][bad])
        return new

    every = np.arange(n)
    hops = rng.choice(4, n, p=HOP_SHARE) + 1
    first = market.brokers(rng, sector) if brokers is None else brokers
    stages = np.repeat(first, 3 * MAX_HOPS).reshape(n, MAX_HOPS, 3)
    for stage in range(1, MAX_HOPS):
        road = stages[:, :stage].reshape(n, -1)
        for i in range(3):
            stages[:, stage, i] = pick(market.brokers, every, road, stages[:, stage - 1])
    road = stages.reshape(n, -1)
    tail = np.clip(hops[:, None] + np.array([-2, -1, 0]), 0, MAX_HOPS - 1)
    last = stages[every[:, None], tail].reshape(n, -1)
    customers = np.zeros((n, 3), dtype=np.int64)
    suppliers = np.zeros((n, 4), dtype=np.int64)
    for i in range(7):
        held, column = (customers, i) if i < 3 else (suppliers, i - 3)
        closed, origin = (to_closed, to_origin) if i < 3 else (every < 0, ~local)
        for picker, mask in (
            (market.closed, closed),
            (market.origins, origin & ~closed),
            (market.thirds, ~closed & ~origin),
        ):
            rows = np.flatnonzero(mask)
            held[mask, column] = pick(picker, rows, road, last if i < 3 else stages[:, 0])
    strength, peak, _ = season(rng, sector, knobs.seasonal)
    party = np.concatenate([stages[:, :2, 0], suppliers[:, :1], customers[:, :1]], axis=1)
    start, end, seen = windows(rng, firms.founded[party].max(axis=1))
    style = rng.random(n)
    days_only, slow = style < knobs.back_to_back, style > 0.87
    lag = np.where(days_only, 6.0, np.where(slow, 55.0, 19.0)) * rng.lognormal(0.0, 0.25, n)
    return Programmes(
        kind=kind,
        count=relation_counts(rng, knobs.repeat * 1.5, seen),
        basket=np.stack([market.goods.draw(rng, sector) for _ in range(3)], axis=1),
        suppliers=suppliers,
        stages=stages,
        customers=customers,
        hops=hops,
        lag=lag * knobs.lag_scale,
        level=rng.lognormal(np.log(17000), 1.25, n),
        price=rng.lognormal(0.0, knobs.price_noise, n),
        rounded=rng.random(n) < 0.5,
        start=start,
        end=end,
        strength=strength,
        peak=peak,
    )


def ship_orders(
    rng: np.random.Generator, market: Market, knobs: Knobs, plan: Programmes, budget: int
) -> tuple[Lines, Ints]:
    """Legs of the programmes' orders, at most about budget, and the brokers of the orders."""
    goods, firms = market.goods, market.firms
    owner = np.repeat(np.arange(len(plan.count)), plan.count)
    n = len(owner)
    hops = np.clip(plan.hops[owner] + rng.choice([-1, 0, 1], n, p=[0.06, 0.88, 0.06]), 1, MAX_HOPS)
    placing = spread_days(rng, owner, knobs.regular)
    code = plan.basket[np.arange(len(plan.count))[owner], rng.choice(3, n, p=[0.65, 0.22, 0.13])]
    price = goods.price[code] * plan.price[owner] * rng.lognormal(0.0, 0.06, n)
    lots = np.where(rng.random(n) < knobs.several_suppliers, rng.integers(2, 5, n), 1)
    split = np.where(
        rng.random(n) < knobs.several_carriers, 1 + (rng.random(n) * hops).astype(np.int64), -1
    )
    parts = rng.integers(2, 5, n)
    rejoined = (split > 0) & (split < hops) & (rng.random(n) < 0.15)

    def somewhere(last: Ints) -> Ints:
        """The layer of each order where an oddity happens; -1: nowhere."""
        hit = (rng.random(n) < knobs.odd_order) & (last > 0)
        return np.asarray(np.where(hit, 1 + (rng.random(n) * last).astype(np.int64), -1))

    mixed, slow, other, wrong = (somewhere(hops) for _ in range(4))
    lost = somewhere(hops - 1)
    amount = plan.level[owner] * rng.lognormal(0.0, 0.5, n) / price
    bulk = (1 + 0.4 * (lots - 1)) * np.where(split > 0, 1 + 0.35 * (parts - 1), 1.0)
    # a few pieces are not parted
    few = np.isin(goods.unit[code], WHOLE) & (amount * bulk < 4 * np.maximum(lots, parts))
    lots, split, rejoined = np.where(few, 1, lots), np.where(few, -1, split), rejoined & ~few
    amount *= np.where(few, 1.0, bulk)
    one_road = rng.random(n) < 0.5  # the parts of a split lot go through one firm, not several
    road = rng.choice(3, n, p=[0.8, 0.13, 0.07])
    client = rng.choice(3, n, p=[0.85, 0.1, 0.05])
    clients = rng.random(n) < 0.2  # the parts of a split lot go to several customers
    one_seller = rng.random(n) < 0.4  # several lots come from one supplier
    seller = rng.choice(4, n, p=[0.68, 0.16, 0.1, 0.06])

    def pooled(layer: int) -> Bools:
        """Orders whose lots are put together before the given layer."""
        first = (lots > 1) & (layer == 1)
        return np.asarray((split == layer) | first | (rejoined & (hops == layer)))

    def receivers(layer: int, order: Ints, part: Ints) -> Ints:
        p = owner[order]
        shift = np.where(one_road[order] | pooled(layer + 1)[order], 0, part)
        stage = plan.stages[p, min(layer, MAX_HOPS - 1), (road[order] + shift) % 3]
        end = plan.customers[p, (client[order] + part * clients[order]) % 3]
        return np.asarray(np.where(layer == hops[order], end, stage))

    # leg by leg: layer 0 leaves the suppliers, layer `hops` arrives at the customer
    order = np.repeat(np.arange(n), lots)
    part = np.arange(len(order)) - np.repeat(np.cumsum(lots) - lots, lots)
    low, high = within(
        np.where(rng.random(n)[order] < 0.4, 1.0, rng.lognormal(0, 0.5, len(order))), order
    )
    unit = goods.unit[code[order]]
    rounded = plan.rounded[owner[order]]
    quantity = lot_size(rng, amount[order] * (high - low), unit, rounded)
    day = np.where(part > 0, rng.integers(0, 21, len(order)), 0).astype(np.float64)
    stated = code[order]
    exporter = plan.suppliers[
        owner[order], (seller[order] + np.where(one_seller[order], 0, part)) % 4
    ]
    consignee = receivers(0, order, part)
    worth = price[order] * rng.lognormal(0.0, 0.03, len(order))
    parent = np.full(len(order), -1)
    oddity = np.zeros((n, len(TYPOLOGIES)), dtype=bool)
    layers: list[Lines] = []
    links: list[Ints] = []
    begin = 0
    for layer in range(MAX_HOPS + 1):
        pick = layer == mixed[order]
        extra = np.where(pick, rng.uniform(1.2, 3.0, len(order)), 1.0)
        shown = tidy(quantity * extra, goods.unit[code[order]])
        mass = net_mass(rng, goods, code[order], shown)
        base = goods.unit[code[order]]
        unit, said = misstate(rng, (layer == wrong[order]) & (part == 0), base, shown, mass)
        layers.append(
            Lines(
                day=day.astype(np.int64),
                exporter=exporter,
                consignee=consignee,
                code=stated,
                unit=unit,
                quantity=said,
                mass=mass,
                value=np.round(shown * worth, 2),
                label=np.full(len(order), LABEL["ordinary"]),
                chain=order,
                hop=np.full(len(order), layer),
                parent=parent,
                lost=(layer == lost[order]) & (part == 0),
                edges=np.zeros((2, 0), dtype=np.int64),
            )
        )
        if layer == MAX_HOPS:
            break
        # what came in goes on: as it came, or pooled and parted anew
        going = hops[order] > layer
        nxt = layer + 1
        pool = pooled(nxt)
        carry = np.flatnonzero(going & ~pool[order])
        pooling = np.flatnonzero(pool & (hops >= nxt))
        wide = np.where(rejoined & (hops == nxt), 1, np.where(split == nxt, parts, 1))[pooling]
        fresh = np.repeat(pooling, wide)
        fresh_part = np.arange(len(fresh)) - np.repeat(np.cumsum(wide) - wide, wide)
        even = (rng.random(n) < 0.4)[fresh]
        cut_low, cut_high = within(np.where(even, 1.0, rng.lognormal(0, 0.5, len(fresh))), fresh)
        sort = np.lexsort((np.r_[part[carry], fresh_part], np.r_[order[carry], fresh]))
        new_order = np.r_[order[carry], fresh][sort]
        new_low, new_high = (
            np.r_[a[carry], b][sort] for a, b in ((low, cut_low), (high, cut_high))
        )
        new_part = np.r_[part[carry], fresh_part][sort]
        source, target = overlaps(order, low, new_order, new_low, new_high)
        lead = np.zeros(len(new_order), dtype=np.int64)
        lead[target[::-1]] = source[::-1]
        is_new = pool[new_order]
        ready = np.zeros(n)
        np.maximum.at(ready, order, day)
        total = np.bincount(order, quantity, n)
        value = np.bincount(order, quantity * worth, n)
        loss = rng.random(len(new_order))
        left = np.where(loss < knobs.kept, rng.uniform(0.9, 1.0, len(loss)), 1.0)
        left = np.where(loss < knobs.kept * 0.2, rng.uniform(0.4, 0.9, len(loss)), left)
        new_unit = goods.unit[code[new_order]]
        came = np.where(is_new, total[new_order] * (new_high - new_low), quantity[lead])
        sent = lot_size(
            rng,
            came * left,
            new_unit,
            plan.rounded[owner[new_order]] & ((left < 1) | is_new) & (rng.random(len(left)) < 0.5),
        )
        whole = np.isin(new_unit, WHOLE)
        new_quantity = np.minimum(sent, np.where(whole, np.maximum(np.floor(came + 1e-6), 1), came))
        lag = plan.lag[owner[new_order]] * rng.lognormal(0.0, 0.5, len(new_order))
        long = rng.uniform(110, 290, len(new_order))
        lag = np.maximum(np.where(slow[new_order] == nxt, np.maximum(long, lag), lag), 1.0)
        wait = np.where(is_new & (new_part > 0), rng.integers(0, 16, len(lag)), 0)
        new_day = np.where(is_new, ready[new_order], day[lead]) + np.ceil(lag) + wait
        markup = rng.uniform(1.01, 1.10, len(new_order))
        new_worth = markup * np.where(
            is_new, (value / np.maximum(total, 1e-9))[new_order], worth[lead]
        )
        # papers: another code of the heading, of another heading, or a sister's name
        change = rng.random(len(new_order)) < knobs.reclassified
        jump = (other[new_order] == nxt) & (new_part == 0)
        held = stated[lead]
        new_stated = np.where(
            jump,
            goods.other_heading(rng, held),
            np.where(change, goods.within_heading(rng, held), held),
        )
        via = rng.random(len(new_order)) < knobs.sister
        new_exporter = np.where(via, firms.sister[consignee[lead]], consignee[lead])
        jumped = goods.heading[new_stated] != goods.heading[held]
        oddity[new_order[jumped], TYPOLOGIES.index("hs_heading")] = True
        oddity[new_order[(new_stated != held) & ~jumped], TYPOLOGIES.index("hs_within")] = True
        oddity[new_order[via], TYPOLOGIES.index("sister")] = True
        links.append(np.stack([source + begin, target + begin + len(order)]))
        parent = lead + begin
        begin += len(order)
        order, part, low, high = new_order, new_part, new_low, new_high
        quantity, day, stated, worth = new_quantity, new_day, new_stated, new_worth
        exporter, consignee = new_exporter, receivers(nxt, new_order, new_part)

    legs = stack(layers)
    legs.edges = np.concatenate(links, axis=1)
    # place each order in its programme's window, so that all of it fits the two years
    length = np.zeros(n, dtype=np.int64)
    np.maximum.at(length, legs.chain, legs.day)
    fits = np.minimum(1.0, (DAYS - 5) / np.maximum(length, 1))
    room = np.maximum(DAYS - 1 - np.ceil(length * fits), 0)
    last = np.minimum(plan.end[owner], room)
    first = np.minimum(plan.start[owner], last)
    begun = seasoned(first + placing * (last - first), plan.strength[owner], plan.peak[owner])
    begun = np.clip(begun, 0, room)
    legs.day = np.minimum((legs.day * fits[legs.chain] + begun[legs.chain]), DAYS - 1).astype(
        np.int64
    )
    # drop orders with a leg inside one country or owner, then those over budget
    inside = (firms.country[legs.exporter] == firms.country[legs.consignee]) & (legs.parent < 0)
    back = np.flatnonzero(legs.parent >= 0)
    inside[back] |= (
        firms.country[legs.consignee[legs.parent[back]]] == firms.country[legs.consignee[back]]
    )
    inside |= firms.group[legs.exporter] == firms.group[legs.consignee]
    good = np.bincount(legs.chain, inside, n) == 0
    seen = np.bincount(legs.chain, ~legs.lost, n) * good
    good &= np.cumsum(seen) <= budget
    number = np.cumsum(good) - 1
    # which typology an order shows: the rarer first
    name = {t: i for i, t in enumerate(TYPOLOGIES)}
    for typology, found in (
        ("split", split > 0),
        ("merge", lots > 1),
        ("mixed", mixed > 0),
        ("slow_stock", slow > 0),
        ("unit_error", wrong > 0),
        ("lost_leg", lost > 0),
    ):
        oddity[:, name[typology]] = found
    oddity[np.arange(n), hops - 1] = True
    shown_as = len(TYPOLOGIES) - 1 - np.argmax(oddity[:, ::-1], axis=1)
    if (plan.kind == DIVERTED).all():
        _show_all(shown_as, oddity, good)
        legs.label = shown_as[legs.chain]
    else:
        re_export = np.isin(plan.kind, (EXEMPT, ELSEWHERE))[owner][legs.chain]
        legs.label = np.where(re_export, LABEL["reexporter"], LABEL["ordinary"])
        legs.label[(legs.chain >= 0) & (legs.unit != goods.unit[legs.code])] = LABEL["unit_typo"]
    kept = keep_lines(legs, good[legs.chain])
    kept.chain = number[kept.chain]
    return kept, plan.stages[owner[good], 0, 0]


def _show_all(shown_as: Ints, oddity: Bools, good: Bools) -> None:
    """See to it that every typology is shown by a chain that has it, if there is one."""
    for typology in range(len(TYPOLOGIES)):
        if not (good & (shown_as == typology)).any():
            count = np.bincount(shown_as[good], minlength=len(TYPOLOGIES))
            able = np.flatnonzero(good & oddity[:, typology] & (count[shown_as] > 1))
            shown_as[able[:1]] = typology


def lawful_programmes(rng: np.random.Generator, market: Market, knobs: Knobs, n: int) -> Programmes:
    """Brokers' lawful business, some of it with embargoed countries."""
    closed = knobs.closed_orders
    share = np.array([(1 - closed) * 0.75, (1 - closed) * 0.25, closed * 0.4, closed * 0.6])
    return make_programmes(rng, market, knobs, rng.choice(4, n, p=share))


def diverted_programmes(
    rng: np.random.Generator, market: Market, knobs: Knobs, lawful_brokers: Ints, orders: int
) -> Programmes:
    """Programmes of some of the same brokers for embargoed customers.

    Each has several orders, yet the broker's lawful orders remain the majority.
    """
    count = np.bincount(lawful_brokers, minlength=1)
    room = np.maximum(count - 1, 0)
    able = np.flatnonzero(room >= 3)
    if not len(able):
        able = np.unique(lawful_brokers)
        room[able] = 2
    n = orders // 2 + 6
    weight = count[able] ** 0.6
    broker = rng.choice(able, n, p=weight / weight.sum())
    plan = make_programmes(rng, market, knobs, np.full(n, DIVERTED), broker)
    for i in range(n):
        plan.count[i] = max(min(plan.count[i], room[broker[i]]), 0)
        room[broker[i]] -= plan.count[i]
    few = np.flatnonzero(plan.count > 1)
    return plan.take(few)

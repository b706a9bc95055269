"""Everything else: standing relations of all firms, and stocks that are filled and sold from."""

from __future__ import annotations

import numpy as np

from .firms import CLOSED, DAYS, ORIGIN, THIRD
from .goods import SECTOR_CONTROLLED, SECTOR_SHARE, Ints
from .knobs import Knobs
from .lines import (
    LABEL,
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
    windows,
    within,
)
from .orders import Market, season

# ordinary trade between the kinds of country, beside what goes to the embargoed
FLOWS = (
    (ORIGIN, ORIGIN, 0.20),
    (ORIGIN, THIRD, 0.36),
    (THIRD, ORIGIN, 0.16),
    (THIRD, THIRD, 0.24),
    (CLOSED, THIRD, 0.04),
)


def trade_ordinarily(rng: np.random.Generator, market: Market, knobs: Knobs, lines: int) -> Lines:
    """Exactly so many lines of standing relations."""
    goods, firms = market.goods, market.firms
    n = int(lines / max(knobs.repeat * 0.4, 1.0)) + 20
    seller_kind = np.array([f[0] for f in FLOWS] + [THIRD, ORIGIN])
    buyer_kind = np.array([f[1] for f in FLOWS] + [CLOSED, CLOSED])
    share = np.array(
        [f[2] * (1 - knobs.closed_trade) for f in FLOWS]
        + [knobs.closed_trade * 0.8, knobs.closed_trade * 0.2]
    )
    flow = rng.choice(len(share), n, p=share / share.sum())
    pickers = {ORIGIN: market.origins, THIRD: market.thirds, CLOSED: market.closed}
    seller, buyer = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    # goods straight from a controlled origin to an embargoed country are exempt ones
    exempt = np.where(SECTOR_CONTROLLED, 0.0, SECTOR_SHARE)
    direct = (seller_kind[flow] == ORIGIN) & (buyer_kind[flow] == CLOSED)
    sector = np.where(
        direct,
        rng.choice(len(exempt), n, p=exempt / exempt.sum()),
        rng.choice(len(exempt), n, p=SECTOR_SHARE / SECTOR_SHARE.sum()),
    )
    todo = np.arange(n)
    for _ in range(30):
        for kind, picker in pickers.items():
            for held, kinds in ((seller, seller_kind), (buyer, buyer_kind)):
                rows = todo[kinds[flow[todo]] == kind]
                held[rows] = picker(rng, sector[rows])
        same = (firms.country[seller] == firms.country[buyer]) | (
            firms.group[seller] == firms.group[buyer]
        )
        todo = np.flatnonzero(same)
    able = np.flatnonzero(~same)
    start, end, seen = windows(rng, np.maximum(firms.founded[seller], firms.founded[buyer]))
    count = np.zeros(n, dtype=np.int64)
    count[able] = relation_counts(rng, knobs.repeat * 0.6, seen[able])
    if count.sum() < lines:  # too few: all trade more often
        count = -(-count * lines // max(int(count.sum()), 1))
    count = np.diff(np.minimum(np.cumsum(np.r_[0, count]), lines))
    owner = np.repeat(np.arange(n), count)
    strength, peak, strong = season(rng, sector, knobs.seasonal)
    spread = spread_days(rng, owner, knobs.regular)
    day = seasoned(start[owner] + spread * (end - start)[owner], strength[owner], peak[owner])
    basket = np.stack([goods.draw(rng, sector) for _ in range(3)], axis=1)
    code = basket[owner, rng.choice(3, lines, p=[0.65, 0.22, 0.13])]
    price = (
        rng.lognormal(0.06, knobs.price_noise, n)[owner]
        * goods.price[code]
        * rng.lognormal(0.0, 0.07, lines)
    )
    level = rng.lognormal(np.log(17000), 1.25, n)[owner] * rng.lognormal(0.0, 0.6, lines)
    true = lot_size(rng, level / price, goods.unit[code], (rng.random(n) < 0.5)[owner])
    mass = net_mass(rng, goods, code, true)
    wrong = rng.random(lines) < knobs.unit_typos
    unit, quantity = misstate(rng, wrong, goods.unit[code], true, mass)
    none = np.full(lines, -1)
    label = np.where(
        wrong, LABEL["unit_typo"], np.where(strong[owner], LABEL["seasonal"], LABEL["ordinary"])
    )
    return Lines(
        day=np.clip(day, 0, DAYS - 1).astype(np.int64),
        exporter=seller[owner],
        consignee=buyer[owner],
        code=code,
        unit=unit,
        quantity=quantity,
        mass=mass,
        value=np.round(true * price, 2),
        label=label,
        chain=none,
        hop=none,
        parent=none,
        lost=np.zeros(lines, dtype=bool),
        edges=np.zeros((2, 0), dtype=np.int64),
    )


def keep_stocks(rng: np.random.Generator, market: Market, knobs: Knobs, budget: int) -> Lines:
    """Lines into and out of stocks of one good, sold first in, first out.

    Distributors sell most of it at home, where no line is written; stockists sell abroad.
    """
    goods, firms = market.goods, market.firms
    n = budget // 14 + 4
    sector = rng.choice(len(SECTOR_SHARE), n, p=SECTOR_SHARE / SECTOR_SHARE.sum())
    keeper = market.brokers(rng, sector)
    code = goods.draw(rng, sector)
    distributor = rng.random(n) < 0.5
    local = rng.random(n) < 0.2
    suppliers = np.stack(
        [
            np.where(local, market.thirds(rng, sector), market.origins(rng, sector))
            for _ in range(3)
        ],
        axis=1,
    )
    free = (~SECTOR_CONTROLLED[sector] | local)[:, None] & (rng.random((n, 4)) < 0.3)
    home = rng.random((n, 4)) < 0.2
    customers = np.stack([market.thirds(rng, sector) for _ in range(4)], axis=1)
    for column in range(4):
        customers[:, column] = np.where(
            free[:, column],
            market.closed(rng, sector),
            np.where(home[:, column], market.origins(rng, sector), customers[:, column]),
        )
    start, end, kept = windows(rng, firms.founded[keeper])
    level = rng.lognormal(np.log(20000), 1.2, n)
    price = goods.price[code] * rng.lognormal(0.0, knobs.price_noise, n)
    rounded = rng.random(n) < 0.5

    bought = np.minimum(1 + relation_counts(rng, knobs.repeat, kept), 40)
    lot = np.repeat(np.arange(n), bought)
    day_in = start[lot] + spread_days(rng, lot, knobs.regular) * (end - start)[lot]
    day_in = day_in[np.lexsort((day_in, lot))].astype(np.int64)
    unit = goods.unit[code]
    quantity_in = lot_size(
        rng, level[lot] * rng.lognormal(0.0, 0.5, len(lot)) / price[lot], unit[lot], rounded[lot]
    )
    low_in, _ = within(quantity_in, lot)
    total = np.bincount(lot, quantity_in, n)

    sold = np.maximum((bought * rng.uniform(0.7, 2.5, n)).astype(np.int64), 1)
    sale = np.repeat(np.arange(n), sold)
    # sales and what goes elsewhere lie alternately in the stock
    gap = np.where(distributor, rng.uniform(1.2, 4.0, n), rng.uniform(0.0, 0.15, n))[sale]
    pieces = np.stack([gap * rng.lognormal(0, 0.5, len(sale)), rng.lognormal(0, 0.5, len(sale))])
    low, high = within(pieces.T.ravel(), np.repeat(sale, 2))
    low_out, high_out = low[1::2], high[1::2]
    source, target = overlaps(lot, low_in, sale, low_out, high_out)
    ready = np.zeros(len(sale), dtype=np.int64)
    np.maximum.at(ready, target, day_in[source])
    lead = np.zeros(len(sale), dtype=np.int64)
    lead[target] = source
    stay = rng.exponential(22, len(sale)) * knobs.lag_scale + 2
    day_out = ready + np.ceil(stay).astype(np.int64)
    came = total[sale] * (high_out - low_out)
    whole = np.isin(unit[sale], WHOLE)
    quantity_out = np.minimum(
        lot_size(rng, came, unit[sale], rounded[sale]), np.where(whole, np.floor(came + 1e-6), came)
    )
    change = rng.random(len(sale)) < knobs.reclassified
    code_out = np.where(change, goods.within_heading(rng, code[sale]), code[sale])
    via = rng.random(len(sale)) < knobs.sister
    seller = np.where(via, firms.sister[keeper[sale]], keeper[sale])
    buyer = customers[sale, rng.choice(4, len(sale), p=[0.45, 0.25, 0.2, 0.1])]
    supplier = suppliers[lot, rng.choice(3, len(lot), p=[0.6, 0.25, 0.15])]

    def both(a: Ints, b: Ints) -> Ints:
        return np.asarray(np.r_[a, b])

    stock = both(lot, sale)
    true = np.r_[quantity_in, quantity_out]
    markup = np.r_[np.ones(len(lot)), rng.uniform(1.02, 1.2, len(sale))]
    worth = price[stock] * markup * rng.lognormal(0.0, 0.05, len(stock))
    mass = net_mass(rng, goods, code[stock], np.maximum(true, 0.1))
    wrong = rng.random(len(stock)) < knobs.unit_typos
    stated_unit, stated = misstate(rng, wrong, unit[stock], true, mass)
    exporter, consignee = both(supplier, seller), both(keeper[lot], buyer)
    outward = np.arange(len(stock)) >= len(lot)
    label = np.where(distributor[stock], LABEL["distributor"], LABEL["stockist"])
    lines = Lines(
        day=both(day_in, day_out),
        exporter=exporter,
        consignee=consignee,
        code=both(code[lot], code_out),
        unit=stated_unit,
        quantity=stated,
        mass=mass,
        value=np.round(true * worth, 2),
        label=np.where(wrong, LABEL["unit_typo"], label),
        chain=np.full(len(stock), -1),
        hop=np.full(len(stock), -1),
        parent=both(np.full(len(lot), -1), lead),
        lost=np.zeros(len(stock), dtype=bool),
        edges=np.stack([source, target + len(lot)]),
    )
    leaves = np.where(outward, firms.country[keeper[stock]], firms.country[exporter])
    good = (leaves != firms.country[consignee]) & (lines.day < DAYS) & (true > 0)
    good &= firms.group[exporter] != firms.group[consignee]
    # whole stocks, as far as the budget goes
    seen = np.cumsum(np.bincount(stock, good, n))
    return keep_lines(lines, good & (seen <= budget)[stock])

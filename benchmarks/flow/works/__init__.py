"""A fictional world of production, repair and trade with planted diversions.

Firms turn parts into products, send goods to repair, lease them, keep them on consignment at
hubs, or pass them on as they came. Users in the embargoed countries have agents who take parts
from traders, from the surplus of makers, and from returned or "repaired" goods, through one to
four third-country firms; an agent is used for some months and then replaced. Planted and lawful
journeys run through one machine, so that a single line differs by its corridor alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.flow.works.works_journeys import (
    LABEL,
    LABELS,
    Habits,
    Legs,
    make_programmes,
    mirrored,
    run_programmes,
)
from benchmarks.flow.works.works_market import (
    CONTROLLED_ORIGINS,
    EMBARGOED,
    Floats,
    Ints,
    Market,
    Mask,
    make_market,
)
from benchmarks.flow.works.works_ordinary import make_direct, make_production, make_repairs

__all__ = ["CONTROLLED_ORIGINS", "EMBARGOED", "Knobs", "World", "make_works", "vary"]

_FIRST_DAY = np.datetime64("2023-01-02")


@dataclass(frozen=True, slots=True)
class Knobs:
    """What may vary between worlds. Shares are 0 to 1.

    Attributes
    ----------
    coverage
        Share of the lines that are visible, each independently; ``lines`` counts all of them.
    planted
        Share of all lines that are legs of planted chains.
    reclassified, sister
        Share of onward legs under another HS6 code of the heading; by a firm of the same owner.
    days
        Length of the world.
    trader_lines
        Lines of the world for each third-country trader: higher is busier.
    skew
        Spread of firm sizes: higher means fewer, larger hubs.
    breadth
        Usual number of goods that a trader deals in: lower makes each good of a firm busier.
    lag_days
        Median days a lot stays with a firm before it goes on.
    loyalty
        Mean number of journeys of an arrangement, planted or lawful.
    agents
        Share of third-country traders that agents prefer.
    embargoed_trade
        Share of lawful journeys of other origin, food or medicine that end in embargoed countries.
    through, production, repairs
        Shares of lines that pass through traders, through production, and out and back.
    seasonal, unit_errors, part_numbers
        Shares of seasonal arrangements, of mistyped units, and of lines with a part number.
    forms, hops
        Weights of the forms in ``FORMS`` order, and of one to four third-country firms.
    """

    coverage: float = 1.0
    planted: float = 1 / 120
    reclassified: float = 0.02
    sister: float = 0.04
    days: int = 730
    trader_lines: float = 30.0
    skew: float = 0.9
    breadth: float = 5.0
    lag_days: float = 15.0
    loyalty: float = 3.0
    agents: float = 0.2
    embargoed_trade: float = 0.22
    through: float = 0.40
    production: float = 0.14
    repairs: float = 0.05
    seasonal: float = 0.12
    unit_errors: float = 0.01
    part_numbers: float = 0.2
    forms: tuple[float, ...] = (0.48, 0.11, 0.07, 0.05, 0.04, 0.05, 0.05, 0.08, 0.05, 0.04)
    hops: tuple[float, ...] = (0.32, 0.34, 0.21, 0.13)


@dataclass(frozen=True, slots=True)
class World:
    """Shipments by date, the truth row by row, and the true links between visible rows.

    ``legal_edges`` holds lawful goods passed on as they came (trade, repair, leasing, the lawful
    rest of a mixed lot); goods that went into production end there.
    """

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


def vary(seed: int) -> Knobs:
    """Draw all knobs in wide, plausible ranges."""
    rng = np.random.default_rng([seed, 77])
    base = Knobs()
    return Knobs(
        coverage=float(rng.choice([1.0, 1.0, 0.8, 0.5, 0.3])),
        planted=float(rng.uniform(0.006, 0.010)),
        reclassified=float(rng.choice([0.0, 0.05, 0.15, 0.4])),
        sister=float(rng.choice([0.0, 0.05, 0.15, 0.4])),
        days=int(rng.integers(600, 800)),
        trader_lines=float(np.exp(rng.uniform(np.log(15), np.log(150)))),
        skew=float(rng.uniform(0.6, 1.3)),
        breadth=float(rng.uniform(2.0, 8.0)),
        lag_days=float(np.exp(rng.uniform(np.log(7), np.log(35)))),
        loyalty=float(rng.uniform(1.6, 6.0)),
        agents=float(rng.uniform(0.08, 0.5)),
        embargoed_trade=float(rng.uniform(0.12, 0.4)),
        through=float(rng.uniform(0.25, 0.5)),
        production=float(rng.uniform(0.05, 0.22)),
        repairs=float(rng.uniform(0.02, 0.1)),
        seasonal=float(rng.uniform(0.05, 0.3)),
        unit_errors=float(rng.uniform(0.0, 0.03)),
        part_numbers=float(rng.uniform(0.0, 0.6)),
        forms=tuple((np.array(base.forms) * rng.uniform(0.5, 2.0, len(base.forms))).tolist()),
        hops=tuple((np.array(base.hops) * rng.uniform(0.5, 2.0, 4)).tolist()),
    )


def make_works(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """Make a world of ``lines`` lines, of which ``knobs.coverage`` are visible.

    Raises
    ------
    ValueError
        If ``lines`` is below 2,000: too few for a market of firms.
    """
    if lines < 2000:
        raise ValueError(f"a world needs at least 2000 lines, not {lines}")
    k = knobs or Knobs()
    rng = np.random.default_rng(seed)
    market = make_market(
        rng,
        lines,
        days=k.days,
        trader_lines=k.trader_lines,
        skew=k.skew,
        breadth=k.breadth,
        agents=k.agents,
        sister=k.sister,
    )
    habits = Habits(
        k.days,
        k.reclassified,
        k.sister,
        k.loyalty,
        k.lag_days,
        k.forms,
        k.hops,
        k.embargoed_trade,
        k.seasonal,
    )
    budget, want = round(lines * k.planted), round(lines * k.through)
    bad = make_programmes(rng, market, int(budget / k.loyalty / 2) + 8, habits, planted=True)
    good = make_programmes(rng, market, int(want / k.loyalty / 2) + 8, habits, planted=False)
    mirrored(rng, market, bad, good)
    planted, bad_span = run_programmes(rng, market, bad, habits, planted=True)
    lawful, good_span = run_programmes(rng, market, good, habits, planted=False)
    factors = _leg_factors(lawful)
    remainder = planted["hop"] < 0
    planted = _trim(rng, planted, budget, k.days, counted=~remainder)
    lawful = _trim(rng, lawful, want, k.days)
    batches, trips = int(lines * k.production / 4.5), int(lines * k.repairs / 1.8)
    made = _trim(rng, make_production(rng, market, batches, habits, factors), lines, k.days)
    mended = _trim(rng, make_repairs(rng, market, trips, habits, factors), lines, k.days)
    done = sum(legs["day"].size for legs in (planted, lawful, made, mended))
    known = np.unique(np.stack([planted["exporter"], planted["consignee"]], axis=1), axis=0)
    direct = make_direct(rng, market, max(lines - done, 0), habits, factors, known)
    blocks = [planted, lawful, made, mended, direct]
    edges = [
        _links(planted, bad_span, 0),
        _links(lawful, good_span, planted["day"].size),
        _links(mended, None, sum(block["day"].size for block in blocks[:3])),
    ]
    legs = {key: np.concatenate([block[key] for block in blocks]) for key in planted}
    chain = np.full(legs["day"].size, -1)
    is_leg = planted["hop"] >= 0
    chain[: is_leg.size][is_leg] = np.unique(planted["journey"][is_leg], return_inverse=True)[1]
    return _assemble(rng, market, legs, chain, edges, k)


def _leg_factors(legs: Legs) -> Floats:
    """How large legs are beside the first leg of their journey: splits, merges and rests."""
    first = np.ones(int(legs["journey"].max()) + 1)
    start = (legs["hop"] == 0) & (legs["branch"] == 0)
    first[legs["journey"][start]] = legs["units"][start]
    ratio = legs["units"] / first[legs["journey"]]
    return ratio[(ratio > 0.02) & (ratio < 5)]


def _trim(
    rng: np.random.Generator, legs: Legs, budget: int, days: int, counted: Mask | None = None
) -> Legs:
    """Keep the legs of the world's days, of random journeys up to ``budget`` counted lines."""
    inside = (legs["day"] >= 0) & (legs["day"] < days)
    count = inside if counted is None else inside & counted
    per = np.bincount(legs["journey"][count], minlength=int(legs["journey"].max()) + 1)
    order = rng.permutation(per.size)
    kept = np.zeros(per.size, bool)
    kept[order] = np.cumsum(per[order]) <= budget
    keep = inside & kept[legs["journey"]]
    return {key: col[keep] for key, col in legs.items()}


def _links(legs: Legs, span: Ints | None, offset: int) -> Ints:
    """Pairs of legs of which the second carries on goods of the first, as (pairs, 2)."""
    at = np.full((int(legs["journey"].max(initial=0)) + 1, 6, 3), -1)
    at[legs["journey"], legs["hop"], legs["branch"]] = np.arange(legs["hop"].size)
    if span is None:
        span = np.full((at.shape[0], 2), -1)
    first, last = span[: at.shape[0], 0], span[: at.shape[0], 1]
    pairs = []
    for hop in range(5):
        both = (first >= 0) & (first <= hop) & (hop + 1 <= last)
        for b in range(3):
            for c in range(3):
                a, z = at[:, hop, b], at[:, hop + 1, c] if hop < 4 else at[:, 5, c] * 0 - 1
                go = (a >= 0) & (z >= 0) & (~both | (b == c))
                pairs.append(np.stack([a[go], z[go]], axis=1))
    for b in range(3):
        go = (at[:, 0, b] >= 0) & (at[:, 5, 0] >= 0)
        pairs.append(np.stack([at[go, 0, b], at[go, 5, 0]], axis=1))
    return np.concatenate(pairs) + offset


def _assemble(
    rng: np.random.Generator, market: Market, legs: Legs, chain: Ints, edges: list[Ints], k: Knobs
) -> World:
    """Write declarations of the legs, hide what is not visible, and sort by date."""
    n = legs["day"].size
    visible = rng.random(n) < k.coverage
    order = np.lexsort((rng.random(n), legs["day"]))
    order = order[visible[order]]
    place = np.full(n, -1)
    place[order] = np.arange(order.size)
    col = {key: values[order] for key, values in legs.items()}
    chain = chain[order]
    m, goods = order.size, market.goods
    good, day = col["good"], col["day"]
    ends = {}
    for role in ("exporter", "consignee"):
        firm = col[role]
        moved = market.moved_day[firm] <= day
        ends[role] = np.where(moved, market.moved_to[firm], market.country[firm])
    hubs = np.flatnonzero(~market.controlled & ~market.embargoed)[:8]
    away = (rng.random(m) < 0.05) & ~market.controlled[ends["exporter"]]
    away &= ~market.embargoed[ends["exporter"]]
    export = np.where(away, rng.choice(hubs, m), ends["exporter"])
    plain_end = ~market.embargoed[ends["consignee"]] & ~market.controlled[ends["consignee"]]
    dropped = (rng.random(m) < 0.03) & plain_end
    destination = np.where(dropped, rng.choice(hubs, m), ends["consignee"])
    units = col["units"].astype(np.float64)
    # One journey is written in one way: in round numbers on every leg, or on none.
    tidy = ((col["journey"] * 2654435761 + col["part"] * 40503) >> 7) % 100 < 35
    step = 10.0 ** np.floor(np.log10(np.maximum(units, 1)) * 0.6)
    units = np.where(tidy, np.maximum(np.round(units / step) * step, 1), units)
    mass = units * goods.unit_mass_kg[good] * np.exp(rng.normal(0, 0.04, m))
    price = goods.unit_price[good] * np.exp(rng.normal(0, 0.25, m))
    typo = rng.random(m) < k.unit_errors
    wrong = typo | (col["wrong_unit"] > 0)
    swap = wrong & (rng.random(m) < 0.5)
    by_mass = goods.by_mass[good]
    scale = rng.choice([0.001, 0.01, 1 / 12, 10.0, 12.0, 100.0, 1000.0], m)
    quantity = np.where(wrong & ~swap, units * scale, units)
    quantity = np.where(swap & ~by_mass, mass, quantity)
    quantity = np.maximum(np.round(quantity, 3), 0.001)
    unit = np.where(swap, 1 - by_mass, by_mass * 1)
    label = col["label"].copy()
    ordinary = np.isin(label, [LABEL["direct"], LABEL["distributor"], LABEL["third_origin"]])
    firms = (col["exporter"], col["consignee"])
    new = np.any([market.founded_day[firm] > 0 for firm in firms], axis=0)
    gone = np.any([market.moved_day[firm] < k.days for firm in firms], axis=0)
    lawful = chain < 0
    label[ordinary & lawful & new] = LABEL["startup"]
    label[ordinary & lawful & gone] = LABEL["moved"]
    label[lawful & wrong] = LABEL["unit_typo"]
    number = rng.permutation(np.unique(rng.integers(16**8, 16**9, 2 * m + 64)))[:m]
    named = rng.random(m) < k.part_numbers
    parts = np.char.add("P", (np.arange(goods.code.size * 16) * 7 + 20011).astype(str))
    shipments = pa.table(
        {
            "shipment_id": pa.array([f"{value:09x}" for value in number.tolist()]),
            "line_no": pa.array(np.ones(m, np.int32)),
            "date": pa.array(_FIRST_DAY + day.astype("timedelta64[D]"), pa.date32()),
            "exporter": _coded(col["exporter"], market.name),
            "exporter_country": _coded(ends["exporter"], market.countries),
            "consignee": _coded(col["consignee"], market.name),
            "consignee_country": _coded(ends["consignee"], market.countries),
            "export_country": _coded(export, market.countries),
            "destination_country": _coded(destination, market.countries),
            "hs_code": _coded(good, goods.code),
            "quantity": pa.array(quantity),
            "unit": _coded(unit, np.array(["NAR", "KGM"])),
            "net_mass_kg": pa.array(np.maximum(np.round(mass, 2), 0.01)),
            "part_number": pa.DictionaryArray.from_arrays(
                pa.array(col["part"].astype(np.int32), mask=~named), pa.array(parts)
            ),
            "value": pa.array(np.round(np.maximum(units * price, 1), 2)),
            "currency": _coded(col["exporter"] % 3 // 2, np.array(["USD", "EUR"])),
        }
    )
    truth = pa.table(
        {
            "positive": pa.array(chain >= 0),
            "chain_id": pa.array(chain.astype(np.int32)),
            "hop": pa.array(np.where(chain >= 0, col["hop"], -1).astype(np.int8)),
            "typology": _coded(label, np.array(LABELS)),
            "exporter_firm": pa.array(col["exporter"].astype(np.int32)),
            "consignee_firm": pa.array(col["consignee"].astype(np.int32)),
            "exporter_group": pa.array(market.group[col["exporter"]].astype(np.int32)),
            "consignee_group": pa.array(market.group[col["consignee"]].astype(np.int32)),
        }
    )
    pairs = place[np.concatenate(edges)]
    pairs = pairs[(pairs >= 0).all(axis=1)]
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    bad = (chain[pairs] >= 0).all(axis=1)
    return World(shipments, truth, _pair_table(pairs[bad]), _pair_table(pairs[~bad]))


def _coded(at: Ints, words: NDArray[np.str_]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(at.astype(np.int32)), pa.array(words))


def _pair_table(pairs: Ints) -> pa.Table:
    return pa.table({"from_row": pa.array(pairs[:, 0]), "to_row": pa.array(pairs[:, 1])})

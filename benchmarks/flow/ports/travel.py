"""How goods travel in a world of ports: in standing relations of one leg and in journeys of several."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from benchmarks.flow.ports.cast import DAYS, NEVER, Bools, Cast, Floats, Ints

__all__ = [
    "PARTS",
    "Knobs",
    "Lines",
    "Routes",
    "draw_routes",
    "draw_singles",
    "draw_twins",
    "travel",
]

LEGS, PARTS = 5, 4
KINDS = ("diversion", "legal_onward", "legal_distributor", "legal_reexporter")
# Corridor of single legs: pools of seller and buyer, share.
CORRIDORS = (
    ("controlled", "controlled", 0.32), ("controlled", "third", 0.19), ("third", "controlled", 0.20),
    ("third", "third", 0.205), ("third", "embargoed", 0.035), ("embargoed", "third", 0.03),
    ("controlled", "embargoed", 0.01), ("embargoed", "controlled", 0.01),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Knobs:
    """What a world is like; rates are shares between 0 and 1 unless said otherwise."""

    coverage: float = 1.0
    """Share of lines seen, each independently."""
    reclassified: float = 0.03
    """Onward legs under another code of the same heading."""
    sister: float = 0.03
    """Onward legs that a firm of the same group exports."""
    chains_per_million: float = 1500.0
    """Planted chains per million lines."""
    onward: float = 0.042
    """Share of lines in lawful journeys from uncontrolled origins to the embargoed countries."""
    distributed: float = 0.05
    """Share of lines in lawful journeys from controlled origins to other third countries."""
    reexported: float = 0.008
    """Share of lines in lawful journeys of food and medicine to the embargoed countries."""
    firms_per_line: float = 0.075
    """Firms of the whole world per line; fewer make busier stocks."""
    traders: float = 0.5
    """Share of third-country firms that trade on; fewer make busier hubs."""
    tail: float = 0.7
    """Spread of the logarithm of traders' sizes; more makes a few hubs busier."""
    assortment: float = 5.0
    """Codes that a trader usually deals in; fewer make busier stocks."""
    codes_per_heading: float = 2.0
    """Mean codes of a heading beyond the two that each has."""
    lag_days: float = 11.0
    """Mean days between arrival and onward leg."""
    parts: float = 0.53
    """Chance of each further part into which a leg of a journey is divided."""
    loss: float = 0.01
    """Mean share of a lot that goes missing at each firm on the way."""
    mixing: float = 0.2
    """Routes of diversion beside which the same firms run a lawful twin in the same goods."""
    slow: float = 0.05
    """Journeys that rest for two to seven months at one of the firms."""
    across: float = 0.025
    """Journeys in which one leg is declared under another heading of the chapter."""
    lost: float = 0.03
    """Journeys of which one onward leg is in no record."""
    unit_errors: float = 0.03
    """Journeys in which one leg is stated in a wrong unit."""
    typing_errors: float = 0.009
    """Lines of lawful single legs stated in a wrong unit."""
    standing: float = 0.4
    """Journeys that belong to routes with many consignments."""


@dataclass(slots=True)
class Lines:
    """Columns of lines that are still in the making."""

    day: Ints
    seller: Ints
    buyer: Ints
    place: Ints
    code: Ints
    quantity: Floats
    odd: Ints
    kind: Ints
    chain: Ints
    hop: Ints
    label: npt.NDArray[np.object_]

    def take(self, at: Ints) -> Lines:
        """Return the lines at these positions."""
        return Lines(*(getattr(self, f.name)[at] for f in fields(self)))


def _days(rng: np.random.Generator, cast: Cast, code: Ints, start: Ints, end: Ints) -> Ints:
    """Draw a day within each window, likelier in the season of the goods."""
    tries = start[:, None] + (end - start)[:, None] * rng.random((len(code), 3))
    phase = np.cos(2 * np.pi * (tries / 365.25 - cast.peak[code][:, None]))
    score = cast.swing[code][:, None] * phase + rng.gumbel(size=tries.shape)
    day: Ints = np.floor(tries[np.arange(len(code)), score.argmax(axis=1)]).astype(np.int64)
    return day


def _windows(
    rng: np.random.Generator, born: Ints, first: int, shortest: Floats
) -> tuple[Ints, Ints]:
    start = np.maximum(born, rng.integers(first - 600, 640, len(born))).clip(first, 700)
    start = np.minimum(start, np.maximum(born, DAYS - shortest).clip(first, 700)).astype(np.int64)
    span = np.maximum(shortest, rng.uniform(30, 900, len(born)))
    return start, np.minimum(start + span, DAYS).astype(np.int64)


def _dealt(rng: np.random.Generator, cast: Cast, firm: Ints) -> Ints:
    """Draw goods from a firm's assortment, its first goods the most."""
    width = cast.assortment.shape[1]
    column = np.minimum(rng.geometric(min(1.0, 2 / width), len(firm)) - 1, width - 1)
    code: Ints = cast.assortment[firm, column]
    return code


def _third(rng: np.random.Generator, cast: Cast, n: int) -> Ints:
    either = rng.random(n) < 0.5
    return np.where(either, cast.pools["trader"].draw(rng, n), cast.pools["maker"].draw(rng, n))


def draw_singles(rng: np.random.Generator, cast: Cast, knobs: Knobs, n: int) -> Lines:
    """Draw standing relations of one leg and their shipments, `n` lines in all."""
    relations: list[tuple[Floats, Ints]] = []
    counts = rng.multinomial(n, np.array([s for *_, s in CORRIDORS]))
    for (a, b, _), count in zip(CORRIDORS, counts.tolist(), strict=True):
        size = (1 + rng.pareto(1.1, count)).astype(np.int64).clip(1, 80)
        size = size[: np.searchsorted(np.cumsum(size), count) + 1]
        m = len(size)
        ends = [
            _third(rng, cast, m) if x == "third" else cast.pools[x].draw(rng, m) for x in (a, b)
        ]
        ends[1] = np.where(ends[0] == ends[1], cast.pools["trader"].draw(rng, m), ends[1])
        anchor = np.where(cast.trader[ends[1]] & ~cast.trader[ends[0]], ends[1], ends[0])
        code = _dealt(rng, cast, anchor)
        if (a, b) == ("controlled", "embargoed"):
            code = rng.choice(cast.medical_food, m)
        born = np.maximum(cast.born[ends[0]], cast.born[ends[1]])
        start, end = _windows(rng, born, 0, size * 5.0)
        usual = cast.usual[code] * rng.lognormal(0, 0.8, m)
        columns = [x.astype(float) for x in (*ends, code, start, end)]
        relations.append((np.stack([*columns, usual]), size))
    table = np.concatenate([np.repeat(c, s, axis=1) for c, s in relations], axis=1)
    table = table[:, rng.permutation(table.shape[1])[:n]]
    seller, buyer, code, start, end = table[:5].astype(np.int64)
    size = table.shape[1]
    day = _days(rng, cast, code, start, end).clip(0, DAYS - 1)
    odd = np.where(rng.random(size) < knobs.typing_errors, rng.integers(1, 4, size), 0)
    label = np.full(size, "", dtype=object)
    label[cast.swing[code] > 1] = "seasonal"
    label[np.maximum(cast.born[seller], cast.born[buyer]) > 0] = "start_up"
    label[np.minimum(cast.move_day[seller], cast.move_day[buyer]) < day] = "moved_firm"
    label[odd > 0] = "unit_typo"
    none = np.full(size, -1)
    quantity = table[5] * rng.lognormal(0, 0.45, size)
    # Groups sell through a sister in lawful trade of one leg as well.
    place, related = seller, rng.random(size) < knobs.sister
    seller = np.where(related & (cast.sister[seller] != buyer), cast.sister[seller], seller)
    return Lines(day, seller, buyer, place, code, quantity, odd, none, none, none, label)


@dataclass(slots=True)
class Routes:
    """Ways that goods go again and again: nodes are origin, one to four firms, user."""

    kind: Ints
    nodes: Ints
    second: Ints
    hops: Ints
    code: Ints
    size: Ints
    mixed: Bools
    window: tuple[Ints, Ints]


def draw_routes(
    rng: np.random.Generator, cast: Cast, knobs: Knobs, kind: int, journeys: int
) -> Routes:
    """Draw routes of one kind until they hold the wished number of journeys."""
    mean = np.array([26.0, 2.0, 6.0])
    share = np.array([knobs.standing, 0.4 * (1 - knobs.standing), 0.6 * (1 - knobs.standing)])
    manner = rng.choice(3, p=share / mean / (share / mean).sum(), size=journeys)
    # In a small world no one route may be most of the trade.
    size = rng.poisson(rng.gamma(2.0, mean[manner] / 2)).clip(1, min(90, 4 + journeys // 8))
    n = int(np.searchsorted(np.cumsum(size), journeys)) + 1
    manner, size = manner[:n], size[:n]
    size[-1] -= size.sum() - journeys
    hops = rng.choice([1, 2, 3, 4], p=[0.5, 0.29, 0.14, 0.07], size=n)
    pools = cast.pools
    # Standing routes run through small firms that do little else, others through firms by size.
    middle = np.where(
        (manner == 0)[:, None],
        pools["trader"].draw(rng, 4 * n, flat=True).reshape(n, 4),
        pools["trader"].draw(rng, 4 * n).reshape(n, 4),
    )
    origin = pools["maker" if kind == 1 else "controlled"]
    nodes = np.column_stack([origin.draw(rng, n), middle, np.zeros(n, dtype=np.int64)])
    second = np.column_stack([origin.draw(rng, n), nodes[:, 1:]])
    # The first firm stays; those behind it have a stand-in.
    second[:, 2:5] = pools["trader"].draw(rng, 3 * n).reshape(n, 3)
    for table in (nodes, second):
        user = _third(rng, cast, n) if kind == 2 else pools["embargoed"].draw(rng, n)
        table[np.arange(n), hops + 1] = user
    code = _dealt(rng, cast, middle[:, 0])
    wanted = cast.industrial if kind == 0 else cast.medical_food if kind == 3 else None
    if wanted is not None:
        for _ in range(4):
            code = np.where(np.isin(code, wanted), code, _dealt(rng, cast, middle[:, 0]))
        code = np.where(np.isin(code, wanted), code, rng.choice(wanted, n))
    called = np.arange(LEGS + 1) <= hops[:, None] + 1
    born = np.where(called, np.maximum(cast.born[nodes], cast.born[second]), -NEVER).max(axis=1)
    window = _windows(rng, born, -45, np.where(manner == 0, 400.0, size * 6.0))
    mixed = (rng.random(n) < knobs.mixing) & (kind == 0)
    return Routes(np.full(n, kind), nodes, second, hops, code, size, mixed, window)


def draw_twins(rng: np.random.Generator, cast: Cast, routes: Routes) -> Routes:
    """Give mixed routes a lawful twin: another origin, or another user, through the same firms."""
    at = np.flatnonzero(routes.mixed)
    n = len(at)
    kind = rng.integers(1, 3, n)
    nodes, second, hops = routes.nodes[at].copy(), routes.second[at].copy(), routes.hops[at]
    for table in (nodes, second):
        table[:, 0] = np.where(kind == 1, cast.pools["maker"].draw(rng, n), table[:, 0])
        last = table[np.arange(n), hops + 1]
        table[np.arange(n), hops + 1] = np.where(kind == 2, _third(rng, cast, n), last)
    start, end = routes.window
    return Routes(kind, nodes, second, hops, routes.code[at], routes.size[at], np.zeros(n, bool), (start[at], end[at]))  # fmt: skip


def travel(
    rng: np.random.Generator, cast: Cast, knobs: Knobs, r: Routes
) -> tuple[Lines, Ints, Ints]:
    """Send consignments along routes; return their lines and the links (from, to) between them."""
    of = np.repeat(np.arange(len(r.size)), r.size)
    n = len(of)
    leg = np.arange(LEGS)
    hops, kind = r.hops[of], r.kind[of]
    live = leg <= hops[:, None]

    parts = np.minimum(rng.geometric(1 - knobs.parts, (n, LEGS)), PARTS)
    used = np.arange(PARTS) < parts[..., None]
    weight = np.where(used, rng.gamma(4.0, 1.0, (n, LEGS, PARTS)), 0.0)
    upto = np.cumsum(weight / weight.sum(axis=2, keepdims=True), axis=2)
    since = np.concatenate([np.zeros((n, LEGS, 1)), upto[..., :-1]], axis=2)
    lower = np.maximum(since[:, :-1, :, None], since[:, 1:, None, :])
    upper = np.minimum(upto[:, :-1, :, None], upto[:, 1:, None, :])
    shared = upper - lower

    # Lag habits belong to firms; a slow stock adds months at one of the firms.
    habit = rng.lognormal(0, 0.5, len(cast.country))[r.nodes[of][:, 1:]] * knobs.lag_days
    lag = 2 + rng.gamma(1.6, habit / 2.0)
    slow = rng.random(n) < knobs.slow
    where = 1 + np.floor(rng.random(n) * hops).astype(np.int64)
    lag[slow, where[slow] - 1] += rng.uniform(60, 200, int(slow.sum()))
    day = np.zeros((n, LEGS, PARTS))
    spread = np.cumsum(rng.exponential(3.0, (n, LEGS, PARTS)), axis=2)
    spread -= spread[..., :1]
    day[:, 0] = (
        _days(rng, cast, r.code[of], r.window[0][of], r.window[1][of])[:, None] + spread[:, 0]
    )
    for h in range(1, LEGS):
        arrived = np.where(shared[:, h - 1] > 0, day[:, h - 1, :, None], -NEVER).max(axis=1)
        day[:, h] = arrived + lag[:, h - 1, None] + spread[:, h]

    code = np.repeat(r.code[of][:, None], LEGS, axis=1)
    switch = (rng.random((n, LEGS)) < knobs.reclassified) & (leg > 0) & live
    cross = np.zeros((n, LEGS), bool)
    crossing = rng.random(n) < knobs.across
    cross[crossing, where[crossing]] = True
    for h in range(1, LEGS):
        code[:, h] = np.where(cross[:, h], cast.across[code[:, h - 1]], code[:, h - 1])
        code[:, h] = np.where(switch[:, h], cast.within[code[:, h]], code[:, h])

    # Firms on the way are chosen once a journey, origin and user for each line.
    path = np.where(rng.random((n, LEGS + 1)) < 0.6, r.nodes[of], r.second[of])
    for i in range(2, LEGS):
        again = path[:, i] == path[:, i - 1]
        path[:, i] = np.where(again & (i <= hops), cast.sister[path[:, i]], path[:, i])
    main = rng.random((2, n, PARTS)) < 0.7
    place = np.repeat(path[:, :-1, None], PARTS, axis=2)
    buyer = np.repeat(path[:, 1:, None], PARTS, axis=2)
    place[:, 0] = np.where(main[0], r.nodes[of, :1], r.second[of, :1])
    each, user = np.arange(n), hops + 1
    buyer[each, hops] = np.where(main[1], r.nodes[of, user, None], r.second[of, user, None])
    related = (rng.random((n, LEGS)) < knobs.sister) & (leg > 0) & live
    by_sister = related[..., None] & (cast.sister[place] != buyer)
    seller = np.where(by_sister, cast.sister[place], place)

    lost = rng.random(n) < knobs.lost
    wrong = (rng.random(n) < knobs.unit_errors)[:, None] & (leg == where[:, None])
    odd = np.where(wrong, rng.integers(1, 4, n)[:, None], 0)
    total = cast.usual[r.code] * rng.lognormal(0, 0.8, len(r.size))
    first = total[of] * rng.lognormal(0, 0.4, n) * 1.55 * np.sqrt(2.0 / (1 - knobs.parts)) * 0.85
    keep = np.cumprod(1 - rng.uniform(0, 2 * knobs.loss, (n, LEGS)), axis=1)
    quantity = (first[:, None] * keep)[..., None] * (upto - since)

    label = np.array(["hops_1", "hops_2", "hops_3", "hops_4"], dtype=object)[hops - 1]
    last = parts[each, hops]
    # Many journeys are several things at once; the word is the rarest of them that applies.
    short, told = hops < 3, rng.random(n)
    for mask, word in (
        (short & (last > parts[:, 0]) & (told < 0.6), "split"),
        (short & (last < parts[:, 0]) & (told < 0.6), "merge"),
        (short & r.mixed[of] & (told > 0.4), "mixing"),
        (slow, "slow_stock"), (related.any(axis=1), "sister_firm"), (wrong.any(axis=1), "unit_misdeclared"),
        (switch.any(axis=1), "hs_within"), (crossing, "hs_across"), (lost, "lost_transit"),
    ):  # fmt: skip
        label[mask] = word
    lawful = np.array(KINDS, dtype=object)[kind]
    for mask, word in ((cast.swing[r.code[of]] > 1, "seasonal"), (slow, "stock_keeping"), (wrong.any(axis=1), "unit_typo")):  # fmt: skip
        lawful[mask & (kind < 3)] = word
    label = np.where(kind == 0, label, lawful)

    seen = used & live[..., None] & ~((lost[:, None] & (leg == where[:, None]))[..., None])
    seen &= (day >= 0) & (day < DAYS)
    at = np.nonzero(seen)
    j, g = at[0], at[1]
    row = np.full(seen.shape, -1)
    row[at] = np.arange(len(j))
    lines = Lines(
        np.floor(day[at]).astype(np.int64), seller[at], buyer[at], place[at], code[j, g],
        quantity[at], odd[j, g], kind[j], j, g, label[j],
    )  # fmt: skip
    a, b = np.repeat(row[:, :-1, :, None], PARTS, 3), np.repeat(row[:, 1:, None, :], PARTS, 2)
    linked = (shared > 0.02) & (a >= 0) & (b >= 0)
    return lines, a[linked], b[linked]

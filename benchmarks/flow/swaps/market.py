"""The lawful market of a swapped world: goods, firms, lanes that repeat, and lines drawn on them.

A lane is one exporter's standing business with one consignee in one HS6 code. Lanes are drawn
first, with Zipf-like weights; a line is then a draw of a lane, of a day in the lane's season and
life, and of a quantity around the lane's usual one. Nothing here knows of diversions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CONTROLLED, THIRD, EAST = 0, 1, 2
DAYS = 731

# Country weights within each region; third countries mix large economies and small hubs.
COUNTRIES: tuple[dict[str, float], ...] = (
    {"DE": 22.0, "US": 20, "IT": 8, "PL": 8, "NL": 7, "FR": 7, "JP": 8, "KR": 6, "TW": 7, "CZ": 5}
    | {"GB": 5, "FI": 3, "SE": 3, "BE": 3, "AT": 2, "LT": 3},
    {"CN": 22.0, "HK": 10, "TR": 12, "AE": 10, "KZ": 8, "IN": 8, "UZ": 4, "KG": 3, "AM": 3, "GE": 3}
    | {"RS": 3, "SG": 4, "MY": 3, "TH": 3, "VN": 3, "EG": 2, "ZA": 2, "BR": 2, "MX": 2},
    {"RU": 88, "BY": 12},
)

# heading: codes by falling share, share in trade, sector, unit, median pieces or kg, price in USD,
# kg a unit. Shares follow EU exports to Russia and its neighbours in 2020 and 2021, rounded, with
# food and medicine (left out of those figures) set beside them.
_GOODS = """
8542 31,39,32,33,90      60 e NAR 2500   3.2  .002
8541 29,10,21,90,60      25 e NAR 4000   0.6  .001
8471 50,70,30,80,49,60   70 e NAR 25     640  3.0
8517 62,61,69,18,71      60 e NAR 60     180  1.1
8536 90,69,50,49,10      30 e NAR 1500   2.1  .04
8532 24,21,22,25,29      16 e NAR 9000   0.05 .0005
8534 00                  10 e NAR 800    4.5  .03
8504 40,34,33,90         25 e NAR 90     75   1.6
8543 70,90,20            14 e NAR 12     900  4.0
8526 91,92,10            10 e NAR 15     420  1.2
8529 10,90               10 e NAR 300    14   .2
9031 80,49,20,90,41      14 e NAR 3      8200 40
8482 20,10,99,30,91      25 m NAR 700    11   .5
8483 40,10,30,60,90      34 m NAR 120    70   4.0
8481 80,20,30,90         28 m NAR 200    38   1.4
8413 50,60,30,91         26 m NAR 40     260  9.0
8409 91,99               30 m NAR 150    34   1.2
8708 29,40,99,50,30,80   90 m NAR 260    45   3.2
8431 49,39,20            28 m NAR 60     150  12
8479 89,90,82            40 m NAR 3      9000 300
8421 29,39,99,23         26 m NAR 120    32   .9
3824 99,84,40            30 k KGM 4000   2.6  1
3208 90,10,20            26 k KGM 2500   4.1  1
3403 19,99               22 k KGM 1800   5.2  1
3906 90,10               18 k KGM 9000   2.1  1
3920 62,20,99            20 k KGM 5000   3.4  1
3304 99,10,20            45 c KGM 600    21   1
6204 62,63,43            30 c NAR 350    18   .4
6403 99,91,59            30 c NAR 280    27   .9
4202 92,22,12            18 c NAR 240    22   .7
4011 10,20,70            24 c NAR 190    82   11
0808 10,30,40            26 f KGM 19000  0.8  1
0805 10,50,21            22 f KGM 18000  0.7  1
1806 32,31,90            26 f KGM 3800   5.1  1
2204 21,10,29            26 f KGM 5200   4.8  1
2106 90,10               30 f KGM 1600   9.5  1
0901 21,11               18 f KGM 3000   7.2  1
3004 90,50,20            60 p KGM 240    160  1
3002 15,12               18 p KGM 30     1900 1
"""
_ROWS = [row.split() for row in _GOODS.strip().splitlines()]
HEADINGS = len(_ROWS)
CODES = np.array([row[0] + c for row in _ROWS for c in row[1].split(",")])
HEADING_OF = np.repeat(np.arange(HEADINGS), [len(row[1].split(",")) for row in _ROWS])
FIRST_CODE = np.searchsorted(HEADING_OF, np.arange(HEADINGS))
WIDTH = np.bincount(HEADING_OF)
SHARE = np.array([float(row[2]) for row in _ROWS])
SECTOR = np.array([row[3] for row in _ROWS])
IN_PIECES = np.array([row[4] == "NAR" for row in _ROWS])
MEDIAN, PRICE, MASS = (np.array([float(row[i]) for row in _ROWS]) for i in (5, 6, 7))
EXEMPT = np.isin(SECTOR, ["f", "p"])
"""Food and medicine, which may lawfully go on to the embargoed countries."""
# Month shares by season class: industry (the EU figures above), fruit, clothing and gifts.
_MONTHS = np.array(
    [
        [0.86, 0.98, 1.11, 0.86, 0.85, 0.96, 1.05, 0.95, 1.09, 1.09, 1.07, 0.98],
        [1.6, 1.4, 1.1, 0.8, 0.5, 0.4, 0.4, 0.6, 1.0, 1.4, 1.6, 1.7],
        [0.7, 1.2, 1.4, 1.0, 0.7, 0.6, 0.9, 1.3, 1.4, 1.2, 1.0, 0.6],
    ]
)
SEASON_OF = np.where(SECTOR == "f", 1, np.where(SECTOR == "c", 2, 0))


@dataclass(frozen=True, slots=True)
class Knobs:
    """What a world may vary; shares are of one, days are days.

    ``lane_lines`` lines fall on a lane in the mean and ``firm_lines`` on a firm, so higher values
    make a busier market; ``firm_tail`` and ``lane_tail`` are Pareto exponents (lower: fewer, larger
    hubs). ``traders_import`` and ``traders_east`` are the shares of third-country imports and of
    its exports to the embargoed countries that pass through traders and not users or makers;
    ``habit`` is how often a trader keeps to one code of a heading.
    ``apart`` is the share of lanes to the embargoed countries, free of journeys, whose firm sends
    other codes there than it buys from controlled origins (lower: more coincidence, harder).
    ``busy`` says where journeys run: 1 chooses a last leg by its line, 0 evens out markets in
    which many lots of its goods arrive, so that thin ones are used as often (lower: easier).
    ``zeal`` spreads the firms' readiness to divert (log-normal sigma).
    """

    coverage: float = 1.0
    planted_share: float = 0.008
    lawful_times: float = 4.0
    reclassified: float = 0.06
    across: float = 0.04
    sister: float = 0.06
    slow: float = 0.06
    mixed: float = 0.08
    lost: float = 0.04
    unit_error: float = 0.04
    typing_error: float = 0.006
    split: float = 0.55
    merge: float = 0.55
    loss: float = 0.25
    lag_days: float = 14.0
    busy: float = 0.1
    zeal: float = 1.0
    apart: float = 0.75
    firm_lines: float = 6.0
    lane_lines: float = 4.0
    firm_tail: float = 1.6
    lane_tail: float = 1.7
    line_spread: float = 0.55
    east: float = 0.05
    traders_import: float = 0.5
    traders_east: float = 0.5
    habit: float = 0.85
    grouped: float = 0.3
    startups: float = 0.12
    moved: float = 0.02
    hops: tuple[float, float, float, float] = (0.40, 0.30, 0.18, 0.12)


def vary(seed: int) -> Knobs:
    """Draw every knob in a wide and plausible range; coverage is one of the four asked for."""
    rng = np.random.default_rng([seed, 0x5A])
    u = rng.uniform
    hops = rng.dirichlet((8.0, 6.0, 4.0, 2.5))
    return Knobs(
        coverage=float(rng.choice([1.0, 1.0, 0.8, 0.5, 0.3])),
        planted_share=u(0.006, 0.010),
        lawful_times=u(2.5, 6.0),
        reclassified=float(rng.choice([0.05, 0.15, 0.4])),
        across=u(0.02, 0.08),
        sister=float(rng.choice([0.05, 0.15, 0.4])),
        slow=u(0.03, 0.12),
        mixed=u(0.04, 0.15),
        lost=u(0.02, 0.07),
        unit_error=u(0.02, 0.07),
        typing_error=u(0.003, 0.012),
        split=u(0.4, 0.7),
        merge=u(0.4, 0.7),
        loss=u(0.1, 0.5),
        lag_days=u(8.0, 25.0),
        zeal=u(0.3, 1.6),
        busy=u(0.0, 0.7),
        apart=u(0.4, 0.95),
        firm_lines=u(5.0, 14.0),
        lane_lines=u(3.0, 8.0),
        firm_tail=u(1.15, 1.9),
        lane_tail=u(1.2, 2.0),
        line_spread=u(0.35, 0.8),
        east=u(0.035, 0.08),
        traders_import=u(0.35, 0.65),
        traders_east=u(0.35, 0.7),
        habit=u(0.7, 0.95),
        grouped=u(0.2, 0.5),
        startups=u(0.06, 0.2),
        moved=u(0.01, 0.05),
        hops=(float(hops[0]), float(hops[1]), float(hops[2]), float(hops[3])),
    )


@dataclass(slots=True)
class Firms:
    """Firms by number: region, trader or not, owner, countries before and after ``moves_day``."""

    region: Ints
    trader: Bools
    group: Ints
    country: Ints
    country_after: Ints
    founded_day: Ints
    moves_day: Ints
    zeal: Floats


@dataclass(slots=True)
class Market:
    """Lines by number, in no order: the arrays that planting edits in place."""

    firms: Firms
    lane: Ints
    exporter: Ints
    consignee: Ints
    code: Ints
    day: Ints
    quantity: Floats
    pack: Floats
    price: Floats


def country_codes() -> list[str]:
    """List all countries, region after region, as the firms' country numbers count them."""
    return [c for region in COUNTRIES for c in region]


def _firms(rng: np.random.Generator, n: int, k: Knobs) -> tuple[Firms, Bools, Floats]:
    """Draw firms, the headings that each deals in (n x HEADINGS) and their sizes."""
    region = rng.choice(3, n, p=[0.42, 0.48, 0.10])
    trader = rng.random(n) < np.array([0.35, 0.45, 0.5])[region]
    shares = [np.array(list(c.values())) / sum(c.values()) for c in COUNTRIES]
    offset = np.cumsum([0] + [len(c) for c in COUNTRIES])
    country = np.empty(n, np.int64)
    after = np.empty(n, np.int64)
    for r in range(3):
        at = region == r
        for into in (country, after):
            into[at] = offset[r] + rng.choice(len(shares[r]), at.sum(), p=shares[r])
    moves = np.where(rng.random(n) < k.moved, rng.integers(120, DAYS - 120, n), DAYS + 1)
    young = (rng.random(n) < k.startups) & (region != CONTROLLED)
    founded = np.where(young, rng.integers(184, DAYS - 120, n), -1)
    # Sectors, then headings within them: at first one heading, then each other with falling odds.
    main = rng.choice(HEADINGS, n, p=SHARE / SHARE.sum())
    kin = np.where(SECTOR[main][:, None] == SECTOR[None, :], 0.2, 0.008)
    breadth = rng.lognormal(0, 0.6, n)[:, None] * np.where(trader, 1.3, 0.8)[:, None]
    deals = rng.random((n, HEADINGS)) < kin * breadth * (SHARE / SHARE.mean()) ** 0.5
    deals[np.arange(n), main] = True
    group = np.arange(n)
    pool = rng.permutation(np.flatnonzero((region == THIRD) & trader))
    half = int(len(pool) * k.grouped / 2)
    first, second = pool[:half], pool[half : 2 * half]
    group[second] = first
    deals[second] = deals[first]
    here = rng.random(half) < 0.6
    country[second] = np.where(here, country[first], country[second])
    size = np.minimum((1 - rng.random(n)) ** (-1 / k.firm_tail), 0.02 * n + 5)
    zeal = rng.lognormal(0, k.zeal, n)
    return Firms(region, trader, group, country, after, founded, moves, zeal), deals, size


def _pick(
    rng: np.random.Generator, weight: Floats, heading: Ints, want: Ints, region: Ints
) -> Ints:
    """Pick a firm of region ``want`` for each heading; ``weight`` is firms x headings."""
    out = np.full(len(heading), -1, np.int64)
    slot = want * HEADINGS + heading
    order = np.argsort(slot, kind="stable")
    edge = np.searchsorted(slot[order], np.arange(3 * HEADINGS + 1))
    for s in range(3 * HEADINGS):
        at = order[edge[s] : edge[s + 1]]
        members = np.flatnonzero(region == s // HEADINGS)
        total = np.cumsum(weight[members, s % HEADINGS])
        if len(at) and len(total) and total[-1] > 0:
            hit = np.searchsorted(total, rng.random(len(at)) * total[-1], side="right")
            out[at] = members[np.minimum(hit, len(members) - 1)]
    return out


def _corridors(rng: np.random.Generator, n: int, k: Knobs) -> tuple[Ints, Ints, Ints]:
    """Draw regions of origin and destination and a heading for each of ``n`` lanes."""
    pairs = np.array([(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (0, 2), (2, 1)])
    odds = np.array([0.28, 0.26, 0.12, 0.24, 0, 0.012, 0.018])
    odds = odds / odds.sum() * (1 - k.east)
    odds[4] = k.east
    pair = pairs[rng.choice(len(pairs), n, p=odds)]
    heading = rng.choice(HEADINGS, n, p=SHARE / SHARE.sum())
    direct = (pair[:, 0] == CONTROLLED) & (pair[:, 1] == EAST)
    exempt = np.where(EXEMPT, SHARE, 0)
    heading[direct] = rng.choice(HEADINGS, direct.sum(), p=exempt / exempt.sum())
    return pair[:, 0], pair[:, 1], heading


def draw_market(rng: np.random.Generator, lines: int, k: Knobs) -> Market:
    """Draw firms, lanes, and ``lines`` lawful lines on them."""
    firms, deals, size = _firms(rng, max(400, int(lines / k.firm_lines)), k)
    start, end, heading = _corridors(rng, max(500, int(lines / k.lane_lines)), k)
    n = len(heading)
    weight = deals * size[:, None]
    traders, others = weight * firms.trader[:, None], weight * ~firms.trader[:, None]
    by_trader = np.where((start == THIRD) & (end == EAST), k.traders_east, 0.6)
    by_trader[start == CONTROLLED] = 0.4
    sells = rng.random(n) < by_trader
    buys = rng.random(n) < np.where(end == THIRD, k.traders_import, 0.45)
    exporter = np.where(
        sells,
        _pick(rng, traders, heading, start, firms.region),
        _pick(rng, others, heading, start, firms.region),
    )
    consignee = np.where(
        buys,
        _pick(rng, traders, heading, end, firms.region),
        _pick(rng, others, heading, end, firms.region),
    )
    good = (exporter >= 0) & (consignee >= 0) & (exporter != consignee)
    exporter, consignee, heading = exporter[good], consignee[good], heading[good]
    n = len(heading)
    # A third-country trader keeps to its own few codes of a heading, buying or selling.
    keeper = np.where(firms.region[exporter] == THIRD, exporter, consignee)
    favourite = (keeper * 7919 + heading * 104729) % 10007 / 10007.0
    u = np.where(rng.random(n) < k.habit, favourite, rng.random(n))
    code = FIRST_CODE[heading] + (WIDTH[heading] * u**1.6).astype(np.int64)
    life = np.clip(rng.exponential(600, n), 90, DAYS).astype(np.int64)
    opens = rng.integers(-300, DAYS - 60, n)
    opens = np.maximum(opens, np.maximum(firms.founded_day[exporter], firms.founded_day[consignee]))
    opens = np.clip(opens, 0, DAYS - 30)
    closes = np.clip(opens + life, opens + 20, DAYS - 1)
    usual = np.log(MEDIAN[heading]) + 0.9 * rng.standard_normal(n)
    pack = 10.0 ** rng.choice(4, n, p=[0.45, 0.25, 0.2, 0.1])
    pack = np.where(pack > np.exp(usual) / 8, 1.0, pack)
    price = PRICE[heading] * rng.lognormal(0, 0.35, n)
    zipf = np.minimum((1 - rng.random(n)) ** (-1 / k.lane_tail), 0.01 * n + 10)
    lane = np.searchsorted(np.cumsum(zipf), rng.random(lines) * zipf.sum(), side="right")
    lane = np.minimum(lane, n - 1)
    month = ((np.arange(DAYS) / 30.44).astype(np.int64) + 6) % 12
    year = np.concatenate([np.zeros((3, 1)), np.cumsum(_MONTHS[:, month], axis=1)], axis=1)
    season = SEASON_OF[heading]
    low, high = year[season, opens], year[season, closes + 1]
    at = low[lane] + rng.random(lines) * (high - low)[lane]
    day = np.empty(lines, np.int64)
    for s in range(3):
        here = season[lane] == s
        day[here] = np.searchsorted(year[s], at[here], side="right") - 1
    quantity = np.exp(usual[lane] + k.line_spread * rng.standard_normal(lines))
    return Market(
        firms,
        lane,
        exporter[lane],
        consignee[lane],
        code[lane],
        np.clip(day, 0, DAYS - 1),
        np.maximum(np.floor(quantity / pack[lane]), 1) * pack[lane],
        pack[lane],
        price[lane],
    )

"""Journeys of consignments through firms: one machine for planted and lawful ones alike.

A *programme* is a standing arrangement (good, path of firms, lot size, months); it makes one or
more *journeys*; a journey has *legs*, with branches where a lot is split or lots are merged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.flow.works.works_market import Floats, Ints, Market, Mask

FORMS = (
    *("plain", "split", "merge", "hs_heading", "hs_across", "sister"),
    *("lost_transit", "mixed", "slow", "unit"),
)
SOURCES = ("", "surplus", "returned", "repair")
LABELS = (
    *FORMS,
    *(
        "surplus",
        "returned",
        "repaired",
        "direct",
        "distributor",
        "third_origin",
        "reexport_exempt",
    ),
    *("remainder", "production", "contract", "repair_loop", "lease", "seasonal", "stock"),
    *("startup", "moved", "unit_typo"),
)
LABEL = {name: at for at, name in enumerate(LABELS)}


@dataclass(frozen=True, slots=True)
class Habits:
    """How journeys go; see ``Knobs`` for the meaning and the units."""

    days: int
    reclassified: float
    sister: float
    loyalty: float
    lag_days: float
    forms: tuple[float, ...]
    hops: tuple[float, ...]
    embargoed_trade: float
    seasonal: float


@dataclass(frozen=True, slots=True)
class Programmes:
    """Standing arrangements; ``nodes`` is (programme, node, branch), node 5 the end user."""

    good: Ints
    hops: Ints
    nodes: Ints
    source: Ints
    runs: Ints
    start: Floats
    until: Floats
    season: Floats
    lot: Floats
    label: Ints


Legs = dict[str, Ints]
"""One entry a leg: journey, hop, branch, exporter, consignee, day, good, units, label."""


def spread(rng: np.random.Generator, start: Floats, until: Floats, season: Floats) -> Ints:
    """Days between two days; near the season's peak of the year where ``season`` is not NaN."""
    day = start + rng.random(start.size) * np.maximum(until - start, 1)
    year = np.floor(day / 365) * 365
    peak = year + season + rng.normal(0, 22, start.size)
    in_days: Ints = np.where(np.isnan(season), day, peak).astype(np.int64)
    return in_days


def draw_goods(rng: np.random.Generator, market: Market, exempt: Mask) -> Ints:
    """A good for each entry, by popularity, exempt (food, medicine) or not."""
    pop, out = market.goods.popularity, np.empty(exempt.size, np.int64)
    for wanted in (False, True):
        weight = pop * (market.goods.exempt == wanted)
        mine = exempt == wanted
        out[mine] = rng.choice(pop.size, int(mine.sum()), p=weight / weight.sum())
    return out


def draw_from(
    rng: np.random.Generator, market: Market, keys: list[str], pick: Ints, good: Ints
) -> Ints:
    """A firm for each entry from the book ``keys[pick]``."""
    out = np.empty(good.size, np.int64)
    for at, key in enumerate(keys):
        mine = pick == at
        out[mine] = market.books[key].draw(rng, good[mine])
    return out


def lot_sizes(rng: np.random.Generator, market: Market, good: Ints) -> Floats:
    """Usual lot of an arrangement, in the unit of the good."""
    lot: Floats = market.goods.usual_quantity[good] * np.exp(rng.normal(0, 1.1, good.size))
    return lot


def make_programmes(
    rng: np.random.Generator, market: Market, n: int, habits: Habits, *, planted: bool
) -> Programmes:
    """Arrange ``n`` programmes: planted ones, or lawful distribution of three kinds."""
    kind = np.full(n, 3) if planted else rng.choice(3, n, p=[0.46, 0.32, 0.22])
    good = draw_goods(rng, market, kind == 2)
    share = np.array(habits.hops) / sum(habits.hops)
    hops = 1 + rng.choice(4, n, p=share)
    source = rng.choice(4, n, p=[0.66, 0.13, 0.11, 0.10])
    once = rng.random(n) < 0.2
    nodes = np.empty((n, 6, 3), np.int64)
    foreign = np.where(kind == 2, rng.random(n) < 0.6, kind == 1)
    own = (rng.random(n) < 0.7) | (kind == 1)
    ends = np.where(rng.random(n) < habits.embargoed_trade, 0, rng.integers(1, 3, n))
    ends = np.where(kind == 3, 0, np.where(kind == 0, rng.integers(1, 3, n), ends))
    inland = (kind == 1) | (kind == 3)
    for b in range(3):
        nodes[:, 0, b] = draw_from(rng, market, ["makers_c", "makers_t"], foreign * 1, good)
        for node in range(1, 5):
            pick = np.where(kind == 3, np.where(once, 1, 0), np.where(own, 1, 2))
            if node == 1:
                pick = np.where(source > 0, 2 + source, pick)
            keys = ["agents", "traders_t", "traders_c", "parts", "users_t", "depots"]
            before = nodes[:, node - 1, 0]
            firm = draw_from(rng, market, keys, pick, good)
            for _ in range(4):
                bad = (market.country[firm] == market.country[before]) & (rng.random(n) < 0.9)
                bad |= market.group[firm] == market.group[before]
                bad |= inland & market.controlled[market.country[firm]]
                firm[bad] = draw_from(rng, market, keys, pick[bad], good[bad])
            bad = inland & market.controlled[market.country[firm]]
            firm[bad] = market.books["traders_t"].draw(rng, good[bad])
            nodes[:, node, b] = firm
        nodes[:, 5, b] = draw_from(rng, market, ["users_e", "users_t", "users_c"], ends, good)
    for b in (1, 2):
        same = rng.random((n, 6)) < np.array([0.5, 0.0, 0.35, 0.35, 0.35, 0.6])
        nodes[:, :, b] = np.where(same, nodes[:, :, 0], nodes[:, :, b])
    nodes[:, 1, 1:] = nodes[:, 1, :1]
    runs = rng.geometric(1 / habits.loyalty, n)
    runs[once] = 1
    lasting = rng.uniform(25, 75, n) * runs
    start = rng.uniform(-60 - lasting, habits.days)
    used = (np.arange(6) <= hops[:, None]) | (np.arange(6) == 5)
    founded = np.where(used[:, :, None], market.founded_day[nodes], -999)
    start = np.maximum(start, founded.max(axis=(1, 2)))
    until = start + lasting
    season = np.where(rng.random(n) < habits.seasonal, rng.uniform(0, 365, n), np.nan)
    names = ["distributor", "third_origin", "reexport_exempt"]
    label = np.array([LABEL[name] for name in names] + [0])[kind]
    return Programmes(
        good, hops, nodes, source, runs, start, until, season, lot_sizes(rng, market, good), label
    )


def mirrored(
    rng: np.random.Generator, market: Market, planted: Programmes, lawful: Programmes
) -> None:
    """Let diverters and their partners trade lawfully too: lawful paths reuse planted ends.

    Half of the reused pairs are (last trader, end user) with goods of another origin; half are
    (supplier, first trader) with lawful end users.
    """
    third = np.flatnonzero(lawful.label == LABEL["third_origin"])
    plain = np.flatnonzero(lawful.label == LABEL["distributor"])
    n = min(planted.good.size, third.size // 2, plain.size // 2)
    mine = rng.choice(planted.good.size, n, replace=False)
    last = rng.choice(third, n, replace=False)
    lawful.nodes[last, lawful.hops[last], :] = planted.nodes[mine, planted.hops[mine], :1]
    lawful.nodes[last, 5, :] = planted.nodes[mine, 5, :1]
    half = rng.random(n) < 0.5
    lawful.good[last[half]] = planted.good[mine[half]]
    lawful.nodes[last[half], 0, :] = market.books["makers_t"].draw(rng, planted.good[mine[half]])[
        :, None
    ]
    lawful.lot[last] = lot_sizes(rng, market, lawful.good[last])
    first = rng.choice(plain, n, replace=False)
    lawful.nodes[first, 0, :] = planted.nodes[mine, 0, :1]
    lawful.nodes[first, 1, :] = planted.nodes[mine, 1, :1]
    lawful.good[first] = planted.good[mine]
    lawful.lot[first] = lot_sizes(rng, market, lawful.good[first])


def run_programmes(
    rng: np.random.Generator, market: Market, prog: Programmes, habits: Habits, *, planted: bool
) -> tuple[Legs, Ints]:
    """Send the journeys of all programmes; also which hop's legs feed which, as branch spans.

    Returns the legs and (journey, 2): first and last branched hop (-1, -1 where none).
    """
    p = np.repeat(np.arange(prog.good.size), prog.runs)
    n = p.size
    good, hops, nodes = prog.good[p], prog.hops[p], prog.nodes[p]
    form = rng.choice(len(FORMS), n, p=np.array(habits.forms) / sum(habits.forms))
    kept = {name: form == at for at, name in enumerate(FORMS)}
    split = kept["split"] | (rng.random(n) < 0.12)
    merge = ~split & (kept["merge"] | (rng.random(n) < 0.08))
    first = np.where(split, 1 + (rng.random(n) * hops).astype(np.int64), 0)
    last = first + (rng.random(n) * (hops + split - first)).astype(np.int64)
    first, last = np.where(split | merge, first, -1), np.where(split | merge, last, -1)
    branches = np.where(split | merge, rng.choice([2, 2, 3], n), 1)
    weights = rng.gamma(3.0, 1.0, (n, 3)) * (np.arange(3) < branches[:, None])
    weights /= weights.sum(axis=1, keepdims=True)
    lot = prog.lot[p] * np.exp(rng.normal(0, 0.35, n))
    turn = np.where(kept["hs_heading"] | kept["hs_across"], 1 + (rng.random(n) * hops), 99)
    changed = np.where(
        kept["hs_across"], market.goods.other_kin[good], market.goods.heading_kin[good]
    )
    slow_hop = np.where(kept["slow"] | (rng.random(n) < 0.05), 1 + (rng.random(n) * hops), -1)
    lost_hop = np.where(kept["lost_transit"], 1 + (rng.random(n) * hops), -1).astype(np.int64)
    sister_hop = np.where(kept["sister"], 1 + (rng.random(n) * hops), -1).astype(np.int64)
    partial = np.where(kept["mixed"] & (rng.random(n) < 0.6), rng.uniform(0.35, 0.85, n), 1.0)
    topped = np.where(kept["mixed"] & (partial == 1.0), rng.uniform(1.2, 2.5, n), 1.0)
    label = form.copy()
    label = np.where(
        (form == 0) & (prog.source[p] > 0), prog.source[p] + LABEL["surplus"] - 1, label
    )
    if not planted:
        label = np.where(slow_hop > 0, LABEL["stock"], prog.label[p])
        label = np.where(~np.isnan(prog.season[p]) & (slow_hop <= 0), LABEL["seasonal"], label)
    begun = spread(rng, prog.start[p], prog.until[p], prog.season[p])
    has_sister = market.sister != np.arange(market.sister.size)
    day = np.zeros((n, 3), np.int64)
    left = np.ones(n)
    parts: list[Legs] = []
    branch = np.arange(3)
    for hop in range(5):
        live: Mask = hops >= hop
        many: Mask = (first <= hop) & (last >= hop) & (first >= 0)
        lag = 1 + np.exp(rng.normal(np.log(habits.lag_days), 0.65, (n, 3)))
        lag = np.where(
            (slow_hop.astype(np.int64) == hop)[:, None], rng.uniform(90, 320, (n, 3)), lag
        )
        if hop == 0:
            day = begun[:, None] + (many[:, None] * rng.integers(0, 12, (n, 3)))
        else:
            used = np.where(branch < branches[:, None], day, -(1 << 40)).max(axis=1)
            was = (first <= hop - 1) & (hop - 1 <= last) & (first >= 0)
            base = np.where((was & many)[:, None], day, np.where(was, used, day[:, 0])[:, None])
            day = base + lag.astype(np.int64)
        end: Mask = hops == hop
        again = rng.random(n) < habits.reclassified
        if hop:
            left = left * np.where(rng.random(n) < 0.2, rng.uniform(0.85, 1.0, n), 1.0)
        for b in range(3):
            go = live & ((b == 0) | (many & (b < branches))) & (lost_hop != hop)
            j = np.flatnonzero(go)
            out_b = np.where((hop > first[j]) | (first[j] == 0), b, 0)
            in_b = np.where((hop < last[j]) | end[j], b, 0)
            exporter = nodes[j, hop, out_b]
            if hop:
                able = max(float(has_sister[exporter].mean()), 0.05) if j.size else 1.0
                swap = (rng.random(j.size) < habits.sister / able) | (sister_hop[j] == hop)
                exporter = np.where(swap, market.sister[exporter], exporter)
            consignee = nodes[j, np.where(end[j], 5, min(hop + 1, 5)), in_b]
            units = lot[j] * np.where(many[j], weights[j, b], 1.0)
            units *= (1 / partial[j]) if hop == 0 else topped[j] * left[j]
            fresh = (turn[j].astype(np.int64) <= hop) | (again[j] & (hop > 0))
            parts.append(
                {
                    "journey": j,
                    "hop": np.full(j.size, hop),
                    "branch": np.full(j.size, b),
                    "exporter": exporter,
                    "consignee": consignee,
                    "day": day[j, b],
                    "good": np.where(fresh, changed[j], good[j]),
                    "part": good[j] * 16 + (prog.lot[p[j]] * 7919).astype(np.int64) % 9,
                    "units": np.maximum(units, 1).astype(np.int64),
                    "label": label[j],
                    "wrong_unit": ((form[j] == FORMS.index("unit")) & (hop > 0)) * 1,
                }
            )
    rest = np.flatnonzero(partial < 1.0)
    seller = nodes[rest, 1, 0]
    pick = rng.integers(0, 2, rest.size)
    parts.append(
        {
            "journey": rest,
            "hop": np.full(rest.size, -1),
            "branch": np.zeros(rest.size, np.int64),
            "exporter": seller,
            "consignee": draw_from(rng, market, ["users_t", "users_c"], pick, good[rest]),
            "day": begun[rest] + 14 + rng.geometric(1 / habits.lag_days, rest.size),
            "good": good[rest],
            "part": good[rest] * 16 + (prog.lot[p[rest]] * 7919).astype(np.int64) % 9,
            "units": np.maximum(lot[rest] * (1 / partial[rest] - 1), 1).astype(np.int64),
            "label": np.full(rest.size, LABEL["remainder"]),
            "wrong_unit": np.zeros(rest.size, np.int64),
        }
    )
    legs = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    bad = market.group[legs["exporter"]] == market.group[legs["consignee"]]
    spoilt = np.zeros(n, bool)
    spoilt[legs["journey"][bad]] = True
    keep = ~spoilt[legs["journey"]]
    return {key: col[keep] for key, col in legs.items()}, np.stack([first, last], axis=1)

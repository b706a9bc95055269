"""A plain benchmark of goods that are followed through firms, drawn directly rather than simulated.

Every line is a leg of a journey or of a direct relation. A planted chain is a journey like any
other, made by the same code with the same chances; only its two ends set it apart: it leaves a
controlled origin and ends in an embargoed destination, and its goods are neither food nor medicine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from benchmarks.flow.bench.cast import (
    BARRED,
    COUNTRIES,
    DAYS,
    EXEMPT_SECTORS,
    ORIGIN,
    REST,
    Books,
    Bools,
    Firms,
    Goods,
    Ints,
    Lines,
    declare,
    direct_trade,
    draw_slots,
    seasonal,
    workday,
)

CONTROLLED_ORIGINS = frozenset(COUNTRIES[ORIGIN])
EMBARGOED = frozenset(COUNTRIES[BARRED])
LEVELS, PARCELS = 5, 4

TYPOLOGIES = (
    "1 hop", "2 hops", "3 hops", "4 hops", "split", "merge", "switch within heading",
    "switch across headings", "sister firm", "lost transit leg", "mixed with legal goods",
    "slow stock", "misdeclared unit",
)  # fmt: skip
DECOYS = (
    "legal distributor", "legal re-exporter", "other origin", "start-up", "moved firm",
    "seasonal trade", "stock-keeping", "unit typing error",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Knobs:
    """How a world is made. Shares are from 0 to 1 and hold for planted and lawful goods alike."""

    coverage: float = 1.0
    """Share of the world's lines that are visible, each seen independently."""
    reclassified: float = 0.03
    """Share of onward legs under another code of the same heading."""
    switched: float = 0.02
    """Share of onward legs under a code of another heading."""
    sister: float = 0.03
    """Share of onward legs exported by a firm of the same owner."""
    chains_per_line: float = 0.0015
    willing: float = 0.04
    """Share of hubs that ever take the first step of a chain; their lawful trade goes on."""
    through: float = 0.5
    """Share of lines that touch a hub; the rest is direct trade."""
    lines_per_book: float = 7.0
    """Lines for each (hub, code) over the two years: few is a thin market, many a busy one."""
    hops: tuple[float, float, float, float] = (0.45, 0.30, 0.17, 0.08)
    """Chances of 1 to 4 hubs on a journey."""
    onward: float = 0.85
    """Share of lawful journeys that go on beyond the hub (or come from before it)."""
    controlled_supply: float = 0.25
    """Mean share of a book's supply that comes from controlled origins."""
    embargoed_sales: float = 0.06
    """Mean share of a book's sales that go to embargoed destinations."""
    lag_days: float = 10.0
    """Median days from one leg to the next."""
    slow: float = 0.04
    """Share of stops of 90 to 150 days."""
    mixed: float = 0.08
    """Share of onward legs that carry other goods of the same code besides."""
    partial: float = 0.08
    """Share of stops at which a part of the goods stays."""
    lost: float = 0.06
    """Share of journeys over two hubs and more of which the second leg is never declared."""
    unit_error: float = 0.01
    """Share of lines in another unit, half of them without converting the number."""
    novelty: float = 0.05
    """Share of ends of journeys at a partner outside the book."""
    startup: float = 0.12
    moved: float = 0.04


@dataclass(frozen=True, slots=True)
class World:
    """Shipments by date, their truth row by row, and the true links between visible rows."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


@dataclass(frozen=True, slots=True)
class _Journeys:
    lines: Lines
    links: Ints
    """(2, n): from line, to line."""
    planted: Bools
    features: Bools
    decoys: Bools
    """(journey, typology) and (journey, decoy), wrong units left out."""


def vary(seed: int) -> Knobs:
    """Draw all knobs in wide, plausible ranges.

    Examples
    --------
    >>> vary(1) == vary(1), vary(1) == vary(2)
    (True, False)
    """
    rng = np.random.default_rng((seed, 77))
    first, second, third, fourth = (float(x) for x in rng.dirichlet((6, 4, 2.5, 1.5)))
    wide = {
        "chains_per_line": (0.0010, 0.0020), "through": (0.35, 0.65), "willing": (0.02, 0.2),
        "lines_per_book": (4, 25), "onward": (0.6, 0.92), "controlled_supply": (0.15, 0.4),
        "embargoed_sales": (0.04, 0.12), "lag_days": (6, 18), "slow": (0.02, 0.1),
        "mixed": (0.03, 0.2), "partial": (0.03, 0.2), "lost": (0.03, 0.12),
        "unit_error": (0.005, 0.03), "novelty": (0.02, 0.15), "startup": (0.05, 0.2),
        "moved": (0.02, 0.08), "switched": (0.01, 0.08),
    }  # fmt: skip
    return Knobs(
        coverage=float(rng.choice((1.0, 1.0, 0.8, 0.5, 0.3))),
        reclassified=float(rng.choice((0.01, 0.03, 0.2, 0.4))),
        sister=float(rng.choice((0.01, 0.03, 0.2, 0.4))),
        hops=(first, second, third, fourth),
        **{name: float(rng.uniform(*ends)) for name, ends in wide.items()},
    )


def make_bench(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """Make a world of ``lines`` lines, of which the share ``knobs.coverage`` is visible.

    Parameters
    ----------
    lines : lines of the whole world, at least 5,000.
    seed : the same seed and knobs give the same world.
    knobs : how the world is made; by default ``Knobs()``.

    Raises
    ------
    ValueError
        If ``lines`` is below 5,000: too few for the firms of each role and sector.
    """
    if lines < 5000:
        raise ValueError(f"lines is {lines}; a world needs at least 5000")
    knobs = knobs or Knobs()
    rng = np.random.default_rng((seed, 2311))
    goods = Goods.make(rng)
    hubs = max(20, round(lines * knobs.through / knobs.lines_per_book / 3.3))
    firms = Firms.make(rng, round(lines * 0.03), hubs, knobs.startup, knobs.moved)
    books = Books.make(rng, goods, firms, knobs.controlled_supply, knobs.embargoed_sales)
    made = _journeys(rng, lines, knobs, goods, firms, books)
    size = len(made.lines.day)
    direct = direct_trade(rng, lines - size, goods, firms)
    every = Lines(
        *(
            np.concatenate([getattr(made.lines, name), getattr(direct, name)])
            for name in Lines.__slots__
        )
    )
    kept = rng.permutation(lines)
    kept = kept[rng.random(lines) < knobs.coverage]
    kept = kept[np.argsort(workday(every.day[kept]), kind="stable")]
    shipments, odd_unit = declare(rng, goods, firms, every, knobs.unit_error)
    row = np.full(lines, -1)
    row[kept] = np.arange(len(kept))
    links = row[made.links]
    links = links[:, (links >= 0).all(axis=0)]
    links = links[:, np.lexsort((links[0], links[1]))]
    planted = made.planted[every.journey[kept[links[0]]]]
    return World(
        shipments.take(pa.array(kept)),
        _truth(rng, firms, every, made, odd_unit).take(pa.array(kept)),
        *(
            pa.table({"from_row": links[0, some], "to_row": links[1, some]})
            for some in (planted, ~planted)
        ),
    )


def _truth(
    rng: np.random.Generator, firms: Firms, lines: Lines, made: _Journeys, odd_unit: Bools
) -> pa.Table:
    """What each line is: its chain, its leg, its typology or decoy, the firms and their owners."""
    count = len(made.planted)
    known = lines.journey >= 0
    planted = known & made.planted[lines.journey]
    # A chain bears the name of one of its features, a lawful line of one of its decoys.
    odd = np.bincount(lines.journey[known & odd_unit], minlength=count) > 0
    features = np.concatenate([made.features, odd[:, None]], axis=1)
    rare = np.array((0.4, 0.5, 0.7, 1, 0.5, 0.5, 3, 3, 3, 4, 0.6, 1, 2))
    named = (rng.random(features.shape) * rare * features).argmax(axis=1)
    flags = np.zeros((len(known), len(DECOYS)), np.bool_)
    flags[known, :-1] = made.decoys[lines.journey[known]]
    flags[:, -1] = odd_unit
    decoy = np.where(flags.any(axis=1), (rng.random(flags.shape) * flags).argmax(axis=1), -1)
    names = pa.array((*TYPOLOGIES, *DECOYS, "background"))
    kind = np.where(
        planted, named[lines.journey], np.where(decoy < 0, len(names) - 1, len(TYPOLOGIES) + decoy)
    )
    return pa.table({
        "positive": planted,
        "chain_id": np.where(planted, lines.journey, -1).astype(np.int32),
        "hop": np.where(planted, lines.level, -1).astype(np.int8),
        "typology": pa.DictionaryArray.from_arrays(kind.astype(np.int32), names).cast(pa.string()),
        "exporter_firm": lines.exporter.astype(np.int32),
        "consignee_firm": lines.consignee.astype(np.int32),
        "exporter_group": firms.group[lines.exporter].astype(np.int32),
        "consignee_group": firms.group[lines.consignee].astype(np.int32),
    })  # fmt: skip


def _journeys(
    rng: np.random.Generator, lines: int, knobs: Knobs, goods: Goods, firms: Firms, books: Books
) -> _Journeys:
    chains = max(1, round(lines * knobs.chains_per_line))
    chances = np.array(knobs.hops) / sum(knobs.hops)
    mean_legs = 1 + knobs.onward * float(chances @ np.arange(1, 5))
    count = chains + round(lines * knobs.through / (1.86 * mean_legs))
    planted = np.arange(count) < chains
    stops = 1 + rng.choice(4, count, p=chances)
    stops[~planted & (rng.random(count) >= knobs.onward)] = 0
    # The path over the books of hubs.
    exempt = goods.sector[books.code] < EXEMPT_SECTORS
    tempt = books.activity**0.8 * (books.controlled + 0.15) * (books.barred + 0.05) * ~exempt
    tempt *= (rng.random(len(firms.hubs)) < knobs.willing)[books.hub] + 1e-6
    path = np.empty((count, 4), np.int64)
    start = books.activity / books.activity.sum()
    path[:, 0] = np.where(
        planted,
        rng.choice(len(start), count, p=tempt / tempt.sum()),
        rng.choice(len(start), count, p=start),
    )
    for step in range(1, 4):
        path[:, step] = books.onward[path[:, step - 1], draw_slots(rng, (count,))]
    at = np.arange(count)
    last = path[at, np.maximum(stops - 1, 0)]
    # The two ends: lawful goods that are not exempt never join both.
    free = exempt[path[:, 0]]
    controlled = rng.random(count) < books.controlled[path[:, 0]]
    barred = rng.random(count) < books.barred[last]
    clash = controlled & barred & ~free & (stops > 0)
    give = rng.random(count) < 0.5
    controlled = np.where(planted, True, controlled & ~(clash & give))
    barred = np.where(planted, True, barred & ~(clash & ~give))
    inward = rng.random(count) < 0.6
    ends = np.empty((2, count, PARCELS), np.int64)
    for side, (book, flag, table) in enumerate(
        ((path[:, 0], controlled, books.suppliers), (last, barred, books.buyers))
    ):
        slot = draw_slots(rng, (count, PARCELS))
        slot = np.where(rng.random((count, PARCELS)) < 0.6, slot[:, :1], slot)
        slot //= 1 + side * flag.astype(np.int64)[:, None]  # few buyers under embargo, and loyal
        ends[side] = table[book[:, None], flag.astype(np.int64)[:, None], slot]
        role = np.where(flag, (ORIGIN, BARRED)[side], REST)
        new = firms.draw(rng, role, firms.sector[books.hub[book]])
        fresh = rng.random(count) < knobs.novelty
        ends[side] = np.where(fresh[:, None], new[:, None], ends[side])
    # Parcels: how many, how large, when.
    even = rng.random(count) < 0.35
    many = 1 + rng.choice(PARCELS, (count, LEVELS), p=(0.45, 0.3, 0.17, 0.08))
    many = np.where(even[:, None], many[:, :1], many)
    split = rng.gamma(3.0, size=(count, LEVELS, PARCELS)) + 0.6
    split = np.where(even[:, None, None], split[:, :1], split)
    split *= np.arange(PARCELS) < many[:, :, None]
    split /= split.sum(axis=2, keepdims=True)
    upto = np.cumsum(split, axis=2)
    slow = (rng.random((count, LEVELS)) < knobs.slow) & (np.arange(LEVELS) <= stops[:, None])
    slow[:, 0] = False
    lag = 3 + np.clip(knobs.lag_days * np.exp(rng.normal(0, 0.7, slow.shape)) - 3, 0, 60)
    lag = np.where(slow, rng.uniform(90, 150, slow.shape), lag).astype(np.int64)
    day = np.zeros(split.shape, np.int64)
    day[:, 0] = np.sort(rng.integers(0, 12, (count, PARCELS)), axis=1)
    meets = np.zeros((count, LEVELS - 1, PARCELS, PARCELS), np.bool_)
    for level in range(1, LEVELS):
        for b in range(PARCELS):
            ready = np.zeros(count, np.int64)
            for a in range(PARCELS):
                low = np.maximum(
                    upto[:, level - 1, a] - split[:, level - 1, a],
                    upto[:, level, b] - split[:, level, b],
                )
                met = np.minimum(upto[:, level - 1, a], upto[:, level, b]) - low > 0.01
                meets[:, level - 1, a, b] = met
                ready = np.maximum(ready, np.where(met, day[:, level - 1, a], 0))
            day[:, level, b] = ready + lag[:, level] + rng.integers(0, 5, count)
    used = (np.arange(PARCELS) < many[:, :, None]) & (np.arange(LEVELS) <= stops[:, None])[
        ..., None
    ]
    length = (day * used).max(axis=(1, 2))
    hub = books.hub[path]
    # Level 0 of a journey that stays is the hub's own purchase or its own sale.
    sale = (stops == 0) & ~inward
    opens = firms.opens_on[hub[:, 0]]
    for step in range(1, 4):
        opens = np.maximum(opens, np.where(stops > step, firms.opens_on[hub[:, step]], 0))
    opens = np.maximum(opens, firms.opens_on[ends].max(axis=(0, 2)))
    swing = goods.season[books.code[path[:, 0]]]
    begin = seasonal(rng.random(count), swing, books.code[path[:, 0]])
    day += (opens + begin * np.maximum(0, DAYS - 1 - length - opens)).astype(np.int64)[
        :, None, None
    ]
    # Who sends and receives, leg by leg; and under which code.
    exporter, consignee = np.empty((2, count, LEVELS, PARCELS), np.int64)
    code = np.empty((count, LEVELS), np.int64)
    code[:, 0] = books.code[path[:, 0]]
    by_sister = rng.random((count, LEVELS)) < knobs.sister
    within = rng.random((count, LEVELS)) < knobs.reclassified
    across = rng.random((count, LEVELS)) < knobs.switched
    for level in range(LEVELS):
        here = hub[:, min(level, 3)]
        consignee[:, level] = np.where(np.equal(stops, level)[:, None], ends[1], here[:, None])
        if level:
            before = hub[:, level - 1]
            before = np.where(by_sister[:, level], firms.sister[before], before)
            exporter[:, level] = before[:, None]
            same = code[:, level - 1]
            other = np.where(across[:, level], goods.cousin[same], same)
            code[:, level] = np.where(within[:, level], goods.sibling[same], other)
    exporter[:, 0] = np.where(sale[:, None], hub[:, :1], ends[0])
    consignee[:, 0] = np.where((stops == 0)[:, None] & inward[:, None], hub[:, :1], consignee[:, 0])
    # Amounts, in units of the goods; what is added or stays carries on.
    mixed = rng.random((count, LEVELS)) < knobs.mixed
    stays = rng.random((count, LEVELS)) < knobs.partial
    carry = np.where(mixed, rng.uniform(1.1, 1.8, mixed.shape), 1.0)
    carry *= np.where(stays, rng.uniform(0.5, 0.9, mixed.shape), 1.0)
    carry *= np.where(rng.random(mixed.shape) < 0.3, rng.uniform(0.96, 1, mixed.shape), 1.0)
    carry[:, 0] = 1
    mean_parcels = (many * (np.arange(LEVELS) <= stops[:, None])).sum(axis=1) / (stops + 1)
    total = goods.median[code[:, 0]] * books.scale[path[:, 0]] * mean_parcels
    total = total * np.exp(rng.normal(0, 0.5, count))
    amount = total[:, None, None] * np.cumprod(carry, axis=1)[:, :, None] * split
    # What is declared, and where it stands among the lines.
    lost = (rng.random(count) < knobs.lost) & (stops > 1)
    shown = used.copy()
    shown[lost, 1] = False
    shown &= np.not_equal(exporter, consignee) & (day < DAYS)
    number = np.where(shown, np.cumsum(shown).reshape(shown.shape) - 1, -1)
    chosen = np.flatnonzero(shown)
    leg = chosen // PARCELS
    out = Lines(
        exporter.ravel()[chosen],
        consignee.ravel()[chosen],
        code.ravel()[leg],
        day.ravel()[chosen],
        amount.ravel()[chosen],
        leg // LEVELS,
        leg % LEVELS,
    )
    ahead = np.broadcast_to(number[:, :-1, :, None], meets.shape)
    behind = np.broadcast_to(number[:, 1:, None, :], meets.shape)
    linked = meets & (ahead >= 0) & (behind >= 0)
    onward = np.arange(LEVELS) <= stops[:, None]
    onward[:, 0] = False
    moved = (firms.moves_on[hub[:, 0]] < DAYS) | (firms.moves_on[ends[0, :, 0]] < DAYS)
    sold = stops > 0
    features = np.stack(
        [*(stops == hop for hop in range(1, 5)), sold & (many[:, 0] < many[at, stops]),
         sold & (many[:, 0] > many[at, stops]), (within & onward).any(axis=1),
         (across & ~within & onward).any(axis=1), (by_sister & onward).any(axis=1), lost,
         (mixed & onward).any(axis=1), slow.any(axis=1)], axis=1,
    )  # fmt: skip
    decoys = np.stack(
        [sold & controlled & ~barred, sold & controlled & barred & free,
         sold & ~controlled & barred & ~free, opens > 0, moved, swing >= 0.5, slow.any(axis=1)],
        axis=1,
    )  # fmt: skip
    return _Journeys(out, np.stack([ahead[linked], behind[linked]]), planted, features, decoys)

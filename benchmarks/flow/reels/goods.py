"""The goods: headings, HS codes, articles with list prices and packings, seasons, shortages."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .knobs import Knobs, words

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MONTHS = np.arange("2023-01", "2025-02", dtype="datetime64[M]").astype("datetime64[D]")
FIRST_DAY = MONTHS[0]
MONTH_START: Ints = (MONTHS - FIRST_DAY).astype(np.int64)
DAYS = int(MONTH_START[-1])
UNITS = ("NAR", "KGM", "DZN", "TNE", "MTR", "LTR")
NAR, KGM, DZN, TNE, MTR, LTR = range(6)


class Field(NamedTuple):
    """A branch of trade: its share, whether its goods are under control, its headings."""

    share: float
    controlled: bool
    part: bool
    stated: float  # how often an article number is stated, relative to parts
    season: float
    headings: str
    units: tuple[tuple[int, float], ...]
    price: float  # median list price of a unit, USD
    mass: float  # median mass of a unit, kg
    packs: tuple[tuple[int, float], ...]


REELS = ((3000, 0.27), (2500, 0.27), (1000, 0.14), (250, 0.12), (50, 0.12), (1, 0.08))
PIECES = ((1, 0.5), (10, 0.2), (4, 0.15), (100, 0.15))
BAGS = ((25, 0.6), (1000, 0.1), (200, 0.3))
CARTONS = ((12, 0.3), (50, 0.3), (100, 0.4))
MODULE_PACKS = ((1, 0.3), (10, 0.2), (50, 0.2), (250, 0.15), (1000, 0.15))
FIELDS: tuple[Field, ...] = (
    Field(0.20, True, True, 1.0, 0.1, "8541 8542 8524 8523 8540", ((NAR, 1.0),), 0.9, 0.001, REELS),
    Field(
        0.12,
        True,
        True,
        1.0,
        0.1,
        "8532 8533 8534 8535 8536 8538 8545",
        ((NAR, 0.95), (KGM, 0.05)),
        0.2,
        0.001,
        REELS,
    ),
    Field(
        0.18,
        True,
        True,
        1.0,
        0.15,
        "8471 8473 8504 8507 8517 8518 8525 8526 8529 8537 8543 8544",
        ((NAR, 0.9), (KGM, 0.04), (MTR, 0.06)),
        14.0,
        0.1,
        MODULE_PACKS,
    ),
    Field(
        0.07,
        True,
        False,
        0.45,
        0.1,
        "9013 9014 9015 9026 9027 9030 9031 9032",
        ((NAR, 0.95), (KGM, 0.05)),
        220.0,
        1.5,
        PIECES,
    ),
    Field(
        0.11,
        True,
        False,
        0.45,
        0.1,
        "8409 8411 8413 8414 8421 8456 8457 8458 8466 8479 8481 8482 8483 8501",
        ((NAR, 0.8), (KGM, 0.2)),
        90.0,
        4.0,
        PIECES,
    ),
    Field(
        0.06,
        True,
        False,
        0.0,
        0.15,
        "2804 2811 2818 2825 2902 2903 2926 3403 3506 3824 3907",
        ((KGM, 0.75), (LTR, 0.15), (TNE, 0.1)),
        6.0,
        1.0,
        BAGS,
    ),
    Field(
        0.07,
        False,
        False,
        0.0,
        0.6,
        "0202 0207 0304 0406 0805 0901 1006 1507 1701 1905 2009 2204",
        ((KGM, 0.7), (TNE, 0.18), (LTR, 0.12)),
        3.0,
        1.0,
        BAGS,
    ),
    Field(
        0.05,
        False,
        False,
        0.45,
        0.2,
        "3002 3003 3004 3005 3006",
        ((KGM, 0.5), (NAR, 0.5)),
        25.0,
        0.2,
        CARTONS,
    ),
    Field(
        0.06,
        True,
        False,
        0.0,
        0.6,
        "5208 5407 6006 6109 6110 6203 6204 6302 6403",
        ((NAR, 0.45), (KGM, 0.25), (DZN, 0.2), (MTR, 0.1)),
        7.0,
        0.3,
        CARTONS,
    ),
    Field(
        0.08,
        True,
        False,
        0.0,
        0.35,
        "4011 4202 4818 4820 6911 7013 7323 9401 9403 9405 9503 9506",
        ((NAR, 0.75), (KGM, 0.15), (DZN, 0.1)),
        11.0,
        0.8,
        CARTONS,
    ),
)
SUFFIXES = np.array(words("10 20 30 40 50 90 11 19 21 29 91 99"))
BREAKS: Floats = np.array([10.0, 100.0, 1_000.0, 10_000.0, 100_000.0])
BREAK_PRICE: Floats = np.array([1.0, 0.88, 0.76, 0.67, 0.61, 0.57])


class Draw:
    """Draws items by weight within groups; -1 where a group has no item."""

    def __init__(self, keys: Ints, items: Ints, weights: Floats, n_keys: int) -> None:
        order = np.argsort(keys, kind="stable")
        self.items = items[order]
        self.cum: Floats = np.concatenate([[0.0], np.cumsum(weights[order])])
        self.bounds: Ints = np.searchsorted(keys[order], np.arange(n_keys + 1)).astype(np.int64)

    def __call__(self, rng: np.random.Generator, keys: Ints) -> Ints:
        start, end = self.bounds[keys], self.bounds[keys + 1]
        low, high = self.cum[start], self.cum[end]
        spot = np.searchsorted(self.cum, low + rng.random(len(keys)) * (high - low), "right") - 1
        found = end > start
        spot = np.where(found, np.clip(spot, start, np.maximum(end - 1, start)), 0)
        result: Ints = np.where(found, self.items[spot], -1) if len(self.items) else start * 0 - 1
        return result


def _pick(rng: np.random.Generator, choices: tuple[tuple[int, float], ...], n: int) -> Ints:
    values, odds = np.array([c[0] for c in choices]), np.array([c[1] for c in choices])
    picked: Ints = rng.choice(values, size=n, p=odds / odds.sum())
    return picked


class Goods:
    """Headings (h_), codes and articles (a_) of one world, with seasons and shortages."""

    def __init__(self, rng: np.random.Generator, lines: int, knobs: Knobs) -> None:
        parts = sum(f.share for f in FIELDS if f.part)
        scale = {True: knobs.parts / parts, False: (1.0 - knobs.parts) / (1.0 - parts)}
        names, h_field, h_weight = [], [], []
        for i, field in enumerate(FIELDS):
            own = field.headings.split()
            weights = rng.dirichlet(np.full(len(own), 2.0))
            names += own
            h_field += [i] * len(own)
            h_weight += list(field.share * scale[field.part] * weights)
        fields: Ints = np.array(h_field, dtype=np.int64)
        n = len(names)
        count: Ints = rng.integers(4, 8, n)
        start: Ints = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int64)
        codes = np.array(
            [
                name + suffix
                for name, c in zip(names, count, strict=True)
                for suffix in np.sort(rng.choice(SUFFIXES, int(c), replace=False))
            ]
        )
        code_heading: Ints = np.repeat(np.arange(n), count)
        is_part: Bools = np.array([FIELDS[f].part for f in fields])

        months = len(MONTH_START) - 1
        phase, height = rng.uniform(0, 12, n), np.array([FIELDS[f].season for f in fields])
        wave = np.cos((np.arange(months) - phase[:, None]) * np.pi / 6.0)
        season = np.exp(height[:, None] * wave + rng.normal(0.0, 0.1, (n, months)))
        season /= season.mean(axis=1, keepdims=True)
        begin, long = rng.integers(0, months - 3, n), rng.integers(3, 8, n)
        month = np.arange(months)
        short: Bools = (
            (month >= begin[:, None])
            & (month < (begin + long)[:, None])
            & (is_part & (rng.random(n) < 0.4))[:, None]
        )
        between = season * np.where(short, knobs.shortage, 1.0)
        cum = np.cumsum(np.stack([season, between], axis=1).reshape(2 * n, months), axis=1)
        cum /= cum[:, -1:]

        # articles: popularity falls with rank, the popular ones are kept in stock
        size = max(0.2, (lines / 100_000) ** 0.5)
        a_count = np.maximum(6, np.where(is_part, 90, 30) * size).astype(np.int64)
        a_heading: Ints = np.repeat(np.arange(n), a_count)
        m = len(a_heading)
        rank = np.arange(m) - np.repeat(np.cumsum(a_count) - a_count, a_count)
        popular: Floats = 1.0 / (rank + 3.0) ** 0.9
        code = start[a_heading] + np.floor(rng.random(m) ** 1.7 * count[a_heading]).astype(np.int64)
        unit, pack = np.zeros(m, dtype=np.int64), np.zeros(m, dtype=np.int64)
        price, mass = np.zeros(m), np.zeros(m)
        for i, field in enumerate(FIELDS):
            here = np.flatnonzero(fields[a_heading] == i)
            unit[here] = _pick(rng, field.units, len(here))
            pack[here] = _pick(rng, field.packs, len(here))
            small = (pack[here] / 100.0) ** (-0.45 if field.part else -0.1)
            price[here] = field.price * small * rng.lognormal(0.0, 0.9, len(here))
            mass[here] = field.mass * small * rng.lognormal(0.0, 0.6, len(here))
        pack[np.isin(unit, [TNE])] = 1
        bulk = np.isin(unit, [KGM, LTR])
        mass[bulk] = np.where(unit[bulk] == KGM, 1.0, 0.9)
        price[bulk & is_part[a_heading]] *= 30.0
        mass[unit == TNE], mass[unit == DZN] = 1000.0, mass[unit == DZN] * 12.0
        price[unit == TNE] *= 600.0
        price[unit == DZN] *= 10.0
        packs = rng.lognormal(1.1, 0.9, m) * (pack / 100.0) ** -0.25
        letters = np.array(list("ABCDEFGHKLMNPRSTVX"))
        stem = rng.choice(letters, (m, 3))
        serial = rng.permutation(m) + 1000
        end = rng.choice(letters, m)
        marks = zip(stem, serial, end, strict=True)
        numbers = np.array([f"{''.join(s)}{k}{e}" for s, k, e in marks])
        left, right = np.nonzero((fields[:, None] == fields) & ~np.eye(n, dtype=np.bool_))
        weight: Floats = np.array(h_weight)
        self.codes, self.code_heading = codes, code_heading
        self.code_start, self.code_count = start, count
        self.h_weight = weight
        self.h_controlled = np.array([FIELDS[f].controlled for f in fields])
        self.h_stated = np.array([FIELDS[f].stated for f in fields])
        self.season, self.short, self.month_cum = season, short, cum
        self.a_code, self.a_unit, self.a_number = code, unit, numbers
        self.a_pack, self.a_packs = pack.astype(np.float64), packs
        self.a_price, self.a_mass = price, mass
        self.a_stocked = rank < a_count[a_heading] * 0.25
        self.draw_article = Draw(a_heading, np.arange(m), popular, n)
        self.other_heading = Draw(left, right, weight[right], n)

    def day(self, rng: np.random.Generator, heading: Ints, between: Bools) -> Ints:
        """Days by the seasons and shortages of the heading."""
        u = rng.random(len(heading))
        month = (u[:, None] > self.month_cum[heading * 2 + between]).sum(axis=1)
        month = np.minimum(month, len(MONTH_START) - 2)
        length = MONTH_START[month + 1] - MONTH_START[month]
        days: Ints = MONTH_START[month] + np.floor(rng.random(len(u)) * length).astype(np.int64)
        return days

    def quantity(
        self, rng: np.random.Generator, article: Ints, factor: Floats, odd: Floats
    ) -> Floats:
        """Ordered quantities: whole packings, round for many; some breakage, rests, samples."""
        n = len(article)
        packs = self.a_packs[article] * factor * rng.lognormal(0.0, 0.5, n)
        step = 10.0 ** np.floor(np.log10(np.maximum(packs, 1.0) / 2.0).clip(0.0))
        pack = self.a_pack[article]
        whole = np.maximum(np.round(packs / step) * step, 1.0) * pack
        kind = rng.random(n) / np.maximum(odd, 1e-9)
        broken = np.ceil(whole * rng.uniform(0.92, 0.998, n))
        rest = np.floor(whole * rng.uniform(0.2, 1.0, n)) + 1.0
        sample = np.ceil(pack**0.4 * rng.uniform(0.2, 3.0, n))
        result: Floats = np.select(
            [kind < 0.45, kind < 0.85, kind < 1.0], [broken, rest, sample], whole
        )
        return result

    def other_code(self, rng: np.random.Generator, code: Ints) -> Ints:
        """Another code of the same heading."""
        heading = self.code_heading[code]
        start, count = self.code_start[heading], self.code_count[heading]
        step = 1 + np.floor(rng.random(len(code)) * (count - 1)).astype(np.int64)
        result: Ints = start + (code - start + step) % count
        return result

    def strange_code(self, rng: np.random.Generator, code: Ints) -> Ints:
        """A code of another heading of the same field."""
        heading = self.code_heading[code]
        other = self.other_heading(rng, heading)
        result: Ints = self.code_start[other] + np.floor(
            rng.random(len(code)) * self.code_count[other]
        ).astype(np.int64)
        return result

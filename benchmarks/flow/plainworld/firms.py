"""Goods, firms and the relations between them in a plain world."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from benchmarks.flow.plainworld.knobs import (
    CONTROLLED,
    COUNTRIES,
    DAYS,
    EMBARGO,
    EXEMPT_CHAPTERS,
    FIRM_SHARES,
    LOCAL,
    ORDINARY_CHAPTERS,
    OTHER,
    WEST,
    Bools,
    Floats,
    Ints,
    Knobs,
)


class Goods:
    """HS6 codes by heading, with their unit, weight, usual amount, season and popularity."""

    def __init__(self, rng: np.random.Generator, count: int) -> None:
        sizes = rng.integers(2, 5, size=count // 3 + 1)
        n_headings = len(sizes)
        exempt = rng.random(n_headings) < 0.28
        chapter = np.where(
            exempt,
            rng.choice(EXEMPT_CHAPTERS, n_headings),
            rng.choice(ORDINARY_CHAPTERS, n_headings),
        )
        number = np.concatenate([rng.permutation(60) + 1 for _ in range(n_headings // 60 + 1)])[
            :n_headings
        ]
        _, first, inverse = np.unique(
            chapter * 100 + number, return_index=True, return_inverse=True
        )
        alone = first[inverse] == np.arange(n_headings)
        chapter, number, exempt, sizes = chapter[alone], number[alone], exempt[alone], sizes[alone]
        unit = np.where(chapter >= 82, 0, rng.choice([0, 1, 1, 1, 2, 3], size=len(sizes)))
        self.heading: Ints = np.repeat(np.arange(len(sizes)), sizes)
        self.size, self.first = sizes, np.cumsum(sizes) - sizes
        place = np.arange(len(self.heading)) - self.first[self.heading]
        sub = np.array([10, 20, 31, 39, 50, 60, 80, 90])[(place + self.heading % 4) % 8]
        self.hs = [
            f"{c:02d}{n:02d}{s:02d}"
            for c, n, s in zip(chapter[self.heading], number[self.heading], sub, strict=True)
        ]
        self.count = len(self.hs)
        self.unit: Ints = unit[self.heading]
        self.exempt: Bools = exempt[self.heading]
        self.weight: Floats = np.where(
            self.unit == 1, 1.0, np.exp(rng.normal(-0.5, 1.2, self.count))
        )
        self.amount: Floats = np.exp(rng.normal(6.0, 1.3, self.count))
        self.popularity: Floats = rng.permutation(1.0 / np.arange(5, self.count + 5) ** 0.8)
        self.swing: Floats = rng.uniform(0, np.where(self.exempt, 0.8, 0.4))
        self.peak: Floats = rng.uniform(0, 365, self.count)

    def draw(self, rng: np.random.Generator, exempt: Ints) -> Ints:
        """Draw codes; `exempt` is 1 for food and medicine, 0 for other goods, -1 for any."""
        out = np.zeros(len(exempt), np.int64)
        for want in (-1, 0, 1):
            p = self.popularity * (1.0 if want < 0 else self.exempt == bool(want))
            out[exempt == want] = rng.choice(self.count, int((exempt == want).sum()), p=p / p.sum())
        return out

    def within(self, rng: np.random.Generator, code: Ints) -> Ints:
        """Give another code of the same heading."""
        h = self.heading[code]
        step = 1 + (rng.random(len(code)) * (self.size[h] - 1)).astype(np.int64)
        other: Ints = self.first[h] + (code - self.first[h] + step) % self.size[h]
        return other

    def across(self, rng: np.random.Generator, code: Ints) -> Ints:
        """Give a code of another heading with the same unit, as much or as little exempt."""
        sort = self.unit * 2 + self.exempt
        order = np.argsort(sort, kind="stable")
        low, high = (
            np.searchsorted(sort[order], sort[code]),
            np.searchsorted(sort[order], sort[code], "right"),
        )
        out = code.copy()
        for _ in range(6):
            found = order[low + (rng.random(len(code)) * (high - low)).astype(np.int64)]
            out = np.where(self.heading[out] == self.heading[code], found, out)
        return out

    def days(self, rng: np.random.Generator, code: Ints, first: int = 0) -> Ints:
        """Draw days from `first` to the end of the window, thicker in the season of the code."""
        u = rng.uniform(first, DAYS, len(code))
        u = u - self.swing[code] * 365 / (2 * np.pi) * np.sin(
            2 * np.pi * (u - self.peak[code]) / 365
        )
        return (np.floor(u).astype(np.int64) - first) % (DAYS - first) + first


class Firms:
    """Firms, what each of them trades, and who owns them."""

    def __init__(self, rng: np.random.Generator, goods: Goods, lines: int, knobs: Knobs) -> None:
        n = max(400, int(lines / knobs.lines_per_firm))
        self.count, self.goods = n, goods
        self.kind = np.sort(rng.choice(4, n, p=FIRM_SHARES))
        places = [c for kind in COUNTRIES for c in kind]
        start = np.cumsum([0, *map(len, COUNTRIES)])
        self.places, self.country, self.later = places, np.zeros(n, np.int64), np.zeros(n, np.int64)
        for kind in range(4):
            here = self.kind == kind
            p = rng.dirichlet(np.full(len(COUNTRIES[kind]), 3.0))
            self.country[here] = np.sort(rng.choice(len(p), int(here.sum()), p=p)) + start[kind]
            self.later[here] = rng.choice(len(p), int(here.sum()), p=p) + start[kind]
        self.moves: Ints = np.where(
            rng.random(n) < knobs.moved, rng.integers(90, DAYS - 90, n), 10**6
        )
        self.moves[self.later == self.country] = 10**6
        self.founded: Ints = np.where(
            rng.random(n) < knobs.young, rng.integers(20, 420, n), -(10**6)
        )
        size = np.minimum((1 - rng.random(n)) ** (-1 / knobs.firm_tail), 150.0)
        self.group = np.arange(n)
        third = np.flatnonzero(self.kind == 1)
        self.group[third] = third[
            (np.arange(len(third)) // 2) * 2
        ]  # neighbours are of one country, as a rule
        self.related = np.arange(n)
        pairs = third[: len(third) // 2 * 2].reshape(-1, 2)
        self.related[pairs] = pairs[:, ::-1]
        held = np.repeat(np.arange(n), 1 + rng.poisson(knobs.codes_per_firm - 1, n))
        code = goods.draw(rng, np.full(len(held), -1))
        for kind in range(4):  # no code may lack holders of a kind
            members = np.flatnonzero(self.kind == kind)
            times = 4 if kind == 1 else 2
            held = np.concatenate([held, rng.choice(members, times * goods.count)])
            code = np.concatenate([code, np.tile(np.arange(goods.count), times)])
        _, once = np.unique(held * goods.count + code, return_index=True)
        held, code = held[once], code[once]
        role = np.where(
            (self.kind[held] == 1) & (rng.random(len(held)) < 0.4), LOCAL, self.kind[held]
        )
        for r in (WEST, LOCAL):  # nor a role in third countries
            lacking = np.setdiff1d(np.arange(goods.count), code[role == r])
            held = np.concatenate([held, rng.choice(third, len(lacking))])
            code, role = (
                np.concatenate([code, lacking]),
                np.concatenate([role, np.full(len(lacking), r)]),
            )
        order = np.argsort(role * goods.count + code, kind="stable")
        self._held, self._key = held[order], (role * goods.count + code)[order]
        self._sum = np.cumsum(size[held[order]] * rng.uniform(0.3, 1.0, len(held)))

    def draw(self, rng: np.random.Generator, role: Ints, code: Ints) -> Ints:
        """Draw a firm that has the role for the code, by size."""
        key = role * self.goods.count + code
        low, high = np.searchsorted(self._key, key), np.searchsorted(self._key, key, "right")
        bottom = np.where(low > 0, self._sum[low - 1], 0.0)
        at = np.searchsorted(
            self._sum, bottom + rng.random(len(key)) * (self._sum[high - 1] - bottom), "right"
        )
        return self._held[np.clip(at, low, high - 1)]


@dataclass(frozen=True, slots=True)
class Relations:
    """Who trades what with whom, again and again."""

    exporter: Ints
    consignee: Ints
    code: Ints
    roles: Ints  # role of the exporter * 5 + role of the consignee

    def partner(
        self, rng: np.random.Generator, firm: Ints, code: Ints, role: Ints, *, buys: bool
    ) -> Ints:
        """Draw a partner in that role with whom the firm trades the code anyway; -1 where there is none."""
        own, other = (self.consignee, self.exporter) if buys else (self.exporter, self.consignee)
        key = (own * 1000 + self.code) * 5 + (self.roles // 5 if buys else self.roles % 5)
        order = np.argsort(key, kind="stable")
        want = (firm * 1000 + code) * 5 + role
        low, high = np.searchsorted(key[order], want), np.searchsorted(key[order], want, "right")
        at = low + (rng.random(len(want)) * (high - low)).astype(np.int64)
        return np.where(high > low, other[order[np.minimum(at, len(key) - 1)]], -1)


def join_relations(parts: list[Relations]) -> Relations:
    """Put relations one after the other."""
    return Relations(
        *(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Relations))
    )


def draw_relations(rng: np.random.Generator, firms: Firms, count: int, knobs: Knobs) -> Relations:
    """Draw lawful relations, corridor by corridor; the embargo gets food, medicine and goods of other origins."""
    c, w, e, o, l_ = CONTROLLED, WEST, EMBARGO, OTHER, LOCAL
    east, apart = 100 * knobs.embargoed_trade / 2, knobs.lawful_apart
    corridors = [
        (c, c, -1, 14.0), (c, w, -1, 26.0), (c, l_, -1, 3.0), (c, o, -1, 6.0), (c, e, 1, 1.5),
        (w, w, -1, 8.0), (w, c, -1, 4.0), (w, o, -1, 4.0), (w, l_, -1, 1.5), (l_, l_, -1, 8.0),
        (l_, c, -1, 5.0), (l_, o, -1, 4.0), (l_, w, -1, 3.0), (o, l_, -1, 8.0), (o, w, -1, 3.0),
        (o, c, -1, 4.0), (o, o, -1, 3.0), (o, e, -1, 1.5), (e, l_, -1, 2.0), (e, o, -1, 1.0), (e, e, -1, 1.0),
        (w, e, 1, east / 2), (l_, e, 1, east / 2), (l_, e, 0, east * apart), (w, e, 0, east * (1 - apart)),
    ]  # fmt: skip
    share = np.array([x[3] for x in corridors])
    pick = rng.choice(len(corridors), count, p=share / share.sum())
    source, target, exempt = (np.array([x[i] for x in corridors])[pick] for i in range(3))
    code = firms.goods.draw(rng, exempt)
    exporter, consignee = firms.draw(rng, source, code), firms.draw(rng, target, code)
    ok = exporter != consignee
    return Relations(exporter[ok], consignee[ok], code[ok], (source * 5 + target)[ok])

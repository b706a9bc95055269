"""Who trades what with whom: countries, goods, firms and the books of the hubs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ORIGIN, THIRD, BARRED, REST = range(4)
"""Roles of a country: controlled origin, third country, embargoed destination, any other."""

COUNTRIES: tuple[tuple[str, ...], ...] = (
    ("US", "DE", "JP", "TW", "KR", "NL", "GB", "FR", "IT", "CH"),
    ("HK", "TR", "AE", "KZ", "KG", "AM", "GE", "UZ", "RS", "MY", "SG", "TH"),
    ("RU", "BY"),
    ("CN", "IN", "BR", "MX", "VN", "ZA", "EG", "ID", "SA", "AR", "MA", "PK", "CL", "NG"),
)
WEIGHTS: tuple[tuple[float, ...], ...] = (
    (10, 9, 7, 5, 5, 4, 4, 4, 4, 2),
    (9, 9, 8, 4, 2, 1.5, 2, 2, 2, 4, 7, 4),
    (8, 2),
    (16, 6, 4, 5, 4, 2, 2, 3, 3, 1.5, 1.5, 1, 1, 1),
)

# sector: chapters, unit, share of trade
SECTORS: tuple[tuple[tuple[int, ...], str, float], ...] = (
    ((2, 8, 10, 17, 21), "KGM", 0.14),
    ((30,), "KGM", 0.05),
    ((28, 29, 39, 40), "KGM", 0.14),
    ((52, 61, 62, 64), "NAR", 0.12),
    ((72, 73, 76, 82), "KGM", 0.12),
    ((84,), "NAR", 0.15),
    ((85,), "NAR", 0.17),
    ((87, 88), "NAR", 0.05),
    ((90,), "NAR", 0.06),
)
EXEMPT_SECTORS = 2
"""The first sectors are food (chapters 1-24) and medicine (30), lawful for any destination."""

FIRST_DAY = np.datetime64("2023-01-01", "D")
DAYS = 729


class Urn:
    """Draws members of a group in proportion to their weight.

    Parameters
    ----------
    groups : group of each member, ``0 .. n_groups - 1``; every group asked for needs a member.
    weights : positive weight of each member.
    """

    def __init__(self, groups: Ints, weights: Floats, n_groups: int) -> None:
        self._order = np.argsort(groups, kind="stable")
        self._upto = np.concatenate([[0.0], np.cumsum(weights[self._order])])
        self._bounds = np.searchsorted(groups[self._order], np.arange(n_groups + 1))

    def draw(self, rng: np.random.Generator, groups: Ints) -> Ints:
        """Return one member for each group asked."""
        first, last = self._bounds[groups], self._bounds[groups + 1]
        low, high = self._upto[first], self._upto[last]
        place = np.searchsorted(self._upto, low + rng.random(groups.shape) * (high - low), "right")
        drawn: Ints = self._order[np.clip(place - 1, first, last - 1)]
        return drawn


@dataclass(frozen=True, slots=True)
class Goods:
    """The code table: one row for each HS6 code."""

    code: NDArray[np.str_]
    sector: Ints
    kilos: Floats
    """Mass of one unit; 1 for goods counted in kilograms."""
    median: Floats
    """Median quantity of a line."""
    season: Floats
    """Swing of the trade over a year, 0 to 0.9."""
    sibling: Ints
    """Another code of the same heading."""
    cousin: Ints
    """A code of another heading of the sector."""
    urn: Urn

    @classmethod
    def make(cls, rng: np.random.Generator) -> Goods:
        rows = [
            (f"{chapter:02d}{heading:02d}{sub}", number)
            for number, (chapters, _, _) in enumerate(SECTORS)
            for chapter in chapters
            for heading in range(1, 1 + max(6, 20 // len(chapters)))
            for sub in ("10", "20", "30", "90")
        ]
        code = np.array([row[0] for row in rows])
        sector = np.array([row[1] for row in rows], dtype=np.int64)
        count, at = len(rows), np.arange(len(rows))
        counted = np.array([unit == "NAR" for _, unit, _ in SECTORS])[sector]
        kilos = np.where(counted, np.exp(rng.normal(-0.5, 1.4, count)), 1.0)
        median = np.exp(np.where(counted, rng.normal(5.5, 1.2, count), rng.normal(7.5, 1.0, count)))
        season = np.where(
            rng.random(count) < np.where(sector < EXEMPT_SECTORS, 0.5, 0.12),
            rng.uniform(0.5, 0.9, count),
            rng.uniform(0, 0.2, count),
        )
        sibling = at - at % 4 + (at + rng.integers(1, 4, count)) % 4
        start = np.searchsorted(sector, sector)
        size = np.bincount(sector)[sector]
        cousin = start + (at - start + 4 * rng.integers(1, size // 4)) % size
        urn = Urn(sector, np.exp(rng.normal(0, 1.2, count)), len(SECTORS))
        return cls(code, sector, kilos, median, season, sibling, cousin, urn)


@dataclass(frozen=True, slots=True)
class Firms:
    """The firms: role, sector, size, home, owner, first day and the move of some."""

    role: Ints
    sector: Ints
    size: Floats
    home: Ints
    """Index into all country codes, role after role."""
    new_home: Ints
    moves_on: Ints
    """Day of the move; after the last day where the firm stays."""
    opens_on: Ints
    rounds: Bools
    sister: Ints
    group: Ints
    hubs: Ints
    urn: Urn
    """Urn over role x sector."""

    @classmethod
    def make(
        cls, rng: np.random.Generator, count: int, hubs: int, startup: float, moved: float
    ) -> Firms:
        role = rng.choice(4, count, p=(0.28, 0.2, 0.1, 0.42))
        role = np.concatenate([np.full(hubs, THIRD), np.repeat(np.arange(4), len(SECTORS)), role])
        count, sectors = len(role), len(SECTORS)
        offset = np.cumsum([0] + [len(names) for names in COUNTRIES])
        home, new_home = np.empty(count, np.int64), np.empty(count, np.int64)
        sector = np.empty(count, np.int64)
        shares = np.array([share for _, _, share in SECTORS])
        for number, weights in enumerate(WEIGHTS):
            mine = np.flatnonzero(role == number)
            odds = np.array(weights) / sum(weights)
            local = rng.choice(len(odds), mine.size, p=odds)
            home[mine] = local + offset[number]
            new_home[mine] = rng.choice(len(odds), mine.size, p=odds) + offset[number]
            taste = shares * np.exp(rng.normal(0, 0.5, (len(odds), sectors)))
            upto = np.cumsum(taste / taste.sum(axis=1, keepdims=True), axis=1)
            sector[mine] = (rng.random((mine.size, 1)) > upto[local, :-1]).sum(axis=1)
        seeded = slice(hubs, hubs + 4 * sectors)
        sector[seeded] = np.tile(np.arange(sectors), 4)
        size = np.minimum((1 - rng.random(count)) ** (-1 / 1.15), 400.0)
        young, moves = rng.random((2, count)) < np.array([[startup], [moved]])
        young[seeded] = False
        # Owners: hubs of one sector in pairs; every other firm by itself.
        shuffled = rng.permutation(hubs)
        order = shuffled[np.argsort(sector[shuffled], kind="stable")]
        sister, group = np.arange(count), np.arange(count)
        even = order[: hubs // 2 * 2]
        sister[even[0::2]], sister[even[1::2]] = even[1::2], even[0::2]
        group[even[1::2]] = even[0::2]
        return cls(
            role,
            sector,
            size,
            home,
            new_home,
            np.where(moves, rng.integers(60, DAYS - 60, count), DAYS + 1),
            np.where(young, rng.integers(20, 400, count), 0),
            rng.random(count) < 0.4,
            sister,
            group,
            np.arange(hubs),
            Urn(role * sectors + sector, size, 4 * sectors),
        )

    def draw(self, rng: np.random.Generator, role: Ints, sector: Ints) -> Ints:
        """Return a firm of each role and sector, large ones more often."""
        return self.urn.draw(rng, role * len(SECTORS) + sector)


@dataclass(frozen=True, slots=True)
class Books:
    """What a hub deals in: one row for each (hub, code), with its suppliers and buyers.

    Partners stand in slots of falling weight, so that pairs repeat.
    """

    hub: Ints
    code: Ints
    activity: Floats
    controlled: Floats
    """Share of the supply that comes from controlled origins."""
    barred: Floats
    """Share of the sales that go to the embargoed destinations."""
    scale: Floats
    suppliers: Ints
    """(book, role is controlled or not, slot) -> firm."""
    onward: Ints
    """(book, slot) -> another hub's book, of the same code where there is one."""
    buyers: Ints
    """(book, buyer is in an embargoed country or not, slot) -> firm."""

    @classmethod
    def make(
        cls,
        rng: np.random.Generator,
        goods: Goods,
        firms: Firms,
        controlled: float,
        barred: float,
    ) -> Books:
        hub = np.repeat(firms.hubs, rng.choice((1, 2, 3, 4, 5, 6), firms.hubs.size))
        sector = firms.sector[hub]
        code = goods.urn.draw(rng, sector)
        _, first = np.unique(hub * len(goods.code) + code, return_index=True)
        hub, sector, code = hub[first], sector[first], code[first]
        count = len(hub)
        activity = firms.size[hub] ** 0.35 * np.exp(rng.normal(0, 0.4, count))
        sectors = sector[:, None, None].repeat(4, 2)
        shape = (count, 1, 4)
        other = np.where(rng.random(shape) < 0.85, REST, THIRD)
        away = rng.choice((ORIGIN, THIRD, REST), shape, p=(0.2, 0.3, 0.5))
        near = Urn(code, activity, len(goods.code))
        onward = near.draw(rng, code[:, None].repeat(4, 1))
        wide = Urn(sector, activity, len(SECTORS)).draw(rng, sector[:, None].repeat(4, 1))
        onward = np.where(firms.group[hub[onward]] == firms.group[hub][:, None], wide, onward)
        return cls(
            hub,
            code,
            activity,
            rng.beta(2.5 * controlled, 2.5 * (1 - controlled), count),
            rng.beta(2.0 * barred, 2.0 * (1 - barred), count),
            np.exp(rng.normal(0, 0.6, count)),
            np.concatenate(
                [
                    firms.draw(rng, other, sectors),
                    firms.draw(rng, np.full(shape, ORIGIN), sectors),
                ],
                axis=1,
            ),
            onward,
            np.concatenate(
                [
                    firms.draw(rng, away, sectors),
                    firms.draw(rng, np.full(shape, BARRED), sectors),
                ],
                axis=1,
            ),
        )


def draw_slots(rng: np.random.Generator, shape: tuple[int, ...]) -> Ints:
    """Return partner slots 0 to 3, the first about half of the time."""
    slots: Ints = np.searchsorted(np.array([0.52, 0.78, 0.92]), rng.random(shape), "right")
    return slots


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines before they are declared: one entry each."""

    exporter: Ints
    consignee: Ints
    code: Ints
    day: Ints
    amount: Floats
    journey: Ints
    """Number of the journey; -1 for direct trade."""
    level: Ints


def seasonal(share: Floats, swing: Floats, code: Ints) -> Floats:
    """Bend an even time of 0 to 1 (two years) so that it crowds once a year, code by code."""
    turn, phase = 4 * np.pi, code % 12 * np.pi / 6
    bent: Floats = share + swing / turn * (np.sin(turn * share + phase) - np.sin(phase))
    bent = np.clip(bent, 0, 1)
    return bent


def direct_trade(rng: np.random.Generator, count: int, goods: Goods, firms: Firms) -> Lines:
    """Trade of recurring relations that no journey is known of."""
    relations = max(50, count // 5)
    corridors = np.array([
        (ORIGIN, ORIGIN), (ORIGIN, REST), (REST, ORIGIN), (REST, REST), (REST, THIRD),
        (THIRD, REST), (THIRD, THIRD), (ORIGIN, THIRD), (REST, BARRED), (THIRD, BARRED),
        (ORIGIN, BARRED), (BARRED, REST),
    ])  # fmt: skip
    odds = np.array((14, 16, 14, 14, 9, 8, 3, 10, 6, 9, 1.5, 1.5))
    way = corridors[rng.choice(len(odds), relations, p=odds / odds.sum())]
    sector = rng.choice(len(SECTORS), relations, p=[share for _, _, share in SECTORS])
    lawful = (way[:, 0] == ORIGIN) & (way[:, 1] == BARRED)
    sector[lawful] = rng.choice(EXEMPT_SECTORS, int(lawful.sum()), p=(0.7, 0.3))
    exporter = firms.draw(rng, way[:, 0], sector)
    consignee = firms.draw(rng, way[:, 1], sector)
    code = goods.urn.draw(rng, sector)
    weight = np.where(exporter == consignee, 0, (1 - rng.random(relations)) ** -0.5)
    weight *= np.where((way == (THIRD, BARRED)).all(axis=1), 0.3, 1.0)  # as seldom as hubs' own
    scale = goods.median[code] * np.exp(rng.normal(0, 0.6, relations))
    pick = rng.choice(relations, count, p=weight / weight.sum())
    exporter, consignee, code = exporter[pick], consignee[pick], code[pick]
    opens = np.maximum(firms.opens_on[exporter], firms.opens_on[consignee])
    day = seasonal(rng.random(count), goods.season[code], code)
    day = (opens + day * (DAYS - 1 - opens)).astype(np.int64)
    amount = scale[pick] * np.exp(rng.normal(0, 0.6, count))
    none = np.full(count, -1)
    return Lines(exporter, consignee, code, day, amount, none, none)


def workday(day: Ints) -> Ints:
    """Return the day itself, or the Monday after a weekend; day 0 is a Sunday."""
    weekday = day % 7
    working: Ints = day + (weekday == 0) + 2 * (weekday == 6)
    return working


def declare(
    rng: np.random.Generator, goods: Goods, firms: Firms, lines: Lines, unit_error: float
) -> tuple[pa.Table, Bools]:
    """Write the lines down as declared; also return which bear another unit than their goods."""
    count = len(lines.day)
    day = workday(lines.day)
    names = pa.array([f"Firm {number}" for number in rng.permutation(len(firms.role)) + 100_000])
    places = [name for role in COUNTRIES for name in role]
    units = ("NAR", "KGM", "TNE")
    ids = pc.utf8_lpad(pa.array(rng.permutation(count)).cast(pa.string()), 9, "0")

    def words(index: Ints, values: list[str] | tuple[str, ...] | pa.Array) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(index.astype(np.int32), pa.array(values))

    def home(firm: Ints) -> pa.DictionaryArray:
        moved = day >= firms.moves_on[firm]
        return words(np.where(moved, firms.new_home[firm], firms.home[firm]), places)

    # Traders in third countries pass on what they have; others often ship round numbers.
    digits = np.where(firms.role[lines.exporter] == THIRD, 3, 2)
    step = 10.0 ** (np.floor(np.log10(np.maximum(lines.amount, 1))) + 1 - digits)
    step = np.where(firms.rounds[lines.exporter], step, 1.0)
    amount = np.maximum(np.round(np.round(lines.amount / step) * step), 1.0)
    kilos = goods.kilos[lines.code]
    mass = amount * kilos * np.exp(rng.normal(0, 0.03, count))
    unit = np.array([units.index(name) for _, name, _ in SECTORS])[goods.sector[lines.code]]
    odd = rng.random(count) < unit_error
    converted = odd & (rng.random(count) < 0.5)
    quantity = np.where(converted, amount * np.where(unit == 0, kilos, 0.001), amount)
    quantity = np.maximum(np.round(quantity, 3), 0.001)
    origin, end = home(lines.exporter), home(lines.consignee)
    table = pa.table({
        "shipment_id": pc.binary_join_element_wise("S", ids, ""),
        "line_no": np.ones(count, np.int32),
        "date": pa.array(FIRST_DAY + day.astype("timedelta64[D]"), pa.date32()),
        "exporter": words(lines.exporter, names),
        "exporter_country": origin,
        "consignee": words(lines.consignee, names),
        "consignee_country": end,
        "export_country": origin,
        "destination_country": end,
        "hs_code": words(lines.code, [str(code) for code in goods.code]),
        "quantity": quantity,
        "unit": words(unit + odd, units),
        "net_mass_kg": np.maximum(np.round(mass, 3), 0.001),
    })  # fmt: skip
    return table, odd

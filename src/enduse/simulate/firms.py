"""The firms of a world: sizes, lines of business, ages, and the signs that some of them show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from enduse.simulate.assumptions import Rate, WorldSettings
from enduse.simulate.catalogue import Catalogue
from enduse.simulate.chains import Plan
from enduse.simulate.coinage import FORWARDING, GENERAL_TRADE
from enduse.simulate.draws import Flags, Floats, Groups, Ints, pick, pick_in_groups, pick_rows
from enduse.simulate.schemes import BUYERS, HUBS, PARTS, SISTER, SUPPLIERS, Kind

Shows: TypeAlias = Callable[[Rate], Flags]

NEVER = 10**6
"""A day that does not come."""


@dataclass(frozen=True, slots=True)
class Firms:
    """One row a firm; days count from the first day of the world and may be negative."""

    country: Ints
    family: Ints
    """What it trades in."""
    business: Ints
    """What it says it does: a family, GENERAL_TRADE or FORWARDING."""
    size: Floats
    exports: Floats
    """Weight in the background's exports; 0: it exports nothing there."""
    imports: Floats
    founded: Ints
    first_day: Ints
    """No background trade before it."""
    moved_day: Ints
    listed_from: Ints
    """Day of its listing; NEVER: it is not on the fictional list."""
    listed_to: Ints
    free_zone: Flags
    shared_address: Flags
    lends_address: Ints
    """Firm whose address it uses; -1: its own."""
    resembles: Ints
    """Firm whose name it resembles; -1: none."""
    lends_owner: Ints
    """Listed firm that holds a minority of it; -1: none."""
    lends_officer: Ints
    """Firm with which it shares a director; -1: none."""
    carries: Flags
    """Whether it serves others as freight forwarder."""

    def __len__(self) -> int:
        return len(self.country)

    @property
    def listed(self) -> Flags:
        """Whether it is on the fictional list at any time."""
        return self.listed_from < NEVER


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a world."""

    days: int
    embargo: int
    """Day on which the embargo begins."""


class _Wanted:
    """Firms to be made, group by group."""

    def __init__(self) -> None:
        self.size = 0
        self._groups: list[tuple[Ints, ...]] = []

    def add(
        self,
        country: Ints,
        family: Ints,
        *,
        scheme_day: Ints | int = NEVER,
        diverting: Flags | bool = False,
        ordinary: Flags | bool = False,
        steady: bool = False,
    ) -> Ints:
        """Ask for firms; answers their numbers.

        Parameters
        ----------
        scheme_day
            First day of the scheme that a firm is made for; NEVER: for none.
        diverting, ordinary
            Of that scheme.
        steady
            Old firms that buy and sell and show no sign.
        """
        columns = (country, family, scheme_day, diverting, ordinary, steady)
        self._groups.append(tuple(np.broadcast_to(c, country.shape) for c in columns))
        self.size += len(country)
        return np.arange(self.size - len(country), self.size)

    def columns(self) -> list[Ints]:
        """What was asked for, column by column, in the order of `add`'s parameters."""
        return [np.concatenate(column) for column in zip(*self._groups, strict=True)]


@dataclass(frozen=True, slots=True)
class Population:
    """All firms, and which of them play which part in the schemes of each plan."""

    firms: Firms
    casts: tuple[Ints, ...]
    """For each plan: schemes by parts, -1 where a part is not played."""
    forwarders: Ints


def ordinary_firms(lines: int) -> int:
    """How many firms share the background trade of that many lines."""
    return int(np.ceil(lines**0.72))


def populate(
    rng: np.random.Generator,
    settings: WorldSettings,
    catalogue: Catalogue,
    plans: tuple[Plan, ...],
    lines: int,
    calendar: Calendar,
) -> Population:
    """Make the firms of the background and of the plans alike, and cast the plans' parts."""
    wanted = _Wanted()
    count = ordinary_firms(lines)
    _ask_for_ordinary(rng, settings, catalogue, wanted, count)
    casts = tuple(_ask_for_cast(rng, settings, catalogue, wanted, plan) for plan in plans)
    _ask_for_buyers(rng, settings, catalogue, wanted, plans)
    codes = catalogue.countries
    size = codes.sells.mean(axis=1) + codes.buys
    carriers = pick(rng, size, max(6, count // 40))
    carriers = wanted.add(carriers, np.zeros_like(carriers))
    listed = _listed_countries(rng, settings, catalogue, max(30, count // 25))
    listed = wanted.add(listed, pick(rng, _family_weights(catalogue), len(listed)))
    firms = _make(rng, settings, catalogue, wanted, calendar, carriers, listed)
    for plan, cast in zip(plans, casts, strict=True):
        _cast_others(rng, settings, catalogue, firms, plan, cast)
    return Population(firms, casts, carriers)


def _family_weights(catalogue: Catalogue) -> Floats:
    goods = catalogue.goods
    return np.asarray(np.bincount(goods.family, goods.weight), dtype=np.float64)


def _ask_for_ordinary(
    rng: np.random.Generator,
    settings: WorldSettings,
    catalogue: Catalogue,
    wanted: _Wanted,
    count: int,
) -> None:
    countries = catalogue.countries
    country = pick(rng, countries.sells.mean(axis=1) + countries.buys, count)
    taste = _family_weights(catalogue) * (
        countries.sells + countries.buys[:, None] * countries.sells.mean(axis=0)
    )
    wanted.add(country, pick_rows(rng, taste[country]))
    # However small the world, each line of business has two makers in the coalition and two
    # buyers outside it: somebody must be able to supply and to end a chain.
    families = np.arange(len(catalogue.families.name))
    free = ~countries.coalition & ~np.isin(countries.code, settings.embargoed)
    sellers = np.argsort(-countries.sells * countries.coalition[:, None], axis=0, kind="stable")
    buyers = np.argsort(-countries.buys * free, kind="stable")
    for rank in (0, 1):
        wanted.add(sellers[rank], families, steady=True)
        wanted.add(np.full(len(families), buyers[rank]), families, steady=True)


def _ask_for_cast(
    rng: np.random.Generator,
    settings: WorldSettings,
    catalogue: Catalogue,
    wanted: _Wanted,
    plan: Plan,
) -> Ints:
    """Hubs and sisters of a plan's schemes."""
    size = len(plan.schemes.kind)
    cast = np.full((size, PARTS), -1)
    countries = catalogue.countries
    codes = np.array([countries.index(code) for code, _ in settings.hubs])
    weights = np.tile([weight for _, weight in settings.hubs], (size, 1))
    # Goods can be lost on the way through an embargoed country only where the way leads there.
    near = countries.near[codes][:, np.isin(countries.code, settings.embargoed)]
    weights[plan.schemes.kind == Kind.LOST_TRANSIT_LEG] *= near.max(axis=1) ** 3
    # Different countries, by weight: the order of exponential waiting times.
    with np.errstate(divide="ignore"):
        order = np.argsort(rng.exponential(size=weights.shape) / weights, axis=1)
    family = catalogue.goods.family[plan.schemes.goods[:, 0]]
    for part in (*HUBS, SISTER):
        hop = 0 if part == SISTER else part - HUBS[0]
        of = np.flatnonzero(
            plan.schemes.kind == Kind.SISTER_FIRM if part == SISTER else plan.schemes.hops > hop
        )
        cast[of, part] = wanted.add(
            codes[order[of, hop % len(codes)]],
            family[of],
            scheme_day=plan.schemes.first_day[of] + 2 * hop,
            diverting=plan.schemes.diverting[of],
            ordinary=plan.schemes.ordinary[of],
        )
    return cast


def _ask_for_buyers(
    rng: np.random.Generator,
    settings: WorldSettings,
    catalogue: Catalogue,
    wanted: _Wanted,
    plans: tuple[Plan, ...],
) -> None:
    families = np.concatenate([catalogue.goods.family[plan.schemes.goods[:, 0]] for plan in plans])
    codes = np.array([catalogue.countries.index(code) for code in settings.embargoed])
    of = np.concatenate([np.unique(families), rng.choice(families, len(families) // 2)])
    weights = catalogue.countries.buys[codes]
    wanted.add(codes[pick(rng, weights, len(of))], of, steady=True)


def _listed_countries(
    rng: np.random.Generator, settings: WorldSettings, catalogue: Catalogue, count: int
) -> Ints:
    weights = 0.1 * catalogue.countries.buys / catalogue.countries.buys.sum()
    hubs = np.array([weight for _, weight in settings.hubs])
    for (code, _), weight in zip(settings.hubs, hubs / hubs.sum(), strict=True):
        weights[catalogue.countries.index(code)] += 0.5 * weight
    for code in settings.embargoed:
        weights[catalogue.countries.index(code)] += 0.4 / len(settings.embargoed)
    return pick(rng, weights, count)


def _make(
    rng: np.random.Generator,
    settings: WorldSettings,
    catalogue: Catalogue,
    wanted: _Wanted,
    calendar: Calendar,
    carriers: Ints,
    listed: Ints,
) -> Firms:
    country, family, scheme_day, diverting, ordinary, steady = wanted.columns()
    count = len(country)

    def shows(rate: Rate) -> Flags:
        chance = np.where(diverting, np.where(ordinary, 0.0, rate.diverting), rate.legal)
        return np.asarray(rng.random(count) < np.where(steady, 0.0, chance))

    founded, first_day, other = _ages(rng, settings, calendar, shows, scheme_day)
    first_day[steady.astype(bool)] = 0
    founded[steady.astype(bool)] -= calendar.embargo
    sensitive = catalogue.families.sensitive
    family = np.where(other, rng.choice(np.flatnonzero(~sensitive), count), family)
    listed_from, listed_to = _listings(rng, calendar, shows(settings.listed_party), listed)
    lender = _lenders(rng, country, listed)
    anyone = listed[rng.integers(0, len(listed), count)]
    delisted = listed[listed_to[listed] < NEVER]
    former = delisted[rng.integers(0, len(delisted), count)] if len(delisted) else anyone
    trades = np.ones(count)
    trades[carriers] = trades[listed] = 0.0
    role = np.where(steady, 0.5, rng.random(count))
    moves = rng.random(count) < settings.moved_share
    self_ = np.arange(count)
    return Firms(
        country=country,
        family=family,
        business=_business(rng, settings, catalogue, shows, family, carriers),
        size=np.minimum(1.0 + rng.pareto(1.25, count), 150.0),
        exports=trades * np.where(role < 0.25, 1.0, np.where(role < 0.7, 0.8, 0.0)),
        imports=trades * np.where(role < 0.25, 0.2, 1.0),
        founded=founded,
        first_day=first_day,
        moved_day=np.where(moves, rng.integers(0, calendar.days, count), NEVER),
        listed_from=listed_from,
        listed_to=listed_to,
        free_zone=shows(settings.free_zone),
        shared_address=shows(settings.shared_address),
        lends_address=np.where(shows(settings.listed_address) & (lender != self_), lender, -1),
        resembles=np.where(
            shows(settings.resembling_name), np.where(role < 0.6, former, anyone), -1
        ),
        lends_owner=np.where(shows(settings.listed_owner) & (anyone != self_), anyone, -1),
        lends_officer=np.where(shows(settings.listed_officer) & (anyone != self_), anyone, -1),
        carries=np.isin(self_, carriers),
    )


def _ages(
    rng: np.random.Generator,
    settings: WorldSettings,
    calendar: Calendar,
    shows: Shows,
    scheme_day: Ints,
) -> tuple[Ints, Ints, Flags]:
    """Day of founding, first day of trade, and who traded in something else before."""
    count, end = len(scheme_day), calendar.days
    in_scheme = scheme_day < NEVER
    old = calendar.embargo - 150 - (9000 * rng.beta(1.1, 2.6, count)).astype(np.int64)
    latest = np.where(in_scheme, scheme_day - 8, end - 60)
    young = calendar.embargo + (rng.random(count) * (latest - calendar.embargo)).astype(np.int64)
    is_young = shows(settings.founded_after_embargo) & (latest > calendar.embargo)
    founded = np.where(is_young, young, old)
    without = shows(settings.no_such_history) & ~is_young
    late = without & (~in_scheme | (rng.random(count) < 0.5))
    since = np.where(in_scheme, latest, young)
    first_day = np.maximum(founded + 15, np.where(late, since, 0))
    return founded, np.maximum(first_day, 0), without & ~late


def _listings(
    rng: np.random.Generator, calendar: Calendar, named: Flags, listed: Ints
) -> tuple[Ints, Ints]:
    """Days of listing and delisting; firms that trade are listed late or were delisted early."""
    count = len(named)
    since = np.full(count, NEVER)
    until = np.full(count, NEVER)
    span = calendar.days - calendar.embargo
    since[named] = calendar.embargo + (rng.random(named.sum()) * span).astype(np.int64)
    since[listed] = calendar.embargo - 2600 + rng.integers(0, 2600 + span, len(listed))
    ended = (since < NEVER) & (rng.random(count) < 0.2)
    until[ended] = since[ended] + rng.integers(200, 1500, ended.sum())
    # The list is as of the world's last day: a delisting yet to come is not on it.
    return since, np.where(until < calendar.days, until, NEVER)


def _lenders(rng: np.random.Generator, country: Ints, listed: Ints) -> Ints:
    """For every firm a listed firm of its own country, or itself where there is none."""
    groups = Groups(country[listed], np.ones(len(listed)), int(country.max()) + 1)
    lender = np.arange(len(country))
    has = np.flatnonzero(groups.total[country] > 0)
    lender[has] = listed[pick_in_groups(rng, groups, country[has])]
    return lender


def _business(
    rng: np.random.Generator,
    settings: WorldSettings,
    catalogue: Catalogue,
    shows: Shows,
    family: Ints,
    carriers: Ints,
) -> Ints:
    count = len(family)
    tame = np.flatnonzero(~catalogue.families.sensitive)
    business = np.where(rng.random(count) < 0.12, GENERAL_TRADE, family)
    business = np.where(shows(settings.unfitting_activity), rng.choice(tame, count), business)
    business = np.where(shows(settings.forwarder), FORWARDING, business)
    business[carriers] = FORWARDING
    return business


def cell(catalogue: Catalogue, country: Ints, family: Ints) -> Ints:
    """Number of a line of business in a country."""
    return country * len(catalogue.families.name) + family


def _cast_others(
    rng: np.random.Generator,
    settings: WorldSettings,
    catalogue: Catalogue,
    firms: Firms,
    plan: Plan,
    cast: Ints,
) -> None:
    """Suppliers and buyers: firms like any others that trade in such goods."""
    countries = catalogue.countries
    cells = catalogue.countries.sells.size
    of_firm = cell(catalogue, firms.country, firms.family)
    size = firms.size * (firms.first_day <= 0)
    sellers = Groups(of_firm, firms.exports * size, cells)
    buyers = Groups(of_firm, firms.imports * size, cells)
    family = catalogue.goods.family[plan.schemes.goods[:, 0]]
    wanted = cell(catalogue, np.arange(len(countries.code))[None, :], family[:, None])
    rows = np.arange(len(family))

    def play(part: int, groups: Groups, weights: Floats) -> None:
        country = pick_rows(rng, weights * (groups.total[wanted] > 0))
        cast[:, part] = pick_in_groups(rng, groups, wanted[rows, country])

    for part in SUPPLIERS:
        play(part, sellers, (countries.sells * countries.coalition[:, None]).T[family])
    embargoed = np.isin(countries.code, settings.embargoed)
    hub = firms.country[cast[rows, HUBS[0] + plan.schemes.hops - 1]]
    elsewhere = (countries.buys * ~countries.coalition * ~embargoed) * countries.near[hub]
    sent_there = plan.schemes.diverting | (plan.schemes.kind == Kind.LEGAL_REEXPORTER)
    for part in BUYERS:
        play(part, buyers, np.where(sent_there[:, None], countries.buys * embargoed, elsewhere))

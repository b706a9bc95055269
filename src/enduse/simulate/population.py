"""Who is there: firms of the background and of the schemes, made alike, and who plays which part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from enduse.simulate.catalogue import Catalogue
from enduse.simulate.chains import Plan
from enduse.simulate.draws import Flags, Floats, Groups, Ints, pick, pick_in_groups, pick_rows
from enduse.simulate.firms import Firms, Wanted, cell, make_firms
from enduse.simulate.frame import NEVER, Frame
from enduse.simulate.schemes import BUYERS, HUBS, PARTS, SISTER, SUPPLIERS, Kind


@dataclass(frozen=True, slots=True)
class Population:
    """All firms, and which of them play which part in the schemes of each plan."""

    firms: Firms
    casts: tuple[Ints, ...]
    """For each plan: schemes by parts, -1 where a part is not played."""
    carriers: Ints
    """Firms that carry for others and trade in nothing."""


def populate(rng: np.random.Generator, frame: Frame, plans: tuple[Plan, ...]) -> Population:
    """Make the firms of the background and of the plans alike, and cast the plans' parts."""
    crowd = _Crowd()
    countries, goods = frame.catalogue.countries, frame.catalogue.goods
    _ask_for_ordinary(rng, frame, crowd)
    casts = tuple(_ask_for_hubs(rng, frame, crowd, plan) for plan in plans)
    families = np.concatenate([goods.family[plan.schemes.goods[:, 0]] for plan in plans])
    _ask_for_buyers(rng, frame, crowd, families)
    carriers = pick(rng, countries.sells.mean(axis=1) + countries.buys, max(6, frame.firms // 40))
    carriers = crowd.add(carriers, np.zeros_like(carriers))
    listed = _listed_countries(rng, frame, max(30, frame.firms // 25))
    listed = crowd.add(listed, pick(rng, _family_weights(frame.catalogue), len(listed)))
    firms = make_firms(rng, frame, crowd.wanted(), carriers, listed)
    for plan, cast in zip(plans, casts, strict=True):
        _cast_others(rng, frame, firms, plan, cast)
        sisters = cast[cast[:, SISTER] >= 0]
        firms.sister[sisters[:, SISTER]] = sisters[:, HUBS[0]]
        buyers = np.unique(cast[plan.schemes.diverting][:, BUYERS])
        buyers = buyers[rng.random(len(buyers)) < frame.settings.listed_buyer_share]
        firms.listed_from[buyers] = rng.integers(frame.embargo, frame.days, len(buyers))
    return Population(firms, casts, carriers)


class _Crowd:
    """Firms to be made, group by group."""

    def __init__(self) -> None:
        self._size = 0
        self._groups: list[tuple[Ints, ...]] = []

    def add(
        self,
        country: Ints,
        family: Ints,
        scheme_day: Ints | int = NEVER,
        diverting: Flags | bool = False,
        ordinary: Flags | bool = False,
        steady: bool = False,
    ) -> Ints:
        """Ask for firms, with the columns of Wanted; answers their numbers."""
        columns = (country, family, scheme_day, diverting, ordinary, steady)
        self._groups.append(tuple(np.broadcast_to(c, country.shape) for c in columns))
        self._size += len(country)
        return np.arange(self._size - len(country), self._size)

    def wanted(self) -> Wanted:
        """All that were asked for."""
        return Wanted(*(np.concatenate(column) for column in zip(*self._groups, strict=True)))


def _family_weights(catalogue: Catalogue) -> Floats:
    goods = catalogue.goods
    return np.asarray(np.bincount(goods.family, goods.weight), dtype=np.float64)


def _ask_for_ordinary(rng: np.random.Generator, frame: Frame, crowd: _Crowd) -> None:
    countries = frame.catalogue.countries
    country = pick(rng, countries.sells.mean(axis=1) + countries.buys, frame.firms)
    taste = countries.sells + countries.buys[:, None] * countries.sells.mean(axis=0)
    taste = taste * _family_weights(frame.catalogue)
    crowd.add(country, pick_rows(rng, taste[country]))
    # However small the world, each line of business has two makers in the coalition and two
    # buyers outside it: somebody must be able to supply and to end a chain.
    families = np.arange(countries.sells.shape[1])
    sellers = np.argsort(-countries.sells * countries.coalition[:, None], axis=0, kind="stable")
    buyers = np.argsort(-countries.buys * ~(countries.coalition | frame.embargoed), kind="stable")
    for rank in (0, 1):
        crowd.add(sellers[rank], families, steady=True)
        crowd.add(np.full(len(families), buyers[rank]), families, steady=True)


def _ask_for_hubs(rng: np.random.Generator, frame: Frame, crowd: _Crowd, plan: Plan) -> Ints:
    """Hubs of a plan's schemes, and their sisters: the cast as far as it is made for them."""
    schemes, countries = plan.schemes, frame.catalogue.countries
    cast = np.full((len(schemes), PARTS), -1)
    codes = np.array([countries.index(code) for code, _ in frame.settings.hubs])
    weights = np.tile([weight for _, weight in frame.settings.hubs], (len(schemes), 1))
    # Goods can be lost on the way through an embargoed country only where the way leads there.
    near = countries.near[codes][:, frame.embargoed].max(axis=1)
    weights[schemes.kind == Kind.LOST_TRANSIT_LEG] *= near**3
    # Different countries, by weight: the order of exponential waiting times.
    with np.errstate(divide="ignore"):
        order = np.argsort(rng.exponential(size=weights.shape) / weights, axis=1)
    family = frame.catalogue.goods.family[schemes.goods[:, 0]]
    for part in (*HUBS, SISTER):
        hop = 0 if part == SISTER else part - HUBS[0]
        played = schemes.kind == Kind.SISTER_FIRM if part == SISTER else schemes.hops > hop
        of = np.flatnonzero(played)
        cast[of, part] = crowd.add(
            codes[order[of, hop % len(codes)]],
            family[of],
            scheme_day=schemes.first_day[of] + 2 * hop,
            diverting=schemes.diverting[of],
            ordinary=schemes.ordinary[of],
        )
    return cast


def _ask_for_buyers(rng: np.random.Generator, frame: Frame, crowd: _Crowd, families: Ints) -> None:
    """Buyers in embargoed countries: one at least for each line of business that needs one."""
    countries = np.flatnonzero(frame.embargoed)
    of = np.concatenate([np.unique(families), rng.choice(families, len(families) // 2)])
    weights = frame.catalogue.countries.buys[countries]
    crowd.add(countries[pick(rng, weights, len(of))], of, steady=True)


def _listed_countries(rng: np.random.Generator, frame: Frame, count: int) -> Ints:
    """Countries of listed firms: four in ten embargoed, five in ten hubs, the rest anywhere."""
    countries, settings = frame.catalogue.countries, frame.settings
    weights = 0.1 * countries.buys / countries.buys.sum()
    weights += 0.4 * frame.embargoed / frame.embargoed.sum()
    total = sum(weight for _, weight in settings.hubs)
    for code, weight in settings.hubs:
        weights[countries.index(code)] += 0.5 * weight / total
    return pick(rng, weights, count)


def _cast_others(
    rng: np.random.Generator, frame: Frame, firms: Firms, plan: Plan, cast: Ints
) -> None:
    """Suppliers and buyers: firms like any others that trade in such goods."""
    countries, schemes = frame.catalogue.countries, plan.schemes
    of_firm = cell(frame.catalogue, firms.country, firms.family)
    size = firms.size * (firms.first_day <= 0)
    sellers = Groups(of_firm, firms.exports * size, countries.sells.size)
    buyers = Groups(of_firm, firms.imports * size, countries.sells.size)
    family = frame.catalogue.goods.family[schemes.goods[:, 0]]
    cells = cell(frame.catalogue, np.arange(len(countries.code))[None, :], family[:, None])
    rows = np.arange(len(schemes))

    def play(part: int, groups: Groups, weights: Floats) -> None:
        country = pick_rows(rng, weights * (groups.total[cells] > 0))
        cast[:, part] = pick_in_groups(rng, groups, cells[rows, country])

    for part in SUPPLIERS:
        play(part, sellers, (countries.sells * countries.coalition[:, None]).T[family])
    hub = firms.country[cast[rows, HUBS[0] + schemes.hops - 1]]
    elsewhere = countries.buys * ~(countries.coalition | frame.embargoed) * countries.near[hub]
    sent_there = schemes.diverting | (schemes.kind == Kind.LEGAL_REEXPORTER)
    for part in BUYERS:
        there = np.where(sent_there[:, None], countries.buys * frame.embargoed, elsewhere)
        play(part, buyers, there)

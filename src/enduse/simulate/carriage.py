"""How goods travel: routes, ships, forwarders, and the signs in them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from enduse.simulate.assumptions import WorldSettings
from enduse.simulate.catalogue import Catalogue
from enduse.simulate.draws import Flags, Ints, pick
from enduse.simulate.frame import NEVER, Frame
from enduse.simulate.market import Market
from enduse.simulate.signs import Signs
from enduse.simulate.terms import Terms
from enduse.simulate.trade import Trade


@dataclass(frozen=True, slots=True)
class Vessels:
    """Invented ships: serial numbers, of which some are listed."""

    serial: Ints
    listed_from: Ints
    """Day of listing; NEVER: not listed."""


def make_vessels(rng: np.random.Generator, frame: Frame) -> Vessels:
    """Ships enough for the world; a tenth of them, 8 at least, is listed at some time."""
    count = max(60, int(frame.lines**0.5))
    listed = max(8, count // 10)
    since = np.full(count, NEVER)
    since[:listed] = rng.integers(-600, frame.days, listed)
    return Vessels(rng.choice(200_000, count, replace=False), since)


@dataclass(frozen=True, slots=True)
class Pairs:
    """One row a pair of partners: how goods travel between them."""

    exporter: Ints
    consignee: Ints
    route: Ints
    """Text of Routes."""
    by_sea: Flags
    forwarder: Ints
    """Firm; -1: none stated."""
    listed_vessel: Ints
    """Vessel that is on the fictional list and carries for them at times; -1: none."""


class Routes:
    """Transit countries between two countries, as ';'-joined codes."""

    def __init__(self, catalogue: Catalogue, settings: WorldSettings) -> None:
        text = files("enduse.simulate").joinpath("routes.csv").read_text(encoding="utf-8")
        self._usual = {
            (row["from"], row["to"]): row["via"].split("|")
            for row in csv.DictReader(text.splitlines())
        }
        self.texts: list[str] = [""]
        self._numbers = {"": 0}
        self._countries = catalogue.countries
        self._lost = settings.embargoed

    def number(self, via: list[str]) -> int:
        """Number of a route, without what it would pass twice."""
        text = ";".join(dict.fromkeys(via))
        if text not in self._numbers:
            self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return self._numbers[text]

    def choose(self, one: int, other: int, chance: float, hub: str, lost: bool) -> int:
        """A usual route between two countries, with a further hub or over an embargoed country."""
        regions = self._countries.region
        usual = self._usual.get((regions[one], regions[other]), [""])
        via = usual[int(chance * len(usual))].split(";")
        if lost:
            via = list(self._lost[: 1 + int(chance * len(self._lost))][::-1])
        ends = (self._countries.code[one], self._countries.code[other])
        return self.number([stop for stop in (hub, *via) if stop and stop not in ends])


def make_pairs(
    rng: np.random.Generator,
    market: Market,
    trade: Trade,
    terms: Terms,
    first: Ints,
    vessels: Vessels,
    carriers: Ints,
) -> tuple[Pairs, Routes]:
    """How goods travel between the partners of each pair."""
    countries, firms, settings = market.catalogue.countries, market.firms, market.frame.settings
    size = len(first)
    diverting, lost, ordinary = (np.zeros(size, bool) for _ in range(3))
    for flags, rows in (
        (diverting, trade.diverting),
        (lost, trade.transit_lost),
        (ordinary, trade.ordinary),
    ):
        flags[terms.pair[rows]] = True
    signs = Signs(rng, diverting, ordinary)
    exporter, consignee = trade.exporter[first], trade.consignee[first]
    one, other = firms.country[exporter], firms.country[consignee]
    codes = [code for code, _ in settings.hubs]
    hubs = pick(rng, np.array([weight for _, weight in settings.hubs]), size)
    routes = Routes(market.catalogue, settings)
    route = [
        routes.choose(a, b, chance, codes[hub] if through else "", gone)
        for a, b, chance, hub, through, gone in zip(
            one.tolist(),
            other.tolist(),
            rng.random(size).tolist(),
            hubs.tolist(),
            signs.shows(settings.hub_on_route).tolist(),
            (lost & signs.happens(0.75)).tolist(),
            strict=True,
        )
    ]
    by_sea = countries.sea[one] & countries.sea[other] & (countries.near[one, other] < 3.0)
    by_sea &= signs.happens(0.6)
    listed = np.flatnonzero(vessels.listed_from < NEVER)
    carried = signs.shows(settings.listed_vessel) & by_sea
    pairs = Pairs(
        exporter=exporter,
        consignee=consignee,
        route=np.array(route),
        by_sea=by_sea,
        forwarder=np.where(signs.happens(0.6), rng.choice(carriers, size), -1),
        listed_vessel=np.where(carried, rng.choice(listed, size), -1),
    )
    return pairs, routes

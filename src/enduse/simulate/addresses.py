"""Where firms say they are: invented streets in real cities and free zones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from enduse.model.countries import country_name
from enduse.simulate.catalogue import Countries
from enduse.simulate.coinage import BANKS, unaccented
from enduse.simulate.draws import Ints
from enduse.simulate.firms import Firms
from enduse.simulate.frame import NEVER
from enduse.simulate.naming import capitals

_STREETS = 80
_FIRMS_A_CENTRE = 12


@dataclass(frozen=True, slots=True)
class Addresses:
    """Texts of addresses, and which firm uses which."""

    texts: list[str]
    """Two writings for each address, one address after the other."""
    first: Ints
    """Number of each firm's address."""
    later: Ints
    """Number of its address from the day it moved; the same if it does not move."""


class _Writer:
    """Writes new addresses of each country down."""

    def __init__(self, rng: np.random.Generator, countries: Countries) -> None:
        self.texts: list[str] = []
        self._rng = rng
        self._countries = countries
        self._streets = [
            [unaccented(word) for word, _ in BANKS[bank].words(rng, _STREETS)]
            for bank in countries.bank
        ]
        self._labels = [country_name(code) for code in countries.code]

    def street(self, country: int) -> int:
        """A house or office of its own."""
        street, number, room = self._draw(country)
        return self._write(country, _house(self._countries.bank[country], street, number, room))

    def zone(self, country: int) -> int:
        """A plot in the country's free zone; a house where it has none."""
        if not self._countries.zone[country]:
            return self.street(country)
        street, number, _ = self._draw(country)
        plot = f"Plot {street[:2].upper()}-{number}"
        return self._write(country, f"{plot}, {self._countries.zone[country]}")

    def centre(self, country: int) -> int:
        """A business centre, whose address many firms share."""
        street, number, _ = self._draw(country)
        return self._write(country, f"{street} Business Centre, {number} {street} Street")

    def _draw(self, country: int) -> tuple[str, int, int]:
        street, number, room = self._rng.integers((0, 1, 1), (_STREETS, 290, 60)).tolist()
        return self._streets[country][street], number, room

    def _write(self, country: int, place: str) -> int:
        cities = self._countries.cities[country]
        place = f"{place}, {cities[int(self._rng.integers(len(cities)))][0]}"
        self.texts += (f"{place}, {self._labels[country]}", capitals(place))
        return len(self.texts) // 2 - 1


def firm_addresses(rng: np.random.Generator, countries: Countries, firms: Firms) -> Addresses:
    """Give each firm an address, its own or one that it shares."""
    writer = _Writer(rng, countries)
    centres = [
        [writer.centre(country) for _ in range(1 + int(count) // _FIRMS_A_CENTRE)]
        for country, count in enumerate(
            np.bincount(firms.country[firms.shared_address], minlength=len(countries.code))
        )
    ]
    first = np.zeros(len(firms), np.int64)
    for firm, (country, shares, in_zone) in enumerate(
        zip(
            firms.country.tolist(),
            firms.shared_address.tolist(),
            firms.free_zone.tolist(),
            strict=True,
        )
    ):
        if shares:
            first[firm] = centres[country][int(rng.integers(len(centres[country])))]
        else:
            first[firm] = writer.zone(country) if in_zone else writer.street(country)
    # Some sisters share their premises as well.
    together = (firms.sister >= 0) & (rng.random(len(firms)) < 0.4)
    first[together] = first[firms.sister[together]]
    lent = firms.lends_address >= 0
    first[lent] = first[firms.lends_address[lent]]
    later = first.copy()
    for firm in np.flatnonzero(firms.moved_day < NEVER).tolist():
        later[firm] = writer.street(int(firms.country[firm]))
    return Addresses(writer.texts, first, later)


def _house(bank: str, street: str, number: int, room: int) -> str:
    """A street address in the habit of the region."""
    match bank:
        case "sinic":
            return f"Rm. {room}, No. {number}, {street} Rd."
        case "japonic":
            return f"{number}-{room}, {street}-cho"
        case "slavic-cyrillic" | "turkic-cyrillic":
            return f"ul. {street}, d. {number}, of. {room}"
        case "turkic":
            return f"{street} Mah. {street[:4]} Sok. No: {number}/{room}"
        case "gulf":
            return f"Office {number}, {street} Tower"
    return f"{number} {street} Street"

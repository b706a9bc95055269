"""Companies in full: firms with names, addresses, numbers and the people behind them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from enduse.simulate.addresses import Addresses, firm_addresses
from enduse.simulate.catalogue import Catalogue
from enduse.simulate.coinage import BANKS, people
from enduse.simulate.firms import Firms
from enduse.simulate.frame import Frame
from enduse.simulate.identifiers import lei
from enduse.simulate.naming import firm_names


@dataclass(frozen=True, slots=True)
class Companies:
    """Firms, and what is known of each."""

    catalogue: Catalogue
    firms: Firms
    names: list[str]
    """WRITINGS names for each firm, one firm after the other."""
    addresses: Addresses
    registered: list[str]
    """The registry's own numbers: `entity_id`."""
    stated: list[str | None]
    """What shipments state: that number or a legal entity identifier; None: nothing."""
    people: list[tuple[str, str]]
    """Names in Latin letters and in the own script (or empty)."""
    officers: list[list[int]]
    """People who direct each firm, at least one."""
    listed_people: list[tuple[int, int]]
    """People on the fictional list, each with the listed firm that it directs."""


def make_companies(rng: np.random.Generator, frame: Frame, firms: Firms) -> Companies:
    """Name, place and number all firms, and give them directors."""
    catalogue = frame.catalogue
    names = firm_names(rng, catalogue, firms)
    addresses = firm_addresses(rng, catalogue.countries, firms)
    serials = rng.permutation(len(firms)).tolist()
    registered = [
        f"{catalogue.countries.code[country]}-R{serial:07d}"
        for country, serial in zip(firms.country.tolist(), serials, strict=True)
    ]
    states, by_lei = rng.random(len(firms)) < frame.settings.id_share, rng.random(len(firms)) < 0.2
    stated = [
        None if not states[firm] else lei(serials[firm]) if by_lei[firm] else registered[firm]
        for firm in range(len(firms))
    ]
    crowd, officers = _directors(rng, catalogue, firms)
    listed_people = [
        (officers[firm][0], firm)
        for firm in np.flatnonzero(firms.listed & (rng.random(len(firms)) < 0.6)).tolist()
    ]
    return Companies(
        catalogue, firms, names, addresses, registered, stated, crowd, officers, listed_people
    )


def _directors(
    rng: np.random.Generator, catalogue: Catalogue, firms: Firms
) -> tuple[list[tuple[str, str]], list[list[int]]]:
    """People, and who directs what; some direct many firms, some a listed one as well."""
    banks = np.array(catalogue.countries.bank)[firms.country]
    own = np.minimum(1 + rng.poisson(0.6, len(firms)), 3)
    ends = np.cumsum(own)
    crowd: list[tuple[str, str]] = [("", "")] * int(ends[-1])
    for name, bank in BANKS.items():
        of = np.flatnonzero(np.repeat(banks == name, own)).tolist()
        scripted = name.endswith("cyrillic") or name == "sinic"
        for person, words in zip(of, people(rng, bank, len(of), scripted), strict=True):
            crowd[person] = words
    officers = [
        list(range(end - n, end)) for n, end in zip(own.tolist(), ends.tolist(), strict=True)
    ]
    # A sister is directed, and first of all owned, by the same person.
    for firm in np.flatnonzero(firms.sister >= 0).tolist():
        officers[firm][0] = officers[int(firms.sister[firm])][0]
    nominees = rng.integers(0, len(crowd), max(4, len(firms) // 100))
    for firm in np.flatnonzero(rng.random(len(firms)) < 0.06).tolist():
        officers[firm].append(int(rng.choice(nominees)))
    for firm in np.flatnonzero(firms.lends_officer >= 0).tolist():
        officers[firm].append(officers[int(firms.lends_officer[firm])][0])
    return crowd, officers

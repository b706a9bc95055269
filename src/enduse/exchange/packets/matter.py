"""What packets speak of: parties, parts, routes, and how they hang together.

One small form between the two vocabularies that others read, STIX 2.1 (`stix`) and
FollowTheMoney (`ftm`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from enduse.model import PartyKind


@dataclass(frozen=True, slots=True)
class Party:
    """A person, an organisation or a vessel.

    Attributes
    ----------
    id
        The originator's own id; one within a matter.
    names
        Names as written, any script, each with its type as in `LISTING_NAMES`; the first is the
        primary one.
    identifiers
        Type (as in `LISTINGS`) and value, as written.
    countries
        Alpha-2 codes of any tie stated.
    birth_dates
        YYYY, YYYY-MM or YYYY-MM-DD.
    """

    id: str
    kind: PartyKind
    names: tuple[tuple[str, str], ...]
    identifiers: tuple[tuple[str, str], ...] = ()
    countries: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    birth_dates: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A component, by what is marked on it; an empty text means that it is not known."""

    id: str
    maker: str
    part_number: str
    serial: str = ""
    date_code: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """A way that goods take, as alpha-2 codes of countries in their order."""

    id: str
    countries: tuple[str, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """Two of them and how they are related: ids and a word such as ``supplies``."""

    source: str
    relation: str
    target: str


@dataclass(frozen=True, slots=True)
class Matter:
    """All of it.

    Attributes
    ----------
    passed_over
        How many objects of which type were read and are none of these.
    """

    parties: tuple[Party, ...] = ()
    parts: tuple[Part, ...] = ()
    routes: tuple[Route, ...] = ()
    links: tuple[Link, ...] = ()
    passed_over: Mapping[str, int] = field(default_factory=dict)

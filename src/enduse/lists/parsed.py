"""What a list reader answers, whatever the authority's layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class ParsedParty:
    """A party as one record of one list speaks of it.

    Fields mean what the columns of the same name mean in `enduse.model.LISTINGS`.
    """

    list: str
    record_id: str
    """The list's own id as given; it may repeat. A record without one has its name here."""
    source_row: int
    """Row of a table, its header counted, or ordinal of a record in XML or JSON; from 1."""
    kind: str
    """A `enduse.model.PartyKind`."""
    name: str
    names: tuple[tuple[str, str], ...]
    """(name, name_type), the primary name first; types as in `enduse.model.LISTING_NAMES`."""
    programs: tuple[str, ...] = ()
    measure: str | None = None
    countries: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    birth_dates: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    """(type, value)."""
    imo: str | None = None
    listed_from: date | None = None
    listed_to: date | None = None
    source_url: str | None = None
    remarks: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedList:
    """Everything that one file or folder says, and what was odd in it."""

    kind: Literal["parties", "control", "hs", "nomenclature", "watched"]
    stated_date: date | None = None
    """The date the file gives for itself; None: it gives none."""
    parties: Sequence[ParsedParty] = ()
    """For kind 'parties'; empty otherwise."""
    table: pa.Table | None = None
    """For the other kinds: CONTROL_ENTRIES, HS_ENTRIES, NOMENCLATURE or WATCHED without list, version."""
    faults: tuple[str, ...] = ()
    """What was odd and how it was read, each with its row."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the caller knows about a file that the file does not say."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    """Column of the file to field, for 'csv' and 'hs-list'."""
    list_name: str | None = None
    """Replaces the format's default list name; in a file of several lists, the part before
    the slash."""
    encoding: str | None = None
    """Text encoding; None: found out."""


@dataclass(frozen=True, slots=True)
class ListFormat:
    """A layout that `lists import --as` knows."""

    name: str
    about: str
    """One sentence: whose layout, which files."""
    read: Callable[[Path, ReadOptions], ParsedList]
    """Raises `enduse.errors.InputError` for a file of another kind, damaged or cut off."""
    default_list: str
    may_be_folder: bool = False
    """Whether the list may come as several files in a folder."""

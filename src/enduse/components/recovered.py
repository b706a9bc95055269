"""What is known of one recovered part when its sale is looked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from enduse.components.stated_dates import Window, stated_windows
from enduse.records import part_key

# A shorter family would take in other makers' parts.
_LEAST_FAMILY = 4


@dataclass(frozen=True, slots=True)
class Recovered:
    """A recovered part; whatever is not known is None or empty.

    Examples
    --------
    >>> part = Recovered(part_number="STM32F765VIT6", family="STM32F765", date_code="2230")
    >>> part.part, part.prefix
    ('STM32F765VIT6', 'STM32F765')
    """

    component_id: str | None = None
    marking: str | None = None
    part_number: str | None = None
    family: str | None = None
    manufacturer: str | None = None
    date_code: str | None = None
    made: tuple[Window, ...] = ()
    """When it may have been made, best first; empty: not known."""
    lot: str | None = None
    serials: tuple[str, ...] = ()
    recovered_on: date | None = None

    @property
    def part(self) -> str | None:
        """The part number as it is compared."""
        return part_key(self.part_number)

    @property
    def prefix(self) -> str | None:
        """With what the numbers of its family begin, as they are compared."""
        family = part_key(self.family)
        if family and len(family) >= _LEAST_FAMILY and (self.part or family).startswith(family):
            return family
        return self.part or family

    def dated(self, today: date) -> Recovered:
        """The same with the days that its date code may mean, where they are not known yet."""
        if self.made or not self.date_code:
            return self
        return replace(self, made=stated_windows(self.date_code, self.recovered_on or today))


class Dated(Protocol):
    """A date code of a reading."""

    @property
    def raw(self) -> str: ...
    @property
    def earliest(self) -> date: ...
    @property
    def latest(self) -> date: ...


class Read(Protocol):
    """A reading of a marking."""

    @property
    def part_number(self) -> str | None: ...
    @property
    def family(self) -> str | None: ...
    @property
    def manufacturer(self) -> str | None: ...
    @property
    def date_code(self) -> Dated | None: ...
    @property
    def lot(self) -> str | None: ...


def recovered_from_reading(
    reading: Read, *, marking: str | None = None, recovered_on: date | None = None
) -> Recovered:
    """A recovered part of which only a marking is known."""
    dated = reading.date_code
    return Recovered(
        marking=marking,
        part_number=reading.part_number,
        family=reading.family,
        manufacturer=reading.manufacturer,
        date_code=dated.raw if dated else None,
        made=(Window(dated.earliest, dated.latest),) if dated else (),
        lot=reading.lot,
        recovered_on=recovered_on,
    )


def recovered_from_record(record: Mapping[str, Any]) -> Recovered:
    """A recovered part from its record, a row of KEPT_COMPONENTS."""
    made_from, made_to = record.get("made_from"), record.get("made_to")
    serials = (record.get("serials") or "").split(";")
    return Recovered(
        component_id=record["component_id"],
        marking=record.get("marking_raw"),
        part_number=record.get("part_number"),
        family=record.get("family"),
        manufacturer=record.get("manufacturer"),
        date_code=record.get("date_code"),
        made=(Window(made_from, made_to),) if made_from and made_to else (),
        lot=record.get("lot"),
        serials=tuple(serial for serial in serials if serial),
        recovered_on=record.get("recovered_on"),
    )

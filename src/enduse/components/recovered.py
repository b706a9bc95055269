"""What is known of one recovered part when its sale is looked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from enduse.components.reading import Reading
from enduse.components.stated_dates import Window, stated_windows, windows_between
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


def recovered_from_reading(
    best: Reading,
    *,
    others: Sequence[Reading] = (),
    marking: str | None = None,
    recovered_on: date | None = None,
) -> Recovered:
    """A recovered part of which only a marking is known.

    Parameters
    ----------
    best
        The reading that is taken.
    others
        Other readings of the marking: what the date code means in those of the same part counts.
    """
    alike = [best, *(r for r in others if r.part_number == best.part_number)]
    windows = [Window(r.date_code.earliest, r.date_code.latest) for r in alike if r.date_code]
    return Recovered(
        marking=marking,
        part_number=best.part_number,
        family=best.family,
        manufacturer=best.manufacturer,
        date_code=best.date_code.raw if best.date_code else None,
        made=tuple(dict.fromkeys(windows)) if best.date_code else (),
        lot=best.lot,
        serials=(best.serial,) if best.serial else (),
        recovered_on=recovered_on,
    )


def recovered_from_record(record: Mapping[str, Any]) -> Recovered:
    """A recovered part from its record, a row of KEPT_COMPONENTS."""
    serials = (record.get("serials") or "").split(";")
    return Recovered(
        component_id=record["component_id"],
        marking=record.get("marking_raw"),
        part_number=record.get("part_number"),
        family=record.get("family"),
        manufacturer=record.get("manufacturer"),
        date_code=record.get("date_code"),
        made=windows_between(
            record.get("date_code"), record.get("made_from"), record.get("made_to")
        ),
        lot=record.get("lot"),
        serials=tuple(serial for serial in serials if serial),
        recovered_on=record.get("recovered_on"),
    )

"""Reading a marking: part number, maker, date code, lot, country, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from enduse.components.catalogue import Catalogue, load_catalogue
from enduse.components.date_codes import DateCode
from enduse.components.makers_named import MakersNamed, Named
from enduse.components.marking import Marking, marking
from enduse.components.surroundings import country_of_assembly, find_dates, find_trace
from enduse.components.weighing import Candidate, Judge

_MOST_READINGS = 6
_SECOND_DATE = 0.6
"""How much less sure the second way to read a date code is."""

Spans = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a marking; what is not there is None."""

    part_number: str | None
    """Full ordering code, as its maker writes it."""
    family: str | None
    kind: str | None
    """What it is, in free words."""
    manufacturer: str | None
    """The brand."""
    manufacturer_country: str | None
    """Alpha-2 of the brand's headquarters."""
    owner: str | None
    """The brand's present owner; itself where nobody owns it."""
    date_code: DateCode | None
    lot: str | None
    serial: str | None
    country_of_assembly: str | None
    """Alpha-2, as marked."""
    confidence: float
    """0 to 1."""
    spans: Spans
    """Field to its place in the text, in characters, the end not included."""
    notes: tuple[str, ...]
    """What was assumed, corrected or refused."""

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "part_number": self.part_number,
            "family": self.family,
            "kind": self.kind,
            "manufacturer": self.manufacturer,
            "manufacturer_country": self.manufacturer_country,
            "owner": self.owner,
            "date_code": self.date_code.as_dict() if self.date_code else None,
            "lot": self.lot,
            "serial": self.serial,
            "country_of_assembly": self.country_of_assembly,
            "confidence": self.confidence,
            "spans": {name: list(span) for name, span in self.spans.items()},
            "notes": list(self.notes),
        }


def read(
    text: str, *, catalogue: Catalogue | None = None, today: date | None = None
) -> list[Reading]:
    """What a marking says, best reading first; empty where it says nothing of a component.

    Parameters
    ----------
    text
        The marking as photographed or described, in one or more lines.
    catalogue
        Makers to know; by default those that ship with Enduse.
    today
        Date codes later than this are none; by default today.

    Examples
    --------
    >>> best = read("STM32F405 RGT6 GQ 2230 CHN", today=date(2026, 1, 1))[0]
    >>> best.part_number, best.manufacturer, best.date_code.raw, best.country_of_assembly
    ('STM32F405RGT6', 'STMicroelectronics', '2230', 'CN')
    """
    return reader_of(catalogue or load_catalogue()).read(text, today or datetime.now(UTC).date())


_readers: dict[int, tuple[Catalogue, Reader]] = {}


def reader_of(catalogue: Catalogue) -> Reader:
    """The reader of a catalogue, which is made once."""
    held = _readers.get(id(catalogue))
    if held is None:
        held = _readers[id(catalogue)] = (catalogue, Reader(catalogue))
    return held[1]


class Reader:
    """Reads markings by one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._makers = MakersNamed(catalogue)
        self._judge = Judge(catalogue)

    def read(self, text: str, today: date) -> list[Reading]:
        """What a marking says, best reading first."""
        seen = marking(text)
        if not seen.words:
            return []
        named = self._makers.find(seen)
        readings = [
            reading
            for candidate in self._judge.candidates(seen, named)
            for reading in self._completed(seen, candidate, named, today)
        ]
        readings.sort(key=lambda reading: -reading.confidence)
        return readings[:_MOST_READINGS]

    def _completed(
        self, seen: Marking, candidate: Candidate, named: Sequence[Named], today: date
    ) -> list[Reading]:
        """The candidate with what stands around it; once for each way to read the date code."""
        maker = candidate.maker
        spans: Spans = {}
        if candidate.place:
            spans["part_number"] = candidate.place
        if candidate.named:
            spans["manufacturer"] = (candidate.named.start, candidate.named.end)
        taken = [*spans.values(), *((name.start, name.end) for name in named)]
        dates = find_dates(seen, taken, maker.dates if maker else (), today)
        country = country_of_assembly(seen, taken, maker.assembly if maker else {})
        if dates.span:
            taken.append(dates.span)
            spans["date_code"] = dates.span
        if country:
            taken.append(country[1])
            spans["country_of_assembly"] = country[1]
        trace, trace_notes = find_trace(
            seen, taken, kind=candidate.kind, is_part_known=candidate.is_known
        )
        spans |= {field: span for field, (_, span) in trace.items()}
        lot = trace["lot"][0] if "lot" in trace else dates.lot
        if dates.lot and dates.span and "lot" not in trace:
            spans["lot"] = (dates.span[0], dates.span[0] + len(dates.lot))
        reading = Reading(
            part_number=candidate.part_number,
            family=candidate.family,
            kind=candidate.kind or None,
            manufacturer=maker.name if maker else None,
            manufacturer_country=maker.country if maker else None,
            owner=self._catalogue.owner(maker).name if maker else None,
            date_code=None,
            lot=lot,
            serial=trace["serial"][0] if "serial" in trace else None,
            country_of_assembly=country[0] if country else None,
            confidence=round(candidate.confidence, 3),
            spans=spans,
            notes=(*candidate.notes, *dates.notes, *trace_notes),
        )
        return [
            replace(reading, date_code=code, confidence=round(reading.confidence * share, 3))
            for code, share in zip(dates.codes, (1.0, _SECOND_DATE), strict=False)
        ] or [reading]

"""What is known of a recovered part, in the form in which a request says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from enduse.components.reading import Reading
from enduse.model.inquiries import Body

_OF_RECORD = {
    "component_id": "component_id",
    "marking": "marking_raw",
    "date_code_earliest": "made_from",
    "date_code_latest": "made_to",
    **{
        name: name
        for name in (
            "weapon", "part_number", "family", "manufacturer", "manufacturer_country", "owner",
            "date_code", "lot", "country_of_assembly", "recovered_on", "recovered_place",
            "custody", "attribution_basis", "confidence", "source",
        )
    },
}  # fmt: skip
"""Field of a request → column of KEPT_COMPONENTS."""

_FACTS = (
    "part_number", "family", "kind", "manufacturer", "manufacturer_country", "owner", "date_code",
    "lot", "serials", "country_of_assembly",
)  # fmt: skip
_FROM_CATALOGUE = frozenset({"family", "kind", "manufacturer_country", "owner"})
_ASKED_FOR = ("part_number", "manufacturer", "date_code", "lot", "serials")
"""What a seller can search by: what of it is not known is said."""


def described_record(record: Mapping[str, Any]) -> Body:
    """A component that the workspace holds, a row of KEPT_COMPONENTS."""
    told = {field: _text(record.get(column)) for field, column in _OF_RECORD.items()}
    serials = (text.strip() for text in (record.get("serials") or "").split(";"))
    return {**told, "kind": None, "serials": [text for text in serials if text]}


def described_reading(reading: Reading, marking: str) -> Body:
    """A part of which only the marking is known."""
    dated = reading.date_code
    return {
        **dict.fromkeys(_OF_RECORD),
        **{
            field: _text(getattr(reading, field))
            for field in _FACTS
            if field not in ("date_code", "serials")
        },
        "marking": marking,
        "date_code": dated.raw if dated else None,
        "date_code_earliest": _text(dated.earliest) if dated else None,
        "date_code_latest": _text(dated.latest) if dated else None,
        "serials": [reading.serial] if reading.serial else [],
    }


def read_fields(record: Mapping[str, Any] | None) -> frozenset[str]:
    """Fields that were read from the marking: of a record those that it left empty, else all."""
    if record is None:
        return frozenset(_FACTS)
    read = (record.get("as_read") or "").split(";")
    return frozenset(_FACTS) & {*read, "family", "owner"}


def known_facts(
    told: Mapping[str, Any], *, read: frozenset[str], confidence: float | None
) -> list[dict[str, Any]]:
    """What is known of a part, and from where: its marking, its record, or the catalogue.

    Parameters
    ----------
    told
        As `described_record` or `described_reading` answers it.
    read
        Fields that were read from the marking.
    confidence
        How sure the reading is, 0 to 1; None: not known.
    """
    return [
        {"field": "marking_text", "value": told["marking"], "source": "record", "confidence": None},
        *_facts(told, read, confidence),
    ][0 if told["marking"] else 1 :]


def _facts(
    told: Mapping[str, Any], read: frozenset[str], confidence: float | None
) -> Iterator[dict[str, Any]]:
    for field in _FACTS:
        value = ", ".join(told[field]) if field == "serials" else told[field]
        if not value:
            continue
        is_read = field in read
        source = "marking" if is_read else "record"
        if is_read and field in _FROM_CATALOGUE:
            source = "catalogue"
        yield {
            "field": field,
            "value": value,
            "source": source,
            "confidence": confidence if source == "marking" else None,
        }


def unknown_facts(told: Mapping[str, Any]) -> list[dict[str, str]]:
    """What a seller could search by and is not known of a part, and why."""
    reason = "not_marked" if told["marking"] else "not_recorded"
    return [{"field": field, "reason": reason} for field in _ASKED_FOR if not told[field]]


def _text(value: object) -> str | None:
    return None if value is None or value == "" else str(value)

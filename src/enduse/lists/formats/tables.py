"""Any table with a mapping of its columns, and OFAC's vessels as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from enduse.errors import InputError
from enduse.lists.formats.dates import day, is_ambiguous
from enduse.lists.formats.delimited import read_table
from enduse.lists.formats.draft import Draft, finished, party_kind
from enduse.lists.formats.faults import Faults
from enduse.lists.formats.json_documents import read_json, words
from enduse.lists.formats.name_text import parted
from enduse.lists.formats.recognise import cut_off, opening, wrong_kind
from enduse.lists.parsed import ParsedList, ReadOptions
from enduse.model import PartyKind

FIELDS: Mapping[str, str] = {
    "name": "primary name; required",
    "alias": "other names",
    "weak_alias": "other names of low quality",
    "former_name": "earlier names",
    "record_id": "the list's own id",
    "kind": "person, organization, vessel or aircraft",
    "country": "countries, as codes or names",
    "address": "addresses",
    "birth_date": "dates of birth",
    "program": "programmes or regimes",
    "measure": "what follows",
    "listed_from": "listing date: 2022-02-24, 24.2.2022 or 24 Feb 2022; 01/02/2022 is left out",
    "listed_to": "delisting or expiry date",
    "identifier": "identifiers, with words beside them if need be: 'Tax ID 7701'",
    "passport": "passport numbers",
    "national_id": "national identity numbers",
    "tax": "tax numbers",
    "registration": "registration numbers",
    "lei": "legal entity identifiers",
    "swift": "SWIFT codes",
    "imo": "IMO ship numbers",
    "mmsi": "MMSI numbers",
    "call_sign": "radio call signs",
    "source_url": "where it is published",
    "remarks": "remarks",
}
"""What a column of a 'csv' list may be mapped to; several values in a cell part at semicolons."""
_OTHER_NAMES = {
    "aliases": "alias",
    "countries": "country",
    "addresses": "address",
    "birth_dates": "birth_date",
    "programs": "program",
    "identifiers": "identifier",
    "id": "record_id",
    "type": "kind",
}
_NUMBERS = ("passport", "national_id", "tax", "registration")
_CODES = ("lei", "swift", "imo", "mmsi", "call_sign")
_NAME_TYPES = {"alias": "alias", "weak_alias": "weak_alias", "former_name": "former"}


def read_csv(path: Path, options: ReadOptions) -> ParsedList:
    """Any table with a header: columns go by the mapping, else by the names in `FIELDS`.

    Raises
    ------
    InputError
        If no column holds names, the mapping names a column or field that does not exist, or
        the file is cut off.
    """
    faults = Faults()
    delimiter = _delimiter(opening(path).splitlines()[0])
    mapping = {c.strip().lower(): f.strip().lower() for c, f in options.mapping.items()}
    for field in mapping.values():
        if field not in FIELDS:
            raise InputError(
                f"The mapping names the field '{field}', which parties do not have.",
                hint=f"Fields are {', '.join(FIELDS)}.",
            )
    needed = tuple(options.mapping) or ("name",)
    table = read_table(path, needed, delimiter=delimiter, encoding=options.encoding, faults=faults)
    drafts = []
    for row, cells in table:
        fields = _fields(mapping, cells)
        if "name" not in fields:
            raise wrong_kind(path, "a table with a column 'name', or one mapped to it")
        drafts.append(_draft(fields, options.list_name or "csv", row, faults))
    return ParsedList("parties", parties=finished(drafts, faults), faults=faults.said())


def read_vessels_json(path: Path, options: ReadOptions) -> ParsedList:
    """Vessels with IMO number, flag and programmes, as extracted from OFAC's SDN list.

    Raises
    ------
    InputError
        If the file is of another kind, or holds fewer vessels than it says.
    """
    document = read_json(path)
    vessels = document.get("vessels") if isinstance(document, dict) else None
    if (
        not isinstance(document, dict)
        or not isinstance(vessels, list)
        or not all(isinstance(v, dict) and isinstance(v.get("vessel_info"), dict) for v in vessels)
    ):
        raise wrong_kind(path, "JSON with a list 'vessels', each with its 'vessel_info'")
    said = document.get("count")
    if isinstance(said, int) and said != len(vessels):
        raise cut_off(path, f"after {len(vessels)} of {said} vessels")
    faults = Faults()
    days = {str(v.get("designation_date")) for v in vessels}
    if len(vessels) > 1 and len(days) == 1:
        faults.say(
            f"every vessel has the designation date {days.pop()}: that is the day of"
            " publication; no listing dates were read"
        )
        days = set()
    drafts: list[Draft] = []
    numbers: set[str] = set()
    for row, vessel in enumerate(vessels, start=1):
        draft = _vessel(vessel, options.list_name or "ofac-vessels", row, faults)
        if draft.imo in numbers:
            faults.count("IMO number given to two vessels, both kept", row, draft.imo or "")
        if days:
            draft.listed_from = day(str(vessel.get("designation_date")), month_first=True)
        numbers |= {draft.imo} if draft.imo else set()
        drafts.append(draft)
    stated = day(str(document.get("generated_at", "")))
    return ParsedList("parties", stated, finished(drafts, faults), faults=faults.said())


def _vessel(vessel: dict[str, Any], list_name: str, row: int, faults: Faults) -> Draft:
    details = vessel["vessel_info"]
    number = str(vessel.get("imo") or "")
    draft = Draft(list_name, number, row, PartyKind.VESSEL, faults, measure="Asset freeze")
    draft.name(str(vessel.get("name") or ""), "primary")
    for alias in words(vessel.get("aliases")):
        draft.name(alias)
    draft.identifier("imo", number)
    draft.identifier("call_sign", str(details.get("call_sign") or ""))
    for programme in words(vessel.get("programs")):
        draft.program(programme)
    for flag in words(details.get("flag")):
        draft.country(flag)
    for address in words(vessel.get("addresses")):
        draft.address(address)
    for kind in words(details.get("vessel_type")):
        draft.remark(f"Vessel type: {kind}")
    return draft


def _fields(mapping: dict[str, str], cells: dict[str, str]) -> dict[str, list[str]]:
    """Field to its cells, the mapped columns first."""
    fields: dict[str, list[str]] = {}
    for column, field in mapping.items():
        fields.setdefault(field, []).append(cells[column])
    mapped = set(fields)
    for column, cell in cells.items():
        name = re.sub(r"[\s-]+", "_", column)
        field = _OTHER_NAMES.get(name, name)
        if field in FIELDS and field not in mapped and column not in mapping:
            fields.setdefault(field, []).append(cell)
    return fields


def _draft(fields: dict[str, list[str]], list_name: str, row: int, faults: Faults) -> Draft:
    def first(field: str) -> str:
        return next((c for c in fields.get(field, ()) if c), "")

    def each(field: str) -> list[str]:
        return [v for cell in fields.get(field, ()) for v in parted(cell, ";")]

    draft = Draft(list_name, first("record_id"), row, party_kind(first("kind")), faults)
    draft.name(first("name"), "primary")
    for field, name_type in _NAME_TYPES.items():
        for name in each(field):
            draft.name(name, name_type)
    for programme in each("program"):
        draft.program(programme)
    for country in each("country"):
        draft.country(country.upper() if len(country) == 2 else country)
    for address in each("address"):
        draft.address(address)
    for birth in each("birth_date"):
        draft.birth(birth)
    for cell in fields.get("identifier", ()):
        draft.numbers("other", cell)
    for field in _NUMBERS:
        for cell in fields.get(field, ()):
            draft.numbers(field, cell)
    for field in _CODES:
        for number in each(field):
            draft.identifier(field, number)
    draft.measure = first("measure") or None
    draft.source_url = first("source_url") or None
    for remark in fields.get("remarks", ()):
        draft.remark(remark)
    for field in ("listed_from", "listed_to"):
        if text := first(field):
            found = None if is_ambiguous(text) else day(text)
            if is_ambiguous(text):
                what = f"{field} may be day/month or month/day, left out: write it YYYY-MM-DD"
                faults.count(what, row, text)
            elif found is None:
                faults.count("date not understood, left out", row, text)
            setattr(draft, field, found)
    return draft


def _delimiter(header: str) -> str:
    return max(",;\t|", key=header.count)

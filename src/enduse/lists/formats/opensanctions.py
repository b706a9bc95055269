"""Catalogues in the FollowTheMoney model, OpenSanctions' among them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from enduse.errors import InputError
from enduse.lists.formats.dates import day
from enduse.lists.formats.delimited import read_table
from enduse.lists.formats.draft import Draft, finished
from enduse.lists.formats.faults import Faults
from enduse.lists.formats.ftm_properties import COUNTRIES, IDENTIFIERS, KINDS, NAMES
from enduse.lists.formats.identifiers import imo_in
from enduse.lists.formats.json_documents import read_json_lines, words
from enduse.lists.formats.recognise import is_json
from enduse.lists.parsed import ParsedList, ReadOptions
from enduse.model import PartyKind

_LISTED_TOPICS = ("sanction", "export", "debarment")
_CSV_NEEDED = ("id", "schema", "name", "aliases", "countries", "identifiers", "sanctions")


@dataclass(slots=True)
class _About:
    """What entities that are no parties say of those that they name."""

    sanctions: dict[str, list[Mapping[str, list[str]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    documents: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    addresses: dict[str, str] = field(default_factory=dict)
    passed_over: Counter[str] = field(default_factory=Counter)


def read_opensanctions(path: Path, options: ReadOptions) -> ParsedList:
    """OpenSanctions: entities.ftm.json or targets.simple.csv.

    Of entities.ftm.json only listed parties are read: those marked as targets, with a sanction,
    or with a topic of sanctions, export control or debarment. Their relatives are left out.

    Raises
    ------
    InputError
        If the file is of another kind or cut off.
    """
    name = options.list_name or "opensanctions"
    return _read_ftm(path, name, listed_only=True) if is_json(path) else _read_csv(path, options)


def read_ftm(path: Path, options: ReadOptions) -> ParsedList:
    """Every party of a catalogue in the FollowTheMoney model, one JSON entity a line.

    Raises
    ------
    InputError
        If the file is of another kind or cut off.
    """
    return _read_ftm(path, options.list_name or "ftm", listed_only=False)


def _read_ftm(path: Path, list_name: str, *, listed_only: bool) -> ParsedList:
    faults = Faults()
    about = _about(path)
    drafts = []
    for row, schema, entity, properties in _entities(path):
        if schema not in KINDS:
            continue
        number = str(entity["id"])
        if listed_only and not _is_listed(entity, properties, number in about.sanctions):
            about.passed_over[f"{schema} not listed itself"] += 1
            continue
        draft = Draft(list_name, number, row, KINDS[schema], faults)
        _fill(draft, entity, properties, about)
        drafts.append(draft)
    if about.passed_over:
        kinds = ", ".join(f"{kind} {n}" for kind, n in about.passed_over.most_common())
        faults.say(f"entities that are no listed parties, left out: {kinds}")
    return ParsedList("parties", parties=finished(drafts, faults), faults=faults.said())


def _about(path: Path) -> _About:
    """The first reading: sanctions, documents and addresses name their party, not it them."""
    about = _About()
    for _, schema, entity, properties in _entities(path):
        if schema == "Sanction":
            for party in properties.get("entity", ()):
                about.sanctions[party].append(properties)
        elif schema in ("Passport", "Identification"):
            numbers = properties.get("passportNumber", properties.get("number", []))
            label = "passport" if schema == "Passport" else " ".join(properties.get("type", ()))
            for party in properties.get("holder", ()):
                about.documents[party] += ((label, n) for n in numbers)
        elif schema == "Address":
            about.addresses[str(entity["id"])] = " ".join(properties.get("full", ()))
        elif schema not in KINDS:
            about.passed_over[schema] += 1
    return about


def _entities(
    path: Path,
) -> Iterator[tuple[int, str, dict[str, object], dict[str, list[str]]]]:
    """Line, schema, entity and its properties as lists of texts."""
    for row, entity in read_json_lines(path):
        properties = entity.get("properties")
        if "id" not in entity or "schema" not in entity or not isinstance(properties, dict):
            raise InputError(
                f"{path}, line {row} is no entity: it lacks id, schema or properties.",
                hint="Expected FollowTheMoney entities, such as entities.ftm.json.",
            )
        yield row, str(entity["schema"]), entity, {k: words(v) for k, v in properties.items()}


def _is_listed(
    entity: dict[str, object], properties: dict[str, list[str]], sanctioned: bool
) -> bool:
    topics = properties.get("topics", ())
    listed = any(t == x or t.startswith(f"{x}.") for t in topics for x in _LISTED_TOPICS)
    return sanctioned or listed or entity.get("target") is True


def _fill(
    draft: Draft, entity: dict[str, object], properties: dict[str, list[str]], about: _About
) -> None:
    number = draft.record_id
    names = properties.get("name", [])
    caption = str(entity.get("caption") or "")
    draft.name(caption if caption in names else next(iter(names), caption), "primary")
    for name_property, name_type in NAMES.items():
        for name in properties.get(name_property, ()):
            draft.name(name, name_type)
    for country_property in COUNTRIES:
        for country in properties.get(country_property, ()):
            draft.country(country.partition("-")[0].upper())
    for birth in properties.get("birthDate", ()):
        draft.birth(birth)
    for address in properties.get("address", ()):
        draft.address(address)
    for address in properties.get("addressEntity", ()):
        draft.address(about.addresses.get(address, ""))
    for id_property, kind in IDENTIFIERS.items():
        for value in properties.get(id_property, ()):
            draft.identifier(kind, value)
    for label, value in about.documents.get(number, ()):
        draft.identifier(label, value)
    draft.source_url = next(iter(properties.get("sourceUrl", ())), None)
    for remark in properties.get("notes", ()):
        draft.remark(remark)
    _sanctions(draft, about.sanctions.get(number, []))


def _sanctions(draft: Draft, sanctions: list[Mapping[str, list[str]]]) -> None:
    """Programmes and dates; a party is delisted only when all its sanctions have ended."""
    starts: list[date] = []
    ends: list[list[date]] = []
    for sanction in sanctions:
        for programme in (*sanction.get("program", ()), *sanction.get("programId", ())):
            draft.program(programme)
        if measures := sanction.get("provisions", ()):
            draft.measure = draft.measure or "; ".join(measures)
        draft.source_url = draft.source_url or next(iter(sanction.get("sourceUrl", ())), None)
        starts += _days((*sanction.get("listingDate", ()), *sanction.get("startDate", ())))
        ends.append(_days(sanction.get("endDate", ())))
    draft.listed_from = min(starts, default=None)
    if ends and all(ends):
        draft.listed_to = max(d for days in ends for d in days)


def _days(texts: tuple[str, ...] | list[str]) -> list[date]:
    return [d for text in texts if (d := day(text))]


def _read_csv(path: Path, options: ReadOptions) -> ParsedList:
    faults = Faults()
    drafts = []
    for row, cells in read_table(path, _CSV_NEEDED, encoding=options.encoding, faults=faults):
        kind = KINDS.get(cells["schema"], PartyKind.UNKNOWN)
        name = options.list_name or "opensanctions"
        draft = Draft(name, cells["id"], row, kind, faults)
        draft.name(cells["name"], "primary")
        for alias in cells["aliases"].split(";"):
            draft.name(alias)
        for country in cells["countries"].split(";"):
            draft.country(country.strip().upper())
        for birth in cells.get("birth_date", "").split(";"):
            draft.birth(birth)
        for address in cells.get("addresses", "").split(";"):
            draft.address(address)
        for number in cells["identifiers"].split(";"):
            ship = kind is PartyKind.VESSEL and imo_in(number) is not None
            draft.identifier("imo" if ship else "other", number)
        for programme in cells.get("program_ids", "").split(";"):
            draft.program(programme)
        draft.measure = cells["sanctions"] or None
        drafts.append(draft)
    return ParsedList("parties", parties=finished(drafts, faults), faults=faults.said())

"""OFAC's lists in the advanced standard (SDN_ADVANCED.XML, after a model of the UN's).

The file is a database in XML: sets of reference values, then places, documents, parties and
sanctions entries, each naming the others by number, in that order. It is read in one pass.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from enduse.lists.formats.draft import Draft, finished, party_kind
from enduse.lists.formats.faults import Faults
from enduse.lists.formats.identifiers import known_label
from enduse.lists.formats.xml_stream import Element, elements, local_name, text_of, texts_of
from enduse.lists.parsed import ParsedList
from enduse.model import PartyKind

_TAGS = (
    "DateOfIssue",
    "ReferenceValueSets",
    "Location",
    "IDRegDocument",
    "DistinctParty",
    "SanctionsEntry",
)
_WHAT = "an OFAC list in the advanced standard"
_ADDRESS = ("ADDRESS1", "ADDRESS2", "ADDRESS3", "CITY", "STATE/PROVINCE", "POSTAL CODE", "REGION")
_GIVEN_NAMES = ("First Name", "Middle Name", "Patronymic", "Matronymic")
_COUNTRY_FEATURES = (
    "Nationality",
    "Citizenship",
    "Vessel Flag",
    "Former Vessel Flag",
    "Other Vessel Flag",
)
_NO_REMARK = ("Gender", "Vessel Type", "Other Vessel Type")


@dataclass(slots=True)
class _Place:
    address: str
    country: str


@dataclass(slots=True)
class _File:
    """What earlier parts of the file said, for the parts that refer to it."""

    list_name: str
    link: str
    faults: Faults = field(default_factory=Faults)
    issued: date | None = None
    values: dict[tuple[str, str], str] = field(default_factory=dict)
    """(kind of value, its id) to its text."""
    party_types: dict[str, str] = field(default_factory=dict)
    """Id of a subtype to the id of its type."""
    places: dict[str, _Place] = field(default_factory=dict)
    documents: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    """Identity to (label, number)."""
    drafts: dict[str, Draft] = field(default_factory=dict)
    """Profile to party."""

    def value(self, kind: str, element: Element, attribute: str | None = None) -> str:
        return self.values.get((kind, element.get(attribute or f"{kind}ID", "")), "")


def read_advanced(path: Path, list_name: str, link: str) -> ParsedList:
    """All parties of a file in the advanced standard, with their listing dates.

    Raises
    ------
    InputError
        If the file is of another kind or cut off.
    """
    file = _File(list_name, link)
    readers = {
        "DateOfIssue": _issue,
        "ReferenceValueSets": _reference_values,
        "Location": _location,
        "IDRegDocument": _document,
        "DistinctParty": _party,
        "SanctionsEntry": _entry,
    }
    stream = elements(path, "Sanctions", _TAGS, _WHAT)
    next(stream)
    for element in stream:
        readers[local_name(element)](file, element)
    parties = finished(file.drafts.values(), file.faults)
    return ParsedList("parties", file.issued, parties, faults=file.faults.said())


def _issue(file: _File, element: Element) -> None:
    file.issued = _day(element)


def _reference_values(file: _File, element: Element) -> None:
    for value_set in element:
        for value in value_set:
            number = value.get("ID")
            if number is None:
                continue
            file.values[local_name(value), number] = text_of(value)
            if local_name(value) == "PartySubType":
                file.party_types[number] = value.get("PartyTypeID", "")


def _location(file: _File, element: Element) -> None:
    written: dict[str, str] = {}
    for part in element.iterfind("{*}LocationPart"):
        values = list(part.iterfind("{*}LocationPartValue"))
        primary = next((v for v in values if v.get("Primary") == "true"), None)
        for value in [primary] if primary is not None else values[:1]:
            written[file.value("LocPartType", part)] = text_of(value, "Value")
    country = next(
        (file.value("Country", c) for c in element.iterfind("{*}LocationCountry")), ""
    ) or next((file.value("AreaCode", a) for a in element.iterfind("{*}LocationAreaCode")), "")
    address = ", ".join(written[p] for p in _ADDRESS if written.get(p))
    # A nationality is a place whose one part, of type 'Unknown', is a country's name.
    file.places[element.get("ID", "")] = _Place(address, country or written.get("Unknown", ""))


def _document(file: _File, element: Element) -> None:
    label, number = file.value("IDRegDocType", element), text_of(element, "IDRegistrationNo")
    file.documents[element.get("IdentityID", "")].append((label, number))


def _party(file: _File, element: Element) -> None:
    number = element.get("FixedRef", "")
    for profile in element.iterfind("{*}Profile"):
        row = len(file.drafts) + 1
        kind = _kind(file, profile)
        draft = Draft(file.list_name, number, row, kind, file.faults, source_url=file.link)
        for identity in profile.iterfind("{*}Identity"):
            _identity(file, identity, draft)
        for feature in profile.iterfind("{*}Feature"):
            _feature(file, feature, draft)
        file.drafts[profile.get("ID", "")] = draft


def _kind(file: _File, profile: Element) -> PartyKind:
    subtype = profile.get("PartySubTypeID", "")
    kind = party_kind(file.values.get(("PartySubType", subtype), ""))
    if kind is PartyKind.UNKNOWN:
        kind = party_kind(file.values.get(("PartyType", file.party_types.get(subtype, "")), ""))
    return kind


def _identity(file: _File, identity: Element, draft: Draft) -> None:
    groups = {
        group.get("ID", ""): file.value("NamePartType", group)
        for group in identity.iterfind("{*}NamePartGroups/{*}MasterNamePartGroup/{*}NamePartGroup")
    }
    for alias in identity.iterfind("{*}Alias"):
        name_type = "former" if file.value("AliasType", alias).startswith("F.K.A") else "alias"
        if alias.get("LowQuality") == "true":
            name_type = "weak_alias"
        main = alias.get("Primary") == "true" and identity.get("Primary") != "false"
        for place, documented in enumerate(alias.iterfind("{*}DocumentedName")):
            name, script = _name(file, documented, groups)
            if script not in ("", "Latin"):
                draft.name(name, "original_script")
            else:
                draft.name(name, "primary" if main and place == 0 else name_type)
    for label, number in file.documents.pop(identity.get("ID", ""), ()):
        draft.identifier(label, number)


def _name(file: _File, documented: Element, groups: dict[str, str]) -> tuple[str, str]:
    """A name as the legacy tables write it ('LAST, First Middle'), and its script."""
    last: list[str] = []
    given: list[str] = []
    script = ""
    for value in documented.iterfind("{*}DocumentedNamePart/{*}NamePartValue"):
        script = file.value("Script", value) or script
        part_type = groups.get(value.get("NamePartGroupID", ""), "")
        (given if part_type in _GIVEN_NAMES else last).append(text_of(value))
    comma = ", " if last and given and script in ("", "Latin") else " "
    return comma.join(filter(None, (" ".join(last), " ".join(given)))), script


def _feature(file: _File, feature: Element, draft: Draft) -> None:
    label = file.value("FeatureType", feature)
    for version in feature.iterfind("{*}FeatureVersion"):
        text = "; ".join(
            text_of(detail) or file.values.get(("DetailReference", reference), "")
            for detail in version.iterfind("{*}VersionDetail")
            if text_of(detail) or (reference := detail.get("DetailReferenceID", ""))
        )
        places = [
            file.places[number]
            for location in version.iterfind("{*}VersionLocation")
            if (number := location.get("LocationID", "")) in file.places
        ]
        if label.startswith(_COUNTRY_FEATURES):
            draft.country(text)
        elif label == "Birthdate":
            for period in version.iterfind("{*}DatePeriod"):
                draft.birth(_period(period))
        elif label == "Place of Birth":
            draft.place(text)
        elif known_label(label):
            draft.identifier(label, text)
        elif text and label not in _NO_REMARK:
            draft.remark(f"{label} {text}")
        for place in places:
            draft.country(place.country)
            if label == "Location":
                draft.address(", ".join(filter(None, (place.address, place.country))))


def _entry(file: _File, element: Element) -> None:
    draft = file.drafts.get(element.get("ProfileID", ""))
    if draft is None:
        file.faults.count(
            "sanctions entry of a party that is not in the file, left out",
            f"entry {element.get('ID', '')}",
        )
        return
    days = [d for event in element.iterfind("{*}EntryEvent/{*}Date") if (d := _day(event))]
    if draft.listed_from:
        days.append(draft.listed_from)
    draft.listed_from = min(days, default=None)
    for measure in element.iterfind("{*}SanctionsMeasure"):
        kind = file.value("SanctionsType", measure)
        if kind in ("", "Program"):
            for programme in texts_of(measure, "Comment"):
                draft.program(programme)
        else:
            draft.measure = "Asset freeze" if kind == "Block" else draft.measure or kind


def _day(element: Element) -> date | None:
    parts = [text_of(element, unit) for unit in ("Year", "Month", "Day")]
    try:
        return date(*(int(p) for p in parts))
    except ValueError:
        return None


def _period(period: Element) -> str:
    """A period as words that `birth_dates` reads: a day, a month, a year or a range of years."""
    first = _parts(period, "Start", "From")
    last = _parts(period, "End", "To") or _parts(period, "Start", "To") or first
    if not first:
        return ""
    if first == last:
        return "-".join(first)
    if first[0] != last[0]:
        return f"{first[0]} to {last[0]}"
    return "-".join(first[:2]) if len(first) > 2 and first[1] == last[1] else first[0]


def _parts(period: Element, edge: str, bound: str) -> list[str]:
    found = [text_of(period, edge, bound, unit) for unit in ("Year", "Month", "Day")]
    return [p.zfill(2) for p in found if p]

"""The UK Sanctions List: the official CSV and XML, and the same as normalised tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from enduse.lists.formats.dates import day
from enduse.lists.formats.delimited import read_rows, read_table
from enduse.lists.formats.draft import Draft, finished, party_kind
from enduse.lists.formats.faults import Faults
from enduse.lists.formats.recognise import is_xml, needed_member
from enduse.lists.formats.xml_stream import Element, elements, local_name, text_of
from enduse.lists.parsed import ParsedList, ReadOptions
from enduse.model import PartyKind

_LINK = "https://www.gov.uk/government/publications/the-uk-sanctions-list"
_WHAT = "the UK Sanctions List"
_NAME_PARTS = ("name 1", "name 2", "name 3", "name 4", "name 5", "name 6")
_CSV_NEEDED = (
    "Unique ID", "Name 6", "Name 1", "Name type", "Regime Name", "Designation Type",
    "Date Designated",
)  # fmt: skip
_CSV_COUNTRIES = ("nationality(/ies)", "country of birth", "current believed flag of ship")
_CSV_IDENTIFIERS = (
    ("passport", "passport number"),
    ("national_id", "national identifier number"),
    ("registration", "business registration number (s)"),
    ("imo", "imo number"),
)
_CSV_REMARKS = ("title", "position", "other information", "uk statement of reasons")
_XML_COUNTRIES = ("Nationality", "CountryOfBirth", "CurrentBelievedFlagOfShip", "AddressCountry")
_XML_IDENTIFIERS = (
    ("passport", "PassportNumber"),
    ("national_id", "NationalIdentifierNumber"),
    ("registration", "BusinessRegistrationNumber"),
    ("imo", "IMONumber"),
)
_XML_REMARKS = ("Title", "Position", "OtherInformation", "UKStatementofReasons")
_IDENTIFIER_TYPES = {
    "passport": "passport",
    "national": "national_id",
    "business_registration_numbers": "registration",
    "imo": "imo",
}


@dataclass(slots=True)
class _Subjects:
    """Subjects by their unique id; many rows speak of one subject."""

    options: ReadOptions
    faults: Faults = field(default_factory=Faults)
    drafts: dict[str, Draft] = field(default_factory=dict)

    def subject(self, number: str, kind: str, row: int) -> Draft:
        key = number or f"row {row}"
        draft = self.drafts.get(key)
        if draft is None:
            name = self.options.list_name or "uk-sanctions"
            draft = Draft(name, number, row, party_kind(kind), self.faults, source_url=_LINK)
            if draft.kind is PartyKind.UNKNOWN:
                self.faults.count("kind of subject not known", row, kind)
            self.drafts[key] = draft
        return draft

    def answer(self, stated: str = "") -> ParsedList:
        parties = finished(self.drafts.values(), self.faults)
        return ParsedList("parties", day(stated), parties, faults=self.faults.said())


_MOST_BIRTH_DATES = 25
"""Nobody on the list has more; a table that says so was put together wrongly."""


def read_uk_sanctions(path: Path, options: ReadOptions) -> ParsedList:
    """The UK Sanctions List; the record id is the unique id, such as RUS0001.

    Parameters
    ----------
    path
        The official CSV or XML, or a folder with subjects.csv, subject_names.csv and, as far as
        they are there, subject_identifiers.csv, subject_countries.csv and subject_dobs.csv.

    Raises
    ------
    InputError
        If a file is of another kind or cut off.
    """
    subjects = _Subjects(options)
    if path.is_dir():
        return _read_tables(path, subjects)
    if is_xml(path):
        return _read_xml(path, subjects)
    return _read_csv(path, subjects)


def _read_csv(path: Path, subjects: _Subjects) -> ParsedList:
    """One row a name; every row repeats what else is known, or adds to it."""
    encoding, faults = subjects.options.encoding, subjects.faults
    first = next((row for _, row in read_rows(path, encoding=encoding, faults=Faults())), [""])
    dated = first[0].startswith("Report Date")
    table = read_table(
        path, _CSV_NEEDED, encoding=encoding, before_header=int(dated), faults=faults
    )
    for row, cells in table:
        draft = subjects.subject(cells["unique id"], cells["designation type"], row)
        name = " ".join(cells[part] for part in _NAME_PARTS if cells.get(part))
        draft.name(name, _name_type(cells["name type"], cells.get("alias strength", "")))
        draft.name(cells.get("name non-latin script", ""), "original_script")
        draft.program(cells["regime name"])
        draft.measure = draft.measure or _measure(cells.get("sanctions imposed", ""))
        draft.listed_from = draft.listed_from or day(cells["date designated"])
        lines = [cells.get(f"address line {n}", "") for n in range(1, 7)]
        _address(draft, lines, cells.get("address postal code"), cells.get("address country"))
        for column in _CSV_COUNTRIES:
            draft.country(cells.get(column, ""))
        draft.birth(cells.get("d.o.b", ""))
        for kind, column in _CSV_IDENTIFIERS:
            draft.numbers(kind, cells.get(column, ""))
        for column in _CSV_REMARKS:
            draft.remark(cells.get(column, ""))
    return subjects.answer(first[0].partition(":")[2] if dated else "")


def _read_xml(path: Path, subjects: _Subjects) -> ParsedList:
    stated = ""
    stream = elements(path, "Designations", ("DateGenerated", "Designation"), _WHAT)
    next(stream)
    for element in stream:
        if local_name(element) == "DateGenerated":
            stated = text_of(element)
            continue
        kind = text_of(element, "IndividualEntityShip")
        row = len(subjects.drafts) + 1
        draft = subjects.subject(text_of(element, "UniqueID"), kind, row)
        for name in element.iterfind("{*}Names/{*}Name"):
            parts = [text_of(name, f"Name{n}") for n in range(1, 7)]
            strength = text_of(name, "AliasStrength")
            written = " ".join(p for p in parts if p)
            draft.name(written, _name_type(text_of(name, "NameType"), strength))
        for script in _all(element, "NameNonLatinScript"):
            draft.name(script, "original_script")
        draft.program(text_of(element, "RegimeName"))
        draft.measure = _measure(text_of(element, "SanctionsImposed"))
        draft.listed_from = day(text_of(element, "DateDesignated"))
        for address in element.iterfind("{*}Addresses/{*}Address"):
            lines = [text_of(address, f"AddressLine{n}") for n in range(1, 7)]
            country = text_of(address, "AddressCountry")
            _address(draft, lines, text_of(address, "AddressPostalCode"), country)
        for tag in _XML_COUNTRIES:
            for country in _all(element, tag):
                draft.country(country)
        for birth in _all(element, "DOB"):
            draft.birth(birth)
        for kind, tag in _XML_IDENTIFIERS:
            for number in _all(element, tag):
                draft.numbers(kind, number)
        for tag in _XML_REMARKS:
            for remark in _all(element, tag):
                draft.remark(remark)
    return subjects.answer(stated)


def _read_tables(folder: Path, subjects: _Subjects) -> ParsedList:
    expected = "subjects.csv and subject_names.csv"
    path = needed_member(folder, expected, "subjects.csv")
    needed_member(folder, expected, "subject_names.csv")
    columns = ("unique_id", "subject_type", "date_designated")
    table = read_table(path, columns, encoding=subjects.options.encoding, faults=subjects.faults)
    for row, cells in table:
        draft = subjects.subject(cells["unique_id"], cells["subject_type"], row)
        draft.listed_from = day(cells["date_designated"])
        if cells.get("un_reference_number"):
            draft.remark(f"UN reference {cells['un_reference_number']}")
    for draft, cells in _details(folder, subjects, "subject_names.csv", "name_type", "full_name"):
        kind = _name_type(cells["name_type"], cells.get("alias_strength", ""))
        draft.name(cells["full_name"], kind)
    identifiers = ("identifier_type", "raw_value")
    for draft, cells in _details(folder, subjects, "subject_identifiers.csv", *identifiers):
        label = cells["identifier_type"]
        draft.numbers(_IDENTIFIER_TYPES.get(label, label), cells["raw_value"].lstrip("'"))
    for draft, cells in _details(folder, subjects, "subject_countries.csv", "raw_value", "iso"):
        draft.country(cells["iso"] or cells["raw_value"])
    births: list[tuple[Draft, str]] = [
        (draft, "-".join(filter(None, (cells["year"], cells["month"], cells["day"]))))
        for draft, cells in _details(folder, subjects, "subject_dobs.csv", "year", "month", "day")
    ]
    most = max(Counter(id(draft) for draft, _ in births).values(), default=0)
    if most > _MOST_BIRTH_DATES:
        subjects.faults.say(
            f"subject_dobs.csv gives one subject {most} birth dates: its dates cannot be told"
            " to be those of their subjects and are left out"
        )
        births = []
    for draft, birth in births:
        draft.birth(birth)
    return subjects.answer()


def _details(
    folder: Path, subjects: _Subjects, name: str, *columns: str
) -> Iterator[tuple[Draft, dict[str, str]]]:
    path = folder / name
    if not path.exists():
        subjects.faults.say(f"no {name} was given")
        return
    table = read_table(
        path,
        ("unique_id", *columns),
        encoding=subjects.options.encoding,
        faults=subjects.faults,
    )
    for row, cells in table:
        if draft := subjects.drafts.get(cells["unique_id"]):
            yield draft, cells
        else:
            where = f"{name} row {row}"
            subjects.faults.count("row of no subject, left out", where, cells["unique_id"])


def _name_type(kind: str, strength: str) -> str:
    if kind.lower().replace("_", " ") in ("primary", "primary name"):
        return "primary"
    return "weak_alias" if strength.lower().startswith("low") else "alias"


def _measure(imposed: str) -> str | None:
    return imposed.replace("|", "; ") or None


def _address(draft: Draft, lines: list[str], postal_code: str | None, country: str | None) -> None:
    draft.country(country or "")
    draft.address(", ".join(part for part in (*lines, postal_code, country) if part))


def _all(element: Element, tag: str) -> list[str]:
    return [text for found in element.iterfind(f".//{{*}}{tag}") if (text := text_of(found))]

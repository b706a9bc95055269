"""The EU's consolidated financial sanctions list: the official XML 1.1 and CSV."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from enduse.lists.formats.dates import day
from enduse.lists.formats.delimited import read_table
from enduse.lists.formats.draft import Draft, finished, party_kind
from enduse.lists.formats.faults import Faults
from enduse.lists.formats.recognise import is_xml
from enduse.lists.formats.xml_stream import Element, elements, texts_of
from enduse.lists.parsed import ParsedList, ReadOptions
from enduse.model import PartyKind

_LINK = "https://data.europa.eu/data/datasets/consolidated-list-of-persons-groups-and-entities-subject-to-eu-financial-sanctions"
_WHAT = "the EU's consolidated financial sanctions list"
_CSV_NEEDED = ("Entity_LogicalId", "NameAlias_WholeName")
_ADDRESS = ("street", "poBox", "place", "zipCode", "city", "region")


def read_eu_fsf(path: Path, options: ReadOptions) -> ParsedList:
    """The consolidated list; the record id is the EU reference number, such as EU.27.28.

    The file dates the acts that it cites, and rarely a designation. Without one the listing date
    is that of the earliest act cited for the party: it was listed by then at the latest.

    Raises
    ------
    InputError
        If the file is of another kind or cut off.
    """
    return _read_xml(path, options) if is_xml(path) else _read_csv(path, options)


def _draft(options: ReadOptions, number: str, subject: str, row: int, faults: Faults) -> Draft:
    kind = party_kind(subject)
    name = options.list_name or "eu-fsf"
    return Draft(name, number, row, kind, faults, measure="Asset freeze", source_url=_LINK)


def _read_xml(path: Path, options: ReadOptions) -> ParsedList:
    faults = Faults()
    stream = elements(path, "export", ("sanctionEntity",), _WHAT)
    stated = day(next(stream).get("generationDate", ""))
    drafts = [_entity(e, options, row, faults) for row, e in enumerate(stream, start=1)]
    return ParsedList("parties", stated, finished(drafts, faults), faults=faults.said())


def _entity(element: Element, options: ReadOptions, row: int, faults: Faults) -> Draft:
    number = element.get("euReferenceNumber") or element.get("logicalId", "")
    subject = element.find("{*}subjectType")
    code = subject.get("code", "") if subject is not None else ""
    draft = _draft(options, number, code, row, faults)
    for name in element.iterfind("{*}nameAlias"):
        weak = name.get("strong") == "false"
        _name(draft, name.attrib, "weak_alias" if weak else "alias")
    for regulation in element.iterfind("{*}regulation"):
        draft.program(regulation.get("programme", ""))
    acts = (*element.iterfind("{*}regulation"), *element.iterfind(".//{*}regulationSummary"))
    published = [d for act in acts if (d := day(act.get("publicationDate", "")))]
    draft.listed_from = day(element.get("designationDate", "")) or min(published, default=None)
    for citizenship in element.iterfind("{*}citizenship"):
        _country(draft, citizenship.attrib)
    for birth in element.iterfind("{*}birthdate"):
        _birth(draft, birth.attrib)
        _country(draft, birth.attrib)
    for address in element.iterfind("{*}address"):
        _address(draft, address.attrib)
    for identification in element.iterfind("{*}identification"):
        _identification(draft, identification.attrib)
    draft.remark(element.get("designationDetails", ""))
    for remark in texts_of(element, "remark"):
        draft.remark(remark)
    return draft


def _read_csv(path: Path, options: ReadOptions) -> ParsedList:
    """One row a detail (a name, an address, a birth …); rows of one entity share its id."""
    faults = Faults()
    drafts: dict[str, Draft] = {}
    acts: dict[str, list[date]] = {}
    stated = ""
    table = read_table(path, _CSV_NEEDED, delimiter=";", encoding=options.encoding, faults=faults)
    for row, cells in table:
        stated = stated or cells.get("filegenerationdate", "")
        key = cells["entity_logicalid"]
        if key not in drafts:
            number = cells.get("entity_eu_referencenumber") or key
            subject = cells.get("entity_subjecttype", "")
            if party_kind(subject) is PartyKind.UNKNOWN:
                subject = cells.get("entity_subjecttype_classificationcode", "")
            drafts[key] = _draft(options, number, subject, row, faults)
            acts[key] = []
        draft = drafts[key]
        _name(draft, _group(cells, "namealias"), "alias")
        draft.program(cells.get("entity_regulation_programme", ""))
        draft.listed_from = draft.listed_from or day(cells.get("entity_designationdate", ""))
        for column, value in cells.items():
            if column.endswith("_publicationdate") and (published := day(value)):
                acts[key].append(published)
        _country(draft, _group(cells, "citizenship"))
        birth = _group(cells, "birthdate")
        _birth(draft, birth)
        _country(draft, birth)
        _address(draft, _group(cells, "address"))
        _identification(draft, _group(cells, "identification"))
        draft.remark(cells.get("entity_designationdetails", ""))
        draft.remark(cells.get("entity_remark", ""))
    for key, draft in drafts.items():
        draft.listed_from = draft.listed_from or min(acts[key], default=None)
    parties = finished(drafts.values(), faults)
    return ParsedList("parties", day(stated), parties, faults=faults.said())


def _group(cells: dict[str, str], group: str) -> dict[str, str]:
    """The columns of one group under the names that the XML has for them."""
    return {
        attribute: cells.get(f"{group}_{_CSV_NAMES.get(attribute, attribute).lower()}", "")
        for attribute in _ATTRIBUTES
    }


_ATTRIBUTES = (
    "wholeName", "firstName", "middleName", "lastName", "countryIso2Code", "countryDescription",
    "birthdate", "dayOfMonth", "monthOfYear", "year", "yearRangeFrom", "yearRangeTo", "number",
    "identificationTypeCode", "identificationTypeDescription", *_ADDRESS,
)  # fmt: skip
_CSV_NAMES = {
    "dayOfMonth": "Day",
    "monthOfYear": "Month",
    "identificationTypeCode": "TypeCode",
    "identificationTypeDescription": "TypeDescription",
}


def _name(draft: Draft, values: Mapping[str, str], name_type: str) -> None:
    parts = (values.get(p, "") for p in ("firstName", "middleName", "lastName"))
    draft.name(values.get("wholeName") or " ".join(p for p in parts if p), name_type)


def _country(draft: Draft, values: Mapping[str, str]) -> None:
    code = values.get("countryIso2Code", "")
    draft.country(code if code not in ("", "00") else values.get("countryDescription", ""))


def _birth(draft: Draft, values: Mapping[str, str]) -> None:
    first, last = values.get("yearRangeFrom"), values.get("yearRangeTo")
    year, month = values.get("year", ""), values.get("monthOfYear", "")
    if values.get("birthdate"):
        draft.birth(values["birthdate"])
    elif year:
        draft.birth(f"{year}-{month.zfill(2)}" if month else year)
    elif first and last:
        draft.birth(f"{first} to {last}")


def _address(draft: Draft, values: Mapping[str, str]) -> None:
    known = [values[p] for p in _ADDRESS if values.get(p)]
    _country(draft, values)
    country = values.get("countryDescription", "")
    if known:
        draft.address(", ".join([*known, country] if country != "UNKNOWN" else known))


def _identification(draft: Draft, values: Mapping[str, str]) -> None:
    label = values.get("identificationTypeDescription") or values.get("identificationTypeCode", "")
    draft.identifier(label, values.get("number", ""))

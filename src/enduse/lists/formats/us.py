"""The US Consolidated Screening List in its layouts, and the Denied Persons List alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from enduse.errors import InputError
from enduse.lists.formats.dates import day
from enduse.lists.formats.delimited import read_table
from enduse.lists.formats.draft import Draft, finished, party_kind
from enduse.lists.formats.faults import Faults
from enduse.lists.formats.json_documents import read_json, words
from enduse.lists.formats.recognise import is_json, wrong_kind
from enduse.lists.parsed import ParsedList, ReadOptions
from enduse.model import PartyKind


@dataclass(frozen=True, slots=True)
class CslList:
    """One of the lists that the Consolidated Screening List gathers."""

    name: str
    """What stands after 'us-csl/' in a list's name."""
    title: str
    """The list's title in the file."""
    measure: str
    """What follows for whoever is on it."""


CSL_LISTS = (
    CslList("SDN", "Specially Designated Nationals (SDN) - Treasury Department", "Asset freeze"),
    CslList(
        "Entity List",
        "Entity List (EL) - Bureau of Industry and Security",
        "Export control: licence required",
    ),
    CslList(
        "Denied Persons List",
        "Denied Persons List (DPL) - Bureau of Industry and Security",
        "Denial of export privileges",
    ),
    CslList(
        "ITAR Debarred",
        "ITAR Debarred (DTC) - State Department",
        "Debarment from defence exports",
    ),
    CslList(
        "Unverified List",
        "Unverified List (UVL) - Bureau of Industry and Security",
        "Export control: end use not verified",
    ),
    CslList(
        "Military End User List",
        "Military End User (MEU) List - Bureau of Industry and Security",
        "Export control: military end user",
    ),
    CslList(
        "SSI",
        "Sectoral Sanctions Identifications List (SSI) - Treasury Department",
        "Sectoral sanctions",
    ),
    CslList(
        "Nonproliferation Sanctions",
        "Nonproliferation Sanctions (ISN) - State Department",
        "Nonproliferation sanctions",
    ),
    CslList(
        "PLC",
        "Palestinian Legislative Council List (PLC) - Treasury Department",
        "Financial restrictions",
    ),
    CslList(
        "CMIC",
        "Non-SDN Chinese Military-Industrial Complex Companies List (CMIC) - Treasury Department",
        "Investment ban",
    ),
    CslList(
        "MBS",
        "Non-SDN Menu-Based Sanctions List (NS-MBS List) - Treasury Department",
        "Menu-based sanctions",
    ),
    CslList(
        "CAPTA", "Capta List (CAP) - Treasury Department", "Correspondent account restrictions"
    ),
    CslList("FSE", "Foreign Sanctions Evaders (FSE) - Treasury Department", "Transaction ban"),
)
_BY_TITLE = {csl.title: csl for csl in CSL_LISTS}
_BRACKETED = re.compile(r"\(([A-Z-]+)")
_BY_SHORT = {m[1]: csl for csl in CSL_LISTS if (m := _BRACKETED.search(csl.title))}
_DPL = _BY_SHORT["DPL"]
_LINK = "https://www.bis.gov/licensing/end-user-guidance/denied-persons-list-dpl"


def read_csl_flat(path: Path, options: ReadOptions) -> ParsedList:
    """The Consolidated Screening List as one trimmed table of parties, 12 lists in it.

    A party of a list without numbers (Entity List, Denied Persons …) has its name as record id.

    Raises
    ------
    InputError
        If the file is of another kind or cut off.
    """
    faults = Faults()
    needed = ("name", "alt_names", "source_list", "countries", "entity_number", "programmes")
    drafts = []
    for row, cells in read_table(path, needed, encoding=options.encoding, faults=faults):
        draft = _draft(options, cells["source_list"], cells["entity_number"], row, faults)
        draft.kind = party_kind(cells.get("type", ""))
        draft.source_url = cells.get("source_url") or None
        draft.name(cells["name"], "primary")
        _alt_names(draft, _split(cells["alt_names"]))
        for programme in _split(cells["programmes"]):
            draft.program(programme)
        for country in cells["countries"].split(";"):
            draft.country(country)
        _licence(draft, cells.get("licence_requirement", ""), cells.get("licence_policy", ""))
        drafts.append(draft)
    return _answer(drafts, faults)


def read_us_csl(path: Path, options: ReadOptions) -> ParsedList:
    """The Consolidated Screening List as trade.gov publishes it, CSV or JSON.

    Raises
    ------
    InputError
        If the file is of another kind, cut off, or one page of a search.
    """
    faults = Faults()
    records = _csl_json(path) if is_json(path) else _csl_csv(path, options, faults)
    drafts = []
    for row, record in records:
        draft = _draft(options, record["source"], record["entity_number"], row, faults)
        draft.kind = party_kind(record["type"])
        draft.name(record["name"], "primary")
        _alt_names(draft, record.many("alt_names"))
        for programme in record.many("programs"):
            draft.program(programme)
        for address in record.many("addresses"):
            _address(draft, address)
        for column in ("citizenships", "nationalities", "vessel_flag", "country"):
            for country in record.many(column):
                draft.country(country)
        for place in record.many("places_of_birth"):
            draft.place(place)
        for birth in record.many("dates_of_birth"):
            draft.birth(birth)
        for label, value in record.ids():
            draft.identifier(label, value)
        draft.identifier("call_sign", record["call_sign"])
        draft.listed_from, draft.listed_to = day(record["start_date"]), day(record["end_date"])
        draft.source_url = record["source_list_url"] or None
        draft.remark(record["title"])
        draft.remark(record["remarks"])
        draft.remark(record["federal_register_notice"])
        _licence(draft, record["license_requirement"], record["license_policy"])
        drafts.append(draft)
    return _answer(drafts, faults)


def read_bis_dpl(path: Path, options: ReadOptions) -> ParsedList:
    """The Denied Persons List of the Bureau of Industry and Security, tab-separated.

    Every row is a record: a person with several addresses has several.

    Raises
    ------
    InputError
        If the file is of another kind or cut off.
    """
    faults = Faults()
    needed = ("Name", "Street_Address", "Country", "Effective_Date", "Expiration_Date")
    table = read_table(path, needed, delimiter="\t", encoding=options.encoding, faults=faults)
    drafts = []
    for row, cells in table:
        draft = Draft(options.list_name or "bis-dpl", "", row, PartyKind.UNKNOWN, faults)
        draft.measure, draft.source_url = _DPL.measure, _LINK
        draft.name(cells["name"], "primary")
        parts = ("street_address", "city", "state", "postal_code", "country")
        draft.address(", ".join(p for p in (cells.get(c, "") for c in parts) if p))
        draft.country(cells["country"])
        draft.listed_from = _american(draft, cells["effective_date"])
        draft.listed_to = _american(draft, cells["expiration_date"])
        if cells.get("standard_order") == "N":
            draft.remark("Not a standard order: see the Federal Register for its terms.")
        draft.remark(cells.get("action", ""))
        draft.remark(cells.get("fr_citation", ""))
        drafts.append(draft)
    return ParsedList("parties", parties=finished(drafts, faults), faults=faults.said())


class _Record:
    """One party of trade.gov's file, CSV or JSON, asked in one way."""

    def __init__(self, cells: Mapping[str, object]) -> None:
        self._cells = cells

    def __getitem__(self, column: str) -> str:
        value = self._cells.get(column)
        return "" if value is None else str(value)

    def many(self, column: str) -> list[str]:
        value = self._cells.get(column)
        if not isinstance(value, list):
            return _split(self[column])
        parts = ("address", "city", "state", "postal_code", "country")
        return [
            ", ".join(t for p in parts for t in words(v.get(p))) if isinstance(v, dict) else str(v)
            for v in value
        ]

    def ids(self) -> Iterator[tuple[str, str]]:
        """Label and number; the CSV writes 'US, 80-0890696, Tax ID No.', the country optional."""
        value = self._cells.get("ids")
        if isinstance(value, list):
            for entry in (v for v in value if isinstance(v, dict)):
                yield str(entry.get("type") or ""), str(entry.get("number") or "")
            return
        for one in _split(self["ids"]):
            number, _, label = one.rpartition(", ")
            if label not in _NO_IDENTIFIERS and label[-1:] not in ":-" and re.search(r"\d", number):
                yield label, re.sub(r"^[A-Z]{2}, ", "", number)


_NO_IDENTIFIERS = {"Website", "Email Address", "Phone Number", "Gender"}


def _csl_csv(path: Path, options: ReadOptions, faults: Faults) -> Iterator[tuple[int, _Record]]:
    needed = ("source", "entity_number", "type", "programs", "name", "addresses", "alt_names")
    for row, cells in read_table(path, needed, encoding=options.encoding, faults=faults):
        yield row, _Record(cells)


def _csl_json(path: Path) -> Iterator[tuple[int, _Record]]:
    document = read_json(path)
    results = document.get("results") if isinstance(document, dict) else document
    expected = "trade.gov's Consolidated Screening List (JSON with 'results')"
    if not isinstance(results, list):
        raise wrong_kind(path, expected)
    total = document.get("total") if isinstance(document, dict) else None
    if isinstance(total, int) and total > len(results):
        raise InputError(
            f"{path} holds {len(results)} of {total} results: a page of a search, not the list.",
            hint="Download consolidated.json, the whole list.",
        )
    for number, result in enumerate(results, start=1):
        if not isinstance(result, dict) or "source" not in result or "name" not in result:
            raise wrong_kind(path, expected)
        yield number, _Record(result)


def _draft(options: ReadOptions, title: str, number: str, row: int, faults: Faults) -> Draft:
    bracketed = _BRACKETED.search(title)
    csl = _BY_TITLE.get(title) or _BY_SHORT.get(bracketed[1] if bracketed else "")
    if csl is None:
        name = title.partition(" - ")[0] or "unnamed"
        faults.count("list not known, its title taken as its name", row, title)
    else:
        name = csl.name
    list_name = f"{options.list_name or 'us-csl'}/{name}"
    draft = Draft(list_name, number, row, PartyKind.UNKNOWN, faults)
    draft.measure = csl.measure if csl else None
    return draft


def _alt_names(draft: Draft, names: Iterable[str]) -> None:
    for name in names:
        draft.name(name.removeprefix("and "))


def _address(draft: Draft, address: str) -> None:
    before, _, code = address.rpartition(",")
    if re.fullmatch(r" ?[A-Z]{2}", code):
        draft.country(code)
    if before or len(code) > 2:
        draft.address(address)


def _licence(draft: Draft, requirement: str, policy: str) -> None:
    if requirement:
        draft.remark(f"Licence requirement: {requirement}")
    if policy:
        draft.remark(f"Licence policy: {policy}")


def _american(draft: Draft, text: str) -> date | None:
    found = day(text, month_first=True)
    if text and found is None:
        draft.faults.count("date not understood, left out", draft.row, text)
    return found


def _answer(drafts: list[Draft], faults: Faults) -> ParsedList:
    congos = [d for d in drafts if "CG" in d.countries]
    if congos and not any("CD" in d.countries for d in drafts):
        for draft in congos:
            draft.countries["CD"] = None
        faults.say(
            f"the code CG stands for both Congos here (CD is nowhere used): read as both, in"
            f" {len(congos)} records, the first in row {congos[0].row}"
        )
    return ParsedList("parties", parties=finished(drafts, faults), faults=faults.said())


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]

"""Annexes of EU regulations as the Official Journal prints them, one table a regulation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from enduse.lists.formats.dates import day
from enduse.lists.formats.delimited import read_table
from enduse.lists.formats.draft import Draft, finished, party_kind
from enduse.lists.formats.faults import Faults
from enduse.lists.formats.ftm_properties import IDENTIFIERS
from enduse.lists.formats.name_text import parts
from enduse.lists.formats.recognise import wrong_kind
from enduse.lists.parsed import ParsedList, ParsedParty, ReadOptions
from enduse.model import PartyKind

_NEEDED = ("recordId", "programKey", "annex", "measure", "startDate", "schema", "name", "alias")
_LINK = "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:"
_NAMES = (
    ("name", "primary"),
    ("alias", "alias"),
    ("weakalias", "weak_alias"),
    ("previousname", "former"),
)


def read_eu_journal(path: Path, options: ReadOptions) -> ParsedList:
    """One table, or a folder of them; each regulation, by its CELEX number, is a list.

    The record id is the annex and the number in it: 'IV/1'. Ports, airports, zones and
    currencies are no parties and are left out, each named among the faults.

    Raises
    ------
    InputError
        If a file is of another kind or cut off, or a folder holds no table.
    """
    tables = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    if not tables:
        raise wrong_kind(path, "a folder of tables, one a regulation: 32014R0833.csv …")
    parties: list[ParsedParty] = []
    said: list[str] = []
    empty: list[str] = []
    for table in tables:
        faults = Faults()
        drafts = list(_drafts(table, options, faults))
        if not drafts:
            empty.append(table.name)
        parties += finished(drafts, faults)
        said += (f"{table.name}: {fault}" for fault in faults.said())
    if empty:
        said.append(f"tables that hold no entry ({len(empty)}): {', '.join(empty)}")
    return ParsedList("parties", parties=tuple(parties), faults=tuple(said))


def _drafts(path: Path, options: ReadOptions, faults: Faults) -> Iterator[Draft]:
    seen: set[str] = set()
    for row, cells in read_table(path, _NEEDED, encoding=options.encoding, faults=faults):
        if cells["schema"] == "Asset":
            faults.count("an asset and no party, left out", row, cells["name"])
            continue
        number = f"{cells['annex']}/{cells['recordid'] or cells['name']}"
        if not cells["recordid"]:
            faults.count("no number in the annex, its name taken instead", row)
        elif number in seen:
            faults.count("number given twice in an annex, both kept", row, number)
        seen.add(number)
        yield _draft(options, cells, number, row, faults)


def _draft(
    options: ReadOptions, cells: dict[str, str], number: str, row: int, faults: Faults
) -> Draft:
    celex = cells.get("celex") or cells.get("amendmentcelex", "")
    # A 'legal person, entity or body' of an annex is an organization.
    legal_entity = cells["schema"] == "LegalEntity"
    kind = PartyKind.ORGANIZATION if legal_entity else party_kind(cells["schema"])
    draft = Draft(f"{options.list_name or 'eu-journal'}/{celex}", number, row, kind, faults)
    draft.measure = cells["measure"] or None
    draft.source_url = f"{_LINK}{celex}"
    draft.listed_from = day(cells["startdate"])
    if cells["startdate"] and draft.listed_from is None:
        faults.count("date not understood, left out", row, cells["startdate"])
    draft.program(cells["programkey"])
    for column, name_type in _NAMES:
        draft.written(cells.get(column, ""), name_type)
    for column in ("nationality", "country", "jurisdiction", "flag"):
        draft.country(cells.get(column, ""))
    for address in parts(cells.get("address", "")):
        draft.address(address)
    for place in parts(cells.get("birthplace", "")):
        draft.place(place)
    draft.birth(cells.get("birthdate", ""))
    for column, kind_of_number in IDENTIFIERS.items():
        cell = cells.get(column.lower(), "")
        if kind_of_number in ("passport", "national_id", "tax", "registration"):
            draft.numbers(kind_of_number, cell)
        else:
            draft.identifier(kind_of_number, cell)
    draft.remark(cells.get("notes", ""))
    draft.remark(cells.get("reason", ""))
    if amended := cells.get("amendedcelex"):
        draft.remark(f"Amends {amended}.")
    return draft

"""The lists of the US Office of Foreign Assets Control in its legacy tables.

The tables have no header, or one that strangers added; columns go by their place (data
specification of the SDN list, 2023): number, name, type, programme, title, call sign, vessel
type, tonnage, gross tonnage, flag, owner, remarks. '-0-' means that there is nothing. What is
known of a party beyond that stands in the remarks, in set phrases that semicolons part.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from enduse.errors import InputError
from enduse.lists.formats.delimited import read_rows, whole_rows
from enduse.lists.formats.draft import Draft, finished, party_kind
from enduse.lists.formats.faults import Faults
from enduse.lists.formats.identifiers import ofac_identifier
from enduse.lists.formats.ofac_advanced import read_advanced
from enduse.lists.formats.recognise import is_xml, member, needed_member, wrong_kind
from enduse.lists.parsed import ParsedList, ReadOptions
from enduse.model import PartyKind


@dataclass(frozen=True, slots=True)
class _Publication:
    """One of OFAC's lists and the names of its files."""

    name: str
    title: str
    link: str
    measure: str | None
    parties: str
    aliases: tuple[str, ...]
    addresses: tuple[str, ...]
    comments: str
    advanced: str


_SITE = "https://sanctionslist.ofac.treas.gov/Home"
_SDN = _Publication(
    "ofac-sdn",
    "OFAC's SDN list",
    f"{_SITE}/SdnList",
    "Asset freeze",
    "sdn.csv",
    ("alt.csv", "sdn_alt.csv"),
    ("add.csv", "sdn_add.csv", "sdn_address.csv"),
    "sdn_comments.csv",
    "sdn_advanced.xml",
)
_CONSOLIDATED = _Publication(
    "ofac-consolidated",
    "OFAC's consolidated list",
    f"{_SITE}/ConsolidatedList",
    None,
    "cons_prim.csv",
    ("cons_alt.csv",),
    ("cons_add.csv",),
    "cons_comments.csv",
    "cons_advanced.xml",
)
_ALIAS_TYPES = {"aka": "alias", "fka": "former", "nka": "alias"}
_QUOTED = re.compile(r"^\(?([afn])\.k\.a\.,? ['‘\"](.+)['’\"]")
_COUNTRY = re.compile(
    r"^(?:alt\. )?(?:nationality of registration|nationality|citizen|(?:former |other )?vessel flag)\s+(.+)$",
    re.IGNORECASE,
)
_ISSUER = re.compile(r"\(([A-Z][^()]+)\)")
_BORN = re.compile(r"^(?:alt\. )?(DOB|POB)\s+(.+)$")


def read_ofac_sdn(path: Path, options: ReadOptions) -> ParsedList:
    """OFAC's list of Specially Designated Nationals.

    Parameters
    ----------
    path
        A folder with sdn.csv and, as far as they are there, alt.csv, add.csv (or
        sdn_address.csv) and sdn_comments.csv; or sdn.csv alone; or SDN_ADVANCED.XML.

    Raises
    ------
    InputError
        If a file is of another kind or cut off.
    """
    return _read(_SDN, path, options)


def read_ofac_consolidated(path: Path, options: ReadOptions) -> ParsedList:
    """OFAC's other lists in one: cons_prim.csv and the files beside it, or CONS_ADVANCED.XML.

    Raises
    ------
    InputError
        If a file is of another kind or cut off.
    """
    return _read(_CONSOLIDATED, path, options)


def _read(publication: _Publication, path: Path, options: ReadOptions) -> ParsedList:
    list_name = options.list_name or publication.name
    parties, folder = path, path if path.is_dir() else None
    if folder:
        expected = f"{publication.parties} or {publication.advanced.upper()}"
        parties = needed_member(folder, expected, publication.parties, publication.advanced)
    if is_xml(parties):
        return read_advanced(parties, list_name, publication.link)
    faults = Faults()
    more = _comments(folder and member(folder, publication.comments), options, faults)
    drafts = list(_parties(publication, parties, list_name, more, options, faults))
    if not drafts:
        raise wrong_kind(parties, _expected(publication.title, 12))
    by_number = defaultdict(list)
    for draft in drafts:
        by_number[draft.record_id].append(draft)
    aliases = folder and member(folder, *publication.aliases)
    for draft, cells in _details(aliases, "aliases", 5, by_number, options, faults):
        draft.name(cells[3], _ALIAS_TYPES.get(cells[2], "alias"))
    addresses = folder and member(folder, *publication.addresses)
    for draft, cells in _details(addresses, "addresses", 6, by_number, options, faults):
        draft.address(", ".join(c for c in cells[2:5] if c))
        draft.country(cells[4])
    for number, same in by_number.items():
        if len(same) > 1:
            rows = " and ".join(str(d.row) for d in same)
            faults.say(
                f"rows {rows}: the id {number} is given to {len(same)} parties; all are kept, and"
                " each has the aliases and addresses of that id"
            )
    return ParsedList("parties", parties=finished(drafts, faults), faults=faults.said())


def _parties(
    publication: _Publication,
    path: Path,
    list_name: str,
    more: dict[str, str],
    options: ReadOptions,
    faults: Faults,
) -> Iterator[Draft]:
    for row, cells in _rows(path, publication.title, 12, options, faults):
        number, name, kind, programme, title, call_sign, vessel, _, _, flag, owner, remarks = cells
        # '-0-' in the column of types stands for an entity.
        draft = Draft(
            list_name,
            number,
            row,
            party_kind(kind) if kind else PartyKind.ORGANIZATION,
            faults,
            measure=publication.measure,
            source_url=publication.link,
        )
        draft.name(name, "primary")
        for one in programme.split("] ["):
            draft.program(one.strip("[] "))
        draft.country(flag)
        draft.identifier("call_sign", call_sign)
        _read_remarks(draft, f"{remarks} {more.get(number, '')}")
        for label, text in (("Title", title), ("Vessel type", vessel), ("Owner", owner)):
            if text and text not in remarks:
                draft.remark(f"{label}: {text}")
        yield draft


def _read_remarks(draft: Draft, remarks: str) -> None:
    """Take what OFAC's remarks say of a party: names, births, countries, identifiers."""
    remarks = remarks.strip()
    draft.remark(remarks)
    for part in remarks.removesuffix(".").split(";"):
        part = part.strip()
        if match := _QUOTED.match(part):
            draft.name(match[2], "former" if match[1] == "f" else "weak_alias")
        elif match := _COUNTRY.match(part):
            draft.country(match[1])
        elif match := _BORN.match(part):
            draft.birth(match[2]) if match[1] == "DOB" else draft.place(match[2])
        elif found := ofac_identifier(part):
            draft.identifier(*found)
            for issuer in _ISSUER.findall(part):
                draft.place(issuer)


def _comments(path: Path | None, options: ReadOptions, faults: Faults) -> dict[str, str]:
    """Remarks too long for the main table go on in a table of their own."""
    if path is None:
        return {}
    more: dict[str, str] = defaultdict(str)
    for _, cells in _rows(path, "its table of comments", 2, options, faults):
        more[cells[0]] += f" {cells[1]}"
    return more


def _rows(
    path: Path, title: str, width: int, options: ReadOptions, faults: Faults
) -> Iterator[tuple[int, list[str]]]:
    rows = read_rows(path, encoding=options.encoding, faults=faults)
    numbered = False
    for row, cells in whole_rows(path, rows, width, faults):
        cells = [c if (c := cell.strip()) != "-0-" else "" for cell in cells[:width]]
        if cells[0].isdigit():
            numbered = True
            yield row, cells
        elif numbered:
            raise InputError(
                f"{path}, row {row}: '{cells[0][:40]}' stands where the party's number should.",
                hint="The file is damaged; download the list again.",
            )
        elif row > 1:  # Row 1 may be a header.
            raise wrong_kind(path, _expected(title, width))


def _expected(title: str, width: int) -> str:
    return f"{title} ({width} columns, a number in the first)"


def _details(
    path: Path | None,
    what: str,
    width: int,
    by_number: dict[str, list[Draft]],
    options: ReadOptions,
    faults: Faults,
) -> Iterator[tuple[Draft, list[str]]]:
    """Rows of a table beside the main one, each with every party that has its number."""
    if path is None:
        faults.say(f"no table of {what} was given; only those in the remarks are known")
        return
    for row, cells in _rows(path, f"its table of {what}", width, options, faults):
        owners = by_number.get(cells[0], [])
        if not owners:
            where = f"{path.name} row {row}"
            faults.count(f"{what} of a party that is not listed, left out", where, cells[0])
        for draft in owners:
            yield draft, cells

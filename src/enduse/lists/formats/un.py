"""The consolidated list of the United Nations Security Council."""

from __future__ import annotations

from pathlib import Path

from enduse.lists.formats.dates import day
from enduse.lists.formats.draft import Draft, finished
from enduse.lists.formats.faults import Faults
from enduse.lists.formats.identifiers import identifier_type
from enduse.lists.formats.xml_stream import Element, elements, local_name, text_of, texts_of
from enduse.lists.parsed import ParsedList, ReadOptions
from enduse.model import PartyKind

_LINK = "https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list"
_WHAT = "the consolidated list of the UN Security Council"
_QUALITY = {"low": "weak_alias", "f.k.a.": "former"}
_ADDRESS = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY")


def read_un_sc(path: Path, options: ReadOptions) -> ParsedList:
    """Individuals and entities of the official XML; the record id is the permanent reference.

    Raises
    ------
    InputError
        If the file is of another kind or cut off.
    """
    faults = Faults()
    stream = elements(path, "CONSOLIDATED_LIST", ("INDIVIDUAL", "ENTITY"), _WHAT)
    stated = day(next(stream).get("dateGenerated", ""))
    drafts = [
        _draft(element, options.list_name or "un-sc", row, faults)
        for row, element in enumerate(stream, start=1)
    ]
    return ParsedList("parties", stated, finished(drafts, faults), faults=faults.said())


def _draft(element: Element, list_name: str, row: int, faults: Faults) -> Draft:
    tag = local_name(element)
    kind = PartyKind.PERSON if tag == "INDIVIDUAL" else PartyKind.ORGANIZATION
    number = text_of(element, "REFERENCE_NUMBER") or text_of(element, "DATAID")
    draft = Draft(list_name, number, row, kind, faults, source_url=_LINK)
    names = (text_of(element, f"{n}_NAME") for n in ("FIRST", "SECOND", "THIRD", "FOURTH"))
    draft.written(" ".join(name for name in names if name), "primary")
    draft.name(text_of(element, "NAME_ORIGINAL_SCRIPT"), "original_script")
    for alias in element.iterfind(f"{{*}}{tag}_ALIAS"):
        earlier = "listed as" in text_of(alias, "NOTE")
        quality = _QUALITY.get(text_of(alias, "QUALITY").lower(), "alias")
        draft.written(text_of(alias, "ALIAS_NAME"), "former" if earlier else quality)
    draft.program(text_of(element, "UN_LIST_TYPE"))
    draft.listed_from = day(text_of(element, "LISTED_ON"))
    for country in texts_of(element, "NATIONALITY", "VALUE"):
        draft.country(country)
    for address in element.iterfind(f"{{*}}{tag}_ADDRESS"):
        draft.country(text_of(address, "COUNTRY"))
        draft.address(", ".join(t for part in _ADDRESS for t in texts_of(address, part)))
    for country in texts_of(element, "INDIVIDUAL_PLACE_OF_BIRTH", "COUNTRY"):
        draft.country(country)
    for birth in element.iterfind("{*}INDIVIDUAL_DATE_OF_BIRTH"):
        draft.birth(_birth(birth))
    for document in element.iterfind("{*}INDIVIDUAL_DOCUMENT"):
        label = text_of(document, "TYPE_OF_DOCUMENT2") or text_of(document, "TYPE_OF_DOCUMENT")
        draft.numbers(identifier_type(label), text_of(document, "NUMBER"))
    draft.remark(text_of(element, "COMMENTS1"))
    return draft


def _birth(element: Element) -> str:
    first, last = text_of(element, "FROM_YEAR"), text_of(element, "TO_YEAR")
    if first and last:
        return f"{first} to {last}"
    exact = text_of(element, "DATE") or text_of(element, "YEAR")
    return exact or text_of(element, "NOTE")

"""The US Commerce Control List: 15 CFR Part 774, Supplement No. 1."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from enduse.errors import InputError
from enduse.lists.formats.outline import items_among
from enduse.lists.formats.recognise import is_json, opening, wrong_kind
from enduse.lists.formats.xml_stream import elements
from enduse.lists.parsed import ParsedList, ReadOptions
from enduse.model import CONTROL_ENTRIES

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_HEADING = re.compile(r"(\d[A-E]\d{3})\b[\s.:–—-]*(.*)", re.DOTALL)
_DESIGNATOR = re.compile(
    r"(?:((?:[a-z]{1,2}|\d{1,2})(?:\.(?:[a-z]{1,2}|\d{1,3}))*)\.|([a-z](?:\.(?:[a-z]|\d{1,2}))+))"
    r"\s+(\S.*)",
    re.DOTALL,
)
"""'a. Text' or 'a.1.b. Text'; some paragraphs lack the last dot: 'z.1.b Text'."""
_REASON = re.compile(r"reasons? for control\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)
_ITEMS = re.compile(r"items\s*:?\s*(.*)", re.IGNORECASE | re.DOTALL)
_ITEMS_BEGIN = "list of items controlled"
_ROOT = re.compile(
    r"(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>|\s)*"
    r"<(DIV[1-9]|ECFR|DLPSTEXTCLASS)\b",
    re.DOTALL,
)
_SUPPLEMENT = re.compile(r"supplement no\. 1( to part 774)?", re.IGNORECASE)
_BETWEEN_ENTRIES = re.compile(r"(Category\s+\d|[A-E]\.\s|Part\s+\d|Annex\b|I{1,3}\.\s)")


@dataclass(slots=True)
class _Entry:
    eccn: str
    heading: str
    reasons: str | None = None
    paragraphs: list[tuple[str | None, str, bool]] = field(default_factory=list)
    """(designator, text, whether it can be an item)."""

    def rows(self) -> Iterator[dict[str, str | None]]:
        yield self._row(None, self.heading)
        can_be = [d if possible else None for d, _, possible in self.paragraphs]
        for (designator, text, _), is_item in zip(
            self.paragraphs, items_among(can_be), strict=True
        ):
            if is_item:
                yield self._row(designator, text)
            else:
                yield self._row(f"note {designator}" if designator else "note", text)

    def _row(self, paragraph: str | None, text: str) -> dict[str, str | None]:
        return {
            "entry": self.eccn,
            "paragraph": paragraph,
            "text": text,
            "reasons": self.reasons,
        }


def read_us_ccl(path: Path, options: ReadOptions) -> ParsedList:
    """Read the Commerce Control List: eCFR XML of the part or supplement, or ``ccl.json``.

    A row for each heading (paragraph null), item (its letters and numbers) and note (paragraph
    'note', 'note a', 'note 1' …: notes begin their letters anew, so that 'a' alone is the item).

    Raises
    ------
    InputError
        If the file is something else, or is cut off.
    """
    entries, stated = _from_json(path) if is_json(path) else (_from_xml(path), None)
    if not entries:
        raise wrong_kind(path, "Supplement No. 1 to Part 774 of Title 15, with its entries")
    seen: set[str] = set()
    faults = []
    for number, entry in enumerate(entries, 1):
        if entry.eccn in seen:
            faults.append(f"entry {number}: {entry.eccn} stands there twice; both kept")
        seen.add(entry.eccn)
    schema = pa.schema([f for f in CONTROL_ENTRIES if f.name not in ("list", "version")])
    table = pa.Table.from_pylist([r for entry in entries for r in entry.rows()], schema=schema)
    return ParsedList("control", stated, table=table, faults=tuple(faults))


def _from_json(path: Path) -> tuple[list[_Entry], date | None]:
    try:
        known = json.loads(path.read_bytes())
        entries = [_json_entry(e) for e in known["entries"]]
        stated = known.get("ecfrIssueDate")
        return entries, date.fromisoformat(stated) if stated else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(
            f"{path} cannot be read as a Commerce Control List in JSON: {error!r}.",
            hint="It may be cut off, or another file; get it again.",
        ) from error


def _json_entry(known: dict[str, Any]) -> _Entry:
    entry = _Entry(str(known["eccn"]), str(known["heading"]), known.get("reasonForControl"))
    for item in known.get("items") or ():
        designator, text, can_be_item = item["paragraph"], str(item["text"]), item["kind"] != "note"
        if designator is None:
            designator, text = _parted(text)
        elif not _DESIGNATOR.fullmatch(f"{designator}. …"):
            can_be_item = False
        entry.paragraphs.append((designator, text, can_be_item))
    return entry


def _from_xml(path: Path) -> list[_Entry]:
    root = _ROOT.match(opening(path))
    if root is None:
        raise wrong_kind(path, "the Commerce Control List as XML of the eCFR, or ccl.json")
    entries: list[_Entry] = []
    supplements = elements(path, root[1], ("DIV9",), "a part or supplement from the eCFR")
    next(supplements)  # the root's start
    for supplement in supplements:
        if _SUPPLEMENT.fullmatch(supplement.get("N", "")):
            entries += _entries(supplement)
    return entries


def _entries(supplement: Element) -> list[_Entry]:
    entries: list[_Entry] = []
    within = False
    items_began = False
    for tag, text, starts_bold, in_note in _blocks(supplement):
        heading = _HEADING.fullmatch(text) if starts_bold and tag.startswith("FP") else None
        if heading:
            entries.append(_Entry(heading[1], heading[2] or heading[1]))
            within, items_began = True, False
        elif tag.startswith("HD") and _BETWEEN_ENTRIES.match(text):
            within = False
        elif not within:
            continue
        elif text.lower().startswith(_ITEMS_BEGIN):
            items_began = True
        elif reason := _REASON.fullmatch(text):
            entries[-1].reasons = reason[1]
        elif tag == "TR" and not items_began:
            continue
        else:
            _add(entries[-1], tag, text, items_began and not in_note and tag != "TR")
    return entries


def _add(entry: _Entry, tag: str, text: str, can_be_item: bool) -> None:
    """Add a paragraph; labelled lines (licence exceptions, related controls) are left out."""
    if tag.startswith("FP"):
        items = _ITEMS.fullmatch(text)
        if items is None or not items[1]:
            return
        text = items[1]
    elif tag.startswith("HD"):
        return
    designator, text = _parted(text)
    entry.paragraphs.append((designator, text, can_be_item))


def _parted(text: str) -> tuple[str | None, str]:
    """The designator that a paragraph begins with, and the rest."""
    match = _DESIGNATOR.fullmatch(text)
    return (match[1] or match[2], match[3]) if match else (None, text)


def _blocks(element: Element, in_note: bool = False) -> Iterator[tuple[str, str, bool, bool]]:
    """(tag, text, whether it starts in bold, whether it stands in a note), in document order."""
    for child in element.iterchildren(tag="*"):
        tag = str(child.tag)
        if tag in ("P", "FP", "FP-1", "FP-2", "HD1", "HD2", "HD3", "TR"):
            text = " ".join(_text(child).split())
            first = next(child.iterchildren("*"), None)
            starts_bold = (
                first is not None
                and first.tag in ("B", "STRONG")
                and not (child.text or "").strip()
            )
            if text:
                yield tag, text, starts_bold, in_note
        elif tag not in ("HEAD", "HED", "CITA", "EDNOTE", "SECAUTH"):
            yield from _blocks(child, in_note or tag == "NOTE")


def _text(element: Element) -> str:
    """The text in it, with exponents marked by ^ and cells of a table set apart."""
    parts = [element.text or ""]
    for child in element.iterchildren():
        if isinstance(child.tag, str):
            raised = child.tag.upper() in ("SU", "SUP") or child.get("T") == "51"
            parts += ["^" if raised else "", _text(child)]
            parts.append(" | " if child.tag in ("TD", "TH") else "")
        parts.append(child.tail or "")
    return "".join(parts)

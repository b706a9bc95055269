"""Which format a file or folder has, so that a list can be imported without naming it."""

from __future__ import annotations

import re
from pathlib import Path

from enduse.errors import InputError
from enduse.lists.formats.recognise import listed_files, opening

_FOLDERS = (
    ("ofac-sdn", {"sdn.csv"}),
    ("ofac-consolidated", {"cons_prim.csv"}),
    ("uk-sanctions", {"subjects.csv", "subject_names.csv"}),
)
"""Files that a folder of each format holds; names in lower case."""

_CELEX_FILE = re.compile(r"3\d{4}[rd]\d{4}\.csv")

_XML_ROOTS = (
    ("un-sc", r"CONSOLIDATED_LIST"),
    ("uk-sanctions", r"Designations"),
    ("eu-fsf", r"export\b[^>]*fsd|export\b[^>]*generationDate"),
    ("us-ccl", r"DIV[1-9]|ECFR|DLPSTEXTCLASS"),
    ("ofac-sdn", r"(?:\w+:)?Sanctions\b|sdnList"),
)
"""What the root element begins with."""

_JSON_STARTS = (
    ("us-ccl", "part 774"),
    ("us-csl", '"results"'),
    ("vessels-json", '"vessels"'),
    ("opensanctions", '"referents"'),
    ("ftm", '"schema"'),
)
"""What stands near the start of the document, in lower case."""

_HEADERS = (
    ("us-csl", {"source", "entity_number", "alt_names", "source_list_url"}),
    ("csl-flat", {"name", "alt_names", "source_list", "entity_number"}),
    ("bis-dpl", {"name", "standard_order", "fr_citation"}),
    ("eu-journal", {"celex", "annex", "measure"}),
    ("eu-fsf", {"entity_logicalid", "namealias_wholename"}),
    ("opensanctions", {"id", "schema", "name", "aliases", "dataset"}),
    ("hs-nomenclature", {"hscode", "description", "parent", "level"}),
    ("uk-sanctions", {"unique id", "ofsi group id", "name 6"}),
    ("hs-list", {"hs6", "tier"}),
    ("hs-list", {"hs_code", "tier"}),
    ("hs-list", {"hs_code", "annex"}),
    ("hs-list", {"hs_code", "entry"}),
    *(("csv", {"name", column}) for column in ("record_id", "alias", "kind", "listed_from")),
)
"""Columns of a table, in lower case."""


def detect_format(path: Path) -> str:
    """The format of a list, recognised by its files, its root element or its header.

    Returns
    -------
    str
        A name in `enduse.lists.formats.FORMATS`.

    Raises
    ------
    InputError
        If it is none that can be recognised; the message says what was looked for.
    """
    found = _of_folder(path) if path.is_dir() else _of_file(path)
    if found is None:
        if path.is_dir():
            looked = "none of the files that a list comes in (sdn.csv, cons_prim.csv, …)"
        else:
            looked = "no root element, JSON key or header of a known list"
        raise InputError(
            f"{path} could not be recognised: it has {looked}.",
            hint="Name the format with --as FORMAT; for a table of your own use --as csv.",
        )
    return found


def _of_folder(path: Path) -> str | None:
    names = {entry.name.lower() for entry in path.iterdir()}
    for format, needed in _FOLDERS:
        if needed <= names:
            return format
    if any(_CELEX_FILE.fullmatch(name) for name in names):
        return "eu-journal"
    files = listed_files(path)
    return _of_file(files[0]) if len(files) == 1 else None


def _of_file(path: Path) -> str | None:
    head = opening(path)
    if head.startswith("<"):
        head = re.sub(r"<[?!].*?>", "", head, flags=re.DOTALL).lstrip()
        roots = (format for format, root in _XML_ROOTS if re.match(rf"<(?:{root})", head))
        return next(roots, None)
    if head[0] in "{[":
        lower = head.lower()
        return next((format for format, key in _JSON_STARTS if key in lower), None)
    for line in head.splitlines()[:3]:
        cells = re.split(r"[,;\t|]", line.lower())
        columns = {cell.strip(' "') for cell in cells}
        for format, needed in _HEADERS:
            if needed <= columns:
                return format
    if path.name.lower() == "cons_prim.csv":
        return "ofac-consolidated"
    return "ofac-sdn" if path.name.lower() == "sdn.csv" else None

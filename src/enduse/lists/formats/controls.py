"""Control lists that are keyed by Harmonized System codes, and the nomenclature itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from enduse.errors import InputError
from enduse.lists.formats.ccl import read_us_ccl
from enduse.lists.formats.delimited import read_table
from enduse.lists.formats.faults import Faults
from enduse.lists.formats.recognise import opening, wrong_kind
from enduse.lists.parsed import ParsedList, ReadOptions
from enduse.model import HS_ENTRIES, NOMENCLATURE
from enduse.model.countries import country_code

__all__ = ["read_hs_list", "read_hs_nomenclature", "read_us_ccl"]

_COLUMNS: dict[str, tuple[str, ...]] = {
    "hs_code": ("hs_code", "hs6", "hs8", "hs10", "hs", "hscode", "cn_code", "cn8", "cn", "code"),
    "entry": ("entry", "tier", "annex", "category"),
    "regime": ("regime", "regulation", "legal_basis"),
    "destinations": ("destinations", "destination", "countries"),
    "description": ("description", "hs_description", "goods_description"),
    "valid_from": ("valid_from", "start_date", "effective_date"),
    "valid_to": ("valid_to", "end_date", "expiry_date"),
}
"""Headers that say what a column is; any other needs a mapping."""

_WHOLE_CODE = re.compile(r"(?:[0-9]{2}){1,5}")


def read_hs_list(path: Path, options: ReadOptions) -> ParsedList:
    """Read a table of HS codes: tier or annex, regime, destinations, and dates in ISO form.

    Columns go by their usual headers (`hs6`, `tier`, …) or by a mapping. Dots and spaces inside
    a code are left out; 'ex 8542 31' is read as the whole code and noted. A list with a code that
    cannot be one is refused whole: a control list with a hole is worse than none.

    Raises
    ------
    InputError
        If a column is missing, or a code, destination or date cannot be read.
    """
    faults = Faults()
    header = opening(path).splitlines()[0]
    delimiter = max(",;\t|", key=header.count)
    columns = _columns(path, [c.strip(' "') for c in header.split(delimiter)], options.mapping)
    needed = [columns["hs_code"], columns["entry"]]
    rows = []
    for number, values in read_table(
        path, needed, delimiter=delimiter, encoding=options.encoding, faults=faults
    ):
        given = {field: values[column] for field, column in columns.items()}
        row = {field: _READ[field](text) for field, text in given.items()}
        for field, value in row.items():
            if value is None and (given[field] or field in ("hs_code", "entry")):
                raise _unreadable(path, number, field, given[field])
        if given["hs_code"].lower().startswith("ex"):
            faults.count("part of a code, read as the whole code", number, given["hs_code"])
        rows.append(row)
    schema = pa.schema([f for f in HS_ENTRIES if f.name not in ("list", "version")])
    return ParsedList("hs", table=pa.Table.from_pylist(rows, schema), faults=faults.said())


def read_hs_nomenclature(path: Path, options: ReadOptions) -> ParsedList:
    """Read the Harmonized System as a table with the columns `hscode` and `description`.

    Raises
    ------
    InputError
        If the file is something else, or a code has lost its leading zero.
    """
    faults = Faults()
    rows = []
    for number, values in read_table(
        path, ["hscode", "description"], encoding=options.encoding, faults=faults
    ):
        code, description = values["hscode"], values["description"]
        if code.isalpha():
            faults.count("not a code, left out", number, code)
        elif _code(code) is None or not description:
            raise _unreadable(path, number, "hs_code", code)
        else:
            rows.append({"hs_code": code, "description": description})
    schema = pa.schema([f for f in NOMENCLATURE if f.name != "version"])
    table = pa.Table.from_pylist(rows, schema)
    return ParsedList("nomenclature", table=table, faults=faults.said())


def _columns(path: Path, header: list[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Field to column (lower case); what the mapping names goes before the usual headers."""
    present = [column.lower() for column in header]
    wrong = sorted({field for field in mapping.values() if field not in _COLUMNS})
    absent = sorted({column for column in mapping if column.lower() not in present})
    if wrong or absent:
        raise InputError(
            f"The mapping for {path} names {', '.join(wrong + absent)}, which is not there.",
            hint=f"Columns are {', '.join(header)}; fields are {', '.join(_COLUMNS)}.",
        )
    columns = {field: column.lower() for column, field in mapping.items()}
    for field, usual in _COLUMNS.items():
        found = next((column for column in usual if column in present), None)
        if found and found not in columns.values():
            columns.setdefault(field, found)
    if not {"hs_code", "entry"} <= columns.keys():
        raise wrong_kind(path, "a table with a column of HS codes and one of tiers or annexes")
    return columns


def _code(text: str) -> str | None:
    digits = re.sub(r"[ .\u00a0]", "", text.lower().removeprefix("ex"))
    return digits if _WHOLE_CODE.fullmatch(digits) else None


def _destinations(text: str) -> list[str] | None:
    codes = [country_code(part) for part in re.split(r"[;,|]", text) if part.strip()]
    return None if None in codes or not codes else [code for code in codes if code]


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _text(text: str) -> str | None:
    return text or None


_READ: dict[str, Callable[[str], Any]] = {
    "hs_code": _code,
    "entry": _text,
    "regime": _text,
    "destinations": _destinations,
    "description": _text,
    "valid_from": _date,
    "valid_to": _date,
}

_SHOULD_BE = {
    "hs_code": "a code of 2, 4, 6, 8 or 10 digits; a leading zero may be lost",
    "entry": "a tier or annex",
    "destinations": "countries, set apart by ';'",
    "valid_from": "a date as 2024-02-23",
    "valid_to": "a date as 2024-02-23",
}


def _unreadable(path: Path, number: int, field: str, text: str) -> InputError:
    return InputError(
        f"{path}, row {number}: {field} is '{text}', not {_SHOULD_BE[field]}.",
        hint="Correct the row; keep codes as text when a spreadsheet saves the table.",
    )

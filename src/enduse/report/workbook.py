"""Tables as an XLSX workbook (ECMA-376), written straight through.

Of the libraries at hand the one that writes workbooks takes some 15 µs a cell, minutes for what a
large run holds; these few parts are all that a plain table needs. Every text is an inline string
marked as text (``quotePrefix``), so that none can run as a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

import pyarrow as pa

from enduse.engine.files import whole_file

MOST_ROWS = 1_048_575
"""Rows of a sheet, its header left out."""
_MOST_CHARACTERS = 32_767
_CHUNK = 5_000

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# XML cannot carry these; a picture of the control character stands in for it.
_CONTROLS = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\t\n\r"} | {
    0xFFFE: "\ufffd",
    0xFFFF: "\ufffd",
}
# Spreadsheets read _x0041_ as the character of that number, unless its underscore is itself so
# written (ECMA-376 part 1, 22.9.2.19).
_SPECIAL = re.compile(r"[\x00-\x1f<>&_\ufffe\uffff]")
_ESCAPE_LOOKALIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<fonts><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    "<borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
    '<cellXfs><xf/><xf quotePrefix="1"/><xf fontId="1" applyFont="1" quotePrefix="1"/></cellXfs>'
    '<cellStyles><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_TEXT, _HEADER = 1, 2


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, and a table whose columns are texts and numbers."""

    name: str
    table: pa.Table


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write sheets as a workbook that appears whole or not at all.

    A sheet holds MOST_ROWS rows; what is beyond them is left out, which the caller has to say.

    Raises
    ------
    StorageError
        If the file cannot be written.
    """
    numbers = range(1, len(sheets) + 1)
    with whole_file(path) as part, ZipFile(part, "w", ZIP_DEFLATED, compresslevel=3) as book:
        book.writestr("[Content_Types].xml", _content_types(numbers))
        book.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        book.writestr("xl/workbook.xml", _contents(sheets))
        targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
        book.writestr(
            "xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")])
        )
        book.writestr("xl/styles.xml", _STYLES)
        for number, sheet in zip(numbers, sheets, strict=True):
            with book.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as file:
                for piece in _sheet(sheet.table.slice(0, MOST_ROWS)):
                    file.write(piece.encode("utf-8", "replace"))


def _content_types(numbers: Sequence[int]) -> str:
    parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    parts += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in numbers]
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(
            f'<Override PartName="{name}" ContentType="{_SHEET_TYPE}.{kind}+xml"/>'
            for name, kind in parts
        )
        + "</Types>"
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    return (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="r{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
            for number, (kind, target) in enumerate(targets, 1)
        )
        + "</Relationships>"
    )


def _contents(sheets: Sequence[Sheet]) -> str:
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        "<bookViews><workbookView/></bookViews><sheets>"
        + "".join(
            f'<sheet name={quoteattr(sheet.name)} sheetId="{number}" r:id="r{number}"/>'
            for number, sheet in enumerate(sheets, 1)
        )
        + "</sheets></workbook>"
    )


def _sheet(table: pa.Table) -> Iterator[str]:
    columns = table.num_columns
    yield (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        "</sheetView></sheetViews>"
        f'<cols><col min="1" max="{columns}" width="22" customWidth="1"/></cols><sheetData>'
    )
    yield "<row>" + "".join(_text(name, _HEADER) for name in table.column_names) + "</row>"
    for start in range(0, table.num_rows, _CHUNK):
        cells = [_cells(column) for column in table.slice(start, _CHUNK).columns]
        yield "".join(f"<row>{''.join(row)}</row>" for row in zip(*cells, strict=True))
    yield "</sheetData></worksheet>"


def _cells(column: pa.ChunkedArray) -> list[str]:
    values = column.to_pylist()
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return ["<c/>" if value is None else f"<c><v>{value!r}</v></c>" for value in values]
    return ["<c/>" if value is None else _text(str(value), _TEXT) for value in values]


def _text(value: str, style: int) -> str:
    if len(value) > _MOST_CHARACTERS:
        value = value[: _MOST_CHARACTERS - 1] + "…"
    if _SPECIAL.search(value):
        value = escape(_ESCAPE_LOOKALIKE.sub("_x005F_", value.translate(_CONTROLS)))
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{value}</t></is></c>'

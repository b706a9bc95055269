"""Cells as text: what every rule starts from."""

from __future__ import annotations

import json
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enduse.records.encodings import BAD_BYTES

_STRANGE = (
    # Controls other than tab and line ends; soft hyphen; marks and overrides of direction;
    # zero-width space, word joiners, byte order mark, interlinear marks; tags.
    r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\x{80}-\x{9f}\x{ad}\x{61c}\x{200b}\x{200e}\x{200f}"
    r"\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}\x{fff9}-\x{fffb}\x{e0000}-\x{e007f}]"
)
_SHEET_ERRORS = (
    "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!",
)  # fmt: skip
_BAD_BYTES_REASON = "holds bytes that mean nothing in the encoding"
_LOST = "\N{REPLACEMENT CHARACTER}"


class Text(NamedTuple):
    """Cells as text, trimmed, null where empty."""

    cells: pa.StringArray
    wrong: list[pa.StringArray]
    """Why a cell cannot be taken, null where it can; none of them if all can."""
    doubts: list[pa.StringArray]
    """What is doubtful in a cell, in the same form."""


def text_of(array: pa.Array) -> Text:
    """Cells of any type as text that is safe to look at.

    Numbers that are whole come without a decimal point, dates in ISO form, lists and objects as
    JSON, NaN as null. A cell with bytes that mean nothing in their encoding, or with a NUL, is
    wrong; its text shows others in their place.

    Examples
    --------
    >>> text_of(pa.array([8542.0, 0.5, float("nan")])).cells.to_pylist()
    ['8542', '0.5', None]
    >>> text_of(pa.array([" a ", "", "b\\0"])).wrong[0].to_pylist()
    [None, None, 'holds a NUL character']
    """
    cells, wrong = _whole_utf8(_cast(array))
    cells = pc.utf8_trim_whitespace(cells)
    cells = pc.if_else(pc.equal(cells, ""), None, cells)
    doubts: list[pa.StringArray] = []
    used = _used_bytes(cells)
    if used.size == 0:
        return Text(cells, wrong, doubts)
    if (used == ord("#")).any():
        error = pc.is_in(cells, value_set=pa.array(_SHEET_ERRORS))
        wrong += _some(error, "is a spreadsheet's error, not a value")
    if used.min() < 32 or used.max() >= 127:
        if used.min() == 0:
            nul = pc.match_substring(cells, "\0")
            wrong.append(reasons(nul, "holds a NUL character"))
            cells = pc.replace_substring(cells, "\0", "\N{SYMBOL FOR NULL}")
        # Only these bytes begin a strange character in UTF-8.
        if used.min() < 32 or any((used == lead).any() for lead in b"\x7f\xc2\xd8\xe2\xef\xf3"):
            bad = pc.match_substring(cells, BAD_BYTES)
            if pc.any(bad).as_py():
                wrong.append(reasons(bad, _BAD_BYTES_REASON))
                cells = pc.replace_substring(cells, BAD_BYTES, _LOST)
            strange = pc.match_substring_regex(cells, _STRANGE)
            doubts += _some(strange, "invisible or direction-changing characters")
            doubts += _some(pc.match_substring(cells, _LOST), "characters lost in a conversion")
    return Text(cells, wrong, doubts)


def is_number(kind: pa.DataType) -> bool:
    """Whether cells of this type are numbers."""
    if pa.types.is_dictionary(kind):
        return is_number(kind.value_type)
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def is_nested(kind: pa.DataType) -> bool:
    """Whether cells of this type hold further cells."""
    return bool(pa.types.is_nested(kind))


def nested_text(value: object) -> str:
    """A list or object as JSON."""
    return json.dumps(value, ensure_ascii=False, default=str)


def reasons(where: pa.BooleanArray, reason: str) -> pa.StringArray:
    """The reason where it holds, null elsewhere."""
    return pc.if_else(pc.fill_null(where, False), reason, pa.scalar(None, pa.string()))


def _some(where: pa.BooleanArray, reason: str) -> list[pa.StringArray]:
    return [reasons(where, reason)] if pc.any(where).as_py() else []


def _cast(array: pa.Array) -> pa.StringArray:
    kind = array.type
    if pa.types.is_string(kind):
        return array
    if pa.types.is_dictionary(kind):
        return _cast(array.dictionary_decode())
    if pa.types.is_floating(kind):
        return _cast_floats(array.cast(pa.float64()))
    if pa.types.is_timestamp(kind):
        return _cast_times(array)
    if is_nested(kind):
        shown = [None if v is None else nested_text(v) for v in array.to_pylist()]
        return pa.array(shown, pa.string())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        whole = array.cast(pa.binary())
        return pa.StringArray.from_buffers(
            len(whole),
            whole.buffers()[1],
            whole.buffers()[2],
            whole.buffers()[0],
            whole.null_count,
            whole.offset,
        )
    try:
        return array.cast(pa.string())
    except pa.ArrowException:  # durations, unions and other types that have no text of their own
        return pa.array([None if v is None else str(v) for v in array.to_pylist()], pa.string())


def _cast_floats(array: pa.DoubleArray) -> pa.StringArray:
    array = pc.if_else(pc.is_nan(array), None, array)
    whole = pc.and_(pc.equal(pc.floor(array), array), pc.less(pc.abs(array), 2.0**53))
    if not pc.any(whole).as_py():
        return array.cast(pa.string())
    integers = pc.if_else(whole, array, None).cast(pa.int64()).cast(pa.string())
    return pc.coalesce(integers, array.cast(pa.string()))


def _cast_times(array: pa.TimestampArray) -> pa.StringArray:
    local = pc.local_timestamp(array) if array.type.tz else array
    days = local.cast(pa.date32(), safe=False)
    at_midnight = pc.equal(days.cast(local.type), local)
    return pc.if_else(at_midnight, days.cast(pa.string()), local.cast(pa.string()))


def _whole_utf8(array: pa.StringArray) -> tuple[pa.StringArray, list[pa.StringArray]]:
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        raw = array.cast(pa.binary()).to_pylist()
        bad = pa.array([value is not None and not _is_utf8(value) for value in raw])
        shown = [None if v is None else v.decode("utf-8", "backslashreplace") for v in raw]
        return pa.array(shown, pa.string()), [reasons(bad, _BAD_BYTES_REASON)]
    return array, []


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _used_bytes(array: pa.StringArray) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    data = array.buffers()[2]
    if data is None or len(array) == 0:
        return np.empty(0, np.uint8)
    ends = np.frombuffer(array.buffers()[1], np.int32)[array.offset :][: len(array) + 1]
    return np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]

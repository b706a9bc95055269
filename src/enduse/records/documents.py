"""Records in one JSON document: a list of objects, or an object that holds one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from enduse.errors import InputError
from enduse.records.report import ReadReport
from enduse.records.sources import Readable
from enduse.records.text import nested_text

_START_BYTES = 4096
# A document is held whole; beyond this it is a job for JSON lines.
_LARGEST_BYTES = 256 << 20
_Report = TypeVar("_Report", bound=ReadReport)


def table_of_document(source: Readable) -> pa.Table | None:
    """The records of a JSON document, in order; None if the source is anything else.

    Raises
    ------
    InputError
        If it is too large to be held, or a list of other things than objects.
    """
    if not isinstance(source, (str, Path)) or "://" in str(source):
        return None
    path = Path(source)
    try:
        with path.open("rb") as file:
            start = file.read(_START_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()
        if start[:1] not in (b"[", b"{"):
            return None
        if path.stat().st_size > _LARGEST_BYTES:
            if start[:1] == b"{":
                return None
            raise InputError(
                f"{path} is one JSON list of more than {_LARGEST_BYTES >> 20} MiB.",
                hint="Write JSON lines: one object a line, no brackets.",
            )
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError):
        # JSON lines and damaged files are told about by their own reader.
        return None
    records = _records(document)
    if records is None:
        return None
    if not all(isinstance(record, dict) for record in records):
        raise InputError(
            f"{path} is a JSON list of other things than objects.",
            hint="Each record is an object whose keys are the columns.",
        )
    keys = dict.fromkeys(key for record in records for key in record)
    return pa.table({key: _column([record.get(key) for record in records]) for key in keys})


def named(report: _Report, source: Readable) -> _Report:
    """The report of a reading of such a table, with what is true of the document."""
    path = Path(str(source))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return replace(report, name=str(path), format="json", encoding="utf-8", digest=digest)


def _records(document: object) -> Sequence[dict[str, object]] | None:
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        lists = [value for value in document.values() if isinstance(value, list)]
        held = [found for found in lists if found and all(isinstance(r, dict) for r in found)]
        return held[0] if len(held) == 1 else [document]
    return None


def _column(values: list[object]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([v if v is None or isinstance(v, str) else nested_text(v) for v in values])

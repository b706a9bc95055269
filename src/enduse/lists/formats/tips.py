"""Parts and routes of a partner's tip, as the exchange leaves them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from enduse.errors import InputError
from enduse.lists.parsed import ParsedList, ReadOptions
from enduse.model import WATCHED

_READ = pa.schema([field for field in WATCHED if field.name not in ("list", "version")])


def read_watched(path: Path, options: ReadOptions) -> ParsedList:
    """Parts and routes of a tip: JSON with ``parts`` and ``routes``, lists of objects.

    Raises
    ------
    InputError
        If the file is something else.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        rows = [
            *(_row("part", part) for part in document["parts"]),
            *(_row("route", route) for route in document["routes"]),
        ]
        table = pa.Table.from_pylist(rows, schema=_READ)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException) as error:
        raise InputError(
            f"{path} does not hold the parts and routes of a tip: {error}.",
            hint="Tips are opened with 'enduse exchange open'.",
        ) from error
    return ParsedList("watched", table=table)


def _row(kind: str, thing: Mapping[str, Any]) -> dict[str, Any]:
    row = {field.name: thing.get(field.name) or None for field in _READ}
    return row | {"record_id": str(thing["id"]), "kind": kind}

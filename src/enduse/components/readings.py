"""Tables of markings, read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime

import pyarrow as pa

from enduse.components.catalogue import Catalogue, load_catalogue
from enduse.components.reading import Reading, reader_of
from enduse.model.components import READINGS

_BATCH_ROWS = 20_000
_NOTHING = "nothing in the text could be read as a part number or a maker"


def read_markings(
    markings: pa.Table, *, catalogue: Catalogue | None = None, today: date | None = None
) -> pa.Table:
    """What each marking says, best reading first.

    Parameters
    ----------
    markings
        Columns ``component_id`` and ``marking``.
    catalogue
        Makers to know; by default those that ship with Enduse.
    today
        Date codes later than this are none; by default today.

    Returns
    -------
    pyarrow.Table
        In the schema `enduse.model.components.READINGS`, in the order of `markings`. A marking that
        says nothing has one row without rank that says so, so that no component is lost.
    """
    reader = reader_of(catalogue or load_catalogue())
    day = today or datetime.now(UTC).date()
    read: dict[str, list[Reading]] = {}
    batches = []
    for batch in markings.select(["component_id", "marking"]).to_batches(_BATCH_ROWS):
        rows: list[dict[str, object]] = []
        for component_id, marking in zip(*(column.to_pylist() for column in batch), strict=True):
            text = marking or ""
            if text not in read:
                read[text] = reader.read(text, day)
            rows += _rows(component_id, marking, read[text])
        batches.append(pa.RecordBatch.from_pylist(rows, schema=READINGS))
    return pa.Table.from_batches(batches, schema=READINGS)


def _rows(
    component_id: str, marking: str | None, readings: list[Reading]
) -> Iterable[dict[str, object]]:
    about = {"component_id": component_id, "marking": marking}
    if not readings:
        yield {**about, "notes": _NOTHING}
    for rank, reading in enumerate(readings, 1):
        code = reading.date_code
        yield {
            **about,
            **reading.as_dict(),
            "rank": rank,
            "date_code": code.raw if code else None,
            "date_code_earliest": code.earliest if code else None,
            "date_code_latest": code.latest if code else None,
            "spans": json.dumps(reading.as_dict()["spans"]),
            "notes": "; ".join(reading.notes) or None,
        }

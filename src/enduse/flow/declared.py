"""Lines as they were declared, and as a ledger that is kept open holds them."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from enduse.errors import InputError
from enduse.flow.descriptors import DESCRIPTORS
from enduse.flow.kernel import Flags, Ints, Reals
from enduse.flow.movements import REQUIRED
from enduse.flow.unit_values import EACH, Shorts

LINES = pa.schema(
    {
        "shipment_id": pa.string(),
        "line_no": pa.int32(),
        "date": pa.date32(),
        "flow": pa.string(),
        "exporter": pa.string(),
        "exporter_country": pa.string(),
        "consignee": pa.string(),
        "consignee_country": pa.string(),
        "freight_forwarder": pa.string(),
        "export_country": pa.string(),
        "destination_country": pa.string(),
        "hs_code": pa.string(),
        "part_number": pa.string(),
        "control_entry": pa.string(),
        "quantity": pa.float64(),
        "unit": pa.string(),
        "net_mass_kg": pa.float64(),
        "value": pa.float64(),
        "currency": pa.string(),
        **dict.fromkeys(DESCRIPTORS, pa.string()),
    }
)
"""What is held of a line."""

OUT, IN, NEITHER = 0, 1, 2
SIDES = {"export": OUT, "re-export": OUT, "import": IN}


class Declared(NamedTuple):
    """Lines as they were declared, one value a line; words are numbers of `Numbering`."""

    row: npt.NDArray[np.int64]
    """Place in the tables taken in."""
    quantity: Reals
    """In the base unit of the measure; 0 where it is not known."""
    mass: Reals
    value: Reals
    currency: Ints
    code: Ints
    part: Ints
    measure: Ints
    entry: Ints
    side: Ints
    """Which side recorded it: OUT, IN or neither."""
    exporter: Ints
    consignee: Ints
    exporter_mention: Ints
    consignee_mention: Ints
    gap: npt.NDArray[np.int8]
    """Why it is not followed (`Gap`); -1: withdrawn."""
    record: Ints
    """The place of the record that is read in its place; its own where there is no other."""
    counted: Flags
    """It is held, and no other record is read in its place."""
    followed: Ints
    """Measure in which it is followed."""
    each: Shorts
    """What one of its goods weighs and costs, `unit_values.EACH` rows."""
    said: Ints
    """What papers say of its goods, `DESCRIPTORS` rows."""
    goods: Ints
    arriving: Ints
    """Number of the consignee and the goods; -1: not followed."""
    leaving: Ints
    score: npt.NDArray[np.float32]
    answers: npt.NDArray[np.float32]
    """What was told last: score, reach and part from a controlled origin, a row each."""


def nothing_declared() -> Declared:
    kinds: dict[str, npt.DTypeLike] = {
        "row": np.int64, "quantity": np.float64, "mass": np.float64, "value": np.float64, "gap": np.int8,
        "score": np.float32, "counted": np.bool_,
    }  # fmt: skip
    columns = {name: np.zeros(0, kinds.get(name, np.int32)) for name in Declared._fields}
    each, answers = np.zeros((EACH, 0), np.int16), np.zeros((3, 0), np.float32)
    said = np.zeros((len(DESCRIPTORS), 0), np.int32)
    return Declared(**{**columns, "each": each, "said": said, "answers": answers})


def read_lines(shipments: pa.Table, entries: pa.Array | None) -> pa.Table:
    """What is held of shipments; schema LINES."""
    missing = [name for name in ("shipment_id", *REQUIRED) if name not in shipments.column_names]
    if missing:
        raise InputError(
            f"The shipments have no column {', '.join(missing)}.",
            hint=f"Needed are shipment_id, {', '.join(REQUIRED)}.",
        )
    n = shipments.num_rows
    given = {name: shipments[name] for name in shipments.column_names}
    given.setdefault("line_no", pa.array(np.ones(n, np.int32)))
    given["control_entry"] = pa.nulls(n, pa.string()) if entries is None else entries
    columns = [
        _cast(given[field.name], field) if field.name in given else pa.nulls(n, field.type)
        for field in LINES
    ]
    return pa.table(columns, schema=LINES)


def _cast(column: pa.Array | pa.ChunkedArray, field: pa.Field) -> pa.Array | pa.ChunkedArray:
    try:
        return column.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InputError(
            f"The column {field.name} cannot be read as {field.type}.", hint=f"({error})"
        ) from error


def ids_of(lines: pa.Table) -> list[tuple[str, int]]:
    names = lines["shipment_id"].cast(pa.string()).to_pylist()
    numbers = lines["line_no"].to_pylist() if "line_no" in lines.column_names else [1] * len(names)
    ids = list(zip(names, numbers, strict=True))
    wrong = [one for one, count in Counter(ids).items() if count > 1 or None in one]
    if wrong:
        raise InputError(
            f"Lines are named twice or not at all, such as {wrong[0][0]} line {wrong[0][1]}.",
            hint="shipment_id and line_no together name one line.",
        )
    return ids

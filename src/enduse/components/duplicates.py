"""Records of components that say the same under several ids.

A public copy once repeated eight records 316 times each, under as many ids, which made one part
look like hundreds of a maker's. So what is counted are components that differ in something that
tells a piece apart: the weapon, the marking, the part, the maker, the date code, the lot, the
serial numbers, the day and the place of recovery. Who says so, and how surely, tells no piece
apart.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from enduse.model.components import DUPLICATES
from enduse.records import part_key, part_keys

CONTENT = (
    "weapon", "marking_raw", "part_number", "manufacturer", "date_code", "lot", "serials",
    "recovered_on", "recovered_place",
)  # fmt: skip
"""What tells a piece apart."""

# A record with none of these says nothing of a piece, and so repeats no other.
_TELLING = ("marking_raw", "part_number", "lot", "serials")


def distinct(components: pa.Table) -> pa.Table:
    """The records that count: of those that say the same, the one whose id is first.

    Parameters
    ----------
    components
        In the schema KEPT_COMPONENTS.

    Returns
    -------
    pyarrow.Table
        The same with ``records``: how many say the same, itself among them.
    """
    groups = _groups(components)
    ordered = np.asarray(pc.sort_indices(components["component_id"]).to_numpy(), np.int64)
    _, first, counts = np.unique(groups[ordered], return_index=True, return_counts=True)
    places = ordered[first]
    by_place = np.argsort(places)
    counted = components.take(pa.array(places[by_place]))
    return counted.append_column("records", pa.array(counts[by_place], pa.int64()))


def duplicates(components: pa.Table) -> pa.Table:
    """Records that say the same, in the schema DUPLICATES.

    Parameters
    ----------
    components
        In the schema KEPT_COMPONENTS.
    """
    groups = _groups(components)
    ids = components["component_id"].to_pylist()
    rows = _rows("content", _members(groups.tolist(), ids))
    others = {name for row in rows for name in row["others"].split(";")}
    counted = pc.invert(pc.is_in(components["component_id"], pa.array(sorted(others), pa.string())))
    rows += _rows("serial", _by_serial(components.filter(counted)))
    rows.sort(key=lambda row: (row["kind"], -row["records"], row["component_id"]))
    return pa.Table.from_pylist(rows, schema=DUPLICATES)


def _rows(kind: str, groups: list[list[str]]) -> list[dict[str, Any]]:
    return [
        {
            "kind": kind,
            "component_id": group[0],
            "records": len(group),
            "others": ";".join(group[1:]),
        }
        for group in groups
    ]


def _members(groups: list[object], ids: list[str]) -> list[list[str]]:
    """Ids by group, in their order, of groups with more than one."""
    members: dict[object, set[str]] = defaultdict(set)
    for group, name in zip(groups, ids, strict=True):
        members[group].add(name)
    return [sorted(names) for names in members.values() if len(names) > 1]


def _by_serial(components: pa.Table) -> list[list[str]]:
    # The same number on parts that are not known may well be on two kinds of them.
    known = pc.and_(pc.is_valid(components["serials"]), pc.is_valid(components["part_number"]))
    with_serials = components.filter(known)
    keys: list[object] = []
    ids = []
    for row in with_serials.select(["component_id", "part_number", "serials"]).to_pylist():
        for serial in row["serials"].split(";"):
            keys.append((part_key(row["part_number"]), part_key(serial) or serial))
            ids.append(row["component_id"])
    return _members(keys, ids)


def _groups(components: pa.Table) -> npt.NDArray[np.int64]:
    """A number for each record: the same for those that say the same."""
    columns = []
    for name in CONTENT:
        column = components[name]
        if name == "recovered_on":
            column = column.cast(pa.string())
        # A marking in which nothing is a letter or a digit is still compared as it stands.
        columns.append(pc.fill_null(pc.coalesce(part_keys(column), column), ""))
    said = pc.binary_join_element_wise(*columns, "\x1f")
    telling = pc.fill_null(
        pc.is_valid(pc.coalesce(*(components[name] for name in _TELLING))), False
    )
    said = pc.if_else(
        telling, said, pc.binary_join_element_wise("\x1e", components["component_id"], "")
    )
    encoded = said.combine_chunks().dictionary_encode()
    return np.asarray(encoded.indices.to_numpy(), np.int64)

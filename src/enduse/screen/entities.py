"""Names for listed entities that stay the same for a reader: the list and its own record."""

from __future__ import annotations

import pyarrow as pa


def entity_ids(listings: pa.Table) -> pa.Array:
    """``list:record_id`` for every row of listings, made unique.

    Where a list gives one id to several parties, the second of them in the table is ``…#2``, the
    third ``…#3``.

    Examples
    --------
    >>> listings = pa.table({"list": ["ofac-sdn"] * 3, "record_id": ["36", "2677", "2677"]})
    >>> entity_ids(listings).to_pylist()
    ['ofac-sdn:36', 'ofac-sdn:2677', 'ofac-sdn:2677#2']
    """
    used: set[str] = set()
    ids = []
    times: dict[str, int] = {}
    for name, record in zip(
        listings["list"].to_pylist(), listings["record_id"].to_pylist(), strict=True
    ):
        base = f"{name}:{record}"
        times[base] = times.get(base, 0) + 1
        unique = base if times[base] == 1 else f"{base}#{times[base]}"
        while unique in used:
            times[base] += 1
            unique = f"{base}#{times[base]}"
        used.add(unique)
        ids.append(unique)
    return pa.array(ids, pa.string())

"""Countries of origin stated on the lines of a world that has none, or draws them anew for each line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

STATED = 0.8
"""Share of lines that state one."""
WRONG = 0.1
"""Share of lines that state any country instead of the goods' own."""
RESOLD = 0.5
"""Share of lines from elsewhere than a controlled origin whose goods were not made there."""
_LONGEST = 8


def state_origins(world: Any, controlled: frozenset[str], seed: int) -> pa.Table:
    """Shipments of a world with the country in which goods were made, kept from leg to leg.

    It is where the first leg leaves from if that is a controlled origin, else that or any country.
    """
    rng, shipments = np.random.default_rng(seed), world.shipments
    leaves = shipments["export_country"].cast(pa.string())
    countries = pc.unique(leaves)
    made = pc.index_in(leaves, countries).to_numpy().astype(np.int64)
    home = pc.is_in(countries, pa.array(sorted(controlled))).to_numpy(zero_copy_only=False)[made]
    lines, many = len(made), len(countries)

    def elsewhere(some: Any) -> None:
        made[some] = rng.integers(0, many, np.count_nonzero(some))

    elsewhere(~home & (rng.random(lines) < RESOLD))
    edges = [world.edges, world.legal_edges]
    lot, order = (
        np.concatenate([of[name].to_numpy() for of in edges]) for name in ("from_row", "to_row")
    )
    for _ in range(_LONGEST):
        made[order] = made[lot]
    elsewhere(rng.random(lines) < WRONG)
    stated = pa.array(made, mask=rng.random(lines) >= STATED)
    column = countries.take(stated)
    if "origin_country" in shipments.column_names:
        shipments = shipments.drop_columns(["origin_country"])
    return shipments.append_column("origin_country", column)

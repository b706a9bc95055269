"""What a ledger that is kept open does when little changes in much."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from benchmarks.flow.worlds import CONTROLLED_ORIGINS, EMBARGOED, make

from enduse.flow import OpenLedger, trace


def test_a_day_touches_a_small_share_of_the_lines() -> None:
    shipments = make(300_000, seed=1).shipments
    days = shipments["date"].cast(pa.int32()).to_numpy()
    last = pa.array(days == days.max())
    rules: dict[str, Any] = {"embargoed": EMBARGOED, "controlled_origins": CONTROLLED_ORIGINS}
    ledger = OpenLedger(**rules)
    whole = ledger.append(shipments.filter(pc.invert(last)))
    change = ledger.append(shipments.filter(last))
    assert not change.whole
    assert change.keys < whole.keys / 20
    assert change.replayed < whole.replayed / 10
    assert change.spread < whole.spread / 10
    assert change.judged < whole.judged / 4
    gone = [20_000, 100_000, 150_000, 250_000]
    for row in gone:
        assert ledger.withdraw(shipments.slice(row, 1)).replayed < 3_000
    full = trace(shipments.take(np.delete(np.arange(300_000), gone)), **rules).scores
    ours, theirs = (of.sort_by("shipment_id") for of in (ledger.scores(), full))
    for name in ("score", "reach", "from_controlled"):
        np.testing.assert_allclose(ours[name].to_numpy(), theirs[name].to_numpy(), atol=1e-5)

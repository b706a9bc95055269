"""What tables tell on the day on which goods leave a controlled origin: rules on the past alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from benchmarks.flow.cases import Seen
from benchmarks.flow.peers import numbered

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def past_rules(case: Seen) -> dict[str, Floats]:
    """Scores of each rule for lines that leave a controlled origin for elsewhere; others: -1.

    Counts are of days before the line's own.
    """
    lines = numbered(case)
    day, hs6 = lines["day"].to_numpy(), lines["hs6"].to_numpy()
    seller, buyer = lines["exporter"].to_numpy(), lines["consignee"].to_numpy()
    quantity = np.log1p(np.maximum(lines["quantity"].to_numpy(), 0))
    asked = case.start & ~case.end
    sent = before(buyer, day, seller[case.end], day[case.end])
    sent_of_all = before(buyer, day, seller, day)
    same_key = buyer * 100_000 + hs6
    key = (seller * 100_000 + hs6)[case.end]
    same = before(same_key, day, key, day[case.end])
    came = before(same_key, day, same_key, day)
    heading = np.unique(hs6, return_inverse=True)[1]
    goods = before(heading, day, heading[case.end], day[case.end]) / (
        before(heading, day, heading, day) + 10
    )
    rules = {
        "the largest quantity": quantity,
        "consignee's lines to the embargoed, number": sent,
        "consignee's lines to the embargoed, share": sent / (sent_of_all + 4),
        "consignee's lines to the embargoed in this HS6, number": same,
        "the same, beside its arrivals in this HS6": same / (came + 4),
        "share of this HS6 that goes to the embargoed": goods,
    }
    return {name: np.where(asked, score, -1.0) for name, score in rules.items()}


def before(asked: Ints, on: Ints, key: Ints, day: Ints) -> Floats:
    """How many events of each line's key came on an earlier day.

    Examples
    --------
    >>> before(np.array([7, 7, 8]), np.array([3, 5, 5]), np.array([7, 7]), np.array([1, 3]))
    array([1., 2., 0.])
    """
    wide = 1_000_000
    events = np.sort(key * wide + day)
    upto = np.searchsorted(events, asked * wide + on)
    return (upto - np.searchsorted(events, asked * wide)).astype(np.float64)

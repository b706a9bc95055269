"""What came to a party and left it before an order: the more there is, the less sure is a link."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from enduse.flow.kernel import Flags, Ints, Longs
from enduse.flow.keys import amounts
from enduse.flow.ledger import Ledger
from enduse.flow.movements import Gap, Level


def count_before(ledger: Ledger, link: Ints) -> tuple[Ints, Ints]:
    """Other arrivals at the party and its goods before the day of a link's order, and departures.

    They count at the level of the link. Few links are told, so that they are counted when asked for.
    """
    m, lots, links = ledger.movements, ledger.lots, ledger.links
    lot = links.lot[link]
    order = np.searchsorted(links.begin, link, "right") - 1
    arrivals, departures = np.zeros(len(link), np.int32), np.zeros(len(link), np.int32)
    for place, level in enumerate(ledger.levels):
        at = np.flatnonzero(lots.level[lot] == place)
        if level == Level.QUANTITY:
            kind = amounts(m.quantity, m.kinds[Level.PARTY][m.goods])
        else:
            kind = m.kinds[level][m.goods]
        row, day = lots.row[lot[at]], m.day[order[at]]
        wanted = m.parties.consignee[row], kind[row]
        for side, counts in ((m.parties.consignee, arrivals), (m.parties.exporter, departures)):
            counts[at] = _before(wanted, day, (side, kind), m.day, m.gap == Gap.NONE)
    pools = ledger.lot_pools
    return arrivals - pools.members[pools.place[lots.row[lot]]], departures


def _before(
    wanted: tuple[Ints, Ints],
    day: Ints,
    seen: tuple[Ints, Ints],
    seen_day: Ints,
    followed: Flags,
) -> npt.NDArray[np.int64]:
    """How often each wanted pair of a party and its goods is seen before a day."""
    if not len(day):
        return np.empty(0, np.int64)
    parties = np.zeros(int(max(wanted[0].max(), seen[0].max())) + 1, bool)
    parties[wanted[0]] = True
    rows = np.flatnonzero(followed)
    rows = rows[parties[seen[0][rows]]]
    pairs, pair = np.unique(_paired(*wanted), return_inverse=True)
    codes = _paired(seen[0][rows], seen[1][rows])
    place = np.minimum(np.searchsorted(pairs, codes), len(pairs) - 1)
    met = pairs[place] == codes
    first, span = int(seen_day.min()), int(np.ptp(seen_day)) + 1
    days = np.sort(place[met] * span + (seen_day[rows][met] - first))
    begin = pair * span
    before: npt.NDArray[np.int64] = np.searchsorted(days, begin + (day - first))
    return before - np.searchsorted(days, begin)


def _paired(party: Ints, kind: Ints) -> Longs:
    return party.astype(np.int64) << 32 | kind

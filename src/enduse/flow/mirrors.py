"""Movements that both sides recorded, and exports whose arrival nobody recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from enduse.engine.compiling import compiled
from enduse.flow.columns import codes_in, encode, numbers_in, renumber
from enduse.flow.kernel import Flags, Ints, Reals
from enduse.flow.measures import LARGEST_QUANTITY, measures_of
from enduse.flow.movements import (
    REQUIRED,
    Parties,
    named_parties,
)

Rows: TypeAlias = npt.NDArray[np.int64]

LONGEST = 60
"""Days from departure to the import record at most: a sea voyage and the customs house."""
CLOSE, CLOSE_BY_MASS = 0.05, 0.1
"""Difference of the logarithms at most, of quantities and of masses: both sides weigh."""
LEAST_SHARE = 0.6
"""Share of a corridor's exports with an import record below which a missing one says nothing."""
LEAST_EXPORTS = 20
"""Exports to a country in a quarter from which the share with an import record is known."""
_TRIED = 4
"""Exports tried for an import before and after the day that is usual, in each step of quantity."""
_ROUNDS = 4
_KNOWN = 30
"""Pairs without another choice from which a corridor's delays are known by themselves."""

MISSING_ARRIVALS = pa.schema(
    [
        pa.field("shipment_id", pa.string(), nullable=False),
        pa.field("line_no", pa.int32(), nullable=False),
        pa.field("export_country", pa.string()),
        pa.field("destination_country", pa.string()),
        pa.field("strength", pa.float64(), nullable=False),
        pa.field("days_waited", pa.int32(), nullable=False),
        pa.field("usual_days", pa.int32(), nullable=False),
        pa.field("others", pa.int32(), nullable=False),
        pa.field("others_arrived", pa.int32(), nullable=False),
    ]
)
"""Exports without the import record that was to be expected.

`strength` is the share of the corridor's other exports of the quarter that have one: how surely an
arrival would be on record. `days_waited` runs to the last import record of the destination,
`usual_days` is by when nearly all arrivals of the corridor are on record, and `others` are the
corridor's other exports of the quarter.
"""

ARRIVAL_CORRIDORS = pa.schema(
    [
        pa.field("export_country", pa.string()),
        pa.field("destination_country", pa.string()),
        pa.field("quarter", pa.date32(), nullable=False),
        pa.field("exports", pa.int32(), nullable=False),
        pa.field("arrived", pa.int32(), nullable=False),
        pa.field("not_assessed", pa.string()),
    ]
)
"""Exports of each corridor and quarter, how many have an import record, and why no more is said."""

_REASONS = (
    None,
    "exporter, consignee or quantity is not known",
    "no import record of the destination is held",
    "sent before the first import record of the destination that is held",
    "so young that the arrival may not be on record yet",
    f"fewer than {LEAST_EXPORTS} exports to the destination in the quarter",
    f"less than {LEAST_SHARE:.0%} of the corridor's exports have an import record",
)


@dataclass(frozen=True, slots=True)
class Mirrors:
    """Pairs of records of one movement, by rows of the table."""

    kept: Rows
    """Export record of each pair."""
    dropped: Rows
    """Import record of each pair."""
    waits: Ints
    """For each row of the table, days by which nearly all imports of its corridor are on record;
    -1: a record that could not be paired."""


def parties_at(parties: Parties, rows: Rows) -> Parties:
    """Who exports and who receives on some of the lines."""
    some = len(parties.exporter_mention) > 0
    return Parties(
        parties.exporter[rows],
        parties.consignee[rows],
        parties.exporter_mention[rows] if some else parties.exporter_mention,
        parties.consignee_mention[rows] if some else parties.consignee_mention,
        parties.sure,
    )


class _Records(NamedTuple):
    """Records of one pass; those that a pass cannot compare are left out."""

    row: Rows
    group: Rows
    """What both records must agree on."""
    size: Reals
    """Logarithm of the quantity or the mass, in steps of what it may differ by."""


def has_mirrors(shipments: pa.Table) -> bool:
    """Whether a table that the ledger can read holds records of exports and of imports."""
    out, into = _sides(shipments)
    return set(REQUIRED) <= set(shipments.column_names) and bool(out.any() and into.any())


def find_mirrors(shipments: pa.Table, parties: Parties | None = None) -> Mirrors:
    """Pair each import record with the export record of the same movement.

    Both have the same exporter, consignee and destination, the same HS6 code, else heading, and
    quantities within `CLOSE`, else net masses; the import is at most `LONGEST` days later, and no
    later than is usual in the corridor where enough pairs without another choice show what is. The
    best fit of quantity and delay is taken first, and no record twice. Pairs do not depend on the
    order of rows. Time grows with the rows as a sort does.
    """
    n = shipments.num_rows
    who = parties or named_parties(shipments)
    out, into = _sides(shipments)
    day = _days(shipments)
    factor, measure, measures = measures_of(codes_in(shipments, "unit"))
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.log(numbers_in(shipments, "quantity", n) * factor)
        mass = np.log(numbers_in(shipments, "net_mass_kg", n))
    by_mass = measure == measures.index("mass")
    mass[by_mass] = size[by_mass]
    known = (out | into) & (who.exporter >= 0) & (who.consignee >= 0)
    hs, names = codes_in(shipments, "hs_code")
    known &= hs >= 0
    to, _ = codes_in(shipments, "destination_country")
    wide = int(max(who.exporter.max(initial=0), who.consignee.max(initial=0))) + 1
    pair = renumber(who.exporter.astype(np.int64) * wide + who.consignee).astype(np.int64)
    pair = pair * (int(to.max(initial=0)) + 2) + to + 1
    corridor = _corridors(shipments)
    rank = _ranks(shipments, day, pair, size)
    free, partner = known.copy(), np.full(n, -1, np.int64)
    limit = np.log(LARGEST_QUANTITY) / CLOSE
    usual, spread, most = np.zeros(n), np.full(n, 7.0), np.full(n, LONGEST, np.int64)
    for place, (digits, masses) in enumerate(((6, False), (6, True), (4, False), (4, True))):
        goods = np.append(encode(pa.array([name[:digits] for name in names], pa.string()))[0], -1)
        group = pair * len(goods) + goods[hs]
        amount = mass / CLOSE_BY_MASS if masses else size / CLOSE
        if not masses:
            group = group * len(measures) + measure
        fit = np.abs(amount) < limit
        for turn in range(_ROUNDS):
            rows = np.flatnonzero(free & fit)
            rows = rows[np.argsort(rank[rows], kind="stable")]
            records = _Records(rows, renumber(group[rows]).astype(np.int64), amount[rows])
            if place == turn == 0:
                later, earlier = _candidates(records, out, day, usual, most)
                usual, spread, most = _delays(later, earlier, day, corridor)
            later, earlier = _candidates(records, out, day, usual, most)
            delay = day[later] - day[earlier]
            worse = np.abs(amount[later] - amount[earlier])
            worse += np.abs(delay - usual[later]) / spread[later]
            best = np.lexsort((rank[earlier], rank[later], worse.round(6)))
            taken = _best_first(later[best], earlier[best], n)
            if not taken.any():
                break
            later, earlier = later[best][taken], earlier[best][taken]
            partner[later], free[later], free[earlier] = earlier, False, False
    dropped = np.flatnonzero(partner >= 0)
    countable = known & (np.isfinite(size) | np.isfinite(mass))
    return Mirrors(partner[dropped], dropped, np.where(countable, most, -1).astype(np.int32))


def missing_arrivals(shipments: pa.Table, mirrors: Mirrors) -> tuple[pa.Table, pa.Table]:
    """Exports whose arrival should be on record and is not; and what is known of each corridor.

    Returns tables in the schemas MISSING_ARRIVALS, the strongest first, and ARRIVAL_CORRIDORS.
    Whether a country's import records are held is decided by the records: by their first and last
    day, and by how many of the exports to it have one. Within a country's own borders nothing is
    judged.
    """
    n = shipments.num_rows
    out, into = _sides(shipments)
    day, corridor = _days(shipments), _corridors(shipments)
    to, names = codes_in(shipments, "destination_country")
    started, names_from = codes_in(shipments, "export_country")
    leaves = np.append(names_from, "")[started] != np.append(names, "")[to]
    row = np.flatnonzero(out & leaves & (to >= 0) & (started >= 0))
    arrived = np.zeros(n, bool)
    arrived[mirrors.kept] = True
    first, last = np.full(len(names), np.iinfo(np.int32).max), np.full(len(names), -(2**31))
    recorded = np.flatnonzero(into & (to >= 0))
    np.minimum.at(first, to[recorded], day[recorded])
    np.maximum.at(last, to[recorded], day[recorded])
    to, day, corridor, hit = to[row], day[row], corridor[row], arrived[row]
    wait = mirrors.waits[row]
    reason = np.zeros(len(row), np.int8)
    reason[day + wait > last[to]] = 4
    reason[day < first[to]] = 3
    reason[first[to] > last[to]] = 2
    reason[wait < 0] = 1
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    quarter = renumber(month // 3 + 10_000).astype(np.int64)
    quarters = int(quarter.max(initial=0)) + 1
    judged = reason == 0
    others, others_hit = _others(corridor * quarters + quarter, hit, judged)
    there, there_hit = _others(to * quarters + quarter, hit, judged)
    share = (others_hit + LEAST_EXPORTS * there_hit / np.maximum(there, 1)) / (
        others + LEAST_EXPORTS
    )
    reason[judged & (share < LEAST_SHARE)] = 6
    reason[judged & (there < LEAST_EXPORTS - 1)] = 5
    said = np.flatnonzero((reason == 0) & ~hit)
    missing = _named(shipments, row[said]).append_column("strength", pa.array(share[said]))
    for name, values in (
        ("days_waited", last[to] - day),
        ("usual_days", wait),
        ("others", others),
        ("others_arrived", others_hit),
    ):
        missing = missing.append_column(name, pa.array(values[said].astype(np.int32)))
    missing = missing.cast(MISSING_ARRIVALS).sort_by(
        [("strength", "descending"), ("shipment_id", "ascending"), ("line_no", "ascending")]
    )
    corridors = _named(shipments, row).select(["export_country", "destination_country"])
    starts = ((month // 3) * 3).astype("datetime64[M]").astype("datetime64[D]")
    corridors = (
        corridors.append_column("quarter", pa.array(starts))
        .append_column("arrived", pa.array(hit.astype(np.int32)))
        .append_column("not_assessed", pa.array(np.array(_REASONS, object)[reason], pa.string()))
        .group_by(["export_country", "destination_country", "quarter", "not_assessed"])
        .aggregate([("arrived", "count"), ("arrived", "sum")])
        .rename_columns({"arrived_count": "exports", "arrived_sum": "arrived"})
        .select(ARRIVAL_CORRIDORS.names)
        .cast(ARRIVAL_CORRIDORS)
        .sort_by([(name, "ascending") for name in (*ARRIVAL_CORRIDORS.names[:3], "not_assessed")])
    )
    return missing, corridors


def _sides(shipments: pa.Table) -> tuple[Flags, Flags]:
    """Which rows the exporting side recorded, and which the importing one."""
    code, names = codes_in(shipments, "flow")
    out = np.array([*(name in ("export", "re-export") for name in names), False])
    into = np.array([*(name == "import" for name in names), False])
    return out[code], into[code]


def _days(shipments: pa.Table) -> Rows:
    days: Rows = shipments["date"].cast(pa.date32()).cast(pa.int32()).to_numpy().astype(np.int64)
    return days


def _corridors(shipments: pa.Table) -> Rows:
    """A number for each pair of countries of export and destination."""
    start, _ = codes_in(shipments, "export_country")
    to, names = codes_in(shipments, "destination_country")
    return renumber(start.astype(np.int64) * (len(names) + 1) + to).astype(np.int64)


def _ranks(shipments: pa.Table, day: Rows, pair: Rows, size: Reals) -> Rows:
    """Places of rows by what they say; of those that say the same, by their numbers."""
    order = np.lexsort((size, day, pair))
    same = np.zeros(len(order) + 1, bool)
    ours, before = order[1:], order[:-1]
    same[1:-1] = (pair[ours] == pair[before]) & (day[ours] == day[before])
    tied = np.flatnonzero(same[1:] | same[:-1])
    named = [name for name in ("shipment_id", "line_no") if name in shipments.column_names]
    if len(tied) and named:
        rows = order[tied]
        numbers = shipments.select(named).take(pa.array(rows))
        place = np.empty(len(rows), np.int64)
        place[pc.sort_indices(numbers, [(name, "ascending") for name in named]).to_numpy()] = (
            np.arange(len(rows))
        )
        order[tied] = rows[np.lexsort((place, size[rows], day[rows], pair[rows]))]
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _candidates(
    records: _Records, out: Flags, day: Rows, usual: Reals, most: Rows
) -> tuple[Rows, Rows]:
    """Rows of imports, and of exports that may be of the same movement."""
    if not len(records.row):
        return records.row, records.row
    step = np.floor(records.size).astype(np.int64)
    step -= step.min() - 1
    cell = records.group * (int(step.max()) + 2) + step
    when = day[records.row]
    begin = int(when.min())
    days = int(when.max()) - begin + 1
    code = cell * days + when - begin
    order = np.argsort(code, kind="stable")
    leaves = out[records.row[order]]
    exports, imports = order[leaves], order[~leaves]
    codes = code[exports]
    row, size = records.row, records.size
    # The second import of a day looks from the second export on, and so on.
    nth = np.arange(len(imports)) - np.searchsorted(code[imports], code[imports])
    found: list[tuple[Rows, Rows]] = []
    for beside in (-1, 0, 1):
        whole = (cell[imports] + beside) * days
        at = when[imports] - begin
        ago = np.maximum(at - np.rint(usual[row[imports]]).astype(np.int64), 0)
        start = np.searchsorted(codes, whole + np.maximum(at - most[row[imports]], 0))
        stop = np.searchsorted(codes, whole + at, side="right")
        middle = np.clip(np.searchsorted(codes, whole + ago) + nth, start, stop)
        start, stop = np.maximum(start, middle - _TRIED), np.minimum(stop, middle + _TRIED)
        tried = np.maximum(stop - start, 0)
        later = np.repeat(imports, tried)
        passed = np.repeat(np.cumsum(tried) - tried - start, tried)
        earlier = exports[np.arange(len(later)) - passed]
        close = np.abs(size[later] - size[earlier]) <= 1
        found.append((row[later[close]], row[earlier[close]]))
    return np.concatenate([one for one, _ in found]), np.concatenate([one for _, one in found])


def _delays(later: Rows, earlier: Rows, day: Rows, corridor: Rows) -> tuple[Reals, Reals, Rows]:
    """For each row its corridor's usual delay, how far delays spread, and the longest."""
    n, count = len(day), int(corridor.max(initial=0)) + 1
    alone = (np.bincount(later, minlength=n)[later] == 1) & (
        np.bincount(earlier, minlength=n)[earlier] == 1
    )
    later, earlier = later[alone], earlier[alone]
    delay = day[later] - day[earlier]
    usual, low, high = np.zeros(count), np.zeros(count), np.full(count, float(LONGEST))
    if len(delay):
        low[:], usual[:], high[:] = np.quantile(delay, (0.25, 0.5, 0.75))
    for place, delays in _by_corridor(corridor[earlier], delay):
        low[place], usual[place], high[place] = np.quantile(delays, (0.25, 0.5, 0.75))
    # Tukey's fence, and a weekend.
    most = np.minimum(np.ceil(high + 1.5 * (high - low) + 3), LONGEST).astype(np.int64)
    return usual[corridor], np.maximum(high - low, 2.0)[corridor], most[corridor]


def _by_corridor(corridor: Rows, delay: Rows) -> Iterator[tuple[int, npt.NDArray[Any]]]:
    order = np.argsort(corridor, kind="stable")
    places, begin, size = np.unique(corridor[order], return_index=True, return_counts=True)
    for place, first, count in zip(places.tolist(), begin.tolist(), size.tolist(), strict=True):
        if count >= _KNOWN:
            yield place, delay[order[first : first + count]]


@compiled
def _best_first(later: Rows, earlier: Rows, n: int) -> Flags:
    """Which of the candidates, best first, have neither record in a better pair."""
    used = np.zeros(n, np.bool_)
    taken = np.zeros(len(later), np.bool_)
    for i in range(len(later)):
        if not used[later[i]] and not used[earlier[i]]:
            used[later[i]] = used[earlier[i]] = taken[i] = True
    return taken


def _others(cell: Rows, hit: Flags, judged: Flags) -> tuple[Rows, Rows]:
    """Of each row's cell, the other rows that are judged, and those of them that hit."""
    size = int(cell.max(initial=0)) + 1
    total = np.bincount(cell[judged], minlength=size)[cell] - judged
    hits = np.bincount(cell[judged & hit], minlength=size)[cell] - (judged & hit)
    return total, hits


def _named(shipments: pa.Table, rows: Rows) -> pa.Table:
    taken = shipments.take(pa.array(rows))
    n = len(rows)
    number = taken["shipment_id"] if "shipment_id" in taken.column_names else pa.array(rows)
    line = taken["line_no"] if "line_no" in taken.column_names else pa.array(np.ones(n, np.int32))
    columns = {"shipment_id": number.cast(pa.string()), "line_no": line.cast(pa.int32())}
    for name in ("export_country", "destination_country"):
        columns[name] = taken[name].cast(pa.string())
    return pa.table(columns)

"""Chains: the best-supported paths from a controlled origin to an embargoed destination."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from enduse.flow.columns import codes_in, numbers_in
from enduse.flow.descriptors import DESCRIPTORS, described_in
from enduse.flow.kernel import Bytes, Flags, Floats, Ints, Reals, root_of
from enduse.flow.ledger import Ledger
from enduse.flow.measures import measures_of
from enduse.flow.movements import Level, Movements
from enduse.flow.passes import Ends, Origins
from enduse.flow.traffic import count_before
from enduse.flow.unit_values import NO_CURRENCY, THOUSAND, UNKNOWN, each_of
from enduse.model.chains import CHAIN_STEPS

LEAST = 0.5
"""Score from which a shipment's path is told as a chain."""
_ABSURD = np.log(1e6)
"""Logarithm of a ratio that is not told: a slip, or a number made up."""
_LONGEST = 12


@dataclass(frozen=True, slots=True)
class Chains:
    """Steps of chains; one value a step, best chain first, then by hop."""

    chain: Ints
    """From 1."""
    hop: Bytes
    """0: the leg out of the controlled origin."""
    shipment: Ints
    """Number of the shipment among the movements."""
    link: Ints
    """The link from the leg before; -1 at hop 0."""
    score: Floats
    """Of the chain: the mean of its legs' scores."""


def find_chains(
    ledger: Ledger, origins: Origins, ends: Ends, score: Floats, *, least: float = LEAST
) -> Chains:
    """The best path through every shipment of a score, each path once.

    A path follows at every leg the link that says most. Shipments that a better one's path passes
    have no path of their own. A path that does not reach both a controlled origin and an embargoed
    destination along links is none.
    """
    m, rows, lot = ledger.movements, ledger.lots.row, ledger.links.lot
    promising = np.flatnonzero(score >= least)
    promising = promising[np.argsort(-score[promising], kind="stable")]
    passed = np.zeros(len(m), bool)
    paths: list[tuple[list[int], list[int]]] = []
    for seed in promising.tolist():
        if passed[seed]:
            continue
        path, links = [seed], [-1]
        while not m.start[path[0]] and origins.link[path[0]] >= 0 and len(path) < _LONGEST:
            links[0] = int(origins.link[path[0]])
            path.insert(0, int(rows[lot[links[0]]]))
            links.insert(0, -1)
        while not m.end[path[-1]] and ends.link[path[-1]] >= 0 and len(path) < _LONGEST:
            links.append(int(ends.link[path[-1]]))
            path.append(int(np.searchsorted(ledger.links.begin, ends.link[path[-1]], "right")) - 1)
        if m.start[path[0]] and m.end[path[-1]] and len(path) > 1:
            passed[path] = True
            paths.append((path, links))
    value = np.array([score[path].mean() for path, _ in paths])
    order = np.argsort(-value, kind="stable")
    size = [len(paths[place][0]) for place in order]
    return Chains(
        np.repeat(np.arange(1, len(order) + 1, dtype=np.int32), size),
        np.array([hop for count in size for hop in range(count)], np.int8),
        np.array([row for place in order for row in paths[place][0]], np.int32),
        np.array([link for place in order for link in paths[place][1]], np.int32),
        np.repeat(value[order], size).astype(np.float32),
    )


def steps_of(chains: Chains, ledger: Ledger, shipments: pa.Table) -> pa.Table:
    """Chains as a table in the schema CHAIN_STEPS.

    `shipments` is the table that the movements were read from.
    """
    m, links, lots = ledger.movements, ledger.links, ledger.lots
    row, sure = chains.shipment, chains.link
    link, linked = _by_quantity(row, sure, ledger), sure >= 0
    before = np.where(linked, np.roll(row, 1), row)
    place = lots.level[lots_at(links.lot, link)].astype(int) if len(row) else row
    level = _finest(m, before, row, np.array(ledger.levels)[place]) if len(row) else row
    whole = m.quantity[row]
    share = np.where(linked, links.quantity[link] / np.where(whole > 0, whole, 1), 0)
    taken = shipments.take(pa.array(m.row[row]))
    quantity = taken["quantity"].cast(pa.float64()).to_numpy() if len(row) else np.empty(0)
    ours, theirs = m.parties.consignee_mention, m.parties.exporter_mention
    merged = np.full(len(row), np.nan)
    if len(m.parties.sure):
        other = linked & (ours[before] != theirs[row])
        merged[other] = (m.parties.sure[ours[before]] * m.parties.sure[theirs[row]])[other]
    arrivals, departures = np.zeros((2, len(row)), np.int32)
    arrivals[linked], departures[linked] = count_before(ledger, link[linked])
    made = {
        "chain_id": pa.array(chains.chain),
        "hop": pa.array(chains.hop),
        "carried": pa.array(
            np.where(linked, share * quantity, quantity), mask=linked & (share <= 0)
        ),
        "score": pa.array(chains.score.astype(float)),
        "link": pa.array(links.sure[sure].astype(float), mask=~linked),
        "goods_key": pa.array([Level(x).label for x in level], mask=~linked),
        "lag_days": pa.array(m.day[row] - m.day[before], mask=~linked),
        "arrivals": pa.array(arrivals, mask=~linked),
        "departures": pa.array(departures, mask=~linked),
        "merged": pa.array(merged, mask=np.isnan(merged)),
        **_likeness(taken, m.quantity[row], m.by_weight[row], linked),
        "by_weight": pa.array(m.by_weight[row]),
    }
    columns = [
        made[field.name] if field.name in made else _column(taken, field) for field in CHAIN_STEPS
    ]
    return pa.table(
        [c.cast(f.type) for c, f in zip(columns, CHAIN_STEPS, strict=True)], CHAIN_STEPS
    )


def _finest(m: Movements, before: Ints, row: Ints, linked: Ints) -> Ints:
    """The finest level at which goods agree, else that of the link.

    A key may stand for a finer one that a party has nothing beside.
    """
    finest = linked.copy()
    for level in (Level.HEADING, Level.ENTRY, Level.HS6, Level.PART):
        ours, theirs = (m.kinds[level][m.goods[of]] for of in (row, before))
        finest[(ours >= 0) & (ours == theirs)] = level
    return finest


def _likeness(
    lines: pa.Table, quantity: Reals, by_weight: Flags, linked: Flags
) -> dict[str, pa.Array]:
    """How goods differ from those of the line before, by column; null for lines not linked to it."""
    _, measure, names = measures_of(codes_in(lines, "unit"))
    kilograms = numbers_in(lines, "net_mass_kg", len(quantity))
    here = each_of(lines, quantity, kilograms, measure, by_weight, names.index("mass"))
    there = np.roll(here, 1, axis=0)
    each = (here.astype(float) - there) / THOUSAND
    known = linked[:, None] & (here != UNKNOWN) & (there != UNKNOWN) & (np.abs(each) < _ABSURD)
    each[~known] = np.nan
    weighs, costs = np.exp(each[:, 0]), np.exp(each[:, 1])
    costs[(each[:, 2] != 0) | (here[:, 2] == NO_CURRENCY)] = np.nan
    columns, ours = described_in(lines)
    theirs = np.roll(ours, 1, axis=0)
    compared = linked[:, None] & (ours >= 0) & (theirs >= 0)

    def named(marked: Flags) -> pa.Array:
        words = [[DESCRIPTORS[place] for place in columns[of]] for of in marked]
        return pa.array([";".join(of) or None for of in words], pa.string())

    return {
        "weight_ratio": pa.array(weighs, mask=np.isnan(weighs)),
        "price_ratio": pa.array(costs, mask=np.isnan(costs)),
        "agrees": named(compared & (ours == theirs)),
        "differs": named(compared & (ours != theirs)),
    }


def _by_quantity(row: Ints, link: Ints, ledger: Ledger) -> Ints:
    """In place of links without a quantity, those that join the same lines and take most.

    Where there is none, that at which the goods agree; else the link itself.
    """
    links, lots = ledger.links, ledger.lots
    by_goods = np.array(ledger.levels)[lots.level[links.lot]] != Level.QUANTITY
    told = link.copy()
    for place in range(len(row)):
        if link[place] < 0 or links.quantity[link[place]] > 0:
            continue
        root = root_of(ledger.order_pools, row[place])
        own = np.arange(links.begin[root], links.begin[root + 1])
        own = own[lots.row[links.lot[own]] == lots.row[links.lot[link[place]]]]
        best = own[np.lexsort((by_goods[own], links.quantity[own]))[-1]]
        if links.quantity[best] > 0 or not by_goods[link[place]]:
            told[place] = best
    return told


def lots_at(lot: Ints, link: Ints) -> Ints:
    """Lots of links; of link -1 any."""
    return lot[np.maximum(link, 0)]


def _column(taken: pa.Table, field: pa.Field) -> pa.Array | pa.ChunkedArray:
    if field.name in taken.column_names:
        return taken[field.name]
    defaults = {"line_no": 1, "unit": "NAR", "shipment_id": "–"}
    if field.name in ("exporter_country", "consignee_country"):
        where = "export_country" if field.name.startswith("exporter") else "destination_country"
        return taken[where]
    value = defaults.get(field.name)
    return pa.array([value] * taken.num_rows, field.type)

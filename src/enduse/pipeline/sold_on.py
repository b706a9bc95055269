"""Where the goods of a sale went on to: sales put into the goods ledger beside declarations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.dataset import Dataset

from enduse.flow import Traced, trace
from enduse.flow.chains import Chains, steps_of
from enduse.flow.kernel import root_of
from enduse.flow.ledger import Ledger
from enduse.flow.mirrors import parties_at
from enduse.model.chains import CHAIN_STEPS
from enduse.pipeline.party_keys import party_keys
from enduse.pipeline.tracing import COLUMNS, parties_of
from enduse.records import part_key, part_keys

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LEAST = 0.01
"""Probability from which a path to an embargoed destination is told; and of a link, one onward."""

_DELIVERED_BEFORE, _DELIVERED_AFTER = timedelta(days=10), timedelta(days=60)
"""How long before and after the day of a sale its delivery may be declared."""
_SAME_QUANTITY = 0.05
_LONGEST = 12


@dataclass(frozen=True)
class SoldOn:
    """What became of sales, so far as declarations say."""

    steps: pa.Table
    """Schema CHAIN_STEPS: one path a sale at most, `chain_id` being the sale's place from 1. The
    first leg is the delivery, or the sale itself under its own number."""
    arrives: Mapping[int, bool]
    """By place of the sale, for those with a path: whether it ends at an embargoed destination."""
    direct: Mapping[int, str]
    """By place of the sale: the embargoed destination that its delivery itself is declared for."""
    delivered: Mapping[int, str]
    """By place of the sale: the declared shipment that delivered it."""
    hs_codes: tuple[str, ...]
    """Under which HS codes the goods are declared, the most usual first."""
    last_date: date | None
    """Last day of the declarations."""


def sold_on(
    sales: Sequence[Mapping[str, Any]],
    declarations: Dataset,
    *,
    embargoed: Collection[str],
    last_date: date | None,
    hs_code: str | None = None,
    threads: int = 1,
) -> SoldOn:
    """Follow the goods of sales along declarations.

    Each sale stands in the goods ledger as a lot: as the declared shipment that delivered it, if
    there is one (same receiver and goods, a quantity within 5%, from 10 days before to 60 days
    after the sale), else as a line of its own. The ledger then follows it as it follows any goods.

    Parameters
    ----------
    sales
        Columns of SUPPLIES: ``sale_id``, ``date``, ``part_number``, ``quantity``, ``customer``,
        ``ship_to``, ``country``, ``seller``.
    declarations
        Lines as `enduse.records.read_shipments` accepts them; only those of these goods are read.
    embargoed
        Countries that the goods may not reach, alpha-2.
    last_date
        Last day of the declarations.
    hs_code
        Under which HS code the goods are declared, where no declaration states the part number.
    threads
        Threads that the search for similar names may use.
    """
    keys = {key for sale in sales if (key := part_key(sale["part_number"]))}
    table, stated = _of_these_goods(declarations, keys, hs_code)
    codes = Counter(table["hs_code"].filter(pa.array(stated, pa.bool_())).to_pylist())
    hs_codes = tuple(code for code, _ in codes.most_common()) or ((hs_code,) if hs_code else ())
    nothing = SoldOn(CHAIN_STEPS.empty_table(), {}, {}, {}, hs_codes, last_date)
    if not hs_codes or not sales:
        return nothing
    lots, place = _lots(sales, hs_codes[0])
    together = pa.concat_tables([table, lots]).combine_chunks()
    parties = parties_of(party_keys(together, threads=threads))
    starts, kept, delivered = _starts(together, len(table), place, parties.consignee, stated, sales)
    rows = np.flatnonzero(kept)
    together = together.take(pa.array(rows))
    to = together["destination_country"].to_numpy(zero_copy_only=False)
    traced = trace(
        together,
        embargoed=np.isin(to, list(embargoed)),
        controlled_origins=starts[rows] >= 0,
        parties=parties_at(parties, rows),
        model=None,
        least=LEAST,
        of_the_day=False,
    )
    steps, arrives, direct = _paths(traced, starts[rows], together)
    return SoldOn(steps, arrives, direct, delivered, hs_codes, last_date)


def _of_these_goods(
    declarations: Dataset, keys: Collection[str], hs_code: str | None
) -> tuple[pa.Table, list[bool]]:
    """Lines of these part numbers and of their HS headings; and which state the part number.

    Other lines share no goods key with them. All that they could change is how much it says of
    links what a unit weighs and costs.
    """
    held = declarations.schema.names
    goods = declarations.to_table(columns=[n for n in ("hs_code", "part_number") if n in held])
    heading = pc.utf8_slice_codeunits(goods["hs_code"].cast(pa.string()), 0, 4)
    parts = goods["part_number"] if "part_number" in held else pa.nulls(len(goods), pa.string())
    stated = _stated(parts, keys)
    spellings = pc.unique(parts.filter(pc.is_valid(stated))).cast(pa.string())
    headings = pc.unique(heading.filter(pc.is_valid(stated))).to_pylist()
    headings += [hs_code[:4]] if hs_code else []
    code = pc.field("hs_code").cast(pa.string())
    wanted = pc.utf8_slice_codeunits(code, 0, 4).isin(pa.array(headings, pa.string()))
    if "part_number" in held:
        wanted = wanted | pc.field("part_number").cast(pa.string()).isin(spellings)
    lines = declarations.to_table(columns=[n for n in COLUMNS if n in held], filter=wanted)
    table = pa.table(
        [
            lines[field.name].cast(field.type)
            if field.name in held
            else pa.nulls(len(lines), field.type)
            for field in _SCHEMA
        ],
        _SCHEMA,
    ).combine_chunks()
    stated = _stated(table["part_number"], keys)
    # One spelling for what differs in case and marks alone: the ledger compares them as written.
    spelt = pc.coalesce(stated, table["part_number"])
    at = table.column_names.index("part_number")
    return table.set_column(at, "part_number", spelt), pc.is_valid(stated).to_pylist()


def _stated(parts: pa.ChunkedArray | pa.Array, keys: Collection[str]) -> pa.ChunkedArray | pa.Array:
    """Part numbers as they are compared, where they are among these; else null."""
    compared = part_keys(parts.cast(pa.string()))
    return pc.if_else(pc.is_in(compared, pa.array(sorted(keys), pa.string())), compared, None)


_TYPES = {
    "line_no": pa.int32(),
    "date": pa.date32(),
    "quantity": pa.float64(),
    "net_mass_kg": pa.float64(),
    "value": pa.float64(),
}
_SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in COLUMNS])


def _lots(sales: Sequence[Mapping[str, Any]], hs_code: str) -> tuple[pa.Table, Ints]:
    """Sales as lines of a table of shipments, and the place of each line's sale.

    There is one to the customer, and one to who the goods were sent to.
    """
    rows: list[dict[str, Any]] = []
    places: list[int] = []
    for place, sale in enumerate(sales, 1):
        receivers = dict.fromkeys(name for name in (sale["customer"], sale["ship_to"]) if name)
        places += [place] * len(receivers)
        rows += [
            {
                "shipment_id": sale["sale_id"],
                "line_no": 1,
                "date": sale["date"],
                "exporter": sale.get("seller") or "seller of these records",
                "export_country": "ZZ",
                "exporter_country": "ZZ",
                "consignee": name,
                "consignee_country": sale["country"] or "ZZ",
                "destination_country": sale["country"] or "ZZ",
                "hs_code": hs_code,
                "part_number": part_key(sale["part_number"]),
                "quantity": float(sale["quantity"]),
                "unit": "NAR",
                "lot": sale["lot"],
                "date_code": sale["date_code"],
            }
            for name in receivers
        ]
    return pa.Table.from_pylist(rows, _SCHEMA), np.array(places)


def _starts(
    table: pa.Table,
    declared: int,
    place: Ints,
    consignee: npt.NDArray[np.int32],
    stated: list[bool],
    sales: Sequence[Mapping[str, Any]],
) -> tuple[Ints, Flags, dict[int, str]]:
    """Lines with which sales begin, by the sale's place; lines that stay; declared deliveries."""
    starts = np.full(len(table), -1)
    starts[declared:] = place
    kept = np.ones(len(table), bool)
    days = table["date"].cast(pa.int32()).to_numpy()
    quantity = table["quantity"].to_numpy()
    is_part = np.array(stated, bool)
    hs6 = np.array([code[:6] for code in table["hs_code"].to_pylist()])
    delivered: dict[int, str] = {}
    for row in range(declared, len(table)):
        sale = sales[int(place[row - declared]) - 1]
        near = (
            (consignee[:declared] == consignee[row])
            & (days[:declared] >= days[row] - _DELIVERED_BEFORE.days)
            & (days[:declared] <= days[row] + _DELIVERED_AFTER.days)
            & (np.abs(quantity[:declared] / float(sale["quantity"]) - 1) <= _SAME_QUANTITY)
            & (is_part | (hs6[:declared] == hs6[row]))
            & (starts[:declared] < 0)
        )
        found = np.flatnonzero(near)
        if not len(found):
            continue
        best = min(found, key=lambda at: (not is_part[at], abs(int(days[at]) - int(days[row])), at))
        twins = found[quantity[found] == quantity[best]]
        # Both sides may have recorded the delivery, and the ledger keeps one of the two.
        both = twins[np.abs(days[twins] - days[best]) <= _DELIVERED_AFTER.days][:2]
        starts[both if _are_mirrors(table, both) else best] = place[row - declared]
        delivered[int(place[row - declared])] = shipment_name(table, int(best))
        kept[declared:][place == place[row - declared]] = False
    starts[~kept] = -1
    return starts, kept, delivered


def _are_mirrors(table: pa.Table, rows: Ints) -> bool:
    """Whether two records are an export and an import."""
    return len(rows) == 2 and set(table["flow"].take(pa.array(rows)).to_pylist()) == {
        "export",
        "import",
    }


def shipment_name(table: pa.Table, row: int) -> str:
    """How a record is named in links: shipment and line."""
    return f"{table['shipment_id'][row].as_py()}/{table['line_no'][row].as_py() or 1}"


def _paths(
    traced: Traced, starts: Ints, table: pa.Table
) -> tuple[pa.Table, dict[int, bool], dict[int, str]]:
    """The best path of each sale: to an embargoed destination, else as far on as it goes."""
    movements, ledger, chains = traced.ledger.movements, traced.ledger, traced.chains
    of_sale = starts[movements.row]
    found: dict[int, tuple[list[int], list[int], float]] = {}
    bounds = np.flatnonzero(np.diff(chains.chain, prepend=-1, append=-1)).tolist()
    for first_step, after in pairwise(bounds):
        at = slice(first_step, after)
        path = chains.shipment[at].tolist(), chains.link[at].tolist(), float(chains.score[at][0])
        found.setdefault(int(of_sale[path[0][0]]), path)
    arrives = dict.fromkeys(found, True)
    direct: dict[int, str] = {}
    for first in np.flatnonzero(of_sale >= 0).tolist():
        sale = int(of_sale[first])
        if movements.end[first]:
            direct[sale] = table["destination_country"][int(movements.row[first])].as_py()
        elif sale not in found:
            path = *_onward(ledger, first), 0.0
            if len(path[0]) > 1:
                found[sale], arrives[sale] = path, False
    order = sorted(found)
    size = [len(found[sale][0]) for sale in order]
    if not order:
        return CHAIN_STEPS.empty_table(), arrives, direct
    steps = steps_of(
        Chains(
            np.repeat(np.array(order, np.int32), size),
            np.array([hop for count in size for hop in range(count)], np.int8),
            np.array([row for sale in order for row in found[sale][0]], np.int32),
            np.array([link for sale in order for link in found[sale][1]], np.int32),
            np.repeat(np.array([found[sale][2] for sale in order], np.float32), size),
        ),
        ledger,
        table,
    )
    return steps, arrives, direct


def _onward(ledger: Ledger, first: int) -> tuple[list[int], list[int]]:
    """The likeliest shipments that goods went on in, one after the other, as far as links lead."""
    path, links = [first], [-1]
    while len(path) < _LONGEST:
        root = root_of(ledger.lot_pools, path[-1])
        out = np.flatnonzero(ledger.lots.row[ledger.links.lot] == root)
        if not len(out):
            break
        best = int(out[np.argmax(ledger.links.sure[out])])
        if ledger.links.sure[best] < LEAST:
            break
        path.append(int(np.searchsorted(ledger.links.begin, best, "right")) - 1)
        links.append(best)
    return path, links

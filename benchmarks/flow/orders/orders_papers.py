"""Fill in the papers: units, masses, values, countries, names and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.flow.orders.orders_parties import THIRD, Bools, Firms, Floats, Goods, Ints, Rows

if TYPE_CHECKING:
    from benchmarks.flow.orders import Knobs

Texts = npt.NDArray[np.str_]


def coded(values: Texts) -> pa.DictionaryArray:
    """A text column as numbers into its different values."""
    different, index = np.unique(values, return_inverse=True)
    return pa.DictionaryArray.from_arrays(index.astype(np.int32), different.tolist())


def declare_quantities(
    rng: np.random.Generator, knobs: Knobs, goods: Goods, rows: Rows, odd: Bools
) -> tuple[Floats, Texts, Bools]:
    """Quantity and unit as declared, and where a clerk (not a scheme) erred."""
    n, counted = len(rows.day), goods.counted[rows.good]
    shift = odd | (rng.random(n) < knobs.unit_shift)
    dozens = counted & (rng.random(n) < 0.3)
    mass = np.maximum(np.round(rows.quantity * goods.mass[rows.good], 2), 0.01)
    other = np.where(dozens, np.round(rows.quantity / 12, 2), np.where(counted, mass, mass / 1000))
    unit = np.where(counted, "NAR", "KGM").astype("<U3")
    unit = np.where(shift, np.where(dozens, "DZN", np.where(counted, "KGM", "TNE")), unit)
    quantity = np.where(shift, np.maximum(np.round(other, 4), 0.001), rows.quantity)
    error = rng.random(n) < knobs.unit_errors
    slip = rng.random(n) < 0.4
    factor = rng.choice([0.1, 10.0, 1000.0, 0.001], n)
    quantity = np.where(error & ~slip, np.maximum(quantity * factor, 0.001), quantity)
    unit = np.where(error & slip, np.where(unit == "NAR", "KGM", "NAR"), unit)
    return quantity, unit, error


def write_papers(
    rng: np.random.Generator, knobs: Knobs, goods: Goods, firms: Firms, rows: Rows,
    quantity: Floats, unit: Texts,
) -> tuple[pa.Table, Ints]:  # fmt: skip
    """The table of shipments in file order, and which row of `rows` each of its rows is."""
    n = len(rows.day)
    home = firms.country_on(rows.exporter, rows.day)
    goal = firms.country_on(rows.consignee, rows.day)
    day = np.maximum(rows.day, 0)
    # A paper names another country now and then: invoiced in one third country, shipped from another.
    stray = rng.choice(THIRD, n)
    left = np.where(np.isin(home, THIRD) & (rng.random(n) < 0.03), stray, home)
    to = np.where(np.isin(goal, THIRD) & (rng.random(n) < 0.03), rng.choice(THIRD, n), goal)
    pair = (rows.exporter * len(firms.group) + rows.consignee) * 1000 + day
    _, invoice = np.unique(pair, return_inverse=True)
    shuffle = rng.permutation(int(invoice.max()) + 1)[invoice]
    order = np.lexsort((rng.random(n), shuffle, day))
    sheet = invoice[order]
    begins = np.r_[True, sheet[1:] != sheet[:-1]]
    line_no = np.arange(n) - np.maximum.accumulate(np.where(begins, np.arange(n), 0)) + 1
    mass = rows.quantity * goods.mass[rows.good] * rng.lognormal(0, 0.03, n)
    step = np.where(np.isin(home, THIRD), 1.12, 1.0) * rng.lognormal(0, 0.18, n)
    value = np.maximum(np.round(rows.quantity * goods.price[rows.good] * step, 2), 0.01)
    forwarders = {
        c: [f"{w} Forwarding {c}" for w in ("Meridian", "Orbis", "Halyard")] for c in THIRD
    }
    named = (rng.random(n) < knobs.forwarder_named) & np.isin(home, THIRD)
    exporter = firms.name[rows.exporter].astype("<U60")
    for row in np.flatnonzero(named).tolist():
        exporter[row] = forwarders[str(home[row])][int(rng.integers(0, 3))]
    numbers = pa.array(rng.permutation(n) + 10 * n).cast(pa.string())
    table = pa.table({
        "shipment_id": pc.binary_join_element_wise("D", numbers, ""),
        "line_no": pa.array(line_no.astype(np.int32)),
        "date": pa.array((day[order] + 19358).astype("datetime64[D]")),
        "exporter": coded(exporter[order]), "exporter_country": coded(home[order]),
        "consignee": coded(firms.name[rows.consignee][order]), "consignee_country": coded(goal[order]),
        "export_country": coded(left[order]), "destination_country": coded(to[order]),
        "hs_code": coded(goods.code[rows.good][order]),
        "quantity": quantity[order], "unit": coded(unit[order]),
        "net_mass_kg": np.maximum(np.round(mass[order], 3), 0.001),
        "value": value[order], "currency": coded(np.full(n, "USD")),
    })  # fmt: skip
    return table, order

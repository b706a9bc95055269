"""Small worlds written down by hand: one line a shipment, firms with their countries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from enduse.flow import Traced, trace

FIRST = dt.date(2024, 1, 1)
COUNTRIES = {
    "Formosa": "TW", "Hsinchu": "TW", "Shenzhen": "CN",
    "Boro": "TR", "Cato": "AE", "Dena": "KG", "Emil": "KZ", "Local": "TR",
    "Neva": "RU", "Okno": "RU",
}  # fmt: skip
CHIPS, OTHER_CHIPS, APPLES = "854231", "854239", "080810"
RULES: dict[str, Any] = {"embargoed": ["RU"], "controlled_origins": ["TW"]}


def line(
    name: str, day: int, exporter: str | None, consignee: str | None, quantity: float | None,
    **given: Any,
) -> dict[str, Any]:  # fmt: skip
    """A shipment, so many days after the first of January; chips by the piece unless said."""
    return {
        "shipment_id": name,
        "line_no": 1,
        "date": FIRST + dt.timedelta(day),
        "exporter": exporter,
        "consignee": consignee,
        "export_country": COUNTRIES.get(exporter or "", "TR"),
        "destination_country": COUNTRIES.get(consignee or "", "TR"),
        "hs_code": CHIPS,
        "part_number": None,
        "quantity": quantity,
        "unit": "NAR",
        "net_mass_kg": None,
        "value": None,
        "currency": None,
        **given,
    }


SCHEMA = pa.schema(
    [
        ("shipment_id", pa.string()), ("line_no", pa.int32()), ("date", pa.date32()),
        ("exporter", pa.string()), ("consignee", pa.string()), ("export_country", pa.string()),
        ("destination_country", pa.string()), ("hs_code", pa.string()),
        ("part_number", pa.string()), ("quantity", pa.float64()), ("unit", pa.string()),
        ("net_mass_kg", pa.float64()), ("value", pa.float64()), ("currency", pa.string()),
    ]
)  # fmt: skip


def table(lines: Sequence[dict[str, Any]]) -> pa.Table:
    """Lines as a table."""
    return pa.Table.from_pylist(list(lines), schema=SCHEMA)


class Link(NamedTuple):
    """What one line took from another, by goods key."""

    lot: str
    order: str
    key: str
    quantity: float
    sure: float


class Story:
    """A traced small world, asked by the names of its lines."""

    def __init__(self, *lines: dict[str, Any], **options: Any) -> None:
        self.traced: Traced = trace(table(lines), **{**RULES, **options})
        self.rows = {row["shipment_id"]: row for row in self.traced.scores.to_pylist()}

    def of(self, name: str, column: str) -> Any:
        """What the scores say of a line."""
        return self.rows[name][column]

    def links(self, key: str = "hs6") -> list[Link]:
        """Links at a goods key, those of first in, first out and those by fit."""
        ledger, names = self.traced.ledger, self.traced.shipments["shipment_id"].to_pylist()
        m, links, lots = ledger.movements, ledger.links, ledger.lots
        orders = np.repeat(np.arange(len(m)), np.diff(links.begin))
        told = [
            Link(
                names[m.row[lots.row[lot]]],
                names[m.row[order]],
                ledger.levels[lots.level[lot]].label,
                float(quantity),
                float(sure),
            )
            for lot, order, quantity, sure in zip(
                links.lot, orders, links.quantity, links.sure, strict=True
            )
        ]
        return [link for link in told if link.key == key]

    def taken(self, key: str = "hs6") -> dict[tuple[str, str], float]:
        """What first in, first out took, by lot and order."""
        return {(x.lot, x.order): x.quantity for x in self.links(key) if x.quantity > 0}

    def sure(self, lot: str, order: str, key: str = "hs6") -> float:
        """How sure a link is."""
        return next(x.sure for x in self.links(key) if (x.lot, x.order) == (lot, order))

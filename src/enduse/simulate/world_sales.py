"""The sales behind a fictional world's declarations, and parts recovered at the end of chains."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from enduse.errors import UsageError
from enduse.simulate.recovered import SALE_COLUMNS, SalesWorld, components_table, date_code
from enduse.simulate.world import World

_SAME_LOT = 0.6
"""Chance that a seller's next sale of a part is of the lot of the one before."""
_AT_HOME = 1.5
"""Sales of a lot within the seller's country for each that leaves it, on average."""
_WEAPONS = ("Heron-2 loitering munition", "Basalt cruise missile", "Kestrel reconnaissance drone")
_PLACES = ("Field 14", "Field 27", "Depot 3")
_LINE = (
    "shipment_id", "line_no", "date", "exporter", "exporter_country", "consignee",
    "consignee_country", "consignee_address", "destination_country", "part_number", "quantity",
    "unit", "manufacturer",
)  # fmt: skip
_Row = dict[str, Any]


def sales_of_world(world: World, *, seed: int = 1, components: int = 6) -> SalesWorld:
    """The sales of the suppliers behind planted diversions, and parts of what they sold.

    The sellers are the exporters whose goods start such a chain, and whoever sold the same part
    numbers in the same world; their sales stand a few days before the declarations. The customers
    are the consignees as declared, and firms of the seller's own country, which nobody declares.
    Each recovered part went all the way of a chain that ends in an embargoed country within the
    file.

    Parameters
    ----------
    components
        How many parts are recovered; fewer if there are not so many such chains.

    Raises
    ------
    UsageError
        If the world has no chain that ends in an embargoed country and starts with a stated part.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, 7]))
    lines = _lines(world)
    chains = _chains(lines, _embargoed(world))[:components]
    if not chains:
        raise UsageError(
            "No planted chain of this world starts with a stated part and ends under embargo.",
            hint="Make a larger world.",
        )
    wanted = {chain[0]["part_number"] for chain in chains}
    sellers = {chain[0]["exporter"] for chain in chains}
    sold = [
        line
        for line in lines
        if line["part_number"]
        and line["unit"] == "NAR"
        and line["hop"] in (None, 1)
        and (line["part_number"] in wanted or line["exporter"] in sellers)
    ]
    neighbours: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        neighbours[line["exporter_country"]].append(line["exporter"])
    sales = _sales(rng, sold, neighbours)
    by_line = {(sale["shipment_id"], sale["line_no"]): sale for sale in sales}
    recovered, truth = [], []
    for number, chain in enumerate(chains, start=1):
        sale = by_line[chain[0]["shipment_id"], chain[0]["line_no"]]
        record = _recovered(rng, f"DEMO-{number}", chain, sale)
        recovered.append(record)
        truth.append(
            {
                "component_id": record["component_id"],
                **{name: sale[name] for name in ("sale_id", "seller", "customer", "lot")},
                **{name: chain[0][name] for name in ("shipment_id", "line_no", "chain_id")},
            }
        )
    kinds = {"date": pa.date32(), "quantity": pa.float64()}
    table = {
        name: pa.array([sale[name] for sale in sales], kinds.get(name, pa.string()))
        for name in SALE_COLUMNS
    }
    return SalesWorld(pa.table(table), components_table(recovered), pa.Table.from_pylist(truth))


def _lines(world: World) -> list[_Row]:
    """The lines with a part number or of a chain, with what is true of them."""
    if world.shipments.suffix == ".parquet":
        shipments = pq.read_table(world.shipments, columns=list(_LINE))
    else:
        text = dict.fromkeys(_LINE, pa.string()) | {
            "line_no": pa.int32(), "date": pa.date32(), "quantity": pa.float64(),
        }  # fmt: skip
        options = csv.ConvertOptions(
            column_types=text, include_columns=list(_LINE), strings_can_be_null=True
        )
        shipments = csv.read_csv(world.shipments, convert_options=options)
    truth = csv.read_csv(
        world.truth,
        convert_options=csv.ConvertOptions(
            column_types={"chain_id": pa.string(), "typology": pa.string(), "hop": pa.int32()},
            strings_can_be_null=True,
        ),
    )
    whole = shipments
    for name in ("chain_id", "hop", "diverted"):
        whole = whole.append_column(name, truth[name])
    held = pc.or_(pc.is_valid(whole["part_number"]), pc.is_valid(whole["chain_id"]))
    rows: list[_Row] = whole.filter(held).to_pylist()
    return rows


def _embargoed(world: World) -> set[str]:
    settings = json.loads(world.description.read_text("utf-8"))["settings"]
    return set(settings["embargoed"])


def _chains(lines: Sequence[_Row], embargoed: set[str]) -> list[list[_Row]]:
    """Planted chains from a stated part to an embargoed country, best documented first."""
    by_chain: dict[str, list[_Row]] = defaultdict(list)
    for line in lines:
        if line["chain_id"] and line["diverted"]:
            by_chain[line["chain_id"]].append(line)
    found = []
    for chain in by_chain.values():
        chain.sort(key=lambda line: (line["hop"], line["date"]))
        first, last = chain[0], chain[-1]
        if (
            len(chain) > 1
            and first["hop"] == 1
            and first["part_number"]
            and first["unit"] == "NAR"
            and last["destination_country"] in embargoed
        ):
            found.append(chain)
    # One of each part first, so that the parts recovered are not all of one kind.
    seen: dict[str, int] = defaultdict(int)
    ranked = []
    for chain in sorted(found, key=_documented):
        part = chain[0]["part_number"]
        ranked.append((seen[part], chain))
        seen[part] += 1
    return [chain for _, chain in sorted(ranked, key=lambda pair: pair[0])]


def _documented(chain: Sequence[_Row]) -> tuple[float, int, str]:
    """Chains whose legs state the part come first, longer ones before shorter ones."""
    stated = sum(leg["part_number"] is not None for leg in chain) / len(chain)
    return -stated, -len(chain), chain[0]["chain_id"]


def _sales(
    rng: np.random.Generator, lines: list[_Row], neighbours: dict[str, list[str]]
) -> list[_Row]:
    """A sale for each line a few days before it, and sales of its lot within the country."""
    by_part: dict[tuple[str, str], list[_Row]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: (line["date"], line["shipment_id"])):
        by_part[line["part_number"], line["exporter"]].append(line)
    sales = []
    for part in sorted(by_part):
        lot, made = "", date.min
        for line in by_part[part]:
            day = line["date"] - timedelta(days=int(rng.integers(0, 6)))
            if not lot or day <= made or rng.random() >= _SAME_LOT:
                age = int(min(np.exp(rng.normal(np.log(120.0), 0.8)), 900.0)) + 8
                made = day - timedelta(days=age)
                lot = f"{'ABCDEFGH'[int(rng.integers(8))]}{int(rng.integers(10**6)):06}"
            sale = {
                "date": day,
                "part_number": line["part_number"],
                "lot": lot,
                "date_code": date_code(made),
                "serials": None,
                "quantity": line["quantity"],
                "customer": line["consignee"],
                "ship_to": line["consignee_address"],
                "country": line["consignee_country"],
                "seller": line["exporter"],
                "shipment_id": line["shipment_id"],
                "line_no": line["line_no"],
            }
            sales.append(sale)
            firms = neighbours[line["exporter_country"]]
            for _ in range(int(rng.poisson(_AT_HOME))):
                later = day + timedelta(days=int(rng.integers(-30, 90)))
                share = float(rng.uniform(0.1, 0.8))
                at_home = {
                    "date": max(later, made + timedelta(days=8)),
                    "quantity": float(max(round(line["quantity"] * share), 1)),
                    "customer": firms[int(rng.integers(len(firms)))],
                    "ship_to": None,
                    "country": line["exporter_country"],
                    "line_no": 0,
                }
                sales.append({**sale, **at_home})
    sales.sort(key=lambda sale: (sale["date"], sale["shipment_id"], -sale["line_no"]))
    for number, sale in enumerate(sales, start=1):
        sale["sale_id"] = f"S{number:07}"
        sale["invoice"] = f"INV-{sale['shipment_id'][1:]}"
    return sales


def _recovered(rng: np.random.Generator, name: str, chain: Sequence[_Row], sale: _Row) -> _Row:
    """A part of a sale, recovered some months after the last leg of its chain."""
    day = chain[-1]["date"] + timedelta(days=int(rng.integers(60, 240)))
    return {
        "component_id": name,
        "weapon": _WEAPONS[int(rng.integers(len(_WEAPONS)))],
        "marking_raw": f"{sale['part_number']}\n{sale['date_code']} {sale['lot']}",
        "part_number": sale["part_number"],
        "manufacturer": chain[0]["manufacturer"],
        "date_code": sale["date_code"],
        "lot": sale["lot"],
        "recovered_on": min(day, date.today()),
        "recovered_place": _PLACES[int(rng.integers(len(_PLACES)))],
        "custody": "Laboratory for Foreign Weapons",
        "attribution_basis": "marking read under a microscope",
        "confidence": "high",
        "source": "fictional",
    }

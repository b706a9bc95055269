"""Trace: from a recovered part to the sales that could have supplied it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enduse.components.possible_sales import (
    MATCHES,
    PossibleSales,
    possible_sales,
    same_part,
    stems,
)
from enduse.components.posterior import Assumptions, Floats, posterior
from enduse.components.recovered import Recovered
from enduse.components.sales_files import SalesFile, Sought
from enduse.components.shares import compared_name, lot_shares, passed_on, usual_pieces
from enduse.components.supply_said import (
    Searched,
    left_out,
    not_known,
    of_other_parts,
    reasons_of,
    sums,
)
from enduse.engine import Engine, open_engine
from enduse.model.components import SALES, SUPPLIES, SUPPLY_CUSTOMERS
from enduse.model.result import N_, Statement
from enduse.records import part_key
from enduse.settings import Settings

_FOUND = pa.schema([*SALES, pa.field("file", pa.string(), nullable=False)])


@dataclass(frozen=True)
class Supply:
    """The sales that could have supplied a part, and what was searched for them."""

    part: Recovered
    candidates: pa.Table
    """Schema SUPPLIES, best first."""
    customers: pa.Table
    """Schema SUPPLY_CUSTOMERS, most probable first."""
    elsewhere: float
    """Probability that it came from none of the records searched."""
    counterfeit: float
    """Probability, as assumed, that its marking is not genuine."""
    searched: Sequence[Searched]
    statements: Sequence[Statement]
    """What is to be said beside the tables: what was left out and why, sums, contradictions."""
    assumptions: Assumptions = field(default_factory=Assumptions)

    @property
    def assumed(self) -> list[Statement]:
        """The assumptions in words."""
        return self.assumptions.statements()

    def as_dict(self, limit: int | None = 20) -> dict[str, Any]:
        """The same as texts and numbers, with so many candidates and customers."""
        return {
            "component": {
                name: [list(map(str, window)) for window in value] if name == "made" else value
                for name, value in asdict(self.part).items()
            },
            "candidates": self.candidates.slice(0, limit).to_pylist(),
            "candidate_count": self.candidates.num_rows,
            "customers": self.customers.slice(0, limit).to_pylist(),
            "customer_count": self.customers.num_rows,
            "elsewhere": self.elsewhere,
            "counterfeit": self.counterfeit,
            "searched": [asdict(file) for file in self.searched],
            "statements": [statement.text() for statement in self.statements],
            "assumptions": asdict(self.assumptions),
            "assumed": [statement.text() for statement in self.assumed],
        }


def trace(
    part: Recovered,
    sales: Sequence[SalesFile],
    *,
    settings: Settings,
    assumptions: Assumptions | None = None,
    lot_quantity: float | None = None,
    today: date | None = None,
) -> Supply:
    """Find the sales that could have supplied a part, and how probable each is.

    Ranked are sales that list the serial number, then those of the lot, then those of the part
    number on or after the first day of the date code, then those of the family; by probability
    within each. Goods sold before they were made, or after they were recovered, are left out, and
    the answer says so.

    Parameters
    ----------
    part
        What is known of the part.
    sales
        What to search; see `open_sales` and `held_sales`.
    assumptions
        What holds where the records do not say.
    lot_quantity
        Pieces in the whole lot, where its maker has said.
    today
        Day by which a date code is read; today if not given.

    Raises
    ------
    StorageError
        If the workspace cannot be written.
    """
    assumptions = assumptions or Assumptions()
    part = part.dated(today or date.today())
    told: list[Statement] = []
    with open_engine(settings) as engine:
        lines, searched = _search(engine, part, sales, told)
    lines = _each_once(lines, told)
    found = possible_sales(lines, part, assumptions)
    onward, share = passed_on(found), lot_shares(found)
    answer = posterior(
        found.evidence,
        assumptions,
        onward=onward,
        usual=usual_pieces(found, "lot_key" if part.lot else "date_code"),
        lot_quantity=lot_quantity,
    )
    told += left_out(found)
    told += sums(found, part, share, lot_quantity)
    told += not_known(part, searched, found)
    ranked = _ranked(found, answer.sales, share, reasons_of(found, part, onward))
    return Supply(
        part=part,
        candidates=ranked,
        customers=_customers(ranked),
        elsewhere=answer.elsewhere,
        counterfeit=answer.counterfeit,
        searched=searched,
        statements=told,
        assumptions=assumptions,
    )


def _search(
    engine: Engine, part: Recovered, sales: Sequence[SalesFile], told: list[Statement]
) -> tuple[pa.Table, list[Searched]]:
    """All lines of the part in all files, and what was searched for them."""
    serials = [key for serial in part.serials if (key := part_key(serial))]
    sought = Sought(part.prefix, stems(part), part_key(part.lot), serials)
    tables, searched = [], []
    for file in sales:
        lines, rejects = file.lines(engine, sought)
        lines = lines.append_column(_FOUND.field("file"), pa.repeat(file.report.name, len(lines)))
        of_part = same_part(lines, part)
        told += of_other_parts(lines.filter(pa.array(~of_part)), part, serials)
        tables.append(lines.filter(pa.array(of_part)))
        known = file.report
        searched.append(
            Searched(
                known.name, known.digest, known.accepted, known.first_date, known.last_date,
                known.with_lot, known.with_date_code, known.with_serials,
                int(of_part.sum()), known.rejected + _rows(rejects),
            )
        )  # fmt: skip
    return pa.concat_tables(tables) if tables else _FOUND.empty_table(), searched


def _rows(rejects: pa.Table) -> int:
    """How many rows the rejects are of: one row may have several."""
    return len(pc.unique(rejects["row"])) if rejects.num_rows else 0


def _each_once(lines: pa.Table, told: list[Statement]) -> pa.Table:
    """Lines that stand in several files word for word, once."""
    known = [name for name in SALES.names if name not in ("part_key", "lot_key", "row", "doubts")]
    order = lines.sort_by([("part_key", "ascending"), ("date", "ascending"),
                           ("sale_id", "ascending"), ("file", "ascending"), ("row", "ascending")])  # fmt: skip
    if order.num_rows == 0 or len(pc.unique(order["file"])) < 2:
        return order
    first: dict[tuple[object, ...], int] = {}
    for place, content in enumerate(zip(*(order[n].to_pylist() for n in known), strict=True)):
        first.setdefault(content, place)
    if len(first) < order.num_rows:
        told.append(
            Statement(
                N_("{count} lines stand in several files word for word and count once."),
                {"count": f"{order.num_rows - len(first):,}"},
            )
        )
    return order.take(pa.array(sorted(first.values())))


def _ranked(
    found: PossibleSales, probability: Floats, share: Floats, reasons: pa.Array
) -> pa.Table:
    lines = found.lines
    order = np.lexsort((np.arange(lines.num_rows), -probability, found.match))
    customers = compared_name(lines["customer"]).combine_chunks().dictionary_encode()
    which = customers.indices.to_numpy()
    of_customer = np.bincount(which, probability, minlength=len(customers.dictionary))[which]
    columns = {
        **{name: lines[name] for name in SUPPLIES.names if name in lines.schema.names},
        "rank": pa.array(np.arange(1, lines.num_rows + 1, dtype=np.int32)),
        "match": pa.array(MATCHES).take(pa.array(found.match.astype(np.int32))),
        "probability": pa.array(probability),
        "customer_probability": pa.array(np.minimum(of_customer, 1.0)),
        "lot_share": pa.array(share, mask=np.isnan(share)),
        "reasons": reasons,
    }
    places = pa.array(order)
    return pa.table(
        [
            columns[name] if name == "rank" else columns[name].take(places)
            for name in SUPPLIES.names
        ],
        schema=SUPPLIES,
    )


def _customers(ranked: pa.Table) -> pa.Table:
    names = compared_name(ranked["customer"])
    of_lot = pc.is_valid(ranked["lot_share"])
    table = ranked.select(
        ["rank", "customer", "country", "quantity", "lot_share", "probability", "date"]
    )
    table = table.append_column("name", names).append_column(
        "lot_quantity", pc.if_else(of_lot, ranked["quantity"], None)
    )
    grouped = table.group_by("name").aggregate(
        [
            ("rank", "min"), ("quantity", "count"), ("quantity", "sum"), ("lot_quantity", "sum"),
            ("lot_share", "sum"), ("probability", "sum"), ("date", "min"), ("date", "max"),
        ]
    )  # fmt: skip
    grouped = grouped.sort_by([("probability_sum", "descending"), ("rank_min", "ascending")])
    best = pc.subtract(grouped["rank_min"], 1)
    return pa.table(
        [
            pa.array(np.arange(1, grouped.num_rows + 1, dtype=np.int32)),
            ranked["customer"].take(best),
            ranked["country"].take(best),
            grouped["quantity_count"].cast(pa.int32()),
            grouped["quantity_sum"],
            grouped["lot_quantity_sum"],
            grouped["lot_share_sum"],
            grouped["probability_sum"],
            grouped["date_min"],
            grouped["date_max"],
        ],
        schema=SUPPLY_CUSTOMERS,
    )

"""Chains as a report reads them: legs in order, and which leg each may come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import pyarrow as pa
import pyarrow.compute as pc

from enduse.model.chains import CHAIN_STEPS

Party = tuple[str, str]
"""A name as written, and the country beside it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A leg of a chain: a row of CHAIN_STEPS."""

    chain_id: int
    hop: int
    shipment_id: str
    line_no: int
    date: date
    exporter: str
    exporter_country: str
    consignee: str
    consignee_country: str
    export_country: str
    destination_country: str
    hs_code: str
    part_number: str | None
    quantity: float
    unit: str
    carried: float | None
    score: float
    link: float | None
    goods_key: str | None
    lag_days: int | None
    arrivals: int | None
    departures: int | None
    merged: float | None

    @property
    def sender(self) -> Party:
        """Who sent it."""
        return self.exporter, self.exporter_country

    @property
    def receiver(self) -> Party:
        """Who received it."""
        return self.consignee, self.consignee_country


@dataclass(frozen=True, slots=True)
class Chain:
    """A path that goods may have taken."""

    chain_id: int
    score: float
    steps: tuple[Step, ...]
    """By hop, then by day."""

    @property
    def first(self) -> Step:
        """The leg with which it begins."""
        return self.main[0]

    @property
    def last(self) -> Step:
        """The leg with which it ends."""
        return self.main[-1]

    @property
    def main(self) -> tuple[Step, ...]:
        """One leg for each hop: back from the end, always the leg that brought most."""
        path = [max(self._at(self.steps[-1].hop), key=_amount)]
        while before := self.before(path[0]):
            path.insert(0, max(before, key=_amount))
        return tuple(path)

    def before(self, step: Step) -> tuple[Step, ...]:
        """The legs that a leg may come from: those to a firm of its name, else all one hop back."""
        earlier = self._at(step.hop - 1)
        same = tuple(leg for leg in earlier if leg.consignee == step.exporter)
        return same or earlier

    def _at(self, hop: int) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.hop == hop)


def _amount(step: Step) -> float:
    return step.quantity if step.carried is None else step.carried


def read_chains(steps: pa.Table, most: int | None = None) -> list[Chain]:
    """The chains of a table of steps, best first.

    Parameters
    ----------
    steps
        A table with the columns of CHAIN_STEPS; others are passed over.
    most
        How many chains to read; all if not given.
    """
    table = steps.select(CHAIN_STEPS.names)
    if most is not None:
        best = pc.unique(table["chain_id"]).sort()[:most]
        table = table.filter(pc.is_in(table["chain_id"], value_set=best))
    order = [(name, "ascending") for name in ("chain_id", "hop", "date", "shipment_id", "line_no")]
    rows = [Step(**row) for row in table.sort_by(order).to_pylist()]
    return [_chain(chain_id, tuple(group)) for chain_id, group in groupby(rows, _chain_id)]


def _chain_id(step: Step) -> int:
    return step.chain_id


def _chain(chain_id: int, steps: Sequence[Step]) -> Chain:
    return Chain(chain_id, steps[0].score, tuple(steps))

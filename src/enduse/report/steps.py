"""Chains as a report reads them: legs in order, and which leg each may come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import pyarrow as pa
import pyarrow.compute as pc

from enduse.errors import InputError
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
    weight_ratio: float | None
    price_ratio: float | None
    agrees: str | None
    differs: str | None
    by_weight: bool

    @property
    def sender(self) -> Party:
        """Who sent it."""
        return self.exporter, self.exporter_country

    @property
    def receiver(self) -> Party:
        """Who received it."""
        return self.consignee, self.consignee_country


@dataclass(frozen=True, slots=True)
class Holder:
    """A firm of a chain at one stage."""

    stage: int
    """0 for who sent the first leg."""
    parties: tuple[Party, ...]
    """Every name under which it stands there."""
    received: tuple[Step, ...]
    sent: tuple[Step, ...]

    @property
    def party(self) -> Party:
        """The name under which it received, else that under which it sent."""
        return self.received[0].receiver if self.received else self.sent[0].sender


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
        """The legs that a leg may come from: those one hop back to a firm of its exporter's name,
        else those to firms whose names no exporter of this hop has, else all.
        """
        earlier = self._at(step.hop - 1)
        same = tuple(leg for leg in earlier if leg.consignee == step.exporter)
        named = {other.exporter for other in self._at(step.hop)}
        return same or tuple(leg for leg in earlier if leg.consignee not in named) or earlier

    @property
    def holders(self) -> tuple[Holder, ...]:
        """Who had the goods, stage by stage: as many as there are firms at each stage."""
        firms: list[tuple[int, set[Party]]] = []
        for step in self.steps:
            before = {leg.receiver for leg in self.before(step)}
            _unite(firms, step.hop, before | {step.sender})
            _unite(firms, step.hop + 1, {step.receiver})
        return tuple(
            Holder(
                stage,
                tuple(sorted(parties)),
                tuple(s for s in self.steps if s.hop + 1 == stage and s.receiver in parties),
                tuple(s for s in self.steps if s.hop == stage and s.sender in parties),
            )
            for stage, parties in sorted(firms, key=lambda firm: firm[0])
        )

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

    Raises
    ------
    InputError
        If a column is missing, as in a table of an earlier version.
    """
    missing = [name for name in CHAIN_STEPS.names if name not in steps.column_names]
    if missing:
        raise InputError(
            f"The chains have no column {', '.join(missing)}.", hint="Trace the shipments anew."
        )
    table = steps.select(CHAIN_STEPS.names)
    if most is not None:
        best = pc.unique(table["chain_id"]).sort()[:most]
        table = table.filter(pc.is_in(table["chain_id"], value_set=best))
    order = [(name, "ascending") for name in ("chain_id", "hop", "date", "shipment_id", "line_no")]
    rows = [Step(**row) for row in table.sort_by(order).to_pylist()]
    return [_chain(chain_id, tuple(group)) for chain_id, group in groupby(rows, _chain_id)]


def _unite(firms: list[tuple[int, set[Party]]], stage: int, parties: set[Party]) -> None:
    """Add parties that are one firm; firms of that stage that share one of them become one."""
    joined = [firm for firm in firms if firm[0] == stage and firm[1] & parties]
    firms[:] = [firm for firm in firms if firm not in joined]
    firms.append((stage, parties.union(*(known for _, known in joined))))


def _chain_id(step: Step) -> int:
    return step.chain_id


def _chain(chain_id: int, steps: Sequence[Step]) -> Chain:
    return Chain(chain_id, steps[0].score, tuple(steps))

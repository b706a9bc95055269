"""Trace shipments: from a table to scores and chains."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from enduse.errors import UsageError
from enduse.flow.chains import LEAST, Chains, find_chains, steps_of
from enduse.flow.forecast import Forecasts, forecast
from enduse.flow.kernel import Flags
from enduse.flow.learned import Learned
from enduse.flow.ledger import Ledger, Window, follow, keep
from enduse.flow.mirrors import (
    ARRIVAL_CORRIDORS,
    MISSING_ARRIVALS,
    Mirrors,
    find_mirrors,
    has_mirrors,
    missing_arrivals,
    parties_at,
)
from enduse.flow.movements import LAWFUL, Gap, Movements, Parties, groups_of, read_movements
from enduse.flow.passes import Ends, Origins
from enduse.flow.shares import shares_of
from enduse.flow.weights import LinkWeights

SCORES = pa.schema(
    [
        pa.field("shipment_id", pa.string(), nullable=False),
        pa.field("line_no", pa.int32(), nullable=False),
        pa.field("score", pa.float64()),
        pa.field("reach", pa.float64()),
        pa.field("from_controlled", pa.float64()),
        pa.field("guaranteed", pa.float64()),
        pa.field("possible", pa.float64()),
        pa.field("plain_score", pa.float64()),
        pa.field("score_then", pa.float64()),
        pa.field("forecast", pa.float64()),
        pa.field("forecast_lots", pa.int32()),
        pa.field("not_assessed", pa.string()),
    ]
)
"""Scores of shipments: see docs/flow.md. All but the first two are null where `not_assessed` says
why a line could not be followed."""

CHAINS = ("chain_id", "hop", "shipment_id", "line_no", "quantity", "score")
"""Columns of chains.parquet; `quantity` is what is followed along the chain."""


@dataclass(frozen=True)
class Traced:
    """What the ledger says of a table of shipments; arrays are in the movements' order."""

    shipments: pa.Table
    ledger: Ledger
    origins: Origins
    ends: Ends
    plain: npt.NDArray[np.float32]
    """Probability that the goods came from a controlled origin and went to an embargoed
    destination along the links, by way of a third country."""
    learned: npt.NDArray[np.float32] | None
    """What the learned score says; None if only the plain one was asked for."""
    model: str
    """Which score `score` is: 'plain', or the name of the learned one."""
    least: float
    lawful: tuple[str, ...]
    """Beginnings of the HS codes of goods that may go to an embargoed destination."""
    of_the_day: bool
    """Whether to tell what was known on the day of each shipment."""
    mirrors: Mirrors | None = None
    """Records of one movement by both sides; None where the table holds those of one side."""

    @property
    def score(self) -> npt.NDArray[np.float32]:
        """The score that ranks: the learned one, else the plain one."""
        return self.plain if self.learned is None else self.learned

    @cached_property
    def then(self) -> Forecasts:
        """What was known on the day of each shipment."""
        groups = groups_of(self.shipments, self.ledger.movements)
        return forecast(self.ledger, groups, Learned.of_the_day())

    @cached_property
    def chains(self) -> Chains:
        """The best-supported paths through third countries."""
        return find_chains(self.ledger, self.origins, self.ends, self.score, least=self.least)

    @cached_property
    def place(self) -> npt.NDArray[np.int64]:
        """Place among the movements of each row of the table; records of one movement share it."""
        place = np.empty(self.shipments.num_rows, np.int64)
        place[self.ledger.movements.row] = np.arange(len(self.ledger.movements))
        if self.mirrors:
            place[self.mirrors.dropped] = place[self.mirrors.kept]
        return place

    @cached_property
    def arrivals(self) -> tuple[pa.Table, pa.Table]:
        """Exports that never arrived, and corridors; schemas MISSING_ARRIVALS, ARRIVAL_CORRIDORS."""
        if self.mirrors:
            return missing_arrivals(self.shipments, self.mirrors)
        return MISSING_ARRIVALS.empty_table(), ARRIVAL_CORRIDORS.empty_table()

    @cached_property
    def scores(self) -> pa.Table:
        """One row a shipment, in the order of the table; schema SCORES."""
        m, n, shares = self.ledger.movements, self.shipments.num_rows, shares_of(self.ledger)
        followed = m.gap == Gap.NONE
        reasons = np.array([None, *(gap.reason for gap in Gap if gap)], dtype=object)
        values: dict[str, npt.NDArray[np.generic]] = {
            "score": self.score,
            "reach": shares.went,
            "from_controlled": shares.came,
            "guaranteed": shares.least,
            "possible": shares.most,
            "plain_score": self.plain,
        }
        if self.of_the_day:
            values["score_then"] = self.then.score
            values["forecast"], values["forecast_lots"] = self.then.onward, self.then.lots
        order = self.place
        unknown = ~followed[order]
        table = self.shipments
        columns = [
            table["shipment_id"].cast(pa.string())
            if "shipment_id" in table.column_names
            else pa.array([str(i) for i in range(n)]),
            table["line_no"].cast(pa.int32())
            if "line_no" in table.column_names
            else pa.array(np.ones(n, np.int32)),
            *(
                pa.array(values[field.name][order], mask=unknown).cast(field.type)
                if field.name in values
                else pa.nulls(n, field.type)
                for field in list(SCORES)[2:-1]
            ),
            pa.array(reasons[m.gap[order]], pa.string()),
        ]
        return pa.table(columns, schema=SCORES)

    @cached_property
    def steps(self) -> pa.Table:
        """Chains leg by leg with what each step rests on; schema CHAIN_STEPS."""
        return steps_of(self.chains, self.ledger, self.shipments)

    @property
    def counts(self) -> dict[str, int]:
        """What was read, what could not be followed and why, and what was found."""
        m = self.ledger.movements
        return {
            "shipments": self.shipments.num_rows,
            "recorded by both sides": self.shipments.num_rows - len(m),
            **{f"not assessed: {gap.reason}": int((m.gap == gap).sum()) for gap in Gap if gap},
            "from a controlled origin": int(m.start.sum()),
            "to an embargoed destination": int(m.end.sum()),
            "directly from one to the other": int((m.start & m.end).sum()),
            "links": len(self.ledger.links.lot),
            "chains": int(self.chains.chain.max(initial=0)),
        }


def trace(
    shipments: pa.Table,
    *,
    embargoed: Collection[str] | Flags,
    controlled_origins: Collection[str] | Flags,
    parties: Parties | None = None,
    entries: pa.Array | None = None,
    window: Window | None = None,
    model: Learned | str | None = "shipped",
    least: float = LEAST,
    lawful: Collection[str] = LAWFUL,
    of_the_day: bool = True,
) -> Traced:
    """Follow goods lot by lot from controlled origins to embargoed destinations.

    Parameters
    ----------
    shipments
        Columns as in docs/data.md; see :func:`enduse.flow.movements.read_movements`.
    embargoed, controlled_origins
        Countries, ISO 3166 alpha-2; or for each line whether it goes to one, or leaves one.
    parties
        Who is who; by default names and countries as they are written.
    entries
        Control entry of each line's goods, null where there is none.
    window
        How old goods may be when they go on.
    model
        A learned score, 'shipped' for the one that ships, None for the plain score alone.
    least
        Score from which a shipment's path is told as a chain, 0 to 1.
    lawful
        Beginnings of the HS codes of goods that may go to an embargoed destination.
    of_the_day
        Whether the scores tell what was known on the day of each shipment; it costs as much as
        all the rest.

    Raises
    ------
    InputError
        If a needed column is missing.
    UsageError
        If no embargoed destination or no controlled origin is named, or a day makes no sense.
    """
    window = window or Window()
    if not len(embargoed) or not len(controlled_origins):
        raise UsageError(
            "Goods are followed from controlled origins to embargoed destinations; "
            "one of the two is empty.",
            hint="Name at least one country each, such as RU and TW.",
        )
    if window.least_age < 1 or window.stock_age < window.least_age:
        raise UsageError(
            f"Goods cannot go on after {window.least_age} to {window.stock_age} days.",
            hint="The least is 1, so that goods cannot go round in a circle within a day; "
            "the most is no less than it.",
        )
    mirrors = find_mirrors(shipments, parties) if has_mirrors(shipments) else None
    ledger = keep(
        _read_once(shipments, mirrors, embargoed, controlled_origins, parties, entries, lawful),
        LinkWeights.shipped(),
        window,
    )
    origins, ends = follow(ledger)
    plain = origins.sure * ends.sure
    known = Learned.shipped() if model == "shipped" else model
    assert not isinstance(known, str)
    learned = known.scores(ledger, origins, ends) if known else None
    return Traced(
        shipments,
        ledger,
        origins,
        ends,
        plain,
        learned,
        known.name if known else "plain",
        least,
        tuple(lawful),
        of_the_day,
        mirrors,
    )


def _read_once(
    shipments: pa.Table,
    mirrors: Mirrors | None,
    embargoed: Collection[str] | Flags,
    controlled_origins: Collection[str] | Flags,
    parties: Parties | None,
    entries: pa.Array | None,
    lawful: Collection[str],
) -> Movements:
    """Movements, each read once: of two records the export's, whose date is the departure."""
    if mirrors is None or not len(mirrors.dropped):
        return read_movements(
            shipments,
            embargoed=embargoed,
            controlled_origins=controlled_origins,
            parties=parties,
            entries=entries,
            lawful=lawful,
        )
    rows = np.delete(np.arange(shipments.num_rows), mirrors.dropped)
    read = read_movements(
        shipments.take(pa.array(rows)),
        embargoed=embargoed[rows] if isinstance(embargoed, np.ndarray) else embargoed,
        controlled_origins=controlled_origins[rows]
        if isinstance(controlled_origins, np.ndarray)
        else controlled_origins,
        parties=parties_at(parties, rows) if parties else None,
        entries=entries.take(pa.array(rows)) if entries is not None else None,
        lawful=lawful,
    )
    return replace(read, row=rows[read.row].astype(np.int32))

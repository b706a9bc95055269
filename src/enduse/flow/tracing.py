"""Trace shipments: from a table to scores and chains."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from enduse.errors import UsageError
from enduse.flow.chains import LEAST, Chains, find_chains, steps_of
from enduse.flow.forecast import Forecasts, forecast
from enduse.flow.learned import Learned
from enduse.flow.ledger import Ledger, Window, follow, keep
from enduse.flow.movements import Flags, Gap, Parties, read_movements
from enduse.flow.passes import Ends, Origins
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
    then: Forecasts
    model: str
    """Which score `score` is: 'plain', or the name of the learned one."""
    least: float

    @property
    def score(self) -> npt.NDArray[np.float32]:
        """The score that ranks: the learned one, else the plain one."""
        return self.plain if self.learned is None else self.learned

    @cached_property
    def chains(self) -> Chains:
        """The best-supported paths through third countries."""
        return find_chains(self.ledger, self.origins, self.ends, self.score, least=self.least)

    @cached_property
    def scores(self) -> pa.Table:
        """One row a shipment, in the order of the table; schema SCORES."""
        m, n = self.ledger.movements, self.shipments.num_rows
        followed = m.gap == Gap.NONE
        reasons = np.array([None, *(gap.reason for gap in Gap if gap)], dtype=object)
        values: dict[str, npt.NDArray[np.generic]] = {
            "score": self.score,
            "reach": self.ends.share,
            "from_controlled": self.origins.share,
            "guaranteed": self.ends.least,
            "possible": self.ends.most,
            "plain_score": self.plain,
            "score_then": self.then.score,
            "forecast": self.then.onward,
            "forecast_lots": self.then.lots,
        }
        order = np.empty(n, np.int64)
        order[m.row] = np.arange(n)
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
                pa.array(value[order], mask=unknown).cast(SCORES.field(name).type)
                for name, value in values.items()
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
            "shipments": len(m),
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
            hint="The least is 1, so that goods cannot go round in a circle within a day.",
        )
    movements = read_movements(
        shipments,
        embargoed=embargoed,
        controlled_origins=controlled_origins,
        parties=parties,
        entries=entries,
    )
    ledger = keep(movements, LinkWeights.shipped(), window)
    origins, ends = follow(ledger)
    plain = origins.sure * ends.sure
    known = Learned.shipped() if model == "shipped" else model
    assert not isinstance(known, str)
    learned = known.scores(ledger, origins, ends) if known else None
    then = forecast(ledger, origins, Learned.of_the_day())
    return Traced(
        shipments,
        ledger,
        origins,
        ends,
        plain,
        learned,
        then,
        known.name if known else "plain",
        least,
    )

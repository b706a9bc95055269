"""What Enduse says of a world, row by row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.flow.cases import EMBARGOED, Case
from enduse.flow import Traced, trace
from enduse.flow.learned import features, learn

Singles = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Said:
    """One value a row of the table."""

    traced: Traced
    plain: Singles
    """Came from a controlled origin and went to an embargoed destination along the links."""
    learned: Singles
    """By the learned score that ships."""
    came: Singles
    """Came from a controlled origin; rests on the past alone."""
    onward: Singles
    """Forecast on the day that the goods go on to an embargoed destination."""
    on_the_day: Singles
    """The learned score as of the day."""

    @property
    def edges(self) -> pa.Table:
        """Links of the reported chains, between rows."""
        chains, row = self.traced.chains, self.traced.ledger.movements.row
        to = np.flatnonzero(chains.link >= 0)
        return pa.table(
            {
                "from_row": row[chains.shipment[to - 1]],
                "to_row": row[chains.shipment[to]],
            }
        )


def say(case: Case) -> Said:
    """Follow the goods of a world."""
    traced = trace(
        case.shipments,
        embargoed=EMBARGOED,
        controlled_origins=case.origins,
        parties=case.parties,
    )
    back = traced.place
    return Said(
        traced,
        traced.plain[back],
        traced.score[back],
        traced.origins.sure[back],
        traced.then.onward[back],
        traced.then.score[back],
    )


def told(said: Said) -> tuple[Singles, Flags]:
    """Features of the ledger, shape (rows, features), and whether anything leads through a row."""
    traced = said.traced
    back = traced.place
    values, leads = features(traced.ledger, traced.origins, traced.ends)
    return values[back], leads[back]


def learned_anew(labelled: list[tuple[Singles, Flags, Flags]], said: Said) -> Singles:
    """Scores of a world by trees learned on others' features, what leads through, and labels."""
    values = np.concatenate([one[leads] for one, leads, _ in labelled])
    hit = np.concatenate([positive[leads] for _, leads, positive in labelled])
    weight = np.ones(len(hit), np.float32)
    trees = learn(values, hit, weight, name="labels of past cases")
    traced = said.traced
    scores = trees.scores(traced.ledger, traced.origins, traced.ends)
    return scores[traced.place]

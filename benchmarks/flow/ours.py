"""What Enduse says of a world, row by row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.flow.cases import EMBARGOED, Case
from enduse.flow import Learned, Traced, trace
from enduse.flow.learned import Lesson, features, learn

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
        traced.then.came[back],
        traced.then.onward[back],
        traced.then.score[back],
    )


def lesson(said: Said, positive: Flags) -> Lesson:
    """What can be learned from a world whose planted rows are known."""
    traced = said.traced
    diverted = positive[traced.ledger.movements.row]
    return Lesson(
        traced.ledger, traced.origins, traced.ends, diverted, np.ones(len(diverted), np.float32)
    )


def told(said: Said) -> Singles:
    """Features of the ledger, shape (rows, features)."""
    _, _, values, _ = features(lesson(said, np.zeros(said.traced.shipments.num_rows, bool)))
    return values[said.traced.place]


def corrected(lessons: list[Lesson]) -> Learned:
    """The learned score that ships, corrected by labelled worlds, as ``enduse learn`` does."""
    return learn(lessons, name="labels of past cases", base=Learned.shipped())


def scored(model: Learned, said: Said) -> Singles:
    """What learned trees say of a world, row by row."""
    traced = said.traced
    return model.scores(traced.ledger, traced.origins, traced.ends)[traced.place]
